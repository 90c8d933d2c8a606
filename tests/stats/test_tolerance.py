"""A limit holds for the share it promises, as often as it promises."""

from __future__ import annotations

import numpy as np
import pytest

from groundswell.stats.tolerance import least_size, lowest_rank, share_above


@pytest.mark.parametrize("n", [299, 500, 2000])
def test_the_promise_is_kept_in_95_of_100_draws(n: int) -> None:
    rank = lowest_rank(n, 0.99)
    drawn = np.random.default_rng(1).random((4000, n))
    above = 1 - np.partition(drawn, rank - 1, axis=1)[:, rank - 1]  # the share of all that is above
    kept = (above >= 0.99).mean()
    assert 0.94 <= kept <= 0.985  # not far above either: a rank higher would break it
    higher = 1 - np.partition(drawn, rank, axis=1)[:, rank]
    assert (higher >= 0.99).mean() < 0.96
    assert (above >= share_above(n, rank)).mean() == pytest.approx(0.95, abs=0.012)


def test_the_least_size_is_the_first_with_a_rank() -> None:
    n = least_size(0.95, 0.9)
    assert (lowest_rank(n - 1, 0.95, 0.9), lowest_rank(n, 0.95, 0.9)) == (0, 1)
