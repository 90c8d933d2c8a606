"""The reader as an ONNX graph, built node by node from the base model's weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

Array = NDArray[np.float32]

HIDDEN = 384
HEADS = 12
LAYERS = 6
MAX_TOKENS = 256
POOLED_LAYERS = (3, 4, 5, 6)
"""Layers whose mean and maximum over tokens feed the sentiment head."""


@dataclass(slots=True)
class Builder:
    """Nodes and constants gathered in order; every call returns the name of its output."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Add a named constant."""
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def integers(self, name: str, *values: int) -> str:
        """Add a vector of int64, as shapes and axes want it."""
        return self.constant(name, np.array(values, dtype=np.int64))

    def node(self, op: str, inputs: Sequence[str], out: str, **attributes: Any) -> str:
        """Add one node with one output."""
        self.nodes.append(helper.make_node(op, list(inputs), [out], name=out, **attributes))
        return out

    def linear(self, x: str, out: str, weight: Array, bias: Array) -> str:
        """Add `x @ weight + bias`."""
        product = self.node("MatMul", [x, self.constant(f"{out}.weight", weight)], f"{out}.product")
        return self.node("Add", [product, self.constant(f"{out}.bias", bias)], out)


@dataclass(frozen=True, slots=True)
class Head:
    """Two linear layers over the pooled features: `softmax(relu(x @ w1 + b1) @ w2 + b2)`."""

    w1: Array
    b1: Array
    w2: Array
    b2: Array


def encoder(weights: Mapping[str, Array], probe: bool = False) -> onnx.ModelProto:
    """The float32 encoder: `ids` in; `vector`, `states` and, for training, `features` out."""
    b = Builder()
    hidden = embed(b, weights)
    pooled = []
    for layer in range(LAYERS):
        hidden = block(b, hidden, weights, layer)
        if layer + 1 in POOLED_LAYERS:
            pooled += pool(b, hidden, layer + 1)
    states = b.node("Squeeze", [hidden, b.integers("axis.batch", 0)], "states")
    first = b.node("Gather", [states, b.integers("index.first", 0)], "cls", axis=0)
    b.node("Concat", [*pooled, first], "features", axis=1)
    mean = b.node("ReduceMean", ["states", "axis.batch"], "mean", keepdims=0)
    norm = b.node("ReduceL2", [mean, "axis.batch"], "norm", keepdims=1)
    b.node("Div", [mean, norm], "vector")
    outputs: list[tuple[str, list[int | str]]] = [("vector", [HIDDEN]), ("states", ["T", HIDDEN])]
    if probe:
        outputs.append(("features", [1, feature_size()]))
    return assemble(b, outputs)


def feature_size() -> int:
    """Length of the vector the sentiment head reads."""
    return HIDDEN * (2 * len(POOLED_LAYERS) + 1)


def embed(b: Builder, weights: Mapping[str, Array]) -> str:
    """Token, position and (constant) type embeddings, summed and normalised."""
    table = b.constant("tokens", weights["embeddings.word_embeddings.weight"])
    place = weights["embeddings.position_embeddings.weight"][:MAX_TOKENS]
    place = place + weights["embeddings.token_type_embeddings.weight"][0]
    shape = b.node("Shape", ["ids"], "ids.shape")
    length = b.node("Slice", [shape, b.integers("one", 1), b.integers("two", 2)], "ids.length")
    begin = b.integers("zero", 0)
    positions = b.node(
        "Slice", [b.constant("positions", place), begin, length, begin], "positions.used"
    )
    found = b.node("Gather", [table, "ids"], "tokens.used", axis=0)
    total = b.node("Add", [found, positions], "embeddings.sum")
    return normalise(b, total, "embeddings", weights, "embeddings.LayerNorm")


def normalise(b: Builder, x: str, out: str, weights: Mapping[str, Array], key: str) -> str:
    """Layer normalisation over the hidden axis."""
    scale = b.constant(f"{out}.scale", weights[f"{key}.weight"])
    shift = b.constant(f"{out}.shift", weights[f"{key}.bias"])
    return b.node("LayerNormalization", [x, scale, shift], out, axis=-1, epsilon=1e-12)


def block(b: Builder, x: str, weights: Mapping[str, Array], layer: int) -> str:
    """One transformer layer: attention, then the feed-forward pair, each added and normalised."""
    key, name = f"encoder.layer.{layer}", f"layer{layer + 1}"
    context = attention(b, x, weights, f"{key}.attention.self", name)
    mixed = dense(b, context, weights, f"{key}.attention.output.dense", f"{name}.mixed")
    summed = b.node("Add", [mixed, x], f"{name}.attended.sum")
    attended = normalise(
        b, summed, f"{name}.attended", weights, f"{key}.attention.output.LayerNorm"
    )
    wide = dense(b, attended, weights, f"{key}.intermediate.dense", f"{name}.wide")
    active = b.node("Gelu", [wide], f"{name}.active")
    narrow = dense(b, active, weights, f"{key}.output.dense", f"{name}.narrow")
    summed = b.node("Add", [narrow, attended], f"{name}.sum")
    return normalise(b, summed, name, weights, f"{key}.output.LayerNorm")


