"""Chance that falls the same on every machine: only uniform doubles of PCG64 are drawn."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import MutableSequence, Sequence
from itertools import accumulate
from typing import TypeVar

import numpy as np

Thing = TypeVar("Thing")


class Dice:
    """A seeded source of draws; the same seed and the same calls give the same draws."""

    def __init__(self, *seed: int) -> None:
        self._generator = np.random.Generator(np.random.PCG64(list(seed)))

    def unit(self) -> float:
        """A number in [0, 1)."""
        return float(self._generator.random())

    def below(self, stop: int) -> int:
        """A whole number in [0, stop)."""
        return int(self.unit() * stop)

    def between(self, low: float, high: float) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self.unit()

    def chance(self, share: float) -> bool:
        """True that often."""
        return self.unit() < share

    def pick(self, things: Sequence[Thing]) -> Thing:
        """One of them, all alike."""
        return things[self.below(len(things))]

    def weighted(self, things: Sequence[Thing], weights: Sequence[float]) -> Thing:
        """One of them, by weight."""
        sums = list(accumulate(weights))
        return things[min(bisect_right(sums, self.unit() * sums[-1]), len(things) - 1)]

    def shuffle(self, things: MutableSequence[Thing]) -> None:
        """Put them in another order."""
        for last in range(len(things) - 1, 0, -1):
            other = self.below(last + 1)
            things[last], things[other] = things[other], things[last]

    def poisson(self, mean: float) -> int:
        """How often something of that mean happens."""
        left, count = math.exp(-mean), 0
        product = self.unit()
        while product > left:
            product *= self.unit()
            count += 1
        return count

    def about(self, mean: float, off: float) -> int:
        """A whole number near a mean, off by that share at most: what must stay within bounds."""
        return int(mean * self.between(1 - off, 1 + off) + self.unit())
