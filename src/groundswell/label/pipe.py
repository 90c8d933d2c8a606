"""Labels for texts that come from anywhere: read one by one, answered in order, nothing stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from groundswell.desk import Desk
from groundswell.errors import UsageError
from groundswell.label.annotator import Annotator
from groundswell.label.bench import Bench, Task
from groundswell.label.choice import chosen, open_reader
from groundswell.label.part import Means, Reads
from groundswell.label.recipe import FIREHOSE, GIVEN
from groundswell.registry import build_all
from groundswell.types import Annotation, Reading, Record, RecordId
from groundswell.types.reading import HEADS, ROLES, STANCES, TOWARDS

UNDATED = datetime(2100, 1, 1, tzinfo=UTC)  # names hold as they do now
TARGET = "target"  # the layer that answers about a text's own target
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pipe:
    """A bench ready to label any text.

    Layers are those of the annotators, the reader's answers by name (emotion, irony, score) and
    `target`: the attitude towards what a text names as its target.
    """

    bench: Bench
    layers: tuple[str, ...]
    made: frozenset[str]

    def __call__(self, text: Mapping[str, Any]) -> Answer:
        """The layers of one text: {"sentiment": [{"value": ..., "score": ...}], ...}."""
        record, target = _record(text), str(text.get("target") or "")
        asked = (target,) if target else ()
        done = self.bench.label(Task((record,), None, self.made, {}, asked))
        found: Answer = {
            layer: [_told(a) for a in labels] for layer, labels in done.layers[0].items()
        }
        if done.reading:
            found |= _answers(done.reading, target)
        return {layer: found[layer] for layer in self.layers if layer in found}


def label_texts(
    texts: Iterable[str | Mapping[str, Any]],
    *,
    layers: Sequence[str] = (),
    desk: Desk | None = None,
    reader: Path | str | None = None,
    means: Means | None = None,
) -> list[Answer]:
    """Label texts: strings, or mappings with `text` and, if known, `title`, `community`, `target`.

    One answer a text, in order: a list of labels by layer. Without a desk there are no layers
    that need one. `reader` is a path or name, else the desk's reader, else the packaged one; one
    that asks a server needs `means`. UsageError for an unknown layer or a text without words.

    >>> label_texts(["I love this library"], layers=["sentiment"])[0]["sentiment"][0]["value"]
    'positive'
    """
    pipe = make_pipe(layers, desk, reader, means)
    return [pipe({"text": text} if isinstance(text, str) else text) for text in texts]


def label_lines(lines: Iterable[bytes], pipe: Pipe) -> Iterator[Answer]:
    """NDJSON in, answers out, one by one. A line that cannot be labelled is answered by an error
    that says why; the rest goes on."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            text = json.loads(line)
            if not isinstance(text, dict):
                raise UsageError("is not an object with a text")
            answer = pipe(text)
        except (UsageError, ValueError) as problem:
            yield {"line": number, "error": f"line {number}: {problem}"}
            continue
        kept = {"id": text["id"]} if "id" in text else {}
        yield {**kept, **answer}


def make_pipe(
    layers: Sequence[str], desk: Desk | None, reader: Path | str | None,
    means: Means | None = None,
) -> Pipe:  # fmt: skip
    """Prepare the annotators that the wanted layers need; all there are by default."""
    opened = open_reader(chosen(desk, reader), means)
    every: list[Annotator] = build_all("groundswell.annotators")
    annotators = [a for a in every if a.layer != FIREHOSE]  # what is piped in is read
    if desk is None:
        annotators = _without_desk(annotators)
    known = [a.layer for a in annotators]
    offered = [*known, *(head for head in HEADS if head not in known), TARGET]
    unknown = [layer for layer in layers if layer not in offered]
    if unknown:
        why = "" if desk else "; layers of a desk need --desk"
        raise UsageError(f"no layer {unknown[0]!r}; there are {', '.join(offered)}{why}")
    made = _needed(annotators, [n for n in layers or offered if n in known])
    readings = _desk_readings(annotators, desk, opened.encoder)
    blank = desk or Desk(name="", title="", topic="", folder=Path())
    # the language decides whether a text is read at all, so it is always made
    bench = Bench(opened, annotators, blank, readings)
    return Pipe(bench, tuple(layers or offered), made | {"language"} | _reads(layers, annotators))


