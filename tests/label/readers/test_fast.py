"""The fast profile: the lower half of a reader and small heads from a file beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import tinymodels
from graphs import FLOAT, INT64, part
from tinymodels import Graph

from groundswell.errors import PluginError
from groundswell.label.choice import Choice, chosen, open_reader
from groundswell.label.lower import fast_file, fields, joined, notes
from groundswell.label.reader import Reader, file_hash, packaged
from groundswell.testing import reader_checks

WORDS = ("good", "bad", "berlin")
TAGS = 21


def save(path: Path, graph: Graph, said: Mapping[str, str]) -> Path:
    """A graph with notes."""
    graph.write(path)
    with path.open("ab") as file:
        for key, value in said.items():
            file.write(part(14, part(1, key) + part(2, value)))
    return path


def whole(path: Path, *, early: bool = True) -> Path:
    """A reader whose upper half is one product: good and bad words each have a column."""
    ids = tinymodels.words(path.parent, WORDS)
    table = np.full((len(ids), 4), 0.1, np.float32)
    for column, word in enumerate(WORDS):
        table[ids[word], column] = 4.0
    g = Graph()
    g.input("ids", INT64, 1, "T")
    g.input("cases", INT64, 1, "T")
    g.node("Gather", [g.constant("table", table), "ids"], "layer3", axis=0)
    g.node("ReduceMean", ["layer3", g.whole("tokens", 1)], "early", keepdims=0)
    g.node("MatMul", ["layer3", g.constant("upper", np.eye(4, dtype=np.float32))], "high")
    heads(g, "high", "upper half")
    if early:
        g.output("early", 1, 4)
        g.output("layer3", 1, "T", 4)
    tokenizer = (path.parent / "tokenizer.json").read_text("utf-8")
    return save(path, g, {"tokenizer": tokenizer, "name": "tiny", "version": "3",
                          "languages": "en,de", "max_tokens": "32", "floors": "{}"})  # fmt: skip


def top(path: Path, of: Path, **said: str) -> Path:
    """Heads over the lower half."""
    g = Graph()
    g.input("early", FLOAT, 1, 4)
    g.input("layer3", FLOAT, 1, "T", 4)
    heads(g, "layer3", "fast")
    return save(path, g, {"of": file_hash(of), **said})


def heads(g: Graph, states: str, name: str) -> None:
    """All outputs, from states [1, T, 4]; tags say that the third column is a place's name."""
    first = g.whole(f"{name}.first", 0)
    g.node("Squeeze", [states, first], "states")
    g.node("ReduceMean", ["states", first], f"{name}.mean", keepdims=0)
    g.node("ReduceL2", [f"{name}.mean", first], f"{name}.norm", keepdims=1)
    g.node("Div", [f"{name}.mean", f"{name}.norm"], "vector")
    turn = g.constant(
        f"{name}.turn", np.array([[0, 0, 1], [1, 0, 0], *[[0, 0, 0]] * 2], np.float32)
    )
    g.node("MatMul", [f"{name}.mean", turn], f"{name}.tone")
    g.node("Softmax", [f"{name}.tone"], "sentiment", axis=-1)
    named = np.zeros((4, TAGS), np.float32)
    named[2, 17], named[3, 0] = 3.0, 20.0
    g.node("MatMul", ["states", g.constant(f"{name}.named", named)], f"{name}.tags")
    g.node("Softmax", [f"{name}.tags"], "tags", axis=-1)
    g.output("vector", 4)
    g.output("states", "T", 4)
    g.output("sentiment", 3)
    g.output("tags", "T", TAGS)


def pair(folder: Path, **said: str) -> Path:
    """A reader with a fast profile."""
    path = whole(folder / "reader.onnx")
    top(fast_file(path), path, **said)
    return path


def test_the_upper_half_is_left_out(tmp_path: Path) -> None:
    path = pair(tmp_path)
    made = joined(path.read_bytes(), fast_file(path).read_bytes())
    assert b"upper" in path.read_bytes()
    assert b"upper" not in made
    assert made.count(b"fast.named") == 2  # one constant, one node that asks for it


