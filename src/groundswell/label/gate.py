"""The beats gate: is a record on topic, and which beats does it belong to.

Two logistic regressions over features that know nothing of the desk's topic; the constants in
gate.json are fitted by training/gate.py, whose README gives every formula.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from operator import mul
from typing import Any

import numpy as np
import numpy.typing as npt

from groundswell.desk import Beat, Desk, Taught
from groundswell.desk.fitted import Corrections, Fitted
from groundswell.label.annotator import DeskReading
from groundswell.label.lesson import BEAT, RELEVANCE, Lesson, Reach, lesson
from groundswell.label.lexicon import Phrases, WordOdds, greatest3, occurs, odds, top3, words_of
from groundswell.types import Record
from groundswell.types.record import join_body

Vectors = npt.NDArray[np.float64]
Features = Mapping[str, float]
TOPICAL = "relevance"  # the layer of `Gate.scores` that stands for the desk as a whole


@dataclass(frozen=True, slots=True)
class BeatTexts:
    """A beat as the gate sees it: the vectors of its texts and its phrases, case folded."""

    beat: Beat
    own: slice  # rows of Gate.vectors
    keywords: frozenset[str]
    exclusions: frozenset[str]


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
        self._known = Compared([read(text).vector for text in (*texts, *off)])
        self._on = len(texts)  # so many of them are on topic, the others off
        self._lexicon = odds(texts, off)
        self._words = _word_odds(tuple(desk.beats))
        self._beats = [
            BeatTexts(beat, own, _folded(beat.keywords), _folded(beat.exclusions))
            for beat, own in zip(desk.beats, slices, strict=True)
        ]
        self._phrases = Phrases(p for b in self._beats for p in sorted(b.keywords | b.exclusions))
        self.fitted = _of_this_reader(desk, texts, read)
        slugs = [beat.slug for beat in desk.beats]
        self._layers = [f"beats/{slug}" for slug in slugs]
        self._corrections = Corrections(self.fitted, slugs) if self.fitted else None
        self.lessons = self._learnt(desk.taught, read)

    def beats(self, record: Record, vector: npt.NDArray[np.int8]) -> list[tuple[str, float]]:
        """Beats the record belongs to with their chances, most likely first; none if off topic."""
        if not self._beats:
            return []
        seen = _Seen(record, self, vector)
        topical = self._topical(seen)
        if likely(topical) < self._thresholds()[0]:
            return []  # whatever its beats
        return self.joined({TOPICAL: topical, **self._joins(seen)})

    def joined(self, scores: Mapping[str, float]) -> list[tuple[str, float]]:
        """The beats that log odds as `scores` gives them stand for."""
        enter, join = self._thresholds()
        if likely(scores[TOPICAL]) < enter:
            return []
        scored = [(name.partition("/")[2], likely(score)) for name, score in scores.items()
                  if name != TOPICAL]  # fmt: skip
        scored.sort(key=lambda pair: -pair[1])
        return [pair for pair in scored[: self._constants["most_beats"]] if pair[1] >= join]

    def _thresholds(self) -> tuple[float, float]:
        """The least chance of being on topic, and of joining a beat."""
        if self.fitted:
            return self.fitted.enter, self.fitted.join
        return self._constants[TOPICAL]["threshold"], self._constants["beat"]["threshold"]

    def scores(self, record: Record | Taught, vector: npt.NDArray[np.int8]) -> dict[str, float]:
        """Log odds that a record belongs: to the desk ("relevance"), to each "beats/<slug>"."""
        seen = _Seen(record, self, vector)
        return {TOPICAL: self._topical(seen), **self._joins(seen)}

    def threshold(self, layer: str) -> float:
        """The chance from which a record belongs to a layer of `scores`."""
        enter, join = self._thresholds()
        return float(enter if layer == TOPICAL else join)

    def _topical(self, seen: _Seen) -> float:
        """Log odds of being on topic, with what was learnt and taught."""
        return self._plainly_topical(seen) + self._shift(TOPICAL, seen)

    def _joins(self, seen: _Seen) -> dict[str, float]:
        """The same for every beat."""
        plain = self._plainly_joins(seen)
        return {layer: own + self._shift(layer, seen) for layer, own in plain.items()}

    def _shift(self, layer: str, seen: _Seen) -> float:
        """What lessons add; without them a layer's log odds are what lessons start from."""
        learnt = self.lessons.get(layer)
        return learnt.shift(seen.own) if learnt else 0.0

    def _plainly_topical(self, seen: _Seen) -> float:
        own = score(self._constants[TOPICAL], self._relevance(seen))
        return self.fitted.on_topic(own, seen.own) if self.fitted else own

    def _plainly_joins(self, seen: _Seen) -> dict[str, float]:
        joins = [score(self._constants["beat"], found) for _, found in self._features(seen)]
        if self._corrections:
            joins = self._corrections.joins(joins, seen.own)
        return dict(zip(self._layers, joins, strict=True))

    def _learnt(self, taught: Sequence[Taught], read: DeskReading) -> dict[str, Lesson]:
        """A lesson for each layer that was taught.

        What belongs to a beat belongs to the desk, unless a person said that it does not.
        """
        layers: dict[str, list[tuple[Taught, bool]]] = {}
        said = {(t.title, t.text) for t in taught if t.layer == TOPICAL}
        known = {TOPICAL, *self._layers}
        for one in taught:
            if one.layer in known:
                layers.setdefault(one.layer, []).append((one, one.belongs))
            if one.layer != TOPICAL and one.belongs and (one.title, one.text) not in said:
                layers.setdefault(TOPICAL, []).append((one, True))
                said.add((one.title, one.text))
        return {layer: self._lesson(layer, answers, read) for layer, answers in layers.items()
                if self._beats}  # fmt: skip

    def _lesson(self, layer: str, answers: Sequence[tuple[Taught, bool]],
                read: DeskReading) -> Lesson:  # fmt: skip
        reach: Reach = RELEVANCE if layer == TOPICAL else BEAT
        vectors = [read(join_body(one.title, one.text)).vector for one, _ in answers]
        seen = [_Seen(one, self, vector)
                for (one, _), vector in zip(answers, vectors, strict=True)]  # fmt: skip
        scores = [self._plainly_topical(one) if layer == TOPICAL
                  else self._plainly_joins(one)[layer] for one in seen]  # fmt: skip
        return lesson(unit([np.asarray(v) for v in vectors]), scores,
                      [belongs for _, belongs in answers], reach)  # fmt: skip

    def _relevance(self, seen: _Seen) -> Features:
        return {
            "on_top3": top3(greatest3(seen.on)),
            "off_top3": top3(greatest3(seen.off)),
            "title_hits": math.log1p(sum(seen.title_hits)),
            "text_hits": math.log1p(sum(seen.text_hits)),
            "lexicon": top3(self._lexicon[w] for w in seen.words if w in self._lexicon),
            "title_lexicon": max(
                (self._lexicon[w] for w in seen.title_words if w in self._lexicon), default=0.0
            ),
            "length": math.log1p(len(seen.words)),
        }

    def _features(self, seen: _Seen) -> list[tuple[str, Features]]:
        on: list[float] = seen.on.tolist()
        most = [max(on[texts.own]) for texts in self._beats]
        near = [top3(on[texts.own]) for texts in self._beats]
        ranked = sorted(near, reverse=True)
        speaks = self._words.top3(seen.words)
        near_stands, speaks_stand = standing(near), standing(speaks)
        off, length = max(seen.off.tolist(), default=None), math.log1p(len(seen.words))
        all_hits = sum(seen.title_hits) + sum(seen.text_hits)
        return [
            (
                texts.beat.slug,
                {
                    "max": most[i],
                    "top3": near[i],
                    "off_gap": 0.0 if off is None else most[i] - off,
                    "standing": near_stands[i],
                    "rank": 1 / (1 + ranked.index(near[i])),
                    "lead": near[i] - ranked[ranked[0] == near[i]] if len(near) > 1 else 0.0,
                    "title_hits": math.log1p(seen.title_hits[i]),
                    "text_hits": math.log1p(seen.text_hits[i]),
                    "hit_share": (seen.title_hits[i] + seen.text_hits[i]) / (all_hits + 1),
                    "exclusion": float(not texts.exclusions.isdisjoint(seen.phrases)),
                    "lexicon": speaks[i],
                    "lexicon_standing": speaks_stand[i],
                    "length": length,
                },
            )
            for i, texts in enumerate(self._beats)
        ]


