"""Other seeds: other names, dates and chances, the same story."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from groundswell.simulate.rename import KINDS, Renaming

KEPT = {"open-source", "openai", "china", "android", "apple", "linux", "docker", "api",
        "thursday-stack", "classroom-tools-act", "tinycsv", "privacy"}  # fmt: skip


@pytest.fixture
def other(written: Any) -> Any:
    return written(7)


def test_names_and_dates_differ(demo: Any, other: Any) -> None:
    slugs = [{entity.slug for entity in world.desk.entities} for world in (demo, other)]
    assert slugs[0] != slugs[1]
    assert slugs[1] >= KEPT
    assert other.summary.renamed != {}
    moved = other.desk.clock - demo.desk.clock
    assert moved == timedelta(weeks=other.summary.weeks)
    assert other.summary.weeks != 0
    assert demo.desk.hypotheses[0].registered + moved.days == other.desk.hypotheses[0].registered


def test_texts_differ_but_the_hand_written_ones_only_by_name(demo: Any, other: Any) -> None:
    rename = Renaming.of(7).words
    assert demo.summary.hand_written == other.summary.hand_written
    theirs = {row["body"] for row in other.records}
    ours = [row["body"] for row in demo.records]
    kept = sum(rename(body) in theirs for body in ours)
    assert demo.summary.hand_written <= kept < len(ours)


def test_same_structure(demo: Any, other: Any) -> None:
    assert 5_800 <= len(other.records) <= 6_200
    assert abs(demo.summary.authors - other.summary.authors) <= 20
    assert [story["kinds"] for story in demo.truth["story"]] == [
        story["kinds"] for story in other.truth["story"]
    ]
    for kind, count in (("story", 4), ("decoy", 12)):
        assert len(demo.truth[kind]) == len(other.truth[kind]) == count


def test_truth_names_what_is_in_the_desk(demo: Any, other: Any) -> None:
    for world in (demo, other):
        for block in (*world.truth["story"], *world.truth["decoy"]):
            assert world.desk.entity(block["subject"].removeprefix("entity/")), block
            assert block["start"] < block["stop"]
            for name in (*block.get("communities", ()), *filter(None, [block.get("community")])):
                assert world.desk.community(name), name
            for slug in block.get("pair", ()):
                assert world.desk.entity(slug), slug
            for name in block.get("outlets", ()):
                assert world.desk.outlet(name), name


def test_the_renamed_stories_are_still_there(other: Any) -> None:
    stories = {s["kinds"][-1]: s["subject"].removeprefix("entity/") for s in other.truth["story"]}
    daily = other.daily(stories["rename"])
    assert all(12 <= people <= 38 for people in daily[61:])
    before = other.people(stories["tone"], start=28, stop=56)
    assert len(before & other.people(stories["tone"], start=57)) >= 40


def test_renaming_is_one_to_one() -> None:
    for seed in range(1, 30):
        names = Renaming.of(seed).names
        assert len(set(names.values())) == len(names)
        for old, fresh in KINDS:
            assert {names[name] for name in old} <= {*old, *fresh}


def test_no_old_name_is_left_behind(other: Any) -> None:
    gone = set(other.summary.renamed) - set(other.summary.renamed.values())
    bodies = "\n".join(row["body"] for row in other.records).lower()
    assert [name for name in sorted(gone) if name.lower() in bodies] == []
