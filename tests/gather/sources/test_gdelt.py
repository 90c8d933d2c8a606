"""GDELT's article lists and its search against saved pages and against the invented ones."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from internet.direct import Direct
from internet.platforms.gdelt import Gdelt as Platform
from internet.platforms.gdelt import _url
from internet.world import Response

from groundswell.errors import Forbidden, Malformed, SourceError, Throttled
from groundswell.gather.addresses import article_id
from groundswell.gather.source import Cursor, Payload
from groundswell.gather.sources.gdelt import CAPPED, MISSING, TOO_OLD, Gdelt
from groundswell.testing import run_checks
from groundswell.testing.sources import source_checks
from groundswell.types.moment import micros

QUARTER = timedelta(minutes=15)
ENGLISH = Gdelt(languages=("en",))


def test_golden(golden, start):
    payloads = golden(Gdelt(), "gdelt")
    assert len(payloads) == 2
    run_checks(source_checks(Gdelt(), payloads))
    now = start + timedelta(days=2, hours=1)
    http = Direct([Platform(3, start, 4)], now)
    (*_, early) = ENGLISH.fetch(http, None, now - timedelta(hours=2))
    later = Later(early.cursor)
    pages = list(later.fetch(http, None, now))
    run_checks(source_checks(later, pages, http=http, now=now, first=now - timedelta(hours=4)))


class Later(Gdelt):
    """Begins at a cursor, so that there is more than a quarter hour to fetch."""

    def __init__(self, begin):
        super().__init__(languages=("en",))
        object.__setattr__(self, "begin", begin)

    def fetch(self, http, since, now):
        return Gdelt.fetch(self, http, since or self.begin, now)


def test_holds_what_was_listed(live, start):
    platform = Platform(7, start, 3)
    shelf, http = live(ENGLISH, platform, hours=24 * 3, every=0.25)
    assert platform.due(http.now - timedelta(hours=2)).items() <= shelf.bodies.items()
    assert shelf.bodies.items() <= platform.due(http.now + timedelta(hours=1)).items()
    assert len(shelf.bodies) > 250
    assert not shelf.other


def test_a_quarter_hour_without_a_file_is_a_gap_after_six_hours(live, start):
    platform = Platform(7, start, 3)
    shelf, http = live(ENGLISH, platform, hours=24 * 3, every=0.25)
    missing = [at for number in range(-1, 4 * 24 * 3)
               if int((at := start + number * QUARTER).timestamp()) // 900 % 97 == 96]  # fmt: skip
    missing = [at + QUARTER for at in missing if at + timedelta(hours=6.5) < http.now]
    assert [(gap.start, gap.reason) for gap in shelf.gaps] == [
        (micros(at), MISSING) for at in missing
    ]
    assert missing
    assert all(gap.stop - gap.start == 900 * 10**6 for gap in shelf.gaps)
    assert all(gap.permille == 0 for gap in shelf.gaps)


def test_backfill_brings_the_same(live, start):
    platform = Platform(7, start, 2)
    now = start + timedelta(days=2)
    shelf, _ = live(ENGLISH, platform, hours=0, every=1)
    whole = list(ENGLISH.backfill(Direct([platform], now), None, start, now))
    shelf.bodies.clear()
    shelf.take(whole)
    assert platform.due(now).items() <= shelf.bodies.items()
    half = list(ENGLISH.backfill(Direct([platform], now), whole[99].cursor, start, now))
    assert [one.cursor for one in half][-1] == whole[-1].cursor
    assert [one.body for one in half if one.body][-5:] == [one.body for one in whole if one.body][
        -5:
    ]


def test_killed_between_two_files_of_a_quarter_hour(start):
    platform = Platform(7, start, 2)
    now = start + timedelta(days=1)
    http = Direct([platform], now)
    first, second = (one for one in ENGLISH.fetch(http, None, now))
    again = list(ENGLISH.fetch(http, first.cursor, now))
    assert [one.body for one in again] == [second.body]
    assert list(ENGLISH.fetch(http, second.cursor, now)) == []


class Slow(Platform):
    """Has one quarter hour, whose files come at times a test sets."""

    def __init__(self, start, **come):
        super().__init__(7, start, 2)
        self.quarter = start
        self.come = {int(name[1:]): when for name, when in come.items()}

    def _file(self, stamp, now):
        minute = (stamp - self.quarter) // timedelta(minutes=1)
        return [] if minute in self.come and now >= self.quarter + self.come[minute] else None


def looks(platform, every, hours):
    """Which minutes' files were read when, in minutes since the quarter hour, and the gaps."""
    found, gaps, cursor = [], [], None
    start = platform.quarter + timedelta(minutes=20)
    for at in range(0, hours * 60, every):
        http = Direct([platform], start + timedelta(minutes=at))
        for page in ENGLISH.fetch(http, cursor or Cursor(json.dumps({
            "at": platform.quarter.strftime("%Y%m%d%H%M"), "late": {}})), http.now):  # fmt: skip
            cursor = page.cursor
            gaps += [gap for gap in page.gaps if gap.start == micros(platform.quarter)]
            if page.body:
                found.append((at + 20, page.url.rpartition("/")[2][10:12]))
    return found, gaps


