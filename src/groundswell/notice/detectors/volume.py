"""Are more people talking about it than its own past and its surroundings explain?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from groundswell.notice.crowd import Crowd, crowd, people_a_day, within, without
from groundswell.notice.detector import Sample
from groundswell.notice.offsets import Panel, moved, panel
from groundswell.notice.settings import SETTINGS, Settings
from groundswell.stats.burst import burst_start, peak
from groundswell.stats.multiplicity import simes
from groundswell.stats.power import smallest_ratio
from groundswell.stats.surveillance import (
    Baseline,
    Surprise,
    learn,
    ratio_interval,
    surprise,
)
from groundswell.types import EVERYWHERE, Guard, Outcome, Signal, Voice

Floats = npt.NDArray[np.float64]
RECENT = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Both tests of every series: against collection alone, and against all other voices."""

    table: Panel
    held: int  # last days that taught nothing
    count: Baseline
    share: Baseline
    by_count: tuple[Surprise, ...]  # one per window
    by_share: tuple[Surprise, ...]
    p: Floats  # (series, windows): the larger of the two, since both must say so


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One series with the window it is told in."""

    row: int
    at: int
    days: int
    voices: Sequence[Voice]  # of this series, the last 63 days
    people: Crowd


@dataclass(frozen=True, kw_only=True)
class Volume:
    """More voices than expected, by count and by share, in the last seven, three or one days."""

    kind: ClassVar[str] = "volume"
    version: ClassVar[str] = "1"
    settings: Settings = field(default=SETTINGS)

    def __call__(self, sample: Sample) -> Iterable[Signal]:
        """One signal for "*", and where it may be selected one for every community.

        A subject whose own p is above q can never be selected, since calibration only raises
        p-values; its communities need no test. Communities with under five voices have none.
        """
        held = self._held(sample)
        table = panel(sample.daily, held)
        if table is None or table.counts.shape[1] <= held:
            return  # nothing before tonight's windows to learn from
        fit = _fit(table, held, self.settings)
        p = simes(fit.p)
        rows = len(p) if p[0] <= self.settings.q else 1
        for row, community in enumerate(table.communities[:rows]):
            voices = [v for v in within(sample.voices, table.start, sample.night + 1)
                      if community in (EVERYWHERE, v.community)]  # fmt: skip
            recent = {v.author for v in voices if v.day > sample.night - RECENT and v.records}
            if row == 0 or len(recent - {""}) >= self.settings.series_people:
                case = self._case(sample, fit, row, voices)
                yield self._signal(sample, fit, case, float(p[row]))

    def _held(self, sample: Sample) -> int:
        """How many of the last days teach nothing: two weeks where the corpus is old enough."""
        rules = self.settings
        oldest = min(sample.first_day.values(), default=sample.night)
        enough = sample.night + 1 - oldest >= rules.volume_held + 2 * rules.volume_history
        return rules.volume_held if enough else max(rules.volume_windows)

    def _case(self, sample: Sample, fit: Fit, row: int, voices: Sequence[Voice]) -> Case:
        """The longest window that alone is surprising and has enough people to tell of it.

        Where there is none, the most surprising one with enough people, else the longest.
        """
        cases = []
        for at, days in enumerate(self.settings.volume_windows):
            spoken = [v for v in voices if v.day > sample.night - days]
            cases.append(Case(row=row, at=at, days=days, voices=voices, people=crowd(spoken)))
        enough = [case for case in cases if case.people.n.authors >= self.settings.people]
        alone = self.settings.q / len(cases)
        clear = [case for case in enough if fit.p[row, case.at] <= alone]
        return min(clear[:1] or enough or cases[:1], key=lambda case: fit.p[row, case.at])

    def _signal(self, sample: Sample, fit: Fit, case: Case, p: float) -> Signal:
        rules, table = self.settings, fit.table
        stop = sample.night + 1
        window = (stop - case.days, stop)
        detail = self._detail(sample, fit, case)
        outcome, reason = self._outcome(fit, case, detail)
        return Signal(
            kind=self.kind, family=self.kind, subject=sample.subject,
            community=table.communities[case.row], window=window,
            baseline=(stop - fit.held - rules.volume_baseline, stop - fit.held),
            effect=detail["ratio"],
            low=detail.pop("low"), high=detail.pop("high"), unit="times", p=p, outcome=outcome,
            reason=reason, n=case.people.n, maker=f"{self.kind}@{self.version}", detail=detail,
            guards=self._guards(sample, fit, case, detail),
        )  # fmt: skip

    def _detail(self, sample: Sample, fit: Fit, case: Case) -> dict[str, Any]:
        seen, other = fit.by_count[case.at], fit.by_share[case.at]
        row, start = case.row, sample.night + 1 - case.days
        plain = _plain(fit, case, self.settings.volume_baseline, self.settings.level)
        first = max(fit.table.start, sample.night + 1 - RECENT)
        recent = fit.table.counts[row, first - fit.table.start :].astype(int).tolist()
        top_day, top = peak(recent[start - first :], start)
        alpha = float(fit.count.alpha[row])
        return plain | {
            "days": case.days, "peak": top, "peak_day": top_day,
            "started": burst_start(recent, plain["before"], first),
            "expected": float(seen.expected[row]), "count_ratio": float(seen.ratio[row]),
            "count_low": float(seen.low[row]), "count_p": float(seen.p[row]),
            "share_ratio": float(other.ratio[row]), "share_low": float(other.low[row]),
            "share_p": float(other.p[row]), "window_p": float(fit.p[row, case.at]),
            "dispersion": alpha, "history": _history(fit, row),
            "emergence": _known_days(sample, fit, case) < self.settings.volume_history,
            "subject_first": sample.subject_first, "scale": "log", "sides": 1,
            "effect_min": self.settings.volume_effect, "same_within": self.settings.volume_same,
            "smallest": smallest_ratio(float(seen.expected[row]), alpha / case.days + 0.02),
            "needed": self.settings.people,
        }  # fmt: skip

    def _outcome(self, fit: Fit, case: Case, detail: dict[str, Any]) -> tuple[Outcome, str]:
        rules, people = self.settings, case.people.n.authors
        collected = _collected(fit.table, case)
        span = f"in {case.days} days" if case.days > 1 else "in one day"
        if collected < rules.exposure_least:
            return "not collected", f"{collected:.0%} of what was expected {span} was collected"
        if detail["history"] < rules.volume_history:
            return "not collected", (f"{detail['history']:.0f} days were collected before; a "
                                     f"baseline needs {rules.volume_history:.0f}")  # fmt: skip
        if people < rules.people:
            return "too few people", f"{people} people {span}; {rules.people} are needed"
        told = f"{people} people {span}: {detail['now']:.3g} a day, {detail['before']:.3g} before"
        if detail["emergence"]:
            told += "; tested as an emergence, since its own history is shorter than two weeks"
        return "could not tell", told

    def _guards(self, sample: Sample, fit: Fit, case: Case,
                detail: dict[str, Any]) -> tuple[Guard, ...]:  # fmt: skip
        rules, people = self.settings, case.people
        adjusted = min(detail["count_low"], detail["share_low"])
        found = [
            Guard(name="people", value=people.n.authors, limit=rules.people,
                  passed=people.n.authors >= rules.people),
            Guard(name="top author", value=people.top_author, limit=rules.top_share,
                  passed=people.top_author <= rules.top_share),
            Guard(name="top thread", value=people.top_thread, limit=rules.top_share,
                  passed=people.top_thread <= rules.top_share),
            Guard(name="copies", value=people.copies, limit=rules.copies_share,
                  passed=people.copies <= rules.copies_share),
            Guard(name="exposure", value=_collected(fit.table, case), limit=rules.exposure_least,
                  passed=_collected(fit.table, case) >= rules.exposure_least),
            Guard(name="adjusted", value=adjusted, limit=1.0, passed=adjusted > 1.0),
        ]  # fmt: skip
        if detail["emergence"] and case.row == 0:
            places = people.n.communities
            least = rules.together_communities
            found.append(Guard(name="communities", value=places, limit=least,
                               passed=places >= least))  # fmt: skip
        if detail["window_p"] < rules.jackknife_p:  # dull tests need no further excuse
            found.append(self._jackknife(sample, fit, case))
            found.append(self._collection(fit, case))
        return tuple(found)

    def _jackknife(self, sample: Sample, fit: Fit, case: Case) -> Guard:
        """The largest p left when the largest thread, author or cluster is taken away."""
        start = sample.night + 1 - case.days
        spoken = [v for v in case.voices if v.day >= start]
        worst = 0.0
        for keep in without(case.people):
            left = people_a_day(filter(keep, spoken), start, case.days)
            worst = max(worst, _retested(fit, case.row, left))
        limit = self.settings.jackknife_p
        return Guard(name="without the largest", value=worst, limit=limit, passed=worst <= limit)

    def _collection(self, fit: Fit, case: Case) -> Guard:
        """The p left without the communities whose collector itself moved."""
        table, limit = fit.table, self.settings.jackknife_p
        bad = moved(table, case.days, self.settings)
        p = float(fit.p[case.row, case.at])
        if case.row and bad[case.row]:
            p = 1.0
        elif case.row == 0 and bad.any():
            p = _steady(fit, bad, case, self.settings)
        return Guard(name="collection", value=p, limit=limit, passed=p <= limit)


def _fit(table: Panel, held: int, settings: Settings) -> Fit:
    windows = settings.volume_windows
    count = learn(table.counts, table.exposure, table.start, held, settings.rules)
    share = learn(table.counts, table.share, table.start, held, settings.rules)
    by_count = tuple(surprise(table.counts, count, days, settings.level) for days in windows)
    by_share = tuple(surprise(table.counts, share, days, settings.level) for days in windows)
    p = [np.maximum(a.p, b.p) for a, b in zip(by_count, by_share, strict=True)]
    return Fit(table=table, held=held, count=count, share=share, by_count=by_count,
               by_share=by_share, p=np.stack(p, axis=1))  # fmt: skip


def _retested(fit: Fit, row: int, left: Floats) -> float:
    """Both tests of one series with other counts in its last days; the larger p."""
    one = slice(row, row + 1)
    counts = fit.table.counts[one].copy()
    counts[0, -len(left) :] = np.minimum(counts[0, -len(left) :], left)
    found = []
    for base in (fit.count, fit.share):
        own = replace(base, shape=base.shape[one], rate=base.rate[one], offset=base.offset[one],
                      alpha=base.alpha[one])  # fmt: skip
        found.append(float(surprise(counts, own, len(left), 0.95).p[0]))
    return max(found)


def _steady(fit: Fit, bad: npt.NDArray[np.bool_], case: Case, settings: Settings) -> float:
    """The larger p of the sum over the communities whose collection did not move."""
    table = fit.table
    keep = ~bad
    keep[0] = False
    if not keep.any():
        return 1.0
    counts = table.counts[keep].sum(0, keepdims=True)
    said = table.counts[keep][:, : -fit.held].sum(1) + 0.5
    found = []
    for offset in (table.exposure, table.share):
        weighted = (said @ offset[keep] / said.sum())[None, :]
        own = learn(counts, weighted, table.start, fit.held, settings.rules)
        found.append(float(surprise(counts, own, case.days, settings.level).p[0]))
    return max(found)


def _plain(fit: Fit, case: Case, baseline: int, level: float) -> dict[str, Any]:
    """The ratio as docs/claims.md defines it: voices a day over exposure, window to baseline."""
    cut = fit.table.days - case.days
    counts, exposure = fit.table.counts[case.row], fit.table.exposure[case.row]
    now = _a_day(counts[cut:], exposure[cut:])
    stop = fit.table.days - fit.held
    past = slice(max(0, stop - baseline), stop)
    before = _a_day(counts[past], exposure[past])
    days = max(int((exposure[past] > 0).sum()), 1)
    alpha = np.array([fit.count.alpha[case.row]])
    seen = np.array([counts[cut:].sum()])
    base = np.array([counts[past].sum() + 0.5])
    low, high = ratio_interval(seen, alpha / case.days, base, alpha / days, level)
    plain = float(seen[0] / base[0]) if seen[0] else 1.0
    ratio = now / before if before else now * days / 0.5
    bounds = {"low": float(low[0]) * ratio / plain, "high": float(high[0]) * ratio / plain}
    return {"now": now, "before": before, "ratio": ratio, **bounds}


def _a_day(counts: Floats, exposure: Floats) -> float:
    seen = exposure > 0
    return float((counts[seen] / exposure[seen]).mean()) if seen.any() else 0.0


def _history(fit: Fit, row: int) -> float:
    return float(np.minimum(fit.table.exposure[row, : -fit.held], 1.0).sum())


def _known_days(sample: Sample, fit: Fit, case: Case) -> float:
    """Collected days between the subject's first appearance and the end of the baseline."""
    first = max(0, sample.subject_first - fit.table.start)
    return float(np.minimum(fit.table.exposure[case.row, first : -fit.held], 1.0).sum())


def _collected(table: Panel, case: Case) -> float:
    return float(table.exposure[case.row, -case.days :].mean())
