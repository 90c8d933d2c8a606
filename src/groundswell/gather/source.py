"""The contract of live sources: fetch pages, parse them into records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal, NewType, Protocol

from groundswell.http.answer import Answer as Answer
from groundswell.http.answer import Params as Params
from groundswell.types import Exposure, Indicator, Record, RecordId

Cursor = NewType("Cursor", str)
Access = Literal["open", "own key", "own credentials", "paid"]


@dataclass(frozen=True, slots=True)
class Payload:
    """One raw answer from a platform, and where to resume after it.

    `gaps` are stretches of time that this answer shows cannot be had (a capped page, a cursor
    too old); they are saved with it.
    """

    body: bytes
    cursor: Cursor
    url: str = ""
    gaps: tuple[Exposure, ...] = ()


@dataclass(frozen=True, slots=True)
class Departure:
    """Everything by one author of a source is gone upstream: the account was closed."""

    source: str
    author: str


Found = Record | Exposure | Departure | Indicator


class Http(Protocol):
    """The polite client a source is given; sources never reach the network themselves.

    Raises a SourceError naming the host, what is wrong and what to do: see `groundswell.errors`.
    """

    def get(
        self, url: str, *, params: Params | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """An answer of an API or a feed; conditional where the last answer allowed it."""

    def post(
        self, url: str, *, form: Mapping[str, str] | None = None, json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        """What a platform answers to a form or to JSON, for what it cannot be asked otherwise."""

    def page(self, url: str) -> Answer:
        """A web page, asked for only where robots.txt allows it."""

    def stream(
        self, url: str, *, params: Params | None = None, headers: Mapping[str, str] | None = None
    ) -> Iterator[bytes]:
        """The messages of a WebSocket (ws, wss) or the lines of an endless answer (http, https).

        Ends when the other side closes; raises Silent when nothing comes for too long.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What a source's operator must know and what its terms let us do; the store enforces it.

    `text_ttl` and `recheck` are in hours (0: no limit, never). `derived_allowed`: may figures be
    made of it. `redistribute`: may its text leave this machine. `limits` and `gaps` are sentences
    for the source's page; `lag` is the usual delay between publication and sight, in seconds.
    """

    title: str
    access: Access
    terms: str
    text_ttl: int = 0
    derived_allowed: bool = True
    recheck: tuple[int, ...] = ()
    redistribute: bool = False
    every: int = 600
    lag: int = 0
    backfill: str = "none"
    threads: str = "none"
    deletes: str = "none"
    limits: str = ""
    gaps: tuple[str, ...] = field(default_factory=tuple)


class Source(Protocol):
    """Where public writing comes from. Options are dataclass fields, set in sources.toml.

    A source may also be a Backfill, a Recheck, or both.
    """

    kind: ClassVar[str]
    dossier: ClassVar[Dossier]

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """Yield payloads oldest first, each with the cursor that makes it unnecessary next time.

        Without `since` it begins with what is newest. It ends when there is nothing more for now.
        """

    def parse(self, payload: Payload) -> Iterable[Found]:
        """Turn one payload into records (deleted ones have that state), gaps and departures.

        Pure: no network, no clock, no store. SourceError for a payload that is something else.
        """


class Backfill(Protocol):
    """A source that can give what was published before it was first asked."""

    def backfill(
        self, http: Http, since: Cursor | None, first: datetime, now: datetime
    ) -> Iterator[Payload]:
        """Yield payloads of `first` to `now`, resumable after any of their cursors."""


class Recheck(Protocol):
    """A source that must be asked whether its records still stand."""

    def recheck(self, http: Http, ids: Sequence[RecordId], now: datetime) -> Iterator[Payload]:
        """Yield payloads that hold these records as they are now; missing ones as deleted.

        An answer that cannot be had proves nothing and yields nothing.
        """
