"""A server on this machine that misbehaves on request, and a time that only tests move."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import pytest

from groundswell.http.client import Client
from groundswell.http.identity import Identity
from groundswell.http.limits import Limits

START = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
IDENTITY = Identity("Ripple", "0.1", "desk@operator.example", "https://operator.example/bot")


@dataclass
class Time:
    """A clock that moves when somebody sleeps, and by `step` seconds whenever it is read."""

    now: datetime = START
    step: float = 0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> datetime:
        self.now += timedelta(seconds=self.step)
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


Act = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        path = self.path
        self.site.seen.append((path, {name.lower(): value for name, value in self.headers.items()}))
        acts = self.site.acts.get(path.partition("?")[0], [reply(status=404)])
        act = acts.pop(0) if len(acts) > 1 else acts[0]
        with contextlib.suppress(ConnectionError):
            act(self)

    def do_POST(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        self.site.sent.append(self.rfile.read(length))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass

    def send_response(self, code: int, message: str | None = None) -> None:
        self.send_response_only(code, message)  # without the server's own clock


@dataclass
class Site:
    address: str
    acts: dict[str, list[Act]] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)  # bodies of POST requests

    def on(self, path: str, *acts: Act) -> Site:
        self.acts[path] = list(acts)
        return self

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.seen]


def reply(body: bytes = b"", *, status: int = 200, kind: str = "", **headers: str) -> Act:
    """An answer; header names with _ for -. `content_length` may lie."""

    def act(handler: Handler) -> None:
        handler.send_response(status)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if kind:
            sent["content-type"] = kind
        if status != 304:
            sent.setdefault("content-length", str(len(body)))
        for name, value in sent.items():
            handler.send_header(name, value)
        handler.end_headers()
        if status != 304:
            handler.wfile.write(body)
        if int(sent.get("content-length", 0)) != len(body):
            handler.close_connection = True

    return act


def json(text: str = "{}", **headers: str) -> Act:
    return reply(text.encode(), kind="application/json", **headers)


def moved(location: str, status: int = 302) -> Act:
    return reply(status=status, location=location)


def drop(handler: Handler) -> None:
    """Close without a word."""
    handler.close_connection = True
    handler.connection.close()


def drip(handler: Handler) -> None:
    """Endless bytes, one by one, until the other side has had enough."""
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.end_headers()
    while True:
        handler.wfile.write(b" ")
        handler.wfile.flush()


class Server(ThreadingHTTPServer):
    def handle_error(self, *given: object) -> None:
        """A client that hangs up is no news; anything else is."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(*given)


@pytest.fixture
def site() -> Iterator[Site]:
    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made = Site(f"127.0.0.1:{server.server_port}")
    server.RequestHandlerClass = type("Bound", (Handler,), {"site": made})
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def make(site: Site, time: Time) -> Iterator[Callable[..., Client]]:
    """Clients whose every host is the site; limits and other parts may be given."""
    made: list[Client] = []

    def client(**parts: object) -> Client:
        wanted = {"interval": 0, **parts.pop("limits", {})}
        parts.setdefault("routes", {"*": site.address})
        parts.setdefault("random", Random(1))
        made.append(
            Client(IDENTITY, clock=time.clock, sleep=time.sleep, limits=Limits(**wanted), **parts)
        )
        return made[-1]

    yield client
    for one in made:
        one.close()


@pytest.fixture
def client(make: Callable[..., Client]) -> Client:
    return make()
