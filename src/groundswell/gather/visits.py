"""What is remembered between two visits to a feed: its cursor."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from groundswell.gather.cursors import branch, foreign, number, texts, word
from groundswell.gather.feeds import Entry, Feed
from groundswell.gather.listing import LATEST, cursor_of, lost, state_of
from groundswell.gather.source import Answer, Cursor
from groundswell.types import Exposure
from groundswell.types.moment import micros, moment
from groundswell.types.record import PRECISIONS

SECOND_US = 1_000_000
FLOOR, CEILING, SLACK = 600, 24 * 3_600, 60  # seconds between two visits
DOUBLINGS = 8
RETRIES = (600, 3_600, 6 * 3_600, 24 * 3_600)  # seconds until a page that failed is tried again
TRIES = 100  # more than any page is asked for
IDENTITY = 8  # characters of a mark that say which entry it is; the rest says what it holds
MAX_AGE = re.compile(r"max-age\s*=\s*(\d{1,6})\b")


@dataclass(slots=True)
class Waiting:
    """An entry whose page is still to be read. `id` is its record; `known`: better words than the
    feed's, or the feed's own, were told already, so that a failure leaves nothing to tell."""

    entry: Entry
    id: str
    known: bool
    tries: int = 0
    due: int = 0

    @property
    def hopeless(self) -> bool:
        """Whether it was tried often enough."""
        return self.tries > len(RETRIES)

    def failed(self, now: datetime) -> None:
        """Try again later, without the words: they are saved by then."""
        wait = RETRIES[min(self.tries, len(RETRIES) - 1)]
        self.tries += 1
        self.due = micros(now) + wait * SECOND_US
        self.known = True
        self.entry = replace(self.entry, text="")


@dataclass(slots=True)
class Visit:
    """The cursor of a feed. Times are microseconds since 1970.

    `digest`: of the last body. `at`: when it was read. `until`: leave the feed alone before then.
    `quiet`: visits without a change. `known`: marks of the entries last seen. `new`: marks of
    those that this payload is about. `waiting`: pages to be read, by the entry's identity. `read`:
    identities whose page was read.
    """

    digest: str = ""
    at: int = 0
    until: int = 0
    quiet: int = 0
    known: frozenset[str] = frozenset()
    new: frozenset[str] = frozenset()
    waiting: dict[str, Waiting] = field(default_factory=dict)
    read: frozenset[str] = frozenset()

    @classmethod
    def of(cls, since: Cursor | None) -> Visit:
        """From a cursor; an empty one for none. Malformed for one that is not ours."""
        told = state_of(since)
        if not told:
            return cls()
        if "digest" not in told:
            raise foreign(since)
        return cls(
            digest=word(told, "digest"),
            at=number(told, "at", most=LATEST),
            until=number(told, "until", most=LATEST),
            quiet=number(told, "quiet", most=DOUBLINGS),
            known=frozenset(texts(told, "known")),
            new=frozenset(texts(told, "new")),
            waiting={key: _waiting(one) for key, one in branch(told, "waiting").items()},
            read=frozenset(texts(told, "read")),
        )

    def cursor(self) -> Cursor:
        """As text."""
        told = {"digest": self.digest, "at": self.at, "until": self.until, "quiet": self.quiet}
        waiting = {key: _told(one) for key, one in self.waiting.items()}
        return cursor_of({**told, "known": sorted(self.known), "new": sorted(self.new),
                          "waiting": waiting, "read": sorted(self.read)})  # fmt: skip

    def early(self, now: datetime) -> bool:
        """Whether the feed still wants to be left alone; a clock that was wrong is not believed."""
        return micros(now) < self.until <= micros(now) + CEILING * SECOND_US

    def knows(self, answer: Answer) -> bool:
        """Whether an answer says nothing new."""
        return answer.status == 304 or digest_of(answer.body) == self.digest

    def stay(self, answer: Answer, now: datetime) -> None:
        """Nothing changed: come back after twice as long."""
        self.quiet = min(self.quiet + 1, DOUBLINGS)
        self.new = frozenset()
        self._leave(max(FLOOR, _max_age(answer)) * 2**self.quiet, now)

    def go_on(
        self, feed: Feed, answer: Answer, community: str, now: datetime
    ) -> tuple[Exposure, ...]:
        """Take note of what a feed holds now; the gap, if nothing in it was there before."""
        marks = frozenset(map(mark_of, feed.entries))
        gap = self._gap(feed, marks, community)
        self.new = marks - self.known
        self.digest, self.at, self.quiet, self.known = digest_of(answer.body), micros(now), 0, marks
        self.read &= {one[:IDENTITY] for one in marks}
        self._leave(max(feed.rest, _max_age(answer)), now)
        return gap

    def set_aside(self, entry: Entry, record_id: str) -> None:
        """Read this entry's page before it is told."""
        mark = mark_of(entry)
        self.new -= {mark}
        who = mark[:IDENTITY]
        self.waiting[who] = Waiting(entry, record_id, known=who in self.read)

    def done(self, key: str) -> None:
        """The page of this entry was read."""
        del self.waiting[key]
        self.read |= {key}

    def due(self, now: datetime) -> Iterator[tuple[str, Waiting]]:
        """The pages to be read now, oldest first."""
        for key, one in sorted(self.waiting.items(), key=lambda pair: (pair[1].due, pair[0])):
            if one.due <= micros(now):
                yield key, one

    def _leave(self, seconds: float, now: datetime) -> None:
        wait = min(seconds, CEILING) - SLACK
        self.until = micros(now) + round(max(wait, 0) * SECOND_US)

    def _gap(self, feed: Feed, marks: frozenset[str], community: str) -> tuple[Exposure, ...]:
        then = {one[:IDENTITY] for one in self.known}
        if not then or then & {one[:IDENTITY] for one in marks}:
            return ()
        times = [micros(one.published) for one in feed.entries if one.published]
        why = "the feed moved on by more than it holds"
        return lost("", community, self.at, min(times), why) if times else ()


