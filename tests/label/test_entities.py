"""Names in context: dates, context words, cancelling phrases, longest match, offsets."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from groundswell.desk import Alias, Desk, Entity
from groundswell.label.alias import aliases_of
from groundswell.label.annotators.entities import Entities
from groundswell.types import Item, Record, RecordId
from groundswell.types.moment import as_day

RENAMED = as_day(datetime(2026, 4, 7).date())  # noqa: DTZ001  # only its date is used


def entity(slug: str, *aliases: Alias | str, **options: object) -> Entity:
    names = tuple(Alias(text=a) if isinstance(a, str) else a for a in aliases)
    return Entity(slug=slug, name=names[0].text, type="product", aliases=names, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def annotator() -> Entities:
    made = Entities()
    made.prepare(
        Desk(
            name="t",
            title="",
            topic="",
            folder=Path(),
            entities=(
                entity("gantry", "Gantry", Alias(text="Stevedore", start=RENAMED)),
                entity("claude", "Claude", context=("model", "prompt"), cancel=("Jean-Claude",)),
                entity("claude-code", "Claude Code"),
                entity("open-source", "open source", "OSS"),
                entity("gpt-5", "GPT-5"),
                entity("go", "Go", case=True),
            ),
        ),
        None,
    )  # type: ignore[arg-type]  # entities read nothing
    return made  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gantry and GANTRY's friends", ["gantry", "gantry"]),
        ("I like Claude", []),
        ("the Claude model", ["claude"]),
        ("Jean-Claude has no model, Claude does", ["claude"]),
        ("Claude Code needs no context", ["claude-code"]),
        ("Open-Source, open  source, opensource", ["open-source", "open-source"]),
        ("oss is not OSS", ["open-source"]),
        ("GPT-5.2 is not GPT-5.", ["gpt-5"]),
        ("see https://example.org/gantry/open-source", []),
        ("go home, Go is fine", ["go"]),
        ("gantrys are not named", []),
    ],
)
def test_names(annotator: Entities, text: str, expected: list[str]) -> None:
    assert [a.value for a in annotator(item(text, day=1))] == expected


def test_all_that_stand_in_a_body_are_known_even_inside_longer_names() -> None:
    claude, code = entity("claude", "Claude"), entity("claude-code", "Claude Code")
    aliases = aliases_of((claude, code))
    assert aliases is aliases_of((claude, code))
    text = "Claude Code by night"
    assert [found.slug for _, _, found in aliases.find(text, 1)] == ["claude-code"]
    assert {found.slug for found in aliases.named(text)} == {"claude", "claude-code"}


def test_offsets_count_the_body(annotator: Entities) -> None:
    made = item("we like Gantry here", day=1, title="On Gantry")
    assert [made.record.body[a.start : a.stop] for a in annotator(made)] == ["Gantry", "Gantry"]


@pytest.mark.parametrize(("day", "expected"), [(6, []), (7, ["gantry"]), (20, ["gantry"])])
def test_a_name_counts_from_the_day_it_held(
    annotator: Entities, day: int, expected: list[str]
) -> None:
    assert [a.value for a in annotator(item("Stevedore", day=day))] == expected


def item(text: str, *, day: int, title: str = "") -> Item:
    record = Record(id=RecordId("x:1"), source="x", kind="post", community="c", title=title,
                    text=text, published=datetime(2026, 4, day, 12, tzinfo=UTC))  # fmt: skip
    return Item(record=record, reading=None, layers={})
