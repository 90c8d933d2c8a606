"""Figures put right with people's labels: right on average, and intervals that hold the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest

from groundswell.stats.prediction import (
    Judged,
    Predicted,
    powered,
    rogan_gladen,
    score_interval,
)
from groundswell.stats.shares import author_mean, wilson
from groundswell.stats.strata import Drawn, simple
from groundswell.stats.transport import Leaning, carried, lean, linear, undone

ERRS = np.array([[0.50, 0.45, 0.05], [0.08, 0.80, 0.12], [0.04, 0.30, 0.66]])  # by true label
MIX = np.array([0.15, 0.60, 0.25])
TONES = (-1, 0, 1)


def labelled(random, mix, n):
    """True labels and a machine's, wrong at the same rates whatever the mix."""
    true = random.choice(len(mix), n, p=mix)
    said = (random.random(n)[:, None] > ERRS[true].cumsum(1)).sum(1)
    return true, said


def audited(random, n=200, size=6000):
    """A sample by the machine's label, as many of each; two people right nine times in ten."""
    true, said = labelled(random, MIX, size)
    at = np.concatenate([random.choice(np.flatnonzero(said == k), n // 3) for k in range(3)])
    held, taken = np.bincount(said, minlength=3), np.bincount(said[at], minlength=3)
    people = np.zeros((len(at), 3))
    for _ in range(2):
        word = np.where(random.random(len(at)) < 0.92, true[at], random.integers(0, 3, len(at)))
        people[np.arange(len(at)), word] += 0.5
    drawn = Drawn(stratum=said[at], weight=held[said[at]] / taken[said[at]])
    return true, said, Judged(predicted=said[at], said=people, drawn=drawn)


def test_the_formula_of_the_paper():
    random = np.random.default_rng(0)
    every = random.normal(0.3, 1.0, 5000)
    predicted = random.normal(0.3, 1.0, 80)
    said = predicted - 0.2 + random.normal(0, 0.5, 80)
    told = powered(Predicted(mean=every.mean(), variance=every.var(), size=5000), predicted, said,
                   simple(80), bounds=(-9.0, 9.0))  # fmt: skip
    assert told.value == pytest.approx(every.mean() + (said - predicted).mean())
    assert told.error == pytest.approx(
        math.sqrt(every.var() / 5000 + (said - predicted).var(ddof=1) / 80))  # fmt: skip
    assert told.value - told.low == pytest.approx(1.96 * told.error, rel=1e-3)


def test_a_share_is_right_where_the_machine_is_wrong():
    random, held, raw, off = np.random.default_rng(5), 0, 0, []
    for _ in range(300):
        _, said, judged = audited(random)
        share = float((said == 2).mean())
        everything = Predicted(mean=share, variance=share * (1 - share), size=len(said))
        told = powered(everything, judged.predicted == 2, judged.said[:, 2], judged.drawn)
        real = 0.92 * 0.25 + 0.08 / 3  # what the two people would say of all
        held += told.low <= real <= told.high
        low, high = wilson(int((said == 2).sum()), len(said))
        raw += low <= real <= high
        off.append(told.value - real)
    assert 0.9 <= held / 300 <= 0.985
    assert raw / 300 < 0.7
    assert abs(np.mean(off)) < 0.006


def test_it_buys_honesty_not_precision():
    """No free lunch: about as wide as the people's own labels alone."""
    random, ratios = np.random.default_rng(7), []
    for _ in range(40):
        true, said = labelled(random, MIX, 6000)
        at = random.integers(0, 6000, 200)
        share = float((said == 2).mean())
        told = powered(Predicted(mean=share, variance=share * (1 - share), size=6000),
                       said[at] == 2, true[at] == 2, simple(200))  # fmt: skip
        own = (true[at] == 2).std(ddof=1) / math.sqrt(200)
        ratios.append(told.error / own)
    assert 0.75 < np.mean(ratios) < 1.1


def test_rogan_and_gladen_undo_the_confusion():
    assert rogan_gladen(0.4 * 0.8 + 0.6 * 0.1, 0.8, 0.9) == pytest.approx(0.4)
    assert rogan_gladen(0.01, 0.8, 0.9) == 0
    assert math.isnan(rogan_gladen(0.5, 0.55, 0.5))


def test_rates_are_those_of_the_whole_not_of_the_sample():
    random = np.random.default_rng(2)
    rates = [(judged.sensitivity(2), judged.specificity(2), judged.accuracy().value)
             for _, _, judged in (audited(random, 600) for _ in range(20))]  # fmt: skip
    people = 0.92 * np.eye(3) + 0.08 / 3
    both = (MIX[:, None, None] * ERRS[:, :, None] * people[:, None, :]).sum(0)  # machine, people
    sens, spec = both[2, 2] / both[:, 2].sum(), both[:2, :2].sum() / both[:, :2].sum()
    told = np.mean(rates, axis=0)
    assert told == pytest.approx([sens, spec, np.trace(both)], abs=0.02)


def test_an_interval_at_the_ends_is_no_point():
    low, high = score_interval(0.0, 0.001)
    assert low == 0
    assert 0.0 < high < 0.2
    assert score_interval(0.3, math.inf) == (0.0, 1.0)


def people_of(random, mix, n, mean_records=1.3):
    """Counts of the machine's labels by person, and how many really lean."""
    counts, lean_ = np.zeros((n, 3), np.int64), 0
    for who, records in enumerate(1 + random.poisson(mean_records - 1, n)):
        true, said = labelled(random, mix, records)
        counts[who] = np.bincount(said, minlength=3)
        lean_ += (true - 1).mean() > 0.15
    return counts, lean_ / n


@pytest.mark.parametrize(("mix", "agree"), [
    (MIX, (0.75, 1.0)), (np.array([0.08, 0.37, 0.55]), (0.0, 0.5)),
])  # fmt: skip
def test_carried_over_it_holds_whatever_the_part_is_like(mix, agree):
    random, held, agreed, runs = np.random.default_rng(11), 0, 0, 25
    for _ in range(runs):
        _, _, judged = audited(random)
        counts, real = people_of(random, mix, 60)
        told = lean(Leaning(counts, TONES, 0.15), [judged])
        held += told.low <= real <= told.high
        agreed += told.agrees
    assert held / runs >= 0.9
    assert agree[0] <= agreed / runs <= agree[1]


def test_one_way_alone_would_miss_it():
    random, held = np.random.default_rng(13), 0
    for _ in range(30):
        _, _, judged = audited(random)
        counts, real = people_of(random, np.array([0.08, 0.37, 0.55]), 80)
        people = Leaning(counts, TONES, 0.15)
        value, spread = carried(lambda chances, people=people: float(people.each(chances).mean()),
                                [judged])  # fmt: skip
        low, high = score_interval(value, spread + value * (1 - value) / 80)
        held += low <= real <= high
    assert held / 30 < 0.5


def test_people_of_several_records_are_worked_out_exactly():
    chances = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.05, 0.25, 0.7]])
    one = Leaning(np.array([[0, 0, 1]]), TONES, 0.15).each([chances])
    two = Leaning(np.array([[1, 0, 1]]), TONES, 0.15).each([chances])
    assert one[0] == pytest.approx(0.7)
    up = 0.2 * 0.7 + 0.1 * 0.25 + 0.1 * 0.7  # warm and neutral, either way, or both warm
    assert two[0] == pytest.approx(up)
    places = Leaning(np.array([[0, 0, 1, 1, 0, 0]]), TONES, 0.15).each([chances, chances])
    assert places[0] == pytest.approx(up)


