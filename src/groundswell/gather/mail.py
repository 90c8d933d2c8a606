"""Messages of mailing lists: split, read, and freed of quotes, signatures and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from hashlib import sha1

from groundswell.errors import BadRow
from groundswell.gather.fields import EARLIEST, LATEST, clean
from groundswell.text import normalise, plain
from groundswell.types import Record, RecordId

LIMIT = 16 * 1024 * 1024  # a longer message is cut; memory stays constant
SEPARATOR = re.compile(rb"^From \S+.*\d{2}:\d{2}")
PARTED = re.compile(rb"\r?\n\r?\n(From \S+[^\n]*\d{2}:\d{2})")
ESCAPED = re.compile(rb"^>+From ")
QUOTED = re.compile(r"^\s*>")
ATTRIBUTION = re.compile(r"^(On .{5,200} wrote:|.{2,80} (writes|schrieb|a écrit) ?:)\s*$")
ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++\.[\w.-]++")  # never backtracks
HIDDEN_ADDRESS = re.compile(r'^\s*"?([\w.+-]+) at ([\w-]+\.[\w.-]+)')  # as Pipermail writes it
SUBJECT_TAGS = re.compile(r"^(\s*(re|fwd?|aw|sv)\s*:\s*|\s*\[[^\]]{1,40}\]\s*)+", re.IGNORECASE)
BRACKETED = re.compile(r"<[^<>\s]+>")
ODD = (ValueError, TypeError, LookupError, AttributeError, AssertionError, RecursionError,
       MessageError)  # fmt: skip  # what the standard library raises at broken mail


def separates(line: bytes) -> bool:
    """Whether a line parts two messages of an mbox; it must follow an empty one."""
    return bool(SEPARATOR.match(line))


def messages(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The messages of an mbox one by one, escaped From lines restored; a huge one is cut.

    >>> list(messages([b"From a b 10:00\\n", b"Subject: x\\n", b"\\n", b">From here.\\n"]))
    [b'Subject: x\\n\\nFrom here.\\n']
    """
    current: list[bytes] = []
    size, blank = 0, True
    for line in lines:
        if blank and separates(line):
            if current:
                yield b"".join(current)
            current, size = [], 0
        elif size < LIMIT:
            current.append(line[1:] if ESCAPED.match(line) else line)
            size += len(line)
        blank = line in (b"\n", b"\r\n")
    if current:
        yield b"".join(current)


def last_message(mbox: bytes) -> int:
    """Where the last message of an mbox begins.

    >>> last_message(b"From a b 10:00\\n\\nx\\n\\nFrom c d 10:00\\n\\ny\\n")
    19
    """
    found = 0
    for match in PARTED.finditer(mbox):
        found = match.start(1)
    return found


def mail(raw: bytes, community: str) -> Record:
    """A message; BadRow when it has no id, no date or nothing of its own."""
    message = message_from_bytes(raw, policy=policy.default)
    own_id, published = header(message, "Message-ID"), date_of(header(message, "Date"))
    references = ids_in(header(message, "References"))
    above = ids_in(header(message, "In-Reply-To")) or references
    if not own_id:
        raise BadRow("no message id")
    return letter(
        community=community,
        own_id=own_id,
        parent=above[-1] if above else "",
        root=references[0] if references else "",
        subject=header(message, "Subject"),
        author=address(header(message, "From")),
        published=published,
        text=content(message),
    )


def letter(
    *, community: str, own_id: str, parent: str, root: str, subject: str, author: str,
    published: datetime, text: str,
) -> Record:  # fmt: skip
    """A message from its parts, wherever they were read; BadRow when it says nothing itself."""
    words = own_words(clean(text))
    if not words:
        raise BadRow("no words")
    return Record(
        id=id_of(own_id),
        source="mailing_list",
        kind="mail",
        community=community,
        title="" if parent else SUBJECT_TAGS.sub("", normalise(clean(subject))),
        text=words,
        author=author,
        parent=id_of(parent) if parent else None,
        root=id_of(root) if root and parent else None,
        published=published,
    )


def id_of(message_id: str) -> RecordId:
    """The id of a message. Message ids hold addresses, so only their digest is kept.

    >>> id_of("<one@shop.example>") == id_of("one@shop.example")
    True
    """
    bare = clean(message_id).strip().strip("<>")
    return RecordId(f"mailing_list:{sha1(bare.encode()).hexdigest()[:16]}")


def ids_in(stated: str) -> list[str]:
    """The message ids of a header; some mailers add words around them."""
    return BRACKETED.findall(stated) or stated.split()


def header(message: EmailMessage, name: str) -> str:
    """A header as text, "" when it is missing; BadRow when it cannot be read."""
    try:
        return clean(str(message[name] or "")).strip()
    except ODD as problem:
        raise BadRow(f"broken {name}") from problem


def date_of(stated: str) -> datetime:
    """A time as mail and RSS write it (RFC 5322); BadRow for none or an impossible one."""
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


def address(stated: str) -> str:
    """The address of a From header, small letters; archives' "jo at example.org" is read too.

    >>> address("jo at example.org (Jo Pike)"), address("Jo <Jo@Example.org>")
    ('jo@example.org', 'jo@example.org')
    """
    hidden = HIDDEN_ADDRESS.match(stated)
    found = f"{hidden[1]}@{hidden[2]}" if hidden else parseaddr(stated)[1]
    return found.lower()


def content(message: EmailMessage) -> str:
    """The words of a message, those of an HTML part as plain text; BadRow when it is broken."""
    try:
        part = message.get_body(preferencelist=("plain", "html"))
    except ODD as problem:
        raise BadRow("broken parts") from problem
    if part is None:
        return ""
    try:
        found = part.get_content()
    except ODD:
        payload = part.get_payload(decode=True)
        found = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return plain(found) if part.get_content_type() == "text/html" else str(found)


def own_words(text: str) -> str:
    """What the writer wrote: no quoted lines, attributions, signature or addresses.

    >>> own_words("On 1 May, Ann wrote:\\n> It drifts.\\n\\nMine too, ask a@b.example.\\n-- \\nBob")
    'Mine too, ask [email]'
    """
    kept = []
    for line in text.splitlines():
        if line.rstrip() in ("--", "-- "):
            break
        if not QUOTED.match(line) and not ATTRIBUTION.match(line):
            kept.append(ADDRESS.sub("[email]", line))
    return normalise("\n".join(kept))
