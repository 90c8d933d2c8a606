"""What the terms of sources and the disk budget take away: texts, labels, withdrawn records."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Sequence

from groundswell.mask import digest
from groundswell.store.erase import BATCH, erase_digests
from groundswell.store.records import mark_dirty
from groundswell.store.scrub import Erased, scrub
from groundswell.store.sqlite import OPEN, Row, Store, Writer
from groundswell.store.words import merge_words

TEXTS = 500  # records whose text is dropped in one transaction
LABELS = 500  # records whose labels are closed in one transaction


def erase_withdrawn(store: Store) -> int:
    """Erase every version of what platforms and authors took back, quotes included; how many.

    As `forget` does, but for the whole file being written anew: `tidy` cleans up afterwards.
    What was erased is never gathered again.
    """
    count = 0
    while rows := store.rows("due_withdrawals", limit=BATCH):
        erase_digests(store, {digest(store.key, row["record_id"]): False for row in rows})
        with store.write() as writer:
            for row in rows:
                writer.do("drop_withdrawal", id=row["record_id"])
        count += len(rows)
    return count


def expire_texts(store: Store) -> int:
    """Drop the text that terms let us keep no longer, quotations of it included; how many.

    Labels, counts and the record itself stay: its arithmetic can still be checked.
    """
    count = 0
    while True:
        with store.write() as writer:
            rows = writer.rows("due_keeps", now=writer.now, limit=TEXTS)
            dropped = [drop_text(writer, row["record_id"]) for row in rows]
            for row in rows:
                writer.do("drop_keep", id=row["record_id"])
            known = [one for one in dropped if one.texts]
            if known:
                writer.entry("expire", f"{len(known)} texts")
                scrub(writer, known)
        count += len(known)
        if len(rows) < TEXTS:
            return count


def drop_text(writer: Writer, record_id: str) -> Erased:
    """Take the words of every version of a record, and what is made of them; labels stay."""
    versions = [row for row in writer.rows("versions_of", id=record_id) if row["content"]]
    for row in versions:
        if row["state"] == "public" and row["seq_to"] == OPEN:
            writer.do("unindex_text", seq=row["seq_from"], title=row["title"], text=row["text"])
    for row in writer.rows("bands_of", id=record_id):
        for (hash_,) in struct.iter_unpack("<q", row["bands"]):
            writer.do("drop_band", hash=hash_, doc=row["doc"])
    for statement in ("drop_phrases", "drop_sketch", "drop_offsets", "drop_text"):
        writer.do(statement, id=record_id)
    for row in versions:
        writer.do("drop_reading", content=row["content"])
    texts = {text for row in versions for text in (row["title"], row["text"]) if text}
    return Erased(id=record_id, husk=record_id, texts=texts)


def trim_day(store: Store, day: int) -> int:
    """Drop the texts of one day, but for those a story cites as evidence; how many.

    Counts, labels and rollups stay. The log says that it happened.
    """
    count = 0
    while True:
        with store.write() as writer:
            rows = writer.rows("texts_of_day", day=day, limit=TEXTS)
            for row in rows:
                drop_text(writer, row["id"])
                _pack(writer, row["id"])
            count += len(rows)
            if len(rows) < TEXTS:
                writer.do("note_trim", day=day, records=count,
                          seq=writer.entry("trim", f"day {day}"))  # fmt: skip
                return count


def unlabel_withheld(store: Store) -> int:
    """Close the labels of sources whose terms forbid figures, and count without them; how many.

    What is not labelled is in no figure and in no claim. Old snapshots keep what they saw.
    """
    count = 0
    while True:
        with store.write() as writer:
            rows = writer.rows("labelled_withheld", limit=LABELS)
            if rows:
                _unlabel(writer, rows)
        count += len(rows)
        if len(rows) < LABELS:
            return count


def tidy(store: Store) -> bool:
    """Leave no byte of erased words in the index or the write-ahead log; False when a reader
    still holds them, so that it must be done again."""
    with store.write() as writer:
        merge_words(writer)
    try:
        emptied = store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    return not emptied["busy"]


def size(store: Store) -> int:
    """Bytes of the state file that hold something."""
    pages = {
        name: int(next(iter(store.connection.execute(f"PRAGMA {name}").fetchone().values())))
        for name in ("page_count", "freelist_count", "page_size")
    }
    return (pages["page_count"] - pages["freelist_count"]) * pages["page_size"]


def shrink(store: Store) -> bool:
    """Give free space back to the disk; False when another process is using the file."""
    try:
        store.connection.execute("VACUUM")
    except sqlite3.OperationalError:
        return False
    return True


def _pack(writer: Writer, record_id: str) -> None:
    """Write a record's rows anew: what they took up is free only where whole pages are empty."""
    for row in writer.rows("whole_versions", id=record_id):
        writer.do("drop_version", id=record_id, seq=row["seq_from"])
        writer.do("put_version", **row)


def _unlabel(writer: Writer, rows: Sequence[Row]) -> None:
    seq = writer.entry("annotations", "withheld")
    for row in rows:
        writer.do("close_labels", id=row["id"], seq=seq)
        writer.do("drop_labelled", husk=row["id"])
        mark_dirty(writer, row["day"], row["community"])
