"""Google News: a search feed over invented outlets, with opaque addresses."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import ClassVar
from xml.sax.saxutils import escape

from internet.invent import Mix, happenings
from internet.script import Item, Script
from internet.world import Happening, Limit, Request, Response

OUTLETS = ("The Quay Daily", "Inland Gazette", "Coast Wire", "Morning Ledger", "Tidal Times")
MOST = 100
LATEST = timedelta(minutes=75)  # after which none is found that was not found before
WHEN = re.compile(r"when:(\d+)([hd])")


class GoogleNews:
    """Headlines only; what is older than the query asks for is not given."""

    name: ClassVar[str] = "googlenews"
    hosts: ClassVar[tuple[str, ...]] = ("news.google.com",)
    limit: ClassVar[Limit] = Limit(6, 900.0, 1)
    never: ClassVar[tuple[str, ...]] = (r"news\.google\.com/rss/articles/",)
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        mix = Mix(per_day=40, places=OUTLETS, replies=0, titles="all", bare=0, deletes=0, leaves=0,
                  private=0, edits=0, late=0.3)  # fmt: skip
        made = happenings(seed, self.name, start, days, key=_opaque, mix=mix)
        self.happenings = [one for one in made if (one.shown or one.at) - one.at < LATEST]
        self.script = Script(self.happenings)

    def respond(self, request: Request, now: datetime) -> Response:
        """The search feed."""
        if request.path != "/rss/search":
            return Response(b"<html><body>Before you continue</body></html>", 200, "text/html")
        found = WHEN.search(request.get("q"))
        hours = int(found[1]) * (24 if found[2] == "d" else 1) if found else 24 * 365
        oldest = now - timedelta(hours=hours)
        items = [one for one in self.script.live(now) if one.at > oldest]
        items.sort(key=lambda one: (one.at, one.number), reverse=True)
        body = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><rss version="2.0"><channel>'
            "<title>search - Google News</title><link>https://news.google.com/</link>"
            f"<language>en-US</language>{''.join(map(_item, items[:MOST]))}</channel></rss>"
        )
        return Response(body.encode(), kind="application/xml; charset=utf-8")

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """There is none."""
        return iter(())

    def due(self, now: datetime) -> Mapping[str, str]:
        """Every headline: none is found later than a query asks for."""
        return {f"news:google-{one.key}": one.title for one in self.script.due(now)}

    def sources(self) -> Sequence[Mapping[str, object]]:
        """One query."""
        return [{"name": "google", "kind": "googlenews", "query": "harbour OR garden"}]


def _opaque(number: int) -> str:
    return "CBMi" + base64.urlsafe_b64encode(f"invented-{number:06}".encode()).decode().rstrip("=")


def _item(item: Item) -> str:
    link = f"https://news.google.com/rss/articles/{item.key}?oc=5"
    anchor = f'<a href="{link}" target="_blank">{escape(item.title)}</a>'
    return (
        f"<item><title>{escape(item.title)} - {item.place}</title><link>{link}</link>"
        f'<guid isPermaLink="false">{item.key}</guid>'
        f"<pubDate>{format_datetime(item.at, usegmt=True)}</pubDate>"
        f"<description>{escape(anchor)}</description>"
        f'<source url="https://{item.place.split()[-1].lower()}.example">{item.place}</source></item>'
    )
