"""Copies that nobody counts are not read again: their labels are those of the record they copy."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from groundswell.store.sqlite import Row, Store

ALIKE = 0.9  # the share of a sketch that a copy and its lead must have in common
LAYER = "duplicates"


def lead_of(store: Store, record_id: str) -> Row | None:
    """The record by whose words a copy is read: the counted one of its group in its community.

    Only for what a person wrote, since an outlet's copy counts in coverage; only while both stand
    as they were when they were compared; and only when the two themselves are nearly the same,
    which members of one group need not be. None: read by its own words.
    """
    for row in store.rows("lead_of", id=record_id, layer=LAYER):
        if alike(row["sketch"], row["own"]) >= ALIKE:
            return row
    return None


def alike(one: bytes, other: bytes) -> float:
    """The share of two sketches (32-bit numbers in a row) that is the same.

    >>> alike(struct.pack("<2I", 7, 9), struct.pack("<2I", 7, 8))
    0.5
    """
    here, there = _numbers(one), _numbers(other)
    if not here or len(here) != len(there):
        return 0.0
    return sum(a == b for a, b in zip(here, there, strict=True)) / len(here)


def _numbers(sketch: bytes) -> Sequence[int]:
    return struct.unpack(f"<{len(sketch) // 4}I", sketch)
