"""Scores as functions of counts, so that an interval costs no second look at the texts.

Every record adds a row of counts; a score is a function of their sum. Resampling records (the
bootstrap, Efron 1979) is then a weighted sum, and equal rows are drawn together. A score takes
counts [..., K] and gives [...]; where nothing was asked it gives nan.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Hashable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]
Score = Callable[[Counts], Counts]
DRAWS = 1_000
LEVEL = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class Tally:
    """What each of n records adds to the counts: rows [n, K]."""

    rows: Counts

    def part(self, keep: Sequence[bool] | npt.NDArray[np.bool_]) -> Tally:
        """The tally of some of the records."""
        return Tally(self.rows[np.asarray(keep, dtype=bool)])

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A score with its 95 % interval over resampled records."""

    n: int
    value: float
    low: float
    high: float


def estimate(tally: Tally, score: Score, *, seed: str = "") -> Estimate:
    """A score of a tally with its bootstrap interval; the same seed, the same interval."""
    if not len(tally):
        return Estimate(0, float("nan"), float("nan"), float("nan"))
    patterns, often = np.unique(tally.rows, axis=0, return_counts=True)
    return estimate_patterns(patterns, often, score, seed=seed)


def estimate_patterns(
    patterns: Counts, often: npt.NDArray[np.int64], score: Score, *, seed: str = ""
) -> Estimate:
    """The same from distinct rows and how often each occurs."""
    n = int(often.sum())
    dice = np.random.Generator(np.random.PCG64(zlib.crc32(seed.encode())))
    drawn = dice.multinomial(n, often / n, size=DRAWS).astype(np.float64)
    found = score(drawn @ patterns)
    value = float(score(often.astype(np.float64) @ patterns))
    if np.isnan(found).all():
        return Estimate(n, value, float("nan"), float("nan"))
    low, high = np.nanquantile(found, LEVEL)
    return Estimate(n, value, float(low), float(high))


def over(hit: Counts, asked: Counts) -> Counts:
    """A share, nan where nothing was asked."""
    return np.asarray(np.divide(hit, asked, out=np.full(np.shape(asked), np.nan), where=asked > 0))


def mean_over(values: Counts) -> Counts:
    """The mean of the last axis over what is there; nan where nothing is."""
    there = ~np.isnan(values)
    return over(np.where(there, values, 0.0).sum(-1), there.sum(-1).astype(np.float64))


# --- one label a record ----------------------------------------------------------------------


def confusion(labels: Sequence[str], wanted: Sequence[str], got: Sequence[str | None]) -> Tally:
    """Rows of an L x (L + 1) table, wanted by got; the last column is any other answer, or none."""
    size, place = len(labels), {label: n for n, label in enumerate(labels)}
    rows = np.zeros((len(wanted), size * (size + 1)))
    for n, (want, said) in enumerate(zip(wanted, got, strict=True)):
        rows[n, place[want] * (size + 1) + place.get(said or "", size)] = 1
    return Tally(rows)


def by_group(tally: Tally, groups: Sequence[Hashable]) -> Tally:
    """A tally kept apart by group: rows [n, G K], groups in order of first appearance."""
    known = {group: n for n, group in enumerate(dict.fromkeys(groups))}
    width = tally.rows.shape[1]
    rows = np.zeros((len(tally), len(known) * width))
    for n, group in enumerate(groups):
        start = known[group] * width
        rows[n, start : start + width] = tally.rows[n]
    return Tally(rows)


def mean_of_groups(score: Score, width: int) -> Score:
    """The mean of a score over groups kept apart by `by_group`; `width` is K."""
    return lambda counts: mean_over(score(counts.reshape(*counts.shape[:-1], -1, width)))


def table_of(counts: Counts, size: int) -> Counts:
    """Counts as [..., L, L + 1]."""
    return counts.reshape(*counts.shape[:-1], size, size + 1)


def f1_each(counts: Counts, size: int) -> Counts:
    """The F1 of each label, [..., L]; nan for one nobody wanted or gave."""
    table = table_of(counts, size)
    hit = np.diagonal(table, axis1=-2, axis2=-1)
    asked = table.sum(-1) + table[..., :size].sum(-2)
    return over(2 * hit, asked)


def accuracy(size: int) -> Score:
    """The share that agrees."""
    return lambda counts: over(np.trace(table_of(counts, size), axis1=-2, axis2=-1), counts.sum(-1))


def macro_f1(size: int) -> Score:
    """The mean of the labels' F1, over labels that somebody wanted or gave."""
    return lambda counts: mean_over(f1_each(counts, size))


def f1_of(size: int, places: Sequence[int]) -> Score:
    """The mean F1 of some of the labels."""
    return lambda counts: mean_over(f1_each(counts, size)[..., list(places)])


def recall_of(size: int, place: int) -> Score:
    """The share of one label's records that got it."""

    def score(counts: Counts) -> Counts:
        row = table_of(counts, size)[..., place, :]
        return over(row[..., place], row.sum(-1))

    return score


# --- any number of labels a record -----------------------------------------------------------


def overlap(
    kinds: Sequence[str],
    wanted: Sequence[AbstractSet[tuple[str, Hashable]]],
    got: Sequence[AbstractSet[tuple[str, Hashable]]],
) -> Tally:
    """Rows of right, wanted and got for each kind: [n, 3 kinds]. Things are (kind, what)."""
    place = {kind: 3 * n for n, kind in enumerate(kinds)}
    rows = np.zeros((len(wanted), 3 * len(kinds)))
    for n, (want, said) in enumerate(zip(wanted, got, strict=True)):
        for column, things in enumerate((want & said, want, said)):
            for kind, _ in things:
                rows[n, place[kind] + column] += 1
    return Tally(rows)


def micro_f1(counts: Counts) -> Counts:
    """F1 over all things of all kinds."""
    hit, wanted, got = _sums(counts)
    return over(2 * hit, wanted + got)


def precision(counts: Counts) -> Counts:
    """The share of what was got that was wanted."""
    hit, _, got = _sums(counts)
    return over(hit, got)


def recall(counts: Counts) -> Counts:
    """The share of what was wanted that was got."""
    hit, wanted, _ = _sums(counts)
    return over(hit, wanted)


def mean_f1(counts: Counts) -> Counts:
    """The mean F1 of the kinds that somebody wanted or gave."""
    parts = counts.reshape(*counts.shape[:-1], -1, 3)
    return mean_over(over(2 * parts[..., 0], parts[..., 1] + parts[..., 2]))


def f1_of_kind(place: int) -> Score:
    """The F1 of one kind."""
    return lambda counts: micro_f1(counts[..., 3 * place : 3 * place + 3])


def _sums(counts: Counts) -> tuple[Counts, Counts, Counts]:
    parts = counts.reshape(*counts.shape[:-1], -1, 3).sum(-2)
    return parts[..., 0], parts[..., 1], parts[..., 2]


# --- numbers ---------------------------------------------------------------------------------


def distances(wanted: Sequence[float], got: Sequence[float]) -> Tally:
    """Rows of absolute difference and one."""
    apart = np.abs(np.asarray(wanted, dtype=np.float64) - np.asarray(got, dtype=np.float64))
    return Tally(np.stack([apart, np.ones(len(apart))], axis=1))


def flags(said: Sequence[bool]) -> Tally:
    """Rows of one for yes, and one."""
    return Tally(np.stack([np.asarray(said, dtype=np.float64), np.ones(len(said))], axis=1))


def mean(counts: Counts) -> Counts:
    """The mean of a number, or the share of yes."""
    return over(counts[..., 0], counts[..., 1])
