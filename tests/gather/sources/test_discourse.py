"""Discourse's list of posts, against saved pages and two invented forums."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from internet.direct import Direct
from internet.platforms.discourse import FLOOR, FORUMS
from internet.platforms.discourse import Discourse as Platform
from internet.world import Response

from groundswell.errors import Blocked, Forbidden, Malformed, SourceError, Upstream
from groundswell.gather.listing import state_of
from groundswell.gather.sources.discourse import Discourse
from groundswell.http.answer import Answer, Wishes
from groundswell.testing import run_checks
from groundswell.testing.sources import source_checks
from groundswell.types.moment import micros

BOTH = Discourse(forums=FORUMS)
TALK = Discourse(forums=FORUMS[1:])


class Says(Platform):
    """Answers some addresses with something else."""

    def __init__(self, seed, start, days, answers):
        super().__init__(seed, start, days)
        self.others = answers

    def respond(self, request, now):
        for part, answer in self.others.items():
            if part in request.host + request.path:
                return answer
        return super().respond(request, now)


class Wishing(Direct):
    """Forums whose front pages ask for something."""

    wishes = Wishes()

    def page(self, url):
        answer = super().page(url)
        return Answer(answer.url, 200, {}, answer.body, answer.at, self.wishes)


@pytest.fixture(scope="module")
def platform():
    from datetime import UTC, datetime

    return Platform(7, datetime(2026, 11, 1, tzinfo=UTC), 5)


@pytest.fixture
def now(start):
    return start + timedelta(days=4)


def records(source, payloads):
    return {one.id: one for payload in payloads for one in source.parse(payload)}


def test_golden(golden, platform, now):
    payloads = golden(BOTH, "discourse")
    assert len(payloads) == 3
    run_checks(source_checks(BOTH, payloads, http=Direct([platform], now), now=now))
    (*_, last) = BOTH.fetch(Direct([platform], now - timedelta(days=2)), None, now)
    run_checks(source_checks(Later(last.cursor), payloads, http=Direct([platform], now), now=now))


class Later(Discourse):
    """Begins at a cursor, so that there is more than one page to fetch."""

    def __init__(self, begin):
        super().__init__(forums=FORUMS)
        object.__setattr__(self, "begin", begin)

    def fetch(self, http, since, now):
        return Discourse.fetch(self, http, since or self.begin, now)


def test_holds_what_visitors_can_read(live, platform):
    shelf, http = live(BOTH, platform, hours=60, every=4)
    shelf.take(BOTH.recheck(http, list(shelf.bodies), http.now))
    assert shelf.bodies == platform.due(http.now)
    assert len(shelf.bodies) > 90
    assert not shelf.other
    assert not shelf.gaps


def test_threads_hold_together(live, platform, start, now):
    found = records(BOTH, BOTH.backfill(Direct([platform], now), None, start, now))
    replies = [one for one in found.values() if one.kind == "comment"]
    due = {key: item for item in platform.script.due(now)
           for key in [f"discourse:{item.place}/{platform.ids[item.key]}"]}  # fmt: skip
    assert len(replies) > 80
    for one in replies:
        item = due[one.id]
        above = f"discourse:{item.place}/{platform.ids[item.parent]}"
        root = f"discourse:{item.place}/{platform.ids[item.root]}"
        if root in due:
            assert one.root == root
            assert one.parent in (above, root)
            assert one.parent == above or above not in due
    assert sum(one.parent != one.root for one in replies) > 10
    assert all(one.url.startswith(f"https://{one.community}/t/") for one in replies)


def test_a_thread_is_asked_for_once_and_may_be_closed(start, now):
    closed = Says(7, start, 5, {"/t/": Response(b"", 403)})
    http = Direct([closed], now)
    found = records(TALK, TALK.fetch(http, None, now))
    topics = [one.path for one in http.asked if one.path.startswith("/t/")]
    assert topics
    assert len(topics) == len(set(topics))
    assert {one.kind for one in found.values()} == {"post", "comment"}
    broken = Says(7, start, 5, {"/t/": Response(b"", 502)})
    with pytest.raises(Upstream):
        list(TALK.fetch(Direct([broken], now), None, now))


def test_the_front_page_is_asked_for_its_wishes_once_a_day(platform, start):
    http, cursor, asked = Wishing([platform], start), None, []
    for hour in range(0, 60, 6):
        http.now = start + timedelta(days=1, hours=hour)
        for payload in TALK.fetch(http, cursor, http.now):
            cursor = payload.cursor
        asked.append([one.path for one in http.asked].count("/"))
    assert asked[0] == 1
    assert asked[-1] in (3, 4)
    for wishes in (Wishes(index=False), Wishes(archive=False)):
        http.wishes = wishes
        with pytest.raises(Forbidden, match="neither found nor kept"):
            list(TALK.fetch(http, None, http.now))
    closed = Platform(7, start, 5)
    closed.never = (r"talk\.kiln\.example/",)
    with pytest.raises(Blocked):
        list(TALK.fetch(Direct([closed], http.now), None, http.now))


def test_holes_in_the_numbers_end_nothing(start, now):
    class Holes(Platform):
        def _latest(self, request, now):
            told = json.loads(super()._latest(request, now).body)
            hole = range(FLOOR + 60, FLOOR + 230)
            told["latest_posts"] = [one for one in told["latest_posts"] if one["id"] not in hole]
            return Response(json.dumps(told).encode())

    platform = Holes(7, start, 5)
    (*_, last) = TALK.fetch(Direct([platform], start + timedelta(hours=12)), None, now)
    payloads = list(TALK.fetch(Direct([platform], now), last.cursor, now))
    numbers = sorted(int(key.rpartition("/")[2]) for key in records(TALK, payloads))
    assert numbers[0] < FLOOR + 60
    assert numbers[-1] >= FLOOR + 230
    assert not any(payload.gaps for payload in payloads)
    whole = records(TALK, TALK.backfill(Direct([platform], now), None, start, now))
    assert min(int(key.rpartition("/")[2]) for key in whole) < FLOOR + 10


def test_a_pause_longer_than_a_visit_is_a_gap(platform, start, now, monkeypatch):
    from groundswell.gather.sources import discourse

    monkeypatch.setattr(discourse, "WINDOWS", 1)
    (*_, last) = TALK.fetch(Direct([platform], start + timedelta(hours=12)), None, now)
    payloads = list(TALK.fetch(Direct([platform], now), last.cursor, now))
    (gap,) = [one for payload in payloads for one in payload.gaps]
    assert gap.community == FORUMS[1]
    assert gap.start == state_of(last.cursor)[FORUMS[1]]["at"] < gap.stop
    assert gap.stop <= micros(min(one.published for one in records(TALK, payloads).values()))


def test_backfill_is_resumable_and_ends_where_it_should(platform, start):
    first, now = start + timedelta(hours=30), start + timedelta(hours=80)
    http = Direct([platform], start + timedelta(days=5))
    payloads = list(BOTH.backfill(http, None, first, now))
    found = {key for key, one in records(BOTH, payloads).items() if one.state == "public"}
    wanted = {f"discourse:{one.place}/{platform.ids[one.key]}"
              for one in platform.script.due(http.now) if first <= one.at < now}  # fmt: skip
    assert found == wanted
    assert len(wanted) > 60
    middle = len(payloads) // 2
    again = list(BOTH.backfill(http, payloads[middle].cursor, first, now))
    assert [state_of(one.cursor) for one in again] == [
        state_of(one.cursor) for one in payloads[middle + 1 :]
    ]
    assert list(BOTH.backfill(http, payloads[-1].cursor, first, now)) == []


def test_asked_again(platform, start):
    early, now = start + timedelta(hours=40), start + timedelta(days=5)
    found = records(BOTH, BOTH.backfill(Direct([platform], early), None, start, early))
    held = [key for key, one in found.items() if one.state == "public"]
    http = Direct([platform], now)
    payloads = list(BOTH.recheck(http, [*held, "discourse:else.example/1", "discourse:odd"], now))
    again = records(BOTH, payloads)
    due = platform.due(now)
    assert {key for key, one in again.items() if one.state == "public"} == set(held) & set(due)
    assert {key for key, one in again.items() if one.state == "deleted"} == set(held) - set(due)
    assert set(held) - set(due)
    assert len([one for one in http.asked if one.path == "/posts.json"]) < len(held) / 8


def test_an_edit_is_found_with_its_thread(platform, start):
    edits = [one for one in platform.happenings if one.act == "edit" and one.parent]
    edit = next(one for one in edits if {one.key, platform.script.root(one.key)} <= {
        item.key for item in platform.script.due(one.at)})  # fmt: skip
    before, after = edit.at - timedelta(seconds=1), edit.at
    found = records(BOTH, BOTH.backfill(Direct([platform], before), None, start, before))
    again = records(BOTH, BOTH.recheck(Direct([platform], after), list(found), after))
    ((key, one),) = [(key, one) for key, one in again.items()
                     if one.state == "public" and one.body != found[key].body]  # fmt: skip
    assert one.body == platform.due(after)[key]
    assert one.edited == edit.at
    assert (one.parent, one.root) == (found[key].parent, found[key].root)
    assert one.root


def test_what_is_closed_or_broken_proves_no_deletion(platform, start, now):
    private = [one for one in platform.script.live(now) if one.private and one.place == FORUMS[1]]
    ids = [f"discourse:{FORUMS[1]}/{platform.ids[one.key]}" for one in private]
    assert len(ids) > 2
    assert records(TALK, TALK.recheck(Direct([platform], now), ids, now)) == {}
    for refusal in (Response(b"", 502), Response(b"", 429), Response(b"<html>Sign in</html>")):
        says = Says(7, start, 5, {"/posts.json": refusal})
        with pytest.raises(SourceError):
            list(TALK.recheck(Direct([says], now), ids, now))


def test_a_window_that_comes_again_is_not_believed(platform, start, now):
    class Again(Platform):
        def _latest(self, request, now):
            return super()._latest(type(request)("GET", request.host, "", (), {}), now)

    (*_, last) = TALK.fetch(Direct([platform], start + timedelta(hours=9)), None, now)
    with pytest.raises(Malformed, match="page again"):
        list(TALK.fetch(Direct([Again(7, start, 5)], now), last.cursor, now))


@pytest.mark.parametrize(("answer", "error"), [
    (Response(b"<html>Sign in</html>"), Malformed),
    (Response(b'{"errors":["slow down"],"error_type":"rate_limit"}'), Malformed),
    (Response(b'{"latest_posts":[]}'), Malformed),
    (Response(b"", 403), Forbidden),
])  # fmt: skip
def test_what_is_no_list_is_an_error(answer, error, platform, start, now):
    (*_, last) = TALK.fetch(Direct([platform], start + timedelta(days=1)), None, now)
    says = Says(7, start, 5, {"/posts.json": answer})
    with pytest.raises(error):
        list(TALK.fetch(Direct([says], now), last.cursor, now))


@pytest.mark.parametrize("forum", ["https://talk.kiln.example", "talk.kiln.example/", "talk", ""])
def test_a_forum_is_named_plainly(forum):
    with pytest.raises(ValueError, match="no address"):
        Discourse(forums=(forum,))
    assert Discourse(forums=("example.org/community", "talk.kiln.example")).forums


def test_without_forums(now):
    with pytest.raises(SourceError, match="names no place"):
        list(Discourse().fetch(Direct([], now), None, now))
