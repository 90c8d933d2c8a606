"""A row is visible in a snapshot iff seq_from <= seq < seq_to and available <= as_of."""

from __future__ import annotations

from datetime import timedelta

import pytest

from groundswell.store.records import add_page, as_record
from groundswell.types import Snapshot
from groundswell.types.moment import DAY_US, micros

FUTURE = 10**17


def visible(store, seq, as_of=FUTURE):
    snapshot = Snapshot(seq=seq, as_of=as_of, makers=(), desk="")
    rows = store.rows("evidence_rows", start=0, stop=10**6, seq=snapshot.seq, as_of=snapshot.as_of)
    texts = {}
    for row in rows:
        full = store.one("evidence_record", id=row["id"], seq=snapshot.seq, as_of=snapshot.as_of)
        texts[row["id"]] = full["text"]
    return texts


def test_an_edit_closes_and_inserts(store, record):
    add_page(store, "s", [record(1, text="before")], "1")
    tally = add_page(store, "s", [record(1, text="after")], "2")
    assert (tally.added, tally.edited, tally.known) == (0, 1, 0)
    assert visible(store, 1) == {"forum:1": "before"}
    assert visible(store, 2) == {"forum:1": "after"}
    spans = [(row["seq_from"], row["seq_to"]) for row in store.rows("versions_of", id="forum:1")]
    assert spans == [(1, 2), (2, 2**63 - 1)]


def test_a_tombstone_hides_later_and_not_before(store, record):
    add_page(store, "s", [record(1)], "1")
    add_page(store, "s", [record(1, text="", state="deleted")], "2")
    assert list(visible(store, 1)) == ["forum:1"]
    assert visible(store, 2) == {}
    kinds = [row["kind"] for row in store.rows("fingerprint_log")]
    assert kinds == ["record", "tombstone"]


def test_a_late_record_is_in_no_earlier_snapshot(store, record):
    on_time = record(1)
    late = record(2, available=on_time.published + timedelta(days=3))
    add_page(store, "s", [on_time, late], "1")
    that_night = micros(on_time.published) + DAY_US
    assert list(visible(store, 2, that_night)) == ["forum:1"]
    assert set(visible(store, 2)) == {"forum:1", "forum:2"}


def test_a_record_that_comes_later_is_in_no_earlier_snapshot(store, record):
    add_page(store, "s", [record(1)], "1")
    add_page(store, "s", [record(2, days=-5)], "2")
    assert list(visible(store, 1)) == ["forum:1"]
    assert len(visible(store, 2)) == 2


def test_seen_is_the_first_midnight_at_or_after_available(store, record):
    noon = record(1)
    midnight = record(2, available=noon.published.replace(hour=0))
    add_page(store, "s", [noon, midnight], "1")
    seen = {row["id"]: row["seen"] - row["day"] for row in store.rows("fingerprint_records")}
    assert seen == {"forum:1": 1, "forum:2": 0}


def test_a_live_record_is_available_when_observed(opened, record):
    store = opened(clock=123 * DAY_US)
    add_page(store, "s", [record(1, available=None)], "1")
    assert store.rows("fingerprint_records")[0]["available"] == 123 * DAY_US


def test_nothing_is_lost_between_record_and_row(store, record):
    first = record(0)
    whole = record(
        1,
        title="A title",
        outlet="The Post",
        url="https://x.example/1",
        lang="en",
        parent=first.id,
        root=first.id,
        precision="minute",
        edited=first.published,
        engagement={"score": 3},
    )
    add_page(store, "s", [first, whole], "1")
    row = store.one("current_record", id=whole.id, open=2**63 - 1)
    assert as_record(row) == whole


@pytest.mark.parametrize("stated", [True, False])
def test_the_thread_is_stated_or_the_parents(store, record, stated):
    top, answer = record(1), record(2, parent="forum:1", root="forum:1" if stated else None)
    deeper = record(3, parent="forum:2")
    orphan = record(4, parent="forum:unknown")
    add_page(store, "s", [top, answer, deeper, orphan], "1")
    roots = [row["root"] for row in store.rows("fingerprint_records")]
    assert roots == ["forum:1", "forum:1", "forum:1", "forum:unknown"]
