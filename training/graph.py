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
EARLY = 3  # layers of the fast profile, which stops there
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
    """Two linear layers over features: `relu(x @ w1 + b1) @ w2 + b2`, before the softmax."""

    w1: Array
    b1: Array
    w2: Array
    b2: Array


@dataclass(frozen=True, slots=True)
class Heads:
    """Everything above the encoder: heads over pooled features by name, the head of names, and
    the keys and values [384, n] by which attitudes are read; shares of the layers for the two."""

    pooled: Mapping[str, Head]
    names: Head
    looks: tuple[Array, Array]
    named: Array
    looked: Array


def encoder(weights: Mapping[str, Array], probe: bool = False) -> onnx.ModelProto:
    """The float32 encoder: `ids` and `cases` in; `vector` and, for training, the pooled
    `features` and the states of the pooled layers out."""
    b = Builder()
    hidden = embed(b, weights)
    pooled, early = [], []
    layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder."))
    places = [place * layers // LAYERS for place in POOLED_LAYERS]
    for layer in range(1, layers + 1):
        hidden = block(b, hidden, weights, layer - 1)
        if layer <= EARLY:
            early += pool(b, hidden, f"{layer}.early")
        for place in [p for p in places if p == layer]:
            pooled += pool(b, hidden, f"{place}.{len(pooled)}")
    b.node("Concat", early, "early", axis=1)
    last = b.node("Squeeze", [hidden, b.integers("axis.batch", 0)], "last")
    first = b.node("Gather", [last, b.integers("index.first", 0)], "cls", axis=0)
    b.node("Concat", [*pooled, first], "features", axis=1)
    mean = b.node("ReduceMean", ["last", "axis.batch"], "mean", keepdims=0)
    norm = b.node("ReduceL2", [mean, "axis.batch"], "norm", keepdims=1)
    b.node("Div", [mean, norm], "vector")
    outputs: list[tuple[str, list[int | str]]] = [("vector", [HIDDEN])]
    if probe:
        outputs.append(("features", [1, feature_size()]))
        outputs.append(("early", [1, 2 * HIDDEN * EARLY]))
        outputs += [(f"layer{place}", [1, "T", HIDDEN]) for place in sorted({EARLY, *places})]
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
    cased = b.node(
        "Gather", [b.constant("cases.table", weights["cases"]), "cases"], "cases.used", axis=0
    )
    placed = b.node("Add", [found, positions], "embeddings.placed")
    total = b.node("Add", [placed, cased], "embeddings.sum")
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


def pool(b: Builder, hidden: str, name: str) -> list[str]:
    """Mean and maximum over tokens of one layer, each [1, hidden]."""
    axis = b.integers(f"axis.tokens.{name}", 1)
    mean = b.node("ReduceMean", [hidden, axis], f"pooled{name}.mean", keepdims=0)
    top = b.node("ReduceMax", [hidden, axis], f"pooled{name}.max", keepdims=0)
    return [mean, top]


def assemble(b: Builder, outputs: Sequence[tuple[str, Sequence[int | str]]]) -> onnx.ModelProto:
    """Close the graph and check it."""
    asked = [
        helper.make_tensor_value_info(n, TensorProto.INT64, [1, "T"]) for n in ("ids", "cases")
    ]
    results = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs]
    graph = helper.make_graph(b.nodes, "reader", asked, results, initializer=b.constants)
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
        nodes_to_exclude=["cls", "cases.used"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
    )
    return onnx.load(target)


def with_heads(
    model: onnx.ModelProto, heads: Heads, layers: Sequence[int], notes: Mapping[str, str]
) -> onnx.ModelProto:
    """Add the float32 heads and the notes a reader needs; drop the training outputs."""
    b = Builder()
    outputs: list[tuple[str, Sequence[int | str]]] = [("vector", [HIDDEN])]
    axis = b.integers("heads.axis", 0)
    for name, head in heads.pooled.items():
        logits = two_layers(b, "features", f"head.{name}", head)
        last = b.node("Tanh", [logits], f"head.{name}.last") if name == "score" else b.node(
            "Softmax", [logits], f"head.{name}.last", axis=-1)  # fmt: skip
        b.node("Squeeze", [last, axis], name)
        outputs.append((name, [head.b2.shape[0]]))
    named = mixed(b, "named", heads.named, layers)
    b.node("Softmax", [two_layers(b, named, "head.names", heads.names)], "tags", axis=-1)
    looked = mixed(b, "looked", heads.looked, layers)
    weight, bias = heads.looks
    b.linear(looked, "states", weight, bias)
    outputs += [("tags", ["T", heads.names.b2.shape[0]]), ("states", ["T", bias.shape[0]])]
    outputs += [("early", [1, 2 * HIDDEN * EARLY]), (f"layer{EARLY}", [1, "T", HIDDEN])]
    whole = onnx.ModelProto()
    whole.CopyFrom(model)
    whole.graph.node.extend(b.nodes)
    whole.graph.initializer.extend(b.constants)
    del whole.graph.output[:]
    whole.graph.output.extend(
        helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs
    )
    helper.set_model_props(whole, dict(notes))
    onnx.checker.check_model(whole)
    return whole


def two_layers(b: Builder, x: str, name: str, head: Head) -> str:
    """The logits of a head."""
    hidden = b.linear(x, f"{name}.hidden", head.w1, head.b1)
    return b.linear(b.node("Relu", [hidden], f"{name}.active"), f"{name}.logits", head.w2, head.b2)


def mixed(b: Builder, name: str, shares: Array, layers: Sequence[int]) -> str:
    """The weighted sum [T, hidden] of the states of several layers."""
    parts = [
        b.node("Mul", [f"layer{place}", b.constant(f"{name}.share{n}", shares[n : n + 1])],
               f"{name}.part{n}")
        for n, place in enumerate(layers)
    ]  # fmt: skip
    total = b.node("Sum", parts, f"{name}.sum")
    return b.node("Squeeze", [total, b.integers(f"{name}.axis", 0)], name)
