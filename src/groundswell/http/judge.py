"""What an answer really is: data, a refusal, or a web page that only looks like success."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from groundswell.errors import (
    AuthRequired,
    Forbidden,
    Gone,
    Malformed,
    NotFound,
    SourceError,
    Throttled,
    Upstream,
)
from groundswell.http.retry import come_back, exhausted

CUT = 64 * 1024  # how much of a refusal is kept
BROKEN = frozenset({408, 425})
HTML = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:\s|<\?xml[^>]*>|<!--.*?-->)*+<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
# A feed or JSON that is only announced as HTML, which many a small site does.
DATA = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*+(?:[\[{]|<\?xml|<(?:rss|feed|rdf:rdf)\b)", re.IGNORECASE
)
TITLE = re.compile(rb"<title[^>]*>([^<]{0,200})", re.IGNORECASE)
WALL = re.compile(
    rb"just a moment|attention required|access denied|checking your browser|captcha|"
    rb"are you (?:a )?(?:human|robot)|verify (?:that )?you are|unusual traffic|"
    rb"cf-chl-|challenge-platform|blocked",
    re.IGNORECASE,
)
DOOR = re.compile(rb"""\b(?:log ?in|sign ?in)\b|type\s*=\s*["']?password""", re.IGNORECASE)
RATE = re.compile(rb"rate.?limit|too many requests|too many times", re.IGNORECASE)
NOISE = bytes(set(range(256)) - set(b'"[]{}'))  # what says nothing about nesting


def refusal(
    where: str, status: int, headers: Mapping[str, str], body: bytes, now: datetime
) -> SourceError:
    """The error for a status that is neither 2xx nor 304, with what the platform said."""
    problem = named(where, status, headers, body, now)
    problem.status = status
    problem.body = body
    return problem


def named(
    where: str, status: int, headers: Mapping[str, str], body: bytes, now: datetime
) -> SourceError:
    """The kind of error a status stands for."""
    spent = status == 403 and (
        "retry-after" in headers or exhausted(headers, now) is not None or RATE.search(body)
    )
    waits = status == 503 and "retry-after" in headers
    if status == 429 or spent or waits:
        until = come_back(headers, now)
        return Throttled(f"{where}: asks us to come back later ({status})", until=until)
    if status in (401, 407):
        return AuthRequired(f"{where}: wants a key or account ({status}); check the source's key")
    if status in (403, 451):
        return Forbidden(f"{where}: refuses ({status}); see the platform's terms for this source")
    if status == 404:
        return NotFound(f"{where}: is not there (404); mend the address, or it was taken away")
    if status == 410:
        return Gone(f"{where}: was taken away for good (410)")
    if status >= 500 or status in BROKEN:
        return Upstream(f"{where}: is broken ({status}); tried again later")
    return SourceError(f"{where}: does not take this request ({status})")


def misplaced(where: str, content_type: str, body: bytes) -> SourceError | None:
    """The error for a web page where data was due, None for anything else.

    A wall ("checking your browser") or a login is a refusal; another page is a wrong answer.
    """
    announced = "html" in content_type.lower() and not DATA.match(body)
    if not announced and not HTML.match(body):
        return None
    if walled(body) or DOOR.search(body[:CUT]):
        return Forbidden(f"{where}: shows a login or a challenge where data was due")
    return Malformed(f"{where}: is a web page where data was due; check the address")


def walled(page: bytes) -> bool:
    """Whether a page is no page but a test for browsers; judged by its title and its scripts."""
    title = TITLE.search(page[:CUT])
    return bool(title and WALL.search(title[1])) or b"challenge-platform" in page[:CUT]


def too_deep(body: bytes, depth: int) -> bool:
    """Whether JSON is nested deeper than that; a parser would overflow on it.

    Leaves of the text only what counts before it looks: tens of megabytes take a second.
    """
    if body.count(b"[") + body.count(b"{") <= depth:
        return False
    marks = body.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, NOISE)
    outside = marks.replace(b'""', b"").split(b'"')[::2]
    level = 0
    for mark in b"".join(outside):
        level += 1 if mark in b"[{" else -1
        if level > depth:
            return True
    return False
