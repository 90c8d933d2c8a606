"""Did people's tone change, and did the same people change it?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from groundswell.notice.crowd import crowd, within
from groundswell.notice.detector import Sample
from groundswell.notice.settings import SETTINGS, Settings
from groundswell.stats.clusters import Clustered, Readings, author_means, difference, mean
from groundswell.stats.kitagawa import Voices, by_group, by_voices
from groundswell.stats.multiplicity import simes
from groundswell.stats.power import needed, smallest_difference
from groundswell.stats.shares import wilson, z_of
from groundswell.types import EVERYWHERE, Guard, Numbers, Outcome, Signal, Voice

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
MILLI = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The read person voices of a sample as arrays; authors, threads, communities as codes."""

    rows: Readings
    day: Ints
    place: Ints
    places: tuple[str, ...]
    voices: Sequence[Voice]

    def where(self, community: str, start: int, stop: int) -> Bools:
        """Which rows lie in a community ("*": any) and in days `start` to before `stop`."""
        inside = (self.day >= start) & (self.day < stop)
        if community == EVERYWHERE:
            return np.asarray(inside, dtype=np.bool_)
        return np.asarray(inside & (self.place == self.places.index(community)), dtype=np.bool_)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One community's change between one window and the days before it."""

    community: str
    window: tuple[int, int]
    baseline: tuple[int, int]
    now: Readings
    before: Readings
    change: Clustered

    @property
    def fewest(self) -> int:
        """Authors in the smaller of the two periods."""
        return min(_authors(self.now), _authors(self.before))


