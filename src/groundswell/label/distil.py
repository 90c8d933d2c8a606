"""Learning a cascade for a desk from what the full reader kept of a firehose in this store.

Weights are fitted to the gate's own score, how far a record lies above what a beat asks: see
regress.py. The threshold is chosen on the newest records, which taught nothing: of n of them that
join a beat, the k-th lowest score, k being the largest number for which a share of `RECALL` of all
such records lies at or above it with `SURE` confidence (stats/tolerance.py). Under 299 there is no
such k, and nothing is learnt.
"""

from __future__ import annotations

import math
import os
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from groundswell.desk import Desk
from groundswell.errors import UsageError
from groundswell.label.annotator import Annotator
from groundswell.label.cascade import PLACES, Cascade, places, read_anyway, words_of
from groundswell.label.choice import chosen, open_reader
from groundswell.label.gate import Gate
from groundswell.label.ready import TEACHERS, Ready, cascade_file, make_ready, stored_cascade
from groundswell.label.regress import Lore, lore, ridge
from groundswell.label.tasks import as_reading
from groundswell.stats.tolerance import least_size, lowest_rank, share_above
from groundswell.store import Row, Store
from groundswell.store.records import as_record
from groundswell.types import Item, Record

RECALL, SURE = 0.99, 0.95
MOST = 200_000  # newest records learnt from
HELD = 3  # the newest third is held out
VOCABULARY = 20_000  # words whose vectors are read, the most frequent
WHOLE = 32_000  # the largest weight as a whole number
SURELY = 60.0  # a score no text reaches
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One record as the full reader sorted it: the places of its words, how far it lies above what
    a beat asks (log odds), whether it joins one, whether it names an entity, and whether it would
    have been read without any cascade."""

    places: array[int]
    margin: float
    joins: bool
    names: bool
    unchosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """Examples, newest first, and in how many of them each word occurs."""

    newest: list[Example] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def common(self) -> dict[str, int]:
        """The most frequent words that occur more than once."""
        ranked = sorted(self.counts.items(), key=lambda pair: (-pair[1], pair[0]))
        return {word: n for word, n in ranked[:VOCABULARY] if n > 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Distilled:
    """How a cascade was learnt and what it did on records held out.

    `taught` records taught it. Of `held` newer ones `held_kept` join a beat, and `found` of those
    are still read; `recall` is the share of all such that is read, at least, with 95 % confidence.
    `left_out` is the share of the other held-out records that is not read, in thousandths.
    """

    taught: int
    held: int
    held_kept: int
    found: int
    recall: float
    left_out: int


def distil(
    store: Store,
    desk: Desk,
    *,
    reader: Path | None = None,
    progress: Progress = lambda _: None,
) -> Distilled:
    """Learn a cascade for the desk's firehoses and keep it beside the state file.

    What the reader saw is taken from the store and sorted by today's beats and names, so a changed
    desk is learnt without reading anything again. UsageError when the desk has no firehose, or when
    too few records joined a beat to know what would be missed. `progress` counts records, then
    words.
    """
    if not desk.firehoses:
        raise UsageError("the desk marks no source, community or group as a firehose; set "
                         "firehose = true there, or go without: see docs/label.md")  # fmt: skip
    own = open_reader(chosen(desk, reader))
    ready = make_ready(store, desk, own)
    through = _read_through(store)
    found = _examples(store, ready, through, progress)
    examples = found.newest[::-1]
    _enough(examples)  # before thousands of words are read

    def vector_of(word: str) -> npt.NDArray[np.int8]:
        progress(1)
        return np.asarray(own.encoder.read(word).vector)

    known = lore(found.common(), vector_of)
    makers = tuple(ready.recipe.makers[name] for name in TEACHERS)
    cascade, told = learn(examples, known, makers=makers, through=through)
    save(cascade_file(store.path), cascade)
    return told


def learn(
    examples: Sequence[Example], known: Lore, *, makers: tuple[str, ...], through: int
) -> tuple[Cascade, Distilled]:
    """A cascade and its figures from examples in the order they were published.

    UsageError when too few of those held out join a beat.
    """
    _enough(examples)
    taught, held = parted(examples)
    joined = [example for example in held if example.joins]
    rank = lowest_rank(len(joined), RECALL, SURE)
    weights, bias = ridge([e.places for e in taught], [e.margin for e in taught], known)
    unit = float(np.abs(weights).max()) / WHOLE or 1.0
    draft = Cascade(makers=makers, weights=_whole(weights / unit), unit=unit, bias=bias,
                    threshold=0.0)  # fmt: skip
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
    made = Cascade(makers=makers, weights=draft.weights, unit=unit, bias=bias,
                   threshold=threshold, through=through, told=asdict(told))  # fmt: skip
    return made, told


def parted(examples: Sequence[Example]) -> tuple[list[Example], list[Example]]:
    """What teaches, and what is held out: the newest third of what no cascade chose."""
    free = [n for n, example in enumerate(examples) if example.unchosen]
    held = set(free[len(free) - len(free) // HELD :])
    return (
        [example for n, example in enumerate(examples) if n not in held],
        [example for n, example in enumerate(examples) if n in held],
    )


def save(file: Path, cascade: Cascade) -> None:
    """Write a cascade whole or not at all."""
    draft = file.with_name(f"{file.name}.draft")
    draft.write_text(cascade.pack() + "\n", "utf-8")
    os.replace(draft, file)


def _enough(examples: Sequence[Example]) -> None:
    """UsageError when what is held out is too little to know what would be missed."""
    _, held = parted(examples)
    joined = sum(e.joins for e in held)
    if not lowest_rank(joined, RECALL, SURE):
        raise UsageError(
            f"{len(examples):,} records of the firehose were read and "
            f"{sum(e.joins for e in examples):,} joined a beat; {joined:,} of those are among the "
            f"newest third, and {least_size(RECALL, SURE):,} are needed there to know that "
            f"{RECALL:.0%} of what is for this desk would be found: label more of it first"
        )


def _examples(store: Store, ready: Ready, through: int, progress: Progress) -> Examples:
    """What of the firehoses was read, each content once."""
    sort = _Sorter(ready)
    made, seen = Examples(), set()
    for row in store.stream("distil_rows", reader=ready.reader):
        own = ready.desk.is_firehose(row["stream"], row["community"], row["source"])
        if not own or row["content"] in seen:
            continue
        seen.add(row["content"])
        record = as_record(row)
        unchosen = row["seq_from"] <= through or read_anyway(row["content"])
        made.newest.append(sort(record, row, unchosen))
        made.counts.update(set(words_of(record.body)))
        progress(1)
        if len(seen) == MOST:
            break
    return made


class _Sorter:
    """Sorts records by the desk's beats and names, from what was kept of their readings."""

    def __init__(self, ready: Ready) -> None:
        self._reader = ready.reader
        self._gate = Gate(ready.desk, lambda text: ready.readings[text])
        self._names: Annotator = next(a for a in ready.annotators if a.layer == "entities")

    def __call__(self, record: Record, row: Row, unchosen: bool) -> Example:
        scores = self._gate.scores(record, np.asarray(as_reading(row, self._reader).vector))
        named: Iterable[object] = self._names(Item(record=record, reading=None, layers={}))
        beats = max(score for name, score in scores.items() if name != "relevance")
        return Example(
            places=array("i", sorted(places(record.body))),
            margin=min(scores["relevance"] - self._asked("relevance"), beats - self._asked("beat")),
            joins=bool(self._gate.joined(scores)), names=any(True for _ in named),
            unchosen=unchosen,
        )  # fmt: skip

    def _asked(self, layer: str) -> float:
        """The log odds from which a record belongs."""
        chance = self._gate.threshold(layer)
        return math.log(chance / (1 - chance))


def _whole(weights: npt.NDArray[np.float64]) -> array[int]:
    made = array("h", np.rint(weights).astype(np.int16).tolist())
    assert len(made) == PLACES
    return made


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
