"""Commands in which a person judges records: audit, teach."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import typer

from groundswell.cli.stages import plural
from groundswell.cli.state import DeskOption, JsonOption, StateOption, find_desk, open_state, say
from groundswell.desk import Desk
from groundswell.errors import UsageError
from groundswell.label.sitting import Sheet, Shown, Sitting
from groundswell.query.audited import Summary, Told, table
from groundswell.store import Store
from groundswell.types import Snapshot
from groundswell.types.moment import as_date, midnight

UNDO, SKIP, QUIT = "u", "s", "q"
NOTHING = 5
RaterOption = typer.Option(
    "", "--rater", metavar="NAME", help="Who judges; kept as a keyed pseudonym only."
)
BrowserOption = typer.Option(
    False, "--browser", help="Judge in a browser on this machine instead of the terminal."
)
BindOption = typer.Option(
    "127.0.0.1:0",
    "--bind",
    metavar="HOST:PORT",
    help="Where the browser finds it; this machine only. Port 0 takes any free one.",
)


def add(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(audit)
    app.command()(teach)


def audit(
    community: str = typer.Argument(..., help="A community's slug or name."),
    layer: str = typer.Argument(
        ..., help="What is audited: sentiment, beats, beats/SLUG, or a layer with few labels."
    ),
    desk: str = DeskOption,
    state: Path = StateOption,
    rater: str = RaterOption,
    second: bool = typer.Option(False, "--second", help="The second rater: the same sample."),
    size: int = typer.Option(200, "--size", help="Records to draw; 100 at least."),
    seed: int = typer.Option(1, "--seed", help="Another seed draws another sample."),
    new: bool = typer.Option(False, "--new", help="Draw anew instead of going on."),
    browser: bool = BrowserOption,
    bind: str = BindOption,
    report: bool = typer.Option(False, "--report", help="What the audit found, so far."),
    as_json: bool = JsonOption,
    export: Path = typer.Option(
        None, "--export", metavar="FILE", help="Write draw and judgements, no words; - for stdout."
    ),
    import_: Path = typer.Option(
        None, "--import", metavar="FILE", help="Add judgements exported elsewhere; - for stdin."
    ),
) -> None:
    """Label a random sample of a community by hand, to learn how often the reader is right."""
    from groundswell.label import audit as audits

    found = find_desk(desk)
    with open_state(found, state) as store:
        place = _place(store, found, community)
        sheet = audits.sheet(store, found, layer)
        if import_:
            added = audits.imported(store, _lines(import_), sheet, (place, layer))
            typer.echo(f"{plural(added, 'judgement')} added")
            return
        name = audits.newest(store, place, layer)
        if report:
            _report(store, found, place, layer, as_json)
            return
        if export:
            if name is None:
                raise UsageError(f"{place}: {layer} was never drawn for an audit; nothing to write")
            _write(export, "".join(f"{line}\n" for line in audits.exported(store, name)))
            return
        if second and name is None:
            raise UsageError(f"{place}: no sample is drawn yet; the first rater begins, "
                             "without --second")  # fmt: skip
        if name is None or (new and not second):
            name = audits.draw(store, _now(store, found), place, layer, size=size, seed=seed)
        part = 2 if second else 1
        sitting = Sitting(store, name, sheet, rater=rater or ("first", "second")[part - 1],
                          part=part)  # fmt: skip
        _sit(sitting, f"{layer} in {place}", browser, bind)
        typer.echo(_next(sitting, place, layer))


def teach(
    beat: str = typer.Argument(..., help="A beat's slug, or relevance."),
    desk: str = DeskOption,
    state: Path = StateOption,
    count: int = typer.Option(20, "--count", help="How many records to show."),
    browser: bool = BrowserOption,
    bind: str = BindOption,
    report: bool = typer.Option(False, "--report", help="How much was taught so far."),
    as_json: bool = JsonOption,
    drop: bool = typer.Option(False, "--drop", help="Take back all that was taught of it."),
) -> None:
    """Say of some twenty records whether they belong to a beat; labelling then follows."""
    from groundswell.label import stored_reading
    from groundswell.label import teach as lessons
    from groundswell.label.choice import chosen, open_reader
    from groundswell.types import Reading, content_hash

    found = find_desk(desk)
    layer = lessons.layer_of(found, beat)
    with open_state(found, state) as store:
        if report:
            _taught(store, found, layer, as_json)
            return
        if drop:
            typer.echo(f"{plural(lessons.drop(store, layer), 'answer')} taken back")
            return
        name = lessons.unfinished(store, layer)
        if name is None:
            reader = open_reader(chosen(found))
            encoder = reader.encoder

            def read(text: str) -> Reading:
                kept = stored_reading(store, content_hash(text), encoder.name)
                return kept or encoder.read(text)

            name = lessons.choose(store, found, layer, read=read, reader=reader.name, count=count)
        sitting = Sitting(store, name, lessons.lesson_sheet(store, found, layer), rater="desk")
        _sit(sitting, f"Teaching {beat}", browser, bind)
        typer.echo(f"{sitting.done} of {sitting.total} answered; `groundswell label` puts them "
                   "to work")  # fmt: skip


def _place(store: Store, desk: Desk, community: str) -> str:
    """The name that stands in records; UsageError when none of its records are here."""
    known = desk.community(community)
    place = known.name if known else community
    row = store.one("judge_community", community=place)
    if row is None or not row["records"]:
        raise UsageError(f"{community}: no record of this community is here; see /communities")
    return place


def _now(store: Store, desk: Desk) -> Snapshot:
    """What is known up to the newest complete day; no label is made for it."""
    from groundswell.pipeline import last_night

    night = last_night(store, desk)
    return Snapshot(seq=store.seq(), as_of=midnight(night + 1), makers=(), desk=desk.hash)


def _sit(sitting: Sitting, title: str, browser: bool, bind: str) -> None:
    if not sitting.total:
        raise UsageError("none of the drawn records is still here as it was; draw anew with --new")
    if browser:
        _serve(sitting, title, bind)
    else:
        sit(sitting)


def sit(sitting: Sitting) -> None:
    """Ask in the terminal until all is judged or the rater leaves; every answer is kept at once."""
    while (record := sitting.shown()) is not None:
        say(screen(sitting, record))
        words = _ask(sitting.sheet)
        if words is None:
            return
        if words == [UNDO]:
            if not sitting.undo():
                say("there is no answer to take back")
        elif words == [SKIP]:
            sitting.skip(record.record_id)
        else:
            sitting.answer(record.record_id, words)


def screen(sitting: Sitting, record: Shown) -> str:
    """A record as it is put before the rater, with nobody's label."""
    sheet = sitting.sheet
    head = f"{sitting.done + 1}/{sitting.total}   {record.community}, {as_date(record.day)}"
    title = [record.title, ""] if record.title else []
    lines = [f"\n{'─' * 72}", head, "", *title, record.text, "", sheet.question]
    keys = [f"{n} {option.words}" for n, option in enumerate(sheet.options, 1)]
    if sheet.several:
        lines += [f"  {key}" for key in keys] + ["numbers with spaces between; 0 for none"]
    else:
        lines.append("   ".join(keys))
    return "\n".join([*lines, f"{SKIP} skip   {UNDO} undo   {QUIT} quit"])


