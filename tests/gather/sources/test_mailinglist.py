"""Mailing lists against saved pages and against three invented archives."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from internet.direct import Direct
from internet.platforms.mailinglist import MailingList as Platform
from internet.world import Response

from groundswell.errors import Malformed
from groundswell.gather.archive import Row
from groundswell.gather.archives.mbox import Mbox
from groundswell.gather.mail import id_of, messages
from groundswell.gather.source import Cursor, Payload
from groundswell.gather.sources.mailinglist import BEYOND, NO_FILE, MailingList
from groundswell.testing import run_checks
from groundswell.testing.sources import source_checks
from groundswell.types.moment import micros

QUAY = MailingList(url="https://lists.example.org/quay-dev/", community="quay-dev")


def sources(platform):
    for table in platform.sources():
        yield MailingList(**{key: table[key] for key in ("url", "community", "archive")})


def test_golden(golden):
    payloads = golden(QUAY, "mailinglist")
    assert len(payloads) == 2
    run_checks(source_checks(QUAY, payloads))


def test_an_import_and_a_live_list_give_the_same_messages(golden):
    feed, mbox = (golden(QUAY, "mailinglist")[n] for n in (1, 0))
    raw = [b"quay-dev\n" + one for one in messages(mbox.body.splitlines(keepends=True))]
    imported = [Mbox().parse(Row(n, raw[n])) for n in (0, 1)]
    live, followed = list(QUAY.parse(mbox)), list(QUAY.parse(feed))
    assert [one.id for one in imported] == [one.id for one in live]
    assert {one.id for one in followed} == {one.id for one in live}
    assert [one.body for one in imported] == [one.body for one in live][:2]
    assert {one.author for one in live} == {one.author for one in followed}


def test_fetches_on_from_its_own_cursor(start):
    now = start + timedelta(days=2, hours=3)
    platform = Platform(3, start, 5)
    for source in sources(platform):
        http = Direct([platform], now)
        pages = list(source.fetch(http, None, now))
        first = None if source.archive == "public-inbox" else start  # its pages overlap by design
        run_checks(source_checks(source, pages, http=http, now=now, first=first))


def test_holds_what_was_sent(live, start):
    platform = Platform(7, start, 4)
    held = {}
    for source in sources(platform):
        shelf, http = live(source, platform, hours=24 * 4, every=1.5)
        assert not shelf.gaps
        assert not shelf.other
        held |= shelf.bodies
    assert held == platform.due(http.now)


def test_backfill_brings_the_same_over_the_end_of_a_month(live, start):
    start += timedelta(days=28)
    platform = Platform(7, start, 4)
    now = start + timedelta(days=4)
    held = {}
    for source in sources(platform):
        pages = list(source.backfill(Direct([platform], now), None, start, now))
        middle = len(pages) // 2
        rest = list(source.backfill(Direct([platform], now), pages[middle].cursor, start, now))
        assert [one.body for one in rest] == [one.body for one in pages[middle + 1 :]]
        held |= {one.id: one.body for page in pages for one in source.parse(page)}
        assert not any(page.gaps for page in pages)
    assert held == platform.due(now)


def test_a_feed_is_read_back_over_many_pages(live, start):
    platform = Platform(7, start, 5)
    (source, *_) = sources(platform)
    shelf, http = live(source, platform, hours=0, every=1)
    http.now = start + timedelta(hours=6)
    shelf.take(source.fetch(http, None, http.now))
    http.now = start + timedelta(days=5)
    pages = list(source.fetch(http, shelf.cursor, http.now))
    assert len(pages) > 3
    shelf.take(pages)
    assert shelf.bodies == {one: body for one, body in platform.due(http.now).items()
                            if one in shelf.bodies}  # fmt: skip
    assert len(shelf.bodies) == len([one for one in platform.happenings
                                     if one.place == "quay-dev"])  # fmt: skip
    assert not shelf.gaps


def feed(numbers, start):
    entries = "".join(
        f"<entry><author><email>a@b.example</email></author><title>Number {n}</title>"
        f"<updated>{start + timedelta(minutes=n):%Y-%m-%dT%H:%M:%SZ}</updated>"
        f'<link href="https://lists.example.org/quay-dev/{n}@b.example/"/><id>urn:uuid:{n}</id>'
        f"<content>Number {n}.</content></entry>"
        for n in numbers
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entries}</feed>'.encode()


class Endless:
    """A list with a message a minute, since ever."""

    hosts = ("lists.example.org",)

    def __init__(self, start):
        self.start = start

    def respond(self, request, now):
        stamp = request.get("t")
        newest = int((now - self.start).total_seconds()) // 60
        if stamp:
            when = datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
            newest = int((when - self.start).total_seconds()) // 60
        return Response(feed(range(newest, newest - 25, -1), self.start))


def test_a_feed_that_moved_on_too_far_leaves_a_gap(start):
    now = start + timedelta(days=2)
    http = Direct([Endless(start)], now)
    (first,) = QUAY.fetch(http, None, now)
    later = http.now = now + timedelta(days=1)
    pages = list(QUAY.fetch(http, first.cursor, later))
    assert len(pages) == 40
    (gap,) = pages[0].gaps
    assert (gap.start, gap.reason, gap.community) == (micros(now), BEYOND, "quay-dev")
    assert gap.stop == micros(later - timedelta(minutes=39 * 24 + 24))
    assert not any(page.gaps for page in pages[1:])
    assert list(QUAY.fetch(http, pages[-1].cursor, later)) == []


class Piper:
    """One month's file, as it is told."""

    hosts = ("lists.example.org",)
    files: dict[str, bytes]

    def respond(self, request, now):
        body = self.files.get(request.path.rpartition("/")[2])
        return Response(body, kind="text/plain") if body is not None else Response(b"", 404)


