"""Samples as padded tensors: ids, case, and the answers each loss needs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from renaming import renamed
from samples import ROLES, TAGS, TYPES, Names, Pool, Sample
from sources import shuffled
from tokenizers import Tokenizer
from torch import Tensor

from groundswell.label.casing import cases_of

BUDGET = 1536  # padded tokens in a batch
MOST = 48  # samples in a batch
WINDOW = 768  # samples sorted by length together


@dataclass(frozen=True)
class Batch:
    """One batch of one pool. `allowed` [B, T, TAGS] marks the tags a token may have; all False
    where nobody looked."""

    pool: Pool
    samples: Sequence[Sample]
    ids: Tensor
    cases: Tensor
    mask: Tensor
    allowed: Tensor | None


@dataclass(frozen=True)
class Tokens:
    """A text as the encoder takes it."""

    ids: list[int]
    cases: list[int]
    offsets: list[tuple[int, int]]


def tokens_of(tokenizer: Tokenizer, text: str, limit: int) -> Tokens:
    """Ids, case marks and offsets, cut to a limit."""
    encoded = tokenizer.encode(text)
    ids, offsets = encoded.ids, encoded.offsets
    if len(ids) > limit:
        ids, offsets = [*ids[: limit - 1], ids[-1]], [*offsets[: limit - 1], (0, 0)]
    return Tokens(ids, cases_of(text, offsets), offsets)


def batches(pool: Pool, tokenizer: Tokenizer, seed: int) -> Iterator[Batch]:
    """Batches of a pool without end, a new order each pass; neighbours are of like length."""
    passed = 0
    while True:
        order = shuffled(pool, seed + passed)
        for begin in range(0, len(order), WINDOW):
            chance = random.Random(f"{pool.name}/{seed}/{passed}/{begin}")
            drawn = order[begin : begin + WINDOW]
            if pool.renamed:
                drawn = [renamed(s, pool.mentions, chance, pool.renamed) for s in drawn]
            cut = [(s, tokens_of(tokenizer, s.text, pool.limit)) for s in drawn]
            ready = list(cuts(sorted(cut, key=lambda pair: len(pair[1].ids))))
            chance.shuffle(ready)
            for part in ready:
                yield padded(pool, part)
        passed += 1


def cuts(ordered: Sequence[tuple[Sample, Tokens]]) -> Iterator[Sequence[tuple[Sample, Tokens]]]:
    """Samples in order of length as batches within the budget of padded tokens."""
    start = 0
    while start < len(ordered):
        stop = start + 1
        while stop < len(ordered) and stop - start < MOST:
            if len(ordered[stop][1].ids) * (stop + 1 - start) > BUDGET:
                break
            stop += 1
        yield ordered[start:stop]
        start = stop


def padded(pool: Pool, part: Sequence[tuple[Sample, Tokens]]) -> Batch:
    """One batch, padded to its longest sample."""
    size = max(len(t.ids) for _, t in part)
    fill = lambda rows: torch.tensor([[*row, *[0] * (size - len(row))] for row in rows])  # noqa: E731
    mask = fill([[1] * len(t.ids) for _, t in part]).bool()
    allowed = None
    if any(s.names for s, _ in part):
        allowed = torch.zeros(len(part), size, len(TAGS), dtype=torch.bool)
        for n, (sample, tokens) in enumerate(part):
            if sample.names:
                allow(allowed[n], sample.names, tokens)
    return Batch(pool, [s for s, _ in part], fill([t.ids for _, t in part]),
                 fill([t.cases for _, t in part]), mask, allowed)  # fmt: skip


def allow(row: Tensor, names: Names, tokens: Tokens) -> None:
    """The tags each token may have. Pieces inside a word follow its first piece."""
    spans = sorted(names.spans, key=lambda s: s.start)
    for place, (start, stop) in enumerate(tokens.offsets):
        if start == stop or start >= names.until:
            continue
        span = next((s for s in spans if s.start <= start < s.stop), None)
        if span is None:
            row[place, 0] = True
            for kind in names.unmarked:
                row[place, 1 + 2 * TYPES.index(kind)] = row[place, 2 + 2 * TYPES.index(kind)] = True
        else:
            mark = 1 if start == span.start else 2
            for kind in span.types:
                row[place, mark + 2 * TYPES.index(kind)] = True


def role_answers(roles: frozenset[str]) -> list[float]:
    """The roles as zeros and ones."""
    return [float(name in roles) for name in ROLES]
