"""Any sentence encoder by its folder: its vectors, its languages, what it cannot say."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import tinymodels as tiny

from groundswell.errors import PluginError, UsageError
from groundswell.label.choice import chosen, open_reader
from groundswell.label.pipe import label_texts
from groundswell.label.readers.folder import Folder
from groundswell.testing import reader_checks, run_checks

WORDS = {"lathe": [3, 0, 0], "saw": [0, 4, 0], "warm": [0, 0, 2], "cold": [0, 0, -2]}
CARD = "language:\n- en\n- de\n- multilingual\nlicense: mit"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny.encoder(tmp_path / "Shop Encoder", WORDS, card=CARD)


def vector(reader: Folder, text: str) -> list[float]:
    return (reader.read(text).vector / 127).round(2).tolist()


def test_the_mean_of_a_folders_states_is_its_vector(folder: Path) -> None:
    reader = Folder(path=folder)
    reading = reader.read("The LATHE and the saw")
    assert vector(reader, "The LATHE and the saw") == [0.6, 0.8, 0.0]
    assert reading.vector.dtype == np.int8
    assert (reading.reader, reading.outputs, reading.states) == (reader.name, {}, None)
    assert reader.languages == ("en", "de")
    assert reader.name.startswith("shop-encoder+")
    run_checks(reader_checks(reader, ["a lathe", "", "saw saw", "nothing it knows"]))


@pytest.mark.parametrize(("pooling", "wanted"), [
    ("mean_tokens", [0.6, 0.8, 0.0]), ("max_tokens", [0.6, 0.8, 0.0]),
    ("cls_token", [0, 0, 0]), ("lasttoken", [0, 0, 0]), ("mean_sqrt_len_tokens", [0.6, 0.8, 0]),
])  # fmt: skip
def test_it_pools_as_the_folder_says(tmp_path: Path, pooling: str, wanted: list[float]) -> None:
    made = tiny.encoder(tmp_path / "m", WORDS, card=CARD, pooling=pooling)
    assert vector(Folder(path=made), "lathe saw") == wanted


def test_a_graph_that_pools_itself_is_taken_at_its_word(tmp_path: Path) -> None:
    made = tiny.encoder(tmp_path / "m", WORDS, card=CARD, output="sentence_embedding",
                        pooling="weightedmean_tokens", graph="model.onnx")  # fmt: skip
    assert vector(Folder(path=made), "lathe saw") == [0.6, 0.8, 0.0]


def test_texts_are_cut_never_padded(folder: Path) -> None:
    reader = Folder(path=folder)
    assert vector(reader, "lathe") == vector(reader, "lathe " * 500) == [1, 0, 0]
    assert vector(reader, "lathe " * 40 + "saw") == [1, 0, 0]  # the folder says 32 tokens
    assert vector(Folder(path=folder, max_tokens=60), "lathe " * 40 + "saw " * 2)[1] > 0
    assert vector(Folder(path=folder, prefix="saw "), "saw") == [0, 1, 0]


def test_heads_beside_the_graph_answer(folder: Path) -> None:
    np.savez(folder / "heads.npz", sentiment=np.array([[0, 0, -6], [0, 0, 0], [0, 0, 6.0]]),
             score=np.array([[0, 0, 2.0]]), score_bias=np.array([0.5]))  # fmt: skip
    outputs = Folder(path=folder).read("warm").outputs
    assert outputs["sentiment"] == (0, 2, 998)
    assert outputs["score"] == (987,)
    (answer,) = label_texts(["so warm"], reader=folder, layers=["sentiment", "register", "names"])
    assert answer["sentiment"][0]["value"] == "positive"
    assert answer["register"] == answer["names"] == []  # no head, no label


def test_whatever_decides_an_answer_changes_the_name(folder: Path) -> None:
    names = [Folder(path=folder).name, Folder(path=folder, prefix="query: ").name,
             Folder(path=folder, max_tokens=9).name]  # fmt: skip
    np.savez(folder / "heads.npz", score=np.zeros((1, 3)))
    names.append(Folder(path=folder).name)
    weights = folder / "onnx" / "model.onnx_data"  # large graphs keep their weights in such a file
    weights.write_bytes(b"1")
    names.append(Folder(path=folder).name)
    assert len(set(names)) == len(names)


def test_its_own_options_may_lie_beside_it(tmp_path: Path) -> None:
    made = tiny.encoder(tmp_path / "m", WORDS)
    with pytest.raises(PluginError, match=r"declares no languages; say .* reader\.toml"):
        open_reader(chosen(named=made))
    (made / "reader.toml").write_text('languages = ["sv"]\nprefix = "query: "\n')
    assert open_reader(chosen(named=made)).languages == ("sv",)


@pytest.mark.parametrize(("spoilt", "words"), [
    ("tokenizer.json", "holds no tokenizer.json"), ("onnx/model.onnx", "holds no model.onnx or"),
])  # fmt: skip
def test_what_is_missing_is_named(folder: Path, spoilt: str, words: str) -> None:
    (folder / spoilt).unlink()
    with pytest.raises(PluginError, match=words):
        Folder(path=folder)


@pytest.mark.parametrize(("file", "text", "words"), [
    ("onnx/model.onnx", "<html>", "cannot be loaded as a model"),
    ("tokenizer.json", "{}", "cannot be loaded as a tokenizer"),
    ("1_Pooling/config.json", '{"pooling_mode": "weightedmean"}', "pools by 'weightedmean'"),
    ("1_Pooling/config.json", "[]", "is no JSON dict"),
    ("modules.json", '[{"type": "sentence_transformers.models.Dense"}]', "dense layer"),
    ("README.md", "---\nlanguage: [\n---\n", "is not YAML"),
    ("heads.npz", "nothing", "make it as docs/label.md says"),
])  # fmt: skip
def test_what_is_damaged_is_named(folder: Path, file: str, text: str, words: str) -> None:
    (folder / file).write_text(text)
    with pytest.raises(PluginError, match=words):
        Folder(path=folder)


def test_heads_of_another_form_are_refused(folder: Path) -> None:
    for arrays, words in (
        ({"sentiment": np.zeros((2, 3))}, "has the shape"),
        ({"mood": np.zeros((2, 3))}, "which is no answer"),
        ({"score_bias": np.zeros(1)}, "which is no answer"),
    ):
        np.savez(folder / "heads.npz", **arrays)
        with pytest.raises(PluginError, match=words):
            Folder(path=folder)


def test_a_graph_that_wants_something_else_is_named(tmp_path: Path) -> None:
    made = tiny.encoder(tmp_path / "m", WORDS, card=CARD)
    odd = tiny.Graph()
    odd.input("pixel_values", tiny.INT64, 1, "T")
    odd.node("Cast", ["pixel_values"], "last_hidden_state", to=tiny.FLOAT)
    odd.output("last_hidden_state", 1, "T")
    odd.write(made / "onnx" / "model.onnx")
    with pytest.raises(PluginError, match="wants 'pixel_values'"):
        Folder(path=made).read("lathe")


def test_readers_are_chosen_by_path_or_name(folder: Path, tmp_path: Path) -> None:
    assert open_reader(chosen(named=str(folder))).name == Folder(path=folder).name
    assert open_reader(chosen(named="packaged")).languages == ("en",)
    with pytest.raises(UsageError, match=r"no reader 'nowhere'.*packaged, fast, folder"):
        chosen(named="nowhere")
    with pytest.raises(PluginError, match="missing 1 required"):
        open_reader(chosen(named="folder"))
    damaged = tmp_path / "x.onnx"
    damaged.write_text(json.dumps({}))
    with pytest.raises(PluginError, match=r"x\.onnx: cannot be loaded as a reader"):
        open_reader(chosen(named=damaged))
