"""The project's labelled records, joined with their words."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zstandard

CLASSES = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One record of the corpus with what the labeller said about it."""

    id: str
    title: str
    text: str
    sentiment: int
    about_ai: bool
    beats: frozenset[str]

    @property
    def read(self) -> str:
        """The text as the reader sees it: title, line break, body."""
        return f"{self.title}\n{self.text}".strip()


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The JSON lines of a plain, gzip or zstd file."""
    if path.suffix == ".zst":
        with zstandard.open(path, "rt", encoding="utf-8") as packed:
            yield from map(json.loads, packed)
    elif path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as zipped:
            yield from map(json.loads, zipped)
    else:
        with path.open(encoding="utf-8") as plain:
            yield from map(json.loads, plain)


def labelled(labels: Path, corpus: Path) -> list[Labelled]:
    """The records of a label file, joined with their texts in the corpus."""
    wanted = {row["id"]: row for row in rows(labels)}
    texts: dict[str, tuple[str, str]] = {}
    for path in sorted(corpus.glob("*.jsonl.zst")):
        for row in rows(path):
            key = f"{row['source']}:{row['native_id']}"
            if key in wanted and key not in texts:
                texts[key] = (row["title"] or "", row["text"] or "")
    return [
        Labelled(
            id=key,
            title=texts[key][0],
            text=texts[key][1],
            sentiment=CLASSES.index(row["sentiment"]),
            about_ai=row["about_ai"],
            beats=frozenset(row["beats"]),
        )
        for key, row in wanted.items()
        if key in texts
    ]
