"""Mailing-list archives in mbox form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import sha1
from pathlib import Path
from typing import ClassVar

from groundswell.errors import BadRow
from groundswell.gather.archive import Row
from groundswell.gather.fields import EARLIEST, LATEST, clean
from groundswell.gather.opening import LINE_LIMIT, damage, unpacked
from groundswell.text import normalise, plain
from groundswell.types import Record, RecordId

SEPARATOR = re.compile(rb"^From \S+.*\d{2}:\d{2}")
QUOTED = re.compile(r"^\s*>")
ATTRIBUTION = re.compile(r"^(On .{5,200} wrote:|.{2,80} (writes|schrieb|a écrit) ?:)\s*$")
ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++\.[\w.-]++")  # never backtracks
SUBJECT_TAGS = re.compile(r"^(\s*(re|fwd?|aw|sv)\s*:\s*|\s*\[[^\]]{1,40}\]\s*)+", re.IGNORECASE)
BRACKETED = re.compile(r"<[^<>\s]+>")
ODD = (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError,
       MessageError)  # fmt: skip  # what the standard library raises at broken mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Mbox:
    """Messages of one list; quoted lines, signatures and addresses are left out."""

    name: ClassVar[str] = "mbox"
    community: str = ""

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether the file begins with an mbox separator."""
        return bool(SEPARATOR.match(head))

    def rows(self, path: Path, after: int) -> Iterator[Row]:
        """One row a message, numbered in file order."""
        community = self.community or path.name.split(".")[0]
        for number, message in enumerate(_messages(path), 1):
            if number > after:
                yield Row(number, community.encode() + b"\n" + message)

    def parse(self, row: Row) -> Record:
        """A message; BadRow when it has no id, no date or nothing of its own."""
        assert isinstance(row.data, bytes)
        community, _, raw = row.data.partition(b"\n")
        message = message_from_bytes(raw, policy=policy.default)
        own_id, published = _header(message, "Message-ID"), _date(message)
        subject = normalise(_header(message, "Subject"))
        above = _ids(_header(message, "In-Reply-To") or _header(message, "References"))
        author = parseaddr(_header(message, "From"))[1]
        if not own_id:
            raise BadRow("no message id")
        text = _own_words(clean(_content(message)))
        if not text:
            raise BadRow("no words")
        return Record(
            id=_id(own_id),
            source="mailing_list",
            kind="mail",
            community=community.decode(),
            title="" if above else SUBJECT_TAGS.sub("", subject),
            text=text,
            author=author,
            parent=_id(above[-1]) if above else None,
            published=published,
            available=published,
        )


def _messages(path: Path) -> Iterator[bytes]:
    """The messages of a file one by one; a message over the line limit is cut."""
    current: list[bytes] = []
    size, blank, number = 0, True, 0
    with unpacked(path) as file, damage(path, lambda: f"line {number}"):
        while line := file.readline(LINE_LIMIT):
            if blank and SEPARATOR.match(line):
                if current:
                    yield b"".join(current)
                current, size = [], 0
            elif size < LINE_LIMIT:
                current.append(line[1:] if line.startswith((b">From ", b">>From ")) else line)
                size += len(line)
            blank = line in (b"\n", b"\r\n")
            number += 1
    if current:
        yield b"".join(current)


def _header(message: EmailMessage, name: str) -> str:
    try:
        return clean(str(message[name] or "")).strip()
    except ODD as problem:
        raise BadRow(f"broken {name}") from problem


def _date(message: EmailMessage) -> datetime:
    stated = _header(message, "Date")
    if not stated:
        raise BadRow("no time")
    try:
        when = parsedate_to_datetime(stated)
        when = (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError) as problem:
        raise BadRow("not a time") from problem
    if not EARLIEST <= when < LATEST:
        raise BadRow("time out of range")
    return when


def _ids(stated: str) -> list[str]:
    """The message ids of a header; some mailers add words around them."""
    return BRACKETED.findall(stated) or stated.split()


def _id(message_id: str) -> RecordId:
    """Message ids hold addresses, so only their digest is kept."""
    return RecordId(f"mailing_list:{sha1(message_id.strip('<>').encode()).hexdigest()[:16]}")


def _content(message: EmailMessage) -> str:
    try:
        part = message.get_body(preferencelist=("plain", "html"))
    except ODD as problem:
        raise BadRow("broken parts") from problem
    if part is None:
        return ""
    try:
        content = part.get_content()
    except ODD:
        payload = part.get_payload(decode=True)
        content = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return plain(content) if part.get_content_type() == "text/html" else str(content)


def _own_words(text: str) -> str:
    kept = []
    for line in text.splitlines():
        if line.rstrip() in ("--", "-- "):
            break
        if not QUOTED.match(line) and not ATTRIBUTION.match(line):
            kept.append(ADDRESS.sub("[email]", line))
    return normalise("\n".join(kept))
