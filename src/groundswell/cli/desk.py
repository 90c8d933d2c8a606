"""Commands about desks and files: init, check, import, demo."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import typer

from groundswell.cli.stages import (
    BindOption,
    ProcessesOption,
    line,
    plural,
    run_pass,
    tell_skipped,
)
from groundswell.cli.state import (
    DeskOption,
    StateOption,
    Watch,
    find_desk,
    open_state,
    rejects_file,
    say,
    shipped,
)
from groundswell.cli.template import write_desk
from groundswell.desk import Desk
from groundswell.desk.suggest import as_toml, suggest
from groundswell.errors import UsageError

SUGGESTED = """
# Public places that may suit the topic, from a list that comes with the program. Remove the marks
# of those you want, and say in [operator] of desk.toml who asks. Their terms are theirs: read them.

"""


def add(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(init)
    app.command()(check)
    app.command("import")(import_files)
    app.command()(demo)


def init(
    folder: Path = typer.Argument(Path("desk"), help="The folder to make."),
    topic: str = typer.Option("", help="What to watch, in a few words."),
) -> None:
    """Make a commented desk of your own; asks for the topic."""
    if (folder / "desk.toml").exists():
        raise UsageError(f"{folder}: already holds a desk; name another folder")
    topic = topic or typer.prompt("What should it watch, in a few words", err=True)
    write_desk(folder, topic)
    found = suggest(topic)
    with (folder / "sources.toml").open("a", encoding="utf-8") as out:
        out.write(SUGGESTED + "\n".join(as_toml(place, topic) for place in found))
    Desk.load(folder)
    say(f"{folder}/ holds a desk on {topic!r}, and {folder}/sources.toml suggests:")
    for place in found:
        say(f"  {place.name}: {place.who}")
    say("Take what you want of them, say in desk.toml who you are, read the comments, then")
    typer.echo(f"groundswell import --desk {folder} FILE...\ngroundswell up --desk {folder}")


def check(desk: str = DeskOption) -> None:
    """Read a desk and name file, table and key of the first mistake."""
    from groundswell.gather.roster import live_sources

    found = find_desk(desk)
    live_sources(found)
    if found.reader:
        from groundswell.label.choice import chosen, open_reader

        open_reader(chosen(found))
    typer.echo(
        f"{found.name}: {plural(len(found.beats), 'beat')}, "
        f"{len(found.entities):,} entities, {len(found.communities):,} communities, "
        f"{plural(len(found.outlets), 'outlet')}, {plural(len(found.sources), 'source')}, "
        f"{len(found.hypotheses):,} hypotheses: no mistakes"
    )


def import_files(
    files: list[Path] = typer.Argument(
        ...,
        help="Archive files: NDJSON, Reddit or Hacker News "
        "dumps, CSV, Parquet, mbox; plain, gzip or zstd.",
    ),
    desk: str = DeskOption,
    state: Path = StateOption,
    form: str = typer.Option("", "--format", help="The form, when it is not recognised."),
    columns: list[str] = typer.Option(
        [],
        "--column",
        metavar="FIELD=COLUMN",
        help="For tables: which column holds a field, e.g. text=body.",
    ),
    community: str = typer.Option("", help="For tables and mbox: where it was said."),
    source: str = typer.Option("", help="For tables: the platform it comes from."),
    indicator: str = typer.Option(
        "", "--indicator", metavar="NAME", help="The files are CSV of days and values: a series."
    ),
) -> None:
    """Import archive files; resumable, and a file imported twice adds nothing."""
    from groundswell.gather import gather_file, total

    found, started = find_desk(desk), time.monotonic()
    if indicator:
        import_counts(found, state, files, indicator, source)
        return
    options = table_options(columns, community, source)
    watch, summaries = Watch(), []
    with open_state(found, state) as store:
        for path in files:
            summary = gather_file(
                store,
                path,
                form=form,
                options=options,
                progress=watch("import"),
                rejects=rejects_file(found, state),
            )
            watch.clear()
            say(
                f"{path.name}: {plural(summary.read, 'row')} as {summary.format}, "
                f"{summary.added:,} new, {summary.known:,} known, "
                f"{summary.skipped.total():,} left out"
            )
            summaries.append(summary)
    read, added, known, skipped = total(summaries)
    line("import", f"{plural(added, 'new record')}, {known:,} known", time.monotonic() - started)
    tell_skipped(read, skipped)
    if skipped:
        say(f"rows left out are kept in {rejects_file(found, state)}")


def import_counts(desk: Desk, state: Path, files: list[Path], name: str, source: str) -> None:
    """Import CSV files of days and values as an indicator."""
    from groundswell.gather.counts import read_counts
    from groundswell.store.indicators import add_indicators

    with open_state(desk, state) as store:
        for path in files:
            if not path.is_file():
                raise UsageError(f"{path}: is not a file; name the files to import")
            values = list(read_counts(path, name, source=source))
            changed = add_indicators(store, values)
            typer.echo(
                f"{path.name}: {plural(len(values), 'value')} of {name}, {changed:,} new or changed"
            )


def table_options(columns: list[str], community: str, source: str) -> dict[str, Any]:
    """Options of an archive from the command line's words."""
    mapping = {}
    for pair in columns:
        name, equals, column = pair.partition("=")
        if not equals or not name or not column:
            raise UsageError(f"--column {pair!r}: is not FIELD=COLUMN, e.g. text=body")
        mapping[name] = column
    given = {"columns": mapping, "community": community, "source": source}
    return {name: value for name, value in given.items() if value}


def demo(
    bind: str = BindOption,
    processes: int = ProcessesOption,
    folder: Path = typer.Option(Path(".groundswell"), help="Where its state is made afresh."),
    no_serve: bool = typer.Option(False, "--no-serve", help="Stop after the run."),
) -> None:
    """See it work: ten weeks of an invented small internet, from archive to proved stories."""
    from groundswell.cli.server import serve_forever

    desk = Desk.load(shipped()["demo"])
    state = folder / "demo.db"
    clear(state)
    with open_state(desk, state) as store:
        _, done = run_pass(store, desk, processes=processes, rejects=rejects_file(desk, state))
    if no_serve:
        typer.echo(f"Serve  groundswell serve --desk demo --state {state}")
        return

    def ready(address: str) -> None:
        if done.edition and done.edition.slugs:
            typer.echo(f"Lead  {address}/stories/{done.edition.slugs[0]}")
        typer.echo(f"Open  {address}/  (Ctrl-C stops)")

    serve_forever(desk, state, bind, ready=ready)


def clear(state: Path) -> None:
    """Remove an older demo's state and everything beside it."""
    for file in state.parent.glob(state.stem + ".*"):
        if file.is_dir():
            shutil.rmtree(file)
        else:
            file.unlink()
