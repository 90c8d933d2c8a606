"""Attitudes on the labelled sample: towards open source, towards AI, and the part it plays."""

from __future__ import annotations

from groundswell.types import Annotation
from groundswell.types.reading import ROLES, STANCES
from quality import baselines
from quality.choices import COMMONEST, WORDS
from quality.desk import Told
from quality.figures import READER, Measure, Result, figures_of
from quality.gold import AI_TARGET, Choice, Gold, measure_choice, sets_of, things
from quality.names import kind_parts
from quality.readings import TOWARDS
from quality.scores import f1_of, mean_f1, micro_f1, overlap, recall_of
from quality.sets import SIDES

OPEN_SOURCE = "open-source"  # the desk's entity that the codebook's stance and roles speak of
SIDES_SAID = ("favor", "against", "mixed", "none", "not_mentioned")
AGAINST = recall_of(len(SIDES_SAID), SIDES_SAID.index("against"))


def stance_open_source(gold: Gold) -> Result:
    """The attitude towards open source where the desk's entity of that name is named."""
    read = gold.read()
    told = read.tells(TOWARDS)
    named = [OPEN_SOURCE in one.values("entities") for one in read.told]
    answers = [one.about("stance", OPEN_SOURCE) for one in read.told]
    return measure_choice(read, Choice(
        task="gold stance open source", asked="stance_open_source", labels=SIDES_SAID,
        said=[side_of(a) if there else "not_mentioned"
              for a, there in zip(answers, named, strict=True)] if told else None,
        sure=[(a.score or 0) / 1000 if a else 0.0 for a in answers] if told else (),
        measures=(Measure("F1 of favor", f1_of(5, [0])),), lexicon=SIDES,
        beside={"favor where named": ["favor" if there else "not_mentioned" for there in named]},
        note="not mentioned where the desk's entity is not named",
    ))  # fmt: skip


def side_of(answer: Annotation | None) -> str | None:
    """The side of a label `<subject>/<side>`; None for an abstention."""
    return answer.value.partition("/")[2] if answer else None


def stance_ai(gold: Gold) -> Result:
    """The attitude towards AI in the records about it, asked directly: no entity carries it."""
    about = gold.read()
    about = about.where([label["about_ai"] is True for label in about.labels])
    told, answers = about.tells(TOWARDS), [direct(one, AI_TARGET) for one in about.told]
    return measure_choice(about, Choice(
        task="gold stance ai", asked="stance_ai", labels=("favor", "against", "none", "mixed"),
        said=[side for side, _ in answers] if told else None,
        sure=[chance for _, chance in answers] if told else (), lexicon=SIDES,
        measures=(Measure("F1 of both sides", f1_of(4, [0, 1])),),
        note=f"asked about “{AI_TARGET}”; mixed is never said",
    ))  # fmt: skip


def direct(one: Told, target: str) -> tuple[str | None, float]:
    """The likeliest side towards a target the reader was asked about, no annotator between."""
    chances = one.reading.towards(target) if one.reading else None
    if chances is None:
        return None, 0.0
    best = max(range(len(STANCES)), key=chances.__getitem__)
    return STANCES[best], chances[best] / 1000


def roles(gold: Gold) -> Result:
    """The part open source plays, in records that speak of it."""
    read, task = gold.read(), "gold roles"
    read = read.where([bool(label["open_source_role"]) for label in read.labels])
    wanted = [things(label["open_source_role"]) for label in read.labels]
    own = None
    if read.tells(TOWARDS):
        mark = f"{OPEN_SOURCE}/"
        own = overlap(ROLES, wanted, [
            things([v.removeprefix(mark) for v in one.values("roles") if v.startswith(mark)])
            for one in read.told
        ])  # fmt: skip
    always = overlap(ROLES, wanted, [things(["technical"])] * len(wanted))
    taught = [one for one in read.train if one.label["open_source_role"]]
    words = baselines.several_words([one.record.body for one in taught],
                                    [list(one.label["open_source_role"]) for one in taught],
                                    read.bodies(), 2)  # fmt: skip
    tallies = {READER: own, COMMONEST: always, WORDS: overlap(ROLES, wanted, sets_of(words))}
    return Result(
        task=task,
        figures=figures_of(
            task, [Measure("micro-F1", micro_f1), Measure("macro-F1", mean_f1)], tallies
        ),
        parts=kind_parts(own, ROLES, "role, F1"),
    )
