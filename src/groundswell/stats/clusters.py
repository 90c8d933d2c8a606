"""Means over authors when authors repeat themselves and share threads.

Two-way cluster-robust variance V = V_author + V_thread - V_author-and-thread (Cameron, Gelbach
and Miller 2011), t with min(G) - 1 degrees of freedom; under 40 clusters a wild cluster
bootstrap of the score (Kline and Santos 2012) gives the p-value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from groundswell.stats.seed import generator

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
FEW = 40  # clusters under which the t approximation is not trusted
DRAWS = 4999


@dataclass(frozen=True, slots=True, kw_only=True)
class Clustered:
    """An estimate with its clustered standard error.

    `df` are the degrees of freedom, `authors` and `threads` the numbers of clusters, `p` is
    two-sided against zero. NaN value and p 1 when nobody was read.
    """

    value: float
    error: float
    df: int
    p: float
    authors: int
    threads: int

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Two-sided t interval; infinite when the error is unknown."""
        reach = float(special.stdtrit(max(self.df, 1), 0.5 + level / 2)) * self.error
        return (self.value - reach, self.value + reach)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Rows to average: each row is one author in one thread with the sum of `count` scores.

    All arrays have the same length; `author` and `thread` are codes. Rows with count 0 must be
    left out.
    """

    author: Ints
    thread: Ints
    count: Floats
    total: Floats

    def pick(self, keep: npt.NDArray[np.bool_]) -> Readings:
        """The rows where `keep` is true."""
        return Readings(author=self.author[keep], thread=self.thread[keep],
                        count=self.count[keep], total=self.total[keep])  # fmt: skip


def author_means(rows: Readings) -> tuple[Ints, Floats]:
    """Every author's mean score: author codes in ascending order and one mean each."""
    codes, index = np.unique(rows.author, return_inverse=True)
    total = np.bincount(index, rows.total, len(codes))
    return codes, total / np.maximum(np.bincount(index, rows.count, len(codes)), 1e-9)


def influence(rows: Readings) -> tuple[float, Floats]:
    """Mean over authors of their mean score, and what each row contributes to its error."""
    codes, index = np.unique(rows.author, return_inverse=True)
    if len(codes) == 0:
        return math.nan, np.empty(0)
    weight = rows.count / np.bincount(index, rows.count, len(codes))[index] / len(codes)
    score = rows.total / rows.count
    mean = float((weight * score).sum())
    return mean, weight * (score - mean)


def mean(rows: Readings, seed: str = "mean") -> Clustered:
    """Mean over authors of their mean score, two-way clustered, tested against zero."""
    value, parts = influence(rows)
    return _clustered(value, parts, rows.author, rows.thread, seed)


def difference(now: Readings, before: Readings, seed: str = "difference") -> Clustered:
    """Change of the mean over authors from `before` to `now`.

    Author and thread codes must mean the same in both, so that somebody who spoke in both
    periods is one cluster.
    """
    new, plus = influence(now)
    old, minus = influence(before)
    return _clustered(
        new - old, np.concatenate([plus, -minus]), np.concatenate([now.author, before.author]),
        np.concatenate([now.thread, before.thread]), seed,
    )  # fmt: skip


def two_way_error(parts: Floats, author: Ints, thread: Ints) -> float:
    """Standard error of a sum of row influences, clustered by author and by thread.

    Falls back on the larger one-way variance where the two-way sum is not larger, which happens
    in small samples.
    """
    both = author.astype(np.int64) * (int(thread.max(initial=0)) + 1) + thread
    by_author, by_thread = _one_way(parts, author), _one_way(parts, thread)
    return math.sqrt(max(by_author + by_thread - _one_way(parts, both), by_author, by_thread))


def wild_p(parts: Floats, cluster: Ints, value: float, seed: str, draws: int = DRAWS) -> float:
    """Two-sided p of `value` against zero by flipping whole clusters; floor 1 / (draws + 1).

    Webb's six-point weights, since with few clusters plus and minus one repeat themselves.
    """
    _, index = np.unique(cluster, return_inverse=True)
    sums = np.bincount(index, parts)
    points = np.sqrt(np.array([0.5, 1.0, 1.5]))
    weights = np.concatenate([points, -points])
    flips = weights[generator(seed).integers(6, size=(draws, len(sums)))]
    simulated = flips @ sums
    spread = np.sqrt((flips**2) @ (sums**2))
    own = abs(value) / max(math.sqrt(float((sums**2).sum())), 1e-12)
    extreme = np.abs(simulated) / np.maximum(spread, 1e-12) >= own
    return float((1 + extreme.sum()) / (draws + 1))


def _clustered(value: float, parts: Floats, author: Ints, thread: Ints, seed: str) -> Clustered:
    authors, threads = len(np.unique(author)), len(np.unique(thread))
    fewest = min(authors, threads)
    if fewest < 2 or math.isnan(value):
        return Clustered(value=value, error=math.inf, df=1, p=1.0, authors=authors,
                         threads=threads)  # fmt: skip
    error = two_way_error(parts, author, thread)
    p = float(2 * special.stdtr(fewest - 1, -abs(value) / max(error, 1e-12)))
    if fewest < FEW:
        p = max(p, wild_p(parts, thread if threads <= authors else author, value, seed))
    return Clustered(value=value, error=error, df=fewest - 1, p=min(p, 1.0), authors=authors,
                     threads=threads)  # fmt: skip


def _one_way(parts: Floats, cluster: Ints) -> float:
    _, index = np.unique(cluster, return_inverse=True)
    sums = np.bincount(index, parts)
    groups = len(sums)
    return float((sums**2).sum() * groups / max(groups - 1, 1))
