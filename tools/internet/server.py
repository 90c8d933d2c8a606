"""One process that answers for every host of the local internet, on one loopback port.

Requests come as plain http; the Host header says for whom. What stands under `/_` on the address
itself (Host 127.0.0.1 or localhost) is for whoever runs the test:

    GET  /_clock              the instant it is
    POST /_clock              {"advance": seconds} or {"now": ISO time}
    GET  /_limits             each host's requests, and what was impolite
    GET  /_due                what a gatherer must hold now, record id to body, platform by platform
    GET  /_sources            the tables of sources.toml that gather everything here
"""

from __future__ import annotations

import gzip
import importlib
import json
import pkgutil
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from websockets.exceptions import ConnectionClosed, InvalidState
from websockets.http11 import Request as Upgrade
from websockets.server import ServerProtocol

import internet.platforms
from internet.clock import Clock
from internet.faults import Faults, Sent
from internet.manners import Ledger
from internet.world import Limit, Platform, Request, Response

ROBOTS = b"User-agent: *\nDisallow: /login\nDisallow: /search\n"
HERE = ("127.0.0.1", "localhost")
UNKNOWN = Limit(1_000_000, 1.0, 1_000)
WORTH_PACKING = 600  # bytes
DRIPS, DRIP = 5, 0.02  # pieces of a slow answer and seconds of ours between them
PATIENCE = 600.0  # seconds of ours a stream waits for its next message


def platforms(seed: int, start: datetime, days: int, *, only: Sequence[str] = ()) -> list[Platform]:
    """Every platform there is (or those named), its month invented, in order of name."""
    made: list[Platform] = []
    for module in pkgutil.iter_modules(internet.platforms.__path__):
        found = importlib.import_module(f"internet.platforms.{module.name}")
        made += [kind(seed, start, days) for kind in kinds(found) if not only or kind.name in only]
    return sorted(made, key=lambda one: one.name)


def kinds(module: ModuleType) -> Iterator[type[Platform]]:
    """The platform classes a module defines."""
    for thing in vars(module).values():
        own = isinstance(thing, type) and thing.__module__ == module.__name__
        if own and hasattr(thing, "respond") and hasattr(thing, "hosts"):
            yield thing


