"""Wikipedia: how often articles are read, a day at a time. Attention, not words: no records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar
from urllib.parse import quote

from groundswell.errors import BadRow, NotFound, SourceError
from groundswell.gather.cursors import number
from groundswell.gather.fields import need
from groundswell.gather.listing import cursor_of, decoded, every, rows, state_of, table
from groundswell.gather.source import Cursor, Dossier, Found, Http, Payload
from groundswell.types import Indicator
from groundswell.types.moment import as_date, as_day

API = "https://wikimedia.org/api/rest_v1/metrics/pageviews/per-article"
FRESH = {"Cache-Control": "no-cache"}
BEGAN = date(2015, 7, 1)  # the first day that was counted this way
LAST = 100_000  # a day beyond which no cursor of ours can be
FIRST = 7  # days of the past to begin with
SPAN = 365  # days of one request


@dataclass(frozen=True, slots=True, kw_only=True)
class Wikipedia:
    """Daily views by people (not spiders) of some `articles` of one `project`, all devices.

    A series is called "<project>/<Article_title>"; its unit is views.
    """

    kind: ClassVar[str] = "wikipedia"
    dossier: ClassVar[Dossier] = Dossier(
        title="Wikipedia pageviews",
        access="open",
        terms="https://foundation.wikimedia.org/wiki/Terms_of_Use; the numbers are CC0.",
        redistribute=True,
        every=6 * 3600,
        lag=2 * 86400,
        backfill="every day since July 2015",
        limits="one request a second; a user agent with an address is required",
        gaps=(
            "A day comes out about 24 hours after it ended.",
            "A day that is missing in an answer is unknown, not zero: it is left out.",
            "An article that is renamed goes on under its new title: name it in the desk too.",
        ),
    )
    articles: tuple[str, ...]
    project: str = "en.wikipedia"

    def __post_init__(self) -> None:
        if not self.articles or not self.project:
            raise ValueError("articles names no article of a project; add a title")

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """The days of each article since the last that was known."""
        yesterday = as_day(now.astimezone(UTC).date()) - 1
        return self._days(http, state_of(since), yesterday - FIRST + 1, yesterday)

    def backfill(
        self, http: Http, since: Cursor | None, first: datetime, now: datetime
    ) -> Iterator[Payload]:
        """The days of each article from `first` on, a year at a time."""
        begin = as_day(max(first.astimezone(UTC).date(), BEGAN))
        return self._days(http, state_of(since), begin, as_day(now.astimezone(UTC).date()) - 1)

    def parse(self, payload: Payload) -> Iterable[Found]:
        """One indicator a day and article."""
        what = payload.url or API
        data = table(decoded(payload.body, what), what)
        if "items" not in data and "detail" in data:
            raise SourceError(f"{what}: {data['detail']}")
        return every(rows(data.get("items"), what), _views)

    def _days(
        self, http: Http, state: Mapping[str, Any], begin: int, last: int
    ) -> Iterator[Payload]:
        done = dict(state)
        for article in self.articles:
            title = article.strip().replace(" ", "_")
            first = number(done, title, begin - 1, most=LAST)
            for start in range(first + 1, last + 1, SPAN):
                stop = min(start + SPAN - 1, last)
                span = "/".join(f"{as_date(day):%Y%m%d}00" for day in (start, stop))
                url = f"{API}/{self.project}/all-access/user/{quote(title, safe='')}/daily/{span}"
                try:
                    answer = http.get(url, headers=FRESH)
                except NotFound:
                    continue  # not out yet, or nobody read it: nothing says which
                known = [one.day for one in self.parse(Payload(answer.body, Cursor(""), url))
                         if isinstance(one, Indicator)]  # fmt: skip
                done[title] = max([first, *known])
                yield Payload(answer.body, cursor_of(done), url)


def _views(item: Mapping[str, Any]) -> Iterator[Indicator]:
    views = item.get("views")
    if type(views) is not int or views < 0:
        raise BadRow("no views")
    stamp = need(item, "timestamp")
    try:
        day = date.fromisoformat(stamp[:8])
    except ValueError as problem:
        raise BadRow("not a day") from problem
    series = f"{need(item, 'project')}/{need(item, 'article')}"
    yield Indicator(series=series, day=as_day(day), value=views, unit="views", source="wikipedia")
