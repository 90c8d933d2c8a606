"""Typed names on the labelled sample: the desk's entities and the names layer together.

What is compared are distinct pairs of exact surface and type within the first 1,200 characters of
title and text, as the codebook has it. A desk also follows words that name nothing ("agents"); a
concept or technology of the desk counts here only where the reader sees a name.
"""

from __future__ import annotations

from collections.abc import Sequence

from groundswell.types import Annotation
from groundswell.types.reading import NAME_TYPES
from quality.desk import Newsroom, Told
from quality.figures import READER, Measure, Mistake, Result, figures_of, parts_of, worst
from quality.gold import Gold
from quality.names import kind_parts
from quality.readings import TAGS
from quality.scores import Tally, micro_f1, overlap, precision, recall

UNTIL = 1_200  # characters the labeller read
TYPES = NAME_TYPES[:8]  # those of the codebook
WORDS_TOO = frozenset({"concept", "technology"})  # types of which a desk may follow plain words
DESK_ONLY = "the desk's entities alone"
Names = dict[tuple[str, str], float]  # (type, surface): how surely


def measure(gold: Gold) -> Result:
    """The figures of typed and of untyped names."""
    task = "gold entities"
    wanted = [
        {(str(e["type"]), str(e["text"])) for e in label["entities"]}  # type: ignore[attr-defined]
        for label in gold.labels
    ]
    desk = [desk_names(one, gold.room) for one in gold.told]
    said = [found | more_names(one) for one, found in zip(gold.told, desk, strict=True)]
    own = overlap(TYPES, wanted, [set(names) for names in said]) if gold.tells(TAGS) else None
    alone = overlap(TYPES, wanted, [set(names) for names in desk])
    typed: dict[str, Tally | None] = {READER: own, DESK_ONLY: alone}
    untyped = {
        READER: None if own is None else _untyped(wanted, said),
        DESK_ONLY: _untyped(wanted, desk),
    }
    measures = [Measure("F1", micro_f1), Measure("precision", precision), Measure("recall", recall)]
    return Result(
        task=task,
        figures=(*figures_of(task, measures, typed),
                 *figures_of(task, [Measure("untyped F1", micro_f1)], untyped)),
        parts=(*kind_parts(own, TYPES, "type, F1"), *parts_of(own, micro_f1, gold.groups())),
        mistakes=worst([
            Mistake(one.record.id, _type_of(surface, wants), kind, sure, surface)
            for one, wants, names in zip(gold.told, wanted, said, strict=True)
            for (kind, surface), sure in names.items() if (kind, surface) not in wants
        ]) if own is not None else (),
        note="the desk's entities by alias, with the desk's type (concepts and technologies where"
             " the reader sees a name), then the reader's names that do not overlap them",
    )  # fmt: skip


def desk_names(one: Told, room: Newsroom) -> Names:
    """The desk's entities as written in a record."""
    return {
        (room.type_of(found.value), surface): 1.0
        for found in _named(one, room)
        if (surface := surface_of(one, found))
    }


def _named(one: Told, room: Newsroom) -> list[Annotation]:
    """The desk's entities in a record, without words of a desk that no reader takes for a name."""
    names = [_place(found) for found in one.layers["names"]]
    return [
        found
        for found in one.layers["entities"]
        if room.type_of(found.value) not in WORDS_TOO or _overlaps(_place(found), names)
    ]


def _place(found: Annotation) -> tuple[int, int]:
    return found.start or 0, found.stop or 0


def _overlaps(place: tuple[int, int], others: Sequence[tuple[int, int]]) -> bool:
    return any(start < place[1] and place[0] < stop for start, stop in others)


def more_names(one: Told) -> Names:
    """The reader's names outside the desk's."""
    taken = [_place(found) for found in one.layers["entities"]]
    made: Names = {}
    for found in one.layers["names"]:
        surface = surface_of(one, found)
        if surface and not _overlaps(_place(found), taken):
            sure = (found.score or 0) / 1000
            made[found.value, surface] = max(sure, made.get((found.value, surface), 0.0))
    return made


def surface_of(one: Told, found: Annotation) -> str:
    """The characters a label stands on; "" beyond what the labeller read."""
    body = one.record.body[:UNTIL]
    inside = found.stop is not None and found.stop <= len(body)
    return body[found.start : found.stop] if inside else ""


def _untyped(wanted: list[set[tuple[str, str]]], said: list[Names]) -> Tally:
    return overlap(
        [""], [{("", s) for _, s in row} for row in wanted], [{("", s) for _, s in r} for r in said]
    )


def _type_of(surface: str, wanted: set[tuple[str, str]]) -> str:
    return next((kind for kind, text in sorted(wanted) if text == surface), "no name")