def test_it_answers_all_that_the_reader_does(tmp_path: Path) -> None:
    path = pair(tmp_path)
    full, fast = Reader(path), Reader(path, fast=True)
    for body in ("good", "a bad thing in Berlin", ""):
        one, two = full.read(body), fast.read(body)
        assert one.outputs == two.outputs
        assert one.vector.tolist() == two.vector.tolist()
    assert next(fast.read("so good in Berlin").spans())[:3] == (11, 17, 8)


def test_its_name_is_its_own_and_says_whose_half_it_is(tmp_path: Path) -> None:
    path = pair(tmp_path)
    full, fast = Reader(path), Reader(path, fast=True)
    assert fast.name == f"{full.name}/fast+{file_hash(fast_file(path))}"
    assert fast.read("good").reader == fast.name
    assert fast.languages == full.languages == ("en", "de")


def test_what_the_heads_say_of_themselves_comes_first(tmp_path: Path) -> None:
    path = pair(tmp_path, floors=json.dumps({"place": 1001}))
    made = joined(path.read_bytes(), fast_file(path).read_bytes())
    assert notes(made)["floors"] == '{"place": 1001}'
    assert notes(made)["name"] == "tiny"
    assert len([n for n, _, _ in fields(memoryview(made)) if n == 14]) == len(notes(made))
    assert Reader(path).read("Berlin").outputs["spans"]
    assert not Reader(path, fast=True).read("Berlin").outputs["spans"]


def test_it_is_chosen_by_name_or_in_the_desk(tmp_path: Path) -> None:
    path = pair(tmp_path)
    opened = open_reader(Choice("fast", {"path": str(path)}))
    assert opened.name == Reader(path, fast=True).name
    assert chosen(named="fast") == Choice("fast")


def test_it_keeps_the_contract(tmp_path: Path) -> None:
    texts = ["", "good", "a bad thing in Berlin", "Berlin Berlin"]
    for what, check in reader_checks(Reader(pair(tmp_path), fast=True), texts):
        check()
        assert what


def test_a_reader_without_one_says_so(tmp_path: Path) -> None:
    path = whole(tmp_path / "reader.onnx")
    with pytest.raises(PluginError, match=r"reader\.onnx has no fast profile"):
        Reader(path, fast=True)


def test_heads_of_another_reader_are_refused(tmp_path: Path) -> None:
    path = pair(tmp_path)
    with path.open("ab") as file:  # as another export of the same name
        file.write(part(14, part(1, "more") + part(2, "said")))
    file_hash.cache_clear()
    with pytest.raises(PluginError, match=r"made for another reader; make it again"):
        Reader(path, fast=True)


def test_a_reader_must_give_what_the_heads_take(tmp_path: Path) -> None:
    path = whole(tmp_path / "reader.onnx", early=False)
    top(fast_file(path), path)
    with pytest.raises(PluginError, match="has no output 'early'"):
        Reader(path, fast=True)


@pytest.mark.parametrize("damage", [lambda b: b[:-40], lambda b: b"not a model", lambda b: b""])
def test_a_damaged_file_is_named(tmp_path: Path, damage) -> None:
    path = pair(tmp_path)
    file = fast_file(path)
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(PluginError, match=r"reader\.fast\.onnx"):
        Reader(path, fast=True)


def test_the_packaged_reader_has_one_or_says_that_it_has_none() -> None:
    if not fast_file(packaged()).exists():
        with pytest.raises(PluginError, match="has no fast profile"):
            open_reader(chosen(named="fast"))
        return
    full, fast = Reader(packaged()), open_reader(chosen(named="fast"))
    warm, cold = "This is wonderful, I love it", "This is terrible, I hate it"
    assert fast.read(warm).outputs["sentiment"][2] > fast.read(cold).outputs["sentiment"][2]
    assert set(fast.read(warm).outputs) == set(full.read(warm).outputs)
    near = [reader.read(warm).vector.astype(float) for reader in (full, fast)]
    far = fast.read("The council approved the budget").vector.astype(float)
    assert near[0] @ near[1] > near[0] @ far
