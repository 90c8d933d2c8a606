"""Reaching the local internet without a network: the client's shape, calling platforms directly.

For tests of one source against its platform. What goes wrong between two machines (resets, slow
answers, compression) needs the server and the real client.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from urllib.parse import parse_qsl, urlsplit

from groundswell.errors import (
    AuthRequired,
    Blocked,
    Forbidden,
    Gone,
    Malformed,
    NotFound,
    SourceError,
    Throttled,
    Unsafe,
    Upstream,
)
from groundswell.http.answer import Answer, Params, Wishes
from groundswell.http.ask import MOVED, enclosed
from groundswell.http.decode import opened
from groundswell.http.read import split
from internet.world import Platform, Request, Response

EVENTS = {"accept": "text/event-stream, */*;q=0.5"}  # what a stream asks for, unless told
LINE = 16 << 20  # bytes of a line
MEANS: dict[int, type[SourceError]] = {
    401: AuthRequired,
    403: Forbidden,
    404: NotFound,
    410: Gone,
    429: Throttled,
}


class Direct:
    """An Http whose answers come from platforms at the instant `now`, which a test sets.

    `asked` keeps every request. `follow` redirects are followed; nothing is conditional unless
    the caller sends the headers.
    """

    def __init__(self, platforms: Sequence[Platform], now: datetime) -> None:
        self.hosts = {host: platform for platform in platforms for host in platform.hosts}
        self.now = now
        self.asked: list[Request] = []

    def get(
        self, url: str, *, params: Params | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The platform's answer; a SourceError as the real client would raise it."""
        for _ in range(6):
            request = asked(url, params, headers)
            self.asked.append(request)
            response = self.respond(request)
            if response.status not in MOVED:
                return self._answer(url, response)
            url, params = response.headers["Location"], None
        raise Malformed(f"{url}: redirects more than five times")

    def post(
        self, url: str, *, form: Mapping[str, str] | None = None, json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        """The platform's answer to a form or to JSON; what is sent is never redirected."""
        kind, body = enclosed(form, json)
        told = {**lowered(headers), "content-type": kind}
        request = replace(asked(url, None, told), method="POST", body=body)
        self.asked.append(request)
        response = self.respond(request)
        if response.status in MOVED:
            raise Unsafe(f"{url}: redirects what was sent to it; it is not sent there")
        return self._answer(url, response)

    def page(self, url: str) -> Answer:
        """A page; Blocked for what the platform never wants to be asked."""
        request = asked(url, None, None)
        place = request.host + request.path
        never = getattr(self._platform(request), "never", ())
        if any(re.match(pattern, place) for pattern in never):
            raise Blocked(f"{url}: robots.txt does not allow it")
        answer = self.get(url)
        return Answer(answer.url, answer.status, answer.headers, answer.body, answer.at, Wishes())

    def stream(
        self, url: str, *, params: Params | None = None, headers: Mapping[str, str] | None = None
    ) -> Iterator[bytes]:
        """The messages of a WebSocket a platform has sent by `now`, or the lines of an answer.

        As the server does, the platform is first asked for an answer: any but 101 and 200 is a
        refusal, and one that is no stream is read to its end, unpacked where it is a gzip file.
        """
        socket = urlsplit(url).scheme in ("ws", "wss")
        told = {**({} if socket else EVENTS), **lowered(headers)}
        for _ in range(6):
            request = asked(url, params, told)
            self.asked.append(request)
            response = self.respond(request)
            if response.status not in MOVED:
                break
            if socket:
                raise Unsafe(f"{url}: redirects its stream; that is not followed")
            url, params = response.headers["Location"], None
        else:
            raise Malformed(f"{url}: redirects more than five times")
        if response.status not in (101, 200):
            self._answer(url, response)
            raise Malformed(f"{url}: answered {response.status} where a stream was due")
        sent = (message for _, message in takewhile(
            lambda one: one[0] <= self.now, self.sent(request)))  # fmt: skip
        if socket:
            yield from sent
        elif "text/event-stream" in request.headers["accept"]:
            yield from split(sent, LINE)
        else:
            yield from split(opened([response.body], coding(request, response)), LINE)

    def respond(self, request: Request) -> Response:
        """The platform's own answer."""
        return self._platform(request).respond(request, self.now)

    def sent(self, request: Request) -> Iterator[tuple[datetime, bytes]]:
        """The messages of the platform's stream, with when each is sent."""
        return self._platform(request).stream(request, self.now)

    def _platform(self, request: Request) -> Platform:
        if request.host not in self.hosts:
            raise Upstream(f"{request.host}: there is no such host on the local internet")
        return self.hosts[request.host]

    def _answer(self, url: str, response: Response) -> Answer:
        headers = {name.lower(): value for name, value in response.headers.items()}
        headers.setdefault("content-type", response.kind)
        if response.status >= 400:
            kind = Upstream if response.status >= 500 else MEANS.get(response.status, SourceError)
            problem = kind(f"{url}: answered {response.status}")
            problem.status, problem.body = response.status, response.body
            raise problem
        return Answer(url, response.status, headers, response.body, self.now)


def coding(request: Request, response: Response) -> str:
    """How a file is packed, as the real client tells it."""
    packed = response.kind.startswith("application/gzip") or request.path.endswith(".gz")
    return "gzip" if packed else ""


def asked(url: str, params: Params | None, headers: Mapping[str, str] | None) -> Request:
    """A request for an address, its query values in order, repeated names repeated.

    >>> asked("https://x.example/a?b=1", {"c": ["2", "3"]}, None).query
    (('b', '1'), ('c', '2'), ('c', '3'))
    """
    try:
        parts = urlsplit(url)
    except ValueError as problem:  # as the real client says it
        raise Unsafe(f"{url[:80]!r}: is not an address ({problem})") from problem
    query = parse_qsl(parts.query, keep_blank_values=True)
    for name, value in (params or {}).items():
        values = [value] if isinstance(value, str | int) else value
        query += [(name, str(one)) for one in values]
    path = parts.path or "/"
    return Request("GET", parts.hostname or "", path, tuple(query), lowered(headers))


def lowered(headers: Mapping[str, str] | None) -> dict[str, str]:
    """Headers with their names in lower case."""
    return {name.lower(): value for name, value in (headers or {}).items()}
