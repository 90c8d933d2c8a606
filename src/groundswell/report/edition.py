"""The finite paper of one night: what was published, and what was looked at and not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from groundswell.types import Signal, Snapshot

MISSES, STEADY = 12, 12
NEWS = ("volume", "tone", "coverage")  # what holds every night, tone or company, is no news
NEAR = 0.10  # twice the false-discovery rate


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
    them that said nothing new and got no new version; `unpublished` counts candidates by how
    their strongest test ended; `misses` are the nearest of them, `steady` those shown not to
    differ; `links` the most shared; `tested` the families with their tests (m) and discoveries
    (R); `dropped` why a subject made no story of its own."""

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


def unpublished(signals: Iterable[Signal], told: Container[str],
                registered: Iterable[str] = ()) -> list[Signal]:  # fmt: skip
    """The strongest test of every candidate that made no story, nearest first.

    A candidate is a registered subject, or one of which a test of news was surprising enough but
    failed a guard, or nearly was. `told` are the subjects that a story speaks of.
    """
    tests: dict[str, list[Signal]] = defaultdict(list)
    for signal in signals:
        if signal.kind in NEWS and signal.outcome != "found" and signal.subject not in told:
            tests[signal.subject].append(signal)
    asked = set(registered)
    near = [min(own, key=_rank) for subject, own in tests.items()
            if "/" in subject and (subject in asked or any(map(notable, own)))]  # fmt: skip
    return sorted(near, key=_rank)


def notable(signal: Signal) -> bool:
    """Whether a test that was not found came near: its corrected p is under twice the limit."""
    return (signal.p if signal.q is None else signal.q) < NEAR


def misses(near: Sequence[Signal], signals: Iterable[Signal], told: Container[str]) -> list[Signal]:
    """The candidates that made no story, then the next tests that found nothing; one a subject."""
    others = [s for s in signals if s.outcome in ("could not tell", "too few people")
              and s.subject not in told]  # fmt: skip
    kept: dict[str, Signal] = {}
    for signal in (*near, *sorted(others, key=_rank)):
        kept.setdefault(signal.subject, signal)
    return list(kept.values())[:MISSES]


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


def outcomes(near: Iterable[Signal]) -> dict[str, int]:
    """Candidates that made no story, by how their strongest test ended."""
    return dict(sorted(Counter(s.outcome for s in near).items()))


def _rank(signal: Signal) -> tuple[bool, float, str, str, str]:
    """The nearest first, tests of news before others."""
    return (signal.kind not in NEWS, signal.p, signal.subject, signal.kind, signal.community)


def _first_of_each(signals: Sequence[Signal]) -> list[Signal]:
    kept: dict[str, Signal] = {}
    for signal in signals:
        kept.setdefault(signal.subject, signal)
    return list(kept.values())
