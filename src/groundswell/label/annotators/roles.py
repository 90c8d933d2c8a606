"""The part an idea plays where it is named: a solution, a threat, a right, a cost, a duty.

The roles are those of the labelled sample's codebook. They are provisional: see the model card.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from groundswell.desk import Desk
from groundswell.label.alias import Aliases, aliases_of
from groundswell.label.annotator import DeskReading
from groundswell.types import Annotation, Item, canonical
from groundswell.types.reading import ROLES, STANCES

OF_TYPE = "concept"


@dataclass(slots=True)
class Roles:
    """The reader's head of attitudes, asked about the concepts a record names."""

    layer: ClassVar[str] = "roles"
    version: ClassVar[str] = "1"
    needs: ClassVar[tuple[str, ...]] = ("reading", "desk", "entities")
    least: int = 500
    most: int = 2
    _aliases: Aliases = field(default_factory=lambda: Aliases(()), repr=False)
    _names: dict[str, str] = field(default_factory=dict, repr=False)

    def prepare(self, desk: Desk, read: DeskReading) -> str:
        """Take the names of the concepts."""
        concepts = [entity for entity in desk.entities if entity.type == OF_TYPE]
        self._aliases = aliases_of(desk.entities)
        self._names = {entity.slug: entity.name for entity in concepts}
        return canonical(sorted(self._names.items()))

    def asks(self, body: str) -> Iterable[str]:
        """The names of all concepts a body may speak of."""
        return sorted({e.name for e in self._aliases.named(body) if e.type == OF_TYPE})

    def __call__(self, item: Item) -> Iterable[Annotation]:
        """At most `most` labels "<concept>/<role>" for each concept named, likeliest first."""
        if item.reading is None:
            return []
        made = []
        for slug in dict.fromkeys(a.value for a in item.layers.get("entities", ())):
            answer = item.reading.towards(self._names[slug]) if slug in self._names else None
            chances = (answer or ())[len(STANCES) :]
            ranked = sorted(range(len(chances)), key=lambda n: (-chances[n], n))
            for n in [n for n in ranked if chances[n] >= self.least][: self.most]:
                value = f"{slug}/{ROLES[n]}"
                made.append(Annotation(layer=self.layer, value=value, score=chances[n]))
        return made