@pytest.mark.parametrize(("come", "found"), [
    ({"m1": 1, "m3": 3}, [(20, "01"), (20, "03")]),
    ({"m1": 1, "m3": 30}, [(20, "01"), (80, "03")]),  # one in time, one not
    ({"m1": 139, "m3": 141}, [(140, "01"), (200, "03")]),  # a look falls between them
    ({"m1": 141, "m3": 139}, [(140, "03"), (200, "01")]),
    ({"m3": 139}, [(140, "03")]),
])  # fmt: skip
def test_a_look_that_falls_between_two_files_skips_neither(come, found, start):
    platform = Slow(start, **{name: timedelta(minutes=at) for name, at in come.items()})
    assert looks(platform, 15, 9) == (found, [])


def test_a_look_again_that_is_killed_between_two_files_goes_on_there(start):
    platform = Slow(start, m1=timedelta(hours=2), m3=timedelta(hours=2), m5=timedelta(hours=3))
    began = Cursor(json.dumps({"at": start.strftime("%Y%m%d%H%M"), "late": {}}))
    *_, late = ENGLISH.fetch(Direct([platform], start + timedelta(minutes=20)), began,
                             start + timedelta(minutes=20))  # fmt: skip
    names, cursor = [], late.cursor
    for hours in (2.1, 2.1, 2.2, 3.2, 4.3):
        now = start + timedelta(hours=hours)
        for page in ENGLISH.fetch(Direct([platform], now), cursor, now):
            cursor = page.cursor
            if page.body:
                names.append((hours, page.url.rpartition("/")[2][10:12]))
                break  # killed when it was saved
    assert names == [(2.1, "01"), (2.1, "03"), (3.2, "05")]


def test_a_cursor_from_before_looks_were_kept_is_read(start):
    platform = Slow(start, m1=timedelta(hours=1))
    stamp = start.strftime("%Y%m%d%H%M")
    old = Cursor(json.dumps({"at": stamp, "late": {stamp: stamp}}))
    now = start + timedelta(hours=1)
    assert next(ENGLISH.fetch(Direct([platform], now), old, now)).url.endswith("0100.gal.json.gz")


@pytest.mark.parametrize("told", [3, [3], [], ["202611010000", "x"], ["202611010000", True]])
def test_a_look_that_is_none_is_said(told, start):
    cursor = Cursor(json.dumps({"at": "202611010000", "late": {"202611010000": told}}))
    with pytest.raises(Malformed, match="cursor"):
        list(ENGLISH.fetch(Direct([Slow(start)], start), cursor, start))


class Bucket(Platform):
    """Says 403 for what is not there, as buckets do, or for everything."""

    said = b"<Error><Code>AccessDenied</Code></Error>"

    def respond(self, request, now):
        return Response(self.said, 403, "application/xml")


class Bodies(Direct):
    """Keeps a refusal's body, as the real client does."""

    def _answer(self, url, response):
        try:
            return super()._answer(url, response)
        except SourceError as problem:
            problem.body = response.body
            raise


def test_a_buckets_refusal_is_a_missing_file_and_any_other_is_not(start):
    platform = Bucket(7, start, 2)
    (payload,) = ENGLISH.fetch(Bodies([platform], start), None, start)
    assert (payload.body, payload.gaps) == (b"", ())
    assert list(ENGLISH.parse(payload)) == []
    platform.said = b"<html>Sign in</html>"
    with pytest.raises(Forbidden):
        list(ENGLISH.fetch(Bodies([platform], start), None, start))


