import numpy as np
import pytest

from groundswell.notice.calibrate import learn
from groundswell.notice.discovery import discover
from groundswell.notice.settings import SETTINGS
from groundswell.notice.verdict import TOLD
from groundswell.types import Guard, Numbers, Signal


def made(p, *, subject="entity/x", community="*", outcome="could not tell", low=3.0,
         high=5.3, passed=True, kind="volume"):  # fmt: skip
    return Signal(
        kind=kind, family=kind, subject=subject, community=community, window=(7, 14),
        baseline=(0, 7), effect=4.0, low=low, high=high, unit="times", p=p, outcome=outcome,
        reason="seen", n=Numbers(authors=50), maker="volume@1",
        guards=(Guard(name="top thread", value=0.5, limit=0.3, passed=passed),),
        detail={"effect_min": 1.2, "same_within": 1.5, "scale": "log", "sides": 1,
                "smallest": 1.7},
    )  # fmt: skip


def settled(*tests):
    return {(s.subject, s.community): s for s in discover(tests, {}, 14, SETTINGS)}


def test_what_is_selected_gets_a_wider_interval():
    others = [made(0.5, subject=f"entity/{n}") for n in range(99)]
    found = settled(made(1e-6), *others)["entity/x", "*"]
    assert found.outcome == "found"
    assert found.family == "volume/14"
    assert found.level == pytest.approx(1 - 0.05 / 100)
    assert 1.2 < found.low < 3.0 < 5.3 < found.high
    assert found.detail["raw_p"] == 1e-6


def test_a_failed_guard_silences_and_says_why():
    found = settled(made(1e-6, passed=False))["entity/x", "*"]
    assert found.outcome == "could not tell"
    assert "one thread holds 50%" in found.reason


def test_an_effect_that_may_be_small_is_not_found():
    assert settled(made(1e-6, low=1.1))["entity/x", "*"].outcome == "could not tell"


def test_equivalence_needs_its_interval():
    found = settled(made(0.9, low=0.9, high=1.2))["entity/x", "*"]
    assert found.outcome == "no difference"
    assert "1.5 times" in found.reason


def test_too_few_people_stays_so_however_surprising():
    found = settled(made(1e-9, outcome="too few people"))["entity/x", "*"]
    assert found.outcome == "too few people"
    assert found.q == pytest.approx(1e-9)


def test_communities_are_tested_only_inside_selected_subjects():
    found = settled(
        made(1e-6), made(1e-7, community="a"), made(0.04, community="b"),
        made(0.8, subject="entity/y"), made(1e-9, subject="entity/y", community="a"),
    )  # fmt: skip
    assert ("entity/y", "a") not in found
    assert found["entity/x", "a"].outcome == "found"
    assert found["entity/x", "b"].outcome == "could not tell"  # q R / m is 0.025


def test_few_false_discoveries_in_a_family():
    random = np.random.default_rng(0)
    false = []
    for _ in range(60):
        tests = [made(p, subject=f"entity/n{n}") for n, p in enumerate(random.random(90))]
        tests += [made(p, subject=f"entity/t{n}") for n, p in enumerate(random.random(10) * 1e-4)]
        found = [k for (k, _), s in settled(*tests).items() if s.outcome == "found"]
        false.append(sum(k.startswith("entity/n") for k in found) / max(len(found), 1))
    assert np.mean(false) < 0.08


def test_past_weeks_raise_what_they_show_to_be_too_small():
    random = np.random.default_rng(1)
    honest = learn(random.random(500), SETTINGS)
    assert honest(0.001) == pytest.approx(0.001, rel=2)
    wild = learn(random.random(500) ** 2, SETTINGS)  # P(p < x) is the root of x
    assert 0.01 < wild(0.001) < 0.1
    again = [wild(p) for p in random.random(4000) ** 2]
    assert 0.03 < np.mean(np.array(again) < 0.05) < 0.08


def test_calibration_never_lowers_a_p_and_needs_a_past():
    shy = learn([0.9] * 300, SETTINGS)
    assert all(shy(p) >= p for p in (1e-12, 1e-3, 0.2, 0.25, 0.5, 1.0))
    none = learn([], SETTINGS)
    assert none(0.01) == pytest.approx(0.01)
    assert none.tests == 0


def test_every_reason_can_be_printed():
    for text in TOLD.values():
        assert "{" not in text.format(value=0.5, limit=0.3)
