"""Which beats a record belongs to, with a calibrated chance; none when it is off topic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import ClassVar

from groundswell.desk import Desk
from groundswell.label.annotator import DeskReading
from groundswell.label.gate import Gate, constants
from groundswell.label.lesson import BEAT, RELEVANCE
from groundswell.types import Annotation, Item, canonical


@dataclass(slots=True)
class Beats:
    """At most three beats by the gate of the desk's descriptions and examples."""

    layer: ClassVar[str] = "beats"
    version: ClassVar[str] = "1"
    needs: ClassVar[tuple[str, ...]] = ("reading", "desk")
    _gate: Gate | None = field(default=None, repr=False)

    def prepare(self, desk: Desk, read: DeskReading) -> str:
        """Read the desk's beats and what is off topic."""
        self._gate = Gate(desk, read)
        told: list[object] = [asdict(desk.relevance), [asdict(b) for b in desk.beats], constants()]
        if self._gate.fitted:
            told.append(asdict(self._gate.fitted))
        if desk.taught:  # nothing taught, nothing changed: labels made before stay as they are
            told.append([[asdict(t) for t in desk.taught], asdict(BEAT), asdict(RELEVANCE)])
        return canonical(told)

    def __call__(self, item: Item) -> Iterable[Annotation]:
        """One annotation a beat, its chance in thousandths, most likely first."""
        if item.reading is None or self._gate is None:
            return []
        return [
            Annotation(layer=self.layer, value=slug, score=round(chance * 1000))
            for slug, chance in self._gate.beats(item.record, item.reading.vector)
        ]
