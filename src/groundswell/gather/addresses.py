"""Addresses of articles: one spelling for each, so that two feeds give one record."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import urlsplit, urlunsplit

from groundswell.types import RecordId

TRACKING = re.compile(r"utm_\w*|gclid|fbclid|mc_\w*", re.IGNORECASE)
PORTS = {"http": ":80", "https": ":443"}


def canonical(url: str) -> str:
    """An address without what only tells where the reader came from; "" when it is none.

    >>> canonical("HTTPS://News.Example.com:443/a?utm_source=rss&id=7&gclid=x#top")
    'https://news.example.com/a?id=7'
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    scheme = parts.scheme.lower()
    if scheme not in PORTS or not parts.netloc:
        return ""
    host = parts.netloc.lower().rpartition("@")[2].removesuffix(PORTS[scheme])
    query = "&".join(
        one for one in parts.query.split("&") if not TRACKING.fullmatch(one.partition("=")[0])
    )
    return urlunsplit((scheme, host, parts.path or "/", query, ""))


def article_id(url: str, *, source: str = "news") -> RecordId:
    """The id of the article at an address, the same for every feed and index that names it.

    >>> article_id("http://news.example.com/a") == article_id("https://news.example.com/a#b")
    True
    """
    return hashed(canonical(url).partition("://")[2] or url, source=source)


def hashed(*told: str, source: str = "news") -> RecordId:
    """The id of something that has none but these words."""
    mark = hashlib.sha256("\n".join(told).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return RecordId(f"{source}:{mark}")


def host(url: str) -> str:
    """The site of an address, without "www.".

    >>> host("https://www.example.org:8080/a")
    'example.org'
    """
    netloc = canonical(url).partition("://")[2].partition("/")[0]
    return netloc.partition(":")[0].removeprefix("www.")
