"""The six verbs, and the two that put them together: run and replay."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import typer

from groundswell.cli.state import (
    DeskOption,
    JsonOption,
    StateOption,
    Watch,
    cores,
    find_desk,
    open_state,
    rejects_file,
    say,
    state_file,
)
from groundswell.desk import Desk
from groundswell.errors import UsageError
from groundswell.report import Illustrate
from groundswell.report.edition import Edition
from groundswell.store import Store
from groundswell.types import Outcome
from groundswell.types.moment import as_date, as_day

BindOption = typer.Option(
    "127.0.0.1:8420",
    "--bind",
    envvar="GROUNDSWELL_BIND",
    metavar="HOST:PORT",
    help="Where to serve; port 0 takes any free one.",
)
ProcessesOption = typer.Option(0, "--processes", help="Worker processes; 0 is one a core.")
NightOption = typer.Option(
    None,
    "--night",
    formats=["%Y-%m-%d"],
    help="The day to tell of. Default: the newest complete one.",
)
PARTIAL, NOTHING_NEW = 3, 6


def add(app: typer.Typer) -> None:
    """Register the verbs."""
    for command in (gather, label, measure, notice, report, serve, run, replay):
        app.command()(command)


def line(stage: str, what: str, seconds: float) -> None:
    """One line a stage on standard output: what it did and how long it took."""
    typer.echo(f"{stage:<8}{what}   {seconds:,.0f} s")


def plural(n: int, one: str) -> str:
    """A count with its noun: "1 record", "6,000 records", "no stories"."""
    if n != 1:
        one = one[:-1] + "ies" if one.endswith("y") else one + "s"
    return f"{n:,} {one}"


def gather(desk: str = DeskOption, state: Path = StateOption) -> None:
    """Gather public writing from the desk's sources into records."""
    from groundswell.gather import gather as gather_all
    from groundswell.gather import total

    found, started = find_desk(desk), time.monotonic()
    with open_state(found, state) as store:
        read, added, known, skipped = total(
            gather_all(store, found, rejects=rejects_file(found, state), progress=Watch()("gather"))
        )
    line("gather", f"{plural(added, 'new record')}, {known:,} known", time.monotonic() - started)
    tell_skipped(read, skipped)


def label(
    desk: str = DeskOption,
    state: Path = StateOption,
    processes: int = ProcessesOption,
    minutes: float = typer.Option(
        0.0, "--minutes", help="Stop after this long; the same command goes on."
    ),
) -> None:
    """Read and label every record not yet labelled by today's makers."""
    from groundswell.label import label as label_all

    found, started = find_desk(desk), time.monotonic()
    watch = Watch()
    with open_state(found, state) as store:
        done = label_all(
            store,
            found,
            processes=processes or cores(),
            progress=watch("label"),
            stop=lambda: bool(minutes) and time.monotonic() - started > minutes * 60,
        )
        left = store.one("count_unlabelled_any")
    watch.clear()
    line(
        "label",
        f"{plural(done.labelled, 'record')}, {plural(done.read, 'text')} read",
        time.monotonic() - started,
    )
    if left and left["records"]:
        say(f"{left['records']:,} records are not labelled yet; run this again to go on")
        raise typer.Exit(PARTIAL)


def measure(desk: str = DeskOption, state: Path = StateOption) -> None:
    """Bring the counts of people up to date."""
    from groundswell.measure import measure as measure_all

    started = time.monotonic()
    with open_state(find_desk(desk), state) as store:
        cells = measure_all(store, progress=Watch()("measure"))
    line("measure", plural(cells, "cell"), time.monotonic() - started)


def notice(
    desk: str = DeskOption,
    state: Path = StateOption,
    night: datetime = NightOption,
    as_json: bool = JsonOption,
) -> None:
    """Test what changed; every test is kept, dull ones too."""
    from groundswell.notice import notice as notice_all
    from groundswell.pipeline import last_night, take_snapshot

    found, started = find_desk(desk), time.monotonic()
    with open_state(found, state) as store:
        day = as_day(night.date()) if night else last_night(store, found)
        signals = notice_all(
            store, found, take_snapshot(store, found, day), day, progress=Watch()("notice")
        )
    outcomes = Counter(signal.outcome for signal in signals)
    if as_json:
        typer.echo(json.dumps({"night": as_date(day).isoformat(), **outcomes}))
    else:
        line("notice", told_outcomes(outcomes, "test"), time.monotonic() - started)


