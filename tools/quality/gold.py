"""Agreement with a large model's reading, on a labelled sample of the corpus.

Records are labelled as the program labels them, with the desk `ai`; where an annotator abstains
that is an answer, and a wrong one if something was wanted. Tone, register and the like are scored
on the records that were read; beats and names on all. Baselines learn from gold/train.jsonl.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from groundswell.types.reading import HEADS
from quality import baselines
from quality.calibration import Calibration, several
from quality.choices import COMMONEST, FROZEN, LEXICON, WORDS, label_parts
from quality.desk import Newsroom, Told
from quality.figures import (
    READER,
    Figure,
    Measure,
    Mistake,
    Result,
    figures_of,
    length_of,
    parts_of,
    worst,
)
from quality.readings import ReadingPool
from quality.sample import Labelled
from quality.scores import (
    Estimate,
    Tally,
    accuracy,
    confusion,
    distances,
    f1_of,
    macro_f1,
    mean,
)
from quality.sets import TONES, Takes

AI_TARGET = "artificial intelligence"  # what the codebook's stance_ai speaks of; no entity of it


@dataclass(frozen=True, slots=True)
class Gold:
    """Labelled records with what the program says of them, and what baselines learn from."""

    told: tuple[Told, ...]
    labels: tuple[Mapping[str, object], ...]
    train: tuple[Labelled, ...]
    room: Newsroom
    pool: ReadingPool

    @classmethod
    def of(
        cls, labelled: Sequence[Labelled], train: Sequence[Labelled], room: Newsroom,
        pool: ReadingPool,
    ) -> Gold:  # fmt: skip
        """Label the records."""
        told = room.label([one.record for one in labelled], [AI_TARGET])
        return cls(tuple(told), tuple(one.label for one in labelled), tuple(train), room, pool)

    def read(self) -> Gold:
        """The part that was read."""
        return self.where([one.reading is not None for one in self.told])

    def where(self, keep: Sequence[bool]) -> Gold:
        """Some of the records."""
        told = tuple(one for one, kept in zip(self.told, keep, strict=True) if kept)
        labels = tuple(one for one, kept in zip(self.labels, keep, strict=True) if kept)
        return Gold(told, labels, self.train, self.room, self.pool)

    def wanted(self, field: str) -> list[str]:
        """One field of the labels."""
        return [str(label[field]) for label in self.labels]

    def bodies(self) -> list[str]:
        """The texts."""
        return [one.record.body for one in self.told]

    def groups(self) -> dict[str, Sequence[str]]:
        """Each record's source and length."""
        return {
            "source": [one.record.source for one in self.told],
            "length": [length_of(body) for body in self.bodies()],
        }

    def tells(self, what: str) -> bool:
        """Whether the reader answers something at all."""
        return what in self.pool.tells

    def taught(self, field: str) -> tuple[list[str], list[str]]:
        """Texts and one field of the labels, for baselines."""
        texts = [one.record.body for one in self.train]
        return texts, [str(one.label[field]) for one in self.train]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One label a record: what is wanted, what was said and how surely, and what is scored."""

    task: str
    asked: str
    labels: tuple[str, ...]
    said: Sequence[str | None] | None
    sure: Sequence[float] = ()
    measures: tuple[Measure, ...]
    lexicon: Takes | None = None
    beside: Mapping[str, Sequence[str]] = field(default_factory=dict)
    note: str = ""


def measure_choice(gold: Gold, one: Choice) -> Result:
    """The figures of one label a record."""
    wanted, texts = gold.wanted(one.asked), gold.bodies()
    taught = gold.taught(one.asked)
    beside: dict[str, Sequence[str]] = {
        COMMONEST: [Counter(wanted).most_common(1)[0][0]] * len(wanted),
        WORDS: baselines.words_on(*taught, texts),
        FROZEN: baselines.frozen_on(*taught, texts, gold.pool),
        **one.beside,
    }
    if one.lexicon:
        beside[LEXICON] = baselines.lexicon(texts, one.lexicon)
    tallies: dict[str, Tally | None] = {
        maker: confusion(one.labels, wanted, said) for maker, said in beside.items()
    }
    own = confusion(one.labels, wanted, one.said) if one.said is not None else None
    said = one.said or []
    sure = one.sure or [0.0] * len(said)
    return Result(
        task=one.task,
        figures=figures_of(one.task, one.measures, {READER: own, **tallies}),
        parts=(*label_parts(own, one.labels, wanted, one.task),
               *parts_of(own, one.measures[0].score, gold.groups())),
        mistakes=worst([
            Mistake(told.record.id, want, got or "no answer", chance, told.record.body)
            for told, want, got, chance in zip(gold.told, wanted, said, sure, strict=False)
            if want != got
        ]),
        note=one.note,
    )  # fmt: skip


def _sure(gold: Gold, head: str) -> list[float]:
    """The greatest chance of a head for each record."""
    return [max(told.reading.outputs[head]) / 1000 if told.reading else 0.0 for told in gold.told]


def sentiment(gold: Gold) -> Result:
    """The tone an author expresses, and whether its chances mean what they say."""
    read, labels = gold.read(), HEADS["sentiment"]
    told = read.tells("sentiment")
    made = measure_choice(read, Choice(
        task="gold sentiment", asked="sentiment", labels=labels, lexicon=TONES,
        said=[one.one("sentiment") for one in read.told] if told else None,
        sure=_sure(read, "sentiment") if told else (),
        measures=(Measure("macro-F1", macro_f1(3)), Measure("accuracy", accuracy(3))),
        note=f"{len(read.told)} of {len(gold.told)} records are in a language the reader reads",
    ))  # fmt: skip
    if not told:
        return with_calibration(made, [], [f"{made.task}: Spiegelhalter p"])
    chances = np.array([one.reading.outputs["sentiment"] for one in read.told if one.reading])
    places = [labels.index(want) for want in read.wanted("sentiment")]
    found = several(made.task, chances / 1000, places, labels)
    return with_calibration(made, [found], [f"{made.task}: Spiegelhalter p"])


def with_calibration(made: Result, found: Sequence[Calibration], names: Sequence[str]) -> Result:
    """A result with its calibrations, each test's p a figure; not told where there is none."""
    p = [Estimate(one.n, one.test.p, float("nan"), float("nan")) for one in found]
    told = [*p, *[None] * (len(names) - len(p))]
    figures = [Figure(name=name, told=one, chance=True)
               for name, one in zip(names, told, strict=True)]  # fmt: skip
    return Result(
        task=made.task, figures=(*made.figures, *figures), parts=made.parts, note=made.note,
        mistakes=made.mistakes, calibrations=tuple(found),
    )  # fmt: skip


