"""Many sources at once: each on its own schedule and in its own thread, one writer for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, Full, Queue
from threading import Event, Thread

from groundswell.errors import StoreError, Upstream
from groundswell.gather.live import (
    ERRANDS,
    FAULTS,
    NOTHING_TO_DO,
    Errand,
    Run,
    Task,
    due_at,
    finish,
    perform,
    plan,
    register,
    retire_sources,
    save,
)
from groundswell.gather.roster import Live
from groundswell.gather.source import Http
from groundswell.store import Store
from groundswell.store.live import SECOND_US, Haul, take_lease
from groundswell.types.moment import moment

Key = tuple[str, Errand]
LOOK_US = 60 * SECOND_US  # at least so often is a source looked at again
RENEW_US = 60 * SECOND_US  # at least so often is the lease of a busy source renewed
POLL = 0.2  # seconds between two looks of a thread at whether it should stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much is done at once. `threads` that ask; `queue` of payloads that wait to be saved;
    after `patience` seconds without a word a thread is given up and its place is free."""

    threads: int = 8
    queue: int = 32
    patience: int = 900


@dataclass(frozen=True, slots=True)
class Done:
    """A thread has nothing more to give: `problem` says why, if it was not the end."""

    problem: Exception | None


@dataclass(slots=True, kw_only=True)
class Worker:
    """One thread on one errand."""

    task: Task
    thread: Thread
    run: Run
    heard: int
    renewed: int
    cancel: Event = field(default_factory=Event)


