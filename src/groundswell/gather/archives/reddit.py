"""Reddit dumps: one submission or comment a line, as in the monthly archives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from groundswell.errors import BadRow
from groundswell.gather.archive import Row
from groundswell.gather.fields import GONE, engagement_of, json_object, need, text_of, time_of
from groundswell.gather.opening import first_lines, lines
from groundswell.text import normalise
from groundswell.types import Record, RecordId

SITE = "https://www.reddit.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reddit:
    """Submissions (t3) and comments (t1) of Reddit dump NDJSON, usually packed with zstd."""

    name: ClassVar[str] = "reddit"

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether the first line has a subreddit and a Unix time."""
        first = (first_lines(head) or [b""])[0]
        return b'"subreddit"' in first and b'"created_utc"' in first

    def rows(self, path: Path, after: int) -> Iterator[Row]:
        """One row a line."""
        for number, line in lines(path, after):
            yield Row(number, line)

    def parse(self, row: Row) -> Record:
        """A submission or a comment; BadRow for what its author or a moderator took away."""
        data = json_object(row.data) if isinstance(row.data, bytes) else row.data
        published, precision = time_of(data.get("created_utc"))
        comment = "body" in data
        text = _words(data, "body" if comment else "selftext")
        title = "" if comment else _words(data, "title")
        if text in GONE or (not text and not title):
            raise BadRow("deleted or removed upstream" if text in GONE else "no words")
        author = text_of(data, "author")
        return Record(
            id=RecordId(f"reddit:{'t1' if comment else 't3'}_{need(data, 'id')}"),
            source="reddit",
            kind="comment" if comment else "post",
            community=f"r/{need(data, 'subreddit')}",
            title=title,
            text=text,
            url=_url(data),
            author="" if author in GONE else author,
            parent=_full(text_of(data, "parent_id")) if comment else None,
            root=_full(text_of(data, "link_id")) if comment else None,
            published=published,
            precision=precision,
            available=published,
            engagement=engagement_of(
                {"score": data.get("score"), "comments": data.get("num_comments")}
            ),
        )


def _words(data: Mapping[str, Any], key: str) -> str:
    """Reddit escapes three characters in everything it hands out."""
    text = text_of(data, key).replace("&lt;", "<").replace("&gt;", ">")
    return normalise(text.replace("&amp;", "&"))


def _full(name: str) -> RecordId | None:
    return RecordId(f"reddit:{name}") if name else None


def _url(data: Mapping[str, Any]) -> str:
    link = text_of(data, "url")
    if link.startswith("http") and not data.get("is_self", False) and "body" not in data:
        return link
    permalink = text_of(data, "permalink")
    return SITE + permalink if permalink.startswith("/") else permalink
