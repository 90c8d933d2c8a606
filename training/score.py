"""Print what the packaged reader does, for docs/model-card.md.

    python training/score.py --base MODEL --labels LABELS --corpus CORPUS

Nothing is chosen here: run it once, at the end, on labels that trained nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from encode import outputs, packed_tokenizer, session, token_ids
from export import base_weights
from graph import encoder
from head import Labels
from sklearn.metrics import f1_score
from texts import CLASSES, labelled

RESAMPLES = 2000


def main() -> None:
    """Read the arguments, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--labels", type=Path, required=True, help="labels to compare with")
    parser.add_argument("--corpus", type=Path, required=True, help="folder of *.jsonl.zst")
    parser.add_argument("--reader", type=Path, default=Path("src/groundswell/label/reader.onnx"))
    given = parser.parse_args()
    records = labelled(given.labels, given.corpus)
    texts = [r.read for r in records]
    print(f"file: {given.reader.stat().st_size / 1e6:.1f} MB, SHA-256", digest(given.reader))
    print_agreement(given.reader, texts, np.array([r.sentiment for r in records]))
    print_drift(given.reader, given.base, texts)
    print_speed(given.reader, texts)


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def print_agreement(reader: Path, texts: Sequence[str], truth: Labels) -> None:
    """Sentiment against the labels, with a bootstrap interval over records."""
    running = session(reader)
    shares = outputs(running, packed_tokenizer(running), texts, "sentiment")
    guess = shares.argmax(axis=1)
    low, high = interval(truth, guess)
    each = f1_score(truth, guess, average=None, labels=range(len(CLASSES)))
    print("\nagreement with a large model's reading")
    print(f"sentiment macro-F1 {macro(truth, guess):.3f} (95 % {low:.3f} to {high:.3f})")
    for place, name in enumerate(CLASSES):
        print(f"  {name}: F1 {each[place]:.3f}, {int((truth == place).sum())} records")
    sure = shares[np.arange(len(truth)), truth]
    print(f"accuracy {np.mean(truth == guess):.3f}, of {len(truth)} records")
    print(f"log loss {-np.mean(np.log(np.maximum(sure, 1e-6))):.3f}")
    print(f"calibration error (10 bins) {calibration_error(shares, truth):.3f}")


def macro(truth: Labels, guess: Labels) -> float:
    """Mean of the three classes' F1."""
    return float(f1_score(truth, guess, average="macro", labels=range(len(CLASSES))))


def interval(truth: Labels, guess: Labels) -> tuple[float, float]:
    """Percentile bootstrap over records, fixed seed."""
    random = np.random.default_rng(0)
    draws = [random.integers(0, len(truth), len(truth)) for _ in range(RESAMPLES)]
    scores = [macro(truth[d], guess[d]) for d in draws]
    low, high = np.percentile(scores, [2.5, 97.5])
    return float(low), float(high)


def calibration_error(
    shares: np.ndarray[tuple[int, ...], np.dtype[np.float32]], truth: Labels
) -> float:
    """Mean distance between what the model says of its guess and how often it is right."""
    sure, right = shares.max(axis=1), shares.argmax(axis=1) == truth
    bins = np.minimum((sure * 10).astype(int), 9)
    gaps = [
        abs(float(sure[bins == b].mean() - right[bins == b].mean())) * int((bins == b).sum())
        for b in np.unique(bins)
    ]
    return sum(gaps) / len(truth)


def print_drift(reader: Path, base: Path, texts: Sequence[str]) -> None:
    """Cosine between the packaged vector and that of the base model in float32."""
    small = session(reader)
    tokenizer = packed_tokenizer(small)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch, "float32.onnx")
        onnx.save(encoder(base_weights(base)), path)
        full = session(path)
        exact = outputs(full, tokenizer, texts, "vector")
    close = (outputs(small, tokenizer, texts, "vector") * exact).sum(axis=1)
    print(
        f"\ncosine to the float32 base: mean {close.mean():.4f}, least {close.min():.4f},"
        f" {len(texts)} texts"
    )


def print_speed(reader: Path, texts: Sequence[str]) -> None:
    """Records a second of process time, all outputs, tokens included; median of three rounds."""
    running = session(reader)
    tokenizer = packed_tokenizer(running)
    rounds = []
    for _ in range(3):
        start = time.process_time()
        tokens = 0
        for text in texts:
            ids = token_ids(tokenizer, text)
            tokens += ids.shape[1]
            running.run(None, {"ids": ids})
        rounds.append(time.process_time() - start)
    spent = float(np.median(rounds))
    print(
        f"\none core: {len(texts) / spent:.0f} records/s, {tokens / spent:.0f} tokens/s,"
        f" {tokens / len(texts):.0f} tokens a record"
    )


if __name__ == "__main__":
    main()
