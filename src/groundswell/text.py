"""Plain text out of other people's markup."""

from __future__ import annotations

import html
import re
import unicodedata

TAG = re.compile(r"<[^<>]*>")
BREAK = re.compile(r"<(?:br|/p|/div|/li|/blockquote|p|/pre)\b[^<>]*>", re.IGNORECASE)
SPACES = re.compile(r"[^\S\n]+")
LINES = re.compile(r"\n{3,}")
CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
)
SURROGATE = re.compile(r"[\ud800-\udfff]")  # half a character, out of JSON: no database takes it


def plain(markup: str) -> str:
    """HTML as plain text: breaks kept as newlines, entities resolved.

    >>> plain("<p>a &lt;b&gt;<br>c</p>  d")
    'a <b>\\nc\\n d'
    """
    return normalise(html.unescape(TAG.sub("", BREAK.sub("\n", markup))))


def normalise(text: str) -> str:
    """NFC, no control or invisible characters, single spaces, at most one blank line.

    >>> normalise("a\\u200b  b\\r\\n\\n\\n\\nc ")
    'a b\\n\\nc'
    """
    text = SURROGATE.sub("\ufffd", text)
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return LINES.sub("\n\n", SPACES.sub(" ", CONTROL.sub("", text))).strip()
