"""Hacker News dumps: one item a line, as the official API or BigQuery give it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from groundswell.errors import BadRow
from groundswell.gather.archive import Row
from groundswell.gather.fields import engagement_of, json_object, need, text_of, time_of
from groundswell.gather.opening import first_lines, lines
from groundswell.text import normalise, plain
from groundswell.types import Record, RecordId

ITEM = "https://news.ycombinator.com/item?id="
LEFT_OUT = frozenset({"job", "poll", "pollopt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HackerNews:
    """Stories and comments; jobs, polls, dead and deleted items are left out."""

    name: ClassVar[str] = "hackernews"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether one of the first lines has an author "by" (deleted items have none), a time
        and a type."""
        return any(
            all(field in line for field in (b'"by"', b'"type"', b'"time"'))
            for line in first_lines(head)
        )

    def rows(self, path: Path, after: int) -> Iterator[Row]:
        """One row a line."""
        for number, line in lines(path, after):
            yield Row(number, line)

    def parse(self, row: Row) -> Record:
        """A story or a comment."""
        data = json_object(row.data) if isinstance(row.data, bytes) else row.data
        kind = text_of(data, "type")
        if data.get("dead") or data.get("deleted"):
            raise BadRow("dead or deleted upstream")
        if kind in LEFT_OUT or kind not in ("story", "comment"):
            raise BadRow(f"item of type {kind or 'nothing'}")
        native = need(data, "id")
        title, text = normalise(text_of(data, "title")), plain(text_of(data, "text"))
        if not title and not text:
            raise BadRow("no words")
        published, precision = time_of(data.get("time"))
        return Record(
            id=RecordId(f"hackernews:{native}"),
            source="hackernews",
            kind="post" if kind == "story" else "comment",
            community="news.ycombinator.com",
            title=title,
            text=text,
            url=text_of(data, "url") or ITEM + native,
            author=text_of(data, "by"),
            parent=_parent(data),
            published=published,
            precision=precision,
            available=published,
            engagement=engagement_of(
                {"score": data.get("score"), "comments": data.get("descendants")}
            ),
        )


def _parent(data: Mapping[str, Any]) -> RecordId | None:
    native = text_of(data, "parent")
    return RecordId(f"hackernews:{native}") if native else None
