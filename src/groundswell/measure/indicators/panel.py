"""The same repositories in every week, and how much of a figure is due to which of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any

import numpy as np

from groundswell.measure.indicators import care, flow, form
from groundswell.measure.indicators.flow import CLOSED, COHORT_DAYS
from groundswell.measure.indicators.week import Kind, Week
from groundswell.stats.seed import generator
from groundswell.stats.survival import aalen_johansen, kaplan_meier
from groundswell.types.ticket import Ticket

DRAWS = 300
LEVEL = 0.95
FEWEST = 3  # repositories: with fewer, no interval
FEW = 5  # tickets, or answers: with fewer, no median and no share
Sample = Sequence[Any]
Panel = Mapping[str, Sequence[Ticket]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One indicator: its name, what it is counted in, what a repository's week gives to it, and
    the figure of what many give together. `scale` makes it an integer of its unit."""

    name: str
    unit: str
    sample: Callable[[Week], Sample]
    statistic: Callable[[Sample], float | None]
    scale: int = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the whole panel with its interval (None with too few repositories), and of the
    repository in the middle."""

    value: float
    low: float | None
    high: float | None
    middle: float
    repos: int


def total(sample: Sample) -> float | None:
    """What adds up; None of nothing."""
    return float(sum(sample)) if sample else None


def share(sample: Sample) -> float | None:
    """Parts over wholes; None where the wholes are nothing."""
    whole = sum(part[1] for part in sample)
    return sum(part[0] for part in sample) / whole if whole else None


def sure_share(sample: Sample) -> float | None:
    """The same, and None where the wholes are few."""
    return share(sample) if sum(part[1] for part in sample) >= FEW else None


def median_wait(sample: Sample) -> float | None:
    """The Kaplan-Meier median of waits and whether they ended; None where half did not end."""
    if len(sample) < FEW:
        return None
    return kaplan_meier([wait for wait, _ in sample], [ended for _, ended in sample]).median


def declined(sample: Sample) -> float | None:
    """The share closed without a merge after 30 days, merging and closing competing."""
    if len(sample) < FEW:
        return None
    what = [kind for _, kind in sample]
    return aalen_johansen([wait for wait, _ in sample], what, COHORT_DAYS).get(CLOSED, 0.0)


def middle_age(sample: Sample) -> float | None:
    """The median; None of nothing."""
    return float(np.median(sample)) if sample else None


def fewest_for_half(sample: Sample) -> float | None:
    """The fewest people who together did half of everything; None where little was done."""
    if len(sample) < FEW:
        return None
    carried, n = 0, 0
    for _, acts in Counter(sample).most_common():
        carried, n = carried + acts, n + 1
        if 2 * carried >= len(sample):
            break
    return float(n)


def _of(sample: Callable[[Week, Kind], Sample], kind: Kind) -> Callable[[Week], Sample]:
    return lambda week: sample(week, kind)


MEASURES: tuple[Measure, ...] = (
    Measure(name="issues opened", unit="tickets", sample=_of(flow.opened, "issue"),
            statistic=total),
    Measure(name="changes opened", unit="tickets", sample=_of(flow.opened, "change"),
            statistic=total),
    Measure(name="opened per maintainer", unit="thousandths of a ticket",
            sample=flow.per_maintainer, statistic=share, scale=1000),
    Measure(name="opened by bots", unit="permille", sample=flow.by_bots, statistic=sure_share,
            scale=1000),
    Measure(name="first-timer share", unit="permille", sample=flow.first_timers,
            statistic=sure_share, scale=1000),
    Measure(name="first response, issues", unit="minutes", sample=_of(care.waits, "issue"),
            statistic=median_wait, scale=60),
    Measure(name="first response, changes", unit="minutes", sample=_of(care.waits, "change"),
            statistic=median_wait, scale=60),
    Measure(name="closed unmerged after 30 days", unit="permille", sample=flow.fates,
            statistic=declined, scale=1000),
    Measure(name="closure ratio, issues", unit="permille", sample=_of(flow.closure, "issue"),
            statistic=share, scale=1000),
    Measure(name="closure ratio, changes", unit="permille", sample=_of(flow.closure, "change"),
            statistic=share, scale=1000),
    Measure(name="backlog", unit="tickets", sample=flow.backlog, statistic=total),
    Measure(name="backlog slope", unit="thousandths of a ticket a week", sample=flow.slope,
            statistic=total, scale=1000),
    Measure(name="backlog age", unit="days", sample=flow.ages, statistic=middle_age),
    Measure(name="contributor absence factor", unit="people", sample=care.acts,
            statistic=fewest_for_half),
    Measure(name="review load", unit="thousandths of an answer", sample=care.reviews,
            statistic=share, scale=1000),
    Measure(name="answers by bots", unit="permille", sample=care.bot_answers,
            statistic=sure_share, scale=1000),
    Measure(name="maintainers gone quiet", unit="people", sample=care.gone_quiet,
            statistic=total),
    Measure(name="template not followed", unit="permille", sample=form.noncompliant,
            statistic=sure_share, scale=1000),
    Measure(name="repeated tickets", unit="permille", sample=form.repeated,
            statistic=sure_share, scale=1000),
)  # fmt: skip


def fixed(tickets: Panel, first: datetime, last: datetime) -> Panel:
    """The repositories of which something is held before `first` and in the four weeks before
    `last`: the same ones in every week between, so that a change is theirs and not the panel's."""
    return {
        repo: some
        for repo, some in sorted(tickets.items())
        if any(one.opened < first for one in some)
        and any((last - moved).days < 28 for one in some for moved in _moves(one) if moved < last)
    }


def figure(samples: Mapping[str, Sample], measure: Measure, seed: str) -> Figure | None:
    """One indicator over some repositories' samples of a week; None where it cannot be told.

    The interval draws repositories, not tickets, because tickets of one repository share its
    people and its week (a cluster bootstrap: Davison, Hinkley, "Bootstrap Methods", 1997, 3.8).
    """
    every = list(samples.values())
    whole = measure.statistic([one for sample in every for one in sample])
    if whole is None:
        return None
    alone = [told for one in every if (told := measure.statistic(one)) is not None]
    middle = median(alone) if alone else whole
    if len(every) < FEWEST:
        return Figure(whole, None, None, middle, len(every))
    drawn = _drawn(every, measure, f"{measure.name}/{seed}/{'/'.join(samples)}")
    if len(drawn) < DRAWS / 2:
        return Figure(whole, None, None, middle, len(every))
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Figure(whole, min(float(low), whole), max(float(high), whole), middle, len(every))


def _drawn(samples: Sequence[Sample], measure: Measure, seed: str) -> list[float]:
    """The figure over repositories drawn with replacement; those drawn twice count twice."""
    draws = generator(seed).integers(0, len(samples), size=(DRAWS, len(samples)))
    if measure.statistic is total:
        sums = np.array([sum(sample) for sample in samples], np.float64)
        return [float(one) for one in sums[draws].sum(axis=1)]
    if measure.statistic in (share, sure_share):
        parts = np.array([[sum(one[n] for one in sample) for n in (0, 1)] for sample in samples])
        part, whole = parts[draws].sum(axis=1).T
        least = FEW if measure.statistic is sure_share else 1
        return [float(one) for one in part[whole >= least] / whole[whole >= least]]
    found = (measure.statistic([one for n in draw for one in samples[n]]) for draw in draws)
    return [told for told in found if told is not None]


def _moves(one: Ticket) -> list[datetime]:
    """When something happened to a ticket."""
    return [one.opened, *([one.closed] if one.closed else []), *(r.at for r in one.replies)]
