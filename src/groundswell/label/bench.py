"""The workers' side of labelling: read new contents, run annotators. Pure, one core each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from pathlib import Path

from groundswell.desk import Desk
from groundswell.label.annotator import Annotator
from groundswell.label.cascade import OUT
from groundswell.label.reader import Reader
from groundswell.label.recipe import FIREHOSE, GIVEN, LANGUAGE, in_order
from groundswell.types import Annotation, Item, Reading, Record, content_hash
from groundswell.types.reading import TOWARDS

Layers = Mapping[str, tuple[Annotation, ...]]


@dataclass(frozen=True, slots=True)
class Task:
    """All records of a batch that are read by the same words, and the layers to make.

    `reading` is what is kept of those words, if anything. Layers made before stand in `known`, by
    record. `targets` are asked about besides what the annotators ask. `firehose` holds the ids of
    records that may be left out unread. `words` are those of a lead, where copies are read by them
    and it is not among the records itself.
    """

    records: tuple[Record, ...]
    reading: Reading | None
    layers: frozenset[str]
    known: Mapping[str, Layers]
    targets: tuple[str, ...] = ()
    firehose: frozenset[str] = field(default=frozenset())
    words: str | None = None

    @property
    def body(self) -> str:
        """What is read."""
        return self.records[0].body if self.words is None else self.words

    @property
    def content(self) -> str:
        """Its content hash, under which the reading is kept."""
        return content_hash(self.body)


@dataclass(frozen=True, slots=True)
class Labels:
    """What came of a task: the reading if it is new, and the labels of each record by layer."""

    reading: Reading | None
    fresh: bool
    layers: tuple[Layers, ...]


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
        asked: AbstractSet[str] | None = None
        for record in task.records:
            layers = dict(task.known.get(record.id, {}))
            for annotator in self._annotators:
                if annotator.layer not in task.layers:
                    continue
                if not self._called(annotator, task, record, layers):
                    layers[annotator.layer] = ()
                    continue
                if "reading" in annotator.needs:
                    asked = self._asked(task) if asked is None else asked
                    if reading is None or asked - reading.outputs.keys():
                        reading, fresh = self._read(task.body, reading, asked), True
                layers[annotator.layer] = _apply(annotator, record, _fit(reading, record, task),
                                                 layers)  # fmt: skip
            made.append({name: layers[name] for name in task.layers})
        return Labels(reading, fresh, tuple(made))

    def _called(self, annotator: Annotator, task: Task, record: Record, layers: Layers) -> bool:
        """Whether an annotator is called: readings are for records that are read, and the cascade
        is asked about what comes from a firehose and would be read."""
        if annotator.layer == FIREHOSE:
            return record.id in task.firehose and self._readable(layers)
        left_out = any(label.value == OUT for label in layers.get(FIREHOSE, ()))
        return "reading" not in annotator.needs or (self._readable(layers) and not left_out)

    def _readable(self, layers: Layers) -> bool:
        """Whether the reader declares the record's language; too short to tell is read."""
        language = layers.get(LANGUAGE, ())
        return not language or language[0].value in (*self.reader.languages, "und")

    def _asked(self, task: Task) -> AbstractSet[str]:
        """The answers about targets that the layers to be made will look for."""
        if not self.reader.tells_attitudes:
            return frozenset()
        asking = [a for a in self._annotators if a.layer in task.layers and hasattr(a, "asks")]
        bodies = dict.fromkeys(record.body for record in task.records)
        asked = [name for body in bodies for annotator in asking for name in annotator.asks(body)]
        return {TOWARDS + target for target in (*asked, *task.targets)}

    def _read(self, body: str, before: Reading | None, asked: AbstractSet[str]) -> Reading:
        """What is kept of a reading, with the answers of the one before; labels never depend on
        what is not kept."""
        known = {name for name in (before.outputs if before else ()) if name.startswith(TOWARDS)}
        targets = sorted(name.removeprefix(TOWARDS) for name in asked | known)
        return replace(self.reader.read(body, targets), states=None, offsets=None)


def _fit(reading: Reading | None, record: Record, task: Task) -> Reading | None:
    """The reading as it fits a record: places in the lead's words are none in those of a copy."""
    if reading is None or "spans" not in reading.outputs or record.body == task.body:
        return reading
    outputs = {name: values for name, values in reading.outputs.items() if name != "spans"}
    return replace(reading, outputs=outputs)


def _apply(
    annotator: Annotator,
    record: Record,
    reading: Reading | None,
    layers: Layers,
) -> tuple[Annotation, ...]:
    asked = {need: layers.get(need, ()) for need in annotator.needs if need not in GIVEN}
    given = reading if "reading" in annotator.needs else None
    return tuple(annotator(Item(record=record, reading=given, layers=asked)))
