"""Teaching: which records are asked about, what the answers change, and what takes them away."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from groundswell.cli import app
from groundswell.desk import Beat, Desk, Relevance, Taught
from groundswell.errors import UsageError
from groundswell.label import label, makers
from groundswell.label.gate import Gate
from groundswell.label.lesson import BEAT, RELEVANCE, lesson
from groundswell.label.reader import Reader, packaged
from groundswell.label.sitting import Sitting
from groundswell.label.teach import choose, drop, layer_of, lesson_sheet, taught, unfinished
from groundswell.store import Store, open_store
from groundswell.store.desks import save_desk
from groundswell.store.erase import forget
from groundswell.store.records import add_page
from groundswell.types import Record, RecordId

START = datetime(2026, 3, 1, tzinfo=UTC)
LAYER = "beats/allotments"
TEXTS = (
    "The council wants to sell our allotments and put a car park on the beans",
    "My neighbour on plot nine grows leeks the size of a child",
    "Allotment waiting lists are eleven years long in this town",
    "The compost heap at the allotments caught fire again on Sunday",
    "Does anyone know a good dentist near the station",
    "The bus to the harbour is late again and it is raining",
    "Our choir sings in the chapel on Friday, come along",
    "Two goals in the last minute and the whole pub went quiet",
    "Someone left a wheelbarrow full of courgettes outside my door",
    "I dug up half a teapot in the lettuce bed this morning",
    "The heron ate all the fish in the school pond",
    "Fence panels for sale, nearly new, collect from the mill",
)
DESK = """\
name = "green"
title = "Green"
clock = 2026-03-20T00:00:00Z
"""
BEATS = """\
[[beat]]
slug = "allotments"
name = "Allotments"
description = "Plots of land where people grow vegetables."
keywords = ["allotment"]
examples = ["I have waited nine years for an allotment in this town."]

[[beat]]
slug = "sport"
name = "Sport"
description = "Matches, goals, teams and those who watch them."
keywords = ["goal"]
examples = ["A late goal and the stand emptied in silence."]

[relevance]
description = "Life in a small town: gardens, plots, buses, choirs, ponds and what was found."
examples = [
  "The market moves to the square on Saturday.", "I found an old cup while digging the beds.",
  "My neighbour left a basket of beans at the door.", "The town council wants to sell the land.",
  "Vegetables grow well on the plots by the mill this year.",
]
offtopic = ["Quarterly earnings beat expectations on strong licensing revenue."]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "desk"
    made.mkdir()
    (made / "desk.toml").write_text(DESK)
    (made / "beats.toml").write_text(BEATS)
    return made


@pytest.fixture
def desk(folder: Path) -> Desk:
    return Desk.load(folder)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(packaged())


