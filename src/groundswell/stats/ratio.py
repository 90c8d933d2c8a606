"""How many times as many people named one thing as another, with the same people in both."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from groundswell.stats.seed import generator
from groundswell.stats.shares import Estimate

DRAWS = 2000


def bootstrap_ratio(
    named_a: npt.ArrayLike, named_b: npt.ArrayLike, *, seed: str, level: float = 0.95,
    draws: int = DRAWS,
) -> Estimate:  # fmt: skip
    """Voices on a over voices on b, percentile bootstrap over authors (Efron 1979).

    `named_a` and `named_b` have one entry per author, true when they named it. Authors fall into
    four kinds (both, a, b, neither), so a draw is one multinomial: exact and fast. `seed` is the
    claim's query. The value is infinite when nobody named b.
    """
    a, b = np.asarray(named_a, bool), np.asarray(named_b, bool)
    kinds = np.array([(a & b).sum(), (a & ~b).sum(), (~a & b).sum(), (~a & ~b).sum()])
    n = int(kinds.sum())
    if n == 0 or not b.any():
        return Estimate(value=np.inf, low=0.0, high=np.inf, error=np.inf, n=n)
    drawn = generator(seed).multinomial(n, kinds / n, size=draws)
    ratios = (drawn[:, 0] + drawn[:, 1]) / np.maximum(drawn[:, 0] + drawn[:, 2], 0.5)
    low, high = np.quantile(ratios, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(value=float(a.sum() / b.sum()), low=float(low), high=float(high),
                    error=float(ratios.std(ddof=1)), n=n)  # fmt: skip
