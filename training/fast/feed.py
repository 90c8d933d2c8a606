"""The full reader's answers as padded tensors."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from groundswell.types.reading import HEADS, STANCES

Array = NDArray[Any]
BUDGET = 3072  # padded tokens in a batch
MOST = 64  # texts in a batch
WINDOW = 2048  # texts sorted by length together


@dataclass(frozen=True, slots=True)
class Row:
    """One text: its file's arrays, its place there, its tokens, the rows of `asked` that say what
    was asked about it, and where the names of its file's targets lie."""

    arrays: dict[str, Array]
    place: int
    tokens: slice
    asked: Array
    targets: Sequence[slice]

    @property
    def size(self) -> int:
        """How many tokens it has."""
        return int(self.tokens.stop - self.tokens.start)


@dataclass(frozen=True, slots=True)
class Lower:
    """What the lower half of the reader gave for some texts: `layer3` [B, T, 384], `early`
    [B, 2304] and the mask [B, T]."""

    layer3: Tensor
    early: Tensor
    mask: Tensor


@dataclass(frozen=True, slots=True)
class Batch:
    """Some texts and what the full reader said: vectors [B, 384], heads by name, chances of tags
    [B, T, 21], states [B, T, 256]. `about` says which text each target belongs to, `stance` and
    `roles` are the answers about it."""

    lower: Lower
    vectors: Tensor
    heads: dict[str, Tensor]
    tags: Tensor
    states: Tensor
    targets: Lower | None
    about: Tensor
    stance: Tensor
    roles: Tensor


def rows_of(files: Iterable[dict[str, Array]]) -> tuple[list[Row], list[Row]]:
    """The texts to learn from, and those held out."""
    made: tuple[list[Row], list[Row]] = ([], [])
    for arrays in files:
        targets = slices(arrays["target_sizes"])
        for n, place in enumerate(slices(arrays["sizes"])):
            asked = arrays["asked"][arrays["asked"][:, 0] == n]
            made[int(arrays["held"][n])].append(Row(arrays, n, place, asked, targets))
    return made


def slices(sizes: Array) -> list[slice]:
    """Where each of several runs of tokens lies in one row of them."""
    ends = np.cumsum(sizes)
    return [slice(int(end - size), int(end)) for size, end in zip(sizes, ends, strict=True)]


def cuts(rows: Sequence[Row], seed: int) -> list[list[Row]]:
    """Rows in an order of its own for each seed, cut into batches of like length."""
    chance = random.Random(seed)
    order = list(rows)
    chance.shuffle(order)
    made: list[list[Row]] = []
    for start in range(0, len(order), WINDOW):
        batch: list[Row] = []
        for row in sorted(order[start : start + WINDOW], key=lambda r: r.size):
            if batch and (row.size * (len(batch) + 1) > BUDGET or len(batch) == MOST):
                made.append(batch)
                batch = []
            batch.append(row)
        made.append(batch)
    chance.shuffle(made)
    return made


def batch_of(rows: Sequence[Row]) -> Batch:
    """Rows as tensors, padded to the longest."""
    cut = lambda name: [row.arrays[name][row.tokens] for row in rows]  # noqa: E731
    one = lambda name: stacked([row.arrays[name][row.place] for row in rows])  # noqa: E731
    layer3, mask = padded(cut("layer3"))
    tags, _ = padded(cut("tags"))
    pairs = [(n, row, asked) for n, row in enumerate(rows) for asked in row.asked]
    answers = torch.tensor(np.array([asked[2:] for _, _, asked in pairs]).reshape(-1, 10)) / 1000
    split = len(STANCES)
    return Batch(
        Lower(layer3, one("early"), mask), one("vector"), {head: one(head) for head in HEADS},
        tags.exp() * mask[..., None], padded(cut("states"))[0],
        targets_of([(row, int(asked[1])) for _, row, asked in pairs]),
        torch.tensor([n for n, _, _ in pairs]), answers[:, :split], answers[:, split:],
    )  # fmt: skip


def targets_of(pairs: Sequence[tuple[Row, int]]) -> Lower | None:
    """The names of targets as the lower half saw them; None without any."""
    if not pairs:
        return None
    layer3, mask = padded([row.arrays["target_layer3"][row.targets[n]] for row, n in pairs])
    return Lower(layer3, stacked([row.arrays["target_early"][n] for row, n in pairs]), mask)


def padded(parts: Sequence[Array]) -> tuple[Tensor, Tensor]:
    """Runs of tokens as one tensor [B, T, D], and where there is a token."""
    most = max(map(len, parts))
    made = np.zeros((len(parts), most, parts[0].shape[1]), np.float32)
    mask = np.zeros((len(parts), most), bool)
    for n, part in enumerate(parts):
        made[n, : len(part)], mask[n, : len(part)] = part, True
    return torch.from_numpy(made), torch.from_numpy(mask)


def stacked(parts: Sequence[Array]) -> Tensor:
    """Rows as a tensor."""
    return torch.from_numpy(np.stack(parts).astype(np.float32))
