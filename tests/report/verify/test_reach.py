"""How far a share may reach when records were withdrawn: every count that could have been."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from groundswell.report.verifiers.recount import _share
from groundswell.stats.shares import wilson
from groundswell.types.series import EVERYTHING


@dataclass
class Kept:
    """A cell of which only the withdrawn rows are known."""

    gone: int
    gone_on: int
    all: tuple[()] = ()
    counted: tuple[()] = ()

    def on(self, subject: str) -> list[Any]:
        return []

    def lost(self, subject: str = EVERYTHING) -> int:
        return self.gone if subject == EVERYTHING else self.gone_on

    def nameless(self) -> float:
        return 0.0


CLAIM: Any = SimpleNamespace(interval=SimpleNamespace(level=0.95))


def inside(value: float, ranges: Any) -> bool:
    return any(low <= value <= high for low, high in ranges)


@pytest.mark.parametrize(("part", "whole"), [(0, 1), (0, 30), (1, 15), (40, 41), (97, 976), (5, 5)])
@pytest.mark.parametrize("swayed", [0, 1])
def test_whatever_was_withdrawn_is_in_reach(part: int, whole: int, swayed: int) -> None:
    swayed = min(part, swayed)
    found = _share(CLAIM, Kept(2, 1), "entity/crane", part, whole, swayed=swayed)  # type: ignore[arg-type]
    for more in (-swayed, 0, 1):
        for other in (0, 1, 2):
            a, n = part + more, max(whole + other, part + more)
            low, high = wilson(a, n, 0.95)
            assert inside(a / n, found.estimate)
            assert inside(a, found.values["part"])
            assert found.interval is not None
            assert inside(low, found.interval[0])
            assert inside(high, found.interval[1])


def test_what_two_records_could_not_explain_is_out_of_reach() -> None:
    found = _share(CLAIM, Kept(2, 1), "entity/crane", 10, 100)  # type: ignore[arg-type]
    assert found.interval is not None
    for a, n in ((13, 100), (8, 100), (10, 120)):
        low, high = wilson(a, n, 0.95)
        assert not inside(a / n, found.estimate)
        assert not (inside(low, found.interval[0]) and inside(high, found.interval[1]))


def test_nothing_withdrawn_nothing_moves() -> None:
    found = _share(CLAIM, Kept(0, 0), "entity/crane", 10, 100)  # type: ignore[arg-type]
    assert found.estimate == ((0.1, 0.1),)
