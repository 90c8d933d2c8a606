"""Bluesky's stream in both versions, against saved messages and the invented network."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import islice, pairwise

import pytest
from internet.direct import Direct, asked
from internet.platforms.bluesky import APPVIEW, KEPT, TICK, uri
from internet.platforms.bluesky import Bluesky as Platform
from internet.world import Response

from groundswell.errors import (
    Forbidden,
    Malformed,
    NotFound,
    Silent,
    SourceError,
    Unsafe,
    Upstream,
)
from groundswell.gather.listing import cursor_of, state_of
from groundswell.gather.source import Cursor, Departure, Payload
from groundswell.gather.sources.bluesky import EAST, LAG, MOST, WEST, Bluesky
from groundswell.testing import run_checks
from groundswell.testing.sources import source_checks
from groundswell.types import Record
from groundswell.types.moment import micros

FIRST = "wss://jetstream2.us-east.bsky.network/subscribe"
OLD = Bluesky(hosts=(FIRST,))


class Line(Direct):
    """The invented network, whose streams refuse, break off or fall silent as told.

    `ends`: host to how many messages it gives and the error it then ends in.
    """

    def __init__(self, platform, now, **ends):
        super().__init__([platform], now)
        self.platform = platform
        self.ends = {f"jetstream{name}.bsky.network": end for name, end in ends.items()}

    def stream(self, url, *, params=None, headers=None):
        request = asked(url, params, headers)
        self.asked.append(request)
        refused = self.platform.respond(request, self.now)
        if refused.status != 101:
            problem = SourceError(f"{url}: does not take this request")
            problem.status, problem.body = refused.status, refused.body
            raise problem
        many, end = self.ends.get(request.host, (10**9, None))
        for number, (at, message) in enumerate(self.platform.stream(request, self.now)):
            if number >= many or at > self.now:
                break
            yield message
        if end:
            raise end

    def params(self, name):
        return [value for one in self.asked for key, value in one.query if key == name]


class Shelf:
    """What a gatherer of Bluesky holds."""

    def __init__(self, source):
        self.source, self.cursor, self.held, self.gaps = source, None, {}, []

    def take(self, payloads):
        for payload in payloads:
            self.cursor, self.gaps = payload.cursor, [*self.gaps, *payload.gaps]
            for thing in self.source.parse(payload):
                if isinstance(thing, Departure):
                    self.held = {key: one for key, one in self.held.items()
                                 if one.author != thing.author}  # fmt: skip
                elif isinstance(thing, Record) and thing.state == "public":
                    self.held[thing.id] = thing
                else:
                    self.held.pop(thing.id, None)
        return self

    @property
    def bodies(self):
        return {key: one.body for key, one in self.held.items()}


@pytest.fixture(scope="module")
def platform():
    from datetime import UTC, datetime

    return Platform(7, datetime(2026, 11, 1, tzinfo=UTC), 4)


@pytest.fixture
def now(start):
    return start + timedelta(days=2, seconds=3)


def since(now, host=EAST, **ago):
    return cursor_of({"at": micros(now - timedelta(**ago)), "seq": 0, "host": host})


def test_golden(golden, platform, now):
    payloads = golden(Bluesky(), "bluesky")
    assert len(payloads) == 3
    http = Line(platform, now)
    later = Later(since(now, hours=6))
    run_checks(source_checks(later, payloads, http=http, now=now))
    later = Later(since(now, FIRST, hours=6), hosts=(FIRST,))
    run_checks(source_checks(later, payloads, http=Line(platform, now), now=now))


class Later(Bluesky):
    """Begins at a cursor, so that there is more than an hour to read."""

    def __init__(self, begin, **options):
        super().__init__(**options)
        object.__setattr__(self, "begin", begin)

    def fetch(self, http, since, now):
        return Bluesky.fetch(self, http, since or self.begin, now)


@pytest.mark.parametrize("source", [Bluesky(), OLD], ids=["second", "first"])
def test_holds_what_stands(source, platform, start):
    http, shelf, now = Line(platform, start), Shelf(source), start
    shelf.cursor = since(start, source.hosts[0], seconds=1)
    while now < start + timedelta(days=2):
        now += timedelta(hours=11)
        http.now = now
        shelf.take(source.fetch(http, shelf.cursor, now))
        assert shelf.bodies == platform.due(now)
    assert len(shelf.held) > 150
    assert shelf.gaps == []
    assert sum(one.parent in shelf.held for one in shelf.held.values()) > 60
    assert sum(one.root in shelf.held for one in shelf.held.values()) > 60


def test_begins_an_hour_ago_and_asks_for_nothing_it_has(platform, now):
    http = Line(platform, now)
    payloads = list(Bluesky().fetch(http, None, now))
    assert http.params("cursor") == [str(micros(now - timedelta(hours=1)))]
    assert http.params("collections") == ["app.bsky.feed.post", "app.bsky.actor.profile"]
    last = payloads[-1].cursor
    assert micros(now) - LAG <= state_of(last)["at"] <= micros(now)
    assert list(Bluesky().fetch(http, last, now)) == []
    assert http.params("cursor")[1] == str(state_of(last)["seq"])


def test_a_payload_is_a_second_or_five_hundred_messages(platform, start, now):
    http = Line(platform, now)
    payloads = list(Bluesky().fetch(http, since(now, hours=20), now))
    cursors = [state_of(one.cursor) for one in payloads]
    assert cursors == sorted(cursors, key=lambda one: one["seq"])
    for before, after in pairwise(cursors):
        assert after["at"] - before["at"] <= MOST * TICK // timedelta(microseconds=1)
    for payload in payloads:
        times = [json.loads(line)["payload"]["time"] for line in payload.body.split(b"\n") if line]
        assert all(one[:18] == times[0][:18] for one in times)


def test_only_chosen_languages_and_terms(platform, now):
    begin = since(now, hours=30)
    everything = Shelf(Bluesky()).take(Bluesky().fetch(Line(platform, now), begin, now))
    source = Bluesky(languages=("de",), terms=("harbour radio", "KILN", "line 6", "the"))
    shelf = Shelf(source).take(source.fetch(Line(platform, now), begin, now))
    assert 0 < len(shelf.held) < len(everything.held)
    for one in shelf.held.values():
        assert any(term in one.text.lower() for term in ("harbour radio", "kiln", "line 6", "the"))
    assert not Bluesky(terms=("tide",)).selects({"text": "tidewright, hightide"})
    assert Bluesky(terms=("Tide",)).selects({"text": "the TIDE, again"})
    assert Bluesky(languages=("en",)).selects({"text": "x", "langs": []})
    assert Bluesky(languages=("en",)).selects({"text": "x", "langs": ["pt", "en-GB"]})
    assert not Bluesky(languages=("en",)).selects({"text": "x", "langs": ["pt"]})


def test_an_edit_that_leaves_the_selection_takes_the_old_words_along():
    def line(operation, text):
        record = {"text": text, "createdAt": "2026-11-22T10:00:00Z"}
        payload = {"$type": "x#commit", "seq": 1, "did": "did:plc:a",
                   "time": "2026-11-22T10:00:00Z", "operation": operation, "rkey": "a",
                   "collection": "app.bsky.feed.post", "record": record}  # fmt: skip
        return json.dumps({"$type": "message", "payload": payload}).encode()

    source = Bluesky(terms=("tide",))
    (one,) = source.parse(Payload(line("update", "about boats"), Cursor("")))
    assert (one.state, one.text) == ("removed", "")
    assert list(source.parse(Payload(line("create", "about boats"), Cursor("")))) == []


def test_who_hides_from_strangers_is_never_handed_on(platform, now):
    http = Line(platform, now)
    payloads = list(Bluesky().fetch(http, since(now, hours=35), now))
    private = [one for one in platform.script.items(now).values() if one.private]
    assert {one.author in platform.hidden for one in private} == {True, False}
    whole = b"".join(payload.body for payload in payloads)
    bare = [one for one in private if one.author in platform.hidden]
    assert bare
    assert not any(one.text.encode() in whole for one in bare if len(one.text) > 80)
    found = {thing.id for payload in payloads for thing in Bluesky().parse(payload)
             if isinstance(thing, Record) and thing.state == "public"}  # fmt: skip
    assert not found & {f"bluesky:{uri(one)}" for one in private}
    assert all(len([1 for key, _ in one.query if key == "actors"]) <= 25
               for one in http.asked if one.host == APPVIEW)  # fmt: skip


def test_an_author_is_asked_about_once(platform, now):
    source, http = Bluesky(), Line(platform, now)
    list(source.fetch(http, since(now, hours=20), now))
    asked = http.params("actors")
    assert len(asked) == len(set(asked)) > 20
    list(source.fetch(http, since(now, hours=20), now))
    assert http.params("actors") == asked


def test_without_an_answer_about_wishes_nothing_is_handed_on(platform, now):
    class Shut(Platform):
        def respond(self, request, now):
            if request.host == APPVIEW:
                return Response(b"<html>policy</html>", 403, "text/html")
            return super().respond(request, now)

    http = Line(Shut(7, platform.start, 4), now)
    payloads = []
    with pytest.raises(SourceError, match="403"):
        payloads.extend(Bluesky().fetch(http, since(now, hours=5), now))
    assert not any(payload.body for payload in payloads)


def test_a_profile_that_begins_to_hide_is_a_departure():
    record = {"labels": {"values": [{"val": "!no-unauthenticated"}]}}
    payload = {"$type": "x#commit", "seq": 1, "did": "did:plc:a", "time": "2026-11-22T10:00:00Z",
               "operation": "update", "collection": "app.bsky.actor.profile", "rkey": "self",
               "record": record}  # fmt: skip
    body = json.dumps({"$type": "message", "payload": payload}).encode()
    assert list(Bluesky().parse(Payload(body, Cursor("")))) == [Departure("bluesky", "did:plc:a")]


def test_a_number_below_the_floor_is_a_gap_and_the_rest_is_read(platform, start):
    now = start + timedelta(days=3)
    begin = now - timedelta(hours=50)
    cursor = cursor_of({"at": micros(begin), "seq": 800_000_000 + 1_000, "host": EAST})
    http = Line(platform, now)
    shelf = Shelf(Bluesky()).take(Bluesky().fetch(http, cursor, now))
    assert http.params("cursor") == ["800001000", str(micros(begin))]
    (gap,) = shelf.gaps
    assert (gap.start, gap.community, gap.permille) == (micros(begin), "*", 0)
    assert 0 <= gap.stop - micros(now - KEPT) <= TICK // timedelta(microseconds=1)
    before = platform.due(now - KEPT)
    late = {key: body for key, body in platform.due(now).items() if key not in before}
    assert len(late) > 100
    assert late.items() <= shelf.bodies.items()


@pytest.mark.parametrize("host", [EAST, FIRST])
def test_a_time_below_the_floor_is_brought_forward_and_noted(host, platform, start):
    now = start + timedelta(days=3)
    source = Bluesky(hosts=(host,))
    shelf = Shelf(source).take(source.backfill(Line(platform, now), None, start, now))
    (gap,) = shelf.gaps
    assert gap.start == micros(start)
    assert 0 <= gap.stop - micros(now - KEPT) <= TICK // timedelta(microseconds=1)
    assert list(source.backfill(Line(platform, now), shelf.cursor, start, now)) == []


def test_another_refusal_is_no_old_cursor(platform, now):
    class Odd(Platform):
        def respond(self, request, now):
            return Response(b'{"error":"InvalidRequest","message":"unknown kind"}', 400)

    cursor = cursor_of({"at": micros(now) - 10**9, "seq": 5, "host": EAST})
    with pytest.raises(SourceError, match="does not take this request"):
        list(Bluesky().fetch(Line(Odd(7, platform.start, 4), now), cursor, now))


def test_a_silent_host_is_left_for_the_next_one_ten_seconds_back(platform, now):
    http = Line(platform, now, **{".us-east": (100, Silent("says nothing"))})
    shelf = Shelf(Bluesky()).take(Bluesky().fetch(http, since(now, hours=3), now))
    first, second = (one for one in http.asked if "jetstream" in one.host)
    assert (first.host, second.host) == ("jetstream.us-east.bsky.network",
                                         "jetstream.us-west.bsky.network")  # fmt: skip
    *_, (last, _) = islice(platform.stream(first, now), 100)
    assert int(second.get("cursor")) == micros(last) - 10_000_000
    assert state_of(shelf.cursor)["host"] == WEST
    straight = Shelf(Bluesky()).take(Bluesky().fetch(Line(platform, now), since(now, hours=3), now))
    assert shelf.bodies == straight.bodies


@pytest.mark.parametrize("problem", [
    Unsafe("redirects"), Forbidden("refuses"), NotFound("is not there"), Upstream("is down"),
])  # fmt: skip
def test_a_host_that_cannot_be_had_is_left_for_the_next_one(platform, now, problem):
    http = Line(platform, now, **{".us-east": (0, problem)})
    shelf = Shelf(Bluesky()).take(Bluesky().fetch(http, since(now, hours=1), now))
    straight = Shelf(Bluesky()).take(Bluesky().fetch(Line(platform, now), since(now, hours=1), now))
    assert shelf.bodies == straight.bodies
    assert state_of(shelf.cursor)["host"] == WEST


def test_where_it_began_is_kept_even_if_no_host_speaks(platform, now):
    ends = {name: (0, Silent("says nothing")) for name in (".us-east", ".us-west")}
    payloads = []
    with pytest.raises(Silent):
        payloads.extend(Bluesky().fetch(Line(platform, now, **ends), None, now))
    (begun,) = payloads
    assert list(Bluesky().parse(begun)) == []
    later = now + timedelta(hours=9)
    shelf = Shelf(Bluesky()).take(Bluesky().fetch(Line(platform, later), begun.cursor, later))
    past = Bluesky().backfill(Line(platform, later), None, now - timedelta(hours=1), later)
    assert shelf.bodies == Shelf(Bluesky()).take(past).bodies
    assert len(shelf.bodies) > 10


def test_hosts_that_are_all_silent_are_an_error_after_what_they_gave(platform, now):
    ends = {".us-east": (40, Silent("east says nothing")), ".us-west": (0, Silent("west too"))}
    payloads = []
    with pytest.raises(Silent, match="west too"):
        payloads.extend(Bluesky().fetch(Line(platform, now, **ends), since(now, hours=3), now))
    assert payloads
    assert state_of(payloads[-1].cursor)["host"] == EAST


def test_a_stream_that_breaks_off_is_opened_again(platform, now):
    http = Line(platform, now, **{".us-east": (40, Upstream("broke off"))})
    shelf = Shelf(Bluesky()).take(Bluesky().fetch(http, since(now, hours=1), now))
    hosts = [one.host for one in http.asked if "jetstream" in one.host]
    assert len(hosts) > 2
    assert set(hosts) == {"jetstream.us-east.bsky.network"}
    straight = Shelf(Bluesky()).take(Bluesky().fetch(Line(platform, now), since(now, hours=1), now))
    assert shelf.bodies == straight.bodies


def test_an_error_frame_ends_the_visit_after_what_came(platform, now):
    class Slow(Line):
        def stream(self, url, *, params=None, headers=None):
            for number, frame in enumerate(super().stream(url, params=params, headers=headers)):
                if number == 50:
                    yield b'{"$type":"error","error":"ConsumerTooSlow","message":""}'
                    return
                yield frame

    source = Bluesky(hosts=(EAST,))
    payloads, cursor = [], since(now, hours=2)
    for payload in source.fetch(Slow(platform, now), cursor, now):
        payloads.append(payload)
    places = [state_of(one.cursor)["seq"] for one in payloads]
    assert places == sorted(places)
    assert Shelf(source).take(payloads).bodies.items() <= platform.due(now).items()


def test_odd_frames_are_passed_over_and_half_a_frame_is_not(platform, now):
    class Odd(Line):
        odd = b'{"$type":"message","payload":{"seq":"x"}}'

        def stream(self, url, *, params=None, headers=None):
            for number, frame in enumerate(super().stream(url, params=params, headers=headers)):
                yield from (self.odd,) * (number == 30)
                yield frame

    class Broken(Odd):
        odd = b'{"$type":"message","payl'

    source = Bluesky(hosts=(EAST,))
    cursor = since(now, hours=2)
    straight = Shelf(source).take(source.fetch(Line(platform, now), cursor, now))
    for line in (Odd, Broken):
        shelf = Shelf(source).take(source.fetch(line(platform, now), cursor, now))
        assert shelf.bodies == straight.bodies


def test_a_stream_of_odd_frames_alone_is_an_error(platform, now):
    class Other(Line):
        def stream(self, url, *, params=None, headers=None):
            yield from (b"<html>Sign in</html>", b"{}", b"[]")

    with pytest.raises(Malformed, match="nothing that can be read"):
        list(Bluesky().fetch(Other(platform, now), since(now, hours=2), now))


def test_what_was_deleted_in_a_gap_is_found_by_asking_again(platform, start):
    early, now = start + timedelta(hours=30), start + timedelta(days=4)
    shelf = Shelf(Bluesky()).take(Bluesky().backfill(Line(platform, early), None, start, early))
    held = dict(shelf.held)
    http = Line(platform, now)
    payloads = list(Bluesky().recheck(http, list(held), now))
    found = {one.id: one for payload in payloads for one in Bluesky().parse(payload)}
    due = platform.due(now)
    assert set(found) == set(held)
    assert {key for key, one in found.items() if one.state == "public"} == set(held) & set(due)
    assert set(held) - set(due)
    assert all(found[key].body == due[key] for key in set(held) & set(due))
    assert any(one.engagement.get("likes") for one in found.values())
    assert all(len(one.query) <= 25 for one in http.asked)
    private = [f"bluesky:{uri(one)}" for one in platform.script.live(now) if one.private][:25]
    (payload,) = Bluesky().recheck(http, private, now)
    assert {one.state for one in Bluesky().parse(payload)} == {"removed"}


def test_an_answer_without_any_post_is_not_believed(platform, now):
    ids = [f"bluesky:at://did:plc:a/app.bsky.feed.post/{number}" for number in range(6)]
    with pytest.raises(Malformed, match="knows none"):
        list(Bluesky().recheck(Line(platform, now), ids, now))
    (payload,) = Bluesky().recheck(Line(platform, now), ids[:5], now)
    assert [one.state for one in Bluesky().parse(payload)] == ["deleted"] * 5


@pytest.mark.parametrize("cursor", ["{}", "[]", "12", '{"at":1,"seq":"2","host":""}'])
def test_another_cursor_is_refused(cursor, platform, now):
    with pytest.raises(Malformed, match="cursor"):
        list(Bluesky().fetch(Line(platform, now), Cursor(cursor), now))


def test_without_hosts(platform, now):
    with pytest.raises(SourceError, match="hosts is empty"):
        list(Bluesky(hosts=()).fetch(Line(platform, now), None, now))
