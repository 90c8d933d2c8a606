"""Results as aligned text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from workbench import table

from quality.figures import FEW, HEAD, Figure, Part, Result
from quality.floors import Floors
from quality.scores import Estimate

Row = tuple[str, ...]


def number(value: float | None) -> str:
    """A figure with three digits and no leading nought.

    >>> number(0.6294), number(1.0), number(-0.05), number(None)
    ('.629', '1.000', '-.050', '')
    """
    if value is None or value != value:
        return ""
    told = f"{value:.3f}"
    return told.replace("0.", ".", 1) if abs(value) < 1 else told


def interval(told: Estimate | None) -> str:
    """The ends of an interval; "" where there is none."""
    if told is None or told.low != told.low:
        return ""
    return f"{number(told.low)} to {number(told.high)}"


def beside(figure: Figure) -> str:
    """The baselines of a figure."""
    return ", ".join(f"{maker} {number(value)}" for maker, value in figure.beside.items())


def figure_row(figure: Figure, floors: Floors) -> Row:
    """A figure in the order of HEADS."""
    bounds = floors.of(figure)
    told = figure.told
    return (figure.name, f"{told.n:,}" if told else "",
            number(told.value if told else None) or "none", interval(told),
            number(_number(bounds.target)), number(bounds.floor), beside(figure),
            floors.state(figure))  # fmt: skip


HEADS: Row = ("figure", "n", "reader", "95 %", "target", "floor", "baselines", "")


def _number(target: float | str | None) -> float | None:
    return None if isinstance(target, str) else target


def part_row(part: Part) -> Row:
    """The score of some records; none where they are too few."""
    told = part.told
    few = told.n < FEW
    return (part.kind, part.value, f"{told.n:,}", "too few" if few else number(told.value),
            "" if few else interval(told))  # fmt: skip


def result(found: Result, floors: Floors, *, show: bool) -> str:
    """All of one task; texts of records only where they are asked for."""
    head = f" ({HEAD.lower()})" if found.gold else ""
    parts = [f"\n== {found.task}{head}" + (f": {found.note}" if found.note else "")]
    parts.append(table([HEADS, *(figure_row(figure, floors) for figure in found.figures)]))
    if found.parts:
        parts.append(table([("by", "which", "n", "score", "95 %"), *map(part_row, found.parts)]))
    if found.calibrations:
        parts.append(table(calibration_rows(found)))
    if found.mistakes:
        parts.append("surest mistakes: id, wanted, said, how surely")
        parts.append(table([(one.id, one.wanted, one.said, number(one.sure))
                            for one in found.mistakes]))  # fmt: skip
        if show:
            parts += [f"  {one.id}: {one.text}" for one in found.mistakes]
    return "\n".join(parts)


CALIBRATION_HEADS: Row = ("chances", "n", "Spiegelhalter z", "p", "error", "perfect: mean",
                          "perfect: 95th percentile", "z and p of each class")  # fmt: skip


def calibration_rows(found: Result) -> list[Row]:
    """How well the chances of a task are calibrated."""
    return [CALIBRATION_HEADS, *(
        (one.name, f"{one.n:,}", number(one.test.z), number(one.test.p), number(one.error),
         number(one.perfect), number(one.most),
         ", ".join(f"{label} {number(test.z)} ({number(test.p)})"
                   for label, test in one.parts.items()))
        for one in found.calibrations
    )]  # fmt: skip


def summary(results: Sequence[Result], floors: Floors) -> str:
    """Every figure with a target or a floor, and every one that was not told."""
    rows = [
        figure_row(figure, floors)
        for found in results
        for figure in found.figures
        if figure.name in floors.bounds or figure.told is None
    ]
    return table([HEADS, *rows])
