"""That a record was published: where, and on which day."""

from __future__ import annotations

from typing import ClassVar

from groundswell.query.figures import Figures, Post
from groundswell.report import claim as make
from groundswell.report.claim import Found, Question
from groundswell.types import Claim, Numbers
from groundswell.types.claim import ClaimKind


class Attribution:
    """One record, its day and its place as it is printed."""

    kind: ClassVar[ClaimKind] = "attribution"

    def __call__(self, question: Question, figures: Figures) -> Claim | None:
        """The op published, with arg record."""
        post = figures.post(str(question.args["record"]))
        if post is None:
            return None
        values = {"record": post.id, "day": post.day, "place": place(post, figures)}
        found = Found(estimate=1, unit="record", n=one(post), values=values, evidence=[post.id])
        return make.claim(self.kind, question, figures, found)


def place(post: Post, figures: Figures) -> str:
    """The printed name of the community or outlet a record stands in."""
    if post.unit == "outlet":
        outlet = figures.desk.outlet(post.outlet)
        return outlet.name if outlet else post.outlet
    community = figures.desk.community(post.community)
    return community.name if community else post.community


def one(post: Post) -> Numbers:
    """The numbers behind a single record."""
    outlet = post.unit == "outlet"
    return Numbers(records=1, authors=0 if outlet or not post.author else 1, threads=1,
                   outlets=1 if outlet else 0, communities=1)  # fmt: skip
