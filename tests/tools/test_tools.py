"""The parts of the tools that can be wrong without anybody seeing it."""

import random
import re
from pathlib import Path

import crash
import demo_check
import docs
import erase_check
import mutate
import pytest

ROOT = Path(__file__).resolve().parents[2]
ENDS = {"gather": 2.0, "label": 50.0, "measure": 55.0, "notice": 60.0, "report": 64.0}


@pytest.mark.parametrize("kills", [1, 3, 5, 25])
def test_kills_are_spread_over_the_stages_in_their_order(kills):
    plan = crash.moments(random.Random(1), ENDS, kills)
    stages = [moment.stage for moment in plan]
    assert len(plan) == kills
    assert stages == sorted(stages, key=crash.STAGES.index)
    if kills == 25:
        assert all(stages.count(stage) >= 2 for stage in crash.STAGES)
        assert stages.count("label") == max(map(stages.count, crash.STAGES))


def test_same_seed_same_moments():
    one, other = (crash.moments(random.Random(3), ENDS, 25) for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("digit", "It was 19 people, “19 mails”.", "It was 29 people, “19 mails”."),
        ("quoted word", "“I read it” to 9 people", "“I never it” to 9 people"),
        ("direction", "“it grew” and talk fell", "“it grew” and talk rose"),
        ("time phrase", "on 7 April", "on 7 February"),
        ("quantifier", "Most of them were warm", "Nearly all of them were warm"),
    ],
)
def test_a_change_touches_one_thing_in_the_right_place(kind, before, after):
    change = {
        "digit": mutate.digit,
        "quoted word": mutate.quoted_word,
        "direction": mutate.swap(mutate.DIRECTIONS),
        "time phrase": mutate.swap(mutate.TIMES),
        "quantifier": mutate.swap(mutate.QUANTIFIERS),
    }[kind]
    assert next(change(before)) == after


def test_no_change_where_nothing_fits():
    assert list(mutate.digit("no figure, “but 3 here”")) == []
    assert list(mutate.quoted_word("nobody speaks")) == []


def planted(**more):
    return {"subject": "entity/kestrel", "must_not": ["volume"], "expect": "", **more}


def signal(**more):
    return {"kind": "volume", "subject": "entity/kestrel", "community": "*", **more}


def test_a_decoy_speaks_by_a_forbidden_test_only():
    def speaks(one, **more):
        return not demo_check.decoy(planted(**more), demo_check.Found((one,), ()))[0]

    assert speaks(signal())
    assert speaks(signal(community="lantern"), community="lantern")
    assert not speaks(signal(community="attic"), community="lantern")
    assert not speaks(signal(kind="tone"))
    assert not speaks(signal(subject="entity/gantry"))


@pytest.mark.parametrize("partner", ["entity/openai", "entity/china"])
def test_a_pair_is_recognised_from_both_sides(partner):
    for one, other in (("entity/kestrel", partner), (partner, "entity/kestrel")):
        found = signal(subject=one, detail={"partner": other})
        is_it = demo_check.concerns(found, "entity/kestrel", ("kestrel", "openai"))
        assert is_it == (partner == "entity/openai")


def test_a_byte_left_is_found(tmp_path):
    post = erase_check.Planted("reddit:x", "zuqo", ("zuqo", "x-1"))
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "a.db").write_bytes(b"\x00\xffZUQO\x00")
    assert erase_check.left([tmp_path / "state"], post) == ["'zuqo' in state/a.db"]


def test_the_reference_names_every_command():
    told = docs.reference()
    assert all(f"\n## {name}\n" in told for name in docs.commands())


def test_every_target_is_explained():
    text = (ROOT / "Makefile").read_text("utf-8")
    recipes = re.findall(r"^(.*)\n([a-z][a-z-]*):", text, re.MULTILINE)
    assert all(before.startswith("#") for before, name in recipes if name != "lock")
