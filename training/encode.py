"""Running an exported graph, one text at a time, as the product does."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import onnxruntime as ort
from graph import MAX_TOKENS
from numpy.typing import NDArray
from tokenizers import Tokenizer

Array = NDArray[np.float32]


def session(model: Path) -> ort.InferenceSession:
    """A session on one thread that never spins, so results and cost do not vary."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def packed_tokenizer(model: ort.InferenceSession) -> Tokenizer:
    """The tokenizer that travels in the model file."""
    return Tokenizer.from_str(model.get_modelmeta().custom_metadata_map["tokenizer"])


def token_ids(tokenizer: Tokenizer, text: str) -> NDArray[np.int64]:
    """Ids as [1, T]: at most `MAX_TOKENS`, the closing token kept."""
    ids = tokenizer.encode(text).ids
    if len(ids) > MAX_TOKENS:
        ids = [*ids[: MAX_TOKENS - 1], ids[-1]]
    return np.array([ids], dtype=np.int64)


def outputs(
    model: ort.InferenceSession, tokenizer: Tokenizer, texts: Iterable[str], name: str
) -> Array:
    """One output for each text, stacked."""
    found = [model.run([name], {"ids": token_ids(tokenizer, text)})[0] for text in texts]
    return np.stack([np.asarray(f, dtype=np.float32).reshape(-1) for f in found])
