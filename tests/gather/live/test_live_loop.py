"""One source: pages and cursors, failures and what they leave, deletions, the past."""

from __future__ import annotations

from datetime import timedelta

import pytest

from groundswell.errors import CursorTooOld, Forbidden, StoreError, Throttled, Upstream
from groundswell.gather import live as loop
from groundswell.gather.live import gather_source, register
from groundswell.gather.roster import enlist
from groundswell.mask import pseudonym
from groundswell.store.fingerprint import fingerprint
from groundswell.types import Exposure
from groundswell.types.moment import HOUR_US, micros

ALL = "SELECT * FROM records WHERE seq_to = 9223372036854775807 ORDER BY published, id"


def records(store):
    return store.connection.execute(ALL).fetchall()


def texts(store):
    return [row["text"] for row in records(store) if row["state"] == "public"]


def checks(store):
    return store.connection.execute("SELECT * FROM checks ORDER BY due, record_id").fetchall()


@pytest.fixture
def gather(store, desk, spec, pond, clock):
    def once(kind="pond", *, store=store, name="", **options):
        errand = options.pop("errand", "live")
        holder = options.pop("holder", "me")
        table = spec(name or kind, kind, **options)
        return gather_source(store, desk(table), table, pond, clock.now(), errand=errand,
                             holder=holder)  # fmt: skip

    return once


def test_pages_come_in_once_and_the_cursor_goes_on(gather, pond, store):
    for n in range(5):
        pond.post(f"first {n}")
    run = gather()
    assert (run.pages, run.added, run.problem) == (3, 5, "")
    pond.post("later")
    run = gather()
    assert (run.pages, run.added, run.known) == (1, 1, 0)
    assert texts(store) == [*(f"first {n}" for n in range(5)), "later"]
    assert [asked[0] for asked in pond.asked] == [0, 2, 4, 5]


def test_handles_never_reach_the_store(gather, pond, store):
    pond.post(author="Mossgrid-The-Unforgettable")
    gather()
    assert records(store)[0]["author"] == pseudonym(b"a key", "pond", "mossgrid-the-unforgettable")
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"ossgrid" not in store.path.read_bytes()


def test_what_no_store_can_hold_is_left_out_of_the_text(gather, pond, store):
    pond.post("half \ud800 and nul \x00 end")
    assert gather().added == 1
    assert texts(store) == ["half \ufffd and nul \ufffd end"]


def test_an_author_cannot_write_from_the_future(gather, pond, store, clock):
    pond.post(at=clock.now() + timedelta(days=3))
    gather()
    (row,) = records(store)
    assert row["published"] == micros(clock.now() + timedelta(minutes=5))
    assert row["available"] == row["observed"] == clock()


@pytest.mark.parametrize("kill_at", [0, 1, 2])
def test_killed_between_pages_nothing_is_lost_or_doubled(
    gather, pond, opened, monkeypatch, kill_at
):
    for n in range(6):
        pond.post(f"said {n}")
    whole, killed = opened("whole"), opened("killed")
    gather(store=whole)
    save, saved = loop.save_haul, []

    def dies(*given, **more):
        if len(saved) == kill_at:
            raise KeyboardInterrupt
        saved.append(given)
        return save(*given, **more)

    monkeypatch.setattr(loop, "save_haul", dies)
    with pytest.raises(KeyboardInterrupt):
        gather(store=killed)
    monkeypatch.setattr(loop, "save_haul", save)
    gather(store=killed)
    assert fingerprint(killed)["records"] == fingerprint(whole)["records"]
    assert killed.rows("cursor", stream="pond") == whole.rows("cursor", stream="pond")


def test_a_page_that_cannot_be_saved_leaves_the_cursor(gather, pond, store, monkeypatch):
    pond.post()

    def breaks(*_, **__):
        raise StoreError("disk: full; make room")

    monkeypatch.setattr("groundswell.store.live.add_record", breaks)
    with pytest.raises(StoreError, match="make room"):
        gather()
    assert store.rows("cursor", stream="pond") == []
    assert records(store) == []


def test_a_malformed_payload_is_a_failure_and_never_no_results(gather, pond, store, clock, ledger):
    pond.post("one")
    gather()
    began = clock.now()
    clock.go(hours=2)
    gather()
    clock.go(hours=1)
    pond.post("two")
    pond.broken = True
    run = gather()
    assert run.fault == "Malformed"
    assert "web page" in run.problem
    assert run.pages == 0
    assert store.one("cursor", stream="pond")["cursor"] == "1"
    covered = began + timedelta(hours=2) - timedelta(seconds=60)
    assert ledger(store) == [
        (began, covered, 1000, "caught up"), (covered, clock.now(), 0, "outage"),
    ]  # fmt: skip
    assert texts(store) == ["one"]


