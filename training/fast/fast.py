"""Teach the fast profile: all that the full reader tells, from half its layers.

    python training/fast/fast.py --reader READER --bench BENCHMARKS \\
        --gold LABELS/train.jsonl --corpus CORPUS --run RUN [--half]

Writes `reader.fast.onnx` beside `reader.onnx`, for that reader and no other. It learns from the
full reader's answers alone, on texts that nothing is measured on. Stop it at any time and give the
command again: it goes on where it was. What was learnt of another reader, or from other texts, is
begun again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import os
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# threads that spin while they wait cost several times the learning where other work is done

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "multitask"))

from answers import answered, loaded
from export import packed
from feed import Batch, Row, batch_of, cuts, rows_of
from lessons import texts
from student import Student, Told
from top import exported

from groundswell.label.attitude import PARTS
from groundswell.label.lower import fast_file
from groundswell.label.reader import Reader, file_hash
from groundswell.label.spans import SURE, spans_of
from groundswell.types.reading import HEADS, NAME_TYPES

TRAINING = Path(__file__).parents[1]
SEED = 20261123
RATE, WARM = 2e-3, 0.05
HEAVY = {"sentiment": 1.0, "register": 1.0, "emotion": 0.5, "irony": 0.5, "spam": 0.5}
NAMED = 3.0  # how much heavier a piece of a name is than any other
FLOORS = np.arange(100, 801, 25)
TRIED = 300  # held-out texts that the written file is tried on
ALIKE = 0.98  # the least likeness of its vectors to those it was written from
FEW = 30  # names of a type in the held-out texts under which the full reader's floor is kept

CARD = (
    "Heads over the third of six layers of {of}, distilled from the full reader's own answers."
    " Same questions, about half the cost; what it loses is in docs/model-card.md."
)


def main() -> None:
    """Read the arguments; read texts, learn, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    for name in ("reader", "bench", "gold", "corpus", "run"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--texts", type=int, default=36_000)
    parser.add_argument("--passes", type=int, default=5)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--half", action="store_true", help="products in bfloat16 (for AMX)")
    given = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(given.processes)
    reader = Reader(given.reader)
    chosen = texts(given.bench, given.gold, given.corpus, TRAINING, given.texts)
    places = answered(given.reader, chosen, given.run / "answers", given.processes)
    learn, held = rows_of(loaded(places))
    student = begun(reader, learn)
    student.half = given.half
    train(student, learn, State(given.run / "state.pt", mark_of_run(places)), given.passes)
    student.half = False
    student.eval()
    print(json.dumps(agreement(student, held)))
    floors = floors_of(student, held, reader)
    file = fast_file(given.reader)
    file.write_bytes(exported(student, notes(student, reader, given.reader, floors))
                     .SerializeToString())  # fmt: skip
    print(json.dumps(tried(student, held[:TRIED], given.reader)))
    print(json.dumps({"file": file.name, "bytes": file.stat().st_size,
                      "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}))  # fmt: skip


def begun(reader: Reader, learn: Sequence[Row]) -> Student:
    """A student that knows nothing but how large features are, and how the full reader looks."""
    student = Student()
    some = [batch_of(rows).lower for rows in cuts(learn, SEED)[:40]]
    tokens = torch.cat([lower.layer3[lower.mask] for lower in some])
    student.standardise(tokens, torch.cat([lower.early for lower in some]))
    if reader._look:
        student.look.begin(reader._look)
    return student


def mark_of_run(places: Sequence[Path]) -> str:
    """What is learnt from: the names of the answers' files tell the reader and the texts."""
    return hashlib.sha256("".join(place.stem for place in places).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class State:
    """A file that keeps what was learnt so far, and what it is learnt from."""

    place: Path
    mark: str

    def save(self, student: Student, optimiser: torch.optim.Optimizer, passes: int) -> None:
        """Write it beside the old one, then take its place."""
        part = self.place.with_suffix(".part")
        torch.save({"student": student.state_dict(), "optimiser": optimiser.state_dict(),
                    "passes": passes, "mark": self.mark}, part)  # fmt: skip
        part.replace(self.place)

    def restore(self, student: Student, optimiser: torch.optim.Optimizer) -> int:
        """Take it up; the passes done, 0 where it was learnt from something else."""
        if not self.place.exists():
            return 0
        state = torch.load(self.place, weights_only=True)
        if state.get("mark") != self.mark:
            print(json.dumps({"begun again": "the reader or the texts are others"}), flush=True)
            return 0
        student.load_state_dict(state["student"])
        optimiser.load_state_dict(state["optimiser"])
        return int(state["passes"])


def train(student: Student, learn: Sequence[Row], state: State, passes: int) -> None:
    """Learn; what was learnt is kept after each pass."""
    optimiser = torch.optim.AdamW(student.parameters(), lr=RATE, weight_decay=0.01, fused=True)
    done = state.restore(student, optimiser)
    step = sum(len(cuts(learn, SEED + one)) for one in range(done))
    total = passes * len(cuts(learn, 0))
    spread = torch.cat([batch_of(rows).states.flatten(0, 1) for rows in cuts(learn, 1)[:20]]).std(0)
    for one in range(done, passes):
        began, told = time.monotonic(), defaultdict(list)
        torch.manual_seed(SEED + one)  # so that a pass is the same after a stop
        student.train()
        for rows in cuts(learn, SEED + one):
            for group in optimiser.param_groups:
                group["lr"] = RATE * share(step, total)
            losses = losses_of(student, batch_of(rows), spread)
            sum(losses.values()).backward()
            torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            step += 1
            for name, loss in losses.items():
                told[name].append(float(loss.detach()))
        state.save(student, optimiser, one + 1)
        means = {name: round(float(np.mean(values)), 3) for name, values in told.items()}
        print(json.dumps({"pass": one + 1, "s": round(time.monotonic() - began), **means}),
              flush=True)  # fmt: skip


def share(step: int, total: int) -> float:
    """Warm up, then fall along a cosine."""
    warm = min(1.0, (step + 1) / max(1.0, WARM * total))
    return warm * 0.5 * (1 + math.cos(math.pi * min(1.0, step / total))) + 0.005


def losses_of(student: Student, batch: Batch, spread: Tensor) -> dict[str, Tensor]:
    """How far the student is from the full reader, by what it tells."""
    told = student(batch.lower)
    near, far = told.vectors @ told.vectors.T, batch.vectors @ batch.vectors.T
    made = {
        "vector": 8 * (1 - (told.vectors * batch.vectors).sum(1)).mean(),
        "likeness": 10 * (near - far).square().mean(),
        "score": 4 * F.mse_loss(torch.tanh(told.heads["score"]), batch.heads["score"]),
    }
    for name, heavy in HEAVY.items():
        made[name] = heavy * missed(batch.heads[name], told.heads[name]).mean()
    mask = batch.lower.mask
    weight = mask * (0.3 + NAMED * (1 - batch.tags[..., 0]))
    made["tags"] = 2 * (weight * missed(batch.tags, told.tags)).sum() / weight.sum()
    apart = ((told.states - batch.states) / spread).square().mean(-1)
    made["states"] = (apart * mask).sum() / mask.sum()
    if batch.targets:
        stance, roles = looked(student, told, batch)
        made["stance"] = missed(batch.stance, stance).mean()
        made["roles"] = 2 * F.binary_cross_entropy_with_logits(roles, batch.roles)
    return made


def missed(wanted: Tensor, logits: Tensor) -> Tensor:
    """Cross-entropy to chances."""
    return -(wanted * logits.log_softmax(-1)).sum(-1)


def looked(student: Student, told: Told, batch: Batch) -> tuple[Tensor, Tensor]:
    """Logits of stance and roles towards each target of a batch."""
    assert batch.targets is not None
    with torch.no_grad():
        vectors = student(batch.targets).vectors
    rows = batch.about
    return student.look(told.states[rows], batch.lower.mask[rows], vectors)  # type: ignore[no-any-return]


@torch.no_grad()
def agreement(student: Student, held: Sequence[Row]) -> dict[str, float]:
    """On held-out texts: the mean cosine of vectors, and how often the likeliest answers agree."""
    found = defaultdict(list)
    for rows in cuts(held, 0):
        batch = batch_of(rows)
        told = student(batch.lower)
        found["vector"] += (told.vectors * batch.vectors).sum(1).tolist()
        same = {n: (told.heads[n].argmax(1), batch.heads[n].argmax(1)) for n in HEADS}
        mask = batch.lower.mask & ((batch.tags.argmax(-1) > 0) | (told.tags.argmax(-1) > 0))
        same["tags of names"] = told.tags.argmax(-1)[mask], batch.tags.argmax(-1)[mask]
        if batch.targets:
            same["stance"] = looked(student, told, batch)[0].argmax(1), batch.stance.argmax(1)
        for name, (mine, theirs) in same.items():
            found[name] += (mine == theirs).float().tolist()
    return {name: round(float(np.mean(v)), 4) for name, v in found.items() if name != "score"}


@torch.no_grad()
def tried(student: Student, held: Sequence[Row], path: Path) -> dict[str, float]:
    """The written file on held-out texts: how alike its vectors are to those of the student it was
    written from and to the full reader's, and how often its likeliest tone is the full reader's.

    SystemExit where it does not say what the student says.
    """
    quick = Reader(path, fast=True)
    own, full, tone = [], [], []
    for row in held:
        read = quick.read(str(row.arrays["words"][row.place]))
        own.append(cosine(read.vector, student(batch_of([row]).lower).vectors[0].numpy()))
        full.append(cosine(read.vector, row.arrays["vector"][row.place]))
        known = row.arrays["sentiment"][row.place]
        tone.append(int(np.argmax(read.outputs["sentiment"])) == int(known.argmax()))
    if np.mean(own) < ALIKE:
        raise SystemExit(f"{fast_file(path)}: its vectors are {np.mean(own):.3f} alike to those "
                         "it was written from; do not package it")  # fmt: skip
    means = (("as taught", own), ("vector", full), ("sentiment", tone))
    return {f"file, {name}": round(float(np.mean(values)), 4) for name, values in means}


def cosine(one: NDArray[Any], two: NDArray[Any]) -> float:
    """How alike two vectors are."""
    a, b = one.astype(np.float64), two.astype(np.float64)
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


@torch.no_grad()
def floors_of(student: Student, held: Sequence[Row], reader: Reader) -> dict[str, int]:
    """For each type the least score at which names agree best with the full reader's."""
    pairs = []
    for rows in cuts(held, 0):
        told = student(batch_of(rows).lower).tags.softmax(-1).numpy()
        for row, tags in zip(rows, told, strict=True):
            words = str(row.arrays["words"][row.place])
            offsets = reader._pieces(words)[1]
            known = np.exp(row.arrays["tags"][row.tokens].astype(np.float32))
            loose = spans_of(tags[: row.size], offsets, words, dict.fromkeys(NAME_TYPES, 0))
            pairs.append((loose, spans_of(known, offsets, words, reader._floors)))
    made = {}
    for kind, name in enumerate(NAME_TYPES):
        scores = []
        for floor in FLOORS:
            hit = asked = 0
            for loose, known in pairs:
                mine = {s[:2] for s in loose if s.kind == kind and s.score >= floor}
                theirs = {s[:2] for s in known if s.kind == kind}
                hit, asked = hit + len(mine & theirs), asked + len(mine) + len(theirs)
            scores.append(2 * hit / max(asked, 1))
        if sum(s.kind == kind for _, known in pairs for s in known) < FEW:
            made[name] = reader._floors.get(name, SURE)
            continue
        even = np.convolve(np.pad(scores, 2, mode="edge"), np.ones(5) / 5, mode="valid")
        made[name] = int(FLOORS[int(even.argmax())])
        print(json.dumps({"names": name, "floor": made[name], "agree": round(max(scores), 3)}))
    return made


def notes(student: Student, reader: Reader, path: Path, floors: dict[str, int]) -> dict[str, str]:
    """What the file says of itself; the rest is the full reader's to say."""
    look = {}
    for name, part in student.look.named_children():
        look[name] = part.weight.detach().numpy().T.astype(np.float16)
        look[f"{name}_bias"] = part.bias.detach().numpy().astype(np.float16)
    told = {"of": file_hash(path), "floors": json.dumps(floors), "licence": "Apache-2.0",
            "card": CARD.format(of=reader.name)}  # fmt: skip
    return told | {"look": packed({name: look[name] for name in PARTS})} if reader._look else told


if __name__ == "__main__":
    main()
