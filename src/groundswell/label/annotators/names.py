"""Everything a record names, on the desk or not: people, organisations, products, laws."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from groundswell.desk import Desk
from groundswell.label.annotator import DeskReading
from groundswell.types import Annotation, Item
from groundswell.types.reading import NAME_TYPES

DESK_TYPES = 8  # the first so many of NAME_TYPES are types a desk entity may have


@dataclass(frozen=True, slots=True)
class Names:
    """The spans the reader found; `groundswell desk suggest` offers those no entity covers."""

    layer: ClassVar[str] = "names"
    version: ClassVar[str] = "1"
    needs: ClassVar[tuple[str, ...]] = ("reading",)
    most: int = 20

    def prepare(self, desk: Desk, read: DeskReading) -> str:
        """Nothing of the desk matters."""
        return ""

    def __call__(self, item: Item) -> Iterable[Annotation]:
        """One annotation a name, its value the type, its score in thousandths."""
        if item.reading is None:
            return []
        length = len(item.record.body)
        found = [s for s in item.reading.spans() if s.kind < DESK_TYPES and s.stop <= length]
        return [
            Annotation(
                layer=self.layer, value=NAME_TYPES[span.kind], score=span.score,
                start=span.start, stop=span.stop,
            )
            for span in found[: self.most]
        ]  # fmt: skip
