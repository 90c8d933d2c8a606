"""Pageviews against saved answers and against the invented ones."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from internet.direct import Direct
from internet.platforms.wikipedia import ARTICLES
from internet.platforms.wikipedia import Wikipedia as Platform

from groundswell.errors import Malformed
from groundswell.gather.source import Cursor
from groundswell.gather.sources.wikipedia import Wikipedia
from groundswell.testing import run_checks
from groundswell.testing.sources import source_checks
from groundswell.types.moment import as_date

SOURCE = Wikipedia(articles=("Tide clock", "Estuary", "AC/DC (gauge)", "No such page"))


def test_golden(golden, start):
    payloads = golden(SOURCE, "wikipedia")
    assert len(payloads) == 1
    now = start + timedelta(days=20)
    http = Direct([Platform(3, start, 30)], now)
    run_checks(source_checks(SOURCE, payloads, http=http, now=now))


def told(platform, now):
    days = [platform.start.date() + timedelta(days=n) for n in range(platform.days)]
    return {(f"en.wikipedia/{title}", day): views for title in ARTICLES for day in days
            if (views := platform.views(title, day, now)) is not None}  # fmt: skip


def test_every_day_is_known_once_it_is_out_and_none_is_made_up(live, start):
    platform = Platform(7, start, 20)
    shelf, http = live(SOURCE, platform, hours=24 * 22, every=7)
    found = {(one.series, as_date(one.day)): one.value for one in shelf.other}
    assert found == told(platform, http.now)
    assert len(found) < 3 * 20
    assert {(one.unit, one.source, one.break_) for one in shelf.other} == {
        ("views", "wikipedia", False)
    }
    assert shelf.bodies == {}


def test_backfill_brings_the_same(live, start):
    platform = Platform(7, start, 500)
    now = start + timedelta(days=480)
    http = Direct([platform], now)
    shelf, _ = live(SOURCE, platform, hours=0, every=1)
    pages = list(SOURCE.backfill(http, None, start, now))
    shelf.take(pages)
    found = {(one.series, as_date(one.day)): one.value for one in shelf.other}
    assert found == told(platform, now)
    assert len(pages) == 6
    rest = list(SOURCE.backfill(http, pages[2].cursor, start, now))
    assert [one.url for one in rest] == [one.url for one in pages[3:]]
    early = Direct([platform], now)
    list(SOURCE.backfill(early, None, start - timedelta(days=9000), now))
    assert "/2015070100/" in early.asked[0].path


def test_nothing_is_asked_twice_and_titles_are_written_as_addresses(start):
    now = start + timedelta(days=9)
    http = Direct([Platform(7, start, 20)], now)
    pages = list(SOURCE.fetch(http, None, now))
    assert [one.path.split("/")[-4] for one in http.asked] == [
        "Tide_clock", "Estuary", "AC%2FDC_%28gauge%29", "No_such_page",
    ]  # fmt: skip
    http.asked.clear()
    assert list(SOURCE.fetch(http, pages[-1].cursor, now)) == []
    assert date(2026, 11, 8) in {as_date(one.day) for page in pages for one in SOURCE.parse(page)}


def test_what_cannot_be_is_said(start):
    with pytest.raises(ValueError, match="names no article"):
        Wikipedia(articles=())
    with pytest.raises(Malformed, match="cursor"):
        list(SOURCE.fetch(Direct([], start), Cursor('{"Tide_clock": "x"}'), start))
