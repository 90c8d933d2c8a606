"""Answers already made: an edition does not change, so neither do its pages."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from threading import Lock

from groundswell.query.pages import Sight
from groundswell.types import canonical

KEPT = 512  # answers


class Shelf:
    """The newest answers by edition and address; safe to use from several threads.

    The key holds everything a page may show: the edition, how many stories and charts there
    are, and how many records were withdrawn or erased since.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._answers: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def key(self, sight: Sight, address: str) -> str:
        """What an answer rests on, hashed."""
        state = sight.store.one("page_state") or {}
        told = canonical([sight.snapshot.as_json(), sight.night, dict(sight.body), state, address])
        return hashlib.sha256(told.encode()).hexdigest()

    def get(self, key: str) -> str | None:
        """An answer made before."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
            return self._answers.get(key)

    def put(self, key: str, body: str) -> str:
        """Keep an answer; the one unasked for longest goes."""
        with self._lock:
            self._answers[key] = body
            while len(self._answers) > self._kept:
                self._answers.popitem(last=False)
        return body
