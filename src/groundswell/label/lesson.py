"""What a few taught records change about a score: near them much, far from them nothing.

A Gaussian process on top of the gate's log odds (Rasmussen and Williams 2006, chapter 3): its prior
mean is the score the gate gives, its covariance falls with the angle between two records' vectors,
and the answers of the person enter through the logistic likelihood, by Laplace's approximation. So
twenty answers correct the gate where they lie and leave it alone elsewhere: there is no weight in
it that they could overfit. `tools/teach_check.py` measures what it brings; its two constants were
chosen on other records than that tool measures on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
ROUNDS, CLOSE = 100, 1e-9  # of Newton's method


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far an answer reaches: `size` in log odds at the record itself, falling by a factor e
    with every `width` of cosine."""

    size: float
    width: float


BEAT = Reach(size=3.0, width=0.2)
RELEVANCE = Reach(size=2.0, width=0.3)  # wider and weaker: it decides for every beat


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Taught vectors of length one, shape (n, D), and how each pulls, shape (n,)."""

    vectors: Floats
    pulls: Floats
    reach: Reach

    def shift(self, own: Floats) -> float:
        """What is added to the log odds of a record with this vector of length one."""
        return float(self.pulls @ likeness(self.vectors @ own, self.reach))


def lesson(vectors: Floats, scores: Sequence[float], answers: Sequence[bool],
           reach: Reach) -> Lesson:  # fmt: skip
    """Learn from records' vectors, the gate's log odds for them, and whether they belong.

    >>> both = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> told = lesson(both, [0.0, 0.0], [True, False], BEAT)
    >>> told.shift(both[0]) > 1, told.shift(both[1]) < -1
    (True, True)
    """
    before, said = np.asarray(scores, np.float64), np.asarray(answers, np.float64)
    spread = likeness(vectors @ vectors.T, reach)
    pulls = np.zeros(len(before))
    for _ in range(ROUNDS):
        score = before + spread @ pulls
        chance = 1 / (1 + np.exp(-np.clip(score, -60, 60)))
        firm = chance * (1 - chance) + 1e-9
        wanted = firm * (score - before) + said - chance
        found = np.linalg.solve(np.eye(len(before)) + firm[:, None] * spread, wanted)
        done = bool(np.abs(found - pulls).max(initial=0.0) < CLOSE)
        pulls = np.asarray(found, dtype=np.float64)
        if done:
            break
    return Lesson(vectors=vectors, pulls=np.round(pulls, 9), reach=reach)


def likeness(cosines: Floats, reach: Reach) -> Floats:
    """The covariance of two corrections from the cosine of their records' vectors."""
    return np.asarray(reach.size**2 * np.exp((cosines - 1) / reach.width), dtype=np.float64)
