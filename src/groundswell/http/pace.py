"""Who may be asked when: one lane for each host, shared by everything in a process, and its
distances by every process of the machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock, Semaphore

from groundswell.errors import SourceError, Throttled, Unsafe, Upstream
from groundswell.http.limits import Limits
from groundswell.http.timetable import Row, Timetable


@dataclass(slots=True)
class Lane:
    """What we know of one host."""

    gate: Semaphore
    interval: float
    next: datetime | None = None
    seen: datetime | None = None
    parked: datetime | None = None
    failures: int = 0
    closed: datetime | None = None
    probing: bool = False
    credit: float = 5.0


@dataclass(slots=True)
class Turn:
    """How one request ended: None while nobody knows."""

    healthy: bool | None = None


@dataclass(slots=True)
class Pace:
    """Minimal interval, concurrency, parking and breaker of every host.

    With a `timetable`, other processes keep their distance to our requests, and we to theirs.
    Safe to share between threads. The clock must move: with one that stands still the waits
    grow with every request.
    """

    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    limits: Limits
    timetable: Timetable | None = None
    _lanes: dict[str, Lane] = field(default_factory=dict, init=False)
    _lock: Lock = field(default_factory=Lock, init=False)

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait until this host may be asked, and note how the request ends.

        Throttled while it is parked for longer than our patience, Upstream while it is left
        alone because it kept failing. An Upstream from within counts as a failure; every other
        answer, welcome or not, shows that the host works.
        """
        lane = self._lane(host)
        with lane.gate:
            start, wait = self._enter(host, lane)
            if wait > 0:
                self.sleep(wait)
                self._hear(host, lane)
            turn = Turn()
            try:
                if lane.parked is not None and lane.parked > start:
                    raise parked(host, lane.parked)  # while we slept
                yield
                turn.healthy = True
            except Upstream:
                turn.healthy = False
                raise
            except SourceError as problem:
                turn.healthy = None if isinstance(problem, Unsafe) else True
                raise
            finally:
                self._leave(lane, turn)

    def slow(self, host: str, seconds: float) -> None:
        """Leave at least this long between two requests to a host from now on."""
        lane = self._lane(host)
        with self._lock:
            lane.interval = max(lane.interval, seconds)

    def park(self, host: str, until: datetime) -> None:
        """Ask a host nothing before then."""
        lane = self._lane(host)
        with self._lock, self._row(host, self.clock()) as row:
            lane.parked = row.parked = latest(lane.parked, row.parked, until)

    def parked(self) -> dict[str, datetime]:
        """The hosts that are parked, and until when."""
        now = self.clock()
        with self._lock:
            return {
                host: lane.parked
                for host, lane in sorted(self._lanes.items())
                if lane.parked is not None and lane.parked > now
            }

    def resting(self, host: str) -> bool:
        """Whether a host is left alone because it kept failing."""
        return self._lane(host).closed is not None

    def may_retry(self, host: str) -> bool:
        """Whether another attempt is within the share of requests that may be retries."""
        lane = self._lane(host)
        with self._lock:
            if lane.credit < 1:
                return False
            lane.credit -= 1
            return True

    def _lane(self, host: str) -> Lane:
        with self._lock:
            if host not in self._lanes:
                interval = self.limits.intervals.get(host, self.limits.interval)
                self._lanes[host] = Lane(Semaphore(self.limits.concurrency), interval)
            return self._lanes[host]

    def _enter(self, host: str, lane: Lane) -> tuple[datetime, float]:
        """When this request may start, and how many seconds that is from now."""
        with self._lock:
            now = self.clock()
            self._refuse(host, lane, now)
            if lane.seen is not None and now < lane.seen:
                lane.next = None  # the clock was set back: its plans are void
            lane.seen = now
            with self._row(host, now) as row:
                lane.parked = latest(lane.parked, row.parked)
                start = max(now, lane.next or now, row.next or now, lane.parked or now)
                wait = (start - now).total_seconds()
                if wait > self.limits.patience and start == lane.parked:
                    raise parked(host, start)
                lane.next = row.next = start + timedelta(seconds=lane.interval)
            lane.probing = lane.closed is not None
            lane.credit = min(lane.credit + self.limits.share, 10.0)
            return start, wait

    def _hear(self, host: str, lane: Lane) -> None:
        """Learn whether a host asked another process to come back later."""
        with self._lock, self._row(host, self.clock()) as row:
            lane.parked = latest(lane.parked, row.parked)

    @contextmanager
    def _row(self, host: str, now: datetime) -> Iterator[Row]:
        """What all processes know of a host; a blank row where nothing is shared."""
        if self.timetable is None:
            yield Row()
            return
        with self.timetable.row(host, now) as row:
            yield row

    def _refuse(self, host: str, lane: Lane, now: datetime) -> None:
        if lane.closed is not None and (now < lane.closed or lane.probing):
            raise Upstream(
                f"{host}: failed {lane.failures} times in a row; left alone until "
                f"{lane.closed:%Y-%m-%d %H:%M:%S} UTC"
            )

    def _leave(self, lane: Lane, turn: Turn) -> None:
        with self._lock:
            lane.probing = False
            if turn.healthy:
                lane.failures, lane.closed = 0, None
            elif turn.healthy is False:
                lane.failures += 1
                if lane.failures >= self.limits.failures:
                    lane.closed = self.clock() + timedelta(seconds=self.limits.rest)


def latest(*times: datetime | None) -> datetime | None:
    """The last of these times; None when there is none."""
    return max((when for when in times if when is not None), default=None)


def parked(host: str, until: datetime) -> Throttled:
    """The error for a host that asked us to come back later."""
    when = f"{until:%Y-%m-%d %H:%M:%S} UTC"
    return Throttled(f"{host}: asks us to come back later; it is asked again {when}", until=until)
