"""Compressed answers opened in bounded steps, so that a small one cannot fill the memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import brotli
import zstandard

from groundswell.errors import Malformed, TooLarge

ACCEPTED = "gzip, br, zstd"
GZIP = zlib.MAX_WBITS | 16
STEP = 1 << 18
# A block of zstd is at most 128 KiB opened and at least 4 bytes closed, and the library opens all
# it is given at once: 64 bytes make 2 MiB.
SIP = 64
WINDOW = 1 << 27  # RFC 8878 recommends 8 MiB; archives are written with up to 128 MiB
FREE = 1 << 20  # under this size no ratio is suspicious: a short page may be one letter often


@dataclass(frozen=True, slots=True)
class Caps:
    """How large an answer may be as sent and as opened, and how much larger opened than sent."""

    wire: int
    opened: int
    ratio: int


def whole(chunks: Iterable[bytes], coding: str, caps: Caps) -> bytes:
    """The opened body. TooLarge beyond any cap, Malformed when it cannot be opened.

    What is announced (Content-Length) is not believed; bytes are counted as they come.
    """
    sent = 0

    def counted() -> Iterator[bytes]:
        nonlocal sent
        for chunk in chunks:
            sent += len(chunk)
            if sent > caps.wire:
                raise TooLarge(f"is larger than {caps.wire:,} bytes as sent")
            yield chunk

    body = bytearray()
    for piece in opened(counted(), coding):
        body += piece
        if len(body) > caps.opened:
            raise TooLarge(f"is larger than {caps.opened:,} bytes")
        if len(body) > max(FREE, sent * caps.ratio):
            raise TooLarge(f"grows more than {caps.ratio} times when opened")
    return bytes(body)


def opened(chunks: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """The pieces of a body, each at most a few megabytes, in the order of its Content-Encoding."""
    names = [name.strip().lower() for name in coding.split(",")]
    names = [name for name in names if name not in ("", "identity")]
    if len(names) > 2 or not set(names) <= set(OPENERS):
        raise Malformed(f"is packed as {coding!r}, which we did not ask for")
    for name in reversed(names):
        chunks = OPENERS[name](chunks)
    return iter(chunks)


def gunzip(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The content of gzip members, one after the other."""
    engine = zlib.decompressobj(GZIP)
    begun = False
    for chunk in chunks:
        data = chunk
        while data:
            if engine.eof:
                if not data.strip(b"\0"):  # some writers pad the end with zeros
                    break
                engine = zlib.decompressobj(GZIP)
            begun = True
            with damage("gzip"):
                piece = engine.decompress(data, STEP)
            yield piece
            data = engine.unconsumed_tail or engine.unused_data
        while begun and not engine.eof:  # what was read, but did not fit into the last step
            with damage("gzip"):
                piece = engine.decompress(b"", STEP)
            if not piece:
                break
            yield piece
    ended(engine.eof or not begun, "gzip")


def unbrotli(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The content of a brotli stream."""
    engine = brotli.Decompressor()
    begun = False
    for chunk in chunks:
        if chunk and engine.is_finished():
            raise Malformed("holds more than its brotli stream")
        begun = begun or bool(chunk)
        data, piece = chunk, b"."
        # `can_accept_more_data` is true too early: output may wait although all input was taken.
        while begun and (data or piece) and not engine.is_finished():
            with damage("brotli"):
                piece = engine.process(data, output_buffer_limit=STEP)
            yield piece
            data = b""
    ended(engine.is_finished() or not begun, "brotli")


def unzstd(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The content of zstd frames, one after the other."""
    maker = zstandard.ZstdDecompressor(max_window_size=WINDOW)
    engine = maker.decompressobj()
    begun = False
    for chunk in chunks:
        for at in range(0, len(chunk), SIP):
            data = chunk[at : at + SIP]
            while data:
                if engine.eof:
                    engine = maker.decompressobj()
                begun = True
                with damage("zstd"):
                    piece = engine.decompress(data)
                yield piece
                data = engine.unused_data if engine.eof else b""
    ended(engine.eof or not begun, "zstd")


@contextmanager
def damage(name: str) -> Iterator[None]:
    """Malformed for whatever a library says about damaged data."""
    try:
        yield
    except (zlib.error, brotli.error, zstandard.ZstdError) as problem:
        raise Malformed(f"is damaged {name} ({problem})") from problem


def ended(complete: bool, name: str) -> None:
    """Malformed when a compressed body stops before its end."""
    if not complete:
        raise Malformed(f"breaks off in the middle of its {name}")


OPENERS = {"gzip": gunzip, "x-gzip": gunzip, "br": unbrotli, "zstd": unzstd}
