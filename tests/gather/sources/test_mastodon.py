"""Mastodon's timelines, against saved pages and two invented servers."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from internet.direct import Direct
from internet.platforms.mastodon import SERVERS, TAG, native
from internet.platforms.mastodon import Mastodon as Platform
from internet.world import Response

from groundswell.errors import AuthRequired, Forbidden, Malformed, SourceError, Upstream
from groundswell.gather.listing import state_of
from groundswell.gather.source import Cursor
from groundswell.gather.sources.mastodon import NOTHING, RECENT, Mastodon
from groundswell.testing import run_checks
from groundswell.testing.sources import source_checks
from groundswell.types.moment import micros

BOTH = Mastodon(instances=SERVERS)
KILN = Mastodon(instances=SERVERS[1:])


class Unchanged(Direct):
    """Asks conditionally, as the real client does, and keeps what it asked with."""

    def __init__(self, platforms, now):
        super().__init__(platforms, now)
        self.marks, self.statuses = {}, []

    def get(self, url, *, params=None, headers=None):
        key = (url, json.dumps(params))
        fresh = "no-cache" in (headers or {}).get("Cache-Control", "")
        mark = {"If-None-Match": self.marks[key]} if key in self.marks and not fresh else {}
        answer = super().get(url, params=params, headers={**(headers or {}), **mark})
        self.marks[key] = answer.headers.get("etag", "")
        self.statuses.append(answer.status)
        return answer


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


def answer(told, status=200):
    return Response(json.dumps(told).encode(), status)


INSTANCE = {"domain": "kiln.example", "version": "4.2.0", "configuration": {}}


@pytest.fixture(scope="module")
def platform():
    from datetime import UTC, datetime

    return Platform(7, datetime(2026, 11, 1, tzinfo=UTC), 4)


@pytest.fixture
def now(start):
    return start + timedelta(days=2)


def test_golden(golden, platform, now):
    payloads = golden(KILN, "mastodon")
    assert len(payloads) == 2
    run_checks(source_checks(BOTH, payloads, http=Direct([platform], now), now=now))
    old = list(BOTH.fetch(Direct([platform], now - timedelta(days=1)), None, now))
    later = Later(old[-1].cursor)
    run_checks(source_checks(later, payloads, http=Direct([platform], now), now=now))


class Later(Mastodon):
    """Begins at a cursor, so that there is more than one page to fetch."""

    def __init__(self, begin):
        super().__init__(instances=SERVERS)
        object.__setattr__(self, "begin", begin)

    def fetch(self, http, since, now):
        return Mastodon.fetch(self, http, since or self.begin, now)


def test_holds_what_may_be_held(live, platform, start):
    shelf, http = live(BOTH, platform, hours=72, every=3)
    shelf.take(BOTH.recheck(http, list(shelf.bodies), http.now))
    assert shelf.bodies == platform.due(http.now)
    assert len(shelf.bodies) > 120
    assert not shelf.other
    assert not shelf.gaps
    assert all(name.startswith(SERVERS) for name in state_of(shelf.cursor))


def test_nothing_that_is_held_names_a_person(platform, start, now):
    payloads = list(BOTH.backfill(Direct([platform], now), None, start, now))
    records = [one for payload in payloads for one in BOTH.parse(payload)]
    people = {one.author for one in platform.happenings}
    assert len(records) > 60
    for record in records:
        assert not any(who in part for part in (record.id, record.parent or "", record.url)
                       for who in people if f"/{who}" in part or f"@{who}" in part)  # fmt: skip
        assert record.author.endswith(f"@{record.community}")


def test_accounts_that_ask_to_be_left_alone(platform, start, now):
    shy = [one for one in platform.script.live(now) if one.author in platform.shy]
    assert len({one.author for one in shy}) >= 5
    options = {"indexable": False, "bots": True, "instances": SERVERS}
    bold = Mastodon(**options)
    ids = [f"mastodon:{one.place}/{native(one)}" for one in shy]
    for source, most in ((BOTH, 0), (bold, 2)):
        payloads = list(source.backfill(Direct([platform], now), None, start, now))
        found = {one.id: one for payload in payloads for one in source.parse(payload)}
        held = {one.author for one in shy if f"mastodon:{one.place}/{native(one)}" in found}
        assert len(held) <= 2 * -(-len(platform.shy) // 5)
        assert (len(held) > 0) == (most > 0)
        asked = [one for payload in source.recheck(Direct([platform], now), ids, now)
                 for one in source.parse(payload)]  # fmt: skip
        assert {one.id for one in asked} == set(ids)
        assert {one.state for one in asked} == ({"removed", "public"} if most else {"removed"})


def test_only_chosen_languages(platform, now):
    german = Mastodon(instances=SERVERS, languages=("de",))
    records = [one for payload in german.fetch(Direct([platform], now), None, now)
               for one in german.parse(payload)]  # fmt: skip
    assert {one.lang for one in records} == {"de", "und"}


def test_hashtags_five_a_question(platform, now):
    tags = ("#boats", "nothing", "x", "y", "z", TAG)
    source = Mastodon(instances=SERVERS, tags=tags)
    http = Direct([platform], now)
    records = [one for payload in source.fetch(http, None, now) for one in source.parse(payload)]
    assert records
    assert all(f"#{TAG}" in one.text for one in records)
    asked = [(one.path, [value for key, value in one.query if key == "any[]"])
             for one in http.asked if "timelines" in one.path]  # fmt: skip
    assert asked == 2 * [("/api/v1/timelines/tag/boats", ["nothing", "x", "y", "z"]),
                         (f"/api/v1/timelines/tag/{TAG}", [])]  # fmt: skip
    (*_, last) = source.fetch(http, None, now)
    assert state_of(last.cursor)["kiln.example#boats#nothing#x#y#z"] == {"at": 0, "ids": ["0"]}


def test_what_becomes_visible_late_is_seen(platform, start):
    now = start + timedelta(days=1)
    http = Direct([platform], now)
    (*_, last) = BOTH.fetch(http, None, now)
    known = state_of(last.cursor)["kiln.example"]["ids"]
    assert len(known) == RECENT
    late = next(one for one in known[1:] if f"mastodon:kiln.example/{one}" in platform.due(now))
    cursor = json.loads(last.cursor)
    cursor["kiln.example"]["ids"].remove(late)
    records = [one for payload in BOTH.fetch(http, Cursor(json.dumps(cursor)), now)
               for one in BOTH.parse(payload)]  # fmt: skip
    assert [one.id for one in records] == [f"mastodon:kiln.example/{late}"]


def test_an_unchanged_answer_is_nothing_new(platform, now):
    http = Unchanged([platform], now)
    (*_, last) = BOTH.fetch(http, None, now)
    assert list(BOTH.fetch(http, last.cursor, now)) == []
    http.statuses.clear()
    assert list(BOTH.fetch(http, last.cursor, now)) == []
    assert http.statuses == [304] * 4
    (first, _) = BOTH.fetch(http, None, now)  # without a cursor it begins all the same
    assert len(json.loads(first.body)) > 20


def test_one_server_that_is_down_does_not_hold_up_the_other(start, now):
    down = Says(7, start, 4, {"brackwater.example": Response(b"", 502)})
    payloads = []
    with pytest.raises(Upstream, match="brackwater"):
        payloads.extend(BOTH.fetch(Direct([down], now), None, now))
    assert {one.url for one in payloads} == {"https://kiln.example/api/v1/timelines/public"}


@pytest.mark.parametrize(("answers", "error", "words"), [
    ({"/instance": answer({"configuration": {"timelines_access": {"live_feeds": {
        "local": "disabled"}}}})}, Forbidden, "closes its timelines"),
    ({"/instance": answer(INSTANCE), "/timelines": answer([])}, Forbidden, "empty timeline"),
    ({"/timelines": answer({"error": "This method requires"}, 401)}, AuthRequired, "401"),
    ({"/timelines": Response(b"<html>Sign in</html>", 200, "text/html")}, Malformed, "JSON"),
    ({"/timelines": answer({"error": "odd"})}, Malformed, "not a list"),
    ({"/instance": answer([])}, Malformed, "not an object"),
])  # fmt: skip
def test_a_closed_timeline_is_an_error_and_not_silence(answers, error, words, start, now):
    platform = Says(7, start, 4, answers)
    with pytest.raises(error, match=words):
        list(KILN.fetch(Direct([platform], now), None, now))


def test_a_timeline_that_closes_later_is_an_error_too(platform, start, now):
    (*_, last) = KILN.fetch(Direct([platform], now), None, now)
    closed = Says(7, start, 4, {"/instance": answer(INSTANCE), "/timelines": answer([])})
    with pytest.raises(Forbidden, match="empty timeline"):
        list(KILN.fetch(Direct([closed], now), last.cursor, now))


def test_a_timeline_that_says_it_is_open_may_be_empty(platform, start):
    (one,) = KILN.fetch(Direct([platform], start), None, start)
    assert state_of(one.cursor)["kiln.example"]["ids"] == list(NOTHING)
    then = start + timedelta(days=1)
    later = list(KILN.fetch(Direct([platform], then), one.cursor, then))
    assert sum(len(json.loads(payload.body)) for payload in later) > 20


def test_backfill_brings_everything_between_two_times(platform, start):
    first, now = start + timedelta(hours=20), start + timedelta(days=3)
    http = Direct([platform], start + timedelta(days=4))
    payloads = list(KILN.backfill(http, None, first, now))
    records = {one.id for payload in payloads for one in KILN.parse(payload)}
    wanted = {f"mastodon:{one.place}/{native(one)}" for one in platform.script.due(http.now)
              if one.place == "kiln.example" and first <= one.at < now}  # fmt: skip
    assert records == wanted
    assert len(wanted) > 40
    assert not any(payload.gaps for payload in payloads)
    again = list(KILN.backfill(http, payloads[0].cursor, first, now))
    assert [one.body for one in again] == [one.body for one in payloads[1:]]
    assert list(KILN.backfill(http, payloads[-1].cursor, first, now)) == []


def test_backfill_says_where_a_server_has_nothing_older(platform, start, now):
    payloads = list(KILN.backfill(Direct([platform], now), None, start - timedelta(days=9), now))
    ((gap,),) = [payload.gaps for payload in payloads if payload.gaps]
    oldest = min(one.at for one in platform.script.live(now)
                 if one.place == "kiln.example" and one.number >= 0)  # fmt: skip
    assert (gap.start, gap.community) == (micros(start - timedelta(days=9)), "kiln.example")
    assert gap.stop == micros(oldest)


def test_backfill_goes_straight_to_its_end_where_ids_are_times(platform, start):
    http = Direct([platform], start + timedelta(days=4))
    stop = start + timedelta(hours=20)
    list(KILN.backfill(http, None, start, stop))
    below = [one.get("max_id") for one in http.asked if "timelines" in one.path]
    assert below[0] == ""
    assert abs((int(below[1]) >> 16) * 1000 - micros(stop)) <= 1000


def test_a_page_that_comes_again_is_not_believed(start, now):
    class Again(Platform):
        def respond(self, request, now):
            query = tuple(pair for pair in request.query if pair[0] != "max_id")
            request = type(request)("GET", request.host, request.path, query, request.headers)
            return super().respond(request, now)

    http = Direct([Again(7, start, 4)], now)
    with pytest.raises(Malformed, match="page again"):
        list(KILN.backfill(http, None, start - timedelta(days=1), now))


def test_asked_again(platform, start, now):
    shelf = {}
    for payload in BOTH.backfill(Direct([platform], now), None, start, now):
        shelf |= {one.id: one for one in BOTH.parse(payload)}
    later = now + timedelta(days=2)
    http = Direct([platform], later)
    payloads = list(BOTH.recheck(http, [*shelf, "mastodon:elsewhere.example/1"], later))
    assert all(len(json.loads(one.body)["asked"]) <= 20 for one in payloads)
    found = {one.id: one for payload in payloads for one in BOTH.parse(payload)}
    assert set(found) == set(shelf)
    due = platform.due(later)
    assert {key for key, one in found.items() if one.state == "public"} == set(shelf) & set(due)
    changed = [key for key in set(shelf) & set(due) if found[key].body != shelf[key].body]
    assert changed
    assert all(found[key].body == due[key] and found[key].edited for key in changed)
    assert list(BOTH.recheck(http, [], later)) == []


def test_an_answer_without_any_post_is_asked_to_prove_it(platform, start, now):
    ids = [f"mastodon:kiln.example/{number}" for number in (1, 2)]
    (payload,) = KILN.recheck(Direct([platform], now), ids, now)
    assert [one.state for one in KILN.parse(payload)] == ["deleted", "deleted"]
    (post, *_) = [one for one in platform.script.live(now) if one.place == "kiln.example"]
    one = f"mastodon:kiln.example/{native(post)}"

    class Shut(Platform):
        def respond(self, request, now):
            if request.path == "/api/v1/statuses":
                return answer([])
            return super().respond(request, now)

    assert list(KILN.recheck(Direct([Shut(7, start, 4)], now), [one], now)) == []
    refusing = Says(7, start, 4, {"/api/v1/statuses": answer({"error": "x"}, 403)})
    with pytest.raises(Forbidden):
        list(KILN.recheck(Direct([refusing], now), [one], now))


@pytest.mark.parametrize("instance", ["https://kiln.example", "kiln.example/", "@kiln", ""])
def test_an_instance_is_a_host(instance):
    with pytest.raises(ValueError, match="no host name"):
        Mastodon(instances=(instance,))


def test_without_instances(now):
    with pytest.raises(SourceError, match="names no place"):
        list(Mastodon().fetch(Direct([], now), None, now))
