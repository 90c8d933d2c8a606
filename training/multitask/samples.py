"""What the reader learns from: texts with whichever labels their source gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

SENTIMENT = ("negative", "neutral", "positive")
REGISTER = (
    "analytical", "informative", "celebratory", "hopeful", "curious",
    "anxious", "frustrated", "mocking", "mournful", "promotional",
)  # fmt: skip
EMOTION = ("anger", "joy", "optimism", "sadness")
STANCE = ("against", "none", "favor")
ROLES = (
    "solution", "threat", "identity", "moral_good", "resource_cost", "obligation", "technical",
)  # fmt: skip
TYPES = (
    "person", "organization", "state", "government", "product", "technology", "legislation",
    "concept", "place", "other",
)  # fmt: skip
TAGS = ("O", *(f"{mark}-{kind}" for kind in TYPES for mark in "BI"))


@dataclass(frozen=True, slots=True)
class Span:
    """A named thing: character offsets into the text and the types it may be."""

    start: int
    stop: int
    types: frozenset[str]


@dataclass(frozen=True, slots=True)
class Names:
    """All named things of a text. What lies outside `spans` is nothing, or one of `unmarked`:
    the types this source does not mark. Beyond `until` nothing was looked at."""

    spans: tuple[Span, ...]
    unmarked: frozenset[str] = frozenset()
    until: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Attitude:
    """Attitude towards a target: the chance of each of STANCE, and the roles it is given."""

    target: str
    stance: int | None
    roles: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One text with its labels; None where its source does not give one."""

    text: str
    sentiment: int | None = None
    score: float | None = None
    register: int | None = None
    feelings: frozenset[int] | None = None
    emotion: int | None = None
    irony: bool | None = None
    spam: bool | None = None
    names: Names | None = None
    attitudes: tuple[Attitude, ...] = ()


@dataclass(frozen=True, slots=True)
class Pool:
    """The samples of one source, and how often they are drawn against other pools.

    `sentiment_shift` gives a source that calls other things neutral an offset of its own in
    training, dropped afterwards. A share `renamed` of the names of its samples gives place to
    others out of `mentions`, and a share `hidden` of the pieces of their words is masked.
    """

    name: str
    samples: tuple[Sample, ...]
    weight: float
    limit: int = 128
    sentiment_shift: bool = True
    balance: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    mentions: Mapping[frozenset[str], tuple[str, ...]] = field(default_factory=dict)
    renamed: float = 0.0
    hidden: float = 0.08
