"""Models of a few kilobytes in the true form of their kind, written when a test wants them.

What they know is written into their tables by hand: a word's meaning, a label's words, a name's
type. Nothing is trained and nothing is downloaded.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import graphs
import numpy as np
from graphs import FLOAT, INT64, attribute, part, tensor, typed, whole
from tokenizers import AddedToken, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import WordLevel, WordPiece

BOOL = 9
KINDS = {np.dtype(np.float32): 1, np.dtype(np.int64): 7, np.dtype(np.bool_): 9}


class Graph:
    """An ONNX graph, node by node."""

    def __init__(self) -> None:
        self.nodes: list[bytes] = []
        self.constants: list[bytes] = []
        self.ends: list[bytes] = []

    def node(self, op: str, inputs: Sequence[str], *out: str, **given: Any) -> str:
        told = b"".join(part(1, name) for name in inputs) + b"".join(part(2, n) for n in out)
        told += part(3, out[0]) + part(4, op)
        told += b"".join(part(5, attribute(name, value)) for name, value in given.items())
        self.nodes.append(told)
        return out[0]

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants.append(tensor(name, value))
        return name

    def whole(self, name: str, *values: int) -> str:
        return self.constant(name, np.array(values, np.int64))

    def input(self, name: str, kind: int, *shape: int | str) -> None:
        self.ends.append(part(11, typed(name, kind, shape)))

    def output(self, name: str, *shape: int | str) -> None:
        self.ends.append(part(12, typed(name, FLOAT, shape)))

    def write(self, path: Path) -> None:
        body = b"".join(part(1, node) for node in self.nodes) + part(2, "tiny")
        body += b"".join(part(5, constant) for constant in self.constants) + b"".join(self.ends)
        model = whole(1, graphs.VERSION) + part(2, "tests") + part(7, body)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(model + part(8, part(1, "") + whole(2, graphs.OPSET)))


def words(folder: Path, vocabulary: Sequence[str], *, pieces: bool = False) -> dict[str, int]:
    """Write a tokenizer that knows these words, folded to lower case; their numbers."""
    ids = {word: n for n, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *vocabulary])}
    model = WordPiece(ids, unk_token="[UNK]") if pieces else WordLevel(ids, unk_token="[UNK]")
    made = Tokenizer(model)
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    marks = [AddedToken(word, normalized=False, special=True) for word in vocabulary
             if word.startswith("<<")]  # fmt: skip
    if marks:
        made.add_special_tokens(marks)
    made.enable_padding(length=64)  # as exported tokenizers often come
    folder.mkdir(parents=True, exist_ok=True)
    made.save(str(folder / "tokenizer.json"))
    return ids


def told(folder: Path, name: str, what: object) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(what), "utf-8")


def token_inputs(graph: Graph, *, types: bool = True) -> None:
    for name in ("input_ids", "attention_mask", *(["token_type_ids"] if types else [])):
        graph.input(name, INT64, "batch", "sequence")


def encoder(
    folder: Path, meanings: Mapping[str, Sequence[float]], *, pooling: str = "mean_tokens",
    output: str = "last_hidden_state", graph: str = "onnx/model.onnx", card: str = "",
) -> Path:  # fmt: skip
    """A sentence-transformers folder with an ONNX graph; a word's row is what it means."""
    ids = words(folder, list(meanings))
    size = len(next(iter(meanings.values())))
    table = np.zeros((len(ids), size), np.float32)
    for word, row in meanings.items():
        table[ids[word]] = row
    made = Graph()
    token_inputs(made)
    made.node("Gather", [made.constant("table", table), "input_ids"], "found", axis=0)
    made.node("Cast", ["attention_mask"], "seen", to=FLOAT)
    made.node("Unsqueeze", ["seen", made.whole("last", -1)], "mask")
    made.node("Mul", ["found", "mask"], "states" if output == "sentence_embedding" else output)
    if output == "sentence_embedding":
        made.node("ReduceMean", ["states", made.whole("tokens", 1)], output, keepdims=0)
        made.output(output, "batch", size)
    else:
        made.output(output, "batch", "sequence", size)
    made.write(folder / graph)
    told(
        folder,
        "modules.json",
        [
            {"idx": 0, "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "type": "sentence_transformers.models.Pooling"},
        ],
    )
    told(folder, "config.json", {"model_type": "bert", "max_position_embeddings": 512})
    told(folder, "sentence_bert_config.json", {"max_seq_length": 32, "do_lower_case": False})
    told(
        folder,
        "1_Pooling/config.json",
        {
            "word_embedding_dimension": size,
            f"pooling_mode_{pooling}": True,
            "pooling_mode_something_else": False,
        },
    )
    if card:
        (folder / "README.md").write_text(f"---\n{card}\n---\n# A model\n", "utf-8")
    return folder


def classifier(
    folder: Path, words_of: Mapping[str, Sequence[str]], *, names: Sequence[str] = (),
    card: str = "language: en",
) -> Path:  # fmt: skip
    """A text classifier: logits are how many words of each label a text has."""
    vocabulary = [word for listed in words_of.values() for word in listed]
    ids = words(folder, vocabulary)
    table = np.zeros((len(ids), len(words_of)), np.float32)
    for column, listed in enumerate(words_of.values()):
        table[[ids[word] for word in listed], column] = 3.0
    made = Graph()
    token_inputs(made, types=False)
    made.node("Gather", [made.constant("table", table), "input_ids"], "found", axis=0)
    made.node("ReduceSum", ["found", made.whole("tokens", 1)], "logits", keepdims=0)
    made.output("logits", "batch", len(words_of))
    made.write(folder / "model.onnx")
    told(folder, "config.json", {
        "architectures": ["XLMRobertaForSequenceClassification"],
        "id2label": {str(n): name for n, name in enumerate(names or words_of)},
    })  # fmt: skip
    (folder / "README.md").write_text(f"---\n{card}\n---\n", "utf-8")
    return folder


def gliner(
    folder: Path, named: Mapping[str, str], *, prompts: Sequence[str], width: int = 4,
    config: Mapping[str, Any] | None = None,
) -> Path:  # fmt: skip
    """A GLiNER graph that scores spans: one begins with a name's first word and ends with its last.

    `named` holds names and the prompt they answer to. As in the real ones a type is what stands
    behind its mark, a word is its first piece, and the spans that reach beyond the text are told
    by the mask.
    """
    pieces = {piece for name in named for word in name.lower().split() for piece in split(word)}
    plain = sorted(pieces | {word for prompt in prompts for word in prompt.split()})
    ids = words(folder, [*plain, "<<ENT>>", "<<SEP>>"], pieces=True)
    size = len(prompts)
    tables = {name: np.zeros((len(ids), size), np.float32) for name in ("first", "last", "type")}
    for name, prompt in named.items():
        listed = name.lower().split()
        column = prompts.index(prompt)
        tables["first"][ids[split(listed[0])[0]], column] = 6
        tables["last"][ids[split(listed[-1])[0]], column] = 6
    for column, prompt in enumerate(prompts):
        tables["type"][ids[prompt.split()[0]], column] = 1
    made = Graph()
    for name in ("input_ids", "attention_mask", "words_mask"):
        made.input(name, INT64, "batch", "sequence")
    made.input("text_lengths", INT64, "batch", "value")
    made.input("span_idx", INT64, "batch", "spans", "idx")
    made.input("span_mask", BOOL, "batch", "spans")
    gliner_nodes(made, tables, ids["<<ENT>>"], width)
    made.output("logits", "batch", "words", "width", "classes")
    made.write(folder / "model.onnx")
    told(folder, "gliner_config.json", {
        "max_width": width, "max_len": 20, "span_mode": "markerV0", "ent_token": "<<ENT>>",
        "sep_token": "<<SEP>>", "words_splitter_type": "whitespace", **(config or {}),
    })  # fmt: skip
    (folder / "README.md").write_text("---\nlanguage:\n- en\n- multilingual\n---\n", "utf-8")
    return folder


def split(word: str) -> list[str]:
    """A word in pieces as the tiny vocabulary has them: long ones are cut in two."""
    return [word] if len(word) < 7 else [word[:4], f"##{word[4:]}"]


def gliner_nodes(g: Graph, tables: Mapping[str, np.ndarray], mark: int, width: int) -> None:
    """Words from their first pieces, types from what is behind the marks, and their products."""
    g.node("Squeeze", ["text_lengths"], "count")
    one = g.constant("one", np.array(1, np.int64))
    g.node("Add", ["count", one], "stop")
    g.node("Range", [one, "stop", one], "numbers")
    g.node("Unsqueeze", ["numbers", g.whole("right", 1)], "column")
    g.node("Equal", ["column", "words_mask"], "here")
    g.node("Cast", ["here"], "picks", to=FLOAT)  # [words, tokens]
    g.node("Squeeze", ["input_ids", g.whole("batch", 0)], "ids")
    g.node("Cast", ["span_mask"], "valid", to=INT64)
    g.node("Unsqueeze", ["valid", g.whole("end", -1)], "valid3")
    g.node("Mul", ["span_idx", "valid3"], "safe")
    g.node("Squeeze", ["safe", "batch"], "spans")
    for n, name in enumerate(("first", "last")):
        g.node("Gather", [g.constant(f"{name}.table", tables[name]), "ids"], f"{name}.all", axis=0)
        g.node("MatMul", ["picks", f"{name}.all"], f"{name}.words")
        g.node("Gather", ["spans", g.constant(f"{name}.n", np.array(n, np.int64))], f"{name}.at",
               axis=1)  # fmt: skip
        g.node("Gather", [f"{name}.words", f"{name}.at"], f"{name}.rows", axis=0)
    g.node("Add", ["first.rows", "last.rows"], "both")  # [spans, types]
    g.node("Equal", ["ids", g.constant("mark", np.array(mark, np.int64))], "marked")
    g.node("NonZero", ["marked"], "where")
    g.node("Squeeze", ["where", "batch"], "places")
    g.node("Add", ["places", one], "behind")
    g.node("Gather", ["ids", "behind"], "asked", axis=0)
    g.node("Gather", [g.constant("types", tables["type"]), "asked"], "classes", axis=0)
    g.node("Transpose", ["classes"], "turned", perm=[1, 0])
    g.node("MatMul", ["both", "turned"], "raw")
    g.node("Sub", ["raw", g.constant("bar", np.array(10, np.float32))], "scored")
    g.node("Unsqueeze", ["count", "batch"], "n")
    g.node("Concat", [g.whole("b", 1), "n", g.whole("w", width, -1)], "shape", axis=0)
    g.node("Reshape", ["scored", "shape"], "logits")
