"""dev.to against saved answers and against the invented one."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from internet.direct import Direct
from internet.platforms.devto import DevTo as Platform
from internet.world import Response

from groundswell.errors import Malformed
from groundswell.gather.sources.devto import BEYOND, DevTo
from groundswell.testing import run_checks
from groundswell.testing.sources import source_checks
from groundswell.types import RecordId
from groundswell.types.moment import micros

SOURCE = DevTo()


def test_golden(golden, start):
    payloads = golden(SOURCE, "devto")
    assert len(payloads) == 5
    now = start + timedelta(days=3)
    http = Direct([Platform(3, start, 5)], now)
    run_checks(source_checks(SOURCE, payloads, http=http, now=now))


def test_holds_what_stands(live, start):
    platform = Platform(7, start, 4)
    shelf, http = live(SOURCE, platform, hours=24 * 4, every=1.5)
    shelf.take(SOURCE.recheck(http, list(shelf.bodies), http.now))
    assert shelf.bodies == platform.due(http.now)
    assert any("/" in one for one in shelf.bodies)
    assert not shelf.other


def test_edits_and_empty_places_are_seen_without_asking_again(live, start):
    platform = Platform(7, start, 4)
    shelf, http = live(SOURCE, platform, hours=24 * 4, every=1.5)
    items = platform.script.items(http.now).values()
    edited = [f"devto:{one.key}" for one in items if one.edited and one.live and not one.parent]
    assert edited
    due = platform.due(http.now)
    assert {one: shelf.bodies[one] for one in edited} == {one: due[one] for one in edited}


def test_threads_are_whole(start):
    now = start + timedelta(days=6)
    http = Direct([Platform(7, start, 6)], now)
    records = {one.id: one for page in SOURCE.fetch(http, None, now) for one in SOURCE.parse(page)
               if one.state == "public"}  # fmt: skip
    below = [one for one in records.values() if one.kind == "comment"]
    assert {one.root for one in below} <= set(records)
    assert any(one.parent != one.root for one in below)
    assert all(one.parent is None for one in records.values() if one.kind == "post")


def test_only_tags_that_are_asked_for_and_no_comments(start):
    now = start + timedelta(days=6)
    http = Direct([Platform(7, start, 6)], now)
    source = DevTo(tags=("career",), comments=False)
    pages = list(source.fetch(http, None, now))
    asked = len(http.asked)
    assert not any(one.path == "/api/comments" for one in http.asked)
    assert list(source.fetch(http, pages[-1].cursor, now)) == []
    assert len(http.asked) == asked + 1
    career = [one for one in http.hosts["dev.to"].script.live(now)
              if one.place == "career" and not one.parent]  # fmt: skip
    assert sum(len(list(source.parse(page))) for page in pages) == len(career)


def test_without_any_wanted_article_the_list_is_still_remembered(start):
    now = start + timedelta(days=2)
    http = Direct([Platform(7, start, 6)], now)
    source = DevTo(tags=("nobody",))
    (page,) = source.fetch(http, None, now)
    assert list(source.parse(page)) == []
    assert list(source.fetch(http, page.cursor, now)) == []


class Endless:
    """An article a minute, for ever."""

    hosts = ("dev.to",)

    def __init__(self, start):
        self.start = start

    def respond(self, request, now):
        if request.path != "/api/articles/latest":
            number = int(request.path.rpartition("/")[2])
            return Response(json.dumps(self.article(number)).encode())
        newest = int((now - self.start).total_seconds()) // 60
        newest -= (int(request.get("page")) - 1) * int(request.get("per_page"))
        page = [self.article(n) for n in range(newest, newest - int(request.get("per_page")), -1)]
        return Response(json.dumps(page).encode())

    def article(self, number):
        at = self.start + timedelta(minutes=number)
        return {"id": 10**6 + number, "title": f"Number {number}", "comments_count": 0,
                "published_at": at.strftime("%Y-%m-%dT%H:%M:%SZ")}  # fmt: skip


def test_a_list_that_moved_on_too_far_leaves_a_gap(start):
    now = start + timedelta(days=2)
    http = Direct([Endless(start)], now)
    pages = list(SOURCE.fetch(http, None, now))
    assert len(pages) == 100
    later = http.now = now + timedelta(days=1)
    first, *rest = SOURCE.fetch(http, pages[-1].cursor, later)
    (gap,) = first.gaps
    assert (gap.start, gap.reason) == (micros(now), BEYOND)
    assert gap.stop == micros(later - timedelta(minutes=999))
    assert len(rest) == 999
    assert not any(page.gaps for page in rest)


def test_asking_again_says_what_is_gone(start):
    platform = Platform(7, start, 6)
    now = start + timedelta(days=6)
    http = Direct([platform], now)
    gone = next(one for one in platform.script.items(now).values()
                if not one.live and not one.parent)  # fmt: skip
    ids = [RecordId(f"devto:{gone.key}"), RecordId(f"devto:{gone.key}/0k")]
    found = [one for page in SOURCE.recheck(http, ids, now) for one in SOURCE.parse(page)]
    assert [(one.id, one.state) for one in found] == [(one, "deleted") for one in ids]


def test_an_article_taken_away_since_it_was_listed_is_passed_over(start):
    class Hasty(Platform):
        def respond(self, request, now):
            if request.path == "/api/articles/latest":
                return super().respond(request, now - timedelta(hours=30))
            return super().respond(request, now)

    now = start + timedelta(days=5)
    http = Direct([Hasty(7, start, 6)], now)
    pages = list(SOURCE.fetch(http, None, now))
    assert pages


def test_an_odd_list_is_said(start):
    class Odd:
        hosts = ("dev.to",)
        said = b"[{}]"

        def respond(self, request, now):
            return Response(self.said)

    for said in (b"[{}]", b'{"error":"unprocessable entity","status":422}', b"<html>"):
        Odd.said = said
        with pytest.raises(Malformed):
            list(SOURCE.fetch(Direct([Odd()], start), None, start))
