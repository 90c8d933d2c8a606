"""Names without an entity: clustered, counted in voices, people only where outlets name them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from groundswell.cli.suggest import add_entity
from groundswell.desk import Desk
from groundswell.errors import UsageError
from groundswell.query.unnamed import unnamed
from groundswell.store import Store, open_store
from groundswell.store.records import add_page
from groundswell.types import Record, RecordId

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
SAID = (
    ("ann", "", "The Tide-Clock is out", "Tide-Clock", "product"),
    ("bob", "", "the tide clock is late again", "tide clock", "product"),
    ("ann", "", "Tide Clock's third recall", "Tide Clock", "product"),
    ("", "Quay Post", "A word from Ada Vale", "Ada Vale", "person"),
    ("cat", "", "Ada Vale again", "Ada Vale", "person"),
    ("dan", "", "Ada Vale??", "Ada Vale", "person"),
)


def fill(store: Store) -> None:
    for n, (author, outlet, text, name, kind) in enumerate(SAID):
        record = Record(
            id=RecordId(f"demo:{n}"), source="demo", kind="article" if outlet else "post",
            community="c", outlet=outlet, published=AT + timedelta(minutes=n), text=text,
            author=author, available=AT,
        )  # fmt: skip
        add_page(store, "s", [record], str(n))
        with store.write() as writer:
            seq = writer.entry("annotations", "hand")
            start = text.index(name)
            writer.do("insert_annotation", id=record.id, layer="names", n=0, value=kind, score=900,
                      start=start, stop=start + len(name), maker="names@1+0", seq=seq)  # fmt: skip


def test_one_name_is_one_cluster_however_it_is_written(tmp_path: Path) -> None:
    with open_store(tmp_path / "t.db", clock=lambda: 1, key=b"k") as store:
        fill(store)
        (found,) = unnamed(store, 28, 2)
    assert (found.key, found.type) == ("tide clock", "product")
    assert (len(found.voices), found.records) == (2, 3)


def test_what_an_entity_covers_is_not_suggested(tmp_path: Path) -> None:
    with open_store(tmp_path / "t.db", clock=lambda: 1, key=b"k") as store:
        fill(store)
        with store.write() as writer:
            seq = writer.entry("annotations", "hand")
            for n in range(3):
                writer.do("insert_annotation", id=f"demo:{n}", layer="entities", n=0, value="x",
                          score=1000, start=0, stop=20, maker="entities@1+0", seq=seq)  # fmt: skip
        assert unnamed(store, 28, 2) == []


def test_a_suggestion_becomes_an_entity_once(tmp_path: Path) -> None:
    (tmp_path / "desk.toml").write_text('name = "t"\ntitle = "T"\ntopic = "tides"\n', "utf-8")
    (tmp_path / "entities.toml").write_text("", "utf-8")
    with open_store(tmp_path / "t.db", clock=lambda: 1, key=b"k") as store:
        fill(store)
        clusters = unnamed(store, 28, 2)
    add_entity(Desk.load(tmp_path), "tide CLOCK", clusters)
    (entity,) = Desk.load(tmp_path).entities
    assert (entity.slug, entity.type) == ("tide-clock", "product")
    with pytest.raises(UsageError, match="already"):
        add_entity(Desk.load(tmp_path), "Tide Clock", clusters)
    with pytest.raises(UsageError, match="Ada Vale"):
        add_entity(Desk.load(tmp_path), "Ada Vale", clusters)
