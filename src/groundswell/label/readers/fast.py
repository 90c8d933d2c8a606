"""The fast profile of a reader: all it tells, from half its layers."""

from __future__ import annotations

from pathlib import Path

from groundswell.label.reader import Reader, packaged


class Fast(Reader):
    """Half the cost of the reader and somewhat less often right; its vectors are its own.

    `path` is a reader's file, with the heads of its fast profile beside it (`reader.fast.onnx`
    beside `reader.onnx`); the packaged reader by default.
    """

    def __init__(self, *, path: str | Path = "") -> None:
        super().__init__(Path(path) if path else packaged(), fast=True)
