"""One thing against another: how many times as many voices, or how much larger a share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from groundswell.query.figures import Figures, people
from groundswell.report import claim as make
from groundswell.report import measured
from groundswell.report.claim import Found, Question
from groundswell.report.licence import licence
from groundswell.stats.ratio import bootstrap_ratio
from groundswell.stats.shares import author_mean
from groundswell.stats.standard import Rows, contrast
from groundswell.types import Claim, Interval
from groundswell.types.claim import ClaimKind
from groundswell.types.series import EVERYTHING
from groundswell.types.snapshot import canonical


class Ratio:
    """A comparison of two subjects among the same people, or of two sets of communities."""

    kind: ClassVar[ClaimKind] = "ratio"

    def __call__(self, question: Question, figures: Figures) -> Claim | None:
        """One of the ops voices (arg other) and contrast (args left and right)."""
        op = {"voices": _voices, "contrast": _contrast}[question.op]
        found = op(question, figures)
        return make.claim(self.kind, question, figures, found) if found else None


def _voices(question: Question, figures: Figures) -> Found | None:
    cells = make.asked(question, figures)
    others = figures.cells(str(question.args["other"]), question.unit, question.start,
                           question.stop, question.communities)  # fmt: skip
    everyone = sorted(people(cells) | people(others))
    a, b = people(cells), people(others)
    status = make.firm(min(len(a), len(b)))
    if status is None or make.nameless(cells):
        return None
    drawn = bootstrap_ratio([x in a for x in everyone], [x in b for x in everyone],
                            seed=canonical(question.query))  # fmt: skip
    interval = Interval(low=drawn.low, high=drawn.high, level=0.95, method="bootstrap over authors")
    return Found(estimate=len(a) / len(b), unit="times", n=make.numbers(cells, question.unit),
                 values={"a": len(a), "b": len(b)}, interval=interval, status=status,
                 evidence=make.evidence(question, figures))  # fmt: skip


def _contrast(question: Question, figures: Figures) -> Found | None:
    sides = [_rows(question, figures, question.args[side]) for side in ("left", "right")]
    fewest = min(len(np.unique(side.author)) for side in sides)
    status = make.firm(fewest)
    if status is None:
        return None
    told = contrast(sides[0], sides[1])
    if not told.agrees:
        return None
    left, right = (_mean(side) for side in sides)
    interval = Interval(low=told.low, high=told.high, level=0.95,
                        method="standardised to a common length")  # fmt: skip
    n = make.numbers(make.asked(question, figures), question.unit)
    found = Found(
        estimate=told.value, unit="points", n=n, interval=interval, status=status,
        values={"left": left, "right": right, "raw": told.raw},
        licence=licence(status=status, n=n), evidence=make.evidence(question, figures),
    )  # fmt: skip
    return measured.between(found, question, figures)


def _rows(question: Question, figures: Figures, communities: Sequence[str]) -> Rows:
    whole: dict[tuple[str, int], int] = defaultdict(int)
    part: dict[tuple[str, int], int] = defaultdict(int)
    for subject, sums in ((EVERYTHING, whole), (question.subject, part)):
        for cell in figures.cells(subject, question.unit, question.start, question.stop,
                                  tuple(communities)):  # fmt: skip
            if cell.author and cell.records:
                sums[cell.author, cell.length_bin] += cell.records
    codes = {author: n for n, author in enumerate(sorted({author for author, _ in whole}))}
    keys = sorted(whole)
    return Rows(
        author=np.array([codes[author] for author, _ in keys], np.int64),
        length_bin=np.array([length for _, length in keys], np.int64),
        part=np.array([part.get(key, 0) for key in keys], np.float64),
        whole=np.array([whole[key] for key in keys], np.float64),
    )


def _mean(rows: Rows) -> float:
    _, index = np.unique(rows.author, return_inverse=True)
    return author_mean(np.bincount(index, rows.part), np.bincount(index, rows.whole)).value
