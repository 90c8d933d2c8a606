"""Do our p-values mean what they say? Ask the corpus's own past weeks, never the future.

Baselines drift in ways no model has, so a p of .001 may come up once in a hundred nights. Past
nights are almost all dull; the share and the tail of their small p-values tell how much tonight's
must be raised. A p is never lowered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from groundswell.notice.settings import Settings

LONGEST = 3.0  # in units of ln p: past events that were real may not stretch the tail


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Raises p-values: below `tail`, p becomes share * (p / tail) ** slope.

    `share` of past tests fell below `tail` and `slope` is their tail's exponent (1 when p-values
    are already right); `tests` is how many past tests it was learned from.
    """

    tail: float
    share: float
    slope: float
    tests: int

    def __call__(self, p: float) -> float:
        """The calibrated p, never smaller than the raw one.

        >>> Scale(tail=0.25, share=0.25, slope=1.0, tests=0)(0.01)
        0.01
        """
        if p >= self.tail:
            rest = (p - self.tail) / (1 - self.tail)
            return max(p, self.share + rest * (1 - self.share))
        return max(p, float(self.share * (p / self.tail) ** self.slope))


def learn(past: Sequence[float], settings: Settings) -> Scale:
    """A scale from raw p-values of past nights; with none it changes nothing.

    The tail's slope is the censored maximum-likelihood exponent of ln(tail / p); share and slope
    are shrunk towards "already right" by `past_prior` tests.
    """
    p = np.clip(np.asarray(past, np.float64), 1e-300, 1.0)
    tail, prior = settings.past_tail, settings.past_prior
    small = p[p < tail]
    share = (len(small) + prior * tail) / (len(p) + prior)
    length = np.log(tail / small) if len(small) else np.empty(0)
    inside = float((length < LONGEST).sum())
    slope = (inside + prior * tail) / (float(np.minimum(length, LONGEST).sum()) + prior * tail)
    return Scale(tail=tail, share=max(tail, share), slope=float(np.clip(slope, 0.25, 1.0)),
                 tests=len(p))  # fmt: skip
