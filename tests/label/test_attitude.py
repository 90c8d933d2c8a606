"""Attitudes: read from token states by a target's vector."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest

from groundswell.errors import PluginError
from groundswell.label.attitude import PARTS, Look
from groundswell.types.reading import ROLES, STANCES

K, D, N = 8, 6, 4


def weights(seed: int = 1) -> dict[str, np.ndarray]:
    draw = np.random.default_rng(seed)
    sizes = {
        "ask": (D, K), "ask_bias": (K,), "target": (D, 3), "target_bias": (3,),
        "read": (3 * K + 3, N), "read_bias": (N,), "stance": (N, len(STANCES)),
        "stance_bias": (len(STANCES),), "roles": (N, len(ROLES)), "roles_bias": (len(ROLES),),
    }  # fmt: skip
    return {name: draw.normal(size=size).astype(np.float32) for name, size in sizes.items()}


def test_chances_are_in_thousandths_and_the_sides_sum_to_one() -> None:
    states = np.random.default_rng(2).normal(size=(5, 2 * K)).astype(np.float32)
    answer = Look(weights())(states, np.ones(D, dtype=np.float32))
    assert len(answer) == len(STANCES) + len(ROLES)
    assert all(0 <= chance <= 1000 for chance in answer)
    assert 998 <= sum(answer[: len(STANCES)]) <= 1002


def test_another_target_gets_another_answer() -> None:
    states = np.random.default_rng(3).normal(size=(7, 2 * K)).astype(np.float32)
    look = Look(weights())
    assert look(states, np.eye(D, dtype=np.float32)[0]) != look(
        states, np.eye(D, dtype=np.float32)[1]
    )


def test_the_order_of_tokens_does_not_matter_but_their_states_do() -> None:
    states = np.random.default_rng(4).normal(size=(6, 2 * K)).astype(np.float32)
    look, target = Look(weights()), np.ones(D, dtype=np.float32)
    back = look(states[::-1].copy(), target)
    assert max(abs(a - b) for a, b in zip(look(states, target), back, strict=True)) <= 1
    assert look(states * 3, target) != look(states, target)


def test_a_packed_head_comes_back() -> None:
    stream = io.BytesIO()
    np.savez(stream, **weights())
    look = Look.packed(base64.b64encode(stream.getvalue()).decode())
    states = np.ones((2, 2 * K), dtype=np.float32)
    assert look(states, np.ones(D, dtype=np.float32)) == Look(weights())(
        states, np.ones(D, dtype=np.float32)
    )


@pytest.mark.parametrize("part", PARTS)
def test_a_head_that_lacks_a_part_says_which(part: str) -> None:
    kept = {name: value for name, value in weights().items() if name != part}
    with pytest.raises(PluginError, match=part):
        Look(kept)
