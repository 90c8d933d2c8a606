"""What something is, in the desk's own words."""

from __future__ import annotations

from typing import ClassVar

from groundswell.query.figures import Figures
from groundswell.report import claim as make
from groundswell.report.claim import Found, Question
from groundswell.types import Claim, Numbers
from groundswell.types.claim import ClaimKind


class Context:
    """A definition: it counts nothing and asserts no more than the desk does."""

    kind: ClassVar[ClaimKind] = "context"

    def __call__(self, question: Question, figures: Figures) -> Claim | None:
        """The ops population ("community/<slug>") and entity; None when the desk is silent."""
        slug = question.subject.partition("/")[2]
        if question.op == "population":
            community = figures.desk.community(slug)
            text = community.population if community else ""
        else:
            entity = figures.desk.entity(slug)
            text = entity.name if entity else ""
        if not text:
            return None
        found = Found(estimate=1, unit="definition", n=Numbers(), values={"text": text})
        return make.claim(self.kind, question, figures, found)
