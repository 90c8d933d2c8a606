"""Figures counted from a machine's labels, put right with a sample that people labelled.

Prediction-powered inference (Angelopoulos, Bates, Fannjiang, Jordan and Zrnic 2023, Science 382)
takes the machine's figure over everything and adds what people found it to be off by; with the
sample drawn stratum by stratum the error is that of Fisch and others 2024. It buys honesty, not
precision: at the accuracy of small readers the interval is about that of the people's own labels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from groundswell.stats.shares import Estimate, z_of
from groundswell.stats.strata import Drawn, Floats, Ints, mean, variance

EDGE = 0.02
USELESS = 0.1  # sensitivity + specificity - 1 under which Rogan and Gladen's division says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicted:
    """What a machine said of everything: the mean and variance of its numbers, and how many."""

    mean: float
    variance: float
    size: int


def powered(
    everything: Predicted, predicted: npt.ArrayLike, said: npt.ArrayLike, drawn: Drawn, *,
    level: float = 0.95, bounds: tuple[float, float] | None = None,
) -> Estimate:  # fmt: skip
    """The mean of what people would say of everything, from what they said of a sample.

    `predicted` and `said` are the machine's and the people's numbers for the sample, shape (n,).
    Value: mean prediction plus the sample's mean of (said - predicted). Variance: that of the
    predictions over their number, plus the stratified one of the differences. The interval is
    normal, cut at `bounds`; without bounds the mean is a share, and the interval Wilson's.

    >>> every = Predicted(mean=0.6, variance=0.24, size=10_000)
    >>> from groundswell.stats.strata import simple
    >>> told = powered(every, [1, 1, 1, 0, 0] * 20, [1, 1, 0, 0, 0] * 20, simple(100))
    >>> round(told.value, 3), round(told.low, 2), round(told.high, 2)
    (0.4, 0.32, 0.48)
    """
    off = np.asarray(said, np.float64) - np.asarray(predicted, np.float64)
    value = everything.mean + mean(off, drawn)
    error = math.sqrt(everything.variance / max(everything.size, 1) + variance(off, drawn))
    least, most = bounds or (0.0, 1.0)
    low, high = value - z_of(level) * error, value + z_of(level) * error
    if bounds is None:
        low, high = score_interval(value, error**2, level)
    return Estimate(value=min(max(value, least), most), low=max(low, least), high=min(high, most),
                    error=error, n=len(off))  # fmt: skip


def rogan_gladen(share: float, sensitivity: float, specificity: float) -> float:
    """The true share behind a share that was counted with known errors (Rogan and Gladen 1978).

    NaN where the labels are hardly better than chance.

    >>> round(rogan_gladen(0.38, 0.8, 0.9), 3)
    0.4
    """
    better = sensitivity + specificity - 1
    if not better > USELESS:
        return math.nan
    return min(1.0, max(0.0, (share + specificity - 1) / better))


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A sample with the machine's label and the people's for each record.

    `predicted` holds label codes, shape (n,); `said` the share of people who gave each label,
    shape (n, labels). A label has the same code in both.
    """

    predicted: Ints
    said: Floats
    drawn: Drawn

    @property
    def labels(self) -> int:
        """How many labels there are."""
        return int(self.said.shape[1])

    def chances(self) -> Floats:
        """What people say of a record by the machine's label for it, shape (labels, labels).

        Row: the machine's label; a label it never gave to a sampled record has a row of NaN.
        """
        rows = [self._of(self.predicted == label) for label in range(self.labels)]
        return np.stack(rows)

    def counts(self) -> Ints:
        """How many sampled records the machine gave each label, shape (labels,)."""
        return np.bincount(self.predicted, minlength=self.labels)

    def masses(self) -> Floats:
        """What share of the whole the machine gave each label, shape (labels,)."""
        return np.asarray(np.bincount(self.predicted, self.drawn.shares, self.labels), np.float64)

    def sensitivity(self, label: int) -> float:
        """Of records that people give a label, the share to which the machine gives it."""
        return self._rate(self.said[:, label], self.predicted == label)

    def specificity(self, label: int) -> float:
        """Of records that people do not give a label, the share to which it does not either."""
        return self._rate(1 - self.said[:, label], self.predicted != label)

    def accuracy(self, level: float = 0.95) -> Estimate:
        """Share of all records whose label by the machine a person would give as well."""
        same = self.said[np.arange(len(self.predicted)), self.predicted]
        value, spread = mean(same, self.drawn), variance(same, self.drawn)
        low, high = score_interval(value, spread, level)
        return Estimate(value=value, low=low, high=high, error=math.sqrt(spread), n=len(same))

    def _of(self, here: npt.NDArray[np.bool_]) -> Floats:
        if not here.any():
            return np.full(self.labels, np.nan)
        weight = self.drawn.weight[here]
        return np.asarray(weight @ self.said[here] / weight.sum(), dtype=np.float64)

    def _rate(self, among: Floats, hit: npt.NDArray[np.bool_]) -> float:
        weight = self.drawn.weight * among
        return float(weight[hit].sum() / weight.sum()) if weight.sum() else math.nan


def score_interval(share: float, spread: float, level: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a share with a known variance, at the sample size it is worth.

    >>> from groundswell.stats.shares import wilson
    >>> score_interval(0.4, 0.4 * 0.6 / 100) == wilson(40, 100)
    True
    """
    share = min(1.0, max(0.0, share))
    if not 0 < spread < math.inf:
        return (share, share) if spread == 0 else (0.0, 1.0)
    inside = min(1 - EDGE, max(EDGE, share))  # at the very ends a share says nothing of its size
    return wilson_at(share, inside * (1 - inside) / spread, level)


def wilson_at(share: float, worth: float, level: float) -> tuple[float, float]:
    """Wilson's interval of a share over a number of people that need not be whole."""
    z = z_of(level)
    middle = (share + z * z / (2 * worth)) / (1 + z * z / worth)
    half = z / (1 + z * z / worth) * math.sqrt(share * (1 - share) / worth
                                               + z * z / (4 * worth**2))  # fmt: skip
    return max(0.0, middle - half), min(1.0, middle + half)
