"""Opening archive files, packed or not, as streams."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import zstandard

from groundswell.errors import SourceError

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
HEAD = 64 * 1024
FED = 8 * 1024  # packed bytes unpacked at a time, so that a bomb cannot fill the memory
LINE_LIMIT = 16 * 1024 * 1024  # a longer line is no record; memory stays constant
WINDOW = 2**31  # Reddit dumps are packed with a long window
DAMAGE = (OSError, EOFError, zlib.error, zstandard.ZstdError)


def unpacked(path: Path) -> BinaryIO:
    """The file's content as a binary stream, gzip and zstd unpacked. SourceError if unreadable."""
    try:
        raw = path.open("rb")
        magic = raw.read(4)
        raw.seek(0)
    except OSError as problem:
        raise SourceError(f"{path}: cannot be read ({problem.strerror})") from problem
    if magic.startswith(GZIP):
        raw.close()
        return cast(BinaryIO, gzip.open(path))
    if magic == ZSTD:
        return cast(BinaryIO, io.BufferedReader(_Unzstd(raw), HEAD))
    return raw


def head(path: Path) -> bytes:
    """The first 64 KiB of the unpacked content; what there is of it when the file breaks off."""
    start = b""
    with unpacked(path) as file:
        try:
            while len(start) < HEAD and (more := cast(io.BufferedReader, file).read1(FED)):
                start += more  # small bites: a damaged one is lost whole
        except DAMAGE as problem:
            if not start:
                raise SourceError(f"{path}: is damaged ({problem})") from problem
    return start[:HEAD]


def first_lines(head: bytes) -> list[bytes]:
    """A file's first few lines that hold anything, to recognise a format by."""
    return [line for line in head.split(b"\n", 50)[:50] if line.strip()]


def lines(path: Path, after: int) -> Iterator[tuple[int, bytes]]:
    """Numbered lines after line `after`; an over-long line comes as its first bytes only.

    Raises SourceError with the line number where a packed file breaks off.
    """
    number = 0
    with unpacked(path) as file, damage(path, lambda: f"line {number}"):
        while line := file.readline(LINE_LIMIT):
            if not line.endswith(b"\n"):
                line = line[: _skip_rest(file, len(line))]
            number += 1
            if number > after and line.strip():
                yield number, line


@contextmanager
def damage(path: Path, where: Callable[[], str]) -> Iterator[None]:
    """Say as a SourceError after which line or row a file breaks off."""
    try:
        yield
    except DAMAGE as problem:
        raise SourceError(
            f"{path}: is damaged after {where()} ({problem}); what comes before it is in"
        ) from problem


def _skip_rest(file: BinaryIO, read: int) -> int:
    """Go to the end of an over-long line without keeping it; how much of its start to keep."""
    kept = read
    while read == LINE_LIMIT:
        kept = HEAD
        chunk = file.readline(LINE_LIMIT)
        if not chunk or chunk.endswith(b"\n"):
            break
        read = len(chunk)
    return kept


class _Unzstd(io.RawIOBase):
    """A zstd stream that says when it was cut short; the library's own ends without a word."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._packed = zstandard.ZstdDecompressor(max_window_size=WINDOW)
        self._frame = self._packed.decompressobj()
        self._inside = False  # a frame has begun and not ended
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, into: Any) -> int:
        """Unpack into a buffer; EOFError when the file ends within a frame."""
        while not self._ready:
            fed = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame, self._inside = self._packed.decompressobj(), False
            fed = fed or self._raw.read(FED)
            if not fed:
                if self._inside:
                    raise EOFError("the zstd stream breaks off")
                return 0
            self._ready, self._inside = memoryview(self._frame.decompress(fed)), True
        size = min(len(into), len(self._ready))
        into[:size], self._ready = self._ready[:size], self._ready[size:]
        return size

    def close(self) -> None:
        """Close the packed file too."""
        self._raw.close()
        super().close()
