"""How many independent outlets wrote about a subject."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from groundswell.desk import Desk
from groundswell.query.figures import Figures, Post
from groundswell.report import claim as make
from groundswell.report.claim import Found, Question
from groundswell.types import Claim, Numbers
from groundswell.types.claim import ClaimKind


class Coverage:
    """Outlets, with one owner's counted once and reprints of one text counted once."""

    kind: ClassVar[ClaimKind] = "coverage"

    def __call__(self, question: Question, figures: Figures) -> Claim | None:
        """The op outlets; None when no outlet wrote about it."""
        articles = originals(make.counted(question, figures))
        if not articles:
            return None
        independent = {owner(figures.desk, article.outlet) for article in articles}
        n = Numbers(records=len(articles), outlets=len({a.outlet for a in articles}),
                    threads=len({a.root for a in articles}),
                    communities=len({a.community for a in articles}))  # fmt: skip
        days = [article.day for article in articles]
        found = Found(estimate=len(independent), unit="outlets", n=n,
                      values={"articles": len(articles), "first": min(days), "last": max(days)},
                      evidence=[article.id for article in articles])  # fmt: skip
        return make.claim(self.kind, question, figures, found)


def originals(posts: Iterable[Post]) -> list[Post]:
    """Articles without reprints: the first of each group of copies, wherever it stood."""
    seen: set[str] = set()
    kept = []
    for post in posts:
        if post.cluster not in seen:
            kept.append(post)
        if post.cluster:
            seen.add(post.cluster)
    return kept


def owner(desk: Desk, name: str) -> str:
    """Who owns an outlet; the outlet itself when the desk does not say."""
    outlet = desk.outlet(name)
    return (outlet.owner or outlet.slug) if outlet else name
