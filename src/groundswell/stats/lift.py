"""Are two names mentioned together more often than each alone would bring about?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

from groundswell.stats.shares import z_of

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lift:
    """Seen over expected, with an interval; `p` is two-sided, `g2` the likelihood ratio."""

    value: float
    low: float
    high: float
    expected: float
    p: float
    g2: float


def g_squared(both: float, only_a: float, only_b: float, neither: float) -> float:
    """Dunning's G2 = 2 sum O ln(O / E) of a two by two table (Dunning 1993).

    >>> round(g_squared(10, 10, 10, 10), 6)
    0.0
    """
    seen = np.array([[both, only_a], [only_b, neither]], np.float64)
    expected = seen.sum(1, keepdims=True) * seen.sum(0, keepdims=True) / max(seen.sum(), 1e-9)
    ratio = np.where(seen > 0, seen / np.maximum(expected, 1e-12), 1.0)
    return float(2 * (seen * np.log(ratio)).sum())


def lift(both: int, only_a: int, only_b: int, neither: int, level: float = 0.95) -> Lift:
    """Voices naming both over a * b / all, with a log-normal interval (delta method)."""
    a, b = both + only_a, both + only_b
    whole = a + b - both + neither
    expected = a * b / whole if whole else 0.0
    variance = max(1 / max(both, 0.5) - 1 / max(a, 1) - 1 / max(b, 1) + 1 / max(whole, 1), 0.0)
    g2 = g_squared(both, only_a, only_b, neither)
    return _around(both, expected, variance, g2, float(special.chdtrc(1, max(g2, 0.0))), level)


def expected_lift(both: int, expected: float, support: float, level: float = 0.95) -> Lift:
    """Voices naming both over an expectation that itself rests on `support` voices.

    The null count is Poisson with a Gamma mean of that shape, so negative-binomial.
    """
    shape, mean = max(support, 0.5), max(expected, 1e-9)
    chance = shape / (shape + mean)
    upper = float(special.betainc(both, shape, 1 - chance)) if both else 1.0
    lower = float(special.betainc(shape, both + 1, chance))
    variance = 1 / max(both, 0.5) + 1 / shape
    g2 = 2 * (both * math.log(max(both, 1e-9) / mean) - both + mean)
    return _around(both, mean, variance, g2, min(1.0, 2 * min(upper, lower)), level)


def record_rate(records: Floats, voices: float) -> float:
    """The chance per record at which `voices` of these authors would name something once.

    `records` has one entry per author (records, or records weighted by length). Solves
    sum(1 - exp(-rate * records)) = voices, the naming rate at equal exposure.
    """
    if voices <= 0 or len(records) == 0:
        return 0.0
    reachable = min(voices, len(records) - 0.5)
    if reachable <= 0:
        return 0.0

    def missing(log_rate: float) -> float:
        return float(-np.expm1(-math.exp(log_rate) * records).sum() - reachable)

    return math.exp(float(optimize.brentq(missing, -25.0, 12.0, xtol=1e-6)))


def _around(both: int, expected: float, variance: float, g2: float, p: float,
            level: float) -> Lift:  # fmt: skip
    value = both / expected if expected else math.inf
    reach = math.exp(z_of(level) * math.sqrt(variance))
    centre = max(both, 0.5) / expected if expected else math.inf
    return Lift(value=value, low=centre / reach if both else 0.0, high=centre * reach,
                expected=expected, p=p, g2=g2)  # fmt: skip
