"""Desks: the shipped ones load; every mistake names file, table and key."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from groundswell.cli.template import write_desk
from groundswell.desk import Desk
from groundswell.errors import DeskError

DESKS = Path(__file__).parents[2] / "desks"


def test_the_ai_desk() -> None:
    desk = Desk.load(DESKS / "ai")
    assert len(desk.beats) == 24
    assert len(desk.entities) >= 400
    assert all(len(beat.examples) >= 6 and beat.description for beat in desk.beats)
    assert desk.community("cs.AI", "arxiv") is not None
    assert [o.kind for o in desk.hypotheses[0].obligations] == [
        "convergence", "frame", "coverage", "cooccurrence", "analogy", "contradiction"]  # fmt: skip


def test_no_alias_means_two_things_at_once() -> None:
    seen: dict[str, list[tuple[int, int, str]]] = {}
    for entity in Desk.load(DESKS / "ai").entities:
        for alias in entity.aliases:
            seen.setdefault(alias.text.casefold(), []).append(
                (alias.start, alias.stop, entity.slug)
            )
    for text, spans in seen.items():
        owners = {slug for *_, slug in spans}
        if len(owners) > 1:
            ordered = sorted(spans)
            assert all(a[1] <= b[0] for a, b in pairwise(ordered)), text


@pytest.mark.parametrize("topic", ["urban cycling", 'the "new" Ümlaut \\ NHS', "a", "..."])
def test_init_writes_a_desk_that_loads(tmp_path: Path, topic: str) -> None:
    write_desk(tmp_path / "d", topic)
    assert Desk.load(tmp_path / "d").beats


@pytest.mark.parametrize(
    ("file", "text", "words"),
    [
        ("desk.toml", 'title = "x"', ["desk.toml", "'name'", "missing"]),
        ("desk.toml", 'name = "X Y"\ntitle = "x"', ["'name'", "a-z"]),
        ("desk.toml", 'name = "x"\ntitle = "x"\ncolour = 1', ["'colour'", "not a key"]),
        ("desk.toml", 'name = "x"\ntitle = "x"\nclock = 2026-01-01T00:00:00', ["time zone"]),
        ("desk.toml", "name = ", ["desk.toml", "TOML", "at "]),
        ("entities.toml", '[[entity]]\nslug = "a"\nname = "A"\ntype = "thing"',
         ["entities.toml", "[[entity]] a", "'type'", "person"]),
        ("entities.toml", '[[entity]]\nslug = "a"\nname = "A"\ntype = "product"\npublic = true',
         ["'public'", "person"]),
        ("entities.toml", '[[entity]]\nslug = "a"\nname = "A"\ntype = "product"\n'
         'dated = [{ alias = "B", from = 2026-02-01, to = 2026-01-01 }]', ["'to'", "later"]),
        ("beats.toml", '[[beat]]\nslug = "a"\nname = "A"\ndescription = "d"\nkeywords = [1]',
         ["beats.toml", "'keywords'", "1"]),
        ("beats.toml", '[[beat]]\nslug = "a"\nname = "A"\ndescription = "d"\n' * 2,
         ["[[beat]] a", "twice"]),
        ("hypotheses.toml", '[[hypothesis]]\nslug = "h"\ntitle = "t"\nsubject = "nobody"\n'
         'registered = 2026-01-01\nstatement = "s"', ["hypotheses.toml", "'subject'", "nobody"]),
    ],
)  # fmt: skip
def test_mistakes_are_named(tmp_path: Path, file: str, text: str, words: list[str]) -> None:
    (tmp_path / "desk.toml").write_text('name = "x"\ntitle = "x"\n')
    (tmp_path / file).write_text(text)
    with pytest.raises(DeskError) as caught:
        Desk.load(tmp_path)
    assert [word for word in words if word not in str(caught.value)] == []
