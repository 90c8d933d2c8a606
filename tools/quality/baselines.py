"""What simpler makers say of the same texts: a word list, word counts, frozen vectors.

Each learns from the set's own train split, which the reader may or may not have seen; nothing is
tuned. Answers are kept by a hash of everything they depend on.
"""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from quality.kept import kept
from quality.readings import ReadingPool, sample
from quality.sets import Row, Takes

VERSION = "1"  # raise it when a baseline changes: its kept answers are then made again
MOST_FROZEN = 4_000  # rows of a train split that are read for the frozen vectors
NEUTRAL = 0.05  # VADER's own bound: a compound score within it is neutral
SIDE_OF_TONE = {"against": "negative", "none": "neutral", "favor": "positive"}
TONES = ("negative", "neutral", "positive")


def text_of(row: Row) -> str:
    """A row's text, its target before it where it has one."""
    return f"{row['target']} | {row['text']}" if "target" in row else str(row["text"])


def lexicon(texts: Sequence[str], takes: Takes) -> list[str]:
    """VADER (Hutto and Gilbert 2014): the tone of the whole text, whatever its target."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()

    def made() -> list[str]:
        return [_toned(analyser.polarity_scores(text)["compound"], takes) for text in texts]

    said: list[str] = kept(made, "lexicon", VERSION, texts, takes)
    return said


def compounds(texts: Sequence[str]) -> list[float]:
    """VADER's compound scores, -1 to 1."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()
    return [float(analyser.polarity_scores(text)["compound"]) for text in texts]


def _toned(compound: float, takes: Takes) -> str:
    """The label whose tones a compound score speaks for most."""
    strength = {"negative": -compound, "neutral": NEUTRAL, "positive": compound}
    return max(takes, key=lambda label: max(strength[SIDE_OF_TONE.get(one, one)]
                                            for one in takes[label]))  # fmt: skip


def words(train: Sequence[Row], rows: Sequence[Row], *, apart: bool = False) -> list[str]:
    """TF-IDF of words (1-2) and characters (2-4) with a logistic regression.

    With `apart` one for each target, learnt from that target's rows alone.
    """
    labels = [row["label"] for row in train]
    if not apart:
        return words_on([text_of(row) for row in train], labels, [text_of(row) for row in rows])
    said: dict[int, str] = {}
    places: dict[Hashable, list[int]] = defaultdict(list)
    for n, row in enumerate(rows):
        places[row["target"]].append(n)
    for target, own in places.items():
        part = [row for row in train if row["target"] == target]
        told = words_on([row["text"] for row in part], [row["label"] for row in part],
                        [rows[n]["text"] for n in own])  # fmt: skip
        said |= dict(zip(own, told, strict=True))
    return [said[n] for n in range(len(rows))]


def words_on(train: Sequence[str], labels: Sequence[str], texts: Sequence[str]) -> list[str]:
    """The same for texts and labels."""

    def made() -> list[str]:
        model = _fitted(_words_model(labels), list(train), list(labels))
        return [str(label) for label in model.predict(list(texts))]

    said: list[str] = kept(made, "words", VERSION, train, labels, texts)
    return said


def frozen(train: Sequence[Row], rows: Sequence[Row], pool: ReadingPool) -> list[str]:
    """A logistic regression on the packaged reader's vectors, the encoder left as it is."""
    places = sample([row["id"] for row in train], MOST_FROZEN)
    part = [train[n] for n in places]
    return frozen_on([text_of(row) for row in part], [row["label"] for row in part],
                     [text_of(row) for row in rows], pool)  # fmt: skip


def frozen_on(
    train: Sequence[str], labels: Sequence[str], texts: Sequence[str], pool: ReadingPool
) -> list[str]:
    """The same for texts and labels."""

    def made() -> list[str]:
        model = _fitted(_regression(len(set(labels))), pool.vectors(train), list(labels))
        return [str(label) for label in model.predict(pool.vectors(texts))]

    said: list[str] = kept(made, "frozen", VERSION, pool.reader.name, train, labels, texts)
    return said


def several_words(
    train: Sequence[str], labels: Sequence[Sequence[str]], texts: Sequence[str],
    most: int,
) -> list[list[str]]:  # fmt: skip
    """Any number of labels up to `most` a text: a regression a label, classes balanced."""

    def made() -> list[list[str]]:
        vectors = _grams()
        return _several(vectors.fit_transform(list(train)), labels,
                        vectors.transform(list(texts)), most)  # fmt: skip

    said: list[list[str]] = kept(made, "several words", VERSION, train, labels, texts, most)
    return said


