"""What labelling needs, made ready: the desk with what was taught and learnt for it, its readings,
the recipe."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from groundswell.desk import Desk
from groundswell.errors import PluginError
from groundswell.label.annotator import Annotator
from groundswell.label.cascade import Cascade
from groundswell.label.choice import Source, open_reader
from groundswell.label.part import Reads
from groundswell.label.recipe import Recipe, prepare
from groundswell.label.tasks import stored_reading
from groundswell.label.teach import taught
from groundswell.registry import build_all
from groundswell.store import Store, Writer
from groundswell.types import Reading, content_hash

TEACHERS = ("beats", "entities")  # whose labels say what is for the desk
NONE_YET = "no cascade is learnt yet, so every record of a firehose is read: `groundswell distil`"
OUTDATED = (
    "the cascade was learnt for other {layers}, so every record of a firehose is read until "
    "`groundswell distil` learns it anew"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A desk ready for labelling; `note` says in a sentence why its cascade is not in force."""

    desk: Desk
    annotators: Sequence[Annotator]
    reader: str
    readings: Mapping[str, Reading]
    recipe: Recipe
    note: str


def make_ready(store: Store, desk: Desk, source: Source) -> Ready:
    """Make everything ready that labels are made with; `source` is the reader, or its file."""
    desk = taught(store, desk)
    annotators: list[Annotator] = build_all("groundswell.annotators")
    reader = open_reader(source)
    name, readings = reader.name, _desk_readings(store, desk, reader.encoder, annotators)
    recipe = prepare(annotators, desk, lambda text: readings[text], name)
    cascade, note = _in_force(cascade_file(store.path), desk, recipe)
    if cascade:
        desk = replace(desk, cascade=cascade)
        recipe = prepare(annotators, desk, lambda text: readings[text], name)
    return Ready(
        desk=desk, annotators=annotators, reader=name, readings=readings, recipe=recipe, note=note
    )


def save_reading(writer: Writer, content: str, reading: Reading) -> None:
    """Keep a reading by content hash."""
    writer.do(
        "save_reading",
        content=content,
        reader=reading.reader,
        vector=reading.vector.tobytes(),
        outputs=json.dumps({k: list(v) for k, v in reading.outputs.items()}, sort_keys=True),
    )


def cascade_file(state: Path) -> Path:
    """Where the cascade that was learnt from a state file lies."""
    return state.with_suffix(".cascade")


def stored_cascade(file: Path) -> Cascade | None:
    """The cascade in a file, if there is one. PluginError when it is damaged."""
    if not file.is_file():
        return None
    try:
        return Cascade.unpack(file.read_text("utf-8"))
    except (PluginError, UnicodeDecodeError) as problem:
        raise PluginError(
            f"{file}: {problem}; delete it, or learn it anew with `groundswell distil`"
        ) from problem


def _in_force(file: Path, desk: Desk, recipe: Recipe) -> tuple[str, str]:
    """The cascade as the desk carries it, or why there is none; it holds for what taught it."""
    if not desk.firehoses:
        return "", ""
    cascade = stored_cascade(file)
    if cascade is None:
        return "", NONE_YET
    changed = [layer for layer in TEACHERS if recipe.makers[layer] not in cascade.makers]
    if changed:
        return "", OUTDATED.format(layers=" and ".join(changed))
    return cascade.pack(), ""


def _desk_readings(
    store: Store, desk: Desk, reader: Reads, annotators: Sequence[Annotator]
) -> dict[str, Reading]:
    """A reader's reading of every text of the desk that annotators ask for."""
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
    return {text: _kept(reading) for text, reading in readings.items()}


def _kept(reading: Reading) -> Reading:
    return Reading(reader=reading.reader, vector=reading.vector, outputs=reading.outputs)
