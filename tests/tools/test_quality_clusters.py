"""Scores of clusterings against values worked out by hand, and the clustering itself."""

import math

import numpy as np
import pytest
from quality import clusters
from quality.clusters import Pairs

# wanted {1 2 3} {4 5}, found {1 2} {3 4 5}
WANTED, FOUND = "aaabb", "xxyyy"


def value(made, wanted=WANTED, found=FOUND):
    pairs = Pairs.of(wanted, found)
    return float(made(pairs)(pairs.often.astype(float)))


@pytest.mark.parametrize("made", clusters.SCORES.values(), ids=clusters.SCORES)
def test_the_same_clustering_by_other_names_is_right(made):
    assert value(made, "aabbcc", "zzyyxx") == pytest.approx(1.0)


def test_b_cubed():
    exact = (1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5
    whole = (2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5
    assert value(clusters.b_cubed) == pytest.approx(2 * exact * whole / (exact + whole))


def test_rand():
    # pairs together in both: 1-2 and 4-5; wanted 3 + 1, found 1 + 3, of 10
    by_luck = 4 * 4 / 10
    assert value(clusters.rand) == pytest.approx((2 - by_luck) / (4 - by_luck))


def test_mutual_information():
    side = -(0.6 * math.log(0.6) + 0.4 * math.log(0.4))
    both = -(0.4 * math.log(0.4) * 2 + 0.2 * math.log(0.2))
    assert value(clusters.mutual_information) == pytest.approx((2 * side - both) / side)


def test_best_match():
    assert value(clusters.best_match) == pytest.approx(4 / 5)
    assert value(clusters.best_match, "aabb", "wxyz") == pytest.approx(2 / 4)


def test_scores_take_many_draws_at_once():
    pairs = Pairs.of(WANTED, FOUND)
    draws = np.array([pairs.often, [5, 0, 0]], dtype=float)
    for made in clusters.SCORES.values():
        assert made(pairs)(draws).shape == (2,)


def test_near_texts_end_in_one_cluster():
    points = np.array([[1, 0], [0.99, 0.14], [0, 1], [0.14, 0.99]], dtype=np.float32)
    first, second, third, fourth = clusters.grouped(points @ points.T, 2)
    assert first == second != third == fourth
