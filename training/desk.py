"""Fit a desk's corrections of the beats gate on labelled records, and write DESK/fitted.json.

    python training/desk.py --desk DESK --gold train.jsonl --corpus CORPUS [--fast]
        [--mentions ENTITY] [--check labels.jsonl]

Labels drawn rich in rare beats are weighted to stand for the corpus, a third of it records that
mention an entity of the desk if one is named (`shift.py`). Weights of the vector are chosen out of
fold on the training labels; with `--check` the file that is there is scored once on other labels
and nothing is fitted. Run it again whenever the reader changes; with `--fast` it writes
DESK/fitted.fast.json, for the reader's fast profile.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from shift import drawn, weights
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from texts import Labelled, labelled, rows

from groundswell.desk import Desk
from groundswell.desk.fitted import FAST, FILE, SCALE, Fitted, Row
from groundswell.label.gate import Gate, unit
from groundswell.label.reader import Reader, packaged
from groundswell.types import Record, RecordId, join_body
from groundswell.types.moment import moment

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
FOLDS, MOST, FEWEST = 5, 3, 8
OFF_TOPIC_RECALL, MOST_LOST = 0.82, 0.17  # a margin around what is asked of the gate
C_RELEVANCE, C_BEAT, SPREAD = 0.05, 0.1, 10.0


@dataclass(frozen=True)
class Material:
    """Labelled records: vectors, the gate's own log odds, and the answers."""

    vectors: Array
    own_relevance: Array
    own_beats: Array
    on_topic: Flags
    beats: Flags
    slugs: Sequence[str]


def main() -> None:
    """Read the arguments, fit or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    for name in ("desk", "gold", "corpus"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--check", type=Path)
    parser.add_argument("--mentions", help="an entity; a third of what counts mentions it")
    parser.add_argument("--fast", action="store_true")
    given = parser.parse_args()
    reader, desk = Reader(packaged(), fast=given.fast), Desk.load(given.desk)
    records = labelled(given.check or given.gold, given.corpus)
    found = material(records, desk, reader)
    if given.check:
        fitted = desk.fitted.of(reader.name) if desk.fitted else None
        assert fitted is not None
        print(
            json.dumps(scored(found, *applied(found, fitted), fitted.enter, fitted.join), indent=1)
        )
        return
    topical, joined = out_of_fold(found)
    a, b = platt(topical, found.on_topic)
    topical = a * topical + b
    open_ = topical > 0  # beats are asked about records that are let through
    heavy = np.repeat(importance(given, desk, reader, records, found)[open_], len(found.slugs))
    scale, offset = platt(joined[open_].ravel(), found.beats[open_].ravel(), heavy)
    joined = scale * joined + offset
    enter, join = thresholds(found, topical, joined)
    print(json.dumps(scored(found, topical, joined, enter, join), indent=1))
    fitted = fit(found, reader.name, enter, join)
    save(given.desk / (FAST if given.fast else FILE), replace(
        fitted, relevance=scaled(fitted.relevance, a, b), gate=round(a * fitted.gate, 4),
        scale=round(scale, 4), offset=round(offset, 4),
    ))  # fmt: skip


def material(records: Sequence[Labelled], desk: Desk, reader: Reader) -> Material:
    """Read every record once and ask the gate about it, without any correction."""
    gate = Gate(replace(desk, fitted=None, taught=()), reader.read)
    slugs = [beat.slug for beat in desk.beats]
    vectors, relevance, beats = [], [], []
    for one in records:
        vector = reader.read(join_body(one.title, one.text)).vector
        scores = gate.scores(bare(one), vector)
        vectors.append(unit([vector])[0])
        relevance.append(scores["relevance"])
        beats.append([scores[f"beats/{slug}"] for slug in slugs])
    return Material(
        np.array(vectors), np.array(relevance), np.array(beats),
        np.array([r.about_ai for r in records]),
        np.array([[slug in r.beats for slug in slugs] for r in records]), slugs,
    )  # fmt: skip


def bare(one: Labelled) -> Record:
    """A record with nothing but its words."""
    return Record(id=RecordId("x:0"), source="x", kind="post", community="", published=moment(0),
                  title=one.title, text=one.text)  # fmt: skip


def relevance(found: Material, rows: Array) -> tuple[Row, float]:
    """Weights on the vector, and that of the gate's own log odds."""
    spread = found.own_relevance[rows].std() + 1e-9
    x = np.column_stack([found.own_relevance[rows] / spread, found.vectors[rows] * SPREAD])
    model = LogisticRegression(C=C_RELEVANCE, max_iter=4000).fit(x, found.on_topic[rows])
    weights = model.coef_[0]
    return row(weights[1:], model.intercept_[0]), float(weights[0] / spread)


def beat(found: Material, rows: Array, place: int) -> Row | None:
    """Weights on the vector for one beat; None where too few records are on it."""
    if found.beats[rows, place].sum() < FEWEST:
        return None
    model = LogisticRegression(C=C_BEAT, max_iter=4000)
    model.fit(found.vectors[rows] * SPREAD, found.beats[rows, place])
    return row(model.coef_[0], model.intercept_[0])


