"""What is done is not looked at again, and later counts of a record are kept by the day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from groundswell.store.erase import forget
from groundswell.store.place import Place, reached
from groundswell.store.records import add_page
from groundswell.types.moment import DAY_US

TERMS = {"kind": "pond", "active": 1, "redistribute": 0, "ttl": 0, "permission": "", "period": 60,
         "now": 0}  # fmt: skip


def reach(store, maker, seq):
    with store.write() as writer:
        Place.of(store, "#read", maker).reach(writer, seq)


def test_a_place_is_where_its_maker_stopped(store):
    assert Place.of(store, "#read", "one").after == reached(store, "#read") == 0
    reach(store, "one", 7)
    assert Place.of(store, "#read", "one").after == 7
    assert Place.of(store, "#written", "one").after == 0


def test_another_maker_begins_at_the_beginning_and_so_does_the_first_after_it(store):
    reach(store, "one", 7)
    assert Place.of(store, "#read", "two").after == 0
    reach(store, "two", 3)
    assert Place.of(store, "#read", "one").after == 0
    assert reached(store, "#read") == 3


def test_a_permission_brings_back_what_was_passed_over(store):
    def allowed(derived):
        with store.write() as writer:
            writer.do("put_source", name="pond", derived=derived, **TERMS)

    allowed(0)
    reach(store, "one", 7)
    allowed(1)
    assert Place.of(store, "#read", "one").after == 0


@pytest.fixture
def counted(store, record):
    """Saves the record with these counts, and tells what is kept of later ones."""

    def count(**counts):
        add_page(store, "s", [replace(record(1), engagement=counts)], "1")
        return [(row["day"], row["counts"])
                for row in store.rows("engagement_of", id=record(1).id)]  # fmt: skip

    return count


def test_later_counts_are_kept_once_a_day_and_the_first_stand(counted, store, monkeypatch):
    now = [10 * DAY_US]
    monkeypatch.setattr(store, "clock", lambda: now[0])
    assert counted(score=1) == []
    assert counted(score=1) == []
    assert counted(score=4) == [(10, '{"score": 4}')]
    assert counted(score=9) == [(10, '{"score": 9}')]
    now[0] += DAY_US
    assert counted(score=9) == [(10, '{"score": 9}')]
    assert counted(score=2) == [(10, '{"score": 9}'), (11, '{"score": 2}')]
    assert counted() == [(10, '{"score": 9}'), (11, '{"score": 2}')]  # unknown is not none
    assert store.one("current_record", id="forum:1")["engagement"] == '{"score": 1}'


def test_they_go_with_the_record(counted, store, record):
    counted(score=1)
    assert counted(score=4)
    forget(store, [record(1).id])
    assert store.rows("engagement_of", id=record(1).id) == []
