"""The one door to ONNX Runtime and to tokenizers: a model's file, opened for one core."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import onnxruntime as ort
from tokenizers import Tokenizer

from groundswell.errors import GroundswellError, PluginError

__all__ = ["Tokenizer", "loading", "open_session", "tokenizer_of"]


@contextmanager
def loading(path: Path, what: str) -> Iterator[None]:
    """Tell what goes wrong while a model's file is opened as PluginError, which names the file.

    Both libraries raise unrelated types of their own, some of them plain Exception.
    """
    try:
        yield
    except GroundswellError:
        raise
    except Exception as problem:
        raise PluginError(f"{path}: cannot be loaded as {what} ({problem})") from problem


def open_session(model: Path | bytes) -> ort.InferenceSession:
    """An ONNX file ready to run: one thread, on the CPU, idle while nothing is asked.

    ONNX Runtime's fused sum and normalisation is left out: it takes several times as long as the
    two one after the other, a sixth of a text's time.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    given = model if isinstance(model, bytes) else str(model)
    return ort.InferenceSession(given, options, providers=["CPUExecutionProvider"],
                                disabled_optimizers=["SkipLayerNormFusion"])  # fmt: skip


def tokenizer_of(text: str) -> Tokenizer:
    """A tokenizer from its JSON; it neither pads nor cuts unless it is told to."""
    made = Tokenizer.from_str(text)
    made.no_padding()
    made.no_truncation()
    return made
