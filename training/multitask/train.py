"""Fine-tune the encoder on all tasks at once; stop and go on at any time.

    python training/multitask/train.py --base MODEL --bench BENCHMARKS --gold train.jsonl \\
        --corpus CORPUS --out RUN [--steps N] [--processes 2] [--layers 6]

Each process learns from batches of its own; gradients are averaged after each. The state is
saved every few minutes in RUN/state.pt and taken up again by the same command.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from batches import Batch, batches, role_answers, tokens_of
from model import Neck, Reader, mean_vector
from safetensors.torch import load_file
from samples import Pool
from sources import pools
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

SEED = 20261122
BODY_RATE, HEAD_RATE = 8e-5, 1e-3
LOWERED = 0.12  # share of texts read without case
MASKED = 103  # the id of [MASK]
DISTIL = 4.0
DISTILLED = 3  # one batch in so many is held against the base model
SAVE_EVERY = 240.0  # seconds


def main() -> None:
    """Read the arguments and start the processes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    for name in ("base", "bench", "gold", "corpus", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--written", type=Path, default=Path(__file__).parents[1] / "written")
    parser.add_argument("--steps", type=int, default=9000, help="batches, of all processes")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--begin", type=Path, help="another run's folder to begin from")
    parser.add_argument("--weights", default="", help="pools of a second stage: own=.5,written=.2")
    parser.add_argument("--rate", type=float, default=1.0, help="times the learning rates")
    parser.add_argument("--half", action="store_true", help="products in bfloat16 (for AMX)")
    parser.add_argument("--renew", default="", help="heads that begin again, comma between")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    meeting = given.out / "meeting"
    meeting.unlink(missing_ok=True)
    mp.spawn(work, (given,), nprocs=given.processes)


def work(rank: int, given: argparse.Namespace) -> None:
    """One process: draw a batch, learn, average, go on."""
    torch.set_num_threads(1)
    meeting = (given.out / "meeting").absolute().as_uri()
    dist.init_process_group("gloo", meeting, rank=rank, world_size=given.processes)
    torch.manual_seed(SEED)
    tokenizer = plain_tokenizer(given.base)
    weights = load_file(given.base / "model.safetensors")
    reader, teacher = Reader(given.layers), Reader()
    reader.encoder.half = teacher.encoder.half = given.half
    reader.load_base(weights)
    teacher.load_base(weights)
    teacher.requires_grad_(False).eval()
    found = weighted(pools(given.bench, given.gold, given.corpus, given.written), given.weights)
    shifts = {p.name: n for n, p in enumerate(found)}
    reader.shift = torch.nn.Parameter(torch.zeros(len(found), 3))
    optimiser = torch.optim.AdamW(groups(reader), betas=(0.9, 0.98), fused=True)
    total = given.steps // given.processes
    step = restore(given.out, reader, optimiser)
    if given.begin and not step:
        state = torch.load(given.begin / "state.pt", weights_only=True)["reader"]
        state.pop("shift", None)
        reader.load_state_dict(state, strict=False)
    fresh = [name for name, part in reader.named_children() if isinstance(part, Neck)]
    again = given.renew.split(",") if step or given.begin else fresh
    renew(reader, optimiser, [name for name in again if name], found, tokenizer)
    torch.manual_seed(SEED + rank + 1000 * step)
    drawn = draws(found, tokenizer, rank, step)
    targets = Targets(tokenizer, reader)
    began, told = time.monotonic(), defaultdict(list)
    saved = began
    reader.train()
    while step < total:
        batch = next(drawn)
        share = rate(step, total) * given.rate
        for group in optimiser.param_groups:
            group["lr"] = group["top"] * share
        losses = losses_of(reader, teacher, batch, targets, shifts, step)
        sum(losses.values()).backward()
        average(reader)
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        step += 1
        for name, loss in losses.items():
            told[f"{batch.pool.name}/{name}"].append(float(loss.detach()))
        if rank == 0 and step % 100 == 0:
            tell(step, total, time.monotonic() - began, told)
            told.clear()
        if rank == 0 and (time.monotonic() - saved > SAVE_EVERY or step == total):
            save(given.out, reader, optimiser, step)
            saved = time.monotonic()
    dist.destroy_process_group()


def weighted(found: list[Pool], told: str) -> list[Pool]:
    """The pools with weights of their own, the others left out; all as they are without any."""
    if not told:
        return found
    weights = {name: float(w) for name, w in (part.split("=") for part in told.split(","))}
    return [replace(pool, weight=weights[pool.name]) for pool in found if pool.name in weights]


def renew(
    reader: Reader, optimiser: torch.optim.Optimizer, heads: list[str], found: list[Pool],
    tokenizer: Tokenizer,
) -> None:  # fmt: skip
    """Let heads begin again on features standardised over a few batches of every pool."""
    pooled, named = [], []
    reader.eval()
    with torch.no_grad():
        for pool in found if heads else ():
            stream = batches(pool, tokenizer, SEED)
            for batch in (next(stream) for _ in range(2)):
                seen = reader.see(batch.ids, batch.cases, batch.mask)
                pooled.append(seen.pooled)
                named.append(seen.named[seen.mask])
    for name in heads:
        neck = getattr(reader, name)
        feature = torch.cat(named if name == "names" else pooled)
        neck.renew(feature.mean(0), feature.std(0) + 1e-3)
        for parameter in neck.parameters():
            optimiser.state.pop(parameter, None)


def plain_tokenizer(base: Path) -> Tokenizer:
    """The base model's tokenizer without truncation and padding."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def groups(reader: Reader) -> list[dict[str, object]]:
    """The encoder learns slowly, upper layers faster than lower ones; heads learn fast. The token
    table stays as it is."""
    reader.encoder.tokens.requires_grad_(False)
    reader.encoder.places.requires_grad_(False)
    made: list[dict[str, object]] = []
    count = len(reader.encoder.layers)
    for n, layer in enumerate(reader.encoder.layers):
        top = BODY_RATE * 0.85 ** (count - 1 - n)
        made.append(
            {"params": list(layer.parameters()), "lr": top, "top": top, "weight_decay": 0.01}
        )
    body = {id(p) for p in reader.encoder.parameters()}
    heads = [p for p in reader.parameters() if id(p) not in body]
    case = [*reader.encoder.cases.parameters(), *reader.encoder.start.parameters()]
    made.append({"params": heads, "lr": HEAD_RATE, "top": HEAD_RATE, "weight_decay": 0.05})
    made.append({"params": case, "lr": 2e-4, "top": 2e-4, "weight_decay": 0.0})
    return made


def rate(step: int, total: int) -> float:
    """Warm up over a twentieth, then fall to zero along a cosine."""
    warm = max(1, total // 20)
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, total - warm))) + 0.01


def draws(found: list[Pool], tokenizer: Tokenizer, rank: int, done: int) -> Iterator[Batch]:
    """Batches of pools by weight; the pool of a step depends on the seed alone."""
    streams = {p.name: batches(p, tokenizer, SEED + 101 * rank + 7 * done) for p in found}
    step = done
    while True:
        chance = random.Random(f"{SEED}/{rank}/{step}")
        pool = chance.choices(found, [p.weight for p in found])[0]
        yield next(streams[pool.name])
        step += 1


class Targets:
    """The vector of each target's name, from the encoder as it was; refreshed now and then."""

    def __init__(self, tokenizer: Tokenizer, reader: Reader) -> None:
        self._tokenizer, self._reader = tokenizer, reader
        self._known: dict[str, Tensor] = {}

    def __call__(self, names: list[str], step: int) -> Tensor:
        """Vectors [len(names), 384]."""
        if step % 200 == 0:
            self._known.clear()
        missing = [name for name in names if name not in self._known]
        if missing:
            was = self._reader.training
            self._reader.eval()
            with torch.no_grad():
                for name in missing:
                    tokens = tokens_of(self._tokenizer, name, 32)
                    ids, cases = torch.tensor([tokens.ids]), torch.tensor([tokens.cases])
                    mask = torch.ones_like(ids, dtype=torch.bool)
                    states = self._reader.encoder(ids, cases, mask)
                    self._known[name] = mean_vector(states[-1], mask)[0]
            self._reader.train(was)
        return torch.stack([self._known[name] for name in names])


def losses_of(
    reader: Reader,
    teacher: Reader,
    batch: Batch,
    targets: Targets,
    shifts: dict[str, int],
    step: int,
) -> dict[str, Tensor]:
    """The losses of a batch by name, each already weighted."""
    seen = reader.see(*blurred(batch), batch.mask)
    pool, made = batch.pool, {}
    shift = reader.shift[shifts[pool.name]] if pool.sentiment_shift else torch.zeros(3)
    one = lambda name, head, by=0.0: classes(batch, name, head(seen.pooled) + by)  # noqa: E731
    for name, head, extra, heavy in (
        ("sentiment", reader.sentiment, shift, 1.0), ("register", reader.register_, 0.0, 0.7),
        ("emotion", reader.emotion, 0.0, 0.7), ("irony", reader.irony, 0.0, 0.7),
        ("spam", reader.spam, 0.0, 0.5),
    ):  # fmt: skip
        if any(getattr(s, name) is not None for s in batch.samples):
            made[name] = heavy * one(name, head, extra)
    if any(s.feelings is not None for s in batch.samples):
        wanted = torch.zeros(len(batch.samples), reader.feelings.out.out_features)
        for n, sample in enumerate(batch.samples):
            wanted[n, list(sample.feelings or ())] = 1
        logits = reader.feelings(seen.pooled)
        made["feelings"] = 3.0 * F.binary_cross_entropy_with_logits(logits, wanted)
    if any(s.score is not None for s in batch.samples):
        scores = torch.tensor([s.score or 0.0 for s in batch.samples])
        made["score"] = 2.0 * F.mse_loss(torch.tanh(reader.score(seen.pooled)[:, 0]), scores)
    if batch.allowed is not None:
        made["names"] = 1.5 * marginal(reader.names(seen.named), batch.allowed)
    if any(s.attitudes for s in batch.samples):
        made |= attitudes(reader, batch, seen, targets, step)
    if step % DISTILLED == 0:
        with torch.no_grad():
            plain = torch.zeros_like(batch.cases)
            known = teacher.encoder(batch.ids, plain, batch.mask)[-1]
            wanted = mean_vector(known, batch.mask)
        made["distil"] = DISTILLED * DISTIL * (1 - (seen.vectors * wanted).sum(1)).mean()
        near, far = seen.vectors @ seen.vectors.T, wanted @ wanted.T
        made["distil"] = made["distil"] + DISTILLED * 5.0 * (near - far).square().mean()
    return made


def blurred(batch: Batch) -> tuple[Tensor, Tensor]:
    """Ids with some pieces masked, and cases with some texts as if in lower case: small pools are
    learnt by heart otherwise (word dropout: Iyyer et al. 2015)."""
    inside = batch.mask.clone()
    inside[:, 0] = False
    hidden = inside & (torch.rand(batch.ids.shape) < batch.pool.hidden)
    lowered = torch.rand(len(batch.ids), 1) < LOWERED
    return batch.ids.masked_fill(hidden, MASKED), batch.cases.masked_fill(lowered, 0)


def classes(batch: Batch, name: str, logits: Tensor) -> Tensor:
    """Cross-entropy of one label, classes balanced within the pool."""
    rows = [n for n, s in enumerate(batch.samples) if getattr(s, name) is not None]
    wanted = torch.tensor([int(getattr(batch.samples[n], name)) for n in rows])
    heavy = torch.tensor(batch.pool.balance[name])
    return F.cross_entropy(logits[rows], wanted, weight=heavy, label_smoothing=0.05)


def marginal(logits: Tensor, allowed: Tensor) -> Tensor:
    """Minus the log of the chance of any allowed tag, over tokens somebody looked at.

    Partial labels: Jin and Ghahramani, "Learning with multiple labels" (2002).
    """
    looked = allowed.any(-1)
    chance = logits.log_softmax(-1).masked_fill(~allowed, -1e4).logsumexp(-1)
    return -(chance * looked).sum() / looked.sum().clamp(min=1)


def attitudes(
    reader: Reader, batch: Batch, seen: object, targets: Targets, step: int
) -> dict[str, Tensor]:
    """Losses of stance and roles over all targets of a batch."""
    pairs = [(n, a) for n, s in enumerate(batch.samples) for a in s.attitudes]
    rows = [n for n, _ in pairs]
    vectors = targets([a.target for _, a in pairs], step)
    stance, roles = reader.look(seen.looked[rows], seen.mask[rows], vectors)  # type: ignore[attr-defined]
    made = {}
    sides = [n for n, (_, a) in enumerate(pairs) if a.stance is not None]
    if sides:
        wanted = torch.tensor([pairs[n][1].stance for n in sides])
        heavy = torch.tensor(batch.pool.balance["stance"])
        # a set without "none" does not teach that nobody has no side
        seen_sides = stance[sides].masked_fill(heavy == 0, -1e4)
        made["stance"] = F.cross_entropy(seen_sides, wanted, weight=heavy, label_smoothing=0.05)
    given = [n for n, (_, a) in enumerate(pairs) if a.roles is not None]
    if given:
        answers = torch.tensor([role_answers(pairs[n][1].roles or frozenset()) for n in given])
        made["roles"] = 2.0 * F.binary_cross_entropy_with_logits(roles[given], answers)
    return made


def average(reader: Reader) -> None:
    """Make every process's gradients their mean; a head nobody used learns nothing."""
    parameters = [p for p in reader.parameters() if p.requires_grad]
    flat = torch.cat(
        [(p.grad if p.grad is not None else torch.zeros_like(p)).flatten() for p in parameters]
    )
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    start = 0
    for p in parameters:
        p.grad = flat[start : start + p.numel()].view_as(p)
        start += p.numel()


def save(folder: Path, reader: Reader, optimiser: torch.optim.Optimizer, step: int) -> None:
    """Write the state beside the old one, then take its place."""
    part = folder / "state.part"
    torch.save(
        {"reader": reader.state_dict(), "optimiser": optimiser.state_dict(), "step": step}, part
    )
    part.replace(folder / "state.pt")


def restore(folder: Path, reader: Reader, optimiser: torch.optim.Optimizer) -> int:
    """Take up a saved state; the step it was saved after."""
    path = folder / "state.pt"
    if not path.exists():
        return 0
    state = torch.load(path, weights_only=True)
    reader.load_state_dict(state["reader"], strict=False)
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"])


def tell(step: int, total: int, seconds: float, told: dict[str, list[float]]) -> None:
    """One line of progress."""
    means = {name: round(sum(v) / len(v), 3) for name, v in sorted(told.items())}
    print(json.dumps({"step": step, "of": total, "s": round(seconds), **means}), flush=True)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
