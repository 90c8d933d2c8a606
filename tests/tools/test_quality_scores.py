"""The scores of the quality gate against values worked out by hand."""

import math

import numpy as np
import pytest
from quality import scores
from quality.scores import Tally, confusion, estimate, overlap

NONE = float("nan")


def value(tally, score):
    return float(score(tally.rows.sum(axis=0)))


def test_scores_of_one_label_a_record():
    # a: 2 of 3 found, and 1 wrongly given; b: 1 of 2 found; c's only record got no answer
    wanted = ["a", "a", "a", "b", "b", "c"]
    tally = confusion(["a", "b", "c"], wanted, ["a", "a", "b", "b", "a", None])
    assert value(tally, scores.accuracy(3)) == pytest.approx(3 / 6)
    assert value(tally, scores.f1_of(3, [0])) == pytest.approx(4 / 6)
    assert value(tally, scores.f1_of(3, [1])) == pytest.approx(2 / 4)
    assert value(tally, scores.f1_of(3, [0, 1])) == pytest.approx((4 / 6 + 2 / 4) / 2)
    assert value(tally, scores.macro_f1(3)) == pytest.approx((4 / 6 + 2 / 4 + 0) / 3)
    assert value(tally, scores.recall_of(3, 0)) == pytest.approx(2 / 3)


def test_an_answer_that_is_no_label_of_the_set_is_wrong_and_no_label_of_its_own():
    tally = confusion(["a", "b"], ["a", "b"], ["a", "elsewhere"])
    assert value(tally, scores.accuracy(2)) == 0.5
    assert value(tally, scores.macro_f1(2)) == 0.5


def test_a_label_nobody_wants_or_gives_does_not_count():
    tally = confusion(["a", "b", "unused"], ["a", "b"], ["a", "b"])
    assert value(tally, scores.macro_f1(3)) == 1.0


def test_the_mean_over_targets_is_not_the_score_of_all():
    wanted = ["for", "for", "against", "for"]
    said = ["for", "for", "against", "against"]
    apart = scores.by_group(confusion(["for", "against"], wanted, said), ["x", "x", "y", "y"])
    score = scores.mean_of_groups(scores.macro_f1(2), 2 * 3)
    # x: only "for", all right: 1. y: against 2/3, for 0: 1/3
    assert value(apart, score) == pytest.approx((1 + 1 / 3) / 2)


def test_scores_of_several_things_a_record():
    wanted = [{("P", 1), ("P", 2)}, {("O", 1)}, set()]
    got = [{("P", 1), ("O", 2)}, {("O", 1)}, {("P", 9)}]
    tally = overlap(["P", "O"], wanted, got)
    assert value(tally, scores.micro_f1) == pytest.approx(2 * 2 / (3 + 4))
    assert value(tally, scores.precision) == pytest.approx(2 / 4)
    assert value(tally, scores.recall) == pytest.approx(2 / 3)
    assert value(tally, scores.f1_of_kind(1)) == pytest.approx(2 * 1 / (1 + 2))
    assert value(tally, scores.mean_f1) == pytest.approx((2 / 4 + 2 / 3) / 2)


def test_numbers_and_shares():
    assert value(scores.distances([0.5, -1.0], [0.0, 0.0]), scores.mean) == 0.75
    assert value(scores.flags([True, False, True, True]), scores.mean) == 0.75


def test_nothing_asked_is_not_nought():
    nothing = estimate(Tally(np.zeros((0, 2))), scores.mean)
    assert nothing.n == 0
    assert math.isnan(nothing.value)
    assert math.isnan(value(overlap(["P"], [set()], [set()]), scores.micro_f1))


def test_the_interval_is_that_of_resampled_records():
    tally = scores.flags([True] * 60 + [False] * 40)
    told = estimate(tally, scores.mean, seed="a")
    spread = 1.96 * math.sqrt(0.6 * 0.4 / 100)
    assert told.value == 0.6
    assert told.low == pytest.approx(0.6 - spread, abs=0.02)
    assert told.high == pytest.approx(0.6 + spread, abs=0.02)
    assert told == estimate(tally, scores.mean, seed="a")
    assert told != estimate(tally, scores.mean, seed="b")


def test_records_without_any_count_are_drawn_too():
    # nine in ten records name nothing: leaving them out would make the interval too narrow
    wanted = [{("P", 1)}] * 10 + [set()] * 90
    got = [{("P", 1)}] * 5 + [set()] * 95
    told = estimate(overlap(["P"], wanted, got), scores.recall)
    assert told.n == 100
    assert told.high - told.low > 0.45


@pytest.mark.parametrize("parts", [[True, False, True], np.array([True, False, True])])
def test_a_part_keeps_its_records(parts):
    assert value(scores.flags([True, True, False]).part(parts), scores.mean) == 0.5
