"""Fit the beats gate and write its constants.

    python training/gate.py --gold TRAIN --corpus CORPUS --desk desks/ai/beats.toml

Two logistic regressions, the same for every desk and every beat: does a record belong to the
desk at all, and does it belong to one beat. Thresholds are chosen out of fold on the training
labels. With `--check LABELS` the saved constants are scored once on other labels.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from beats import (
    BEAT_FEATURES,
    RELEVANCE_FEATURES,
    Array,
    Document,
    Gate,
    beat_features,
    prepare,
    quantised,
    relevance_features,
)
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from texts import Labelled, labelled

from groundswell.label.reader import Reader

Flags = NDArray[np.bool_]
FOLDS = 5
MOST_BEATS = 3
OFF_TOPIC_RECALL = 0.8


@dataclass(frozen=True, slots=True)
class Line:
    """A logistic regression over raw features, with the threshold that goes with it."""

    weights: Array
    bias: float
    threshold: float = 0.5

    def logits(self, x: Array) -> Array:
        """Log odds for each row of features."""
        return np.asarray(x @ self.weights + self.bias, dtype=np.float64)

    def scores(self, x: Array) -> Array:
        """Probabilities for each row of features."""
        return np.asarray(1 / (1 + np.exp(-self.logits(x))), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Sample:
    """Labelled records as the gate sees them."""

    documents: tuple[Document, ...]
    on_topic: Flags
    beats: Flags


def main() -> None:
    """Read the arguments, fit or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gold", type=Path, required=True, help="train.jsonl")
    parser.add_argument("--corpus", type=Path, required=True, help="folder of *.jsonl.zst")
    parser.add_argument("--desk", type=Path, required=True, help="a desk's beats.toml")
    parser.add_argument("--reader", type=Path, default=Path("src/groundswell/label/reader.onnx"))
    parser.add_argument("--out", type=Path, default=Path("src/groundswell/label/gate.json"))
    parser.add_argument("--check", type=Path, help="labels to score on; nothing is fitted")
    given = parser.parse_args()
    reader = Reader(given.reader)

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, 384), dtype=np.float32)
        return np.stack([reader.read(text).vector for text in texts]) / np.float32(127)

    gate = prepare(given.desk, encode)
    records = labelled(given.check or given.gold, given.corpus)
    vectors = quantised(encode([r.read for r in records]))
    sample = gathered(records, vectors, gate)
    if given.check:
        print(json.dumps(check(sample, gate, load(given.out)), indent=2))
    else:
        relevance, beat, report = fit(sample, gate)
        given.out.write_text(saved(relevance, beat), encoding="utf-8")
        print(json.dumps(report, indent=2))


def gathered(records: Sequence[Labelled], vectors: NDArray[np.int8], gate: Gate) -> Sample:
    """Records and labels side by side."""
    return Sample(
        tuple(Document(r.title, r.text, v) for r, v in zip(records, vectors, strict=True)),
        np.array([r.about_ai for r in records]),
        np.array([[b.slug in r.beats for b in gate.beats] for r in records]),
    )


def fit(sample: Sample, gate: Gate) -> tuple[Line, Line, dict[str, object]]:
    """Both regressions with thresholds tuned out of fold, and how they did there."""
    x = np.stack([relevance_features(d, gate) for d in sample.documents])
    groups = np.arange(len(x))
    logits = held_out(x, sample.on_topic, groups)
    pairs = np.stack([beat_features(d, gate) for d in sample.documents])
    count, beats, width = pairs.shape
    flat, truth = pairs.reshape(-1, width), sample.beats.reshape(-1)
    pair_logits = held_out(flat, truth, np.repeat(groups, beats)).reshape(count, beats)
    topical, scores = 1 / (1 + np.exp(-logits)), 1 / (1 + np.exp(-pair_logits))
    enter, join = thresholds(topical, scores, sample)
    found = chosen(scores, join, topical >= enter)
    report = described(sample, topical >= enter, found, gate)
    return regression(x, sample.on_topic, enter), regression(flat, truth, join), report


def held_out(x: Array, y: Flags, groups: NDArray[np.int64]) -> Array:
    """Logits of each row from a regression that has not seen its record."""
    result = np.zeros(len(x))
    folds = GroupKFold(FOLDS, shuffle=True, random_state=0)
    for train, left in folds.split(x, y, groups):
        result[left] = regression(x[train], y[train]).logits(x[left])
    return result


