"""A reader of four languages on a small invented set in six: what it declares is read, the rest
gets language, copies and names of the desk only (design, section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import tinymodels as tiny

from groundswell.desk import Alias, Beat, Desk, Entity, ReaderSpec, Relevance
from groundswell.label import label, makers
from groundswell.store import Store, open_store
from groundswell.store.fingerprint import fingerprint
from groundswell.store.records import add_page
from groundswell.types import Record, RecordId

START = datetime(2026, 3, 1, tzinfo=UTC)
SAID = {  # a warm one and a cold one about ferries, and one about something else
    "de": ("Die neue Fähre ist wunderbar, sie bringt uns jeden Morgen pünktlich über den Fluss",
           "Diese Fähre ist schrecklich, gestern standen wir wieder zwei Stunden am Ufer",
           "Heute habe ich zum ersten Mal selbst Brot mit Sauerteig im Ofen gebacken"),
    "en": ("The new ferry is wonderful, it takes us across the river on time every morning",
           "That ferry is terrible, yesterday we stood on the bank for two hours again",
           "Today I baked my own bread with sourdough in the oven for the first time"),
    "es": ("El nuevo transbordador es maravilloso y nos lleva cada mañana al otro lado del río",
           "Ese transbordador es terrible, ayer esperamos otra vez dos horas en la orilla",
           "Hoy hice mi propio pan en el horno por primera vez, y mañana quiero hacerlo otra vez"),
    "fr": ("Le nouveau ferry est merveilleux, chaque matin il nous emmène à temps sur le fleuve",
           "Ce ferry est affreux, hier nous avons encore attendu deux heures sur la rive",
           "Aujourd'hui j'ai fait pour la première fois mon propre pain au levain dans le four"),
    "pl": ("Nowy prom jest wspaniały, każdego ranka przewozi nas punktualnie przez rzekę",
           "Ten prom jest okropny, wczoraj znowu staliśmy dwie godziny na brzegu rzeki",
           "Dzisiaj po raz pierwszy sam upiekłem chleb na zakwasie w domowym piekarniku"),
    "fi": ("Uusi lautta on ihana, se vie meidät joka aamu ajoissa joen toiselle puolelle",
           "Tuo lautta on kauhea, eilen seisoimme taas kaksi tuntia joen rannalla",
           "Tänään leivoin ensimmäistä kertaa itse hapanjuurileipää kotona uunissa"),
}  # fmt: skip
READ = ("de", "en", "es", "fr")
MEANINGS = {  # ferries, warmth, bread: the same row whatever the language
    **dict.fromkeys(("fähre", "ferry", "transbordador", "prom", "lautta", "ferries"), (5, 0, 0)),
    **dict.fromkeys(("river", "fluss", "río", "fleuve"), (3, 0, 0)),
    **dict.fromkeys(("wunderbar", "wonderful", "maravilloso", "merveilleux"), (0, 5, 0)),
    **dict.fromkeys(("schrecklich", "terrible", "affreux"), (0, -5, 0)),
    **dict.fromkeys(("brot", "bread", "pan", "pain", "oven", "ofen", "horno", "four"), (0, 0, 5)),
}


def record(n: int, text: str) -> Record:
    return Record(
        id=RecordId(f"town:{n}"), source="town", kind="post", community="quay", author=f"a{n}",
        published=START + timedelta(minutes=n), available=START, text=text,
    )  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Its texts are in English only; its names are spelt in every language."""
    model = tiny.encoder(tmp_path / "four-languages", MEANINGS)
    tone = np.array([[0, -8, 0], [0, 0, 0], [0, 8, 0.0]])
    np.savez(model / "heads.npz", sentiment=tone, sentiment_bias=np.array([0, 2.0, 0]))
    spelt = ("Fähre", "ferry", "transbordador", "prom", "lautta")
    ferry = Entity(slug="ferry", name="ferry", type="technology",
                   aliases=tuple(Alias(text=text) for text in spelt))  # fmt: skip
    ferries = Beat(
        slug="ferries",
        name="Ferries",
        description="The ferry across the river.",
        keywords=("ferry", "Fähre", "transbordador"),
        examples=("our ferry crosses the river", "ferries on the river at last"),
    )
    bread = Beat(slug="bread", name="Bread", description="Bread from the oven.",
                 examples=("bread from my own oven", "an oven full of bread"))  # fmt: skip
    return Desk(
        name="quay", title="Quay", topic="", folder=tmp_path, entities=(ferry,),
        beats=(ferries, bread), relevance=Relevance(offtopic=("nothing of that",)),
        reader=ReaderSpec(options={"path": str(model), "languages": list(READ)}),
    )  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "t.db", clock=lambda: 1, key=b"k") as opened:
        texts = [text for texts in SAID.values() for text in texts]
        add_page(opened, "s", [record(n, text) for n, text in enumerate(texts)], "1")
        yield opened


def layers(store: Store, n: int) -> dict[str, str]:
    return {row["layer"]: row["value"] for row in store.rows("current_annotations", id=f"town:{n}")}


def test_languages_it_declares_are_read_and_no_others(store: Store, desk: Desk) -> None:
    done = label(store, desk)
    assert (done.labelled, done.read) == (18, 12)
    for at, language in enumerate(SAID):
        warm, cold, other = (layers(store, 3 * at + n) for n in range(3))
        assert [found["language"] for found in (warm, cold, other)] == [language] * 3
        if language not in READ:
            for found in (warm, cold, other):
                assert found.keys() <= {"language", "phrases", "entities"}
            assert warm["entities"] == cold["entities"] == "ferry"
            continue
        assert [found["sentiment"] for found in (warm, cold, other)] == [
            "positive", "negative", "neutral"]  # fmt: skip
        assert warm["beats"] == cold["beats"] == "ferries"
        assert "register" not in warm  # it has no head for it, so nobody says


def test_another_reader_labels_what_it_reads_anew_and_back_costs_nothing(
    store: Store, desk: Desk
) -> None:
    label(store, desk)
    mine = makers(store, desk)
    plain = replace(desk, reader=None)
    done = label(store, plain)
    assert (done.labelled, done.read) == (18, 3)  # the packaged one reads the English ones
    assert layers(store, 0).keys() <= {"language", "phrases", "entities"}
    changed = {name.split("@")[0] for name in set(mine) - set(makers(store, plain))}
    assert {"sentiment", "beats", "names"} <= changed
    assert not changed & {"language", "phrases", "entities"}
    back = label(store, desk)
    assert (back.labelled, back.read) == (18, 0)
    assert layers(store, 0)["sentiment"] == "positive"


def test_two_processes_give_the_same_bytes(tmp_path: Path, store: Store, desk: Desk) -> None:
    label(store, desk)
    with open_store(tmp_path / "two.db", clock=lambda: 2, key=b"k") as other:
        texts = [text for texts in SAID.values() for text in texts]
        add_page(other, "s", [record(n, text) for n, text in enumerate(texts)], "1")
        label(other, desk, processes=2)
        assert fingerprint(other) == fingerprint(store)


def test_a_narrower_declaration_reads_less(store: Store, desk: Desk) -> None:
    assert desk.reader is not None
    options = {**desk.reader.options, "languages": ["es"]}
    assert label(store, replace(desk, reader=ReaderSpec(options=options))).read == 3
