"""Records drawn evenly from a folder of archives, the same ones every time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from groundswell.gather.opening import lines


def draw(folder: Path, count: int) -> list[bytes]:
    """So many lines of all archives of a folder, evenly spaced, so that each file has its share."""
    paths = sorted(folder.glob("*.jsonl.zst"))
    if not paths:
        raise SystemExit(
            f"{folder}: holds no *.jsonl.zst; see docs/import.md for a folder of corpora"
        )
    sizes = [sum(1 for _ in lines(path, 0)) for path in paths]
    total, before, found = sum(sizes), 0, []
    for path, size in zip(paths, sizes, strict=True):
        wanted = {n * total // count for n in range(count)} if count < total else range(total)
        places = {place - before for place in wanted if before <= place < before + size}
        found += [line for n, (_, line) in enumerate(lines(path, 0)) if n in places]
        before += size
    return found


def save(path: Path, drawn: Sequence[bytes]) -> Path:
    """Write lines as an archive; returns its path."""
    path.write_bytes(b"".join(line.rstrip(b"\n") + b"\n" for line in drawn))
    return path
