"""Did independent outlets come to it together, beyond what their calendars explain?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from groundswell.notice.detector import Sample
from groundswell.notice.settings import SETTINGS, Settings
from groundswell.stats.multiplicity import simes
from groundswell.stats.permutation import Calendar, coverage_p
from groundswell.types import EVERYWHERE, Guard, Mention, Numbers, Signal

WEEK = 7
Cell = tuple[str, int]  # outlet, weekday


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """One window: the independent articles in it, its p, and how many owners chance brings."""

    days: int
    inside: Sequence[Mention]
    p: float
    expected: float

    @property
    def owners(self) -> int:
        """Independent outlets: one for each owner."""
        return len({mention.owner for mention in self.inside})


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Independent outlets within seven or three days, against their permuted dates."""

    kind: ClassVar[str] = "coverage"
    version: ClassVar[str] = "1"
    settings: Settings = field(default=SETTINGS)

    def __call__(self, sample: Sample) -> Iterable[Signal]:
        """One signal when any outlet wrote about the subject in the longest window."""
        longest = max(self.settings.coverage_windows)
        if not any(mention.day > sample.night - longest for mention in sample.mentions):
            return
        own = independent(sample.mentions)
        spells = [self._spell(sample, own, days) for days in self.settings.coverage_windows]
        p = float(simes([[spell.p for spell in spells]])[0])
        yield self._signal(sample, min(spells, key=lambda s: (s.p, -s.days)), p)

    def _spell(self, sample: Sample, own: Sequence[Mention], days: int) -> Spell:
        start = sample.night + 1 - days
        inside = [mention for mention in own if mention.day >= start]
        p, expected = coverage_p(
            _calendar(sample, own, start, self.settings.coverage_weekly),
            len({mention.owner for mention in inside}),
            seed=f"coverage {sample.subject} {start} {sample.night}",
            draws=self.settings.coverage_draws,
        )  # fmt: skip
        return Spell(days=days, inside=inside, p=p, expected=expected)

    def _signal(self, sample: Sample, spell: Spell, p: float) -> Signal:
        rules, stop = self.settings, sample.night + 1
        seen, start = spell.owners, stop - spell.days
        articles = [m for m in sample.mentions if m.day >= start]
        few = seen < rules.coverage_outlets
        told = (f"{seen} independent outlets ({len(articles)} articles, copies included) in "
                f"{spell.days} days; their calendars bring {spell.expected:.1f}")  # fmt: skip
        return Signal(
            kind=self.kind, family=self.kind, subject=sample.subject, community=EVERYWHERE,
            window=(start, stop), baseline=(stop - rules.coverage_days, start),
            effect=float(seen), low=float(seen), high=float(seen), unit="outlets", p=p,
            outcome="too few people" if few else "could not tell",
            reason=f"{told}; {rules.coverage_outlets} are needed" if few else told,
            n=Numbers(records=len(spell.inside), outlets=seen,
                      communities=len({m.outlet for m in spell.inside})),
            maker=f"{self.kind}@{self.version}",
            guards=(Guard(name="outlets", value=seen, limit=rules.coverage_outlets,
                          passed=not few),),
            detail={
                "days": spell.days, "articles": len(articles), "expected": spell.expected,
                "copies": len(articles) - len(spell.inside), "window_p": spell.p,
                "first": min((m.day for m in spell.inside), default=start),
                "last": max((m.day for m in spell.inside), default=start),
                "owners": sorted({m.owner for m in spell.inside}), "needed": rules.coverage_outlets,
                "scale": "count", "sides": 1, "effect_min": rules.coverage_outlets - 1,
                "same_within": None, "smallest": float(rules.coverage_outlets),
            },
        )  # fmt: skip


def independent(mentions: Iterable[Mention]) -> list[Mention]:
    """The first article of every group of copies, in order of time: a reprint is nobody's own."""
    kept: list[Mention] = []
    seen: set[str] = set()
    for mention in sorted(mentions, key=lambda m: (m.published, m.record_id)):
        if not mention.cluster or mention.cluster not in seen:
            kept.append(mention)
            seen.add(mention.cluster)
    return kept


def _calendar(sample: Sample, own: Sequence[Mention], start: int, weekly: int) -> Calendar:
    """Articles per outlet and weekday: on the subject, in all, and in the window.

    Where an outlet publishes little, one weekday holds an article or two and permuting it could
    change nothing; its days then form one cell.
    """
    owner = {mention.outlet: mention.owner for mention in own}
    articles = [v for v in sample.others if v.unit == "outlet" and v.author in owner]
    output: Counter[str] = Counter()
    for voice in articles:
        output[voice.author] += voice.records
    often = {outlet for outlet, count in output.items() if count >= weekly}
    about = Counter(_cell(m.outlet, m.day, often) for m in own)
    about_inside = Counter(_cell(m.outlet, m.day, often) for m in own if m.day >= start)
    total: Counter[Cell] = Counter()
    inside: Counter[Cell] = Counter()
    for voice in articles:
        cell = _cell(voice.author, voice.day, often)
        total[cell] += voice.records
        inside[cell] += voice.records * (voice.day >= start)
    cells = sorted(about)
    owners = sorted(set(owner.values()))
    floor = [max(inside[c], about_inside[c]) for c in cells]
    return Calendar(
        owner=np.array([owners.index(owner[c[0]]) for c in cells], np.int64),
        about=np.array([about[c] for c in cells], np.int64),
        total=np.array([max(total[c], about[c] + f - about_inside[c])
                        for c, f in zip(cells, floor, strict=True)], np.int64),
        inside=np.array(floor, np.int64),
    )  # fmt: skip


def _cell(outlet: str, day: int, often: Container[str]) -> Cell:
    return (outlet, day % WEEK if outlet in often else WEEK)
