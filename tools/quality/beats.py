"""Beats on the labelled sample: which a record joins, what is kept out, what the chances mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from quality import baselines
from quality.calibration import Calibration, binary
from quality.choices import COMMONEST, FROZEN, WORDS
from quality.desk import GateChances
from quality.figures import READER, Figure, Measure, Mistake, Result, figures_of, parts_of, worst
from quality.gold import Gold, sets_of, things, with_calibration
from quality.names import kind_parts
from quality.scores import Tally, flags, mean, mean_f1, micro_f1, overlap, precision, recall

BEATS_MOST = 3


def measure(gold: Gold) -> Result:
    """Which beats a record joins, what is kept out, and whether the chances mean what they say."""
    task, slugs = "gold beats", [beat.slug for beat in gold.room.desk.beats]
    wanted = [things(label["beats"]) for label in gold.labels]
    said = [things(one.values("beats")) for one in gold.told]
    own = overlap(slugs, wanted, said)
    texts = [one.record.body for one in gold.train]
    labels = [list(one.label["beats"]) for one in gold.train]
    commonest = Counter(slug for filed in wanted for slug, _ in filed).most_common(1)[0][0]
    words = baselines.several_words(texts, labels, gold.bodies(), BEATS_MOST)
    frozen = baselines.several_frozen(texts, labels, gold.bodies(), BEATS_MOST, gold.pool)
    tallies = {
        READER: own,
        COMMONEST: overlap(slugs, wanted, [things([commonest])] * len(wanted)),
        WORDS: overlap(slugs, wanted, sets_of(words)),
        FROZEN: overlap(slugs, wanted, sets_of(frozen)),
    }
    measures = [Measure("micro-F1", micro_f1), Measure("precision", precision),
                Measure("recall", recall), Measure("macro-F1", mean_f1)]  # fmt: skip
    chances = [gold.room.chances(one) for one in gold.read().told]
    made = Result(
        task=task,
        figures=(*figures_of(task, measures, tallies), *_topical(gold, chances, said)),
        parts=(*kind_parts(own, slugs, "beat, F1"), *parts_of(own, micro_f1, gold.groups())),
        mistakes=worst(_wrong_beats(gold)),
        note="through the desk ai; off and on topic as the gate's own threshold parts them",
    )
    calibrations = _gate_calibrations(gold.read(), chances)
    return with_calibration(made, calibrations, [f"{one.name}: Spiegelhalter p"
                                                 for one in calibrations])  # fmt: skip


def _topical(
    gold: Gold, chances: Sequence[GateChances], said: Sequence[set[tuple[str, str]]]
) -> list[Figure]:
    """What the gate stops and lets through, and what of it reaches a beat.

    A record that was not read is stopped.
    """
    found = iter(chances)
    through = [one.reading is not None and next(found).through for one in gold.told]
    about = [label["about_ai"] is True for label in gold.labels]
    filed = [bool(label["beats"]) for label in gold.labels]
    joined = [bool(one) for one in said]
    texts, taught = gold.taught("about_ai")
    words = [one == "True" for one in baselines.words_on(texts, taught, gold.bodies())]
    frozen = [one == "True" for one in baselines.frozen_on(texts, taught, gold.bodies(),
                                                           gold.pool)]  # fmt: skip
    off = {READER: through, WORDS: words, FROZEN: frozen}

    def part(keep: Sequence[bool], answers: Sequence[bool], right: bool) -> Tally:
        return flags([one == right for one, kept in zip(answers, keep, strict=True) if kept])

    not_about = [not one for one in about]
    share = Measure("", mean)
    rows: list[tuple[str, dict[str, Tally | None]]] = [
        ("off-topic recall", {k: part(not_about, v, False) for k, v in off.items()}),
        ("on-topic kept", {k: part(about, v, True) for k, v in off.items()}),
        ("off-topic that joins no beat", {READER: part(not_about, joined, False)}),
        ("filed records that join a beat", {READER: part(filed, joined, True)}),
        ("any beat or none, accuracy",
         {READER: flags([a == b for a, b in zip(filed, joined, strict=True)])}),
    ]  # fmt: skip
    return [
        figures_of("gold beats", [Measure(name, share.score)], tallies)[0] for name, tallies in rows
    ]


def _wrong_beats(gold: Gold) -> list[Mistake]:
    made = []
    for one, label in zip(gold.told, gold.labels, strict=True):
        filed = label["beats"]
        assert isinstance(filed, list)
        for annotation in one.layers["beats"]:
            if annotation.value not in filed:
                told = ", ".join(filed) or "no beat"
                made.append(Mistake(one.record.id, told, annotation.value,
                                    (annotation.score or 0) / 1000, one.record.body))  # fmt: skip
    return made


def _gate_calibrations(gold: Gold, chances: Sequence[GateChances]) -> list[Calibration]:
    """Of relevance over all records, and of every beat of every record that is let through."""
    about = np.array([label["about_ai"] is True for label in gold.labels], dtype=np.float64)
    relevance = np.array([one.relevance for one in chances])
    pairs, truth = [], []
    for label, one in zip(gold.labels, chances, strict=True):
        filed = label["beats"]
        assert isinstance(filed, list)
        if one.through:
            pairs += list(one.beats.values())
            truth += [float(slug in filed) for slug in one.beats]
    return [
        binary("gold relevance", relevance, about),
        binary("gold beats", np.array(pairs), np.array(truth)),
    ]
