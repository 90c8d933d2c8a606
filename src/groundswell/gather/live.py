"""Gathering one live source: payload by payload, the cursor saved with what came before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from groundswell.desk import Desk, SourceSpec
from groundswell.errors import (
    AuthRequired,
    Blocked,
    CursorTooOld,
    Forbidden,
    Gone,
    GroundswellError,
    NotFound,
    QuotaExhausted,
    SourceError,
    StoreError,
    Throttled,
    Unsafe,
)
from groundswell.gather.fields import clean
from groundswell.gather.ledger import begin_late, cover_live, note_beginning, note_outage
from groundswell.gather.marks import Marks, Remembering
from groundswell.gather.roster import Live, enlist
from groundswell.gather.source import Cursor, Departure, Found, Http, Payload
from groundswell.mask import pseudonym
from groundswell.store import Row, Store, Writer
from groundswell.store.live import (
    BACKFILL,
    EVERY,
    FULL,
    PENDING,
    SECOND_US,
    Departed,
    Haul,
    Saved,
    Thing,
    cover,
    note_marks,
    save_haul,
    take_lease,
)
from groundswell.types import Exposure, Indicator, Record, RecordId
from groundswell.types.moment import DAY_US, HOUR_US, micros, moment

Errand = Literal["live", "backfill", "recheck"]
ERRANDS: tuple[Errand, ...] = ("live", "recheck", "backfill")  # the most pressing first
NOTHING_TO_DO = "nothing to do"
AHEAD = timedelta(minutes=5)  # how far an author's clock may run before ours
BATCH = 100  # records asked about again in one errand
RETRY = 3_600  # seconds after which a record that could not be checked is asked about again
GIVE_UP = 30  # days after its last planned check
WAIT_LEAST, WAIT_MOST, WAIT_LONG = 60, 6 * 3_600, 24 * 3_600  # seconds between two tries
JITTER = 0.2  # of a wait, always on top
# What no retry mends, once it came twice: a challenge or a wrong redirect may be gone by then.
STUBBORN = (AuthRequired, Blocked, Forbidden, Gone, NotFound, Unsafe)
FAULTS = (GroundswellError, ArithmeticError, AttributeError, LookupError, OSError, RuntimeError,
          TypeError, ValueError)  # fmt: skip  # what a platform or a plugin can do to us


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One errand of one source, as it stood when it was planned. `covered` is in microseconds."""

    live: Live
    errand: Errand
    since: Cursor | None
    now: datetime
    marks: Marks = field(default_factory=Marks)
    covered: int = 0
    start: int = 0  # of the stretch to be gathered afterwards
    ids: tuple[RecordId, ...] = ()

    @property
    def cursor_of(self) -> str:
        """The name of this errand's own cursor."""
        return self.live.name if self.errand == "live" else f"{self.live.name}#{self.errand}"

    @property
    def mark(self) -> str:
        """What a backfill's cursor begins with: a place in one stretch is none in another."""
        return f"{self.start}-{micros(self.now)}:" if self.errand == "backfill" else ""


@dataclass(slots=True)
class Run:
    """What came of an errand. `problem` is empty when it went well."""

    name: str
    errand: Errand = "live"
    pages: int = 0
    added: int = 0
    edited: int = 0
    known: int = 0
    withdrawn: int = 0
    values: int = 0  # of series that count something other than records
    fault: str = ""
    problem: str = ""
    skipped: str = ""  # why it was not asked at all

    def count(self, saved: Saved) -> None:
        """Add what became of one more page."""
        self.pages += 1
        self.added += saved.added
        self.edited += saved.edited
        self.known += saved.known
        self.withdrawn += saved.withdrawn
        self.values += saved.values


