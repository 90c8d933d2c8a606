"""arXiv: the harvesting interface, which changes once a night, and the daily feed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import ClassVar
from xml.sax.saxutils import escape

from internet.invent import Mix, dice, happenings, person
from internet.script import Item, Script
from internet.world import Happening, Limit, Request, Response

OAI, RSS = "oaipmh.arxiv.org", "rss.arxiv.org"
CATEGORIES = ("cs.DB", "cs.CY", "physics.ao-ph")
PAGE = 40
DAY = timedelta(days=1)
OVERLOADED = 59  # the minute of each hour in which a harvest is put off
WITHDRAWN = "This paper has been withdrawn by the author due to an error in Section 2"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


class Arxiv:
    """Papers with new versions and withdrawals; what changes today is shown tonight."""

    name: ClassVar[str] = "arxiv"
    hosts: ClassVar[tuple[str, ...]] = (OAI, RSS)
    limit: ClassVar[Limit] = Limit(1, 3.0, 1)
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        mix = Mix(per_day=20, places=CATEGORIES, replies=0, titles="all", bare=0, edits=0.15,
                  leaves=0, private=0)  # fmt: skip
        self.happenings = happenings(
            seed, self.name, start, days, key=lambda n: f"{start:%y%m}.{1000 + n * 3:05d}", mix=mix
        )
        self.script = Script(self.happenings)
        self.seed = seed

    def respond(self, request: Request, now: datetime) -> Response:
        """A page of a harvest, or a listing."""
        if request.host == RSS and request.path.startswith("/atom/"):
            return self._feed(request.path.removeprefix("/atom/").split("+"), _night(now))
        if request.host == OAI and request.path == "/oai":
            if now.minute == OVERLOADED:
                return Response(b"Retry after", 503, "text/plain", {"Retry-After": "20"})
            return _xml(HEAD + self._oai(request, now))
        return Response(b"Not found", 404, "text/plain")

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """There is none."""
        return iter(())

    def due(self, now: datetime) -> Mapping[str, str]:
        """What stood last night."""
        return {
            f"arxiv:{one.key}": f"{one.title}\n\n{' '.join(one.text.split())}"
            for one in self.script.due(_night(now))
        }

    def sources(self) -> Sequence[Mapping[str, object]]:
        """One source for all categories."""
        return [{"name": "arxiv", "kind": "arxiv", "categories": list(CATEGORIES),
                 "announcements": True}]  # fmt: skip

    def _oai(self, request: Request, now: datetime) -> str:
        wanted = ["", "", "", "0"]
        if token := request.get("resumptionToken"):
            wanted = token.split("|")
            if len(wanted) != 4 or len(request.query) > 2:
                return _envelope('<error code="badResumptionToken">bad token</error>', now)
        elif request.get("verb") != "ListRecords" or request.get("metadataPrefix") != "arXivRaw":
            return _envelope('<error code="badArgument">unknown or missing argument</error>', now)
        else:
            wanted[:3] = [request.get(name) for name in ("set", "from", "until")]
        group, first, until, offset = wanted
        here = [one for one in self.script.items(_night(now)).values()
                if _set(one).startswith(group)]  # fmt: skip
        found = [one for one in here if (first or "0") <= _stamp(one) <= (until or "9")]
        found.sort(key=lambda one: (_stamp(one), one.number))
        page = found[int(offset) : int(offset) + PAGE]
        if not page:
            return _envelope('<error code="noRecordsMatch">none</error>', now)
        after = int(offset) + PAGE
        more = f"{group}|{first}|{until}|{after}" if after < len(found) else ""
        token = f'<resumptionToken cursor="{offset}" completeListSize="{len(found)}">{more}'
        records = "".join(self._record(one) for one in page)
        return _envelope(f"<ListRecords>{records}{token}</resumptionToken></ListRecords>", now)

    def _record(self, one: Item) -> str:
        dates = [one.at, *([one.edited] if one.edited else [])]
        dates += [] if one.live else [max(one.changed, dates[-1])]
        versions = "".join(
            f'<version version="v{n}"><date>{format_datetime(when, usegmt=True)}</date>'
            f"<size>{0 if not one.live and n == len(dates) else 40 + n}kb</size></version>"
            for n, when in enumerate(dates, 1)
        )
        comments = f"{8 + one.number % 9} pages" if one.live else WITHDRAWN
        authors = ", ".join(self._authors(one))
        told = script_text(self.script, one)
        return (
            f"<record><header><identifier>oai:arXiv.org:{one.key}</identifier>"
            f"<datestamp>{_stamp(one)}</datestamp><setSpec>{_set(one)}</setSpec></header><metadata>"
            f'<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>{one.key}</id>'
            f"<submitter>{self._authors(one)[0]}</submitter>{versions}"
            f"<title>{escape(_folded(told[0], 60))}</title><authors>{authors}</authors>"
            f"<categories>{one.place} stat.AP</categories><comments>{comments}</comments>"
            f"<abstract>{escape(_folded(told[1], 72))}\n</abstract></arXivRaw></metadata></record>"
        )

    def _feed(self, categories: Sequence[str], night: datetime) -> Response:
        updated = night.strftime("%Y-%m-%dT00:00:00-05:00")
        entries = ""
        if night.weekday() < 5:  # nothing is announced on a weekend
            day = [one for one in self.script.live(night) if one.changed > night - DAY]
            entries = "".join(self._entry(one, night, updated) for one in day
                              if one.place in categories)  # fmt: skip
        return _xml(
            f'{HEAD}<feed xmlns="http://www.w3.org/2005/Atom" '
            'xmlns:arxiv="http://arxiv.org/schemas/atom" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xml:lang="en-us">'
            f"<id>http://{RSS}/atom/{'+'.join(categories)}</id>"
            f"<updated>{updated}</updated>{entries}</feed>",
            "application/atom+xml",
        )

    def _entry(self, one: Item, night: datetime, updated: str) -> str:
        new = one.shown > night - DAY
        version, kind = (1, "new") if new else (2, "replace")
        return (
            f"<entry><id>oai:arXiv.org:{one.key}v{version}</id><title>{escape(one.title)}</title>"
            f"<updated>{updated}</updated>"
            f'<link href="https://arxiv.org/abs/{one.key}" rel="alternate"/>'
            f"<summary>arXiv:{one.key}v{version} Announce Type: {kind} \n"
            f"Abstract: {escape(' '.join(one.text.split()))}</summary>"
            f'<category term="{one.place}"/><category term="stat.AP"/>'
            f"<published>{updated}</published>"
            f"<arxiv:announce_type>{kind}</arxiv:announce_type>"
            f"<dc:creator>{', '.join(self._authors(one))}</dc:creator></entry>"
        )

    def _authors(self, one: Item) -> list[str]:
        chance = dice(self.seed, self.name, one.author)
        return [person(chance) for _ in range(1 + one.number % 3)]


def script_text(script: Script, one: Item) -> tuple[str, str]:
    """The title and abstract, which a withdrawn paper keeps."""
    if one.live:
        return one.title, one.text
    first = next(h for h in script.happenings if h.key == one.key and h.act == "publish")
    return first.title, first.text


def _night(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _stamp(one: Item) -> str:
    """The night in which its last change came out."""
    return (_night(one.changed) + DAY).date().isoformat()


def _set(one: Item) -> str:
    archive = one.place.partition(".")[0]
    return f"physics:{archive}" if archive == "physics" else archive


def _folded(text: str, width: int) -> str:
    return "\n  ".join(textwrap.wrap(text, width))


def _envelope(inside: str, now: datetime) -> str:
    return (
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>{now:%Y-%m-%dT%H:%M:%SZ}</responseDate>"
        f"<request>https://{OAI}/oai</request>{inside}</OAI-PMH>"
    )


def _xml(text: str, kind: str = "text/xml; charset=utf-8") -> Response:
    return Response(text.encode(), kind=kind)
