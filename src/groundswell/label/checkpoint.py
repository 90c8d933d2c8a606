"""A model's folder, as sentence-transformers, Optimum and GLiNER write it: graph and tokenizer,
and what the files beside them say."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from groundswell.desk import slugged
from groundswell.errors import PluginError
from groundswell.label.session import Tokenizer, loading, open_session, tokenizer_of
from groundswell.types import canonical

GRAPHS = ("model.onnx", "onnx/model.onnx")  # where a graph usually lies
DTYPES: Mapping[str, Any] = {
    "tensor(int64)": np.int64, "tensor(int32)": np.int32, "tensor(bool)": np.bool_,
    "tensor(float)": np.float32,
}  # fmt: skip
CODE = re.compile(r"[a-z]{2}")
CARD = re.compile(r"\A---\n(.*?)\n---", re.DOTALL)
Array = npt.NDArray[Any]


class Checkpoint:
    """The graph and the tokenizer of a folder, ready for one text at a time.

    `path` is the folder; `model` the graph in it, if it has another name than GRAPHS; `settings`
    whatever else decides the answers, for the name. The languages are those given, or those that
    the front matter of README.md lists as codes. PluginError names what is missing.
    """

    def __init__(
        self, path: str | Path, *, model: str, languages: Sequence[str], settings: object
    ) -> None:
        self.path = Path(path)
        if not self.path.is_dir():
            raise PluginError(f"{self.path}: is not a folder; name the one with the model in it")
        graph = self._graph(model)
        file = next((p for p in (self.path / "tokenizer.json", graph.parent / "tokenizer.json")
                     if p.is_file()), None)  # fmt: skip
        if file is None:
            raise PluginError(f"{self.path}: holds no tokenizer.json; save the tokenizer beside "
                              "the model in its fast form")  # fmt: skip
        with loading(graph, "a model"):
            self._session = open_session(graph)
        with loading(file, "a tokenizer"):
            self.tokenizer: Tokenizer = tokenizer_of(file.read_text("utf-8"))
        self.inputs = {one.name: str(one.type) for one in self._session.get_inputs()}
        strange = sorted(set(self.inputs.values()) - DTYPES.keys())
        if strange:
            raise self.fault(f"its graph wants {strange[0]}, which nobody can give it; export it "
                             "with inputs of whole numbers")  # fmt: skip
        self.outputs = {one.name: tuple(one.shape) for one in self._session.get_outputs()}
        self.languages = self._languages(languages)
        told = canonical([marks(tuple(self._files(graph, file))), settings])
        mark = hashlib.sha256(told.encode()).hexdigest()[:8]
        self.name = f"{slugged(self.path.resolve().name)}+{mark}"

    def told(self, name: str) -> Mapping[str, Any]:
        """The JSON object in a file of the folder; empty when there is no such file."""
        return dict(read_json(self.path / name, dict))

    def listed(self, name: str) -> list[Any]:
        """The JSON list in a file of the folder; empty when there is no such file."""
        return list(read_json(self.path / name, list))

    def limit(self, stated: int, usual: int) -> int:
        """The most tokens of a text: as stated, else what the model takes, at most `usual`."""
        sentence = self.told("sentence_bert_config.json").get("max_seq_length")
        cut = self.told("tokenizer_config.json").get("model_max_length")  # huge for no limit
        places = self.told("config.json").get("max_position_embeddings")
        room = int(places) - 2 if places else usual  # RoBERTa's first two places are never used
        return stated or min(int(sentence or cut or usual), room, usual)

    def run(self, outputs: Sequence[str], given: Mapping[str, Array]) -> list[Array]:
        """Some of the graph's outputs; inputs are cast to what it wants, those it lacks left out.
        PluginError when it wants another."""
        unknown = self.inputs.keys() - given.keys()
        if unknown:
            raise PluginError(
                f"{self.path}: its graph wants {min(unknown)!r}, which is not known here; export "
                "it as docs/label.md says"
            )
        fed: dict[str, Array] = {
            name: given[name].astype(DTYPES[kind]) for name, kind in self.inputs.items()
        }
        with loading(self.path, "a model of this kind"):
            found = self._session.run(list(outputs), fed)
        return [np.asarray(one) for one in found]

    def fault(self, problem: str) -> PluginError:
        """An error that names the folder."""
        return PluginError(f"{self.path}: {problem}")

    def _graph(self, model: str) -> Path:
        names = (model,) if model else GRAPHS
        for name in names:
            if (self.path / name).is_file():
                return self.path / name
        raise PluginError(f"{self.path}: holds no {' or '.join(names)}; export the model to ONNX, "
                          "or name the file with model")  # fmt: skip

    def _files(self, graph: Path, tokenizer: Path) -> list[Path]:
        """The files that decide an answer: weights kept beside the graph bear its name."""
        beside = [p for p in sorted(graph.parent.iterdir())
                  if p.name.startswith(graph.name.removesuffix(".onnx") + ".onnx")]  # fmt: skip
        told = [p for form in ("*.npz", "*.json", "*/config.json")
                for p in sorted(self.path.glob(form)) if p not in (tokenizer, *beside)]  # fmt: skip
        return [*beside, tokenizer, *told]

    def _languages(self, stated: Sequence[str]) -> tuple[str, ...]:
        wrong = [code for code in stated if not CODE.fullmatch(str(code))]
        if isinstance(stated, str) or wrong:
            raise self.fault(f'languages {stated!r} is not a list of codes such as ["de", "en"]')
        return tuple(dict.fromkeys(stated or self._card_languages()))

    def _card_languages(self) -> list[str]:
        """The codes in the front matter of the model's card; others than codes say nothing."""
        card = self.path / "README.md"
        found = CARD.match(card.read_text("utf-8", "replace")) if card.is_file() else None
        try:
            told = yaml.safe_load(found[1]) if found else None
        except yaml.YAMLError as problem:
            raise self.fault(f"the front matter of README.md is not YAML ({problem})") from problem
        said = told.get("language", ()) if isinstance(told, dict) else ()
        return [code for code in ([said] if isinstance(said, str) else said or ())
                if isinstance(code, str) and CODE.fullmatch(code)]  # fmt: skip

    def need_languages(self) -> tuple[str, ...]:
        """The languages. PluginError when none are declared: nothing is read on a guess."""
        if not self.languages:
            raise self.fault('declares no languages; say which it reads in its reader.toml or in '
                             'the desk, such as languages = ["de", "en"]')  # fmt: skip
        return self.languages


def read_json(path: Path, kind: type[dict[str, Any]] | type[list[Any]]) -> Any:
    """The object or list in a JSON file; empty when there is no such file. PluginError when it is
    damaged."""
    if not path.is_file():
        return kind()
    try:
        told = json.loads(path.read_text("utf-8"))
    except ValueError as problem:
        raise PluginError(f"{path}: is not JSON ({problem}); get the model again") from problem
    if not isinstance(told, kind):
        raise PluginError(f"{path}: is no JSON {kind.__name__}; get the model again")
    return told


@cache
def marks(paths: tuple[Path, ...]) -> str:
    """The SHA-256 over the contents of files, in this order."""
    made = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            made.update(hashlib.file_digest(file, "sha256").digest())
    return made.hexdigest()


def chances(logits: Array) -> tuple[int, ...]:
    """Logits as chances in thousandths, which sum to 1000 or nearly.

    >>> chances(np.array([0.0, 0.0]))
    (500, 500)
    """
    rising = np.exp(logits - np.max(logits))
    return thousandths(rising / rising.sum())


def thousandths(shares: Array) -> tuple[int, ...]:
    """Shares as whole thousandths."""
    return tuple(int(v) for v in np.rint(np.asarray(shares, np.float64) * 1000))
