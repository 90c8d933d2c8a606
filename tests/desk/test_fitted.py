"""What a desk has learnt: weights in a file, for one reader, chances that mean what they say."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from groundswell.desk.fitted import FAST, FILE, Fitted, Row, load_fitted
from groundswell.errors import DeskError

TOLD: dict[str, Any] = {
    "reader": "small@1+0badcafe",
    "enter": 0.4,
    "join": 0.3,
    "scale": 2.0,
    "offset": -1.0,
    "relevance": {"gate": 0.5, "weights": [1000, -2000], "bias": 0.25},
    "beats": {"soil": {"weights": [4000, 0], "bias": 1.0}},
}
VECTOR = np.array([0.6, 0.8])


def loaded(folder: Path, told: dict[str, Any]) -> Fitted:
    """The file as a desk reads it."""
    (folder / FILE).write_text(json.dumps(told), encoding="utf-8")
    found = load_fitted(folder)
    assert found is not None
    return found


def test_a_desk_without_the_file_has_learnt_nothing(tmp_path: Path) -> None:
    assert load_fitted(tmp_path) is None


def test_relevance_weighs_the_vector_and_the_gate(tmp_path: Path) -> None:
    fitted = loaded(tmp_path, TOLD)
    assert fitted.on_topic(3.0, VECTOR) == pytest.approx(0.5 * 3 + 0.6 - 1.6 + 0.25)


def test_a_beat_is_the_mean_of_both_scaled_and_moved(tmp_path: Path) -> None:
    fitted = loaded(tmp_path, TOLD)
    assert fitted.joins("soil", 1.0, VECTOR) == pytest.approx(2 * (1 + 3.4) / 2 - 1)


def test_a_beat_nobody_labelled_goes_by_its_texts_on_the_same_scale(tmp_path: Path) -> None:
    fitted = loaded(tmp_path, TOLD)
    assert fitted.joins("water", 1.5, VECTOR) == pytest.approx(2 * 1.5 - 1)


def test_a_file_without_scale_leaves_the_odds_as_they_are(tmp_path: Path) -> None:
    plain = {name: value for name, value in TOLD.items() if name not in ("scale", "offset")}
    fitted = loaded(tmp_path, plain)
    assert fitted == replace(loaded(tmp_path, TOLD), scale=1.0, offset=0.0)
    assert fitted.joins("water", 1.5, VECTOR) == 1.5


@pytest.mark.parametrize("damage", ["{", "[]", '{"reader": "x"}'])
def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, damage: str) -> None:
    (tmp_path / FILE).write_text(damage, encoding="utf-8")
    with pytest.raises(DeskError, match=r"fitted\.json.*training/desk\.py"):
        load_fitted(tmp_path)


def test_weights_are_thousandths() -> None:
    assert Row((500, 1500), 0.5).log_odds(VECTOR) == pytest.approx(0.3 + 1.2 + 0.5)


def test_what_was_learnt_with_the_fast_profile_stands_beside_it(tmp_path: Path) -> None:
    whole, fast = TOLD["reader"], f"{TOLD['reader']}/fast+12345678"
    (tmp_path / FAST).write_text(json.dumps(TOLD | {"reader": fast, "enter": 0.7}), "utf-8")
    alone = load_fitted(tmp_path)
    assert alone is not None
    assert alone.of(whole) is None
    both = loaded(tmp_path, TOLD)
    assert [both.of(name).enter for name in (whole, fast)] == [0.4, 0.7]  # type: ignore[union-attr]
    assert both.of(fast) == alone.of(fast)
    assert both.of(whole) == replace(both, fast=None)
    assert both.of("another@1+0badcafe") is None
