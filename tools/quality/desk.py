"""Records labelled as the program labels them: the real annotators, a desk, one record at a time.

Nothing is stored and nothing compared between records, so linkers take no part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from groundswell.desk import Desk
from groundswell.label.annotator import Annotator
from groundswell.label.bench import Bench, Task
from groundswell.label.choice import Source, open_reader
from groundswell.label.gate import Gate, likely
from groundswell.registry import build_all
from groundswell.types import Annotation, Reading, Record

Layers = Mapping[str, tuple[Annotation, ...]]


@dataclass(frozen=True, slots=True)
class Told:
    """A record with all its labels; no reading where the reader does not know the language."""

    record: Record
    layers: Layers
    reading: Reading | None

    def values(self, layer: str) -> list[str]:
        """What a layer says, in its order."""
        return [annotation.value for annotation in self.layers[layer]]

    def one(self, layer: str) -> str | None:
        """The only thing a layer says, if it says anything."""
        return next(iter(self.values(layer)), None)

    def about(self, layer: str, subject: str) -> Annotation | None:
        """The first label `<subject>/<value>` of a layer."""
        found = (a for a in self.layers[layer] if a.value.startswith(f"{subject}/"))
        return next(found, None)


class Newsroom:
    """A desk, its prepared annotators and a reader."""

    def __init__(self, desk: Desk, source: Source) -> None:
        self.desk = desk
        reader = open_reader(source)
        readings: dict[str, Reading] = {}

        def read(text: str) -> Reading:
            return readings.setdefault(text, reader.read(text))

        annotators: list[Annotator] = build_all("groundswell.annotators")
        for annotator in annotators:
            annotator.prepare(desk, read)
        self._made = frozenset(annotator.layer for annotator in annotators)
        self._bench = Bench(source, annotators, desk, readings)
        self._gate = Gate(desk, read)

    def label(self, records: Iterable[Record], targets: Sequence[str] = ()) -> list[Told]:
        """Every layer of every record; the reader is asked about `targets` besides."""
        made = []
        for record in records:
            done = self._bench.label(Task((record,), None, self._made, {}, tuple(targets)))
            made.append(Told(record, done.layers[0], done.reading))
        return made

    def chances(self, told: Told) -> GateChances:
        """What the beats gate thinks of a record that was read, thresholds aside."""
        assert told.reading is not None
        return gate_chances(self._gate, told.record, told.reading.vector)

    def name_of(self, slug: str) -> str:
        """An entity's name: the words the reader is asked about."""
        return next(entity.name for entity in self.desk.entities if entity.slug == slug)

    def type_of(self, slug: str) -> str:
        """An entity's type."""
        return next(entity.type for entity in self.desk.entities if entity.slug == slug)


@dataclass(frozen=True, slots=True)
class GateChances:
    """The chance that a record is on topic, whether it is let through, and that of each beat."""

    relevance: float
    through: bool
    beats: Mapping[str, float]


def gate_chances(gate: Gate, record: Record, vector: npt.NDArray[np.int8]) -> GateChances:
    """The gate's chances before its thresholds."""
    found = {name: likely(score) for name, score in gate.scores(record, vector).items()}
    beats = {name.partition("/")[2]: p for name, p in found.items() if name != "relevance"}
    return GateChances(found["relevance"], found["relevance"] >= gate.threshold("relevance"), beats)
