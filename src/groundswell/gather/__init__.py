"""Gather: public writing becomes records, saved page by page with the cursor after each."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from groundswell.desk import Desk, SourceSpec
from groundswell.errors import BadRow, DeskError, SourceError, UsageError
from groundswell.gather.archive import Archive, Row
from groundswell.gather.live import (
    ERRANDS,
    NOTHING_TO_DO,
    Run,
    gather_source,
    retire_sources,
)
from groundswell.gather.opening import head
from groundswell.gather.rejects import Rejects
from groundswell.gather.roster import ARCHIVE, live_sources
from groundswell.gather.source import Http
from groundswell.mask import pseudonym
from groundswell.registry import build, plugins
from groundswell.store import Store
from groundswell.store.records import add_page
from groundswell.types import Exposure, Record

PAGE = 1_000  # rows saved in one transaction
REASON = 80  # characters of a reason
PAGE_BYTES = 16 * 1024 * 1024  # or so many bytes, when rows are long: memory stays constant
GROUP = "groundswell.archives"
Progress = Callable[[int], None]


@dataclass(slots=True)
class Summary:
    """What became of one file: rows read, records new, already known, and left out by reason."""

    path: Path
    format: str
    stream: str
    read: int = 0
    added: int = 0
    known: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    done: bool = False


def ignore(_: int) -> None:
    """Progress nobody watches."""


def gather_file(
    store: Store,
    path: Path,
    *,
    form: str = "",
    options: dict[str, Any] | None = None,
    rejects: Path | None = None,
    progress: Progress = ignore,
    limit: Callable[[], bool] = bool,
) -> Summary:
    """Import one archive file; resumable, idempotent, in constant memory.

    `form` names the archive plugin; by default the first that recognises the file. `options`
    are its fields. Bad rows go to `rejects` and are counted, never fatal. `limit` is asked
    after each page; True stops early, to be resumed by the same call. Raises SourceError.
    """
    if not path.is_file():
        raise SourceError(f"{path}: is not a file; name the files to import")
    archive = build(GROUP, form, **(options or {})) if form else recognise(path, options or {})
    summary = _resume(store, path, archive)
    if summary.done:
        summary.added, summary.known = 0, summary.added + summary.known
        return summary
    with Rejects(rejects) as bad:
        for page in _pages(archive.rows(path, summary.read)):
            _save(store, archive, page, summary, bad)
            progress(len(page))
            if limit():
                return summary
    _finish(store, summary)
    return summary


def gather(
    store: Store,
    desk: Desk,
    *,
    rejects: Path | None = None,
    progress: Progress = ignore,
    limit: Callable[[], bool] = bool,
) -> list[Summary]:
    """Read every archive the desk names; its live sources are `gather_live`'s."""
    return [
        _gather_archive(store, desk, spec, rejects, progress, limit)
        for spec in desk.sources
        if spec.kind == ARCHIVE
    ]


def gather_live(
    store: Store,
    desk: Desk,
    http: Http,
    now: Callable[[], datetime],
    *,
    only: Collection[str] = (),
    holder: str = "by hand",
    dice: Callable[[], float] = lambda: 0.0,
    progress: Progress = ignore,
) -> list[Run]:
    """Gather every live source of the desk once, with what is to be asked again or afterwards.

    `only` names the sources wanted; all by default. One source that fails stops no other: its
    run says why. DeskError for a mistake in sources.toml, before anything is asked.
    """
    lives = live_sources(desk)
    retire_sources(store, lives)
    specs = {spec.name: spec for spec in desk.sources}
    unknown = set(only) - {live.name for live in lives}
    if unknown:
        raise UsageError(
            f"{sorted(unknown)[0]!r} is no live source of this desk; there are: "
            f"{', '.join(live.name for live in lives) or 'none'}"
        )
    runs = []
    for live in lives:
        if only and live.name not in only:
            continue
        for errand in ERRANDS:
            run = gather_source(
                store, desk, specs[live.name], http, now(), errand=errand, holder=holder, dice=dice
            )
            progress(run.added + run.edited)
            if run.skipped != NOTHING_TO_DO:
                runs.append(run)
    return runs


