"""Claims and their recount agree where real records are untidy: no author, aggregators, lists."""

from __future__ import annotations

from typing import Any

import pytest

from groundswell.report.evidence import StoredEvidence
from groundswell.report.findings import _who
from groundswell.report.verifiers.figures import faults
from groundswell.report.verifiers.spans import mark_clauses, parse


def told_wrong(world: Any, claim: Any) -> list[tuple[str, str]]:
    return list(faults(claim, StoredEvidence(world.store, world.desk)))


def test_a_community_where_nobody_is_named_is_not_one_where_people_spoke(world: Any) -> None:
    for n in range(20):
        world.post(f"a{n}", "Crane lifts.")
    world.post("", "Crane lifts too.", place="cellar.example")
    claim = world.measured().ask("count", "voices")
    assert claim.values["communities"] == 1
    assert told_wrong(world, claim) == []


def test_an_outlet_that_prints_what_an_aggregator_had_first_counts(world: Any) -> None:
    world.desk = type(world.desk)(**{
        **{f: getattr(world.desk, f) for f in world.desk.__dataclass_fields__},
        "not_outlets": ("Gatherer",),
    })  # fmt: skip
    first = world.post("", "Crane falls, says a report.", outlet="Gatherer", place="news", day=99)
    world.lead(first)
    world.post("", "Crane falls, says a report.", outlet="Quay Post", place="news", copy_of=first)
    world.post("", "Crane is up again.", outlet="Hill Review", place="news")
    claim = world.measured().ask("coverage", "outlets", unit="outlet")
    assert claim.estimate == 2
    assert told_wrong(world, claim) == []


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("Crane came up on r/Attic, cellar.example and r/Ward in the week to 12 May.", 1),
        ("On r/Attic, people named Crane in the week to 12 May.", 2),
        ("Crane, on r/Attic, rose; r/Ward was quiet.", 4),
    ],
)
def test_the_commas_of_a_list_of_names_break_nothing(text: str, clauses: int) -> None:
    parsed = parse(text)
    for name in ("r/Attic", "cellar.example", "r/Ward", "Crane"):
        start = text.find(name)
        while start >= 0:
            parsed.cover(start, start + len(name), "name")
            start = text.find(name, start + 1)
    mark_clauses(parsed, [])
    assert len({token.clause for token in parsed.tokens if token.text != "."}) == clauses


def test_only_communities_told_one_by_one_stand_under_the_headline(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []
    for n in range(5):
        world.post(f"a{n}", "Crane lifts.")
    for n in range(3):
        world.post(f"b{n}", "Crane lifts.", place="r/Ward")

    class Asker:
        figures, subject, window = world.measured().figures, "entity/crane", (94, 101)

        def ask(self, kind: str, op: str, *, at: list[str] | None = None, **_: Any) -> Any:
            if (kind, op) == ("count", "voices"):
                asked.append(list(at or []))
            return None if at == ["r/Attic"] else object()  # too many there have no name

    monkeypatch.setattr("groundswell.report.findings._contrast", lambda asker, places: None)
    assert _who(Asker()) == ["r/Attic", "r/Ward"]  # type: ignore[arg-type]
    assert asked[-1] == ["r/Ward"]
