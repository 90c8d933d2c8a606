"""A firehose: what surely is not for the desk is left out unread, and counted as said."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from groundswell.desk import Alias, Beat, Community, Desk, Entity, SourceSpec
from groundswell.errors import PluginError
from groundswell.label import Count, label
from groundswell.label.cascade import OUT, PLACES, READ_ANYWAY, Cascade, places, read_anyway
from groundswell.label.distil import save
from groundswell.label.reader import Reader, packaged
from groundswell.label.ready import cascade_file, make_ready
from groundswell.measure import measure
from groundswell.query.explain import explain
from groundswell.store import Store, open_store
from groundswell.store.fingerprint import fingerprint
from groundswell.store.records import add_page
from groundswell.types import Record, RecordId, content_hash

START = datetime(2026, 3, 1, tzinfo=UTC)
WANTED = "my inbox agent answered every mail while I was asleep"
DULL = "the allotment society meets on Thursday and brings its own cake"
NAMED = "the allotment society asked Gantry who brings the cake"
FOREIGN = "Le chat dort toute la journée sur le clavier et personne ne travaille plus ici"
TEXTS = (WANTED, DULL, NAMED, FOREIGN)


def record(n: int, text: str, community: str = "hose") -> Record:
    return Record(
        id=RecordId(f"demo:{n}"), source="demo", kind="post", community=community,
        published=START + timedelta(minutes=n), text=text, author=f"a{n}", available=START,
    )  # fmt: skip


def plain_desk(folder: Path) -> Desk:
    gantry = Entity(slug="gantry", name="Gantry", type="product", aliases=(Alias(text="Gantry"),))
    beat = Beat(
        slug="agents", name="Agents", description="Software that acts for its user.",
        keywords=("inbox", "agent"), examples=("my agent answered all my mail overnight",),
    )  # fmt: skip
    return Desk(name="t", title="T", topic="", folder=folder, entities=(gantry,), beats=(beat,))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    hose = Community(slug="hose", name="hose", source="demo", kind="microblog", firehose=True)
    return replace(plain_desk(tmp_path), communities=(hose,))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "t.db", clock=lambda: 1, key=b"k") as opened:
        add_page(opened, "s", [record(n, text) for n, text in enumerate(TEXTS)], "4")
        yield opened


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    bodies: list[str] = []
    real = Reader.read

    def counted(self: Reader, body: str, targets: Iterable[str] = ()) -> object:
        bodies.append(body)
        return real(self, body, targets)

    monkeypatch.setattr(Reader, "read", counted)
    return bodies


def learnt(store: Store, desk: Desk, **changes: Any) -> Cascade:
    """A cascade that wants agents and inboxes, put beside the state."""
    weights = array("h", [0]) * PLACES
    for word in ("agent", "inbox"):
        weights[places(word).pop()] = 1000
    recipe = make_ready(store, desk, packaged()).recipe
    made = Cascade(
        makers=(recipe.makers["beats"], recipe.makers["entities"]), weights=weights, unit=0.01,
        bias=-1.0, threshold=0.0,
    )  # fmt: skip
    save(cascade_file(store.path), replace(made, **changes))
    return made


def test_what_is_surely_not_for_the_desk_is_not_read(
    store: Store, desk: Desk, calls: list[str]
) -> None:
    learnt(store, desk)
    done = label(store, desk)
    assert [body for body in calls if body in TEXTS] == [WANTED, NAMED]
    assert done == Count(4, 2, 4, 1, "")
    assert layers(store, "demo:1") == {"firehose", "language", "phrases"}
    assert value(store, "demo:1", "firehose") == OUT
    assert {"sentiment", "language"} <= layers(store, "demo:0")
    assert "firehose" not in layers(store, "demo:0")


def test_it_counts_as_said_and_carries_no_tone(store: Store, desk: Desk) -> None:
    learnt(store, desk)
    label(store, desk)
    measure(store)
    rows = [row for row in store.rows("fingerprint_voices") if row["subject"] == "*"]
    assert {row["thread"]: (row["records"], row["read"]) for row in rows} == {
        "demo:0": (1, 1), "demo:1": (1, 0), "demo:2": (1, 1), "demo:3": (1, 0)}  # fmt: skip


def test_an_audit_of_beats_draws_from_what_was_left_out_too(store: Store, desk: Desk) -> None:
    at = {"community": "hose", "as_of": 2**62}
    label(store, desk)
    everything = {"demo:0", "demo:1", "demo:2"}  # the other is in a language that is not read
    assert {row["id"] for row in store.rows("judge_read", seq=store.seq(), **at)} == everything
    with open_store(store.path.with_name("new.db"), clock=lambda: 1, key=b"k") as fresh:
        add_page(fresh, "s", [record(n, text) for n, text in enumerate(TEXTS)], "4")
        learnt(fresh, desk)
        assert label(fresh, desk).read == 2
        assert {row["id"] for row in fresh.rows("judge_read", seq=fresh.seq(), **at)} == everything
        before = fresh.rows("judge_read", seq=fresh.seq() - 1, **at)  # nothing was left out yet
        assert "demo:1" not in {row["id"] for row in before}


def test_what_names_an_entity_is_never_left_out(store: Store, desk: Desk) -> None:
    learnt(store, desk, threshold=60.0)
    label(store, desk)
    assert "firehose" not in layers(store, "demo:2")
    assert value(store, "demo:0", "firehose") == OUT


def test_a_language_that_is_not_read_is_not_asked_about(store: Store, desk: Desk) -> None:
    learnt(store, desk)
    label(store, desk)
    assert layers(store, "demo:3") == {"language", "phrases"}


def test_other_communities_are_read_in_full(store: Store, desk: Desk, calls: list[str]) -> None:
    learnt(store, desk)
    add_page(store, "s", [record(9, DULL, "elsewhere")], "9")
    label(store, desk)
    assert calls.count(DULL) == 1
    assert "sentiment" in layers(store, "demo:9")
    assert "sentiment" not in layers(store, "demo:1")


def test_a_source_can_be_the_firehose(store: Store, tmp_path: Path) -> None:
    spec = SourceSpec(name="s", kind="feed", firehose=True)
    desk = replace(plain_desk(tmp_path), sources=(spec,))
    learnt(store, desk)
    done = label(store, desk)
    assert (done.left_out, done.told_out) == (1, ", 1 of a firehose left out")
    assert store.one("page_left_out", seq=store.seq()) == {"records": 1}
    assert store.one("page_left_out", seq=store.seq() - 1) == {"records": 0}


def test_a_known_share_is_read_whatever_is_said_of_it(store: Store, desk: Desk) -> None:
    text = next(text for n in count() if read_anyway(content_hash(text := f"{DULL}, {n} times")))
    learnt(store, desk)
    add_page(store, "s", [record(9, text)], "9")
    label(store, desk)
    assert value(store, "demo:9", "firehose") == "read anyway"
    assert "sentiment" in layers(store, "demo:9")
    share = sum(read_anyway(content_hash(str(n))) for n in range(10_000)) / 10_000
    assert share == pytest.approx(1 / READ_ANYWAY, rel=0.3)


def test_a_cascade_learnt_later_applies_to_what_was_read_before(
    store: Store, desk: Desk, calls: list[str]
) -> None:
    first = label(store, desk)
    assert (first.left_out, first.read) == (0, 3)
    assert "no cascade is learnt yet" in first.note
    learnt(store, desk)
    before = len(calls)
    again = label(store, desk)
    assert (again.labelled, again.left_out, again.read, again.note) == (4, 1, 0, "")
    assert len(calls) == before
    assert layers(store, "demo:1") == {"firehose", "language", "phrases"}
    cascade_file(store.path).unlink()
    label(store, desk)
    assert "sentiment" in layers(store, "demo:1")
    assert len(calls) == before


def test_a_changed_beat_makes_it_stale(store: Store, desk: Desk) -> None:
    learnt(store, desk)
    label(store, desk)
    beat = replace(desk.beats[0], keywords=("inbox", "cake"))
    done = label(store, replace(desk, beats=(beat,)))
    assert "learnt for other beats" in done.note
    assert done.read == 1  # the one that was left out
    assert "sentiment" in layers(store, "demo:1")


def test_a_desk_without_a_firehose_never_uses_it(store: Store, desk: Desk, tmp_path: Path) -> None:
    learnt(store, desk)
    label(store, desk)
    done = label(store, plain_desk(tmp_path))
    assert (done.note, done.left_out, done.read) == ("", 0, 1)
    assert "firehose" not in layers(store, "demo:1")
    assert "sentiment" in layers(store, "demo:1")


def test_only_what_it_touches_is_made_again(store: Store, desk: Desk) -> None:
    add_page(store, "s", [record(9, DULL, "elsewhere")], "9")
    label(store, desk)
    learnt(store, desk)
    label(store, desk)
    made = {a["layer"]: a["seq_from"] for a in store.rows("fingerprint_annotations")
            if a["record_id"] == "demo:9"}  # fmt: skip
    first = {a["seq_from"] for a in store.rows("fingerprint_annotations")
             if a["record_id"] == "demo:0" and a["layer"] == "language"}  # fmt: skip
    assert set(made.values()) == first


def test_two_processes_give_the_same_bytes(tmp_path: Path, store: Store, desk: Desk) -> None:
    learnt(store, desk)
    label(store, desk)
    with open_store(tmp_path / "two.db", clock=lambda: 2, key=b"k") as other:
        add_page(other, "s", [record(n, text) for n, text in enumerate(TEXTS)], "4")
        learnt(other, desk)
        label(other, desk, processes=2)
        assert fingerprint(other) == fingerprint(store)


def test_explain_shows_it_with_its_maker(store: Store, desk: Desk) -> None:
    learnt(store, desk)
    label(store, desk)
    told = explain(store, "demo:1")[0]["labels"]["firehose"][0]
    assert told["value"] == OUT
    assert told["maker"].startswith("firehose@1+")


def test_a_damaged_file_is_named(store: Store, desk: Desk) -> None:
    cascade_file(store.path).write_text("{}", "utf-8")
    with pytest.raises(PluginError, match=r"t\.cascade: is not a cascade .* `groundswell distil`"):
        label(store, desk)


def test_a_packed_cascade_is_the_same_again(store: Store, desk: Desk) -> None:
    made = learnt(store, desk)
    again = Cascade.unpack(made.pack())
    assert again.pack() == made.pack()
    assert again.score(WANTED) == made.score(WANTED) > 0 > made.score(DULL)


def layers(store: Store, record_id: str) -> set[str]:
    return {row["layer"] for row in store.rows("current_annotations", id=record_id)}


def value(store: Store, record_id: str, layer: str) -> str:
    rows = store.rows("current_annotations", id=record_id)
    return next(str(row["value"]) for row in rows if row["layer"] == layer)
