"""What could have been seen, and how many people it would have taken."""

from __future__ import annotations

import math

from scipy import special

POWER = 0.8


def smallest_difference(error: float, level: float = 0.95, power: float = POWER) -> float:
    """The smallest difference that a test with this standard error finds with that power.

    >>> round(smallest_difference(0.1), 3)
    0.28
    """
    return float(special.ndtri(0.5 + level / 2) + special.ndtri(power)) * error


def smallest_ratio(expected: float, alpha: float, level: float = 0.95,
                   power: float = POWER) -> float:  # fmt: skip
    """The smallest rate ratio visible at an expected count with excess variance alpha.

    Normal on the log scale: the relative variance of the count is 1 / expected + alpha; an
    expected count under a tenth is taken as a tenth.
    """
    return math.exp(smallest_difference(math.sqrt(1 / max(expected, 0.1) + alpha), level, power))


def needed(authors: int, error: float, effect: float, level: float = 0.95,
           power: float = POWER) -> int:  # fmt: skip
    """How many authors a difference of `effect` would have needed, errors shrinking as 1/sqrt n.

    >>> needed(50, 0.1, 0.14)
    201
    """
    if effect <= 0 or not math.isfinite(error):
        return authors
    return math.ceil(authors * (smallest_difference(error, level, power) / effect) ** 2)
