"""How much each labelled record counts, so that together they stand for what a desk reads.

Labels are dear, so records to be labelled are drawn rich in what is rare; chances fitted on them
are wrong where rare things are rare. Each record is weighted by how much likelier one like it is
among plain, unlabelled records (covariate shift: Shimodaira 2000; by a classifier of the two:
Bickel, Brückner and Scheffer 2007).
"""

from __future__ import annotations

import hashlib
import heapq
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from texts import rows

Array = NDArray[np.float64]
PLAIN, MENTIONING = 1600, 800  # unlabelled records drawn
LEAST, MOST = 0.2, 5.0
FOLDS, C, SPREAD = 5, 0.01, 10.0


def drawn(corpus: Path, left_out: Collection[str], words: Sequence[str]) -> list[str]:
    """Unlabelled texts in an order of chance that is always the same: PLAIN of all, and MENTIONING
    of those with one of `words`, if any are given."""
    found = [(key, text) for key, text in _bodies(corpus) if key not in left_out]
    asked = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words), re.I)
    speak = [one for one in found if asked.search(one[1])] if words else []
    return [*_first(found, PLAIN), *_first(speak, MENTIONING)]


def weights(labelled: Array, plain: Array) -> Array:
    """The weight of each labelled record, about 1 on average; rows are vectors of length one."""
    x = np.vstack([labelled, plain]) * SPREAD
    y = np.repeat([0, 1], [len(labelled), len(plain)])
    model = LogisticRegression(C=C, max_iter=4000)
    chance = cross_val_predict(model, x, y, cv=FOLDS, method="predict_proba")[: len(labelled), 1]
    odds = chance / (1 - chance) * len(labelled) / len(plain)
    clipped = np.clip(odds, LEAST, MOST)
    return np.asarray(clipped / clipped.mean())


def _bodies(corpus: Path) -> Iterator[tuple[str, str]]:
    """The id and the words of every record that has any."""
    for path in sorted(corpus.glob("*.jsonl.zst")):
        for row in rows(path):
            text = f"{row['title'] or ''}\n{row['text'] or ''}".strip()
            if text:
                yield f"{row['source']}:{row['native_id']}", text


def _first(found: Iterable[tuple[str, str]], count: int) -> list[str]:
    """The texts whose ids have the least hashes."""
    place = lambda one: hashlib.sha256(one[0].encode()).digest()  # noqa: E731
    return [text for _, text in heapq.nsmallest(count, found, key=place)]
