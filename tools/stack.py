"""What a text costs by our reader and by the models a user would otherwise put together.

    python tools/stack.py TEXTS.json [--rounds N]      (called by bench_label.py; prints JSON)

The stack is three encoders of RoBERTa-base's size, for sentiment, emotion and names, and one of
MiniLM's size for vectors. Their weights are random and they get the reader's own pieces: right for
speed, silent on quality, and a favour to the stack, whose tokenising costs nothing here. The three
large ones are one model run three times; none of them fits a processor's cache. All is measured on
one core, a text at a time, in rounds that take turns, in seconds of processor time; what runs in
ONNX Runtime is opened as the reader is.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from graphs import MINILM, ROBERTA, Size, write

from groundswell.errors import PluginError
from groundswell.label.reader import Reader
from groundswell.label.session import open_session

Run = Callable[[int], object]  # runs one text, by its number
BIG, SMALL = "RoBERTa size", "MiniLM size"
TIMES = {BIG: 3, SMALL: 1}  # how often each is run for a text


def by_onnx(path: Path, pieces: list[list[int]]) -> Run:
    """A model in ONNX Runtime."""
    model = open_session(path)
    given = [{"ids": np.asarray([ids], np.int64)} for ids in pieces]
    return lambda n: model.run(None, given[n])


def by_torch(size: Size, pieces: list[list[int]]) -> Run:
    """The same encoder in PyTorch, float32."""
    torch = import_module("torch")
    torch.set_num_threads(1)
    torch.manual_seed(1)
    layer = torch.nn.TransformerEncoderLayer(
        size.hidden, size.heads, 4 * size.hidden, activation="gelu", batch_first=True
    )
    model = torch.nn.TransformerEncoder(layer, size.layers).eval()
    table = torch.nn.Embedding(size.vocabulary, size.hidden)
    given = [torch.tensor([ids]) for ids in pieces]

    def run(n: int) -> object:
        with torch.inference_mode():
            return model(table(given[n])).mean(dim=1).numpy()

    return run


def ours(bodies: list[str], path: Path, *, fast: bool) -> Iterator[tuple[str, Run]]:
    """Our reader, tokenising and all heads included, and its fast profile."""
    whole = Reader(path)
    yield "reader", lambda n: whole.read(bodies[n])
    if fast:
        quick = Reader(path, fast=True)
        yield "reader, fast", lambda n: quick.read(bodies[n])


def no_fast(path: Path) -> str:
    """Why the fast profile is left out; "" where it can be timed."""
    try:
        Reader(path, fast=True)
    except PluginError as problem:
        return str(problem)
    return ""


def versions() -> str:
    """What the figures were made with: this need not be the Python of the other parts."""
    made = {name: import_module(name) for name in ("onnxruntime", "torch") if find_spec(name)}
    told = [f"{name} {module.__version__}" for name, module in made.items()]
    return ", ".join([f"Python {platform.python_version()}", *told])


@contextmanager
def runs(
    bodies: list[str], pieces: list[list[int]], reader: Path, *, fast: bool
) -> Iterator[dict[str, Run]]:
    """Everything that is timed, by name."""
    made = dict(ours(bodies, reader, fast=fast))
    with tempfile.TemporaryDirectory() as folder:
        for name, size in ((BIG, ROBERTA), (SMALL, MINILM)):
            for int8 in (False, True):
                path = write(Path(folder) / "model.onnx", size, int8=int8)
                made[f"{name}, ORT {'int8' if int8 else 'fp32'}"] = by_onnx(path, pieces)
            if find_spec("torch"):
                made[f"{name}, torch fp32"] = by_torch(size, pieces)
        yield made


def main() -> int:
    """Time every model on every text, round after round; print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    texts = json.loads(given.texts.read_text("utf-8"))
    bodies, pieces, reader = texts["bodies"], texts["pieces"], Path(texts["reader"])
    lacking = no_fast(reader)
    with runs(bodies, pieces, reader, fast=not lacking) as made:
        for run in made.values():
            run(0)
        times: dict[str, list[float]] = {name: [] for name in made}
        for _ in range(given.rounds):
            for name, run in made.items():
                begun = time.process_time()
                for n in range(len(bodies)):
                    run(n)
                times[name].append(time.process_time() - begun)
    print(json.dumps({"times": times, "torch": find_spec("torch") is not None,
                      "no_fast": lacking, "versions": versions()}))  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