def _reads(layers: Sequence[str], annotators: Sequence[Annotator]) -> frozenset[str]:
    """One layer that has the text read, where only the reader's own answers are wanted."""
    if not layers or any(layer in HEADS or layer == TARGET for layer in layers):
        return frozenset([a.layer for a in annotators if a.needs == ("reading",)][:1])
    return frozenset()


def _without_desk(annotators: Sequence[Annotator]) -> list[Annotator]:
    """The annotators that need no desk, directly or through another layer."""
    kept = {a.layer: a for a in annotators if "desk" not in a.needs}
    return [a for a in kept.values() if set(a.needs) - GIVEN <= kept.keys()]


def _needed(annotators: Sequence[Annotator], wanted: Sequence[str]) -> frozenset[str]:
    """The wanted layers and those they are made from."""
    needs = {a.layer: set(a.needs) - GIVEN for a in annotators}
    found: set[str] = set()
    waiting = set(wanted)
    while waiting:
        layer = waiting.pop()
        found.add(layer)
        waiting |= needs[layer] - found
    return frozenset(found)


def _desk_readings(
    annotators: Sequence[Annotator], desk: Desk | None, reader: Reads
) -> dict[str, Reading]:
    """The reader's reading of every text of the desk the annotators ask for."""
    readings: dict[str, Reading] = {}
    if desk is None:
        return readings
    for annotator in annotators:
        if "desk" in annotator.needs:
            annotator.prepare(desk, lambda text: readings.setdefault(text, reader.read(text)))
    return readings


def _record(text: Mapping[str, Any]) -> Record:
    words = text.get("text") or ""
    title = text.get("title") or ""
    if not isinstance(words, str) or not isinstance(title, str) or not (words or title).strip():
        raise UsageError('has no words; give "text" as a string')
    return Record(
        id=RecordId("text:0"), source="text", kind="post", published=_moment(text),
        community=str(text.get("community") or ""), title=title, text=words,
    )  # fmt: skip


def _moment(text: Mapping[str, Any]) -> datetime:
    """When a text says it was published: names are those of that day."""
    if not text.get("published"):
        return UNDATED
    try:
        found = datetime.fromisoformat(str(text["published"]))
    except ValueError as problem:
        raise UsageError(f'"published" {text["published"]!r} is not an ISO time') from problem
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _told(annotation: Annotation) -> Answer:
    """A label without what it does not have."""
    told = {
        "value": annotation.value, "score": annotation.score,
        "start": annotation.start, "stop": annotation.stop,
    }  # fmt: skip
    return {name: value for name, value in told.items() if value is not None}


def _answers(reading: Reading, target: str) -> Answer:
    """The reader's own answers, chances in thousandths by label."""
    found: Answer = {
        name: [{"value": label, "score": chance} for label, chance in
               sorted(zip(HEADS[name], chances, strict=True), key=lambda pair: -pair[1])]
        for name, chances in reading.outputs.items() if name in ("emotion", "irony", "score")
    }  # fmt: skip
    answer = reading.outputs.get(TOWARDS + target) if target else None
    if answer:
        sides = dict(zip(STANCES, answer, strict=False))
        best = max(STANCES, key=lambda side: sides[side])
        roles = dict(zip(ROLES, answer[len(STANCES) :], strict=True))
        found[TARGET] = [{"value": f"{target}/{best}", "score": sides[best], "chances": sides,
                          "roles": roles}]  # fmt: skip
    return found
