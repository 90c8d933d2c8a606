"""Samples in which nothing happens, for detectors to be silent about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from groundswell.notice.detector import Sample
from groundswell.types import EVERYTHING, EVERYWHERE, Daily, Mention, Pair, Voice
from groundswell.types.series import Unit

NIGHT = 20_600
DAYS = 98  # fourteen weeks of series
WINDOW = 63  # days whose voices are handed over
PLACES = ("lathes", "mills")
PEOPLE = 240  # a community's people
OUTLETS = 12


def noise(count: int = 200, *, seed: int = 0) -> list[Sample]:
    """So many samples of steady talk about one subject, the same for the same seed."""
    return [_noise(np.random.default_rng([seed, n]), f"entity/noise-{n}") for n in range(count)]


def quiet(sample: Sample, days: int) -> Sample:
    """A sample with that many days of history, on all of which nobody said anything."""
    start = sample.night - days + 1
    nothing = (0,) * days
    daily = [replace(one, start=start, voices=nothing, totals=nothing, exposure=(1000,) * days)
             for one in sample.daily]  # fmt: skip
    return replace(sample, daily=daily, voices=(), others=(), mentions=(), pairs=(),
                   first_day=dict.fromkeys(sample.first_day, start),
                   subject_first=sample.night)  # fmt: skip


def short(sample: Sample, days: int) -> Sample:
    """The same sample when collection began only so many days ago."""
    start = sample.night - days + 1
    daily = [replace(one, start=start, voices=one.voices[-days:], totals=one.totals[-days:],
                     exposure=one.exposure[-days:]) for one in sample.daily]  # fmt: skip
    return replace(
        sample, daily=daily, voices=[v for v in sample.voices if v.day >= start],
        others=[v for v in sample.others if v.day >= start],
        mentions=[m for m in sample.mentions if m.day >= start], pairs=(),
        first_day=dict.fromkeys(sample.first_day, start),
        subject_first=max(sample.subject_first, start),
    )  # fmt: skip


def _noise(random: np.random.Generator, subject: str) -> Sample:
    start = NIGHT - DAYS + 1
    busy = {place: random.uniform(20, 40) for place in PLACES}
    own = random.uniform(0.15, 0.4)  # share of a day's people who speak of the subject
    everything: list[Voice] = []
    voices: list[Voice] = []
    for day in range(start, NIGHT + 1):
        for place in PLACES:
            people = min(PEOPLE, int(random.poisson(busy[place] * random.gamma(20, 1 / 20))))
            for author in random.choice(PEOPLE, size=people, replace=False):
                voice = _voice(random, day, place, f"{place}-{author}")
                everything.append(voice)
                if random.random() < own:
                    voices.append(replace(voice, subject=subject))
    mentions = _mentions(random, start)
    recent = NIGHT - WINDOW
    return Sample(
        night=NIGHT, subject=subject, daily=_daily(subject, voices, everything, start),
        voices=[v for v in voices if v.day > recent],
        others=[v for v in everything if v.day > recent],
        mentions=mentions, pairs=_pairs(random, subject, voices, everything),
        first_day=dict.fromkeys(PLACES, start), subject_first=start,
    )  # fmt: skip


def _voice(random: np.random.Generator, day: int, place: str, author: str) -> Voice:
    score = int(np.clip(random.normal(0, 350), -1000, 1000))
    return Voice(
        day=day, community=place, subject=EVERYTHING, unit="person", author=author, cluster="",
        thread=f"{place}-{day}-{random.integers(12)}", length_bin=int(random.integers(4)),
        exact=True, records=1, copies=0, read=1, score_sum=score, positive=int(score > 250),
        negative=int(score < -250),
    )  # fmt: skip


def _daily(subject: str, voices: Sequence[Voice], everything: Sequence[Voice],
           start: int) -> list[Daily]:  # fmt: skip
    own, all_ = _counted(voices), _counted(everything)
    unit: Unit = "person"
    days = range(start, NIGHT + 1)
    return [
        Daily(subject=subject, community=place, unit=unit, start=start,
              voices=tuple(own.get((place, day), 0) for day in days),
              totals=tuple(all_.get((place, day), 0) for day in days), exposure=(1000,) * DAYS)
        for place in (EVERYWHERE, *PLACES)
    ]  # fmt: skip


def _counted(voices: Sequence[Voice]) -> dict[tuple[str, int], int]:
    people: dict[tuple[str, int], set[str]] = defaultdict(set)
    for voice in voices:
        people[voice.community, voice.day].add(voice.author)
        people[EVERYWHERE, voice.day].add(voice.author)
    return {key: len(found) for key, found in people.items()}


def _mentions(random: np.random.Generator, start: int) -> list[Mention]:
    days = sorted(int(d) for d in random.integers(start, NIGHT + 1, size=random.integers(15, 40)))
    outlets = [f"outlet-{random.integers(OUTLETS)}" for _ in days]
    return [
        Mention(record_id=f"news:{n}", outlet=outlet, owner=outlet, day=day,
                published=day * 86_400_000_000 + n, exact=True, cluster="")
        for n, (day, outlet) in enumerate(zip(days, outlets, strict=True))
    ]  # fmt: skip


def _pairs(random: np.random.Generator, subject: str, voices: Sequence[Voice],
           everything: Sequence[Voice]) -> list[Pair]:  # fmt: skip
    recent = NIGHT - 28
    a = len({v.author for v in voices if v.day > recent})
    all_ = len({v.author for v in everything if v.day > recent})
    pairs = []
    for n in range(3):
        b = int(random.integers(all_ // 4, all_ // 2))
        both = int(random.hypergeometric(a, all_ - a, b))
        pairs.append(Pair(a=subject.removeprefix("entity/"), b=f"other-{n}", both=both,
                          only_a=a - both, only_b=b - both, neither=all_ - a - b + both,
                          communities=len(PLACES)))  # fmt: skip
    return pairs
