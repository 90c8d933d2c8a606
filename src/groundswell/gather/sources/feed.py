"""Any RSS, Atom or JSON feed: articles of a publication or a blog, in full where a site allows."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from groundswell.errors import Malformed, SourceError
from groundswell.gather.addresses import article_id, canonical, hashed, host
from groundswell.gather.article import Page, article_of
from groundswell.gather.feeds import Entry, Feed, feed_of
from groundswell.gather.listing import decoded, packed, table
from groundswell.gather.source import Cursor, Dossier, Found, Http, Payload
from groundswell.gather.visits import Visit, entry_of, entry_told, mark_of
from groundswell.http.charset import text_of
from groundswell.types import Record, RecordId
from groundswell.types.moment import moment

SOURCES = {"news": "news", "blogs": "blog"}
WHOLE = 2_000  # characters from which a feed's own text needs no page
WORD = re.compile(r"\w{4,}")
END, TAIL = b"</html", 4_096  # how a page ends, and how many bytes may stand behind that
ENVELOPE = b'{"entry":'  # of an article whose page was read


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyFeed:
    """The entries of one feed.

    `outlet`: whose articles these are, by default the site they stand on. `community`: "news" or
    "blogs". `full_text`: ask for each article's own page, where robots.txt allows it, and keep its
    text instead of the feed's, where site and page refuse neither index, archive nor models.
    """

    kind: ClassVar[str] = "feed"
    dossier: ClassVar[Dossier] = Dossier(
        title="RSS, Atom and JSON feeds",
        access="open",
        terms="each site's own; robots.txt and the wishes of pages are kept for full texts",
        every=600,
        lag=900,
        backfill="none",
        threads="none",
        deletes="none: an entry that leaves the feed was not deleted",
        limits="Left alone for as long as the feed asks, and longer while nothing changes.",
        gaps=("What left the feed between two visits is lost, and noted as a gap.",),
    )

    url: str
    outlet: str = ""
    community: str = "news"
    full_text: bool = False

    def __post_init__(self) -> None:
        if not canonical(self.url):
            raise ValueError(f"key 'url': {self.url!r} is no http or https address")
        if self.community not in SOURCES:
            raise ValueError(f"key 'community': {self.community!r} is neither news nor blogs")

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """The feed, if it changed, or an empty payload; then pages of articles one by one."""
        visit = Visit.of(since)
        if visit.early(now):
            yield from self._pages(http, visit, now)
            return
        answer = http.get(self.url)
        if visit.knows(answer):
            visit.stay(answer, now)
            yield Payload(b"", visit.cursor(), self.url)
        else:
            kind = answer.headers.get("content-type", "")
            feed = feed_of(answer.body, charset=kind, url=self.url)
            gaps = visit.go_on(feed, answer, self.community, now)
            if self.full_text:
                self._set_aside(feed, visit)
            yield Payload(as_utf8(answer.body, kind), visit.cursor(), self.url, gaps)
        visit.new = frozenset()
        yield from self._pages(http, visit, now)

    def parse(self, payload: Payload) -> Iterable[Found]:
        """Records of a feed: of its new entries where the cursor names them, else of all."""
        if not payload.body:
            return []
        if payload.body.startswith(ENVELOPE):
            return self._from_page(decoded(payload.body, "feed"))
        feed = feed_of(payload.body, url=self.url)
        visit = Visit.of(payload.cursor or None)
        first_seen = moment(visit.at) if visit.at else None
        found = (
            self._record(entry, record_id, first_seen)
            for entry, record_id in _ids(feed, self)
            if not payload.cursor or mark_of(entry) in visit.new
        )
        return list({one.id: one for one in found if one is not None}.values())

    def _pages(self, http: Http, visit: Visit, now: datetime) -> Iterator[Payload]:
        """Articles whose pages are due; the feed's own words for a page that cannot be had."""
        visit.new = frozenset()
        for key, waiting in [*visit.due(now)]:
            told = read(http, waiting.entry, again=waiting.tries > 0)
            if told is not None:
                visit.done(key)
                if told is waiting.entry and waiting.tries:
                    told = None  # the feed's own words, which were told when it was tried first
            elif not waiting.known:
                told = waiting.entry
            if key in visit.waiting:
                waiting.failed(now)
            if waiting.hopeless:
                del visit.waiting[key]
            body = packed({"entry": entry_told(told), "id": waiting.id}) if told else b""
            yield Payload(body, visit.cursor(), waiting.entry.url)

    def _set_aside(self, feed: Feed, visit: Visit) -> None:
        """Have the pages of new entries read whose text the feed does not give in full."""
        for entry, record_id in _ids(feed, self):
            if mark_of(entry) in visit.new and entry.url and len(entry.text) < WHOLE:
                visit.set_aside(entry, record_id)

    def _from_page(self, told: object) -> list[Found]:
        data = table(told, "feed")
        try:
            entry = entry_of(table(data["entry"], "entry"))
        except (KeyError, TypeError, OverflowError, ValueError) as problem:
            raise Malformed(f"feed: not an entry of ours ({problem})") from problem
        record_id = str(data.get("id"))
        if not record_id.startswith(f"{SOURCES[self.community]}:"):
            raise Malformed(f"feed: {record_id[:40]!r} is no id of ours")
        record = self._record(entry, RecordId(record_id), None)
        return [record] if record else []

    def _record(self, entry: Entry, record_id: RecordId, late: datetime | None) -> Record | None:
        """An entry as a record; None without a time, which only a visit can make up for."""
        published = entry.published or late
        if published is None:
            return None
        edited = entry.updated if entry.updated and entry.updated > published else None
        return Record(
            id=record_id,
            source=SOURCES[self.community],
            kind="article",
            community=self.community,
            outlet=self.outlet or entry.outlet or host(entry.url) or host(self.url),
            title=entry.title,
            text=entry.text,
            url=canonical(entry.url),
            author=entry.author,
            lang=entry.lang,
            published=published,
            precision=entry.precision,
            edited=edited,
        )