def _of_this_reader(desk: Desk, texts: Sequence[str], read: DeskReading) -> Fitted | None:
    """What the desk has learnt, if it was with the reader in use: weights fit one vector only."""
    return desk.fitted.of(read(texts[0]).reader) if desk.fitted and texts else None


class Compared:
    """Vectors of a reader, to be compared with another of its vectors."""

    def __init__(self, vectors: Sequence[npt.ArrayLike]) -> None:
        # their products are whole numbers that float32 holds, so no order of summing matters
        self._rows = np.array(vectors, np.float32)
        self._sizes = np.linalg.norm(self._rows.astype(np.float64), axis=-1)

    def cosines(self, vector: npt.NDArray[np.int8]) -> Vectors:
        """The cosine of each of them to a vector, shape (n,)."""
        if not len(self._rows):
            return np.zeros(0)
        # row by row: a matrix product would wake a thread on every core for so little
        products = np.vecdot(self._rows, vector.astype(np.float32)).astype(np.float64)
        sizes = math.sqrt(np.square(vector, dtype=np.float64).sum()) * self._sizes
        return np.asarray(products / np.maximum(sizes, 1e-9))


class _Seen:
    """What the features need of one record."""

    def __init__(self, record: Record | Taught, gate: Gate, vector: npt.NDArray[np.int8]) -> None:
        self.own = unit([np.asarray(vector)])[0]
        near = gate._known.cosines(vector)
        self.on, self.off = near[: gate._on], near[gate._on :]
        title, text = record.title.casefold(), record.text.casefold()
        folded = f"{title}\n{text}"
        self.words, self.title_words = words_of(folded), words_of(title)
        maybe = gate._phrases.possible(self.words)
        self.phrases = found = {phrase for phrase in maybe if occurs(phrase, folded)}
        in_title, in_text = ({p for p in found if occurs(p, part)} for part in (title, text))
        self.title_hits = [len(texts.keywords & in_title) for texts in gate._beats]
        self.text_hits = [len(texts.keywords & in_text) for texts in gate._beats]