def row(weights: Array, bias: float) -> Row:
    """Weights on a vector of length one, in thousandths."""
    return Row(tuple(int(w) for w in np.rint(weights * SPREAD * SCALE)), round(float(bias), 4))


def importance(
    given: argparse.Namespace, desk: Desk, reader: Reader, records: Sequence[Labelled],
    found: Material,
) -> Array:  # fmt: skip
    """How much each record counts; those of the measured sample are no part of the corpus."""
    left_out = {one.id for one in records}
    measured = given.gold.with_name("labels.jsonl")
    if measured.exists():
        left_out |= {str(row["id"]) for row in rows(measured)}
    words = [
        alias.text for one in desk.entities if one.slug == given.mentions for alias in one.aliases
    ]
    texts = drawn(given.corpus, left_out, words)
    return weights(found.vectors, unit([reader.read(text).vector for text in texts]))


def platt(odds: Array, truth: Flags, heavy: Array | None = None) -> tuple[float, float]:
    """Scale and offset that make log odds mean what they say, from records not fitted on.

    Platt, "Probabilistic outputs for support vector machines" (1999).
    """
    model = LogisticRegression(C=1e4, max_iter=4000).fit(odds[:, None], truth, heavy)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def scaled(one: Row, by: float, plus: float) -> Row:
    """A row whose log odds are `by` times as great, `plus` added."""
    return Row(tuple(round(w * by) for w in one.weights), round(one.bias * by + plus, 4))


def fit(
    found: Material, reader: str, enter: float, join: float, rows: Array | None = None
) -> Fitted:
    """All corrections from some records, or from all."""
    rows = np.arange(len(found.vectors)) if rows is None else rows
    topical, own = relevance(found, rows)
    each = {slug: r for n, slug in enumerate(found.slugs) if (r := beat(found, rows, n))}
    return Fitted(reader=reader, relevance=topical, gate=round(own, 4), enter=enter, join=join,
                  beats=each)  # fmt: skip


def applied(found: Material, fitted: Fitted) -> tuple[Array, Array]:
    """Log odds of relevance and of every beat for every record."""
    each = list(zip(found.vectors, found.own_relevance, found.own_beats, strict=True))
    topical = [fitted.on_topic(own, vector) for vector, own, _ in each]
    joined = [[fitted.joins(slug, own, vector) for slug, own in zip(found.slugs, owns, strict=True)]
              for vector, _, owns in each]  # fmt: skip
    return np.array(topical), np.array(joined)


def out_of_fold(found: Material) -> tuple[Array, Array]:
    """Log odds of each record from a fit that has not seen it."""
    topical, joined = np.zeros(len(found.vectors)), np.zeros(found.beats.shape)
    for seen, left in KFold(FOLDS, shuffle=True, random_state=0).split(found.vectors):
        fitted = fit(found, "", 0.5, 0.5, seen)
        part = Material(found.vectors[left], found.own_relevance[left], found.own_beats[left],
                        found.on_topic[left], found.beats[left], found.slugs)  # fmt: skip
        topical[left], joined[left] = applied(part, fitted)
    return topical, joined


def thresholds(found: Material, topical: Array, joined: Array) -> tuple[float, float]:
    """The pair with the best micro-F1 among those that stop enough and lose little."""
    best = (-1.0, 0.5, 0.3)
    for enter in np.round(np.arange(0.2, 0.9, 0.01), 2):
        told = scored(found, topical, joined, float(enter), 0.3)
        if told["off-topic recall"] < OFF_TOPIC_RECALL or told["on-topic lost"] > MOST_LOST:
            continue
        for join in np.round(np.arange(0.08, 0.6, 0.01), 2):
            f1 = scored(found, topical, joined, float(enter), float(join))["micro-F1"]
            best = max(best, (f1, float(enter), float(join)))
    return best[1], best[2]


def scored(
    found: Material, topical: Array, joined: Array, enter: float, join: float
) -> dict[str, float]:
    """What is asked of the gate."""
    on = 1 / (1 + np.exp(-topical)) >= enter
    chances = 1 / (1 + np.exp(-joined))
    places = (-chances).argsort(1, kind="stable").argsort(1, kind="stable")
    got = (chances >= join) & (places < MOST) & on[:, None]
    hit, asked = float((got & found.beats).sum()), float(got.sum() + found.beats.sum())
    return {
        "micro-F1": round(2 * hit / max(asked, 1.0), 4),
        "off-topic recall": round(float((~on[~found.on_topic]).mean()), 4),
        "on-topic lost": round(float((~on[found.on_topic]).mean()), 4),
        "enter": enter, "join": join, "records": float(len(on)),
    }  # fmt: skip


def save(path: Path, fitted: Fitted) -> None:
    """Write the file a desk ships."""
    told = {
        "reader": fitted.reader, "enter": fitted.enter, "join": fitted.join,
        "scale": fitted.scale, "offset": fitted.offset,
        "relevance": {"gate": fitted.gate, **asdict(fitted.relevance)},
        "beats": {slug: asdict(one) for slug, one in fitted.beats.items()},
    }  # fmt: skip
    path.write_text(json.dumps(told).replace("}, ", "},\n") + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