def records() -> list[Record]:
    return [Record(id=RecordId(f"town:{n}"), source="town", kind="post", community="town",
                   published=START + timedelta(hours=n), available=START, text=text, author=f"a{n}",
                   lang="en") for n, text in enumerate(TEXTS)]  # fmt: skip


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state with every record labelled, made once."""
    place = tmp_path_factory.mktemp("labelled")
    (place / "desk.toml").write_text(DESK)
    (place / "beats.toml").write_text(BEATS)
    with open_store(place / "t.db", clock=lambda: 1, key=b"k") as made:
        add_page(made, "s", records(), "1")
        label(made, Desk.load(place))
    return place / "t.db"


@pytest.fixture
def store(tmp_path: Path, labelled: Path) -> Iterator[Store]:
    shutil.copy(labelled, tmp_path / "t.db")
    with open_store(tmp_path / "t.db", clock=lambda: 1, key=b"k") as opened:
        yield opened


def ask(store: Store, desk: Desk, reader: Reader, count: int = 6, layer: str = LAYER) -> Sitting:
    name = choose(store, desk, layer, read=reader.read, reader=reader.name, count=count)
    return Sitting(store, name, lesson_sheet(store, desk, layer), rater="desk")


def answer(sitting: Sitting, belongs: set[int]) -> None:
    while (record := sitting.shown()) is not None:
        n = int(record.record_id.partition(":")[2])
        sitting.answer(record.record_id, ["in" if n in belongs else "out"])


def beats_of(store: Store, record_id: str) -> set[str]:
    return {row["value"] for row in store.rows("current_annotations", id=record_id)
            if row["layer"] == "beats"}  # fmt: skip


def test_records_near_the_threshold_and_unlike_each_other(
    store: Store, desk: Desk, reader: Reader
) -> None:
    name = choose(store, desk, LAYER, read=reader.read, reader=reader.name, count=3)
    shown = [int(row["record_id"].partition(":")[2])
             for row in store.rows("judge_drawn", draw=name)]  # fmt: skip
    gate = Gate(desk, reader.read)
    limit = np.log(gate.threshold(LAYER) / (1 - gate.threshold(LAYER)))
    apart = [abs(gate.scores(r, reader.read(r.body).vector)[LAYER] - limit) for r in records()]
    assert set(shown) <= set(np.argsort(apart)[:6])
    assert shown[0] == int(np.argmin(apart))


def test_nobody_is_asked_twice(store: Store, desk: Desk, reader: Reader) -> None:
    first = ask(store, desk, reader, 8)
    assert unfinished(store, LAYER) is not None
    answer(first, set())
    assert unfinished(store, LAYER) is None
    second = ask(store, desk, reader, 8)
    assert second.total == 4
    answer(second, set())
    with pytest.raises(UsageError, match="no record is left"):
        ask(store, desk, reader)


def test_answers_change_the_beat_near_them_and_only_there(
    store: Store, desk: Desk, reader: Reader
) -> None:
    before = {n: beats_of(store, f"town:{n}") for n in range(len(TEXTS))}
    inside = {0, 1, 2, 3, 8, 9}
    answer(ask(store, desk, reader, 12), inside)
    told = taught(store, desk)
    assert sum(one.belongs for one in told.taught) == 6
    label(store, desk)
    after = {n: beats_of(store, f"town:{n}") for n in range(len(TEXTS))}
    had, has = ({n for n in of if "allotments" in of[n]} for of in (before, after))
    assert had < has <= inside
    assert len(has - had) >= 3  # some stay off topic all the same
    assert all(after[n] == before[n] for n in set(after) - inside)


def test_only_beats_are_labelled_anew_and_nothing_is_read_again(
    store: Store, desk: Desk, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = {name.partition("@")[0]: name for name in makers(store, desk)}
    tone = [row for row in store.rows("current_annotations", id="town:0")
            if row["layer"] != "beats"]  # fmt: skip
    answer(ask(store, desk, reader), {0, 1, 2, 3, 8, 9})
    new = {name.partition("@")[0]: name for name in makers(store, desk)}
    assert {layer for layer in new if new[layer] != old[layer]} == {"beats"}
    calls: list[str] = []
    monkeypatch.setattr(Reader, "read", lambda self, body: calls.append(body))
    label(store, desk)
    assert calls == []
    assert [row for row in store.rows("current_annotations", id="town:0")
            if row["layer"] != "beats"] == tone  # fmt: skip


def test_taken_back_it_is_as_before(store: Store, desk: Desk, reader: Reader) -> None:
    before = makers(store, desk)
    sitting = ask(store, desk, reader)
    answer(sitting, {0, 1, 2})
    assert makers(store, desk) != before
    assert drop(store, LAYER) == 6
    assert makers(store, desk) == before
    assert drop(store, LAYER) == 0


def test_skipped_records_teach_nothing(store: Store, desk: Desk, reader: Reader) -> None:
    sitting = ask(store, desk, reader)
    while (record := sitting.shown()) is not None:
        sitting.skip(record.record_id)
    assert taught(store, desk).taught == ()


def test_an_erased_record_takes_its_lesson_along(store: Store, desk: Desk, reader: Reader) -> None:
    answer(ask(store, desk, reader, 12), {0, 1, 2, 3, 8, 9})
    assert len(taught(store, desk).taught) == 12
    forget(store, ["town:9"])
    left = taught(store, desk).taught
    assert len(left) == 11
    assert not any("teapot" in one.text for one in left)
    gone = store.connection.execute(
        "SELECT COUNT(*) AS n FROM judgements WHERE record_id NOT IN (SELECT id FROM records)"
    )
    assert gone.fetchone() == {"n": 0}


def test_the_desk_that_is_kept_holds_no_taught_words(
    store: Store, desk: Desk, reader: Reader
) -> None:
    answer(ask(store, desk, reader), {0, 1, 2})
    told = taught(store, desk)
    assert told.taught
    assert told.hash == desk.hash
    save_desk(store, told)
    assert "teapot" not in store.rows("fingerprint_desks")[-1]["body"]


def test_the_newer_word_on_a_text_holds(store: Store, desk: Desk, reader: Reader) -> None:
    sitting = ask(store, desk, reader, 1)
    record = sitting.shown()
    assert record is not None
    sitting.answer(record.record_id, ["in"])
    assert [one.belongs for one in taught(store, desk).taught] == [True]
    sitting.undo()
    sitting.answer(record.record_id, ["out"])
    assert [one.belongs for one in taught(store, desk).taught] == [False]


def test_what_belongs_to_a_beat_belongs_to_the_desk(desk: Desk, reader: Reader) -> None:
    from dataclasses import replace

    one = Taught(layer=LAYER, title="", text=TEXTS[9], belongs=True)
    record = records()[9]
    vector = reader.read(record.body).vector
    plain = Gate(desk, reader.read).scores(record, vector)
    raised = Gate(replace(desk, taught=(one,)), reader.read).scores(record, vector)
    assert raised["relevance"] > plain["relevance"]
    assert raised[LAYER] > plain[LAYER]
    assert raised["beats/sport"] == plain["beats/sport"]
    no = Taught(layer="relevance", title="", text=TEXTS[9], belongs=False)
    lowered = Gate(replace(desk, taught=(one, no)), reader.read).scores(record, vector)
    assert lowered["relevance"] < plain["relevance"]


def test_a_lesson_reaches_no_farther_than_its_width() -> None:
    close = np.array([np.cos(0.3), np.sin(0.3)])
    far = np.array([0.0, 1.0])
    told = lesson(np.array([[1.0, 0.0]]), [-2.0], [True], BEAT)
    assert told.shift(np.array([1.0, 0.0])) > told.shift(close) > 1
    assert abs(told.shift(far)) < 0.02
    weak = lesson(np.array([[1.0, 0.0]]), [-2.0], [True], RELEVANCE)
    assert 0 < weak.shift(np.array([1.0, 0.0])) < told.shift(np.array([1.0, 0.0]))


def test_what_the_gate_knew_already_teaches_little() -> None:
    here = np.array([[1.0, 0.0]])
    assert lesson(here, [4.0], [True], BEAT).shift(here[0]) < 0.3
    assert lesson(here, [-4.0], [True], BEAT).shift(here[0]) > 2


def test_a_desk_without_beats_or_a_wrong_name_says_so(desk: Desk, reader: Reader) -> None:
    with pytest.raises(UsageError, match="teach one of allotments, sport, or relevance"):
        layer_of(desk, "gardens")
    assert layer_of(desk, "relevance") == "relevance"
    one = Taught(layer=LAYER, title="", text="x", belongs=True)
    bare = Desk(name="t", title="T", topic="", folder=Path(), relevance=Relevance(), taught=(one,))
    assert Gate(bare, reader.read).beats(records()[0], reader.read("x").vector) == []


def test_the_desks_beat_of_another_day_is_let_be(desk: Desk, reader: Reader) -> None:
    from dataclasses import replace

    gone = Taught(layer="beats/no-longer", title="", text=TEXTS[0], belongs=False)
    gate = Gate(replace(desk, taught=(gone,)), reader.read)
    assert gate.lessons == {}


def test_the_command_from_the_first_record_to_the_report(
    folder: Path, tmp_path: Path, labelled: Path
) -> None:
    state, run = tmp_path / "s.db", CliRunner()
    given = ["--desk", str(folder), "--state", str(state)]
    shutil.copy(labelled, state)
    state.with_suffix(".key").write_bytes(b"k")
    first = run.invoke(app, ["teach", "allotments", *given, "--count", "4"], input="1\n2\nq\n")
    assert first.exit_code == 0, first.output
    assert "2 of 4 answered" in first.output
    again = run.invoke(app, ["teach", "allotments", *given], input="u\n2\n2\n2\n")
    assert "4 of 4 answered" in again.output
    told = run.invoke(app, ["teach", "allotments", *given, "--report"]).stdout
    assert "4 answers" in told
    assert "1 in and 3 out" in told
    assert "4 answers taken back" in run.invoke(app, ["teach", "allotments", *given,
                                                      "--drop"]).stdout  # fmt: skip
    wrong = run.invoke(app, ["teach", "gardens", *given])
    assert isinstance(wrong.exception, UsageError)


def test_beats_of_a_desk_keep_their_makers_when_nothing_is_taught(desk: Desk) -> None:
    from groundswell.label.annotators.beats import Beats

    reads = Reader(packaged()).read
    assert "taught" not in Beats().prepare(desk, reads)
    assert Beat.__dataclass_fields__.keys().isdisjoint({"taught"})
