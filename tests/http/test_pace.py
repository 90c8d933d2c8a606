from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from groundswell.errors import NotFound, Throttled, Unsafe, Upstream
from groundswell.http.limits import Limits
from groundswell.http.pace import Pace

from .conftest import START


@pytest.fixture
def pace(time):
    return Pace(time.clock, time.sleep, Limits(intervals={"quick.example": 0.5}))


def fail(pace, host="quay.example", error=Upstream):
    with pytest.raises(error), pace.turn(host):
        raise error("x")


def test_requests_to_one_host_keep_their_distance(pace, time):
    for host in ("quay.example", "other.example", "quay.example", "quay.example"):
        with pace.turn(host):
            pass
    assert time.slept == [1, 1]
    time.slept.clear()
    for _ in range(3):
        with pace.turn("quick.example"):
            pass
    assert time.slept == [0.5, 0.5]


def test_an_idle_host_is_asked_at_once(pace, time):
    with pace.turn("quay.example"):
        pass
    time.now += timedelta(minutes=1)
    with pace.turn("quay.example"):
        pass
    assert time.slept == []


def test_a_crawl_delay_widens_the_distance_and_never_narrows_it(pace, time):
    pace.slow("quay.example", 20)
    pace.slow("quay.example", 5)
    for _ in range(2):
        with pace.turn("quay.example"):
            pass
    assert time.slept == [20]


def test_a_clock_that_is_set_back_makes_nobody_wait(pace, time):
    with pace.turn("quay.example"):
        pass
    time.now -= timedelta(hours=5)
    with pace.turn("quay.example"):
        pass
    assert time.slept == []


def test_a_parked_host_is_waited_for_or_left(pace, time):
    pace.park("quay.example", START + timedelta(seconds=30))
    with pace.turn("quay.example"):
        assert time.now == START + timedelta(seconds=30)
    pace.park("quay.example", time.now + timedelta(hours=2))
    pace.park("quay.example", time.now + timedelta(hours=1))
    with pytest.raises(Throttled) as raised, pace.turn("quay.example"):
        pass
    assert raised.value.until == time.now + timedelta(hours=2)
    assert pace.parked() == {"quay.example": time.now + timedelta(hours=2)}
    time.now += timedelta(hours=3)
    assert pace.parked() == {}


def test_what_is_said_while_one_waits_is_heard(time):
    def sleep(seconds):
        time.sleep(seconds)
        pace.park("quay.example", time.now + timedelta(hours=1))

    pace = Pace(time.clock, sleep, Limits())
    with pace.turn("quay.example"):
        pass
    with pytest.raises(Throttled), pace.turn("quay.example"):
        raise AssertionError("asked all the same")


class TestBreaker:
    def test_five_failures_are_enough(self, pace, time):
        for n in range(5):
            assert not pace.resting("quay.example"), n
            fail(pace)
        assert pace.resting("quay.example")
        with pytest.raises(Upstream, match="5 times in a row"), pace.turn("quay.example"):
            raise AssertionError("asked all the same")
        with pace.turn("other.example"):
            pass

    def test_one_probe_decides(self, pace, time):
        for _ in range(5):
            fail(pace)
        time.now += timedelta(minutes=5)
        probe = pace.turn("quay.example")
        probe.__enter__()
        with pytest.raises(Upstream, match="left alone"), pace.turn("quay.example"):
            raise AssertionError("a second probe")
        probe.__exit__(None, None, None)
        assert not pace.resting("quay.example")
        fail(pace)
        assert not pace.resting("quay.example")

    def test_a_failed_probe_closes_it_again(self, pace, time):
        for _ in range(5):
            fail(pace)
        time.now += timedelta(minutes=5)
        fail(pace)
        with pytest.raises(Upstream, match="6 times in a row"), pace.turn("quay.example"):
            raise AssertionError("asked all the same")

    def test_an_interrupted_probe_is_no_answer(self, pace, time):
        for _ in range(5):
            fail(pace)
        time.now += timedelta(minutes=5)
        fail(pace, error=KeyboardInterrupt)
        fail(pace, error=Unsafe)
        assert pace.resting("quay.example")
        with pace.turn("quay.example"):
            pass
        assert not pace.resting("quay.example")

    def test_a_refusal_is_a_sign_of_life(self, pace):
        for _ in range(4):
            fail(pace)
        fail(pace, error=NotFound)
        fail(pace)
        assert not pace.resting("quay.example")


def test_at_most_two_at_once_for_a_host(time):
    pace = Pace(time.clock, time.sleep, Limits(interval=0, concurrency=2))
    full, go = threading.Barrier(3), threading.Event()
    inside, most, lock = [0], [0], threading.Lock()

    def ask(first):
        with pace.turn("quay.example"):
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            if first:
                full.wait(10)
                go.wait(10)
            with lock:
                inside[0] -= 1

    threads = [threading.Thread(target=ask, args=(n < 2,)) for n in range(2)]
    for thread in threads:
        thread.start()
    full.wait(10)
    late = [threading.Thread(target=ask, args=(False,)) for _ in range(4)]
    for thread in late:
        thread.start()
    with pace.turn("other.example"):
        pass
    go.set()
    for thread in threads + late:
        thread.join(10)
    assert most[0] == 2


def test_threads_share_one_distance(time):
    pace = Pace(time.clock, time.sleep, Limits(concurrency=8))
    lock = threading.Lock()
    starts = []

    def sleep(seconds):
        with lock:
            starts.append(round(seconds, 6))

    pace.sleep = sleep

    def ask():
        with pace.turn("quay.example"):
            pass

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(starts) == [1, 2, 3, 4, 5, 6, 7]


def test_retries_are_a_tenth_of_requests(time):
    pace = Pace(time.clock, time.sleep, Limits(interval=0))
    while pace.may_retry("quay.example"):
        pass
    allowed = 0
    for _ in range(1000):
        with pace.turn("quay.example"):
            pass
        allowed += pace.may_retry("quay.example")
    assert allowed in (99, 100)


@pytest.mark.parametrize(("host", "seconds"), [
    ("www.reddit.com", 65), ("public.api.bsky.app", 0.1), ("export.arxiv.org", 3),
    ("hacker-news.firebaseio.com", 0.2),
    ("api.gdeltproject.org", 5), ("anybody.example", 1),
])  # fmt: skip
def test_hosts_have_the_interval_they_ask_for(time, host, seconds):
    pace = Pace(time.clock, time.sleep, Limits())
    for _ in range(3):
        with pace.turn(host):
            pass
    assert time.slept == pytest.approx([seconds] * 2)
