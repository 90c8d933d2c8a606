"""X against saved answers and against the invented one; above all what it may cost."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import islice

import pytest
from internet.direct import Direct
from internet.platforms.x import TOKEN
from internet.platforms.x import X as Platform
from internet.world import Response

from groundswell.errors import AuthRequired, Malformed, QuotaExhausted, SourceError, Upstream
from groundswell.gather.source import Cursor
from groundswell.gather.sources.x import MILLS, TOO_OLD, X
from groundswell.testing import run_checks
from groundswell.testing.sources import source_checks
from groundswell.types.moment import micros

SOURCE = X(query="quay -is:retweet", token=TOKEN, ceiling=100_000)


def taken(visit):
    """What a visit yields, and the error it ends in."""
    pages = []
    try:
        pages.extend(iter(lambda: next(visit), None))
    except (SourceError, StopIteration) as problem:
        return pages, problem
    return pages, None


def spent(cursor):
    return json.loads(cursor)["spent"]


def test_golden(golden, start):
    payloads = golden(SOURCE, "x")
    assert len(payloads) == 1
    now = start + timedelta(days=2)
    http = Direct([Platform(3, start, 4)], now)
    run_checks(source_checks(SOURCE, payloads, http=http, now=now))


def test_holds_what_was_posted(live, start):
    platform = Platform(7, start, 6)
    shelf, http = live(SOURCE, platform, hours=24 * 6, every=40)
    due = platform.due(http.now)
    assert shelf.bodies.keys() == due.keys()
    fresh = {one: body for one, body in due.items() if body}  # of older ones no words may be kept
    assert {one: shelf.bodies[one] for one in fresh} == fresh
    assert len(fresh) > 20
    assert all(shelf.bodies.values())
    assert not shelf.other
    assert not shelf.gaps
    assert spent(shelf.cursor) == platform.sold * MILLS
    assert any(one.get("until_id") for one in http.asked)


def test_what_is_killed_at_any_payload_goes_on_and_pays_for_no_page_twice(start):
    platform = Platform(7, start, 6)
    http = Direct([platform], start)
    (*_, first) = SOURCE.fetch(http, None, start)
    now = http.now = start + timedelta(days=5)
    whole = list(SOURCE.fetch(http, first.cursor, now))
    bodies = {one.id for page in whole for one in SOURCE.parse(page)}
    assert len(whole) > 6
    for at in range(0, len(whole), 2):
        before = {one.id for page in whole[: at + 1] for one in SOURCE.parse(page)}
        rest = list(SOURCE.fetch(http, whole[at].cursor, now))
        after = {one.id for page in rest for one in SOURCE.parse(page)}
        assert before | after == bodies
        assert not before & after


def test_the_ceiling_is_never_passed_and_never_by_a_crash(start):
    platform = Platform(7, start, 20)
    source = X(query="quay", token=TOKEN, ceiling=500)
    http, cursor, resets = Direct([platform], start), None, set()
    for hour in range(0, 24 * 20, 9):
        http.now = start + timedelta(hours=hour)
        visit = source.fetch(http, cursor, http.now)
        killed = hour % 5 == 0  # the payload after these is asked for, and lost
        pages, problem = taken(islice(visit, 1 + hour % 2) if killed else visit)
        cursor = pages[-1].cursor if pages else cursor
        next(visit, None)
        assert spent(cursor) <= 5_000
        resets |= {problem.reset} if problem else set()
    assert resets == {start + timedelta(days=30)}
    assert 200 < platform.sold <= 5_000 / MILLS


def test_a_request_is_paid_for_before_it_is_made(start):
    platform = Platform(7, start, 4)
    http = Direct([platform], start + timedelta(days=1))
    reserved = next(SOURCE.fetch(http, None, http.now))
    assert http.asked == []
    assert spent(reserved.cursor) == 100 * MILLS
    assert list(SOURCE.parse(reserved)) == []


def test_without_money_nothing_is_asked(start):
    http = Direct([Platform(7, start, 4)], start)
    pages, problem = taken(X(query="quay", token=TOKEN).fetch(http, None, start))
    assert (pages, http.asked) == ([], [])
    assert isinstance(problem, QuotaExhausted)
    assert "0.00 dollars" in str(problem)
    with pytest.raises(AuthRequired):
        list(X(query="quay", ceiling=500).fetch(http, None, start))
    with pytest.raises(AuthRequired):
        list(X(token=TOKEN, ceiling=500).fetch(http, None, start))
    assert TOKEN not in repr(SOURCE)


def test_a_new_month_has_its_own_money_and_what_is_too_old_is_a_gap(start):
    platform = Platform(7, start, 40)
    http = Direct([platform], start + timedelta(days=4))
    source = X(query="quay", token=TOKEN, ceiling=100)
    pages, _ = taken(source.fetch(http, None, http.now))
    poor = json.loads(pages[-1].cursor) | {"spent": 1_000}
    december = http.now = start + timedelta(days=31)
    pages, _ = taken(source.fetch(http, Cursor(json.dumps(poor)), december))
    (gap,) = pages[0].gaps
    assert (gap.reason, gap.community) == (TOO_OLD, "x.com")
    assert gap.start == micros(start + timedelta(days=4))
    assert gap.stop == micros(december - timedelta(days=7) + timedelta(minutes=5))
    assert len(pages) > 2


def test_a_quiet_query_is_not_asked_from_a_post_that_is_too_old(start):
    class Quiet(Platform):
        def respond(self, request, now):
            assert request.get("start_time")
            return super().respond(request, now)

    platform = Quiet(7, start, 1)
    http = Direct([platform], start + timedelta(days=9))
    begin = int((http.now - timedelta(hours=2)).timestamp())
    old = {"begin": begin, "month": "2026-11", "since": platform.ids["48100000"], "newest": "",
           "until": "", "spent": 0, "walked": 0}  # fmt: skip
    pages = list(SOURCE.fetch(http, Cursor(json.dumps(old)), http.now))
    assert not any(page.gaps for page in pages)
    assert spent(pages[-1].cursor) == 0


@pytest.mark.parametrize(("status", "kept"), [(503, 0), (401, 0), (200, 500)])
def test_a_refusal_costs_nothing_and_an_odd_answer_may_have(status, kept, start):
    class Broken(Platform):
        def respond(self, request, now):
            return Response(b'{"title":"broken"}', status)

    http = Direct([Broken(7, start, 1)], start)
    pages, problem = taken(SOURCE.fetch(http, None, start))
    assert isinstance(problem, SourceError)
    assert spent(pages[-1].cursor) == kept
    assert status != 503 or isinstance(problem, Upstream)


@pytest.mark.parametrize("cursor", ["{}", "[]", '{"begin": "x", "month": "", "spent": 1}'])
def test_a_cursor_that_is_not_ours_is_said(cursor, start):
    with pytest.raises(Malformed, match="cursor"):
        list(SOURCE.fetch(Direct([], start), Cursor(cursor), start))
