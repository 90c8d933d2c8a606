"""Copies that nobody counts are read by the words of the record they copy, and say so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from groundswell.desk import Alias, Desk, Entity
from groundswell.label import label
from groundswell.label.reader import Reader, packaged
from groundswell.query.explain import explain
from groundswell.store import Store, open_store
from groundswell.store.erase import forget
from groundswell.store.records import add_page
from groundswell.types import Record, RecordId

START = datetime(2026, 3, 1, tzinfo=UTC)
LEAD = "Gantry sorted my whole inbox overnight while I slept and I love it so much"
COPY = "GANTRY sorted my whole inbox overnight, while I slept, and I love it so much! https://a.example"
NEAR = "Gantry sorted my whole inbox overnight while I slept and I hate it so much, frankly"
EDITED = "Gantry lost my whole inbox overnight while I slept and I want my money back"


def record(n: int, text: str, **changes: Any) -> Record:
    values = {"id": RecordId(f"demo:{n}"), "source": "demo", "kind": "post", "community": "c",
              "published": START + timedelta(minutes=n), "text": text, "author": f"a{n}",
              "available": START, "lang": "en", **changes}  # fmt: skip
    return Record(**values)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    gantry = Entity(slug="gantry", name="Gantry", type="product", aliases=(Alias(text="Gantry"),))
    return Desk(name="t", title="T", topic="", folder=tmp_path, entities=(gantry,))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "t.db", clock=lambda: 1, key=b"k") as opened:
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


def test_a_copy_is_not_read_and_says_whose_labels_it_bears(
    store: Store, desk: Desk, calls: list[str]
) -> None:
    add_page(store, "s", [record(0, LEAD), record(1, COPY)], "1")
    label(store, desk)
    assert calls == [LEAD]
    assert labels(store, "demo:1", "sentiment") == labels(store, "demo:0", "sentiment")
    assert explain(store, "demo:1")[0]["read_as"] == "demo:0"
    assert "read_as" not in explain(store, "demo:0")[0]


def test_what_needs_no_reading_is_its_own(store: Store, desk: Desk) -> None:
    add_page(store, "s", [record(0, LEAD), record(1, f"> yes\n{COPY}")], "1")
    label(store, desk)
    assert explain(store, "demo:1")[0]["read_as"] == "demo:0"
    assert [a["start"] for a in labels(store, "demo:1", "entities", "start")] == [6]
    assert labels(store, "demo:1", "names") == []  # places in the lead's words are none here


def test_batches_make_no_difference(tmp_path: Path, store: Store, desk: Desk) -> None:
    for n, text in enumerate((LEAD, COPY, COPY)):
        add_page(store, "s", [record(n, text)], str(n))
        label(store, desk)
    with open_store(tmp_path / "two.db", clock=lambda: 2, key=b"k") as other:
        add_page(other, "s", [record(n, text) for n, text in enumerate((LEAD, COPY, COPY))], "2")
        label(other, desk)
        for n in range(3):
            assert labels(other, f"demo:{n}") == labels(store, f"demo:{n}")
        assert readings(other) == readings(store)


@pytest.mark.parametrize(
    "second",
    [
        record(1, COPY, community="elsewhere"),  # another voice, which is counted
        record(1, COPY, kind="article", outlet="The Chuck"),  # an outlet: counted in coverage
        record(1, NEAR),  # in the group, but not nearly the same
    ],
    ids=["elsewhere", "article", "near"],
)
def test_what_counts_or_differs_is_read(
    store: Store, desk: Desk, calls: list[str], second: Record
) -> None:
    first = record(0, LEAD, kind=second.kind, outlet="The Bit" if second.outlet else "")
    add_page(store, "s", [first, second], "1")
    label(store, desk)
    assert len(store.rows("fingerprint_links")) == 2
    assert calls == [LEAD, second.text]
    assert "read_as" not in explain(store, "demo:1")[0]


def test_a_copy_that_names_more_is_asked_about_it(store: Store, desk: Desk) -> None:
    more = replace(desk, entities=(*desk.entities, Entity(
        slug="stevedore", name="Stevedore", type="product",
        aliases=(Alias(text="a.example"), Alias(text="Stevedore")))))  # fmt: skip
    add_page(store, "s", [record(0, LEAD), record(1, f"{COPY}\n> Stevedore")], "1")
    label(store, more)
    targets = {label_["value"].split("/")[0] for label_ in labels(store, "demo:1", "stance")}
    assert targets <= {"gantry", "stevedore"}
    assert {row["value"] for row in labels(store, "demo:1", "entities")} == {"gantry", "stevedore"}
    assert not any("stevedore" in row["value"] for row in labels(store, "demo:0", "stance"))


@pytest.mark.parametrize("change", ["erased", "erased for good", "edited", "taken down"])
def test_when_its_lead_goes_a_copy_is_read_by_its_own_words(
    store: Store, desk: Desk, calls: list[str], change: str
) -> None:
    add_page(store, "s", [record(0, LEAD), record(1, COPY)], "1")
    label(store, desk)
    if change.startswith("erased"):
        forget(store, ["demo:0"], hard="good" in change)
    elif change == "edited":
        add_page(store, "s", [record(0, EDITED)], "2")
    else:
        add_page(store, "s", [record(0, "", state="removed")], "2")
    label(store, desk)
    assert COPY in calls
    assert "read_as" not in explain(store, "demo:1")[0]
    own = Reader(packaged()).read(COPY).outputs["sentiment"]
    assert labels(store, "demo:1", "sentiment")[0]["score"] == own[2] - own[0]


def labels(store: Store, record_id: str, *layers: str) -> list[dict[str, Any]]:
    rows = store.rows("current_annotations", id=record_id)
    places = () if "start" in layers else ("start", "stop")
    return [{key: value for key, value in row.items() if key not in (*places, "seq_from")}
            for row in rows if not layers or row["layer"] in layers]  # fmt: skip


def readings(store: Store) -> list[tuple[str, str]]:
    return [(row["content"], row["outputs"]) for row in store.rows("fingerprint_readings")]
