"""Teaching the gate: a person says of some twenty records whether they belong.

Records are chosen where an answer tells most: among those whose score lies nearest the threshold,
the ones that differ most from each other. What was said is kept as judgements; the words stay in
their records, so a record that is erased or taken down takes its lesson along.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from groundswell.desk import Desk, Taught
from groundswell.errors import UsageError
from groundswell.label.annotator import DeskReading
from groundswell.label.audit import BEATS, IN, OUT, Taken, draw_name, save_draw, sheet
from groundswell.label.gate import Gate, unit
from groundswell.label.sitting import Sheet
from groundswell.store import Row, Store

COUNT, MOST = 20, 100  # records shown at a time
CANDIDATES = 4_000  # newest records among which to choose
NEAR = 0.13  # share of them, nearest the threshold, that are worth asking about
RELEVANCE = "relevance"
Vectors = npt.NDArray[np.float64]


def taught(store: Store, desk: Desk) -> Desk:
    """The desk with what was taught; of two words on the same text the newer holds."""
    known: dict[tuple[str, str, str], Taught] = {}
    for row in store.rows("judge_taught"):
        if row["title"] or row["text"]:
            key = (row["layer"], row["title"], row["text"])
            known.pop(key, None)
            known[key] = Taught(layer=row["layer"], title=row["title"], text=row["text"],
                                belongs=row["value"] == IN.value)  # fmt: skip
    return replace(desk, taught=tuple(known[key] for key in sorted(known)))


def lesson_sheet(store: Store, desk: Desk, layer: str) -> Sheet:
    """What is asked when a beat ("beats/<slug>") or the desk's relevance is taught."""
    if layer == RELEVANCE:
        about = f" {desk.relevance.description}" if desk.relevance.description else ""
        return Sheet(question=f"Does this belong to the desk at all?{about}", options=(IN, OUT))
    return sheet(store, desk, layer)


def layer_of(desk: Desk, name: str) -> str:
    """The layer a person means by a beat's slug or "relevance". UsageError names what there is."""
    if name == RELEVANCE:
        return RELEVANCE
    if desk.beat(name) is None:
        known = ", ".join(beat.slug for beat in desk.beats) or "no beat"
        raise UsageError(f"no beat {name!r} in this desk; teach one of {known}, or relevance")
    return f"{BEATS}/{name}"


def unfinished(store: Store, layer: str) -> str | None:
    """The newest draw for teaching a layer that still has records to judge."""
    for row in store.rows("judge_draws", purpose="teach", layer=layer, community="")[:1]:
        said = {one["record_id"] for one in store.rows("judge_said", draw=row["draw"])}
        there = {one["record_id"] for one in store.rows("judge_shown", draw=row["draw"])}
        if there - said:
            return str(row["draw"])
    return None


def choose(
    store: Store, desk: Desk, layer: str, *, read: DeskReading, reader: str, count: int = COUNT
) -> str:
    """Draw records to teach a layer by; return the draw's name.

    `read` reads a text of the desk, `reader` names the reader whose vectors are kept. UsageError
    when nothing is left to ask about.
    """
    if not 1 <= count <= MOST:
        raise UsageError(f"--count {count}: teach with 1 to {MOST} records at a time")
    rows = store.rows("judge_candidates", layer=layer, reader=reader, limit=CANDIDATES)
    if not rows:
        raise UsageError("no record is left to teach with; import and label some first")
    gate = Gate(taught(store, desk), read)
    vectors = [np.frombuffer(row["vector"], np.int8) for row in rows]
    scores = [gate.scores(_words(layer, row), vector)[layer]
              for row, vector in zip(rows, vectors, strict=True)]  # fmt: skip
    limit = gate.threshold(layer)
    near = nearest(scores, math.log(limit / (1 - limit)), count)
    picked = [near[k] for k in spread(unit([vectors[n] for n in near]), count)]
    taken = [Taken(record_id=rows[n]["id"], version=rows[n]["seq_from"], stratum="",
                   taken=len(picked), held=len(rows)) for n in picked]  # fmt: skip
    name = draw_name("", layer, store.seq(), taken)
    with store.write() as writer:
        about = {"purpose": "teach", "layer": layer, "community": "", "seed": 0}
        save_draw(writer, name, about, taken)
    return name


def drop(store: Store, layer: str) -> int:
    """Take back everything that was taught of a layer; return how many answers."""
    with store.write() as writer:
        rows = writer.rows("judge_lessons", layer=layer)
        for row in rows:
            seq = writer.entry("judgement", row["record_id"])
            writer.do("judge_close", draw=row["draw"], record_id=row["record_id"],
                      rater=row["rater"], seq=seq)  # fmt: skip
    return len(rows)


def nearest(scores: Sequence[float], limit: float, count: int) -> list[int]:
    """Which scores lie nearest a limit: twice as many as asked for, or a share of all.

    >>> nearest([0.0, 5.0, -1.0, 0.2], 0.0, 1)
    [0, 3]
    """
    order = sorted(range(len(scores)), key=lambda n: (abs(scores[n] - limit), n))
    return order[: max(2 * count, round(NEAR * len(scores)))]


def spread(vectors: Vectors, count: int) -> list[int]:
    """Rows that differ most: the first, then always the one farthest from those taken.

    >>> spread(np.array([[1.0, 0.0], [0.99, 0.14], [0.0, 1.0]]), 2)
    [0, 2]
    """
    taken = [0]
    apart = 1 - vectors @ vectors[0]
    while len(taken) < min(count, len(vectors)):
        apart[taken] = -1.0
        taken.append(int(np.argmax(apart)))
        apart = np.minimum(apart, 1 - vectors @ vectors[taken[-1]])
    return taken


def _words(layer: str, row: Row) -> Taught:
    return Taught(layer=layer, title=row["title"], text=row["text"], belongs=False)
