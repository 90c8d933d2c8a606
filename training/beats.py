"""What the beats gate looks at: a record next to the texts and words of a desk's beats.

The formulas are written out in README.md; the annotator of the product repeats them in NumPy.
Nothing here knows what the desk is about.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Small = NDArray[np.int8]

BEAT_FEATURES = (
    "max",
    "top3",
    "off_gap",
    "standing",
    "rank",
    "lead",
    "title_hits",
    "text_hits",
    "hit_share",
    "exclusion",
    "lexicon",
    "lexicon_standing",
    "length",
)
RELEVANCE_FEATURES = (
    "on_top3",
    "off_top3",
    "title_hits",
    "text_hits",
    "lexicon",
    "title_lexicon",
    "length",
)
WORD = re.compile(r"\w+")
TOP = 3


@dataclass(frozen=True, slots=True)
class Texts:
    """One beat as written in the desk, with the vectors of its texts."""

    slug: str
    own: Small
    keywords: tuple[re.Pattern[str], ...]
    exclusions: tuple[re.Pattern[str], ...]
    lexicon: dict[str, float]


@dataclass(frozen=True, slots=True)
class Gate:
    """A desk made ready for scoring."""

    beats: tuple[Texts, ...]
    on: Small
    off: Small
    lexicon: dict[str, float]


@dataclass(frozen=True, slots=True)
class Document:
    """A record: its title, its body and the quantised vector of both."""

    title: str
    text: str
    vector: Small


def quantised(vectors: NDArray[np.float32]) -> Small:
    """Vectors as the store keeps them: 127 times each value, rounded half to even."""
    return np.rint(127 * vectors).astype(np.int8)


def cosines(vector: Small, texts: Small) -> Array:
    """Cosine of one quantised vector to each row; empty for no rows."""
    left = vector.astype(np.float64)
    right = texts.astype(np.float64).reshape(-1, len(vector))
    lengths = np.linalg.norm(left) * np.linalg.norm(right, axis=1)
    return np.asarray(right @ left / np.maximum(lengths, 1e-9), dtype=np.float64)


def highest(values: Iterable[float], count: int = TOP) -> float:
    """Mean of the `count` greatest values, missing ones counted as zero."""
    return sum(sorted(values, reverse=True)[:count]) / count


def prepare(desk: Path, encode: Callable[[list[str]], NDArray[np.float32]]) -> Gate:
    """Read `beats.toml` and encode its texts."""
    read: dict[str, Any] = tomllib.loads(desk.read_text(encoding="utf-8"))
    relevance, tables = read["relevance"], read["beat"]
    own = [[t["description"], *t["examples"]] for t in tables]
    on = [relevance["description"], *relevance["examples"], *(x for texts in own for x in texts)]
    words = [own_words(t) for t in tables]
    beats = tuple(
        Texts(
            slug=table["slug"],
            own=quantised(encode(texts)),
            keywords=patterns(table["keywords"]),
            exclusions=patterns(table.get("exclusions", [])),
            lexicon=odds(words[i], [x for j, w in enumerate(words) if j != i for x in w]),
        )
        for i, (table, texts) in enumerate(zip(tables, own, strict=True))
    )
    lexicon = odds(on, relevance["offtopic"])
    return Gate(beats, quantised(encode(on)), quantised(encode(relevance["offtopic"])), lexicon)


def own_words(table: dict[str, Any]) -> list[str]:
    """The texts a beat's words are counted in: name, description, each keyword, each example."""
    return [table["name"], table["description"], *table["keywords"], *table["examples"]]


def patterns(phrases: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    """Whole words in folded case, a plural ending allowed."""
    return tuple(re.compile(rf"(?<!\w){re.escape(p.casefold())}(?:e?s)?(?!\w)") for p in phrases)


def words_of(text: str) -> set[str]:
    """The distinct words of a text in folded case."""
    return set(WORD.findall(text.casefold()))


def odds(here: Sequence[str], there: Sequence[str]) -> dict[str, float]:
    """For each word of `here`, the log odds of a text containing it here rather than there."""
    near = Counter(word for text in here for word in words_of(text))
    far = Counter(word for text in there for word in words_of(text))
    return {
        word: math.log((count + 0.5) / (len(here) + 1))
        - math.log((far[word] + 0.5) / (len(there) + 1))
        for word, count in near.items()
    }


def known(lexicon: dict[str, float], words: set[str]) -> list[float]:
    """The log odds of the words a lexicon has."""
    return [lexicon[word] for word in words if word in lexicon]


def hits(found: Sequence[re.Pattern[str]], folded: str) -> int:
    """How many distinct phrases occur."""
    return sum(1 for pattern in found if pattern.search(folded))


def standing(values: Array) -> Array:
    """Distance of each beat's value from the mean of all, in standard deviations."""
    return np.asarray((values - values.mean()) / (values.std() + 1e-6), dtype=np.float64)


def relevance_features(document: Document, gate: Gate) -> Array:
    """One row of `RELEVANCE_FEATURES`."""
    on, off = cosines(document.vector, gate.on), cosines(document.vector, gate.off)
    title, text = document.title.casefold(), document.text.casefold()
    words = words_of(f"{title}\n{text}")
    row = {
        "on_top3": highest(on),
        "off_top3": highest(off),
        "title_hits": math.log1p(sum(hits(b.keywords, title) for b in gate.beats)),
        "text_hits": math.log1p(sum(hits(b.keywords, text) for b in gate.beats)),
        "lexicon": highest(known(gate.lexicon, words)),
        "title_lexicon": max(known(gate.lexicon, words_of(title)), default=0.0),
        "length": math.log1p(len(words)),
    }
    return np.array([row[name] for name in RELEVANCE_FEATURES])


def beat_features(document: Document, gate: Gate) -> Array:
    """One row of `BEAT_FEATURES` for each beat."""
    near = [cosines(document.vector, b.own) for b in gate.beats]
    top = np.array([highest(values) for values in near])
    best = np.array([float(values.max()) for values in near])
    off = float(cosines(document.vector, gate.off).max(initial=0.0))
    title, text = document.title.casefold(), document.text.casefold()
    words = words_of(f"{title}\n{text}")
    in_title = np.array([hits(b.keywords, title) for b in gate.beats])
    in_text = np.array([hits(b.keywords, text) for b in gate.beats])
    either = in_title + in_text
    lexicon = np.array([highest(known(b.lexicon, words)) for b in gate.beats])
    columns = {
        "max": best,
        "top3": top,
        "off_gap": best - off,
        "standing": standing(top),
        "rank": 1 / (1 + np.array([(top > value).sum() for value in top])),
        "lead": np.array([lead(top, i) for i in range(len(top))]),
        "title_hits": np.log1p(in_title),
        "text_hits": np.log1p(in_text),
        "hit_share": either / (either.sum() + 1),
        "exclusion": np.array([hits(b.exclusions, f"{title}\n{text}") > 0 for b in gate.beats]),
        "lexicon": lexicon,
        "lexicon_standing": standing(lexicon),
        "length": np.full(len(top), math.log1p(len(words))),
    }
    return np.stack([columns[name].astype(np.float64) for name in BEAT_FEATURES], axis=1)


def lead(values: Array, place: int) -> float:
    """How far one value is above the greatest of the others; zero when it is alone."""
    others = np.delete(values, place)
    return float(values[place] - others.max()) if len(others) else 0.0
