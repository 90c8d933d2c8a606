"""Learning a cascade for a desk from what the full reader kept of a firehose in this store.

A logistic regression on the places of cascade.py, both kinds weighted alike, by gradient steps that
shrink where they were large (Duchi et al., "Adaptive subgradient methods", 2011). The threshold is
chosen on the newest records, which taught nothing. Of n of them that join a beat, the k-th lowest
score is the threshold, k being the largest number for which a share of `RECALL` of all such records
lies at or above it with `SURE` confidence, whatever the distribution (Wilks, "Determination of
sample sizes for setting tolerance limits", 1941). Under 299 there is no such k, and nothing is
learnt.
"""

from __future__ import annotations

import math
import os
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from groundswell.desk import Desk
from groundswell.errors import UsageError
from groundswell.label.bench import Bench, Task
from groundswell.label.cascade import PLACES, Cascade, places, read_anyway
from groundswell.label.ready import TEACHERS, Ready, cascade_file, make_ready, stored_cascade
from groundswell.label.reader import packaged
from groundswell.label.tasks import as_reading
from groundswell.stats.tolerance import least_size, lowest_rank, share_above
from groundswell.store import Store
from groundswell.store.records import as_record

RECALL, SURE = 0.99, 0.95
MOST = 200_000  # newest records learnt from
HELD = 3  # the newest third is held out
ROUNDS, STEP, DECAY = 80, 0.5, 1e-4  # of the regression
WHOLE = 32_000  # the largest weight as a whole number
SURELY = 60.0  # a score no text reaches
Floats = npt.NDArray[np.float64]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One record as the full reader sorted it: the places of its words, whether it joins a beat,
    whether it names an entity, and whether it was read for no other reason than to be read."""

    places: array[int]
    joins: bool
    names: bool
    unchosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Distilled:
    """How a cascade was learnt and what it did on records held out.

    `taught` records taught it. Of `held` newer ones `held_kept` join a beat and `found` of those are
    still read; `recall` is the share of all such that is read, at least, with 95 % confidence.
    `left_out` is the share of the other held-out records that is not read, in thousandths.
    """

    taught: int
    held: int
    held_kept: int
    found: int
    recall: float
    left_out: int


def distil(
    store: Store, desk: Desk, *, reader: Path | None = None, progress: Progress = lambda _: None
) -> Distilled:
    """Learn a cascade for the desk's firehoses and keep it beside the state file.

    What the reader saw is taken from the store and sorted by today's beats and names, so a changed
    desk is learnt without reading anything again. UsageError when the desk has no firehose, or when
    too few records joined a beat to know what would be missed.
    """
    if not desk.firehoses:
        raise UsageError("the desk marks no source, community or group as a firehose; set "
                         "firehose = true there, or go without: see docs/label.md")  # fmt: skip
    ready = make_ready(store, desk, reader or packaged())
    through = _read_through(store)
    newest = list(_examples(store, ready, reader or packaged(), through, progress))
    makers = tuple(ready.recipe.makers[name] for name in TEACHERS)
    cascade, told = learn(newest[::-1], makers, through)
    save(cascade_file(store.path), cascade)
    return told


def learn(
    examples: Sequence[Example], makers: tuple[str, ...], through: int
) -> tuple[Cascade, Distilled]:
    """A cascade and its figures from examples in the order they were published."""
    free = [n for n, example in enumerate(examples) if example.unchosen]
    first = free[-(len(free) // HELD)] if len(free) >= HELD else 0
    taught = examples[:first]
    held = [examples[n] for n in free if n >= first]
    joined = [example for example in held if example.joins]
    rank = lowest_rank(len(joined), RECALL, SURE)
    if not rank or not any(e.joins for e in taught) or all(e.joins for e in taught):
        raise UsageError(_too_few(len(free), sum(e.joins for e in examples), len(joined)))
    weights, bias = fitted([e.places for e in taught], [e.joins for e in taught])
    unit = float(np.abs(weights).max()) / WHOLE or 1.0
    whole = array("h", np.rint(weights / unit).astype(np.int16).tolist())
    draft = Cascade(makers=makers, weights=whole, unit=unit, bias=bias, threshold=0.0)
    scores = sorted(SURELY if e.names else draft.score_of(e.places) for e in joined)
    threshold = scores[rank - 1]
    others = [e for e in held if not e.joins]
    left = sum(not e.names and draft.score_of(e.places) < threshold for e in others)
    told = Distilled(
        taught=len(taught), held=len(held), held_kept=len(joined),
        found=sum(score >= threshold for score in scores),
        recall=share_above(len(joined), rank, SURE),
        left_out=round(1000 * left / max(len(others), 1)),
    )  # fmt: skip
    made = Cascade(makers=makers, weights=whole, unit=unit, bias=bias, threshold=threshold,
                   through=through, told=asdict(told))  # fmt: skip
    return made, told


def fitted(texts: Sequence[Sequence[int]], kept: Sequence[bool]) -> tuple[Floats, float]:
    """Weights of all places and the bias of a logistic regression; both kinds weigh the same."""
    sizes = np.array([len(text) for text in texts])
    where = np.fromiter(chain.from_iterable(texts), np.int32, int(sizes.sum()))
    owner = np.repeat(np.arange(len(texts)), sizes)
    scale = 1 / np.sqrt(np.maximum(sizes, 1))
    said = np.asarray(kept, np.float64)
    share = np.where(said > 0, 0.5 / said.sum(), 0.5 / (len(said) - said.sum()))
    weights, bias = np.zeros(PLACES), 0.0
    moved, moved_bias = np.full(PLACES, 1e-12), 1e-12
    for _ in range(ROUNDS):
        sums = np.bincount(owner, weights[where], minlength=len(texts))
        score = bias + scale * sums
        pull = share * (1 / (1 + np.exp(-np.clip(score, -SURELY, SURELY))) - said)
        slope = np.bincount(where, (pull * scale)[owner], minlength=PLACES) + DECAY * weights
        moved += slope**2
        weights -= STEP * slope / np.sqrt(moved)
        moved_bias += float(pull.sum()) ** 2
        bias -= STEP * float(pull.sum()) / math.sqrt(moved_bias)
    return weights, bias


def save(file: Path, cascade: Cascade) -> None:
    """Write a cascade whole or not at all."""
    draft = file.with_name(f"{file.name}.draft")
    draft.write_text(cascade.pack() + "\n", "utf-8")
    os.replace(draft, file)


def _examples(
    store: Store, ready: Ready, path: Path, through: int, progress: Progress
) -> Iterator[Example]:
    """What of the firehoses was read, each content once, newest first."""
    makers = [a for a in ready.annotators if a.layer in TEACHERS]
    bench = Bench(path, makers, ready.desk, ready.readings)
    seen: set[str] = set()
    for row in store.stream("distil_rows", reader=ready.reader):
        own = ready.desk.is_firehose(row["stream"], row["community"], row["source"])
        if not own or row["content"] in seen:
            continue
        seen.add(row["content"])
        record, reading = as_record(row), as_reading(row, ready.reader)
        made = bench.label(Task((record,), reading, frozenset(TEACHERS), {})).layers[0]
        yield Example(
            places=array("i", sorted(places(record.body))), joins=bool(made["beats"]),
            names=bool(made["entities"]),
            unchosen=row["seq_from"] <= through or read_anyway(row["content"]),
        )  # fmt: skip
        progress(1)
        if len(seen) == MOST:
            return


def _read_through(store: Store) -> int:
    """The last entry of the log up to which the firehoses were read in full: all that is labelled
    while no cascade ever left anything out, or what the cascade before this one knew."""
    if _at(store, "distil_since"):
        before = stored_cascade(cascade_file(store.path))
        return before.through if before else 0
    waiting = _at(store, "distil_before")
    return waiting - 1 if waiting else store.seq()


def _at(store: Store, name: str) -> int:
    row = store.one(name)
    return int(row["seq"] or 0) if row else 0


def _too_few(read: int, kept: int, held_kept: int) -> str:
    return (
        f"{read:,} records of the firehose were read and {kept:,} joined a beat; {held_kept:,} of "
        f"those are among the newest third, and {least_size(RECALL, SURE):,} are needed there to "
        f"know that {RECALL:.0%} of what is for this desk would be found: label more of it first"
    )
