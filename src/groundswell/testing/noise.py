"""Samples in which nothing happens, for detectors to be silent about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from groundswell.notice.detector import Sample
from groundswell.types import EVERYTHING, EVERYWHERE, Daily, Mention, Pair, Voice

NIGHT = 20_600
DAYS = 98  # fourteen weeks of series
WINDOW = 63  # days whose voices are handed over
PLACES = ("lathes", "mills")
RECENT = 28  # days whose co-mentions are handed over
PEOPLE = 120  # a community's people
OUTLETS = 12
Random = np.random.Generator
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What was said in one place: one record an author and day, some on the subject."""

    place: str
    day: Ints
    author: Ints
    own: Bools  # on the subject


@lru_cache(maxsize=2)
def noise(count: int = 200, *, seed: int = 0) -> tuple[Sample, ...]:
    """So many samples of steady talk about one subject each, the same for the same seed."""
    return tuple(_noise(np.random.default_rng([seed, n]), f"entity/noise-{n}")
                 for n in range(count))  # fmt: skip


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


def _noise(random: Random, subject: str) -> Sample:
    own = random.uniform(0.3, 0.6)  # share of a day's people who speak of the subject
    talks = [_talk(random, place, own) for place in PLACES]
    everything = [voice for talk in talks for voice in _voices(random, talk)]
    about = [flag for talk in talks for flag in talk.own[talk.day > NIGHT - WINDOW]]
    start = NIGHT - DAYS + 1
    return Sample(
        night=NIGHT, subject=subject, daily=_daily(subject, talks),
        voices=[replace(v, subject=subject) for v, flag in zip(everything, about, strict=True)
                if flag],
        others=everything, mentions=_mentions(random, start),
        pairs=[pair for n in range(3) for pair in _pairs(random, subject, f"other-{n}", talks)],
        first_day=dict.fromkeys(PLACES, start), subject_first=start,
    )  # fmt: skip


def _talk(random: Random, place: str, own: float) -> Talk:
    days = np.arange(NIGHT - DAYS + 1, NIGHT + 1)
    people = random.poisson(random.uniform(6, 12) * random.gamma(20, 1 / 20, size=DAYS))
    author = [random.permutation(PEOPLE)[:n] for n in people]
    day = np.repeat(days, [len(some) for some in author])
    return Talk(place=place, day=day, author=np.concatenate(author),
                own=random.random(len(day)) < own)  # fmt: skip


def _voices(random: Random, talk: Talk) -> Iterator[Voice]:
    late = talk.day > NIGHT - WINDOW
    size = int(late.sum())
    tones = np.clip(random.normal(0, 350, size), -1000, 1000).astype(np.int64)
    threads, lengths = random.integers(12, size=size), random.integers(4, size=size)
    said = zip(talk.day[late], talk.author[late], tones, threads, lengths, strict=True)
    for day, author, tone, thread, length in said:
        yield Voice(
            day=int(day), community=talk.place, subject=EVERYTHING, unit="person",
            author=f"{talk.place}-{author}", cluster="", thread=f"{talk.place}-{day}-{thread}",
            length_bin=int(length), exact=True, records=1, copies=0, read=1, score_sum=int(tone),
            positive=int(tone > 250), negative=int(tone < -250),
        )  # fmt: skip


def _daily(subject: str, talks: Sequence[Talk]) -> list[Daily]:
    start = NIGHT - DAYS + 1
    own = [np.bincount(talk.day[talk.own] - start, minlength=DAYS) for talk in talks]
    every = [np.bincount(talk.day - start, minlength=DAYS) for talk in talks]
    whole = (EVERYWHERE, np.sum(own, axis=0), np.sum(every, axis=0))
    series = [whole, *zip(PLACES, own, every, strict=True)]
    return [
        Daily(subject=subject, community=place, unit="person", start=start,
              voices=tuple(map(int, voices)), totals=tuple(map(int, totals)),
              exposure=(1000,) * DAYS)
        for place, voices, totals in series
    ]  # fmt: skip


def _mentions(random: Random, start: int) -> list[Mention]:
    days = sorted(int(d) for d in random.integers(start, NIGHT + 1, size=random.integers(15, 40)))
    outlets = [f"outlet-{random.integers(OUTLETS)}" for _ in days]
    return [
        Mention(record_id=f"news:{n}", outlet=outlet, owner=outlet, day=day,
                published=day * 86_400_000_000 + n, exact=True, cluster="")
        for n, (day, outlet) in enumerate(zip(days, outlets, strict=True))
    ]  # fmt: skip


def _pairs(random: Random, subject: str, other: str, talks: Sequence[Talk]) -> list[Pair]:
    """The pair over all places, then in each: the other stands in any record alike."""
    rate = random.uniform(0.05, 0.3)
    parts = []
    for talk in talks:
        late = talk.day > NIGHT - RECENT
        named = random.random(int(late.sum())) < rate
        author, own = talk.author[late], talk.own[late]
        a, b = set(author[own]), set(author[named])
        both = len(set(author[own & named]))
        parts.append(Pair(a=subject.removeprefix("entity/"), b=other, both=both,
                          only_a=len(a) - both, only_b=len(b) - both,
                          neither=len(set(author) - a - b), communities=int(both > 0)))  # fmt: skip
    whole = [sum(getattr(part, name) for part in parts)
             for name in ("both", "only_a", "only_b", "neither", "communities")]  # fmt: skip
    return [Pair(parts[0].a, other, *whole), *parts]
