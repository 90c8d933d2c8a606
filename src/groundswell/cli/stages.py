"""The six verbs, and those that put them together: run, replay and up."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

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
from groundswell.store.place import reached
from groundswell.types import Outcome
from groundswell.types.moment import as_date, as_day

if TYPE_CHECKING:  # importing them takes a second that `--help` need not wait for
    from groundswell.cli.live import Live
    from groundswell.label.part import Means
    from groundswell.pipeline import Pass

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
    for command in (gather, label, measure, notice, report, serve, run, replay, up):
        app.command()(command)


def line(stage: str, what: str, seconds: float) -> None:
    """One line a stage on standard output: what it did and how long it took."""
    typer.echo(f"{stage:<8}{what}   {seconds:,.0f} s")


def plural(n: int, one: str) -> str:
    """A count with its noun: "1 record", "6,000 records", "no stories"."""
    if n != 1:
        one = one[:-1] + "ies" if one.endswith("y") else one + "s"
    return f"{n:,} {one}"


def gather(
    desk: str = DeskOption,
    state: Path = StateOption,
    source: list[str] = typer.Option([], "--source", help="Only this source; may be repeated."),
) -> None:
    """Gather public writing from the desk's sources into records, once."""
    from groundswell.cli.live import end_gathering, gathering, totals
    from groundswell.gather import gather as gather_all
    from groundswell.pipeline import Pass
    from groundswell.pipeline.upkeep import keep

    found, started = find_desk(desk), time.monotonic()
    watch = Watch()
    with open_state(found, state) as store, gathering(store, found, source) as live:
        archives = [] if source else gather_all(
            store, found, rejects=rejects_file(found, state), progress=watch("gather")
        )  # fmt: skip
        runs = live(watch("gather"))
        keep(store, found)
        watch.clear()
        read, added, known, skipped = totals(Pass(gathered=archives, runs=runs))
        line(
            "gather", f"{plural(added, 'new record')}, {known:,} known", time.monotonic() - started
        )
        tell_skipped(read, skipped)
        end_gathering(store, runs, added + known)


def label(
    texts: str = typer.Argument(
        "", metavar="[-]", help="- labels the NDJSON texts on standard input, storing nothing."
    ),
    desk: str = DeskOption,
    state: Path = StateOption,
    processes: int = ProcessesOption,
    minutes: float = typer.Option(
        0.0, "--minutes", help="Stop after this long; the same command goes on."
    ),
    layers: str = typer.Option("", "--layers", help="With -: only these, comma between."),
    reader: str = typer.Option(
        "", "--reader", metavar="PATH|NAME", help="With -: another reader. A desk names its own."
    ),
    cost: bool = typer.Option(
        False, "--cost", help="Only say what asking a server would cost at most."
    ),
) -> None:
    """Read and label every record not yet labelled by today's makers, or texts from a pipe."""
    from groundswell.cli.remote import remote
    from groundswell.label import foresee
    from groundswell.label import label as label_all

    if texts:
        pipe_texts(texts, desk, layers, reader)
        return
    if reader:
        raise UsageError("--reader is for texts from a pipe (label -); the reader of stored "
                         "records stands in the desk, [reader] in desk.toml")  # fmt: skip
    found, started = find_desk(desk), time.monotonic()
    watch = Watch()
    if cost:
        with open_state(found, state) as store:
            typer.echo("\n".join(foresee(store, found) or ["the desk's reader asks no server"]))
        return
    with open_state(found, state) as store, remote(found) as means:
        done = label_all(
            store,
            found,
            processes=processes or cores(),
            means=means,
            progress=watch("label"),
            stop=lambda: bool(minutes) and time.monotonic() - started > minutes * 60,
        )
        left = store.one("count_unlabelled_any", after=reached(store))
    watch.clear()
    line(
        "label",
        f"{plural(done.labelled, 'record')}, {plural(done.read, 'text')} read{done.told_out}",
        time.monotonic() - started,
    )
    if done.note:
        say(done.note)
    if left and left["records"]:
        say(f"{left['records']:,} records are not labelled yet; run this again to go on")
        raise typer.Exit(PARTIAL)


