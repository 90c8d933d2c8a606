"""The cascade: what surely is not for this desk is left out before anything reads it.

A text is its words and its pairs of neighbouring words, each hashed into one of `PLACES` places
(Weinberger et al., "Feature hashing for large scale multitask learning", 2009) that hold a weight
each. The weights are learnt from what the full reader said: see distil.py. Nothing here knows a
topic, and scoring a text takes a few tens of microseconds.
"""

from __future__ import annotations

import base64
import json
import math
import re
import sys
import zlib
from array import array
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from groundswell.errors import PluginError

OUT, ANYWAY = "out", "read anyway"  # the labels of what lies below the threshold
PLACES = 1 << 17
MOST_WORDS = 256  # about what the reader reads of a text
READ_ANYWAY = 50  # one text in so many is read whatever the cascade says of it
MIX = 0x9E3779B1  # spreads pairs of words over the places
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cascade:
    """Weights, the score below which a text is left out, and the makers of the labels they repeat.

    `weights` are whole numbers, `PLACES` of them; `unit` is what one of them is worth in log odds.
    `through` is the last entry of the log up to which a firehose was read in full, and `told` are
    the figures of docs/label.md, printed when it was learnt.
    """

    makers: tuple[str, ...]
    weights: array[int] = field(repr=False)
    unit: float
    bias: float
    threshold: float
    through: int = 0
    told: dict[str, Any] = field(default_factory=dict)

    def score(self, body: str) -> float:
        """About how far a text lies above what the desk's beats ask, in log odds."""
        return self.score_of(places(body))

    def score_of(self, found: Collection[int]) -> float:
        """The same from a text's places."""
        total = sum(map(self.weights.__getitem__, found))
        return self.bias + self.unit * total / math.sqrt(len(found) or 1)

    def pack(self) -> str:
        """As one line of JSON; the weights are compressed and hold no word."""
        whole = self.weights[:]
        if sys.byteorder == "big":
            whole.byteswap()
        packed = base64.b64encode(zlib.compress(whole.tobytes(), 9)).decode("ascii")
        told = {
            "makers": list(self.makers), "weights": packed, "unit": self.unit, "bias": self.bias,
            "threshold": self.threshold, "through": self.through, "told": self.told,
        }  # fmt: skip
        return json.dumps(told, sort_keys=True)

    @classmethod
    def unpack(cls, text: str) -> Cascade:
        """From what `pack` gave. PluginError when it is something else."""
        try:
            told = json.loads(text)
            weights = array("h", zlib.decompress(base64.b64decode(told["weights"])))
            if sys.byteorder == "big":
                weights.byteswap()
            if len(weights) != PLACES:
                raise ValueError(f"{len(weights)} weights")
            return cls(
                makers=tuple(told["makers"]), weights=weights, unit=float(told["unit"]),
                bias=float(told["bias"]), threshold=float(told["threshold"]),
                through=int(told["through"]), told=dict(told["told"]),
            )  # fmt: skip
        except (ValueError, KeyError, TypeError, zlib.error) as problem:
            raise PluginError(f"is not a cascade ({problem!r})") from problem


def words_of(body: str) -> list[str]:
    """A text's first words, in order, case folded."""
    return WORD.findall(body.casefold())[:MOST_WORDS]


def places(body: str) -> set[int]:
    """The places of a text's words and pairs of words.

    >>> len(places("the tide, the tide")), places("Tide") == places("tide")
    (4, True)
    """
    marks = [mark_of(word) for word in words_of(body)]
    found = {mark & (PLACES - 1) for mark in marks}
    found.update([(one * MIX + two) & (PLACES - 1) for one, two in pairwise(marks)])
    return found


def mark_of(word: str) -> int:
    """A word's hash; its lowest bits are its place.

    >>> {mark_of("tide") & (PLACES - 1)} == places("tide")
    True
    """
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


def read_anyway(content: str) -> bool:
    """Whether a content is read whatever the cascade says: a fixed, known share of all, so that
    what is missed can be counted."""
    return int(content[:8], 16) % READ_ANYWAY == 0
