"""Texts against open source, written for this: does the reader see that they are against it?

The labelled sample holds one such record; these hold at least a hundred, in a file of the
repository that trains nothing. They are labelled like any record, through the desk `ai`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbench import ROOT

from groundswell.types import Record, RecordId
from quality.attitudes import AGAINST, OPEN_SOURCE, SIDES_SAID, direct, side_of
from quality.desk import Newsroom, Told
from quality.figures import (
    READER,
    Measure,
    Mistake,
    Result,
    figures_of,
    length_of,
    parts_of,
    worst,
)
from quality.readings import TOWARDS, ReadingPool
from quality.sample import json_rows
from quality.scores import confusion

TASK, FILE = "opposition", ROOT / "training" / "written" / "opposition.ndjson"
RECALL, DIRECT = "recall of against", ", asked directly"
FEWEST = 100
WRITTEN = datetime(2026, 11, 22, tzinfo=UTC)  # aliases that held on that day are known


def measure(room: Newsroom, pool: ReadingPool, file: Path = FILE) -> Result:
    """Recall of "against" among the texts that are."""
    rows = json_rows(file.read_text("utf-8")) if file.exists() else []
    rows = [row for row in rows if row["stance_open_source"] == "against"]
    if len(rows) < FEWEST:
        untold = figures_of(TASK, [Measure(RECALL, AGAINST)], {READER: None})
        note = f"{file.name} holds {len(rows)} texts against open source; {FEWEST} are needed"
        return Result(task=TASK, figures=untold, note=note)
    target = room.name_of(OPEN_SOURCE)
    told = room.label([record_of(row) for row in rows], [target])
    said = [side_of(one.about("stance", OPEN_SOURCE)) for one in told]
    wanted = ["against"] * len(rows)
    tells, makers = TOWARDS in pool.tells, {"": said, DIRECT: [direct(o, target)[0] for o in told]}
    tallies = {name: confusion(SIDES_SAID, wanted, sides) if tells else None
               for name, sides in makers.items()}  # fmt: skip
    figures = [
        figure
        for name, tally in tallies.items()
        for figure in figures_of(TASK, [Measure(f"{RECALL}{name}", AGAINST)], {READER: tally})
    ]
    silent = sum(OPEN_SOURCE not in one.values("entities") for one in told)
    return Result(
        task=TASK, figures=tuple(figures), mistakes=_mistakes(told, said) if tells else (),
        parts=parts_of(tallies[""], AGAINST, {"length": [length_of(o.record.body) for o in told]}),
        note=f"{len(rows)} texts, {silent} without the desk's entity;"
             f" answers: {_counts([one or 'none given' for one in said])}",
    )  # fmt: skip


def record_of(row: dict[str, Any]) -> Record:
    """A written text as a record."""
    return Record(
        id=RecordId(f"written:{row['id']}"), source="written", kind="post", community="",
        title=row.get("title") or "", text=row.get("text") or "", published=WRITTEN,
    )  # fmt: skip


def _mistakes(told: Sequence[Told], said: Sequence[str | None]) -> tuple[Mistake, ...]:
    made = []
    for one, side in zip(told, said, strict=True):
        found = one.about("stance", OPEN_SOURCE)
        sure = (found.score or 0) / 1000 if found else 0.0
        if side != "against":
            made.append(Mistake(one.record.id, "against", side or "no answer", sure,
                                one.record.body))  # fmt: skip
    return worst(made)


def _counts(values: Sequence[str]) -> str:
    return ", ".join(f"{value} {values.count(value)}" for value in sorted(set(values)))
