"""The texts a sentiment head learns from: public benchmarks and the project's own labels."""

from __future__ import annotations

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zstandard

NEGATIVE, NEUTRAL, POSITIVE = range(3)
CLASSES = ("negative", "neutral", "positive")

TWEETEVAL = "sentiment/tweeteval_sentiment/train.jsonl.gz"
NEWSMTSC = "sentiment_target/newsmtsc/train.jsonl.gz"
GOEMOTIONS = "emotion/goemotions/train.jsonl.gz"
SENTI4SD = "sentiment_developer/senti4sd_stackoverflow/train.jsonl.gz"

POSITIVE_FEELINGS = frozenset(
    {
        "admiration",
        "amusement",
        "approval",
        "caring",
        "desire",
        "excitement",
        "gratitude",
        "joy",
        "love",
        "optimism",
        "pride",
        "relief",
    }
)
NEGATIVE_FEELINGS = frozenset(
    {
        "anger",
        "annoyance",
        "disappointment",
        "disapproval",
        "disgust",
        "embarrassment",
        "fear",
        "grief",
        "nervousness",
        "remorse",
        "sadness",
    }
)
NEUTRAL_FEELINGS = frozenset({"neutral", "curiosity", "confusion", "realization"})


@dataclass(frozen=True, slots=True)
class Example:
    """One text and its class."""

    text: str
    label: int


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


def benchmarks(folder: Path, per_class: int, class_b: bool) -> dict[str, list[Example]]:
    """Balanced training examples by file; the class B set only when asked for."""
    found = {
        NEWSMTSC: list(news(rows(folder / NEWSMTSC))),
        GOEMOTIONS: list(feelings(rows(folder / GOEMOTIONS))),
        SENTI4SD: list(plain_labels(rows(folder / SENTI4SD))),
    }
    if class_b:
        found[TWEETEVAL] = list(plain_labels(rows(folder / TWEETEVAL)))
    return {name: balanced(examples, per_class) for name, examples in found.items()}


def plain_labels(found: Iterable[dict[str, Any]]) -> Iterator[Example]:
    """Rows that carry one of the three class names."""
    for row in found:
        yield Example(row["text"], CLASSES.index(row["label"]))


def news(found: Iterable[dict[str, Any]]) -> Iterator[Example]:
    """Sentences whose targets all have the same label."""
    labels: dict[str, set[str]] = defaultdict(set)
    for row in found:
        labels[row["text"]].add(row["label"])
    for text, seen in labels.items():
        if len(seen) == 1:
            yield Example(text, CLASSES.index(seen.pop()))


def feelings(found: Iterable[dict[str, Any]]) -> Iterator[Example]:
    """Comments whose emotions all point one way; surprise and mixtures are left out."""
    for row in found:
        seen = frozenset(row["labels"])
        if seen <= POSITIVE_FEELINGS:
            yield Example(row["text"], POSITIVE)
        elif seen <= NEGATIVE_FEELINGS:
            yield Example(row["text"], NEGATIVE)
        elif seen <= NEUTRAL_FEELINGS:
            yield Example(row["text"], NEUTRAL)


def balanced(examples: list[Example], per_class: int) -> list[Example]:
    """At most `per_class` of each class, drawn with a fixed seed."""
    order = sorted(set(examples), key=lambda e: (e.text, e.label))
    random.Random(7).shuffle(order)
    return [e for label in range(3) for e in [x for x in order if x.label == label][:per_class]]


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
