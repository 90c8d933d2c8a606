"""The workers' side of labelling: read new contents, run annotators. Pure, one core each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path

from groundswell.desk import Desk
from groundswell.label.annotator import Annotator
from groundswell.label.reader import Reader
from groundswell.label.recipe import GIVEN, LANGUAGE, in_order
from groundswell.types import Annotation, Item, Reading, Record
from groundswell.types.reading import TOWARDS


@dataclass(frozen=True, slots=True)
class Task:
    """All records of one content in a batch, their kept reading if there is one, and the
    layers to make; layers made before stand in `known`."""

    records: tuple[Record, ...]
    reading: Reading | None
    layers: frozenset[str]
    known: Mapping[str, tuple[Annotation, ...]]


@dataclass(frozen=True, slots=True)
class Labels:
    """What came of a task: the reading if it is new, and the labels of each record by layer."""

    reading: Reading | None
    fresh: bool
    layers: tuple[Mapping[str, tuple[Annotation, ...]], ...]


class Bench:
    """A reader and prepared annotators in one process. Made once per worker."""

    def __init__(
        self,
        path: Path,
        annotators: Sequence[Annotator],
        desk: Desk,
        readings: Mapping[str, Reading],
    ) -> None:
        self.reader = Reader(path)
        self._annotators = in_order(annotators)
        for annotator in self._annotators:
            annotator.prepare(desk, lambda text: readings[text])

    def label(self, task: Task) -> Labels:
        """Label the records of one content, reading it only if nobody has, or nobody has asked
        about what the desk asks about now."""
        reading, fresh, made = task.reading, False, []
        asked = self._asked(task)
        for record in task.records:
            layers = dict(task.known)
            for annotator in self._annotators:
                if annotator.layer not in task.layers:
                    continue
                if "reading" in annotator.needs:
                    if not self._readable(layers):
                        layers[annotator.layer] = ()
                        continue
                    if reading is None or asked - reading.outputs.keys():
                        reading, fresh = self._read(record.body, reading, asked), True
                layers[annotator.layer] = _apply(annotator, record, reading, layers)
            made.append({name: layers[name] for name in task.layers})
        return Labels(reading, fresh, tuple(made))

    def _readable(self, layers: Mapping[str, tuple[Annotation, ...]]) -> bool:
        """Whether the reader declares the record's language; too short to tell is read."""
        language = layers.get(LANGUAGE, ())
        return not language or language[0].value in (*self.reader.languages, "und")

    def _asked(self, task: Task) -> AbstractSet[str]:
        """The answers about targets that the layers to be made will look for."""
        if not self.reader.tells_attitudes:
            return frozenset()
        body = task.records[0].body
        asking = [a for a in self._annotators if a.layer in task.layers and hasattr(a, "asks")]
        return {TOWARDS + target for annotator in asking for target in annotator.asks(body)}

    def _read(self, body: str, before: Reading | None, asked: AbstractSet[str]) -> Reading:
        """What is kept of a reading, with the answers of the one before; labels never depend on
        what is not kept."""
        known = {name for name in (before.outputs if before else ()) if name.startswith(TOWARDS)}
        targets = sorted(name.removeprefix(TOWARDS) for name in asked | known)
        return replace(self.reader.read(body, targets), states=None, offsets=None)


def _apply(
    annotator: Annotator,
    record: Record,
    reading: Reading | None,
    layers: Mapping[str, tuple[Annotation, ...]],
) -> tuple[Annotation, ...]:
    asked = {need: layers.get(need, ()) for need in annotator.needs if need not in GIVEN}
    given = reading if "reading" in annotator.needs else None
    return tuple(annotator(Item(record=record, reading=given, layers=asked)))
