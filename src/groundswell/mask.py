"""Pseudonyms and digests: what we keep instead of names."""

from __future__ import annotations

import hashlib
import hmac


def pseudonym(key: bytes, source: str, handle: str) -> str:
    """A per-source keyed pseudonym, 16 hex digits; "" stays "" (nobody known).

    >>> pseudonym(b"k", "reddit", "")
    ''
    >>> pseudonym(b"k", "reddit", "ann") == pseudonym(b"k", "reddit", "ANN")
    True
    """
    if not handle:
        return ""
    return digest(key, f"{source}\0{handle.casefold()}")[:16]


def digest(key: bytes, text: str) -> str:
    """A keyed digest (HMAC-SHA-256), 32 hex digits, that only this installation can make."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
