"""Feeds, Google News and Lobsters against saved answers and against the invented sites."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from internet.direct import Direct
from internet.platforms.feeds import SITES
from internet.platforms.feeds import Feeds as Sites
from internet.platforms.googlenews import GoogleNews as News
from internet.platforms.lobsters import Lobsters as Forum
from internet.world import Response

from groundswell.errors import Malformed, NotFound, SourceError, Throttled
from groundswell.gather.addresses import article_id, canonical
from groundswell.gather.feeds import feed_of, time_of_feed
from groundswell.gather.source import Cursor, Payload
from groundswell.gather.sources.feed import AnyFeed
from groundswell.gather.sources.googlenews import GoogleNews
from groundswell.gather.sources.lobsters import Lobsters
from groundswell.gather.visits import Visit
from groundswell.http.answer import Answer, Wishes
from groundswell.testing import run_checks
from groundswell.testing.sources import source_checks

FEED = AnyFeed(url="https://news.example.com/rss.xml")
NEWS = GoogleNews(query="harbour OR garden")


def made(platform):
    """The sources of a platform by name."""
    kinds = {"feed": AnyFeed, "googlenews": GoogleNews, "lobsters": Lobsters}
    tables = [dict(table) for table in platform.sources()]
    return {table.pop("name"): kinds[table.pop("kind")](**table) for table in tables}


def test_golden(golden):
    run_checks(source_checks(FEED, golden(FEED, "feed")))
    run_checks(source_checks(NEWS, golden(NEWS, "googlenews")))
    run_checks(source_checks(Lobsters(), golden(Lobsters(), "lobsters")))


@pytest.mark.parametrize("kind", [Sites, News, Forum])
def test_fetching(kind, start):
    platform = kind(7, start, 2)
    now = start + timedelta(days=1)
    for source in made(platform).values():
        http = Direct([platform], now)
        payloads = list(source.fetch(http, None, now))
        run_checks(source_checks(source, payloads, http=http, now=now))


@pytest.mark.parametrize(("kind", "hours"), [(Sites, 0.5), (Forum, 0.5)])
def test_holds_what_was_shown(kind, hours, live, start):
    platform = kind(7, start, 3)
    held = {}
    for source in made(platform).values():
        shelf, http = live(source, platform, hours=24 * 3 + 30, every=hours)
        held |= shelf.bodies
        assert not shelf.other
        assert not shelf.gaps
    assert held == platform.due(http.now)
    assert {one.act for one in platform.happenings} == {"publish", "edit"}


def test_google_news_is_asked_again_for_what_is_new(live, start):
    platform = News(7, start, 3)
    shelf, http = live(NEWS, platform, hours=24 * 3 + 3, every=0.25)
    due = platform.due(http.now)
    assert {key: shelf.bodies[key] for key in due} == due
    assert {one.get("q").rpartition(":")[2] for one in http.asked} <= {"2h", "3h", "4h", "5h"}
    http.now += timedelta(days=4)
    list(NEWS.fetch(http, shelf.cursor, http.now))
    assert "when:5d" in http.asked[-1].get("q")


class Refusing(News):
    """A page in place of the feed."""

    def respond(self, request, now):
        return Response(b"<html><body>Before you continue</body></html>", kind="text/html")


def test_google_news_stays_away_for_an_hour_after_a_refusal(start):
    with pytest.raises(Throttled) as caught:
        list(NEWS.fetch(Direct([Refusing(7, start, 1)], start), None, start))
    assert caught.value.until == start + timedelta(hours=1)


class One(Sites):
    """One feed, whose answer a test sets."""

    name = "one"
    body = b""
    headers: dict[str, str] = {}  # noqa: RUF012

    def respond(self, request, now):
        if request.path == "/rss.xml":
            return Response(self.body, kind="application/rss+xml", headers=self.headers)
        return Response(b"", 404, "text/html")


def rss(*items, head=""):
    entries = "".join(
        f"<item><title>{title}</title><link>https://news.example.com/{key}</link>"
        f'<guid isPermaLink="false">{key}</guid><pubDate>Sun, 01 Nov 2026 0{n}:00:05 GMT</pubDate>'
        f"<description>{title} in full.</description></item>"
        for n, (key, title) in enumerate(items)
    )
    return (f"<rss version='2.0'><channel><title>x</title>{head}{entries}</channel></rss>").encode()


def visited(source, platform, http, cursor=None):
    pages = list(source.fetch(http, cursor, http.now))
    records = [one for page in pages for one in source.parse(page)]
    return pages, records, pages[-1].cursor if pages else cursor


def test_only_what_is_new_or_changed_is_told_again(start):
    platform = One(7, start, 1)
    http = Direct([platform], start)
    platform.body = rss(("a", "One"), ("b", "Two"))
    _, records, cursor = visited(FEED, platform, http)
    assert [one.title for one in records] == ["One", "Two"]
    platform.body = rss(("a", "One, corrected"), ("b", "Two"), ("c", "Three"))
    _, records, cursor = visited(FEED, platform, http, cursor)
    assert [one.title for one in records] == ["One, corrected", "Three"]
    pages, records, cursor = visited(FEED, platform, http, cursor)
    assert [page.body for page in pages] == [b""]
    assert records == []


def test_a_feed_that_moved_on_by_more_than_it_holds_leaves_a_gap(start):
    platform = One(7, start, 1)
    http = Direct([platform], start)
    platform.body = rss(("a", "One"))
    _, _, cursor = visited(FEED, platform, http)
    platform.body = rss(("x", "Early"), ("b", "Two"), ("c", "Three"))
    http.now += timedelta(hours=2)
    platform.body = platform.body.replace(b"0:00:05", b"2:30:05").replace(b"01:00", b"03:00")
    pages, _, _ = visited(FEED, platform, http, cursor)
    (gap,) = pages[0].gaps
    assert gap.start == int(start.timestamp()) * 10**6
    assert gap.community == "news"
    assert gap.stop > gap.start


def test_a_feed_is_left_alone_as_long_as_it_asks_and_longer_while_it_is_quiet(start):
    platform = One(7, start, 1)
    http = Direct([platform], start)
    platform.body = rss(("a", "One"), head="<ttl>90</ttl>")
    _, _, cursor = visited(FEED, platform, http)
    http.now += timedelta(minutes=80)
    assert visited(FEED, platform, http, cursor)[0] == []
    http.now += timedelta(minutes=10)
    waits = []
    for _ in range(9):
        pages, _, cursor = visited(FEED, platform, http, cursor)
        assert pages
        waits.append((Visit.of(cursor).until / 10**6 - http.now.timestamp()) / 60)
        http.now += timedelta(minutes=waits[-1] + 1)
    assert [round(wait) for wait in waits[:3]] == [19, 39, 79]
    assert max(waits) == 24 * 60 - 1
    platform.headers = {"Cache-Control": "public, max-age=7200"}
    platform.body = rss(("b", "Two"), ("a", "One"))
    _, _, cursor = visited(FEED, platform, http, cursor)
    assert round((Visit.of(cursor).until / 10**6 - http.now.timestamp()) / 60) == 119
    http.now -= timedelta(days=3)
    assert visited(FEED, platform, http, cursor)[0], "a clock set back must not silence a feed"


def test_what_has_no_time_is_as_old_as_when_we_first_saw_it(start):
    platform = One(7, start, 1)
    platform.body = rss(("a", "One")).replace(b"pubDate", b"x")
    http = Direct([platform], start + timedelta(hours=5))
    _, records, _ = visited(FEED, platform, http)
    assert [one.published for one in records] == [http.now]
    assert FEED.parse(Payload(platform.body, Cursor(""))) == []


def test_a_charset_said_in_the_header_only_is_kept(start):
    class Latin(One):
        def respond(self, request, now):
            return Response(self.body, kind="text/xml; charset=koi8-r")

    platform = Latin(7, start, 1)
    platform.body = rss(("a", "Приливы")).decode().encode("koi8-r")
    _, records, _ = visited(FEED, platform, Direct([platform], start))
    assert [one.title for one in records] == ["Приливы"]


PAGE = "<!doctype html><html lang='en'><head><title>{0}</title></head><body><main><article><h1>{0}</h1>{1}</article></main></body></html>"  # noqa: E501
WORDS = "".join(f"<p>The quay data opened on day {n}, and berth {n} was the first of them.</p>" for n in range(9))  # fmt: skip  # noqa: E501


class Paged(Direct):
    """Pages a test sets: HTML, or the error to raise."""

    def __init__(self, platform, now):
        super().__init__([platform], now)
        self.pages = {}
        self.wishes = {}
        self.read = []

    def page(self, url):
        self.read.append(url)
        name = url.rpartition("/")[2]
        said = self.pages[name]
        if isinstance(said, Exception):
            raise said
        wishes = self.wishes.get(name, Wishes())
        return Answer(url, 200, {"content-type": "text/html"}, said.encode(), self.now, wishes)


FULL = AnyFeed(url="https://news.example.com/rss.xml", full_text=True)


def test_full_texts_come_from_pages_and_the_feed_stands_in_for_them(start):
    platform = One(7, start, 1)
    http = Paged(platform, start)
    platform.body = rss(("a", "Quay data opened"), ("b", "Quay data closed"))
    http.pages = {"a": PAGE.format("Quay data opened", WORDS), "b": NotFound("nothing there")}
    pages, records, cursor = visited(FULL, platform, http)
    assert [one.text[:20] for one in records] == ["The quay data opened", "Quay data closed in "]
    assert len(pages) == 3
    assert records[0].id == article_id("https://news.example.com/a")
    http.pages["b"] = PAGE.format("Quay data closed", WORDS)
    http.now += timedelta(hours=1)
    _, records, cursor = visited(FULL, platform, http, cursor)
    assert [one.text[:20] for one in records] == ["The quay data opened"]
    http.now += timedelta(days=2)
    assert visited(FULL, platform, http, cursor)[1] == []
    assert http.read == [f"https://news.example.com/{key}" for key in ("a", "b", "b")]


def test_a_page_that_never_comes_is_given_up_and_nothing_is_told_twice(start):
    platform = One(7, start, 1)
    http = Paged(platform, start)
    platform.body = rss(("a", "Quay data opened"))
    http.pages = {"a": PAGE.format("Sign in", "<p>Sign in to continue with your account.</p>" * 20)}
    told, cursor = [], None
    for _ in range(60):
        _, records, cursor = visited(FULL, platform, http, cursor)
        told += records
        http.now += timedelta(hours=3)
    assert [one.text for one in told] == ["Quay data opened in full."]
    assert len(http.read) == 5


@pytest.mark.parametrize("refused", ["archive", "index", "ai_input", "ai_train"])
def test_a_page_that_asks_not_to_be_used_is_asked_once_and_leaves_the_feeds_own_words(
    refused, start
):
    platform = One(7, start, 1)
    http = Paged(platform, start)
    platform.body = rss(("a", "Quay data opened"))
    http.pages = {"a": PAGE.format("Quay data opened", WORDS)}
    http.wishes = {"a": Wishes(**{refused: False})}
    told, cursor = [], None
    for _ in range(20):
        _, records, cursor = visited(FULL, platform, http, cursor)
        told += records
        http.now += timedelta(hours=3)
    assert [one.text for one in told] == ["Quay data opened in full."]
    assert len(http.read) == 1


def test_a_page_that_was_cut_on_the_way_is_asked_for_again(start):
    platform = One(7, start, 1)
    http = Paged(platform, start)
    platform.body = rss(("a", "Quay data opened"))
    whole = PAGE.format("Quay data opened", WORDS)
    http.pages = {"a": whole[: len(whole) * 2 // 3]}
    _, first, cursor = visited(FULL, platform, http, None)
    http.pages = {"a": whole}
    http.now += timedelta(hours=1)
    _, second, cursor = visited(FULL, platform, http, cursor)
    assert [one.text for one in first] == ["Quay data opened in full."]
    assert [one.text.endswith("and berth 8 was the first of them.") for one in second] == [True]
    http.now += timedelta(days=2)
    assert visited(FULL, platform, http, cursor)[1] == []


def test_a_site_that_leaves_the_last_tag_out_is_believed_the_second_time(start):
    platform = One(7, start, 1)
    http = Paged(platform, start)
    platform.body = rss(("a", "Quay data opened"))
    http.pages = {"a": PAGE.format("Quay data opened", WORDS).replace("</body></html>", "")}
    _, first, cursor = visited(FULL, platform, http, None)
    http.now += timedelta(hours=1)
    _, second, _ = visited(FULL, platform, http, cursor)
    assert [one.text[:20] for one in (*first, *second)] == ["Quay data opened in ",
                                                            "The quay data opened"]  # fmt: skip
    assert len(http.read) == 2


def test_a_refusal_after_a_failure_takes_no_words_away(start):
    platform = One(7, start, 1)
    http = Paged(platform, start)
    platform.body = rss(("a", "Quay data opened"))
    http.pages = {"a": NotFound("nothing there")}
    _, first, cursor = visited(FULL, platform, http, None)
    http.pages = {"a": PAGE.format("Quay data opened", WORDS)}
    http.wishes = {"a": Wishes(index=False)}
    http.now += timedelta(hours=3)
    _, again, cursor = visited(FULL, platform, http, cursor)
    http.now += timedelta(days=2)
    _, later, _ = visited(FULL, platform, http, cursor)
    assert [one.text for one in (*first, *again, *later)] == ["Quay data opened in full."]
    assert len(http.read) == 2


def test_a_crash_between_two_pages_loses_none(start):
    platform = One(7, start, 1)
    http = Paged(platform, start)
    names = [(key, f"Quay data number {key * 4}") for key in "abcd"]
    platform.body = rss(*names)
    http.pages = {key: PAGE.format(title, WORDS) for key, title in names}
    whole = list(FULL.fetch(http, None, start))
    for at in range(len(whole)):
        rest = list(FULL.fetch(http, whole[at].cursor, start))
        found = [one.id for page in (*whole[: at + 1], *rest) for one in FULL.parse(page)]
        assert sorted(found) == sorted(
            article_id(f"https://news.example.com/{key}") for key in "abcd"
        )


def test_a_long_text_of_the_feed_needs_no_page(start):
    platform = One(7, start, 1)
    http = Paged(platform, start)
    platform.body = rss(("a", "word " * 600))
    _, records, _ = visited(FULL, platform, http)
    assert len(records) == 1
    assert http.read == []


def test_a_closed_site_is_read_by_its_feed_only(live, start):
    platform = Sites(7, start, 2)
    closed = next(site for site in SITES if site.closed)
    shelf, http = live(made(platform)["gazette"], platform, hours=50, every=0.5)
    assert shelf.bodies
    assert {one.path for one in http.asked if one.host == closed.host} == {"/rss.xml"}


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b'{"version": "x"}', b"<rss>", b"<html></html>", b"\xff\xfe", b"<opml></opml>",
     b'{"version":"https://jsonfeed.org/version/1","items":{}}', b"<rss/>" * 2],
)  # fmt: skip
def test_what_is_no_feed_is_malformed(body):
    with pytest.raises(SourceError):
        feed_of(body)


def test_a_feed_without_entries_is_a_feed():
    assert feed_of(b"<rss><channel><title>quiet</title></channel></rss>").entries == ()


def test_odd_addresses_of_entries_cost_only_themselves():
    body = rss(("a", "One")).replace(b"https://news.example.com/a", b"http://[::1")
    (record,) = FEED.parse(Payload(body, Cursor("")))
    assert record.url == ""
    assert canonical("http://[::1") == canonical("mailto:x@example.org") == ""


@pytest.mark.parametrize(
    ("said", "when", "precision"),
    [
        ("Sun, 22 Nov 2026 15:31 GMT", "2026-11-22T15:31:00+00:00", "minute"),
        ("Sun, 22 Nov 2026 10:31:02 -0500", "2026-11-22T15:31:02+00:00", "second"),
        ("22 Nov 26 15:31:02 EST", "2026-11-22T20:31:02+00:00", "second"),
        ("2026-11-22", "2026-11-22T00:00:00+00:00", "day"),
        ("2026-11-22T15:31:02.250Z", "2026-11-22T15:31:02.250000+00:00", "second"),
        ("2026-11-22 15:31", "2026-11-22T15:31:00+00:00", "minute"),
    ],
)
def test_times(said, when, precision):
    assert time_of_feed(said) == (datetime.fromisoformat(when), precision)


@pytest.mark.parametrize("said", ["", "soon", "0000-00-00", "Sun, 22 Nov 1926 15:31 GMT", "9" * 40])
def test_odd_times(said):
    with pytest.raises(SourceError):
        time_of_feed(said)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"url": "ftp://x"}, "url"),
        ({"url": "https://x.example", "community": "reddit"}, "community"),
    ],
)
def test_options_are_checked(options, told):
    with pytest.raises(ValueError, match=told):
        AnyFeed(**options)


@pytest.mark.parametrize("since", ["[]", "7", '{"digest": 1}', '{"waiting": 3}'])
def test_a_cursor_that_is_not_ours_is_named(since):
    with pytest.raises(Malformed, match="cursor"):
        Visit.of(Cursor(since))


def test_lobsters_asks_for_tags_together_and_leaves_comments_out_when_told(start):
    platform = Forum(7, start, 2)
    http = Direct([platform], start + timedelta(days=1))
    source = Lobsters(tags=("compsci", "hardware"), comments=False)
    list(source.fetch(http, None, http.now))
    assert [one.path for one in http.asked] == ["/t/compsci,hardware.rss"]


def test_a_cursor_says_what_is_new_to_both_feeds_of_lobsters(start):
    platform = Forum(7, start, 2)
    http = Direct([platform], start + timedelta(days=1))
    pages = list(Lobsters().fetch(http, None, http.now))
    assert [json.loads(page.cursor)["read"] for page in pages] == ["stories", "comments"]
    kinds = [{one.kind for one in Lobsters().parse(page)} for page in pages]
    assert kinds == [{"post"}, {"comment"}]
    assert all(one.published.tzinfo is UTC for page in pages for one in Lobsters().parse(page))
