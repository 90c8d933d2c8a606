"""Mailing lists in three archives: public-inbox's feed, HyperKitty's export, Pipermail's months."""

from __future__ import annotations

import calendar
import gzip
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from typing import ClassVar
from urllib.parse import quote

from groundswell.gather.mail import id_of
from internet.invent import Mix, dice, happenings, person
from internet.script import Item, Script
from internet.world import Happening, Limit, Request, Response

INBOX, KITTY, PIPER = "inbox.lists.example", "kitty.lists.example", "piper.lists.example"
HOSTS = {"quay-dev": INBOX, "dock-users": KITTY, "tide-talk": PIPER}
EXPORT = re.compile(r"/archives/list/dock-users@kitty\.lists\.example/export/[\w.]+\.mbox\.gz")
MONTH = re.compile(r"/pipermail/tide-talk/(\d{4})-([A-Z][a-z]+)\.txt(\.gz)?")
FEED = 25
URLS = {
    "quay-dev": (f"https://{INBOX}/quay-dev/", "public-inbox"),
    "dock-users": (f"https://{KITTY}/archives/list/dock-users@{KITTY}/", "hyperkitty"),
    "tide-talk": (f"https://{PIPER}/pipermail/tide-talk/", "pipermail"),
}
SHAPES = (("utf-8", "quoted-printable"), ("utf-8", "base64"), ("utf-8", "8bit"))


