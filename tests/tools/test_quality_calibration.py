"""Calibration against hand-made numbers and chances that are right or wrong by construction."""

import math

import numpy as np
import pytest
from quality import calibration

DICE = np.random.Generator(np.random.PCG64(7))


def test_spiegelhalter_by_hand():
    # sum of (x - p)(1 - 2p): .9: 0.1 * -.8 = -.08; .8: -.8 * -.6 = .48; .3: -.3 * .4 = -.12
    # variance: .64 * .09 + .36 * .16 + .16 * .21 = .1488
    found = calibration.spiegelhalter(np.array([0.9, 0.8, 0.3]), np.array([1.0, 0.0, 0.0]))
    assert found.z == pytest.approx(0.28 / math.sqrt(0.1488))
    assert found.p == pytest.approx(math.erfc(found.z / math.sqrt(2)))


def test_for_two_classes_the_brier_test_is_spiegelhalters():
    chances = DICE.uniform(0.05, 0.95, 50)
    came = (DICE.random(50) < 0.5).astype(float)
    whole = calibration.brier_test(np.stack([chances, 1 - chances], axis=1),
                                   np.stack([came, 1 - came], axis=1))  # fmt: skip
    assert whole.z == pytest.approx(calibration.spiegelhalter(chances, came).z)


def test_right_chances_pass_and_bold_ones_do_not():
    chances = DICE.dirichlet([1.0, 2.0, 1.0], 2_000)
    wanted = [int(DICE.choice(3, p=row)) for row in chances]
    bold = chances**2 / (chances**2).sum(axis=1, keepdims=True)
    right = calibration.several("x", chances, wanted, ["a", "b", "c"])
    wrong = calibration.several("x", bold, wanted, ["a", "b", "c"])
    assert right.test.p > 0.05
    assert right.error < right.most
    assert wrong.test.p < 0.001
    assert wrong.error > wrong.most
    assert set(right.parts) == {"a", "b", "c"}


def test_chances_need_not_sum_to_one_exactly():
    one = calibration.several("x", np.array([[0.2, 0.8], [0.5, 0.5]]), [1, 0], ["a", "b"])
    other = calibration.several("x", np.array([[200.0, 800.0], [500.0, 500.0]]), [1, 0], ["a", "b"])
    assert one.test == other.test


def test_sure_chances_leave_nothing_to_test():
    found = calibration.spiegelhalter(np.array([0.5, 0.5]), np.array([1.0, 0.0]))
    assert math.isnan(found.z)
    assert math.isnan(found.p)


def test_the_error_by_hand():
    chances = np.array([0.1, 0.2, 0.8, 0.9])
    came = np.array([0.0, 1.0, 1.0, 1.0])
    # bins of two: |.3 - 1| and |1.7 - 2|, over four records
    assert calibration.calibration_error(chances, came, bins=2) == pytest.approx(1.0 / 4)
    assert calibration.calibration_error(chances, chances, bins=2) == pytest.approx(0.0)


def test_bins_hold_equally_many_and_may_be_more_than_records():
    assert calibration._edges(31, 15).tolist()[:4] == [0, 2, 4, 6]
    assert calibration._edges(3, 15).tolist() == [0, 1, 2]


def test_even_right_chances_show_an_error_and_less_with_more_records():
    few, most = calibration.perfect_error(DICE.uniform(0, 1, 100), seed="x")
    many, _ = calibration.perfect_error(DICE.uniform(0, 1, 10_000), seed="x")
    assert 0.02 < many * 2 < few < most
