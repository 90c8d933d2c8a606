"""The beats gate: is a record on topic, and which beats does it belong to.

Two logistic regressions over features that know nothing of the desk's topic; the constants in
gate.json are fitted by training/gate.py, whose README gives every formula.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from groundswell.desk import Beat, Desk, Taught
from groundswell.desk.fitted import Fitted
from groundswell.label.annotator import DeskReading
from groundswell.label.lesson import BEAT, RELEVANCE, Lesson, Reach, lesson
from groundswell.label.lexicon import hits, odds, top3, words_of
from groundswell.types import Record
from groundswell.types.record import join_body

Vectors = npt.NDArray[np.float64]
Features = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class BeatTexts:
    """A beat as the gate sees it: the vectors of its texts and its lexicon."""

    beat: Beat
    own: slice  # rows of Gate.vectors
    lexicon: Mapping[str, float]


class Gate:
    """Scores records against the beats of one desk."""

    def __init__(self, desk: Desk, read: DeskReading) -> None:
        self._constants = constants()
        shared = _texts(desk.relevance.description, desk.relevance.examples)
        off = list(desk.relevance.offtopic)
        texts, slices = list(shared), []
        for beat in desk.beats:
            own = [beat.description, *beat.examples]
            slices.append(slice(len(texts), len(texts) + len(own)))
            texts += own
        self._on = unit([np.asarray(read(text).vector) for text in texts])
        self._off = unit([np.asarray(read(text).vector) for text in off])
        self._lexicon = odds(texts, off)
        self._beats = [
            BeatTexts(beat, own, odds(*_sides(desk.beats, beat)))
            for beat, own in zip(desk.beats, slices, strict=True)
        ]
        self._fitted = _of_this_reader(desk, texts, read)
        self.lessons = self._learnt(desk.taught, read)

    def beats(self, record: Record, vector: npt.NDArray[np.int8]) -> list[tuple[str, float]]:
        """Beats the record belongs to with their chances, most likely first; none if off topic."""
        return self.joined(self.scores(record, vector)) if self._beats else []

    def joined(self, scores: Mapping[str, float]) -> list[tuple[str, float]]:
        """The beats that log odds as `scores` gives them stand for."""
        enter, join = self._thresholds()
        if likely(scores["relevance"]) < enter:
            return []
        scored = [(name.partition("/")[2], likely(score)) for name, score in scores.items()
                  if name != "relevance"]  # fmt: skip
        scored.sort(key=lambda pair: -pair[1])
        return [pair for pair in scored[: self._constants["most_beats"]] if pair[1] >= join]

    def _thresholds(self) -> tuple[float, float]:
        """The least chance of being on topic, and of joining a beat."""
        if self._fitted:
            return self._fitted.enter, self._fitted.join
        return self._constants["relevance"]["threshold"], self._constants["beat"]["threshold"]

    def scores(self, record: Record | Taught, vector: npt.NDArray[np.int8]) -> dict[str, float]:
        """Log odds that a record belongs: to the desk ("relevance"), to each "beats/<slug>"."""
        seen = _Seen(record, self, vector)
        found = self._plain(seen)
        for layer, learnt in self.lessons.items():
            found[layer] += learnt.shift(seen.own)
        return found

    def threshold(self, layer: str) -> float:
        """The chance from which a record belongs to a layer of `scores`."""
        enter, join = self._thresholds()
        return float(enter if layer == "relevance" else join)

    def _plain(self, seen: _Seen) -> dict[str, float]:
        """The same without anything taught: what lessons start from."""
        topical = score(self._constants["relevance"], self._relevance(seen))
        joins = {slug: score(self._constants["beat"], features)
                 for slug, features in self._features(seen)}  # fmt: skip
        if self._fitted:
            topical = self._fitted.on_topic(topical, seen.own)
            joins = {slug: self._fitted.joins(slug, own, seen.own) for slug, own in joins.items()}
        return {"relevance": topical} | {f"beats/{slug}": own for slug, own in joins.items()}

    def _learnt(self, taught: Sequence[Taught], read: DeskReading) -> dict[str, Lesson]:
        """A lesson for each layer that was taught.

        What belongs to a beat belongs to the desk, unless a person said that it does not.
        """
        layers: dict[str, list[tuple[Taught, bool]]] = {}
        said = {(t.title, t.text) for t in taught if t.layer == "relevance"}
        known = {"relevance", *(f"beats/{texts.beat.slug}" for texts in self._beats)}
        for one in taught:
            if one.layer in known:
                layers.setdefault(one.layer, []).append((one, one.belongs))
            if one.layer != "relevance" and one.belongs and (one.title, one.text) not in said:
                layers.setdefault("relevance", []).append((one, True))
                said.add((one.title, one.text))
        return {layer: self._lesson(layer, answers, read) for layer, answers in layers.items()
                if self._beats}  # fmt: skip

    def _lesson(self, layer: str, answers: Sequence[tuple[Taught, bool]],
                read: DeskReading) -> Lesson:  # fmt: skip
        reach: Reach = RELEVANCE if layer == "relevance" else BEAT
        vectors = [read(join_body(one.title, one.text)).vector for one, _ in answers]
        scores = [self._plain(_Seen(one, self, vector))[layer]
                  for (one, _), vector in zip(answers, vectors, strict=True)]  # fmt: skip
        return lesson(unit([np.asarray(v) for v in vectors]), scores,
                      [belongs for _, belongs in answers], reach)  # fmt: skip

    def _relevance(self, seen: _Seen) -> Features:
        return {
            "on_top3": top3(seen.on.tolist()),
            "off_top3": top3(seen.off.tolist()),
            "title_hits": math.log1p(sum(seen.title_hits)),
            "text_hits": math.log1p(sum(seen.text_hits)),
            "lexicon": top3(self._lexicon[w] for w in seen.words if w in self._lexicon),
            "title_lexicon": max(
                (self._lexicon[w] for w in seen.title_words if w in self._lexicon), default=0.0
            ),
            "length": math.log1p(len(seen.words)),
        }

    def _features(self, seen: _Seen) -> list[tuple[str, Features]]:
        near = [top3(seen.on[texts.own].tolist()) for texts in self._beats]
        speaks = [
            top3(texts.lexicon[w] for w in seen.words if w in texts.lexicon)
            for texts in self._beats
        ]
        all_hits = sum(seen.title_hits) + sum(seen.text_hits)
        return [
            (
                texts.beat.slug,
                {
                    "max": float(seen.on[texts.own].max()),
                    "top3": near[i],
                    "off_gap": float(seen.on[texts.own].max() - seen.off.max())
                    if len(seen.off)
                    else 0.0,
                    "standing": standing(near)[i],
                    "rank": 1 / (1 + sum(other > near[i] for other in near)),
                    "lead": near[i] - max(near[:i] + near[i + 1 :]) if len(near) > 1 else 0.0,
                    "title_hits": math.log1p(seen.title_hits[i]),
                    "text_hits": math.log1p(seen.text_hits[i]),
                    "hit_share": (seen.title_hits[i] + seen.text_hits[i]) / (all_hits + 1),
                    "exclusion": float(hits(texts.beat.exclusions, seen.folded) > 0),
                    "lexicon": speaks[i],
                    "lexicon_standing": standing(speaks)[i],
                    "length": math.log1p(len(seen.words)),
                },
            )
            for i, texts in enumerate(self._beats)
        ]


def _of_this_reader(desk: Desk, texts: Sequence[str], read: DeskReading) -> Fitted | None:
    """What the desk has learnt, if it was with the reader in use: weights fit one vector only."""
    fitted = desk.fitted
    return fitted if fitted and texts and read(texts[0]).reader == fitted.reader else None


class _Seen:
    """What the features need of one record."""

    def __init__(self, record: Record | Taught, gate: Gate, vector: npt.NDArray[np.int8]) -> None:
        own = self.own = unit([np.asarray(vector)])[0]
        self.on: Vectors = gate._on @ own
        self.off: Vectors = gate._off @ own
        title, text = record.title.casefold(), record.text.casefold()
        self.folded = f"{title}\n{text}"
        self.words = sorted(words_of(self.folded))
        self.title_words = words_of(title)
        self.title_hits = [hits(texts.beat.keywords, title) for texts in gate._beats]
        self.text_hits = [hits(texts.beat.keywords, text) for texts in gate._beats]


def chance(model: Mapping[str, Any], features: Features) -> float:
    """The logistic regression's probability."""
    return likely(score(model, features))


