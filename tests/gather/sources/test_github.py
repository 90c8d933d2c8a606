"""GitHub against saved answers and against the invented repositories."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from internet.direct import Direct
from internet.platforms.github import REPOS, WATCHED
from internet.platforms.github import GitHub as Platform
from internet.world import Response

from groundswell.errors import Malformed, NotFound, SourceError
from groundswell.gather.source import Cursor
from groundswell.gather.sources.github import GitHub
from groundswell.gather.tickets import plain_markdown
from groundswell.testing import run_checks
from groundswell.testing.sources import source_checks
from groundswell.types import RecordId

SOURCE = GitHub(repos=REPOS, events=False, watched=(WATCHED,))


def test_golden(golden, start):
    payloads = golden(GitHub(repos=("example/quay",)), "github")
    assert len(payloads) == 6
    run_checks(source_checks(GitHub(repos=("example/quay",)), payloads))


def test_fetches_on_and_backfills(golden, start):
    now = start + timedelta(days=12)
    http = Direct([Platform(3, start, 20)], now)
    plain = GitHub(repos=REPOS, events=False)
    payloads = list(plain.backfill(http, None, start, now))
    run_checks(source_checks(plain, payloads, http=http, now=now, first=start))


def test_holds_what_stands(live, start):
    platform = Platform(7, start, 10)
    shelf, http = live(SOURCE, platform, hours=24 * 10 + 30, every=3)
    assert not shelf.other
    shelf.take(SOURCE.recheck(http, [RecordId(one) for one in shelf.bodies], http.now))
    assert shelf.bodies == platform.due(http.now)


def test_discussions_are_told_by_events(start):
    http = Direct([Platform(7, start, 10)], start + timedelta(days=4))
    source = GitHub(repos=("example/quay",), reviews=False, comments=False)
    pages = list(source.fetch(http, None, http.now))
    found = [one for page in pages if page.url.endswith("/events") for one in source.parse(page)]
    assert len(found) > 3
    assert {one.kind for one in found} == {"post"}
    assert all("#d" in one.id and one.title for one in found)
    http.now += timedelta(days=1)
    later = [
        one
        for page in source.fetch(http, pages[-1].cursor, http.now)
        if page.url.endswith("/events")
        for one in source.parse(page)
    ]
    assert later
    assert not {one.id for one in found} & {one.id for one in later}


def test_deleted_ones_are_found_by_asking_again(live, start):
    platform = Platform(7, start, 10)
    shelf, http = live(SOURCE, platform, hours=24 * 10 + 30, every=3)
    gone = shelf.bodies.keys() - platform.due(http.now).keys()
    assert len(gone) > 3
    found = [
        one for page in SOURCE.recheck(http, sorted(gone), http.now) for one in SOURCE.parse(page)
    ]
    assert {one.id for one in found} == gone
    assert {one.state for one in found} == {"deleted"}


def test_backfill_brings_the_same_and_threads_are_whole(start):
    platform = Platform(7, start, 10)
    now = start + timedelta(days=10)
    http = Direct([platform], now)
    records = {
        one.id: one
        for page in SOURCE.backfill(http, None, start, now)
        for one in SOURCE.parse(page)
    }
    due = {key: body for key, body in platform.due(now).items() if key in records}
    assert len(due) > 150
    assert {key: one.body for key, one in records.items()} == due
    for one in records.values():
        assert one.parent is None or one.parent in records
        assert one.root == one.parent
    assert {one.kind for one in records.values()} == {"issue", "change", "comment", "review"}
    merged = [one for one in records.values() if one.engagement.get("merged")]
    assert merged
    assert all(one.engagement["closed"] == one.engagement["merged"] for one in merged)


class Patient(Platform):
    """Counts, and answers one page of one path otherwise."""

    wrong = ""
    answer: Response | None = None
    size = 0

    def respond(self, request, now):
        if self.wrong and request.path.endswith(self.wrong) and self.answer is not None:
            return self.answer
        return super().respond(request, now)


def test_pages_are_asked_for_from_where_the_last_ended(start):
    now = start + timedelta(days=39)
    http = Direct([Platform(3, start, 40)], now)
    pages = list(GitHub(repos=("example/quay",), reviews=False).backfill(http, None, start, now))
    asked = [one for one in http.asked if one.path.endswith("/issues")]
    assert len(asked) > 1
    assert all(not one.get("page") for one in asked)
    assert len(pages) >= len({one.get("since") for one in asked})


def test_a_page_of_one_second_is_followed_by_its_link(start):
    item = {
        "number": 1,
        "id": 1,
        "title": "A",
        "created_at": "2026-11-01T00:00:00Z",
        "updated_at": "2026-11-02T00:00:00Z",
    }
    platform = Patient(3, start, 3)
    platform.wrong = "example/quay/issues"
    link = '<https://api.github.com/repos/example/quay/events?page=2>; rel="next"'
    platform.answer = Response(json.dumps([item]).encode(), headers={"Link": link})
    http = Direct([platform], start + timedelta(days=2))
    source = GitHub(repos=("example/quay",), comments=False, reviews=False, events=False)
    list(source.fetch(http, None, start + timedelta(days=2)))
    assert [one.path.rpartition("/")[2] for one in http.asked] == ["issues", "events"]


def test_our_token_goes_to_github_only(start):
    platform = Patient(3, start, 3)
    platform.wrong = "example/quay/events"
    link = '<https://elsewhere.example/next>; rel="next"'
    platform.answer = Response(
        json.dumps([{"id": "1", "created_at": "2026-11-02T00:00:00Z"}]).encode(),
        headers={"Link": link},
    )
    http = Direct([platform], start + timedelta(days=2))
    source = GitHub(repos=("example/quay",), token="secret")
    with pytest.raises(Malformed, match="elsewhere"):
        list(source.fetch(http, None, start + timedelta(days=2)))
    assert {one.headers.get("authorization") for one in http.asked} == {"Bearer secret"}
    assert "secret" not in repr(source)


def test_a_repository_out_of_sight_proves_nothing(start):
    http = Direct([Platform(3, start, 3)], start + timedelta(days=2))
    source = GitHub(repos=("example/gone",))
    assert list(source.recheck(http, [RecordId("github:example/gone#1")], http.now)) == []
    with pytest.raises(NotFound):
        list(source.fetch(http, None, http.now))


def test_one_repository_that_fails_does_not_keep_others_from_theirs(start):
    http = Direct([Platform(3, start, 5)], start + timedelta(days=2))
    source = GitHub(repos=("example/gone", "example/quay"))
    pages = []

    def visit():
        for page in source.fetch(http, None, http.now):
            pages.append(page)

    with pytest.raises(SourceError):
        visit()
    assert pages
    assert all("example/quay" in page.url for page in pages)


def test_bots_are_left_out_unless_wanted(start):
    now = start + timedelta(days=6)
    http = Direct([Platform(7, start, 10)], now)
    both = GitHub(repos=REPOS, bots=True)
    records = [one for page in both.backfill(http, None, start, now) for one in both.parse(page)]
    bots = [one for one in records if one.engagement.get("bot")]
    assert bots
    assert {one.author for one in bots} == {"77"}
    few = [one for page in SOURCE.backfill(http, None, start, now) for one in SOURCE.parse(page)]
    assert len(few) == len(records) - len(bots)


def test_watched_files_are_looked_at_once_a_day(start):
    platform = Platform(7, start, 10)
    http = Direct([platform], start + timedelta(days=2))
    pages = list(SOURCE.fetch(http, None, http.now))
    commits = [one for page in pages if page.url.endswith("/commits") for one in SOURCE.parse(page)]
    assert [one.title for one in commits] == ["Ask for the version"] * 2
    assert commits[0].root == f"github:example/quay@{WATCHED}"
    assert "@example.org" not in repr(commits)
    before = len(http.asked)
    list(SOURCE.fetch(http, pages[-1].cursor, http.now + timedelta(hours=3)))
    assert not [one for one in http.asked[before:] if one.path.endswith("/commits")]


@pytest.mark.parametrize(
    "cursor",
    [
        '{"example/quay": 3}',
        '{"example/quay": {"issues": {}}}',
        '{"example/quay": {"reviews": ["x"]}}',
        "[]",
    ],
)
def test_a_cursor_that_is_not_ours_is_refused(start, cursor):
    http = Direct([Platform(3, start, 3)], start + timedelta(days=1))
    with pytest.raises(Malformed):
        list(GitHub(repos=("example/quay",)).fetch(http, Cursor(cursor), http.now))


def test_names_are_checked():
    with pytest.raises(ValueError, match="owner/name"):
        GitHub(repos=("quay",))
    with pytest.raises(ValueError, match="path"):
        GitHub(repos=("example/quay",), watched=("../x?",))


def test_code_survives_and_what_is_hidden_does_not():
    told = plain_markdown(
        "<!-- say what -->\n<details><summary>Log</summary>\n\n"
        "```\nmap<String, &lt;T>>\n```\n</details>x &lt; y"
    )
    assert told == "Log\n\n```\nmap<String, &lt;T>>\n```\n\nx < y"
