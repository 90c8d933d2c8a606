"""Label: linkers compare the records; then each is read once and labelled by pure annotators."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from groundswell.desk import Desk
from groundswell.label.annotator import Annotator
from groundswell.label.bench import Bench, Labels, Task
from groundswell.label.link import link
from groundswell.label.reader import Reader, packaged
from groundswell.label.recipe import Recipe, prepare
from groundswell.registry import build_all
from groundswell.store import Row, Store, Writer
from groundswell.store.records import as_record, mark_dirty
from groundswell.types import Annotation, Reading, content_hash

BATCH = 256  # records committed together
Progress = Callable[[int], None]
Labeller = Callable[[Sequence[Task]], Iterator[Labels]]
_bench: Bench | None = None  # one per worker process


@dataclass(frozen=True, slots=True)
class Count:
    """What a run labelled and linked, and how many texts the encoder really read."""

    labelled: int
    read: int
    linked: int


def label(
    store: Store,
    desk: Desk,
    *,
    processes: int = 1,
    reader: Path | None = None,
    progress: Progress = lambda _: None,
    stop: Callable[[], bool] = bool,
) -> Count:
    """Link and label everything not yet labelled by today's makers, in log order.

    A content that was read before, or stands twice in a batch, is read once. Batches are
    committed in order, so this may be killed at any instant and run again. `stop` is asked
    after each batch.
    """
    path = reader or packaged()
    annotators: list[Annotator] = build_all("groundswell.annotators")
    linked = link(store, build_all("groundswell.linkers"), stop=stop)
    name, readings = _desk_readings(store, desk, path, annotators)
    recipe = prepare(annotators, desk, lambda text: readings[text], name)
    save_recipe(store, recipe)
    with _workers(processes, path, annotators, desk, readings) as labeller:
        labelled, read = _label_all(store, recipe, name, labeller, progress, stop)
    return Count(labelled, read, linked)


def makers(store: Store, desk: Desk, *, reader: Path | None = None) -> tuple[str, ...]:
    """The makers of today's recipe, for a snapshot."""
    path = reader or packaged()
    annotators: list[Annotator] = build_all("groundswell.annotators")
    name, readings = _desk_readings(store, desk, path, annotators)
    recipe = prepare(annotators, desk, lambda text: readings[text], name)
    return tuple(sorted(recipe.makers.values()))


def save_recipe(store: Store, recipe: Recipe) -> None:
    """Remember which makers a recipe stands for."""
    with store.write() as writer:
        writer.do(
            "save_recipe", recipe=recipe.id, makers=json.dumps(sorted(recipe.makers.values()))
        )


def _desk_readings(
    store: Store, desk: Desk, path: Path, annotators: Sequence[Annotator]
) -> tuple[str, dict[str, Reading]]:
    """The reader's name, and its reading of every text of the desk that annotators ask for."""
    reader = Reader(path)
    readings: dict[str, Reading] = {}
    fresh: dict[str, Reading] = {}

    def read(text: str) -> Reading:
        if text not in readings:
            kept = stored_reading(store, content_hash(text), reader.name)
            readings[text] = kept or fresh.setdefault(text, reader.read(text))
        return readings[text]

    for annotator in annotators:
        if "desk" in annotator.needs:
            annotator.prepare(desk, read)
    if fresh:
        with store.write() as writer:
            for text, reading in fresh.items():
                save_reading(writer, content_hash(text), reading)
    return reader.name, {text: _kept(reading) for text, reading in readings.items()}


def _kept(reading: Reading) -> Reading:
    return Reading(reader=reading.reader, vector=reading.vector, outputs=reading.outputs)


def stored_reading(store: Store, content: str, reader: str) -> Reading | None:
    """What a reader saw in a content, if it has read it."""
    row = store.one("reading", content=content, reader=reader)
    if row is None:
        return None
    outputs = {name: tuple(values) for name, values in json.loads(row["outputs"]).items()}
    return Reading(reader=reader, vector=np.frombuffer(row["vector"], np.int8), outputs=outputs)


def save_reading(writer: Writer, content: str, reading: Reading) -> None:
    """Keep a reading by content hash."""
    writer.do(
        "save_reading",
        content=content,
        reader=reading.reader,
        vector=reading.vector.tobytes(),
        outputs=json.dumps({k: list(v) for k, v in reading.outputs.items()}, sort_keys=True),
    )