def chance(model: Mapping[str, Any], features: Features) -> float:
    """The logistic regression's probability."""
    return likely(score(model, features))


def score(model: Mapping[str, Any], features: Features) -> float:
    """The logistic regression's log odds."""
    values = map(features.__getitem__, model["features"])
    return float(model["bias"] + sum(map(mul, model["weights"], values)))


def likely(score: float) -> float:
    """The probability of log odds."""
    return 1 / (1 + math.exp(-max(min(score, 60.0), -60.0)))


def standing(values: Sequence[float]) -> list[float]:
    """How many standard deviations each value lies above the mean of all."""
    mean = sum(values) / len(values)
    spread = math.sqrt(sum((v - mean) ** 2 for v in values) / len(values))
    return [(v - mean) / (spread + 1e-6) for v in values]


def unit(vectors: Sequence[npt.NDArray[Any]]) -> Vectors:
    """Rows of length one, shape (n, D)."""
    if not vectors:
        return np.zeros((0, 0))
    rows = np.asarray(vectors, dtype=np.float64)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


@cache
def constants() -> Mapping[str, Any]:
    """The fitted constants."""
    return dict(json.loads((files("groundswell.label") / "gate.json").read_text("utf-8")))


def _folded(phrases: Iterable[str]) -> frozenset[str]:
    """Phrases ready to be sought."""
    return frozenset(phrase.casefold() for phrase in phrases)


def _texts(description: str, examples: Sequence[str]) -> list[str]:
    return [text for text in (description, *examples) if text]


@lru_cache(maxsize=8)  # several gates are made of one desk
def _word_odds(beats: tuple[Beat, ...]) -> WordOdds:
    """How much each word speaks for each beat, against all others."""
    return WordOdds([odds(*_sides(beats, beat)) for beat in beats])


def _sides(beats: Sequence[Beat], beat: Beat) -> tuple[list[str], list[str]]:
    """The texts of a beat, and those of all others."""

    def texts(b: Beat) -> list[str]:
        return [b.name, b.description, *b.keywords, *b.examples]

    return texts(beat), [text for b in beats if b is not beat for text in texts(b)]