def gather_source(
    store: Store, desk: Desk, spec: SourceSpec, http: Http, now: datetime, *,
    errand: Errand = "live", holder: str = "by hand", dice: Callable[[], float] = lambda: 0.0,
) -> Run:  # fmt: skip
    """Gather one source once; resumable, idempotent, never raising for what a platform does.

    A failure is kept with its words and a gap of exposure, and the cursor stays. `dice` gives a
    random number from 0 to 1 for the waiting time. DeskError for a mistake in its table.
    """
    live = enlist(spec)
    register(store, [live])
    task, why = plan(store, live, errand, now, holder=holder)
    if task is None:
        return Run(live.name, errand, skipped=why)
    run = Run(live.name, errand)
    problem: Exception | None = None
    try:
        for haul in perform(task, http, store.key):
            saved = save(store, haul, holder=holder)
            if saved is None:
                return replace(run, skipped="another process gathers it")
            run.count(saved)
    except StoreError:
        raise  # nobody's fault over there
    except FAULTS as fault:
        problem = fault
    finish(store, task, run, problem, dice=dice)
    with store.write() as writer:
        writer.do("drop_lease", name=live.name, holder=holder)
    return run


def register(store: Store, lives: Sequence[Live]) -> None:
    """Write down the sources of the desk and their terms; plan the first backfill of new ones."""
    known = {row["name"]: row for row in store.rows("live_sources")}
    asked = {row["name"] for row in store.rows("backfills")}
    with store.write() as writer:
        for live in lives:
            terms = _terms(live)
            if known.get(live.name, {}).items() >= terms.items():
                continue
            writer.do("put_source", now=writer.now, **terms)
            if live.name not in asked and live.refills and live.days and not live.off:
                _plan_first(writer, live)


def retire_sources(store: Store, lives: Sequence[Live]) -> None:
    """Note which sources the desk no longer names."""
    named = {live.name for live in lives}
    with store.write() as writer:
        for row in writer.rows("live_sources"):
            if row["active"] and row["name"] not in named:
                writer.do("rest_source", name=row["name"])


def plan(
    store: Store, live: Live, errand: Errand, now: datetime, *, holder: str
) -> tuple[Task | None, str]:
    """What an errand has to do now, with the source's lease taken; or None, and why not."""
    if live.off:
        return None, "off"
    before = store.one("errand", name=live.name, errand=errand)
    if before and before["failures"] and _waits(before["due"], micros(now)):
        return None, f"parked until {moment(before['due']):%Y-%m-%d %H:%M} UTC: {before['error']}"
    task = _task(store, live, errand, now)
    if task is None:
        return None, NOTHING_TO_DO
    with store.write() as writer:
        if not take_lease(writer, live.name, holder):
            return None, "another process gathers it"
    return task, ""


def perform(task: Task, http: Http, key: bytes) -> Iterator[Haul]:
    """Fetch and parse payload by payload; each ready to be saved, no handle left in it.

    Raises what the platform or the plugin raises; what came before is whole.
    """
    live, dossier = task.live, task.live.dossier
    lag = timedelta(seconds=dossier.lag) if task.errand == "backfill" else None
    if isinstance(http, Remembering):
        http = http.remembering(task.marks)
    for payload in _payloads(task, http):
        found = [*live.source.parse(payload), *payload.gaps]
        seen = {thing.id for thing in found if isinstance(thing, Record)}
        yield Haul(
            name=live.name, cursor_of=task.cursor_of,
            cursor=payload.cursor and task.mark + payload.cursor,
            things=[_own(key, live.name, thing, lag) for thing in found],
            recheck=dossier.recheck if live.rechecks else (), ttl=dossier.text_ttl,
            live=task.errand == "live", asked=[one for one in task.ids if one in seen],
            refill=live.refills and task.errand == "live", marks=task.marks.take(),
        )  # fmt: skip


def save(store: Store, haul: Haul, *, holder: str) -> Saved | None:
    """Save a haul; times that run before our clock are set to it. None: the lease was lost."""
    latest = moment(store.clock()) + AHEAD
    things = [replace(thing, published=min(thing.published, latest))
              if isinstance(thing, Record) else thing for thing in haul.things]  # fmt: skip
    return save_haul(store, replace(haul, things=things), holder=holder)


