"""Hugging Face against saved answers and against the invented one."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from internet.direct import Direct
from internet.platforms.huggingface import REPOS
from internet.platforms.huggingface import HuggingFace as Platform
from internet.world import Response

from groundswell.errors import AuthRequired, Malformed
from groundswell.gather.sources.huggingface import BEYOND, SKIPPED, HuggingFace
from groundswell.testing import run_checks
from groundswell.testing.sources import source_checks
from groundswell.types import RecordId
from groundswell.types.moment import micros

SOURCE = HuggingFace(repos=REPOS)


def test_golden(golden, start):
    payloads = golden(SOURCE, "huggingface")
    assert len(payloads) == 5
    now = start + timedelta(days=3, hours=8)
    http = Direct([Platform(3, start, 5)], now)
    run_checks(source_checks(SOURCE, payloads, http=http, now=now, first=start))


def test_a_paper_asked_for_again_is_the_paper_that_was_listed(golden):
    payloads = golden(SOURCE, "huggingface")
    listed = next(SOURCE.parse(one) for one in payloads if one.body.startswith(b"[{"))
    again = next(one for page in payloads if b'"asked"' not in page.body for one in
                 SOURCE.parse(page) if page.body.startswith(b'{"id":"2611'))  # fmt: skip
    assert (again.id, again.body, again.author) == (
        listed[0].id, listed[0].body, listed[0].author,
    )  # fmt: skip


def test_holds_what_stands(live, start):
    platform = Platform(7, start, 6)
    shelf, http = live(SOURCE, platform, hours=24 * 6, every=1)
    shelf.take(SOURCE.recheck(http, list(shelf.bodies), http.now))
    assert shelf.bodies == platform.due(http.now)
    assert not shelf.other
    assert not shelf.gaps
    kinds = {one.partition(":")[2].partition("/")[0] for one in shelf.bodies}
    assert kinds == {"papers", "models", "datasets"}


def test_votes_alone_bring_nothing(start):
    now = start + timedelta(days=3)
    http = Direct([Platform(7, start, 6)], now)
    source = HuggingFace()
    pages = list(source.fetch(http, None, now))
    http.now = now + timedelta(minutes=1)
    votes = [http.get(page.url).body for page in pages]
    assert list(source.fetch(http, pages[-1].cursor, http.now)) == []
    assert votes


def test_backfill_brings_the_same(start):
    platform = Platform(7, start, 6)
    now = start + timedelta(days=6)
    http = Direct([platform], now)
    pages = list(SOURCE.backfill(http, None, start, now))
    records = {one.id: one for page in pages for one in SOURCE.parse(page) if one.state == "public"}
    assert {key: one.body for key, one in records.items()} == platform.due(now)
    for one in records.values():
        assert one.root is None or one.root in records
        assert one.kind in ("paper", "issue", "change", "comment")
    rest = list(SOURCE.backfill(http, pages[9].cursor, start, now))
    assert {one.url for one in rest} >= {one.url for one in pages[10:]}
    assert len(rest) < len(pages)


def test_a_repository_that_is_closed_does_not_keep_the_others(start):
    now = start + timedelta(days=3)
    http = Direct([Platform(7, start, 6)], now)
    source = HuggingFace(papers=False, repos=("models/quay/closed", *REPOS), token="secret")
    visit, found = source.fetch(http, None, now), []
    with pytest.raises(AuthRequired, match="401"):
        found.extend(iter(lambda: next(visit), None))
    assert {one.url.split("/discussions")[0] for one in found} == {
        f"https://huggingface.co/api/{repo}" for repo in REPOS
    }
    assert http.asked[0].headers["authorization"] == "Bearer secret"
    assert "secret" not in repr(source)


def test_asking_again(start):
    platform = Platform(7, start, 6)
    now = start + timedelta(days=6)
    http = Direct([platform], now)
    ids = [RecordId(f"huggingface:{one}") for one in (
        "papers/2611.99999", "models/quay/gauge/900", "models/quay/gauge/900#6a",
        "models/quay/gauge/1#nothing", "models/quay/closed/1",
    )]  # fmt: skip
    found = {one.id: one.state for page in SOURCE.recheck(http, ids[:4], now)
             for one in SOURCE.parse(page)}  # fmt: skip
    assert {one: found[one] for one in ids[:4]} == dict.fromkeys(ids[:4], "deleted")


class Closed(Platform):
    """Wants a login for everything."""

    def respond(self, request, now):
        return Response(b'{"error":"Invalid username or password."}', 401)


def test_a_login_proves_nothing(start):
    http = Direct([Closed(7, start, 2)], start)
    ids = [RecordId("huggingface:models/quay/gauge/1")]
    assert list(SOURCE.recheck(http, ids, start)) == []


class Busy:
    """A repository with a discussion a minute."""

    hosts = ("huggingface.co",)

    def __init__(self, start):
        self.start = start

    def respond(self, request, now):
        if request.path.endswith("/discussions"):
            newest = int((now - self.start).total_seconds()) // 60 - 10 * int(request.get("p"))
            told = [self.brief(n) for n in range(newest, newest - 10, -1)]
            return Response(json.dumps({"discussions": told, "count": 0}).encode())
        return Response(json.dumps(self.brief(int(request.path.rpartition("/")[2]))
                                   | {"events": []}).encode())  # fmt: skip

    def brief(self, n):
        at = self.start + timedelta(minutes=n)
        return {"num": n, "title": f"Number {n}", "createdAt": f"{at:%Y-%m-%dT%H:%M:%SZ}"}


def test_too_many_new_discussions_leave_a_gap(start):
    now = start + timedelta(days=2)
    http = Direct([Busy(start)], now)
    source = HuggingFace(papers=False, repos=("models/quay/gauge",))
    first = list(source.fetch(http, None, now))
    later = http.now = now + timedelta(days=1)
    pages = list(source.fetch(http, first[-1].cursor, later))
    (gap,) = pages[0].gaps
    assert (gap.start, gap.stop) == (micros(now), micros(later - timedelta(minutes=199)))
    assert (gap.reason, gap.community) == (BEYOND, "huggingface.co/quay/gauge")
    assert len(pages) == 200


def test_papers_of_a_long_pause_are_a_gap(start):
    platform = Platform(7, start, 40)
    http = Direct([platform], start + timedelta(days=3))
    source = HuggingFace()
    (*_, last) = source.fetch(http, None, http.now)
    http.now = start + timedelta(days=30)
    pages = list(source.fetch(http, last.cursor, http.now))
    (gap,) = pages[0].gaps
    assert (gap.start, gap.stop, gap.reason) == (
        micros(start + timedelta(days=3)), micros(start + timedelta(days=16)), SKIPPED,
    )  # fmt: skip


def test_odd_answers_are_said(start):
    class Odd:
        hosts = ("huggingface.co",)

        def respond(self, request, now):
            return Response(b'{"error":"broken"}')

    for source in (HuggingFace(), HuggingFace(papers=False, repos=REPOS[:1])):
        with pytest.raises(Malformed):
            list(source.fetch(Direct([Odd()], start), None, start))
    with pytest.raises(ValueError, match="models/owner/name"):
        HuggingFace(repos=("quay/gauge",))
