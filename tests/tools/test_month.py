"""A short month with two kills, and a judge that sees what it is there to see."""

from __future__ import annotations

from datetime import timedelta

import month
from internet.clock import Clock
from internet.manners import Manners
from internet.server import Internet
from internet.world import Happening, Limit

from groundswell.store import open_store
from groundswell.store.records import add_page
from groundswell.types import Record, RecordId
from groundswell.types.moment import micros


def test_a_short_month_with_two_kills_holds_what_it_was_given(tmp_path, capsys):
    short = month.Month(days=3, only=("hackernews", "lobsters"), step=7_200)
    whole = month.undisturbed(short, tmp_path)
    broken = month.killed(short, tmp_path, 2)
    said = capsys.readouterr().out
    assert whole.good, said
    assert broken.good, said
    assert whole.fingerprint == broken.fingerprint
    assert whole.due > 150
    assert "2 of 2 kills" in said
    assert "faults: " in said


class Told:
    """A platform that says what is due."""

    name, hosts, limit = "told", ("told.example",), Limit(1, 1.0)
    gone = "These words were taken back by the one who wrote them, a long time ago by now."
    happenings = (
        Happening(at=month.START, act="publish", key="9", text=gone),
        Happening(at=month.START + timedelta(hours=1), act="delete", key="9"),
    )

    def due(self, now):
        return {"told:1": "one", "told:2": "two", "told:3": "three"}


def record(key, text):
    return Record(id=RecordId(f"told:{key}"), source="told", kind="post", community="told",
                  published=month.START, text=text)  # fmt: skip


def test_the_judge_sees_what_is_wrong(tmp_path):
    state = tmp_path / "state.db"
    with open_store(state, clock=lambda: micros(month.START), key=b"k") as store:
        held = [record("1", "one"), record("2", "two, but other"), record("9", Told.gone)]
        add_page(store, "told", held, "1")
    internet = Internet([Told()], Clock(month.START))  # type: ignore[list-item]
    internet.ledger.hosts["told.example"] = Manners(Told.limit, most=2, at_once=3)
    verdict = month.judge(internet, state)
    assert (verdict.due, verdict.held) == (3, 3)
    assert verdict.lost == ["told:3"]
    assert verdict.wrong == ["told:2"]
    assert verdict.undeleted == ["told:9"]
    assert verdict.traces == ["told 9"]
    assert verdict.rude == {
        "told.example": ["2 requests in 1 s, limit 1", "3 at once, limit 2"],
    }  # fmt: skip
    assert not verdict.good
    assert any("lost: 1: told:3" in line for line in verdict.lines())
