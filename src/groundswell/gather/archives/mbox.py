"""Mailing-list archives in mbox form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import sha1
from pathlib import Path
from typing import ClassVar, cast

from groundswell.errors import BadRow
from groundswell.gather.archive import Row
from groundswell.gather.fields import EARLIEST, LATEST
from groundswell.gather.opening import LINE_LIMIT, unpacked
from groundswell.text import normalise, plain
from groundswell.types import Record, RecordId

SEPARATOR = re.compile(rb"^From \S+.*\d{2}:\d{2}")
QUOTED = re.compile(r"^\s*>")
ATTRIBUTION = re.compile(r"^(On .{5,200} wrote:|.{2,80} (writes|schrieb|a écrit) ?:)\s*$")
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
SUBJECT_TAGS = re.compile(r"^(\s*(re|fwd?|aw|sv)\s*:\s*|\s*\[[^\]]{1,40}\]\s*)+", re.IGNORECASE)


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
        message = cast(EmailMessage, message_from_bytes(raw, policy=policy.default))
        try:
            own_id = str(message["Message-ID"] or "").strip()
            published = parsedate_to_datetime(str(message["Date"]))
            subject = normalise(str(message["Subject"] or ""))
            above = str(message["In-Reply-To"] or message["References"] or "").split()
            author = parseaddr(str(message["From"] or ""))[1]
        except (ValueError, TypeError, IndexError, AttributeError) as problem:
            raise BadRow("no time" if "Date" not in message else "broken header") from problem
        if not own_id:
            raise BadRow("no message id")
        published = (published if published.tzinfo else published.replace(tzinfo=UTC)).astimezone(UTC)
        if not EARLIEST <= published < LATEST:
            raise BadRow("time out of range")
        text = _own_words(_content(message))
        if not text:
            raise BadRow("no words")
        return Record(
            id=_id(own_id), source="mailing_list", kind="mail", community=community.decode(),
            title="" if above else SUBJECT_TAGS.sub("", subject), text=text, author=author,
            parent=_id(above[-1]) if above else None, published=published, available=published,
        )  # fmt: skip


def _messages(path: Path) -> Iterator[bytes]:
    """The messages of a file one by one; a message over the line limit is cut."""
    current: list[bytes] = []
    size, blank = 0, True
    with unpacked(path) as file:
        while line := file.readline(LINE_LIMIT):
            if blank and SEPARATOR.match(line):
                if current:
                    yield b"".join(current)
                current, size = [], 0
            elif size < LINE_LIMIT:
                current.append(line[1:] if line.startswith((b">From ", b">>From ")) else line)
                size += len(line)
            blank = line in (b"\n", b"\r\n")
    if current:
        yield b"".join(current)


def _id(message_id: str) -> RecordId:
    """Message ids hold addresses, so only their digest is kept."""
    return RecordId(f"mailing_list:{sha1(message_id.strip('<>').encode()).hexdigest()[:16]}")


def _content(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        content = part.get_content()
    except (LookupError, ValueError):
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
