"""The attitude a record takes towards each thing of the desk it names: for, against or neither."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from groundswell.desk import Desk
from groundswell.label.alias import Aliases, aliases_of
from groundswell.label.annotator import DeskReading
from groundswell.types import Annotation, Item, canonical
from groundswell.types.reading import STANCES


@dataclass(slots=True)
class Stance:
    """The reader's head of attitudes, asked about the entities a record names."""

    layer: ClassVar[str] = "stance"
    version: ClassVar[str] = "1"
    needs: ClassVar[tuple[str, ...]] = ("reading", "desk", "entities")
    least: int = 500  # thousandths: below this it abstains
    _aliases: Aliases = field(default_factory=lambda: Aliases(()), repr=False)
    _names: dict[str, str] = field(default_factory=dict, repr=False)

    def prepare(self, desk: Desk, read: DeskReading) -> str:
        """Take the names of the entities: they are what is asked about."""
        self._aliases = aliases_of(desk.entities)
        self._names = {entity.slug: entity.name for entity in desk.entities}
        return canonical(sorted(self._names.items()))

    def asks(self, body: str) -> Iterable[str]:
        """The names of all entities a body may speak of, on whatever day it was written."""
        return sorted({entity.name for _, _, entity in self._aliases.find(body, None)})

    def __call__(self, item: Item) -> Iterable[Annotation]:
        """One label "<entity>/<stance>" for each entity named, its chance in thousandths."""
        if item.reading is None:
            return []
        made = []
        for slug in dict.fromkeys(a.value for a in item.layers.get("entities", ())):
            chances = item.reading.towards(self._names.get(slug, slug))
            if chances is None:
                continue
            best = max(range(len(STANCES)), key=lambda n: (chances[n], -abs(n - 1)))
            if chances[best] >= self.least:
                value = f"{slug}/{STANCES[best]}"
                made.append(Annotation(layer=self.layer, value=value, score=chances[best]))
        return made
