"""What goes wrong between two machines, drawn from a seed for each host and request.

A fault concerns single requests, or a handful in a row; nothing is broken for ever, and nothing
at all is after `until`.
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Literal

from internet.invent import dice
from internet.world import Request, Response

Wire = Literal["whole", "reset", "drip", "short"]
LOGIN = (
    b"<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1>"
    b'<form method="post" action="/login"><input name="user"><input type="password" name="word">'
    b"</form></body></html>"
)
PRIVATE = (
    "http://127.0.0.1:1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.8/admin",
    "http://[::1]/",
    "http://0x7f000001/",
    "http://[::ffff:192.168.1.1]/",
)
WALK = timedelta(minutes=5)  # for so long may a page come again in place of the next
PAGING = frozenset({"after", "before", "cursor", "max_id", "offset", "p", "page", "page_cursor",
                    "resumptionToken", "start"})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """An answer as it goes over the wire: `wire` says how, `packed` that it is compressed
    already, `skew` how wrong the Date header is, `spoiled` that something is wrong at all."""

    response: Response
    wire: Wire = "whole"
    packed: bool = False
    skew: timedelta = timedelta()
    spoiled: bool = False


@dataclass(slots=True)
class Faults:
    """The script of faults. `rate`: how many requests a fault begins with.

    `kinds` restricts it to some. `counts` says how often each happened.
    """

    seed: int
    rate: float = 0.03
    until: datetime | None = None
    kinds: tuple[str, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)
    _numbers: Counter[str] = field(default_factory=Counter)
    _bursts: Counter[str] = field(default_factory=Counter)
    _before: dict[str, tuple[datetime, Response]] = field(default_factory=dict)

    def spoil(self, request: Request, now: datetime, answer: Callable[[], Response]) -> Sent:
        """What is sent for a request that would be answered so."""
        kind = self._draw(request, now)
        if not kind:
            sent = Sent(response=answer())
        else:
            sent = replace(SPOILS[kind](self, request, now, answer), spoiled=True)
        if _pages(request) and sent.response.status == 200:
            self._before[request.host + request.path] = now, sent.response
        return sent

    def _draw(self, request: Request, now: datetime) -> str:
        host = request.host
        if self.until is not None and now >= self.until:
            return ""
        number = self._numbers[host]
        self._numbers[host] += 1
        if self._bursts[host]:
            self._bursts[host] -= 1
            self.counts["burst"] += 1
            return "burst"
        chance = dice(self.seed, "fault", host, str(number))
        if chance.random() >= self.rate:
            return ""
        kind = chance.choice(self.kinds or tuple(SPOILS))
        if kind == "burst":
            self._bursts[host] = chance.randint(1, 3)
        if kind == "again" and not (_pages(request) and self._fresh(request, now)):
            return ""
        if kind == "missing" and not _pages(request):
            return ""  # of anything but a page it would say that something is gone
        self.counts[kind] += 1
        return kind

    def before(self, request: Request) -> Response:
        """The page given last at this address."""
        return self._before[request.host + request.path][1]

    def _fresh(self, request: Request, now: datetime) -> bool:
        """Whether a page was given there within one walk."""
        before = self._before.get(request.host + request.path)
        return before is not None and now - before[0] < WALK


Spoil = Callable[[Faults, Request, datetime, Callable[[], Response]], Sent]


def _pages(request: Request) -> bool:
    return any(name in PAGING for name, _ in request.query)


def _throttle(wait: Callable[[datetime], dict[str, str]]) -> Spoil:
    def spoil(faults: Faults, request: Request, now: datetime, _: Callable[[], Response]) -> Sent:
        body = b"Too many requests"
        return Sent(response=Response(body, 429, "text/plain", wait(now)))

    return spoil


def _burst(faults: Faults, request: Request, now: datetime, _: Callable[[], Response]) -> Sent:
    status = (500, 502, 503, 504)[len(request.path) % 4]
    return Sent(response=Response(b"<html>upstream error</html>", status, "text/html"))


def _wire(wire: Wire) -> Spoil:
    def spoil(_: Faults, __: Request, ___: datetime, answer: Callable[[], Response]) -> Sent:
        return Sent(response=answer(), wire=wire)

    return spoil


def _login(_: Faults, __: Request, ___: datetime, ____: Callable[[], Response]) -> Sent:
    return Sent(response=Response(LOGIN, 200, "text/html; charset=utf-8"))


def _wrong_type(_: Faults, __: Request, ___: datetime, answer: Callable[[], Response]) -> Sent:
    return Sent(response=replace(answer(), kind="application/octet-stream"))


def _cut(_: Faults, __: Request, ___: datetime, answer: Callable[[], Response]) -> Sent:
    response = answer()
    return Sent(response=replace(response, body=response.body[: len(response.body) * 2 // 3]))


@cache
def bomb() -> bytes:
    """200 MB of nothing in 200 kB.

    >>> len(bomb()) < 400_000
    True
    """
    inner = gzip.compress(bytes(10**7), 9, mtime=0)
    return inner * 20  # a gzip file may hold many members


def _bomb(_: Faults, __: Request, ___: datetime, answer: Callable[[], Response]) -> Sent:
    return Sent(response=replace(answer(), body=bomb()), packed=True)


def _private(_: Faults, request: Request, now: datetime, __: Callable[[], Response]) -> Sent:
    where = PRIVATE[(len(request.path) + now.second) % len(PRIVATE)]
    return Sent(response=Response(b"", 302, "text/html", {"Location": where}))


def _again(faults: Faults, request: Request, _: datetime, __: Callable[[], Response]) -> Sent:
    return Sent(response=faults.before(request))


def _missing(_: Faults, __: Request, ___: datetime, ____: Callable[[], Response]) -> Sent:
    return Sent(response=Response(b"Not found", 404, "text/plain"))


def _skew(_: Faults, __: Request, now: datetime, answer: Callable[[], Response]) -> Sent:
    return Sent(response=answer(), skew=timedelta(hours=now.minute - 30))


SPOILS: dict[str, Spoil] = {
    "throttle seconds": _throttle(lambda _: {"Retry-After": "90"}),
    "throttle date": _throttle(
        lambda now: {"Retry-After": format_datetime(now + timedelta(minutes=3), usegmt=True)}
    ),
    "throttle": _throttle(lambda _: {}),
    "burst": _burst,
    "reset": _wire("reset"),
    "drip": _wire("drip"),
    "short": _wire("short"),
    "login": _login,
    "wrong type": _wrong_type,
    "cut": _cut,
    "bomb": _bomb,
    "private": _private,
    "again": _again,
    "missing": _missing,
    "skew": _skew,
}