def report(
    desk: str = DeskOption, state: Path = StateOption, night: datetime = NightOption
) -> None:
    """Write, verify and publish the stories of a night."""
    from groundswell.pipeline import last_night, take_snapshot
    from groundswell.report import report as report_all

    found, started = find_desk(desk), time.monotonic()
    with open_state(found, state) as store:
        day = as_day(night.date()) if night else last_night(store, found)
        edition = report_all(
            store,
            found,
            take_snapshot(store, found, day),
            day,
            progress=Watch()("report"),
            illustrate=artist(store),
        )
    line("report", told_edition(edition), time.monotonic() - started)


def serve(desk: str = DeskOption, state: Path = StateOption, bind: str = BindOption) -> None:
    """Serve pages, JSON and charts from what is stored."""
    from groundswell.cli.server import serve_forever

    found = find_desk(desk)
    serve_forever(found, state_file(found, state), bind)


def run(
    desk: str = DeskOption,
    state: Path = StateOption,
    processes: int = ProcessesOption,
    exit_nothing_new: bool = typer.Option(
        False, "--exit-nothing-new", help="Exit 6 when nothing new was gathered."
    ),
) -> None:
    """One pass of gather, label, measure, notice and report."""
    found = find_desk(desk)
    with open_state(found, state) as store:
        added, _ = run_pass(store, found, processes=processes, rejects=rejects_file(found, state))
    if exit_nothing_new and not added:
        raise typer.Exit(NOTHING_NEW)


def replay(
    first: datetime = typer.Argument(..., formats=["%Y-%m-%d"], metavar="FROM"),
    last: datetime = typer.Argument(..., formats=["%Y-%m-%d"], metavar="TO"),
    desk: str = DeskOption,
    state: Path = StateOption,
) -> None:
    """Tell past nights again, one by one, none seeing the next."""
    from groundswell.pipeline import replay as replay_nights

    found = find_desk(desk)
    if first > last:
        raise UsageError(f"FROM {first.date()} is after TO {last.date()}; swap them")
    with open_state(found, state) as store:
        for night, signals, edition in replay_nights(
            store, found, as_day(first.date()), as_day(last.date()), illustrate=artist(store)
        ):
            tested = told_outcomes(Counter(s.outcome for s in signals), "test")
            typer.echo(f"{as_date(night)}  {tested}; {told_edition(edition)}")


def run_pass(store: Store, desk: Desk, *, processes: int, rejects: Path) -> tuple[int, Edition]:
    """One pass with its lines on standard output; returns new records and the edition."""
    from groundswell.gather import total
    from groundswell.pipeline import run as run_stages

    watch = Watch()
    started, added = time.monotonic(), 0
    edition: Edition | None = None
    for stage, done in run_stages(
        store,
        desk,
        processes=processes or cores(),
        watch=watch,
        rejects=rejects,
        illustrate=artist(store),
    ):
        watch.clear()
        if stage == "gather":
            read, added, known, skipped = total(done.gathered)
            line(stage, plural(added + known, "record"), time.monotonic() - started)
            tell_skipped(read, skipped)
        elif stage == "label":
            line(stage, plural(done.labelled.labelled, "record"), time.monotonic() - started)
        elif stage == "measure":
            line(stage, plural(done.measured, "cell"), time.monotonic() - started)
        elif stage == "notice":
            outcomes = Counter(signal.outcome for signal in done.signals)
            line(stage, told_outcomes(outcomes, "test"), time.monotonic() - started)
        elif done.edition is not None:
            edition = done.edition
            line(stage, plural(len(edition.slugs), "story"), time.monotonic() - started)
            typer.echo(f"stories  {told_edition(edition)}")
        started = time.monotonic()
    assert edition is not None
    return added, edition


def told_outcomes(outcomes: Mapping[Outcome, int], what: str) -> str:
    """How many tests there were, and what came of them."""
    found = outcomes.get("found", 0)
    return f"{plural(sum(outcomes.values()), what)}, {found:,} found something"


def told_edition(edition: Edition) -> str:
    """Published and not published, by outcome."""
    reasons = ", ".join(
        f"{name} {n:,}"
        for name, n in sorted(edition.unpublished.items(), key=lambda pair: (-pair[1], pair[0]))
    )
    missed = sum(edition.unpublished.values())
    told = f"{len(edition.slugs):,} published, {missed:,} not published"
    return f"{told} ({reasons})" if reasons else told


def tell_skipped(read: int, skipped: Counter[str]) -> None:
    """What was left out and why, on standard error."""
    if skipped:
        say(f"left out {sum(skipped.values()):,} of {read:,} rows:")
        for reason, n in skipped.most_common():
            say(f"  {n:>9,}  {reason}")


def artist(store: Store) -> Illustrate:
    """Draws the charts that stories ask for from their frozen evidence, before they are seen."""
    from groundswell.serve.charts import store_charts

    return lambda stories: store_charts(store, stories)
