"""Teach the reader, stage after stage; stop at any time and give the command again.

    python training/multitask/stages.py --base MODEL --bench BENCHMARKS --gold train.jsonl \\
        --corpus CORPUS --out RUNS [--half]

The stages stand in `stages.toml`, each leaves RUNS/NAME/state.pt, and the mean of the last ones is
written as RUNS/state.pt, for `export.py --run RUNS`.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

HERE = Path(__file__).parent
FOLDERS = ("base", "bench", "gold", "corpus")


def main() -> None:
    """Read the arguments and go through the stages that are left."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    for name in (*FOLDERS, "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--half", action="store_true", help="products in bfloat16 (for AMX)")
    given = parser.parse_args()
    told = tomllib.loads((HERE / "stages.toml").read_text("utf-8"))
    before: Path | None = None
    for stage in told["stage"]:
        folder = given.out / stage["name"]
        if "mean_of" in stage:
            before = mean(given.out, stage["mean_of"])
        print(f"stage {stage['name']}: {stage['steps']} batches", flush=True)
        subprocess.run([sys.executable, *command(given, stage, folder, before)], check=True)
        before = folder
    shutil.copyfile(mean(given.out, told["reader"]) / "state.pt", given.out / "state.pt")


def command(
    given: argparse.Namespace, stage: dict[str, Any], folder: Path, before: Path | None
) -> list[str]:
    """What `train.py` is told; a finished stage has no batch left to learn from."""
    told = [str(HERE / "train.py"), "--out", str(folder), "--steps", str(stage["steps"]),
            "--rate", str(stage["rate"]), "--processes", str(given.processes),
            "--weights", ",".join(f"{k}={v}" for k, v in stage["weights"].items())]  # fmt: skip
    for name in FOLDERS:
        told += [f"--{name}", str(getattr(given, name))]
    return told + (["--begin", str(before)] if before else []) + (["--half"] if given.half else [])


def mean(runs: Path, names: Sequence[str]) -> Path:
    """The folder of the mean of the weights of several stages.

    Wortsman et al., "Model soups" (2022).
    """
    states = [torch.load(runs / name / "state.pt", weights_only=True)["reader"] for name in names]
    for state in states:
        state.pop("shift", None)  # each stage has its own
    folder = runs / "+".join(names)
    folder.mkdir(exist_ok=True)
    made = {key: torch.stack([state[key] for state in states]).mean(0) for key in states[0]}
    torch.save({"reader": made}, folder / "state.pt")
    return folder


if __name__ == "__main__":
    main()
