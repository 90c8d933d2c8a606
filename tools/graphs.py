"""Encoders of any size with random weights, as ONNX files: for timing only, they know nothing.

The file format is written by hand, a few messages of protobuf, so that no further package is
needed. The int8 form is what dynamic quantisation of ONNX Runtime gives: signed weights per
channel, activations quantised for each text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
KINDS = {np.dtype(np.float32): 1, np.dtype(np.int8): 3, np.dtype(np.int64): 7}
FLOAT, INT64 = 1, 7
OPSET, VERSION = 20, 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large an encoder is; the inner width is four times the hidden one."""

    layers: int
    hidden: int
    heads: int
    vocabulary: int = 30_522
    tokens: int = 256

    def flops(self, tokens: int) -> int:
        """Floating-point operations for a text: matrix products and attention."""
        return self.layers * (24 * self.hidden**2 * tokens + 4 * tokens**2 * self.hidden)


MINILM = Size(layers=6, hidden=384, heads=12)
ROBERTA = Size(layers=12, hidden=768, heads=12)


def number(n: int) -> bytes:
    """A varint."""
    made = bytearray()
    n &= (1 << 64) - 1
    while n > 127:
        made.append(n & 127 | 128)
        n >>= 7
    return bytes([*made, n])


def whole(key: int, n: int) -> bytes:
    """A field holding a whole number."""
    return number(key << 3) + number(n)


def part(key: int, data: bytes | str) -> bytes:
    """A field holding bytes, a string or a message."""
    data = data.encode() if isinstance(data, str) else data
    return number(key << 3 | 2) + number(len(data)) + data


def tensor(name: str, value: Array) -> bytes:
    """A constant."""
    dims = b"".join(whole(1, n) for n in value.shape)
    raw = np.ascontiguousarray(value).tobytes()
    return dims + whole(2, KINDS[value.dtype]) + part(8, name) + part(9, raw)


def attribute(name: str, value: int | float | Sequence[int]) -> bytes:
    """An attribute of a node."""
    if isinstance(value, int):
        return part(1, name) + whole(3, value) + whole(20, 2)
    if isinstance(value, float):
        packed = np.float32(value).tobytes()
        return part(1, name) + number(2 << 3 | 5) + packed + whole(20, 1)
    return part(1, name) + b"".join(whole(8, n) for n in value) + whole(20, 7)


def typed(name: str, kind: int, shape: Sequence[int | str]) -> bytes:
    """An input or output with its type and shape."""
    dims = b"".join(part(1, whole(1, n) if isinstance(n, int) else part(2, n)) for n in shape)
    return part(1, name) + part(2, part(1, whole(1, kind) + part(2, dims)))


