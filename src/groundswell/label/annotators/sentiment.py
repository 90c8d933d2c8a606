"""The tone a record's author expresses: negative, neutral or positive, with a score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from groundswell.desk import Desk
from groundswell.label.annotator import DeskReading
from groundswell.types import Annotation, Item

LABELS = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class Sentiment:
    """The reader's sentiment head; the score is the chance of positive minus that of negative."""

    layer: ClassVar[str] = "sentiment"
    version: ClassVar[str] = "1"
    needs: ClassVar[tuple[str, ...]] = ("reading",)

    def prepare(self, desk: Desk, read: DeskReading) -> str:
        """Nothing of the desk matters."""
        return ""

    def __call__(self, item: Item) -> Iterable[Annotation]:
        """One label, its score in thousandths from -1000 to 1000."""
        if item.reading is None or "sentiment" not in item.reading.outputs:
            return []
        chances = item.reading.outputs["sentiment"]
        value = LABELS[max(range(3), key=lambda i: (chances[i], -i))]
        return [Annotation(layer=self.layer, value=value, score=chances[2] - chances[0])]
