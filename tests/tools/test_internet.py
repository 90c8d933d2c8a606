"""The local internet itself, and the real client against everything that goes wrong on it."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import tomllib
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from internet import invent
from internet.__main__ import as_toml
from internet.clock import Clock, RemoteClock
from internet.faults import PRIVATE, SPOILS, Faults
from internet.graphql import TOKEN as GITHUB_TOKEN
from internet.invent import Mix, happenings, html
from internet.manners import Ledger
from internet.platforms.feeds import Feeds
from internet.platforms.github import REPOS, GitHub
from internet.platforms.hackernews import HackerNews
from internet.platforms.reddit import CLIENT, SECRET, SUBS, Reddit
from internet.platforms.redditfeeds import RedditFeeds
from internet.script import Script, Shown
from internet.server import Internet, platforms
from internet.world import Happening, Limit, Request, Response

from groundswell.desk import Desk
from groundswell.errors import (
    AuthRequired,
    Blocked,
    Forbidden,
    NotFound,
    SourceError,
    Throttled,
    TooLarge,
    Unsafe,
    Upstream,
)
from groundswell.gather.markup import text_of_html
from groundswell.gather.roster import live_sources
from groundswell.gather.sources.github import GitHub as GitHubSource
from groundswell.gather.sources.reddit import Reddit as RedditSource
from groundswell.gather.sources.redditfeeds import RedditFeeds as RedditFeedsSource
from groundswell.http.client import Client
from groundswell.http.identity import Identity
from groundswell.http.limits import Limits
from groundswell.text import plain

START = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
TOOL = Path(__file__).resolve().parents[2] / "tools/internet"
FIREBASE = "https://hacker-news.firebaseio.com/v0"


class Chatter:
    """A platform with a stream, a page of paging, and an address it never wants to be asked."""

    name = "chatter"
    hosts = ("chatter.example", "quiet.example")
    limit = Limit(5, 10.0, 1)
    never = (r"[^/]+/private",)
    happenings = ()

    def __init__(self, seed=0, start=START, days=1):
        self.asked = []

    def respond(self, request, now):
        self.asked.append(request)
        if request.path == "/robots.txt":
            return Response(b"nothing", 404, "text/plain")
        if request.path == "/old":
            return Response(b'{"error":"CursorTooOld"}', 400)
        return Response(json.dumps({"now": now.isoformat(), "page": request.get("page")}).encode())

    def stream(self, request, now):
        for n in range(4):
            yield START + timedelta(hours=n), f"event {request.get('from')} {n}".encode()

    def due(self, now):
        return {"chatter:1": "one"}

    def sources(self):
        return [{"name": "chatter", "kind": "chatter"}]


@contextmanager
def served(*found, faults=None, now=START, **options):
    internet = Internet(found or [Chatter()], Clock(now), faults=faults)
    with internet.serve() as port:
        yield internet, port


@contextmanager
def client(internet, port, **limits):
    clock = internet.clock
    with Client(
        Identity("Groundswell", "1.0", "desk@operator.example", "https://operator.example"),
        clock=clock.now, sleep=clock.advance, random=Random(1), routes={"*": f"127.0.0.1:{port}"},
        limits=Limits(connect=2, idle=2, tries=4, share=1.0, **limits),
    ) as one:  # fmt: skip
        yield one


def ask(port, path, host="chatter.example", method="GET", body=None, **headers):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as line:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, body, {"Host": host, **sent})
        answer = line.getresponse()
        return answer, answer.read()


# What people do


def test_a_month_is_the_same_for_the_same_seed_and_platform_only():
    one, same = (happenings(7, "a", START, 9) for _ in range(2))
    assert one == same
    assert one != happenings(8, "a", START, 9)
    assert one != happenings(7, "b", START, 9)


def test_a_month_is_possible():
    mix = Mix(per_day=60, leaves=6, shy=0.1, late=0.2, equal=0.2, places=("a", "b"))
    month = happenings(7, "a", START, 20, mix=mix)
    assert [one.at for one in month] == sorted(one.at for one in month)
    written = {one.key: one for one in month if one.act == "publish"}
    assert len(written) == 1200 == sum(one.act == "publish" for one in month)
    left = {one.author: one.at for one in month if one.act == "leave"}
    gone = {one.key: one.at for one in month if one.act == "delete"}
    assert len(left) == 6
    for one in month:
        assert START <= one.at < START + 20 * DAY
        assert one.shown is None or one.shown >= one.at
        assert one.act == "leave" or one.author not in left or one.at < left[one.author]
        assert one.act != "edit" or one.at < gone.get(one.key, START + 20 * DAY)
        above = written.get(one.parent)
        assert above is None or (above.at < one.at and above.place == one.place)
        assert (one.title == "") == bool(one.parent) or one.act in ("delete", "leave")
    shy = {one.author for one in month if one.private}
    assert any(all(one.private for one in month if one.author == who and one.act == "publish")
               for who in shy)  # fmt: skip
    times = [one.at for one in month if one.act == "publish"]
    assert len(set(times)) < len(times), "no two in the same second"
    shown = [one.shown or one.at for one in month if one.act == "publish"]
    assert shown != sorted(shown), "nothing out of order"


def test_people_can_be_made_to_talk_of_what_a_desk_watches(monkeypatch):
    monkeypatch.setattr(invent, "TOPICS", dict(invent.TOPICS))
    invent.talk_of({"looms": ["Gantry", "the Heddle 3", "warp drift"]})
    told = [one.title + one.text for one in happenings(7, "a", START, 5) if one.act == "publish"]
    assert sum("Gantry" in one for one in told) > 20
    assert not any("ferry" in one for one in told)


@pytest.mark.parametrize("style", ["p", "hn", "br"])
def test_markup_says_what_was_meant(style):
    for one in happenings(3, "x", START, 3):
        if one.text:
            told = html(one.text, style)
            parts = [part for part in one.text.split("\n") if part]
            assert [part for part in plain(told).split("\n") if part] == parts
            assert [part for part in text_of_html(told).split("\n") if part] == parts


def minute(n):
    return START + timedelta(minutes=n)


def test_a_script_tells_what_stands():
    def publish(at, key, author="ann", **more):
        return Happening(at=minute(at), act="publish", key=key, author=author, text=key, **more)

    def after(at, act, key, text=""):
        return Happening(at=minute(at), act=act, key=key, author="ann", text=text)

    script = Script([
        publish(1, "a"), publish(2, "b", shown=minute(9)), publish(3, "c", "bob", parent="a"),
        after(4, "edit", "a", "A"), after(5, "edit", "b", "B"), after(6, "delete", "c"),
        publish(7, "d", shown=minute(30)), publish(8, "e", "bob", parent="c", private=True),
        after(20, "leave", "ann"),
    ])  # fmt: skip
    assert {item.key: item.text for item in script.live(minute(3))} == {"a": "a", "c": "c"}
    assert [item.key for item in script.due(minute(10))] == ["a", "b"]
    at_ten = script.items(minute(10))
    assert (at_ten["b"].text, at_ten["b"].shown) == ("B", minute(9))
    assert at_ten["c"].standing == "deleted"
    assert (at_ten["e"].root, at_ten["e"].number, at_ten["e"].due) == ("a", 4, False)
    assert [item.key for item in script.live(minute(60))] == ["e"]
    assert script.items(minute(60))["d"].standing == "left"
    assert [one.act for one in script.since(minute(4), minute(6))] == ["edit", "delete"]
    assert [item.key for item in script.live(minute(1))] == ["a"], "it goes back, too"


def test_a_short_list_forgets_edits_of_what_left_it():
    told = [Happening(at=minute(n), act="publish", key=str(n), text="old") for n in range(4)]
    told += [Happening(at=minute(9), act="edit", key=str(n), text="new") for n in range(4)]
    told[1] = Happening(at=minute(1), act="publish", key="1", text="old", shown=minute(8))
    shown = Shown(Script(told), 2)
    everything = shown.seen(minute(10), lambda item: True)
    assert {key: item.text for key, item in everything.items()} == {
        "0": "old", "2": "new", "3": "new",
    }  # fmt: skip  # "1" was shown when two newer ones were
    assert [item.key for item in shown.newest(minute(10), lambda item: True)] == ["3", "2"]


# How it answers


def test_every_platform_there_is_has_a_name_hosts_and_sources():
    found = platforms(7, START, 1)
    assert {"hackernews", "feeds", "lobsters", "googlenews"} <= {one.name for one in found}
    hosts = [host for one in found for host in one.hosts]
    assert len(hosts) == len(set(hosts))
    for one in found:
        assert one.sources()
        assert one.limit.requests >= 1
        assert all(isinstance(body, str) for body in one.due(START + DAY).values())
    assert [one.name for one in platforms(7, START, 1, only=["feeds"])] == ["feeds"]


def test_the_tables_that_are_written_make_a_desk(tmp_path):
    tables = [dict(table) for one in platforms(7, START, 1) for table in one.sources()]
    assert any(isinstance(told, dict) for table in tables for told in table.values())
    (tmp_path / "desk.toml").write_text(
        'name = "all"\ntitle = "All"\n[operator]\nname = "N"\ncontact = "c@operator.example"\n'
    )
    (tmp_path / "sources.toml").write_text("\n".join(map(as_toml, tables)), "utf-8")
    plain_lists = json.loads(json.dumps(tables))
    assert tomllib.loads((tmp_path / "sources.toml").read_text("utf-8"))["source"] == plain_lists
    desk = Desk.load(tmp_path)
    assert [(one.name, one.kind) for one in desk.sources] == [
        (table["name"], table["kind"]) for table in tables
    ]
    assert [live.name for live in live_sources(desk)] == [table["name"] for table in tables]


@pytest.mark.parametrize("told", [
    {}, {"a b": {"c.d": [{"e": 1}, {}]}}, [], ["x", 2, 1.5, True, False],
    'a "quoted" \\ text\nof two lines, ß and \x07',
])  # fmt: skip
def test_a_value_is_written_as_toml_reads_it(told):
    assert tomllib.loads(as_toml({"key": told}))["source"][0]["key"] == told


def test_answers_by_host_in_its_own_time():
    with served() as (internet, port):
        answer, body = ask(port, "/a?page=2&page=3&b=")
        assert json.loads(body) == {"now": START.isoformat(), "page": "2"}
        assert answer.headers["Date"] == "Sun, 01 Nov 2026 00:00:00 GMT"
        request = internet.platforms[0].asked[-1]
        assert list(request.query) == [("page", "2"), ("page", "3"), ("b", "")]
        assert ask(port, "/a", host="nowhere.example")[0].status == 404
        answer, body = ask(port, "/robots.txt")
        assert body.startswith(b"User-agent: *")
        posted, _ = ask(port, "/p", method="POST", body="x=1")
        assert posted.status == 200
        assert internet.platforms[0].asked[-1].body == b"x=1"


def test_is_controlled_under_its_own_address():
    with served() as (internet, port), closing(RemoteClock(port)) as clock:
        assert clock.now() == START
        assert clock.advance(90.5) == START + timedelta(seconds=90.5) == internet.clock.now()
        assert clock.advance(-5) == internet.clock.now(), "time never goes back"
        later = json.dumps({"now": (START + DAY).isoformat()})
        ask(port, "/_clock", host="127.0.0.1", method="POST", body=later)
        assert internet.clock.now() == START + DAY
        assert json.loads(ask(port, "/_due", host="localhost")[1]) == {
            "chatter": {"chatter:1": "one"}
        }
        assert json.loads(ask(port, "/_sources", host="localhost")[1])[0]["kind"] == "chatter"
        assert json.loads(ask(port, "/_limits", host="localhost")[1]) == {}
        assert ask(port, "/_else", host="localhost")[0].status == 404


def test_a_clock_runs_as_fast_as_it_is_told():
    clock = Clock(START, speed=100_000)
    assert clock.reach(START + timedelta(minutes=10), patience=5)
    assert not Clock(START).reach(START + timedelta(seconds=1), patience=0.01)


def test_packs_for_those_who_can_unpack():
    class Long(Chatter):
        def respond(self, request, now):
            return Response(b'"' + b"x" * 5000 + b'"')

    with served(Long()) as (internet, port):
        answer, body = ask(port, "/a", Accept_Encoding="gzip")
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(body) < 200
        with client(internet, port) as one:
            assert len(one.get("https://chatter.example/a").body) == 5002


def test_runs_by_itself_and_says_where(tmp_path):
    tables = tmp_path / "sources.toml"
    line = [sys.executable, str(TOOL), "--port", "0", "--days", "1", "--only", "feeds", "lobsters",
            "--desk", str(TOOL.parents[1] / "desks/demo"), "--sources", str(tables)]  # fmt: skip
    process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
    try:
        told = json.loads(process.stdout.readline())
        assert "lobste.rs" in told["hosts"]
        assert ask(told["port"], "/newest.rss", host="lobste.rs")[0].status == 200
        found = tomllib.loads(tables.read_text("utf-8"))["source"]
        assert {one["kind"] for one in found} == {"feed", "lobsters"}
    finally:
        process.kill()
        process.communicate()


# How it was treated


def entry(ledger, at, path="/", agent="Groundswell (+https://x.example)", limit=Limit(3, 10.0, 1)):  # noqa: B008
    request = Request("GET", "h", path, (), {"user-agent": agent})
    return ledger.entry(request, START + timedelta(seconds=at), limit=limit, never=(r"h/p",))


def test_politeness_is_measured_in_any_window():
    ledger = Ledger()
    for at in (0, 4, 8, 10, 14):
        with entry(ledger, at):
            pass
    assert ledger.broken() == {}
    assert ledger.hosts["h"].most == 3
    with entry(ledger, 17.9):
        pass
    assert ledger.broken() == {"h": ["4 requests in 10 s, limit 3"]}


def test_rudeness_is_named():
    ledger = Ledger()
    with entry(ledger, 0) as manners, entry(ledger, 1, path="/private", agent="curl/8"):
        manners.wait_until = START + timedelta(seconds=90)
    with entry(ledger, 89):
        pass
    with entry(ledger, 91):
        pass
    assert ledger.broken()["h"] == [
        "2 at once, limit 1",
        "1 before Retry-After was over",
        "1 for what it asks not to be asked for",
        "1 without a name and an address",
    ]


def test_the_client_is_polite_by_itself():
    with served() as (internet, port), client(internet, port, interval=2) as one:
        for n in range(12):
            one.get(f"https://chatter.example/{n}")
        assert internet.ledger.broken() == {}
        assert internet.ledger.hosts["chatter.example"].requests == 12
        for _ in range(6):
            ask(port, "/private")
        told = internet.limits()["chatter.example"]["broken"]
        assert [words.split()[0] for words in told] == ["11", "6", "6"]


# What goes wrong


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("burst", Upstream), ("reset", Upstream), ("drip", Upstream), ("short", Upstream),
        ("login", Forbidden), ("bomb", TooLarge), ("private", Unsafe), ("throttle", Throttled),
        ("throttle seconds", Throttled), ("throttle date", Throttled),
    ],
)  # fmt: skip
def test_a_fault_for_ever_is_an_error_of_its_own(kind, error):
    faults = Faults(7, rate=1.0, kinds=(kind,))
    with served(faults=faults) as (internet, port), client(internet, port) as one:
        with pytest.raises(error):
            one.get("https://chatter.example/a")
        assert faults.counts[kind] >= 1
        assert internet.clock.now() < START + DAY


@pytest.mark.parametrize("kind", ["wrong type", "skew"])
def test_a_small_fault_costs_nothing(kind):
    with (
        served(faults=Faults(7, rate=1.0, kinds=(kind,))) as (internet, port),
        client(internet, port) as one,
    ):
        assert json.loads(one.get("https://chatter.example/a").body)["page"] == ""


def test_a_cut_body_is_cut():
    with served(faults=Faults(7, rate=1.0, kinds=("cut",))) as (_, port):
        answer, body = ask(port, "/a")
        assert len(body) == int(answer.headers["Content-Length"])
        with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
            json.loads(body)


def test_a_page_comes_again():
    faults = Faults(7, rate=1.0, kinds=("again",))
    with served(faults=faults) as (_, port):
        pages = [json.loads(ask(port, f"/list?page={n}")[1])["page"] for n in range(3)]
        assert pages == ["0", "0", "0"]
        assert json.loads(ask(port, "/list")[1])["page"] == ""
        assert faults.counts["again"] == 2


def test_a_page_is_missing_and_nothing_else_ever_is():
    with served(faults=Faults(7, rate=1.0, kinds=("missing",))) as (_, port):
        assert ask(port, "/list?page=2")[0].status == 404
        assert ask(port, "/item/2")[0].status == 200


@pytest.mark.parametrize("where", PRIVATE)
def test_no_redirect_leads_into_a_private_network(where):
    class Leading(Chatter):
        def respond(self, request, now):
            return Response(b"", 302, "text/html", {"Location": where})

    with served(Leading()) as (internet, port), client(internet, port) as one:
        with pytest.raises(Unsafe):
            one.get("https://chatter.example/a")
        with pytest.raises((Unsafe, Blocked, Upstream)):
            one.page("https://chatter.example/b")


def test_faults_pass():
    faults = Faults(7, rate=0.3, until=START + timedelta(hours=1))
    with served(faults=faults) as (internet, port), client(internet, port, failures=50) as one:
        held = 0
        while internet.clock.now() < START + timedelta(hours=1):
            try:
                one.get("https://chatter.example/a?page=1")
                held += 1
            except SourceError:
                internet.clock.advance(60)
        before = sum(faults.counts.values())
        assert before > 40
        assert held > 40
        internet.clock.advance(3600)
        for _ in range(50):
            one.get("https://chatter.example/a?page=1")
        assert sum(faults.counts.values()) == before
        assert not [words for words in internet.limits()["chatter.example"]["broken"]
                    if "Retry-After" in words]  # fmt: skip


def test_faults_are_the_same_for_the_same_seed():
    def drawn(seed):
        faults = Faults(seed, rate=0.5)
        request = Request("GET", "h", "/", (), {})
        return [faults.spoil(request, START, lambda: Response(b"{}")).response.status
                for _ in range(200)]  # fmt: skip

    assert drawn(7) == drawn(7) != drawn(8)
    assert set(SPOILS) >= {"bomb", "burst", "private", "reset", "drip", "again"}


# Streams


def test_a_websocket_gives_what_was_sent_and_ends_where_the_clock_stands():
    with served(now=START + timedelta(hours=2)) as (internet, port), client(internet, port) as one:
        got = [*one.stream("wss://chatter.example/s", params={"from": "x"})]
        assert got == [b"event x 0", b"event x 1", b"event x 2"]
        assert internet.ledger.hosts["chatter.example"].now_open == 0


def test_a_websocket_can_be_refused():
    with served() as (internet, port), client(internet, port) as one:
        with pytest.raises(SourceError, match="400"):
            list(one.stream("wss://chatter.example/old"))
        assert internet.ledger.hosts["chatter.example"].requests == 1


def test_server_sent_events():
    with served(now=START + timedelta(hours=1)) as (_, port):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            line.sendall(b"GET /s?from=y HTTP/1.1\r\nHost: quiet.example\r\n"
                         b"Accept: text/event-stream\r\n\r\n")  # fmt: skip
            got = b""
            while part := line.recv(4096):
                got += part
        assert got.endswith(b"event y 0event y 1")
        assert b"text/event-stream" in got


def test_a_running_clock_sends_as_time_comes():
    internet = Internet([Chatter()], Clock(START, speed=100_000))
    with internet.serve() as port, Client(
        Identity("Groundswell", "1.0", "desk@operator.example"), clock=internet.clock.now,
        sleep=lambda _: None, random=Random(1), routes={"*": f"127.0.0.1:{port}"},
    ) as one:  # fmt: skip
        assert len([*one.stream("wss://chatter.example/s")]) == 4


# Two platforms through the real client


def test_hacker_news_through_the_real_client():
    platform = HackerNews(7, START, 2)
    with served(platform, now=START + DAY) as (internet, port), client(internet, port) as one:
        newest = json.loads(one.get(f"{FIREBASE}/maxitem.json").body)
        item = json.loads(one.get(f"{FIREBASE}/item/{newest - 20}.json").body)
        assert item["id"] == newest - 20
        assert internet.ledger.broken() == {}


def test_reddit_gives_a_token_for_credentials_through_the_real_client():
    found = [Reddit(7, START, 2), RedditFeeds(7, START, 2)]
    source = RedditSource(subreddits=SUBS, client=CLIENT, secret=SECRET)
    with served(*found, now=START + DAY) as (internet, port), client(internet, port) as one:
        payloads = list(source.fetch(one, None, internet.clock.now()))
        records = [thing for payload in payloads for thing in source.parse(payload)]
        assert len({record.id for record in records}) > 40
        assert internet.ledger.hosts["www.reddit.com"].requests == 1
        before = internet.clock.now()
        feeds = RedditFeedsSource(subreddits=("allotments",))
        assert list(feeds.fetch(one, None, before))
        assert (internet.clock.now() - before).total_seconds() > 55  # it answers one a minute
        guessed = RedditSource(subreddits=SUBS[:1], client=CLIENT, secret="guessed")
        with pytest.raises(AuthRequired, match="401"):
            list(guessed.fetch(one, None, internet.clock.now()))
        assert internet.ledger.broken() == {}


def test_github_answers_graphql_through_the_real_client():
    platform = GitHub(7, START, 8)
    source = GitHubSource(repos=REPOS, token=GITHUB_TOKEN, comments=False, reviews=False)
    with served(platform, now=START + 8 * DAY) as (internet, port), client(internet, port) as one:
        now = internet.clock.now()
        found = {thing.id: thing for payload in source.backfill(one, None, START, now)
                 for thing in source.parse(payload)}  # fmt: skip
        talks = {key: body for key, body in platform.due(now).items() if "#d" in key}
        assert len(talks) > 10
        assert {key: one.body for key, one in found.items() if "#d" in key} == talks
        locked = GitHubSource(repos=REPOS[:1], token="guessed", comments=False, reviews=False)
        with pytest.raises(AuthRequired, match="graphql"):
            list(locked.fetch(one, None, now))
        assert internet.ledger.broken() == {}


def test_a_feed_is_conditional_and_pages_obey_robots_through_the_real_client():
    with served(Feeds(7, START, 3), now=START + 2 * DAY) as (internet, port):
        with client(internet, port) as one:
            first = one.get("https://moss.example.org/old.xml")
            assert first.url == "https://moss.example.org/atom.xml"
            assert one.get("https://moss.example.org/atom.xml").status == 304
            with pytest.raises(Blocked):
                one.page("https://gazette.example.net/2026/88000")
            with pytest.raises(NotFound):
                one.page("https://news.example.com/2026/none")
        assert internet.ledger.broken() == {}
