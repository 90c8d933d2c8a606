"""Kappa and AC1 against published figures, a second formula, and samples drawn by stratum."""

from __future__ import annotations

import math

import numpy as np
import pytest

from groundswell.stats.agreement import agreement, confusion
from groundswell.stats.strata import Drawn, mean, simple, variance


def pairs(table):
    """Labels of both raters from a table of counts."""
    cells = [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    return [i for i, _ in cells], [j for _, j in cells]


def fleiss_cohen_everitt(table):
    """The standard error of kappa as printed in Fleiss, Cohen and Everitt 1969."""
    p = np.array(table, float)
    n = p.sum()
    p /= n
    rows, columns = p.sum(1), p.sum(0)
    po, pe = np.trace(p), rows @ columns
    kappa = (po - pe) / (1 - pe)
    a = sum(p[i, i] * (1 - (rows[i] + columns[i]) * (1 - kappa)) ** 2 for i in range(len(p)))
    b = (1 - kappa) ** 2 * sum(p[i, j] * (columns[i] + rows[j]) ** 2
                               for i in range(len(p)) for j in range(len(p)) if i != j)  # fmt: skip
    return math.sqrt((a + b - (kappa - pe * (1 - kappa)) ** 2) / n) / (1 - pe)


@pytest.mark.parametrize("table", [
    [[20, 5], [10, 15]], [[50, 6, 2], [8, 70, 9], [1, 4, 50]], [[118, 5], [2, 0]],
])  # fmt: skip
def test_error_of_kappa_is_the_published_one(table):
    first, second = pairs(table)
    told = agreement(first, second, len(table))
    n = len(first)
    assert told.kappa.error * math.sqrt((n - 1) / n) == pytest.approx(
        fleiss_cohen_everitt(table), rel=1e-9)  # fmt: skip


def test_kappa_as_other_programs_give_it():
    told = agreement(*pairs([[20, 5], [10, 15]]), 2)
    assert told.kappa.value == pytest.approx(0.4)
    assert (told.kappa.low, told.kappa.high) == (pytest.approx(0.15, abs=0.01),
                                                 pytest.approx(0.65, abs=0.01))  # fmt: skip


def test_ac1_does_not_fall_where_nearly_all_is_alike():
    """Gwet's example: 118 times both yes, 5 and 2 times one, never both no."""
    told = agreement(*pairs([[118, 5], [2, 0]]), 2)
    assert told.observed.value == pytest.approx(0.944)
    assert told.kappa.value == pytest.approx(-0.0234, abs=1e-4)
    assert told.ac1.value == pytest.approx(0.9408, abs=1e-4)


def test_intervals_hold_the_truth():
    random, held = np.random.default_rng(3), {"kappa": 0, "ac1": 0}
    whole = random.choice(3, 200_000, p=[0.15, 0.6, 0.25])
    raters = [np.where(random.random(len(whole)) < 0.85, whole,
                       random.integers(0, 3, len(whole))) for _ in range(2)]  # fmt: skip
    true = agreement(*raters, 3)
    for _ in range(300):
        at = random.integers(0, len(whole), 200)
        told = agreement(raters[0][at], raters[1][at], 3)
        for name in held:
            one, real = getattr(told, name), getattr(true, name).value
            held[name] += one.low <= real <= one.high
    assert all(0.92 <= n / 300 <= 0.98 for n in held.values())


def test_strata_are_weighed_by_what_they_stand_for():
    first, second = pairs([[30, 0], [0, 30]])
    first, second = [*first, *[0] * 20], [*second, *[1] * 20]  # a stratum that disagrees
    stratum = np.array([0] * 60 + [1] * 20)
    rare = Drawn(stratum=stratum, weight=np.where(stratum == 1, 0.01, 1.0))
    common = Drawn(stratum=stratum, weight=np.where(stratum == 1, 10.0, 1.0))
    assert agreement(first, second, 2, drawn=rare).kappa.value > 0.98
    assert agreement(first, second, 2, drawn=common).kappa.value < 0.1


def test_several_decisions_a_record_are_one_cluster():
    random = np.random.default_rng(1)
    one = random.integers(0, 2, 60)
    two = np.where(random.random(60) < 0.8, one, 1 - one)
    once = agreement(one, two, 2)
    thrice = agreement(np.stack([one] * 3, 1), np.stack([two] * 3, 1), 2)
    assert thrice.kappa.value == pytest.approx(once.kappa.value)
    assert thrice.kappa.error == pytest.approx(once.kappa.error)


def test_what_is_not_defined_says_so():
    told = agreement([0] * 20, [0] * 20, 2)
    assert math.isnan(told.kappa.value)
    assert (told.kappa.low, told.kappa.high) == (-1, 1)
    assert told.ac1.value == pytest.approx(1)


def test_a_record_judged_twice_counts_once():
    table = confusion([[1, 0, 0], [0.5, 0.5, 0], [0, 0, 1]], [0, 2, 2], 3)
    assert table.sum() == 3
    assert table[0].tolist() == [1, 0, 0.5]


def test_variance_of_a_stratified_mean():
    drawn = Drawn(stratum=np.array([0, 0, 0, 1, 1]), weight=np.array([4.0, 4, 4, 1, 1]))
    values = [1.0, 2, 3, 10, 12]
    assert mean(values, drawn) == pytest.approx((24 + 22) / 14)
    assert variance(values, drawn) == pytest.approx((12 / 14) ** 2 / 3 + (2 / 14) ** 2 * 2 / 2)
    alone = Drawn(stratum=np.array([0, 0, 1]), weight=np.ones(3))
    assert variance([0.0, 0, 6], alone) == pytest.approx((1 / 3) ** 2 * 12)
    assert variance([1.0], simple(1)) == math.inf