class MailingList:
    """Three lists. Nothing is edited, and nothing that was taken away is told of."""

    name: ClassVar[str] = "mailinglist"
    hosts: ClassVar[tuple[str, ...]] = tuple(HOSTS.values())
    limit: ClassVar[Limit] = Limit(120, 60.0, 2)
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        mix = Mix(per_day=60, places=tuple(HOSTS), bare=0, edits=0, deletes=0, leaves=0, private=0)
        self.happenings = happenings(seed, self.name, start, days, mix=mix)
        self.script = Script(self.happenings)
        self.texts = {one.key: one.text for one in self.happenings}
        self.seed = seed
        self.written: dict[str, bytes] = {}  # messages are costly to write and never change

    def respond(self, request: Request, now: datetime) -> Response:
        """A feed, an export or a month."""
        if request.host == INBOX and request.path == "/quay-dev/new.atom":
            return self._feed(request.get("t"), now)
        if request.host == KITTY and EXPORT.fullmatch(request.path):
            return self._export(request, now)
        if request.host == PIPER and (found := MONTH.fullmatch(request.path)):
            return self._month(f"{found[1]}-{_number(found[2]):02}", bool(found[3]), now)
        return Response(b"<html><body><h1>404 Not Found</h1></body></html>", 404, "text/html")

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """There is none."""
        return iter(())

    def due(self, now: datetime) -> Mapping[str, str]:
        """Every message, under its digest."""
        return {id_of(_mid(one)): "\n\n".join(filter(None, (one.title, one.text)))
                for one in self.script.due(now)}  # fmt: skip

    def sources(self) -> Sequence[Mapping[str, object]]:
        """One source a list."""
        return [{"name": place, "kind": "mailinglist", "community": place, "url": url,
                 "archive": archive} for place, (url, archive) in URLS.items()]  # fmt: skip

    def _of(self, place: str, now: datetime) -> list[Item]:
        return [one for one in self.script.live(now) if one.place == place]

    def _feed(self, before: str, now: datetime) -> Response:
        """The newest messages that came in up to a time, newest first."""
        found = [one for one in self._of("quay-dev", now)
                 if not before or one.shown.strftime("%Y%m%d%H%M%S") <= before]  # fmt: skip
        found.sort(key=lambda one: (one.shown, one.number), reverse=True)
        entries = "".join(map(self._entry, found[:FEED]))
        return Response(
            (
                '<?xml version="1.0" encoding="us-ascii"?>\n'
                '<feed\nxmlns="http://www.w3.org/2005/Atom"\n'
                'xmlns:thr="http://purl.org/syndication/thread/1.0"><title>quay-dev</title>'
                f'<link\nrel="self"\nhref="{URLS["quay-dev"][0]}new.atom"/>'
                f"<id>mailto:quay-dev@{INBOX}</id>{entries}</feed>"
            ).encode("us-ascii", "xmlcharrefreplace"),
            kind="application/atom+xml",
        )

    def _entry(self, one: Item) -> str:
        base = URLS["quay-dev"][0]
        above = f"{base}{quote(_mid_of(one.parent), safe='@')}/" if one.parent else ""
        irt = f'<thr:in-reply-to\nref="urn:uuid:{one.parent}"\nhref="{above}"/>' if above else ""
        said = escape(self._text(one), quote=False)
        return (
            f"<entry><author><name>{self._name(one)}</name><email>{_address(one)}</email></author>"
            f'<title\ntype="html">{escape(escape(self._subject(one)))}</title>'
            f"<updated>{one.shown:%Y-%m-%dT%H:%M:%SZ}</updated>"
            f'<link\nhref="{base}{quote(_mid(one), safe="@")}/"/><id>urn:uuid:{one.key}</id>{irt}'
            '<content\ntype="xhtml"><div\nxmlns="http://www.w3.org/1999/xhtml">'
            f'<pre\nstyle="white-space:pre-wrap">{said}</pre></div></content></entry>'
        )

    def _export(self, request: Request, now: datetime) -> Response:
        """The messages written on some days, as a packed mbox."""
        start, end = (date.fromisoformat(request.get(name)) for name in ("start", "end"))
        found = [one for one in self._of("dock-users", now) if start <= one.at.date() < end]
        found.sort(key=lambda one: (one.at, one.number))
        mbox = b"".join(_separated(f"{_address(one)} {one.at:%c}", self._raw(one)) for one in found)
        return Response(gzip.compress(mbox, mtime=0), kind="application/gzip")

    def _month(self, month: str, packed: bool, now: datetime) -> Response:
        """The messages that came in in a month; the running one is not packed yet."""
        found = [one for one in self._of("tide-talk", now) if f"{one.shown:%Y-%m}" == month]
        if not found or packed == (f"{now:%Y-%m}" == month):
            return Response(b"<html><body><h1>404 Not Found</h1></body></html>", 404, "text/html")
        mbox = b"".join(
            _separated(f"{_hidden(_address(one))}  {one.at:%c}", self._raw(one, hide=True))
            for one in found
        )
        return Response(gzip.compress(mbox, mtime=0) if packed else mbox, kind="text/plain")

    def _raw(self, one: Item, *, hide: bool = False) -> bytes:
        """A message as it was sent, or as Pipermail writes it."""
        if one.key not in self.written:
            self.written[one.key] = self._write(one, hide)
        return self.written[one.key]

    def _write(self, one: Item, hide: bool) -> bytes:
        charset, encoding = SHAPES[one.number % len(SHAPES)]
        message = EmailMessage()
        message["From"] = f"{self._name(one)} <{_address(one)}>"
        message["Subject"] = self._subject(one)
        message["Date"] = format_datetime(one.at.astimezone(UTC))
        message["Message-ID"] = f"<{_mid(one)}>"
        if one.parent:
            message["In-Reply-To"] = f"<{_mid_of(one.parent)}>"
            message["References"] = f"<{_mid_of(one.root)}> <{_mid_of(one.parent)}>"
        message.set_content(self._text(one), charset=charset, cte=encoding)
        raw = message.as_bytes(policy=policy.default.clone(linesep="\n", utf8=True))
        if hide:
            told = f"From: {_hidden(_address(one))} ({self._name(one)})"
            raw = re.sub(rb"^From: .*(?:\n[ \t].*)*", told.encode(), raw, count=1, flags=re.M)
        return raw

    def _text(self, one: Item) -> str:
        """What was written, under a quotation and above a signature."""
        quoted = ""
        if one.parent:
            lines = self.texts[one.parent].splitlines()
            quoted = "On a day in November, somebody wrote:\n"
            quoted += "".join(f"> {line}\n" for line in lines)
        return f"{quoted}\n{one.text}\n\n-- \n{self._name(one)}\n"

    def _subject(self, one: Item) -> str:
        return f"[{one.place}] {one.title}" if one.title else f"Re: [{one.place}] as said"

    def _name(self, one: Item) -> str:
        return person(dice(self.seed, self.name, one.author))


def _separated(envelope: str, raw: bytes) -> bytes:
    quoted = re.sub(rb"^(>*From )", rb">\1", raw, flags=re.M)
    return f"From {envelope}\n".encode() + quoted.rstrip(b"\n") + b"\n\n"


def _mid(one: Item) -> str:
    return _mid_of(one.key)


def _mid_of(key: str) -> str:
    return f"{key}/draft@example.org" if int(key) % 5 == 0 else f"{key}.771-1@example.org"


def _address(one: Item) -> str:
    return f"{one.author}@example.org"


def _hidden(address: str) -> str:
    return address.replace("@", " at ")


def _number(month: str) -> int:
    names = list(calendar.month_name)
    return names.index(month) if month in names else 0
