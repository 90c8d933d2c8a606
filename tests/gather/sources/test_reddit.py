"""Reddit's lists, feeds and archive, against saved pages and three invented subreddits."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from internet.direct import Direct
from internet.platforms.reddit import CLIENT, SECRET, SUBS, TOKEN, fullname
from internet.platforms.reddit import Reddit as Platform
from internet.world import Response

from groundswell.errors import AuthRequired, Forbidden, Malformed, NotFound, SourceError, Throttled
from groundswell.gather.archive import Row
from groundswell.gather.archives import reddit as dumps
from groundswell.gather.listing import state_of
from groundswell.gather.source import Cursor, Payload
from groundswell.gather.sources.reddit import Reddit
from groundswell.gather.sources.redditfeeds import RedditFeeds
from groundswell.http.answer import Answer
from groundswell.testing import run_checks
from groundswell.testing.sources import source_checks
from groundswell.types.moment import micros

ALL = Reddit(subreddits=SUBS, token=TOKEN)
FEEDS = RedditFeeds(subreddits=SUBS)


class Site(Platform):
    """The public site has the same items as the lists."""

    hosts = (*Platform.hosts, "www.reddit.com")


class Says(Site):
    """Answers some addresses with something else."""

    def __init__(self, seed, start, days, answers):
        super().__init__(seed, start, days)
        self.others = answers

    def respond(self, request, now):
        for part, answer in self.others.items():
            if part in request.host + request.path:
                return answer
        return super().respond(request, now)


@pytest.fixture(scope="module")
def platform():
    from datetime import UTC, datetime

    return Site(7, datetime(2026, 11, 1, tzinfo=UTC), 5)


@pytest.fixture
def now(start):
    return start + timedelta(days=4)


def records(source, payloads):
    return {one.id: one for payload in payloads for one in source.parse(payload)}


def public(found):
    return {key: one for key, one in found.items() if one.state == "public"}


def test_golden(golden, platform, now):
    payloads = golden(Reddit(), "reddit")
    assert len(payloads) == 3
    run_checks(source_checks(ALL, payloads, http=Direct([platform], now), now=now))
    (*_, last) = ALL.fetch(Direct([platform], now - timedelta(days=3)), None, now)
    run_checks(source_checks(Later(last.cursor), payloads, http=Direct([platform], now), now=now))


class Later(Reddit):
    """Begins at a cursor, so that there is more than one page to fetch."""

    def __init__(self, begin):
        super().__init__(subreddits=SUBS, token=TOKEN)
        object.__setattr__(self, "begin", begin)

    def fetch(self, http, since, now):
        return Reddit.fetch(self, http, since or self.begin, now)


def test_golden_feeds(golden, platform, now):
    payloads = golden(FEEDS, "redditfeeds")
    assert len(payloads) == 2
    one = RedditFeeds(subreddits=SUBS[:1], comments=False)
    run_checks(source_checks(one, payloads, http=Direct([platform], now), now=now))


def test_holds_what_stands(live, platform):
    shelf, http = live(ALL, platform, hours=72, every=3)
    shelf.take(ALL.recheck(http, list(shelf.bodies), http.now))
    assert shelf.bodies == platform.due(http.now)
    assert len(shelf.bodies) > 170
    assert not shelf.other
    assert not shelf.gaps


def test_the_same_record_as_the_dumps_give(platform, start, now):
    found = public(records(ALL, ALL.backfill(Direct([platform], now), None, start, now)))
    assert len(found) > 170
    archive = dumps.Reddit()
    for item in platform.script.due(now):
        row = archive.parse(Row(1, json.dumps(platform._row(item, now)).encode()))
        live = found[row.id]
        for part in ("source", "kind", "community", "title", "text", "url", "author", "parent",
                     "root", "published"):  # fmt: skip
            assert getattr(row, part) == getattr(live, part), part


def test_threads_are_whole(platform, start, now):
    found = public(records(ALL, ALL.backfill(Direct([platform], now), None, start, now)))
    comments = [one for one in found.values() if one.kind == "comment"]
    assert len(comments) > 90
    assert all(one.root and one.parent for one in comments)
    assert sum(one.root in found for one in comments) > 0.75 * len(comments)


def test_what_is_approved_late_is_seen(platform):
    end = platform.happenings[-1].at
    late = [one for one in platform.script.due(end) if one.shown > one.at and one.parent]
    item = max(late, key=lambda one: one.shown - one.at)
    source = Reddit(subreddits=(item.place,), token=TOKEN)
    before, after = item.shown - timedelta(seconds=1), item.shown
    (*_, last) = source.fetch(Direct([platform], before), None, before)
    found = records(source, source.fetch(Direct([platform], after), last.cursor, after))
    assert list(found) == [f"reddit:{fullname(item)}"]


def test_a_list_that_ends_before_what_is_known_is_a_gap(platform, start, now):
    class Short(Platform):
        def _listed(self, sub, what, now):
            return super()._listed(sub, what, now)[:10]

    source = Reddit(subreddits=SUBS[:1], token=TOKEN, comments=False)
    early = start + timedelta(days=1)
    (*_, last) = source.fetch(Direct([platform], early), None, early)
    (payload,) = source.fetch(Direct([Short(7, start, 5)], now), last.cursor, now)
    (gap,) = payload.gaps
    assert (gap.community, gap.permille) == ("r/gardening", 0)
    assert gap.start == state_of(last.cursor)["/r/gardening/new"]["at"]
    assert gap.stop == micros(min(one.published for one in source.parse(payload)))


def test_backfill_says_where_the_lists_end(platform, start, now, monkeypatch):
    from groundswell.gather.sources import reddit

    whole = list(ALL.backfill(Direct([platform], now), None, start - timedelta(days=3), now))
    assert not any(payload.gaps for payload in whole)  # short lists hold all there is
    monkeypatch.setattr(reddit, "FULL", 20)
    payloads = list(ALL.backfill(Direct([platform], now), None, start - timedelta(days=3), now))
    gaps = [gap for payload in payloads for gap in payload.gaps]
    assert {gap.community for gap in gaps} == {f"r/{sub}" for sub in SUBS}
    assert {gap.start for gap in gaps} == {micros(start - timedelta(days=3))}
    assert list(ALL.backfill(Direct([platform], now), payloads[-1].cursor, start, now)) == []


def test_the_archive_fills_in_the_past(platform, start):
    source = Reddit(subreddits=SUBS, arctic=True)
    first, now = start + timedelta(hours=20), start + timedelta(hours=100)
    http = Direct([platform], start + timedelta(days=5))
    payloads = list(source.backfill(http, None, first, now))
    assert not any(payload.gaps for payload in payloads)
    found = public(records(source, payloads))
    wanted = {f"reddit:{fullname(one)}": one for one in platform.script.due(http.now)
              if first <= one.at < now}  # fmt: skip
    assert wanted.keys() <= found.keys()
    due = platform.due(http.now)
    assert all(one.body == due[key] for key, one in found.items())
    middle = len(payloads) // 2
    again = list(source.backfill(http, payloads[middle].cursor, first, now))
    assert [one.body for one in again] == [one.body for one in payloads[middle + 1 :]]


def test_the_last_second_of_a_full_page_is_read_again(start):
    first = int(start.timestamp())

    asked = []

    class Archive:
        def get(self, url, *, params=None, headers=None):
            asked.append((url.rpartition("api/")[2], params["after"] - first))
            page = len(asked)
            items = [{"id": f"{page}{number}", "created_utc": first + 60 * page, "body": "x"}
                     for number in range(100 if page < 3 else 7)]  # fmt: skip
            return Answer(url, 200, {}, json.dumps({"data": items}).encode(), start)

    source = Reddit(subreddits=("gardening",), arctic=True, comments=False)
    payloads = list(source.backfill(Archive(), None, start, start + timedelta(hours=1)))
    assert asked == [("posts/search", -1), ("posts/search", 59), ("posts/search", 119)]
    assert len(payloads) == 3


def test_asked_again(platform, start):
    early, now = start + timedelta(hours=40), start + timedelta(days=5)
    found = public(records(ALL, ALL.backfill(Direct([platform], early), None, start, early)))
    http = Direct([platform], now)
    again = records(ALL, ALL.recheck(http, [*found, "reddit:t1_nobody"], now))
    assert set(again) == {*found, "reddit:t1_nobody"}
    assert public(again).keys() == found.keys() & platform.due(now).keys()
    assert found.keys() - public(again).keys()
    assert all(len(one.get("id").split(",")) <= 100 for one in http.asked)
    empty = Says(7, start, 5, {"/api/info": Response(b'{"data":{"children":[]}}')})
    with pytest.raises(Malformed, match="knows none"):
        list(ALL.recheck(Direct([empty], now), list(found), now))


def test_an_edit_is_found_by_asking_again(platform, start):
    edit = next(one for one in platform.happenings if one.act == "edit" and not one.private
                and one.key in {item.key for item in platform.script.due(one.at)})  # fmt: skip
    before, after = edit.at - timedelta(seconds=1), edit.at
    found = public(records(ALL, ALL.backfill(Direct([platform], before), None, start, before)))
    again = records(ALL, ALL.recheck(Direct([platform], after), list(found), after))
    ((key, one),) = [(key, one) for key, one in again.items() if one.body != found[key].body]
    assert one.body == platform.due(after)[key]
    assert one.edited == edit.at


def test_what_moderators_took_away_is_never_held(platform, start, now):
    private = [one for one in platform.script.live(now) if one.private]
    found = records(ALL, ALL.backfill(Direct([platform], now), None, start, now))
    assert {found[f"reddit:{fullname(one)}"].state for one in private} == {"removed"}


def test_a_token_is_asked_for_once(platform, now):
    source = Reddit(subreddits=SUBS, client=CLIENT, secret=SECRET)
    http = Direct([platform], now)
    assert list(source.fetch(http, None, now))
    list(source.fetch(http, None, now + timedelta(hours=22)))
    assert [one.path for one in http.asked].count("/api/v1/access_token") == 1
    list(source.fetch(http, None, now + timedelta(hours=24)))
    assert [one.path for one in http.asked].count("/api/v1/access_token") == 2
    assert SECRET not in repr(source)
    assert TOKEN not in repr(source)


def test_a_token_that_was_revoked_is_asked_for_anew(platform, now):
    source = Reddit(subreddits=SUBS[:1], client=CLIENT, secret=SECRET)
    http = Direct([platform], now)
    assert list(source.fetch(http, None, now))
    refusing = Says(7, now, 1, {"/r/gardening/": Response(b"", 401)})
    with pytest.raises(AuthRequired):
        list(source.fetch(Direct([refusing], now), None, now))
    assert list(source.fetch(http, None, now))
    assert [one.path for one in http.asked].count("/api/v1/access_token") == 2


def test_without_the_right_credentials(platform, now):
    with pytest.raises(AuthRequired, match="neither token nor client"):
        list(Reddit(subreddits=SUBS[:1]).fetch(Direct([platform], now), None, now))
    wrong = Reddit(subreddits=SUBS[:1], client=CLIENT, secret="guessed")
    with pytest.raises(AuthRequired, match="401"):
        list(wrong.fetch(Direct([platform], now), None, now))
    refused = Says(7, now, 1, {"access_token": Response(b'{"error":"unsupported_grant_type"}')})
    with pytest.raises(AuthRequired, match="unsupported_grant_type"):
        list(wrong.fetch(Direct([refused], now), None, now))
    with pytest.raises(AuthRequired, match="401"):
        list(Reddit(subreddits=SUBS[:1], token="old").fetch(Direct([platform], now), None, now))


@pytest.mark.parametrize(("answer", "error"), [
    (Response(b"<html>blocked</html>"), Malformed),
    (Response(b'{"reason":"banned"}'), Malformed),
    (Response(b'{"reason":"private"}', 403), Forbidden),
    (Response(b'{"reason":"banned"}', 404), NotFound),
    (Response(b"", 429), Throttled),
    (Response(b'{"kind":"Listing","data":{"children":[],"after":null}}'), Malformed),
])  # fmt: skip
def test_a_refusal_is_an_error_and_holds_up_nobody_else(answer, error, platform, start, now):
    early = start + timedelta(days=1)
    (*_, last) = ALL.fetch(Direct([platform], early), None, early)
    says = Says(7, start, 5, {"/r/gardening/": answer})
    payloads = []
    with pytest.raises(error):
        payloads.extend(ALL.fetch(Direct([says], now), last.cursor, now))
    assert {one.community for one in records(ALL, payloads).values()} == {
        "r/BoatBuilding", "r/slowbread",
    }  # fmt: skip


def test_feeds_take_turns_one_a_visit(platform, start):
    http, cursor, found, gaps = Direct([platform], start), None, {}, []
    for visit in range(120):
        http.now = start + timedelta(minutes=20 * visit)
        for payload in FEEDS.fetch(http, cursor, http.now):
            cursor, gaps = payload.cursor, [*gaps, *payload.gaps]
            found |= {one.id: one for one in FEEDS.parse(payload)}
    assert len(http.asked) == 120
    assert [one.path for one in http.asked[:7]] == [
        "/r/gardening/new/.rss", "/r/gardening/comments/.rss", "/r/BoatBuilding/new/.rss",
        "/r/BoatBuilding/comments/.rss", "/r/slowbread/new/.rss", "/r/slowbread/comments/.rss",
        "/r/gardening/new/.rss",
    ]  # fmt: skip
    due = {f"reddit:{fullname(one)}": one for one in platform.script.due(http.now)
           if one.shown < http.now - timedelta(hours=2)}  # fmt: skip
    assert due.keys() <= found.keys()
    assert len(due) > 80
    assert gaps == []
    for key, item in due.items():
        one = found[key]
        assert one.author == item.author
        assert one.root == (f"reddit:t3_{item.root}" if item.parent else None)
        assert one.community == f"r/{item.place}"


def test_a_feed_says_the_same_as_the_list(platform, start, now):
    listed = public(records(ALL, ALL.backfill(Direct([platform], now), None, start, now)))
    cursor, http = None, Direct([platform], now)
    for _ in range(6):
        for payload in FEEDS.fetch(http, cursor, now):
            cursor = payload.cursor
            for one in FEEDS.parse(payload):
                same = listed[one.id]
                assert (one.body, one.url, one.kind) == (same.body, same.url, same.kind)


def test_a_feed_that_is_refused_loses_its_turn_and_a_throttled_one_waits(start, now):
    says = Says(7, start, 5, {"/r/gardening/new": Response(b"", 403)})
    payloads = []
    with pytest.raises(Forbidden):
        payloads.extend(FEEDS.fetch(Direct([says], now), None, now))
    (payload,) = payloads
    assert list(FEEDS.parse(payload)) == []
    (after,) = FEEDS.fetch(Direct([says], now), payload.cursor, now)
    assert after.url.endswith("/r/gardening/comments")
    busy = Says(7, start, 5, {"/r/gardening/new": Response(b"", 429)})
    payloads = []
    with pytest.raises(Throttled):
        payloads.extend(FEEDS.fetch(Direct([busy], now), None, now))
    assert payloads == []


def test_a_feed_too_short_is_a_gap(platform, start, now):
    one = RedditFeeds(subreddits=SUBS[:1], comments=False)
    early = start + timedelta(days=1)

    class Short(Direct):
        def get(self, url, *, params=None, headers=None):
            return super().get(url, params={"limit": 3}, headers=headers)

    (first,) = one.fetch(Short([platform], early), None, early)
    (later,) = one.fetch(Short([platform], now), first.cursor, now)
    (gap,) = later.gaps
    assert (gap.community, gap.start) == (
        "r/gardening", state_of(first.cursor)["/r/gardening/new"]["at"]
    )  # fmt: skip
    assert gap.stop == micros(min(one.published for one in one.parse(later)))


def test_a_page_that_is_no_feed():
    with pytest.raises(Malformed, match="no feed"):
        list(FEEDS.parse(Payload(b"<rss><channel/></rss>", Cursor(""))))


@pytest.mark.parametrize("sub", ["r/gardening", "a", "garden ing", ""])
@pytest.mark.parametrize("made", [Reddit, RedditFeeds])
def test_a_subreddit_is_named_plainly(made, sub):
    with pytest.raises(ValueError, match="no name"):
        made(subreddits=(sub,))


@pytest.mark.parametrize("source", [Reddit(token=TOKEN), RedditFeeds()])
def test_without_subreddits(source, now):
    with pytest.raises(SourceError, match="names no place"):
        list(source.fetch(Direct([], now), None, now))
