"""Words that stand in a record, character for character."""

from __future__ import annotations

from typing import ClassVar

from groundswell.query.figures import Figures
from groundswell.report import claim as make
from groundswell.report.claim import Found, Question
from groundswell.report.places import one
from groundswell.types import Claim
from groundswell.types.claim import ClaimKind

LONGEST = 30  # words


class Quote:
    """A verbatim span of one visible record's body."""

    kind: ClassVar[ClaimKind] = "quote"

    def __call__(self, question: Question, figures: Figures) -> Claim | None:
        """The op verbatim, with args record, first and last (characters of the body)."""
        post = figures.post(str(question.args["record"]))
        if post is None:
            return None
        first, last = question.args["first"], question.args["last"]
        text = post.body[first:last]
        if not text.strip() or len(text.split()) > LONGEST:
            return None
        values = {"record": post.id, "start": first, "stop": last, "text": text}
        found = Found(estimate=1, unit="quote", n=one(post), values=values, evidence=[post.id])
        return make.claim(self.kind, question, figures, found)
