"""One pass of the five batch stages, on one screen; `schedule` keeps passing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from groundswell.desk import Desk
from groundswell.gather import Summary, gather
from groundswell.gather.live import Run
from groundswell.label import Count, Means, label, makers
from groundswell.measure import measure
from groundswell.notice import notice
from groundswell.pipeline.upkeep import keep
from groundswell.report import Illustrate, report
from groundswell.report.edition import Edition
from groundswell.store import Store
from groundswell.store.desks import save_desk
from groundswell.types import Signal, Snapshot
from groundswell.types.moment import day_of, micros, midnight

Progress = Callable[[int], None]


@dataclass(slots=True)
class Pass:
    """What one pass did, filled in stage by stage."""

    gathered: list[Summary] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    labelled: Count = field(default_factory=lambda: Count(0, 0, 0))
    measured: int = 0
    signals: list[Signal] = field(default_factory=list)
    edition: Edition | None = None


Watch = Callable[[str], Progress]  # a stage begins; its progress is told to what this returns


def run(
    store: Store,
    desk: Desk,
    *,
    processes: int = 1,
    watch: Watch = lambda _: lambda _: None,
    rejects: Path | None = None,
    illustrate: Illustrate = lambda _: None,
    live: Callable[[Progress], list[Run]] = lambda _: [],
    means: Means | None = None,
) -> Iterator[tuple[str, Pass]]:
    """Gather, label, measure, notice, report once; yields (stage, pass so far) after each.

    `live` gathers the desk's live sources, and `means` is what a reader on a server needs; whoever
    has a network gives them.
    """
    done = Pass()
    save_desk(store, desk)
    watched = watch("gather")
    done.gathered = gather(store, desk, rejects=rejects, progress=watched)
    done.runs = live(watched)
    keep(store, desk)
    yield "gather", done
    yield from _read(store, desk, done, processes=processes, watch=watch, means=means)
    yield from _tell(store, desk, done, watch=watch, illustrate=illustrate)


def read(
    store: Store, desk: Desk, *, processes: int = 1, watch: Watch = lambda _: lambda _: None,
    means: Means | None = None,
) -> Iterator[tuple[str, Pass]]:  # fmt: skip
    """Label and measure what came in; yields like `run`."""
    save_desk(store, desk)
    yield from _read(store, desk, Pass(), processes=processes, watch=watch, means=means)


def tell(
    store: Store,
    desk: Desk,
    *,
    watch: Watch = lambda _: lambda _: None,
    illustrate: Illustrate = lambda _: None,
) -> Iterator[tuple[str, Pass]]:
    """Notice and report the newest night; yields like `run`."""
    save_desk(store, desk)
    yield from _tell(store, desk, Pass(), watch=watch, illustrate=illustrate)


def _read(
    store: Store, desk: Desk, done: Pass, *, processes: int, watch: Watch, means: Means | None
) -> Iterator[tuple[str, Pass]]:
    done.labelled = label(
        store, desk, processes=processes, progress=watch("label"), means=means
    )  # fmt: skip
    yield "label", done
    done.measured = measure(store, progress=watch("measure"))
    yield "measure", done


def _tell(
    store: Store, desk: Desk, done: Pass, *, watch: Watch, illustrate: Illustrate
) -> Iterator[tuple[str, Pass]]:
    night = last_night(store, desk)
    snapshot = take_snapshot(store, desk, night)
    done.signals = notice(store, desk, snapshot, night, progress=watch("notice"))
    yield "notice", done
    done.edition = report(
        store, desk, snapshot, night, progress=watch("report"), illustrate=illustrate
    )
    yield "report", done


def replay(
    store: Store,
    desk: Desk,
    first: int,
    last: int,
    *,
    progress: Progress = lambda _: None,
    illustrate: Illustrate = lambda _: None,
) -> Iterator[tuple[int, list[Signal], Edition]]:
    """Tell the nights from `first` to `last` again, one after another, none seeing the next."""
    save_desk(store, desk)
    measure(store, progress=lambda _: None)
    told = makers(store, desk)
    for night in range(first, last + 1):
        snapshot = Snapshot(seq=store.seq(), as_of=midnight(night + 1), makers=told, desk=desk.hash)
        signals = notice(store, desk, snapshot, night, progress=lambda _: None)
        yield night, signals, report(store, desk, snapshot, night, illustrate=illustrate)
        progress(1)


def take_snapshot(store: Store, desk: Desk, night: int) -> Snapshot:
    """What is known now of everything up to the end of a night."""
    return Snapshot(
        seq=store.seq(), as_of=midnight(night + 1), makers=makers(store, desk), desk=desk.hash
    )


def last_night(store: Store, desk: Desk) -> int:
    """The newest complete day: before the desk's clock (or now), and with records if we have any.

    An archive that ends years ago is told of its last day, not of an empty yesterday.
    """
    now = micros(desk.clock) if desk.clock else store.clock()
    last = store.one("last_day_of_records")
    yesterday = day_of(now) - 1
    return min(yesterday, last["day"]) if last else yesterday
