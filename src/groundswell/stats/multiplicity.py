"""Many tests in one night: false-discovery control, and intervals that survive selection."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]


def benjamini_hochberg(p: npt.ArrayLike) -> Floats:
    """Adjusted p-values of one family (Benjamini and Hochberg 1995), shape as given."""
    values = np.asarray(p, np.float64)
    if values.size == 0:
        return values
    return np.asarray(stats.false_discovery_control(np.clip(values, 0, 1)), dtype=np.float64)


def interval_level(q: float, selected: int, tested: int) -> float:
    """False-coverage-rate level of the intervals of the selected: 1 - q R / m.

    Benjamini and Yekutieli 2005. With nothing selected the level is 1 - q.

    >>> interval_level(0.05, 5, 100)
    0.9975
    """
    if selected == 0 or tested == 0:
        return 1 - q
    return 1 - q * selected / tested


def drill_level(q: float, selected: int, tested: int) -> float:
    """The q at which parts of selected subjects may be tested: q R / m.

    Benjamini and Bogomolov 2014: selecting families first and testing inside them afterwards
    keeps the mean false-discovery rate over the selected families.
    """
    return q * selected / tested if tested else 0.0


def simes(p: npt.ArrayLike) -> Floats:
    """One p per row from the tests in its columns (Simes 1986); valid when they move together."""
    values = np.sort(np.atleast_2d(np.asarray(p, np.float64)), axis=1)
    count = values.shape[1]
    scaled = (values * count / np.arange(1, count + 1)).min(axis=1)
    return np.asarray(np.minimum(scaled, 1.0), dtype=np.float64)
