"""Did the same people change, or did different people speak? (Kitagawa 1955)"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from groundswell.stats.clusters import Clustered, Ints, Readings, author_means, difference

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """change = within + between.

    `within` is what the units present in both periods changed, times their mean share of the
    voices; `between` is everything else: who spoke, and how much of the whole they were.
    """

    change: float
    within: float
    between: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """The split by same and different voices.

    `same` is the clustered change among authors present in both periods (not yet weighted by
    their `share` of all voices); `authors` is how many there are.
    """

    split: Split
    same: Clustered
    share: float
    authors: int


def by_voices(now: Readings, before: Readings, seed: str = "voices") -> Voices:
    """Split the change of the author mean into the same voices and the rest."""
    new, new_means = author_means(now)
    old, old_means = author_means(before)
    both = np.intersect1d(new, old)
    kept_now, kept_before = np.isin(now.author, both), np.isin(before.author, both)
    same = difference(now.pick(kept_now), before.pick(kept_before), seed)
    change = float(new_means.mean() - old_means.mean())
    share = (len(both) / len(new) + len(both) / len(old)) / 2
    within = same.value * share if len(both) else 0.0
    return Voices(
        split=Split(change=change, within=within, between=change - within),
        same=same, share=share, authors=len(both),
    )  # fmt: skip


def by_group(
    now: Readings, now_group: Ints, before: Readings, before_group: Ints
) -> tuple[Split, float]:
    """Split the change of the author mean by community, and the standard error of `within`.

    `now_group` and `before_group` give each row's community; an author in two communities is a
    voice in each. within = sum of mean weights times the change in each community; communities
    silent in one period count as between.
    """
    w1, m1, v1 = _by_group(now, now_group, before_group)
    w0, m0, v0 = _by_group(before, before_group, now_group)
    change = float((w1 * np.nan_to_num(m1)).sum() - (w0 * np.nan_to_num(m0)).sum())
    weight = (w0 + w1) / 2
    shared = ~(np.isnan(m1) | np.isnan(m0))
    within = float((weight * np.where(shared, m1 - m0, 0.0)).sum())
    variance = float((weight**2 * np.where(shared, v1 + v0, 0.0)).sum())
    return Split(change=change, within=within, between=change - within), variance**0.5


def _by_group(rows: Readings, group: Ints, other: Ints) -> tuple[Floats, Floats, Floats]:
    codes = np.union1d(group, other)
    weight, mean, variance = np.zeros(len(codes)), np.full(len(codes), np.nan), np.zeros(len(codes))
    for n, code in enumerate(codes):
        _, means = author_means(rows.pick(group == code))
        weight[n] = len(means)
        if len(means):
            mean[n] = means.mean()
            variance[n] = means.var(ddof=1) / len(means) if len(means) > 1 else means.var() + 0.25
    return weight / max(weight.sum(), 1e-9), mean, variance
