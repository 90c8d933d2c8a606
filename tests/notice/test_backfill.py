"""What was gathered afterwards teaches the baseline and raises no alarm; nor does an outage."""

import pytest

from groundswell.notice import notice
from groundswell.query.backfill import gathered_afterwards
from groundswell.store.live import cover
from groundswell.store.sqlite import OPEN
from groundswell.types import Exposure
from groundswell.types.moment import DAY_US, midnight

from .conftest import NIGHT, START
from .test_night import DESK, DETECTORS, State, snapshot


@pytest.fixture
def state(tmp_path):
    made = State(tmp_path / "state.db")
    yield made
    made.store.close()


@pytest.fixture
def surge(make_world):
    world = make_world(1)
    for community in "abc":
        world.usual("*", community, 15)
        world.usual("entity/x", community, 2, tone=0.2)
        world.usual("entity/x", community, 8, range(NIGHT - 6, NIGHT + 1), tone=0.2)
    return world


def streams(state, places="abc"):
    for seq, community in enumerate(places, 1):
        state._many("records", [(
            f"s:{community}", seq, OPEN, "", "s", "s", "post", "person", community, "", "", "", "",
            "en", "", "", "", 0, "second", 0, 0, None, NIGHT, NIGHT + 1, "public", "{}", "", 9,
        )])  # fmt: skip


def note(state, first, stop, permille, reason, community="*"):
    with state.store.write() as writer:
        cover(writer, Exposure(stream="s", community=community, start=midnight(first),
                               stop=midnight(stop), permille=permille, reason=reason))  # fmt: skip


def volume(state):
    signals = notice(state.store, DESK, snapshot(), NIGHT, detectors=DETECTORS)
    return next(s for s in signals if s.kind == "volume" and s.community == "*"), signals


def test_a_surge_seen_live_is_found(state, surge):
    state.keep(surge.voices)
    streams(state)
    note(state, START, NIGHT + 1, 1000, "gathered")
    assert volume(state)[0].outcome == "found"


def test_the_same_surge_gathered_afterwards_raises_no_alarm(state, surge):
    state.keep(surge.voices)
    streams(state)
    note(state, START, NIGHT + 1, 1000, "backfill")
    whole, signals = volume(state)
    assert whole.outcome == "could not tell"
    assert "100% of its voices were gathered afterwards" in whole.reason
    assert not [s for s in signals if s.outcome == "found"]


def test_a_past_gathered_afterwards_is_a_baseline(state, surge):
    state.keep(surge.voices)
    streams(state)
    note(state, START, NIGHT - 6, 1000, "backfill")
    whole = volume(state)[0]
    assert whole.outcome == "found"
    assert whole.detail["history"] > 60


def test_one_day_of_seven_in_one_community_of_three_is_let_be(state, surge):
    state.keep(surge.voices)
    streams(state)
    note(state, NIGHT - 6, NIGHT - 5, 1000, "backfill", "a")
    assert volume(state)[0].outcome == "found"
    note(state, NIGHT - 6, NIGHT - 5, 1000, "backfill")
    assert volume(state)[0].outcome == "could not tell"


def test_a_past_not_gathered_yet_is_no_rise(state, make_world):
    quiet = make_world(4)
    for community in "abc":
        quiet.usual("*", community, 15, range(NIGHT - 15, NIGHT + 1))
        quiet.usual("entity/x", community, 4, range(NIGHT - 15, NIGHT + 1))
    state.keep(quiet.voices)
    streams(state)
    note(state, START, NIGHT - 15, 0, "not gathered yet")
    whole, signals = volume(state)
    assert whole.outcome == "not collected"
    assert not [s for s in signals if s.outcome == "found"]


def test_an_outage_and_the_return_from_it_raise_no_alarm(state, make_world):
    world = make_world(5)
    for community in "abc":
        days = [day for day in range(START, NIGHT + 1) if not NIGHT - 16 < day < NIGHT - 2]
        world.usual("*", community, 15, days)
        world.usual("entity/x", community, 5, days)
    state.keep(world.voices)
    streams(state)
    note(state, NIGHT - 15, NIGHT - 2, 0, "outage: pond.example is down")
    whole, signals = volume(state)
    assert whole.outcome != "found"
    assert not [s for s in signals if s.outcome == "found"]
    assert not gathered_afterwards(state.store, snapshot(), START, NIGHT)


def test_which_days_were_gathered_afterwards(state):
    streams(state)
    state._many("records", [(
        "t:a", 9, OPEN, "", "t", "t", "post", "person", "a", "", "", "", "", "en", "", "", "", 0,
        "second", 0, 0, None, NIGHT, NIGHT + 1, "public", "{}", "", 9,
    )])  # fmt: skip
    with state.store.write() as writer:
        cover(writer, Exposure(stream="s", community="*", start=midnight(NIGHT - 3) + DAY_US // 3,
                               stop=midnight(NIGHT - 1) + DAY_US // 3, permille=1000,
                               reason="backfill"))  # fmt: skip
    found = gathered_afterwards(state.store, snapshot(), NIGHT - 9, NIGHT)
    assert found == {(place, day) for place in "bc" for day in (NIGHT - 3, NIGHT - 2)}
