"""Heads that somebody fitted on an encoder's vectors: one matrix an answer, in one file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from groundswell.errors import PluginError
from groundswell.label.checkpoint import chances, thousandths
from groundswell.types.reading import HEADS

FILE = "heads.npz"
BIAS = "_bias"  # after an answer's name: the array added to its scores
SCORE = "score"  # a number from -1 to 1; every other answer is one label of several
Floats = npt.NDArray[np.float64]


class Heads:
    """Answers from a vector of length one: matrix times vector plus bias, then softmax; for
    `score` the hyperbolic tangent. What a multinomial logistic regression gives, in short.

    The file is made with `numpy.savez`: for each answer an array under its name, shape (labels, D)
    in the order of `HEADS`, and if it likes one under its name and `_bias`, shape (labels,).
    """

    def __init__(self, arrays: Mapping[str, Floats], size: int) -> None:
        self._heads: dict[str, tuple[Floats, Floats]] = {}
        for name, array in arrays.items():
            head = name.removesuffix(BIAS)
            if head not in HEADS or head not in arrays:
                raise PluginError(f"{FILE} holds {name!r}, which is no answer; there are "
                                  f"{', '.join(HEADS)}")  # fmt: skip
            wanted = (len(HEADS[head]), size) if name == head else (len(HEADS[head]),)
            if array.shape != wanted:
                raise PluginError(f"{FILE}: {name!r} has the shape {array.shape}, not {wanted}")
        for head in arrays.keys() & HEADS.keys():
            weights = np.asarray(arrays[head], np.float64)
            bias = np.asarray(arrays.get(head + BIAS, np.zeros(len(weights))), np.float64)
            self._heads[head] = weights, bias

    @classmethod
    def load(cls, folder: Path, size: int) -> Heads:
        """Those of a folder; none when it holds no such file. PluginError names the file."""
        path = folder / FILE
        if not path.is_file():
            return cls({}, size)
        try:
            with np.load(path, allow_pickle=False) as found:
                return cls({name: found[name] for name in found.files}, size)
        except (ValueError, OSError, PluginError) as problem:
            raise PluginError(f"{path}: {problem}; make it as docs/label.md says") from problem

    def __call__(self, vector: Floats) -> dict[str, tuple[int, ...]]:
        """Every answer there is a head for, in thousandths."""
        made = {}
        for name, (weights, bias) in sorted(self._heads.items()):
            scores = weights @ vector + bias
            made[name] = thousandths(np.tanh(scores)) if name == SCORE else chances(scores)
        return made
