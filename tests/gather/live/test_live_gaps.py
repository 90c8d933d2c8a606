"""What is to be gathered afterwards is planned once, gathered whole, and then no longer missing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from groundswell.errors import Upstream
from groundswell.gather.live import gather_source
from groundswell.store.live import Haul, plan_backfill, save_haul, take_lease
from groundswell.types import Exposure
from groundswell.types.moment import micros, moment

HOUR = timedelta(hours=1)


@pytest.fixture
def gather(store, desk, spec, pond, clock):
    def run(name="deep", *, errand="live", **options):
        one = spec(name, **options)
        return gather_source(store, desk(one), one, pond, clock.now(), errand=errand, holder="me")

    return run


@pytest.fixture
def deep(gather, clock):
    """A source with a past that has been gathered for two days, and wants nothing before them."""
    gather(backfill_days=0)
    clock.go(days=2)
    gather(backfill_days=0)
    return gather


@pytest.fixture
def states(store, clock):
    """Have the source state that a community has a gap."""

    def state(community, start, stop):
        gap = Exposure(stream="deep", community=community, start=micros(start), stop=micros(stop),
                       permille=0, reason="too many")  # fmt: skip
        haul = Haul(name="deep", cursor_of="deep", cursor="1", things=[gap], refill=True)
        assert save_haul(store, haul, holder="me")

    return state


def open_(store):
    return [(moment(row["start"]), moment(row["stop"]))
            for row in store.rows("backfills") if not row["done"]]  # fmt: skip


def pending(store):
    rows = store.connection.execute(
        "SELECT community FROM exposure WHERE seq_to = 9223372036854775807 AND permille < 1000"
        " ORDER BY community"
    )
    return [row["community"] for row in rows]


def test_two_communities_that_miss_time_from_one_instant_on(deep, states, store, clock):
    """The second reached further: what it missed was never planned, and stood as missing."""
    start = clock.now() - 9 * HOUR
    states("ducks", start, start + HOUR)
    states("frogs", start, start + 5 * HOUR)
    assert pending(store) == ["ducks", "frogs"]
    assert open_(store) == [(start, start + 5 * HOUR)]
    assert not deep(errand="backfill", backfill_days=0).problem
    assert pending(store) == []
    assert open_(store) == []


def test_a_gap_where_one_was_filled_before_is_planned_again(deep, states, store, clock):
    start = clock.now() - 9 * HOUR
    for community in ("ducks", "frogs"):
        states(community, start, start + HOUR)
        assert pending(store) == [community]
        deep(errand="backfill", backfill_days=0)
        assert pending(store) == []


def test_what_is_planned_already_is_planned_once(deep, states, store, clock):
    start = clock.now() - 9 * HOUR
    states("ducks", start, start + 6 * HOUR)
    states("frogs", start + HOUR, start + 2 * HOUR)
    assert open_(store) == [(start, start + 6 * HOUR)]
    deep(errand="backfill", backfill_days=0)
    assert pending(store) == []


def test_overlapping_gaps_are_gathered_once(deep, states, store, clock):
    """But for the first, which may be under way, the plans of many communities become one."""
    start = clock.now() - 40 * HOUR
    states("first", start, start + HOUR)
    for number in range(6):
        states(f"place {number}", start + (5 + number) * HOUR, start + (20 + number) * HOUR)
    assert open_(store) == [
        (start, start + HOUR), (start + 5 * HOUR, start + 25 * HOUR),
    ]  # fmt: skip
    for _ in range(2):
        assert not deep(errand="backfill", backfill_days=0).problem
    assert pending(store) == []
    assert deep(errand="backfill", backfill_days=0).skipped == "nothing to do"


def test_a_stretch_that_grows_while_it_is_gathered_is_gathered_again(
    deep, states, store, pond, clock
):
    start = clock.now() - 9 * HOUR
    states("ducks", start, start + HOUR)
    pond.post("late", at=start + 3 * HOUR)
    real = pond.page

    def page(after, **asked):
        if pond.page is page:  # while it asks, another gap is stated
            pond.page = real
            states("frogs", start, start + 5 * HOUR)
        return real(after, **asked)

    pond.page = page
    assert deep(errand="backfill", backfill_days=0).added == 0
    assert pending(store) == ["frogs"]
    assert deep(errand="backfill", backfill_days=0).added == 1
    assert pending(store) == []


def test_a_place_in_one_stretch_is_none_in_another(deep, states, store, pond, clock):
    """An earlier stretch comes first, and begins at its own beginning."""
    start = clock.now() - 20 * HOUR
    for number in range(4):
        pond.post(f"later {number}", at=start + (10 + number) * HOUR)
    states("ducks", start + 10 * HOUR, start + 15 * HOUR)
    real = pond.page

    def page(after, **asked):
        if after:
            raise Upstream("pond.example: is down; wait")
        return real(after, **asked)

    pond.page = page
    assert deep(errand="backfill", backfill_days=0).added == 2
    pond.page = real
    pond.posts.insert(0, {**pond.posts[0], "n": 0.5, "text": "early",
                          "at": (start + HOUR).isoformat()})  # fmt: skip
    states("frogs", start, start + 2 * HOUR)
    clock.go(hours=1)
    assert deep(errand="backfill", backfill_days=0).added == 1
    assert deep(errand="backfill", backfill_days=0).added == 2
    assert pending(store) == []


@pytest.mark.parametrize("name", ["deep", "pond"])
def test_what_was_written_before_a_late_first_answer(gather, pond, store, clock, name):
    """A first visit begins with what is newest: it makes up for no hours without an answer."""
    began = clock.now()
    pond.faults += [Upstream("pond.example: is down; wait")] * 3
    for _ in range(3):
        assert gather(name, backfill_days=0).problem
        clock.go(hours=5)
    pond.post("before", at=began + HOUR)
    pond.floor = 1
    pond.post("now")
    assert gather(name, backfill_days=0).added == 1
    answered = clock.now() - timedelta(seconds=60)
    rows = store.rows("gaps_of_stream", stream=name, since=0)
    assert [(moment(row["start"]), moment(row["stop"])) for row in rows] == [(began, answered)]
    pond.floor = 0
    if name == "deep":
        assert gather(errand="backfill", backfill_days=0).added == 1
        assert store.rows("gaps_of_stream", stream=name, since=0) == []
    else:
        clock.go(hours=1)
        gather(name)
        (gap,) = store.rows("gaps_of_stream", stream=name, since=0)
        assert gap["reason"] == "not gathered yet: the first answer came late"


def test_one_process_gathers_at_a_time(gather, pond, store, clock):
    """How often a host may be asked is kept in memory: two would ask it twice as often."""
    pond.post()
    with store.write() as writer:
        assert take_lease(writer, "quay", "another")
        assert take_lease(writer, "berth", "another")
        assert not take_lease(writer, "quay", "me")
        assert not take_lease(writer, "dock", "me")
        assert take_lease(writer, "#stages", "me")
        assert not take_lease(writer, "#stages", "another")
    assert gather("pond").skipped == "another process gathers it"
    with store.write() as writer:
        for name in ("quay", "berth"):
            writer.do("drop_lease", name=name, holder="another")
    assert gather("pond").added == 1
    with store.write() as writer:
        assert take_lease(writer, "quay", "another")
    clock.go(minutes=7)  # it died
    pond.post()
    assert gather("pond").added == 1


def test_plans_of_other_sources_are_left_alone(deep, store, clock):
    with store.write() as writer:
        plan_backfill(writer, "deep", 10, 50)
        plan_backfill(writer, "other", 20, 30)
    assert [(row["name"], row["start"], row["stop"]) for row in store.rows("backfills")] == [
        ("deep", 10, 50), ("other", 20, 30),
    ]  # fmt: skip
