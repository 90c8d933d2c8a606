"""Comparing groups as if everybody wrote equally long: direct standardisation."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from groundswell.stats.shares import z_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """One row per author and length bin: `part` of `whole` records have the property."""

    author: Ints
    length_bin: Ints
    part: Floats
    whole: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """left minus right, raw and at a common length, in share units, with normal intervals.

    `agrees` is true when both have the same sign and neither interval holds zero: only then may
    a difference be told. `covered` is the share of the common length mix that both sides have.
    """

    raw: float
    raw_low: float
    raw_high: float
    value: float
    low: float
    high: float
    covered: float
    agrees: bool


def contrast(left: Rows, right: Rows, level: float = 0.95, bins: int = 4) -> Contrast:
    """Difference of author-mean shares, standardised to the two groups' mean length mix.

    Within a bin an author contributes the mean over their records; bins that one side lacks are
    left out and the weights of the others raised. Errors are clustered by author. NaN with
    infinite bounds when either side is empty.
    """
    raw, raw_error = _raw(left, right)
    value, error, covered = _standard(left, right, bins)
    z = z_of(level)
    bounds = (raw - z * raw_error, raw + z * raw_error, value - z * error, value + z * error)
    clear = all(low > 0 or high < 0 for low, high in (bounds[:2], bounds[2:]))
    return Contrast(
        raw=raw, raw_low=bounds[0], raw_high=bounds[1], value=value, low=bounds[2],
        high=bounds[3], covered=covered, agrees=bool(clear and raw * value > 0),
    )  # fmt: skip


def length_mix(rows: Rows, bins: int) -> Floats:
    """Share of each length bin when every author counts once, shape (bins,)."""
    _, index = np.unique(rows.author, return_inverse=True)
    own = rows.whole / np.maximum(np.bincount(index, rows.whole)[index], 1e-9)
    mix = np.bincount(rows.length_bin, own, bins)
    return np.asarray(mix / max(mix.sum(), 1e-9), dtype=np.float64)


def _raw(left: Rows, right: Rows) -> tuple[float, float]:
    sides = [_weighted(rows, np.ones(1), np.zeros(len(rows.author), np.int64))
             for rows in (left, right)]  # fmt: skip
    return sides[0][0] - sides[1][0], math.hypot(sides[0][1], sides[1][1])


def _standard(left: Rows, right: Rows, bins: int) -> tuple[float, float, float]:
    mixes = length_mix(left, bins), length_mix(right, bins)
    common = np.where((mixes[0] > 0) & (mixes[1] > 0), (mixes[0] + mixes[1]) / 2, 0.0)
    covered = float(common.sum())
    if covered == 0:
        return math.nan, math.inf, 0.0
    (a, a_error), (b, b_error) = (_weighted(rows, common / covered, rows.length_bin)
                                  for rows in (left, right))  # fmt: skip
    return a - b, math.hypot(a_error, b_error), covered


def _weighted(rows: Rows, mix: Floats, group: Ints) -> tuple[float, float]:
    codes, author = np.unique(rows.author, return_inverse=True)
    if len(codes) < 2:
        return math.nan, math.inf
    value, parts = 0.0, np.zeros(len(codes))
    for number, weight in enumerate(mix):
        here = group == number
        if weight == 0 or not here.any():
            continue
        part = np.bincount(author[here], rows.part[here], len(codes))
        whole = np.bincount(author[here], rows.whole[here], len(codes))
        on = whole > 0
        own = np.where(on, part / np.maximum(whole, 1e-9), 0.0)
        mean = own[on].mean()
        value += float(weight * mean)
        parts += weight * np.where(on, own - mean, 0.0) / on.sum()
    n = len(codes)
    return value, math.sqrt(float((parts**2).sum()) * n / (n - 1))
