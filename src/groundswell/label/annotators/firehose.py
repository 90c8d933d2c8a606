"""What of a firehose is surely not for this desk, and so is not read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from groundswell.desk import Desk
from groundswell.label.annotator import DeskReading
from groundswell.label.cascade import ANYWAY, OUT, Cascade, read_anyway
from groundswell.label.gate import likely
from groundswell.types import Annotation, Item, canonical


@dataclass(slots=True)
class Firehose:
    """The cascade's word on records of sources and communities marked as a firehose.

    The loop calls it for no other record, and for none in a language that is not read. A record
    that names an entity of the desk is never left out. Without a cascade nothing is.
    """

    layer: ClassVar[str] = "firehose"
    version: ClassVar[str] = "1"
    needs: ClassVar[tuple[str, ...]] = ("desk", "entities", "language")
    _cascade: Cascade | None = field(default=None, repr=False)

    def prepare(self, desk: Desk, read: DeskReading) -> str:
        """Take the cascade that was learnt for this desk, if one is in force."""
        if not desk.firehoses:
            return ""
        self._cascade = Cascade.unpack(desk.cascade) if desk.cascade else None
        return canonical([desk.firehoses, hashlib.sha256(desk.cascade.encode()).hexdigest()])

    def __call__(self, item: Item) -> Iterable[Annotation]:
        """One label, "out" or "read anyway", with the estimated chance in thousandths that it joins
        a beat; none for a record that is read because it may well do so."""
        if self._cascade is None or item.layers.get("entities"):
            return []
        score = self._cascade.score(item.record.body)
        if score >= self._cascade.threshold:
            return []
        value = ANYWAY if read_anyway(item.record.content) else OUT
        return [Annotation(layer=self.layer, value=value, score=round(1000 * likely(score)))]
