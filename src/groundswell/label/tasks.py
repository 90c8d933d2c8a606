"""From stored rows to tasks: by which words a record is read, and which layers are to be made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from groundswell.desk import Desk
from groundswell.label.bench import Layers, Task
from groundswell.label.recipe import FIREHOSE, Recipe
from groundswell.store import Row, Store
from groundswell.store.copies import lead_of
from groundswell.store.records import as_record
from groundswell.types import Annotation, Reading
from groundswell.types.record import join_body


class Tasks:
    """Makes the tasks of one run. What a record is read by depends on no other record of a batch,
    so that batches may be cut anywhere."""

    def __init__(
        self, store: Store, desk: Desk, recipe: Recipe, reader: str, *, sends: bool = False
    ) -> None:
        """`sends`: the reader sends what it reads to another machine."""
        self._store, self._desk, self._recipe, self._reader = store, desk, recipe, reader
        self._sends = sends
        streams = store.rows("live_sources")
        self._kept_here = {row["name"] for row in streams if not row["redistribute"]}
        self._makers = {row["recipe"]: json.loads(row["makers"]) for row in store.rows("recipes")}
        self._firehoses: dict[tuple[str, str, str], bool] = {}

    def of(self, rows: Sequence[Row], memory: Mapping[str, Reading]) -> list[Task]:
        """One task for each content that is read and set of stale layers, in log order; `memory`
        holds readings that are not stored yet."""
        tasks: dict[tuple[str, frozenset[str]], list[Row]] = {}
        words: dict[str, str] = {}
        withheld: set[str] = set()
        for row in rows:
            lead = lead_of(self._store, row["id"])
            read = lead or row
            if self._sends and not (self._may_go(row) and self._may_go(read)):
                withheld.add(row["id"])
            words[read["content"]] = join_body(read["title"], read["text"])
            tasks.setdefault((read["content"], self._stale(row)), []).append(row)
        return [
            self._task(group, layers, words[content], withheld,
                       memory.get(content) or stored_reading(self._store, content, self._reader))
            for (content, layers), group in tasks.items()
        ]  # fmt: skip

    def _task(
        self, group: Sequence[Row], layers: frozenset[str], words: str,
        withheld: AbstractSet[str], reading: Reading | None,
    ) -> Task:  # fmt: skip
        partly = len(layers) < len(self._recipe.makers)
        return Task(
            tuple(as_record(row) for row in group), reading, layers,
            {row["id"]: self._layers_of(row["id"]) for row in group} if partly else {},
            firehose=frozenset(row["id"] for row in group if self._is_firehose(row)), words=words,
            withheld=frozenset(row["id"] for row in group if row["id"] in withheld),
        )  # fmt: skip

    def _may_go(self, row: Row) -> bool:
        """Whether a record's text may leave this machine: its source's terms allow it, and the
        desk knows its community and quotes it."""
        known = self._desk.community(row["community"], row["source"])
        return row["stream"] not in self._kept_here and known is not None and known.quote == "ok"

    def _stale(self, row: Row) -> frozenset[str]:
        """The layers to make. Where the cascade decides anew, so does all that rests on it."""
        before = self._store.one("labelled_by", id=row["id"])
        same = before is not None and before["version"] == row["seq_from"]
        makers = self._makers.get(before["recipe"], []) if before and same else []
        stale = self._recipe.stale(makers)
        if makers and FIREHOSE in stale and (self._is_firehose(row) or self._left_out(row)):
            return stale | self._recipe.read_layers
        return stale

    def _is_firehose(self, row: Row) -> bool:
        where = (row["stream"], row["community"], row["source"])
        if where not in self._firehoses:
            self._firehoses[where] = self._desk.is_firehose(*where)
        return self._firehoses[where]

    def _left_out(self, row: Row) -> bool:
        found = self._store.one("left_out", id=row["id"])
        return found is not None and bool(found["labels"])

    def _layers_of(self, record_id: str) -> Layers:
        layers: dict[str, tuple[Annotation, ...]] = {}
        for row in self._store.rows("current_annotations", id=record_id):
            made = Annotation(
                layer=row["layer"],
                value=row["value"],
                score=row["score"],
                start=row["start"],
                stop=row["stop"],
            )
            layers[row["layer"]] = (*layers.get(row["layer"], ()), made)
        return layers


def stored_reading(store: Store, content: str, reader: str) -> Reading | None:
    """What a reader saw in a content, if it has read it."""
    row = store.one("reading", content=content, reader=reader)
    return None if row is None else as_reading(row, reader)


def as_reading(row: Row, reader: str) -> Reading:
    """A stored row as a reading again."""
    outputs = {name: tuple(values) for name, values in json.loads(row["outputs"]).items()}
    return Reading(reader=reader, vector=np.frombuffer(row["vector"], np.int8), outputs=outputs)
