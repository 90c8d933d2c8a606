"""The local internet's script: what people on each platform did in one invented month.

A platform (`platforms/<name>.py`) makes its happenings from a seed and answers requests in the
true shape of what it stands for. The server (`server.py`) adds what goes wrong between two
machines; the platform what goes wrong on the platform itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal, Protocol

Act = Literal["publish", "edit", "delete", "leave"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing somebody did. `key` is the platform's own id of the item; for "leave" (an account
    is closed and all its items go) it is the author. `shown` is when the platform first gives it
    out, which may be later than `at` and out of order."""

    at: datetime
    act: Act
    key: str
    author: str = ""
    place: str = ""
    title: str = ""
    text: str = ""
    parent: str = ""
    shown: datetime | None = None
    private: bool = False
    """The author or the platform asks that it not be collected: it must never be gathered."""


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked. Query values stand in order, repeated names repeated."""

    method: str
    host: str
    path: str
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes = b""

    def get(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return next((value for key, value in self.query if key == name), default)


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered; the server adds length and encoding."""

    body: bytes = b""
    status: int = 200
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limit:
    """A politeness limit measured at the server: at most `requests` in any `seconds` a host."""

    requests: int
    seconds: float
    at_once: int = 2


class Platform(Protocol):
    """One platform of the local internet; stateless apart from its script.

    It may also have `never`, patterns (regular expressions) of "host/path" that a polite gatherer
    does not ask for, such as pages its robots.txt disallows; the server counts such requests.
    """

    name: ClassVar[str]
    hosts: ClassVar[tuple[str, ...]]
    limit: ClassVar[Limit]
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        """Invent the month from a seed; happenings in order of `at`."""

    def respond(self, request: Request, now: datetime) -> Response:
        """The answer at an instant, from happenings shown by then."""

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """The messages of a stream from where the request asks, with when each is sent; platforms
        without streams yield nothing.

        A stream is what a WebSocket upgrade or `Accept: text/event-stream` asks for. The server
        asks `respond` about the same request first: any status but 101 and 200 is the answer
        instead. Messages are WebSocket texts, or whole events with their blank line.
        """

    def due(self, now: datetime) -> Mapping[str, str]:
        """What a gatherer who was always there must hold at an instant: record id -> body as
        Groundswell has it (title, blank line, text). Private and deleted items are absent."""

    def sources(self) -> Sequence[Mapping[str, object]]:
        """The tables of sources.toml that gather this platform."""
