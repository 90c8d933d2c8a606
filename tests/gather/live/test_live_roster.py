"""Sources from sources.toml: every mistake names file, table and key."""

from __future__ import annotations

import pytest

from groundswell.desk import Desk
from groundswell.errors import DeskError, UsageError
from groundswell.gather import gather, gather_live
from groundswell.gather.roster import enlist, live_sources

WHERE = r"sources.toml, \[\[source\]\] pond, key "


@pytest.mark.parametrize(("options", "told"), [
    ({"colour": "red"}, "'colour': is not an option of a pond source; it takes: tags"),
    ({"tags": "tide"}, "'tags': 'tide' is not a list, each a string"),
    ({"tags": ["tide", 3]}, "'tags': 3 is not a string"),
    ({"depth": "deep"}, "'depth': 'deep' is not a whole number"),
    ({"depth": True}, "'depth': True is not a whole number"),
    ({"share": "all"}, "'share': 'all' is not a number"),
    ({"every": 5}, "'every': 5 is not between 20 and"),
    ({"every": "often"}, "'every': 'often' is not a whole number"),
    ({"backfill_days": 9_999}, "'backfill_days': 9999 is not between 0 and 3,650"),
    ({"permission": "yes"}, "'permission': must say in a sentence"),
    ({"off": "no"}, "'off': 'no' is not true or false"),
])  # fmt: skip
def test_a_mistake_is_named(spec, options, told):
    with pytest.raises(DeskError, match=WHERE + told):
        enlist(spec(**options))


def test_a_kind_there_is_not(spec):
    with pytest.raises(DeskError, match="'kind': 'lake' cannot be gathered; there are: archive, "):
        enlist(spec("pond", "lake"))


def test_options_become_fields(spec):
    live = enlist(spec(tags=["tide", "clock"], depth=2, share=1, every=90, backfill_days=7,
                       permission="Its operator allowed it by mail on 1 March."))  # fmt: skip
    assert (live.source.tags, live.source.depth, live.source.share) == (("tide", "clock"), 2, 1.0)
    assert (live.every, live.days, live.off, live.refills) == (90, 7, False, False)
    assert enlist(spec()).every == 600


def test_a_field_without_default_must_be_given(spec, kinds):
    from dataclasses import dataclass

    @dataclass(frozen=True, kw_only=True)
    class Named(kinds["pond"]):
        host: str

        def __post_init__(self):
            if "." not in self.host:
                raise ValueError(f"host {self.host!r}: is no host")

    kinds["pond"] = Named
    with pytest.raises(DeskError, match=WHERE + "'host': is missing; give a string"):
        enlist(spec())
    with pytest.raises(DeskError, match=r"\[\[source\]\] pond: host 'x': is no host"):
        enlist(spec(host="x"))
    assert enlist(spec(host="pond.example")).source.host == "pond.example"


def test_what_a_source_can_do(spec):
    deep = enlist(spec("deep"))
    assert (deep.refills, deep.rechecks, deep.derived) == (True, True, False)
    assert enlist(spec("deep", permission="Its operator allowed it by mail on 1 March.")).derived


def test_nobody_is_asked_by_nobody(spec, desk):
    with pytest.raises(DeskError, match=r"table \[operator\]: is needed"):
        live_sources(desk(spec(), operator=None))
    assert live_sources(desk(spec(off=True), operator=None))[0].off
    assert live_sources(desk(operator=None)) == []


def test_all_sources_of_a_desk(store, desk, spec, pond, clock):
    pond.post()
    named = desk(spec("a", "pond"), spec("b", "pond"), spec("c", "pond", off=True))
    pond.faults = [KeyError("x")]
    runs = gather_live(store, named, pond, clock.now)
    assert [(run.name, run.added, run.fault, run.skipped) for run in runs if run.errand == "live"
            ] == [("a", 0, "KeyError", ""), ("b", 1, "", ""), ("c", 0, "", "off")]  # fmt: skip
    assert gather(store, named) == []
    with pytest.raises(UsageError, match="'d' is no live source of this desk; there are: a, b, c"):
        gather_live(store, named, pond, clock.now, only=["d"])
    assert [run.name for run in gather_live(store, named, pond, clock.now, only=["b"])] == ["b"]


def test_a_source_the_desk_no_longer_names_keeps_its_terms(store, desk, spec, pond, clock):
    gather_live(store, desk(spec("deep")), pond, clock.now)
    gather_live(store, desk(spec("pond")), pond, clock.now)
    rows = {row["name"]: (row["active"], row["derived"]) for row in store.rows("live_sources")}
    assert rows == {"deep": (0, 0), "pond": (1, 1)}


def test_the_desk_reads_live_sources(tmp_path):
    (tmp_path / "desk.toml").write_text('name = "x"\ntitle = "X"\n')
    (tmp_path / "sources.toml").write_text(
        '[[source]]\nname = "hn"\nkind = "hackernews"\nevery = 60\n')  # fmt: skip
    (spec,) = Desk.load(tmp_path).sources
    assert (spec.name, spec.kind, dict(spec.options)) == ("hn", "hackernews", {"every": 60})


def test_keys_come_from_the_environment(spec, monkeypatch):
    monkeypatch.setenv("POND_TAG", "a secret")
    assert enlist(spec(tags=["env:POND_TAG"])).source.tags == ("a secret",)
    monkeypatch.delenv("POND_TAG")
    with pytest.raises(DeskError, match=WHERE + "'tags': the environment variable 'POND_TAG' is"):
        enlist(spec(tags=["env:POND_TAG"]))
