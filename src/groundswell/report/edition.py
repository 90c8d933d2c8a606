"""The finite paper of one night: what was published, and what was looked at and not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from groundswell.types import Signal, Snapshot

MISSES, STEADY = 12, 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One test that made no story: what was tested, how it ended, and by how much."""

    subject: str
    label: str
    kind: str
    community: str
    outcome: str
    reason: str
    effect: float
    low: float
    high: float
    unit: str
    q: float | None
    authors: int
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What one night came to. `slugs` are the stories in order, the lead first; `kept` those of
    them that said nothing new and got no new version; `unpublished` counts tests by outcome;
    `misses` are the nearest ones, `steady` those shown not to differ; `links` the most shared;
    `tested` the families with their tests (m) and discoveries (R); `dropped` why drafts of a
    subject came to nothing."""

    night: int
    snapshot: Snapshot
    slugs: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    unpublished: Mapping[str, int] = field(default_factory=dict)
    misses: tuple[Line, ...] = ()
    steady: tuple[Line, ...] = ()
    links: tuple[Mapping[str, Any], ...] = ()
    tested: tuple[Mapping[str, Any], ...] = ()
    dropped: Mapping[str, str] = field(default_factory=dict)


def line(signal: Signal, label: str) -> Line:
    """A test as one line of the paper."""
    return Line(subject=signal.subject, label=label, kind=signal.kind, community=signal.community,
                outcome=signal.outcome, reason=signal.reason, effect=signal.effect, low=signal.low,
                high=signal.high, unit=signal.unit, q=signal.q, authors=signal.n.authors,
                records=signal.n.records)  # fmt: skip


def misses(signals: Iterable[Signal]) -> list[Signal]:
    """The tests that came nearest to a finding, nearest first; one per subject and kind."""
    near = [s for s in signals if s.outcome in ("could not tell", "too few people")]
    return _first_of_each(sorted(near, key=lambda s: (_chance(s), s.subject, s.kind)))[:MISSES]


def steady(signals: Iterable[Signal]) -> list[Signal]:
    """The tests that showed no difference, those resting on most people first."""
    same = [s for s in signals if s.outcome == "no difference"]
    return _first_of_each(sorted(same, key=lambda s: (-s.n.authors, s.subject, s.kind)))[:STEADY]


def tested(signals: Iterable[Signal]) -> list[dict[str, Any]]:
    """Families of tests with how many were made (m) and found (R)."""
    made: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for signal in signals:
        made[signal.family] += 1
        found[signal.family] += signal.outcome == "found"
    return [{"family": family, "m": made[family], "R": found[family]} for family in sorted(made)]


def outcomes(signals: Iterable[Signal]) -> dict[str, int]:
    """Tests that found nothing, by outcome."""
    return dict(sorted(Counter(s.outcome for s in signals if s.outcome != "found").items()))


def _chance(signal: Signal) -> float:
    return signal.q if signal.q is not None else 1.0 + signal.p


def _first_of_each(signals: Sequence[Signal]) -> list[Signal]:
    kept: dict[tuple[str, str], Signal] = {}
    for signal in signals:
        kept.setdefault((signal.subject, signal.kind), signal)
    return list(kept.values())
