"""Carrying what an audit of a community found over to a part of it: one subject, one week.

An audit says how the machine's labels and people's go together in the community as a whole. In a
part where more people praise, that can be carried over in two ways, and the sample cannot tell
which is right:

- *a label means the same*: of records the machine calls warm, as many are warm as anywhere. This is
  the prediction-powered figure, stratified by the machine's label (Angelopoulos and others 2023).
- *the machine errs the same*: of warm records it calls as many warm as anywhere. This is Rogan and
  Gladen's correction, for several labels the one of Saerens, Latinne and Decaestecker 2002.

The first alone misses the truth where the part differs from the whole, the second alone where its
people write differently. So both are computed: the figure is their mean, the interval spans both,
and they agree only where each lies in the other's interval.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from groundswell.stats.prediction import USELESS, Judged, score_interval
from groundswell.stats.shares import z_of
from groundswell.stats.strata import Floats, Ints, variance

NUDGE = 1e-4  # how far a chance is moved to see what hangs on it
ROUNDS = 200  # of the estimate of a part's own mix of labels
LIKE_THE_WHOLE = 5  # people by whom a part is taken to resemble the whole: steadies small parts
Chances = Sequence[Floats]  # for each community the chances of true labels, shape (labels, labels)
Figure = Callable[[Chances], float]
End = tuple[float, float, float]  # a value and its interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A corrected figure: the mean of both ways, an interval that spans both, and each way."""

    value: float
    low: float
    high: float
    agrees: bool
    by_meaning: float
    by_errors: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """People of one community: `own` holds each one's shares of the machine's labels there,
    shape (m, labels), `who` which people they are, `audit` the audit of that community."""

    audit: Judged
    own: Floats
    who: Ints

    @property
    def mix(self) -> Floats:
        """The machine's labels here, every person counted once, shape (labels,)."""
        return np.asarray(self.own.mean(axis=0), dtype=np.float64)


class Leaning:
    """The share of people whose records lean one way, when each label is a chance of others.

    `counts` has one row for each person and one column for each kind of record: in a community,
    with a label of the machine's, shape (people, communities x labels). `tones` gives -1, 0 or 1
    for each true label. A person leans when the mean of the true tones lies above `beyond`. The
    errors of one person's records are taken to be independent, given the machine's labels.
    """

    def __init__(self, counts: Ints, tones: Sequence[int], beyond: float) -> None:
        self.counts = counts
        kinds, index = np.unique(counts, axis=0, return_inverse=True)
        self._kinds, self._index, self._beyond = kinds, index.ravel(), beyond
        self._at = np.asarray(tones, np.int64) + 1

    def each(self, chances: Chances) -> Floats:
        """Every person's chance to lean."""
        rows = np.concatenate(list(chances))
        spread = np.zeros((len(rows), 3))
        for place, column in zip(self._at, rows.T, strict=True):
            spread[:, place] += column
        told = np.array([self._chance(kind, spread) for kind in self._kinds])
        return np.asarray(told[self._index], dtype=np.float64)

    def parts(self, audits: Sequence[Judged]) -> list[Part]:
        """The people of each community; everybody in `counts` wrote in one of them at least."""
        found, at = [], 0
        for audit in audits:
            here = self.counts[:, at : at + audit.labels].astype(np.float64)
            who = np.flatnonzero(here.sum(axis=1))
            own = here[who] / here[who].sum(axis=1, keepdims=True)
            found.append(Part(audit=audit, own=own, who=who))
            at += audit.labels
        return found

    def _chance(self, kind: Ints, spread: Floats) -> float:
        mass = np.ones(1)
        for n, row in zip(kind, spread, strict=True):
            for _ in range(int(n)):
                mass = np.convolve(mass, row)
        records = int(kind.sum())
        sums = np.arange(-records, records + 1)
        return float(mass[sums > self._beyond * records].sum())


def lean(people: Leaning, audits: Sequence[Judged], level: float = 0.95) -> Carried:
    """The share of people who lean, corrected; audits in the order of the columns' communities.

    The variance is that of the people and of the audits' sampling, linearised; the interval is
    Wilson's at the number of people this variance is worth.
    """
    parts = people.parts(audits)
    return spanned(*(_end(people, parts, way, level) for way in (_by_meaning, _by_errors)))


def linear(
    figure: Callable[[Chances], tuple[float, float]], audits: Sequence[Judged], *,
    level: float = 0.95, bounds: tuple[float, float] = (0.0, 1.0),
) -> Carried | None:  # fmt: skip
    """A corrected figure that is linear in the chances, such as a mean or a difference of means.

    `figure` gives its value and the standard error that comes from people, for the chances it is
    told. Where the machine errs the same, chances are those that undo its confusion, and lie
    outside 0 to 1. None where some audit finds the labels hardly better than chance.
    """
    if any(not undone(audit, audit.chances()).size for audit in audits):
        return None

    def end(way: Callable[[Judged, Floats], Floats]) -> End:
        def told(known: Chances) -> tuple[float, float]:
            return figure([way(a, c) for a, c in zip(audits, known, strict=True)])

        value, spread = carried(lambda known: told(known)[0], audits)
        error = told([audit.chances() for audit in audits])[1]
        reach = z_of(level) * math.sqrt(spread + error**2)
        low, high = (min(max(e, bounds[0]), bounds[1]) for e in (value - reach, value + reach))
        return min(max(value, bounds[0]), bounds[1]), low, high

    return spanned(end(lambda audit, chances: chances), end(undone))


