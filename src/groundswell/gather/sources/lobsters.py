"""Lobsters by its feeds: a hobby-run forum that asks programs to read nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from groundswell.gather.cursors import word
from groundswell.gather.feeds import Entry, feed_of
from groundswell.gather.listing import cursor_of, state_of
from groundswell.gather.source import Cursor, Dossier, Found, Http, Payload
from groundswell.gather.visits import Visit, mark_of
from groundswell.types import Record, RecordId

SITE, COMMUNITY = "https://lobste.rs", "lobste.rs"
ID = re.compile(r"https?://[^/]+/(s|c)/(\w+)")
BEHIND = re.compile(r"\n*Comments\Z")  # the link below a story's description


@dataclass(frozen=True, slots=True, kw_only=True)
class Lobsters:
    """New stories, all or those of some tags, and comments.

    `tags`: read one combined feed of these; empty: all. `comments`: read the newest 20 too; the
    feed does not say what they answer.
    """

    kind: ClassVar[str] = "lobsters"
    dossier: ClassVar[Dossier] = Dossier(
        title="Lobsters",
        access="open",
        terms="https://lobste.rs/about; robots.txt allows programs its feeds",
        every=1_800,
        lag=900,
        backfill="none",
        threads="none: the feed of comments does not say what they answer",
        deletes="none: a feed only shows what is newest",
        limits="Two requests every half hour; volunteers run the site.",
        gaps=("Feeds hold 25 stories and 20 comments; what is beyond is noted as a gap.",),
    )

    tags: tuple[str, ...] = ()
    comments: bool = True

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """The feed of stories, then that of comments, where they changed."""
        state = state_of(since)
        for name, url in self._feeds():
            visit = _visit(state, name)
            answer = http.get(url)
            if visit.knows(answer):
                continue
            feed = feed_of(answer.body, charset=answer.headers.get("content-type", ""), url=url)
            gaps = visit.go_on(feed, answer, COMMUNITY, now)
            state = {**state, name: visit.cursor(), "read": name}
            yield Payload(answer.body, cursor_of(state), url, gaps)

    def parse(self, payload: Payload) -> Iterable[Found]:
        """Stories or comments; those the cursor names as new, else all."""
        feed = feed_of(payload.body)
        state = state_of(payload.cursor or None)
        new = _visit(state, word(state, "read")).new if state else None
        found = (_record(one) for one in feed.entries if new is None or mark_of(one) in new)
        return list({one.id: one for one in found if one is not None}.values())

    def _feeds(self) -> Iterator[tuple[str, str]]:
        yield (
            "stories",
            f"{SITE}/t/{','.join(self.tags)}.rss" if self.tags else f"{SITE}/newest.rss",
        )
        if self.comments:
            yield "comments", f"{SITE}/comments.rss"


def _visit(state: Mapping[str, Any], name: str) -> Visit:
    """What the cursor keeps of one feed."""
    kept = word(state, name)
    return Visit.of(Cursor(kept) if kept else None)


def _record(entry: Entry) -> Record | None:
    named = ID.match(entry.identity)
    if named is None or entry.published is None:
        return None
    story = named[1] == "s"
    text = BEHIND.sub("", entry.text) if story else entry.text
    return Record(
        id=RecordId(f"lobsters:{named[2]}"),
        source="lobsters",
        kind="post" if story else "comment",
        community=COMMUNITY,
        title=entry.title if story else "",
        text=text,
        url=entry.url or entry.identity,
        author=author_of(entry.author),
        published=entry.published,
        precision=entry.precision,
    )


def author_of(stated: str) -> str:
    """The account behind the three ways the feeds have named it.

    >>> [author_of(one) for one in ("example.org via moss", "moss@lobste.rs (moss)", "moss")]
    ['moss', 'moss', 'moss']
    """
    words = stated.split()
    return words[-1].strip("()") if words else ""