def _gather_archive(
    store: Store,
    desk: Desk,
    spec: SourceSpec,
    rejects: Path | None,
    progress: Progress,
    limit: Callable[[], bool],
) -> Summary:
    options = dict(spec.options)
    path = options.pop("path", None)
    if not isinstance(path, str):
        raise DeskError(
            f"sources.toml, [[source]] {spec.name}, key 'path': is missing; give the file's path, "
            "relative to the desk's folder"
        )
    form = str(options.pop("format", ""))
    return gather_file(
        store,
        desk.folder / path,
        form=form,
        options=options,
        rejects=rejects,
        progress=progress,
        limit=limit,
    )


def recognise(path: Path, options: dict[str, Any]) -> Archive:
    """The archive plugin that recognises a file; SourceError naming the forms there are."""
    start = head(path)
    if not start:
        raise SourceError(f"{path}: is empty")
    for name in plugins(GROUP):
        archive = cast(Archive, build(GROUP, name))
        if archive.recognises(path, start):
            return cast(Archive, build(GROUP, name, **options))
    raise SourceError(
        f"{path}: is in no form known here; say which with --format, one of "
        f"{', '.join(plugins(GROUP))}"
    )


def stream_of(path: Path) -> str:
    """The name of a file's stream: its name and a hash of its size and first 64 KiB.

    The same file under another folder is the same stream; a grown or changed one is not, and
    is then read whole again, which adds only what is new.
    """
    mark = hashlib.sha256(head(path) + str(path.stat().st_size).encode()).hexdigest()[:8]
    return f"{path.name.split('.')[0]}-{mark}"


def _pages(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Rows in pages; those before the point where a file breaks off come before its error."""
    page: list[Row] = []
    size = 0
    try:
        for row in rows:
            page.append(row)
            size += (
                len(row.data)
                if isinstance(row.data, bytes)
                else sum(len(value) for value in row.data.values() if isinstance(value, str))
            )
            if len(page) >= PAGE or size >= PAGE_BYTES:
                yield page
                page, size = [], 0
    except SourceError:
        if page:
            yield page
        raise
    if page:
        yield page


def _resume(store: Store, path: Path, archive: Archive) -> Summary:
    summary = Summary(path=path, format=archive.name, stream=stream_of(path))
    saved = store.one("import_of", stream=summary.stream)
    if saved:
        summary.read, summary.added, summary.known = saved["read"], saved["added"], saved["known"]
        summary.skipped = Counter(json.loads(saved["skipped"]))
        summary.done = bool(saved["done"])
    return summary


def _save(store: Store, archive: Archive, page: list[Row], summary: Summary, bad: Rejects) -> None:
    things = list(_parsed(store.key, archive, page, summary, bad))
    summary.read = page[-1].number
    tally = add_page(
        store, summary.stream, things, str(summary.read), _columns(summary, done=False)
    )
    summary.added += tally.added + tally.edited
    summary.known += tally.known


def _parsed(
    key: bytes, archive: Archive, page: list[Row], summary: Summary, bad: Rejects
) -> Iterator[Record | Exposure]:
    for row in page:
        try:
            yield _own(key, summary.stream, archive.parse(row))
        except (BadRow, ValueError) as problem:
            reason = str(problem) if isinstance(problem, BadRow) else "impossible record"
            summary.skipped[reason[:REASON]] += 1
            bad.keep(row, str(problem))


def _own(key: bytes, stream: str, thing: Record | Exposure) -> Record | Exposure:
    """A record with its handle masked, or exposure told of the file's own stream.

    ValueError for text no store can hold.
    """
    if isinstance(thing, Exposure):
        return replace(thing, stream=stream)
    for text in (thing.id, thing.title, thing.text, thing.url, thing.community, thing.outlet):
        text.encode()
    if not thing.author:
        return thing
    return replace(thing, author=pseudonym(key, thing.source, thing.author))


def _finish(store: Store, summary: Summary) -> None:
    summary.done = True
    with store.write() as writer:
        writer.do("save_import", stream=summary.stream, **_columns(summary, done=True))


def _columns(summary: Summary, *, done: bool) -> dict[str, Any]:
    return {
        "path": summary.path.name,
        "format": summary.format,
        "read": summary.read,
        "added": summary.added,
        "known": summary.known,
        "done": int(done),
        "skipped": json.dumps(dict(sorted(summary.skipped.items()))),
    }


def total(summaries: Iterable[Summary]) -> tuple[int, int, int, Counter[str]]:
    """Read, added, known and skipped over several files."""
    read = added = known = 0
    skipped: Counter[str] = Counter()
    for summary in summaries:
        read, added, known = read + summary.read, added + summary.added, known + summary.known
        skipped += summary.skipped
    return read, added, known, skipped
