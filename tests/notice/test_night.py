"""From voices in a store to stored signals, and nothing of the future on the way."""

from dataclasses import astuple
from pathlib import Path

import pytest

from groundswell.desk import Desk, Outlet
from groundswell.errors import StoreError
from groundswell.notice import notice, signal_id
from groundswell.notice.detectors.cooccurrence import Cooccurrence
from groundswell.notice.detectors.coverage import Coverage
from groundswell.notice.detectors.tone import Tone
from groundswell.notice.detectors.volume import Volume
from groundswell.query.exposure import permille
from groundswell.query.samples import samples
from groundswell.query.signals import as_json, from_json, history, signal, signals_of
from groundswell.store.migrate import migrate
from groundswell.store.sqlite import OPEN, Store, connect
from groundswell.types import Snapshot
from groundswell.types.moment import DAY_US, midnight

from .conftest import NIGHT, START

DETECTORS = (Cooccurrence(), Coverage(), Tone(), Volume())
DESK = Desk(name="t", title="t", topic="", folder=Path("t"),
            outlets=(Outlet(slug="o0", name="o0", owner="Group"),
                     Outlet(slug="o1", name="o1", owner="Group")))  # fmt: skip


def snapshot(night=NIGHT):
    return Snapshot(seq=OPEN - 1, as_of=midnight(night + 1), makers=("sentiment@1",), desk="d")


class State:
    def __init__(self, path):
        self.connection = connect(path)
        migrate(self.connection)
        self.store = Store(path, self.connection, key=b"k", clock=lambda: 0)

    def keep(self, voices, late=0):
        rows = []
        for voice in voices:
            day, community, subject, unit, author, cluster, thread, size, exact, *counts = astuple(
                voice
            )
            rows.append((day, community, subject, unit, author, cluster, thread, size,
                         day + 1 + late, int(exact), *counts))  # fmt: skip
        self._many("voices", rows)

    def pair(self, day, community, author):
        self._many("pairs", [(day, community, "x", "y", "person", author, day + 1, 1)])

    def article(self, mention, seq):
        self._many("records", [(
            mention.record_id, seq, OPEN, "", "s", "news", "article", "outlet", mention.outlet,
            mention.outlet, "", "", "", "en", "", "", mention.record_id, mention.published,
            "second", 0, 0, None, mention.day, mention.day + 1, "public", "{}", "", 9,
        )])  # fmt: skip
        self._many("annotations", [(mention.record_id, "entities", 0, "x", None, 0, 1, "m", seq,
                                    OPEN)])  # fmt: skip

    def bodies(self, name="signals"):
        return [tuple(row.values()) for row in
                self.connection.execute(f"SELECT * FROM {name} ORDER BY id")]  # fmt: skip

    def _many(self, table, rows):
        marks = ", ".join("?" * len(rows[0]))
        self.connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


@pytest.fixture
def state(tmp_path):
    made = State(tmp_path / "state.db")
    yield made
    made.store.close()


@pytest.fixture
def surge(make_world):
    world = make_world(1)
    for community in "abc":
        world.usual("*", community, 15)
        world.usual("entity/x", community, 2, tone=0.2)
        world.usual("entity/y", community, 2)
        world.usual("entity/x", community, 8, range(NIGHT - 6, NIGHT + 1), tone=0.2)
    return world


def run(state, night=NIGHT):
    return notice(state.store, DESK, snapshot(night), night, detectors=DETECTORS)


def test_a_night_is_tested_kept_and_found_again(state, surge):
    state.keep(surge.voices)
    told = []
    signals = notice(state.store, DESK, snapshot(), NIGHT, detectors=DETECTORS,
                     progress=told.append)  # fmt: skip
    assert sum(told) == 2
    whole = {(s.kind, s.subject): s for s in signals if s.community == "*"}
    assert whole["volume", "entity/x"].outcome == "found"
    assert whole["volume", "entity/y"].outcome != "found"
    assert whole["volume", "entity/x"].detail["past_tests"] > 0
    stored = signals_of(state.store, NIGHT)
    assert len(stored) == len(signals)
    assert {signal_id(NIGHT, s) for s in stored} == {row[0] for row in state.bodies()}
    name = signal_id(NIGHT, whole["volume", "entity/x"])
    assert len(name) == 16
    again = signal(state.store, name[:10])
    assert again == from_json(as_json(whole["volume", "entity/x"]))
    assert signal(state.store, "nothing") is None
    assert [night for night, s in history(state.store, "entity/x", NIGHT - 5, NIGHT)
            if s.kind == "volume" and s.community == "*"] == [NIGHT]  # fmt: skip
    with pytest.raises(StoreError, match="more than one"):
        signal(state.store, "")