def score(model: Mapping[str, Any], features: Features) -> float:
    """The logistic regression's log odds."""
    return float(
        model["bias"]
        + sum(
            weight * features[name]
            for name, weight in zip(model["features"], model["weights"], strict=True)
        )
    )


def likely(score: float) -> float:
    """The probability of log odds."""
    return 1 / (1 + math.exp(-max(min(score, 60.0), -60.0)))


def standing(values: Sequence[float]) -> list[float]:
    """How many standard deviations each value lies above the mean of all."""
    mean = sum(values) / len(values)
    spread = math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))
    return [(v - mean) / (spread + 1e-6) for v in values]


def unit(vectors: Sequence[npt.NDArray[Any]]) -> Vectors:
    """Rows of length one, shape (n, D); an empty list gives shape (0, D) of no use but size."""
    if not vectors:
        return np.zeros((0, 384))
    rows = np.asarray(vectors, dtype=np.float64)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


@cache
def constants() -> Mapping[str, Any]:
    """The fitted constants."""
    return dict(json.loads((files("groundswell.label") / "gate.json").read_text("utf-8")))


def _texts(description: str, examples: Sequence[str]) -> list[str]:
    return [text for text in (description, *examples) if text]


def _sides(beats: Sequence[Beat], beat: Beat) -> tuple[list[str], list[str]]:
    """The texts of a beat, and those of all others."""

    def texts(b: Beat) -> list[str]:
        return [b.name, b.description, *b.keywords, *b.examples]

    return texts(beat), [text for b in beats if b is not beat for text in texts(b)]
