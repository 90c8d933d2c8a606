"""What came of measuring: figures with intervals, tables by group, confident mistakes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from quality.calibration import Calibration
from quality.scores import Estimate, Score, Tally, estimate

READER = "reader"
HEAD = "Agreement with a large model's reading"  # over every figure of a task on gold
GOLD = "gold "  # how names of those tasks begin
WORST = 10  # mistakes shown for each task
FEW = 10  # records of a group under which its score says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One score of the reader, beside what simpler makers get on the same records.

    `told` is None when this reader has no answer to give: that is a failure, not a gap. Where
    `falls`, less is better. `chance` marks a p value, which has no interval and no slack.
    """

    name: str
    told: Estimate | None
    beside: Mapping[str, float] = field(default_factory=dict)
    falls: bool = False
    chance: bool = False

    def reaches(self, bound: float) -> bool:
        """Whether the figure is as good as a bound, or better."""
        if self.told is None or self.told.value != self.told.value:
            return False
        if self.chance:
            return self.told.value > bound
        return self.told.value <= bound if self.falls else self.told.value >= bound


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong answer by the record's id: what was wanted, what was said, and how surely.

    `text` is for the terminal alone and stands in no file.
    """

    id: str
    wanted: str
    said: str
    sure: float
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Part:
    """The score of some of the records, by source, length, target or label."""

    kind: str
    value: str
    told: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """All that one task came to. `figures[0]` is what the parts break down."""

    task: str
    figures: tuple[Figure, ...]
    parts: tuple[Part, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    calibrations: tuple[Calibration, ...] = ()
    note: str = ""

    @property
    def gold(self) -> bool:
        """Whether it was measured on a large model's labels."""
        return self.task.startswith(GOLD)


@dataclass(frozen=True, slots=True)
class Measure:
    """A named score, and whether less is better."""

    name: str
    score: Score
    falls: bool = False


def figures_of(
    task: str, measures: Sequence[Measure], tallies: Mapping[str, Tally | None]
) -> tuple[Figure, ...]:
    """Each measure of each maker's tally; the reader's has the interval, None if it told nothing.

    `tallies` holds READER and the baselines by name, over the same records.
    """
    made = []
    for measure in measures:
        name, own = f"{task}: {measure.name}", tallies[READER]
        beside = {
            maker: float(measure.score(tally.rows.sum(axis=0)))
            for maker, tally in tallies.items()
            if maker != READER and tally is not None
        }
        told = None if own is None else estimate(own, measure.score, seed=name)
        made.append(Figure(name=name, told=told, beside=beside, falls=measure.falls))
    return tuple(made)


def parts_of(
    tally: Tally | None, score: Score, groups: Mapping[str, Sequence[str]]
) -> tuple[Part, ...]:
    """A score for each value of each grouping of the records."""
    if tally is None:
        return ()
    made = []
    for kind, values in groups.items():
        for value in _in_order(kind, values):
            part = tally.part([one == value for one in values])
            made.append(Part(kind, value, estimate(part, score, seed=f"{kind} {value}")))
    return tuple(made)


LENGTHS = ((100, "up to 100"), (300, "101 to 300"), (1000, "301 to 1,000"))
LONGER = "over 1,000"


def length_of(text: str) -> str:
    """The length bin of a text, in characters.

    >>> length_of("short")
    'up to 100'
    """
    return next((name for most, name in LENGTHS if len(text) <= most), LONGER)


def _in_order(kind: str, values: Sequence[str]) -> list[str]:
    found = set(values)
    if kind == "length":
        return [name for name in (*(name for _, name in LENGTHS), LONGER) if name in found]
    return sorted(found)


def worst(mistakes: Sequence[Mistake]) -> tuple[Mistake, ...]:
    """The surest mistakes first, as many as are shown."""
    return tuple(sorted(mistakes, key=lambda one: (-one.sure, one.id, one.said))[:WORST])