def finish(store: Store, task: Task, run: Run, problem: Exception | None, *,
           dice: Callable[[], float]) -> None:  # fmt: skip
    """Write down how an errand went: what it covered, or what failed and when to try again."""
    with store.write() as writer:
        before = _errand(writer, task)
        if problem is None:
            _succeed(writer, task, first=not before["succeeded"])
            note_marks(writer, task.live.name, task.marks.take())
            wait = task.live.every * (1 + JITTER * dice())
            told = {"succeeded": writer.now, "failures": 0, "fault": "", "error": ""}
        else:
            run.fault, run.problem = type(problem).__name__, in_words(task.live.name, problem)
            failures = before["failures"] + 1
            wait = _patience(problem, failures, task.live.every, moment(writer.now)) * (
                1 + JITTER * dice())  # fmt: skip
            told = {"failures": failures, "fault": run.fault, "error": run.problem}
            if task.errand == "live":
                note_outage(writer, task.live.name, run.problem)
        if task.errand == "recheck":
            _postpone(writer, task)
        due = writer.now + round(wait * SECOND_US)
        writer.do("put_errand", name=task.live.name, errand=task.errand,
                  **{**before, **told, "tried": writer.now, "due": due})  # fmt: skip


def in_words(name: str, problem: Exception) -> str:
    """A failure as one sentence for people."""
    if isinstance(problem, GroundswellError):
        return str(problem)
    return f"{name}: its plugin broke ({type(problem).__name__}: {problem}); report it to its maker"


def due_at(row: Row | None, now: int) -> int:
    """When an errand is due, in microseconds; now when its clock was clearly wrong."""
    if row is None:
        return now
    return int(row["due"]) if _waits(row["due"], now) else now


def _payloads(task: Task, http: Http) -> Iterator[Payload]:
    live = task.live
    if task.errand == "recheck":
        yield from live.rechecker.recheck(http, task.ids, task.now)
    elif task.errand == "backfill":
        first = moment(task.start)
        yield from live.backfiller.backfill(http, task.since, first, task.now)
    else:
        yield from _newest(task, http)


def _newest(task: Task, http: Http) -> Iterator[Payload]:
    """What follows the cursor; where that is lost, what is newest, with the gap it leaves."""
    source = task.live.source
    try:
        yield from source.fetch(http, task.since, task.now)
    except CursorTooOld as problem:
        if task.since is None:
            raise
        gap = Exposure(stream=task.live.name, community=EVERY, start=task.covered,
                       stop=micros(task.now), permille=0, reason=f"lost: {problem}")  # fmt: skip
        gaps: tuple[Exposure, ...] = (gap,)
        for payload in source.fetch(http, None, task.now):
            yield replace(payload, gaps=(*gaps, *payload.gaps))
            gaps = ()
        if gaps:
            raise


def _own(key: bytes, stream: str, thing: Found,
         lag: timedelta | None) -> Thing:  # fmt: skip
    """A thing with its handle masked, its text storable, and the stream it came by."""
    if isinstance(thing, Indicator):
        return thing
    if isinstance(thing, Exposure):
        return replace(thing, stream=stream)
    if isinstance(thing, Departure):
        return Departed(source=thing.source, author=pseudonym(key, thing.source, thing.author))
    available = thing.available
    if available is None and lag is not None:
        available = thing.published + lag
    return replace(
        thing, available=available, id=RecordId(clean(thing.id)), title=clean(thing.title),
        text=clean(thing.text), url=clean(thing.url), community=clean(thing.community),
        outlet=clean(thing.outlet),
        author=pseudonym(key, thing.source, clean(thing.author)),
    )  # fmt: skip


def _terms(live: Live) -> Row:
    dossier = live.dossier
    return {"name": live.name, "kind": live.kind, "active": int(not live.off),
            "derived": int(live.derived), "redistribute": int(dossier.redistribute),
            "ttl": dossier.text_ttl, "permission": live.permission,
            "period": live.every}  # fmt: skip


def _plan_first(writer: Writer, live: Live) -> None:
    start = writer.now - live.days * DAY_US
    writer.do("put_backfill", name=live.name, start=start, stop=writer.now)
    cover(writer, Exposure(stream=live.name, community=EVERY, start=start, stop=writer.now,
                           permille=0, reason=PENDING))  # fmt: skip


