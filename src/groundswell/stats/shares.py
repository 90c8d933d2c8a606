"""Shares of people, each person counted once."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A value, its interval, its standard error and how many units stand behind it."""

    value: float
    low: float
    high: float
    error: float
    n: int


def z_of(level: float) -> float:
    """The normal quantile of a two-sided level.

    >>> round(z_of(0.95), 3)
    1.96
    """
    return float(special.ndtri(0.5 + level / 2))


def wilson(part: int, whole: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of part / whole (Wilson 1927); 0 to 1 when whole is 0.

    >>> tuple(round(bound, 3) for bound in wilson(60, 97))
    (0.519, 0.709)
    """
    if whole == 0:
        return 0.0, 1.0
    z, share = z_of(level), part / whole
    middle = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z / (1 + z * z / whole) * math.sqrt(share * (1 - share) / whole
                                               + z * z / (4 * whole**2))  # fmt: skip
    return max(0.0, middle - half), min(1.0, middle + half)


def author_mean(
    part: npt.ArrayLike, whole: npt.ArrayLike, level: float = 0.95, *,
    bounds: tuple[float, float] = (0.0, 1.0),
) -> Estimate:  # fmt: skip
    """Mean over authors of each author's own part / whole: equal exposure.

    `part` and `whole` have one entry per author; authors with whole 0 are left out. The interval
    is normal over authors, cut at `bounds`. NaN and the full bounds when nobody is left.
    """
    top, bottom = np.asarray(part, np.float64), np.asarray(whole, np.float64)
    own = top[bottom > 0] / bottom[bottom > 0]
    n = len(own)
    if n == 0:
        return Estimate(value=math.nan, low=bounds[0], high=bounds[1], error=math.nan, n=0)
    error = float(own.std(ddof=1) / math.sqrt(n)) if n > 1 else math.inf
    value, reach = float(own.mean()), z_of(level) * error
    return Estimate(value=value, low=max(bounds[0], value - reach),
                    high=min(bounds[1], value + reach), error=error, n=n)  # fmt: skip
