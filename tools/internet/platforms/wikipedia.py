"""Wikimedia's pageviews: numbers a day late, some days missing, some articles unknown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar
from urllib.parse import unquote

from internet.invent import dice
from internet.world import Happening, Limit, Request, Response

ARTICLES = ("Tide_clock", "Estuary", "AC/DC_(gauge)")
VIEWS = re.compile(
    r"/api/rest_v1/metrics/pageviews/per-article/en\.wikipedia/all-access/user/"
    r"([^/]+)/daily/(\d{8})00/(\d{8})00"
)
LATE = timedelta(hours=27)  # after which a day's numbers are out
DAY = timedelta(days=1)


class Wikipedia:
    """Views of three articles; nobody writes anything here."""

    name: ClassVar[str] = "wikipedia"
    hosts: ClassVar[tuple[str, ...]] = ("wikimedia.org",)
    limit: ClassVar[Limit] = Limit(70, 60.0, 2)
    happenings: Sequence[Happening] = ()

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        self.seed, self.start, self.days = seed, start, days

    def respond(self, request: Request, now: datetime) -> Response:
        """The days of an article that are out, or a problem when there are none."""
        found = VIEWS.fullmatch(request.path)
        if found is None or unquote(found[1]) not in ARTICLES:
            return _problem("The date(s) you used are valid, but we either do not have data")
        title = unquote(found[1])
        day, last = (date.fromisoformat(found[n]) for n in (2, 3))
        items: list[dict[str, Any]] = []
        while day <= last:
            views = self.views(title, day, now)
            if views is not None:
                items.append(_item(title, day, views))
            day += DAY
        return Response(json.dumps({"items": items}).encode()) if items else _problem("no data")

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """There is none."""
        return iter(())

    def due(self, now: datetime) -> Mapping[str, str]:
        """No records."""
        return {}

    def views(self, title: str, day: date, now: datetime) -> int | None:
        """The views of a day; None when they are not out, or when the day is missing."""
        begin = datetime.combine(day, time(), UTC)
        if begin + LATE > now or not self.start <= begin < self.start + self.days * DAY:
            return None
        chance = dice(self.seed, self.name, title, day.isoformat())
        return None if chance.random() < 0.05 else chance.randrange(100, 90_000)

    def sources(self) -> Sequence[Mapping[str, object]]:
        """All articles, and one that is not there."""
        titles = ["Tide clock", "Estuary", "AC/DC (gauge)", "No such page"]
        return [{"name": "wikipedia", "kind": "wikipedia", "articles": titles}]


def _item(title: str, day: date, views: int) -> dict[str, Any]:
    return {"project": "en.wikipedia", "article": title, "granularity": "daily",
            "timestamp": f"{day:%Y%m%d}00", "access": "all-access", "agent": "user",
            "views": views}  # fmt: skip


def _problem(detail: str) -> Response:
    told = {"type": "https://mediawiki.org/wiki/HyperSwitch/errors/not_found",
            "title": "Not found.", "method": "get", "detail": detail}  # fmt: skip
    return Response(json.dumps(told).encode(), 404, "application/problem+json")