def mark_of(entry: Entry) -> str:
    """A short mark of an entry: who it is, then what it says."""
    who = _hash(entry.identity, entry.url)[:IDENTITY]
    return who + _hash(entry.title, entry.text)[:IDENTITY]


def digest_of(body: bytes) -> str:
    """A short mark of a body."""
    return hashlib.sha256(body).hexdigest()[:16]


def entry_told(entry: Entry) -> dict[str, Any]:
    """An entry as JSON."""
    told = {key: value for key, value in asdict(entry).items() if value}
    for key in ("published", "updated"):
        when: datetime | None = getattr(entry, key)
        if when is not None:
            told[key] = micros(when)
    return told


def entry_of(told: Mapping[str, Any]) -> Entry:
    """An entry from JSON. TypeError or ValueError for something else."""
    fields = dict(told)
    for key in ("published", "updated"):
        if key in fields:
            fields[key] = moment(int(fields[key]))
    entry = Entry(**fields)
    if not all(isinstance(value, str) for key, value in fields.items()
               if key not in ("published", "updated")):  # fmt: skip
        raise TypeError("not an entry")
    if entry.precision not in PRECISIONS:
        raise ValueError(f"{entry.precision!r} is no precision")
    return entry


def _waiting(told: object) -> Waiting:
    """An entry of a cursor whose page is still to be read."""
    if not isinstance(told, dict):
        raise foreign(told)
    try:
        entry = entry_of(branch(told, "entry"))
    except (TypeError, OverflowError, ValueError) as problem:
        raise foreign(told) from problem
    return Waiting(entry, word(told, "id"), bool(told.get("known")),
                   number(told, "tries", most=TRIES), number(told, "due", most=LATEST))  # fmt: skip


def _told(one: Waiting) -> dict[str, Any]:
    return {"entry": entry_told(one.entry), "id": one.id, "known": one.known, "tries": one.tries,
            "due": one.due}  # fmt: skip


def _max_age(answer: Answer) -> int:
    found = MAX_AGE.search(answer.headers.get("cache-control", ""))
    return int(found[1]) if found else 0


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
