"""The reader in torch: the encoder of all-MiniLM-L6-v2, a case embedding and the heads.

The parts have the names of the published weights, so that a checkpoint of either loads.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from samples import EMOTION, REGISTER, ROLES, SENTIMENT, STANCE, TAGS
from sources import FEELINGS
from torch import Tensor, nn
from torch.nn import functional as F

HIDDEN, HEADS, WIDE, VOCABULARY, PLACES = 384, 12, 1536, 30522, 512
CASES = 5  # none or lower, Title, UPPER, mixed, a piece inside a word
POOLED = (3, 4, 5, 6)
POOL = HIDDEN * (2 * len(POOLED) + 1)
NECK = 96
KEYS, LOOKS = 128, 4  # size and number of heads of the look at a target
DROP = 0.1


@dataclass(frozen=True)
class Seen:
    """What the encoder gives for a batch: vectors [B, 384], pooled features [B, POOL], mixed
    token states for names and for targets [B, T, 384], and the mask [B, T]."""

    vectors: Tensor
    pooled: Tensor
    named: Tensor
    looked: Tensor
    mask: Tensor


class Layer(nn.Module):
    """One transformer layer, normalised after each sum."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(HIDDEN, HIDDEN) for _ in range(3))
        self.mixed, self.attended = nn.Linear(HIDDEN, HIDDEN), nn.LayerNorm(HIDDEN, eps=1e-12)
        self.wide, self.narrow = nn.Linear(HIDDEN, WIDE), nn.Linear(WIDE, HIDDEN)
        self.done = nn.LayerNorm(HIDDEN, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Token states after the layer; `mask` is additive, [B, 1, 1, T]."""
        split = lambda y: y.unflatten(-1, (HEADS, -1)).transpose(1, 2)  # noqa: E731
        three = (self.query, self.key, self.value)  # in one product: small ones are slow
        weight, bias = torch.cat([p.weight for p in three]), torch.cat([p.bias for p in three])
        parts = (split(part).float() for part in F.linear(x, weight, bias).chunk(3, -1))
        with torch.autocast("cpu", enabled=False):  # in halves its way back is slow
            found = F.scaled_dot_product_attention(*parts, attn_mask=mask)
        context = found.transpose(1, 2).flatten(2)
        drop = lambda y: F.dropout(y, DROP, self.training)  # noqa: E731
        x = self.attended(x + drop(self.mixed(context)))
        out: Tensor = self.done(x + drop(self.narrow(F.gelu(self.wide(x)))))
        return out


class Encoder(nn.Module):
    """Tokens and case to states of every layer; with `half`, matrix products in bfloat16."""

    half = False

    def __init__(self, layers: int = 6) -> None:
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, HIDDEN)
        self.places = nn.Embedding(PLACES, HIDDEN)
        self.cases = nn.Embedding(CASES, HIDDEN)
        nn.init.zeros_(self.cases.weight)
        self.start = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))

    def forward(self, ids: Tensor, cases: Tensor, mask: Tensor) -> list[Tensor]:
        """The states [B, T, 384] of each layer, lowest first."""
        x = self.tokens(ids) + self.places.weight[: ids.shape[1]] + self.cases(cases)
        x = F.dropout(self.start(x), DROP, self.training)
        shut = torch.zeros(mask.shape, dtype=x.dtype).masked_fill(~mask, float("-inf"))
        states = []
        with torch.autocast("cpu", torch.bfloat16, enabled=self.half):
            for layer in self.layers:
                x = layer(x, shut[:, None, None])
                states.append(x)
        return states


def pooled_features(states: list[Tensor], mask: Tensor) -> Tensor:
    """Mean and maximum over tokens of the upper layers, and the last layer's first state."""
    keep = mask[..., None]
    parts = []
    for place in POOLED:
        x = states[place * len(states) // 6 - 1]
        parts += [(x * keep).sum(1) / keep.sum(1), x.masked_fill(~keep, -1e4).amax(1)]
    return torch.cat([*parts, states[-1][:, 0]], dim=1)


def mean_vector(last: Tensor, mask: Tensor) -> Tensor:
    """The sentence vector: the mean of the last layer's states, of length 1."""
    keep = mask[..., None]
    return F.normalize((last * keep).sum(1) / keep.sum(1), dim=1)


class Neck(nn.Module):
    """A small network over features."""

    def __init__(self, size: int, answers: int, width: int = NECK) -> None:
        super().__init__()
        self.hidden, self.out = nn.Linear(size, width), nn.Linear(width, answers)
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("spread", torch.ones(size))

    def renew(self, mean: Tensor, spread: Tensor) -> None:
        """Begin again, on features standardised by these: raw ones differ so much in size that a
        head with few examples learns nothing."""
        self.mean.copy_(mean)
        self.spread.copy_(spread)
        self.hidden.reset_parameters()
        self.out.reset_parameters()

    def forward(self, x: Tensor) -> Tensor:
        """Logits."""
        x = F.dropout((x - self.mean) / self.spread, 0.2, self.training)
        out: Tensor = self.out(F.dropout(F.relu(self.hidden(x)), 0.3, self.training))
        return out


class Look(nn.Module):
    """Attitude towards a target: its vector asks the token states, and reads the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.key, self.value = nn.Linear(HIDDEN, KEYS), nn.Linear(HIDDEN, KEYS)
        self.ask = nn.Linear(HIDDEN, KEYS)
        self.target = nn.Linear(HIDDEN, 48)
        self.read = nn.Sequential(
            nn.Dropout(0.2), nn.Linear(2 * KEYS + 48 + KEYS, NECK), nn.ReLU(), nn.Dropout(0.3)
        )
        self.stance, self.roles = nn.Linear(NECK, len(STANCE)), nn.Linear(NECK, len(ROLES))

    def forward(self, looked: Tensor, mask: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
        """Logits of stance [B, 3] and roles [B, 7]; `targets` are vectors [B, 384]."""
        split = lambda y: y.unflatten(-1, (LOOKS, -1)).transpose(1, 2)  # noqa: E731
        keys, values = self.key(looked), self.value(looked)
        asked = self.ask(targets)
        shut = torch.zeros(mask.shape, dtype=asked.dtype).masked_fill(~mask, float("-inf"))
        seen = F.scaled_dot_product_attention(
            split(asked[:, None]), split(keys), split(values), attn_mask=shut[:, None, None]
        )
        seen = seen.transpose(1, 2).flatten(1)
        keep = mask[..., None]
        mean = (values * keep).sum(1) / keep.sum(1)
        feature = torch.cat([seen, mean, torch.relu(self.target(targets)), seen * asked], dim=1)
        x = self.read(feature)
        return self.stance(x), self.roles(x)


class Reader(nn.Module):
    """Encoder and heads."""

    def __init__(self, layers: int = 6) -> None:
        super().__init__()
        self.encoder = Encoder(layers)
        self.mix = nn.Parameter(torch.zeros(2, len(POOLED)))
        self.sentiment, self.score = Neck(POOL, len(SENTIMENT)), Neck(POOL, 1, 32)
        self.register_, self.feelings = Neck(POOL, len(REGISTER)), Neck(POOL, len(FEELINGS))
        self.emotion, self.irony = Neck(POOL, len(EMOTION), 64), Neck(POOL, 2, 64)
        self.spam = Neck(POOL, 2, 32)
        self.names = Neck(HIDDEN, len(TAGS), 192)
        self.look = Look()

    def see(self, ids: Tensor, cases: Tensor, mask: Tensor) -> Seen:
        """Run the encoder."""
        states = self.encoder(ids, cases, mask)
        picked = [states[place * len(states) // 6 - 1] for place in POOLED]
        shares = self.mix.softmax(1)
        named, looked = (
            sum(share * x for share, x in zip(row, picked, strict=True)) for row in shares
        )
        return Seen(
            mean_vector(states[-1], mask), pooled_features(states, mask), named, looked, mask
        )

    def load_base(self, weights: dict[str, Tensor]) -> None:
        """Take the published weights of the encoder."""
        names = {
            "query": "attention.self.query", "key": "attention.self.key",
            "value": "attention.self.value", "mixed": "attention.output.dense",
            "attended": "attention.output.LayerNorm", "wide": "intermediate.dense",
            "narrow": "output.dense", "done": "output.LayerNorm",
        }  # fmt: skip
        part = self.encoder
        part.tokens.weight.data = weights["embeddings.word_embeddings.weight"].clone()
        kind = weights["embeddings.token_type_embeddings.weight"][0]
        part.places.weight.data = weights["embeddings.position_embeddings.weight"] + kind
        for piece in ("weight", "bias"):
            getattr(part.start, piece).data = weights[f"embeddings.LayerNorm.{piece}"].clone()
            count = len(part.layers)
            for n, layer in enumerate(part.layers):
                place = n if count == 6 else (1, 3, 5)[n]
                for ours, theirs in names.items():
                    value = weights[f"encoder.layer.{place}.{theirs}.{piece}"]
                    getattr(getattr(layer, ours), piece).data = value.clone()
