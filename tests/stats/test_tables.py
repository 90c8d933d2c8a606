import math

import numpy as np
import pytest

from groundswell.stats.burst import burst_start, peak
from groundswell.stats.lift import expected_lift, g_squared, lift, record_rate
from groundswell.stats.multiplicity import (
    benjamini_hochberg,
    drill_level,
    interval_level,
    simes,
)
from groundswell.stats.permutation import Calendar, coverage_p
from groundswell.stats.power import needed, smallest_difference, smallest_ratio


def calendar(about, total, inside):
    return Calendar(owner=np.arange(len(about)), about=np.array(about), total=np.array(total),
                    inside=np.array(inside))  # fmt: skip


def test_coverage_p_is_exact_for_one_outlet():
    p, expected = coverage_p(calendar([1], [10], [2]), 1, seed="a", draws=4999)
    assert p == pytest.approx(0.2, abs=0.03)
    assert expected == pytest.approx(0.2, abs=0.03)


def test_coverage_p_has_a_floor_and_is_right_under_the_null():
    assert coverage_p(calendar([1] * 8, [70] * 8, [7] * 8), 8, seed="a", draws=999)[0] == 1 / 1000
    random = np.random.default_rng(0)
    p = []
    for night in range(300):
        about = random.integers(1, 4, size=10)
        seen = random.hypergeometric(7, 56, about)
        p.append(coverage_p(calendar(about, [63] * 10, [7] * 10), int((seen > 0).sum()),
                            seed=str(night), draws=499)[0])  # fmt: skip
    assert np.mean(np.array(p) < 0.05) < 0.05 + 3 * math.sqrt(0.05 * 0.95 / 300)


def test_outlets_of_one_owner_count_once():
    shared = Calendar(owner=np.array([0, 0, 0]), about=np.array([1, 1, 1]),
                      total=np.array([9, 9, 9]), inside=np.array([9, 9, 9]))  # fmt: skip
    assert coverage_p(shared, 1, seed="a", draws=99) == (1.0, 1.0)
    assert coverage_p(shared, 2, seed="a", draws=99)[0] == 0.01


def test_independent_names_have_no_lift():
    random = np.random.default_rng(1)
    held = []
    for _ in range(300):
        a, b = random.random(600) < 0.3, random.random(600) < 0.2
        table = [(a & b).sum(), (a & ~b).sum(), (~a & b).sum(), (~a & ~b).sum()]
        found = lift(*map(int, table))
        held.append(found.low <= 1 <= found.high)
    assert np.mean(held) > 0.93
    assert lift(60, 20, 20, 400).low > 2
    assert g_squared(60, 20, 20, 400) > 100


def test_naming_rate_at_equal_exposure():
    random = np.random.default_rng(2)
    records = np.ceil(random.pareto(1.2, 3000) + 0.01)
    named = (random.random(3000) < -np.expm1(-0.1 * records)).sum()
    assert record_rate(records, int(named)) == pytest.approx(0.1, rel=0.15)
    assert record_rate(records, 0) == 0.0
    assert record_rate(np.array([]), 3) == 0.0


def test_expectation_that_rests_on_few_is_less_sure():
    firm, loose = expected_lift(30, 15.0, 1000), expected_lift(30, 15.0, 10)
    assert firm.p < loose.p
    assert firm.high < loose.high
    assert expected_lift(0, 5.0, 50).value == 0.0


def test_family_control():
    q = benjamini_hochberg([0.001, 0.02, 0.9, 0.5])
    assert q == pytest.approx([0.004, 0.04, 0.9, 2 / 3])
    assert benjamini_hochberg([]).size == 0
    assert interval_level(0.05, 0, 10) == 0.95
    assert drill_level(0.05, 5, 50) == pytest.approx(0.005)
    assert simes([[0.01, 0.5, 0.9], [0.02, 0.02, 0.02]]) == pytest.approx([0.03, 0.02])


def test_false_discoveries_stay_rare():
    random = np.random.default_rng(3)
    rates = []
    for _ in range(200):
        p = np.concatenate([random.random(180), random.random(20) * 1e-4])
        hit = benjamini_hochberg(p) <= 0.05
        rates.append(hit[:180].sum() / max(hit.sum(), 1))
    assert np.mean(rates) < 0.06


def test_what_could_have_been_seen():
    assert smallest_difference(0.05) == pytest.approx(0.14, abs=0.001)
    assert smallest_ratio(400, 0.0) < smallest_ratio(20, 0.0) < smallest_ratio(20, 0.2)
    assert needed(50, 0.1, 0.28) == pytest.approx(51, abs=1)
    assert needed(50, math.inf, 0.1) == 50


def test_when_it_began():
    counts = [2, 1, 3, 2, 2, 1, 9, 14, 30, 22]
    assert peak(counts, 500) == (508, 30)
    assert burst_start(counts, 2.0, 500) == 506
    assert burst_start([0, 0, 0], 0.0, 500) == 500