@contextmanager
def _workers(processes: int, *parts: Any) -> Iterator[Labeller]:
    """Something that labels tasks in order: this process, or one worker a core."""
    if processes <= 1:
        bench = Bench(*parts)
        yield lambda tasks: map(bench.label, tasks)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, _start_worker, parts) as pool:
        yield lambda tasks: pool.imap(_work, tasks, chunksize=4)


def _start_worker(*parts: Any) -> None:
    global _bench  # a worker process has one bench for its life
    _bench = Bench(*parts)


def _work(task: Task) -> Labels:
    assert _bench is not None
    return _bench.label(task)


def _label_all(
    store: Store,
    recipe: Recipe,
    reader: str,
    labeller: Labeller,
    progress: Progress,
    stop: Callable[[], bool],
) -> tuple[int, int]:
    """Batch after batch; while workers label one, the one before is committed."""
    known = {row["recipe"]: json.loads(row["makers"]) for row in store.rows("recipes")}
    after = labelled = read = 0
    pending: tuple[list[Row], list[Task], list[Labels]] | None = None
    memory: dict[str, Reading] = {}
    while True:
        rows = store.rows("unlabelled", recipe=recipe.id, after=after, limit=BATCH)
        tasks = _tasks(store, rows, recipe, reader, memory, known)
        results = labeller(tasks)
        if pending:
            read += _commit(store, recipe, *pending)
            labelled += len(pending[0])
            progress(len(pending[0]))
        if not rows or stop():
            return labelled, read
        done = list(results)
        memory = {
            task.records[0].content: labels.reading
            for task, labels in zip(tasks, done, strict=True)
            if labels.reading
        }
        pending = (rows, tasks, done)
        after = rows[-1]["seq_from"]


def _tasks(
    store: Store,
    rows: Sequence[Row],
    recipe: Recipe,
    reader: str,
    memory: dict[str, Reading],
    known: dict[str, list[str]],
) -> list[Task]:
    """One task per content and set of stale layers, in log order."""
    tasks: dict[tuple[str, frozenset[str]], list[Row]] = {}
    for row in rows:
        before = store.one("labelled_by", id=row["id"])
        same = before is not None and before["version"] == row["seq_from"]
        layers = recipe.stale(known.get(before["recipe"], []) if before and same else [])
        tasks.setdefault((row["content"], layers), []).append(row)
    return [
        Task(
            tuple(as_record(row) for row in group),
            memory.get(content) or stored_reading(store, content, reader),
            layers,
            _layers_of(store, group[0]["id"]) if len(layers) < len(recipe.makers) else {},
        )
        for (content, layers), group in tasks.items()
    ]


def _layers_of(store: Store, record_id: str) -> dict[str, tuple[Annotation, ...]]:
    layers: dict[str, tuple[Annotation, ...]] = {}
    for row in store.rows("current_annotations", id=record_id):
        made = Annotation(
            layer=row["layer"],
            value=row["value"],
            score=row["score"],
            start=row["start"],
            stop=row["stop"],
        )
        layers[row["layer"]] = (*layers.get(row["layer"], ()), made)
    return layers


def _commit(
    store: Store, recipe: Recipe, rows: Sequence[Row], tasks: Sequence[Task], done: Sequence[Labels]
) -> int:
    """Save a batch as one entry of the log; return how many texts were read for it."""
    by_id = {row["id"]: row for row in rows}
    with store.write() as writer:
        seq = writer.entry("annotations", recipe.id)
        for task, labels in zip(tasks, done, strict=True):
            if labels.fresh and labels.reading:
                save_reading(writer, task.records[0].content, labels.reading)
            for record, layers in zip(task.records, labels.layers, strict=True):
                _save_layers(writer, by_id[record.id], seq, recipe, layers)
    return sum(labels.fresh for labels in done)


def _save_layers(
    writer: Writer, row: Row, seq: int, recipe: Recipe, layers: Mapping[str, Sequence[Annotation]]
) -> None:
    for layer, labels in layers.items():
        writer.do("close_layer", id=row["id"], layer=layer, seq=seq)
        writer.many(
            "insert_annotation",
            (
                {
                    "id": row["id"],
                    "layer": layer,
                    "n": n,
                    "value": a.value,
                    "score": a.score,
                    "start": a.start,
                    "stop": a.stop,
                    "maker": recipe.makers[layer],
                    "seq": seq,
                }
                for n, a in enumerate(labels)
            ),
        )
    writer.do("set_labelled", id=row["id"], version=row["seq_from"], recipe=recipe.id)
    mark_dirty(writer, row["day"], row["community"])
