"""arXiv: titles and abstracts of papers, through its harvesting interface and daily feed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from groundswell.errors import BadRow, Malformed, SourceError
from groundswell.gather.cursors import day, instant, word
from groundswell.gather.elements import (
    attribute,
    child,
    document,
    each,
    name_of,
    named,
    within,
    words,
)
from groundswell.gather.fields import time_of
from groundswell.gather.listing import cursor_of, state_of, tombstone
from groundswell.gather.mail import date_of
from groundswell.gather.markup import Element
from groundswell.gather.source import Answer, Cursor, Dossier, Found, Http, Payload
from groundswell.text import normalise
from groundswell.types import Record, RecordId
from groundswell.types.moment import EPOCH

OAI = "https://oaipmh.arxiv.org/oai"
FEED = "https://rss.arxiv.org/atom/"
OVERLAP = timedelta(days=2)  # changes are dated to the day and shown the night after
AGAIN = timedelta(hours=6)
SOMEWHERE = "arxiv.org"  # the community of papers that name no category
SETS = frozenset({"cs", "econ", "eess", "math", "q-bio", "q-fin", "stat"})  # the rest is physics
VERSION = re.compile(r"v\d+$")
PREFIX = re.compile(r"^(?:oai:)?arxiv(?:\.org)?:", re.IGNORECASE)
ANNOUNCED = re.compile(r"^arXiv:\S+\s+Announce Type:\s*\S+\s*(?:Abstract:\s*)?", re.IGNORECASE)
FIRST_AUTHOR = re.compile(r"^(.*?)(?:\s*\(|\s*,|\s+and\s+|$)", re.DOTALL)
WITHDRAWN = re.compile(
    r"^\W*withdrawn\b"
    r"|\bthis (?:paper|article|submission|manuscript|preprint|work|version)\b.{0,40}\bwithdrawn\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arxiv:
    """Papers of some categories ("cs.DB", "physics.ao-ph"); without any, all of arXiv.

    `announcements`: read the daily feed too. It shows new papers before the harvest does, but
    tells only the day they were announced.
    """

    kind: ClassVar[str] = "arxiv"
    dossier: ClassVar[Dossier] = Dossier(
        title="arXiv",
        access="open",
        terms="https://info.arxiv.org/help/api/tou.html: metadata is CC0; link back for the text.",
        redistribute=True,
        every=6 * 3600,
        lag=4 * 86400,
        backfill="by day of last change, as far back as arXiv goes",
        deletes="a withdrawn paper is announced as a new version, and its text is dropped",
        limits="one request in 3 seconds over all your machines, one connection",
        gaps=(
            "Authors are names, so two people of one name are one voice.",
            "Papers change their categories: one that moves into yours later comes in late.",
        ),
    )
    categories: tuple[str, ...] = ()
    announcements: bool = False

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """The day's feed if asked for, then what changed since the last harvest."""
        state = state_of(since)
        if self.announcements and self.categories:
            for payload in self._announced(http, state):
                state = state_of(payload.cursor)
                yield payload
        if "set" not in state and not _due(state, now):
            return
        last = instant(state, "harvested") or now
        first = day(state, "from", (last - OVERLAP).date()).isoformat()
        for answer, after in self._harvest(http, {**state, "from": first}, until=""):
            yield _payload(answer, after if "set" in after else _done(after, now))

    def backfill(
        self, http: Http, since: Cursor | None, first: datetime, now: datetime
    ) -> Iterator[Payload]:
        """Everything that changed since a day, a day at a time, so that no token grows stale."""
        state = state_of(since)
        at = day(state, "from", first.astimezone(UTC).date())
        while at <= now.date():
            state = {**state, "from": at.isoformat()}
            at += timedelta(days=1)
            for answer, after in self._harvest(http, state, until=state["from"]):
                yield _payload(answer, after if "set" in after else {"from": at.isoformat()})
            state = {}

    def parse(self, payload: Payload) -> Iterable[Found]:
        """The papers of a harvested page or of a feed."""
        what = payload.url or "arXiv"
        root = document(payload.body, what)
        if name_of(root) == "feed":
            return each(named(root, "entry"), self._announcement, what)
        if name_of(root) != "OAI-PMH":
            raise Malformed(f"{what}: is <{name_of(root)}>, neither a harvest nor a feed")
        if _fault(root) not in ("", "noRecordsMatch"):
            raise SourceError(f"{what}: answered {_fault(root)}: {words(root, 'error')}")
        return each(within(root, "record"), self._paper, what)

    def _announced(self, http: Http, state: dict[str, Any]) -> Iterator[Payload]:
        answer = http.get(FEED + "+".join(self.categories))
        if answer.status == 304:
            return
        stamp = words(document(answer.body, FEED), "updated")
        if stamp != state.get("feed"):
            yield _payload(answer, {**state, "feed": stamp})

    def _harvest(
        self, http: Http, state: dict[str, Any], *, until: str
    ) -> Iterator[tuple[Answer, dict[str, Any]]]:  # fmt: skip
        """Pages and the state after each; it names the "set" and "token" to go on with, until
        the last page."""
        sets = self._sets()
        at = sets.index(state["set"]) if state.get("set") in sets else 0
        token = word(state, "token") if state.get("set") in sets else ""
        while at < len(sets):
            answer = _page(http, sets[at], state["from"], until, token)
            token = words(next(within(document(answer.body, OAI), "resumptionToken"), None))
            at += not token
            state = {key: kept for key, kept in state.items() if key not in ("set", "token")}
            if at < len(sets):
                state |= {"set": sets[at], "token": token}
            yield answer, state

    def _sets(self) -> list[str]:
        groups = {category.partition(".")[0] for category in self.categories}
        return sorted({group if group in SETS else "physics" for group in groups}) or [""]

    def _paper(self, record: Element) -> Record | None:
        top, raw = child(record, "header"), next(within(record, "arXivRaw"), None)
        native = VERSION.sub("", PREFIX.sub("", words(top, "identifier")))
        if not native:
            raise BadRow("no identifier")
        if attribute(top, "status") == "deleted":
            return tombstone(native, source="arxiv", community=SOMEWHERE, at=EPOCH)
        if raw is None:
            raise BadRow("no metadata")
        categories = words(raw, "categories").split()
        if not self._wanted(categories):
            return None
        dates = [date_of(words(version, "date")) for version in named(raw, "version")]
        if not dates:
            raise BadRow("no time")
        withdrawn = WITHDRAWN.search(_line(words(raw, "comments")))
        title, text = _line(words(raw, "title")), _line(words(raw, "abstract"))
        if not title and not text:
            raise BadRow("no words")
        return Record(
            id=RecordId(f"arxiv:{native}"),
            source="arxiv",
            kind="paper",
            community=next(filter(None, categories), SOMEWHERE),
            url=f"https://arxiv.org/abs/{native}",
            title="" if withdrawn else title,
            text="" if withdrawn else text,
            author=_first_author(words(raw, "authors")),
            published=dates[0],
            edited=dates[-1] if len(dates) > 1 else None,
            state="removed" if withdrawn else "public",
        )

    def _announcement(self, entry: Element) -> Record | None:
        """A new paper of the feed; new versions and cross-listings wait for the harvest."""
        native = VERSION.sub("", PREFIX.sub("", words(entry, "id")))
        categories = [attribute(one, "term") for one in named(entry, "category")]
        if not native:
            raise BadRow("no identifier")
        if words(entry, "announce_type") != "new" or not self._wanted(categories):
            return None
        listed = words(entry, "published")[:10]  # the listing's own day, in the time of New York
        title, text = _line(words(entry, "title")), _line(words(entry, "summary"))
        if not title:
            raise BadRow("no words")
        return Record(
            id=RecordId(f"arxiv:{native}"),
            source="arxiv",
            kind="paper",
            community=next(filter(None, categories), SOMEWHERE),
            url=f"https://arxiv.org/abs/{native}",
            title=title,
            text=ANNOUNCED.sub("", text),
            author=_first_author(words(entry, "creator") or words(child(entry, "author"), "name")),
            published=time_of(listed)[0],
            precision="day",
        )

    def _wanted(self, categories: Sequence[str]) -> bool:
        return not self.categories or not set(self.categories).isdisjoint(categories)


