"""What the small encoder saw in one text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from groundswell.types.annotation import Annotation
from groundswell.types.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One pass of the encoder over one body.

    `vector` is the L2-normalised sentence vector, int8 = round(127 x), shape (384,). `outputs`
    are the heads' answers by name, integers in thousandths (e.g. sentiment: negative, neutral,
    positive). Both are stored by content hash. `states` (float32, one row per token) and
    `offsets` (character start and stop per token) exist only in the pass itself: None when the
    reading comes from the store.
    """

    reader: str
    vector: npt.NDArray[np.int8]
    outputs: Mapping[str, tuple[int, ...]]
    states: npt.NDArray[np.float32] | None = None
    offsets: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What an annotator is given: a record, its reading and the layers it asked for.

    `reading` is None when the record is in a language the reader does not declare.
    """

    record: Record
    reading: Reading | None
    layers: Mapping[str, tuple[Annotation, ...]]
