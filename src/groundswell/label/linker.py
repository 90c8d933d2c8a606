"""The contract of linkers: decisions that need other records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from groundswell.types import Link, Record


class Memory(Protocol):
    """What a linker may remember between records; kept in the store by the loop."""

    def near(self, layer: str, bands: Sequence[int]) -> list[tuple[str, bytes]]:
        """Earlier records (id, sketch) sharing a band, oldest first."""

    def group(self, layer: str, record_id: str) -> str | None:
        """The group of an earlier record."""

    def has_lead(self, layer: str, group: str, community: str) -> bool:
        """Whether the group has a counted member in a community."""

    def community(self, record_id: str) -> str:
        """Where an earlier record was said."""

    def remember(self, layer: str, record_id: str, sketch: bytes, bands: Sequence[int]) -> None:
        """Keep a record's sketch under its bands."""


class Linker(Protocol):
    """Insert-only decisions in log order by a single writer, so they can be replayed."""

    layer: ClassVar[str]
    version: ClassVar[str]

    def __call__(self, record: Record, memory: Memory) -> Sequence[Link]:
        """The new links this record causes: its own, and its group's first member's."""