def pipe_texts(texts: str, desk: str | None, layers: str, reader: str) -> None:
    """Label NDJSON from standard input, one answer a line as soon as it is there."""
    from groundswell.cli.remote import remote
    from groundswell.label.part import remote_parts
    from groundswell.label.pipe import label_lines, make_pipe

    if texts != "-":
        raise UsageError(f"{texts!r} is not -: label reads texts from standard input only")
    wanted = [layer.strip() for layer in layers.split(",") if layer.strip()]
    found = find_desk(desk) if desk else None
    failed = 0
    with remote(found) as means:
        pipe = make_pipe(wanted, found, reader or None, means)
        for answer in label_lines(sys.stdin.buffer, pipe):
            failed += "error" in answer
            sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        for told in filter(None, (part.told() for part in remote_parts(pipe.bench.reader))):
            say(told)
    if failed:
        say(f"{plural(failed, 'line')} could not be labelled; each says why")
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
    from groundswell.cli.live import end_gathering, gathering, totals
    from groundswell.cli.remote import remote

    found = find_desk(desk)
    with (
        open_state(found, state) as store,
        gathering(store, found) as live,
        remote(found) as means,
    ):
        added, done = run_pass(
            store, found, processes=processes, rejects=rejects_file(found, state), live=live,
            means=means,
        )  # fmt: skip
        _, new, known, _ = totals(done)
        end_gathering(store, done.runs, new + known)
    if exit_nothing_new and not added:
        raise typer.Exit(NOTHING_NEW)


def up(
    desk: str = DeskOption,
    state: Path = StateOption,
    bind: str = BindOption,
    processes: int = ProcessesOption,
    no_serve: bool = typer.Option(False, "--no-serve", help="Gather and tell, but serve nothing."),
) -> None:
    """Keep going: gather each source on its schedule, tell every night, and serve."""
    from groundswell.cli.up import keep_going

    found = find_desk(desk)
    keep_going(found, state_file(found, state), bind="" if no_serve else bind, processes=processes)


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


def run_pass(
    store: Store, desk: Desk, *, processes: int, rejects: Path, live: Live | None = None,
    means: Means | None = None,
) -> tuple[int, Pass]:  # fmt: skip
    """One pass with its lines on standard output; returns new records and what was done."""
    from groundswell.cli.live import totals
    from groundswell.pipeline import run as run_stages

    watch = Watch()
    passed = tell_stages(
        run_stages(
            store,
            desk,
            processes=processes or desk.limits.max_processes or cores(),
            watch=watch,
            rejects=rejects,
            illustrate=artist(store),
            live=live or (lambda _: []),
            means=means,
        ),
        watch,
    )
    return totals(passed)[1], passed


def tell_stages(stages: Iterator[tuple[str, Pass]], watch: Watch) -> Pass:
    """One line on standard output for each stage as it ends; returns what was done."""
    from groundswell.cli.live import totals

    started, passed = time.monotonic(), None
    for stage, done in stages:
        watch.clear()
        passed = done
        if stage == "gather":
            read, added, known, skipped = totals(done)
            line(stage, plural(added + known, "record"), time.monotonic() - started)
            tell_skipped(read, skipped)
        elif stage == "label":
            told = plural(done.labelled.labelled, "record") + done.labelled.told_out
            line(stage, told, time.monotonic() - started)
            if done.labelled.note:
                say(done.labelled.note)
        elif stage == "measure":
            line(stage, plural(done.measured, "cell"), time.monotonic() - started)
        elif stage == "notice":
            outcomes = Counter(signal.outcome for signal in done.signals)
            line(stage, told_outcomes(outcomes, "test"), time.monotonic() - started)
        elif done.edition is not None:
            line(stage, plural(len(done.edition.slugs), "story"), time.monotonic() - started)
            typer.echo(f"stories  {told_edition(done.edition)}")
        started = time.monotonic()
    assert passed is not None
    return passed


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
    """Draws the charts that stories ask for from their frozen evidence, before they are seen; and
    those of indicators."""
    from groundswell.serve.charts import store_charts
    from groundswell.serve.series_chart import draw_series

    return lambda stories: store_charts(store, stories) + draw_series(store)
