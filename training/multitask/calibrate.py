"""Choose offsets, temperatures and floors on the records held out of training and on dev splits.

    python training/multitask/calibrate.py --reader raw.onnx --bench BENCHMARKS \\
        --gold train.jsonl --corpus CORPUS --out adjust.json

The labels kept for measuring and all test splits are never looked at. `export.py --adjust` folds
the answers in.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from samples import EMOTION, REGISTER, SENTIMENT, STANCE, TYPES, Sample
from sources import (
    DOMAINS,
    READ,
    THINGS,
    WNUT,
    emotions,
    ironies,
    is_held_out,
    own,
    rows,
    tagged,
    targets,
)

from groundswell.label.reader import Reader
from groundswell.label.spans import spans_of

Array = NDArray[np.float64]
ANYTHING = ("product", "technology", "legislation", "concept", "other")
WNUT_ALL = {
    **WNUT, "group": ("organization", "government"), "corporation": ("organization", "government"),
    "product": ANYTHING, "creative-work": ANYTHING,
}  # fmt: skip
WIKI = ("politics", "science", "music", "literature")
WHO_AND_WHERE = {name: kinds for name, kinds in DOMAINS.items() if kinds[0] not in THINGS}


@dataclass(frozen=True)
class Held:
    """A held-out text and everything the raw reader says of it."""

    sample: Sample
    found: dict[str, Array]
    offsets: Sequence[tuple[int, int]]


def main() -> None:
    """Read the arguments, choose, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    for name in ("reader", "bench", "gold", "corpus", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    reader = Reader(given.reader)
    read = lambda samples: [Held(s, *reader._run(s.text)) for s in samples]  # noqa: E731
    dev = lambda name: rows(given.bench / name / "dev.jsonl.gz")  # noqa: E731
    held = read(s for key, s in own(given.gold, given.corpus) if is_held_out(key))
    wnut = read(tagged(dev("ner/wnut17"), WNUT_ALL, frozenset()))
    wiki = read(
        s for name in WIKI for s in tagged(dev(f"ner/crossner_{name}"), WHO_AND_WHERE, THINGS)
    )
    named = (held, wnut, wiki)
    stances = read(targets(dev("stance/semeval2016_task6a")))
    least = most_names(named)
    adjust: dict[str, object] = {
        "sentiment": sentiment(held),
        "register": favour("register", held, len(REGISTER)),
        "emotion": favour("emotion", read(emotions(dev("emotion/tweeteval_emotion"))),
                          len(EMOTION)),
        "irony": irony(read(ironies(dev("tone/tweeteval_irony")))),
        "tags": {"offset": [least, *[0.0] * (2 * len(TYPES))], "temperature": [1.0]},
        "floors": floors([[moved(h, least) for h in one] for one in named]),
        "stance": stance(reader, [held, stances]),
    }  # fmt: skip
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


def favour(name: str, held: Sequence[Held], classes: int) -> dict[str, list[float]]:
    """How much the commoner classes are favoured: one number times the log of their share."""
    logits = np.log(np.clip([h.found[name] for h in held], 1e-6, 1))
    wanted = np.array([getattr(h.sample, name) for h in held])
    share = np.log((np.bincount(wanted, minlength=classes) + 2.0) / (len(wanted) + 2.0 * classes))
    by = smoothed_best(
        lambda s: macro_f1(wanted, (logits + s * share).argmax(1), classes),
        np.arange(-0.6, 0.61, 0.1),
    )
    adjusted = logits + by * share
    heats = np.exp(np.linspace(-1, 1, 41))
    heat = float(heats[int(np.argmin([log_loss(adjusted / h, wanted) for h in heats]))])
    before, after = (macro_f1(wanted, x.argmax(1), classes) for x in (logits, adjusted))
    print(name, before, "->", after)
    return {"offset": [round(float(x), 4) for x in by * share], "temperature": [round(heat, 3)]}


def irony(held: Sequence[Held]) -> dict[str, list[float]]:
    """The offset of irony with the best F1 of it."""
    logits = np.log(np.clip([h.found["irony"] for h in held], 1e-6, 1))
    wanted = np.array([bool(h.sample.irony) for h in held])
    one = np.eye(2)[1]

    def score(by: float) -> float:
        got = (logits + by * one).argmax(1) == 1
        return 2 * float((got & wanted).sum()) / float(got.sum() + wanted.sum())

    by = smoothed_best(score, np.arange(-3.0, 5.01, 0.2))
    print("irony", score(0.0), "->", score(by))
    return {"offset": [0.0, by], "temperature": [1.0]}


def log_loss(logits: Array, wanted: Array) -> float:
    """Mean log loss of logits."""
    total = np.log(np.exp(logits - logits.max(1, keepdims=True)).sum(1)) + logits.max(1)
    return float((total - logits[np.arange(len(wanted)), wanted]).mean())


def moved(held: Held, by: float) -> Held:
    """The same text with the log odds of "no name" moved for every token."""
    tags = held.found["tags"].astype(np.float64)
    tags[:, 0] *= np.exp(by)
    return replace(held, found={"tags": tags / tags.sum(1, keepdims=True)})


def names_score(held: Iterable[Held], least: dict[str, int], kinds: frozenset[str]) -> float:
    """F1 of names of some types; a type its source does not mark is not held against it."""
    hit = asked = 0
    for h in held:
        names = h.sample.names
        assert names is not None
        read = min(READ, max((stop for _, stop in h.offsets), default=0))
        spans = spans_of(h.found["tags"].astype(np.float32), h.offsets, h.sample.text, least)
        got = {(s.start, s.stop, TYPES[s.kind]) for s in spans if s.stop <= read}
        got = {g for g in got if g[2] in kinds - names.unmarked}
        true = {(s.start, s.stop): s.types for s in names.spans
                if s.stop <= read and s.types & kinds}  # fmt: skip
        hit += sum(kind in true.get((start, stop), ()) for start, stop, kind in got)
        asked += len(got) + len(true)
    return 2 * hit / asked if asked else 0.0


def most_names(sets: Sequence[Sequence[Held]]) -> float:
    """What is added to the log odds of "no name": the best mean F1 over sets."""
    loose, every = dict.fromkeys(TYPES, 400), frozenset(TYPES)

    def score(by: float) -> float:
        return float(np.mean([names_score((moved(h, by) for h in one), loose, every)
                              for one in sets]))  # fmt: skip

    by = smoothed_best(score, np.arange(-2.0, 1.01, 0.25))
    print("names", score(0.0), "->", by, score(by))
    return by


def floors(sets: Sequence[Sequence[Held]]) -> dict[str, int]:
    """The least score of each type, one type after the other, twice round: the best mean over
    sets of the F1 of all names together."""
    made, every = dict.fromkeys(TYPES, 400), frozenset(TYPES)
    for kind in TYPES * 2:

        def score(floor: float, kind: str = kind) -> float:
            least = {**made, kind: int(floor)}
            return float(np.mean([names_score(held, least, every) for held in sets]))

        made[kind] = int(smoothed_best(score, np.arange(200, 801, 50)))
    print("floors", made, [names_score(held, made, every) for held in sets])
    return made


def stance(reader: Reader, sets: Sequence[Sequence[Held]]) -> dict[str, list[float]]:
    """The offset of "none" with the least mean log loss, over targets and sets alike: F1 of so few
    is too ragged to choose by."""
    look = reader._look
    assert look is not None
    asked = defaultdict(list)
    for number, held in enumerate(sets):
        for h in held:
            for a in (a for a in h.sample.attitudes if a.stance is not None):
                chances = look(h.found["states"], reader._target(a.target))[:3]
                asked[number, a.target if number == 0 else ""].append((chances, a.stance))
    one, groups = np.eye(len(STANCE))[1], []
    for answers in asked.values():
        logits = np.log(np.clip(np.array([chances for chances, _ in answers]) / 1000, 1e-4, 1))
        groups.append((logits, np.array([side for _, side in answers])))
    steps = np.arange(-1.5, 1.51, 0.1)
    losses = [float(np.mean([log_loss(x + by * one, y) for x, y in groups])) for by in steps]
    by = round(float(steps[int(np.argmin(losses))]), 2)
    scores = [macro_f1(y, (x + by * one).argmax(1), 3) for x, y in groups]
    print("stance", by, dict(zip(asked, scores, strict=True)))
    return {"offset": [0.0, by, 0.0], "temperature": [1.0]}


if __name__ == "__main__":
    main()
