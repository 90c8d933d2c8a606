"""How many independent outlets wrote about a subject."""

from __future__ import annotations

from typing import ClassVar

from groundswell.query.figures import Figures, Post
from groundswell.report import claim as make
from groundswell.report.claim import Found, Question
from groundswell.report.places import originals
from groundswell.types import Claim, Numbers
from groundswell.types.claim import ClaimKind


class Coverage:
    """Outlets, with one owner's counted once and reprints of one text counted once."""

    kind: ClassVar[ClaimKind] = "coverage"

    def __call__(self, question: Question, figures: Figures) -> Claim | None:
        """The op outlets; None when no outlet wrote about it."""
        desk = figures.desk
        posts = figures.posts(question.subject, question.start, question.stop)
        articles = originals(post for post in posts
                             if _asked(post, question) and desk.owner(post.outlet))  # fmt: skip
        if not articles:
            return None
        independent = {desk.owner(article.outlet) for article in articles}
        n = Numbers(records=len(articles), outlets=len({a.outlet for a in articles}),
                    threads=len({a.root for a in articles}),
                    communities=len({a.community for a in articles}))  # fmt: skip
        days = [article.day for article in articles]
        found = Found(estimate=len(independent), unit="outlets", n=n,
                      values={"articles": len(articles), "first": min(days), "last": max(days)},
                      evidence=[article.id for article in articles])  # fmt: skip
        return make.claim(self.kind, question, figures, found)


def _asked(post: Post, question: Question) -> bool:
    """Whether an article is of the unit and communities asked about. Copies are: what an outlet
    reprints of a text first seen on no outlet is its own piece."""
    return post.unit == question.unit and (
        not question.communities or post.community in question.communities
    )