def _ids(feed: Feed, source: AnyFeed) -> Iterator[tuple[Entry, RecordId]]:
    """Entries with their ids: the address, unless it is the site's or stands for several."""
    kind, site = SOURCES[source.community], canonical(feed.site)
    addresses = [canonical(one.url) for one in feed.entries]
    often = Counter(addresses)
    for entry, address in zip(feed.entries, addresses, strict=True):
        if not address or often[address] > 1 or address == site:
            yield entry, hashed(source.url, entry.identity, source=kind)
        else:
            yield entry, article_id(address, source=kind)


def read(http: Http, entry: Entry, *, again: bool = False) -> Entry | None:
    """An entry with the text of its page; as it is where the page has no more, or asks that its
    text not be used; None when it cannot be had for now.

    A page without its end is believed only when it is asked for `again`: it may have been cut on
    the way, or it is a site that leaves the last tag out.
    """
    try:
        answer = http.page(entry.url)
        if answer.wishes is not None and not answer.wishes.unreserved:
            return entry
        if not again and END not in answer.body[-TAIL:].lower():
            return None
        kind = answer.headers.get("content-type", "")
        page = Page(html=answer.body, url=answer.url, content_type=kind, wishes=answer.wishes)
        found = article_of(page)
    except SourceError:
        return None  # the feed's own words are enough, and the page is asked for again
    if found is None or not about(found.title + " " + found.text, entry.title):
        return None
    if len(found.text) <= len(entry.text):
        return entry
    return replace(
        entry,
        text=found.text,
        title=entry.title or found.title,
        published=entry.published or found.published,
        precision=entry.precision if entry.published else found.precision,
        author=entry.author or found.author,
        lang=found.language if entry.lang == "und" else entry.lang,
    )


def about(text: str, title: str) -> bool:
    """Whether a page is the one its title promises: a login page has other words.

    >>> about("Quay data is open now", "Quay data opened"), about("Sign in", "Quay data opened")
    (True, False)
    """
    words = set(WORD.findall(title.casefold()))
    return 2 * len(words & set(WORD.findall(text.casefold()))) >= len(words)


def as_utf8(body: bytes, content_type: str) -> bytes:
    """A body that says its own charset, where only its header did."""
    if "charset" not in content_type.lower() or "utf-8" in content_type.lower():
        return body
    return codecs.BOM_UTF8 + text_of(body, content_type).encode("utf-8", "replace")
