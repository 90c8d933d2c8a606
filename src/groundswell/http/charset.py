"""Bytes of the web as text, whatever charset they claim to be in."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its first bytes are the same
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
BARE = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))  # XML without a mark, XML 1.0 app. F
DECLARED = (
    re.compile(rb"""\A\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']"""),
    re.compile(rb"""<meta[^>]+?charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE),
)
HEADER = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
HEAD, SAMPLE = 4096, 65536
# What pages are written in. Python knows more, and some of it ("unicode_escape", "utf-7",
# "idna") turns harmless bytes into something else.
ONE_BYTE = frozenset({
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258",
    "cp866", "cp874", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6",
    "iso8859-7", "iso8859-8", "iso8859-10", "iso8859-13", "iso8859-14", "iso8859-15",
    "iso8859-16", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "tis-620",
})  # fmt: skip
WIDE = frozenset({
    "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "big5", "big5hkscs",
    "shift_jis", "cp932", "euc_jp", "iso2022_jp", "euc_kr", "cp949",
})  # fmt: skip
LIKELY = ["cp1252", "cp1250", "cp1251", "koi8_r", "cp1253", "cp1254", "cp1255", "cp1256", "cp932",
          "euc_jp", "euc_kr", "gb18030", "big5"]  # fmt: skip
# What a label really means on the web (WHATWG Encoding Standard, "Names and labels").
MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030",
         "iso8859-9": "cp1254", "iso8859-11": "cp874", "shift_jis": "cp932", "euc_kr": "cp949",
         "big5": "big5hkscs"}  # fmt: skip


def text_of(body: bytes, content_type: str = "") -> str:
    """The text that these bytes stand for; never fails.

    In order: byte order mark, the charset of the Content-Type header, the one the document
    declares, a guess from the bytes, UTF-8 with replacement characters. Bytes that are valid
    UTF-8 and not plain ASCII win over a declared one-byte charset: that is a server's default
    set by nobody, and real text of that charset is hardly ever valid UTF-8.

    >>> text_of(b"caf\\xe9", "text/html; charset=ISO-8859-1")
    'café'
    """
    for mark, name in BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace").removeprefix("\ufeff")
    utf8 = tried(body, "utf-8")
    for name in (*claimed(body, content_type), "utf-8"):
        if name in ONE_BYTE and utf8 is not None and not body.isascii():
            return utf8
        if (text := tried(body, name)) is not None:
            return text
    return tried(body, guessed(body)) or body.decode("utf-8", "replace")


def claimed(body: bytes, content_type: str) -> list[str]:
    """The charsets a document claims to be in, most trustworthy first, as codec names."""
    labels = [found[1]] if (found := HEADER.search(content_type)) else []
    labels += [name for start, name in BARE if body.startswith(start)]
    for pattern in DECLARED:
        if stated := pattern.search(body[:HEAD]):
            labels.append(stated[1].decode("ascii", "replace"))
    return [name for label in labels if (name := known(label))]


def known(label: str) -> str:
    """The codec a label means on the web, or nothing when no page is written in it."""
    try:
        name = codecs.lookup(label.replace("_", "-")).name
    except LookupError:
        return ""
    name = MEANT.get(name, name)
    return name if name in ONE_BYTE | WIDE else ""


def tried(body: bytes, name: str) -> str | None:
    """The text in that charset, or None when the bytes contradict it."""
    try:
        return body.decode(name) if name else None
    except UnicodeDecodeError:
        # Windows code pages leave a few bytes undefined; one such byte is no contradiction.
        return body.decode(name, "replace") if name.startswith("cp125") else None


def guessed(body: bytes) -> str:
    """The charset the bytes look like, or nothing."""
    best = from_bytes(body[:SAMPLE], cp_isolation=LIKELY).best()
    return best.encoding if best else ""