def regression(x: Array, y: Flags, threshold: float = 0.5) -> Line:
    """Fit on standardised features, return weights for raw ones."""
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=2000).fit((x - mean) / spread, y)
    weights = model.coef_[0] / spread
    return Line(weights, float(model.intercept_[0] - mean @ weights), threshold)


def thresholds(topical: Array, scores: Array, sample: Sample) -> tuple[float, float]:
    """The relevance and beat thresholds with the best micro-F1 that stop enough off-topic."""
    enters = [float(t) for t in np.round(np.arange(0.2, 0.95, 0.01), 2)]
    joins = [float(t) for t in np.round(np.arange(0.1, 0.61, 0.01), 2)]
    allowed = [t for t in enters if np.mean(topical[~sample.on_topic] < t) >= OFF_TOPIC_RECALL]
    rated = {
        (enter, join): micro(chosen(scores, join, topical >= enter), sample.beats)["f1"]
        for enter in allowed
        for join in joins
    }
    return max(rated, key=lambda pair: rated[pair])


def chosen(scores: Array, threshold: float, on_topic: Flags) -> Flags:
    """Up to three beats at or above the threshold, none for a record that is off topic."""
    places = (-scores).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    return np.asarray((scores >= threshold) & (places < MOST_BEATS) & on_topic[:, None])


def micro(found: Flags, truth: Flags) -> dict[str, float]:
    """Precision, recall and F1 over all (record, beat) pairs."""
    both = float((found & truth).sum())
    precision, recall = both / max(found.sum(), 1), both / max(truth.sum(), 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 4)}


def described(sample: Sample, on_topic: Flags, found: Flags, gate: Gate) -> dict[str, object]:
    """Scores as one would print them."""
    each = {
        b.slug: {**micro(found[:, i], sample.beats[:, i]), "n": int(sample.beats[:, i].sum())}
        for i, b in enumerate(gate.beats)
    }
    present = [b for b in each.values() if b["n"]]
    return {
        "records": len(found),
        "relevance": {
            "off_topic_recall": round(float(np.mean(~on_topic[~sample.on_topic])), 3),
            "on_topic_recall": round(float(np.mean(on_topic[sample.on_topic])), 3),
            "off_topic": int((~sample.on_topic).sum()),
        },
        "beats_micro": micro(found, sample.beats),
        "beats_macro_f1": round(float(np.mean([b["f1"] for b in present])), 4),
        "beats_when_off_topic": int(found[~sample.on_topic].any(axis=1).sum()),
        "each": each,
    }


def check(sample: Sample, gate: Gate, lines: tuple[Line, Line]) -> dict[str, object]:
    """Score saved constants on labels they were not fitted to."""
    relevance, beat = lines
    x = np.stack([relevance_features(d, gate) for d in sample.documents])
    scores = np.stack([beat.scores(beat_features(d, gate)) for d in sample.documents])
    on_topic = relevance.scores(x) >= relevance.threshold
    return described(sample, on_topic, chosen(scores, beat.threshold, on_topic), gate)


def saved(relevance: Line, beat: Line) -> str:
    """The constants as JSON."""

    def table(line: Line, names: Sequence[str]) -> dict[str, object]:
        return {
            "features": list(names),
            "weights": [round(float(w), 5) for w in line.weights],
            "bias": round(line.bias, 5),
            "threshold": line.threshold,
        }

    whole = {
        "features": list(BEAT_FEATURES),
        "most_beats": MOST_BEATS,
        "beat": table(beat, BEAT_FEATURES),
        "relevance": table(relevance, RELEVANCE_FEATURES),
    }
    return json.dumps(whole, indent=2) + "\n"


def load(path: Path) -> tuple[Line, Line]:
    """Relevance and beat constants from a file that `saved` wrote."""
    read = json.loads(path.read_text(encoding="utf-8"))
    lines = [
        Line(np.array(read[k]["weights"]), read[k]["bias"], read[k]["threshold"])
        for k in ("relevance", "beat")
    ]
    return lines[0], lines[1]


if __name__ == "__main__":
    main()
