"""The body of an answer, read no further than it deserves."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator

from groundswell.errors import Forbidden, Malformed, SourceError, TooLarge
from groundswell.http.ask import Ask
from groundswell.http.decode import Caps, opened, whole
from groundswell.http.judge import CUT, misplaced, too_deep, walled
from groundswell.http.limits import Limits
from groundswell.http.robots import LARGEST
from groundswell.http.wire import Reply

MARKUP = ("text/html", "xml", "rss", "atom")
READABLE = ("text/", "xml", "rss", "atom")
PACKED = ("application/gzip", "application/x-gzip")


def body_of(ask: Ask, reply: Reply, limits: Limits) -> bytes:
    """The whole body, opened and judged; an error that names the address when it is not sound."""
    kind = reply.headers.get("content-type", "").lower()
    if ask.form == "rules":
        return rules_of(ask, reply)
    if ask.form == "page" and kind and not any(part in kind for part in READABLE):
        raise Malformed(f"{ask.where}: is {kind.partition(';')[0]}, not a web page")
    light = ask.form == "page" or any(part in kind for part in MARKUP)
    largest = limits.page if light else limits.data
    packed = reply.headers.get("content-encoding", "")
    wire = limits.wire if light and packed else largest
    try:
        body = whole(reply.chunks, packed, Caps(wire, largest, limits.ratio))
    except (Malformed, TooLarge) as problem:
        raise located(ask, problem) from problem
    judged(ask, reply, body, limits)
    return body


def rules_of(ask: Ask, reply: Reply) -> bytes:
    """The part of a robots.txt that counts. Half a file says too little, so one that breaks off or
    does not open is an error, and so are a login and a challenge; another page holds no rules."""
    body = beginning(reply, LARGEST, strict=True)
    wrong = misplaced(ask.where, reply.headers.get("content-type", "").lower(), body)
    binary = b"\0" in body and not body.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    if isinstance(wrong, Forbidden) or binary:
        raise Malformed(f"{ask.where}: is no robots.txt")
    return b"" if wrong else body


def judged(ask: Ask, reply: Reply, body: bytes, limits: Limits) -> None:
    """Raise for a body that is not what was asked for."""
    kind = reply.headers.get("content-type", "").lower()
    problem: SourceError | None = None
    if ask.form == "page":
        if walled(body):
            problem = Forbidden(f"{ask.where}: shows a challenge instead of the page")
    else:
        problem = misplaced(ask.where, kind, body)
        if problem is None and "json" in kind and too_deep(body, limits.depth):
            problem = Malformed(f"{ask.where}: nests JSON more than {limits.depth} deep")
    if problem is not None:
        problem.status, problem.body = reply.status, body[:CUT]
        raise problem


def located(ask: Ask, problem: SourceError) -> SourceError:
    """The same error with the address in front."""
    return type(problem)(f"{ask.where}: {problem}")


def beginning(reply: Reply, most: int = CUT, *, strict: bool = False) -> bytes:
    """The first bytes of a body, whatever comes after; whether or not it opens, unless `strict`."""
    body = bytearray()
    try:
        for piece in opened(reply.chunks, reply.headers.get("content-encoding", "")):
            body += piece
            if len(body) >= most:
                break
    except SourceError:
        if strict:
            raise
        # Else what came before the damage is enough to say why we were refused.
    return bytes(body[:most])


def rebuffed(ask: Ask, reply: Reply) -> None:
    """Raise when a stream turns out to be a web page."""
    kind = reply.headers.get("content-type", "").lower()
    if 200 <= reply.status < 300 and "html" in kind:
        problem = misplaced(ask.where, kind, beginning(reply))
        if problem is not None:
            raise problem


def lines(ask: Ask, reply: Reply, limits: Limits) -> Iterator[bytes]:
    """The lines of an answer as they come, without their endings."""
    coding = reply.headers.get("content-encoding", "")
    kind = reply.headers.get("content-type", "").lower()
    if not coding and (kind.startswith(PACKED) or ask.url.path.endswith(".gz")):
        coding = "gzip"
    try:
        yield from split(opened(reply.chunks, coding), limits.line)
    except (Malformed, TooLarge) as problem:
        raise located(ask, problem) from problem


def split(pieces: Iterable[bytes], longest: int) -> Iterator[bytes]:
    """Pieces cut at line ends. TooLarge for a line beyond `longest` bytes.

    >>> list(split([b"a\\r\\nb", b"c\\n\\nd"], 100))
    [b'a', b'bc', b'', b'd']
    """
    rest = b""
    for piece in pieces:
        *ready, rest = (rest + piece).split(b"\n")
        for line in ready:
            yield line.removesuffix(b"\r")
        if len(rest) > longest:
            raise TooLarge(f"sends a line larger than {longest:,} bytes")
    if rest:
        yield rest.removesuffix(b"\r")
