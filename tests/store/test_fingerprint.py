from __future__ import annotations

import pytest

from groundswell.store.fingerprint import fingerprint
from groundswell.store.records import add_page
from groundswell.types import Exposure

KEPT_OUT = {  # tables that are progress, derived memory or this machine's own
    "arrivals", "backfills", "bands", "checks", "cursors", "dirty", "engagement", "errands",
    "imports", "keeps", "leases", "migrations", "published", "sketches", "sources",
    "sqlite_sequence", "trims", "validators", "withdrawals",
}  # fmt: skip


def test_the_same_at_another_time(opened, record):
    stores = [opened("one.db", clock=1), opened("two.db", clock=2_000_000)]
    for store in stores:
        add_page(store, "s", [record(1), record(2)], "1")
    assert fingerprint(stores[0]) == fingerprint(stores[1])


def test_page_size_leaves_no_trace(opened, record):
    one, two = opened("one.db"), opened("two.db")
    add_page(one, "s", [record(1), record(2)], "2")
    add_page(two, "s", [record(1)], "1")
    add_page(two, "s", [record(2)], "2")
    assert fingerprint(one) == fingerprint(two)


@pytest.mark.parametrize("change", [
    {"text": "other"}, {"title": "x"}, {"author": "x"}, {"community": "x"}, {"days": 1},
    {"url": "https://x.example"}, {"engagement": {"score": 1}}, {"lang": "de"},
])  # fmt: skip
def test_any_other_data_is_another_fingerprint(opened, record, change):
    one, two = opened("one.db"), opened("two.db")
    add_page(one, "s", [record(1)], "1")
    add_page(two, "s", [record(1, **change)], "1")
    before, after = fingerprint(one), fingerprint(two)
    assert before["records"] != after["records"]
    assert before["log"] == after["log"]


def test_exposure_counts(opened, record):
    one, two = opened("one.db"), opened("two.db")
    told = Exposure(stream="s", community="*", start=0, stop=1, permille=5, reason="")
    add_page(one, "s", [record(1)], "1")
    add_page(two, "s", [record(1), told], "1")
    assert fingerprint(one)["exposure"] != fingerprint(two)["exposure"]


def test_every_canonical_table_is_hashed(store):
    rows = store.connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'search*'"
    )
    tables = {row["name"] for row in rows}
    assert set(fingerprint(store)) == tables - KEPT_OUT


def test_every_column_is_hashed_but_the_wall_clock(store):
    for table in fingerprint(store):
        columns = {row["name"] for row in store.connection.execute(f"PRAGMA table_info({table})")}
        hashed = {column[0] for column in store.connection.execute(
            statement(f"fingerprint_{table}")).description}  # fmt: skip
        assert columns - hashed <= {"recorded", "observed"}, table


def statement(name):
    from groundswell.store.sqlite import statement as find

    return find(name)
