"""Lobsters: two feeds, and a robots.txt that asks programs to read nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import ClassVar
from xml.sax.saxutils import escape

from internet.invent import Mix, dice, happenings, html
from internet.script import Item, Script, Shown
from internet.world import Happening, Limit, Request, Response

STORIES, COMMENTS = 25, 20
TAGS = ("compsci", "hardware", "practices")
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"


def short_id(number: int) -> str:
    """Six letters and digits that follow no order.

    >>> short_id(0) != short_id(1), len(short_id(7))
    (True, 6)
    """
    mixed = (number + 1) * 1_580_030_173 % len(LETTERS) ** 6
    return "".join(LETTERS[mixed // len(LETTERS) ** place % len(LETTERS)] for place in range(6))


class Lobsters:
    """Stories with tags and comments; nothing is deleted, for its feeds could not say so."""

    name: ClassVar[str] = "lobsters"
    hosts: ClassVar[tuple[str, ...]] = ("lobste.rs",)
    limit: ClassVar[Limit] = Limit(10, 600.0, 1)
    never: ClassVar[tuple[str, ...]] = (r"lobste\.rs/(?!robots\.txt|.*\.rss\Z)",)
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        mix = Mix(per_day=30, places=TAGS, deletes=0, leaves=0, private=0)
        self.happenings = happenings(seed, self.name, start, days, key=short_id, mix=mix)
        self.script = Script(self.happenings)
        self.titles = {one.key: one.title for one in self.happenings if one.act == "publish"}
        self.stories = Shown(self.script, STORIES)
        self.comments = Shown(self.script, COMMENTS)

    def respond(self, request: Request, now: datetime) -> Response:
        """One of the feeds, or a refusal."""
        if request.path == "/robots.txt":
            return Response(b"User-agent: *\nDisallow: /\nCrawl-delay: 1\n", kind="text/plain")
        if request.path == "/comments.rss":
            items = [self._comment(one) for one in self.comments.newest(now, _answers)]
        elif request.path in ("/newest.rss", "/rss"):
            items = [self._story(one) for one in self.stories.newest(now, _begins)]
        elif request.path.startswith("/t/") and request.path.endswith(".rss"):
            tags = request.path[3:-4].split(",")
            keep = self.stories.newest(now, lambda one: _begins(one) and one.place in tags)
            items = [self._story(one) for one in keep]
        else:
            return Response(b"<html><body>not for programs</body></html>", 403, "text/html")
        return Response(_rss(items).encode(), kind="application/rss+xml; charset=utf-8")

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """There is none."""
        return iter(())

    def due(self, now: datetime) -> Mapping[str, str]:
        """Everything either feed has shown."""
        stories = self.stories.seen(now, _begins).values()
        comments = self.comments.seen(now, _answers).values()
        bodies = [(one.key, "\n\n".join(part for part in (one.title, one.text) if part))
                  for one in (*stories, *comments)]  # fmt: skip
        return {f"lobsters:{key}": body for key, body in bodies}

    def sources(self) -> Sequence[Mapping[str, object]]:
        """One source."""
        return [{"name": "lobsters", "kind": "lobsters"}]

    def _story(self, item: Item) -> str:
        page = f"https://lobste.rs/s/{item.key}"
        link = page if item.text else f"https://example.net/{item.key}"
        words = html(item.text) if item.text else ""
        if not item.text:
            words += f'<p><a href="{page}/story">Comments</a></p>'
        via = dice(0, item.key).choice(("via", "by"))
        return (
            f"<item><title>{escape(item.title)}</title><link>{link}</link><guid>{page}</guid>"
            f"<author>example.net {via} {item.author}</author>"
            f"<pubDate>{format_datetime(item.at)}</pubDate><comments>{page}/story</comments>"
            f"<description>{escape(words)}</description><category>{item.place}</category></item>"
        )

    def _comment(self, item: Item) -> str:
        page = f"https://lobste.rs/c/{item.key}"
        title = self.titles[item.root]
        return (
            f"<item><title>{escape(title)}</title><link>{page}</link><guid>{page}</guid>"
            f"<author>{item.author}@lobste.rs ({item.author})</author>"
            f"<pubDate>{format_datetime(item.edited or item.at)}</pubDate>"
            f"<comments>{page}</comments><description>{escape(html(item.text))}</description></item>"
        )


def _begins(item: Item) -> bool:
    return not item.parent


def _answers(item: Item) -> bool:
    return bool(item.parent)


def _rss(items: Sequence[str]) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Lobsters</title>'
        '<link>https://lobste.rs/</link><atom:link href="https://lobste.rs/rss" rel="self"/>'
        f"<description></description><ttl>120</ttl>{''.join(items)}</channel></rss>"
    )
