"""When to ask again: what platforms say about it, and what we do when they say nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import count
from logging import NullHandler, getLogger
from random import Random
from typing import TypeVar

from stamina import RetryingCaller

from groundswell.errors import Throttled, Upstream
from groundswell.http.limits import Limits
from groundswell.http.pace import Pace
from groundswell.http.timetable import FAR

getLogger("stamina").addHandler(NullHandler())  # it warns of every retry, on standard error

T = TypeVar("T")
AGAIN = frozenset({0, 408, 425, 429, 500, 502, 503, 504})  # 0: the connection itself failed
LONGEST_RESET = timedelta(hours=1)
JITTER = 0.2
PREFIXES = ("x-ratelimit-", "ratelimit-", "x-rate-limit-")
NUMBER = re.compile(r"\d{1,18}(?:\.\d{0,9})?")
LEFT = re.compile(r"\b(?:r|remaining)\s*=\s*(\d{1,18})")
TURNS = re.compile(r"\b(?:t|reset)\s*=\s*(\d{1,18})")
EPOCH, MILLISECONDS = 10**8, 10**11  # larger numbers are no seconds to wait


@dataclass(frozen=True, slots=True)
class Retry:
    """Attempts with growing, random waits between them, and never before a platform says.

    stamina counts the attempts and asks `again` after each failure. Its own waits are not used:
    they sleep on the clock of the machine and draw from the global source of randomness, and
    neither can be handed in; so the wait happens within `again`, which answers 0.
    """

    pace: Pace
    limits: Limits
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    random: Random

    def __call__(self, host: str, attempt: Callable[[], T], *, once: bool = False) -> T:
        """What `attempt` returns, or the error of the last one; of the first where it may be made
        only `once`."""
        number = count(self.limits.tries if once else 1)

        def again(problem: Exception) -> bool | float:
            wait = self._wait(host, problem, next(number))
            if wait is None:
                return False
            self.sleep(wait)
            return 0.0

        caller = RetryingCaller(attempts=self.limits.tries, timeout=None)
        return caller(again, attempt)

    def _wait(self, host: str, problem: Exception, number: int) -> float | None:
        """Seconds until the next attempt, or None when there is to be none."""
        broken = isinstance(problem, Upstream) and problem.status in AGAIN
        if not broken and not isinstance(problem, Throttled):
            return None
        now = self.clock()
        wait = self.backoff(number)
        if isinstance(problem, Throttled):
            if problem.until is not None:
                asked = max(0.0, (problem.until - now).total_seconds())
                wait = asked * (1 + JITTER * self.random.random())
            problem.until = problem.until or now + timedelta(seconds=wait)
            self.pace.park(host, problem.until)
        last = number >= self.limits.tries or wait > self.limits.patience
        if last or self.pace.resting(host) or not self.pace.may_retry(host):
            return None
        return wait

    def backoff(self, number: int) -> float:
        """A wait nobody asked for: anything up to a bound that doubles ("full jitter").

        Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
        """
        bound = min(self.limits.longest, self.limits.first * 2 ** (number - 1))
        return self.random.random() * float(bound)


def come_back(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When a refusal says that we may ask again: Retry-After, else when its allowance renews."""
    return retry_after(headers, now) or renewal(headers, now)


def retry_after(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Retry-After as a time of our clock; it is seconds or a date (RFC 9110, 10.2.3)."""
    stated = headers.get("retry-after", "").strip()
    if NUMBER.fullmatch(stated):
        return now + min(FAR, timedelta(seconds=min(float(stated), FAR.total_seconds())))
    when = http_date(stated)
    if when is None:
        return None
    return min(max(now, when + skew(headers, now)), now + FAR)


def exhausted(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the allowance renews, if this answer was its last; None while there is some left."""
    for prefix in PREFIXES:
        left = headers.get(prefix + "remaining", "").strip()
        if NUMBER.fullmatch(left) and float(left) < 1:
            return renewal(headers, now)
    empty = [one for one in windows(headers) if (found := LEFT.search(one)) and not int(found[1])]
    return turning(empty, now)


def renewal(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """When the allowance renews, at most an hour from now; platforms say it in many ways."""
    for prefix in PREFIXES:
        stated = headers.get(prefix + "reset", "").strip()
        if stated and (when := instant(stated, now, skew(headers, now))):
            return bounded(when, now)
    return turning(windows(headers), now)


def turning(parts: list[str], now: datetime) -> datetime | None:
    """When the last of these allowances renews, at most an hour from now."""
    seconds = [int(turn[1]) for part in parts if (turn := TURNS.search(part))]
    return (
        now + min(LONGEST_RESET, timedelta(seconds=min(max(seconds), 86400))) if seconds else None
    )


def windows(headers: Mapping[str, str]) -> list[str]:
    """The parts of a RateLimit header, one for each allowance (IETF draft, old and new form)."""
    stated = headers.get("ratelimit", "")
    return stated.split(",") if ";" in stated else [stated]


def instant(stated: str, now: datetime, off: timedelta) -> datetime | None:
    """A reset as a time: seconds from now, seconds or milliseconds since 1970, or a date.

    >>> instant("55", datetime(2026, 1, 1, tzinfo=UTC), timedelta()).second
    55
    """
    if NUMBER.fullmatch(stated):
        number = float(stated)
        if number < EPOCH:
            return now + timedelta(seconds=number)
        seconds = number / 1000 if number >= MILLISECONDS else number
        return datetime.fromtimestamp(min(seconds, 2**33), UTC) + off
    try:
        when = datetime.fromisoformat(stated)
    except ValueError:
        parsed = http_date(stated)
        return None if parsed is None else parsed + off
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC) + off


def bounded(when: datetime, now: datetime) -> datetime:
    """That time, at most an hour and not less than nothing from now."""
    return min(max(when, now), now + LONGEST_RESET)


def skew(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How much our clock is ahead of the platform's, from its Date header."""
    theirs = http_date(headers.get("date", ""))
    return timedelta() if theirs is None else now - theirs


def http_date(stated: str) -> datetime | None:
    """A date of a header, or None."""
    try:
        when = parsedate_to_datetime(stated)
    except (ValueError, IndexError, TypeError):
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
