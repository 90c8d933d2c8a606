"""The fast profile of a reader: its lower half, with small heads from a second file on top.

ONNX Runtime computes a whole graph even for one early output, so what a reader does in half its
layers has to be a graph of its own. An ONNX file is one protocol buffer: a list of fields, each
with its number and its length, so nodes can be left out without knowing what is in them.

Field numbers are those of onnx.proto3; the encoding is that of Protocol Buffers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from groundswell.errors import PluginError

GRAPH, NOTE = 7, 14  # of a model
NODE, CONSTANT, INPUT, OUTPUT, SHAPE = 1, 5, 11, 12, 13  # of a graph
NODE_IN, NODE_OUT = 1, 2
CONSTANT_NAME, VALUE_NAME = 8, 1
KEY, VALUE = 1, 2  # of a note
VARINT, LONG, LENGTH, SHORT = 0, 1, 2, 5  # how a field is written
Field = tuple[int, memoryview, memoryview]  # number, whole field, what is in it


def fast_file(path: Path) -> Path:
    """Where the heads of a reader's fast profile lie: beside the reader's own file."""
    return path.with_suffix(".fast.onnx")


def fast_model(path: Path, mark: str) -> bytes:
    """The fast profile of a reader as one model; `mark` is the hash of the reader's file.

    PluginError when the reader has none, or one that was made for another reader.
    """
    file = fast_file(path)
    if not file.is_file():
        raise PluginError(f"{path.name} has no fast profile ({file.name} is not beside it); go "
                          "without, or make one: see training/README.md")  # fmt: skip
    top = file.read_bytes()
    try:
        if notes(top).get("of") != mark:
            raise PluginError("was made for another reader")
        return joined(path.read_bytes(), top)
    except PluginError as problem:
        raise PluginError(f"{file.name}: {problem}; make it again for {path.name}: see "
                          "training/README.md") from problem  # fmt: skip


def joined(below: bytes, top: bytes) -> bytes:
    """One model: of `below` what the inputs of `top` need, then all of `top`.

    What `top` takes in must be outputs of `below`, by name; other names must not clash. The answer
    takes in what `below` does and gives what `top` does; notes of `top` come before those of
    `below`. Nodes that hold graphs of their own are not looked into. PluginError when an output is
    lacking or the bytes are no ONNX model.
    """
    under, over = _graph(below), _graph(top)
    wanted = {_name(inside, VALUE_NAME) for number, _, inside in over if number == INPUT}
    given = {_name(inside, VALUE_NAME) for number, _, inside in under if number == OUTPUT}
    if not wanted <= given:
        raise PluginError(f"the reader has no output {min(wanted - given)!r}")
    parts = [*_needed(under, wanted), *(whole for number, whole, _ in over if number != INPUT)]
    graph = b"".join(parts)
    said = notes(top)
    rest = [
        whole
        for number, whole, inside in fields(memoryview(below))
        if number != GRAPH and not (number == NOTE and _name(inside, KEY) in said)
    ]
    rest += [whole for number, whole, _ in fields(memoryview(top)) if number == NOTE]
    return b"".join([*rest, _varint(GRAPH << 3 | LENGTH), _varint(len(graph)), graph])


def notes(model: bytes) -> Mapping[str, str]:
    """What a model says of itself, by key."""
    found = [inside for number, _, inside in fields(memoryview(model)) if number == NOTE]
    return {_name(inside, KEY): _name(inside, VALUE) for inside in found}


def fields(message: memoryview) -> Iterator[Field]:
    """The fields of a message in order. PluginError where it is none."""
    place = 0
    while place < len(message):
        start = place
        key, place = _number(message, place)
        begin, place = _content(message, key & 7, place)
        if place > len(message):
            raise PluginError("is cut short")
        yield key >> 3, message[start:place], message[begin:place]


def _graph(model: bytes) -> Sequence[Field]:
    """The fields of a model's graph."""
    found = [inside for number, _, inside in fields(memoryview(model)) if number == GRAPH]
    if len(found) != 1:
        raise PluginError("is no ONNX model")
    return list(fields(found[0]))


def _needed(graph: Sequence[Field], wanted: Iterable[str]) -> list[memoryview]:
    """The inputs, nodes and constants from which some values are made. Nodes stand in the order
    they are run in, so one look from the last to the first finds them."""
    needed, kept = set(wanted), []
    for number, whole, inside in reversed(graph):
        if number != NODE:
            continue
        parts = list(fields(inside))
        if needed & {_text(part) for n, _, part in parts if n == NODE_OUT}:
            needed |= {_text(part) for n, _, part in parts if n == NODE_IN}
            kept.append(whole)
    constants = [
        whole
        for number, whole, inside in graph
        if number == CONSTANT and _name(inside, CONSTANT_NAME) in needed
    ]
    rest = [whole for number, whole, _ in graph if number not in (NODE, CONSTANT, OUTPUT, SHAPE)]
    return [*rest, *kept[::-1], *constants]


def _name(message: memoryview, number: int) -> str:
    """The name that stands in a field of a message."""
    return next((_text(inside) for n, _, inside in fields(message) if n == number), "")


def _text(inside: memoryview) -> str:
    return bytes(inside).decode("utf-8")


def _content(message: memoryview, kind: int, place: int) -> tuple[int, int]:
    """Where the content of a field begins and ends."""
    if kind == LENGTH:
        size, place = _number(message, place)
        return place, place + size
    if kind == VARINT:
        return place, _number(message, place)[1]
    if kind in (LONG, SHORT):
        return place, place + (8 if kind == LONG else 4)
    raise PluginError("is no ONNX model")


def _number(message: memoryview, place: int) -> tuple[int, int]:
    """A whole number written seven bits a byte, the lowest first, and the place after it."""
    value = shift = 0
    while place < len(message):
        byte = message[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place
    raise PluginError("is cut short")


def _varint(value: int) -> bytes:
    """A whole number as `_number` reads it."""
    made = bytearray()
    while value > 127:
        made.append(value & 127 | 128)
        value >>= 7
    return bytes([*made, value])
