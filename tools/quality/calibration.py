"""Whether chances mean what they say: of what is told with 70 %, seven in ten should be so.

Two answers. Spiegelhalter's test (Statistics in Medicine, 1986) asks whether the Brier score is
what it would be if every chance were right. The calibration error (Naeini et al. 2015, with bins
of equal size) says how far off they are; since it is above nought even for perfect chances, it
stands beside what those would show at this n.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Chances = npt.NDArray[np.float64]
Outcomes = npt.NDArray[np.float64]
BINS = 15
DRAWS = 1_000


@dataclass(frozen=True, slots=True)
class Fit:
    """Spiegelhalter's z and its two-sided p; nan where no chance was open."""

    z: float
    p: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well some chances are calibrated.

    `test` is over all classes at once, `parts` one class at a time where there are several.
    `error` is the equal-mass calibration error; `perfect` the mean and `most` the 95th percentile
    of the error that right chances would show.
    """

    name: str
    n: int
    test: Fit
    parts: Mapping[str, Fit]
    error: float
    perfect: float
    most: float


def binary(name: str, chances: Chances, outcomes: Outcomes) -> Calibration:
    """Calibration of the chance of one thing, shape [n], outcomes nought or one."""
    perfect, most = perfect_error(chances, seed=name)
    error = calibration_error(chances, outcomes)
    test = spiegelhalter(chances, outcomes)
    return Calibration(name, len(chances), test, {}, error, perfect, most)


def several(
    name: str, chances: Chances, wanted: Sequence[int], labels: Sequence[str]
) -> Calibration:
    """Calibration of the chances of classes, shape [n, L], of which one is wanted.

    The test sums the Brier score over all classes; the error is that of the likeliest class.
    """
    shares = chances / chances.sum(axis=1, keepdims=True)
    truth = np.eye(len(labels))[np.asarray(wanted, dtype=np.int64)]
    parts = {label: spiegelhalter(shares[:, n], truth[:, n]) for n, label in enumerate(labels)}
    top = shares.argmax(axis=1)
    sure, right = shares.max(axis=1), (top == np.asarray(wanted)).astype(np.float64)
    perfect, most = perfect_error(sure, seed=name)
    error = calibration_error(sure, right)
    return Calibration(name, len(shares), brier_test(shares, truth), parts, error, perfect, most)


def spiegelhalter(chances: Chances, outcomes: Outcomes) -> Fit:
    """Whether the Brier score of chances [n] is what it would be if they were right."""
    surprise = ((outcomes - chances) * (1 - 2 * chances)).sum()
    spread = ((1 - 2 * chances) ** 2 * chances * (1 - chances)).sum()
    return _test(float(surprise), float(spread))


def brier_test(chances: Chances, truth: Outcomes) -> Fit:
    """The same with the Brier score summed over classes, both [n, L], rows summing to one.

    If class k is drawn with chance p_k, the score is 1 - 2 p_k + the sum of squares, so its mean
    and variance follow; for two classes this is Spiegelhalter's z.
    """
    square = (chances**2).sum(axis=1, keepdims=True)
    scores = 1 - 2 * chances + square
    mean = (chances * scores).sum(axis=1)
    spread = (chances * scores**2).sum(axis=1) - mean**2
    seen = ((truth - chances) ** 2).sum(axis=1)
    return _test(float((seen - mean).sum()), float(spread.sum()))


def _test(surprise: float, spread: float) -> Fit:
    if spread <= 1e-12:
        return Fit(float("nan"), float("nan"))
    z = surprise / math.sqrt(spread)
    return Fit(z, math.erfc(abs(z) / math.sqrt(2)))


def calibration_error(chances: Chances, outcomes: Outcomes, bins: int = BINS) -> float:
    """The mean distance between told and seen over bins of equally many, weighted by size."""
    order = np.argsort(chances, kind="stable")
    edges = _edges(len(chances), bins)
    told = np.add.reduceat(chances[order], edges)
    seen = np.add.reduceat(outcomes[order], edges)
    return float(np.abs(told - seen).sum() / len(chances))


def perfect_error(chances: Chances, *, seed: str, bins: int = BINS) -> tuple[float, float]:
    """The mean and the 95th percentile of the error of outcomes drawn with these very chances."""
    dice = np.random.Generator(np.random.PCG64(zlib.crc32(seed.encode())))
    ordered = np.sort(chances, kind="stable")
    edges = _edges(len(chances), bins)
    told = np.add.reduceat(ordered, edges)
    errors = np.empty(DRAWS)
    for draw in range(DRAWS):
        came = (dice.random(len(ordered)) < ordered).astype(np.float64)
        errors[draw] = np.abs(told - np.add.reduceat(came, edges)).sum() / len(ordered)
    return float(errors.mean()), float(np.quantile(errors, 0.95))


def _edges(n: int, bins: int) -> npt.NDArray[np.int64]:
    """Where each bin begins; sizes differ by at most one."""
    return np.unique(np.arange(bins) * n // bins)
