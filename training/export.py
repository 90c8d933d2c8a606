"""Train the sentiment head and write the packaged reader as one ONNX file.

python training/export.py --base MODEL --bench BENCHMARKS --gold LABELS --corpus CORPUS
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

import graph
import numpy as np
import onnx
import torch
from encode import outputs, session
from head import Source, train
from safetensors.numpy import load_file
from texts import Example, benchmarks, labelled
from tokenizers import Tokenizer

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PER_CLASS = 3000
CARD = (
    "all-MiniLM-L6-v2 in dynamic int8 with a float32 sentiment head over frozen features of"
    " layers 3 to 6. Input: ids [1, T], T <= 256. Outputs: vector (mean of the token states,"
    " length 1), states (one row per token), sentiment (probabilities of negative, neutral,"
    " positive for the tone of the text, calibrated on labels made by a large language model)."
    " English only. Meant for counts over many records, not for judging one person or one text."
)


def main() -> None:
    """Read the arguments, train, export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--bench", type=Path, required=True, help="folder of benchmarks")
    parser.add_argument("--gold", type=Path, required=True, help="train.jsonl, never labels.jsonl")
    parser.add_argument("--corpus", type=Path, required=True, help="folder of *.jsonl.zst")
    parser.add_argument("--out", type=Path, default=Path("src/groundswell/label/reader.onnx"))
    parser.add_argument(
        "--class-b",
        action="store_true",
        help="add TweetEval (research terms); weights made so must not ship",
    )
    given = parser.parse_args()
    torch.set_num_threads(1)
    own = [Example(r.read, r.sentiment) for r in labelled(given.gold, given.corpus)]
    public = benchmarks(given.bench, PER_CLASS, given.class_b)
    report = export(given.base, own, public, given.out)
    print(json.dumps(report, indent=2))


def export(
    base: Path, own: list[Example], public: Mapping[str, list[Example]], out: Path
) -> dict[str, float | str]:
    """Quantise the encoder, train the head on what it gives, write one file."""
    tokenizer = plain_tokenizer(base)
    with tempfile.TemporaryDirectory() as scratch:
        full, small = Path(scratch, "float32.onnx"), Path(scratch, "int8.onnx")
        onnx.save(graph.encoder(base_weights(base), probe=True), full)
        probe = graph.quantised(full, small)
        running = session(small)
        sources = [
            Source(
                outputs(running, tokenizer, [e.text for e in examples], "features"),
                np.array([e.label for e in examples], dtype=np.int64),
            )
            for examples in [own, *public.values()]
        ]
    head, report = train(sources[0], sources[1:])
    onnx.save(graph.with_head(probe, head, notes(tokenizer)), out)
    digest = hashlib.sha256(out.read_bytes()).hexdigest()
    return {**report, "bytes": out.stat().st_size, "sha256": digest}


def base_weights(base: Path) -> dict[str, graph.Array]:
    """The base model's weights, after checking that they are the published ones."""
    path = base / "model.safetensors"
    if hashlib.sha256(path.read_bytes()).hexdigest() != BASE_SHA256:
        raise SystemExit(f"{path} is not the published all-MiniLM-L6-v2")
    return dict(load_file(path))


def plain_tokenizer(base: Path) -> Tokenizer:
    """The base model's tokenizer without truncation and padding."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def notes(tokenizer: Tokenizer) -> dict[str, str]:
    """What a reader finds in the file's metadata."""
    return {
        "name": "minilm-l6",
        "version": "1",
        "languages": "en",
        "max_tokens": str(graph.MAX_TOKENS),
        "licence": "Apache-2.0",
        "card": CARD,
        "tokenizer": tokenizer.to_str(),
    }


if __name__ == "__main__":
    main()
