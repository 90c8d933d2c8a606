"""Means from a sample drawn stratum by stratum, in which each unit stands for many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Where each sampled unit came from, and for how many units of the whole it stands.

    `stratum` holds codes and `weight` positive numbers, both of shape (n,); the units of a
    stratum weigh alike.
    """

    stratum: Ints
    weight: Floats

    @property
    def shares(self) -> Floats:
        """What part of the whole each unit stands for, shape (n,), summing to one."""
        return np.asarray(self.weight / self.weight.sum(), dtype=np.float64)


def simple(n: int) -> Drawn:
    """A simple random sample: one stratum, equal weights."""
    return Drawn(stratum=np.zeros(n, np.int64), weight=np.ones(n))


def mean(values: npt.ArrayLike, drawn: Drawn) -> float:
    """The mean of the whole, estimated from the sample.

    >>> half = Drawn(stratum=np.array([0, 0, 1, 1]), weight=np.array([9.0, 9.0, 1.0, 1.0]))
    >>> round(mean([1, 0, 1, 1], half), 3)
    0.55
    """
    return float(np.asarray(values, np.float64) @ drawn.shares)


def variance(values: npt.ArrayLike, drawn: Drawn) -> float:
    """Variance of that mean: sum over strata of W^2 s^2 / n (Cochran 1977, section 5.4).

    Without finite population correction: a community goes on writing. A stratum of which only
    one unit is known takes the spread of the whole sample.
    """
    rows, shares = np.asarray(values, np.float64), drawn.shares
    if len(rows) < 2:
        return float("inf")
    whole, total = float(rows.var(ddof=1)), 0.0
    for code in np.unique(drawn.stratum):
        here = drawn.stratum == code
        n = int(here.sum())
        spread = float(rows[here].var(ddof=1)) if n > 1 else whole
        total += float(shares[here].sum()) ** 2 * spread / n
    return total
