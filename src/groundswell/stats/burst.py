"""When did it start, and which day had most?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def peak(counts: Sequence[int], start: int) -> tuple[int, int]:
    """The first day with the highest count, and that count; days count from `start`.

    >>> peak([1, 4, 4], 100)
    (101, 4)
    """
    at = int(np.argmax(np.asarray(counts)))
    return start + at, int(counts[at])


def burst_start(counts: Sequence[int], base: float, start: int, factor: float = 2.0) -> int:
    """The first day of the burst that lasts to the end (two-state Kleinberg 2003).

    `base` is the usual count a day; the high state has `factor` times that, entering it costs
    ln(days). Returns the first day of the high state that holds the peak, else the peak's day.

    >>> burst_start([1, 1, 1, 1, 9, 12, 8], 1.0, 100)
    104
    """
    y = np.asarray(counts, np.float64)
    low = max(base, 0.25)
    rates = np.array([low, low * factor])
    cost = rates - y[:, None] * np.log(rates)
    enter = np.log(max(len(y), 2))
    states = _viterbi(cost, float(enter))
    top = int(np.argmax(y))
    if not states[top]:
        return start + top
    while top > 0 and states[top - 1]:
        top -= 1
    return start + top


def _viterbi(cost: np.ndarray[tuple[int, ...], np.dtype[np.float64]], enter: float) -> list[bool]:
    best = np.array([cost[0, 0], cost[0, 1] + enter])
    back: list[tuple[int, int]] = []
    for today in cost[1:]:
        choices = (int(best[1] < best[0]), int(best[1] <= best[0] + enter))
        best = np.array([best[choices[0]], min(best[0] + enter, best[1])]) + today
        back.append(choices)
    state = int(best[1] < best[0])
    states = [bool(state)]
    for choices in reversed(back):
        state = choices[state]
        states.append(bool(state))
    return states[::-1]
