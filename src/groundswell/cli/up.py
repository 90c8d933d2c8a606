"""`groundswell up`: gather on every source's schedule, tell every night, and serve."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.context import SpawnProcess
from pathlib import Path
from threading import Event

from groundswell.cli.network import holder, network
from groundswell.cli.remote import remote
from groundswell.cli.server import serve_until
from groundswell.cli.stages import artist, plural, tell_stages
from groundswell.cli.state import Watch, cores, open_state, rejects_file, say
from groundswell.desk import Desk
from groundswell.errors import UsageError
from groundswell.gather import gather
from groundswell.gather.live import Run
from groundswell.gather.roster import Live, live_sources
from groundswell.gather.source import Http
from groundswell.pipeline import read, tell
from groundswell.pipeline.rounds import Rounds, Stages
from groundswell.pipeline.schedule import Scheduler
from groundswell.pipeline.upkeep import keep
from groundswell.store import Store
from groundswell.store.desks import save_desk

STEP = 0.5  # seconds between two looks at what is due
PATIENCE = 3.0  # seconds a process that was told to end is given
NICE = 10  # reading texts lets gathering and serving go first


def keep_going(desk: Desk, path: Path, *, bind: str, processes: int) -> None:
    """Gather on every source's schedule, tell every night, and serve, until it is told to end.

    With an empty `bind` nothing is served. UsageError when the desk names no live source.
    """
    lives = live_sources(desk)
    if all(live.off for live in lives):
        raise UsageError(nothing_to_ask(desk, lives))
    open_state(desk, path).close()  # made and migrated before anybody reads it
    crew = Crew(desk, path, lives, processes or desk.limits.max_processes or cores())
    with stopping(crew.stop), ThreadPoolExecutor(1, "gather") as pool:
        working = pool.submit(crew.work)
        working.add_done_callback(lambda _: crew.stop.set())
        try:
            if bind:
                serve_until(desk, path, bind, crew.stop)
            else:
                crew.stop.wait()
        finally:
            crew.stop.set()
        working.result()


def nothing_to_ask(desk: Desk, lives: Sequence[Live]) -> str:
    """Why `up` has nothing to do with a desk, and what to do."""
    if not lives:
        return (
            f"{desk.name}: names no live source; add one to sources.toml, or use "
            "`groundswell run` and `groundswell serve`"
        )
    return (
        f"{desk.name}: all its live sources are off; in a copy of {desk.folder}, say in "
        "[operator] of desk.toml who you are and take `off = true` out of those you want"
    )


class Crew:
    """What gathers, keeps house and starts the stages, in one thread; the main thread serves."""

    def __init__(self, desk: Desk, path: Path, lives: Sequence[Live], processes: int) -> None:
        self.stop = Event()
        self._desk = desk
        self._path = path
        self._lives = lives
        self._processes = processes

    def work(self) -> None:
        """Go on until `stop` is set; then put everything away within seconds."""
        with open_state(self._desk, self._path) as store, network(self._desk) as http:
            me = holder(store)
            save_desk(store, self._desk)
            gather(store, self._desk, rejects=rejects_file(self._desk, self._path),
                   limit=self.stop.is_set)  # fmt: skip
            rounds = Rounds(
                store, self._desk, self._launch, holder=me, failed=tell_failed,
                house=lambda: tell_kept(store, self._desk),
            )  # fmt: skip
            with self._scheduled(store, http, me) as scheduler:
                try:
                    while not self.stop.is_set():
                        scheduler.step(STEP)
                        rounds.turn(scheduler.fresh)
                        scheduler.fresh = 0
                finally:
                    rounds.stop()

    @contextmanager
    def _scheduled(self, store: Store, http: Http, me: str) -> Iterator[Scheduler]:
        scheduler = Scheduler(store, self._lives, http, holder=me, dice=random.random,
                              told=Teller())  # fmt: skip
        try:
            yield scheduler
        finally:
            scheduler.stop()

    def _launch(self, stages: Stages) -> Shift:
        return Shift(self._desk.folder, self._path, stages, self._processes)


class Shift:
    """The stages of one round in a process of their own, which may be ended at any instant."""

    def __init__(self, desk: Path, state: Path, stages: Stages, processes: int) -> None:
        self._process: SpawnProcess = multiprocessing.get_context("spawn").Process(
            target=shift, args=(desk, state, stages, processes)
        )
        self._process.start()

    def ended(self) -> int | None:
        """The exit status; None while it works."""
        return self._process.exitcode

    def end(self) -> None:
        """End it now, by force if it does not listen."""
        self._process.terminate()
        self._process.join(PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


class Teller:
    """One line when a source begins to fail, one when it answers again; nothing in between."""

    def __init__(self) -> None:
        self._failing: set[tuple[str, str]] = set()

    def __call__(self, run: Run) -> None:
        """Hear of an errand that ended."""
        key = run.name, run.errand
        if run.problem and key not in self._failing:
            self._failing.add(key)
            say(f"{run.name}: {run.problem.removeprefix(f'{run.name}: ')}")
        elif not run.problem and not run.skipped and key in self._failing:
            self._failing.discard(key)
            say(f"{run.name}: answers again, {plural(run.added, 'new record')}")


def shift(folder: Path, state: Path, stages: Stages, processes: int) -> None:
    """In a process of its own: label and measure, and for "tell" notice and report as well."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to hear
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    os.nice(NICE)
    desk, watch = Desk.load(folder), Watch()
    with open_state(desk, state) as store, remote(desk) as means:
        tell_stages(read(store, desk, processes=processes, watch=watch, means=means), watch)
        if stages == "tell":
            tell_stages(tell(store, desk, watch=watch, illustrate=artist(store)), watch)


def tell_failed(stages: Stages, status: int) -> None:
    """Stages ended badly: their own words stand above."""
    what = "labelling" if stages == "read" else "telling the night"
    say(f"{what} failed with exit {status}; it is tried again in an hour")


def tell_kept(store: Store, desk: Desk) -> None:
    """Keep house, and say what it took away."""
    done = keep(store, desk)
    if done.erased:
        say(f"{plural(done.erased, 'withdrawn record')} erased")
    if done.expired:
        say(f"{plural(done.expired, 'text')} dropped: their source lets us keep them no longer")
    if done.days:
        say(f"the texts of {plural(done.days, 'day')} dropped: max_disk was reached")
    if done.over:
        say("max_disk is too small for the days that tests look back to; raise it in desk.toml")


@contextmanager
def stopping(stop: Event) -> Iterator[None]:
    """SIGTERM and Ctrl-C set `stop`; what was set before is set again afterwards."""

    def heard(*_: object) -> None:
        stop.set()

    before: dict[signal.Signals, Callable[..., object] | int | None] = {
        one: signal.signal(one, heard)
        for one in (signal.SIGTERM, signal.SIGINT)
    }  # fmt: skip
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
