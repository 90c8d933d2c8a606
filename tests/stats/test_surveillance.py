import numpy as np
import pytest

from groundswell.stats.surveillance import Rules, learn, ratio_interval, surprise, weekday_factors

START, DAYS = 20_500, 98
WEEK = np.array([1, 1.1, 1.2, 1.1, 1, 0.7, 0.9])


def null(series, mean, k, seed=0):
    random = np.random.default_rng(seed)
    expected = mean * (WEEK / WEEK.mean())[np.arange(DAYS) % 7] * np.ones((series, 1))
    return random.poisson(expected * random.gamma(k, 1 / k, (series, DAYS))).astype(float)


def told(counts, days, offset=None):
    offset = np.ones_like(counts) if offset is None else offset
    return surprise(counts, learn(counts, offset, START, 7, Rules()), days, 0.95)


@pytest.mark.parametrize(("mean", "k"), [(3, 10), (20, 10), (20, 1e6), (200, 10)])
@pytest.mark.parametrize("days", [1, 3, 7])
def test_false_alarms_are_as_rare_as_they_say(mean, k, days):
    series = 1500
    p = told(null(series, mean, k), days).p
    slack = 3 * np.sqrt(0.05 * 0.95 / series)
    assert (p < 0.05).mean() < 0.05 + slack  # discrete counts may stay below
    assert (p < 0.005).mean() < 0.005 + 3 * np.sqrt(0.005 / series)


@pytest.mark.parametrize(("times", "days", "found"), [(3, 3, 0.9), (2, 7, 0.8), (4, 1, 0.7)])
def test_planted_surges_are_seen(times, days, found):
    counts = null(300, 20, 10, seed=1)
    counts[:, -days:] *= times
    assert (told(counts, days).p < 0.001).mean() > found


@pytest.mark.parametrize(("days", "least"), [(1, 0.9), (3, 0.92), (7, 0.93)])
def test_the_interval_of_the_ratio_holds_the_truth(days, least):
    counts = null(1500, 20, 10, seed=2)
    seen = told(counts, days)
    assert ((seen.low <= 1) & (seen.high >= 1)).mean() > least


def test_a_day_without_collection_neither_teaches_nor_alarms():
    counts, offset = null(200, 20, 10, seed=3), np.ones((200, DAYS))
    counts[:, 40:60] = 0
    offset[:, 40:60] = 0
    assert (told(counts, 7, offset).p < 0.05).mean() < 0.12
    offset[:, -7:] = 0
    assert (told(counts, 7, offset).p == 1).all()


def test_growing_collection_is_no_surge():
    counts, offset = null(200, 30, 20, seed=4), np.ones((200, DAYS))
    offset[:, :-7] = 1 / 3
    counts[:, :-7] = np.random.default_rng(5).binomial(counts[:, :-7].astype(int), 1 / 3)
    assert (told(counts, 7, offset).p < 0.01).mean() < 0.05
    assert (told(counts, 7).p < 0.01).mean() > 0.95


def test_one_spike_does_not_become_a_habit():
    counts = np.tile(null(1, 10, 1e6, seed=6), (2, 1))
    counts[1, 60] = 500
    fitted = learn(counts, np.ones_like(counts), START, 7, Rules())
    level = fitted.shape[:, -8] / fitted.rate[:, -8]
    assert level[1] < 1.3 * level[0]


def test_a_weekday_habit_is_learned():
    counts = np.zeros((1, 91))
    counts[0, (START + np.arange(91)) % 7 == 3] = 12
    factors = weekday_factors(counts, np.ones((1, 91)), START, 4.0)[0]
    assert factors.argmax() == 3
    assert factors[3] > 4


def test_ratio_interval_matches_simulation():
    random = np.random.default_rng(7)
    now, before = random.poisson(40, 4000), random.poisson(160, 4000)
    low, high = ratio_interval(now, np.zeros(4000), before, 0.0, 0.95)
    assert 0.93 < ((low <= 0.25) & (high >= 0.25)).mean() < 0.975


def test_nothing_to_learn_from_is_an_error():
    with pytest.raises(ValueError, match="leave nothing"):
        learn(np.ones((1, 7)), np.ones((1, 7)), START, 7, Rules())
