"""Publications and blogs with feeds of every form, and the pages of their articles."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import ClassVar, Literal
from xml.sax.saxutils import escape, quoteattr

from groundswell.gather.addresses import article_id
from internet.invent import Mix, dice, happenings, html, text, topic
from internet.script import Item, Script, Shown
from internet.world import Happening, Limit, Request, Response

Form = Literal["rss", "atom", "rdf", "json"]
WINDOW = 40
HEAD = '<?xml version="1.0" encoding="{}"?>\n'
SUMMARY = 160  # characters of a page's text that its feed gives


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site. `pages`: its articles are read on their own pages; `closed`: robots.txt forbids
    that. `moved`: the desk still knows the feed by an older address."""

    host: str
    title: str
    form: Form
    lang: str = "en"
    blog: bool = False
    pages: bool = False
    closed: bool = False
    moved: bool = False
    charset: str = "utf-8"

    @property
    def feed(self) -> str:
        """The path of its feed."""
        return {"rss": "/rss.xml", "atom": "/atom.xml", "rdf": "/index.rdf",
                "json": "/feed.json"}[self.form]  # fmt: skip


SITES = (
    Site(host="news.example.com", title="The Quay Daily", form="rss", pages=True),
    Site(host="gazette.example.net", title="Inland Gazette", form="rss", pages=True, closed=True),
    Site(host="herald.example.org", title="Le Héraut", form="rdf", lang="fr", charset="iso-8859-1"),
    Site(host="moss.example.org", title="Moss & Grid", form="atom", blog=True, moved=True),
    Site(host="notes.example.edu", title="Field notes", form="json", blog=True),
)
HOSTS = {site.host: site for site in SITES}


class Feeds:
    """Five sites: two newspapers with pages (one of them closed to programs), one in Latin-1, an
    Atom blog that moved, a JSON feed. Nothing is deleted: feeds cannot say so."""

    name: ClassVar[str] = "feeds"
    hosts: ClassVar[tuple[str, ...]] = tuple(HOSTS)
    limit: ClassVar[Limit] = Limit(62, 60.0, 2)
    never: ClassVar[tuple[str, ...]] = (r"gazette\.example\.net/\d{4}/", r"[^/]+/login")
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        mix = Mix(per_day=30, places=tuple(HOSTS), people=40, replies=0, titles="all", bare=0,
                  deletes=0, leaves=0, private=0, edits=0.1)  # fmt: skip
        self.happenings = happenings(
            seed, self.name, start, days, key=lambda n: str(88_000 + 13 * n), mix=mix
        )
        self.shown = Shown(Script(self.happenings), WINDOW)
        self.seed = seed

    def respond(self, request: Request, now: datetime) -> Response:
        """A feed, a page, or robots.txt."""
        site = HOSTS[request.host]
        if request.path == "/robots.txt":
            rule = "Disallow: /\nAllow: /rss.xml\n" if site.closed else "Disallow: /login\n"
            return Response(f"User-agent: *\n{rule}".encode(), kind="text/plain")
        if request.path == "/old.xml" and site.moved:
            return Response(b"", 301, "text/html", {"Location": f"https://{site.host}{site.feed}"})
        items = self.shown.newest(now, _on(site.host))
        if request.path == site.feed:
            return _conditional(request, self._feed(site, items, now))
        for item in self.shown.script.live(now):
            if item.place == site.host and request.path == _path(item):
                return Response(self._page(site, item).encode(), kind="text/html; charset=utf-8")
        return Response(b"<html><body><h1>Not found</h1></body></html>", 404, "text/html")

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """There is none."""
        return iter(())

    def due(self, now: datetime) -> Mapping[str, str]:
        """Every entry as its feed, or its page, showed it last."""
        return {
            article_id(f"https://{site.host}{_path(item)}", source=_source(site)):
                f"{item.title}\n\n{self._due(site, item)}"
            for site in SITES
            for item in self.shown.seen(now, _on(site.host)).values()
        }  # fmt: skip

    def sources(self) -> Sequence[Mapping[str, object]]:
        """One source a site."""
        return [
            {"name": site.host.partition(".")[0], "kind": "feed",
             "url": f"https://{site.host}{'/old.xml' if site.moved else site.feed}",
             "outlet": site.title, "community": "blogs" if site.blog else "news",
             "full_text": site.pages}
            for site in SITES
        ]  # fmt: skip

    def _due(self, site: Site, item: Item) -> str:
        if site.pages and not site.closed:
            return self._whole(item).replace("\n\n", "\n")
        return _summary(item) if site.pages else item.text

    def _whole(self, item: Item) -> str:
        """The text of an article's page: longer than what is in the feed."""
        chance = dice(self.seed, "page", item.key)
        about = topic(chance)
        more = [text(chance, about, longest=2) for _ in range(3)]
        return "\n\n".join([item.text, *more])

    def _feed(self, site: Site, items: Sequence[Item], now: datetime) -> Response:
        make, kind = FORMS[site.form]
        body = make(site, items).encode(site.charset, "xmlcharrefreplace")
        return Response(body, kind=kind)

    def _page(self, site: Site, item: Item) -> str:
        title = escape(item.title)
        return (
            f'<!doctype html><html lang="{site.lang}"><head><meta charset="utf-8">'
            f"<title>{title} - {escape(site.title)}</title></head><body>"
            '<nav><a href="/">Home</a> <a href="/about">About</a></nav>'
            f"<main><article><h1>{title}</h1>{html(self._whole(item))}</article></main>"
            f'<footer><p>{escape(site.title)}. <a href="/imprint">Imprint</a></p></footer>'
            "</body></html>"
        )


