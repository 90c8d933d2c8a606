"""Before there is a baseline the front page shows what needs none."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from groundswell.query.pages import look
from groundswell.query.start import history, start
from groundswell.store.live import cover
from groundswell.store.records import add_page
from groundswell.types import Exposure, Record, RecordId
from groundswell.types.moment import midnight, moment


def seen(store, ids):
    """Give records the labels that make them read, and one name."""
    with store.write() as writer:
        seq = writer.entry("annotations", "r")
        for record_id in ids:
            for layer, value in (("language", "en"), ("entities", "gantry")):
                writer.do("insert_annotation", id=record_id, layer=layer, n=0, value=value,
                          score=None, start=0, stop=3, maker=f"{layer}@1", seq=seq)  # fmt: skip


@pytest.fixture
def young(made, tmp_path):
    """A desk of which nine days are collected."""
    path = tmp_path / "young.db"
    store = made.fill(path, edition=False)
    last = look(store, made.DESK).last
    with store.write() as writer:
        cover(writer, Exposure(stream="reddit", community="*", start=midnight(made.START),
                               stop=midnight(last - 8), permille=0,
                               reason="not gathered yet"))  # fmt: skip
    people = [
        Record(id=RecordId(f"forum:{n}"), source="forum", kind="comment", community="r/AtticModels",
               text=f"words {n}", author=f"{n % 20:016x}", parent=RecordId("forum:0"),
               published=moment(midnight(last)) + timedelta(minutes=n),
               available=moment(midnight(last)) + timedelta(minutes=n))
        for n in range(1, 40)
    ]  # fmt: skip
    first = Record(id=RecordId("forum:0"), source="forum", kind="post", community="r/AtticModels",
                   title="Who tried it?", text="Tell me.", author="f" * 16,
                   published=moment(midnight(last)), available=moment(midnight(last)))  # fmt: skip
    articles = [
        Record(id=RecordId(f"rss:{n}"), source="rss", kind="article", community="press",
               outlet=name, text="An article.", published=moment(midnight(last - day)),
               available=moment(midnight(last - day)))
        for n, (name, day) in enumerate([("One", 9), ("One", 2), ("Two", 1), ("Three", 0),
                                         ("Four", 9), ("Four", 0)])
    ]  # fmt: skip
    add_page(store, "reddit", [first, *people, *articles], "later")
    seen(store, [record.id for record in (first, *people, *articles)])
    yield SimpleNamespace(store=store, sight=lambda: look(store, made.DESK), last=last,
                          client=made.client(path))  # fmt: skip
    store.close()


def test_days_before_gathering_began_are_no_history(young):
    assert history(young.sight()) == 9


def test_shares_are_of_people_and_say_how_sure_they_are(young):
    told = start(young.sight())
    (share,) = (one for one in told.shares if one.slug == "gantry")
    assert share.people <= share.of == told.people
    assert 0 < share.low < share.people / share.of < share.high < 1
    (place,) = (one for one in told.places if one.community == "r/AtticModels")
    assert place.provisional is (place.of < 40)
    assert place.name == "Gantry"


def test_outlets_that_wrote_within_three_days(young):
    (cluster,) = (one for one in start(young.sight()).clusters if one.subject == "entity/gantry")
    assert set(cluster.outlets) == {"Four", "One", "Three", "Two"}
    assert (cluster.articles, cluster.first, cluster.last) == (4, young.last - 2, young.last)


def test_the_thread_most_people_spoke_in(young):
    thread = start(young.sight()).threads[0]
    assert (thread.first.id, thread.people, thread.records) == ("forum:0", 21, 40)
    assert thread.first.excerpt == "Who tried it?"


def test_nobody_is_quoted_where_nobody_may_be(young, made):
    for thread in start(young.sight()).threads:
        if thread.first.community == "r/NightWard":
            assert thread.first.excerpt == ""
            assert thread.first.withheld


def test_the_front_page_counts_the_days_and_shows_it(young):
    page = young.client.get("/")
    assert "Day 9 of 28." in page.text
    for words in (
        "What needs no baseline",
        "The name most used in each community",
        "Outlets that wrote of the same thing within three days",
        "Who tried it?",
    ):
        assert words in page.text, words
    assert "The first edition is not made yet" in page.text
    assert "Nearest misses" not in page.text
    twin = young.client.get("/index.json").json()
    assert (twin["history"], twin["needed"]) == (9, 28)
    assert twin["start"]["threads"][0]["people"] == 21


def test_with_a_baseline_it_is_not_needed(served):
    assert served.client.get("/index.json").json()["start"] is None
