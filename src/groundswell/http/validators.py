"""What lets us ask "has it changed?" instead of taking everything again."""

from __future__ import annotations

from threading import Lock
from typing import Protocol


class Validators(Protocol):
    """ETag and Last-Modified of addresses, verbatim as they were received, "" where unknown.

    `set` is called as soon as an answer has come, before anybody saved what it holds. Whoever
    keeps validators for longer than that must hold them back until it is saved, or a crash in
    between loses the answer: the next one is an empty 304. One for each source: two sources that
    read the same address must both see what is new.
    """

    def get(self, url: str) -> tuple[str, str]:
        """The last ETag and Last-Modified of an address."""

    def set(self, url: str, etag: str, modified: str) -> None:
        """Note both; two empty strings forget the address."""


class Remembered:
    """Validators kept in memory for as long as the process lives, for whoever saves nothing."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, str]] = {}
        self._lock = Lock()

    def get(self, url: str) -> tuple[str, str]:
        """The last ETag and Last-Modified of an address."""
        with self._lock:
            return self._known.get(url, ("", ""))

    def set(self, url: str, etag: str, modified: str) -> None:
        """Note both; two empty strings forget the address."""
        with self._lock:
            if etag or modified:
                self._known[url] = (etag, modified)
            else:
                self._known.pop(url, None)
