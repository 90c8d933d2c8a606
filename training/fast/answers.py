"""What the full reader says of each text, kept in numbered files, so that a run that was stopped
goes on where it was."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from lessons import Text, mark_of
from numpy.typing import NDArray
from onnx import TensorProto, helper

from groundswell.label.casing import cases_of
from groundswell.label.lower import joined
from groundswell.label.reader import EARLY, Reader, file_hash
from groundswell.label.session import open_session
from groundswell.label.spans import spans_of
from groundswell.types.reading import HEADS, NAME_TYPES

Array = NDArray[Any]
NAMED = 2  # names of a text that it is asked about
SHARD = 512


def bottom(path: Path) -> Any:
    """A session of a reader's lower half, exactly as the fast profile runs it."""
    put = helper.make_tensor_value_info
    sizes: dict[str, list[Any]] = {"early": [1, "N"], "layer3": [1, "T", "H"]}
    top = helper.make_graph(
        [helper.make_node("Identity", [name], [f"{name}.out"]) for name in EARLY], "top",
        [put(name, TensorProto.FLOAT, sizes[name]) for name in EARLY],
        [put(f"{name}.out", TensorProto.FLOAT, sizes[name]) for name in EARLY],
    )  # fmt: skip
    model = helper.make_model(top, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    return open_session(joined(path.read_bytes(), model.SerializeToString()))


_reader: tuple[Reader, Any] | None = None  # one per worker process


def _start(path: Path) -> None:
    global _reader
    _reader = Reader(path), bottom(path)


def answered(path: Path, given: Sequence[Text], folder: Path, processes: int) -> list[Path]:
    """Files with the reader's answers, made where they are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = [given[start : start + SHARD] for start in range(0, len(given), SHARD)]
    jobs = [(part, folder / f"{mark_of(file_hash(path), part)}.npz") for part in parts]
    missing = [job for job in jobs if not job[1].exists()]
    if not missing:
        return [place for _, place in jobs]
    bottom(path)  # here first: a worker that cannot open it is started for ever
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, _start, (path,)) as pool:
        for n, _ in enumerate(pool.imap_unordered(_answer, missing), 1):
            print(json.dumps({"read": n, "of": len(missing)}), flush=True)
    return [place for _, place in jobs]


def _answer(job: tuple[Sequence[Text], Path]) -> None:
    """Read some texts, and the names of the targets they are asked about, into one file."""
    part, place = job
    assert _reader is not None
    reader, below = _reader
    made: dict[str, list[Array]] = {}
    targets: dict[str, int] = {}
    asked, sizes = [], []
    for n, text in enumerate(part):
        found, offsets = reader._run(text.words)
        for name, value in (*found.items(), *_lower(reader, below, text.words).items()):
            made.setdefault(name, []).append(value)
        sizes.append(len(found["tags"]))
        for target in _targets(text, found["tags"], offsets):
            answer = reader._look(found["states"], reader._target(target))  # type: ignore[misc]
            asked.append([n, targets.setdefault(target, len(targets)), *answer])
    names = [_lower(reader, below, target) for target in targets]
    arrays = {
        "sizes": np.array(sizes), "asked": np.array(asked, dtype=np.int32).reshape(-1, 12),
        "held": np.array([t.held for t in part]), "words": np.array([t.words for t in part]),
        "vector": np.stack(made["vector"]), "early": np.stack(made["early"]).astype(np.float16),
        "tags": np.log(np.maximum(np.concatenate(made["tags"]), 1e-5)).astype(np.float16),
        "states": np.concatenate(made["states"]).astype(np.float16),
        "layer3": np.concatenate(made["layer3"]).astype(np.float16),
        **{head: np.stack(made[head]) for head in HEADS if head in made},
        "target_sizes": np.array([len(one["layer3"]) for one in names]),
        "target_early": np.stack([one["early"] for one in names]).astype(np.float16),
        "target_layer3": np.concatenate([one["layer3"] for one in names]).astype(np.float16),
    }  # fmt: skip
    part_file = place.with_suffix(".part")
    with part_file.open("wb") as stream:
        np.savez(stream, **arrays)
    part_file.replace(place)


def _lower(reader: Reader, below: Any, words: str) -> dict[str, Array]:
    """What the lower half gives: `early` [N] and `layer3` [T, 384]."""
    ids, offsets = reader._pieces(words)
    given = {"ids": np.asarray([ids], np.int64)}
    if reader._cased:
        given["cases"] = np.asarray([cases_of(words, offsets)], np.int64)
    return {name: value[0] for name, value in zip(EARLY, below.run(None, given), strict=True)}


def _targets(text: Text, tags: Array, offsets: Sequence[tuple[int, int]]) -> list[str]:
    """What a text is asked about: its own targets and the first names in it."""
    named = spans_of(tags, offsets, text.words, {})
    kept = [s for s in named if NAME_TYPES[s.kind] not in ("place", "other")][:NAMED]
    return list(dict.fromkeys([*text.targets, *(text.words[s.start : s.stop] for s in kept)]))


def loaded(places: Iterable[Path]) -> list[dict[str, Array]]:
    """The files' arrays."""
    found = []
    for place in places:
        with np.load(place, allow_pickle=False) as arrays:
            found.append({name: arrays[name] for name in arrays.files})
    return found