@dataclass
class Encoder:
    """The graph of one encoder, node by node."""

    size: Size
    int8: bool
    dice: np.random.Generator
    nodes: list[bytes] = field(default_factory=list)
    constants: list[bytes] = field(default_factory=list)

    def node(self, op: str, inputs: Sequence[str], *out: str, **given: Any) -> str:
        """Add a node; the name of its first output."""
        told = b"".join(part(1, name) for name in inputs) + b"".join(part(2, name) for name in out)
        told += part(3, out[0]) + part(4, op)
        told += b"".join(part(5, attribute(name, value)) for name, value in given.items())
        self.nodes.append(told)
        return out[0]

    def constant(self, name: str, value: Array) -> str:
        """Add a constant; its name."""
        self.constants.append(tensor(name, value))
        return name

    def whole(self, name: str, *values: int) -> str:
        """A vector of whole numbers, as shapes want it."""
        return self.constant(name, np.array(values, np.int64))

    def weights(self, *shape: int) -> Array:
        """Small random numbers."""
        return (self.dice.standard_normal(shape, np.float32) * np.float32(0.02)).astype(np.float32)

    def linear(self, x: str, out: str, given: int, made: int) -> str:
        """`x @ weight + bias`, in float32 or with int8 weights and activations."""
        weight, bias = self.weights(given, made), self.constant(f"{out}.bias", self.weights(made))
        if not self.int8:
            self.node("MatMul", [x, self.constant(f"{out}.weight", weight)], f"{out}.product")
            return self.node("Add", [f"{out}.product", bias], out)
        scale = np.abs(weight).max(axis=0) / 127
        table = np.rint(weight / scale).astype(np.int8)
        self.node("DynamicQuantizeLinear", [x], f"{out}.x", f"{out}.x.scale", f"{out}.x.zero")
        self.node("MatMulInteger", [f"{out}.x", self.constant(f"{out}.weight", table),
                  f"{out}.x.zero", self.constant(f"{out}.zero", np.zeros(made, np.int8))],
                  f"{out}.whole")  # fmt: skip
        self.node("Cast", [f"{out}.whole"], f"{out}.cast", to=FLOAT)
        scales = self.constant(f"{out}.scale", scale.astype(np.float32))
        self.node("Mul", [f"{out}.x.scale", scales], f"{out}.scales")
        self.node("Mul", [f"{out}.cast", f"{out}.scales"], f"{out}.product")
        return self.node("Add", [f"{out}.product", bias], out)

    def normal(self, x: str, out: str) -> str:
        """Layer normalisation."""
        ones = self.constant(f"{out}.gain", np.ones(self.size.hidden, np.float32))
        zeros = self.constant(f"{out}.shift", np.zeros(self.size.hidden, np.float32))
        return self.node("LayerNormalization", [x, ones, zeros], out, axis=-1, epsilon=1e-12)

    def embed(self) -> str:
        """Token and place embeddings."""
        size = self.size
        table = self.constant("tokens", self.weights(size.vocabulary, size.hidden))
        places = self.constant("places", self.weights(size.tokens, size.hidden))
        self.node("Gather", [table, "ids"], "found", axis=0)
        self.node("Shape", ["ids"], "shape")
        one, two, zero = self.whole("one", 1), self.whole("two", 2), self.whole("zero", 0)
        self.node("Slice", ["shape", one, two], "length")
        self.node("Slice", [places, zero, "length", zero], "placed")
        self.node("Add", ["found", "placed"], "sum")
        return self.normal("sum", "embedded")

    def layer(self, x: str, name: str) -> str:
        """One transformer layer."""
        hidden = self.size.hidden
        mixed = self.linear(self.attend(x, name), f"{name}.mixed", hidden, hidden)
        attended = self.normal(self.node("Add", [mixed, x], f"{name}.sum1"), f"{name}.attended")
        wide = self.linear(attended, f"{name}.wide", hidden, 4 * hidden)
        active = self.node("Gelu", [wide], f"{name}.active")
        narrow = self.linear(active, f"{name}.narrow", 4 * hidden, hidden)
        return self.normal(self.node("Add", [narrow, attended], f"{name}.sum2"), f"{name}.out")

    def attend(self, x: str, name: str) -> str:
        """Self-attention; query, key and value in one product."""
        hidden, heads = self.size.hidden, self.size.heads
        joint = self.linear(x, f"{name}.joint", hidden, 3 * hidden)
        parts = [f"{name}.{what}" for what in ("query", "key", "value")]
        self.node("Split", [joint, self.whole(f"{name}.sizes", *[hidden] * 3)], *parts, axis=2)
        shape = self.whole(f"{name}.heads", 1, -1, heads, hidden // heads)
        turned = []
        for one, order in zip(parts, ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]), strict=True):
            split = self.node("Reshape", [one, shape], f"{one}.split")
            turned.append(self.node("Transpose", [split], f"{one}.turned", perm=order))
        scores = self.node("MatMul", turned[:2], f"{name}.scores")
        shares = self.node("Softmax", [scores], f"{name}.shares", axis=-1)
        seen = self.node("MatMul", [shares, turned[2]], f"{name}.seen")
        back = self.node("Transpose", [seen], f"{name}.back", perm=[0, 2, 1, 3])
        return self.node("Reshape", [back, self.whole(f"{name}.flat", 1, -1, hidden)],
                         f"{name}.context")  # fmt: skip

    def write(self, path: Path) -> None:
        """Build all layers and write the file."""
        x = self.embed()
        for n in range(self.size.layers):
            x = self.layer(x, f"layer{n}")
        self.node("ReduceMean", [x, self.whole("axis", 1)], "vector", keepdims=0)
        graph = b"".join(part(1, node) for node in self.nodes) + part(2, "encoder")
        graph += b"".join(part(5, constant) for constant in self.constants)
        graph += part(11, typed("ids", INT64, [1, "T"]))
        graph += part(12, typed("vector", FLOAT, [1, self.size.hidden]))
        model = whole(1, VERSION) + part(2, "groundswell") + part(7, graph)
        path.write_bytes(model + part(8, part(1, "") + whole(2, OPSET)))


def write(path: Path, size: Size, *, int8: bool, seed: int = 1) -> Path:
    """Write an encoder of a size; returns its path."""
    Encoder(size, int8, np.random.default_rng(seed)).write(path)
    return path