def test_only_what_is_asked_for_is_kept():
    lines = [
        {"date": "2026-11-22T15:31:00Z", "url": f"https://{site}/{n}", "title": title, "lang": lang}
        for n, (site, title, lang) in enumerate([
            ("a.news.example.com", "A tide gauge fails", "en"), ("b.example", "A tide gauge", "en"),
            ("news.example.com", "Tidelines", "en"), ("news.example.com", "Die Tide gauge", "de"),
        ])
    ]  # fmt: skip
    packed = gzip.compress("\n".join(map(json.dumps, lines)).encode())
    source = Gdelt(languages=("en",), words=("tide", "c++"), domains=("news.example.com",))
    (only,) = source.parse(Payload(packed, Cursor("")))
    assert only.title == "A tide gauge fails"


class Search(Platform):
    """A search with as many articles an hour as one likes."""

    every = timedelta(minutes=1)
    said = b""

    def respond(self, request, now):
        self.asked = [*getattr(self, "asked", ()), (request.get("startdatetime"))]
        if self.said:
            return Response(self.said, kind="text/plain")
        start, end = (datetime.strptime(request.get(name), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
                      for name in ("startdatetime", "enddatetime"))  # fmt: skip
        found, at = [], start
        while at <= end and len(found) < 250:
            stamp = at.strftime("%Y%m%dT%H%M%SZ")
            found.append({"url": f"https://x.example/{stamp}", "title": "Tide", "seendate": stamp,
                          "language": "English"})  # fmt: skip
            at += self.every
        return Response(json.dumps({"articles": found}).encode())


def test_a_full_search_is_halved_until_it_is_whole(start):
    platform = Search(7, start, 2)
    now = start + timedelta(days=1)
    http = Direct([platform], now)
    source = Gdelt(query='"tide"')
    found = [one for page in source.backfill(http, None, start, now) for one in source.parse(page)]
    assert len({one.id for one in found}) == 24 * 60 - 15
    platform.every = timedelta(seconds=3)
    pages = list(source.fetch(http, None, now))
    assert pages[0].body == b"{}"  # where it began
    assert [one.reason for page in pages for one in page.gaps] == [CAPPED] * len(pages[1:])


def test_a_search_that_goes_back_too_far_says_so(start):
    now = start + timedelta(days=95)
    platform = Search(7, start, 2)
    platform.every = timedelta(hours=1)
    pages = list(Gdelt(query="tide").backfill(Direct([platform], now), None, start, now))
    (gap,) = pages[0].gaps
    assert gap.reason == TOO_OLD
    assert gap.stop == micros(now - timedelta(days=90))
    assert not any(page.gaps for page in pages[1:])


def test_a_search_that_refuses_is_never_an_empty_one(start):
    platform = Search(7, start, 2)
    http = Direct([platform], start)
    platform.said = b"Please limit requests to one every 5 seconds or contact us."
    with pytest.raises(Throttled) as told:
        list(Gdelt(query="tide").fetch(http, None, start))
    assert told.value.until == start + QUARTER
    platform.said = b"The specified phrase is too short."
    with pytest.raises(SourceError, match=r"too short.*mend the query"):
        list(Gdelt(query="a").fetch(http, None, start))
    platform.said = b'{"articles": 1}'
    with pytest.raises(Malformed):
        list(Gdelt(query="tide").fetch(http, None, start))


def test_the_invented_search_is_read_too(start):
    platform = Platform(7, start, 4)
    now = start + timedelta(days=3, minutes=1)
    source = Gdelt(query='"the"', languages=("en",))
    pages = list(source.backfill(Direct([platform], now), None, start, now))
    found = {one.id for page in pages for one in source.parse(page)}
    assert len(found) > 50
    assert found <= set(_all(platform))


def _all(platform):
    far = platform.happenings[-1].at + timedelta(days=9)
    return [article_id(_url(one)) for one in platform.script.items(far).values()]


def test_a_cursor_that_is_not_ours_is_said(start):
    with pytest.raises(Malformed, match="cursor"):
        list(Gdelt().fetch(Direct([], start), Cursor('{"at": "yesterday"}'), start))
