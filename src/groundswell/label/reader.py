"""The reader: one small encoder that reads each text once, on one core."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

from groundswell.errors import PluginError
from groundswell.types import Reading

SCALE = 127  # vectors are stored as round(SCALE * x)


class Reader:
    """Reads one body per call: dynamic int8 scales depend on the batch, so there is no batch.

    The file is one ONNX graph with input `ids` (int64, 1 x T) and outputs `vector` (float32,
    D, L2-normalised), `states` (float32, T x D) and one float32 vector of probabilities per
    head; its metadata holds `tokenizer`, `name`, `version`, `languages` and `max_tokens`.
    Raises PluginError when the file is something else.
    """

    def __init__(self, path: Path) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = ort.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
            about = self._session.get_modelmeta().custom_metadata_map
            self._tokenizer = Tokenizer.from_str(about["tokenizer"])
            self.languages = tuple(about["languages"].split(","))
            self.name = f"{about['name']}@{about['version']}+{file_hash(path)}"
            self._limit = int(about["max_tokens"])
        except KeyError as problem:
            raise PluginError(f"{path}: is not a reader: its metadata lacks {problem}") from problem
        except Exception as problem:  # ORT raises its own unrelated types
            raise PluginError(f"{path}: cannot be loaded as a reader ({problem})") from problem
        self._heads = [
            o.name for o in self._session.get_outputs() if o.name not in ("vector", "states")
        ]

    def read(self, body: str) -> Reading:
        """What the encoder sees in a body; the text beyond the token limit is not read."""
        encoded = self._tokenizer.encode(body)
        ids, offsets = encoded.ids, encoded.offsets
        if len(ids) > self._limit:
            ids, offsets = [*ids[: self._limit - 1], ids[-1]], offsets[: self._limit]
        tokens = np.asarray([ids], dtype=np.int64)
        vector, states, *heads = self._session.run(
            ["vector", "states", *self._heads], {"ids": tokens}
        )
        return Reading(
            reader=self.name,
            vector=np.rint(vector * SCALE).astype(np.int8),
            states=states,
            outputs={
                name: tuple(int(v) for v in np.rint(head * 1000))
                for name, head in zip(self._heads, heads, strict=True)
            },
            offsets=tuple(offsets),
        )


def packaged() -> Path:
    """The reader that ships with the package."""
    with as_file(files("groundswell.label") / "reader.onnx") as path:
        return Path(path)


@cache
def file_hash(path: Path) -> str:
    """Eight hex digits of the SHA-256 of a reader file: names the reader in every label."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]
