"""Floors and targets: what the figures are held against.

A floor is the lowest allowed figure; it may rise, never fall, and missing it fails the gate. A
target is what was promised; missing it is said and does not fail. A target that names a baseline
is that baseline's figure of the same run. For each task a hash says what it was measured on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from workbench import ROOT

from quality.figures import Figure, Result

FILE = ROOT / "quality" / "floors.json"
SLACK = 0.015  # under what was measured: processors round differently
LEAST_P = 0.05
PROBE = "probe "  # how names of figures begin that `make quality-probes` measures
ABOUT = (
    "What `make quality` and `make quality-probes` hold figures against. A floor may rise, never"
    " fall; `--write-floors` puts it .015 under what was measured. A target that is a name is that"
    " baseline's figure of the same run."
)
OK, BELOW, UNDER, UNTOLD = "", "BELOW FLOOR", "under target", "NOT TOLD by this reader"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one figure is held against; None where nothing is."""

    target: float | str | None = None
    floor: float | None = None


@dataclass(frozen=True, slots=True)
class Floors:
    """All bounds by figure, and what each task was measured on."""

    bounds: Mapping[str, Bounds] = field(default_factory=dict)
    measured_on: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path = FILE) -> Floors:
        """From the file."""
        found = json.loads(path.read_text("utf-8"))
        bounds = {name: Bounds(**told) for name, told in found["figures"].items()}
        return cls(bounds, found["measured_on"])

    def save(self, path: Path = FILE) -> None:
        """To the file, in order of the names."""
        figures: dict[str, Any] = {}
        for name, one in sorted(self.bounds.items()):
            told = {"target": one.target, "floor": one.floor}
            figures[name] = {key: value for key, value in told.items() if value is not None}
        whole = {"about": ABOUT, "figures": figures,
                 "measured_on": dict(sorted(self.measured_on.items()))}  # fmt: skip
        path.write_text(json.dumps(whole, indent=1) + "\n", "utf-8")

    def of(self, figure: Figure) -> Bounds:
        """What a figure is held against, a baseline's name turned into its figure."""
        found = self.bounds.get(figure.name, Bounds())
        if isinstance(found.target, str):
            return Bounds(figure.beside[found.target], found.floor)
        return found

    def state(self, figure: Figure) -> str:
        """Whether a figure is told, at its floor, at its target."""
        bounds = self.of(figure)
        if figure.told is None:
            return UNTOLD
        if bounds.floor is not None and not figure.reaches(bounds.floor):
            return BELOW
        reached = isinstance(bounds.target, str | None) or figure.reaches(bounds.target)
        return OK if reached else UNDER

    def missing(self, figures: Iterable[Figure], prefix: str = "") -> list[str]:
        """Bounds of figures nobody measured, of names that begin so."""
        known = {figure.name for figure in figures}
        return [n for n in sorted(self.bounds) if n not in known and n.startswith(prefix)]

    def faults(self, results: Iterable[Result]) -> list[str]:
        """What shuts the gate: figures under their floor, or not told at all."""
        every = [(figure.name, self.state(figure)) for one in results for figure in one.figures]
        return [f"{name}: {state}" for name, state in every if state in (BELOW, UNTOLD)]

    def raised(self, results: Sequence[Result], marks: Mapping[str, str]) -> Floors:
        """Floors at what was measured less the slack, where that is higher than before.

        For the first figure of each task and every figure that has bounds already. A figure that
        was not told keeps what it had.
        """
        bounds = dict(self.bounds)
        for result in results:
            for n, figure in enumerate(result.figures):
                if figure.told is None or (n and figure.name not in bounds):
                    continue
                before = bounds.get(figure.name, Bounds())
                bounds[figure.name] = Bounds(before.target, _raised(figure, before.floor))
        return Floors(bounds, {**self.measured_on, **marks})


def _raised(figure: Figure, before: float | None) -> float | None:
    assert figure.told is not None
    if figure.chance:
        return LEAST_P if before is not None or figure.told.value > LEAST_P else None
    if figure.falls:
        floor = round(figure.told.value + SLACK, 3)
        return floor if before is None else min(before, floor)
    floor = round(figure.told.value - SLACK, 3)
    return floor if before is None else max(before, floor)


def hash_of(paths: Iterable[Path]) -> str:
    """Sixteen hex digits of the SHA-256 of some files."""
    found = hashlib.sha256()
    for path in paths:
        found.update(path.read_bytes())
    return found.hexdigest()[:16]
