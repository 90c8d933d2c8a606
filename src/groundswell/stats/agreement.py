"""How far two people who labelled the same records agree, beyond what chance would bring."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from groundswell.stats.shares import Estimate, z_of
from groundswell.stats.strata import Drawn, Floats, Ints, mean, simple, variance


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The share of labels that agree, Cohen's kappa and Gwet's AC1, each with its interval."""

    observed: Estimate
    kappa: Estimate
    ac1: Estimate


def agreement(
    first: npt.ArrayLike, second: npt.ArrayLike, categories: int, *, drawn: Drawn | None = None,
    level: float = 0.95,
) -> Agreement:  # fmt: skip
    """Agreement of two raters over `categories` labels.

    `first` and `second` hold label codes, shape (n,), or (n, k) where each record was given k
    decisions, which are then pooled and clustered by record. `drawn` says how the records were
    sampled; a simple random sample by default. Kappa: Cohen 1960, its error by linearisation as
    in Fleiss, Cohen and Everitt 1969. AC1: Gwet 2008, which does not fall when nearly all labels
    are the same. A coefficient that is not defined is NaN with bounds -1 and 1.

    >>> told = agreement([0] * 25 + [1] * 25, [0] * 20 + [1] * 5 + [0] * 10 + [1] * 15, 2)
    >>> round(told.kappa.value, 3), round(told.observed.value, 3)
    (0.4, 0.7)
    """
    one, two = (np.asarray(codes, np.int64) for codes in (first, second))
    one, two = (codes.reshape(len(codes), -1) for codes in (one, two))
    drawn = drawn or simple(len(one))
    same = np.asarray((one == two).mean(axis=1), dtype=np.float64)
    a, b = (margins(codes, categories, drawn) for codes in (one, two))
    agreed = mean(same, drawn)
    kappa_chance = float(a @ b)
    own = b[one].mean(axis=1) + a[two].mean(axis=1) - 2 * kappa_chance
    both = (a + b) / 2
    ac1_chance = float(both @ (1 - both)) / (categories - 1)
    slope = (1 - 2 * both) / (categories - 1)
    moved = (slope[one] + slope[two]).mean(axis=1) / 2 - float(slope @ both)
    found = [_corrected(same, agreed, chance, shift, drawn, level)
             for chance, shift in ((kappa_chance, own), (ac1_chance, moved))]  # fmt: skip
    return Agreement(observed=_estimate(agreed, same, drawn, level, 0.0), kappa=found[0],
                     ac1=found[1])  # fmt: skip


def margins(codes: Ints, categories: int, drawn: Drawn) -> Floats:
    """Share of each label, shape (categories,), in the whole the sample stands for."""
    each = np.stack([(codes == label).mean(axis=1) for label in range(categories)], axis=1)
    return np.asarray(drawn.shares @ each, dtype=np.float64)


def confusion(
    said: npt.ArrayLike, predicted: npt.ArrayLike, categories: int
) -> npt.NDArray[np.float64]:
    """How often each label was said (rows) of records predicted to have each (columns).

    `said` has shape (n, categories), the share of raters who said each; a record counts once.

    >>> confusion([[1, 0], [0.5, 0.5], [0, 1]], [0, 0, 1], 2).tolist()
    [[1.5, 0.0], [0.5, 1.0]]
    """
    told, codes = np.asarray(said, np.float64), np.asarray(predicted, np.int64)
    table = np.zeros((categories, categories))
    np.add.at(table.T, codes, told)
    return table


def _corrected(same: Floats, agreed: float, chance: float, shift: Floats, drawn: Drawn,
               level: float) -> Estimate:  # fmt: skip
    """(agreed - chance) / (1 - chance), with what each record contributes to its error."""
    room = 1 - chance
    if room < 1e-12:
        return Estimate(value=math.nan, low=-1.0, high=1.0, error=math.inf, n=len(same))
    parts = ((same - agreed) * room - shift * (1 - agreed)) / room**2
    return _estimate((agreed - chance) / room, parts, drawn, level, -1.0)


def _estimate(value: float, parts: Floats, drawn: Drawn, level: float, least: float) -> Estimate:
    error = math.sqrt(variance(parts, drawn))
    reach = z_of(level) * error
    return Estimate(value=value, low=max(least, value - reach), high=min(1.0, value + reach),
                    error=error, n=len(parts))  # fmt: skip
