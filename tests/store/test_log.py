from __future__ import annotations

import sqlite3
import threading

import pytest

from groundswell.errors import StoreError
from groundswell.store import open_store
from groundswell.store.records import add_exposure, add_page
from groundswell.types import Exposure


def seqs(store):
    return [row["seq"] for row in store.stream("fingerprint_log")]


def gapless(store):
    return seqs(store) == list(range(1, store.seq() + 1))


def test_concurrent_writers_leave_no_gap(tmp_path, record):
    path, writers, pages = tmp_path / "desk.db", 4, 6
    faults = []

    def work(n):
        try:
            with open_store(path, clock=lambda: 1, key=b"k") as store:
                for page in range(pages):
                    records = [record(f"{n}-{page}-{i}") for i in range(5)]
                    add_page(store, f"s{n}", records, str(page))
        except (StoreError, sqlite3.Error) as problem:
            faults.append(problem)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with open_store(path, clock=lambda: 1, key=b"k") as store:
        assert store.seq() == writers * pages * 5
        assert gapless(store)
        assert {row["seq_from"] for row in store.stream("fingerprint_records")} == set(seqs(store))


def test_rollback_leaves_no_gap_and_nothing_else(store, record):
    add_page(store, "s", [record(1)], "1")
    with pytest.raises(sqlite3.IntegrityError):
        fails_at_the_end(store)
    assert store.one("cursor", stream="s") == {"cursor": "1"}
    add_page(store, "s", [record(2)], "2")
    assert gapless(store)
    assert store.seq() == 2


def fails_at_the_end(store):
    with store.write() as writer:
        writer.entry("record", "forum:lost")
        writer.do("save_cursor", stream="s", cursor="2")
        writer.do("save_cursor", stream=None, cursor="2")


def test_a_page_with_an_impossible_record_changes_nothing(store, record):
    add_page(store, "s", [record(1)], "1")
    with pytest.raises(ValueError):
        add_page(store, "s", [record(2), record(3, text="half \ud800 a character")], "2")
    assert store.seq() == 1
    assert store.one("cursor", stream="s") == {"cursor": "1"}
    assert store.one("current_record", id="forum:2", open=2**63 - 1) is None


def test_readers_see_one_state_while_a_writer_commits(opened, record):
    writer, reader = opened(), opened()
    add_page(writer, "s", [record(1)], "1")
    with reader.reading():
        assert reader.seq() == 1
        add_page(writer, "s", [record(2)], "2")
        assert reader.seq() == 1
    assert reader.seq() == 2


def test_exposure_is_an_entry_and_said_twice_changes_nothing(store):
    told = Exposure(stream="s", community="*", start=0, stop=10, permille=500, reason="down")
    with store.write() as writer:
        add_exposure(writer, told)
        add_exposure(writer, told)
    assert store.seq() == 1
    with store.write() as writer:
        add_exposure(writer, Exposure(stream="s", community="*", start=0, stop=10, permille=900,
                                      reason="late"))  # fmt: skip
    rows = store.rows("fingerprint_exposure")
    assert [(row["permille"], row["seq_from"], row["seq_to"]) for row in rows] == [
        (500, 1, 2),
        (900, 2, 2**63 - 1),
    ]


def test_a_statement_nobody_wrote_is_named(store):
    with pytest.raises(StoreError, match="no_such_statement"):
        store.rows("no_such_statement")
