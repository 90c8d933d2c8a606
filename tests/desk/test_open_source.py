"""The desk that ships for those who watch how open projects are kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from groundswell.desk import Desk
from groundswell.desk.nouns import Operator
from groundswell.gather.roster import live_sources

DESK = Path(__file__).parents[2] / "desks" / "open-source"


@pytest.fixture(scope="module")
def desk():
    return Desk.load(DESK)


def test_nothing_is_asked_as_it_stands(desk):
    assert all(live.off for live in live_sources(desk))


def test_its_sources_can_be_turned_on(desk):
    specs = [replace(one, options={k: v for k, v in one.options.items() if k != "off"})
             for one in desk.sources]  # fmt: skip
    operator = Operator(name="A", contact="a@example.org")
    lives = live_sources(replace(desk, sources=tuple(specs), operator=operator))
    assert not any(live.off for live in lives)
    github = next(live.source for live in lives if live.kind == "github")
    before = next(live.source for live in lives if live.kind == "gharchive")
    assert github.repos == before.repos
    assert len(github.repos) >= 3  # with fewer there is no interval


def test_trackers_are_counted_and_never_quoted(desk):
    place = desk.community("example/quay", "github")
    assert (place.kind, place.quote) == ("code", "never")


def test_beats_have_examples_on_both_sides(desk):
    for beat in desk.beats:
        assert len(beat.examples) >= 6, beat.slug
        assert len(beat.counterexamples) >= 2, beat.slug
        assert beat.keywords
        assert beat.exclusions


def test_the_hypothesis_names_an_indicator_that_is_counted(desk):
    from groundswell.measure.indicators.panel import MEASURES

    names = {f"panel/{one.name}" for one in MEASURES}
    duties = [duty for one in desk.hypotheses for duty in one.obligations]
    told = [duty.options["indicator"] for duty in duties if duty.kind == "contradiction"]
    assert told
    assert set(told) <= names
