from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from groundswell.errors import Malformed, SourceError, Throttled, Upstream
from groundswell.http.limits import Limits
from groundswell.http.pace import Pace
from groundswell.http.retry import Retry, come_back, exhausted, retry_after

from .conftest import START

SOON = START + timedelta(minutes=3)
HOUR = START + timedelta(hours=1)


def epoch(when: datetime) -> str:
    return str(int(when.timestamp()))


@pytest.mark.parametrize(("headers", "when"), [
    ({"x-ratelimit-reset": epoch(SOON)}, SOON),  # GitHub, Lobsters
    ({"ratelimit-reset": epoch(SOON)}, SOON),
    ({"x-ratelimit-reset": str(int(SOON.timestamp() * 1000))}, SOON),
    ({"x-ratelimit-reset": "180"}, SOON),  # Reddit
    ({"x-ratelimit-reset": "180.0"}, SOON),
    ({"x-ratelimit-reset": "2026-11-22T15:03:00.000000Z"}, SOON),  # Mastodon
    ({"x-ratelimit-reset": "2026-11-22T16:03:00+01:00"}, SOON),
    ({"x-ratelimit-reset": "Sun, 22 Nov 2026 15:03:00 GMT"}, SOON),
    ({"x-rate-limit-reset": epoch(SOON)}, SOON),  # X
    ({"ratelimit": '"api";r=0;t=180'}, SOON),  # Hugging Face
    ({"ratelimit": '"a";r=9;t=5, "b";r=0;t=180'}, SOON),
    ({"ratelimit": "limit=100, remaining=0, reset=180"}, SOON),
    ({"x-ratelimit-reset": "999999"}, HOUR),
    ({"x-ratelimit-reset": epoch(START + timedelta(days=9))}, HOUR),
    ({"ratelimit": '"api";r=0;t=999999999'}, HOUR),
    ({"x-ratelimit-reset": epoch(START - timedelta(days=9))}, START),
    ({"x-ratelimit-reset": "soon"}, None), ({"x-ratelimit-reset": ""}, None), ({}, None),
    ({"x-ratelimit-reset": epoch(SOON), "date": "Sun, 22 Nov 2026 15:01:00 GMT"},
     SOON - timedelta(minutes=1)),
    ({"retry-after": "5", "x-ratelimit-reset": "180"}, START + timedelta(seconds=5)),
    ({"retry-after": "1.5"}, START + timedelta(seconds=1.5)),
    ({"retry-after": "86400"}, START + timedelta(days=1)),
])  # fmt: skip
def test_every_dialect_is_understood(headers, when):
    assert come_back(headers, START) == when


@pytest.mark.parametrize(("headers", "when"), [
    ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "180"}, SOON),
    ({"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "180"}, SOON),
    ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "180"}, None),
    ({"x-ratelimit-remaining": "599.0", "x-ratelimit-reset": "180"}, None),
    ({"x-ratelimit-remaining": "0"}, None),
    ({"ratelimit": '"a";r=3;t=600, "b";r=0;t=180'}, SOON),
    ({"ratelimit": '"api";r=10;t=180'}, None),
    ({}, None),
])  # fmt: skip
def test_an_empty_allowance_is_noticed_in_time(headers, when):
    assert exhausted(headers, START) == when


def test_dates_without_end_do_not_overflow():
    assert retry_after({"retry-after": "9" * 18}, START) == START + timedelta(days=366)
    far = retry_after({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, START)
    assert far == START + timedelta(days=366)
    assert retry_after({"retry-after": "Mon, 01 Jan 2024 00:00:00 GMT"}, START) == START
    assert come_back({"x-ratelimit-reset": "9" * 18}, datetime(2026, 1, 1, tzinfo=UTC))


class Attempts:
    def __init__(self, *results: object) -> None:
        self.results = list(results)
        self.count = 0

    def __call__(self) -> object:
        self.count += 1
        result = self.results.pop(0) if len(self.results) > 1 else self.results[0]
        if isinstance(result, Exception):
            raise result
        return result


@pytest.fixture
def retry(time):
    limits = Limits(interval=0)
    return Retry(Pace(time.clock, time.sleep, limits), limits, time.clock, time.sleep, Random(5))


def broken(status: int = 0) -> Upstream:
    problem = Upstream("x")
    problem.status = status
    return problem


def test_waits_double_at_most(retry, time):
    attempts = Attempts(broken(), broken(503), broken(500), broken(504), "done")
    assert retry("quay.example", attempts) == "done"
    assert all(wait <= most for wait, most in zip(time.slept, (1, 2, 4, 8), strict=True))
    assert len({round(wait, 3) for wait in time.slept}) == 4


def test_the_last_error_is_told_and_not_slept_after(retry, time):
    attempts = Attempts(broken(500), broken(500), broken(500), broken(500), broken(502))
    with pytest.raises(Upstream) as raised:
        retry("quay.example", attempts)
    assert (raised.value.status, attempts.count, len(time.slept)) == (502, 5, 4)


@pytest.mark.parametrize(
    "problem", [Malformed("x"), SourceError("x"), broken(501), ValueError("x")]
)
def test_what_is_wrong_stays_wrong(retry, problem):
    attempts = Attempts(problem)
    with pytest.raises(type(problem)):
        retry("quay.example", attempts)
    assert attempts.count == 1


def test_never_before_it_is_told(retry, time):
    for seed in range(50):
        told = Throttled("x", until=time.now + timedelta(seconds=10 + seed / 7))
        before = time.now
        assert Retry(retry.pace, retry.limits, time.clock, time.sleep, Random(seed))(
            f"{seed}.example", Attempts(told, "done")
        )
        assert told.until <= time.now <= before + (told.until - before) * 1.2


def test_the_share_of_retries_is_kept(retry):
    while retry.pace.may_retry("quay.example"):
        pass
    attempts = Attempts(broken())
    with pytest.raises(Upstream):
        retry("quay.example", attempts)
    assert attempts.count == 1


def test_backoff_has_an_end(retry):
    assert all(retry.backoff(40) <= 300 for _ in range(100))
    assert max(retry.backoff(40) for _ in range(100)) > 200


def test_nothing_is_said_on_standard_error(retry, capfd):
    retry("quay.example", Attempts(broken(), "done"))
    assert capfd.readouterr() == ("", "")
