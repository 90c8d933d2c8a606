"""Pseudonyms, digests and masks: what we keep, or send, instead of who and where."""

from __future__ import annotations

import hashlib
import hmac
import re

MASKS = tuple(
    (re.compile(pattern, re.IGNORECASE), mark)
    for pattern, mark in (
        (r"\b(?:https?|ftp|wss?)://\S+|\bwww\.\S+", "[link]"),
        # an address, or an account of a federated server
        (r"(?<![\w.])(?:mailto:|@)?[\w.+%-]+@[\w-]+(?:\.[\w-]+)+", "[address]"),
        (r"(?<![\w@])@\w(?:[\w.-]*\w)?|(?<![\w/])/?u/[\w-]{2,}", "[person]"),
        # keys and tokens: a known beginning, or a long run of letters and digits mixed
        (r"\b(?:sk|pk|ghp|gho|glpat|xox[abp]|hf|AKIA)[-_]?[A-Za-z0-9][\w-]{14,}", "[secret]"),
        (r"\b(?=\w*\d)(?=\w*[a-z])[a-z0-9_]{32,}\b", "[secret]"),
        (r"(?<![\d.$€£])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])", "[number]"),  # of a machine
        (r"(?<![\w:])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{0,4}(?![\w:])", "[number]"),
        (r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?\b", "[number]"),  # of a bank
        # telephones and cards, as people write them, and nine digits or more in one run
        (
            r"(?<![\w.,+$€£-])(?:"
            r"\+\d(?:[ ()/.-]{0,2}\d){7,16}|\(?0\d{1,4}\)?(?:[ /.-]{0,2}\d){6,10}"
            r"|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}|\d{4}(?:[ -]\d{4}){3}|\d{9,})(?!\w)",
            "[number]",
        ),
    )
)
"""What leads to a person or a machine, by form, and what stands for it. In this order."""


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


def masked(text: str) -> str:
    """A text without links, addresses, handles, keys and long numbers, for a reader elsewhere.

    Forms are masked, not names: a name that stands in a text stays.

    >>> masked("mail ann@lathe.example or call +44 20 7946 0958, says @ann in https://x.example/1")
    'mail [address] or call [number], says [person] in [link]'
    >>> masked("10,000,000 people used version 3.14.2 on 2026-11-22")
    '10,000,000 people used version 3.14.2 on 2026-11-22'
    """
    for pattern, mark in MASKS:
        text = pattern.sub(mark, text)
    return text
