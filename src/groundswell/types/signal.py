"""One test: what was seen, what was expected, how surprising, and what guards it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

Outcome = Literal[
    "found",  # passed q, the interval, the people limits and every guard
    "not collected",
    "too few people",
    "could not tell",
    "no difference",  # equivalence shown: no difference larger than d
    "not tested yet",  # a registered obligation whose test does not exist in this version
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """How much evidence stands behind something: the four units, always together."""

    records: int = 0
    authors: int = 0
    threads: int = 0
    outlets: int = 0
    communities: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """One safeguard: `value` against `limit`; a failed guard silences the signal."""

    name: str
    value: float
    limit: float
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One test of one subject in one window. Dull ones are kept: error rates need them.

    `kind` names the test (volume, tone, coverage, cooccurrence); `family` is the set of tests
    it is corrected within. `window` and `baseline` are half-open day ranges. `effect` with
    `low`..`high` is in `unit` at confidence `level`; `p` is calibrated, `q` set by the loop.
    `detail` holds what the kind adds (decomposition, needed n, smallest visible difference).
    """

    kind: str
    family: str
    subject: str
    community: str
    window: tuple[int, int]
    baseline: tuple[int, int]
    effect: float
    low: float
    high: float
    unit: str
    p: float
    outcome: Outcome
    n: Numbers
    maker: str
    level: float = 0.95
    q: float | None = None
    reason: str = ""
    guards: tuple[Guard, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
