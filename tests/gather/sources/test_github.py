"""GitHub against saved answers and against the invented repositories."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from internet.direct import Direct
from internet.graphql import TOKEN
from internet.platforms.github import REPOS, WATCHED
from internet.platforms.github import GitHub as Platform
from internet.world import Response

from groundswell.errors import Forbidden, Malformed, NotFound, SourceError, Throttled, Upstream
from groundswell.gather import discussions
from groundswell.gather.discussions import Discussions
from groundswell.gather.source import Cursor, Payload
from groundswell.gather.sources.github import GitHub
from groundswell.gather.tickets import plain_markdown
from groundswell.testing import run_checks
from groundswell.testing.sources import source_checks
from groundswell.types import RecordId

SOURCE = GitHub(repos=REPOS, token=TOKEN, watched=(WATCHED,))
TALK = GitHub(repos=REPOS, token=TOKEN, comments=False, reviews=False)


def test_golden(golden, start):
    payloads = golden(GitHub(repos=("example/quay",)), "github")
    assert len(payloads) == 6
    run_checks(source_checks(GitHub(repos=("example/quay",)), payloads))


def test_fetches_on_and_backfills(golden, start):
    now = start + timedelta(days=12)
    http = Direct([Platform(3, start, 20)], now)
    plain = GitHub(repos=REPOS, discussions=False)
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


def test_a_list_begins_where_the_first_visit_began(start):
    """After a long silence of ours what came in lists that were empty is not lost."""
    platform = Platform(7, start, 10)
    http = Direct([platform], start)
    (begun,) = GitHub(repos=REPOS[:1]).fetch(http, None, start)
    assert list(SOURCE.parse(begun)) == []
    http.now = start + timedelta(days=9)
    found = {
        one.id
        for page in SOURCE.fetch(http, begun.cursor, http.now)
        for one in SOURCE.parse(page)
        if one.community == REPOS[0]
    }
    due = {key for key in platform.due(http.now) if key.startswith(f"github:{REPOS[0]}#")}
    assert len(due) > 80
    assert {key for key in due if "#d" not in key} <= found


class TestDiscussions:
    def records(self, pages):
        return {one.id: one for page in pages for one in TALK.parse(page) if "#d" in one.id}

    def due(self, platform, now):
        return {key: body for key, body in platform.due(now).items() if "#d" in key}

    def test_are_whole_however_many_answers_they_have(self, start, monkeypatch):
        platform, now = Platform(7, start, 30), start + timedelta(days=29)
        due, http = self.due(platform, now), Direct([platform], now)
        assert len(due) > 60
        once = self.records(TALK.backfill(http, None, start, now))
        assert {key: one.body for key, one in once.items()} == due
        few = len(http.asked)
        for name in ("MOVED", "WHOLE", "REPLIES"):
            query = re.sub(r"first: \d+", "first: 2", getattr(discussions, name))
            monkeypatch.setattr(discussions, name, query)
        assert self.records(TALK.backfill(http, None, start, now)) == once
        assert len(http.asked) - few > few

    def test_only_those_that_moved_are_asked_for(self, start):
        platform = Platform(7, start, 30)
        http = Direct([platform], start + timedelta(days=20))
        pages = list(TALK.fetch(http, None, http.now))
        http.asked.clear()
        http.now += timedelta(hours=12)
        later = self.records(TALK.fetch(http, pages[-1].cursor, http.now))
        since = http.now - timedelta(hours=12)
        new = {key for key in self.due(platform, http.now)
               if key not in self.due(platform, since)}  # fmt: skip
        assert new <= set(later)
        posts = [json.loads(one.body)["variables"] for one in http.asked if one.method == "POST"]
        numbers = {(one["name"], one["number"]) for one in posts if "number" in one}
        assert numbers == {
            (one.community.partition("/")[2], int(key.partition("#d")[2].partition("/")[0]))
            for key, one in later.items()
        }
        assert 0 < len(numbers) < 9

    def test_what_waits_when_something_fails_is_asked_for_next_time(self, start):
        platform, now = Platform(7, start, 30), start + timedelta(days=29)

        class Tired(Direct):
            left = 4

            def post(self, url, **sent):
                self.left -= 1
                if not self.left:
                    raise Upstream("tired")
                return super().post(url, **sent)

        http, pages = Tired([platform], now), []
        with pytest.raises(Upstream, match="tired"):
            pages.extend(TALK.backfill(http, None, start, now))
        pages += TALK.backfill(http, pages[-1].cursor, start, now)
        ids = [one.id for page in pages for one in TALK.parse(page) if "#d" in one.id]
        assert len(ids) == len(set(ids))
        assert set(ids) == self.due(platform, now).keys()

    def test_what_is_taken_back_is_found_by_asking_again(self, start):
        platform, now, held = Platform(7, start, 30), start + timedelta(days=30), {}
        for day in range(1, 30, 2):
            then = start + timedelta(days=day)
            held |= self.records(TALK.backfill(Direct([platform], then), None, start, then))
        gone = held.keys() - self.due(platform, now).keys()
        assert gone
        again = self.records(TALK.recheck(Direct([platform], now), sorted(held), now))
        assert {one.id for one in again.values() if one.state == "deleted"} >= gone
        stand = {key: one.body for key, one in again.items() if one.state == "public"}
        assert held.keys() - gone <= stand.keys()
        assert stand.items() <= self.due(platform, now).items()
        out = GitHub(repos=("example/gone",), token=TOKEN)
        lost = [RecordId("github:example/gone#d1")]
        assert list(out.recheck(Direct([platform], now), lost, now)) == []

    def test_without_a_token_nobody_is_asked(self, start):
        http = Direct([Platform(7, start, 10)], start + timedelta(days=5))
        bare = GitHub(repos=("example/quay",))
        list(bare.fetch(http, None, http.now))
        assert list(bare.recheck(http, [RecordId("github:example/quay#d4")], http.now)) == []
        assert {one.method for one in http.asked} == {"GET"}

    @pytest.mark.parametrize(("body", "error"), [
        (b'{"errors":[{"type":"RATE_LIMITED","message":"limit"}]}', Throttled),
        (b'{"errors":[{"type":"FORBIDDEN","message":"scopes"}]}', Forbidden),
        (b'{"errors":[{"message":"Parse error"}]}', Malformed),
        (b'{"errors":["x"],"data":null}', Malformed),
        (b'{"data":{"repository":null}}', NotFound),
        (b'{"data":{"repository":{"discussions":{"nodes":3}}}}', Malformed),
        (b"[]", Malformed),
        (b'{"data":{"repository":{"discussions":{"nodes":[null],"pageInfo":'
         b'{"hasNextPage":true,"endCursor":"x"}}}}}', Malformed),
    ])  # fmt: skip
    def test_refusals_come_with_status_200(self, start, body, error):
        platform = Patient(3, start, 3)
        platform.wrong = "graphql"
        platform.answer = Response(body, headers={"X-RateLimit-Reset": "1793491300"})
        http = Direct([platform], start + timedelta(days=1))
        with pytest.raises(error) as raised:
            list(TALK.fetch(http, None, http.now))
        assert type(raised.value) is error
        if error is Throttled:
            assert raised.value.until is not None

    def test_a_comment_taken_back_leaves_a_place(self):
        told = {"repo": "example/quay", "list": "discussions", "items": [
            {"id": 7, "discussion": 3, "deleted_at": "2026-11-02T00:00:00Z", "body": ""},
            {"id": 8, "discussion": 3, "above": 7, "body": "Still here.", "user": None,
             "created_at": "2026-11-02T00:00:00Z"},
        ]}  # fmt: skip
        gone, stays = TALK.parse(Payload(json.dumps(told).encode(), Cursor("")))
        assert (gone.id, gone.state) == ("github:example/quay#d3/c7", "deleted")
        assert (stays.parent, stays.root) == (gone.id, "github:example/quay#d3")


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
        assert one.root is None or one.root in records
        assert one.root == one.parent or "#d" in one.id
    kinds = {"issue", "change", "comment", "review", "post"}
    assert {one.kind for one in records.values()} == kinds
    talk = [one for one in records.values() if "#d" in one.id]
    assert len(talk) > 30
    assert any(one.parent != one.root for one in talk)  # replies to answers
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
    source = GitHub(repos=("example/quay",), comments=False, reviews=False, discussions=False)
    list(source.fetch(http, None, start + timedelta(days=2)))
    assert [one.path.rpartition("/")[2] for one in http.asked] == ["issues", "events"]


def test_reviews_are_read_to_their_last_page(start):
    class Long(Platform):
        def _list(self, path, here, request, now):
            if path != "pulls/7/reviews":
                return [] if path != "issues" else [ticket]
            return [{"id": one, "body": "Words.", "submitted_at": "2026-11-02T00:00:00Z",
                     "user": None} for one in range(230)]  # fmt: skip

    at = "2026-11-01T12:00:00Z"
    ticket = {"id": 1, "number": 7, "title": "A", "created_at": at, "updated_at": at, "head": {}}
    http = Direct([Long(3, start, 3)], start + timedelta(days=1))
    source = GitHub(repos=REPOS[:1], comments=False, discussions=False)
    found = [one for page in source.fetch(http, None, http.now) for one in source.parse(page)]
    assert len([one for one in found if one.kind == "review"]) == 230


def test_our_token_goes_to_github_only(start):
    platform = Patient(3, start, 3)
    platform.wrong = "example/quay/issues"
    link = '<https://elsewhere.example/next>; rel="next"'
    platform.answer = Response(
        json.dumps([{"id": 1, "updated_at": "2026-11-01T00:00:00Z"}]).encode(),
        headers={"Link": link},
    )
    http = Direct([platform], start + timedelta(days=2))
    source = GitHub(repos=("example/quay",), token=TOKEN, discussions=False)
    with pytest.raises(Malformed, match="elsewhere"):
        list(source.fetch(http, None, start + timedelta(days=2)))
    assert {one.headers.get("authorization") for one in http.asked} == {f"Bearer {TOKEN}"}
    assert TOKEN not in repr(source)
    assert TOKEN not in repr(Discussions(http, "example/quay", TOKEN))


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
    records = [one for page in pages for one in source.parse(page)]
    assert records
    assert {one.community for one in records} == {"example/quay"}


def test_bots_are_left_out_unless_wanted(start):
    now = start + timedelta(days=6)
    http = Direct([Platform(7, start, 10)], now)
    plain = GitHub(repos=REPOS, discussions=False)
    both = replace(plain, bots=True)
    records = [one for page in both.backfill(http, None, start, now) for one in both.parse(page)]
    bots = [one for one in records if one.engagement.get("bot")]
    assert bots
    assert {one.author for one in bots} == {"77"}
    few = [one for page in plain.backfill(http, None, start, now) for one in plain.parse(page)]
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
