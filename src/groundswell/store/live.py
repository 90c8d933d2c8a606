"""Saving what live sources bring: records, withdrawals, gaps and the cursor in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from groundswell.store.indicators import add_indicator
from groundswell.store.records import Tally, add_record, retire
from groundswell.store.sqlite import Row, Store, Writer
from groundswell.types import Exposure, Indicator, Record
from groundswell.types.moment import HOUR_US, micros

FULL = 1000  # thousandths: all that was expected
SECOND_US = 1_000_000
LEASE_US = 300 * SECOND_US  # a source not heard of for so long is free again
SKEW_US = 60 * SECOND_US  # by so much may clocks of two machines differ
OUTAGE, PENDING = "outage", "not gathered yet"
GATHERED, CAUGHT_UP, BACKFILL = "gathered", "caught up", "backfill"
OURS = (OUTAGE, PENDING, GATHERED, CAUGHT_UP, BACKFILL)  # how the reasons begin that we give
APART = "#"  # how names of leases begin that are no source's
EVERY = "*"  # all communities of a stream
Mark = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Departed:
    """Everything by one pseudonym of a source is gone upstream."""

    source: str
    author: str


Thing = Record | Exposure | Departed | Indicator


@dataclass(frozen=True, slots=True, kw_only=True)
class Haul:
    """One payload of a source, ready to be saved: authors masked, times plausible.

    `cursor_of` names the cursor that moves. `recheck` and `ttl` are the source's terms, in hours.
    Only what is `live` tells how much is usual. `asked` are the records it was asked about;
    `refill` says that its gaps can be gathered afterwards; `marks` are what the addresses asked
    said of their version, as (url, ETag, Last-Modified).
    """

    name: str
    cursor_of: str
    cursor: str
    things: Sequence[Thing]
    recheck: Sequence[int] = ()
    ttl: int = 0
    live: bool = True
    asked: Sequence[str] = ()
    refill: bool = False
    marks: Sequence[Mark] = ()


@dataclass(slots=True)
class Saved:
    """What became of a haul."""

    added: int = 0
    edited: int = 0
    known: int = 0
    withdrawn: int = 0
    values: int = 0


def save_haul(store: Store, haul: Haul, *, holder: str) -> Saved | None:
    """Save records, gaps, withdrawals and the cursor together; None when the lease is another's.

    The lease of the source is renewed along with it.
    """
    saved, newest = Saved(), 0
    with store.write() as writer:
        if not take_lease(writer, haul.name, holder):
            return None
        for thing in haul.things:
            if isinstance(thing, Exposure):
                _note_gap(writer, haul, thing)
            elif isinstance(thing, Departed):
                for row in writer.rows("records_of_author", **asdict(thing)):
                    saved.withdrawn += withdraw(writer, row, "deleted")
            elif isinstance(thing, Indicator):
                saved.values += add_indicator(writer, thing)
            else:
                _save_record(writer, store.key, haul, thing, saved)
                newest = max(newest, micros(thing.published))
        for record_id in haul.asked:
            _asked(writer, haul, record_id)
        if haul.cursor:  # an errand without a place to go on from leaves it empty
            writer.do("save_cursor", stream=haul.cursor_of, cursor=haul.cursor)
        note_marks(writer, haul.name, haul.marks)
        if haul.live and saved.added:
            writer.do("add_arrivals", name=haul.name, hour=writer.now // HOUR_US,
                      records=saved.added)  # fmt: skip
        writer.do("hear_source", name=haul.name, now=writer.now, newest=newest)
    return saved


def note_marks(writer: Writer, name: str, marks: Sequence[Mark]) -> None:
    """Note what lets a source ask whether an address has changed, now that its answer is saved."""
    for url, etag, modified in marks:
        writer.do("put_validator", name=name, url=url, etag=etag, modified=modified)


def withdraw(writer: Writer, row: Row, state: str) -> int:
    """Take back a record its platform or author took back; 1 if it stood here.

    Its words leave at once what is shown and searched; older versions, quotes and caches are
    erased by the next `groundswell.store.terms.erase_withdrawn`, which this asks for.
    """
    if row["state"] != "public":
        return 0
    seq = writer.entry("tombstone", row["id"])
    retire(writer, row, seq)
    blank = {"title": "", "text": "", "url": "", "author": "", "engagement": "{}", "content": "",
             "state": state, "observed": writer.now}  # fmt: skip
    writer.do("insert_record", seq=seq, **_columns({**row, **blank}))
    writer.do("put_withdrawal", id=row["id"], now=writer.now)
    writer.do("drop_check", id=row["id"])
    writer.do("drop_keep", id=row["id"])
    return 1


def cover(writer: Writer, told: Exposure) -> None:
    """Note what was collected of a stretch, in place of what was noted of it before.

    A full stretch never hides a gap that the platform itself stated: it goes around it.
    Stretches that touch and say the same become one.
    """
    if told.stop <= told.start:
        return
    where = {"stream": told.stream, "community": told.community}
    rows = [row for row in writer.rows("exposure_over", start=told.start, stop=told.stop, **where)
            if row["stop"] > told.start or _same(row, told)]  # fmt: skip
    stated = [row for row in rows if told.permille == FULL and not _ours(row)]
    pieces = _without(told, stated)
    for row in (row for row in rows if row not in stated):
        pieces += _outside(row, told)
    _replace(writer, [row for row in rows if row not in stated], _joined(pieces), where)


def take_lease(writer: Writer, name: str, holder: str) -> bool:
    """Take a source for one process, for five minutes; False while another has any source.

    One process gathers at a time: how often a host may be asked is kept in its memory, and two of
    them would ask twice as often. What begins with "#" is no source and is leased for itself.
    A lease that ends later than any can was written by a clock that was wrong, and is void.
    """
    for row in writer.rows("leases"):
        rival = row["name"] == name or not (row["name"].startswith(APART) or name.startswith(APART))
        left = row["stop"] - writer.now
        if rival and row["holder"] != holder and -SKEW_US < left <= LEASE_US + SKEW_US:
            return False
    writer.do("put_lease", name=name, holder=holder, stop=writer.now + LEASE_US)
    return True


def plan_backfill(writer: Writer, name: str, start: int, stop: int) -> None:
    """Have a stretch gathered afterwards (microseconds).

    One that lies within a planned one is planned already. The communities of a source often miss
    nearly the same time, and a backfill asks for all of them: overlapping stretches become one,
    but for the first, which may be under way and would have to begin again.
    """
    rows = [row for row in writer.rows("backfills") if row["name"] == name and not row["done"]]
    if any(row["start"] <= start and stop <= row["stop"] for row in rows):
        return
    for row in rows[1:]:
        if row["start"] <= stop and start <= row["stop"]:
            start, stop = min(start, row["start"]), max(stop, row["stop"])
            writer.do("end_backfill", name=name, start=row["start"], stop=row["stop"])
    writer.do("put_backfill", name=name, start=start, stop=stop)


def _save_record(writer: Writer, key: bytes, haul: Haul, record: Record, saved: Saved) -> None:
    before = next(iter(writer.rows("current_record", id=record.id)), None)
    if record.state != "public":
        saved.withdrawn += withdraw(writer, before, record.state) if before else 0
        return
    if before and before["state"] != "public":
        saved.known += 1  # taken back once: it does not come back
        return
    tally = Tally()
    add_record(writer, key, haul.name, record, tally)
    saved.added, saved.edited = saved.added + tally.added, saved.edited + tally.edited
    saved.known += tally.known
    if haul.ttl and (tally.added or tally.edited or before):
        writer.do("put_keep", id=record.id, until=writer.now + haul.ttl * HOUR_US)
    if haul.recheck and tally.added:
        _plan_check(writer, haul, record.id, micros(record.published))


def _asked(writer: Writer, haul: Haul, record_id: str) -> None:
    """A record was asked about: plan the next time, if it still stands."""
    row = next(iter(writer.rows("current_record", id=record_id)), None)
    if row is None or row["state"] != "public":
        writer.do("drop_check", id=record_id)
        return
    _plan_check(writer, haul, record_id, row["published"])


def _plan_check(writer: Writer, haul: Haul, record_id: str, published: int) -> None:
    """The first hour of the schedule that is still to come; none is left: no more checks."""
    for step, hours in enumerate(haul.recheck):
        if published + hours * HOUR_US > writer.now:
            writer.do("put_check", id=record_id, name=haul.name, step=step,
                      due=published + hours * HOUR_US)  # fmt: skip
            return
    writer.do("drop_check", id=record_id)


def _note_gap(writer: Writer, haul: Haul, gap: Exposure) -> None:
    """A stretch the platform could not give; planned to be gathered where that is possible."""
    if haul.refill and gap.permille < FULL:
        gap = replace(gap, reason=f"{PENDING}: {gap.reason}")
        plan_backfill(writer, haul.name, gap.start, gap.stop)
    cover(writer, gap)


def _columns(row: Row) -> Row:
    return {key: value for key, value in row.items() if key not in ("seq_from", "seq_to")}


def _ours(row: Row) -> bool:
    return row["permille"] == FULL or str(row["reason"]).startswith(OURS)


def _same(row: Row, told: Exposure) -> bool:
    return bool(row["permille"] == told.permille and row["reason"] == told.reason)


def _without(told: Exposure, rows: Sequence[Row]) -> list[Exposure]:
    """A stretch around others, which come in order of time."""
    pieces, start = [], told.start
    for row in rows:
        if start < row["start"]:
            pieces.append(replace(told, start=start, stop=row["start"]))
        start = max(start, row["stop"])
    return [*pieces, replace(told, start=start)] if start < told.stop else pieces


def _outside(row: Row, told: Exposure) -> list[Exposure]:
    """What is left of a noted stretch on both sides of another."""
    old = Exposure(**row)
    parts = (replace(old, stop=min(old.stop, told.start)),
             replace(old, start=max(old.start, told.stop)))  # fmt: skip
    return [part for part in parts if part.start < part.stop]


def _joined(pieces: Sequence[Exposure]) -> list[Exposure]:
    joined: list[Exposure] = []
    for piece in sorted(pieces, key=lambda piece: piece.start):
        last = joined[-1] if joined else None
        if (
            last
            and last.stop == piece.start
            and replace(last, start=0, stop=0) == replace(piece, start=0, stop=0)
        ):
            joined[-1] = replace(last, stop=piece.stop)
        else:
            joined.append(piece)
    return joined


def _replace(
    writer: Writer, old: Sequence[Row], new: Sequence[Exposure], where: dict[str, str]
) -> None:
    """Close the rows that no longer hold and open those that now do: one entry of the log."""
    before = [Exposure(**row) for row in old]
    gone = [row for row in before if row not in new]
    fresh = [piece for piece in new if piece not in before]
    if not gone and not fresh:
        return
    seq = writer.entry("exposure", f"{where['stream']}/{where['community']}")
    for row in gone:
        writer.do("close_exposure", seq=seq, start=row.start, **where)
    for piece in fresh:
        writer.do("insert_exposure", seq=seq, **asdict(piece))
