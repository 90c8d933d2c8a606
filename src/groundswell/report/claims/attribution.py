"""That a record was published: where, and on which day."""

from __future__ import annotations

from typing import ClassVar

from groundswell.query.figures import Figures
from groundswell.report import claim as make
from groundswell.report.claim import Found, Question
from groundswell.report.places import one, place
from groundswell.types import Claim
from groundswell.types.claim import ClaimKind


class Attribution:
    """One record, its day and its place as it is printed."""

    kind: ClassVar[ClaimKind] = "attribution"

    def __call__(self, question: Question, figures: Figures) -> Claim | None:
        """The op published, with arg record."""
        post = figures.post(str(question.args["record"]))
        if post is None:
            return None
        values = {"record": post.id, "day": post.day, "place": place(post, figures.desk)}
        found = Found(estimate=1, unit="record", n=one(post), values=values, evidence=[post.id])
        return make.claim(self.kind, question, figures, found)
