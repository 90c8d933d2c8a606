"""Lemmy in both versions, against saved pages and two invented servers."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from internet.direct import Direct
from internet.platforms.lemmy import NEW, OLD, PLACES
from internet.platforms.lemmy import Lemmy as Platform
from internet.world import Response

from groundswell.errors import Forbidden, Malformed, SourceError, Throttled, Upstream
from groundswell.gather.listing import state_of
from groundswell.gather.sources.lemmy import PAGE, Lemmy
from groundswell.testing import run_checks
from groundswell.testing.sources import source_checks
from groundswell.types.moment import micros

WHOLE = Lemmy(instances=(OLD,), communities=(PLACES[2],))
BOATS = Lemmy(communities=(PLACES[0],))


class Says(Platform):
    """Answers some addresses with something else."""

    def __init__(self, seed, start, days, answers):
        super().__init__(seed, start, days)
        self.others = answers

    def respond(self, request, now):
        for part, answer in self.others.items():
            if part in request.host + request.path + "?" + request.get("id"):
                return answer
        return super().respond(request, now)


class Bodies(Direct):
    """Keeps what a refusal says, as the real client does."""

    def _answer(self, url, response):
        try:
            return super()._answer(url, response)
        except SourceError as problem:
            problem.status, problem.body = response.status, response.body
            raise


@pytest.fixture(scope="module")
def platform():
    from datetime import UTC, datetime

    return Platform(7, datetime(2026, 11, 1, tzinfo=UTC), 5)


@pytest.fixture
def now(start):
    return start + timedelta(days=4)


def records(source, payloads):
    return {one.id: one for payload in payloads for one in source.parse(payload)}


def home(key):
    return key.removeprefix("lemmy:").partition("/")[0]


def test_golden(golden, platform, start, now):
    payloads = golden(WHOLE, "lemmy")
    assert len(payloads) == 3
    run_checks(source_checks(WHOLE, payloads, http=Direct([platform], now), now=now))
    (*_, last) = WHOLE.fetch(Direct([platform], now - timedelta(days=3)), None, now)
    run_checks(source_checks(Later(last.cursor), payloads, http=Direct([platform], now), now=now))


class Later(Lemmy):
    """Begins at a cursor, so that there is more than one page to fetch."""

    def __init__(self, begin):
        super().__init__(instances=WHOLE.instances, communities=WHOLE.communities)
        object.__setattr__(self, "begin", begin)

    def fetch(self, http, since, now):
        return Lemmy.fetch(self, http, since or self.begin, now)


def test_holds_what_may_be_held(live, platform):
    shelf, http = live(WHOLE, platform, hours=72, every=4)
    shelf.take(WHOLE.recheck(http, list(shelf.bodies), http.now))
    assert shelf.bodies == platform.due(http.now)
    assert len(shelf.bodies) > 120
    assert {home(key) for key in shelf.bodies} == {OLD, NEW}
    assert not shelf.other
    assert not shelf.gaps


def test_threads_are_whole(platform, start, now):
    found = records(WHOLE, WHOLE.backfill(Direct([platform], now), None, start, now))
    comments = [one for one in found.values() if one.kind == "comment"]
    posts = {key for key, one in found.items() if one.kind == "post"}
    assert len(comments) > 60
    for one in comments:
        assert "/post/" in one.root
        assert ("/post/" in one.parent) == (one.parent == one.root)
    assert sum(one.root in posts for one in comments) > 0.7 * len(comments)
    assert any("/comment/" in one.parent for one in comments)


def test_languages_are_named(platform, start, now):
    found = records(WHOLE, WHOLE.backfill(Direct([platform], now), None, start, now))
    assert {one.lang for one in found.values()} == {"en", "de", "und"}
    german = Lemmy(instances=(OLD,), languages=("de",))
    found = records(german, german.backfill(Direct([platform], now), None, start, now))
    assert {one.lang for one in found.values()} == {"de", "und"}


def test_who_asks_to_be_left_alone_is(platform, start, now):
    private = [one for one in platform.script.live(now) if one.private]
    assert len({one.author for one in private}) > 2
    for bots in (False, True):
        source = Lemmy(instances=(OLD, NEW), bots=bots)
        found = records(source, source.backfill(Direct([platform], now), None, start, now))
        names = {one.author.rpartition("/")[2] for one in found.values()}
        assert bool(names & {one.author for one in private}) == bots
    ids = [f"lemmy:{one.place.partition('@')[2]}/{'comment' if one.parent else 'post'}/"
           f"{platform.ids[one.key]}" for one in private]  # fmt: skip
    source = Lemmy(instances=(OLD, NEW))
    found = records(source, source.recheck(Direct([platform], now), ids, now))
    assert {key: one.state for key, one in found.items()} == dict.fromkeys(ids, "removed")


def test_one_community_is_read_where_it_lives(platform, now):
    http = Direct([platform], now)
    found = records(BOATS, BOATS.fetch(http, None, now))
    assert {one.community for one in found.values()} == {PLACES[0]}
    assert {one.host for one in http.asked} == {OLD}
    lists = [one for one in http.asked if one.path.endswith("/list")]
    assert {(one.get("community_name"), one.get("type_")) for one in lists} == {("boats", "All")}


def test_a_pause_longer_than_a_visit_is_a_gap(platform, start, now, monkeypatch):
    from groundswell.gather.sources import lemmy

    monkeypatch.setattr(lemmy, "PAGES", 1)
    (*_, last) = WHOLE.fetch(Direct([platform], start + timedelta(hours=9)), None, now)
    payloads = list(WHOLE.fetch(Direct([platform], now), last.cursor, now))
    (gap,) = [one for payload in payloads for one in payload.gaps]
    assert gap.community == "*"
    assert gap.start == state_of(last.cursor)[f"{OLD}/comment"]["at"]
    first = min(one.published for one in records(WHOLE, payloads).values()
                if one.kind == "comment" and home(one.id) == OLD)  # fmt: skip
    assert gap.stop <= micros(first)
    assert list(WHOLE.fetch(Direct([platform], now), payloads[-1].cursor, now)) == []


def test_late_arrivals_from_other_servers_are_seen(platform):
    late = [one for one in platform.script.due(platform.happenings[-1].at) if one.shown > one.at]
    assert len(late) > 10
    item = max((one for one in late if one.place == PLACES[0]), key=lambda one: one.shown - one.at)
    before, after = item.shown - timedelta(seconds=1), item.shown
    (*_, last) = BOATS.fetch(Direct([platform], before), None, before)
    found = records(BOATS, BOATS.fetch(Direct([platform], after), last.cursor, after))
    assert [key.rpartition("/")[2] for key in found] == [str(platform.ids[item.key])]


def test_backfill_is_resumable_and_ends_where_it_should(platform, start):
    first, now = start + timedelta(hours=30), start + timedelta(hours=80)
    http = Direct([platform], start + timedelta(days=5))
    payloads = list(WHOLE.backfill(http, None, first, now))
    found = records(WHOLE, payloads)
    wanted = {f"lemmy:{one.place.partition('@')[2]}/{'comment' if one.parent else 'post'}/"
              f"{platform.ids[one.key]}" for one in platform.script.due(http.now)
              if first <= one.at < now}  # fmt: skip
    assert set(found) == wanted
    assert len(wanted) > 80
    middle = len(payloads) // 2
    again = list(WHOLE.backfill(http, payloads[middle].cursor, first, now))
    assert [one.body for one in again] == [one.body for one in payloads[middle + 1 :]]
    assert list(WHOLE.backfill(http, payloads[-1].cursor, first, now)) == []


def test_asked_again(platform, start):
    early, now = start + timedelta(hours=40), start + timedelta(days=5)
    found = records(WHOLE, WHOLE.backfill(Direct([platform], early), None, start, early))
    payloads = list(WHOLE.recheck(Direct([platform], now), [*found, "lemmy:else.example/post/1"],
                                  now))  # fmt: skip
    again = records(WHOLE, payloads)
    assert set(again) == set(found)
    due = platform.due(now)
    assert {key for key, one in again.items() if one.state == "public"} == set(found) & set(due)
    assert {one.state for one in again.values()} > {"public"}


def test_an_edit_is_found_by_asking_again(platform, start):
    edit = next(one for one in platform.happenings if one.act == "edit" and not one.private)
    before, after = edit.at - timedelta(seconds=1), edit.at
    found = records(WHOLE, WHOLE.backfill(Direct([platform], before), None, start, before))
    again = records(WHOLE, WHOLE.recheck(Direct([platform], after), list(found), after))
    ((key, one),) = [(key, one) for key, one in again.items() if one.body != found[key].body]
    assert one.body == platform.due(after)[key]
    assert one.edited == edit.at
    assert (one.parent, one.root) == (found[key].parent, found[key].root)


def test_only_a_plain_no_is_a_deletion(platform, start, now):
    ids = [f"lemmy:{OLD}/post/{platform.ids[one.key]}" for one in platform.script.live(now)
           if not one.parent and one.place == PLACES[0] and one.due][:3]  # fmt: skip
    number = ids[1].rpartition("/")[2]
    old = Response(b'{"error":"couldnt_find_post"}', 400)
    source = Lemmy(instances=(OLD,))
    says = Says(7, start, 5, {f"/post?{number}": old})
    again = records(source, source.recheck(Bodies([says], now), ids, now))
    assert [one.state for one in again.values()] == ["public", "public", "deleted"]
    for refusal, error in (
        (Response(b'{"error":"rate_limit_error"}', 400), SourceError),
        (Response(b'{"error":"rate_limit_error"}', 429), Throttled),
        (Response(b"", 502), Upstream),
        (Response(b"", 403), Forbidden),
        (Response(b"<html>Sign in</html>"), Malformed),
    ):
        says = Says(7, start, 5, {f"/post?{number}": refusal})
        payloads = []
        with pytest.raises(error):
            payloads.extend(source.recheck(Bodies([says], now), ids, now))
        assert set(records(source, payloads)) == {ids[0]}


@pytest.mark.parametrize(("answers", "error", "words"), [
    ({"v3/site": Response(json.dumps({"site_view": {"local_site": {
        "private_instance": True}}}).encode())}, Forbidden, "closed to visitors"),
    ({"v4/site": Response(b"", 429)}, Throttled, "429"),
    ({"v4/site": Response(b"<html>a page</html>"), "v3/site": Response(b"<html>")}, Malformed,
     "JSON"),
    ({"/list": Response(b'{"error":"rate_limit_error"}')}, Malformed, "not a list"),
    ({"/list": Response(b'{"posts":[],"comments":[]}')}, Malformed, "empty list"),
])  # fmt: skip
def test_what_is_no_list_is_an_error(answers, error, words, platform, start, now):
    source = Lemmy(instances=(OLD,))
    early = start + timedelta(days=1)
    (*_, last) = source.fetch(Direct([platform], early), None, early)
    with pytest.raises(error, match=words):
        list(source.fetch(Direct([Says(7, start, 5, answers)], now), last.cursor, now))


def test_a_web_page_in_place_of_version_four_means_version_three(start, now):
    says = Says(7, start, 5, {"v4/site": Response(b"<html>a page</html>")})
    source = Lemmy(instances=(OLD,))
    payloads = list(source.fetch(Direct([says], now), None, now))
    assert {one.url for one in payloads} == {f"https://{OLD}/api/v3/post/list",
                                             f"https://{OLD}/api/v3/comment/list"}  # fmt: skip
    assert all(len(one.body) > 2 for one in payloads)
    assert PAGE == 50


@pytest.mark.parametrize("options", [
    {"instances": ("boats@skipjack.example",)}, {"communities": ("skipjack.example",)},
    {"instances": ("https://skipjack.example",)}, {"communities": ("!boats@skipjack.example",)},
])  # fmt: skip
def test_places_are_named_plainly(options):
    with pytest.raises(ValueError, match="neither a host"):
        Lemmy(**options)


def test_without_places(now):
    with pytest.raises(SourceError, match="names no place"):
        list(Lemmy().fetch(Direct([], now), None, now))