def test_a_mean_of_shares_is_corrected_both_ways():
    random, off = np.random.default_rng(17), []
    errs = np.array([[0.9, 0.1], [0.35, 0.65]])
    for _ in range(60):
        true = random.random(5000) < 0.3
        said = random.random(5000) < errs[true.astype(int), 1]
        at = np.concatenate([random.choice(np.flatnonzero(said == k), 100) for k in (0, 1)])
        held = np.bincount(said.astype(int))
        labels = said[at].astype(np.int64)
        judged = Judged(predicted=labels, said=np.eye(2)[true[at].astype(int)],
                        drawn=Drawn(stratum=labels, weight=held[labels] / 100.0))  # fmt: skip
        part, whole = said[:1500].reshape(300, 5).sum(1), np.full(300, 5)

        def figure(chances, part=part, whole=whole):
            own = part * chances[0][1, 1] + (whole - part) * chances[0][0, 1]
            told = author_mean(own, whole, bounds=(-9.0, 9.0))
            return told.value, told.error

        told = linear(figure, [judged])
        real = true[:1500].mean()
        off.append((told.value - real, told.low <= real <= told.high, told.agrees))
    assert abs(np.mean([one[0] for one in off])) < 0.01
    assert np.mean([one[1] for one in off]) >= 0.93
    assert np.mean([one[2] for one in off]) > 0.8


def test_labels_no_better_than_chance_cannot_be_undone():
    coin = Judged(predicted=np.array([0, 1] * 50), said=np.eye(2)[[0, 0, 1, 1] * 25],
                  drawn=simple(100))  # fmt: skip
    assert undone(coin, coin.chances()).size == 0
    assert linear(lambda _: (0.5, 0.1), [coin]) is None
