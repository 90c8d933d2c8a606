"""The polite client every source is given: it says who it is, waits its turn, takes no for an
answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from copy import copy
from datetime import datetime
from functools import partial
from random import Random
from typing import Self

from groundswell.errors import Blocked, Malformed
from groundswell.http.answer import Answer, Params
from groundswell.http.ask import MOVED, Ask, Form, asking, posting, target
from groundswell.http.charset import text_of
from groundswell.http.guard import STREAMS, WEB, Guard, Resolve, resolved
from groundswell.http.identity import Identity
from groundswell.http.judge import refusal
from groundswell.http.limits import Limits
from groundswell.http.pace import Pace
from groundswell.http.read import beginning, body_of, lines, rebuffed
from groundswell.http.retry import Retry, exhausted
from groundswell.http.robots import Robots
from groundswell.http.timetable import Timetable
from groundswell.http.validators import Remembered, Validators
from groundswell.http.websocket import Socket, messages
from groundswell.http.wire import Reply, Wire
from groundswell.http.wishes import from_headers, from_page


class Client:
    """Asks platforms for what sources want; satisfies `groundswell.gather.source.Http`.

    Says who asks, obeys robots.txt for pages, keeps an interval and a small number of requests
    for each host, waits as long as it is told, retries what may pass, believes no size, follows
    five redirects at most and none into a private network. Safe to share between threads.

    `clock` gives aware UTC times and must move; `sleep` takes seconds; `routes` leads hosts to
    servers on this machine ("*" for all); a `timetable` is shared with other processes.
    UsageError when nobody answers for the requests.
    """

    def __init__(
        self, identity: Identity, *, clock: Callable[[], datetime],
        sleep: Callable[[float], None], random: Random, validators: Validators | None = None,
        routes: Mapping[str, str] | None = None, limits: Limits | None = None,
        timetable: Timetable | None = None, resolve: Resolve = resolved,
    ) -> None:  # fmt: skip
        self._name, self._agent = identity.name, identity.agent
        self._clock = clock
        self._limits = limits or Limits()
        self._validators = validators or Remembered()
        self._guard = Guard(self._limits, routes=routes, resolve=resolve)
        self._wire = Wire(self._guard, self._limits, clock)
        self._socket = Socket(self._guard, self._limits)
        self.pace = Pace(clock, sleep, self._limits, timetable)
        self._retry = Retry(self.pace, self._limits, clock, sleep, random)
        self._robots = Robots(self._rules, agent=self._name, clock=clock)

    def get(
        self, url: str, *, params: Params | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """An answer of an API, a feed or a file; conditional where the last answer allowed it.

        A web page under status 200 is Forbidden (a login, a challenge) or Malformed: whoever
        wants HTML asks for a `page`. With the header Cache-Control: no-cache the answer is
        never a 304.
        """
        return self._followed(self._ask(url, "data", params, headers))

    def page(self, url: str) -> Answer:
        """A web page, asked for only where robots.txt allows it, with what its site asks for."""
        ask = self._ask(url, "page")
        answer = self._followed(ask)
        rules = self._robots.rules(self._guard.checked(answer.url))
        page = text_of(answer.body, answer.headers.get("content-type", ""))
        wishes = rules.wishes(self._guard.checked(answer.url).path)
        wishes &= from_headers(answer.headers, agent=self._name)
        wishes &= from_page(page, agent=self._name)
        return Answer(answer.url, answer.status, answer.headers, answer.body, answer.at, wishes)

    def post(
        self, url: str, *, form: Mapping[str, str] | None = None, json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        """What a platform answers to a form, or to a question in JSON: exactly one is sent.

        For asking only: a token, a question too long for an address. Never conditional, never
        redirected, and tried once, since nobody can tell whether a broken connection came before
        the deed or after it; the schedule asks again.
        """
        address = self._guard.checked(url)
        return self._followed(posting(address, agent=self._agent, form=form, json=json,
                                      headers=headers))  # fmt: skip

    def stream(
        self, url: str, *, params: Params | None = None, headers: Mapping[str, str] | None = None
    ) -> Iterator[bytes]:
        """The messages of a WebSocket, or the lines of an answer that may never end.

        Lines come without their ending, and empty ones too, as events end with them. A gzip file
        is opened on the way. Silent when nothing comes for too long; Upstream when it breaks off.
        """
        ask = self._ask(url, "stream", params, headers)
        return self._messages(ask) if ask.url.scheme in ("ws", "wss") else self._lines(ask)

    def remembering(self, validators: Validators) -> Self:
        """The same client, with lanes and connections shared, that keeps validators there."""
        other = copy(self)
        other._validators = validators
        return other

    def close(self) -> None:
        """Close every connection that is kept open."""
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(
        self, url: str, form: Form, params: Params | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Ask:  # fmt: skip
        address = self._guard.checked(url, schemes=STREAMS if form == "stream" else WEB)
        return asking(address, form, agent=self._agent, params=params, headers=headers)

    def _rules(self, url: str) -> Answer:
        return self._followed(self._ask(url, "rules"))

    def _followed(self, ask: Ask) -> Answer:
        """The answer behind at most five redirects, each checked like the first address."""
        for _ in range(self._limits.redirects + 1):
            if ask.form == "page":
                self._heed(ask)
            result = self._retry(ask.host, partial(self._once, ask), once=ask.body is not None)
            if isinstance(result, Answer):
                return result
            ask = result
        raise self._lost(ask)

    def _heed(self, ask: Ask) -> None:
        """Let robots.txt say whether and how often. Blocked when it says no."""
        delay = self._robots.check(ask.url).delay()
        if delay > self._limits.crawl_delay:
            raise Blocked(
                f"{ask.host}: its robots.txt asks for {delay:g} seconds between two pages, "
                f"longer than the {self._limits.crawl_delay:g} we wait"
            )
        self.pace.slow(ask.host, delay)

    def _once(self, ask: Ask) -> Answer | Ask:
        """One request: an answer, or where it is to be asked instead."""
        conditions = self._conditions(ask)
        with (
            self.pace.turn(ask.host),
            self._wire.fetch(ask.url, {**ask.headers, **conditions}, ask.body) as reply,
        ):
            now = self._clock()
            if (moved := self._looked(ask, reply, now)) is not None:
                return moved
            fresh = reply.status != 304
            if not fresh and not conditions:
                raise refusal(ask.where, 304, reply.headers, b"", now)
            body = body_of(ask, reply, self._limits) if fresh else b""
        if ask.form in ("data", "page") and ask.body is None:
            kept = reply.headers if fresh else {**self._known(ask), **reply.headers}
            etag, modified = kept.get("etag", ""), kept.get("last-modified", "")
            self._validators.set(ask.key, etag, modified)
        return Answer(str(ask.url), reply.status, reply.headers, body, now)

    def _looked(self, ask: Ask, reply: Reply, now: datetime) -> Ask | None:
        """Heed what the headers say: allowances, redirects, refusals."""
        if (until := exhausted(reply.headers, now)) is not None:
            self.pace.park(ask.host, until)
        if reply.status in MOVED:
            there = target(ask, reply.headers.get("location", ""))
            return ask.moved(self._guard.checked(there, schemes=(ask.url.scheme, "http", "https")))
        if reply.status != 304 and not 200 <= reply.status < 300:
            raise refusal(ask.where, reply.status, reply.headers, beginning(reply), now)
        return None

    def _known(self, ask: Ask) -> dict[str, str]:
        etag, modified = self._validators.get(ask.key)
        return {"etag": etag, "last-modified": modified}

    def _conditions(self, ask: Ask) -> dict[str, str]:
        """The headers that let a platform answer "nothing new", where that is an answer."""
        if not ask.conditional:
            return {}
        etag, modified = self._validators.get(ask.key)
        conditions = {"if-none-match": etag, "if-modified-since": modified}
        return {name: value for name, value in conditions.items() if value}

    def _messages(self, ask: Ask) -> Iterator[bytes]:
        def opened() -> Iterator[bytes]:
            with self.pace.turn(ask.host):
                secure = ask.url.scheme == "wss" and self._guard.route(ask.host) is None
                line = self._socket.open(
                    ask.url, ask.headers, trust=self._wire.trust if secure else None,
                    now=self._clock(),
                )  # fmt: skip
            return messages(line, ask.host, self._limits.silence)

        yield from self._retry(ask.host, opened)

    def _lines(self, ask: Ask) -> Iterator[bytes]:
        for _ in range(self._limits.redirects + 1):
            result = self._retry(ask.host, partial(self._opened, ask))
            if isinstance(result, Ask):
                ask = result
                continue
            with closing(result):
                yield from lines(ask, result, self._limits)
            return
        raise self._lost(ask)

    def _opened(self, ask: Ask) -> Reply | Ask:
        """The beginning of a stream, or where it is to be asked for instead."""
        with self.pace.turn(ask.host):
            reply = self._wire.open(ask.url, ask.headers, silence=self._limits.silence)
            sound = False
            try:
                moved = self._looked(ask, reply, self._clock())
                rebuffed(ask, reply)
                sound = moved is None
                return moved or reply
            finally:
                if not sound:
                    reply.close()

    def _lost(self, ask: Ask) -> Malformed:
        problem = Malformed(f"{ask.where}: redirects more than {self._limits.redirects} times")
        problem.status = 310
        return problem
