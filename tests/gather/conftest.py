from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard

from groundswell.store import Store, open_store

DATA = Path(__file__).parent / "data"
KEY = b"a key for tests"
COLUMNS = {
    "semicolon.csv": {"text": "kommentar", "published": "wann", "author": "wer",
                      "community": "über"},
}  # fmt: skip


@pytest.fixture
def data() -> Path:
    return DATA


@pytest.fixture
def options() -> Callable[[str], dict[str, Any]]:
    return lambda name: {"columns": COLUMNS[name]} if name in COLUMNS else {}


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[str], Store]]:
    stores: list[Store] = []

    def open_(name: str = "desk") -> Store:
        folder = tmp_path / "state"
        stores.append(open_store(folder / f"{name}.db", clock=lambda: 7, key=KEY))
        return stores[-1]

    yield open_
    for store in stores:
        store.close()


@pytest.fixture
def store(opened: Callable[[str], Store]) -> Store:
    return opened("desk")


def packed(form: str, content: bytes) -> bytes:
    """Bytes as they come from archives: plain, gzip, zstd, or zstd with Reddit's long window."""
    if form == "gz":
        return gzip.compress(content, mtime=0)
    if form == "zst":
        return zstandard.ZstdCompressor().compress(content)
    if form == "long.zst":
        options = zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
        half = len(content) // 2
        frames = [zstandard.ZstdCompressor(compression_params=options).compressobj()
                  for _ in range(2)]  # fmt: skip
        parts = [content[:half], content[half:]]
        return b"".join(f.compress(p) + f.flush() for f, p in zip(frames, parts, strict=True))
    return content


@pytest.fixture
def pack() -> Callable[[str, bytes], bytes]:
    return packed