def score(gold: Gold) -> Result:
    """How far the score lies from the labeller's, from -1 to 1."""
    read, task = gold.read(), "gold score"
    wanted = [float(value) for value in read.wanted("score")]
    texts, values = read.taught("score")
    own = None
    if read.tells("score"):
        said = [one.reading.outputs["score"][0] / 1000 for one in read.told if one.reading]
        own = distances(wanted, said)
    beside = {
        "always 0": distances(wanted, [0.0] * len(wanted)),
        LEXICON: distances(wanted, baselines.compounds(read.bodies())),
        "TF-IDF": distances(
            wanted, baselines.numbers(texts, [float(value) for value in values], read.bodies())
        ),
    }
    measures = [Measure("mean absolute difference", mean, falls=True)]
    return Result(
        task=task, figures=figures_of(task, measures, {READER: own, **beside}),
        parts=parts_of(own, mean, read.groups()),
        note="the reader's own score; the sentiment layer stores another, the chance of positive"
             " minus that of negative",
    )  # fmt: skip


def register(gold: Gold) -> Result:
    """How a record speaks."""
    read, labels = gold.read(), HEADS["register"]
    told = read.tells("register")
    return measure_choice(read, Choice(
        task="gold register", asked="register", labels=labels,
        said=[one.one("register") for one in read.told] if told else None,
        sure=_sure(read, "register") if told else (),
        measures=(Measure("macro-F1", macro_f1(len(labels))),
                  Measure("accuracy", accuracy(len(labels)))),
    ))  # fmt: skip


def spam(gold: Gold) -> Result:
    """Advertising, bots, scams and bait, as the annotator says them: only when it is sure."""
    read = gold.read()
    told = read.tells("spam")
    return measure_choice(read, Choice(
        task="gold spam", asked="spam", labels=("True", "False"),
        said=[str(bool(one.values("spam"))) for one in read.told] if told else None,
        sure=_sure(read, "spam") if told else (),
        measures=(Measure("F1 of spam", f1_of(2, [0])),),
    ))  # fmt: skip


def things(values: object) -> set[tuple[str, str]]:
    """Labels as things of a kind each, for scores.overlap."""
    assert isinstance(values, list)
    return {(str(value), "") for value in values}


def sets_of(rows: Sequence[Sequence[str]]) -> list[set[tuple[str, str]]]:
    """The same for several records."""
    return [things(list(row)) for row in rows]
