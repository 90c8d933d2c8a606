"""Label: linkers compare the records; then each is read once and labelled by pure annotators."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groundswell.desk import Desk
from groundswell.label.bench import Bench, Labels, Task
from groundswell.label.cascade import OUT
from groundswell.label.link import link
from groundswell.label.reader import packaged
from groundswell.label.ready import make_ready, save_reading
from groundswell.label.recipe import FIREHOSE, Recipe
from groundswell.label.tasks import Tasks, stored_reading
from groundswell.registry import build_all
from groundswell.store import Row, Store, Writer
from groundswell.store.records import mark_dirty
from groundswell.types import Annotation, Reading

__all__ = ["Count", "label", "makers", "save_recipe", "stored_reading"]

BATCH = 256  # records committed together
Progress = Callable[[int], None]
Labeller = Callable[[Sequence[Task]], Iterator[Labels]]
_bench: Bench | None = None  # one per worker process


@dataclass(frozen=True, slots=True)
class Count:
    """What a run labelled and linked, how many texts the encoder really read, and how many records
    the cascade left out; `note` says why a firehose's cascade was not used."""

    labelled: int
    read: int
    linked: int
    left_out: int = 0
    note: str = ""


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
    linked = link(store, build_all("groundswell.linkers"), stop=stop)
    ready = make_ready(store, desk, path)
    save_recipe(store, ready.recipe)
    tasks = Tasks(store, ready.desk, ready.recipe, ready.reader)
    with _workers(processes, path, ready.annotators, ready.desk, ready.readings) as labeller:
        done = _label_all(store, ready.recipe, tasks, labeller, progress, stop)
    return Count(done.labelled, done.read, linked, done.left_out, ready.note)


def makers(store: Store, desk: Desk, *, reader: Path | None = None) -> tuple[str, ...]:
    """The makers of today's recipe, for a snapshot."""
    recipe = make_ready(store, desk, reader or packaged()).recipe
    return tuple(sorted(recipe.makers.values()))


def save_recipe(store: Store, recipe: Recipe) -> None:
    """Remember which makers a recipe stands for."""
    with store.write() as writer:
        writer.do(
            "save_recipe", recipe=recipe.id, makers=json.dumps(sorted(recipe.makers.values()))
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
    tasks: Tasks,
    labeller: Labeller,
    progress: Progress,
    stop: Callable[[], bool],
) -> Count:
    """Batch after batch; while workers label one, the one before is committed."""
    after = labelled = read = left_out = 0
    pending: tuple[list[Row], list[Task], list[Labels]] | None = None
    memory: dict[str, Reading] = {}
    while True:
        rows = store.rows("unlabelled", recipe=recipe.id, after=after, limit=BATCH)
        todo = tasks.of(rows, memory)
        results = labeller(todo)
        if pending:
            _commit(store, recipe, *pending)
            labelled += len(pending[0])
            read += sum(labels.fresh for labels in pending[2])
            left_out += sum(map(_left_out, pending[2]))
            progress(len(pending[0]))
        if not rows or stop():
            return Count(labelled, read, 0, left_out)
        done = list(results)
        memory = {
            task.content: labels.reading
            for task, labels in zip(todo, done, strict=True)
            if labels.reading
        }
        pending = (rows, todo, done)
        after = rows[-1]["seq_from"]


def _left_out(labels: Labels) -> int:
    """How many records of a task the cascade left out."""
    return sum(any(a.value == OUT for a in layers.get(FIREHOSE, ())) for layers in labels.layers)


def _commit(
    store: Store, recipe: Recipe, rows: Sequence[Row], tasks: Sequence[Task], done: Sequence[Labels]
) -> None:
    """Save a batch as one entry of the log."""
    by_id = {row["id"]: row for row in rows}
    with store.write() as writer:
        seq = writer.entry("annotations", recipe.id)
        for task, labels in zip(tasks, done, strict=True):
            if labels.fresh and labels.reading:
                save_reading(writer, task.content, labels.reading)
            for record, layers in zip(task.records, labels.layers, strict=True):
                _save_layers(writer, by_id[record.id], seq, recipe, layers)


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
