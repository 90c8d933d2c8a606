"""That nothing was found, and among how many records it was looked for."""

from __future__ import annotations

from typing import ClassVar

from groundswell.query.figures import Figures
from groundswell.report import claim as make
from groundswell.report.claim import Found, Question
from groundswell.types import Claim, Interval, Numbers
from groundswell.types.claim import ClaimKind
from groundswell.types.series import EVERYTHING


class Absence:
    """No record on a subject among n; with none seen, its share is below 3/n at 95 %."""

    kind: ClassVar[ClaimKind] = "absence"

    def __call__(self, question: Question, figures: Figures) -> Claim | None:
        """The op none; None when there is such a record, or nothing was searched."""
        everything = figures.cells(EVERYTHING, question.unit, question.start, question.stop,
                                   question.communities)  # fmt: skip
        searched = make.numbers(everything, question.unit).records
        if not searched or make.numbers(make.asked(question, figures), question.unit).records:
            return None
        interval = Interval(low=0.0, high=min(1.0, 3 / searched), level=0.95,
                            method="rule of three")  # fmt: skip
        found = Found(estimate=0, unit="records", n=Numbers(), values={"searched": searched},
                      interval=interval)  # fmt: skip
        return make.claim(self.kind, question, figures, found)
