"""Which annotators run, in which order, and the names of what they make."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from groundswell.desk import Desk
from groundswell.errors import PluginError
from groundswell.label.annotator import Annotator, DeskReading
from groundswell.types import canonical

GIVEN = frozenset({"reading", "desk"})
LANGUAGE, FIREHOSE = "language", "firehose"
GATES = frozenset({LANGUAGE, FIREHOSE})  # layers that decide whether a record is read at all


@dataclass(frozen=True, slots=True)
class Recipe:
    """Prepared annotators in order of their needs, and the maker of each layer."""

    annotators: tuple[Annotator, ...]
    makers: Mapping[str, str]

    @property
    def id(self) -> str:
        """Twelve hex digits naming the set of makers."""
        return short_hash(canonical(sorted(self.makers.values())), 12)

    def stale(self, before: Sequence[str]) -> frozenset[str]:
        """The layers whose maker is not among those a record was labelled with."""
        return frozenset(layer for layer, maker in self.makers.items() if maker not in before)

    @property
    def read_layers(self) -> frozenset[str]:
        """The layers that are made from a reading."""
        return frozenset(a.layer for a in self.annotators if "reading" in a.needs)


def prepare(annotators: Sequence[Annotator], desk: Desk, read: DeskReading, reader: str) -> Recipe:
    """Order annotators by need, prepare them and name what they make. PluginError on a circle."""
    ordered = in_order(annotators)
    makers: dict[str, str] = {}
    for annotator in ordered:
        told = annotator.prepare(desk, read)
        basis = [
            told,
            reader if "reading" in annotator.needs else "",
            *(makers[need] for need in annotator.needs if need not in GIVEN),
        ]
        mark = short_hash(canonical(basis), 8)
        makers[annotator.layer] = f"{annotator.layer}@{annotator.version}+{mark}"
    return Recipe(tuple(ordered), makers)


def in_order(annotators: Sequence[Annotator]) -> list[Annotator]:
    """Annotators so that each comes after the layers it needs, else by name.

    Whether a record is read depends on the GATES, so those layers come before any reading.
    """
    waiting = sorted(annotators, key=lambda a: a.layer)
    layers = {a.layer for a in waiting}
    done: set[str] = set()
    ordered: list[Annotator] = []
    while waiting:
        ready = next((a for a in waiting if wanted(a, layers) <= done), None)
        if ready is None:
            missing = sorted({n for a in waiting for n in a.needs} - GIVEN - layers)
            raise PluginError(
                f"annotator {waiting[0].layer!r} needs "
                f"{missing[0] if missing else 'a layer that needs it'!r}, which "
                "no annotator makes first"
            )
        waiting.remove(ready)
        ordered.append(ready)
        done.add(ready.layer)
    return ordered


def wanted(annotator: Annotator, layers: AbstractSet[str]) -> set[str]:
    """The layers that must stand before an annotator runs."""
    first = GATES & layers if "reading" in annotator.needs else set()
    return (set(annotator.needs) - GIVEN | first) - {annotator.layer}


def short_hash(text: str, digits: int) -> str:
    """The first hex digits of the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:digits]
