"""Label: linkers compare the records; then each is read once and labelled by pure annotators."""

from __future__ import annotations

import json
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from groundswell.desk import Desk
from groundswell.errors import QuotaExhausted, Silent, Throttled, Upstream
from groundswell.label.answers import StoredAnswers
from groundswell.label.bench import Bench, Labels, Task
from groundswell.label.cascade import OUT
from groundswell.label.choice import chosen, open_reader
from groundswell.label.link import link
from groundswell.label.part import Means, Reads, Remote, remote_parts
from groundswell.label.ready import Ready, make_ready, save_reading
from groundswell.label.recipe import FIREHOSE, Recipe
from groundswell.label.tasks import Tasks, stored_reading
from groundswell.registry import build_all
from groundswell.store import Row, Store, Writer
from groundswell.store.place import LABELLED, Place
from groundswell.store.records import mark_dirty
from groundswell.types import Annotation, Reading

__all__ = ["Count", "Means", "foresee", "label", "makers", "save_recipe", "stored_reading"]

BATCH = 256  # records committed together
SWEEP = 64
ASKING = 32  # records committed together where a server is asked, which takes seconds for each
Progress = Callable[[int], None]
Labeller = Callable[[Sequence[Task]], Iterator[Labels]]
_bench: Bench | None = None  # one per worker process


@dataclass(frozen=True, slots=True)
class Count:
    """What a run labelled and linked, how many texts the encoder really read, and how many records
    the cascade left out; `note` says, a line each, why a firehose's cascade was not used, what
    asking a server came to, and why it ended early."""

    labelled: int
    read: int
    linked: int
    left_out: int = 0
    note: str = ""

    @property
    def told_out(self) -> str:
        """What of a firehose was left out, as the end of a sentence; "" when nothing was."""
        return f", {self.left_out:,} of a firehose left out" if self.left_out else ""


def label(
    store: Store,
    desk: Desk,
    *,
    processes: int = 1,
    reader: Path | None = None,
    means: Means | None = None,
    progress: Progress = lambda _: None,
    stop: Callable[[], bool] = bool,
) -> Count:
    """Link and label everything not yet labelled by today's makers, in log order.

    A content that was read before, or stands twice in a batch, is read once. Batches are
    committed in order, so this may be killed at any instant and run again. `stop` is asked
    after each batch. A reader with parts that ask a server needs `means` and works in this
    process; it ends early, with a note, when a budget is spent or the server is out of reach.
    """
    source = chosen(desk, reader)
    linked = link(store, build_all("groundswell.linkers"), stop=stop)
    opened = open_reader(source, _with_store(means, store))
    ready, remote = make_ready(store, desk, opened), remote_parts(opened)
    save_recipe(store, ready.recipe)
    sends = not all(part.here for part in remote)
    tasks = Tasks(store, ready.desk, ready.recipe, ready.reader, sends=sends)
    parts = (ready.annotators, ready.desk, ready.readings)
    if remote and means:
        for texts, line in _foreseen(store, ready, remote):
            if texts:
                means.tell(line)
    if remote:
        crew, batch = _askers(opened, *parts), ASKING
    else:
        crew, batch = _workers(processes, opened if processes <= 1 else source, *parts), BATCH
    del opened  # workers open it themselves
    with crew as labeller:
        done = _label_all(store, ready.recipe, tasks, labeller, progress, stop, batch)
    notes = (ready.note, *(part.told() for part in remote), done.note)
    return replace(done, linked=linked, note="\n".join(filter(None, notes)))


def foresee(store: Store, desk: Desk) -> list[str]:
    """What labelling now would have servers asked, and what that costs at most, a line each."""
    opened = open_reader(chosen(desk), _with_store(Means(clock=store.clock), store))
    ready = make_ready(store, desk, opened)
    return [line for _, line in _foreseen(store, ready, remote_parts(opened))]


def _foreseen(
    store: Store, ready: Ready, remote: Sequence[Remote]
) -> Iterator[tuple[int, str]]:  # fmt: skip
    """How many texts each part may be asked about, and what that costs, in words."""
    for part in remote:
        for row in store.rows("unasked", recipe=ready.recipe.id, reader=part.name):
            yield row["texts"], part.foresee(row["texts"], row["size"])


def _with_store(means: Means | None, store: Store) -> Means | None:
    """The same, with the answers that the store keeps, and the bill beside its file."""
    if means is None:
        return None
    return replace(means, kept=StoredAnswers(store), bill=store.path.with_suffix(".bill"))


