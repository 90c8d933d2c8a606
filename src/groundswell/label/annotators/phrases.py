"""Three key phrases of a record: what it talks about, in its own words.

Candidates are runs of content words between stop words, as in Rose et al., "Automatic keyword
extraction from individual documents" (RAKE, 2010), scored by length, frequency, place and case as
in Campos et al., "YAKE!" (2020).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import ClassVar

from groundswell.desk import Desk
from groundswell.label.annotator import DeskReading
from groundswell.types import Annotation, Item

TOKEN = re.compile(r"[^\W\d_][\w'’+#.-]*[\w+#]|[^\W\d_]|[^\w\s]|\n")
URL = re.compile(r"https?://\S+|[@#]\w+")
STOP = frozenset(
    (files("groundswell.label.annotators") / "stopwords.txt").read_text("utf-8").split()
)


@dataclass(frozen=True, slots=True)
class Phrases:
    """The `most` best runs of one to four content words."""

    layer: ClassVar[str] = "phrases"
    version: ClassVar[str] = "2"
    needs: ClassVar[tuple[str, ...]] = ()
    most: int = 3
    longest: int = 4
    fewest_words: int = 6

    def prepare(self, desk: Desk, read: DeskReading) -> str:
        """Nothing of the desk matters."""
        return ""

    def __call__(self, item: Item) -> Iterable[Annotation]:
        """Phrases in lower case, best first; none for very short texts."""
        body = URL.sub(" . ", item.record.body)
        runs = list(self._runs(body))
        if sum(len(run) for run in runs) < self.fewest_words // 2:
            return []
        words = Counter(word for run in runs for word in run)
        places: dict[tuple[str, ...], int] = {}
        counts: Counter[tuple[str, ...]] = Counter()
        for place, run in enumerate(runs):
            places.setdefault(run, place)
            counts[run] += 1
        ranked = sorted(counts, key=lambda run: (-_score(run, words, counts, places), run))
        kept: list[tuple[str, ...]] = []
        for run in ranked:
            if len(kept) < self.most and not any(set(run) & set(other) for other in kept):
                kept.append(run)
        return [Annotation(layer=self.layer, value=" ".join(run)) for run in kept]

    def _runs(self, body: str) -> Iterable[tuple[str, ...]]:
        run: list[str] = []
        for token in (*TOKEN.findall(body), "."):
            word = _content_word(token)
            if word and len(run) < self.longest:
                run.append(word)
                continue
            if run and (len(run) > 1 or len(run[0]) > 3):
                yield tuple(run)
            run = []


@lru_cache(maxsize=1 << 15)  # most tokens of a text are words that were met before
def _content_word(token: str) -> str:
    """A token as a word of a phrase; "" for what ends one."""
    word = token.casefold().replace("’", "'").strip("'.-")
    return word if len(word) > 1 and word[0].isalpha() and word not in STOP else ""


def _score(
    run: tuple[str, ...],
    words: Counter[str],
    counts: Counter[tuple[str, ...]],
    places: dict[tuple[str, ...], int],
) -> float:
    """Longer, more frequent and earlier is better; one word alone must be repeated."""
    weight = sum(math.log1p(words[word]) for word in run) * (1.0 if len(run) > 1 else 0.6)
    return weight * math.log1p(counts[run]) / math.log(3 + places[run])