@dataclass(frozen=True, kw_only=True)
class Tone:
    """Change of mean author tone, and its level in every community."""

    kind: ClassVar[str] = "tone"
    version: ClassVar[str] = "1"
    settings: Settings = field(default=SETTINGS)

    def __call__(self, sample: Sample) -> Iterable[Signal]:
        """A change and a level for "*", and for every community with enough people.

        The changes of communities are tested only where that of "*" may be selected: where its p
        is above q it never is, since calibration only raises p-values.
        """
        whole = 1.0
        sheet = _sheet(within(sample.voices, 0, sample.night + 1))
        for community in (EVERYWHERE, *sheet.places):
            span = sheet.where(community, sample.night + 1 - self.settings.tone_level_days,
                               sample.night + 1)  # fmt: skip
            readers = _authors(sheet.rows.pick(span))
            everywhere = community == EVERYWHERE
            if everywhere or (whole <= self.settings.q and readers >= self.settings.series_people):
                change = self._change(sample, sheet, community)
                whole = change.p if everywhere else whole
                yield change
            if everywhere or readers >= self.settings.people:
                yield self._level(sample, sheet, community, span)

    def _change(self, sample: Sample, sheet: Sheet, community: str) -> Signal:
        trials = [self._trial(sample, sheet, community, days)
                  for days in self.settings.tone_windows]  # fmt: skip
        p = float(simes([[trial.change.p for trial in trials]])[0])
        enough = [trial for trial in trials if trial.fewest >= self.settings.people]
        trial = min(enough or trials[:1], key=lambda t: (t.change.p, t.window))
        voices = by_voices(trial.now, trial.before, _seed(sample, trial)) if trial.fewest else None
        places = self._places(sheet, trial) if community == EVERYWHERE and voices else {}
        outcome, reason = self._outcome(trial, voices)
        spoken = crowd(v for v in sheet.voices if trial.window[0] <= v.day < trial.window[1]
                       and community in (EVERYWHERE, v.community))  # fmt: skip
        low, high = trial.change.interval(self.settings.level)
        return Signal(
            kind=self.kind, family=self.kind, subject=sample.subject, community=community,
            window=trial.window, baseline=trial.baseline, effect=_finite(trial.change.value),
            low=_finite(low, -math.inf), high=_finite(high, math.inf), unit="tone", p=p,
            outcome=outcome, reason=reason, n=spoken.n, maker=f"{self.kind}@{self.version}",
            guards=self._guards(trial, voices, places, spoken.top_thread),
            detail=self._detail(trial, voices, places),
        )  # fmt: skip

    def _trial(self, sample: Sample, sheet: Sheet, community: str, days: int) -> Trial:
        stop = sample.night + 1
        start = stop - days
        first = start - self.settings.tone_baseline
        now = sheet.rows.pick(sheet.where(community, start, stop))
        before = sheet.rows.pick(sheet.where(community, first, start))
        seed = f"tone {sample.subject} {community} {start} {stop}"
        return Trial(community=community, window=(start, stop), baseline=(first, start), now=now,
                     before=before, change=difference(now, before, seed))  # fmt: skip

    def _outcome(self, trial: Trial, voices: Voices | None) -> tuple[Outcome, str]:
        now, before, least = _authors(trial.now), _authors(trial.before), self.settings.people
        if trial.fewest < least or voices is None:
            return "too few people", (f"{_were(now)} read in the window and {before} before; "
                                      f"{least} are needed in each")  # fmt: skip
        moved = f"{trial.change.value:+.2f}"
        return "could not tell", (
            f"mean tone of {now} people against {before} before moved by {moved}, "
            f"of which {voices.split.within:+.2f} among the {voices.authors} who spoke in both"
        )

    def _places(self, sheet: Sheet, trial: Trial) -> dict[str, float]:
        """The part of the change inside communities, their shares of the voices held equal."""
        place = [sheet.place[sheet.where(EVERYWHERE, *span)]
                 for span in (trial.window, trial.baseline)]  # fmt: skip
        split, error = by_group(trial.now, place[0], trial.before, place[1])
        reach = z_of(self.settings.level) * error
        low, high = split.within - reach, split.within + reach
        return {"places_within": split.within, "places_between": split.between,
                "places_low": low, "places_high": high}  # fmt: skip

    def _guards(self, trial: Trial, voices: Voices | None, places: dict[str, float],
                top_thread: float) -> tuple[Guard, ...]:  # fmt: skip
        rules = self.settings
        found = [
            Guard(name="people", value=_authors(trial.now), limit=rules.people,
                  passed=_authors(trial.now) >= rules.people),
            Guard(name="people before", value=_authors(trial.before), limit=rules.people,
                  passed=_authors(trial.before) >= rules.people),
            Guard(name="top thread", value=top_thread, limit=rules.top_share,
                  passed=top_thread <= rules.top_share),
        ]  # fmt: skip
        if voices is None:
            return tuple(found)
        found.append(Guard(name="same people", value=voices.authors, limit=rules.people,
                           passed=voices.authors >= rules.people))  # fmt: skip
        if voices.authors >= rules.people:
            clear = _clear(voices.same, trial.change.value, rules.level)
            found.append(Guard(name="same voices", value=voices.same.p, limit=1 - rules.level,
                               passed=clear))  # fmt: skip
        if places:
            low, high = places["places_low"], places["places_high"]
            agrees = low > 0 if trial.change.value > 0 else high < 0
            found.append(Guard(name="same places", value=places["places_within"], limit=0.0,
                               passed=agrees))  # fmt: skip
        if trial.change.p < rules.jackknife_p:
            p = _worst_without(trial)
            found.append(Guard(name="without the largest", value=p, limit=rules.jackknife_p,
                               passed=p <= rules.jackknife_p))  # fmt: skip
        return tuple(found)

    def _detail(self, trial: Trial, voices: Voices | None,
                places: dict[str, float]) -> dict[str, Any]:  # fmt: skip
        rules, error = self.settings, trial.change.error
        own: dict[str, Any] = {"same_people": 0}
        if voices is not None:
            low, high = voices.same.interval(rules.level)
            own = {"same_people": voices.authors, "within": voices.split.within,
                   "between": voices.split.between, "same_change": voices.same.value,
                   "within_low": low * voices.share,
                   "within_high": high * voices.share}  # fmt: skip
        return {
            "now": _mean(trial.now), "before": _mean(trial.before),
            "people_now": _authors(trial.now), "people_before": _authors(trial.before),
            "days": trial.window[1] - trial.window[0], "df": trial.change.df, "scale": "linear",
            "sides": 2, "effect_min": rules.tone_effect, "same_within": rules.tone_same,
            "smallest": smallest_difference(error), "window_p": trial.change.p,
            "needed": needed(trial.fewest, error, rules.tone_same), **own, **places,
        }  # fmt: skip

    def _level(self, sample: Sample, sheet: Sheet, community: str, span: Bools) -> Signal:
        rules, rows = self.settings, sheet.rows.pick(span)
        stop = sample.night + 1
        found = mean(rows, f"tone-level {sample.subject} {community} {stop}")
        low, high = found.interval(rules.level)
        people = _authors(rows)
        means = author_means(rows)[1]
        warm, cold = int((means > rules.tone_warm).sum()), int((means < -rules.tone_warm).sum())
        warm_low, warm_high = wilson(warm, people, rules.level)
        few = people < rules.people
        window = (stop - rules.tone_level_days, stop)
        told = f"mean tone of {people} people is {_finite(found.value):+.2f}, {warm} of them warm"
        return Signal(
            kind="tone-level", family="tone-level", subject=sample.subject, community=community,
            window=window, baseline=(window[0], window[0]), effect=_finite(found.value),
            low=_finite(low, -math.inf), high=_finite(high, math.inf), unit="tone", p=found.p,
            outcome="too few people" if few else "could not tell",
            reason=f"{_were(people)} read; {rules.people} are needed" if few else told,
            n=_numbers(sheet, span), maker=f"tone-level@{self.version}",
            guards=(Guard(name="people", value=people, limit=rules.people, passed=not few),),
            detail={
                "people": people, "warm": warm, "cold": cold,
                "share_warm": warm / people if people else 0.0, "warm_low": warm_low,
                "warm_high": warm_high, "share_cold": cold / people if people else 0.0,
                "firm": people >= rules.firm, "df": found.df, "scale": "linear", "sides": 2,
                "effect_min": rules.tone_effect, "same_within": rules.tone_same,
                "smallest": smallest_difference(found.error), "measured": "not audited",
            },
        )  # fmt: skip


