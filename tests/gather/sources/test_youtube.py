"""YouTube against saved answers and against the invented one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from internet.direct import Direct
from internet.platforms.youtube import CHANNELS, KEY, _refusal
from internet.platforms.youtube import YouTube as Platform
from internet.world import Response

from groundswell.errors import AuthRequired, Malformed, QuotaExhausted
from groundswell.gather.sources.youtube import BEYOND, TOO_MANY, YouTube
from groundswell.testing import run_checks
from groundswell.testing.sources import source_checks
from groundswell.types import RecordId
from groundswell.types.moment import micros

SOURCE = YouTube(key=KEY, channels=dict(CHANNELS))


def test_golden(golden, start):
    payloads = golden(YouTube(channels={"UCexample0001": "Shorelab"}), "youtube")
    assert len(payloads) == 5
    run_checks(source_checks(SOURCE, payloads))
    now = start + timedelta(days=2, minutes=20)
    http = Direct([Platform(3, start, 4)], now)
    pages = list(SOURCE.fetch(http, None, now))
    run_checks(source_checks(SOURCE, pages, http=http, now=now))


def test_holds_what_stands(live, start):
    platform = Platform(7, start, 5)
    shelf, http = live(SOURCE, platform, hours=24 * 6, every=0.25)
    for at in range(0, len(shelf.bodies), 100):
        shelf.take(SOURCE.recheck(http, list(shelf.bodies)[at : at + 100], http.now))
    due = platform.due(http.now)
    assert {one: shelf.bodies.get(one) for one in due} == due
    standing = platform.due(http.now + timedelta(days=9))
    assert shelf.bodies.items() <= standing.items()
    assert any("/" in one and "." in one for one in due)
    assert not shelf.other
    assert not shelf.gaps


def test_threads_are_whole_and_closed_comments_are_no_fault(start):
    platform = Platform(7, start, 5)
    now = start + timedelta(days=5)
    records = {one.id: one for page in SOURCE.fetch(Direct([platform], now), None, now)
               for one in SOURCE.parse(page)}  # fmt: skip
    for one in records.values():
        assert one.root is None or one.root in records
        assert one.community in CHANNELS.values()
    replies = [one for one in records.values() if one.parent != one.root]
    assert replies
    assert all(one.parent.startswith(one.root + "/Ug") for one in replies)


class Refusing(Platform):
    """Refuses from some call of the API on."""

    def respond(self, request, now):
        if request.host == "www.googleapis.com":
            self.calls = getattr(self, "calls", 0) + 1
            if self.calls > 3:
                return _refusal(403, "quotaExceeded", "You have exceeded your quota.")
        return super().respond(request, now)


def test_a_spent_quota_is_not_a_closed_video(start):
    platform = Refusing(7, start, 5)
    now = start + timedelta(days=3, hours=9)
    pages = []
    visit = SOURCE.fetch(Direct([platform], now), None, now)
    with pytest.raises(QuotaExhausted) as told:
        pages.extend(iter(lambda: next(visit), None))
    assert told.value.reset == datetime(2026, 11, 5, 8, tzinfo=UTC)
    state = json.loads(pages[-1].cursor)
    assert len(state["due"]) > 5


def test_the_units_of_a_day_are_counted_and_not_passed(start):
    now = start + timedelta(days=3, hours=7, minutes=59)
    http = Direct([Platform(7, start, 5)], now)
    source = YouTube(key=KEY, channels=dict(CHANNELS), units=4)
    pages = []
    visit = source.fetch(http, None, now)
    with pytest.raises(QuotaExhausted, match="4 units"):
        pages.extend(iter(lambda: next(visit), None))
    assert sum(one.host == "www.googleapis.com" for one in http.asked) == 4
    with pytest.raises(QuotaExhausted):
        list(source.fetch(http, pages[-1].cursor, now))
    assert sum(one.host == "www.googleapis.com" for one in http.asked) == 4
    http.now = now + timedelta(minutes=1)
    with pytest.raises(QuotaExhausted):
        list(source.fetch(http, pages[-1].cursor, http.now))
    assert sum(one.host == "www.googleapis.com" for one in http.asked) == 8


def test_a_key_is_needed_and_a_wrong_one_is_named(start):
    http = Direct([Platform(7, start, 2)], start + timedelta(days=1))
    with pytest.raises(AuthRequired, match="needs a key"):
        list(YouTube(channels=dict(CHANNELS)).fetch(http, None, http.now))
    with pytest.raises(AuthRequired, match="keyInvalid"):
        list(YouTube(key="wrong", channels=dict(CHANNELS)).fetch(http, None, http.now))
    assert KEY not in repr(SOURCE)


def test_the_terms_are_in_the_dossier():
    dossier = YouTube.dossier
    assert not dossier.derived_allowed
    assert not dossier.redistribute
    assert dossier.text_ttl == 30 * 24
    assert max(dossier.recheck) < dossier.text_ttl


def test_asking_again(start):
    now = start + timedelta(days=3)
    http = Direct([Platform(7, start, 5)], now)
    ids = [RecordId("youtube:nothing"), RecordId("youtube:nothing/UgNothing")]
    found = [one for page in SOURCE.recheck(http, ids, now) for one in SOURCE.parse(page)]
    assert [(one.id, one.state) for one in found] == [(one, "deleted") for one in ids]
    with pytest.raises(Malformed, match="knows none"):
        list(SOURCE.recheck(http, [RecordId(f"youtube:n{n}") for n in range(9)], now))


class Crowd:
    """A channel with a video a minute and a comment a second."""

    hosts = ("www.googleapis.com", "www.youtube.com")

    def __init__(self, start):
        self.start = start

    def respond(self, request, now):
        if request.path == "/feeds/videos.xml":
            newest = int((now - self.start).total_seconds()) // 60
            entries = "".join(
                f"<entry><videoId>v{n}</videoId><published>"
                f"{self.start + timedelta(minutes=n):%Y-%m-%dT%H:%M:%S+00:00}</published></entry>"
                for n in range(newest, newest - 15, -1)
            )
            return Response(f"<feed>{entries}</feed>".encode())
        if request.path.endswith("videos"):
            return Response(b'{"kind":"youtube#videoListResponse","items":[]}')
        first = int(request.get("pageToken", "0"))
        items = [{"id": f"Ug{n}", "snippet": {"videoId": "v", "totalReplyCount": 0,
                  "topLevelComment": {"id": f"Ug{n}", "snippet": {
                      "textDisplay": "x", "publishedAt":
                      f"{now - timedelta(seconds=n):%Y-%m-%dT%H:%M:%SZ}"}}}}
                 for n in range(first, first + 100)]  # fmt: skip
        return Response(json.dumps({"kind": "youtube#commentThreadListResponse", "items": items,
                                    "nextPageToken": str(first + 100)}).encode())  # fmt: skip


def test_what_cannot_be_read_back_is_a_gap(start):
    now = start + timedelta(days=1)
    http = Direct([Crowd(start)], now)
    quiet = YouTube(key=KEY, channels={"UC": "Crowd"}, comments=False)
    (first,) = quiet.fetch(http, None, now)
    later = http.now = now + timedelta(hours=1)
    (second,) = quiet.fetch(http, first.cursor, later)
    (gap,) = second.gaps
    assert (gap.start, gap.stop) == (micros(now), micros(later - timedelta(minutes=14)))
    assert (gap.reason, gap.community) == (BEYOND, "Crowd")
    loud = YouTube(key=KEY, channels={"UC": "Crowd"}, units=22)
    http.now = now
    (*_, last) = loud.fetch(http, None, now)
    http.now = now + timedelta(hours=2)
    pages, visit = [], loud.fetch(http, last.cursor, http.now)
    with pytest.raises(QuotaExhausted):
        pages.extend(iter(lambda: next(visit), None))
    assert [gap.reason for page in pages for gap in page.gaps] == [BEYOND, TOO_MANY]
    assert sum(b"commentThread" in page.body for page in pages) == 20
