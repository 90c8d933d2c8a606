"""One public post, comment or article, as we found it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NewType, get_args

RecordId = NewType("RecordId", str)
Kind = Literal["post", "comment", "article", "paper", "issue", "change", "review", "mail", "video"]
Precision = Literal["second", "minute", "day"]
State = Literal["public", "deleted", "removed", "forgotten"]

KINDS: tuple[Kind, ...] = get_args(Kind)
PRECISIONS: tuple[Precision, ...] = get_args(Precision)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One public post, comment or article.

    `id` is "<source>:<the platform's own id>", so gathering twice is harmless. `title` and
    `text` are plain text. `author` is a handle only between `parse` and the gather loop, which
    replaces it by a keyed pseudonym before anything is saved; "" when unknown. Articles are
    counted by `outlet`, everything else by `author`. `published` is when it was said, to
    `precision`; `available` when we could have known it (None: when it was observed).
    """

    id: RecordId
    source: str
    kind: Kind
    community: str
    published: datetime
    text: str
    title: str = ""
    outlet: str = ""
    url: str = ""
    author: str = ""
    lang: str = "und"
    parent: RecordId | None = None
    root: RecordId | None = None
    precision: Precision = "second"
    available: datetime | None = None
    edited: datetime | None = None
    state: State = "public"
    engagement: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.id.startswith(self.source + ":"):
            raise ValueError(f"record id {self.id!r} must start with its source {self.source!r}")
        for when in (self.published, self.available, self.edited):
            if when is not None and when.utcoffset() != timedelta(0):
                raise ValueError(f"record {self.id}: time {when!r} must be aware UTC")
        if self.kind not in KINDS or self.precision not in PRECISIONS:
            raise ValueError(f"record {self.id}: unknown kind or precision")

    @property
    def body(self) -> str:
        """What is read and quoted: title, blank line, text. All offsets count its characters."""
        return join_body(self.title, self.text)

    @property
    def content(self) -> str:
        """Content hash: equal bodies are read once (SHA-256, 32 hex digits)."""
        return content_hash(self.body)


def join_body(title: str, text: str) -> str:
    """The body of a record from its two parts."""
    return f"{title}\n\n{text}" if title and text else title or text


def content_hash(body: str) -> str:
    """The first 32 hex digits of the SHA-256 of a body."""
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()[:32]
