"""Answers that are files, and answers that only say that something is gone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from groundswell.errors import Malformed, TooLarge
from groundswell.gather.fields import clean
from groundswell.gather.listing import packed
from groundswell.gather.source import Cursor, Payload
from groundswell.http.decode import gunzip

GZIP = b"\x1f\x8b"
LARGEST = 64 * 1024 * 1024  # bytes opened: a larger file is no page of records
GONE = "gone"


def opened(body: bytes, what: str, *, limit: int = LARGEST) -> bytes:
    """The content of a gzip file, or the body itself when it is none.

    TooLarge beyond `limit` bytes; Malformed when it is damaged or breaks off.
    """
    if not body.startswith(GZIP):
        return body
    whole = bytearray()
    try:
        for piece in gunzip([body]):
            whole += piece
            if len(whole) > limit:
                raise TooLarge(f"{what}: opens to over {limit // 1024**2} MiB")
    except Malformed as problem:
        raise Malformed(f"{what}: {problem}") from problem
    return bytes(whole)


def without(ids: Iterable[str], url: str) -> Payload:
    """A payload that says these records are gone, for answers that have no body to say so."""
    return Payload(packed({GONE: list(ids)}), Cursor(""), url)


def gone_in(data: Any) -> list[str]:
    """The ids such a payload names; none for any other."""
    found = data.get(GONE) if isinstance(data, dict) and len(data) == 1 else None
    return [one for one in named_in(found) if one.partition(":")[2]]


def named_in(found: Any) -> list[str]:
    """The names in a list that a payload of ours carries along."""
    if not isinstance(found, list):
        return []
    return [clean(one) for one in found if isinstance(one, str) and one.strip("\x00")]
