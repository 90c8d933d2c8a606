"""One label a text: the reader's answers on the choice sets, and the baselines' beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from groundswell.types import Reading
from groundswell.types.reading import HEADS, STANCES
from quality import baselines
from quality.figures import (
    READER,
    Measure,
    Mistake,
    Part,
    Result,
    figures_of,
    length_of,
    parts_of,
    worst,
)
from quality.readings import TOWARDS, ReadingPool, Text, targeted
from quality.scores import (
    Score,
    Tally,
    accuracy,
    by_group,
    confusion,
    estimate,
    f1_of,
    macro_f1,
    mean_of_groups,
)
from quality.sets import ChoiceSet, Row, Takes, rows_of

COMMONEST, LEXICON, WORDS, FROZEN = "commonest", "VADER", "TF-IDF", "frozen vector"
MOST_GROUPS = 8  # targets beyond which no table is drawn


@dataclass(frozen=True, slots=True)
class Chosen:
    """One answer: a label of the set and its share of the chances of all its labels."""

    label: str
    sure: float


def choose(chances: Mapping[str, float], takes: Takes) -> Chosen:
    """The label whose answers are likeliest together; the first named wins a tie.

    >>> chances = {"negative": 0.2, "neutral": 0.5, "positive": 0.3}
    >>> choose(chances, {"bad": ("negative",), "good": ("positive",)})
    Chosen(label='good', sure=0.6)
    """
    shares = {label: sum(chances[one] for one in taken) for label, taken in takes.items()}
    best = max(shares, key=lambda label: shares[label])
    return Chosen(best, shares[best] / max(sum(shares.values()), 1e-9))


def answer(reading: Reading, asks: str, target: str = "") -> dict[str, float] | None:
    """What a reading says to a question: chances by label; None where it was not told."""
    names, told = (STANCES, reading.towards(target)) if asks == TOWARDS else (
        HEADS[asks], reading.outputs.get(asks))  # fmt: skip
    return None if told is None else {
        name: chance / 1000 for name, chance in zip(names, told, strict=False)
    }  # fmt: skip


def measure(one: ChoiceSet, bench: Path, pool: ReadingPool) -> Result:
    """The figures of one set."""
    rows, train = rows_of(bench, one.folder, one.test), rows_of(bench, one.folder, one.train)
    wanted = [row["label"] for row in rows]
    tallies: dict[str, Tally | None] = {READER: None}
    said: list[Chosen] = []
    if one.asks in pool.tells:
        said = chosen(one, rows, pool.read(asked(one, rows)))
        tallies[READER] = tally_of(one, rows, [choice.label for choice in said])
    for maker, labels in _baselines(one, rows, train, pool).items():
        tallies[maker] = tally_of(one, rows, labels)
    measures = measures_of(one)
    groups: dict[str, Sequence[str]] = {"length": [length_of(row["text"]) for row in rows]}
    if one.asks == TOWARDS and len({row["target"] for row in rows}) <= MOST_GROUPS:
        groups["target"] = [row["target"] for row in rows]
    own = tallies[READER]
    return Result(
        task=one.name,
        figures=figures_of(one.name, measures, tallies),
        parts=(*label_parts(own, one.labels, wanted, one.name),
               *parts_of(own, measures[0].score, groups)),
        mistakes=worst([
            Mistake(str(row["id"]), row["label"], choice.label, choice.sure, row["text"])
            for row, choice in zip(rows, said, strict=False) if choice.label != row["label"]
        ]),
        note=one.note,
    )  # fmt: skip


def measures_of(one: ChoiceSet) -> list[Measure]:
    """The scores of a set."""
    return [Measure(name, SCORES[name](one.labels)) for name in one.scores]


def asked(one: ChoiceSet, rows: Sequence[Row]) -> list[Text]:
    """The texts of a set's rows, with their targets where it asks about them."""
    targets = [row["target"] for row in rows] if one.asks == TOWARDS else []
    return targeted([row["text"] for row in rows], targets)


def chosen(one: ChoiceSet, rows: Sequence[Row], readings: Sequence[Reading]) -> list[Chosen]:
    """What readings answer to the rows they are of."""
    found = [
        answer(reading, one.asks, row.get("target", ""))
        for row, reading in zip(rows, readings, strict=True)
    ]
    return [choose(chances or {}, one.takes) for chances in found]


def tally_of(one: ChoiceSet, rows: Sequence[Row], said: Sequence[str | None]) -> Tally:
    """Confusions, kept apart by target where a score is; other scores add them up."""
    tally = confusion(one.labels, [row["label"] for row in rows], said)
    return by_group(tally, [row["target"] for row in rows]) if _by_target(one) else tally


def _by_target(one: ChoiceSet) -> bool:
    return any(name.endswith(BY_TARGET) for name in one.scores)


def _baselines(
    one: ChoiceSet, rows: Sequence[Row], train: Sequence[Row], pool: ReadingPool
) -> dict[str, list[str]]:
    """What each baseline says of the rows."""
    commonest = Counter(row["label"] for row in rows).most_common(1)[0][0]
    made = {COMMONEST: [commonest] * len(rows)}
    if one.lexicon:
        made[LEXICON] = baselines.lexicon([row["text"] for row in rows], one.takes)
    made[WORDS] = baselines.words(train, rows, apart=one.apart)
    made[FROZEN] = baselines.frozen(train, rows, pool)
    return made


def label_parts(
    tally: Tally | None, labels: Sequence[str], wanted: Sequence[str], seed: str
) -> tuple[Part, ...]:
    """The F1 of each label, n being the records that have it."""
    if tally is None:
        return ()
    made, counts = [], Counter(wanted)
    for place, label in enumerate(labels):
        score = over_groups(f1_of(len(labels), [place]), len(labels))
        found = estimate(tally, score, seed=f"{seed} {label}")
        made.append(Part("label, F1", label, type(found)(counts[label], found.value, found.low,
                                                         found.high)))  # fmt: skip
    return tuple(made)


def over_groups(score: Score, size: int) -> Score:
    """A score of confusions that may be kept apart by group: all added up first."""
    width = size * (size + 1)
    return lambda counts: score(counts.reshape(*counts.shape[:-1], -1, width).sum(-2))


BY_TARGET = " by target"


def _scores() -> dict[str, Callable[[Sequence[str]], Score]]:
    """Scores by name, each made for a set's labels."""

    def sides(labels: Sequence[str]) -> Score:
        return f1_of(len(labels), [labels.index("favor"), labels.index("against")])

    def of(label: str) -> Callable[[Sequence[str]], Score]:
        return lambda labels: over_groups(f1_of(len(labels), [labels.index(label)]), len(labels))

    def apart(made: Callable[[Sequence[str]], Score]) -> Callable[[Sequence[str]], Score]:
        return lambda labels: mean_of_groups(made(labels), len(labels) * (len(labels) + 1))

    def whole(made: Callable[[Sequence[str]], Score]) -> Callable[[Sequence[str]], Score]:
        return lambda labels: over_groups(made(labels), len(labels))

    return {
        "accuracy": whole(lambda labels: accuracy(len(labels))),
        "macro-F1": whole(lambda labels: macro_f1(len(labels))),
        "macro-F1 by target": apart(lambda labels: macro_f1(len(labels))),
        "F1 of both sides": whole(sides),
        "F1 of both sides by target": apart(sides),
        "F1 of irony": of("irony"),
        "F1 of spam": of("spam"),
    }


SCORES = _scores()