def answered(sheet: Sheet, given: str) -> list[str] | None:
    """What a rater typed, as values or a command; None when it is neither.

    >>> from groundswell.label.sitting import Option
    >>> yes_no = Sheet(question="?", options=(Option("in", "yes"), Option("out", "no")))
    >>> answered(yes_no, "1"), answered(yes_no, "u"), answered(yes_no, "9")
    (['in'], ['u'], None)
    """
    words = given.replace(",", " ").split()
    if words in ([UNDO], [SKIP], [QUIT]):
        return words
    if not words or not all(word.isdecimal() for word in words):
        return None
    numbers = [int(word) for word in words]
    if sheet.several and numbers == [0]:
        return []
    fits = all(1 <= n <= len(sheet.options) for n in numbers)
    if not fits or (not sheet.several and len(numbers) != 1):
        return None
    return [sheet.options[n - 1].value for n in numbers]


def _ask(sheet: Sheet) -> list[str] | None:
    """Read keys until they make sense; None when the rater leaves."""
    single = not sheet.several and len(sheet.options) < 10 and sys.stdin.isatty()
    while True:
        given = _key() if single else sys.stdin.readline()
        if not given:  # the input ended
            return None
        words = answered(sheet, given.strip().lower())
        if words == [QUIT]:
            return None
        if words is not None:
            return words
        say(f"a number, {SKIP}, {UNDO} or {QUIT}")


def _key() -> str:
    try:
        return typer.getchar()
    except (KeyboardInterrupt, EOFError):
        return ""


def _serve(sitting: Sitting, title: str, bind: str) -> None:
    """The same in a browser, until Ctrl-C; on this machine only."""
    import uvicorn

    from groundswell.cli.server import listen, loopback, parse_bind
    from groundswell.serve.pages.judge import judge_app

    host, port = parse_bind(bind)
    if not loopback(host):
        raise UsageError(f"--bind {bind}: records are judged on this machine only; use 127.0.0.1")
    listener, token = listen(host, port), secrets.token_urlsafe(18)
    shown = f"[{host}]" if ":" in host else host
    say(f"Open  http://{shown}:{listener.getsockname()[1]}/{token}  (Ctrl-C stops)")
    app = judge_app(sitting, title=title, token=token)
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        pass  # uvicorn re-raises the Ctrl-C it was stopped with
    finally:
        listener.close()


