"""arXiv against saved pages and against the invented one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from internet.direct import Direct
from internet.platforms.arxiv import CATEGORIES
from internet.platforms.arxiv import Arxiv as Platform
from internet.world import Response

from groundswell.errors import Malformed, SourceError, Upstream
from groundswell.gather.sources.arxiv import Arxiv
from groundswell.testing import run_checks
from groundswell.testing.sources import source_checks

SOURCE = Arxiv(categories=CATEGORIES, announcements=True)


def test_golden(golden, start):
    payloads = golden(Arxiv(categories=("cs.LG",)), "arxiv")
    assert len(payloads) == 2
    now = start + timedelta(days=4, hours=9)
    http = Direct([Platform(3, start, 6)], now)
    run_checks(source_checks(Arxiv(categories=("cs.LG",)), payloads))
    pages = list(SOURCE.fetch(http, None, now))
    run_checks(source_checks(SOURCE, pages, http=http, now=now, first=start))


def test_holds_what_stands(live, start):
    platform = Platform(7, start, 8)
    shelf, http = live(SOURCE, platform, hours=24 * 8 - 5, every=5)
    assert shelf.bodies == platform.due(http.now)
    assert any(one.act == "delete" for one in platform.happenings)
    assert not shelf.other
    assert {one.host for one in http.asked} == set(platform.hosts)


def test_backfill_brings_the_same_and_goes_on_anywhere(live, start):
    platform = Platform(7, start, 8)
    now = start + timedelta(days=7, hours=3)
    http = Direct([platform], now)
    shelf, _ = live(SOURCE, platform, hours=0, every=1)
    whole = list(SOURCE.backfill(http, None, start, now))
    shelf.bodies.clear()
    shelf.take(whole)
    assert shelf.bodies == platform.due(now)
    for at in (0, len(whole) // 2, len(whole) - 1):
        rest = list(SOURCE.backfill(http, whole[at].cursor, start, now))
        assert [one.body for one in rest] == [one.body for one in whole[at + 1 :]]


def test_asks_once_a_night_and_some_hours_later(start):
    now = start + timedelta(days=2)
    http = Direct([Platform(7, start, 8)], now)
    (*_, last) = SOURCE.fetch(http, None, now)
    assert list(SOURCE.fetch(http, last.cursor, now + timedelta(hours=5))) == []
    assert list(SOURCE.fetch(http, last.cursor, now + timedelta(hours=6))) != []


class Torn(Direct):
    """Forgets its tokens after the first page."""

    def get(self, url, *, params=None, headers=None):
        params = dict(params or {})
        if len(self.asked) == 1 and "resumptionToken" in params:
            params["resumptionToken"] = "stale"
        return super().get(url, params=params, headers=headers)


def test_a_stale_token_begins_the_set_again(live, start):
    platform = Platform(7, start, 8)
    now = start + timedelta(days=7)
    http = Torn([platform], now)
    source = Arxiv(categories=("cs.DB", "cs.CY"))
    shelf, _ = live(source, platform, hours=0, every=1)
    shelf.take(source.fetch(http, None, now))
    straight, _ = live(source, platform, hours=0, every=1)
    straight.take(source.fetch(Direct([platform], now), None, now))
    assert shelf.bodies == straight.bodies
    assert len(shelf.bodies) > 40


def test_an_overloaded_harvest_is_left_for_later(start):
    now = start + timedelta(days=2, minutes=59)
    with pytest.raises(Upstream):
        list(Arxiv().fetch(Direct([Platform(7, start, 8)], now), None, now))


class Wrong(Platform):
    """Refuses the arguments, or is a page."""

    answer = b""

    def respond(self, request, now):
        return Response(self.answer, kind="text/xml")


def test_refusals_are_no_empty_list(start):
    platform = Wrong(7, start, 2)
    platform.answer = b'<OAI-PMH><error code="badArgument">no such set</error></OAI-PMH>'
    with pytest.raises(SourceError, match="badArgument: no such set"):
        list(Arxiv().fetch(Direct([platform], start), None, start))
    platform.answer = b"<html><body>later</body></html>"
    with pytest.raises(Malformed):
        list(Arxiv().fetch(Direct([platform], start), None, start))


def test_all_of_physics_is_one_set_and_no_category_is_everything(start):
    http = Direct([Platform(7, start, 2)], start)
    list(Arxiv(categories=("hep-th", "astro-ph.GA", "cs.DB")).fetch(http, None, start))
    assert [one.get("set") for one in http.asked] == ["cs", "physics"]
    list(Arxiv(announcements=True).fetch(http, None, start))
    assert [one.get("set", "-") for one in http.asked[2:]] == ["-"]