def spanned(meaning: End, errors: End) -> Carried:
    """Both ways in one.

    >>> told = spanned((0.4, 0.3, 0.5), (0.46, 0.32, 0.6))
    >>> round(told.value, 2), told.low, told.high, told.agrees
    (0.43, 0.3, 0.6, True)
    """
    agrees = (errors[1] <= meaning[0] <= errors[2]) and (meaning[1] <= errors[0] <= meaning[2])
    return Carried(
        value=(meaning[0] + errors[0]) / 2, low=min(meaning[1], errors[1]),
        high=max(meaning[2], errors[2]), agrees=bool(agrees), by_meaning=meaning[0],
        by_errors=errors[0],
    )  # fmt: skip


def carried(figure: Figure, audits: Sequence[Judged]) -> tuple[float, float]:
    """A figure worked out from audits' chances, and the variance it has from their sampling.

    Each sampled record moves its row of chances; how far the figure follows is seen by nudging.
    """
    known = [audit.chances() for audit in audits]
    value, spread = figure(known), 0.0
    for n, audit in enumerate(audits):
        pull = np.zeros_like(known[n])
        for row in np.flatnonzero(audit.counts()):
            pull[row] = slope(_nudged(figure, known, n, int(row)), known[n][row])
        held = audit.masses()[audit.predicted]
        spread += variance((audit.said * pull[audit.predicted]).sum(axis=1) / held, audit.drawn)
    return value, spread


def slope(figure: Callable[[Floats], float], mix: Floats) -> Floats:
    """What a figure gains when shares that sum to one move towards each of them in turn."""
    gains = []
    for place in range(len(mix)):
        towards = np.eye(len(mix))[place] - mix
        up, down = figure(mix + NUDGE * towards), figure(mix - NUDGE * towards)
        gains.append((up - down) / (2 * NUDGE))
    return np.array(gains)


def relearnt(audit: Judged, chances: Floats, mix: Floats, people: int) -> Floats:
    """Chances of true labels in a part, if the machine errs there as in the whole.

    Maximum likelihood by expectation and maximisation over the part's true mix, the machine's
    labels there being `mix` over so many people, with a few added who are like the whole.
    """
    masses = audit.masses()
    joint = np.nan_to_num(masses[:, None] * chances)
    true = joint.sum(axis=0)
    rates = joint / np.maximum(true, 1e-12)
    seen = (people * mix + LIKE_THE_WHOLE * masses) / (people + LIKE_THE_WHOLE)
    found = joint
    for _ in range(ROUNDS):
        found = rates * true
        found = found / np.maximum(found.sum(axis=1, keepdims=True), 1e-12)
        true = seen @ found
    return np.asarray(found, dtype=np.float64)


def undone(audit: Judged, chances: Floats) -> Floats:
    """Weights that undo the machine's confusion on average; empty where it cannot be undone.

    Their mean over a part's records is Rogan and Gladen's estimate, not cut at 0 and 1.
    """
    joint = np.nan_to_num(audit.masses()[:, None] * chances)
    true = joint.sum(axis=0)
    if not true.all():
        return np.empty((0, 0))
    rates = joint / true
    if abs(np.linalg.det(rates)) <= USELESS:
        return np.empty((0, 0))
    return np.asarray(np.linalg.inv(rates).T, dtype=np.float64)


Way = Callable[[Sequence[Part], Chances, Chances], list[Floats]]


def _by_meaning(parts: Sequence[Part], chances: Chances, mixes: Chances) -> list[Floats]:
    return list(chances)


def _by_errors(parts: Sequence[Part], chances: Chances, mixes: Chances) -> list[Floats]:
    return [relearnt(part.audit, own, mix, len(part.who))
            for part, own, mix in zip(parts, chances, mixes, strict=True)]  # fmt: skip


def _end(people: Leaning, parts: Sequence[Part], way: Way, level: float) -> End:
    """One way's share with its interval."""
    audits, mixes = [part.audit for part in parts], [part.mix for part in parts]
    given = [audit.chances() for audit in audits]

    def figure(chances: Chances, at: Chances) -> float:
        return float(people.each(way(parts, chances, at)).mean())

    value, spread = carried(lambda chances: figure(chances, mixes), audits)
    moved, everybody = people.each(way(parts, given, mixes)) - value, len(people.counts)
    for n, part in enumerate(parts):
        gains = slope(_remixed(figure, given, mixes, n), part.mix)
        moved[part.who] += part.own @ gains * (everybody / len(part.who))
    crowd = max(float(moved.var()), value * (1 - value)) / everybody
    return (value, *score_interval(value, spread + crowd, level))


def _nudged(figure: Figure, known: Chances, n: int, row: int) -> Callable[[Floats], float]:
    """The figure as a function of one row of one audit's chances."""

    def nudged(moved: Floats) -> float:
        changed = [chances.copy() for chances in known]
        changed[n][row] = moved
        return figure(changed)

    return nudged


def _remixed(figure: Callable[[Chances, Chances], float], given: Chances, mixes: Chances,
             n: int) -> Callable[[Floats], float]:  # fmt: skip
    """The figure as a function of one community's mix of the machine's labels."""
    return lambda mix: figure(given, [*mixes[:n], mix, *mixes[n + 1 :]])
