from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from groundswell.stats.seed import generator
from groundswell.stats.survival import aalen_johansen, kaplan_meier, log_rank

# Weeks until the mooring was answered, by two harbours; 0: still waiting when we stopped looking.
NORTH = ([2, 2, 3, 5, 5, 5, 8, 9, 12, 12], [1, 1, 0, 1, 1, 0, 1, 0, 1, 0])
SOUTH = ([1, 1, 2, 2, 3, 4, 4, 6, 7], [1, 1, 1, 1, 1, 1, 0, 1, 1])


def by_hand(times, happened):
    """The product over moments, in exact fractions."""
    left, found = Fraction(1), []
    for moment in sorted({t for t, e in zip(times, happened, strict=True) if e}):
        risk = sum(t >= moment for t in times)
        dead = sum(t == moment and e for t, e in zip(times, happened, strict=True))
        left *= 1 - Fraction(dead, risk)
        found.append((moment, left))
    return found


def test_the_curve_worked_out_in_fractions():
    curve = kaplan_meier(*NORTH)
    told = [(t, float(w)) for t, w in by_hand(*NORTH)]
    assert curve.times.tolist() == [2, 5, 8, 12]
    assert curve.waiting.tolist() == pytest.approx([w for _, w in told])
    assert by_hand(*NORTH)[1] == (5, Fraction(4, 7))  # 8/10 after week 2, then 5 of 7 are left
    assert curve.median == 8
    assert kaplan_meier(*SOUTH).median == 3


def test_the_comparison_worked_out_in_fractions():
    expected = variance = Fraction(0)
    times, events = NORTH[0] + SOUTH[0], NORTH[1] + SOUTH[1]
    for moment in sorted({t for t, e in zip(times, events, strict=True) if e}):
        n, north = sum(t >= moment for t in times), sum(t >= moment for t in NORTH[0])
        dead = sum(t == moment and e for t, e in zip(times, events, strict=True))
        expected += Fraction(dead * north, n)
        if n > 1:
            variance += Fraction(dead * north * (n - north) * (n - dead), n * n * (n - 1))
    chi, p = log_rank(*NORTH, *SOUTH)
    assert chi == pytest.approx(float((sum(NORTH[1]) - expected) ** 2 / variance))
    assert 0.01 < p < 0.1
    assert log_rank(*SOUTH, *NORTH) == pytest.approx((chi, p))


def test_without_censoring_it_is_the_plain_share():
    times = generator("plain").exponential(5, 400)
    curve = kaplan_meier(times, np.ones(400))
    for at in (1.0, 5.0, 20.0):
        assert curve.after(at) == pytest.approx(np.mean(times > at))


def test_censoring_does_not_bias_the_median():
    chance = generator("censored")
    waits, ends = chance.exponential(10, 4_000), chance.exponential(12, 4_000)
    seen = np.minimum(waits, ends)
    curve = kaplan_meier(seen, waits <= ends)
    assert curve.median == pytest.approx(10 * np.log(2), rel=0.07)
    assert np.median(seen[waits <= ends]) < 0.75 * 10 * np.log(2)  # what leaving them out gives


def test_competing_things_add_up_with_what_waits():
    chance = generator("competing")
    first, second = chance.exponential(10, 3_000), chance.exponential(30, 3_000)
    time, kind = np.minimum(first, second), np.where(first < second, 1, 2)
    found = aalen_johansen(time, kind, 8.0)
    assert sum(found.values()) + kaplan_meier(time, kind).after(8.0) == pytest.approx(1)
    rate = 1 / 10 + 1 / 30
    assert found[1] == pytest.approx((1 / 10) / rate * (1 - np.exp(-rate * 8)), abs=0.03)
    naive = 1 - kaplan_meier(time, kind == 1).after(8.0)
    assert naive > found[1]  # counting the others as censored overstates it


def test_the_same_waiting_seldom_differs():
    chance = generator("null")
    small = sum(log_rank(chance.exponential(3, 40), np.ones(40), chance.exponential(3, 40),
                         np.ones(40))[1] < 0.05 for _ in range(300))  # fmt: skip
    assert 4 <= small <= 28


def test_nothing_is_learnt_from_nothing():
    assert kaplan_meier([], []).median is None
    assert kaplan_meier([5, 9], [0, 0]).after(100) == 1
    assert aalen_johansen([], [], 30) == {}
    assert log_rank([], [], [3], [1]) == (0.0, 1.0)


@pytest.mark.parametrize("given", [([1], [1, 0]), ([-1], [1])])
def test_impossible_waits_are_refused(given):
    with pytest.raises(ValueError):
        kaplan_meier(*given)
