"""Hacker News against saved answers and against the invented one."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from internet.direct import Direct
from internet.platforms.hackernews import HackerNews as Platform
from internet.world import Response

from groundswell.errors import Malformed, SourceError, Upstream
from groundswell.gather.archive import Row
from groundswell.gather.source import Cursor, Payload
from groundswell.gather.sources.hackernews import HackerNews
from groundswell.registry import build
from groundswell.testing import run_checks
from groundswell.testing.sources import source_checks
from groundswell.types import Record

SOURCE = HackerNews()


def test_golden(golden, start):
    payloads = golden(SOURCE, "hackernews")
    assert len(payloads) == 2
    now = start + timedelta(days=2)
    http = Direct([Platform(3, start, 4)], now)
    run_checks(source_checks(SOURCE, payloads, http=http, now=now, first=start))


def test_says_what_the_archive_of_the_same_platform_says(golden):
    (payload, *_) = [one for one in golden(SOURCE, "hackernews") if b"roots" in one.body]
    archive = build("groundswell.archives", "hackernews")
    for item in json.loads(payload.body)["items"][1:3]:
        live = next(
            one for one in SOURCE.parse(Payload(json.dumps({"items": [item]}).encode(), Cursor("")))
        )
        kept = archive.parse(Row(1, json.dumps(item).encode()))
        assert (live.id, live.community, live.body, live.kind, live.url, live.author) == (
            kept.id, kept.community, kept.body, kept.kind, kept.url, kept.author)  # fmt: skip


def test_holds_what_stands(live, start):
    platform = Platform(7, start, 5)
    shelf, http = live(SOURCE, platform, hours=24 * 5 + 2, every=0.25)
    missing = platform.due(http.now).keys() - shelf.bodies.keys()
    assert not missing
    assert shelf.bodies == platform.due(http.now)
    assert not shelf.other
    acts = {one.act for one in platform.happenings}
    assert acts == {"publish", "edit", "delete", "leave"}
    assert any(one.shown for one in platform.happenings)


def test_what_is_null_is_asked_for_again_and_given_up_after_a_day(start):
    platform = Platform(7, start, 3)
    now = start + timedelta(hours=30)
    http = Direct([platform], now)
    cursor, asked = None, []
    for minutes in range(0, 60 * 26, 5):
        http.now = now + timedelta(minutes=minutes)
        for payload in SOURCE.fetch(http, cursor, http.now):
            cursor = payload.cursor
        asked.append(len(json.loads(cursor)["waiting"]))
    never = [one.path for one in http.asked
             if one.path == "/v0/item/48100040.json"]  # fmt: skip  # the first of the holes
    assert max(asked) > 0
    assert 5 < len(never) < 40
    assert not {"48100040"} & set(json.loads(cursor)["waiting"])


def test_an_answer_to_an_old_story_brings_its_thread(start):
    platform = Platform(7, start, 3)
    now = start + timedelta(days=3)
    found = [thing for payload in HackerNews(first=8).fetch(Direct([platform], now), None, now)
             for thing in HackerNews().parse(payload)]  # fmt: skip
    by_id = {one.id: one for one in found}
    roots = {one.id: platform.script.root(one.id.partition(":")[2]) for one in found}
    assert len(found) > 8
    for record in found:
        if record.root:
            assert record.root == f"hackernews:{roots[record.id]}"
        assert record.parent is None or record.parent in by_id or record.parent > min(by_id)
    assert any(one.root for one in found)


class Stalling(Direct):
    """Breaks off after some requests, once."""

    left = 40

    def get(self, url, *, params=None, headers=None):
        self.left -= 1
        if self.left == 0:
            raise Upstream("broken")
        return super().get(url, params=params, headers=headers)


def test_what_was_read_before_a_failure_is_not_lost(live, start):
    platform = Platform(7, start, 3)
    now = start + timedelta(days=2)
    http = Stalling([platform], now)
    shelf, _ = live(SOURCE, platform, hours=-1, every=1)
    with pytest.raises(Upstream):
        shelf.take(SOURCE.fetch(http, None, now))
    before = len(shelf.bodies)
    shelf.take(SOURCE.fetch(http, shelf.cursor, now))
    whole, _ = live(SOURCE, platform, hours=-1, every=1)
    whole.take(SOURCE.fetch(Direct([platform], now), None, now))
    assert 30 < before < len(shelf.bodies)
    assert shelf.bodies == whole.bodies


def test_recheck_tells_what_is_gone_and_nothing_of_what_cannot_be_had(start):
    platform = Platform(7, start, 5)
    now = start + timedelta(days=5)
    gone = [one.key for one in platform.happenings if one.act == "delete"]
    ids = [f"hackernews:{key}" for key in gone] + ["hackernews:48100040", "hackernews:x"]
    found = {thing.id: thing.state for payload in SOURCE.recheck(Direct([platform], now), ids, now)
             for thing in SOURCE.parse(payload)}  # fmt: skip
    assert set(found.values()) == {"deleted", "removed"}
    assert found.keys() == {f"hackernews:{key}" for key in gone}


class Crowded(Platform):
    """Where everything was said in one second, and the search gives out twenty."""

    def respond(self, request, now):
        if request.host.endswith("algolia.com"):
            start, end = map(int, re.findall(r"\d+", request.get("numericFilters")))
            inside = start <= self.second < end
            hit = {"objectID": "1", "created_at_i": self.second, "title": "Crowd"}
            told = {"hits": [hit] if inside else [], "nbHits": 2_000 if inside else 0}
            return Response(json.dumps(told).encode())
        return super().respond(request, now)


def test_backfill_halves_its_window_down_to_a_second_and_states_the_gap(start):
    platform = Crowded(7, start, 1)
    platform.second = int(start.timestamp()) + 5_000
    http = Direct([platform], start)
    pages = list(SOURCE.backfill(http, None, start, start + timedelta(hours=6)))
    (gap,) = [gap for page in pages for gap in page.gaps]
    assert (gap.start, gap.stop) == (platform.second * 10**6, (platform.second + 1) * 10**6)
    assert [thing.id for page in pages for thing in SOURCE.parse(page)] == ["hackernews:1"]


def test_backfill_brings_what_the_search_has(live, start):
    platform = Platform(7, start, 5)
    now = start + timedelta(days=5)
    shelf, _ = live(SOURCE, platform, hours=-1, every=1)
    shelf.take(SOURCE.backfill(Direct([platform], now), None, start, now - timedelta(hours=3)))
    due = {key: body for key, body in platform.due(now).items() if key in shelf.bodies}
    assert len(due) > 150
    assert {key: shelf.bodies[key] for key in due} == due


class Other(Platform):
    """Answers something else."""

    said = b""

    def respond(self, request, now):
        if request.path == self.path:
            return Response(self.said)
        return super().respond(request, now)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/v0/maxitem.json", b"null"),
        ("/v0/maxitem.json", b"999999999999"),
        ("/v0/maxitem.json", b"<html>"),
        ("/v0/updates.json", b"[]"),
        ("/v0/item/48100050.json", b'{"id": 7}'),
        ("/v0/item/48100050.json", b"[]"),
    ],
)
def test_nonsense_is_malformed_and_not_nothing(start, path, said):
    platform = Other(7, start, 3)
    platform.path, platform.said = path, said
    now = start + timedelta(hours=33)
    since = Cursor('{"floor":48100010,"last":48100040,"listed":0,"waiting":{}}')
    with pytest.raises(Malformed):
        list(SOURCE.fetch(Direct([platform], now), since, now))


def test_another_stretch_of_time_is_not_taken_for_the_one_asked_for(start):
    platform = Other(7, start, 2)
    platform.path = "/api/v1/search_by_date"
    platform.said = json.dumps({"hits": [{"created_at_i": 5}], "nbHits": 1}).encode()
    with pytest.raises(Malformed, match="another stretch"):
        list(SOURCE.backfill(Direct([platform], start), None, start, start + timedelta(hours=1)))


@pytest.mark.parametrize(
    "since", ["{}", "[]", "7", '{"last": "x"}', '{"last":1,"floor":1,"waiting":[1]}']
)
def test_a_cursor_that_is_not_ours_is_named(start, since):
    http = Direct([Platform(7, start, 1)], start)
    with pytest.raises(SourceError, match="cursor"):
        list(SOURCE.fetch(http, Cursor(since), start))


def test_records_have_no_handle_of_the_deleted(golden):
    for payload in golden(SOURCE, "hackernews"):
        for one in SOURCE.parse(payload):
            assert isinstance(one, Record)
            if one.state != "public":
                assert (one.author, one.body) == ("", "")