def _task(store: Store, live: Live, errand: Errand, now: datetime) -> Task | None:
    source = store.one("live_source", name=live.name)
    covered = source["covered"] if source else micros(now)
    task = Task(live=live, errand=errand, since=None, now=now, covered=covered)
    saved = store.one("cursor", stream=task.cursor_of)
    said = {row["url"]: (row["etag"], row["modified"])
            for row in store.rows("validators", name=live.name)}  # fmt: skip
    task = replace(task, since=Cursor(saved["cursor"]) if saved else None, marks=Marks(said))
    if errand == "live":
        return task
    if errand == "backfill":
        row = store.one("next_backfill", name=live.name) if live.refills else None
        return _on(replace(task, start=row["start"], now=moment(row["stop"]))) if row else None
    if not live.rechecks:
        return None
    rows = store.rows("due_checks", name=live.name, now=micros(now), limit=BATCH)
    return replace(task, ids=tuple(row["record_id"] for row in rows)) if rows else None


def _on(task: Task) -> Task:
    """A backfill with the cursor of its own stretch; it begins anew where that is another's."""
    since = task.since or ""
    mine = since.startswith(task.mark)
    return replace(task, since=Cursor(since.removeprefix(task.mark)) if mine else None)


def _errand(writer: Writer, task: Task) -> Row:
    rows = writer.rows("errand", name=task.live.name, errand=task.errand)
    blank = {"tried": 0, "succeeded": 0, "failures": 0, "due": 0, "fault": "", "error": ""}
    return rows[0] if rows else blank


def _succeed(writer: Writer, task: Task, *, first: bool) -> None:
    if task.errand == "backfill":
        whole = Exposure(stream=task.live.name, community=EVERY, start=task.start,
                         stop=micros(task.now), permille=FULL, reason=BACKFILL)  # fmt: skip
        for row in writer.rows("places_noted", stream=whole.stream, start=whole.start,
                               stop=whole.stop):  # fmt: skip
            cover(writer, replace(whole, community=row["community"]))
        cover(writer, whole)
        writer.do("end_backfill", name=task.live.name, start=task.start, stop=micros(task.now))
        writer.do("drop_cursor", stream=task.cursor_of)
    elif task.errand == "live":
        covered = task.covered
        if first and task.since is None:
            covered = begin_late(writer, task.live, task.now, covered)
        cover_live(writer, task.live, task.now, covered)
        if first:
            note_beginning(writer, task.live.name)


def _postpone(writer: Writer, task: Task) -> None:
    """Records that could not be checked are asked about later, and given up in the end."""
    for row in writer.rows("due_checks", name=task.live.name, now=micros(task.now), limit=BATCH):
        if row["record_id"] in task.ids:
            last = row["published"] + task.live.dossier.recheck[-1] * HOUR_US
            if writer.now > last + GIVE_UP * DAY_US:
                writer.do("drop_check", id=row["record_id"])
            else:
                writer.do("put_check", id=row["record_id"], name=task.live.name, step=row["step"],
                          due=writer.now + RETRY * SECOND_US)  # fmt: skip


def _patience(problem: Exception, failures: int, every: int, now: datetime) -> float:
    """Seconds until the next try: longer each time, and never before the platform asks for."""
    wait = min(max(every, WAIT_LEAST) * 2.0 ** min(failures - 1, 20), WAIT_MOST)
    stubborn = isinstance(problem, STUBBORN) or not isinstance(problem, SourceError | OSError)
    if stubborn and failures > 1:
        wait = max(WAIT_MOST, min(WAIT_MOST * 2.0 ** min(failures - 2, 20), WAIT_LONG))
    until = problem.until if isinstance(problem, Throttled) else None
    until = problem.reset if isinstance(problem, QuotaExhausted) else until
    return max(wait, min((until - now).total_seconds(), WAIT_LONG) if until else 0.0)


def _waits(due: int, now: int) -> bool:
    """Whether to wait: a time further off than any wait was set by a clock that was wrong."""
    return 0 < due - now <= 2 * WAIT_LONG * SECOND_US
