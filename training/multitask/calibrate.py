"""Choose offsets, temperatures and floors on the records held out of training.

    python training/multitask/calibrate.py --reader raw.onnx --gold train.jsonl --corpus CORPUS \\
        --out adjust.json

The labels kept for measuring are never looked at. `export.py --adjust` folds the answers in.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from samples import REGISTER, SENTIMENT, STANCE, TYPES, Sample
from sources import READ, is_held_out, own

from groundswell.label.reader import Reader
from groundswell.label.spans import spans_of

Array = NDArray[np.float64]
DESK_TYPES = TYPES[:8]


@dataclass(frozen=True)
class Held:
    """A held-out text and everything the raw reader says of it."""

    sample: Sample
    found: dict[str, Array]
    offsets: Sequence[tuple[int, int]]


def main() -> None:
    """Read the arguments, choose, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    for name in ("reader", "gold", "corpus", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    reader = Reader(given.reader)
    samples = [s for key, s in own(given.gold, given.corpus) if is_held_out(key)]
    held = [Held(s, *reader._run(s.text)) for s in samples]
    adjust: dict[str, object] = {
        "sentiment": sentiment(held),
        "register": register(held),
        "floors": floors(held),
        "stance": stance(reader, held),
    }
    given.out.write_text(json.dumps(adjust, indent=1), encoding="utf-8")
    print(json.dumps(adjust, indent=1))


def macro_f1(wanted: Array, got: Array, classes: int) -> float:
    """The mean F1 of the classes that occur."""
    scores = []
    for one in range(classes):
        hit = float(((wanted == one) & (got == one)).sum())
        asked = float((wanted == one).sum() + (got == one).sum())
        if (wanted == one).any():
            scores.append(2 * hit / asked)
    return float(np.mean(scores))


def smoothed_best(score: Callable[[float], float], steps: Array) -> float:
    """The step with the best score, averaged over its neighbours: few records make it ragged."""
    values = np.array([score(step) for step in steps])
    even = np.convolve(np.pad(values, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    return float(np.round(steps[int(even.argmax())], 2))


def sentiment(held: Sequence[Held]) -> dict[str, list[float]]:
    """The neutral offset with the best macro-F1, then the temperature with the least log loss."""
    logits = np.log(np.clip([h.found["sentiment"] for h in held], 1e-6, 1))
    wanted = np.array([h.sample.sentiment for h in held])
    one = np.eye(len(SENTIMENT))[1]
    by = smoothed_best(
        lambda s: macro_f1(wanted, (logits + s * one).argmax(1), 3), np.arange(-1, 1.51, 0.1)
    )
    moved = logits + by * one
    heats = np.exp(np.linspace(-1, 1, 41))
    heat = float(heats[int(np.argmin([log_loss(moved / h, wanted) for h in heats]))])
    print(
        "sentiment",
        macro_f1(wanted, logits.argmax(1), 3),
        "->",
        macro_f1(wanted, moved.argmax(1), 3),
    )
    return {"offset": [0.0, by, 0.0], "temperature": [round(heat, 3)]}


def register(held: Sequence[Held]) -> dict[str, list[float]]:
    """How much the commoner registers are favoured: one number times the log of their share."""
    logits = np.log(np.clip([h.found["register"] for h in held], 1e-6, 1))
    wanted = np.array([h.sample.register for h in held])
    share = np.log((np.bincount(wanted, minlength=len(REGISTER)) + 2.0) / (len(wanted) + 20.0))
    by = smoothed_best(
        lambda s: macro_f1(wanted, (logits + s * share).argmax(1), 10), np.arange(-0.6, 0.61, 0.1)
    )
    moved = logits + by * share
    heats = np.exp(np.linspace(-1, 1, 41))
    heat = float(heats[int(np.argmin([log_loss(moved / h, wanted) for h in heats]))])
    print(
        "register",
        macro_f1(wanted, logits.argmax(1), 10),
        "->",
        macro_f1(wanted, moved.argmax(1), 10),
    )
    return {"offset": [round(float(x), 4) for x in by * share], "temperature": [round(heat, 3)]}


def log_loss(logits: Array, wanted: Array) -> float:
    """Mean log loss of logits."""
    total = np.log(np.exp(logits - logits.max(1, keepdims=True)).sum(1)) + logits.max(1)
    return float((total - logits[np.arange(len(wanted)), wanted]).mean())


def floors(held: Sequence[Held]) -> dict[str, int]:
    """For each type the least score with the best F1 of names of that type."""
    loose = dict.fromkeys(TYPES, 0)
    wanted, found = [], []
    for h in held:
        spans = spans_of(h.found["tags"].astype(np.float32), h.offsets, h.sample.text, loose)
        read = min(READ, max((stop for _, stop in h.offsets), default=0))
        true = h.sample.names.spans if h.sample.names else ()
        wanted.append({(s.start, s.stop, *s.types) for s in true if s.stop <= read})
        found.append([s for s in spans if s.stop <= read])
    made = {}
    for n, kind in enumerate(TYPES):

        def score(floor: float, n: int = n, kind: str = kind) -> float:
            got = [
                {(s.start, s.stop, kind) for s in one if s.kind == n and s.score >= floor}
                for one in found
            ]
            true = [{w for w in one if w[2] == kind} for one in wanted]
            hit = sum(len(a & b) for a, b in zip(got, true, strict=True))
            asked = sum(map(len, got)) + sum(map(len, true))
            return 2 * hit / asked if asked else 0.0

        made[kind] = (
            int(smoothed_best(score, np.arange(200, 801, 25))) if kind in DESK_TYPES else 500
        )
        print(kind, score(0), score(500), "->", made[kind], score(made[kind]))
    return made


def stance(reader: Reader, held: Sequence[Held]) -> dict[str, list[float]]:
    """The offset of "none" with the best mean F1 of favor and against."""
    rows = [(h, a) for h in held for a in h.sample.attitudes if a.stance is not None]
    look = reader._look
    assert look is not None
    chances = (
        np.array([look(h.found["states"], reader._target(a.target))[:3] for h, a in rows]) / 1000
    )
    logits, wanted = np.log(np.clip(chances, 1e-4, 1)), np.array([a.stance for _, a in rows])
    one = np.eye(len(STANCE))[1]
    by = smoothed_best(
        lambda s: macro_f1(wanted, (logits + s * one).argmax(1), 3), np.arange(-1.5, 1.51, 0.1)
    )
    for target in sorted({a.target for _, a in rows}):
        part = [n for n, (_, a) in enumerate(rows) if a.target == target]
        got = (logits[part] + by * one).argmax(1)
        print(
            target,
            len(part),
            macro_f1(wanted[part], logits[part].argmax(1), 3),
            "->",
            macro_f1(wanted[part], got, 3),
        )
    return {"offset": [0.0, by, 0.0], "temperature": [1.0]}


if __name__ == "__main__":
    main()
