"""The labelling loop: one encoder call per new content hash, resumable, independent of order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from groundswell.desk import Alias, Beat, Desk, Entity
from groundswell.label import label
from groundswell.label.bench import parted
from groundswell.label.link import StoredMemory
from groundswell.label.reader import Reader
from groundswell.store import Store, open_store
from groundswell.store.fingerprint import fingerprint
from groundswell.store.records import add_page
from groundswell.types import Record, RecordId

START = datetime(2026, 3, 1, tzinfo=UTC)
TEXTS = (
    "Gantry sorted my inbox while I slept and I love it",
    "this update is awful, everything I relied on is gone and support is silent",
    "same here",
    "same here",
    "Le chat dort toute la journée sur le clavier et personne ne travaille plus ici",
    "Gantry sorted my inbox while I slept and I love it",
)


def record(n: int, text: str) -> Record:
    return Record(
        id=RecordId(f"demo:{n}"), source="demo", kind="post", community="c",
        published=START + timedelta(minutes=n), text=text, author=f"a{n}", available=START,
    )  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    gantry = Entity(slug="gantry", name="Gantry", type="product", aliases=(Alias(text="Gantry"),))
    beat = Beat(
        slug="agents",
        name="Agents",
        description="Software that acts for its user.",
        keywords=("inbox",),
        examples=("my agent answered all my mail overnight",),
    )
    return Desk(name="t", title="T", topic="", folder=tmp_path, entities=(gantry,), beats=(beat,))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "t.db", clock=lambda: 1, key=b"k") as opened:
        add_page(opened, "s", [record(n, text) for n, text in enumerate(TEXTS)], "6")
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


def test_encoder_is_called_once_per_new_content(store: Store, desk: Desk, calls: list[str]) -> None:
    done = label(store, desk)
    texts = [body for body in calls if body in TEXTS]
    assert sorted(texts) == sorted({t for t in TEXTS if not t.startswith("Le chat")})
    assert (done.labelled, done.read) == (6, 3)


def test_second_run_labels_and_reads_nothing(store: Store, desk: Desk, calls: list[str]) -> None:
    label(store, desk)
    before, marks = len(calls), fingerprint(store)
    done = label(store, desk)
    assert (done.labelled, done.read, done.linked) == (0, 0, 0)
    assert len(calls) == before
    assert fingerprint(store) == marks


def test_known_content_in_a_new_record_is_not_read_again(
    store: Store, desk: Desk, calls: list[str]
) -> None:
    label(store, desk)
    before = len(calls)
    add_page(store, "s", [record(9, TEXTS[0])], "9")
    assert label(store, desk).read == 0
    assert len(calls) == before
    assert layers(store, "demo:9") == layers(store, "demo:0")


def test_changed_desk_relabels_only_what_it_touches(
    store: Store, desk: Desk, calls: list[str]
) -> None:
    label(store, desk)
    before, tone = len(calls), makers(store, "demo:0", "sentiment")
    longer = replace(desk, entities=(*desk.entities, Entity(
        slug="inbox", name="inbox", type="concept", aliases=(Alias(text="inbox"),))))  # fmt: skip
    label(store, longer)
    assert set(calls[before:]) <= {TEXTS[0]}  # only what names the new thing is asked about it
    assert makers(store, "demo:0", "sentiment") == tone
    assert {a[1] for a in layers(store, "demo:0") if a[0] == "entities"} == {"gantry", "inbox"}


def test_languages_the_reader_does_not_declare_are_not_read(store: Store, desk: Desk) -> None:
    label(store, desk)
    assert {layer for layer, *_ in layers(store, "demo:4")} == {"language", "phrases"}


def test_two_processes_give_the_same_bytes(tmp_path: Path, store: Store, desk: Desk) -> None:
    label(store, desk)
    with open_store(tmp_path / "two.db", clock=lambda: 2, key=b"k") as other:
        add_page(other, "s", [record(n, text) for n, text in enumerate(TEXTS)], "6")
        label(other, desk, processes=2)
        assert fingerprint(other) == fingerprint(store)


def test_how_many_are_labelled_in_one_go_makes_no_difference(
    tmp_path: Path, store: Store, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    label(store, desk)
    monkeypatch.setattr("groundswell.label.SWEEP", 1)
    with open_store(tmp_path / "two.db", clock=lambda: 2, key=b"k") as other:
        add_page(other, "s", [record(n, text) for n, text in enumerate(TEXTS)], "6")
        label(other, desk)
        assert fingerprint(other) == fingerprint(store)


def test_layers_that_rest_on_a_reading_come_after_it() -> None:
    class Made:
        version = "1"

        def __init__(self, layer: str, *needs: str) -> None:
            self.layer, self.needs = layer, needs

    late = [Made("beats", "reading"), Made("mood", "beats"), Made("voice", "mood", "language")]
    before, after = parted([Made("language"), *late, Made("names", "language")])
    assert [a.layer for a in before] == ["language", "names"]
    assert after == late


def test_any_number_of_bands_is_looked_through(store: Store) -> None:
    with store.write() as writer:
        bands = list(range(40))
        for doc, shared in enumerate((3, 17, 39, 90), 1):
            StoredMemory(writer, doc).remember("x", f"demo:{doc}", b"%d" % doc, [*[100] * shared,
                                                                           shared])  # fmt: skip
        found = StoredMemory(writer, 9).near("x", bands)
    assert found == [("demo:1", b"1"), ("demo:2", b"2"), ("demo:3", b"3")]


def test_short_reactions_are_not_duplicates_and_copies_count_once(store: Store, desk: Desk) -> None:
    label(store, desk)
    groups = store.rows("fingerprint_links")
    assert [(g["record_id"], g["lead"]) for g in groups] == [("demo:0", 1), ("demo:5", 0)]


def layers(store: Store, record_id: str) -> list[tuple[str, str, int | None]]:
    rows = store.rows("current_annotations", id=record_id)
    return [(row["layer"], row["value"], row["score"]) for row in rows]


def makers(store: Store, record_id: str, layer: str) -> set[str]:
    rows = store.rows("current_annotations", id=record_id)
    return {row["maker"] for row in rows if row["layer"] == layer}