def test_running_a_night_again_replaces_it_with_the_same(state, surge):
    state.keep(surge.voices)
    run(state)
    first = state.bodies()
    run(state)
    assert state.bodies() == first


def test_a_night_does_not_see_the_next(state, surge, make_world):
    early = NIGHT - 10
    state.keep([v for v in surge.voices if v.day <= early])
    run(state, early)
    alone = state.bodies()
    state.keep([v for v in surge.voices if v.day > early])
    late = make_world(2)
    for author in range(40):
        late.say("entity/y", "a", early, f"a/late{author}")
    state.keep(late.voices, late=5)
    run(state, early)
    assert state.bodies() == alone
    seen = next(s for s in samples(state.store, DESK, snapshot(), NIGHT) if s.subject == "entity/y")
    assert any(v.author == "a/late3" for v in seen.voices)


def test_past_nights_that_are_stored_are_not_run_again(state, surge):
    state.keep(surge.voices)
    for ago in (28, 21, 14, 7):
        run(state, NIGHT - ago)

    nights = set()

    class Watched(Volume):
        def __call__(self, sample):
            nights.add(sample.night)
            return super().__call__(sample)

    notice(state.store, DESK, snapshot(), NIGHT, detectors=[Watched()])
    assert nights == {NIGHT}


def test_samples_hold_what_detectors_are_promised(state, make_world):
    world = make_world(3)
    world.usual("*", "a", 5)
    world.usual("entity/x", "a", 2)
    for number in range(3):
        world.article("entity/x", f"o{number}", NIGHT - 1)
    world.say("entity/rare", "a", NIGHT, "a/1")
    state.keep(world.voices)
    for number in range(6):
        state.pair(NIGHT - number, "a", f"a/{number}")
    for seq, mention in enumerate(world.mentions, 1):
        state.article(mention, seq)
    (sample,) = samples(state.store, DESK, snapshot(), NIGHT)
    assert sample.subject == "entity/x"
    by_place = {(d.community, d.unit): d for d in sample.daily}
    assert set(by_place) == {("a", "person"), ("*", "person"), ("*", "outlet")}
    assert by_place["*", "person"].start == START
    assert by_place["a", "person"].voices == world.sample("entity/x").daily[0].voices
    assert by_place["*", "outlet"].voices[-2] == 3
    assert min(v.day for v in sample.voices) > NIGHT - 63
    assert len(sample.others) == len(list(sample.others)) > len(sample.voices)
    assert sample.others[0].subject == "*"
    assert [m.owner for m in sample.mentions] == ["Group", "Group", "o2"]
    whole, part = sample.pairs
    assert (whole.both, whole.communities, part.both) == (6, 1, 6)
    assert sample.subject_first == min(v.day for v in world.voices if v.subject == "entity/x")


def test_the_ledger_becomes_days():
    half = {"start": midnight(100) + DAY_US // 2, "stop": midnight(102), "permille": 200}
    assert permille([half], 99, 4).tolist() == [1000, 600, 200, 1000]


def test_an_outage_in_the_ledger_is_no_fall_and_no_rise(state, surge):
    state.keep([v for v in surge.voices if not NIGHT - 30 < v.day < NIGHT - 20])
    for seq, community in enumerate("abc", 1):
        state.connection.execute(
            "INSERT INTO exposure VALUES ('s', ?, ?, ?, 0, 'down', ?, ?)",
            (community, midnight(NIGHT - 29), midnight(NIGHT - 20), seq, OPEN))  # fmt: skip
        state._many("records", [(
            f"s:{community}", seq, OPEN, "", "s", "s", "post", "person", community, "", "", "", "",
            "en", "", "", "", 0, "second", 0, 0, None, NIGHT, NIGHT + 1, "public", "{}", "", 9,
        )])  # fmt: skip
    sample = next(iter(samples(state.store, DESK, snapshot(), NIGHT)))
    daily = next(d for d in sample.daily if d.community == "a")
    assert daily.exposure.count(0) == 9
    whole = next(s for s in run(state) if s.kind == "volume" and s.community == "*")
    assert whole.subject == "entity/x"
    assert whole.detail["history"] < 84 - 9 + 1
