from __future__ import annotations

import pytest

from groundswell.store.fingerprint import fingerprint
from groundswell.store.records import ROLLUPS, add_page


def test_the_same_page_twice_adds_nothing(store, record):
    page = [record(1), record(2), record(1)]
    first = add_page(store, "s", page, "a")
    before = fingerprint(store)
    second = add_page(store, "s", page, "b")
    assert (first.added, first.known, second.added, second.known) == (2, 1, 0, 3)
    assert fingerprint(store) == before
    assert store.one("cursor", stream="s") == {"cursor": "b"}


def test_page_and_cursor_commit_together(store, record, monkeypatch):
    add_page(store, "s", [record(1)], "a")

    def fails(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("groundswell.store.sqlite.Writer.close", fails)
    with pytest.raises(KeyboardInterrupt):
        add_page(store, "s", [record(2)], "b")
    assert store.one("cursor", stream="s") == {"cursor": "a"}
    assert len(store.rows("fingerprint_records")) == 1


def test_a_page_dirties_exactly_its_cells(store, record):
    add_page(store, "s", [record(1), record(2, days=3), record(3, community="mills")], "1")
    cells = {(row["rollup"], row["cell"]) for row in store.rows("measure_dirty", batch=100)}
    assert cells == {(rollup, cell) for rollup in ROLLUPS for cell in ("lathes", "mills")}
    assert len(store.rows("measure_dirty", batch=100)) == 3 * len(ROLLUPS)


def test_an_edit_dirties_the_old_cell_and_the_new_one(store, record):
    add_page(store, "s", [record(1)], "1")
    with store.write() as writer:
        for row in store.rows("measure_dirty", batch=100):
            writer.do("measure_clean", **row)
    add_page(store, "s", [record(1, text="other words", community="mills")], "2")
    assert {row["cell"] for row in store.rows("measure_dirty", batch=100)} == {"lathes", "mills"}


def test_search_finds_the_words_that_hold_now(store, record):
    def found(words):
        return [row["id"] for row in store.rows("search_records", words=words, limit=9, offset=0)]

    add_page(store, "s", [record(1, text="gantries sag"), record(2, title="Gantries")], "1")
    assert sorted(found("gantries")) == ["forum:1", "forum:2"]
    add_page(store, "s", [record(1, text="gantries hold"), record(2, state="removed")], "2")
    assert found("sag") == []
    assert found("gantries") == ["forum:1"]
