"""Where records stand: printed places, owners of outlets, articles without their reprints."""

from __future__ import annotations

from collections.abc import Iterable

from groundswell.desk import Desk
from groundswell.query.figures import Post
from groundswell.types import Numbers


def place(post: Post, desk: Desk) -> str:
    """The printed name of the community or outlet a record stands in."""
    if post.unit == "outlet":
        outlet = desk.outlet(post.outlet)
        return outlet.name if outlet else post.outlet
    return printed(post.community, desk)


def printed(community: str, desk: Desk) -> str:
    """The printed name of a community."""
    known = desk.community(community)
    return known.name if known else community


def running(name: str, desk: Desk) -> str:
    """A beat's name as it stands in a sentence: small letters but for acronyms and names."""
    proper = {alias.text for entity in desk.entities for alias in entity.aliases
              if entity.type != "concept"}  # fmt: skip
    words = [word if word in proper or not word[1:].islower() else word.lower()
             for word in name.replace("&", "and").split()]  # fmt: skip
    return " ".join(words)


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


def one(post: Post) -> Numbers:
    """The numbers behind a single record."""
    outlet = post.unit == "outlet"
    return Numbers(records=1, authors=0 if outlet or not post.author else 1, threads=1,
                   outlets=1 if outlet else 0, communities=1)  # fmt: skip
