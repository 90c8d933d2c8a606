"""The contract of live sources: fetch pages, parse them into records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, NewType, Protocol

from groundswell.types import Record

Cursor = NewType("Cursor", str)


@dataclass(frozen=True, slots=True)
class Payload:
    """One raw answer from a platform, and where to resume after it."""

    body: bytes
    cursor: Cursor


class Http(Protocol):
    """The polite client a source is given; sources never reach the network themselves."""

    def get(self, url: str, **params: str | int) -> bytes:
        """The body of an answer; raises SourceError when there is none to be had."""


class Source(Protocol):
    """Where public writing comes from. Options are dataclass fields, set in sources.toml."""

    kind: ClassVar[str]

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """Yield payloads oldest first, each with the cursor that makes it unnecessary next time."""

    def parse(self, payload: Payload) -> Iterable[Record]:
        """Turn one payload into records. Pure: no network, no clock, no store."""