def makers(store: Store, desk: Desk, *, reader: Path | None = None) -> tuple[str, ...]:
    """The makers of today's recipe, for a snapshot."""
    recipe = make_ready(store, desk, chosen(desk, reader)).recipe
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
        yield lambda tasks: chain.from_iterable(map(bench.label_all, _swept(tasks)))
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, _start_worker, parts) as pool:
        yield lambda tasks: chain.from_iterable(pool.imap(_work, _swept(tasks)))


@contextmanager
def _askers(reader: Reads, *parts: Any) -> Iterator[Labeller]:
    """Something that labels tasks in order in this process, waiting for servers in threads."""
    bench = Bench(reader, *parts)
    at_once = max(part.at_once for part in remote_parts(reader))
    with ThreadPoolExecutor(at_once, "ask") as pool:

        def labelled(tasks: Sequence[Task]) -> Iterator[Labels]:
            waiting: deque[Future[Labels]] = deque()
            for task in tasks:
                waiting.append(pool.submit(bench.label, task))
                if len(waiting) >= at_once:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

        yield labelled


def _start_worker(*parts: Any) -> None:
    global _bench  # a worker process has one bench for its life
    _bench = Bench(*parts)


def _work(tasks: Sequence[Task]) -> list[Labels]:
    assert _bench is not None
    return _bench.label_all(tasks)


def _swept(tasks: Sequence[Task]) -> Iterator[Sequence[Task]]:
    """So many tasks as are labelled in one go."""
    return (tasks[n : n + SWEEP] for n in range(0, len(tasks), SWEEP))


def _label_all(
    store: Store,
    recipe: Recipe,
    tasks: Tasks,
    labeller: Labeller,
    progress: Progress,
    stop: Callable[[], bool],
    batch: int = BATCH,
) -> Count:
    """Batch after batch; while workers label one, the one before is committed."""
    place = Place.of(store, LABELLED, recipe.id)
    again = store.one("first_unlabelled")  # a copy whose original is gone
    after = min(place.after, again["seq_from"] - 1) if again else place.after
    labelled = read = left_out = 0
    pending: tuple[list[Row], list[Task], list[Labels]] | None = None
    memory: dict[str, Reading] = {}
    while True:
        rows = store.rows("unlabelled", recipe=recipe.id, after=after, limit=batch)
        todo = tasks.of(rows, memory)
        results = labeller(todo)
        if pending:
            _commit(store, recipe, place, *pending)
            labelled += len(pending[0])
            read += sum(labels.fresh for labels in pending[2])
            left_out += sum(map(_left_out, pending[2]))
            progress(len(pending[0]))
        if not rows or stop():
            return Count(labelled, read, 0, left_out)
        try:
            done = list(results)
        except (QuotaExhausted, Silent, Throttled, Upstream) as problem:
            return Count(labelled, read, 0, left_out, f"{problem}; what was answered is kept")
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
    store: Store, recipe: Recipe, place: Place, rows: Sequence[Row], tasks: Sequence[Task],
    done: Sequence[Labels],
) -> None:  # fmt: skip
    """Save a batch as one entry of the log."""
    by_id = {row["id"]: row for row in rows}
    with store.write() as writer:
        seq = writer.entry("annotations", recipe.id)
        made: list[dict[str, Any]] = []
        for task, labels in zip(tasks, done, strict=True):
            if labels.fresh and labels.reading:
                save_reading(writer, task.content, labels.reading)
            for record, layers in zip(task.records, labels.layers, strict=True):
                _close_layers(writer, record.id, seq, layers)
                made += _as_columns(record.id, seq, recipe, layers)
                version = by_id[record.id]["seq_from"]
                writer.do("set_labelled", id=record.id, version=version, recipe=recipe.id)
        writer.many("insert_annotation", made)
        for day, community in sorted({(row["day"], row["community"]) for row in rows}):
            mark_dirty(writer, day, community)
        place.reach(writer, rows[-1]["seq_from"])


def _close_layers(writer: Writer, record_id: str, seq: int, layers: Iterable[str]) -> None:
    """End the labels of a record that are made anew."""
    held = {row["layer"] for row in writer.rows("current_annotations", id=record_id)}
    for layer in held.intersection(layers):
        writer.do("close_layer", id=record_id, layer=layer, seq=seq)


def _as_columns(
    record_id: str, seq: int, recipe: Recipe, layers: Mapping[str, Sequence[Annotation]]
) -> Iterator[dict[str, Any]]:
    """The rows of new labels."""
    for layer, labels in layers.items():
        for n, a in enumerate(labels):
            yield {
                "id": record_id,
                "layer": layer,
                "n": n,
                "value": a.value,
                "score": a.score,
                "start": a.start,
                "stop": a.stop,
                "maker": recipe.makers[layer],
                "seq": seq,
            }
