"""Erasure: outranks reproducibility, reaches every copy we keep, and is replayed after a restore.

A journal of keyed digests lies beside the state file (`<name>.erased`), so that a state file
restored from an older backup erases again what was erased since. Records are found by digest,
so that a husk can still be erased for good, and nothing erased is ever gathered again.
"""

from __future__ import annotations

import os
import sqlite3
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path

from groundswell.errors import StoreError
from groundswell.mask import digest
from groundswell.store.records import mark_dirty
from groundswell.store.scrub import WITHDRAWN, Erased, scrub
from groundswell.store.sqlite import OPEN, Row, Store, Writer
from groundswell.store.words import merge_words

BATCH = 200  # records erased in one transaction: every story is read once for all of them


def forget(store: Store, ids: Iterable[str], *, hard: bool = False) -> int:
    """Erase records and all that quotes them, everywhere we keep it; return how many.

    A husk stays unless `hard`: digest, day, community, slugs, integer labels. Unknown ids are
    journalled all the same, so that they are erased should a backup bring them back. Raises
    StoreError when another process keeps the old bytes alive; then run it again.
    """
    names = {digest(store.key, record_id): hard for record_id in sorted(set(ids))}
    if not names:
        return 0
    count = erase_digests(store, names)
    _purge(store)
    return count


def erase_digests(store: Store, names: Mapping[str, bool]) -> int:
    """Journal and erase what keyed digests name (True: hard); bytes may linger in free pages."""
    _journal(store, names)
    return _erase_all(store, names)


def replay_journal(store: Store) -> int:
    """Erase again what the journal beside the state file names; return how many came back."""
    applied = {row["digest"]: row["hard"] for row in store.rows("journal")}
    names = {
        name: bool(hard)
        for name, hard in _read_journal(store).items()
        if applied.get(name, -1) < hard
    }
    if not names:
        return 0
    count = _erase_all(store, names)
    if count:
        _purge(store)
        rejects_beside(store.path).unlink(missing_ok=True)  # rows that came back with a backup
    return count


def rejects_beside(path: Path) -> Path:
    """Where rows that could not become records are kept beside a state file."""
    return path.with_suffix(".rejects.ndjson")


def journal_file(path: Path) -> Path:
    """Where the erase journal of a state file lies."""
    return path.with_suffix(".erased")


def _read_journal(store: Store) -> dict[str, int]:
    file = journal_file(store.path)
    if not file.exists():
        return {}
    entries: dict[str, int] = {}
    for line in file.read_text("ascii").splitlines():
        name, _, hard = line.partition(" ")
        if hard in ("0", "1"):  # else the machine stopped while it was written: nothing erased yet
            entries[name] = max(entries.get(name, 0), int(hard))
    return entries


def _journal(store: Store, names: Mapping[str, bool]) -> None:
    """Append to the journal and to disk before anything is erased."""
    with journal_file(store.path).open("a", encoding="ascii") as out:
        for name, hard in names.items():
            out.write(f"{name} {int(hard)}\n")
        out.flush()
        os.fsync(out.fileno())


def _erase_all(store: Store, names: Mapping[str, bool]) -> int:
    every = list(names.items())
    return sum(_erase(store, dict(every[i : i + BATCH])) for i in range(0, len(every), BATCH))


def _erase(store: Store, names: Mapping[str, bool]) -> int:
    """Erase what some digests name, in one transaction; return how many there were."""
    count = 0
    with store.write() as writer:
        erased = []
        for name, hard in names.items():
            writer.do("note_erasure", digest=name, hard=int(hard))
            for row in writer.rows("by_digest", digest=name):
                husk = f"{row['source']}:husk-{name}"
                if row["id"] != husk:
                    erased.append(_erase_one(writer, row["id"], husk))
                count += row["id"] != husk or hard
                if hard:
                    _drop_husk(writer, husk)
        if erased:
            scrub(writer, erased)
    return count


def _erase_one(writer: Writer, record_id: str, husk: str) -> Erased:
    """Turn every version of one record into its husk; return what else must be looked for."""
    versions = writer.rows("versions_of", id=record_id)
    writer.do("unlabel_copies", id=record_id)
    links = {row["url"] for row in versions if row["url"]}
    alone = {url for url in links if not writer.rows("shared_link", url=url, id=record_id)}
    for row in versions:
        _leave_rollups(writer, row)
        if row["state"] == "public" and row["seq_to"] == OPEN and row["content"]:
            writer.do("unindex_text", seq=row["seq_from"], title=row["title"], text=row["text"])
    for cell in writer.rows("cells_of_thread", id=record_id):
        mark_dirty(writer, cell["day"], cell["community"])
        for statement in ("husk_voices", "husk_clusters"):
            writer.do(statement, id=record_id, husk=husk, **cell)
    for row in writer.rows("bands_of", id=record_id):
        for (hash_,) in struct.iter_unpack("<q", row["bands"]):
            writer.do("drop_band", hash=hash_, doc=row["doc"])
    for statement in ("drop_phrases", "drop_sketch", "drop_taught", "drop_shown", "drop_items",
                      "drop_engagement"):  # fmt: skip
        writer.do(statement, id=record_id)
    for statement in (
        "husk_annotations",
        "husk_links",
        "husk_groups",
        "husk_labelled",
        "husk_threads",
        "husk_items",
        "husk_parents",
        "husk_log",
        "husk_cites",
        "husk_drawn",
        "husk_judgements",
        "husk_record",
    ):
        writer.do(statement, id=record_id, husk=husk)
    for row in versions:
        writer.do("drop_reading", content=row["content"])
    writer.entry("erase", husk)
    texts = {text for row in versions for text in (row["title"], row["text"]) if text}
    return Erased(id=record_id, husk=husk, links=alone, texts=texts)


def _leave_rollups(writer: Writer, row: Row) -> None:
    """Take a version's voice out of its cell, which `measure` will recount."""
    mark_dirty(writer, row["day"], row["community"])
    voice = row["outlet"] if row["unit"] == "outlet" else row["author"]
    where = {"day": row["day"], "community": row["community"], "voice": voice}
    writer.do("drop_voices", thread=row["root"], **where)
    writer.do("drop_pairs", **where)


def _drop_husk(writer: Writer, husk: str) -> None:
    for statement in (
        "drop_record",
        "drop_annotations",
        "drop_links",
        "drop_labelled",
        "drop_drawn",
        "drop_judgements",
    ):
        writer.do(statement, husk=husk)


def _purge(store: Store) -> None:
    """Leave no byte of it on disk: merge the index, rewrite the file, empty the write-ahead log."""
    with store.write() as writer:
        merge_words(writer)
    store.connection.execute("PRAGMA temp_store = FILE")  # the file may be larger than the memory
    try:
        store.connection.execute("VACUUM")
        emptied = store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError as problem:
        raise _kept(store) from problem
    finally:
        store.connection.execute("PRAGMA temp_store = MEMORY")
    if emptied["busy"]:
        raise _kept(store)


def _kept(store: Store) -> StoreError:
    return StoreError(
        f"{store.path}: erased, but another process still holds the old bytes; "
        "end it, then run the same again"
    )


__all__ = ["WITHDRAWN", "forget", "journal_file", "replay_journal"]
