"""What the labelling bench stands on: random encoders, evenly drawn records, ratios, memory."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import drawn
import graphs
import numpy as np
import pytest
import resident
import shuffle
import stack
import zstandard
from bench_label import ratio, tell_stack

from groundswell.label.reader import packaged
from groundswell.label.session import open_session

TINY = graphs.Size(layers=2, hidden=16, heads=2, vocabulary=50, tokens=12)


def test_the_written_graphs_run_and_int8_is_nearly_the_same(tmp_path: Path) -> None:
    ids = np.array([[3, 7, 1, 49, 0]])
    told = {}
    for int8 in (False, True):
        path = graphs.write(tmp_path / f"{int8}.onnx", TINY, int8=int8)
        (told[int8],) = open_session(path).run(None, {"ids": ids})
        assert told[int8].shape == (1, 16)
    apart = np.abs(told[True] - told[False]).max()
    assert 0 < apart < 0.05 * np.abs(told[False]).max()
    (longer,) = open_session(tmp_path / "False.onnx").run(None, {"ids": np.tile(ids, 2)})
    assert longer.shape == (1, 16)


def test_attention_really_looks_at_the_other_tokens(tmp_path: Path) -> None:
    session = open_session(graphs.write(tmp_path / "x.onnx", TINY, int8=False))
    one, other = (session.run(None, {"ids": np.array([[3, 7, n]])})[0] for n in (1, 2))
    assert not np.allclose(one, other)


def test_arithmetic_of_an_encoder() -> None:
    assert graphs.MINILM.flops(1) == 6 * (24 * 384**2 + 4 * 384)
    assert graphs.ROBERTA.flops(100) > 7 * graphs.MINILM.flops(100)


def corpus(folder: Path, **sizes: int) -> Path:
    for name, size in sizes.items():
        lines = "".join(json.dumps({"n": f"{name}{n}"}) + "\n" for n in range(size))
        packed = zstandard.ZstdCompressor().compress(lines.encode())
        (folder / f"{name}.jsonl.zst").write_bytes(packed)
    return folder


def test_records_are_drawn_evenly_from_all_files(tmp_path: Path) -> None:
    folder = corpus(tmp_path, a=300, b=100)
    names = [json.loads(line)["n"] for line in drawn.draw(folder, 40)]
    assert [sum(name.startswith(letter) for name in names) for letter in "ab"] == [30, 10]
    assert names[:3] == ["a0", "a10", "a20"]
    assert len(drawn.draw(folder, 1000)) == 400
    assert drawn.save(tmp_path / "x", [b"{}", b"{}\n"]).read_bytes() == b"{}\n{}\n"


def test_a_folder_without_archives_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"holds no \*\.jsonl\.zst"):
        drawn.draw(tmp_path, 3)


def test_ratios_are_medians_of_rounds() -> None:
    assert ratio([10.0, 90.0, 30.0], [1.0, 3.0, 2.0]) == "15.0"


class Lines:
    def __init__(self) -> None:
        self.told: dict[str, tuple[str, ...]] = {}

    def say(self, what: str, *rest: str) -> None:
        self.told[what] = rest


@pytest.mark.parametrize("fast", [False, True])
def test_the_stack_is_three_large_models_and_a_small_one(fast: bool) -> None:
    times = {"reader": [1.0, 1.0], "RoBERTa size, ORT int8": [6.0, 6.0],
             "MiniLM size, ORT int8": [2.0, 2.0]}  # fmt: skip
    lines = Lines()
    tell_stack(lines, times | ({"reader, fast": [0.5, 0.5]} if fast else {}), 4)
    assert lines.told["four models, ORT int8"][1:] == ("20.0", ">= 18")
    assert "four models, torch fp32" not in lines.told
    assert ("  against the fast profile" in lines.told) is fast
    assert not fast or lines.told["  against the fast profile"][1] == "40.0"


def test_what_is_left_out_of_the_comparison_is_said(tmp_path: Path) -> None:
    reader = tmp_path / "reader.onnx"
    reader.write_bytes(packaged().read_bytes())
    assert "has no fast profile" in stack.no_fast(reader)
    assert "onnxruntime" in stack.versions()
    assert dict(stack.ours(["a text"], reader, fast=False)).keys() == {"reader"}


def test_a_digest_knows_rows_and_not_their_order() -> None:
    assert shuffle.digest([["a", 1], ["b", 2]]) == shuffle.digest([["b", 2], ["a", 1]])
    assert shuffle.digest([["a", 1]]) != shuffle.digest([["a", 2]])


def process(proc: Path, pid: int, kilobytes: int, line: bytes, *children: int) -> None:
    task = proc / str(pid) / "task" / str(pid)
    task.mkdir(parents=True)
    (task / "children").write_text(" ".join(map(str, children)), "ascii")
    (proc / str(pid) / "status").write_text(f"Name: x\nVmRSS:\t{kilobytes} kB\n", "ascii")
    (proc / str(pid) / "cmdline").write_bytes(line)


def test_memory_of_workers_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resident, "PROC", tmp_path)
    process(tmp_path, 10, 100, b"groundswell label", 11, 12, 13)
    process(tmp_path, 11, 5, b"python -c from multiprocessing.resource_tracker import main")
    for pid in (12, 13):
        process(tmp_path, pid, 200, b"python -c from multiprocessing.spawn import spawn_main")
    monkeypatch.setattr(resident.time, "sleep", lambda _: shutil.rmtree(tmp_path / "10"))
    seen = resident.Resident()
    seen.watch(10)
    assert (seen.workers, seen.all) == (400 * 1024, 505 * 1024)
    assert resident.resident(99) == 0
    assert not resident.is_worker(99)
