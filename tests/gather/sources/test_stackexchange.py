"""Stack Exchange against saved answers and against the invented site."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from internet.direct import Direct
from internet.platforms.stackexchange import StackExchange as Platform
from internet.world import Response

from groundswell.errors import Malformed, SourceError, Throttled
from groundswell.gather.source import Cursor
from groundswell.gather.sources.stackexchange import StackExchange
from groundswell.testing import run_checks
from groundswell.testing.sources import source_checks
from groundswell.types import RecordId

SITE = StackExchange(site="harbours", comments=False)


def test_golden(golden, start):
    source = StackExchange()
    payloads = golden(source, "stackexchange")
    assert len(payloads) == 4
    now = start + timedelta(days=1, minutes=4)
    run_checks(source_checks(source, payloads))
    http = Direct([Platform(3, start, 4)], now)
    begun = Begun(start + timedelta(hours=3))
    found = list(begun.fetch(http, None, now))
    assert len(found) > 3
    run_checks(source_checks(begun, found, http=http, now=now, first=start))


class Begun(StackExchange):
    """Begins earlier than an hour ago."""

    def __init__(self, when):
        super().__init__(site="harbours")
        at = int(when.timestamp())
        object.__setattr__(self, "begin", Cursor(json.dumps({"at": at})))

    def fetch(self, http, since, now):
        return StackExchange.fetch(self, http, since or self.begin, now)


def test_holds_what_stands(live, start):
    platform = Platform(7, start, 6)
    shelf, http = live(SITE, platform, hours=24 * 6 + 1, every=0.25)
    before = dict(shelf.bodies)
    shelf.take(SITE.recheck(http, list(shelf.bodies), http.now))
    assert shelf.bodies == platform.due(http.now)
    assert before.keys() > shelf.bodies.keys()
    assert not shelf.other


def test_posts_without_an_owner_stay_and_have_no_author(start):
    platform = Platform(7, start, 6)
    now = start + timedelta(days=6)
    http = Direct([platform], now)
    records = {
        one.id: one for page in SITE.backfill(http, None, start, now) for one in SITE.parse(page)
    }
    gone = {f"stackexchange:harbours/q{one.key}" for one in platform.script.items(now).values()
            if one.standing == "left" and not one.parent}  # fmt: skip
    assert gone
    assert all(not records[one].author for one in gone)
    assert all(one.author for one in records.values() if one.id not in gone and not one.parent)


def test_backfill_brings_the_same_and_threads_are_whole(start):
    platform = Platform(7, start, 6)
    now = start + timedelta(days=6, minutes=5)
    source = StackExchange(site="harbours", key="free")
    pages, cursor = [], None
    for _ in range(40):  # a run ends whenever the API asks for a pause
        more = list(source.backfill(Direct([platform], now), cursor, start, now))
        pages += more
        if not more:
            break
        cursor, now = more[-1].cursor, now + timedelta(minutes=1)
    records = {one.id: one for page in pages for one in source.parse(page)}
    due = platform.due(start + timedelta(days=6, minutes=5))
    assert {key: records[key].body for key in due} == due
    comments = [one for one in records.values() if "/c" in one.id]
    assert len(comments) > 20
    for one in records.values():
        assert one.parent is None or one.parent in records
        assert one.root is None or "/q" in one.root


def test_tags_are_searched_for_and_the_key_is_sent(start):
    http = Direct([Platform(7, start, 6)], start + timedelta(days=2, hours=7))
    source = StackExchange(site="harbours", tagged=("tides", "berths"), key="secret")
    list(source.fetch(http, None, http.now))
    assert http.asked[0].path == "/2.3/search"
    assert http.asked[0].get("tagged") == "tides;berths"
    assert {one.get("key") for one in http.asked} == {"secret"}
    assert "secret" not in repr(source)


class Counting(Platform):
    """Adds fields to every wrapper, or answers something else."""

    extra: dict[str, object]
    refusal: object = None

    def respond(self, request, now):
        self.calls = getattr(self, "calls", 0) + 1
        if self.refusal is not None:
            return Response(json.dumps(self.refusal).encode())
        answer = super().respond(request, now)
        return Response(json.dumps(json.loads(answer.body) | self.extra).encode())


def test_a_backoff_ends_the_run_and_is_kept(start):
    platform = Counting(7, start, 6)
    platform.extra = {"backoff": 900}
    now = start + timedelta(days=2, hours=7)
    begun, *first = SITE.fetch(Direct([platform], now), None, now)
    assert list(SITE.parse(begun)) == []
    assert (len(first), platform.calls) == (1, 1)
    assert list(SITE.fetch(Direct([platform], now), first[0].cursor, now)) == []
    assert platform.calls == 1
    platform.extra = {"backoff": None}
    later = now + timedelta(minutes=15)
    (answers, *_) = SITE.fetch(Direct([platform], later), first[0].cursor, later)
    assert answers.url.endswith("/answers")


def test_a_used_up_quota_waits_for_the_next_day(start):
    platform = Counting(7, start, 6)
    platform.extra = {"backoff": None, "quota_remaining": 0}
    now = start + timedelta(days=2, hours=7)
    (_, page) = SITE.fetch(Direct([platform], now), None, now)
    evening = start + timedelta(days=2, hours=23, minutes=59)
    assert list(SITE.fetch(Direct([platform], evening), page.cursor, evening)) == []
    midnight = start + timedelta(days=3)
    assert list(SITE.fetch(Direct([platform], midnight), page.cursor, midnight)) != []


def test_refusals_name_what_is_wrong(start):
    platform = Counting(7, start, 6)
    platform.refusal = {"error_id": 502, "error_name": "throttle_violation",
                        "error_message": "more requests available in 600 seconds"}  # fmt: skip
    http = Direct([platform], start)
    with pytest.raises(Throttled) as told:
        list(SITE.fetch(http, None, start))
    assert told.value.until == start + timedelta(minutes=10)
    platform.refusal = {"error_id": 400, "error_name": "bad_parameter", "error_message": "site"}
    with pytest.raises(SourceError, match="bad_parameter, site"):
        list(SITE.fetch(http, None, start))
    platform.refusal = {"things": []}
    with pytest.raises(Malformed):
        list(SITE.fetch(http, None, start))


def test_more_in_one_second_than_a_page_holds_is_paged(start):
    class Rush(Platform):
        def respond(self, request, now):
            number = int(request.get("page"))
            at = int(now.timestamp()) - 600
            ids = range((number - 1) * 100, number * 100) if number < 4 else range(0)
            items = [{"question_id": 1 + n, "title": f"Question {n}", "body": "<p>x</p>",
                      "creation_date": at, "last_activity_date": at} for n in ids
                     if at >= int(request.get("min"))]  # fmt: skip
            return Response(json.dumps({"items": items, "has_more": number < 3}).encode())

    now = start + timedelta(days=1)
    source = StackExchange(site="harbours", answers=False, comments=False)
    pages = list(source.fetch(Direct([Rush(7, start, 1)], now), None, now))
    assert len({one.id for page in pages for one in source.parse(page)}) == 300


@pytest.mark.parametrize(
    ("site", "community"),
    [("stackoverflow", "stackoverflow.com"), ("meta.stackoverflow", "meta.stackoverflow.com"),
     ("unix", "unix.stackexchange.com"), ("mathoverflow.net", "mathoverflow.net")],
)  # fmt: skip
def test_a_site_is_named_by_its_address(site, community):
    assert StackExchange(site=site).community == community


@pytest.mark.parametrize("cursor", ['{"at": []}', "[]", "no", '{"at": 1, "steps": [[1]]}'])
def test_a_cursor_that_is_not_ours_is_said(cursor, start):
    with pytest.raises(Malformed, match="cursor"):
        list(SITE.fetch(Direct([], start), Cursor(cursor), start))


def test_an_answer_without_any_of_many_posts_proves_nothing(start):
    platform = Counting(7, start, 6)
    platform.refusal = {"items": [], "has_more": False}
    http = Direct([platform], start)
    ids = [RecordId(f"stackexchange:harbours/q{n}") for n in range(6)]
    with pytest.raises(Malformed, match="knows none"):
        list(SITE.recheck(http, ids, start))
    (page,) = SITE.recheck(http, ids[:2], start)
    assert [one.state for one in SITE.parse(page)] == ["deleted", "deleted"]
