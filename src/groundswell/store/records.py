"""Saving what was gathered: a page of records and the cursor after it, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from groundswell.mask import digest
from groundswell.store.indicators import note_item
from groundswell.store.sqlite import Row, Store, Writer
from groundswell.types import Exposure, Record
from groundswell.types.moment import DAY_US, day_of, micros, moment
from groundswell.types.record import RecordId

ROLLUPS = ("voices", "hours", "pairs")
BY_OUTLET = frozenset({"article"})  # kinds whose voice is the outlet


@dataclass(slots=True)
class Tally:
    """What became of a page."""

    added: int = 0
    edited: int = 0
    known: int = 0


def add_page(
    store: Store,
    stream: str,
    page: Iterable[Record | Exposure],
    cursor: str,
    extra: Row | None = None,
) -> Tally:
    """Save new and changed records, exposure rows and the cursor together.

    Authors must already be pseudonyms. `extra` is the import's own progress, saved along.
    """
    tally = Tally()
    with store.write() as writer:
        for thing in page:
            if isinstance(thing, Exposure):
                add_exposure(writer, thing)
            else:
                add_record(writer, store.key, stream, thing, tally)
        writer.do("save_cursor", stream=stream, cursor=cursor)
        if extra is not None:
            writer.do("save_import", stream=stream, **_with(extra, tally))
    return tally


def add_exposure(writer: Writer, exposure: Exposure) -> None:
    """Note how much of what was expected was collected; saying it twice changes nothing."""
    params = asdict(exposure)
    where = {key: params[key] for key in ("stream", "community", "start")}
    now = writer.rows("current_exposure", **where)
    told = {key: params[key] for key in ("stop", "permille", "reason")}
    if now and now[0] == told:
        return
    seq = writer.entry("exposure", f"{exposure.stream}/{exposure.community}")
    writer.do("close_exposure", seq=seq, **where)
    writer.do("insert_exposure", seq=seq, **params)


def mark_dirty(writer: Writer, day: int, community: str) -> None:
    """Have every rollup recompute one day of one community."""
    for rollup in ROLLUPS:
        writer.do("mark_dirty", rollup=rollup, day=day, cell=community)


def as_record(row: Row) -> Record:
    """A stored row as a record again."""
    return Record(
        id=RecordId(row["id"]),
        source=row["source"],
        kind=row["kind"],
        community=row["community"],
        outlet=row["outlet"],
        url=row["url"],
        title=row["title"],
        text=row["text"],
        lang=row["lang"],
        author=row["author"],
        parent=RecordId(row["parent"]) if row["parent"] else None,
        root=RecordId(row["root"]) if row["root"] else None,
        published=moment(row["published"]),
        precision=row["precision"],
        available=moment(row["available"]),
        edited=moment(row["edited"]) if row["edited"] is not None else None,
        state=row["state"],
        engagement=json.loads(row["engagement"]),
    )


def _with(extra: Row, tally: Tally) -> Row:
    return {
        **extra,
        "added": extra["added"] + tally.added + tally.edited,
        "known": extra["known"] + tally.known,
    }


def add_record(writer: Writer, key: bytes, stream: str, record: Record, tally: Tally) -> None:
    """Save one record: new, as an edit, or not at all when nothing of it changed."""
    before = writer.rows("current_record", id=record.id)
    if before and _same(before[0], record):
        note_item(writer, record)
        note_engagement(writer, before[0], record)
        tally.known += 1
        return
    if not before and writer.rows("erased", digest=digest(key, record.id)):
        tally.known += 1  # erased here: the platform's copy does not bring it back
        return
    note_item(writer, record)
    kind = "tombstone" if record.state != "public" else "edit" if before else "record"
    seq = writer.entry(kind, record.id)
    if before:
        retire(writer, before[0], seq)
        tally.edited += 1
    else:
        tally.added += 1
    row = as_columns(writer, key, stream, record)
    writer.do("insert_record", seq=seq, **row)
    if record.state == "public":
        writer.do("index_text", seq=seq, title=record.title, text=record.text)
    mark_dirty(writer, row["day"], record.community)


def note_engagement(writer: Writer, row: Row, record: Record) -> None:
    """Keep what the platform counts of a known record now, where that changed: once a day."""
    counts = json.dumps(dict(record.engagement), sort_keys=True)
    told = writer.rows("engagement_of", id=record.id)
    if record.engagement and counts != (told[-1]["counts"] if told else row["engagement"]):
        writer.do("put_engagement", id=record.id, day=writer.now // DAY_US, counts=counts)


def _same(row: Row, record: Record) -> bool:
    kept = row["content"] in (record.content, "")  # its text was dropped here: nothing to compare
    return bool(kept and row["state"] == record.state)


def retire(writer: Writer, row: Row, seq: int) -> None:
    """End the version of a record that holds now."""
    writer.do("unlabel_copies", id=row["id"])
    writer.do("close_record", id=row["id"], seq=seq)
    mark_dirty(writer, row["day"], row["community"])
    if row["state"] == "public" and row["content"]:
        writer.do("unindex_text", seq=row["seq_from"], title=row["title"], text=row["text"])


def as_columns(writer: Writer, key: bytes, stream: str, record: Record) -> dict[str, Any]:
    """The columns of a new row."""
    published = micros(record.published)
    available = micros(record.available) if record.available else writer.now
    return {
        "id": record.id,
        "digest": digest(key, record.id),
        "stream": stream,
        "source": record.source,
        "kind": record.kind,
        "unit": "outlet" if record.kind in BY_OUTLET else "person",
        "community": record.community,
        "outlet": record.outlet,
        "url": record.url,
        "title": record.title,
        "text": record.text,
        "lang": record.lang,
        "author": record.author,
        "parent": record.parent or "",
        "root": _root(writer, record),
        "published": published,
        "precision": record.precision,
        "observed": writer.now,
        "available": available,
        "edited": micros(record.edited) if record.edited else None,
        "day": day_of(published),
        "seen": -(-available // DAY_US),
        "state": record.state,
        "engagement": json.dumps(dict(record.engagement), sort_keys=True),
        "content": record.content,
        "size": len(record.body),
    }


def _root(writer: Writer, record: Record) -> str:
    """The thread: stated, or the parent's, or the parent itself, or the record itself."""
    if record.root:
        return record.root
    if not record.parent:
        return record.id
    above = writer.rows("thread_of", id=record.parent)
    return str(above[0]["root"]) if above else record.parent
