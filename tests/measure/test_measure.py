import numpy as np
import pytest

from groundswell.errors import StoreError
from groundswell.measure import BATCH, measure, rollups

TABLES = ("voices", "hours", "pairs")


def fill(desk, start, count, seed=0):
    random = np.random.default_rng(seed)
    for number in range(start, start + count):
        copy = random.random() < 0.2
        desk.add(
            number, day=20_000 + int(random.integers(12)), author=f"p{random.integers(9)}",
            community=f"r/{'abc'[random.integers(3)]}", size=int(random.integers(2000)),
            entities=[e for e in ("cat", "dog", "emu") if random.random() < 0.4],
            tone=int(random.integers(-900, 900)) if random.random() < 0.8 else None,
            cluster="x:00001" if copy else "", lead=int(random.random() < 0.3) if copy else 1,
            precision="day" if random.random() < 0.1 else "second", late=int(random.integers(3)),
        )  # fmt: skip


def test_recounting_what_changed_equals_recounting_everything(desk):
    fill(desk, 0, 200)
    measure(desk.store)
    fill(desk, 200, 60, seed=1)
    desk.connection.execute("UPDATE records SET state = 'deleted' WHERE id = 'x:00007'")
    row = desk.connection.execute("SELECT * FROM records WHERE id = 'x:00007'").fetchone()
    desk.dirty(row["day"], row["community"])
    measure(desk.store)
    step_by_step = {name: desk.table(name) for name in TABLES}
    for day in range(20_000, 20_012):
        for community in ("r/a", "r/b", "r/c"):
            desk.dirty(day, community)
    for name in TABLES:
        desk.connection.execute(f"DELETE FROM {name}")
    measure(desk.store)
    assert {name: desk.table(name) for name in TABLES} == step_by_step
    assert step_by_step["pairs"]


def test_counts_voices_as_the_rules_say(desk):
    desk.add(1, day=20_000, author="ann", entities=["cat", "dog"], tone=400, cluster="x:00001")
    desk.add(2, day=20_000, author="bob", entities=["cat"], tone=-900, cluster="x:00001", lead=0)
    assert measure(desk.store) == 3
    rows = {(r["subject"], r["author"]): r
            for r in desk.connection.execute("SELECT * FROM voices")}  # fmt: skip
    assert set(rows) == {(s, a) for s in ("*", "entity/cat") for a in ("ann", "bob")} | {
        ("entity/dog", "ann")
    }
    copy, lead = rows["entity/cat", "bob"], rows["entity/cat", "ann"]
    assert (copy["records"], copy["copies"], copy["read"], copy["negative"]) == (0, 1, 0, 0)
    assert (lead["records"], lead["copies"], lead["score_sum"], lead["positive"]) == (1, 0, 400, 1)
    assert [row[2:4] for row in desk.table("pairs")] == [("cat", "dog")]


def test_only_dirty_cells_are_touched(desk):
    fill(desk, 0, 50)
    measure(desk.store)
    desk.connection.execute("UPDATE voices SET copies = 99 WHERE community = 'r/b'")
    desk.add(900, day=20_000, community="r/a")
    assert measure(desk.store) == len(rollups())
    assert all(row[11] == 99 for row in desk.table("voices") if row[1] == "r/b")
    assert measure(desk.store) == 0


def test_stopped_half_way_goes_on_where_it_was(desk):
    for day in range(200):
        desk.add(day, day=20_000 + day, entities=["cat", "dog"])

    class Killed(Exception):
        pass

    def kill(cells):
        raise Killed

    with pytest.raises(Killed):
        measure(desk.store, progress=kill)
    left = len(desk.table("dirty"))
    assert left == 3 * 200 - BATCH
    assert measure(desk.store) == left
    assert len(desk.table("voices")) == 3 * 200


def test_progress_adds_up(desk):
    fill(desk, 0, 100)
    seen = []
    assert measure(desk.store, progress=seen.append) == sum(seen)


def test_an_unknown_rollup_is_named(desk):
    desk.connection.execute("INSERT INTO dirty VALUES ('moons', 1, 'r/a')")
    with pytest.raises(StoreError, match="moons"):
        measure(desk.store)
