"""One request on the network and its raw answer. Where httpx2 and httpcore2 live."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from threading import local
from typing import Any

import httpcore2
import httpx2

from groundswell.errors import Silent, SourceError, Unsafe, Upstream
from groundswell.http.guard import Guard
from groundswell.http.limits import Limits

CONNECTIONS = 64
ADDRESSES = 4  # of one host are tried, each for the whole time a connection may take


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: header names in lower case, the body as it was sent, still packed."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterable[bytes]
    close: Callable[[], None]


class Allowance:
    """How long the request of this thread may still take."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._here = local()

    @contextmanager
    def of(self, seconds: float) -> Iterator[None]:
        """Give what happens within this many seconds in all."""
        self._here.until = self._clock() + timedelta(seconds=seconds)
        try:
            yield
        finally:
            self._here.until = None

    def within(self, timeout: float | None) -> float | None:
        """A timeout, cut to what is left. ReadTimeout when nothing is."""
        until = getattr(self._here, "until", None)
        if until is None:
            return timeout
        left = (until - self._clock()).total_seconds()
        if left <= 0:
            raise httpcore2.ReadTimeout("the whole answer took too long")
        return float(left if timeout is None else min(left, timeout))


class Timed(httpcore2.NetworkStream):
    """A connection that also keeps to the allowance of the whole request.

    Timeouts of a single read do not stop a server that sends a byte every few seconds.
    """

    def __init__(self, stream: httpcore2.NetworkStream, allowance: Allowance) -> None:
        self._stream = stream
        self._allowance = allowance

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Some bytes."""
        return self._stream.read(max_bytes, self._allowance.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        self._stream.write(buffer, self._allowance.within(timeout))

    def close(self) -> None:
        """Close it."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:  # fmt: skip
        """The same, encrypted; the name that is checked is the host's, not the address."""
        inner = self._stream.start_tls(ssl_context, server_hostname, timeout)
        return Timed(inner, self._allowance)

    def get_extra_info(self, info: str) -> Any:
        """What the connection knows about itself."""
        return self._stream.get_extra_info(info)


class Checked(httpcore2.NetworkBackend):
    """Connections to addresses that the guard has seen, and to nothing else."""

    def __init__(self, allowance: Allowance, guard: Guard | None) -> None:
        self._allowance = allowance
        self._guard = guard
        self._inner = httpcore2.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:  # fmt: skip
        """A connection to the first address of a host that answers."""
        found = [host] if self._guard is None else self._guard.addresses(host, port)
        failed: httpcore2.ConnectError | httpcore2.ConnectTimeout | None = None
        for address in found[:ADDRESSES]:
            try:
                stream = self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
                return Timed(stream, self._allowance)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as problem:
                failed = problem
        raise failed or httpcore2.ConnectError("no address")


class Wire:
    """Sends requests, one at a time for each call: no cookies, no proxy, no redirects."""

    def __init__(self, guard: Guard, limits: Limits, clock: Callable[[], datetime]) -> None:
        self._guard = guard
        self._limits = limits
        self._allowance = Allowance(clock)
        self._open: list[httpx2.HTTPTransport] = []

    @cached_property
    def trust(self) -> ssl.SSLContext:
        """The certificates that are believed; no environment variable changes them."""
        return httpx2.create_ssl_context(trust_env=False)

    @cached_property
    def _public(self) -> httpx2.HTTPTransport:
        return self._transport(self._guard, self.trust)

    @cached_property
    def _routed(self) -> httpx2.HTTPTransport:
        return self._transport(None, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))

    def _transport(self, guard: Guard | None, trust: ssl.SSLContext) -> httpx2.HTTPTransport:
        transport = httpx2.HTTPTransport(verify=trust, trust_env=False)
        # There is no public parameter for the network backend.
        transport._pool = httpcore2.ConnectionPool(
            ssl_context=trust, max_connections=CONNECTIONS, keepalive_expiry=5,
            network_backend=Checked(self._allowance, guard),
        )  # fmt: skip
        self._open.append(transport)
        return transport

    @contextmanager
    def fetch(
        self, url: httpx2.URL, headers: Mapping[str, str], body: bytes | None = None
    ) -> Iterator[Reply]:
        """A whole answer, to be read within; closed and within its total time at the end."""
        with self._allowance.of(self._limits.total):
            reply = self.open(url, headers, body)
            try:
                yield reply
            finally:
                reply.close()

    def open(
        self, url: httpx2.URL, headers: Mapping[str, str], body: bytes | None = None, *,
        silence: float = 0,
    ) -> Reply:  # fmt: skip
        """The beginning of an answer; whoever opens it closes it. With a `body` it is a POST.

        With `silence`, so many seconds without a byte of the body are Silent.
        """
        idle = self._limits.idle
        timeout = {"connect": self._limits.connect, "read": idle, "write": idle, "pool": 60.0}
        routed = self._guard.route(url.raw_host.decode("ascii"))
        sent = dict(headers)
        transport = self._public
        target = url
        if routed is not None:
            transport = self._routed
            sent["host"] = url.netloc.decode("ascii")
            target = url.copy_with(scheme="http", host=routed[0], port=routed[1])
        method = "GET" if body is None else "POST"
        request = httpx2.Request(
            method, target, headers=sent, content=body, extensions={"timeout": timeout}
        )
        with told(url.host):
            response = transport.handle_request(request)
        kept = {name.lower(): value for name, value in response.headers.items()}
        timeout["read"] = silence or idle  # it is read anew for the body
        chunks = raw(response, url.host, silence)
        return Reply(response.status_code, kept, chunks, response.close)

    def close(self) -> None:
        """Close every connection."""
        for transport in self._open:
            transport.close()


def raw(response: httpx2.Response, host: str, silence: float) -> Iterator[bytes]:
    """The bytes of a body as they come; Silent after so many seconds without any, if given."""
    with told(host):
        try:
            yield from response.iter_raw()
        except httpx2.ReadTimeout as problem:
            if not silence:
                raise
            raise Silent(f"{host}: says nothing for {silence:g} seconds") from problem


@contextmanager
def told(host: str) -> Iterator[None]:
    """What goes wrong between two machines, as our errors."""
    try:
        yield
    except SourceError:
        raise
    except httpx2.TimeoutException as problem:
        raise Upstream(f"{host}: does not answer in time; tried again later") from problem
    except httpx2.HTTPError as problem:
        if "CERTIFICATE_VERIFY_FAILED" in str(problem):
            raise Unsafe(f"{host}: its certificate does not hold ({problem})") from problem
        raise Upstream(f"{host}: the connection failed ({problem})") from problem
