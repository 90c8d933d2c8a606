"""Erasure: outranks reproducibility, reaches every copy we keep, and is replayed after a restore.

A journal of keyed digests lies beside the state file (`<name>.erased`), so that a state file
restored from an older backup erases again what was erased since.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from groundswell.mask import digest
from groundswell.store.records import mark_dirty
from groundswell.store.sqlite import Store, Writer

WITHDRAWN = "[withdrawn]"
SHINGLE = 24  # characters in a row that betray a quotation of an erased text


def forget(store: Store, ids: Iterable[str], *, hard: bool = False) -> int:
    """Erase records and all that quotes them, everywhere we keep it; return how many.

    A husk stays unless `hard`: digest, day, community, slugs, integer labels. Unknown ids are
    journalled all the same, so that they are erased should a backup bring them back.
    """
    wanted = sorted(set(ids))
    _journal(store, {digest(store.key, record_id): hard for record_id in wanted})
    count = _erase(store, [(record_id, hard) for record_id in wanted])
    if count:
        _purge(store)
    return count


def replay_journal(store: Store) -> int:
    """Erase again what the journal beside the state file names; return how many came back."""
    applied = {row["digest"]: row["hard"] for row in store.rows("journal")}
    wanted: list[tuple[str, bool]] = []
    for name, hard in _read_journal(store).items():
        if applied.get(name, -1) < hard:
            wanted += [(row["id"], bool(hard)) for row in store.rows("by_digest", digest=name)]
    todo = {name: bool(hard) for name, hard in _read_journal(store).items()
            if applied.get(name, -1) < hard}  # fmt: skip
    if not todo:
        return 0
    count = _erase(store, wanted)
    with store.write() as writer:
        for name, hard in todo.items():
            writer.do("note_erasure", digest=name, hard=int(hard))
    if count:
        _purge(store)
    return count


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
        entries[name] = max(entries.get(name, 0), int(hard or 0))
    return entries


def _journal(store: Store, entries: dict[str, bool]) -> None:
    """Append to the journal and to disk before anything is erased."""
    with journal_file(store.path).open("a", encoding="ascii") as out:
        for name, hard in entries.items():
            out.write(f"{name} {int(hard)}\n")
        out.flush()
        os.fsync(out.fileno())


def _erase(store: Store, wanted: list[tuple[str, bool]]) -> int:
    count = 0
    with store.write() as writer:
        for record_id, hard in wanted:
            name = digest(store.key, record_id)
            writer.do("note_erasure", digest=name, hard=int(hard))
            count += _erase_one(writer, record_id, name, hard)
    return count


def _erase_one(writer: Writer, record_id: str, name: str, hard: bool) -> int:
    versions = writer.rows("versions_of", id=record_id)
    if not versions:
        return 0
    husk = f"{record_id.split(':', 1)[0]}:husk-{name}"
    words = [text for row in versions for text in (row["title"], row["text"]) if text]
    _scrub(writer, [*words, *(row["url"] for row in versions if row["url"]), record_id], husk)
    for row in versions:
        if row["state"] == "public" and row["seq_to"] == 2**63 - 1:
            writer.do("unindex_text", seq=row["seq_from"], title=row["title"], text=row["text"])
        mark_dirty(writer, row["day"], row["community"])
    for cell in writer.rows("cells_of_thread", id=record_id):
        mark_dirty(writer, cell["day"], cell["community"])
    for statement in ("drop_phrases", "drop_sketch", "drop_bands"):
        writer.do(statement, id=record_id)
    for statement in ("husk_annotations", "husk_links", "husk_groups", "husk_labelled",
                      "husk_threads", "husk_parents", "husk_log", "husk_cites"):  # fmt: skip
        writer.do(statement, id=record_id, husk=husk)
    writer.do("husk_record", id=record_id, husk=husk, state="forgotten")
    for row in versions:
        writer.do("drop_reading", content=row["content"])
    if hard:
        for statement in ("drop_record", "drop_annotations", "drop_links", "drop_labelled"):
            writer.do(statement, husk=husk)
    writer.entry("erase", husk)
    return 1


def _scrub(writer: Writer, words: list[str], husk: str) -> None:
    """Take an erased text's words out of stories, claims, editions and charts."""
    pieces = Pieces(words)
    for row in writer.rows("story_bodies"):
        body, title = pieces.scrub_json(row["body"], husk), pieces.scrub(row["title"], husk)
        if (body, title) != (row["body"], row["title"]):
            writer.do("save_story_body", slug=row["slug"], version=row["version"], body=body,
                      title=title)  # fmt: skip
    for kind, key in (("claim", "id"), ("edition", "night")):
        for row in writer.rows(f"{kind}_bodies"):
            body = pieces.scrub_json(row["body"], husk)
            if body != row["body"]:
                writer.do(f"save_{kind}_body", body=body, **{key: row[key]})
    for row in writer.rows("chart_bodies"):
        if any(pieces.scrub(row[part], husk) != row[part] for part in ("caption", "data", "svg")):
            writer.do("drop_chart", id=row["id"])


class Pieces:
    """The recognisable pieces of erased texts: any SHINGLE characters in a row, or all if short."""

    def __init__(self, words: Iterable[str]) -> None:
        flat = [" ".join(text.split()) for text in words]
        self._short = {text for text in flat if 0 < len(text) < SHINGLE}
        self._long = {text[i : i + SHINGLE] for text in flat
                      for i in range(len(text) - SHINGLE + 1)}  # fmt: skip

    def scrub(self, text: str, husk: str) -> str:
        """The text, or WITHDRAWN when it holds a piece; an id standing alone becomes the husk."""
        if text in self._short:
            return husk if ":" in text and " " not in text else WITHDRAWN
        return WITHDRAWN if self._betrays(text) else text

    def scrub_json(self, body: str, husk: str) -> str:
        """The same for every string in a JSON document."""
        if not self._betrays(body) and not any(short in body for short in self._short):
            return body
        return json.dumps(self._walk(json.loads(body), husk), sort_keys=True,
                          separators=(",", ":"), ensure_ascii=False)  # fmt: skip

    def _walk(self, data: Any, husk: str) -> Any:
        if isinstance(data, dict):
            return {key: self._walk(value, husk) for key, value in data.items()}
        if isinstance(data, list):
            return [self._walk(value, husk) for value in data]
        return self.scrub(data, husk) if isinstance(data, str) else data

    def _betrays(self, text: str) -> bool:
        flat = " ".join(text.split())
        windows: Iterator[str] = (flat[i : i + SHINGLE] for i in range(len(flat) - SHINGLE + 1))
        return any(window in self._long for window in windows) or any(
            short in flat for short in self._short if len(short) >= 8
        )


def _purge(store: Store) -> None:
    """Leave no byte of it on disk: merge the index, check-point the log, rewrite the file."""
    with store.write() as writer:
        writer.do("merge_index")
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.connection.execute("VACUUM")
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


__all__ = ["forget", "journal_file", "replay_journal"]
