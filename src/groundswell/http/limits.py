"""How much the client takes, how long it waits, how often it asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MIB = 1 << 20
# Hosts that ask for, or allow, another interval than a second between two requests. Reddit's site
# answers strangers about once a minute; Bluesky's AppView allows 3,000 requests in 5 minutes;
# Hacker News states no limit and has an address for each single item.
INTERVALS: Mapping[str, float] = {
    "api.gdeltproject.org": 5, "export.arxiv.org": 3, "oaipmh.arxiv.org": 3, "rss.arxiv.org": 3,
    "hacker-news.firebaseio.com": 0.2, "public.api.bsky.app": 0.1, "www.reddit.com": 65,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Sizes in bytes, times in seconds.

    `connect`, `idle`: waiting for a connection and for the next bytes. `total`: a whole answer,
    however slowly it comes. `silence`: a stream without a word. `wire`: a page or feed as sent;
    `page`: as opened; `data`: anything else. `ratio`: how much an answer may grow when opened.
    `line`: one message of a stream. `depth`: JSON within JSON. `interval`: between two requests
    to one host, `intervals` for hosts that want another; `concurrency`: at once to one host.
    `patience`: the longest wait that is slept through, longer ones raise Throttled. `tries`,
    `first`, `longest`: attempts and the waits between them. `share`: retries per request.
    `failures`, `rest`: how many in a row until a host is left alone, and for how long.
    `ports`: where web pages are. `lan`: private networks that may be read all the same, in CIDR
    notation; set by the desk.
    """

    connect: float = 5
    idle: float = 10
    total: float = 30
    silence: float = 30
    wire: int = 5 * MIB
    page: int = 20 * MIB
    data: int = 32 * MIB
    ratio: int = 100
    line: int = 16 * MIB
    depth: int = 64
    redirects: int = 5
    interval: float = 1
    intervals: Mapping[str, float] = field(default_factory=lambda: INTERVALS)
    concurrency: int = 2
    patience: float = 60
    tries: int = 5
    first: float = 1
    longest: float = 300
    share: float = 0.1
    failures: int = 5
    rest: float = 300
    crawl_delay: float = 60
    ports: frozenset[int] = frozenset({80, 443})
    lan: tuple[str, ...] = ()
