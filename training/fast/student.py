"""The fast profile in torch: all that the full reader tells, from half its layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from feed import Lower
from model import HIDDEN, KEYS, LOOKS, NECK
from samples import ROLES, STANCE, TAGS
from torch import Tensor, nn
from torch.nn import functional as F

from groundswell.label.attitude import Look as Known
from groundswell.types.reading import HEADS

EARLY = 2 * HIDDEN * 3  # mean and maximum over tokens of three layers
INNER, SIDES = 384, 12  # width and heads of the one attention
TOKEN, TRUNK = 256, 128  # widths
DROP = 0.1


@dataclass(frozen=True, slots=True)
class Told:
    """What the student says of a batch: vectors [B, 384], logits of whole texts by head, logits of
    tags [B, T, 21] and states [B, T, 256]."""

    vectors: Tensor
    heads: dict[str, Tensor]
    tags: Tensor
    states: Tensor


class Student(nn.Module):
    """One narrow attention over the states of the third layer, and small heads; with `half`,
    products over tokens in bfloat16."""

    half = False

    def __init__(self) -> None:
        super().__init__()
        for name, size in (("token", HIDDEN), ("early", EARLY)):
            self.register_buffer(f"{name}_mean", torch.zeros(size))
            self.register_buffer(f"{name}_spread", torch.ones(size))
        self.qkv, self.mixed = nn.Linear(HIDDEN, 3 * INNER), nn.Linear(INNER, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.wide = nn.Linear(HIDDEN, TOKEN)
        self.tags = nn.Linear(HIDDEN + TOKEN, len(TAGS))
        self.states = nn.Linear(HIDDEN + TOKEN, 2 * KEYS)
        self.vector = nn.Linear(HIDDEN + TOKEN, HIDDEN)
        self.trunk = nn.Linear(EARLY + 2 * TOKEN, TRUNK)
        self.heads = nn.ModuleDict({f"of_{k}": nn.Linear(TRUNK, len(v)) for k, v in HEADS.items()})
        self.look = Look()

    def standardise(self, tokens: Tensor, early: Tensor) -> None:
        """Take means and spreads from some texts: raw features differ much in size."""
        for name, x in (("token", tokens), ("early", early)):
            getattr(self, f"{name}_mean").copy_(x.mean(0))
            getattr(self, f"{name}_spread").copy_(x.std(0) + 1e-3)

    def forward(self, lower: Lower) -> Told:
        """Everything but attitudes."""
        drop = lambda y: F.dropout(y, DROP, self.training)  # noqa: E731
        x = (lower.layer3 - self.token_mean) / self.token_spread
        with torch.autocast("cpu", torch.bfloat16, enabled=self.half):
            x = self.norm(x + self.mixed(self.attended(x, lower.mask)))
            both = torch.cat([x, F.relu(self.wide(drop(x))).float()], dim=-1)
            tags, states = self.tags(both).float(), self.states(both).float()
        mean = mean_of(both, lower.mask)
        top = both[..., HIDDEN:].masked_fill(~lower.mask[..., None], 0).amax(1)
        early = (lower.early - self.early_mean) / self.early_spread
        trunk = drop(F.relu(self.trunk(drop(torch.cat([early, mean[:, HIDDEN:], top], dim=1)))))
        heads = {name.removeprefix("of_"): head(trunk) for name, head in self.heads.items()}
        return Told(F.normalize(self.vector(mean), dim=1), heads, tags, states)

    def attended(self, x: Tensor, mask: Tensor) -> Tensor:
        """What each token finds in the others [B, T, INNER]."""
        split = lambda y: y.unflatten(-1, (SIDES, -1)).transpose(1, 2)  # noqa: E731
        parts = (split(part).float() for part in self.qkv(x).chunk(3, -1))
        with torch.autocast("cpu", enabled=False):  # in halves its way back is slow
            found = F.scaled_dot_product_attention(*parts, attn_mask=shut(mask))
        return found.transpose(1, 2).flatten(2)


class Look(nn.Module):
    """Attitude towards a target from keys and values: the network of `attitude.py`."""

    def __init__(self) -> None:
        super().__init__()
        self.ask, self.target = nn.Linear(HIDDEN, KEYS), nn.Linear(HIDDEN, 48)
        self.read = nn.Linear(2 * KEYS + 48 + KEYS, NECK)
        self.stance, self.roles = nn.Linear(NECK, len(STANCE)), nn.Linear(NECK, len(ROLES))

    def begin(self, known: Known) -> None:
        """Begin from what the full reader uses."""
        for name, part in self.named_children():
            part.weight.data = torch.tensor(np.ascontiguousarray(known._w[name].T))
            part.bias.data = torch.tensor(known._w[f"{name}_bias"])

    def forward(self, states: Tensor, mask: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of stance [B, 3] and roles [B, 7]; `targets` are vectors [B, 384]."""
        split = lambda y: y.unflatten(-1, (LOOKS, -1)).transpose(1, 2)  # noqa: E731
        keys, values = states.chunk(2, -1)
        asked = self.ask(targets)
        seen = F.scaled_dot_product_attention(
            split(asked[:, None]), split(keys), split(values), attn_mask=shut(mask)
        )
        seen = seen.transpose(1, 2).flatten(1)
        known = torch.relu(self.target(targets))
        feature = torch.cat([seen, mean_of(values, mask), known, seen * asked], dim=1)
        x = torch.relu(self.read(feature))
        return self.stance(x), self.roles(x)


def shut(mask: Tensor) -> Tensor:
    """What keeps attention from tokens that are not there, [B, 1, 1, T]."""
    return torch.zeros(mask.shape).masked_fill(~mask, float("-inf"))[:, None, None]


def mean_of(values: Tensor, mask: Tensor) -> Tensor:
    """The mean over the tokens there are."""
    keep = mask[..., None]
    return (values * keep).sum(1) / keep.sum(1)
