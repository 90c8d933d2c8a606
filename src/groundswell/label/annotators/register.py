"""How a record speaks: it explains, reports, rejoices, hopes, asks, fears, complains, mocks,
mourns or sells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from groundswell.desk import Desk
from groundswell.label.annotator import DeskReading
from groundswell.types import Annotation, Item
from groundswell.types.reading import HEADS


@dataclass(frozen=True, slots=True)
class Register:
    """The reader's register head; no label where no register reaches `least` thousandths."""

    layer: ClassVar[str] = "register"
    version: ClassVar[str] = "1"
    needs: ClassVar[tuple[str, ...]] = ("reading",)
    least: int = 250

    def prepare(self, desk: Desk, read: DeskReading) -> str:
        """Nothing of the desk matters."""
        return ""

    def __call__(self, item: Item) -> Iterable[Annotation]:
        """At most one label, its chance in thousandths."""
        chances = item.reading.outputs.get(self.layer, ()) if item.reading else ()
        if not chances or max(chances) < self.least:
            return []
        best = max(range(len(chances)), key=lambda n: (chances[n], -n))
        return [Annotation(layer=self.layer, value=HEADS[self.layer][best], score=chances[best])]
