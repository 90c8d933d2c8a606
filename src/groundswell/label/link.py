"""The linkers' loop: one writer, in log order, insert-only."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Sequence
from functools import lru_cache

from groundswell.label.linker import Linker
from groundswell.store import Store, Writer
from groundswell.store.place import Place
from groundswell.store.records import as_record, mark_dirty
from groundswell.types import Link

BATCH = 500  # records linked in one transaction
ASKED = "abcdefghijklmnop"  # the names of the bands asked for in one statement


def link(store: Store, linkers: Sequence[Linker], *, stop: Callable[[], bool] = bool) -> int:
    """Show every record to every linker once; return how many records were shown."""
    return sum(_link_all(store, linker, stop) for linker in linkers)


def _link_all(store: Store, linker: Linker, stop: Callable[[], bool]) -> int:
    place = Place.of(store, f"#linked by {linker.layer}", linker.version)
    after, count = place.after, 0
    while not stop():
        with store.write() as writer:
            rows = writer.rows("unlinked", layer=linker.layer, after=after, limit=BATCH)
            if not rows:
                return count
            links: list[Link] = []
            seq = writer.entry("links", f"{linker.layer}@{linker.version}")
            for row in rows:
                memory = StoredMemory(writer, row["seq_from"])
                decided = linker(as_record(row), memory)
                memory.keep(linker.layer, row["id"])
                for made in decided:
                    _save(writer, linker, made, seq)
                links += decided
            place.reach(writer, rows[-1]["seq_from"])
        after, count = rows[-1]["seq_from"], count + len(rows)
    return count


def _save(writer: Writer, linker: Linker, made: Link, seq: int) -> None:
    writer.do(
        "insert_link",
        id=made.record_id,
        layer=made.layer,
        grp=made.group,
        score=made.score,
        lead=int(made.lead),
        maker=f"{linker.layer}@{linker.version}",
        seq=seq,
    )
    for row in writer.rows("current_record", id=made.record_id):
        mark_dirty(writer, row["day"], row["community"])


class StoredMemory:
    """A linker's memory in the store, seen from one record (`doc`, its seq)."""

    def __init__(self, writer: Writer, doc: int) -> None:
        self._writer = writer
        self._doc = doc
        self._kept = False

    def near(self, layer: str, bands: Sequence[int]) -> list[tuple[str, bytes]]:
        """Earlier records (id, sketch) sharing a band, oldest first."""
        found: dict[int, tuple[str, bytes]] = {}
        for band in self._held(mixed(layer, tuple(bands))):
            for row in self._writer.rows("sketches_near", layer=layer, hash=band):
                found[row["doc"]] = (row["record_id"], row["sketch"])
        return [found[doc] for doc in sorted(found)]

    def _held(self, hashes: Sequence[int]) -> set[int]:
        """Those of some bands that hold anybody."""
        held: set[int] = set()
        for start in range(0, len(hashes), len(ASKED)):
            asked = hashes[start : start + len(ASKED)]
            named = dict(zip(ASKED, (*asked, *[asked[0]] * len(ASKED)), strict=False))
            held |= {row["hash"] for row in self._writer.rows("bands_held", **named)}
        return held

    def group(self, layer: str, record_id: str) -> str | None:
        """The group of an earlier record."""
        rows = self._writer.rows("group_of", id=record_id, layer=layer)
        return str(rows[0]["grp"]) if rows else None

    def has_lead(self, layer: str, group: str, community: str) -> bool:
        """Whether the group has a counted member in a community."""
        rows = self._writer.rows("lead_in", layer=layer, grp=group, community=community)
        return bool(rows[0]["leads"])

    def community(self, record_id: str) -> str:
        """Where an earlier record was said."""
        rows = self._writer.rows("current_record", id=record_id)
        return str(rows[0]["community"]) if rows else ""

    def remember(self, layer: str, record_id: str, sketch: bytes, bands: Sequence[int]) -> None:
        """Keep a record's sketch under its bands."""
        hashes = mixed(layer, tuple(bands))
        self._writer.do(
            "save_sketch",
            id=record_id,
            layer=layer,
            doc=self._doc,
            sketch=sketch,
            bands=struct.pack(f"<{len(hashes)}q", *hashes),
        )
        self._writer.many("save_band", ({"hash": h, "doc": self._doc} for h in hashes))
        self._kept = True

    def keep(self, layer: str, record_id: str) -> None:
        """Note that a record was shown, if the linker kept nothing of it."""
        if not self._kept:
            self.remember(layer, record_id, b"", ())


@lru_cache(maxsize=2)  # whoever looks for a record's bands then remembers them
def mixed(layer: str, bands: tuple[int, ...]) -> Sequence[int]:
    """Band hashes that differ between layers, as signed 64-bit integers."""
    return [
        int.from_bytes(
            hashlib.blake2b(f"{layer}\0{n}\0{band}".encode(), digest_size=8).digest(),
            "little",
            signed=True,
        )
        for n, band in enumerate(bands)
    ]
