"""Keeping house: terms at every pass, and a state file that stays within its budget."""

from __future__ import annotations

from datetime import timedelta

import pytest

from groundswell.desk import Desk, Limits
from groundswell.errors import DeskError
from groundswell.gather.live import gather_source
from groundswell.pipeline import run as run_stages
from groundswell.pipeline import upkeep
from groundswell.pipeline.upkeep import first_needed, keep, trim
from groundswell.query.samples import SERIES_DAYS
from groundswell.store import terms
from groundswell.types.moment import day_of

SECRET = "unmistakable marmalade on every page of the harbour ledger"
WORDS = "A long post about a tide clock that somebody built, with every screw and its price. " * 9


def on_disk(store):
    return [path.name for path in store.path.parent.iterdir() if b"armalade" in path.read_bytes()]


@pytest.fixture
def gather(store, desk, spec, pond, clock):
    def once(kind="pond", **options):
        table = spec("pond", kind, **{"backfill_days": 0, **options})
        return gather_source(store, desk(table), table, pond, clock.now())

    return once


def test_a_pass_erases_what_was_withdrawn_and_leaves_no_byte(gather, pond, store, desk):
    pond.post(SECRET)
    gather()
    pond.change(1, state="deleted", text="")
    gather()
    assert keep(store, desk()).erased == 1
    assert on_disk(store) == []
    assert keep(store, desk()) == upkeep.Kept()


def test_the_index_is_cleaned_once_a_day_and_never_later(gather, pond, store, desk, clock):
    pond.post("one")
    pond.post(SECRET)
    gather()
    pond.change(1, state="deleted", text="")
    gather()
    keep(store, desk())
    pond.changes = []
    pond.change(2, state="deleted", text="")
    clock.go(hours=1)
    gather()
    assert keep(store, desk()).erased == 1
    assert [row["text"] for row in store.rows("fingerprint_records") if row["text"]] == []
    waited = 0
    while on_disk(store):
        clock.go(hours=1)
        keep(store, desk())
        waited += 1
    assert 1 <= waited <= 24


def test_texts_and_labels_go_with_the_terms(gather, pond, store, desk, clock):
    pond.post(SECRET)
    gather("deep")
    assert keep(store, desk()) == upkeep.Kept()
    clock.go(hours=48)
    assert keep(store, desk()).expired == 1
    assert on_disk(store) == []


def test_a_whole_run_keeps_house_before_it_reads(gather, pond, store, desk, spec, clock):
    pond.post(SECRET)
    table = spec("deep", backfill_days=0)
    gather_source(store, desk(table), table, pond, clock.now())
    clock.go(hours=48)
    stages = run_stages(store, desk(table))
    assert next(stages)[0] == "gather"
    assert on_disk(store) == []
    stages.close()


def bodies(store):
    return {row["day"] for row in store.rows("fingerprint_records") if row["text"]}


def fill(gather, pond, clock):
    """A hundred and forty days of long posts, eight a day."""
    pond.size = 500
    began = clock.now() - timedelta(days=140)
    for n in range(140 * 8):
        pond.post(f"{n} {WORDS}{n}", at=began + timedelta(minutes=180 * n), author=f"a{n % 60}")
    gather()


def test_the_oldest_texts_make_room_and_tests_keep_theirs(gather, pond, store, clock):
    fill(gather, pond, clock)
    before, needed = terms.size(store), first_needed(store)
    assert needed == day_of(clock()) - SERIES_DAYS
    assert trim(store, 0) == (0, False)
    assert trim(store, before) == (0, False)
    budget = round(before * 0.9)
    days, over = trim(store, budget)
    assert (over, terms.size(store) <= budget) == (False, True)
    left = bodies(store)
    gone = set(range(min(left) - days, min(left)))
    assert 0 < days < 42
    assert not gone & left
    assert len(store.rows("fingerprint_records")) == 140 * 8


def test_a_budget_that_is_too_small_takes_no_day_that_is_needed(gather, pond, store, clock):
    fill(gather, pond, clock)
    days, over = trim(store, 100_000)
    assert over
    assert min(bodies(store)) == first_needed(store)
    assert days == store.one("trims")["days"] > 30
    assert trim(store, 100_000) == (0, True)


def test_limits_are_read_from_the_desk(tmp_path):
    head = 'name = "x"\ntitle = "X"\n[limits]\n'
    (tmp_path / "desk.toml").write_text(
        f'{head}max_disk = "1.5 GB"\nmax_bandwidth = "200 kB"\nmax_processes = 2\n'
        'lan = ["10.20.0.0/16", "192.168.7.9", "fd12:3456::/32"]\n')  # fmt: skip
    desk = Desk.load(tmp_path)
    assert desk.limits == Limits(
        max_disk=1_500_000_000, max_bandwidth=200_000, max_processes=2,
        lan=("10.20.0.0/16", "192.168.7.9/32", "fd12:3456::/32"),
    )  # fmt: skip
    (tmp_path / "desk.toml").write_text('name = "x"\ntitle = "X"\n')
    assert Desk.load(tmp_path).limits == Limits()
    assert Desk.load(tmp_path).hash == desk.hash


@pytest.mark.parametrize(
    "line",
    [
        'max_disk = "lots"',
        "max_disk = -1",
        "max_disk = true",
        "max_processes = -1",
        'max_processes = "two"',
        "speed = 3",
        'lan = "10.0.0.0/8"',
        'lan = ["the office"]',
        'lan = ["10.20.0.1/16"]',
        'lan = ["0.0.0.0/0"]',
        'lan = ["8.0.0.0/6"]',
        'lan = ["169.254.0.0/16"]',
        'lan = ["fe80::/10"]',
        'lan = ["2001:db8::/32"]',
    ],
)
def test_a_limit_that_is_none(tmp_path, line):
    (tmp_path / "desk.toml").write_text(f'name = "x"\ntitle = "X"\n[limits]\n{line}\n')
    with pytest.raises(DeskError, match=r"desk.toml, \[limits\], key"):
        Desk.load(tmp_path)
