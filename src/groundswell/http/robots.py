"""What a site's robots.txt allows, and what else it asks there (RFC 9309)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from httpx2 import URL
from protego import Protego

from groundswell.errors import Blocked, SourceError, Throttled, Unsafe
from groundswell.http.answer import Answer, Wishes
from groundswell.http.charset import text_of
from groundswell.http.wishes import from_signal, from_usage

LARGEST = 512 * 1024  # RFC 9309, 2.5: at least 500 KiB; the rest is not read
FRESH, UNREACHED = timedelta(hours=24), timedelta(hours=1)
GIVEN_UP = timedelta(days=30)
LINE = re.compile(r"\s*([A-Za-z-]+)\s*:\s*(.*?)\s*\Z")
ASKS = {"content-signal": from_signal, "content-usage": from_usage}


@dataclass(frozen=True, slots=True)
class Rules:
    """A robots.txt as one crawler reads it. `source` "" allows everything."""

    source: str
    agent: str
    parsed: Protego

    @classmethod
    def of(cls, source: str, agent: str) -> Rules:
        """Rules out of a text; what is not understood in it is passed over."""
        return cls(source, agent, Protego.parse(source.removeprefix("\ufeff")))

    def allow(self, url: str) -> bool:
        """Whether a page may be fetched: the longest path wins, and Allow wins a tie."""
        return self.parsed.can_fetch(url, self.agent)

    def delay(self) -> float:
        """Seconds that are asked for between two requests, 0 when none are."""
        return float(self.parsed.crawl_delay(self.agent) or 0)

    def wishes(self, path: str) -> Wishes:
        """What is asked of readers of this path, by Content-Signal and Content-Usage lines."""
        stated = [line for line in asked(self.source, self.agent) if path.startswith(line[1])]
        wishes = Wishes()
        for field in ASKS:
            nearest = max((prefix for name, prefix, _ in stated if name == field), default="")
            for name, prefix, value in stated:
                if (name, prefix) == (field, nearest):
                    wishes &= ASKS[field](value)
        return wishes


def asked(source: str, agent: str) -> list[tuple[str, str, str]]:
    """(field, path prefix, value) of every preference line of our groups, else of those for all."""
    ours: list[tuple[str, str, str]] = []
    everyone: list[tuple[str, str, str]] = []
    for names, field, value in lines(source):
        path, _, rest = value.partition(" ")
        one = (field, path, rest) if path.startswith("/") else (field, "", value)
        if agent.lower() in names:
            ours.append(one)
        elif "*" in names:
            everyone.append(one)
    spoken_to = any(agent.lower() in names for names, _, _ in groups(source))
    return ours if spoken_to else everyone


def lines(source: str) -> Iterator[tuple[frozenset[str], str, str]]:
    """(agents, field, value) of every preference line."""
    return (one for one in groups(source) if one[1] in ASKS)


def groups(source: str) -> Iterator[tuple[frozenset[str], str, str]]:
    """Every rule with the agents of its group; lines before any group speak to all."""
    names: set[str] = {"*"}
    heading = False
    for line in source.splitlines():
        found = LINE.match(line.partition("#")[0])
        if found is None:
            continue
        field, value = found[1].lower(), found[2]
        if field == "user-agent":
            names = names | {value.lower()} if heading else {value.lower()}
            heading = True
        elif field != "sitemap":
            heading = False
            yield frozenset(names), field, value


@dataclass(slots=True)
class Known:
    """The rules of one site, when they were got, and since when it cannot be reached."""

    rules: Rules | None
    at: datetime
    until: datetime
    lost: datetime | None = None


class Robots:
    """Every site's robots.txt, asked for once a day.

    No robots.txt (any 4xx but 429, too many redirects, a page of the site): everything is allowed.
    Out of reach (5xx, 429, timeouts, an unsafe redirect, half a file, a login or a challenge):
    nothing is, unless an older copy says more; after 30 days out of reach it counts as missing.
    """

    def __init__(
        self, fetch: Callable[[str], Answer], *, agent: str, clock: Callable[[], datetime]
    ) -> None:
        self._fetch = fetch
        self._agent = agent
        self._clock = clock
        self._known: dict[str, Known] = {}

    def rules(self, url: URL) -> Rules:
        """The rules for a page's site. Blocked when they could not be had."""
        site = f"{url.scheme}://{url.netloc.decode('ascii')}"
        now = self._clock()
        known = self._known.get(site)
        if known is None or now >= known.until:
            known = self._known[site] = self._asked(site, known, now)
        if known.rules is None:
            raise Blocked(
                f"{url.host}: its robots.txt is out of reach, so no page is read; "
                f"asked again {known.until:%Y-%m-%d %H:%M} UTC"
            )
        return known.rules

    def check(self, url: URL) -> Rules:
        """The rules for a page that may be read. Blocked for any other."""
        rules = self.rules(url)
        if not rules.allow(str(url)):
            raise Blocked(f"{url.host}{url.path}: its robots.txt does not allow this page")
        return rules

    def _asked(self, site: str, old: Known | None, now: datetime) -> Known:
        try:
            answer = self._fetch(site + "/robots.txt")
        except (Throttled, Unsafe):
            return self._unreached(old, now)
        except SourceError as problem:
            if 300 <= problem.status < 500 and problem.status not in (408, 425, 429):
                return Known(Rules.of("", self._agent), now, now + FRESH)
            return self._unreached(old, now)
        text = text_of(answer.body[:LARGEST], answer.headers.get("content-type", ""))
        return Known(Rules.of(text, self._agent), now, now + FRESH)

    def _unreached(self, old: Known | None, now: datetime) -> Known:
        lost = old.lost if old is not None and old.lost is not None else now
        if now - lost >= GIVEN_UP:
            return Known(Rules.of("", self._agent), now, now + FRESH, lost)
        return Known(old.rules if old is not None else None, now, now + UNREACHED, lost)