def message(n, words):
    return (f"From a at b.example  Sun Nov  1 10:00:00 2026\nFrom: a at b.example (A)\n"
            f"Date: Sun, 1 Nov 2026 10:0{n}:00 +0000\nMessage-ID: <{n}@b.example>\n\n{words}\n\n"
            ).encode()  # fmt: skip


def test_only_what_was_added_to_a_month_is_taken(start):
    source = MailingList(url="https://lists.example.org/pipermail/tides", community="tides",
                         archive="pipermail")  # fmt: skip
    platform, now = Piper(), start + timedelta(days=10)
    http = Direct([platform], now)
    one, two, three = message(1, "One."), message(2, "Two."), message(3, "Three.")
    cursor, found = None, []

    def visit(body):
        nonlocal cursor
        platform.files = {"2026-November.txt": body}
        for page in source.fetch(http, cursor, now):
            cursor = page.cursor
            found.extend(record.text for record in source.parse(page))
        told, found[:] = list(found), []
        return told

    assert visit(one + two) == ["One."]  # the last may have been cut short on the way
    assert visit(one + two) == ["Two."]
    assert visit(one + two) == []
    assert visit(one + two + three[:-9]) == []
    assert visit(one + two + three) == []
    assert visit(one + two + three) == ["Three."]
    assert visit(one + two[:-9]) == ["One."]  # not what was read before, so from the beginning
    assert visit(two + three) == ["Two."]  # one was taken out, so the file is read again
    assert visit(two + three) == ["Three."]
    packed = gzip.compress(message(4, "Packed."))
    platform.files = {"2026-November.txt.gz": packed}
    december = start + timedelta(days=31)
    (page,) = source.fetch(http, cursor, december)
    assert [record.text for record in source.parse(page)] == ["Packed."]
    assert next(iter(source.parse(page))).author == "a@b.example"


def test_a_past_month_that_is_not_packed_is_asked_for_twice(start):
    source = MailingList(url="https://lists.example.org/pipermail/tides/", community="tides",
                         archive="pipermail")  # fmt: skip
    platform, now = Piper(), start + timedelta(days=5)
    whole = message(1, "One.") + message(2, "Two.")

    class Torn(Direct):
        def get(self, url, *, params=None, headers=None):
            first = not any(one.path == url[len("https://lists.example.org") :]
                            for one in self.asked)  # fmt: skip
            platform.files = {"2026-October.txt": whole[:-9] if first else whole}
            return super().get(url, params=params, headers=headers)

    pages = list(source.backfill(Torn([platform], now), None, start - timedelta(days=3), now))
    texts = [record.text for page in pages for record in source.parse(page)]
    assert texts == ["One."]
    platform.files = {"2026-October.txt": whole}
    pages = list(source.backfill(Direct([platform], now), None, start - timedelta(days=3), now))
    assert [record.text for record in source.parse(pages[0])] == ["One.", "Two."]


def test_a_month_without_a_file_is_a_gap(start):
    source = MailingList(url="https://lists.example.org/pipermail/tides/", community="tides",
                         archive="pipermail")  # fmt: skip
    platform = Piper()
    platform.files = {"2026-November.txt.gz": message(1, "One.")}
    december = start + timedelta(days=40)
    first = start - timedelta(days=50)
    pages = list(source.backfill(Direct([platform], december), None, first, december))
    gaps = [gap for page in pages for gap in page.gaps]
    assert [(gap.start, gap.stop) for gap in gaps] == [
        (micros(start - timedelta(days=61)), micros(start - timedelta(days=31))),
        (micros(start - timedelta(days=31)), micros(start)),
    ]
    assert {gap.reason for gap in gaps} == {NO_FILE}
    assert sum(len(list(source.parse(page))) for page in pages) == 1


def test_a_page_that_is_no_feed_is_said(start):
    class Wall:
        hosts = ("lists.example.org",)

        def respond(self, request, now):
            return Response(b"<html><body>Are you human?</body></html>")

    with pytest.raises(Malformed, match="not a feed"):
        list(QUAY.fetch(Direct([Wall()], start), None, start))


@pytest.mark.parametrize(
    "options",
    [{"url": "https://x.example/l", "community": "l", "archive": "usenet"},
     {"url": "lists", "community": "l"}, {"url": "https://x.example/l", "community": ""}],
)  # fmt: skip
def test_wrong_options_are_named(options):
    with pytest.raises(ValueError, match=r"archive|url"):
        MailingList(**options)


def test_a_broken_message_does_not_cost_the_others():
    body = message(1, "One.") + b"From x y 10:00\nSubject: =?x?\nDate: \xff\n\n\xff\n\n"
    (only,) = QUAY.parse(Payload(body + message(1, "One."), Cursor("")))
    assert (only.id, only.text) == (id_of("1@b.example"), "One.")
