"""The day with the most voices on a subject."""

from __future__ import annotations

from collections import defaultdict
from typing import ClassVar

from groundswell.query.figures import Figures
from groundswell.report import claim as make
from groundswell.report.claim import Found, Question
from groundswell.types import Claim
from groundswell.types.claim import ClaimKind


class Burst:
    """When a subject was named by most people; the earliest such day where several tie."""

    kind: ClassVar[ClaimKind] = "burst"

    def __call__(self, question: Question, figures: Figures) -> Claim | None:
        """The op peak; None when nobody spoke of it."""
        cells = make.asked(question, figures)
        days: dict[int, set[str]] = defaultdict(set)
        for cell in cells:
            if cell.records and cell.author:
                days[cell.day].add(cell.author)
        if not days or (question.unit == "person" and make.nameless(cells)):
            return None
        day = min(days, key=lambda d: (-len(days[d]), d))
        found = Found(
            estimate=len(days[day]), unit="people" if question.unit == "person" else "outlets",
            n=make.numbers(cells, question.unit), values={"day": day, "first": min(days)},
            evidence=make.evidence(question, figures),
        )  # fmt: skip
        return make.claim(self.kind, question, figures, found)
