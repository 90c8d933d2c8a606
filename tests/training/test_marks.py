"""Sentences with marked names, and names that take each other's place."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = str(Path(__file__).parents[2] / "training" / "multitask")


@pytest.fixture(scope="module")
def training() -> Iterator[dict[str, ModuleType]]:
    sys.path.insert(0, FOLDER)
    try:
        import marks
        import renaming

        yield {"marks": marks, "renaming": renaming}
    finally:
        sys.path.remove(FOLDER)


def named(sample: Any) -> list[tuple[str, frozenset[str]]]:
    return [(sample.text[s.start : s.stop], s.types) for s in sample.names.spans]


def one(training: dict[str, ModuleType], line: str) -> Any:
    (sample,) = training["marks"].marked([line])
    return sample


def test_marks_become_names_and_leave_no_trace(training: dict[str, ModuleType]) -> None:
    sample = one(training, "[Ada|person] left [Kiruna|loc], at last.\n")
    assert sample.text == "Ada left Kiruna, at last."
    assert named(sample) == [
        ("Ada", frozenset({"person"})), ("Kiruna", frozenset({"state", "place"})),
    ]  # fmt: skip
    assert sample.names.unmarked == frozenset()


def test_a_line_without_names_teaches_that_there_are_none(training: dict[str, ModuleType]) -> None:
    assert named(one(training, "No name on a Monday.")) == []
    assert list(training["marks"].marked(["", "\n"])) == []


def test_an_unknown_type_is_refused(training: dict[str, ModuleType]) -> None:
    with pytest.raises(KeyError, match="planet"):
        one(training, "[Mars|planet] rises.")


def test_names_give_place_to_names_of_their_types(training: dict[str, ModuleType]) -> None:
    renaming = training["renaming"]
    lines = [
        "[Ada|person] met [Bo|person] in [Kiruna|loc]; [Ada|person] spoke.",
        "[Zo|person] ran.",
    ]
    samples = list(training["marks"].marked(lines))
    known = renaming.mentions(samples)
    assert known[frozenset({"person"})] == ("Ada", "Bo", "Zo")
    seen = set()
    for seed in range(40):
        made = renaming.renamed(samples[0], known, random.Random(seed), 0.5)
        first, second, place, again = (surface for surface, _ in named(made))
        assert first == again
        assert {first, second} <= {"Ada", "Bo", "Zo"}
        assert place == "Kiruna"
        assert made.text == f"{first} met {second} in Kiruna; {first} spoke."
        seen.add((first, second))
    assert len(seen) > 3
    assert renaming.renamed(samples[0], known, random.Random(1), 0.0).text == samples[0].text


def test_where_nobody_looked_stays_where_it_was(training: dict[str, ModuleType]) -> None:
    samples, renaming = sys.modules["samples"], training["renaming"]
    text = "Bo writes on, unread."
    span = samples.Span(0, 2, frozenset({"person"}))
    sample = samples.Sample(text=text, names=samples.Names((span,), until=9))
    known = {frozenset({"person"}): ("Bartholomea",)}
    made = renaming.renamed(sample, known, random.Random(0), 1.0)
    assert made.text == "Bartholomea writes on, unread."
    assert made.names.until == 18
