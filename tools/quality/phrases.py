"""Key phrases: the phrases annotator on whole papers, exact match of Porter stems.

F1 adds matches up over all papers, as the task's own scorer did (Kim et al. 2010).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import snowballstemmer

from groundswell.label.annotators.phrases import Phrases
from groundswell.types import Item, Record, RecordId
from quality.figures import READER, Figure, Measure, Mistake, Result, figures_of, worst
from quality.kept import kept
from quality.scores import Tally, micro_f1, overlap
from quality.sets import Row, rows_of

NAME, FOLDER = "semeval2010", "keyphrase/semeval2010"
DEPTHS = (10, 5, 15)  # the first is the one that is held
KIND = "phrase"
RUNS = "TF-IDF"
LONG_AGO = datetime(2010, 1, 1, tzinfo=UTC)


def measure(bench: Path) -> Result:
    """The figures at each depth."""
    rows, train = rows_of(bench, FOLDER, "test"), rows_of(bench, FOLDER, "train")
    said = [phrases_of(row["text"], max(DEPTHS)) for row in rows]
    simple = by_counts([row["text"] for row in train], [row["text"] for row in rows])
    wanted = [{(KIND, stemmed(phrase)) for phrase in row["keyphrases"]} for row in rows]
    figures: list[Figure] = []
    for depth in DEPTHS:
        tallies: dict[str, Tally | None] = {
            maker: overlap([KIND], wanted, [first(found, depth) for found in told])
            for maker, told in ((READER, said), (RUNS, simple))
        }
        figures += figures_of(NAME, [Measure(f"F1 at {depth}", micro_f1)], tallies)
    return Result(
        task=NAME, figures=tuple(figures), mistakes=worst(_mistakes(rows, wanted, said)),
        note="the phrases annotator asked for 15; no reader takes part",
    )  # fmt: skip


def phrases_of(text: str, most: int) -> list[str]:
    """What the annotator says of a text, best first."""
    record = Record(id=RecordId("text:0"), source="text", kind="paper", community="", text=text,
                    published=LONG_AGO)  # fmt: skip
    found = Phrases(most=most)(Item(record=record, reading=None, layers={}))
    return [annotation.value for annotation in found]


def stemmed(phrase: str) -> str:
    """A phrase as the stems of its words, hyphens being blanks.

    >>> stemmed("Web-service discoveries")
    'web servic discoveri'
    """
    stemmer = snowballstemmer.stemmer("porter")
    return " ".join(stemmer.stemWords(phrase.casefold().replace("-", " ").split()))


def first(phrases: Sequence[str], depth: int) -> set[tuple[str, str]]:
    """The first so many different stems."""
    return {(KIND, stem) for stem in list(dict.fromkeys(map(stemmed, phrases)))[:depth]}


def by_counts(train: Sequence[str], texts: Sequence[str]) -> list[list[str]]:
    """The runs of one to three words with the highest TF-IDF, rarity learnt from `train`."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    def made() -> list[list[str]]:
        model = TfidfVectorizer(ngram_range=(1, 3), stop_words="english", sublinear_tf=True)
        model.fit(list(train))
        names, weights = model.get_feature_names_out(), model.transform(list(texts))
        return [
            [str(names[n]) for n in row.indices[row.data.argsort(kind="stable")[::-1]][: 2 * 15]]
            for row in weights
        ]

    said: list[list[str]] = kept(made, "phrases by counts", "1", train, texts)
    return said


def _mistakes(
    rows: Sequence[Row], wanted: Sequence[set[tuple[str, str]]], said: Sequence[Sequence[str]]
) -> list[Mistake]:
    """Papers by how many of the first ten phrases are wrong; there are no chances here."""
    made = []
    for row, wants, phrases in zip(rows, wanted, said, strict=True):
        missed = first(phrases, DEPTHS[0]) - wants
        made.append(Mistake(str(row["id"]), f"{len(wants)} phrases", f"{len(missed)} others",
                            len(missed) / DEPTHS[0], "; ".join(phrases[: DEPTHS[0]])))  # fmt: skip
    return [one for one in made if one.sure]
