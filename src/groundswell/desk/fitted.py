"""What a desk has learnt from many labelled records: corrections of the beats gate.

A desk may ship `fitted.json`, made by `training/desk.py` from records that somebody labelled with
its beats. It holds no text, only weights on the reader's vector, and counts only for the reader it
was made with; `fitted.fast.json` beside it is the same for the fast profile.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from groundswell.errors import DeskError

FILE, FAST = "fitted.json", "fitted.fast.json"
SCALE = 1000  # weights are thousandths
Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """A logistic regression on a vector of length one; weights in thousandths."""

    weights: tuple[int, ...]
    bias: float

    def log_odds(self, vector: Vector) -> float:
        """Weights times vector, and the bias."""
        return float(_array(self.weights) @ vector) + self.bias


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """The corrections of one desk, and the thresholds that go with them.

    Relevance is a logistic regression on the vector and the gate's own log odds; a beat's log
    odds are the mean of the gate's and those of a logistic regression on the vector, then scaled
    and moved so that chances mean what they say (Platt 1999), on records not fitted on.
    """

    reader: str
    relevance: Row
    gate: float  # the weight of the gate's own log odds in relevance
    enter: float  # thresholds on chances
    join: float
    beats: Mapping[str, Row] = field(default_factory=dict)
    scale: float = 1.0  # of a beat's log odds
    offset: float = 0.0
    fast: Fitted | None = None  # what was learnt with the fast profile

    def of(self, reader: str) -> Fitted | None:
        """What was learnt with a reader, alone; None where nothing was."""
        found = next((one for one in (self, self.fast) if one and one.reader == reader), None)
        return replace(found, fast=None) if found else None

    def on_topic(self, own: float, vector: Vector) -> float:
        """Log odds that a record is on topic, from the gate's own and the record's vector."""
        return self.gate * own + self.relevance.log_odds(vector)

    def joins(self, slug: str, own: float, vector: Vector) -> float:
        """Log odds that a record belongs to a beat; from the gate's own alone for a beat nobody
        labelled."""
        row = self.beats.get(slug)
        return self.joined(own, None if row is None else row.log_odds(vector))

    def joined(self, own: float, learnt: float | None) -> float:
        """The same from what the regression says; None: nobody labelled the beat."""
        both = own if learnt is None else (own + learnt) / 2
        return self.scale * both + self.offset


class Corrections:
    """What a desk has learnt about its beats, ready for many records."""

    def __init__(self, fitted: Fitted, slugs: Sequence[str]) -> None:
        self._fitted = fitted
        self._rows = [fitted.beats.get(slug) for slug in slugs]
        weights = [_array(row.weights if row else fitted.relevance.weights) for row in self._rows]
        self._weights = np.array(weights)  # any will do where a beat has none

    def joins(self, own: Sequence[float], vector: Vector) -> list[float]:
        """`Fitted.joins` of every beat, in the order of the slugs."""
        told = np.vecdot(self._weights, vector).tolist()
        return [self._fitted.joined(one, None if row is None else learnt + row.bias)
                for one, row, learnt in zip(own, self._rows, told, strict=True)]  # fmt: skip


def load_fitted(folder: Path) -> Fitted | None:
    """A desk's corrections, or None when it has none. DeskError for a damaged file."""
    whole, fast = _load(folder / FILE), _load(folder / FAST)
    return replace(whole, fast=fast) if whole else fast


def _load(path: Path) -> Fitted | None:
    """The corrections in one file, or None when there is none."""
    if not path.is_file():
        return None
    try:
        told: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return Fitted(
            reader=str(told["reader"]), relevance=_row(told["relevance"]),
            gate=float(told["relevance"]["gate"]), enter=float(told["enter"]),
            join=float(told["join"]),
            beats={slug: _row(row) for slug, row in told["beats"].items()},
            scale=float(told.get("scale", 1.0)), offset=float(told.get("offset", 0.0)),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise DeskError(
            f"{path}: cannot be read ({problem!r}); make it again with training/desk.py, or "
            "delete it: the desk then goes by its texts alone"
        ) from problem


def _row(told: Mapping[str, Any]) -> Row:
    return Row(tuple(int(w) for w in told["weights"]), float(told["bias"]))


@cache
def _array(weights: tuple[int, ...]) -> Vector:
    """The weights of a row ready for use; the noun itself stays plain so that it can be hashed."""
    return np.asarray(weights, dtype=np.float64) / SCALE
