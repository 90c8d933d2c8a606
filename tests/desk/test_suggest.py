"""Suggested places: each can be gathered, and the desk that takes them loads."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from groundswell.cli import app
from groundswell.desk import Desk, SourceSpec
from groundswell.desk.suggest import MOST, as_toml, places, suggest
from groundswell.gather.roster import enlist, known_kinds, live_sources

OPERATOR = '\n[operator]\nname = "A reader"\ncontact = "reader@ponds.example"\n'


@pytest.mark.parametrize("place", places(), ids=lambda place: place.named())
def test_each_place_is_a_source_that_exists(place):
    assert place.kind in known_kinds()
    options = tomllib.loads(as_toml(place, "tide clocks").replace("# ", "").partition("\n")[2])
    (table,) = options["source"]
    made = enlist(SourceSpec(name=table.pop("name"), kind=table.pop("kind"), options=table))
    assert made.name == place.named()
    assert place.words
    assert all(word == word.casefold() for word in place.words)


def test_no_two_places_share_a_name():
    names = Counter(place.named() for place in places())
    assert [name for name, n in names.items() if n > 1] == []
    assert len(places()) >= 150


def test_places_that_suit_any_topic_come_last_and_always():
    found = [place.kind for place in suggest("something nobody ever heard of")]
    assert found == ["bluesky", "googlenews", "gdelt"]


def test_more_words_in_common_come_first():
    first = suggest("open source licences")[0]
    assert first.name == "opensource.stackexchange.com"
    assert suggest("machine learning")[0].words >= {"machine", "learning"}


def test_only_so_many_are_suggested():
    said = " ".join(word for place in places() for word in place.words)
    assert len(suggest(said)) == MOST + 3


def test_a_topic_cannot_break_the_table():
    for place in suggest('a "quoted" \\ topic\nof two lines'):
        table = as_toml(place, 'a "quoted" \\ topic\nof two lines').replace("# ", "")
        assert tomllib.loads(table.partition("\n")[2])["source"]


def test_a_new_desk_suggests_and_takes_what_is_taken(tmp_path):
    folder = tmp_path / "lanes"
    run = CliRunner().invoke(app, ["init", str(folder), "--topic", "bicycle lanes"])
    assert run.exit_code == 0
    assert "bicycles.stackexchange.com: people who ride and mend bicycles" in run.stderr
    assert Desk.load(folder).sources == ()
    file = folder / "sources.toml"
    head, mark, rest = file.read_text("utf-8").partition("# Public places that may suit")
    taken = "".join(line.removeprefix("# ") if not line.rstrip().endswith(".") and ": " not in line
                    else line for line in rest.splitlines(keepends=True)[3:])  # fmt: skip
    file.write_text(head + taken, "utf-8")
    with (folder / "desk.toml").open("a", encoding="utf-8") as out:
        out.write(OPERATOR)
    lives = live_sources(Desk.load(folder))
    assert {"bicycles-stackexchange-com", "bluesky", "google-news"} <= {one.name for one in lives}
    assert mark


def test_the_desk_that_ships_asks_nobody_and_its_sources_can_be_gathered():
    desk = Desk.load(Path(__file__).parents[2] / "desks" / "ai")
    assert desk.operator is None
    lives = live_sources(desk)
    assert len(lives) > 10
    assert all(live.off for live in lives)
    forbidden = [live.name for live in lives if not live.dossier.derived_allowed]
    assert forbidden == ["youtube-ai"]