def several_frozen(
    train: Sequence[str], labels: Sequence[Sequence[str]], texts: Sequence[str],
    most: int, pool: ReadingPool,
) -> list[list[str]]:  # fmt: skip
    """The same on frozen vectors."""

    def made() -> list[list[str]]:
        return _several(pool.vectors(train), labels, pool.vectors(texts), most)

    said: list[list[str]] = kept(made, "several frozen", VERSION, pool.reader.name, train, labels,
                                 texts, most)  # fmt: skip
    return said


def _several(x: Any, labels: Sequence[Sequence[str]], seen: Any, most: int) -> list[list[str]]:
    kinds = sorted({label for row in labels for label in row})
    chances = np.stack([
        _fitted(_regression(2, balanced=True), x, [kind in row for row in labels])
        .predict_proba(seen)[:, 1]
        for kind in kinds
    ])  # fmt: skip
    said = []
    for column in chances.T:
        order = np.argsort(-column, kind="stable")[:most]
        said.append([kinds[n] for n in order if column[n] >= 0.5])
    return said


def numbers(train: Sequence[str], values: Sequence[float], texts: Sequence[str]) -> list[float]:
    """A ridge regression of a number on TF-IDF."""
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline

    def made() -> list[float]:
        model = make_pipeline(_grams(), Ridge(alpha=1.0)).fit(list(train), list(values))
        return [float(value) for value in model.predict(list(texts))]

    said: list[float] = kept(made, "numbers", VERSION, train, values, texts)
    return said


def tags(
    train: Sequence[tuple[Sequence[str], Sequence[str]]], texts: Sequence[Sequence[str]]
) -> list[list[str]]:
    """A logistic regression on each token, its neighbours, shapes and endings; one tag a token."""
    from sklearn.feature_extraction import FeatureHasher
    from sklearn.linear_model import SGDClassifier

    def made() -> list[list[str]]:
        hasher = FeatureHasher(2**18, input_type="string", alternate_sign=False)
        model = SGDClassifier(loss="log_loss", alpha=1e-6, max_iter=12, tol=None, random_state=1)
        features = [seen for tokens, _ in train for seen in features_of(tokens)]
        model.fit(hasher.transform(features), [tag for _, row in train for tag in row])
        asked = [seen for tokens in texts for seen in features_of(tokens)]
        told = iter(model.predict(hasher.transform(asked)).tolist())
        return [[str(next(told)) for _ in tokens] for tokens in texts]

    said: list[list[str]] = kept(made, "tags", VERSION, train, texts)
    return said


def features_of(tokens: Sequence[str]) -> list[list[str]]:
    """What the tag baseline sees of each token.

    >>> features_of(["Hi", "Bob"])[1][:4]
    ['w=bob', 's=Xx', 'a=bob', 'z=bob']
    """
    around = ["<", *tokens, ">"]
    made = []
    for n, token in enumerate(tokens, 1):
        before, after = around[n - 1], around[n + 1]
        low = token.casefold()
        made.append([
            f"w={low}", f"s={shape(token)}", f"a={low[:3]}", f"z={low[-3:]}",
            f"-w={before.casefold()}", f"+w={after.casefold()}",
            f"-s={shape(before)}", f"+s={shape(after)}",
            f"-ws={before.casefold()} {shape(token)}", f"ss={shape(before)} {shape(token)}",
        ])  # fmt: skip
    return made


def shape(token: str) -> str:
    """How a token is written, repeats taken together.

    >>> shape("GPT-4o"), shape("Berlin")
    ('X-0x', 'Xx')
    """
    made = ""
    for mark in token:
        kind = "0" if mark.isdigit() else "X" if mark.isupper() else "x" if mark.isalpha() else mark
        if not made.endswith(kind):
            made += kind
    return made


def _grams() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union

    return make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\w+|[^\w\s]"),
        TfidfVectorizer(ngram_range=(2, 4), sublinear_tf=True, analyzer="char", min_df=2),
    )


def _words_model(labels: Sequence[str]) -> Any:
    from sklearn.pipeline import make_pipeline

    return make_pipeline(_grams(), _regression(len(set(labels))))


def _regression(kinds: int, *, balanced: bool = False) -> Any:
    from sklearn.linear_model import LogisticRegression

    weight = "balanced" if balanced else None
    if kinds == 2:  # many times quicker on words
        return LogisticRegression(C=4.0, solver="liblinear", class_weight=weight, random_state=1)
    return LogisticRegression(C=4.0, max_iter=300, class_weight=weight)


def _fitted(model: Any, x: Any, y: Sequence[Any]) -> Any:
    """A model fitted; 300 rounds do for a baseline, whether or not the last digit stands still."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(x, y)
