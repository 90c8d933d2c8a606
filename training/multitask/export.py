"""Write a trained reader as one int8 ONNX file.

python training/multitask/export.py --base MODEL --run RUN --out reader.onnx
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from model import POOLED, Neck, Reader
from samples import EMOTION, REGISTER, SENTIMENT, TAGS
from train import plain_tokenizer

sys.path.insert(0, str(Path(__file__).parents[1]))
import graph

CARD = (
    "all-MiniLM-L6-v2, fine-tuned on many tasks at once, in dynamic int8 with float32 heads."
    " Inputs: ids and cases [1, T], T <= 256. Outputs: vector (mean of the last states, length 1),"
    " states (keys and values by which attitudes are read), sentiment, score, register, emotion,"
    " irony, spam (probabilities) and tags (probabilities per token). English only. Meant for"
    " counts over many records, not for judging one person or one text."
)


def main() -> None:
    """Read the arguments and export."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True, help="folder with state.pt")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--adjust", type=Path, help="offsets and temperatures by head, JSON")
    given = parser.parse_args()
    reader = trained(given.run, given.layers)
    adjust = json.loads(given.adjust.read_text()) if given.adjust else {}
    given.out.write_bytes(exported(reader, given.base, adjust).SerializeToString())
    print(json.dumps({"bytes": given.out.stat().st_size,
                      "sha256": hashlib.sha256(given.out.read_bytes()).hexdigest()}))  # fmt: skip


def trained(run: Path, layers: int) -> Reader:
    """The reader of a run, ready to be read out."""
    reader = Reader(layers)
    state = torch.load(run / "state.pt", weights_only=True)["reader"]
    reader.load_state_dict({k: v for k, v in state.items() if k != "shift"}, strict=False)
    return reader.eval()


def exported(
    reader: Reader, base: Path, adjust: Mapping[str, Mapping[str, list[float]]]
) -> onnx.ModelProto:
    """The whole graph."""
    layers = len(reader.encoder.layers)
    places = [place * layers // 6 for place in POOLED]
    with tempfile.TemporaryDirectory() as scratch:
        full, small = Path(scratch, "float32.onnx"), Path(scratch, "int8.onnx")
        onnx.save(graph.encoder(encoder_weights(reader), probe=True), full)
        model = graph.quantised(full, small)
    tokenizer = plain_tokenizer(base)
    labels = {"sentiment": SENTIMENT, "score": ["score"], "register": REGISTER, "emotion": EMOTION,
              "irony": ["plain", "irony"], "spam": ["ham", "spam"], "tags": TAGS}  # fmt: skip
    notes = {
        "name": f"groundswell-l{layers}", "version": "2", "languages": "en",
        "max_tokens": str(graph.MAX_TOKENS), "licence": "Apache-2.0", "card": CARD,
        "labels": json.dumps(labels),
        "floors": json.dumps(adjust.get("floors", {})),
        "look": packed(look_weights(reader, adjust)), "tokenizer": tokenizer.to_str(),
    }  # fmt: skip
    return graph.with_heads(model, heads_of(reader, adjust), places, notes)


def encoder_weights(reader: Reader) -> dict[str, graph.Array]:
    """The encoder under the names of the base model."""
    part = reader.encoder
    found = {
        "embeddings.word_embeddings.weight": part.tokens.weight,
        "embeddings.position_embeddings.weight": part.places.weight,
        "embeddings.token_type_embeddings.weight": torch.zeros(1, part.places.weight.shape[1]),
        "embeddings.LayerNorm.weight": part.start.weight,
        "embeddings.LayerNorm.bias": part.start.bias,
        "cases": part.cases.weight,
    }
    names = {
        "query": "attention.self.query", "key": "attention.self.key",
        "value": "attention.self.value", "mixed": "attention.output.dense",
        "attended": "attention.output.LayerNorm", "wide": "intermediate.dense",
        "narrow": "output.dense", "done": "output.LayerNorm",
    }  # fmt: skip
    for n, layer in enumerate(part.layers):
        for ours, theirs in names.items():
            for piece in ("weight", "bias"):
                found[f"encoder.layer.{n}.{theirs}.{piece}"] = getattr(getattr(layer, ours), piece)
    return {name: np.asarray(value.detach(), dtype=np.float32) for name, value in found.items()}


def heads_of(reader: Reader, adjust: Mapping[str, Mapping[str, list[float]]]) -> graph.Heads:
    """The heads as arrays, offsets and temperatures folded into their last layers."""
    necks = {"sentiment": reader.sentiment, "score": reader.score, "register": reader.register_,
             "emotion": reader.emotion, "irony": reader.irony, "spam": reader.spam}  # fmt: skip
    shares = reader.mix.detach().softmax(1).numpy()
    look = reader.look
    keys = torch.cat([look.key.weight, look.value.weight]).detach().numpy().T
    bias = torch.cat([look.key.bias, look.value.bias]).detach().numpy()
    return graph.Heads(
        {name: adjusted(neck, adjust.get(name, {})) for name, neck in necks.items()},
        adjusted(reader.names, adjust.get("tags", {})), (keys, bias), shares[0], shares[1],
    )  # fmt: skip


def adjusted(neck: Neck, by: Mapping[str, list[float]]) -> graph.Head:
    """A head whose logits are `(logits + offset) / temperature`."""
    weight = neck.hidden.weight / neck.spread
    bias = neck.hidden.bias - weight @ neck.mean
    arrays = [
        np.asarray(value.detach().numpy(), dtype=np.float32)
        for value in (weight.T, bias, neck.out.weight.T, neck.out.bias)
    ]
    heat = np.float32(by.get("temperature", [1.0])[0])
    offset = np.asarray(by.get("offset", [0.0]), dtype=np.float32)
    return graph.Head(arrays[0], arrays[1], arrays[2] / heat, (arrays[3] + offset) / heat)


def look_weights(
    reader: Reader, adjust: Mapping[str, Mapping[str, list[float]]]
) -> dict[str, np.ndarray]:
    """What reads an attitude from keys, values and a target's vector."""
    look, read = reader.look, reader.look.read[1]
    found = {
        "ask": look.ask.weight.T, "ask_bias": look.ask.bias,
        "target": look.target.weight.T, "target_bias": look.target.bias,
        "read": read.weight.T, "read_bias": read.bias,
        "stance": look.stance.weight.T, "stance_bias": look.stance.bias,
        "roles": look.roles.weight.T, "roles_bias": look.roles.bias,
    }  # fmt: skip
    made = {name: value.detach().numpy() for name, value in found.items()}
    for name in ("stance", "roles"):
        by = adjust.get(name, {})
        heat = by.get("temperature", [1.0])[0]
        made[name] = made[name] / heat
        made[f"{name}_bias"] = (made[f"{name}_bias"] + np.array(by.get("offset", [0.0]))) / heat
    return {name: value.astype(np.float16) for name, value in made.items()}


def packed(arrays: Mapping[str, np.ndarray]) -> str:
    """Arrays as the base64 of an .npz file, the same bytes each time."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in arrays.items():
            part = io.BytesIO()
            np.lib.format.write_array(part, np.ascontiguousarray(value))
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), part.getvalue())
    return base64.b64encode(stream.getvalue()).decode("ascii")


if __name__ == "__main__":
    main()
