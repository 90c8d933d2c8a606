"""Which subjects an edition counts as looked at and not published."""

from typing import Any

import pytest

from groundswell.report.edition import misses, outcomes, unpublished
from groundswell.types import Numbers, Signal


def test(subject: str, **how: Any) -> Signal:
    parts: dict[str, Any] = {
        "kind": "volume", "community": "*", "effect": 2, "low": 0.8, "high": 3, "unit": "times",
        "p": 0.2, "outcome": "could not tell", "n": Numbers(authors=30), "family": "volume",
    } | how  # fmt: skip
    return Signal(subject=subject, window=(94, 101), baseline=(66, 94), maker="x@1", **parts)


test.__test__ = False  # type: ignore[attr-defined]  # a helper, read aloud in the cases below


def test_a_subject_counts_once_with_its_strongest_test() -> None:
    signals = [
        test("entity/crane", p=0.01),
        test("entity/crane", p=0.001, outcome="too few people", community="r/Attic"),
        test("entity/barge", p=0.02),
    ]
    near = unpublished(signals, ())
    assert outcomes(near) == {"could not tell": 1, "too few people": 1}
    assert [s.subject for s in near] == ["entity/crane", "entity/barge"]


@pytest.mark.parametrize(
    "dull",
    [
        test("entity/crane", p=0.3),
        test("entity/crane", p=0.001, kind="cooccurrence"),
        test("entity/crane", p=0.001, outcome="found"),
        test("*", p=0.001),
        test("entity/crane", low=1.4, n=Numbers(authors=14)),
    ],
)
def test_what_came_near_nothing_is_no_candidate(dull: Signal) -> None:
    assert unpublished([dull], ()) == []


def test_the_corrected_p_decides() -> None:
    near, far = test("entity/crane", p=0.01, q=0.09), test("entity/barge", p=0.01, q=0.2)
    assert [signal.subject for signal in unpublished([near, far], ())] == ["entity/crane"]


def test_published_and_merged_subjects_are_not_counted() -> None:
    signals = [test("entity/crane", p=0.01), test("beat/tools", p=0.01)]
    assert unpublished(signals, {"entity/crane", "beat/tools"}) == []


def test_a_registered_subject_is_always_a_candidate() -> None:
    assert unpublished([test("entity/crane", p=0.9)], (), ["entity/crane"])


def test_misses_tell_one_line_a_subject_candidates_first() -> None:
    signals = [test("entity/mole", p=0.1), test("entity/crane", p=0.01),
               test("entity/crane", p=0.02, community="r/Attic")]  # fmt: skip
    near = unpublished(signals, ())
    assert [s.subject for s in misses(near, signals, ())] == ["entity/crane", "entity/mole"]
