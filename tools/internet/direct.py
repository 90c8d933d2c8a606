"""Reaching the local internet without a network: the client's shape, calling platforms directly.

For tests of one source against its platform. What goes wrong between two machines (resets, slow
answers, compression) needs the server and the real client.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
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
    Upstream,
)
from groundswell.http.answer import Answer, Params, Wishes
from internet.world import Platform, Request, Response

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
            response = self._platform(request).respond(request, self.now)
            if response.status not in (301, 302, 303, 307, 308):
                return self._answer(url, response)
            url, params = response.headers["Location"], None
        raise Malformed(f"{url}: redirects more than five times")

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
        """The messages a platform has sent by `now`."""
        request = asked(url, params, headers)
        self.asked.append(request)
        for at, message in self._platform(request).stream(request, self.now):
            if at <= self.now:
                yield message

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


def asked(url: str, params: Params | None, headers: Mapping[str, str] | None) -> Request:
    """A request for an address, its query values in order, repeated names repeated.

    >>> asked("https://x.example/a?b=1", {"c": ["2", "3"]}, None).query
    (('b', '1'), ('c', '2'), ('c', '3'))
    """
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    for name, value in (params or {}).items():
        values = [value] if isinstance(value, str | int) else value
        query += [(name, str(one)) for one in values]
    told = {name.lower(): value for name, value in (headers or {}).items()}
    return Request("GET", parts.hostname or "", parts.path or "/", tuple(query), told)
