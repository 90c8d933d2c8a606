"""Many sources at once: none delays another, nothing is lost when it stops, clocks may be wrong."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest

from groundswell.errors import StoreError, Upstream
from groundswell.gather.meter import Metered, Rate
from groundswell.gather.roster import live_sources
from groundswell.gather.source import Answer, Dossier
from groundswell.pipeline import schedule
from groundswell.pipeline.rounds import LEASE, Rounds, first_night
from groundswell.pipeline.schedule import Pace, Scheduler
from groundswell.types.moment import day_of

SECOND = 1_000_000


@pytest.fixture
def stuck(kinds):
    """A source that says nothing until it is let go."""
    gate = threading.Event()

    @dataclass(frozen=True, kw_only=True)
    class Stuck(kinds["pond"]):
        kind: ClassVar[str] = "stuck"
        dossier: ClassVar[Dossier] = Dossier(title="x", access="open", terms="x", every=60)

        def fetch(self, http, since, now):
            assert gate.wait(20)
            yield from super().fetch(http, since, now)

    kinds["stuck"] = Stuck
    yield gate
    gate.set()


@pytest.fixture
def started(store, desk, pond):
    made = []

    def start(*specs, store=store, holder="me", **more):
        told = []
        scheduler = Scheduler(store, live_sources(desk(*specs)), pond, holder=holder,
                              dice=lambda: 0.0, told=told.append, **more)  # fmt: skip
        scheduler.told = told
        made.append(scheduler)
        return scheduler

    yield start
    for scheduler in made:
        scheduler.stop()


def until(scheduler, done, *, seconds=10):
    """Take steps until something is so; real time passes only while threads work."""
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it never came"
        scheduler.step(0.01)


def names(store):
    return {row["stream"] for row in store.rows("fingerprint_records")}


def test_each_source_runs_on_its_own_schedule(started, spec, pond, store, clock):
    scheduler = started(spec("a", "pond", every=60), spec("b", "pond", every=600))
    pond.post()
    until(scheduler, lambda: len(scheduler.told) == 2)
    for _ in range(5):
        clock.go(seconds=59)
        scheduler.step(0)
        assert scheduler.busy == []
        clock.go(seconds=1)
        before = len(scheduler.told)
        until(scheduler, lambda before=before: len(scheduler.told) > before)
    assert [run.name for run in scheduler.told[2:]] == ["a"] * 5
    assert scheduler.fresh == 1


def test_schedules_are_jittered_upwards(store, desk, spec, pond, clock):
    told = []
    scheduler = Scheduler(store, live_sources(desk(spec(every=100))), pond, holder="me",
                          dice=lambda: 0.5, told=told.append)  # fmt: skip
    until(scheduler, lambda: told)
    assert store.one("errand", name="pond", errand="live")["due"] == clock() + 110 * SECOND
    scheduler.stop()


def test_a_source_that_hangs_delays_no_other(started, spec, pond, store, clock, stuck):
    scheduler = started(spec("a", "stuck"), spec("b", "pond", every=60),
                        pace=Pace(threads=2, patience=900))  # fmt: skip
    pond.post()
    until(scheduler, lambda: len(scheduler.told) == 1)
    assert names(store) == {"b"}
    for _ in range(3):
        clock.go(seconds=60)
        before = len(scheduler.told)
        until(scheduler, lambda before=before: len(scheduler.told) > before)
    assert {run.name for run in scheduler.told} == {"b"}
    assert ("a", "live") in scheduler.busy


def test_a_thread_that_never_speaks_is_given_up(started, spec, pond, store, clock, stuck):
    scheduler = started(spec("a", "stuck"), spec("b", "stuck"), spec("c", "pond"),
                        pace=Pace(threads=2, patience=900))  # fmt: skip
    scheduler.step(0)
    assert sorted(scheduler.busy) == [("a", "live"), ("b", "live")]
    clock.go(seconds=901)
    pond.post()
    until(scheduler, lambda: "c" in {run.name for run in scheduler.told})
    given_up = [run for run in scheduler.told if run.name in "ab"]
    assert [run.fault for run in given_up] == ["Upstream", "Upstream"]
    assert "has said nothing for 15 minutes" in given_up[0].problem
    stuck.set()  # what it says now is not heard any more
    time.sleep(0.05)
    scheduler.step(0)
    assert names(store) == {"c"}


def test_a_lease_is_renewed_while_a_source_works(started, spec, pond, store, clock, stuck):
    scheduler = started(spec("a", "stuck"))
    scheduler.step(0)
    for _ in range(8):
        clock.go(seconds=61)
        scheduler.step(0)
    assert store.one("lease_of", name="a")["stop"] > clock() + 200 * SECOND


def test_two_processes_never_run_the_same_source(started, spec, pond, opened, clock, stuck):
    first = started(spec("a", "stuck"))
    first.step(0)
    second = started(spec("a", "stuck"), store=opened(), holder="another")
    second.step(0)
    assert second.busy == []
    assert second.told[0].skipped == "another process gathers it"
    first.stop()
    clock.go(seconds=61)
    second.step(0)
    assert second.busy == [("a", "live")]


def test_payloads_wait_when_they_come_faster_than_they_are_saved(
    started, spec, pond, store, monkeypatch
):
    for _ in range(60):
        pond.post()
    monkeypatch.setattr(schedule, "POLL", 0.01)
    scheduler = started(spec(), pace=Pace(queue=3))
    scheduler._start()
    time.sleep(0.2)
    assert scheduler._queue.qsize() == 3
    assert len(pond.asked) <= 5  # three wait, one is held, one is being fetched
    until(scheduler, lambda: scheduler.told)
    assert scheduler.told[0].added == 60


def test_a_busy_store_loses_nothing(started, spec, pond, store, monkeypatch):
    for _ in range(4):
        pond.post()
    save, failed = schedule.save, []

    def busy(*given, **more):
        if len(failed) < 3:
            failed.append(1)
            raise StoreError("desk.db: another process is writing")
        return save(*given, **more)

    monkeypatch.setattr(schedule, "save", busy)
    scheduler = started(spec())
    until(scheduler, lambda: scheduler.told)
    assert (scheduler.told[0].added, len(failed)) == (4, 3)


def test_stopping_is_quick_and_loses_nothing(started, spec, pond, store, clock, stuck, monkeypatch):
    monkeypatch.setattr(schedule, "POLL", 0.01)
    for _ in range(9):
        pond.post()
    scheduler = started(spec("a", "pond"), spec("b", "stuck"), pace=Pace(queue=1))
    scheduler.step(0.5)
    scheduler.stop()
    scheduler.stop()
    assert store.one("lease_of", name="a") is None
    clock.go(hours=1)
    again = started(spec("a", "pond"), holder="next")
    until(again, lambda: again.told)
    rows = store.rows("fingerprint_records")
    assert sorted(row["id"] for row in rows) == sorted(f"pond:{n}" for n in range(1, 10))


def test_after_an_outage_it_goes_on_from_its_cursor(started, spec, pond, store, clock, ledger):
    pond.post()
    scheduler = started(spec())
    until(scheduler, lambda: len(scheduler.told) == 1)
    pond.faults = [Upstream("pond.example: is down; wait")] * 3
    for n in range(3):
        clock.go(hours=2)
        pond.post()
        until(scheduler, lambda n=n: len(scheduler.told) == n + 2)
    assert ledger(store)[-1][2:] == (0, "outage")
    clock.go(hours=2)
    until(scheduler, lambda: len(scheduler.told) == 5)
    assert len(store.rows("fingerprint_records")) == 4
    assert [row[2] for row in ledger(store)] == [1000]


def test_a_clock_set_back_stops_nothing(started, spec, pond, store, clock):
    scheduler = started(spec(every=60))
    clock.go(days=30)
    until(scheduler, lambda: len(scheduler.told) == 1)
    clock.go(days=-30)
    pond.post()
    until(scheduler, lambda: len(scheduler.told) == 2)
    assert scheduler.told[-1].added == 1


def test_backfills_leave_room_for_what_is_new(started, spec, pond, store, clock, kinds):
    gate = threading.Event()

    @dataclass(frozen=True, kw_only=True)
    class Slow(kinds["deep"]):
        kind: ClassVar[str] = "slow"

        def backfill(self, http, since, first, now):
            assert gate.wait(20)
            yield from super().backfill(http, since, first, now)

    kinds["slow"] = Slow
    scheduler = started(*(spec(f"s{n}", "slow") for n in range(4)), pace=Pace(threads=4))
    until(scheduler, lambda: len(scheduler.told) == 4)
    scheduler.step(0)
    assert sorted(errand for _, errand in scheduler.busy) == ["backfill", "backfill"]
    clock.go(minutes=11)
    until(scheduler, lambda: len(scheduler.told) == 8)
    assert {run.errand for run in scheduler.told} == {"live"}
    gate.set()
    until(scheduler, lambda: len([r for r in scheduler.told if r.errand == "backfill"]) == 4)


def test_a_rate_is_kept_over_all_sources():
    now, slept = [0.0], []
    rate = Rate(1000, seconds=lambda: now[0], sleep=slept.append)
    rate.take(500)
    rate.take(500)
    now[0] = 10
    rate.take(100)
    assert slept == pytest.approx([0.5, 1.0, 0.1])


def test_a_metered_client_counts_what_came(clock):
    class Plain:
        def get(self, url, *, params=None, headers=None):
            return Answer(url, 200, {}, b"12345", clock.now())

        page = get

        def post(self, url, *, form=None, json=None, headers=None):
            return Answer(url, 200, {}, f"{form}{json}{headers}".encode(), clock.now())

        def stream(self, url, *, params=None, headers=None):
            yield from (b"1", b"22")

    taken = []

    class Counted:
        take = taken.append

    metered = Metered(Plain(), Counted())
    metered.get("https://pond.example")
    metered.page("https://pond.example")
    assert list(metered.stream("wss://pond.example")) == [b"1", b"22"]
    assert taken == [5, 5, 1, 2]
    answer = metered.post("https://pond.example", form={"a": "b"}, headers={"c": "d"})
    assert answer.body == b"{'a': 'b'}None{'c': 'd'}"
    assert taken[4:] == [len(answer.body)]
    assert metered.remembering(None) is metered


class Work:
    """A job that ends when it is told to."""

    def __init__(self):
        self.status, self.killed = None, False

    def ended(self):
        return self.status

    def end(self):
        self.killed = True


@pytest.fixture
def rounds(store, desk, spec):
    jobs, house, failed = [], [], []

    def launch(stages):
        jobs.append((stages, Work()))
        return jobs[-1][1]

    made = Rounds(store, desk(spec()), launch, holder="me", house=lambda: house.append(1),
                  failed=lambda *told: failed.append(told))  # fmt: skip
    made.jobs, made.house, made.failed = jobs, house, failed
    return made


def edition(store, night):
    with store.write() as writer:
        writer.do("stories_set_edition", night=night, snapshot="x", body="{}")


def test_what_came_in_is_read_after_a_pause_and_one_job_at_a_time(rounds, clock):
    rounds.turn(0)
    assert [stages for stages, _ in rounds.jobs] == ["read"]  # what an earlier process left
    clock.go(minutes=20)
    rounds.turn(5)
    assert len(rounds.jobs) == 1
    pauses = []
    while len(rounds.jobs) < 8:
        rounds.jobs[-1][1].status = 0
        rounds.turn(5)
        began, jobs = clock(), len(rounds.jobs)
        while len(rounds.jobs) == jobs:
            clock.go(seconds=10)
            rounds.turn(0)
        pauses.append((clock() - began) // SECOND)
    assert pauses == [20, 40, 80, 160, 300, 300, 300]  # a new desk fills soon
    rounds.jobs[-1][1].status = 0
    for _ in range(5):
        clock.go(minutes=6)
        rounds.turn(0)
    assert len(rounds.jobs) == 8  # nothing new, nothing read


def test_the_first_edition_is_of_the_day_gathering_began(rounds, clock, store, desk, spec, pond):
    from groundswell.gather.live import gather_source

    clock.at = clock.at.replace(hour=1, minute=0)
    pond.post(at=clock.at - timedelta(days=9))
    pond.post()
    gather_source(store, desk(spec()), spec(), pond, clock.now())
    assert first_night(store) == day_of(clock())
    hours = 0
    while not any(stages == "tell" for stages, _ in rounds.jobs) and hours < 48:
        rounds.turn(0)
        rounds.jobs[-1][1].status = 0
        clock.go(hours=1)
        hours += 1
    assert 24 <= hours <= 26


def test_archives_may_be_told_of_any_of_their_days(store, clock, desk, spec, pond):
    from groundswell.gather.live import gather_source

    assert first_night(store) is None
    pond.post(at=clock.at - timedelta(days=9))
    gather_source(store, desk(spec()), spec(), pond, clock.now())
    with store.write() as writer:
        writer.do("save_import", stream="old", path="old.csv", format="csv", read=1, added=1,
                  known=0, done=1, skipped="{}")  # fmt: skip
    assert first_night(store) == day_of(clock()) - 9


def test_a_night_is_told_again_while_its_past_comes_in(rounds, clock, store, desk, spec, pond):
    from groundswell.gather.live import gather_source

    pond.post()
    gather_source(store, desk(spec()), spec(), pond, clock.now())
    clock.at = (clock.at + timedelta(days=1)).replace(hour=1, minute=0)

    def past(cursor):
        with store.write() as writer:
            writer.do("put_backfill", name="pond", start=1, stop=2)
            writer.do("save_cursor", stream="pond#backfill", cursor=cursor)

    def tellings(minutes, *, comes):
        for minute in range(minutes):
            if comes:
                past(str((clock(), minute)))
            if rounds.jobs and rounds.jobs[-1][1].status is None:
                rounds.jobs[-1][1].status = 0
                edition(store, day_of(clock()) - 1)
            rounds.turn(0)
            clock.go(minutes=1)
        return sum(stages == "tell" for stages, _ in rounds.jobs)

    assert tellings(10, comes=False) == 1
    often = tellings(180, comes=True)
    assert 5 <= often <= 6  # after 5, 10, 20, 40 minutes, then hourly
    assert tellings(200, comes=False) <= often + 1  # what came last is told once more


def test_stages_that_fail_are_told_of_and_tried_again_later(rounds, clock):
    rounds.turn(0)
    rounds.jobs[0][1].status = 4
    rounds.turn(0)
    assert rounds.failed == [("read", 4)]
    clock.go(minutes=50)
    rounds.turn(0)
    assert len(rounds.jobs) == 1
    clock.go(minutes=11)
    rounds.turn(0)
    assert [stages for stages, _ in rounds.jobs] == ["read", "read"]


def test_a_night_is_told_once_and_half_an_hour_after_midnight(
    rounds, clock, store, desk, spec, pond
):
    from groundswell.gather.live import gather_source

    pond.post()
    gather_source(store, desk(spec()), spec(), pond, clock.now())
    clock.at = clock.at.replace(hour=23, minute=50)
    rounds.turn(0)
    rounds.jobs[-1][1].status = 0
    clock.go(minutes=20)
    rounds.turn(0)
    rounds.turn(0)
    assert [stages for stages, _ in rounds.jobs] == ["read"]
    clock.go(minutes=21)
    rounds.turn(0)
    assert [stages for stages, _ in rounds.jobs] == ["read", "tell"]
    rounds.jobs[-1][1].status = 0
    edition(store, day_of(clock()) - 1)
    for _ in range(5):
        clock.go(hours=1)
        rounds.turn(0)
    assert [stages for stages, _ in rounds.jobs] == ["read", "tell"]


def test_house_is_kept_once_an_hour(rounds, clock):
    for _ in range(13):
        rounds.turn(0)
        if rounds.jobs:
            rounds.jobs[-1][1].status = 0
        clock.go(minutes=10)
    assert len(rounds.house) in (2, 3)


def test_only_one_process_runs_the_stages(rounds, clock, store):
    with store.write() as writer:
        writer.do("put_lease", name=LEASE, holder="another", stop=clock() + 300 * SECOND)
    rounds.turn(9)
    assert rounds.jobs == []
    clock.go(minutes=7)
    rounds.turn(0)
    assert [stages for stages, _ in rounds.jobs] == ["read"]
    rounds.stop()
    assert rounds.jobs[0][1].killed
    assert store.one("lease_of", name=LEASE) is None
