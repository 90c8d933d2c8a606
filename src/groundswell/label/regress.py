"""Weights of hashed words that best repeat a score: ridge regression, helped by word vectors.

Few texts of a firehose teach anything, so words must help each other. A word's vector is what the
reader sees in it alone (as static vectors are distilled by Tulkens and van Dongen, "Model2Vec",
2024); the weight of a place is its own plus a linear function of the vector of its words. Both are
found together by conjugate gradients (Hestenes and Stiefel, 1952), and end as one table: vectors
cost nothing when a text is scored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from groundswell.label.cascade import PLACES, mark_of

RIDGE = 1.0  # what a weight costs
SHARED = 1.0  # how much the vectors may explain beside the words themselves
ROUNDS, CLOSE = 100, 1e-4  # of the conjugate gradients
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lore:
    """Vectors of some places, shape (n, D): the mean of the vectors of their words."""

    places: Ints
    vectors: Floats

    @classmethod
    def none(cls) -> Lore:
        """Of no place."""
        return cls(places=np.zeros(0, np.int64), vectors=np.zeros((0, 1)))


def lore(counts: Mapping[str, int], read: Callable[[str], npt.NDArray[np.int8]]) -> Lore:
    """The vectors of words and how often each occurs, by place."""
    words = sorted(counts)
    if not words:
        return Lore.none()
    rows = np.array([read(word) for word in words], np.float64)
    rows -= rows.mean(axis=0)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    often = np.array([counts[word] for word in words], np.float64)
    own = np.array([mark_of(word) & (PLACES - 1) for word in words], np.int64)
    found, where = np.unique(own, return_inverse=True)
    total = np.zeros((len(found), rows.shape[1]))
    np.add.at(total, where, rows * often[:, None])
    return Lore(places=found, vectors=total / np.bincount(where, often)[:, None])


def ridge(
    texts: Sequence[Iterable[int]], wanted: Sequence[float], known: Lore
) -> tuple[Floats, float]:
    """Weights of all PLACES, and a bias: the score of a text is the bias and the sum of the weights
    of its places, divided by the root of their number."""
    design = _Design(texts, known)
    target = np.asarray(wanted, np.float64)
    solved = np.zeros(design.size)
    rest = design.back(target)
    step, left = rest.copy(), float(rest @ rest)
    enough = CLOSE**2 * left
    for _ in range(ROUNDS):
        if left <= enough:
            break
        image = design.back(design.ahead(step)) + RIDGE * step
        share = left / float(step @ image)
        solved += share * step
        rest -= share * image
        before, left = left, float(rest @ rest)
        step = rest + (left / before) * step
    return design.weights(solved), float(solved[-1])


class _Design:
    """The texts as a linear map from weights of places, vectors' columns and a bias to scores."""

    def __init__(self, texts: Sequence[Iterable[int]], known: Lore) -> None:
        rows = [list(text) for text in texts]
        sizes = np.array([len(row) for row in rows], np.int64)
        self._where = np.fromiter(chain.from_iterable(rows), np.int64, int(sizes.sum()))
        self._owner = np.repeat(np.arange(len(rows)), sizes)
        self._scale = 1 / np.sqrt(np.maximum(sizes, 1))
        self._known = known
        self.size = PLACES + known.vectors.shape[1] + 1

    def weights(self, given: Floats) -> Floats:
        """The weight of each place, what its vector explains included."""
        made = given[:PLACES].copy()
        made[self._known.places] += SHARED * (self._known.vectors @ given[PLACES:-1])
        return made

    def ahead(self, given: Floats) -> Floats:
        """The scores of the texts."""
        sums = np.bincount(self._owner, self.weights(given)[self._where], len(self._scale))
        return np.asarray(self._scale * sums + given[-1])

    def back(self, scores: Floats) -> Floats:
        """The transposed map."""
        drawn = np.bincount(self._where, (self._scale * scores)[self._owner], PLACES)
        shared = SHARED * (drawn[self._known.places] @ self._known.vectors)
        return np.concatenate([drawn, shared, [scores.sum()]])
