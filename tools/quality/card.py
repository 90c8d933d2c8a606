"""The generated parts of the model card, between marks that stand in the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from workbench import ROOT

from quality import tell
from quality.figures import HEAD, Result
from quality.floors import Floors
from quality.sets import NOT_CLAIMED

CARD = ROOT / "docs" / "model-card.md"
FIGURES, PROBES, FAST = "figures", "probes", "fast"
MADE_BY = {FIGURES: "make quality", PROBES: "make quality-probes", FAST: "make quality FAST=1"}


def replaced(text: str, name: str, body: str) -> str:
    """A card with one of its marked blocks written anew. ValueError when it has no such block.

    >>> card = "a\\n<!-- figures -->\\nold\\n<!-- end of figures -->\\nb\\n"
    >>> replaced(card, "figures", "new").splitlines()[2:4]
    ['', 'new']
    """
    block = re.compile(rf"<!-- {name}\b.*?-->\n.*?<!-- end of {name} -->", re.DOTALL)
    if len(block.findall(text)) != 1:
        raise ValueError(
            f"the model card needs one block from '<!-- {name} -->' to '<!-- end of {name} -->'"
        )
    made = (f"<!-- {name}: written by `{MADE_BY[name]}`, do not edit -->\n\n{body.strip()}\n\n"
            f"<!-- end of {name} -->")  # fmt: skip
    return block.sub(lambda _: made, text)


def write(name: str, body: str, path: Path = CARD) -> None:
    """Put a block into the card."""
    path.write_text(replaced(path.read_text("utf-8"), name, body), "utf-8")


def figures(reader: str, results: Sequence[Result], floors: Floors) -> str:
    """The block of `make quality`."""
    gold = [one for one in results if one.gold]
    public = [one for one in results if not one.gold]
    return "\n\n".join([
        f"Reader `{reader}`. Intervals are 95 % bootstrap intervals over records, 1,000 draws. On"
        " the public sets the reader's likelier answer counts; on records labelled through the"
        " annotators an abstention is a wrong answer if something was wanted.",
        "### Targets",
        f"Figures that begin with “gold” are {HEAD.lower()}.",
        bounded(results, floors),
        f"### {HEAD}",
        "The labels were made by a large language model under a written codebook. They are **not**"
        " people's: the figures say how far the reader agrees with that model on this sample.",
        measured(gold, floors), notes(gold),
        "### Calibration",
        "Spiegelhalter's test asks whether the Brier score (over all classes, and one class at a"
        " time) is what right chances would give; p above .05 finds nothing against them. The"
        " error has 15 bins of equally many records; beside it stands what right chances would"
        " show at this n. The beats of one record are not independent, so their p is too sure.",
        calibrations(results),
        "### Public test sets",
        measured(public, floors), notes(public),
        "### By label, source and length", parts(results),
        "### Not claimed",
        "\n".join(f"- `{name}`: {why}." for name, why in NOT_CLAIMED.items()),
    ])  # fmt: skip


def probes(results: Sequence[Result], floors: Floors) -> str:
    """The block of `make quality-probes`."""
    return "\n\n".join([
        "The same encoder, in float32, fine-tuned on a set's own train split and nothing else:"
        " what the architecture can do. These weights are packaged nowhere.",
        measured(results, floors), notes(results),
    ])  # fmt: skip


def bounded(results: Sequence[Result], floors: Floors) -> str:
    """Every figure that has a target: target, measured, interval, baselines."""
    rows = [
        tell.figure_row(figure, floors)
        for found in results
        for figure in found.figures
        if floors.of(figure).target is not None
    ]
    return markdown([("figure", "target", "measured", "95 %", "n", "baselines", ""),
                     *((r[0], r[4], r[2], r[3], r[1], r[6], r[7]) for r in rows)])  # fmt: skip


def measured(results: Sequence[Result], floors: Floors) -> str:
    """Every figure."""
    rows = [tell.figure_row(figure, floors) for found in results for figure in found.figures]
    return markdown([("figure", "n", "measured", "95 %", "floor", "baselines"),
                     *((r[0], r[1], r[2], r[3], r[5], r[6]) for r in rows)])  # fmt: skip


def notes(results: Sequence[Result]) -> str:
    """What has to be said about tasks."""
    return "\n".join(f"- {one.task}: {one.note}." for one in results if one.note)


def calibrations(results: Sequence[Result]) -> str:
    """All calibrations in one table."""
    rows = [row for one in results for row in tell.calibration_rows(one)[1:]]
    return markdown([tell.CALIBRATION_HEADS, *rows])


def parts(results: Sequence[Result]) -> str:
    """All parts: a row for each task and grouping, too small ones left out."""
    rows: list[tell.Row] = [("task", "by", "n and score of each")]
    for one in results:
        for kind in dict.fromkeys(part.kind for part in one.parts):
            told = [tell.part_row(part) for part in one.parts if part.kind == kind]
            shown = [f"{value}: {n}, {score}" + (f" ({ends})" if ends else "")
                     for _, value, n, score, ends in told]  # fmt: skip
            rows.append((one.task, kind, "; ".join(shown)))
    return markdown(rows)


def markdown(rows: Sequence[tell.Row]) -> str:
    """Rows as a Markdown table, the first being its head."""
    lines = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])