def test_repeated_failures_wait_longer_and_the_gap_closes_after_them(
    gather, pond, store, clock, ledger
):
    gather()
    began = clock.now()
    pond.broken = True
    waits = []
    for _ in range(8):
        pond.post()
        gather()
        row = store.one("errand", name="pond", errand="live")
        waits.append((row["due"] - clock()) // 1_000_000)
        asked = len(pond.asked)
        assert "parked until" in gather().skipped
        assert len(pond.asked) == asked  # not even asked
        clock.go(seconds=waits[-1])
    assert waits == [600, 1200, 2400, 4800, 9600, 19200, 21600, 21600]
    assert [row[2:] for row in ledger(store)] == [(0, "outage")]
    pond.broken = False
    assert gather().added == 8
    told = ledger(store)
    assert [row[2:] for row in told] == [(1000, "caught up")]
    assert (told[0][0], told[0][1]) == (began, clock.now() - timedelta(seconds=60))
    assert store.one("errand", name="pond", errand="live")["failures"] == 0


def test_a_platform_that_says_when_is_believed(gather, pond, store, clock):
    pond.faults = [Throttled("pond.example: too fast", until=clock.now() + timedelta(hours=2))]
    assert gather().fault == "Throttled"
    assert store.one("errand", name="pond", errand="live")["due"] == clock() + 2 * HOUR_US


def test_a_refusal_that_comes_twice_is_not_asked_again_for_hours(gather, pond, store, clock):
    """The first may have been a passing challenge."""
    pond.faults = [Forbidden("pond.example: refuses us; ask its operator")] * 5
    waits = []
    for _ in range(5):
        assert gather().fault == "Forbidden"
        due = store.one("errand", name="pond", errand="live")["due"]
        waits.append((due - clock()) / HOUR_US)
        clock.go(hours=waits[-1])
    assert waits == [1 / 6, 6, 12, 24, 24]


def test_a_plugin_that_breaks_says_so(gather, pond):
    pond.faults = [KeyError("rows")]
    assert gather().problem == "pond: its plugin broke (KeyError: 'rows'); report it to its maker"


def test_a_clock_that_was_wrong_parks_nothing_for_years(gather, pond, store, clock):
    clock.go(days=4_000)
    pond.faults = [Upstream("pond.example: is down; wait")]
    gather()
    clock.go(days=-4_000)
    pond.post()
    assert gather(holder="another").added == 1


def test_a_cursor_that_is_too_old_leaves_a_gap_and_begins_at_the_newest(
    gather, pond, store, clock, ledger
):
    pond.post("old")
    gather()
    clock.go(hours=1)
    gather()
    covered = clock.now() - timedelta(seconds=60)
    clock.go(days=2)
    for _ in range(4):
        pond.post()
    pond.floor = 3
    run = gather()
    assert (run.problem, run.added) == ("", 2)
    assert ledger(store)[-1] == (covered, clock.now(), 0, "lost")
    clock.go(hours=1)
    gather()
    assert ledger(store)[-2][2:] == (0, "lost")  # a later success does not hide it
    assert ledger(store)[-1][2:] == (1000, "caught up")


def test_a_cursor_too_old_and_nothing_newer_is_a_failure(gather, pond, clock):
    pond.post()
    gather()
    pond.floor = 2
    assert gather().fault == CursorTooOld.__name__


def test_gaps_of_a_payload_are_saved_with_it(gather, pond, store, clock, ledger):
    gather()
    clock.go(hours=3)
    start = clock.now() - timedelta(hours=2)
    pond.gap = Exposure(stream="?", community="*", start=micros(start), permille=0,
                        stop=micros(start + timedelta(hours=1)), reason="page full")  # fmt: skip
    pond.post()
    gather()
    assert [(row[2], row[3]) for row in ledger(store)] == [
        (1000, "caught up"), (0, "page full"), (1000, "caught up")]  # fmt: skip
    assert {row["stream"] for row in store.rows("fingerprint_exposure")} == {"pond"}


def test_the_ledger_does_not_grow_with_every_run(gather, store, clock):
    for _ in range(6 * 24):
        gather()
        clock.go(minutes=10)
    rows = store.rows("fingerprint_exposure")
    assert len(rows) <= 25
    assert len([row for row in rows if row["seq_to"] == 2**63 - 1]) == 1


def test_what_the_first_run_brings_of_the_past_teaches_no_baseline(
    gather, pond, store, clock, ledger
):
    old = clock.now() - timedelta(days=9)
    pond.post("an old one", at=old)
    pond.post("a new one")
    gather()
    assert ledger(store) == [(old, clock.now(), 0, "not gathered yet")]


def test_a_deleted_post_goes_at_once_and_stays_gone(gather, pond, store, clock):
    pond.post("stays")
    pond.post("goes, unmistakably marmalade")
    gather()
    pond.change(2, state="deleted", text="", author="")
    assert gather().withdrawn == 1
    row = next(r for r in records(store) if r["id"] == "pond:2")
    assert (row["state"], row["text"], row["author"], row["url"]) == ("deleted", "", "", "")
    assert texts(store) == ["stays"]
    assert store.rows("search_records", words="marmalade", limit=9, offset=0) == []
    assert store.one("count_withdrawals")["records"] == 1
    pond.change(2, state="public", text="goes, unmistakably marmalade")
    assert gather().known == 1
    assert texts(store) == ["stays"]


def test_an_edit_is_a_new_version(gather, pond, store):
    pond.post("stays")
    gather()
    pond.change(1, text="stays, edited")
    run = gather()
    assert (run.added, run.edited) == (0, 1)
    assert texts(store) == ["stays, edited"]


def test_a_closed_account_takes_everything_of_its_author_along(gather, pond, store):
    for n in range(3):
        pond.post(f"ann {n}", author="Ann")
    pond.post("bob", author="bob")
    gather()
    pond.departed = ["ann"]
    run = gather()
    assert run.withdrawn == 3
    assert texts(store) == ["bob"]
    assert gather().withdrawn == 0


def test_the_past_is_gathered_afterwards_and_known_as_such(gather, pond, store, clock, ledger):
    for day in range(30, 0, -1):
        pond.post(f"{day} days ago", at=clock.now() - timedelta(days=day))
    began = clock.now()
    pond.floor = 28
    assert gather("deep", backfill_days=20).added == 2
    pond.floor = 0
    first = began - timedelta(days=20)
    assert ledger(store) == [(first, began, 0, "not gathered yet")]
    clock.go(hours=1)
    run = gather("deep", errand="backfill", backfill_days=20)
    assert (run.added, run.known) == (18, 2)
    assert ledger(store) == [(first, began, 1000, "backfill")]
    old = records(store)[0]
    assert old["available"] == old["published"] + 60_000_000 < old["observed"]
    assert gather("deep", errand="backfill", backfill_days=20).skipped == "nothing to do"
    assert {row["stream"] for row in records(store)} == {"deep"}
    assert store.one("cursor", stream="deep")["cursor"] == "30"
    assert store.rows("cursor", stream="deep#backfill") == []


def test_a_backfill_that_stops_goes_on_where_it_was(gather, pond, store, clock):
    for n in range(6):
        pond.post(f"old {n}", at=clock.now() - timedelta(days=6 - n))
    register(store, [enlist_deep()])
    real, calls = pond.page, []

    def page(after, **asked):
        calls.append(after)
        if len(calls) == 2:
            raise Upstream("pond.example: is down; wait")
        return real(after, **asked)

    pond.page = page
    run = gather("deep", errand="backfill")
    assert (run.added, run.fault) == (2, "Upstream")
    assert store.one("cursor", stream="deep#backfill")["cursor"].endswith(":2")
    clock.go(hours=1)
    assert gather("deep", errand="backfill").added == 4
    assert calls == [0, 2, 2, 4, 6]


def enlist_deep():
    from groundswell.desk import SourceSpec

    return enlist(SourceSpec(name="deep", kind="deep", options={}))


def test_a_stated_gap_is_planned_to_be_filled_and_filled(gather, pond, store, clock, ledger):
    gather("deep", backfill_days=0)
    clock.go(hours=1)
    gather("deep", backfill_days=0)
    covered = clock.now() - timedelta(seconds=60)
    pond.post("before")
    gather("deep", backfill_days=0)
    clock.go(days=2)
    for _ in range(4):
        pond.post()
    pond.floor = 3
    gather("deep", backfill_days=0)
    assert ledger(store)[-1][2:] == (0, "not gathered yet")
    pond.floor = 0
    run = gather("deep", errand="backfill", backfill_days=0)
    assert run.added == 2
    assert (covered, clock.now(), 1000, "backfill") in ledger(store)
    assert all(row[2] == 1000 for row in ledger(store))


def test_only_one_process_gathers_a_source(gather, pond, store, clock):
    pond.post()
    with store.write() as writer:
        from groundswell.store.live import take_lease

        assert take_lease(writer, "pond", "another")
    assert gather().skipped == "another process gathers it"
    clock.go(minutes=5, seconds=30)  # the other process died
    assert gather().skipped == "another process gathers it"  # its clock may run behind ours
    clock.go(minutes=1)
    assert gather().added == 1
    assert gather(holder="third").skipped == ""  # given back


def test_a_lease_lost_on_the_way_saves_nothing_more(gather, pond, store, clock, monkeypatch):
    for _ in range(4):
        pond.post()
    save = loop.save_haul
    saved = []

    def slow(*given, **more):
        saved.append(given)
        if len(saved) == 2:
            clock.go(minutes=7)
            with store.write() as writer:
                assert loop.take_lease(writer, "pond", "another")
        return save(*given, **more)

    monkeypatch.setattr(loop, "save_haul", slow)
    run = gather()
    assert (run.added, run.skipped) == (2, "another process gathers it")
    assert store.one("cursor", stream="pond")["cursor"] == "2"


def test_a_lease_of_the_far_future_is_void(gather, pond, store):
    with store.write() as writer:
        writer.do("put_lease", name="pond", holder="another", stop=2**62)
    pond.post()
    assert gather().added == 1


def test_records_are_asked_about_again_until_their_schedule_ends(gather, pond, store, clock):
    first, second = pond.post("stays"), pond.post("goes")
    gather("deep", backfill_days=0)
    assert gather("deep", errand="recheck").skipped == "nothing to do"
    clock.go(hours=1)
    pond.posts[1].update(state="deleted", text="", author="")
    pond.posts[0].update(text="stays, edited")
    run = gather("deep", errand="recheck")
    assert (run.edited, run.withdrawn) == (1, 1)
    assert pond.asked[-1] == ("recheck", first, second)
    assert texts(store) == ["stays, edited"]
    assert gather("deep", errand="recheck").skipped == "nothing to do"
    clock.go(hours=23)
    gather("deep", errand="recheck")
    assert pond.asked[-1] == ("recheck", first)
    assert checks(store) == []


def test_an_answer_that_cannot_be_had_proves_nothing(gather, pond, store, clock):
    pond.post("stays")
    gather("deep", backfill_days=0)
    clock.go(hours=1)
    pond.faults = [Upstream("pond.example: is down; wait")]
    assert gather("deep", errand="recheck").fault == "Upstream"
    assert texts(store) == ["stays"]
    pond.posts = []
    clock.go(hours=2)
    run = gather("deep", errand="recheck")
    assert (run.problem, run.withdrawn) == ("", 0)
    assert texts(store) == ["stays"]
    assert checks(store)[0]["due"] == clock() + HOUR_US
    clock.go(days=40)
    gather("deep", errand="recheck")
    assert checks(store) == []


def test_a_gap_of_one_community_is_filled_too(gather, pond, store, clock, ledger):
    gather("deep", backfill_days=0)
    clock.go(hours=3)
    ago = clock() - 2 * HOUR_US
    pond.gap = Exposure(stream="?", community="pond", start=ago, stop=ago + HOUR_US, permille=0,
                        reason="list full")  # fmt: skip
    pond.post()
    gather("deep", backfill_days=0)
    assert (0, "not gathered yet") in {row[2:] for row in ledger(store)}
    pond.gap = None
    clock.go(hours=1)
    gather("deep", errand="backfill", backfill_days=0)
    assert {row[2] for row in ledger(store)} == {1000}


def test_what_an_address_said_of_its_version_counts_only_once_it_is_saved(
    store, desk, spec, pond, clock, kinds, monkeypatch
):
    class Client:
        """A client that asks one address and remembers what it is told."""

        def __init__(self, marks=None):
            self.marks = marks

        def remembering(self, marks):
            return Client(marks)

        def page(self, after, **asked):
            sent.append(self.marks.get("https://pond.example/new"))
            self.marks.set("https://pond.example/new", f'"{len(sent)}"', "")
            return pond.page(after, **asked)

        broken, size = False, pond.size

    sent = []
    pond.post()
    table = spec()

    def gather_once():
        return gather_source(store, desk(table), table, Client(), clock.now())

    def dies(*_, **__):
        raise KeyboardInterrupt

    save = loop.save_haul
    monkeypatch.setattr(loop, "save_haul", dies)
    with pytest.raises(KeyboardInterrupt):
        gather_once()
    monkeypatch.setattr(loop, "save_haul", save)
    assert gather_once().added == 1
    gather_once()
    gather_once()
    assert sent == [("", ""), ("", ""), ('"2"', ""), ('"3"', "")]