def _due(state: dict[str, Any], now: datetime) -> bool:
    """Changes come out once a night: ask on a new day, and some hours later for late ones."""
    last = instant(state, "harvested")
    return last is None or now.date() > last.date() or now - last >= AGAIN


def _done(state: dict[str, Any], now: datetime) -> dict[str, Any]:
    kept = {key: told for key, told in state.items() if key == "feed"}
    return {**kept, "harvested": now.isoformat(timespec="seconds")}


def _page(http: Http, group: str, first: str, until: str, token: str) -> Answer:
    """One page of a harvest; an expired token begins the set again."""
    if token:
        answer = http.get(OAI, params={"verb": "ListRecords", "resumptionToken": token})
        if _fault(document(answer.body, OAI)) != "badResumptionToken":
            return answer
    params = {"verb": "ListRecords", "metadataPrefix": "arXivRaw", "from": first}
    params |= {"until": until} if until else {}
    params |= {"set": group} if group else {}
    answer = http.get(OAI, params=params)
    root = document(answer.body, OAI)
    if name_of(root) != "OAI-PMH":
        raise Malformed(f"{OAI}: answered <{name_of(root)}> instead of a harvest; try later")
    if (fault := _fault(root)) not in ("", "noRecordsMatch"):
        raise SourceError(f"{OAI}: answered {fault}: {words(root, 'error')}; check the categories")
    return answer


def _fault(root: Element) -> str:
    """The code of an error that came with status 200; "" when there is none."""
    found = child(root, "error")
    return "" if found is None else attribute(found, "code") or "an error without a code"


def _payload(answer: Answer, state: dict[str, Any]) -> Payload:
    return Payload(answer.body, cursor_of(state), answer.url)


def _line(text: str) -> str:
    """A text whose line breaks are only those of a narrow page."""
    return " ".join(normalise(text).split())


def _first_author(stated: str) -> str:
    """The first name of a list of authors.

    >>> _first_author("Ada Example (1), Bo Sample (2) ((1) Quay Lab)")
    'Ada Example'
    """
    found = FIRST_AUTHOR.match(_line(stated))
    return found[1] if found else ""