class Internet:
    """The platforms, their clock, their faults, and how they were treated."""

    def __init__(
        self, served: Sequence[Platform], clock: Clock, *, faults: Faults | None = None
    ) -> None:
        self.platforms = list(served)
        self.clock = clock
        self.faults = faults or Faults(0, rate=0.0)
        self.ledger = Ledger()
        self._hosts = {host: one for one in served for host in one.hosts}
        self._locks = {one.name: threading.Lock() for one in served}

    def platform(self, host: str) -> Platform | None:
        """Who answers for a host; None when nobody does."""
        return self._hosts.get(host)

    def limit(self, host: str) -> Limit:
        """How politely a host wants to be treated."""
        found = self._hosts.get(host)
        return found.limit if found else UNKNOWN

    def never(self, host: str) -> Sequence[str]:
        """What a host asks not to be asked for, as patterns of "host/path"."""
        told = getattr(self._hosts.get(host), "never", ())
        return told if isinstance(told, tuple) else ()

    def respond(self, request: Request, now: datetime) -> Response:
        """What a platform answers, before anything goes wrong."""
        platform = self._hosts.get(request.host)
        if platform is None:
            return Response(b"no such host here", 404, "text/plain")
        with self._locks[platform.name]:
            response = platform.respond(request, now)
        if response.status == 404 and request.path == "/robots.txt":
            return Response(ROBOTS, 200, "text/plain")
        return response

    def due(self) -> dict[str, dict[str, str]]:
        """What a gatherer must hold now, platform by platform."""
        now = self.clock.now()
        return {one.name: dict(one.due(now)) for one in self.platforms}

    def limits(self) -> dict[str, dict[str, Any]]:
        """Each host's requests and what was impolite, as JSON can say it."""
        return {
            name: {"requests": host.requests, "most": host.most, "seconds": host.limit.seconds,
                   "limit": host.limit.requests, "at_once": host.at_once, "faults": host.faults,
                   "broken": host.broken}
            for name, host in sorted(self.ledger.hosts.items())
        }  # fmt: skip

    @contextmanager
    def serve(self, port: int = 0) -> Iterator[int]:
        """Serve on a loopback port (0: any that is free) until the block ends; its number."""
        server = _Server(("127.0.0.1", port), _Line)
        server.internet = self
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    internet: Internet

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news; anything else is."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Line(BaseHTTPRequestHandler):
    """One connection; its requests one after another."""

    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 120

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_HEAD(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the ledger keeps count."""

    def _answer(self) -> None:
        request, internet = self._request(), self.server.internet
        if request.host in HERE:
            self._send(Sent(response=self._control(request)), internet.clock.now())
            return
        now = internet.clock.now()
        limit, never = internet.limit(request.host), internet.never(request.host)
        with internet.ledger.entry(request, now, limit=limit, never=never) as manners:
            sent = internet.faults.spoil(request, now, lambda: internet.respond(request, now))
            manners.faults += sent.spoiled
            wait = sent.response.headers.get("Retry-After")
            manners.wait_until = _until(wait, now) if wait else manners.wait_until
            if self._streams(request, sent):
                self._stream(request, now)
            else:
                self._send(sent, now)

    def _request(self) -> Request:
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        return Request(
            self.command,
            (self.headers.get("Host") or "").rsplit(":", 1)[0].lower(),
            parts.path,
            tuple(parse_qsl(parts.query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length) if length else b"",
        )

    def _control(self, request: Request) -> Response:
        internet = self.server.internet
        told = json.loads(request.body or b"{}")
        if "advance" in told:
            internet.clock.advance(float(told["advance"]))
        if "now" in told:
            internet.clock.set(datetime.fromisoformat(told["now"]))
        answers: dict[str, Any] = {
            "/_clock": lambda: {
                "now": internet.clock.now().isoformat(),
                "speed": internet.clock.speed,
            },
            "/_limits": internet.limits,
            "/_due": internet.due,
            "/_sources": lambda: [dict(t) for one in internet.platforms for t in one.sources()],
        }
        if request.path not in answers:
            return Response(b"nothing is controlled here", 404, "text/plain")
        return Response(json.dumps(answers[request.path]()).encode())

    def _send(self, sent: Sent, now: datetime) -> None:
        body, headers = sent.response.body, dict(sent.response.headers)
        packs = "gzip" in (self.headers.get("Accept-Encoding") or "")
        if sent.packed or (
            packs and len(body) > WORTH_PACKING and "Content-Encoding" not in headers
        ):
            body = body if sent.packed else gzip.compress(body, 1, mtime=0)
            headers["Content-Encoding"] = "gzip"
        self.send_response_only(sent.response.status)
        headers.setdefault("Date", format_datetime(now + sent.skew, usegmt=True))
        headers.setdefault("Content-Type", sent.response.kind)
        if sent.response.status != 304:
            headers["Content-Length"] = str(len(body))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and sent.response.status != 304:
            self._body(body, sent)

    def _body(self, body: bytes, sent: Sent) -> None:
        half = len(body) // 2
        if sent.wire == "whole":
            self.wfile.write(body)
            return
        self.close_connection = True
        if sent.wire == "drip":
            for number in range(DRIPS):
                self.wfile.write(body[number : number + 1])
                time.sleep(DRIP)
        else:
            self.wfile.write(body[:half])
        if sent.wire == "reset":
            linger = struct.pack("ii", 1, 0)  # close with a reset, not politely
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.shutdown(socket.SHUT_RD)

    def _streams(self, request: Request, sent: Sent) -> bool:
        asks = request.headers.get("upgrade", "").lower() == "websocket"
        asks |= "text/event-stream" in request.headers.get("accept", "")
        return asks and sent.response.status in (101, 200) and sent.wire == "whole"

    def _stream(self, request: Request, now: datetime) -> None:
        self.close_connection = True
        messages = self._due_messages(request, now)
        if "upgrade" in request.headers:
            self._websocket(messages)
            return
        self.send_response_only(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for message in messages:
            self.wfile.write(message)

    def _due_messages(self, request: Request, now: datetime) -> Iterator[bytes]:
        """Messages as their time comes; a clock that stands still ends the stream instead."""
        internet = self.server.internet
        platform = internet.platform(request.host)
        for at, message in platform.stream(request, now) if platform else ():
            waits = PATIENCE if internet.clock.speed else 0.0
            if not internet.clock.reach(at, patience=waits):
                return
            yield message

    def _websocket(self, messages: Iterator[bytes]) -> None:
        protocol = ServerProtocol(subprotocols=None, select_subprotocol=_first_subprotocol)
        lines = [f"GET {self.path} HTTP/1.1", *(f"{k}: {v}" for k, v in self.headers.items())]
        protocol.receive_data("\r\n".join([*lines, "", ""]).encode("latin-1"))
        upgrade = next(one for one in protocol.events_received() if isinstance(one, Upgrade))
        protocol.send_response(protocol.accept(upgrade))
        with suppress(ConnectionClosed, InvalidState, OSError):
            self._flush(protocol)
            for message in messages:
                protocol.send_text(message)
                self._flush(protocol)
            protocol.send_close(1000)
            self._flush(protocol)
            self.connection.settimeout(1)
            protocol.receive_data(self.connection.recv(4096))
            self._flush(protocol)

    def _flush(self, protocol: ServerProtocol) -> None:
        for data in protocol.data_to_send():
            if data:
                self.connection.sendall(data)


def _first_subprotocol(_: ServerProtocol, offered: Sequence[Any]) -> Any:
    return offered[0] if offered else None


def _until(wait: str, now: datetime) -> datetime:
    if wait.isdigit():
        return now + timedelta(seconds=int(wait))
    return parsedate_to_datetime(wait)
