"""Feeds in all their forms: RSS 0.9 to 2.0, Atom, JSON Feed. Bytes in, entries out; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import escape
from typing import Any
from urllib.parse import urljoin

from groundswell.errors import BadRow, Malformed
from groundswell.gather.fields import EARLIEST, LATEST
from groundswell.gather.listing import decoded, rows, table
from groundswell.gather.markup import Element, text_of_html, xml
from groundswell.text import normalise
from groundswell.types.record import Precision

MOST = 2_000  # entries of a feed that are read
LONGEST, LONGEST_TITLE = 200_000, 1_000  # characters
MARKUP = re.compile(r"</?[a-zA-Z!][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+\d*);")
END = re.compile(rb"</\s*(?:[\w.-]+:)?(\w+)\s*>(?:\s|<!--.*?-->|\x00)*\Z", re.DOTALL)
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
ATOM_CONTENT = "{http://www.w3.org/2005/Atom}content"
DUBLIN = "{http://purl.org/dc/elements/1.1/}"
DUBLIN_TERMS = "{http://purl.org/dc/terms/}"
BURNER = "{http://rssnamespace.org/feedburner/ext/1.0}origLink"
SYNDICATION = "{http://purl.org/rss/1.0/modules/syndication/}"
PERIODS = {"hourly": 1, "daily": 24, "weekly": 24 * 7, "monthly": 24 * 30, "yearly": 24 * 365}
LANGUAGE = re.compile(r"\s*([a-zA-Z]{2,3})(?:[-_][\w-]*)?\s*")
MIDNIGHT = re.compile(r"\b00:00(?::00(?:\.0+)?)?(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as its feed tells it, in plain text. `identity` is unique within the feed only.

    `published` is None when the feed gives no time that can be read.
    """

    identity: str
    url: str = ""
    title: str = ""
    text: str = ""
    published: datetime | None = None
    precision: Precision = "second"
    updated: datetime | None = None
    author: str = ""
    lang: str = "und"
    outlet: str = ""
    comments: str = ""

    @property
    def worded(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.title or self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed: what it is called, the site it belongs to, its entries in its own order, and how
    many seconds it asks to be left alone between two visits (0: it does not say)."""

    title: str
    site: str
    entries: tuple[Entry, ...]
    rest: int = 0


def feed_of(body: bytes, *, charset: str = "", url: str = "") -> Feed:
    """The feed in a body. `charset` is its Content-Type header, `url` its own address.

    Malformed for a web page, for anything cut short, and for what is no feed. Entries that
    cannot be read are left out.
    """
    start = body[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{"):
        return _json_feed(table(decoded(body, "feed"), "feed"), url)
    root = xml(body, charset=charset)
    name = _name(root)
    if name == "html":
        raise Malformed("feed: is a web page; a login or a block page, or the wrong address")
    ended = END.search(body[-500:].replace(b"\x00", b""))
    if ended is None or ended[1].decode() != name:
        raise Malformed(f"feed: is cut short; it does not end with </{name}>")
    if name == "feed":
        return _atom(root, url)
    if name in ("rss", "RDF"):
        return _rss(root, url)
    raise Malformed(f"feed: its root element is <{name}>, not rss, RDF or feed")


def _atom(root: Element, url: str) -> Feed:
    base = _joined(url, root.get(XML_BASE, ""))
    lang = _language(root.get(XML_LANG, ""))
    entries = [_atom_entry(one, base, lang) for one in _children(root, "entry")]
    return Feed(
        title=_words(_child(root, "title")),
        site=_link(root, base) or url,
        entries=_read(entries),
        rest=_rest(root),
    )


def _atom_entry(entry: Element, base: str, lang: str) -> Entry:
    base = _joined(base, entry.get(XML_BASE, ""))
    published, precision = _time(_texts(entry, "published", "issued", "created"))
    updated, other = _time(_texts(entry, "updated", "modified"))
    url = _link(entry, base)
    title = _words(_child(entry, "title"))[:LONGEST_TITLE]
    author = _child(entry, "author")
    source = _child(entry, "source")
    return Entry(
        identity=_text(entry, "id") or url or title,
        url=url,
        title=title,
        text=_words(_child(entry, "content")) or _words(_child(entry, "summary")),
        published=published or updated,
        precision=precision if published else other,
        updated=updated,
        author=_text(author, "name") if author is not None else "",
        lang=_language(entry.get(XML_LANG, "")) or lang or "und",
        outlet=_words(_child(source, "title")) if source is not None else "",
    )


def _rss(root: Element, url: str) -> Feed:
    channel = _child(root, "channel")
    if channel is None:
        channel = root
    lang = _language(_text(channel, "language") or channel.get(XML_LANG, ""))
    lang = lang or _dublin_lang(channel)
    items = [*_children(channel, "item"), *(_children(root, "item") if channel is not root else ())]
    return Feed(
        title=_words(_child(channel, "title")),
        site=_joined(url, _text(channel, "link")) or url,
        entries=_read([_item(one, url, lang) for one in items]),
        rest=_rest(channel),
    )


def _item(item: Element, base: str, lang: str) -> Entry:
    stated = [*_texts(item, "pubDate"), *_qualified(item, DUBLIN, "date")]
    published, precision = _time([*stated, *_qualified(item, DUBLIN_TERMS, "issued", "created")])
    updated, _ = _time(_qualified(item, DUBLIN_TERMS, "modified"))
    guid = _child(item, "guid")
    identity = (guid.text or "").strip() if guid is not None else ""
    link = next(iter(_qualified(item, BURNER, "")), "") or _text(item, "link")
    if not link and guid is not None and guid.get("isPermaLink", "true").lower() != "false":
        link = identity if identity.startswith("http") else ""
    url = _joined(base, link) if link else ""
    title = _words(_child(item, "title"))[:LONGEST_TITLE]
    source = _child(item, "source")
    contents = (item.find(CONTENT), item.find(ATOM_CONTENT), _child(item, "description"))
    return Entry(
        identity=identity or url or f"{title}\n{published}",
        url=url,
        title=title,
        text=next((words for one in contents if (words := _words(one))), ""),
        published=published,
        precision=precision,
        updated=updated,
        author=next(iter(_qualified(item, DUBLIN, "creator")), "") or _text(item, "author"),
        lang=_language(item.get(XML_LANG, "")) or _dublin_lang(item) or lang or "und",
        outlet=normalise((source.text or "") if source is not None else ""),
        comments=_text(item, "comments"),
    )


def _json_feed(data: Mapping[str, Any], url: str) -> Feed:
    if "jsonfeed.org/version" not in str(data.get("version")):
        raise Malformed("feed: is JSON, but no JSON Feed: it has no version of one")
    lang = _language(_said(data, "language"))
    entries = [
        _json_entry(one, url, lang) for one in rows(data.get("items"), "feed, items")
        if isinstance(one, dict)
    ]  # fmt: skip
    site = _joined(url, _said(data, "home_page_url"))
    return Feed(title=_plain(_said(data, "title")), site=site, entries=_read(entries))


def _json_entry(item: Mapping[str, Any], base: str, lang: str) -> Entry:
    published, precision = _time([_said(item, "date_published")])
    updated, other = _time([_said(item, "date_modified")])
    link = _said(item, "url") or _said(item, "external_url")
    url = _joined(base, link) if link else ""
    title = _plain(_said(item, "title"))[:LONGEST_TITLE]
    html = _said(item, "content_html")
    words = text_of_html(html) if html else normalise(_said(item, "content_text"))
    authors = item.get("authors") or [item.get("author")]
    first = authors[0] if isinstance(authors, list) else None
    return Entry(
        identity=_said(item, "id") or url or title,
        url=url,
        title=title,
        text=(words or normalise(_said(item, "summary")))[:LONGEST],
        published=published or updated,
        precision=precision if published else other,
        updated=updated,
        author=_said(first, "name") if isinstance(first, dict) else "",
        lang=_language(_said(item, "language")) or lang or "und",
    )


def _read(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Entries that say something, each identity once: of two, the first, which is the newer."""
    found: dict[tuple[str, str], Entry] = {}
    for entry in entries[:MOST]:
        if entry.worded and entry.identity:
            # A guid used again for another page with another title is another entry.
            same = found.get((entry.identity, ""))
            other = same is not None and same.url != entry.url and same.title != entry.title
            found.setdefault((entry.identity, entry.url if other else ""), entry)
    return tuple(found.values())


def _name(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _space(element: Element) -> str:
    tag = element.tag
    return tag[: tag.rfind("}") + 1] if isinstance(tag, str) else ""


def _children(parent: Element, name: str) -> Iterator[Element]:
    """Children of that name in their parent's namespace; RDF's may come from any RSS there was."""
    space = _space(parent)
    for child in parent:
        if _name(child) == name and (_space(child) == space or _name(parent) == "RDF"):
            yield child


def _child(parent: Element, name: str) -> Element | None:
    return next(_children(parent, name), None)


def _text(parent: Element, name: str) -> str:
    child = _child(parent, name)
    return normalise("".join(str(part) for part in child.itertext())) if child is not None else ""


def _texts(parent: Element, *names: str) -> list[str]:
    return [said for name in names if (said := _text(parent, name))]


def _qualified(parent: Element, space: str, *names: str) -> list[str]:
    found = (parent.find(space + name) for name in names)
    return [said for one in found if one is not None and (said := (one.text or "").strip())]


def _link(parent: Element, base: str) -> str:
    """The address an Atom element is about: its alternate link, else its first."""
    links = list(_children(parent, "link"))
    for wanted in ("alternate", ""):
        for link in links:
            rel, href = link.get("rel", "alternate"), link.get("href", "") or (link.text or "")
            if href.strip() and (rel == wanted or (not wanted and rel not in ("self", "edit"))):
                return _joined(base, href.strip())
    return ""


def _words(element: Element | None) -> str:
    """The words of a text construct, whether plain text, escaped HTML or XHTML."""
    if element is None:
        return ""
    if len(element):
        return text_of_html(_html(element))[:LONGEST]
    said = element.text or ""
    if element.get("type") in ("text", "text/plain"):
        return normalise(said)[:LONGEST]
    return _plain(said)[:LONGEST]


def _html(element: Element) -> str:
    """The markup within an element; an entity that stands for itself is read as HTML's."""
    parts = [escape(element.text or "")]
    for child in element:
        name = _name(child)
        inner = [f"<{name}>", _html(child), f"</{name}>"] if name else [child.text or ""]
        parts += [*inner, escape(child.tail or "")]
    return "".join(parts)


def _plain(said: str) -> str:
    return text_of_html(said) if MARKUP.search(said) else normalise(said)


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return ""


def _said(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    return str(value).strip() if isinstance(value, str | int) else ""


def _language(tag: str) -> str:
    found = LANGUAGE.fullmatch(tag)
    return found[1].lower() if found else ""


def _dublin_lang(item: Element) -> str:
    return _language(next(iter(_qualified(item, DUBLIN, "language")), ""))


def _time(stated: Sequence[str]) -> tuple[datetime | None, Precision]:
    """The first of these times that can be read, in UTC, and how exact it is."""
    for one in stated:
        try:
            return time_of_feed(one)
        except BadRow:
            continue
    return None, "second"


def time_of_feed(stated: str) -> tuple[datetime, Precision]:
    """A time as feeds write it (RFC 822 or ISO 8601); BadRow for anything else.

    Midnight is how feeds write that they know the day only.

    >>> time_of_feed("Sun, 22 Nov 2026 15:31:00 GMT")[0].isoformat()
    '2026-11-22T15:31:00+00:00'
    >>> time_of_feed("Sun, 22 Nov 2026 00:00:00 +0200")
    (datetime.datetime(2026, 11, 22, 0, 0, tzinfo=datetime.timezone.utc), 'day')
    """
    try:
        when = _parsed(stated.strip())
        if when.tzinfo is None:
            when = when.replace(tzinfo=UTC)
        local_midnight = not (when.hour or when.minute or when.second)
        seconds = re.search(r"\d\d:?\d\d:?\d\d", stated) is not None
        when = when.replace(tzinfo=UTC) if local_midnight else when.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError) as problem:
        raise BadRow("not a time") from problem
    if not EARLIEST <= when < LATEST:
        raise BadRow("time out of range")
    return when, "day" if local_midnight else "second" if seconds else "minute"


def _parsed(stated: str) -> datetime:
    try:
        return datetime.fromisoformat(stated)
    except ValueError:
        return parsedate_to_datetime(stated)


def _rest(channel: Element) -> int:
    """Seconds a feed asks to be left alone: <ttl> in minutes, or sy:updatePeriod."""
    ttl = _text(channel, "ttl")
    minutes = int(ttl) if ttl.isascii() and ttl.isdigit() and len(ttl) < 7 else 0
    period = next(iter(_qualified(channel, SYNDICATION, "updatePeriod")), "")
    often = next(iter(_qualified(channel, SYNDICATION, "updateFrequency")), "1")
    times = int(often) if often.isascii() and often.isdigit() and 0 < len(often) < 5 else 1
    hours = PERIODS.get(period, 0) / max(times, 1)
    day = timedelta(days=1).total_seconds()
    return int(min(max(minutes * 60, hours * 3_600), day))
