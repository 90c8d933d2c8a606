"""How long until something happens, when for some it has not happened yet.

Whoever still waits at the end of the observation is *censored*: known to have waited at least so
long. Leaving them out, or counting them as answered, makes every waiting time look shorter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
CENSORED = 0  # what happened to those to whom nothing did


@dataclass(frozen=True, slots=True)
class Survival:
    """The share still waiting after each time at which something happened."""

    times: Floats
    waiting: Floats
    n: int

    def after(self, time: float) -> float:
        """The share still waiting just after a time.

        >>> kaplan_meier([1, 2, 3, 4], [1, 1, 0, 1]).after(2.5)
        0.5
        """
        passed = int(np.searchsorted(self.times, time, side="right"))
        return float(self.waiting[passed - 1]) if passed else 1.0

    def quantile(self, share: float) -> float | None:
        """When a share of all had it happen to them; None when that was not seen.

        >>> kaplan_meier([1, 2, 3, 4], [1, 0, 0, 0]).quantile(0.5) is None
        True
        """
        reached = np.flatnonzero(self.waiting <= 1 - share + 1e-12)
        return float(self.times[reached[0]]) if reached.size else None

    @property
    def median(self) -> float | None:
        """When half of all had it happen to them.

        >>> kaplan_meier([1, 2, 3, 4], [1, 1, 0, 1]).median
        2.0
        """
        return self.quantile(0.5)


def kaplan_meier(times: npt.ArrayLike, happened: npt.ArrayLike) -> Survival:
    """The product-limit estimate of waiting (Kaplan, Meier, "Nonparametric estimation from
    incomplete observations", 1958).

    One entry for each of those who waited: how long, and 1 when it happened then or 0 when the
    observation ended. ValueError for lengths that differ or times below zero.

    >>> kaplan_meier([6, 6, 6, 7, 10], [1, 1, 0, 1, 0]).waiting.round(3).tolist()
    [0.6, 0.3]
    """
    time, event = _pair(times, happened)
    moments, dead, risk = _table(time, event != CENSORED)
    waiting = np.asarray(np.cumprod(1 - dead / risk), np.float64)
    return Survival(moments, waiting, len(time))


def aalen_johansen(times: npt.ArrayLike, what: npt.ArrayLike, at: float) -> Mapping[int, float]:
    """The share to whom each of several things happened by a time, where one forestalls the
    others (Aalen, Johansen, "An empirical transition matrix for non-homogeneous Markov chains
    based on censored observations", 1978).

    `what` is 0 for censored, else the kind of thing. One minus Kaplan-Meier with the other kinds
    as censored would count those who can no longer have it as if they still might. The shares
    and what still waits add up to one.

    >>> aalen_johansen([1, 2, 3, 4], [1, 2, 0, 1], 10)
    {1: 0.75, 2: 0.25}
    """
    time, kind = _pair(times, what)
    moments, dead, risk = _table(time, kind != CENSORED)
    before = np.concatenate([[1.0], np.cumprod(1 - dead / risk)[:-1]]) if moments.size else dead
    kinds = sorted({int(one) for one in kind} - {CENSORED})
    found = {}
    for one in kinds:
        count = np.array([np.sum((time == moment) & (kind == one)) for moment in moments])
        found[one] = float(np.sum((before * count / risk)[moments <= at]))
    return found


def log_rank(
    left: npt.ArrayLike, left_happened: npt.ArrayLike,
    right: npt.ArrayLike, right_happened: npt.ArrayLike,
) -> tuple[float, float]:  # fmt: skip
    """Whether two groups waited equally long: chi-squared with one degree of freedom, and p
    (Mantel, "Evaluation of survival data and two new rank order statistics", 1966).

    p is 1 where nothing happened, or everybody of one group was gone before it did.

    >>> chi, p = log_rank([1, 2, 3], [1, 1, 1], [1, 2, 3], [1, 1, 1])
    >>> chi, p
    (0.0, 1.0)
    >>> round(log_rank([1, 2, 3, 4], [1] * 4, [11, 12, 13, 14], [1] * 4)[1], 4)
    0.0067
    """
    a, a_event = _pair(left, left_happened)
    b, b_event = _pair(right, right_happened)
    both, event = np.concatenate([a, b]), np.concatenate([a_event, b_event]) != CENSORED
    moments, dead, risk = _table(both, event)
    mine = np.array([np.sum(a >= moment) for moment in moments], dtype=np.float64)
    seen = float(np.sum(a_event != CENSORED))
    expected = float(np.sum(dead * mine / risk))
    free = np.maximum(risk - 1, 1)
    variance = float(np.sum(dead * (mine / risk) * (1 - mine / risk) * (risk - dead) / free))
    if variance <= 0:
        return 0.0, 1.0
    chi = (seen - expected) ** 2 / variance
    return chi, float(stats.chi2.sf(chi, 1))


def _pair(times: npt.ArrayLike, what: npt.ArrayLike) -> tuple[Floats, Ints]:
    time, kind = np.asarray(times, np.float64), np.asarray(what, np.int64)
    if time.shape != kind.shape or time.ndim != 1:
        raise ValueError(f"{time.shape} times do not fit {kind.shape} outcomes")
    if np.any(time < 0):
        raise ValueError("somebody waited less than no time")
    return time, kind


def _table(time: Floats, event: npt.NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """The times at which something happened, to how many, and how many could have had it."""
    moments, dead = np.unique(time[event], return_counts=True)
    risk = len(time) - np.searchsorted(np.sort(time), moments, side="left")
    return moments, dead.astype(np.float64), risk.astype(np.float64)
