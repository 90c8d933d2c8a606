"""What the small encoder saw in one text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from groundswell.types.annotation import Annotation
from groundswell.types.record import Record

NAME_TYPES = (
    "person", "organization", "state", "government", "product", "technology", "legislation",
    "concept", "place", "other",
)  # fmt: skip
HEADS: Mapping[str, tuple[str, ...]] = {
    "sentiment": ("negative", "neutral", "positive"),
    "score": ("score",),
    "register": (
        "analytical", "informative", "celebratory", "hopeful", "curious", "anxious", "frustrated",
        "mocking", "mournful", "promotional",
    ),
    "emotion": ("anger", "joy", "optimism", "sadness"),
    "irony": ("plain", "irony"),
    "spam": ("ham", "spam"),
}  # fmt: skip
"""The answers a reader may give about a whole text, and the order of each one's values."""
STANCES = ("against", "none", "favor")
ROLES = (
    "solution", "threat", "identity", "moral_good", "resource_cost", "obligation", "technical",
)  # fmt: skip
TOWARDS = "towards "  # before a target's text: the name of the answer about it


class Span(NamedTuple):
    """A name in a body: character offsets, the place of its type in NAME_TYPES, and its score in
    thousandths."""

    start: int
    stop: int
    kind: int
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One pass of the encoder over one body.

    `vector` is the L2-normalised sentence vector, int8 = round(127 x), shape (D,). `outputs`
    are the heads' answers by name, integers in thousandths in the order of HEADS; "spans" holds
    the names found, four integers each. Both are stored by content hash. `states` (float32, one
    row per token: what attitudes are read from) and `offsets` (character start and stop per
    token) exist only in the pass itself: None when the reading comes from the store.
    """

    reader: str
    vector: npt.NDArray[np.int8]
    outputs: Mapping[str, tuple[int, ...]]
    states: npt.NDArray[np.float32] | None = None
    offsets: tuple[tuple[int, int], ...] | None = None

    def towards(self, target: str) -> tuple[int, ...] | None:
        """The attitude towards a target, if the reader was asked about it and could tell."""
        return self.outputs.get(TOWARDS + target) or None

    def spans(self) -> Iterator[Span]:
        """The names found, left to right."""
        flat = self.outputs.get("spans", ())
        for place in range(0, len(flat), 4):
            yield Span(*flat[place : place + 4])


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What an annotator is given: a record, its reading and the layers it asked for.

    `reading` is None when the record is in a language the reader does not declare.
    """

    record: Record
    reading: Reading | None
    layers: Mapping[str, tuple[Annotation, ...]]
