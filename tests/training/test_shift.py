"""Labelled records weighted to stand for plain ones."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import zstandard

FOLDER = str(Path(__file__).parents[2] / "training")


@pytest.fixture(scope="module")
def shift() -> Iterator[ModuleType]:
    sys.path.insert(0, FOLDER)
    try:
        import shift

        yield shift
    finally:
        sys.path.remove(FOLDER)


def directions(angles: np.ndarray) -> np.ndarray:
    return np.column_stack([np.cos(angles), np.sin(angles)])


def test_what_was_drawn_too_often_counts_less(shift: ModuleType) -> None:
    chance = np.random.default_rng(4)
    common, rare = chance.normal(0, 0.1, 400), chance.normal(1.5, 0.1, 400)
    labelled = directions(np.concatenate([common[:100], rare[:300]]))  # rare drawn three in four
    plain = directions(np.concatenate([common, rare[300:400]]))  # one in five
    found = shift.weights(labelled, plain)
    assert found.mean() == pytest.approx(1)
    share = found[100:].sum() / found.sum()
    assert 0.15 < share < 0.35
    assert found[:100].min() > found[100:].max()


def test_records_from_one_place_count_alike(shift: ModuleType) -> None:
    angles = np.random.default_rng(5).normal(0, 1, 900)
    found = shift.weights(directions(angles[:300]), directions(angles[300:]))
    assert 0.5 < found.min() < found.max() < 2


def test_a_draw_leaves_out_what_is_measured_and_never_changes(
    shift: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shift, "PLAIN", 5)
    monkeypatch.setattr(shift, "MENTIONING", 3)
    lines = [
        json.dumps({"source": "x", "native_id": str(n), "title": f"Post {n}",
                    "text": "on free  ferries" if n % 2 else "on free\nbread"})
        for n in range(20)
    ]  # fmt: skip
    lines.append(json.dumps({"source": "x", "native_id": "20", "title": "", "text": None}))
    (tmp_path / "a.jsonl.zst").write_bytes(zstandard.compress("\n".join(lines).encode()))
    found = shift.drawn(tmp_path, {"x:3"}, ["ferries"])
    assert found == shift.drawn(tmp_path, {"x:3"}, ["ferries"])
    assert len(found) == 8
    assert all("ferries" in text for text in found[5:])
    assert not any(text.startswith("Post 3\n") for text in found)
    assert len(shift.drawn(tmp_path, set(), [])) == 5
