"""What addresses said of their version, held back until what they answered is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from groundswell.gather.source import Http
from groundswell.store.live import Mark


class Marks:
    """What addresses said of their version, ETag and Last-Modified: noted once it is saved.

    What this run was told does not count yet: a crash would lose the answer, and the next one
    would be an empty 304.
    """

    def __init__(self, kept: Mapping[str, tuple[str, str]] | None = None) -> None:
        self._kept = dict(kept or {})
        self._new: dict[str, tuple[str, str]] = {}

    def get(self, url: str) -> tuple[str, str]:
        """What was said of an address, as far as its answer is saved."""
        return self._kept.get(url, ("", ""))

    def set(self, url: str, etag: str, modified: str) -> None:
        """Hold back what is said now."""
        self._new[url] = (etag, modified)

    def take(self) -> tuple[Mark, ...]:
        """What was held back since the last time, to be saved with what it stands for."""
        new, self._new = self._new, {}
        return tuple((url, *said) for url, said in new.items())


@runtime_checkable
class Remembering(Protocol):
    """A client that can be told where to remember what addresses said of their version."""

    def remembering(self, validators: Marks) -> Http:
        """The same client, remembering there."""
