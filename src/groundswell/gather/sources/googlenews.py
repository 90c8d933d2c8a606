"""Google News by its search feed: who reported what, without the articles' own words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlencode

from groundswell.errors import Forbidden, Malformed, Throttled, Upstream
from groundswell.gather.feeds import Entry, feed_of
from groundswell.gather.source import Cursor, Dossier, Found, Http, Payload
from groundswell.gather.visits import Visit, mark_of
from groundswell.types import Record, RecordId

SEARCH = "https://news.google.com/rss/search"
MOST = 100  # articles of an answer
REFUSED = timedelta(hours=1)  # to stay away after a refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleNews:
    """Headlines found by a query in one edition of Google News.

    `query` takes its operators: "a phrase", site:, intitle:, OR. `hl`, `gl`, `ceid` name the
    edition. The addresses it gives lead to Google and are kept as they are.
    """

    kind: ClassVar[str] = "googlenews"
    dossier: ClassVar[Dossier] = Dossier(
        title="Google News",
        access="open",
        terms="an undocumented feed: switch it on only if you may use it",
        every=900,
        lag=3_600,
        backfill="none",
        threads="none",
        deletes="none: an article that leaves the answer was not deleted",
        limits="Asked at most every 15 minutes, and left alone for an hour after a refusal.",
        gaps=(
            "An answer holds 100 articles at most; what is beyond is noted as a gap.",
            "Only headlines: the articles themselves come from their own feeds.",
        ),
    )

    query: str
    hl: str = "en-US"
    gl: str = "US"
    ceid: str = "US:en"

    def __post_init__(self) -> None:
        if not self.query.strip():
            raise ValueError("key 'query': is empty; say what to search for")

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """What was reported lately: within two hours, or since the last visit."""
        visit = Visit.of(since)
        url = f"{SEARCH}?{urlencode(self._asked(visit, now))}"
        try:
            answer = http.get(url)
            if visit.knows(answer):
                return
            feed = feed_of(answer.body, charset=answer.headers.get("content-type", ""), url=url)
        except (Forbidden, Malformed, Throttled, Upstream) as problem:
            raise Throttled(f"Google News: {problem}", until=now + REFUSED) from problem
        gaps = visit.go_on(feed, answer, "news", now)
        capped = len(feed.entries) >= MOST
        yield Payload(answer.body, visit.cursor(), url, gaps if capped else ())

    def parse(self, payload: Payload) -> Iterable[Found]:
        """Headlines with their outlets; those the cursor names as new, else all."""
        feed = feed_of(payload.body)
        new = Visit.of(payload.cursor).new if payload.cursor else None
        found = (self._record(one) for one in feed.entries if new is None or mark_of(one) in new)
        return list({one.id: one for one in found if one is not None}.values())

    def _asked(self, visit: Visit, now: datetime) -> dict[str, str]:
        hours = 2 if not visit.at else 2 + (int(now.timestamp()) - visit.at // 1_000_000) // 3_600
        when = f"{hours}h" if hours <= 48 else f"{-(-hours // 24)}d"
        return {"q": f"{self.query} when:{when}", "hl": self.hl, "gl": self.gl, "ceid": self.ceid}

    def _record(self, entry: Entry) -> Record | None:
        entry = without_outlet(entry)
        if entry.published is None or not entry.outlet:
            return None
        return Record(
            id=RecordId(f"news:google-{entry.identity}"),
            source="news",
            kind="article",
            community="news",
            outlet=entry.outlet,
            title=entry.title,
            text="",
            url=entry.url,
            lang=self.hl.partition("-")[0].lower(),
            published=entry.published,
            precision=entry.precision,
        )


def without_outlet(entry: Entry) -> Entry:
    """A headline without the " - Outlet" that Google puts behind it.

    >>> without_outlet(Entry(identity="1", title="A - b - C", outlet="C")).title
    'A - b'
    """
    return replace(entry, title=entry.title.removesuffix(f" - {entry.outlet}"))
