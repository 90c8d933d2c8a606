"""What the fast profile learns from: texts nothing is measured on, from files that are free."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = [str(ROOT / "training" / name) for name in ("fast", "multitask")]


@pytest.fixture(scope="module")
def lessons() -> ModuleType:
    sys.path[:0] = FOLDERS
    try:
        import lessons

        return lessons
    finally:
        del sys.path[:2]


def pool(lessons: ModuleType, name: str, texts: list[str], target: str = "") -> Any:
    samples = sys.modules["samples"]
    asked = (samples.Attitude(target, 0),) if target else ()
    return samples.Pool(name, tuple(samples.Sample(text=t, attitudes=asked) for t in texts), 1.0)


def words(lessons: ModuleType, back: set[str], count: int = 60) -> list[Any]:
    pools = [
        pool(lessons, "small", ["Bread at dawn", "Kept back!"], "bread"),
        pool(lessons, "large", [f"Town meeting number {n}" for n in range(90)]),
    ]
    bodies = [f"Unlabelled thought {n}" for n in range(90)] + ["Measured elsewhere", "..."]
    found: list[Any] = lessons.chosen(pools, bodies, back, count)
    return found


def test_no_text_that_is_kept_back_is_learnt_from(lessons: ModuleType) -> None:
    every = {text.words for text in words(lessons, set(), 400)}
    assert {"Kept back!", "Measured elsewhere"} <= every
    assert "..." not in every  # without letters there is nothing to learn
    rest = {text.words for text in words(lessons, {"kept back", "measured elsewhere"}, 400)}
    assert every - rest == {"Kept back!", "Measured elsewhere"}


def test_small_files_come_whole_and_half_is_unlabelled(lessons: ModuleType) -> None:
    found = words(lessons, set())
    assert len(found) == len({text.words for text in found}) == 60
    assert {"Bread at dawn", "Kept back!"} <= {text.words for text in found}
    assert sum(text.words.startswith("Unlabelled") for text in found) >= 28
    assert next(t for t in found if t.words == "Bread at dawn").targets[0] == "bread"
    assert sum(text.held for text in found) == 5


def test_the_same_texts_every_time(lessons: ModuleType) -> None:
    assert words(lessons, set()) == words(lessons, set())


def test_answers_are_kept_by_reader_and_text(lessons: ModuleType) -> None:
    part = words(lessons, set())[:3]
    mark = lessons.mark_of("0123abcd", part)
    assert mark == lessons.mark_of("0123abcd", list(part))
    assert mark != lessons.mark_of("0123abce", part)
    assert mark != lessons.mark_of("0123abcd", part[:2])


def test_unlabelled_texts_come_from_files_with_a_licence(lessons: ModuleType) -> None:
    manifest = ROOT / "training" / "manifest.toml"
    listed = {e["file"]: e["class"] for e in tomllib.loads(manifest.read_text("utf-8"))["file"]}
    free = lessons.free_files(manifest)
    assert len(free) > 4
    assert {listed[name] for name in free} == {"A"}


@pytest.mark.parametrize(("lang", "read"), [("en", True), (None, True), ("de", False)])
def test_only_english_is_read(lessons: ModuleType, lang: str | None, read: bool) -> None:
    assert lessons.english({"lang": lang}) is read