def _next(sitting: Sitting, place: str, layer: str) -> str:
    """How far the rater came, and what comes next."""
    told = f"{sitting.done} of {sitting.total} judged"
    if sitting.done < sitting.total:
        return f"{told}; the same command goes on"
    if sitting.part == 1:
        return f"{told}; now another person: groundswell audit {place} {layer} --second"
    return f"{told}; see groundswell audit {place} {layer} --report"


def _lines(path: Path) -> Iterator[str]:
    if str(path) == "-":
        yield from sys.stdin
        return
    if not path.is_file():
        raise UsageError(f"{path}: no such file")
    yield from path.read_text("utf-8").splitlines()


def _write(path: Path, text: str) -> None:
    if str(path) == "-":
        typer.echo(text, nl=False)
    else:
        path.write_text(text, "utf-8")
        say(f"{path}: written; it holds no word of any record")


def _report(store: Store, desk: Desk, place: str, layer: str, as_json: bool) -> None:
    """What the newest audit came to."""
    from groundswell.query.audited import summary
    from groundswell.query.audits import audits

    now = _now(store, desk)
    found = audits(store, now, place, layer)
    if not found:
        say(f"{place}: {layer} was never drawn for an audit")
        raise typer.Exit(NOTHING)
    told = summary(store, now, found[0])
    typer.echo(json.dumps(asdict(told), indent=1) if as_json else "\n".join(told_lines(told)))


def told_lines(told: Summary) -> Iterator[str]:
    """An audit as a person reads it."""
    yield f"{told.layer} in {told.community}: {told.drawn:,} of {told.records:,} records drawn"
    yield (f"judged        {told.judged[0]} by the first, {told.judged[1]} by the second, "
           f"{told.both} by both; skipped {told.skipped[0]} and {told.skipped[1]}")  # fmt: skip
    if told.ac1 and told.observed:
        kappa = _figure(told.kappa) if told.kappa else "not defined"
        yield f"agreement     kappa {kappa}, AC1 {_figure(told.ac1)}, " \
              f"the same label {_percent(told.observed)}"  # fmt: skip
    if told.accuracy:
        yield f"accuracy      {_percent(told.accuracy)} as a person would label"
    if told.labels:
        yield f"\n{'label':<16}{'reader':>8}  {'corrected, 95 %':<22}{'check':>8}  sens.  spec."
    for one in told.labels:
        sens, spec = (f"{rate:.2f}" if rate is not None else "-"
                      for rate in (one.sensitivity, one.specificity))  # fmt: skip
        check = f"{100 * one.check:.0f} %" if one.check is not None else "-"
        yield f"{one.value:<16}{100 * one.reader:>6.0f} %  {_percent(one.people):<22}" \
              f"{check:>8}  {sens:>5}  {spec:>5}"  # fmt: skip
    if told.tone and told.tone_reader is not None:
        yield f"mean tone     reader {told.tone_reader:+.2f}, corrected {_figure(told.tone)}"
    if told.confusion:
        yield "\nrecords: rows what people said (each counts half), columns what the reader said"
        values = [one.value for one in told.labels]
        yield from ("".join(f"{cell:<12}" for cell in row) for row in table(values, told.confusion))
    yield f"\nused by stories: {'no: ' + told.why_not if told.why_not else 'yes'}"


def _figure(told: Told) -> str:
    return f"{told.value:.2f} ({told.low:.2f} to {told.high:.2f})"


def _percent(told: Told) -> str:
    return f"{100 * told.value:.0f} % ({100 * told.low:.0f} to {100 * told.high:.0f})"


def _taught(store: Store, desk: Desk, layer: str, as_json: bool) -> None:
    """How much was taught of a layer, and how much of it still counts."""
    from groundswell.label.teach import taught

    used = [one for one in taught(store, desk).taught if one.layer == layer]
    told = {"layer": layer, "answers": len(store.rows("judge_lessons", layer=layer)),
            "in": sum(one.belongs for one in used),
            "out": sum(not one.belongs for one in used)}  # fmt: skip
    if as_json:
        typer.echo(json.dumps(told, indent=1))
    else:
        typer.echo(f"{layer}: {plural(int(str(told['answers'])), 'answer')}, of texts that "
                   f"count {told['in']} in and {told['out']} out")  # fmt: skip


__all__ = ["add", "answered", "sit", "told_lines"]
