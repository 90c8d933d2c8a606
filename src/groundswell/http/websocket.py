"""WebSocket streams: the messages as they come, and an error when they stop coming."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from httpx2 import URL
from websockets.exceptions import (
    ConnectionClosedError,
    ConnectionClosedOK,
    InvalidStatus,
    WebSocketException,
)
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from groundswell.errors import Malformed, Silent, SourceError, TooLarge, Unsafe, Upstream
from groundswell.http.ask import MOVED
from groundswell.http.guard import PORTS, Guard
from groundswell.http.judge import CUT, refusal
from groundswell.http.limits import Limits
from groundswell.http.wire import ADDRESSES

PROTOCOL = "sec-websocket-protocol"
TOO_BIG = 1009  # RFC 6455, 7.4.1


@dataclass(frozen=True, slots=True)
class Socket:
    """Opens WebSockets to addresses the guard has checked."""

    guard: Guard
    limits: Limits

    def open(
        self, url: URL, headers: Mapping[str, str], *, trust: ssl.SSLContext | None, now: datetime
    ) -> ClientConnection:
        """A connection after its handshake. A refusal of the handshake is told by its status.

        Redirects are not followed, as only the first address was checked: Unsafe.
        """
        host = url.raw_host.decode("ascii")
        routed = self.guard.route(host)
        target = url if routed is None else url.copy_with(scheme="ws")
        sent = {name: value for name, value in headers.items() if name != PROTOCOL}
        wanted = [Subprotocol(part.strip()) for part in headers.get(PROTOCOL, "").split(",")]
        line = self._dial(url, host, routed)
        try:
            return connect(
                str(target), sock=line, ssl=trust if target.scheme == "wss" else None,
                additional_headers=sent, user_agent_header=None, proxy=None,
                subprotocols=[one for one in wanted if one] or None,
                open_timeout=self.limits.idle, max_size=self.limits.line, close_timeout=1,
            )  # fmt: skip
        except (WebSocketException, OSError, EOFError, ValueError) as problem:
            line.close()
            raise failed(host, problem, now) from problem

    def _dial(self, url: URL, host: str, routed: tuple[str, int] | None) -> socket.socket:
        port = url.port or PORTS[url.scheme]
        found = [host] if routed else self.guard.addresses(host, port)
        failed: OSError | None = None
        for address in found[:ADDRESSES]:
            try:
                return socket.create_connection(
                    routed or (address, port), timeout=self.limits.connect
                )
            except OSError as problem:
                failed = problem
        raise Upstream(f"{host}: the connection failed ({failed})") from failed


def failed(host: str, problem: Exception, now: datetime) -> SourceError:
    """What a handshake that failed means: a redirect, a refusal, or a broken line.

    Where it was redirected the library looks at the new address first, and fails at that.
    """
    cause: BaseException | None = problem
    while cause is not None and not isinstance(cause, InvalidStatus):
        cause = cause.__cause__ or cause.__context__
    if cause is None:
        return Upstream(f"{host}: no stream could be opened ({problem})")
    answer = cause.response
    if answer.status_code in MOVED:
        return Unsafe(
            f"{host}: redirects its stream ({answer.status_code}); that is not followed; mend the "
            "address"
        )
    kept = {name.lower(): value for name, value in answer.headers.raw_items()}
    return refusal(host, answer.status_code, kept, bytes(answer.body or b"")[:CUT], now)


def messages(line: ClientConnection, host: str, silence: float) -> Iterator[bytes]:
    """The messages of an open connection as bytes, until the other side closes it.

    Silent when nothing comes for that many seconds: a server may answer pings and still have
    stopped sending.
    """
    with line:
        while True:
            try:
                yield line.recv(timeout=silence, decode=False)
            except TimeoutError as problem:
                raise Silent(f"{host}: says nothing for {silence:g} seconds") from problem
            except ConnectionClosedOK:
                return
            except ConnectionClosedError as problem:
                if problem.sent is not None and problem.sent.code == TOO_BIG:
                    raise TooLarge(f"{host}: sends a message larger than we take") from problem
                raise Upstream(f"{host}: the stream broke off ({problem})") from problem
            except WebSocketException as problem:
                raise Malformed(f"{host}: does not speak WebSocket ({problem})") from problem
