"""Commands that look at what is stored: verify, explain, export, doctor, fingerprint, forget."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import typer

from groundswell.cli.state import (
    DeskOption,
    JsonOption,
    StateOption,
    find_desk,
    open_state,
    rejects_file,
    say,
    state_file,
)
from groundswell.errors import GroundswellError
from groundswell.types import Verdict

FAILED, NOTHING = 1, 5


def add(app: typer.Typer) -> None:
    """Register the commands."""
    for command in (verify, explain, export, doctor, fingerprint, forget):
        app.command()(command)


def verify(
    story: str = typer.Argument("", help="A story's slug; all stories when left out."),
    desk: str = DeskOption,
    state: Path = StateOption,
    as_json: bool = JsonOption,
) -> None:
    """Re-execute every claim of the stored stories; exit 1 naming what is false."""
    from groundswell.report.verify import finding
    from groundswell.report.verify import verify as verify_all

    found = find_desk(desk)
    with open_state(found, state, readonly=True) as store:
        checked = verify_all(store, found, story or None)
    if story and not checked:
        raise GroundswellError(f"no story {story!r}; see the slugs on the stories page")
    results = [(told.slug, *finding(verdicts), verdicts) for told, verdicts in checked]
    if as_json:
        typer.echo(json.dumps([_as_json(*result) for result in results], indent=1))
    for slug, result, summary, verdicts in () if as_json else results:
        typer.echo(f"{result:<12}{slug}  {summary if result in ('holds', 'withdrawn') else ''}")
        for verdict in verdicts:
            if verdict.finding != "withdrawn":
                typer.echo(f"  {verdict.finding}: {verdict.sentence!r}")
                typer.echo(f"    {verdict.by}: {verdict.reason}")
    if not checked:
        say("no stories to verify")
    if any(result == "false" for _, result, _, _ in results):
        raise typer.Exit(FAILED)


def _as_json(
    slug: str, finding: str, summary: str, verdicts: Sequence[Verdict]
) -> dict[str, object]:
    return {
        "story": slug,
        "finding": finding,
        "summary": summary,
        "verdicts": [asdict(verdict) for verdict in verdicts],
    }


def explain(
    name: str = typer.Argument(
        ..., metavar="ID", help="A record, claim, signal or story, by the beginning of its id."
    ),
    desk: str = DeskOption,
    state: Path = StateOption,
) -> None:
    """Everything stored about one thing, as JSON."""
    from groundswell.query.explain import explain as explain_one

    with open_state(find_desk(desk), state, readonly=True) as store:
        found = explain_one(store, name)
    if not found:
        raise GroundswellError(f"nothing begins with {name!r}: no record, claim, signal or story")
    if len(found) > 1:
        say(f"{len(found)} things begin with {name!r}; say more of it:")
        for thing in found:
            typer.echo(f"{thing['is']}  {thing['id']}")
        raise typer.Exit(FAILED)
    typer.echo(json.dumps(found[0], indent=1, ensure_ascii=False))


def export(
    folder: Path = typer.Argument(..., help="The folder to write into."),
    desk: str = DeskOption,
    state: Path = StateOption,
    url: str = typer.Option("http://127.0.0.1:8420", help="The address stories name."),
) -> None:
    """Write every story as plain text and JSON into a folder; forget reaches it later."""
    from groundswell.report.publish import export_stories

    found = find_desk(desk)
    with open_state(found, state) as store:
        written = export_stories(store, found, folder, url)
    typer.echo(f"{len(written):,} files in {folder}")
    if not written:
        raise typer.Exit(NOTHING)


def doctor(desk: str = DeskOption, state: Path = StateOption, as_json: bool = JsonOption) -> None:
    """Say what is stored, how every source is doing, what is missing and what to do about it."""
    from groundswell.query.health import health

    found = find_desk(desk)
    with open_state(found, state, readonly=True) as store:
        report = health(store, found)
    if as_json:
        typer.echo(json.dumps({**asdict(report), "facts": dict(report.facts)}, indent=1))
    for name, value in () if as_json else report.facts:
        typer.echo(f"{name:<14}{value}")
    for source in () if as_json else report.sources:
        usual = "" if source.usual is None else f" of about {source.usual:,}"
        typer.echo(f"{source.name:<14}{source.state}, {source.day:,}{usual} new in a day")
    for problem in () if as_json else report.problems:
        typer.echo(f"! {problem}")
    if report.problems:
        raise typer.Exit(FAILED)


def fingerprint(
    desk: str = DeskOption, state: Path = StateOption, as_json: bool = JsonOption
) -> None:
    """One SHA-256 per canonical table: what "identical" means."""
    from groundswell.store.fingerprint import fingerprint as hash_tables

    with open_state(find_desk(desk), state, readonly=True) as store:
        tables = hash_tables(store)
    if as_json:
        typer.echo(json.dumps(tables, indent=1))
    for name, mark in () if as_json else tables.items():
        typer.echo(f"{mark}  {name}")


def forget(
    ids: list[str] = typer.Argument(..., metavar="RECORD...", help="Record ids to erase."),
    desk: str = DeskOption,
    state: Path = StateOption,
    hard: bool = typer.Option(False, "--hard", help="Drop the husk too."),
    yes: bool = typer.Option(False, "--yes", help="Do not ask."),
) -> None:
    """Erase records and every quote of them, everywhere we keep it."""
    from groundswell.gather.rejects import forget_rejects
    from groundswell.measure import measure
    from groundswell.report.publish import refresh_published
    from groundswell.store.erase import forget as erase

    found = find_desk(desk)
    if not yes:
        typer.confirm(
            f"Erase {len(ids)} record(s) from {state_file(found, state)}?", abort=True, err=True
        )
    with open_state(found, state) as store:
        count = erase(store, ids, hard=hard)
        measure(store, progress=lambda _: None)
        folders = refresh_published(store, found)
    forget_rejects(rejects_file(found, state), ids)
    typer.echo(f"{count:,} erased, {len(ids) - count:,} unknown; {folders:,} folders rewritten")