class Scheduler:
    """Gathers all sources of a desk for as long as it is asked to take a `step`.

    Fetching and parsing happen in threads, outside every transaction; saving happens in `step`,
    in the thread that calls it. A slow, silent or dead source occupies its own thread and
    nothing else. When payloads come faster than they are saved, the threads wait. `dice` gives
    random numbers from 0 to 1; `told` hears of every errand that ended.
    """

    def __init__(
        self, store: Store, lives: Sequence[Live], http: Http, *, holder: str,
        dice: Callable[[], float], told: Callable[[Run], None] = lambda _: None,
        pace: Pace | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._lives = {live.name: live for live in lives if not live.off}
        self._http = http
        self._holder = holder
        self._dice = dice
        self._told = told
        self._pace = pace or Pace()
        self._queue: Queue[tuple[Worker, Haul | Done]] = Queue(self._pace.queue)
        self._waiting: tuple[Worker, Haul | Done] | None = None
        self._workers: dict[Key, Worker] = {}
        self._look: dict[str, int] = {}
        self.fresh = 0  # records saved since this was last set to 0
        register(store, lives)
        retire_sources(store, lives)

    def step(self, wait: float) -> None:
        """Start what is due, save what came, give up what is silent; wait so long for more."""
        self._watch()
        self._start()
        message = self._next(wait)
        while message:
            if not self._handle(*message):
                self._waiting = message  # the store is busy: it is tried again at the next step
                return
            message = self._next(0)

    @property
    def busy(self) -> list[Key]:
        """Errands under way."""
        return list(self._workers)

    def stop(self) -> None:
        """Let everything go: what was not saved is fetched again, since its cursor stands."""
        for worker in self._workers.values():
            worker.cancel.set()
        self._workers.clear()
        self._release(self._lives)

    def _start(self) -> None:
        now = self._store.clock()
        for name, live in self._in_order(now):
            found = LOOK_US
            for errand in ERRANDS:
                row = self._store.one("errand", name=name, errand=errand)
                left = due_at(row, now) - now
                if left > 0 or (name, errand) in self._workers:
                    found = min(found, max(left, SECOND_US))
                elif self._room(errand):
                    self._begin(live, errand, moment(now))
                else:
                    found = 0  # as soon as there is room
            self._look[name] = now + found

    def _in_order(self, now: int) -> Iterator[tuple[str, Live]]:
        """Sources to be looked at now, the longest waiting first."""
        due = [(self._look.get(name, 0), name) for name in self._lives]
        for look, name in sorted(due):
            if look <= now or look > now + 2 * LOOK_US:  # else the clock was set back
                yield name, self._lives[name]

    def _room(self, errand: Errand) -> bool:
        """Whether one more thread may ask; the past and asking again take at most half."""
        busy = self.busy
        aside = sum(one != "live" for _, one in busy)
        if errand != "live" and aside >= max(1, self._pace.threads // 2):
            return False
        return len(busy) < self._pace.threads

    def _begin(self, live: Live, errand: Errand, now: datetime) -> None:
        task, why = plan(self._store, live, errand, now, holder=self._holder)
        if task is None:
            if why != NOTHING_TO_DO:
                self._told(Run(live.name, errand, skipped=why))
            return
        clock = self._store.clock()
        worker = Worker(task=task, thread=Thread(), run=Run(live.name, errand), heard=clock,
                        renewed=clock)  # fmt: skip
        worker.thread = Thread(
            target=self._work, args=(worker,), daemon=True, name=f"{live.name} {errand}"
        )
        self._workers[live.name, errand] = worker
        worker.thread.start()

    def _work(self, worker: Worker) -> None:
        """In a thread: fetch and parse, wait while the queue is full, stop when told."""
        problem: Exception | None = None
        try:
            for haul in perform(worker.task, self._http, self._store.key):
                if not self._put(worker, haul):
                    return
        except FAULTS as fault:
            problem = fault
        self._put(worker, Done(problem))

    def _put(self, worker: Worker, what: Haul | Done) -> bool:
        while not worker.cancel.is_set():
            try:
                self._queue.put((worker, what), timeout=POLL)
                return True
            except Full:
                continue
        return False

    def _next(self, wait: float) -> tuple[Worker, Haul | Done] | None:
        if self._waiting:
            message, self._waiting = self._waiting, None
            return message
        try:
            return self._queue.get(timeout=wait) if wait else self._queue.get_nowait()
        except Empty:
            return None

    def _handle(self, worker: Worker, what: Haul | Done) -> bool:
        """Save a payload or an ending. False: the store is busy."""
        if worker.cancel.is_set():
            return True
        worker.heard = self._store.clock()
        try:
            if isinstance(what, Done):
                self._end(worker, what.problem)
                return True
            saved = save(self._store, what, holder=self._holder)
        except StoreError:
            return False
        if saved is None:
            self._drop(worker)
            self._told(Run(worker.task.live.name, worker.task.errand,
                           skipped="another process gathers it"))  # fmt: skip
            return True
        worker.run.count(saved)
        self.fresh += saved.added + saved.edited + saved.withdrawn
        return True

    def _end(self, worker: Worker, problem: Exception | None) -> None:
        finish(self._store, worker.task, worker.run, problem, dice=self._dice)
        self._drop(worker)
        self._told(worker.run)

    def _drop(self, worker: Worker) -> None:
        worker.cancel.set()
        key = worker.task.live.name, worker.task.errand
        self._workers.pop(key, None)
        self._look[key[0]] = 0
        if key[0] not in {name for name, _ in self._workers}:
            self._release([key[0]])

    def _release(self, names: Iterable[str]) -> None:
        with self._store.write() as writer:
            for name in names:
                writer.do("drop_lease", name=name, holder=self._holder)

    def _watch(self) -> None:
        """Give up threads that say nothing or ended without a word; renew leases of the rest."""
        now = self._store.clock()
        for key, worker in list(self._workers.items()):
            silent = (now - worker.heard) // SECOND_US
            if not worker.thread.is_alive() and self._queue.empty() and not self._waiting:
                self._end(worker, Upstream(f"{key[0]}: its thread ended without a word"))
            elif silent > self._pace.patience and not self._queue.full():
                self._give_up(worker, silent)
            elif abs(now - worker.renewed) > RENEW_US:
                self._renew(worker, now)

    def _give_up(self, worker: Worker, silent: int) -> None:
        name = worker.task.live.name
        self._end(worker, Upstream(f"{name}: has said nothing for {silent // 60} minutes; its turn "
                                   "was ended and it is asked again later"))  # fmt: skip

    def _renew(self, worker: Worker, now: int) -> None:
        worker.renewed = now
        with self._store.write() as writer:
            kept = take_lease(writer, worker.task.live.name, self._holder)
        if not kept:
            self._drop(worker)
