"""When to read what came in, when to tell a night, when to keep house: beside the gathering."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

from groundswell.desk import Desk
from groundswell.pipeline import last_night
from groundswell.store import Store
from groundswell.store.live import SECOND_US, take_lease
from groundswell.types.moment import HOUR_US, day_of, midnight

Stages = Literal["read", "tell"]
LEASE = "#stages"  # held by the one process that runs the stages of this state file
PAUSE_US = 300 * SECOND_US  # between two readings of what came in
SOON_US = 20 * SECOND_US  # after the first reading; doubled each time up to the pause
SETTLE_US = HOUR_US // 2  # after midnight, for what comes late
AGAIN_US = HOUR_US  # after stages that failed, and in the end between two tellings of a night
RENEW_US = 60 * SECOND_US  # between two renewals of the lease


class Job(Protocol):
    """Stages at work in a process of their own."""

    def ended(self) -> int | None:
        """The exit status; None while they work."""

    def end(self) -> None:
        """End them now; they go on where they were when they are started again."""


Launch = Callable[[Stages], Job]
Past = tuple[tuple[str, int, int, str], ...]


class Rounds:
    """Runs label and measure after a burst of gathering, and once a night everything else.

    One job at a time. `launch` starts one: "read" labels and measures, "tell" notices and
    reports as well. `house` is kept once an hour, by the caller's own thread. While the past is
    still being gathered the night is told again, ever less often: the first telling of a new desk
    knows next to nothing.
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
        self._rest = {"read": 0, "tell": 0, "again": 0, "house": 0}  # not before, by what
        self._pause, self._patience = SOON_US, PAUSE_US  # the next ones
        self._past: Past | None = None  # that the night was told with
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
        self._rest[self._doing] = now + (AGAIN_US if status else self._pause)
        self._pause = min(2 * self._pause, PAUSE_US)
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
        self._rest["tell"] = now + SOON_US
        first, night = first_night(self._store), last_night(self._store, self._desk)
        if first is None or night < first:
            return False
        if not self._desk.clock and now < midnight(night + 1) + SETTLE_US:
            return False
        told, past = self._store.one("last_edition"), past_of(self._store)
        fresh = told is None or told["night"] < night
        if self._past is None and not fresh:
            self._past = past  # told by an earlier process
        if fresh:
            self._patience = PAUSE_US
        elif past == self._past or not self._due("again", now):
            return False
        self._past, self._rest["again"] = past, now + self._patience
        self._patience = min(2 * self._patience, AGAIN_US)
        return True

    def _held(self, now: int) -> bool:
        """Whether this process has the stages; asked of the store once a minute."""
        if not 0 <= now - self._asked < RENEW_US:
            self._asked = now
            with self._store.write() as writer:
                self._ours = take_lease(writer, LEASE, self._holder)
        return self._ours


def first_night(store: Store) -> int | None:
    """The first day that can have an edition; None while nothing is here.

    Of a day before gathering began only what can be gathered afterwards is known: an edition of it
    would hide all that came in since. Archives may be told of any of their days.
    """
    first = store.one("first_day_of_records")
    if first is None or store.rows("imports"):
        return first["day"] if first else None
    began = [day_of(row["began"]) for row in store.rows("live_sources")]
    return max(int(first["day"]), min(began, default=0))


def past_of(store: Store) -> Past:
    """How far the gathering of the past has come: each stretch, whether it is done, its cursor."""
    found = []
    for row in store.rows("backfills"):
        saved = None if row["done"] else store.one("cursor", stream=f"{row['name']}#backfill")
        found.append((row["name"], row["start"], row["done"], saved["cursor"] if saved else ""))
    return tuple(found)
