"""When to read what came in, when to tell a night, when to keep house: beside the gathering."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from groundswell.desk import Desk
from groundswell.pipeline import last_night
from groundswell.store import Store
from groundswell.store.live import SECOND_US, take_lease
from groundswell.types.moment import HOUR_US, day_of, micros, midnight

Stages = Literal["read", "tell"]
LEASE = "#stages"  # held by the one process that runs the stages of this state file
PAUSE_US = 300 * SECOND_US  # between two readings of what came in
SETTLE_US = HOUR_US // 2  # after midnight, for what comes late
AGAIN_US = HOUR_US  # after stages that failed
RENEW_US = 60 * SECOND_US  # between two renewals of the lease


class Job(Protocol):
    """Stages at work in a process of their own."""

    def ended(self) -> int | None:
        """The exit status; None while they work."""

    def end(self) -> None:
        """End them now; they go on where they were when they are started again."""


Launch = Callable[[Stages], Job]


class Rounds:
    """Runs label and measure after a burst of gathering, and once a night everything else.

    One job at a time. `launch` starts one: "read" labels and measures, "tell" notices and
    reports as well. `house` is kept once an hour, by the caller's own thread.
    """

    def __init__(
        self, store: Store, desk: Desk, launch: Launch, *, holder: str,
        house: Callable[[], None] = lambda: None,
        failed: Callable[[Stages, int], None] = lambda *_: None,
    ) -> None:  # fmt: skip
        self._store = store
        self._desk = desk
        self._launch = launch
        self._holder = holder
        self._house = house
        self._failed = failed
        self._job: Job | None = None
        self._doing: Stages = "read"
        self._rest = {"read": 0, "tell": 0, "house": 0}  # not before, by what
        self._asked, self._ours = 0, False
        self._unread = True  # a process that was killed may have left something

    def turn(self, fresh: int) -> None:
        """End what is over and start what is due; `fresh` records came in since the last turn."""
        now = self._store.clock()
        self._unread = self._unread or fresh > 0
        if self._job is not None and not self._over(self._job, now):
            return
        if not self._held(now):
            return  # another process does it
        if self._due("house", now):
            self._rest["house"] = now + HOUR_US
            self._house()
        if self._due("tell", now) and self._night_is_due(now):
            self._start("tell")
        elif self._unread and self._due("read", now):
            self._start("read")

    def stop(self) -> None:
        """End the job, and let another process have the stages."""
        if self._job is not None:
            self._job.end()
        with self._store.write() as writer:
            writer.do("drop_lease", name=LEASE, holder=self._holder)

    def _over(self, job: Job, now: int) -> bool:
        status = job.ended()
        if status is None:
            self._held(now)
            return False
        self._job = None
        self._rest[self._doing] = now + (AGAIN_US if status else PAUSE_US)
        if status:
            self._unread = True
            self._failed(self._doing, status)
        return True

    def _start(self, stages: Stages) -> None:
        self._doing, self._unread = stages, False
        self._job = self._launch(stages)

    def _due(self, what: str, now: int) -> bool:
        left = self._rest[what] - now
        return left <= 0 or left > 2 * AGAIN_US  # the clock was set back

    def _night_is_due(self, now: int) -> bool:
        """Whether the newest complete night has no edition, and what comes late had its time."""
        self._rest["tell"] = now + PAUSE_US  # looking reads every record: not at every turn
        told = self._store.one("last_edition")
        yesterday = day_of(micros(self._desk.clock) if self._desk.clock else now) - 1
        if told and told["night"] >= yesterday:
            return False
        span = self._store.one("span_of_records")
        if not span or not span["records"]:
            return False
        night = last_night(self._store, self._desk)
        if night < day_of(span["first"]):
            return False  # gathering began today
        if not self._desk.clock and now < midnight(night + 1) + SETTLE_US:
            return False
        return told is None or told["night"] < night

    def _held(self, now: int) -> bool:
        """Whether this process has the stages; asked of the store once a minute."""
        if not 0 <= now - self._asked < RENEW_US:
            self._asked = now
            with self._store.write() as writer:
                self._ours = take_lease(writer, LEASE, self._holder)
        return self._ours
