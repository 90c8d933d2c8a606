"""The reader: one small encoder that reads each text once, on one core."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from groundswell.errors import PluginError
from groundswell.label.attitude import Array, Look
from groundswell.label.casing import cases_of
from groundswell.label.lower import fast_file, fast_model
from groundswell.label.session import loading, open_session, tokenizer_of
from groundswell.label.spans import spans_of
from groundswell.types import Reading
from groundswell.types.reading import HEADS, NAME_TYPES, TOWARDS

SCALE = 127  # vectors are stored as round(SCALE * x)
GIVEN = ("vector", "states")  # what every reader gives
Ints = npt.NDArray[np.int64]
Offsets = Sequence[tuple[int, int]]
Seen = tuple[Mapping[str, Array], Offsets]
EARLY = ("early", "layer3")  # what a reader may give after half its layers, for a fast profile


class Reader:
    """Reads one body per call: dynamic int8 scales depend on the batch, so there is no batch.

    The file is one ONNX graph with input `ids` (int64, 1 x T) and, if it wants it, `cases`
    (int64, 1 x T: see casing.py). Outputs: `vector` (float32, D, L2-normalised), `states`
    (float32, one row per token), any of HEADS (float32, one value a label in the order given
    there), and `tags` (float32, T x 21: no name, then beginning and inside of each of
    NAME_TYPES). Its metadata holds `tokenizer`, `name`, `version`, `languages`, `max_tokens` and
    may hold `floors` (the least score of a name by type, JSON) and `look` (what reads attitudes
    from the states: see attitude.py). With `fast`, half the layers are left out: see lower.py.
    Raises PluginError when the file is something else.
    """

    def __init__(self, path: Path, *, fast: bool = False) -> None:
        with loading(path, "a reader"):
            self._session = open_session(fast_model(path, file_hash(path)) if fast else path)
            self._take(path, self._session.get_modelmeta().custom_metadata_map)
        if fast:
            self.name += f"/fast+{file_hash(fast_file(path))}"
        self._outputs = [o.name for o in self._session.get_outputs() if o.name not in EARLY]
        self._cased = "cases" in [i.name for i in self._session.get_inputs()]
        self._targets: dict[str, Array] = {}
        self._seen: dict[str, Seen] = {}
        self._check(path)

    def read(self, body: str, targets: Iterable[str] = ()) -> Reading:
        """What the encoder sees in a body, and its attitude towards each target.

        The text beyond the token limit is not read.
        """
        seen = self._seen.pop(body, None)
        found, offsets = self._run(body) if seen is None else seen
        outputs = {
            name: tuple(np.rint(found[name] * 1000).astype(np.int64).tolist())
            for name in self._outputs
            if name in HEADS
        }
        if "tags" in found:
            spans = spans_of(found["tags"], offsets, body, self._floors)
            outputs["spans"] = tuple(int(n) for span in spans for n in span)
        if self._look:
            for target in targets:
                outputs[TOWARDS + target] = self._look(found["states"], self._target(target))
        return Reading(
            reader=self.name,
            vector=np.rint(found["vector"] * SCALE).astype(np.int8),
            states=found["states"],
            outputs=outputs,
            offsets=tuple(offsets),
        )

    def prepare(self, bodies: Iterable[str], targets: Iterable[str] = ()) -> None:
        """Have the encoder see texts that are read next, and the targets they are asked about, one
        after the other. What is done between two of them takes more than twice as long, since the
        encoder fills the processor's cache.
        """
        given = {body: self._tokens(body) for body in bodies}
        self._seen = {body: self._see(*tokens) for body, tokens in given.items()}
        if self._look:
            for target in targets:
                self._target(target)

    @property
    def encoder(self) -> Reader:
        """Whose vectors these are: its own."""
        return self

    @property
    def tells_attitudes(self) -> bool:
        """Whether this reader answers about targets at all."""
        return self._look is not None

    def _target(self, target: str) -> Array:
        """The vector of a target's name, read once."""
        if target not in self._targets:
            self._targets[target] = self._run(target)[0]["vector"]
        return self._targets[target]

    def _run(self, body: str) -> Seen:
        """The graph's outputs for a text, and the offsets of its pieces."""
        return self._see(*self._tokens(body))

    def _see(self, tokens: Mapping[str, Ints], offsets: Offsets) -> Seen:
        """The same for a text already cut into pieces."""
        found = self._session.run(self._outputs, tokens)
        return dict(zip(self._outputs, found, strict=True)), offsets

    def _tokens(self, body: str) -> tuple[Mapping[str, Ints], Offsets]:
        """What the graph is given for a text, and the offsets of its pieces."""
        ids, offsets = self._pieces(body)
        tokens = {"ids": np.asarray([ids], dtype=np.int64)}
        if self._cased:
            tokens["cases"] = np.asarray([cases_of(body, offsets)], dtype=np.int64)
        return tokens, offsets

    def _pieces(self, body: str) -> tuple[list[int], Sequence[tuple[int, int]]]:
        """Token ids and offsets, cut to the limit; the last token stays the closing one."""
        encoded = self._tokenizer.encode(body)
        ids, offsets = encoded.ids, encoded.offsets
        if len(ids) > self._limit:
            ids = [*ids[: self._limit - 1], ids[-1]]
            offsets = [*offsets[: self._limit - 1], (0, 0)]
        return ids, offsets

    def _take(self, path: Path, about: Mapping[str, str]) -> None:
        """What the file says of itself."""
        try:
            self._tokenizer = tokenizer_of(about["tokenizer"])
            self.languages = tuple(about["languages"].split(","))
            self.name = f"{about['name']}@{about['version']}+{file_hash(path)}"
            self._limit = int(about["max_tokens"])
            self._floors: Mapping[str, int] = json.loads(about.get("floors", "{}"))
            self._look = Look.packed(about["look"]) if "look" in about else None
        except PluginError as problem:
            raise PluginError(f"{path}: {problem}") from problem
        except KeyError as problem:
            raise PluginError(f"{path}: is not a reader: its metadata lacks {problem}") from problem

    def _check(self, path: Path) -> None:
        """Whether the graph's outputs are what the contract says."""
        sizes = {name: len(labels) for name, labels in HEADS.items()}
        sizes["tags"] = 1 + 2 * len(NAME_TYPES)
        shapes = {o.name: o.shape[-1] for o in self._session.get_outputs()}
        missing = set(GIVEN) - set(shapes)
        if missing:
            raise PluginError(f"{path}: is not a reader: it has no output {min(missing)!r}")
        for name, size in shapes.items():
            if name not in (*GIVEN, *EARLY) and sizes.get(name) != size:
                raise PluginError(
                    f"{path}: output {name!r} of size {size} is not known here; a reader may "
                    f"have {', '.join(f'{n} ({s})' for n, s in sizes.items())}"
                )


def packaged() -> Path:
    """The reader that ships with the package."""
    with as_file(files("groundswell.label") / "reader.onnx") as path:
        return Path(path)


@cache
def file_hash(path: Path) -> str:
    """Eight hex digits of the SHA-256 of a reader file: names the reader in every label."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]
