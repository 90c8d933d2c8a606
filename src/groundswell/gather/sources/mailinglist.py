"""Mailing lists, from the three archives most of them have."""

from __future__ import annotations

import calendar
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from groundswell.errors import BadRow, Malformed, NotFound
from groundswell.gather.cursors import day_of, foreign, number, stamped, texts, word
from groundswell.gather.elements import attribute, child, document, each, name_of, named, words
from groundswell.gather.fields import time_of
from groundswell.gather.listing import cursor_of, lost, state_of
from groundswell.gather.mail import last_message, letter, mail, messages, separates
from groundswell.gather.markup import Element, text_of_html
from groundswell.gather.payloads import opened
from groundswell.gather.source import Answer, Cursor, Dossier, Found, Http, Payload
from groundswell.types import Record
from groundswell.types.moment import micros

ARCHIVES = ("public-inbox", "hyperkitty", "pipermail")
FRESH = {"Cache-Control": "no-cache"}
STAMP = "%Y%m%d%H%M%S"
MOST_PAGES = 40  # of a feed, 25 messages each, read back before the rest is given up
KEPT = 100  # ids of messages the cursor keeps
LATE_DAYS = 2  # for which a message may come in after it says it was written
CLOSED = 3  # the day of a month on which the month before is thought complete
BEYOND = "more came in than the feed can be read back"
NO_FILE = "the archive has no file of this month; nobody may have written"
SEGMENT = re.compile(r"/([^/]+)/*$")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingList:
    """One list. `url` is its archive's address, up to and including the list; `community` the name
    it is counted under; `archive` what keeps it: "public-inbox", "hyperkitty" or "pipermail"."""

    kind: ClassVar[str] = "mailinglist"
    dossier: ClassVar[Dossier] = Dossier(
        title="Mailing lists",
        access="open",
        terms="the archive's own; what was sent to a public list was sent to be read by all.",
        every=1800,
        lag=3600,
        backfill="whole: public-inbox by message, HyperKitty by day, Pipermail by month",
        threads="whole: messages name what they answer",
        deletes="never told, and only digests of message ids are kept to ask with",
        limits="one request a second",
        gaps=(
            "The time is the sender's clock, in public-inbox the receiving server's.",
            "A message that was taken out of an archive stays here until somebody asks.",
            "Large hosts put a test for browsers before their archive; then there is nothing.",
        ),
    )
    url: str
    community: str
    archive: str = "public-inbox"

    def __post_init__(self) -> None:
        if self.archive not in ARCHIVES:
            raise ValueError(f"archive is {self.archive!r}, not one of {', '.join(ARCHIVES)}")
        if not self.community or not urlsplit(self.url).netloc:
            raise ValueError("needs a url (https://...) and a community")

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """What came in since the last visit."""
        if self.archive == "public-inbox":
            return self._feed(http, state_of(since))
        return self._grown(http, state_of(since), now)

    def backfill(
        self, http: Http, since: Cursor | None, first: datetime, now: datetime
    ) -> Iterator[Payload]:
        """The past: a feed backwards, files forwards."""
        if self.archive == "public-inbox":
            return self._back(http, state_of(since), first, now)
        return self._whole(http, state_of(since), first, now)

    def parse(self, payload: Payload) -> Iterable[Found]:
        """The messages of a feed or of an mbox, each once."""
        what = payload.url or self.url
        body = opened(payload.body, what)
        if body.lstrip()[:1] == b"<":
            root = document(body, what)
            if name_of(root) != "feed":
                raise Malformed(f"{what}: is <{name_of(root)}>, not a feed of messages")
            return each(named(root, "entry"), self._entry, what)
        if body.strip() and not separates(body.lstrip()):
            raise Malformed(f"{what}: is no mbox; it begins with {body[:40]!r}")
        return self._messages(body)

    def _messages(self, body: bytes) -> list[Found]:
        """The messages of an mbox; those without an id, a time or words are left out."""
        found: dict[str, Found] = {}
        for raw in messages(body.splitlines(keepends=True)):
            try:
                record = mail(raw, self.community)
            except (BadRow, ValueError):
                continue  # a broken message is no broken archive: every list has some
            found.setdefault(record.id, record)
        return list(found.values())

    def _entry(self, entry: Element) -> Record:
        """A message of public-inbox's feed, whose links hold the message ids."""
        author, content = child(entry, "author"), child(entry, "content")
        own = _message_id(attribute(child(entry, "link"), "href"))
        if not own:
            raise BadRow("no message id")
        said, subject = words(content), words(entry, "title")
        if attribute(child(entry, "title"), "type") == "html":
            subject = unescape(subject)
        return letter(
            community=self.community,
            own_id=own,
            parent=_message_id(attribute(child(entry, "in-reply-to"), "href")),
            root="",
            subject=subject,
            author=words(author, "email").lower(),
            published=time_of(words(entry, "updated"))[0],
            text=text_of_html(said) if attribute(content, "type") == "html" else said,
        )

    def _feed(self, http: Http, state: dict[str, Any]) -> Iterator[Payload]:
        """New pages of the feed, oldest first; a gap where it cannot be read back far enough."""
        known, last = texts(state, "ids"), number(state, "at")
        pages: list[_Page] = []
        at, arrived = "", not known
        while len(pages) < MOST_PAGES:
            page = self._page(http, at)
            new = [one for one in page.ids if one not in known]
            arrived = arrived or len(new) < len(page.ids) or not page.ids
            if new:
                pages.append(page)
            if arrived or (at and page.oldest >= at):
                break
            at = page.oldest
        gaps = () if arrived or not pages else lost(
            "", self.community, last, _micros(pages[-1].oldest), BEYOND
        )  # fmt: skip
        for page in reversed(pages):
            known = [*known, *(one for one in reversed(page.ids) if one not in known)][-KEPT:]
            last = max(last, _micros(page.newest))
            cursor = cursor_of({"at": last, "ids": known})
            yield Payload(page.answer.body, cursor, page.answer.url, gaps)
            gaps = ()

    def _back(
        self, http: Http, state: dict[str, Any], first: datetime, now: datetime
    ) -> Iterator[Payload]:
        """The feed backwards, from now to `first`."""
        at = word(state, "before", now.strftime(STAMP))
        while at and at >= first.strftime(STAMP):
            page = self._page(http, at)
            at = min(page.oldest, _earlier(at)) if page.ids else ""
            yield Payload(page.answer.body, cursor_of({"before": at}), page.answer.url)

    def _page(self, http: Http, before: str) -> _Page:
        """A page of the feed: the newest, or what came in up to a time."""
        url = f"{self.url.rstrip('/')}/new.atom"
        answer = http.get(url, params={"t": before} if before else None, headers=FRESH)
        root = document(answer.body, url)
        if name_of(root) != "feed":
            raise Malformed(f"{url}: is <{name_of(root)}>, not a feed; is it a public-inbox?")
        entries = named(root, "entry")
        stamps = sorted(_stamps(entries))
        ids = [hashed(words(one, "id").encode()) for one in entries]
        return _Page(answer, ids, *(stamps[0], stamps[-1]) if stamps else ("", ""))

    def _grown(self, http: Http, state: dict[str, Any], now: datetime) -> Iterator[Payload]:
        """What was added to the files that may still grow."""
        told = {self._period(key): _Grown.of(one) for key, one in state.items()}
        for period in self._growing(sorted(told), now):
            before = told.get(period, _Grown())
            answer = self._file(http, period, now, {} if before.confirmed else FRESH)
            if answer is None or answer.status == 304:
                continue
            body = opened(answer.body, answer.url)
            after = before.grown(body, whole=body is not answer.body)
            if after == before:
                continue
            told = {key: one for key, one in told.items() if key >= self._open(now)}
            told[period] = after
            cursor = cursor_of({key: one.told() for key, one in told.items()})
            known = before.size if before.begins(body) else 0
            yield Payload(body[known : after.size], cursor, answer.url)

    def _whole(
        self, http: Http, state: dict[str, Any], first: datetime, now: datetime
    ) -> Iterator[Payload]:
        """Every file from `first` on; a month without one is a gap, since nothing else tells."""
        begin = self._period(word(state, "next", self._name(first)))
        for period in self._periods(begin, now):
            following = self._name(_starts(period, after=True))
            answer = self._file(http, period, now, FRESH)
            cursor = cursor_of({"next": following})
            if answer is not None:
                body = opened(answer.body, answer.url)
                grown = _Grown().grown(body, whole=body is not answer.body)
                if not grown.confirmed and (again := self._file(http, period, now, FRESH)):
                    body = opened(again.body, again.url)
                    grown = grown.grown(body)
                yield Payload(body[: grown.size], cursor, answer.url)
            elif period < self._name(now):
                start, stop = micros(_starts(period)), micros(_starts(period, after=True))
                gaps = lost("", self.community, start, stop, NO_FILE)
                yield Payload(b"", cursor, self.url, gaps)

    def _growing(self, known: Sequence[str], now: datetime) -> Iterator[str]:
        """The periods since the last visit, and those that were not complete then."""
        return self._periods(min([*known, self._open(now)]), now)

    def _open(self, now: datetime) -> str:
        """The first period that may still grow."""
        days = LATE_DAYS if self.archive == "hyperkitty" else CLOSED
        return self._name(now - days * DAY)

    def _periods(self, first: str, now: datetime) -> Iterator[str]:
        while first <= self._name(now):
            yield first
            first = self._name(_starts(first, after=True))

    def _period(self, told: str) -> str:
        """A period that a cursor names."""
        if self._name(_starts(told)) != told:
            raise foreign(told)
        return told

    def _name(self, when: datetime) -> str:
        """The name of a period: a day for HyperKitty, a month for Pipermail."""
        return when.astimezone(UTC).strftime(
            "%Y-%m-%d" if self.archive == "hyperkitty" else "%Y-%m"
        )

    def _file(
        self, http: Http, period: str, now: datetime, headers: Mapping[str, str]
    ) -> Answer | None:
        """The file of a period; None where there is none."""
        base = self.url.rstrip("/")
        if self.archive == "hyperkitty":
            params = {"start": period, "end": self._name(_starts(period, after=True))}
            return http.get(f"{base}/export/messages.mbox.gz", params=params, headers=headers)
        year, _, month = period.partition("-")
        name = f"{base}/{year}-{calendar.month_name[int(month)]}.txt"
        packed = (name, f"{name}.gz") if period == self._name(now) else (f"{name}.gz", name)
        for one in packed:  # of the month that runs, the plain file is ahead of the packed one
            try:
                return http.get(one, headers=headers)
            except NotFound:
                continue
        return None


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of a feed: its messages, newest first, and the times of the first and last."""

    answer: Answer
    ids: list[str] = field(default_factory=list)
    oldest: str = ""
    newest: str = ""


def _stamps(entries: Iterable[Element]) -> Iterator[str]:
    """When messages came in; those that do not say are left out."""
    for entry in entries:
        with suppress(BadRow):
            yield time_of(words(entry, "updated"))[0].strftime(STAMP)


@dataclass(frozen=True, slots=True)
class _Grown:
    """How far a growing file was read (`size` bytes, with their `mark`), and how it looked as a
    `whole`.

    A plain file that is cut short on the way looks like one that ends there. So its last message is
    taken only once another follows it, or once the file comes a second time just the same.
    """

    size: int = 0
    mark: str = ""
    whole: str = ""

    @classmethod
    def of(cls, told: object) -> _Grown:
        """From a cursor."""
        if not isinstance(told, list) or len(told) != 3:
            raise foreign(told)
        named_ = dict(zip(("size", "mark", "whole"), told, strict=True))
        return cls(number(named_, "size"), word(named_, "mark"), word(named_, "whole"))

    def told(self) -> list[int | str]:
        """For a cursor."""
        return [self.size, self.mark, self.whole]

    @property
    def confirmed(self) -> bool:
        """Whether all of the file was read."""
        return bool(self.whole) and self.mark == self.whole

    def begins(self, body: bytes) -> bool:
        """Whether a file still begins with what was read."""
        return hashed(body[: self.size]) == self.mark

    def grown(self, body: bytes, *, whole: bool = False) -> _Grown:
        """As the file is now; `whole` when it is sure that it was not cut short."""
        mark = hashed(body)
        size = len(body) if whole or mark == self.whole else last_message(body)
        return _Grown(size, hashed(body[:size]), mark)


def hashed(body: bytes) -> str:
    """A short mark of some bytes."""
    return hashlib.sha256(body).hexdigest()[:16]


def _message_id(href: str) -> str:
    """The message id at the end of a link.

    >>> _message_id("https://lists.example.org/dev/a%2Fb@example.org/")
    'a/b@example.org'
    """
    found = SEGMENT.search(urlsplit(href).path if href else "")
    return unquote(found[1]) if found else ""


def _starts(period: str, *, after: bool = False) -> datetime:
    """When a day or month begins, or the one after it."""
    begin = day_of(period if len(period) == 10 else f"{period}-01")
    if after:
        days = 1 if len(period) == 10 else calendar.monthrange(begin.year, begin.month)[1]
        begin += days * DAY
    return datetime(begin.year, begin.month, begin.day, tzinfo=UTC)


def _moment(stamp: str) -> datetime:
    return stamped(stamp, STAMP)


def _micros(stamp: str) -> int:
    return micros(_moment(stamp))


def _earlier(stamp: str) -> str:
    """A second before: a page that holds nothing older than asked for would come again."""
    return (_moment(stamp) - timedelta(seconds=1)).strftime(STAMP)
