"""The command triage: a week's work list for the people who keep a repository."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from groundswell.cli.state import DeskOption, JsonOption, StateOption, find_desk, now, say
from groundswell.errors import BadRow, UsageError
from groundswell.types import Record
from groundswell.types.moment import moment
from groundswell.types.ticket import Ticket

if TYPE_CHECKING:
    from groundswell.triage import Worklist

REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
MONTHS = 9  # of tickets asked for when triage is live
NOTHING = 5


def add(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(triage)


def triage(
    repo: str = typer.Argument(..., metavar="OWNER/REPO", help="The repository to triage."),
    files: list[Path] = typer.Argument(
        None,
        metavar="[EXPORT]...",
        help="Exports to read: JSON of `gh api` or `gh issue list --json`, or normalised NDJSON. "
        "Without any, GitHub is asked.",
    ),
    templates: Path = typer.Option(
        None, "--templates", help="The repository's .github folder; else templates are inferred."
    ),
    outside: list[Path] = typer.Option(
        None, "--outside", help="Normalised NDJSON of other places: what preceded a rise."
    ),
    against: list[str] = typer.Option(
        None, "--against", metavar="OWNER/REPO", help="Also ask about this one's change requests."
    ),
    until: datetime = typer.Option(
        None,
        "--until",
        formats=["%Y-%m-%d"],
        help="The day after the week. Default: today, or the day after an export's newest ticket.",
    ),
    limit: int = typer.Option(5, "--limit", min=1, help="Lines of a section."),
    reader: bool = typer.Option(
        True, "--reader/--no-reader", help="Also find duplicates in other words."
    ),
    summary: Path = typer.Option(
        None,
        "--summary",
        envvar="GITHUB_STEP_SUMMARY",
        help="Append the list as Markdown to this file, as CI step summaries want it.",
    ),
    desk: str = DeskOption,
    state: Path = StateOption,
    as_json: bool = JsonOption,
) -> None:
    """Print a week's work list of a repository: what to close, merge or answer. Read-only."""
    from groundswell.measure.tickets.template import read_templates
    from groundswell.triage import triage as make_list
    from groundswell.triage.exports import read_exports

    asked = [repo, *(against or ())]
    for name in asked:
        if not REPOSITORY.fullmatch(name):
            raise UsageError(f"{name!r}: is not OWNER/REPO, such as example/quay")
    tickets = read_exports(files, repo) if files else _asked(asked, desk)
    mine = [one for one in tickets if one.repo.casefold() == repo.casefold()]
    if not mine:
        held = ", ".join(sorted({one.repo for one in tickets})[:5])
        raise UsageError(f"no ticket of {repo} in what was read; it holds {held or 'none'}")
    known = _records(outside or (), mine[0].repo) if outside else _stored(desk, state, mine[0].repo)
    worklist = make_list(
        tickets, mine[0].repo, _end(until, mine, live=not files), outside=known, limit=limit,
        templates=read_templates(templates) if templates else (),
        read=reader_of() if reader else None,
    )  # fmt: skip
    _print(worklist, summary, as_json=as_json)
    if not any(section.lines for section in worklist.sections):
        raise typer.Exit(NOTHING)


def _print(worklist: Worklist, summary: Path | None, *, as_json: bool) -> None:
    from groundswell.triage.tell import as_json as plain
    from groundswell.triage.tell import markdown

    text = markdown(worklist)
    if summary is not None:
        with summary.open("a", encoding="utf-8") as out:
            out.write(text + "\n")
        say(f"appended to {summary}")
    told = json.dumps(plain(worklist), indent=1, ensure_ascii=False) if as_json else text.rstrip()
    typer.echo(told)


def _end(until: datetime | None, tickets: Sequence[Ticket], *, live: bool) -> datetime:
    """The end of the week: as asked, else now, else the day after an export's newest ticket."""
    if until is not None:
        return until.replace(tzinfo=UTC)
    if live:
        return moment(now())
    newest = max(one.opened for one in tickets)
    return newest.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def reader_of() -> Callable[[Ticket], Any]:
    """The packaged reader, loaded when it is first needed; each ticket is read once."""
    from groundswell.label.reader import Reader, packaged

    vectors: dict[str, Any] = {}
    loaded: list[Reader] = []

    def read(ticket: Ticket) -> Any:
        if ticket.id not in vectors:
            if not loaded:
                loaded.append(Reader(packaged()))
            body = f"{ticket.title}\n\n{COMMENT.sub(' ', ticket.text)[:READ]}"
            vectors[ticket.id] = loaded[0].read(body).vector
        return vectors[ticket.id]

    return read


COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
READ = 1_500  # characters of a ticket that the reader is given


def _records(files: Sequence[Path], repo: str) -> Iterator[Record]:
    """Records in normalised files that name a repository; bad rows are left out."""
    from groundswell.gather.archives.ndjson import Ndjson

    form, name = Ndjson(), repo.casefold().encode()
    for path in files:
        for row in form.rows(path, 0):
            if not isinstance(row.data, bytes) or name not in row.data.lower():
                continue
            try:
                thing = form.parse(row)
            except (BadRow, ValueError):
                continue
            if isinstance(thing, Record):
                yield thing


def _stored(desk: str | None, state: Path | None, repo: str) -> list[Record]:
    """Records of a desk's state file that name a repository; none where there is no desk."""
    from groundswell.cli.state import open_state, state_file
    from groundswell.query.naming import naming

    if desk is None:
        return []
    found = find_desk(desk)
    if not state_file(found, state).exists():
        return []
    with open_state(found, state, readonly=True) as store:
        return naming(store, repo)


def _asked(repos: Sequence[str], desk: str | None) -> list[Ticket]:
    """The tickets of the last months, asked from GitHub in the operator's name."""
    from groundswell.cli.network import network
    from groundswell.gather.sources.github import GitHub
    from groundswell.triage.live import ask

    token = os.environ.get("GITHUB_TOKEN", os.environ.get("GH_TOKEN", ""))
    end = moment(now())
    with network(find_desk(desk)) as http:
        return ask(
            http,
            GitHub(repos=tuple(repos), token=token, discussions=False),
            first=end - timedelta(days=30 * MONTHS),
            now=end,
        )
