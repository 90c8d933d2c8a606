import numpy as np
import pytest
from scipy import stats

from groundswell.stats.clusters import Readings, difference, mean, wild_p
from groundswell.stats.kitagawa import by_group, by_voices
from groundswell.stats.ratio import bootstrap_ratio
from groundswell.stats.shares import author_mean, wilson
from groundswell.stats.standard import Rows, contrast


def talk(authors, seed, *, truth=0.2, threads=None):
    """Heavy-tailed posting, moods of authors, moods of shared threads."""
    random = np.random.default_rng(seed)
    posts = np.minimum(np.ceil(random.pareto(1.3, authors) + 0.5), 40).astype(int)
    author = np.repeat(np.arange(authors), posts)
    rooms = threads or max(authors, 10)
    thread = random.integers(rooms, size=len(author))
    score = (truth + 0.35 * random.normal(size=authors)[author]
             + 0.2 * random.normal(size=rooms)[thread]
             + 0.4 * random.normal(size=len(author)))  # fmt: skip
    pairs, index = np.unique(np.stack([author, thread]), axis=1, return_inverse=True)
    count = np.bincount(index).astype(float)
    return Readings(author=pairs[0], thread=pairs[1], count=count,
                    total=np.bincount(index, score))  # fmt: skip


@pytest.mark.parametrize(("authors", "least"), [(60, 0.90), (200, 0.925)])
def test_two_way_intervals_hold_the_truth(authors, least):
    runs = 300
    held = [low <= 0.2 <= high for low, high in
            (mean(talk(authors, seed)).interval() for seed in range(runs))]  # fmt: skip
    assert np.mean(held) > least


def test_ignoring_threads_would_not_hold_it():
    rows = talk(300, 1, threads=25)
    alone = Readings(author=rows.author, thread=np.arange(len(rows.author)), count=rows.count,
                     total=rows.total)  # fmt: skip
    assert mean(rows).error > 1.2 * mean(alone).error


def test_change_of_nothing_is_rarely_called_a_change():
    p = np.array([difference(talk(80, seed), talk(80, seed + 9000)).p for seed in range(200)])
    assert (p < 0.05).mean() < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)


def test_few_clusters_are_tested_by_flipping_them():
    random = np.random.default_rng(3)
    p = []
    for seed in range(300):
        parts = random.normal(size=12) * np.exp(random.normal(size=12))
        p.append(wild_p(parts, np.arange(12), float(parts.sum()), str(seed), 199))
    assert 0.01 < np.mean(np.array(p) < 0.05) < 0.1
    assert wild_p(np.ones(12), np.arange(12), 12.0, "x", 199) == pytest.approx(1 / 200, abs=0.02)


def test_nobody_read_is_no_finding():
    empty = Readings(author=np.empty(0, int), thread=np.empty(0, int), count=np.empty(0),
                     total=np.empty(0))  # fmt: skip
    assert mean(empty).p == 1.0
    assert difference(talk(20, 1), empty).p == 1.0


def _rows(scores):
    """One row per author: code -> score."""
    codes = np.array(sorted(scores))
    return Readings(author=codes, thread=codes, count=np.ones(len(codes)),
                    total=np.array([scores[c] for c in codes], float))  # fmt: skip


def test_kitagawa_tells_changed_minds_from_changed_voices():
    minds = by_voices(_rows(dict.fromkeys(range(50), -0.5)), _rows(dict.fromkeys(range(50), 0.5)))
    assert minds.split.within == pytest.approx(-1.0)
    assert minds.split.between == pytest.approx(0.0)
    voices = by_voices(_rows(dict.fromkeys(range(30, 60), -0.5) | dict.fromkeys(range(5), 0.5)),
                       _rows(dict.fromkeys(range(30), 0.5)))  # fmt: skip
    assert voices.split.within == pytest.approx(0.0)
    assert voices.split.change < -0.5
    assert voices.authors == 5


def test_kitagawa_by_community_adds_up():
    before = _rows({n: 0.5 if n < 40 else -0.5 for n in range(50)})
    now = _rows({n: 0.5 if n < 10 else -0.5 for n in range(50)})
    split, error = by_group(now, (now.author >= 10).astype(int), before,
                            (before.author >= 40).astype(int))  # fmt: skip
    assert split.within == pytest.approx(0.0)
    assert split.between == pytest.approx(split.change)
    assert error >= 0


def test_equal_length_takes_the_prolix_down():
    random = np.random.default_rng(1)

    def side(bins, first):
        length = random.choice(4, size=400, p=bins)
        part = (random.random(400) < np.array([0.1, 0.2, 0.4, 0.6])[length]).astype(float)
        return Rows(author=first + np.arange(400), length_bin=length, part=part,
                    whole=np.ones(400))  # fmt: skip

    found = contrast(side([0.1, 0.1, 0.4, 0.4], 0), side([0.4, 0.4, 0.1, 0.1], 1000))
    assert found.raw > 0.15
    assert abs(found.value) < 0.5 * found.raw
    assert found.covered == pytest.approx(1.0)


def test_contrast_holds_the_truth():
    held = []
    for seed in range(200):
        random = np.random.default_rng(seed)
        sides = [Rows(author=np.arange(80), length_bin=random.integers(4, size=80),
                      part=(random.random(80) < share).astype(float), whole=np.ones(80))
                 for share in (0.5, 0.3)]  # fmt: skip
        found = contrast(*sides)
        held.append(found.low <= 0.2 <= found.high)
    assert np.mean(held) > 0.9


def test_one_person_is_one_voice_however_often_they_write():
    assert author_mean([1, 0], [1, 40]).value == 0.5
    assert author_mean([], []).n == 0
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(60, 97)[0] > 0.5 > wilson(57, 97)[0]


def test_the_bootstrap_depends_on_its_seed_alone():
    a, b = np.arange(100) < 40, np.arange(100) % 5 == 0
    one, two = (bootstrap_ratio(a, b, seed="q") for _ in range(2))
    assert one == two
    assert one.value == 2.0
    assert one.low < 2.0 < one.high
    assert bootstrap_ratio(a, b & False, seed="q").value == np.inf


def test_wilson_agrees_with_scipy():
    known = stats.binomtest(12, 40).proportion_ci(method="wilson")
    assert wilson(12, 40) == pytest.approx((known.low, known.high))
