"""Full-text search over what may be shown."""

from __future__ import annotations

from dataclasses import dataclass

from groundswell.query import pages
from groundswell.serve.near import Near, near
from groundswell.serve.page import page

SIZE = 20
LONGEST = 300  # characters of a question that are looked at
DEEPEST = 500  # pages


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What `search.html` and `/search.json` both show."""

    q: str
    understood: str
    total: int
    records: tuple[pages.Line, ...]
    subjects: Near
    page: int
    pages: int


@page("/search", template="search.html")
def search(sight: pages.Sight, q: str = "", page: int = 1) -> SearchPage:
    """Records that hold all the words, newest first; names and beats that are called so."""
    asked = q.replace("\0", " ")[:LONGEST]
    at = max(1, min(page, DEEPEST))
    total, lines = pages.found(sight, asked, limit=SIZE, offset=SIZE * (at - 1))
    last = max(1, -(-total // SIZE))
    return SearchPage(q=asked, understood=pages.match_words(asked), total=total,
                      records=tuple(lines), subjects=_subjects(sight, asked),
                      page=min(at, last), pages=last)  # fmt: skip


def _subjects(sight: pages.Sight, asked: str) -> Near:
    """Names, beats and communities of the desk that are called what was asked."""
    if len(asked.strip()) < 2:
        return ()
    entities = ((e.slug, e.name) for e in sight.desk.entities)
    beats = ((b.slug, b.name) for b in sight.desk.beats)
    places = ((c.slug, c.name) for c in sight.desk.communities)
    word = asked.strip().strip('"')
    return (*near(word, entities, "entities"), *near(word, beats, "beats"),
            *near(word, places, "communities"))  # fmt: skip
