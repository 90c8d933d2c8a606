"""Which language a record is in; "und" when it is too short to tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from groundswell.desk import Desk
from groundswell.label.annotator import DeskReading
from groundswell.types import Annotation, Item

NOISE = re.compile(r"https?://\S+|[@#]\w+|`[^`]*`|\W+|\d+")
MODEL = "data/model.npz.xz"


@dataclass(frozen=True, slots=True)
class Language:
    """Language by character n-grams (py3langid), believed only when it is sure.

    The platform's own word for the language decides when the detector is not sure.
    """

    layer: ClassVar[str] = "language"
    version: ClassVar[str] = "2"
    needs: ClassVar[tuple[str, ...]] = ()
    fewest_letters: int = 24
    most_letters: int = 200  # of 3,500 real records one was another with 1,000
    sure: float = 0.95

    def prepare(self, desk: Desk, read: DeskReading) -> str:
        """Nothing of the desk matters."""
        return ""

    def __call__(self, item: Item) -> Iterable[Annotation]:
        """One label: an ISO 639-1 code, or "und"."""
        record = item.record
        letters = NOISE.sub(" ", record.body).strip()
        stated = record.lang if record.lang else "und"
        if len(letters) < self.fewest_letters:
            return [Annotation(layer=self.layer, value=stated, score=0)]
        language, chance = identifier().classify(letters[: self.most_letters])
        value = language if chance >= self.sure else stated
        return [Annotation(layer=self.layer, value=str(value), score=round(1000 * float(chance)))]


@cache
def identifier() -> Any:
    """The detector, loaded once a process and only when it is used."""
    from py3langid.langid import LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL, norm_probs=True)
