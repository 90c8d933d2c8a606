"""Did outlets come together on a subject, or would their calendars bring that about anyway?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from groundswell.stats.seed import generator

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Articles per (outlet, weekday) cell: one entry per cell in every array.

    `owner` codes who owns the outlet; `about` of its `total` articles are on the subject, and
    `inside` of the total lie in the window.
    """

    owner: Ints
    about: Ints
    total: Ints
    inside: Ints


def coverage_p(calendar: Calendar, seen: int, *, seed: str, draws: int) -> tuple[float, float]:
    """P of at least `seen` owners inside the window, and how many were expected.

    Dates are permuted within outlet and weekday, which makes the number of articles on the
    subject inside the window hypergeometric in every cell; an owner counts once. The floor is
    1 / (draws + 1) (Phipson and Smyth 2010).
    """
    if len(calendar.owner) == 0:
        return 1.0, 0.0
    good = np.minimum(calendar.inside, calendar.total)
    drawn = generator(seed).hypergeometric(
        good, calendar.total - good, calendar.about, size=(draws, len(good))
    )
    codes, index = np.unique(calendar.owner, return_inverse=True)
    present = np.zeros((draws, len(codes)), bool)
    for cell, owner in enumerate(index):
        present[:, owner] |= drawn[:, cell] > 0
    owners = present.sum(1)
    return float((1 + (owners >= seen).sum()) / (draws + 1)), float(owners.mean())
