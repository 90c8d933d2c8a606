"""What remote parts were told, kept in the store beside the readings and erased with them."""

from __future__ import annotations

import json
from threading import Lock

from groundswell.label.part import Outputs
from groundswell.store import Store


class StoredAnswers:
    """Answers by content hash, each committed as it comes: a kill loses what is under way only.

    A row of the readings with the part as its reader and without a vector.
    """

    def __init__(self, store: Store) -> None:
        self._store, self._lock = store, Lock()

    def get(self, part: str, content: str) -> Outputs | None:
        """What a part said of a content, if it did."""
        with self._lock:
            row = self._store.one("reading", content=content, reader=part)
        if row is None:
            return None
        return {name: tuple(values) for name, values in json.loads(row["outputs"]).items()}

    def put(self, part: str, content: str, outputs: Outputs) -> None:
        """Keep it."""
        told = json.dumps({name: list(said) for name, said in outputs.items()}, sort_keys=True)
        with self._lock, self._store.write() as writer:
            writer.do("save_reading", content=content, reader=part, vector=b"", outputs=told)
