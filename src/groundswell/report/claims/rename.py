"""That one thing has gone by several names, and when each first stood in our corpus."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import ClassVar

from groundswell.desk import Entity
from groundswell.desk.nouns import FOREVER
from groundswell.query.figures import Figures, Post
from groundswell.report import claim as make
from groundswell.report.claim import Found, Question
from groundswell.types import Claim, Numbers
from groundswell.types.claim import ClaimKind

RECENT = 56  # days up to the end of the window in which a new name is still news


class Rename:
    """Names from the desk's dated aliases, kept only where each one was really read."""

    kind: ClassVar[ClaimKind] = "rename"

    def __call__(self, question: Question, figures: Figures) -> Claim | None:
        """The op alias; None without dated names, or when fewer than two were ever read."""
        entity = figures.desk.entity(question.subject.removeprefix("entity/"))
        ordered = names_in_order(entity) if entity else []
        if not ordered or not question.stop - RECENT <= ordered[-1][1] < question.stop:
            return None  # a name changed years ago is no news
        posts = [post for post in figures.posts(question.subject, question.start, question.stop)
                 if not question.communities or post.community in question.communities]  # fmt: skip
        firsts = {name: first(name, posts) for name, _ in ordered}
        known = [(name, day) for name, day in ordered if firsts[name] is not None]
        read = [post for name, _ in known if (post := firsts[name])]
        days = [post.day for post in read]
        if len(known) < 2 or days != sorted(days):
            return None
        values = {
            "names_in_order": [name for name, _ in known],
            "first_days": days,
            "switch": known[-1][1],
        }
        n = Numbers(records=len(posts), authors=len({p.author for p in posts if p.author}),
                    threads=len({p.root for p in posts}),
                    communities=len({p.community for p in posts}))  # fmt: skip
        found = Found(estimate=len(known), unit="names", n=n, values=values,
                      evidence=[post.id for post in read])  # fmt: skip
        return make.claim(self.kind, question, figures, found)


def names_in_order(entity: Entity) -> list[tuple[str, int]]:
    """An entity's successive names with the day each came into force, earliest first."""
    dated = [alias for alias in entity.aliases if alias.start or alias.stop != FOREVER]
    if not dated:
        return []
    names: list[tuple[int, str]] = []
    for start, group in groupby(sorted(dated, key=lambda a: a.start), key=lambda a: a.start):
        names.append((start, next(group).text))  # the others of that day are variants of it
    last = max(alias.stop for alias in dated if alias.start == names[-1][0])
    if last < FOREVER:  # the desk dates the old name only: the entity's own name came after it
        names.append((last, entity.name))
    elif names[0][0]:  # it dates the new name only: the entity's own name came before it
        names.insert(0, (0, entity.name))
    changes = [
        (text, start) for n, (start, text) in enumerate(names) if not n or names[n - 1][1] != text
    ]
    return changes if len(changes) > 1 else []


def first(name: str, posts: Sequence[Post]) -> Post | None:
    """The earliest record whose body holds a name as a word of its own."""
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    return next((post for post in posts if word.search(post.body)), None)
