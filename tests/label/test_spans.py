"""Names out of tags: whole words, one type to a name, floors by type."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest

from groundswell.label.casing import cases_of
from groundswell.label.spans import best_path, spans_of
from groundswell.types.reading import NAME_TYPES, Span

TEXT = "Ada Vale met OpenQuay staff in Oslo"
OFFSETS = [
    (0, 0),
    (0, 3),
    (4, 8),
    (9, 12),
    (13, 17),
    (17, 21),
    (22, 27),
    (28, 30),
    (31, 35),
    (0, 0),
]
B, I = 1, 2  # noqa: E741


def tags(*said: tuple[str, int, float] | None) -> np.ndarray:
    """Chances per piece: (type, B or I, chance), or None for no name."""
    rows = np.full((len(said), 1 + 2 * len(NAME_TYPES)), 0.001, dtype=np.float32)
    for row, one in zip(rows, said, strict=True):
        row[0] = 0.9 if one is None else 0.05
        if one:
            row[2 * NAME_TYPES.index(one[0]) + one[1]] = one[2]
    return rows


def found(text: str, spans: list[Span]) -> list[tuple[str, str]]:
    return [(text[s.start : s.stop], NAME_TYPES[s.kind]) for s in spans]


def test_names_are_whole_words_of_one_type() -> None:
    said = tags(None, ("person", B, 0.9), ("person", I, 0.8), None, ("organization", B, 0.6),
                ("organization", I, 0.9), None, None, ("state", B, 0.7), None)  # fmt: skip
    spans = spans_of(said, OFFSETS, TEXT, {})
    assert found(TEXT, spans) == [
        ("Ada Vale", "person"),
        ("OpenQuay", "organization"),
        ("Oslo", "state"),
    ]
    assert [s.score for s in spans] == sorted([s.score for s in spans], reverse=True)[:1] + [
        s.score for s in spans[1:]
    ]


def test_a_name_does_not_go_on_in_another_type() -> None:
    said = tags(None, ("person", B, 0.9), ("state", I, 0.9), *[None] * 7)
    spans = spans_of(said, OFFSETS, TEXT, {})
    assert ("Ada Vale", "person") not in found(TEXT, spans)
    assert all(span.stop - span.start < len("Ada Vale") for span in spans)


def test_two_names_side_by_side_stay_two() -> None:
    said = tags(None, ("person", B, 0.9), ("person", B, 0.9), *[None] * 7)
    assert found(TEXT, spans_of(said, OFFSETS, TEXT, {})) == [("Ada", "person"), ("Vale", "person")]


def test_a_name_below_the_floor_of_its_type_is_not_one() -> None:
    said = tags(None, ("person", B, 0.6), *[None] * 8)
    assert found(TEXT, spans_of(said, OFFSETS, TEXT, {"person": 550})) == [("Ada", "person")]
    assert spans_of(said, OFFSETS, TEXT, {"person": 650}) == []


def test_the_path_is_the_likeliest_of_all_that_keep_the_rule() -> None:
    dice = np.random.default_rng(3)
    searched = 0
    for _ in range(150):
        chances = dice.dirichlet([0.4] * 5, size=5).astype(np.float32)  # two types, five words
        logs = np.log(np.maximum(chances, 1e-6))
        allowed = [p for p in product(range(5), repeat=5) if keeps_the_rule(p)]
        best = max(allowed, key=lambda p: sum(logs[n, tag] for n, tag in enumerate(p)))
        assert best_path(chances) == list(best)
        searched += tuple(chances.argmax(axis=1)) != best
    assert searched > 30


def keeps_the_rule(path: tuple[int, ...]) -> bool:
    return all(not tag or tag % 2 or before in (tag, tag - 1)
               for before, tag in pairwise((0, *path)))  # fmt: skip


def test_an_empty_text_has_no_names() -> None:
    assert spans_of(tags(None, None), [(0, 0), (0, 0)], "", {}) == []


@pytest.mark.parametrize(
    ("word", "case"), [("nasa", 0), ("Nasa", 1), ("NASA", 2), ("iNasa", 3), ("42", 0)]
)
def test_case_of_a_word(word: str, case: int) -> None:
    assert cases_of(word, [(0, len(word))]) == [case]
