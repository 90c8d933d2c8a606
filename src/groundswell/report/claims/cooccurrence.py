"""How many voices named two things in one record, and whether chance would bring that about."""

from __future__ import annotations

from typing import ClassVar

from groundswell.query.figures import Figures, people
from groundswell.report import claim as make
from groundswell.report.claim import Found, Question
from groundswell.stats.lift import lift
from groundswell.types import Claim, Interval
from groundswell.types.claim import ClaimKind
from groundswell.types.series import EVERYTHING


class Cooccurrence:
    """Two entities side by side, counted in people."""

    kind: ClassVar[ClaimKind] = "cooccurrence"

    def __call__(self, question: Question, figures: Figures) -> Claim | None:
        """The op pair, with arg other; None under the people limits for either name."""
        window = (question.unit, question.start, question.stop, question.communities)
        slug = question.subject.removeprefix("entity/")
        other = str(question.args["other"])
        both = len(figures.company(slug, *window).get(other.removeprefix("entity/"), ()))
        a, b = people(make.asked(question, figures)), people(figures.cells(other, *window))
        everyone = figures.cells(EVERYTHING, *window)
        whole = len(people(everyone))
        status = make.firm(min(len(a), len(b)))
        if not both or status is None or make.nameless(everyone):
            return None
        told = lift(both, len(a) - both, len(b) - both, whole - len(a) - len(b) + both)
        named = set(_records(other, question, figures))
        shared = [i for i in make.evidence(question, figures) if i in named]
        found = Found(
            estimate=both, unit="people", n=make.numbers(make.asked(question, figures), "person"),
            values={"expected": told.expected, "lift": told.value, "a": len(a), "b": len(b),
                    "all": whole},
            interval=Interval(low=told.low, high=told.high, level=0.95, method="lift"),
            status=status, evidence=shared,
        )  # fmt: skip
        return make.claim(self.kind, question, figures, found)


def _records(subject: str, question: Question, figures: Figures) -> list[str]:
    return [post.id for post in figures.posts(subject, question.start, question.stop) if post.lead]
