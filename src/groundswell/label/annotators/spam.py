"""Records that only advertise, scam or bait: they are kept, and not counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from groundswell.desk import Desk
from groundswell.label.annotator import DeskReading
from groundswell.types import Annotation, Item


@dataclass(frozen=True, slots=True)
class Spam:
    """The reader's spam head; a label only where it is at least `least` thousandths sure."""

    layer: ClassVar[str] = "spam"
    version: ClassVar[str] = "1"
    needs: ClassVar[tuple[str, ...]] = ("reading",)
    least: int = 800

    def prepare(self, desk: Desk, read: DeskReading) -> str:
        """Nothing of the desk matters."""
        return ""

    def __call__(self, item: Item) -> Iterable[Annotation]:
        """One label "spam" with its chance in thousandths, or none."""
        chances = item.reading.outputs.get(self.layer, ()) if item.reading else ()
        if not chances or chances[1] < self.least:
            return []
        return [Annotation(layer=self.layer, value="spam", score=chances[1])]