def dense(b: Builder, x: str, weights: Mapping[str, Array], key: str, out: str) -> str:
    """A linear layer of the base model."""
    return b.linear(x, out, weights[f"{key}.weight"].T, weights[f"{key}.bias"])


def attention(b: Builder, x: str, weights: Mapping[str, Array], key: str, name: str) -> str:
    """Self-attention without a mask; query, key and value in one product, scale folded in."""
    scale = np.float32((HIDDEN // HEADS) ** -0.5)
    parts = [weights[f"{key}.{part}.weight"].T for part in ("query", "key", "value")]
    biases = [weights[f"{key}.{part}.bias"] for part in ("query", "key", "value")]
    weight = np.concatenate([parts[0] * scale, *parts[1:]], axis=1)
    bias = np.concatenate([biases[0] * scale, *biases[1:]])
    joint = b.linear(x, f"{name}.qkv", weight, bias)
    names = [f"{name}.{part}" for part in ("query", "key", "value")]
    sizes = b.integers(f"{name}.sizes", HIDDEN, HIDDEN, HIDDEN)
    b.nodes.append(helper.make_node("Split", [joint, sizes], names, name=f"{name}.split", axis=2))
    shape = b.integers(f"{name}.heads", 1, -1, HEADS, HIDDEN // HEADS)
    turned = []
    for part, order in zip(names, ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]), strict=True):
        split = b.node("Reshape", [part, shape], f"{part}.split")
        turned.append(b.node("Transpose", [split], f"{part}.turned", perm=order))
    scores = b.node("MatMul", turned[:2], f"{name}.scores")
    shares = b.node("Softmax", [scores], f"{name}.shares", axis=-1)
    mixed = b.node("MatMul", [shares, turned[2]], f"{name}.context.heads")
    back = b.node("Transpose", [mixed], f"{name}.context.turned", perm=[0, 2, 1, 3])
    return b.node("Reshape", [back, b.integers(f"{name}.joined", 1, -1, HIDDEN)], f"{name}.context")


def pool(b: Builder, hidden: str, layer: int) -> list[str]:
    """Mean and maximum over tokens of one layer, each [1, hidden]."""
    if layer == POOLED_LAYERS[0]:
        b.integers("axis.tokens", 1)
    mean = b.node("ReduceMean", [hidden, "axis.tokens"], f"pooled{layer}.mean", keepdims=0)
    top = b.node("ReduceMax", [hidden, "axis.tokens"], f"pooled{layer}.max", keepdims=0)
    return [mean, top]


def assemble(b: Builder, outputs: Sequence[tuple[str, Sequence[int | str]]]) -> onnx.ModelProto:
    """Close the graph and check it."""
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, [1, "T"])
    results = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs]
    graph = helper.make_graph(b.nodes, "reader", [ids], results, initializer=b.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    model.producer_name = "groundswell/training"
    onnx.checker.check_model(model)
    return model


def quantised(source: Path, target: Path) -> onnx.ModelProto:
    """Dynamic int8: signed weights per channel, seven bits, the token table included."""
    quantize_dynamic(
        source,
        target,
        op_types_to_quantize=["MatMul", "Gather"],
        nodes_to_exclude=["cls"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
    )
    return onnx.load(target)


def with_head(model: onnx.ModelProto, head: Head, notes: Mapping[str, str]) -> onnx.ModelProto:
    """Add the float32 sentiment head and the notes a reader needs; drop the training output."""
    b = Builder()
    hidden = b.linear("features", "head.hidden", head.w1, head.b1)
    active = b.node("Relu", [hidden], "head.active")
    logits = b.linear(active, "head.logits", head.w2, head.b2)
    shares = b.node("Softmax", [logits], "head.shares", axis=-1)
    b.node("Squeeze", [shares, b.integers("head.axis", 0)], "sentiment")
    whole = onnx.ModelProto()
    whole.CopyFrom(model)
    whole.graph.node.extend(b.nodes)
    whole.graph.initializer.extend(b.constants)
    kept = [o for o in whole.graph.output if o.name != "features"]
    kept.append(helper.make_tensor_value_info("sentiment", TensorProto.FLOAT, [3]))
    del whole.graph.output[:]
    whole.graph.output.extend(kept)
    helper.set_model_props(whole, dict(notes))
    onnx.checker.check_model(whole)
    return whole
