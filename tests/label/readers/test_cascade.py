"""A cascade is learnt from the reader that the desk chose, and holds for no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import tinymodels as tiny

from groundswell.desk import Beat, Community, Desk, ReaderSpec
from groundswell.errors import UsageError
from groundswell.label import distil as distilling
from groundswell.label import label
from groundswell.label.distil import distil
from groundswell.label.reader import packaged
from groundswell.label.ready import cascade_file, stored_cascade
from groundswell.store import Store, open_store
from groundswell.store.records import add_page
from groundswell.types import Record, RecordId

START = datetime(2026, 3, 1, tzinfo=UTC)
MEANINGS = {**dict.fromkeys(("inbox", "agent", "mail", "train"), (5, 0, 0)),
            **dict.fromkeys(("plum", "tart", "soup", "brought"), (0, 5, 0))}  # fmt: skip
BEAT = Beat(
    slug="agents", name="Agents", description="Software that acts for its user.",
    keywords=("inbox", "agent"),
    examples=("my agent answered all my mail overnight", "the agent booked my train by itself"),
)  # fmt: skip


def record(n: int) -> Record:
    wanted = f"my inbox agent answered mail overnight {n}"
    text = wanted if n % 2 else f"someone brought a plum tart yesterday {n}"
    return Record(
        id=RecordId(f"demo:{n}"), source="demo", kind="post", community="hose", text=text,
        published=START + timedelta(minutes=n), author=f"a{n}", available=START, lang="en",
    )  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    model = tiny.encoder(tmp_path / "tiny", MEANINGS)
    place = Community(slug="hose", name="hose", source="demo", kind="microblog", firehose=True)
    return Desk(
        name="t", title="T", topic="", folder=tmp_path, beats=(BEAT,), communities=(place,),
        reader=ReaderSpec(options={"path": str(model), "languages": ["en"]}),
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path, desk: Desk) -> Iterator[Store]:
    with open_store(tmp_path / "t.db", clock=lambda: 1, key=b"k") as store:
        add_page(store, "s", [record(n) for n in range(40)], "1")
        label(store, desk)
        yield store


def test_it_learns_from_what_the_desks_reader_saw(
    store: Store, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distilling, "RECALL", 0.5)  # five of each kind are then enough
    sizes: set[int] = set()
    lore = distilling.lore

    def watched(counts, vector_of):
        return lore(counts, lambda word: (sizes.add(len(v := vector_of(word))), v)[1])

    monkeypatch.setattr(distilling, "lore", watched)
    told = distil(store, desk)
    assert sizes == {3}  # its words were read by the tiny reader, too
    assert (told.found, told.held_kept, told.left_out) == (7, 7, 1000)
    assert label(store, desk).left_out >= 19  # one text in fifty is read anyway


def test_it_holds_for_that_reader_alone(
    store: Store, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distilling, "RECALL", 0.5)
    distil(store, desk)
    assert stored_cascade(cascade_file(store.path))
    assert label(store, desk).note == ""
    other = replace(desk, reader=None)
    assert "learnt for other beats" in label(store, other).note


def test_another_reader_has_nothing_to_learn_from(store: Store, desk: Desk) -> None:
    with pytest.raises(UsageError, match=r"^0 records of the firehose were read"):
        distil(store, desk, reader=packaged())
