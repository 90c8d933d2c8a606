"""Opening archive files, packed or not, as streams."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import zstandard

from groundswell.errors import SourceError

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
HEAD = 64 * 1024
LINE_LIMIT = 16 * 1024 * 1024  # a longer line is no record; memory stays constant
WINDOW = 2**31  # Reddit dumps are packed with a long window


def unpacked(path: Path) -> BinaryIO:
    """The file's content as a binary stream, gzip and zstd unpacked. SourceError if unreadable."""
    try:
        raw = path.open("rb")
        magic = raw.read(4)
        raw.seek(0)
    except OSError as problem:
        raise SourceError(f"{path}: cannot be read ({problem.strerror})") from problem
    if magic.startswith(GZIP):
        return cast(BinaryIO, gzip.GzipFile(fileobj=raw))
    if magic == ZSTD:
        reader = zstandard.ZstdDecompressor(max_window_size=WINDOW).stream_reader(
            raw, read_across_frames=True
        )
        return cast(BinaryIO, io.BufferedReader(reader, HEAD))
    return raw


def head(path: Path) -> bytes:
    """The first 64 KiB of the unpacked content."""
    with unpacked(path) as file:
        try:
            return file.read(HEAD)
        except (OSError, EOFError, zstandard.ZstdError) as problem:
            raise SourceError(f"{path}: is damaged ({problem})") from problem


def lines(path: Path, after: int) -> Iterator[tuple[int, bytes]]:
    """Numbered lines after line `after`; an over-long line comes as its first bytes only.

    Raises SourceError with the line number where a packed file breaks off.
    """
    number = 0
    with unpacked(path) as file:
        try:
            while line := file.readline(LINE_LIMIT):
                number += 1
                if not line.endswith(b"\n"):
                    _skip_rest(file, len(line))
                if number > after and line.strip():
                    yield number, line
        except (OSError, EOFError, zstandard.ZstdError) as problem:
            raise SourceError(f"{path}: is damaged after line {number} ({problem}); "
                              "the lines before it are in") from problem  # fmt: skip


def _skip_rest(file: BinaryIO, read: int) -> None:
    """Go to the end of an over-long line without keeping it."""
    while read == LINE_LIMIT:
        chunk = file.readline(LINE_LIMIT)
        if not chunk or chunk.endswith(b"\n"):
            return
