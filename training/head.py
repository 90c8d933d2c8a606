"""The sentiment head: a few small networks on frozen features, averaged and calibrated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from graph import Head
from numpy.typing import NDArray
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold
from texts import CLASSES, NEUTRAL
from torch import nn

Array = NDArray[np.float32]
Labels = NDArray[np.int64]

HIDDEN = 48
SEEDS = (0, 1)
FOLDS = 5
EPOCHS = 6
BATCH = 128
OWN_WEIGHT = 4.0
"""How much one of the project's own labelled records counts against a benchmark row."""


@dataclass(frozen=True, slots=True)
class Source:
    """The features and classes of one training file."""

    features: Array
    labels: Labels


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logits become `(logits + neutral * [0, 1, 0]) / temperature`."""

    neutral: float
    temperature: float


@dataclass(frozen=True, slots=True)
class Scale:
    """Mean and spread of each feature over the training rows."""

    mean: Array
    spread: Array

    def __call__(self, features: Array) -> torch.Tensor:
        """Standardised features."""
        return torch.from_numpy((features - self.mean) / self.spread)


def train(own: Source, public: Sequence[Source]) -> tuple[Head, Mapping[str, float]]:
    """Calibrate out of fold on the project's labels, then fit on everything."""
    held_out = np.zeros((len(own.labels), len(CLASSES)), dtype=np.float32)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for fitted, left in folds.split(own.features, own.labels):
        part = Source(own.features[fitted], own.labels[fitted])
        held_out[left] = logits(head(part, public), own.features[left])
    calibration = calibrate(held_out, own.labels)
    shifted = held_out + calibration.neutral * np.eye(len(CLASSES), dtype=np.float32)[NEUTRAL]
    score = f1_score(own.labels, shifted.argmax(axis=1), average="macro")
    report = {
        "macro_f1_out_of_fold": float(score),
        "neutral": calibration.neutral,
        "temperature": calibration.temperature,
        "rows": float(len(own.labels) + sum(len(p.labels) for p in public)),
    }
    return calibrated(head(own, public), calibration), report


def head(own: Source, public: Sequence[Source]) -> Head:
    """Networks from several seeds, side by side, their logits averaged."""
    sources = [own, *public]
    stacked = np.concatenate([s.features for s in sources])
    scale = Scale(stacked.mean(axis=0), stacked.std(axis=0) + np.float32(1e-4))
    nets = [network(sources, scale(stacked), seed) for seed in SEEDS]
    first = [net[1] for net in nets]
    last = [net[4] for net in nets]
    w1 = np.concatenate([weight(layer).T for layer in first], axis=1) / scale.spread[:, None]
    b1 = np.concatenate([bias(layer) for layer in first]) - scale.mean @ w1
    w2 = np.concatenate([weight(layer).T for layer in last]) / len(nets)
    b2 = np.mean([bias(layer) for layer in last], axis=0)
    return Head(*(part.astype(np.float32) for part in (w1, b1, w2, b2)))


def weight(layer: nn.Module) -> Array:
    """The weight of a linear layer as an array."""
    assert isinstance(layer, nn.Linear)
    return np.asarray(layer.weight.detach().numpy(), dtype=np.float32)


def bias(layer: nn.Module) -> Array:
    """The bias of a linear layer as an array."""
    assert isinstance(layer, nn.Linear)
    return np.asarray(layer.bias.detach().numpy(), dtype=np.float32)


def network(sources: Sequence[Source], x: torch.Tensor, seed: int) -> nn.Sequential:
    """One network. Each public file gets offsets of its own, dropped afterwards.

    Files differ in what they call neutral; the offsets absorb that, so that what is left
    follows the project's own labels.
    """
    torch.manual_seed(seed)
    y = torch.from_numpy(np.concatenate([s.labels for s in sources]))
    origin = torch.from_numpy(
        np.concatenate([np.full(len(s.labels), i) for i, s in enumerate(sources)])
    )
    net = nn.Sequential(
        nn.Dropout(0.2),
        nn.Linear(x.shape[1], HIDDEN),
        nn.ReLU(),
        nn.Dropout(0.4),
        nn.Linear(HIDDEN, len(CLASSES)),
    )
    offsets = nn.Parameter(torch.zeros(len(sources), len(CLASSES)))
    learn(net, offsets, x, y, origin, torch.from_numpy(row_weights(sources)))
    return net.eval()


def row_weights(sources: Sequence[Source]) -> Array:
    """Classes balanced within each file; the project's own rows count more."""
    parts = []
    for place, source in enumerate(sources):
        counts = np.bincount(source.labels, minlength=len(CLASSES))
        share = len(source.labels) / (len(CLASSES) * np.maximum(counts, 1))
        parts.append(share[source.labels] * (OWN_WEIGHT if place == 0 else 1.0))
    return np.concatenate(parts).astype(np.float32)


def learn(
    net: nn.Sequential,
    offsets: nn.Parameter,
    x: torch.Tensor,
    y: torch.Tensor,
    origin: torch.Tensor,
    weights: torch.Tensor,
) -> None:
    """AdamW with one warm-up and decay, label smoothing, weighted rows."""
    groups = [
        {"params": list(net.parameters()), "weight_decay": 0.1},
        {"params": [offsets], "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=2e-3)
    steps = EPOCHS * -(-len(y) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, [2e-3, 6e-3], total_steps=steps)
    public = (origin > 0).float()[:, None]
    net.train()
    for _ in range(EPOCHS):
        order = torch.randperm(len(y))
        for start in range(0, len(y), BATCH):
            rows = order[start : start + BATCH]
            guess = net(x[rows]) + offsets[origin[rows]] * public[rows]
            loss = nn.functional.cross_entropy(
                guess, y[rows], reduction="none", label_smoothing=0.05
            )
            optimiser.zero_grad()
            (loss * weights[rows]).mean().backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            schedule.step()


def logits(model: Head, features: Array) -> Array:
    """What the exported head computes, before the softmax."""
    hidden = np.maximum(features @ model.w1 + model.b1, 0)
    return np.asarray(hidden @ model.w2 + model.b2, dtype=np.float32)


def calibrate(held_out: Array, labels: Labels) -> Calibration:
    """The neutral offset with the best macro-F1, then the temperature with the least loss."""
    one = np.eye(len(CLASSES), dtype=np.float32)[NEUTRAL]
    steps = np.arange(-1.0, 1.51, 0.1)
    scores = [f1_score(labels, (held_out + s * one).argmax(axis=1), average="macro") for s in steps]
    smooth = np.convolve(np.pad(scores, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    neutral = float(np.round(steps[int(smooth.argmax())], 1))
    shifted = torch.from_numpy(held_out + np.float32(neutral) * one)
    heats = np.exp(np.linspace(-1.5, 1.5, 61))
    losses = [
        nn.functional.cross_entropy(shifted / h, torch.from_numpy(labels)).item() for h in heats
    ]
    return Calibration(neutral, float(heats[int(np.argmin(losses))]))


def calibrated(model: Head, calibration: Calibration) -> Head:
    """The same head with offset and temperature folded into its last layer."""
    heat = np.float32(calibration.temperature)
    shift = np.zeros(len(CLASSES), dtype=np.float32)
    shift[NEUTRAL] = calibration.neutral
    return Head(model.w1, model.b1, model.w2 / heat, (model.b2 + shift) / heat)