def _sheet(voices: Sequence[Voice]) -> Sheet:
    read = [v for v in voices if v.read and v.author]
    count = np.array([v.read for v in read], np.float64)
    places = tuple(sorted({v.community for v in read}))
    return Sheet(
        rows=Readings(
            author=_codes([v.author for v in read]), thread=_codes([v.thread for v in read]),
            count=count, total=np.array([v.score_sum for v in read], np.float64) / MILLI,
        ),
        day=np.array([v.day for v in read], np.int64), places=places, voices=read,
        place=np.array([places.index(v.community) for v in read], np.int64),
    )  # fmt: skip


def _codes(names: Sequence[str]) -> Ints:
    known = {name: code for code, name in enumerate(sorted(set(names)))}
    return np.array([known[name] for name in names], np.int64)


def _worst_without(trial: Trial) -> float:
    """The p left without the window's largest thread."""
    threads, index = np.unique(trial.now.thread, return_inverse=True)
    largest = threads[np.argmax(np.bincount(index))]
    left = trial.now.pick(trial.now.thread != largest)
    again = difference(left, trial.before, f"without {largest}")
    return again.p if again.value * trial.change.value > 0 else 1.0


def _clear(same: Clustered, change: float, level: float) -> bool:
    low, high = same.interval(level)
    return low > 0 if change > 0 else high < 0


def _numbers(sheet: Sheet, span: Bools) -> Numbers:
    return crowd(v for v, inside in zip(sheet.voices, span, strict=True) if inside).n


def _seed(sample: Sample, trial: Trial) -> str:
    return f"same voices {sample.subject} {trial.community} {trial.window}"


def _authors(rows: Readings) -> int:
    return len(np.unique(rows.author))


def _mean(rows: Readings) -> float:
    means = author_means(rows)[1]
    return float(means.mean()) if len(means) else 0.0


def _finite(value: float, default: float = 0.0) -> float:
    return default if math.isnan(value) else value


def _were(people: int) -> str:
    return f"{people:,} {'person was' if people == 1 else 'people were'}"
