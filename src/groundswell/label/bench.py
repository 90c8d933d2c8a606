"""The workers' side of labelling: read new contents, run annotators. Pure, one core each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from groundswell.desk import Desk
from groundswell.label.annotator import Annotator
from groundswell.label.cascade import OUT
from groundswell.label.choice import Source, open_reader
from groundswell.label.part import Prepares
from groundswell.label.recipe import FIREHOSE, GIVEN, LANGUAGE, in_order
from groundswell.types import Annotation, Item, Reading, Record, content_hash
from groundswell.types.reading import TOWARDS

Layers = Mapping[str, tuple[Annotation, ...]]


@dataclass(frozen=True, slots=True)
class Task:
    """All records of a batch that are read by the same words, and the layers to make.

    `reading` is what is kept of those words, if anything. Layers made before stand in `known`, by
    record. `targets` are asked about besides what the annotators ask. `firehose` holds the ids of
    records that may be left out unread, `withheld` of those whose text may not go to the server
    that the reader asks. `words` are those of a lead, where copies are read by them and it is not
    among the records itself.
    """

    records: tuple[Record, ...]
    reading: Reading | None
    layers: frozenset[str]
    known: Mapping[str, Layers]
    targets: tuple[str, ...] = ()
    firehose: frozenset[str] = field(default=frozenset())
    withheld: frozenset[str] = field(default=frozenset())
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


@dataclass(slots=True)
class _Draft:
    """A task under way: what is read of it, what the reader is asked if it has to read it, and the
    labels of each record so far."""

    task: Task
    reading: Reading | None = field(init=False)
    asked: AbstractSet[str] | None = field(init=False, default=None)
    layers: list[dict[str, tuple[Annotation, ...]]] = field(init=False)

    def __post_init__(self) -> None:
        self.reading = self.task.reading
        self.layers = [dict(self.task.known.get(record.id, {})) for record in self.task.records]

    def labels(self) -> Labels:
        """What came of it."""
        made = [{name: layers[name] for name in self.task.layers} for layers in self.layers]
        return Labels(self.reading, self.asked is not None, tuple(made))


class Bench:
    """A reader and prepared annotators in one process. Made once per worker."""

    def __init__(
        self,
        source: Source,
        annotators: Sequence[Annotator],
        desk: Desk,
        readings: Mapping[str, Reading],
    ) -> None:
        self.reader = open_reader(source)
        self._annotators = in_order(annotators)
        for annotator in self._annotators:
            annotator.prepare(desk, lambda text: readings[text])
        self._before, self._after = parted(self._annotators)

    def label(self, task: Task) -> Labels:
        """Label the records of one content, reading it only if nobody has, or nobody has asked
        about what the desk asks about now."""
        return self.label_all([task])[0]

    def label_all(self, tasks: Sequence[Task]) -> list[Labels]:
        """The same for some tasks, in sweeps: each annotator that comes before reading, reading,
        and each that comes after it. So none of them pushes the others out of the processor's
        cache for every single text.
        """
        drafts = [_Draft(task) for task in tasks]
        self._sweep(drafts, self._before)
        for draft in drafts:
            draft.asked = self._wanted(draft)
        unread = {n: draft.asked for n, draft in enumerate(drafts) if draft.asked is not None}
        if isinstance(self.reader.encoder, Prepares):
            self.reader.encoder.prepare(
                [drafts[n].task.body for n in unread], _targets(frozenset().union(*unread.values()))
            )
        for n, asked in unread.items():
            drafts[n].reading = self._read(drafts[n].task.body, drafts[n].reading, asked)
        self._sweep(drafts, self._after)
        return [draft.labels() for draft in drafts]

    def _sweep(self, drafts: Sequence[_Draft], annotators: Sequence[Annotator]) -> None:
        """Make the layers of some annotators, one after the other, for every record of tasks."""
        pairs = [
            (draft.task, record, layers, _fit(draft.reading, record, draft.task))
            for draft in drafts
            for record, layers in zip(draft.task.records, draft.layers, strict=True)
        ]
        for annotator in annotators:
            for task, record, layers, reading in pairs:
                if annotator.layer in task.layers:
                    called = self._called(annotator, task, record, layers)
                    made = _apply(annotator, record, reading, layers) if called else ()
                    layers[annotator.layer] = made

    def _wanted(self, draft: _Draft) -> AbstractSet[str] | None:
        """What the reader is to be asked about the words of a task; None where they need not be
        read: no record of it is, no layer asks for it, or all is known."""
        task, known = draft.task, draft.reading
        if not any(a.layer in task.layers and "reading" in a.needs for a in self._after):
            return None
        pairs = zip(task.records, draft.layers, strict=True)
        if not any(self._is_read(task, record, layers) for record, layers in pairs):
            return None
        asked = self._asked(task)
        return asked if known is None or asked - known.outputs.keys() else None

    def _called(self, annotator: Annotator, task: Task, record: Record, layers: Layers) -> bool:
        """Whether an annotator is called: readings are for records that are read, and the cascade
        is asked about what comes from a firehose and would be read."""
        if annotator.layer == FIREHOSE:
            return record.id in task.firehose and self._readable(layers)
        return "reading" not in annotator.needs or self._is_read(task, record, layers)

    def _is_read(self, task: Task, record: Record, layers: Layers) -> bool:
        left_out = any(label.value == OUT for label in layers.get(FIREHOSE, ()))
        return self._readable(layers) and not left_out and record.id not in task.withheld

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
        return replace(self.reader.read(body, _targets(asked | known)), states=None, offsets=None)


def parted(annotators: Sequence[Annotator]) -> tuple[list[Annotator], list[Annotator]]:
    """Annotators in order, parted into those that can be called before anything is read, and those
    that need a reading or a layer made from one."""
    before: list[Annotator] = []
    after: list[Annotator] = []
    for annotator in annotators:
        late = {"reading", *(one.layer for one in after)}
        (before if late.isdisjoint(annotator.needs) else after).append(annotator)
    return before, after


def _targets(asked: AbstractSet[str]) -> list[str]:
    """The targets that answers are about, by the names of the answers."""
    return sorted(name.removeprefix(TOWARDS) for name in asked)


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
