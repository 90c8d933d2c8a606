"""The student as an ONNX graph that goes on top of the reader's lower half."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from graph import HIDDEN, Array, Builder
from onnx import TensorProto, helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from student import EARLY, INNER, SIDES, TOKEN, Student
from torch import Tensor, nn

from groundswell.types.reading import HEADS

PRECISE = ("fast.vector", "fast.tags", "fast.trunk")  # what leads straight to an answer


def exported(student: Student, notes: Mapping[str, str]) -> onnx.ModelProto:
    """The graph with the notes a reader needs: `early` and `layer3` in, everything out."""
    b = Builder()
    both = tokens(b, student)
    outputs: list[tuple[str, list[int | str]]] = []
    for name, part in (("tags", student.tags), ("states", student.states)):
        made = linear(b, both, f"fast.{name}", part)
        if name == "tags":
            made = b.node("Softmax", [made], "fast.tags.shares", axis=-1)
        b.node("Squeeze", [made, b.integers(f"fast.{name}.batch", 0)], name)
        outputs.append((name, ["T", part.out_features]))
    mean = pooled(b, "ReduceMean", both, "fast.mean")
    vector(b, mean, student)
    outputs.append(("vector", [HIDDEN]))
    bounds = (("start", HIDDEN), ("stop", HIDDEN + TOKEN), ("axis", 2))
    ends = [b.integers(f"fast.hidden.{name}", at) for name, at in bounds]
    hidden = b.node("Slice", [both, *ends], "fast.hidden")
    trunk(b, hidden, student)
    for name, labels in HEADS.items():
        logits = linear(b, "fast.known", f"fast.{name}", student.heads[f"of_{name}"])
        last = b.node("Tanh", [logits], f"fast.{name}.last") if name == "score" else b.node(
            "Softmax", [logits], f"fast.{name}.last", axis=-1)  # fmt: skip
        b.node("Squeeze", [last, b.integers(f"fast.{name}.batch", 0)], name)
        outputs.append((name, [len(labels)]))
    model = small(assembled(b, outputs))
    helper.set_model_props(model, dict(notes))
    onnx.checker.check_model(model)
    return model


def tokens(b: Builder, student: Student) -> str:
    """The states after the attention beside the hidden ones [1, T, HIDDEN + TOKEN]."""
    scale = array(1 / student.token_spread)
    shift = array(-student.token_mean / student.token_spread)
    scaled = b.node("Mul", ["layer3", b.constant("fast.scale", scale)], "fast.scaled")
    x = b.node("Add", [scaled, b.constant("fast.shift", shift)], "fast.x")
    found = attention(b, x, student)
    mixed = linear(b, found, "fast.mixed", student.mixed)
    summed = b.node("Add", [mixed, x], "fast.sum")
    ends = [
        b.constant(f"fast.norm.{name}", array(value))
        for name, value in (("scale", student.norm.weight), ("shift", student.norm.bias))
    ]
    seen = b.node("LayerNormalization", [summed, *ends], "fast.seen", axis=-1, epsilon=1e-12)
    wide = b.node("Relu", [linear(b, seen, "fast.wide", student.wide)], "fast.wide.active")
    return b.node("Concat", [seen, wide], "fast.both", axis=-1)


def attention(b: Builder, x: str, student: Student) -> str:
    """Scaled dot-product attention without a mask, scale folded into the query."""
    weight, bias = array(student.qkv.weight.T).copy(), array(student.qkv.bias).copy()
    scale = np.float32((INNER // SIDES) ** -0.5)
    weight[:, :INNER] *= scale
    bias[:INNER] *= scale
    joint = b.linear(x, "fast.qkv", weight, bias)
    names = [f"fast.{part}" for part in ("query", "key", "value")]
    sizes = b.integers("fast.sizes", INNER, INNER, INNER)
    b.nodes.append(helper.make_node("Split", [joint, sizes], names, name="fast.split", axis=2))
    shape = b.integers("fast.sides", 1, -1, SIDES, INNER // SIDES)
    turned = []
    for part, order in zip(names, ([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]), strict=True):
        split = b.node("Reshape", [part, shape], f"{part}.split")
        turned.append(b.node("Transpose", [split], f"{part}.turned", perm=order))
    scores = b.node("MatMul", turned[:2], "fast.scores")
    shares = b.node("Softmax", [scores], "fast.shares", axis=-1)
    mixed = b.node("MatMul", [shares, turned[2]], "fast.context.sides")
    back = b.node("Transpose", [mixed], "fast.context.turned", perm=[0, 2, 1, 3])
    return b.node("Reshape", [back, b.integers("fast.joined", 1, -1, INNER)], "fast.context")


def vector(b: Builder, mean: str, student: Student) -> None:
    """The vector [384] of length one."""
    long = linear(b, mean, "fast.vector", student.vector)
    flat = b.node("Squeeze", [long, b.integers("fast.vector.batch", 0)], "fast.vector.flat")
    norm = b.node("ReduceL2", [flat, b.integers("fast.vector.axis", 0)], "fast.norm", keepdims=1)
    b.node("Div", [flat, norm], "vector")


def trunk(b: Builder, hidden: str, student: Student) -> None:
    """What the heads of whole texts see; standardising is folded into the weights."""
    parts = ["early", *(pooled(b, op, hidden, f"fast.hidden.{op}") for op in
                        ("ReduceMean", "ReduceMax"))]  # fmt: skip
    weight, bias = array(student.trunk.weight.T).copy(), array(student.trunk.bias)
    mean, spread = array(student.early_mean), array(student.early_spread)
    weight[:EARLY] /= spread[:, None]
    bias = bias - mean @ weight[:EARLY]
    features = b.node("Concat", parts, "fast.features", axis=1)
    b.node("Relu", [b.linear(features, "fast.trunk", weight, bias)], "fast.known")


def pooled(b: Builder, op: str, x: str, out: str) -> str:
    """The mean or the maximum over tokens [1, D]."""
    return b.node(op, [x, b.integers(f"{out}.axis", 1)], out, keepdims=0)


def linear(b: Builder, x: str, out: str, part: nn.Module) -> str:
    """A linear layer."""
    return b.linear(x, out, array(part.weight).T, array(part.bias))


def array(value: Tensor) -> Array:
    """A tensor as an array."""
    return np.asarray(value.detach().numpy(), dtype=np.float32)


def assembled(b: Builder, outputs: list[tuple[str, list[int | str]]]) -> onnx.ModelProto:
    """Close the graph and check it."""
    put = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)  # noqa: E731
    asked = [put("early", [1, EARLY]), put("layer3", [1, "T", HIDDEN])]
    made = helper.make_graph(
        b.nodes, "fast", asked, [put(*one) for one in outputs], initializer=b.constants
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def small(model: onnx.ModelProto) -> onnx.ModelProto:
    """Matrices over tokens in int8, the others in halves."""
    precise = [node.name for node in model.graph.node if node.op_type == "MatMul"
               and (node.name.startswith(PRECISE) or node.input[0] == "fast.known")]  # fmt: skip
    with tempfile.TemporaryDirectory() as scratch:
        full, packed = Path(scratch, "full.onnx"), Path(scratch, "packed.onnx")
        onnx.save(model, full)
        quantize_dynamic(
            full, packed, op_types_to_quantize=["MatMul"], nodes_to_exclude=precise,
            per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
        )  # fmt: skip
        model = onnx.load(packed)
    del model.graph.value_info[:]
    halve(model)
    return model


def halve(model: onnx.ModelProto) -> None:
    """Keep large float32 constants as float16 and widen them when the file is opened."""
    for n, constant in enumerate(model.graph.initializer):
        value = onnx.numpy_helper.to_array(constant)
        if value.dtype != np.float32 or value.size < 4096:
            continue
        name = constant.name
        half = onnx.numpy_helper.from_array(value.astype(np.float16), f"{name}.half")
        model.graph.initializer[n].CopyFrom(half)
        widen = helper.make_node("Cast", [half.name], [name], name=f"{name}.wide",
                                 to=TensorProto.FLOAT)  # fmt: skip
        model.graph.node.insert(0, widen)
