"""Are two names mentioned together more often than their popularity brings about?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from groundswell.notice.detector import Sample
from groundswell.notice.settings import SETTINGS, Settings
from groundswell.stats.lift import Lift, expected_lift, lift, record_rate
from groundswell.stats.power import smallest_ratio
from groundswell.types import EVERYWHERE, Guard, Numbers, Pair, Signal, Voice

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One community: records per active author, and records on the subject per author on it."""

    active: Floats
    named: Floats


@dataclass(frozen=True, kw_only=True)
class Cooccurrence:
    """Voices naming two entities in one record, against what chance brings in each community."""

    kind: ClassVar[str] = "cooccurrence"
    version: ClassVar[str] = "1"
    settings: Settings = field(default=SETTINGS)

    def __call__(self, sample: Sample) -> Iterable[Signal]:
        """One signal per partner that enough voices named together with the subject."""
        names = [d.community for d in sample.daily
                 if d.unit == "person" and d.community != EVERYWHERE]  # fmt: skip
        rooms: Mapping[str, Room] | None = None
        for whole, parts in _grouped(sample.pairs, len(names)):
            if whole.both < self.settings.together_people:
                continue
            if whole.communities < self.settings.together_communities:
                continue
            rooms = rooms or _rooms(sample, self.settings.together_days)
            yield self._signal(sample, whole, _expected(sample, rooms, names, parts))

    def _signal(self, sample: Sample, whole: Pair, expected: float) -> Signal:
        rules, stop = self.settings, sample.night + 1
        partner = whole.b if sample.subject == f"entity/{whole.a}" else whole.a
        plain = lift(whole.both, whole.only_a, whole.only_b, whole.neither, rules.level)
        support = whole.both + min(whole.only_a, whole.only_b)
        found = expected_lift(whole.both, expected, float(support), rules.level)
        told = (f"{whole.both} people named both in one record, where {expected:.1f} would by "
                f"chance")  # fmt: skip
        start = stop - rules.together_days
        return Signal(
            kind=self.kind, family=self.kind, subject=sample.subject, community=EVERYWHERE,
            window=(start, stop), baseline=(start, start), effect=found.value, low=found.low,
            high=found.high, unit="times", p=found.p, outcome="could not tell", reason=told,
            n=Numbers(records=whole.both, authors=whole.both, communities=whole.communities),
            maker=f"{self.kind}@{self.version}",
            guards=(
                Guard(name="plain count", value=plain.value, limit=1.0,
                      passed=(plain.value > 1) == (found.value > 1)),
            ),
            detail=self._detail(whole, plain, partner, expected, support),
        )  # fmt: skip

    def _detail(self, whole: Pair, plain: Lift, partner: str, expected: float,
                support: int) -> dict[str, Any]:  # fmt: skip
        mine = whole.only_a if partner == whole.b else whole.only_b
        theirs = whole.only_b if partner == whole.b else whole.only_a
        return {
            "partner": f"entity/{partner}", "both": whole.both, "a": whole.both + mine,
            "b": whole.both + theirs, "all": whole.both + mine + theirs + whole.neither,
            "expected": expected, "plain_expected": plain.expected, "plain_lift": plain.value,
            "plain_low": plain.low, "plain_high": plain.high, "g2": plain.g2, "scale": "log",
            "sides": 2, "effect_min": self.settings.together_effect,
            "same_within": self.settings.together_same,
            "smallest": smallest_ratio(expected, 1 / max(support, 1)),
            "needed": self.settings.together_people,
        }  # fmt: skip


def _grouped(pairs: Sequence[Pair], places: int) -> Iterator[tuple[Pair, Sequence[Pair]]]:
    """Each pair over all communities with its parts: one per community, in order."""
    step = places + 1
    for at in range(0, len(pairs) - len(pairs) % step, step):
        yield pairs[at], pairs[at + 1 : at + step]


def _expected(sample: Sample, rooms: Mapping[str, Room], names: Sequence[str],
              parts: Sequence[Pair]) -> float:  # fmt: skip
    """Voices that would name both if the partner stood in every record alike.

    In each community the partner's rate per record follows from how many active authors named it
    at least once; an author with r records on the subject then names both with chance
    1 - exp(-rate r). Equal exposure: somebody who writes much is expected to meet both.
    """
    total = 0.0
    for name, part in zip(names, parts, strict=True):
        room = rooms.get(name)
        if room is None or not len(room.named):
            continue
        is_a = sample.subject == f"entity/{part.a}"
        partner = part.both + (part.only_b if is_a else part.only_a)
        rate = record_rate(room.active, partner)
        total += float(-np.expm1(-rate * room.named).sum())
    return total


def _rooms(sample: Sample, days: int) -> Mapping[str, Room]:
    start = sample.night + 1 - days
    active = _records(v for v in sample.others if v.day >= start)
    named = _records(v for v in sample.voices if v.day >= start)
    return {place: Room(active=_array(people), named=_array(named.get(place, {})))
            for place, people in active.items()}  # fmt: skip


def _records(voices: Iterable[Voice]) -> dict[str, dict[str, int]]:
    """Records of every author by community."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for voice in voices:
        if voice.unit == "person" and voice.author and voice.records:
            found[voice.community][voice.author] += voice.records
    return found


def _array(people: Mapping[str, int]) -> Floats:
    return np.array(list(people.values()), np.float64)