def _on(host: str) -> Callable[[Item], bool]:
    return lambda item: item.place == host


def _source(site: Site) -> str:
    return "blog" if site.blog else "news"


def _path(item: Item) -> str:
    return f"/{item.at:%Y}/{item.key}"


def _link(site: Site, item: Item) -> str:
    return f"https://{site.host}{_path(item)}?utm_source=feed&utm_medium=rss#top"


def _summary(item: Item) -> str:
    """The beginning of a text, cut between words; an edit shows at its end."""
    words = item.text.replace("\n\n", " ")
    cut = words if len(words) <= SUMMARY else words[:SUMMARY].rpartition(" ")[0] + " …"
    return f"{cut} (updated {item.edited:%H:%M})" if item.edited else cut


def _rss(site: Site, items: Sequence[Item]) -> str:
    made = "".join(
        f"<item><title>{escape(item.title)}</title><link>{escape(_link(site, item))}</link>"
        f'<guid isPermaLink="false">{site.host}-{item.key}</guid>'
        f"<pubDate>{format_datetime(item.at)}</pubDate><dc:creator>{item.author}</dc:creator>"
        f"<description>{escape('<p>' + escape(_summary(item)) + '</p>')}</description></item>"
        for item in items
    )
    return (
        HEAD.format("utf-8") + '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f'<atom:link href="https://{site.host}{site.feed}" rel="self"/>'
        f"<title>{escape(site.title)}</title><link>https://{site.host}/</link>"
        f"<language>{site.lang}-GB</language><ttl>15</ttl>{made}</channel></rss>"
    )


def _atom(site: Site, items: Sequence[Item]) -> str:
    made = "".join(
        f"<entry><id>tag:{site.host},2026:{item.key}</id><title>{escape(item.title)}</title>"
        f'<link rel="alternate" href={quoteattr(_link(site, item))}/>'
        f"<published>{item.at.isoformat()}</published>"
        f"<updated>{(item.edited or item.at).isoformat()}</updated>"
        f"<author><name>{item.author}</name></author>{_content(item)}</entry>"
        for item in items
    )
    return (
        HEAD.format("utf-8") + f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{site.lang}">'
        f"<title>{escape(site.title)}</title><id>tag:{site.host},2026:/</id>"
        f'<link rel="self" href="https://{site.host}{site.feed}"/>'
        f'<link rel="alternate" href="https://{site.host}/"/>{made}</feed>\n'
    )


def _content(item: Item) -> str:
    """A text as XHTML every third time, else as escaped HTML."""
    if item.number % 3:
        return f'<content type="html">{escape(html(item.text))}</content>'
    return (
        '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
        f"{html(item.text)}</div></content>"
    )


def _rdf(site: Site, items: Sequence[Item]) -> str:
    made = "".join(
        f"<item rdf:about={quoteattr(_link(site, item))}><title>{escape(item.title)}</title>"
        f"<link>{escape(_link(site, item))}</link><dc:date>{item.at.isoformat()}</dc:date>"
        f"<description>{escape(item.text[:20])}</description>"
        f"<content:encoded><![CDATA[{html(item.text)}]]></content:encoded></item>"
        for item in items
    )
    return (
        HEAD.format(site.charset)
        + '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f'<channel rdf:about="https://{site.host}/"><title>{escape(site.title)}</title>'
        f"<link>https://{site.host}/</link><dc:language>{site.lang}</dc:language></channel>"
        f"{made}</rdf:RDF>"
    )


def _json(site: Site, items: Sequence[Item]) -> str:
    made = []
    for item in items:
        told: dict[str, object] = {
            "id": item.key,
            "url": _link(site, item),
            "title": item.title,
            "date_published": item.at.isoformat(),
            "authors": [{"name": item.author}],
        }
        if item.number % 2:
            told["content_html"] = html(item.text, "br")
        else:
            told["content_text"] = item.text
        made.append(told)
    return json.dumps({
        "version": "https://jsonfeed.org/version/1.1", "title": site.title,
        "home_page_url": f"https://{site.host}/", "language": site.lang, "items": made,
    })  # fmt: skip


FORMS: dict[Form, tuple[Callable[[Site, Sequence[Item]], str], str]] = {
    "rss": (_rss, "application/rss+xml; charset=utf-8"),
    "atom": (_atom, "application/atom+xml"),
    "rdf": (_rdf, "application/rdf+xml"),
    "json": (_json, "application/feed+json"),
}


def _conditional(request: Request, response: Response) -> Response:
    """The same with an ETag, or 304 when the asker has it."""
    etag = f'W/"{hashlib.sha256(response.body).hexdigest()[:12]}"'
    headers = {"ETag": etag, "Cache-Control": "max-age=300"}
    if request.headers.get("if-none-match") == etag:
        return Response(b"", 304, response.kind, headers)
    return Response(response.body, 200, response.kind, headers)
