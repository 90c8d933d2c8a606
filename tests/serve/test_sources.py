"""Source health on the page, as JSON, for Prometheus and in `groundswell doctor`."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from groundswell.cli import app
from groundswell.gather.source import Dossier
from groundswell.query import health as told_health
from groundswell.query.sources import ADVICE, BROKEN, expected_records, source_states
from groundswell.serve.pages import source as source_page
from groundswell.store.live import Haul, cover, save_haul
from groundswell.store.terms import drop_text
from groundswell.types import Exposure, Record, RecordId
from groundswell.types.moment import DAY_US, HOUR_US, moment

SECOND = 1_000_000
PERIOD = 600


@pytest.fixture
def stated(made, tmp_path):
    """A store with one source, whose state a test sets."""
    store = made.fill(tmp_path / "demo.db")

    def put(name="tide", *, active=1, began=80, heard=0, usual=0, day=0, newest=0, **errand):
        now = store.clock()
        with store.write() as writer:
            writer.do("put_source", name=name, kind="pond", active=active, derived=1,
                      redistribute=0, ttl=48, permission="", period=PERIOD,
                      now=now - began * DAY_US)  # fmt: skip
            writer.do("hear_source", name=name, now=now - heard * SECOND, newest=newest)
            values = {"tried": now, "succeeded": now, "failures": 0, "due": now, "fault": "",
                      "error": ""} | errand  # fmt: skip
            writer.do("put_errand", name=name, errand="live", **values)
            for ago in range(1, 57 if usual else 0):
                writer.do("add_arrivals", name=name, hour=now // HOUR_US - 24 * ago - 2,
                          records=usual)  # fmt: skip
            if day:
                writer.do("add_arrivals", name=name, hour=now // HOUR_US - 2, records=day)
        return next(one for one in source_states(store) if one.name == name)

    client = made.client(tmp_path / "demo.db")
    yield SimpleNamespace(store=store, put=put, client=client, now=store.clock(),
                          path=tmp_path / "demo.db")  # fmt: skip
    store.close()


@pytest.mark.parametrize(("said", "state"), [
    ({}, "fine"),
    ({"active": 0}, "off"),
    ({"tried": 0, "succeeded": 0, "heard": 10**6}, "late"),
    ({"usual": 30, "day": 25}, "fine"),
    ({"usual": 30}, "silent"),
    ({"usual": 30, "day": 7}, "silent"),
    ({"usual": 4}, "fine"),
    ({"usual": 10, "day": 1}, "fine"),
    ({"failures": 1, "fault": "Upstream", "error": "tide: is down; wait"}, "failing"),
    ({"failures": 5, "fault": "Upstream", "error": "tide: is down; wait"}, "parked"),
])  # fmt: skip
def test_the_state_of_a_source(stated, said, state):
    assert stated.put(**said).state == state


def test_new_late_and_parked_go_by_the_clock(stated):
    now = stated.now
    long_ago = now - (3 * PERIOD + 700) * SECOND
    assert stated.put("a", succeeded=long_ago, heard=10**7).state == "late"
    assert stated.put("b", succeeded=long_ago, heard=60).state == "fine"  # a stream that runs
    assert stated.put("c", failures=1, fault="Throttled", due=now + 2 * HOUR_US).state == "parked"
    with stated.store.write() as writer:
        writer.do("put_source", name="d", kind="pond", active=1, derived=1, redistribute=0, ttl=0,
                  permission="", period=PERIOD, now=now)  # fmt: skip
    assert next(s for s in source_states(stated.store) if s.name == "d").state == "new"


def test_a_source_that_cannot_be_asked_again_is_not_fine(stated):
    def asked_again(failures):
        with stated.store.write() as writer:
            writer.do("put_errand", name="tide", errand="recheck", tried=stated.now, succeeded=0,
                      failures=failures, due=stated.now, fault="Forbidden",
                      error="tide: refuses")  # fmt: skip
        return stated.put()

    assert asked_again(4).state == "fine"
    told = asked_again(5)
    assert (told.state, told.error) == ("failing", "asking again fails: tide: refuses")
    assert told.advice == ADVICE["Forbidden"]
    assert told.succeeded == stated.now  # of what is new, and that comes


def test_what_to_do_is_said(stated):
    silent = stated.put(usual=30)
    assert told_health.told(silent).startswith("tide: silent: 0 new records")
    assert silent.advice.startswith("0 new records in a day where 30 are usual, and no error")
    failing = stated.put("gone", failures=1, fault="NotFound", error="gone: nothing is at /x")
    assert failing.advice == ADVICE["NotFound"]
    assert told_health.told(failing) == (
        "gone: failing: nothing is at /x – mend the address in sources.toml")  # fmt: skip
    assert stated.put("bug", failures=1, fault="KeyError", error="x").advice == BROKEN


def test_what_is_usual_is_the_median_of_the_same_weekday(made):
    now = 20_000 * DAY_US + 10 * HOUR_US
    hours = {(20_000 - 7 * week) * 24 + 9: 10 * week for week in range(1, 9)}
    hours |= {(20_000 - day) * 24 + 9: 999 for day in range(1, 57) if day % 7}
    assert expected_records(hours, 0, now, 10) == (0, 45)
    hours[20_000 * 24 + 3] = 7
    assert expected_records(hours, 0, now, 10) == (7, 45)
    assert expected_records(hours, 0, now, 3) == (0, 45)


def test_any_day_tells_while_there_are_few_weeks_and_nothing_before_three():
    now = 20_000 * DAY_US + 10 * HOUR_US
    hours = {(20_000 - day) * 24 + 9: day for day in range(1, 60)}
    began = now - 15 * DAY_US
    assert expected_records(hours, began, now, 10) == (0, 8)
    assert expected_records(hours, now - 3 * DAY_US, now, 10) == (0, None)
    assert expected_records({}, now - 30 * DAY_US, now, 10) == (0, 0)


def test_lag_is_measured_on_what_was_seen_live(stated):
    now = stated.now
    stated.put()

    def things(lag, **more):
        return [Record(id=RecordId(f"tide:{lag}-{n}"), source="tide", kind="post",
                       community="tide", text="x", published=moment(now - (lag + n) * SECOND),
                       **more) for n in range(3)]  # fmt: skip

    old = things(10**6, available=moment(now - 999_000 * SECOND))
    for hour, records in enumerate((things(30), old)):
        save_haul(stated.store, Haul(name="tide", cursor_of="tide", cursor=str(hour),
                                     things=records), holder="me")  # fmt: skip
    (state,) = (one for one in source_states(stated.store) if one.name == "tide")
    assert state.lag == 31


def test_the_page_of_a_source(stated, monkeypatch):
    class Pond:
        dossier = Dossier(
            title="The tide pond", access="open", terms="Anybody may read <b>it</b>.",
            text_ttl=48, derived_allowed=True, recheck=(1, 24, 168), lag=90, backfill="two years",
            limits="Forty a page.", gaps=("Pictures have no text.",),
        )  # fmt: skip

    monkeypatch.setattr(source_page, "find", lambda *_: Pond)
    stated.put(newest=stated.now - HOUR_US)
    with stated.store.write() as writer:
        cover(writer, Exposure(stream="tide", community="*", start=stated.now - 5 * HOUR_US,
                               stop=stated.now - 3 * HOUR_US, permille=0,
                               reason="outage: tide: is down"))  # fmt: skip
    page = stated.client.get("/sources/tide")
    assert page.status_code == 200
    for words in (
        "The tide pond",
        "Forty a page.",
        "Pictures have no text.",
        "outage: tide",
        "Anybody may read &lt;b&gt;it&lt;/b&gt;.",
        "90 seconds",
        "two years",
        "Text is dropped 2 days after",
        "after 1 h, 24 h, 7 d",
        "thirty words",
    ):
        assert words in page.text, words
    twin = stated.client.get("/sources/tide.json").json()
    assert twin["state"]["state"] == "fine"
    assert twin["dossier"]["text_ttl"] == 48
    assert twin["gaps"][0]["permille"] == 0


def test_a_source_whose_plugin_is_gone_still_has_a_page(stated):
    stated.put(active=0)
    page = stated.client.get("/sources/tide")
    assert "is not installed; its terms go on holding" in page.text
    missing = stated.client.get("/sources/tied")
    assert missing.status_code == 404
    assert "/sources/tide" in missing.text


def test_the_health_page_lists_every_source(stated):
    stated.put(usual=30)
    stated.put("gone", failures=1, fault="NotFound", error="gone: nothing is at <x>")
    page = stated.client.get("/health")
    assert "0 new records in a day where 30 are usual" in page.text
    assert "nothing is at &lt;x&gt;" in page.text
    assert "mend the address in sources.toml" in page.text
    outline = HTMLParser()
    outline.feed(page.text)
    rows = stated.client.get("/health.json").json()["sources"]
    assert [(row["name"], row["state"]) for row in rows] == [
        ("gone", "failing"), ("tide", "silent")]  # fmt: skip


def test_metrics_are_lines_that_prometheus_reads(stated):
    stated.put(usual=30, day=25, newest=1_776_060_000 * SECOND)
    stated.put("off", active=0)
    answer = stated.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    values = {}
    for line in lines:
        if not line.startswith("#"):
            name, _, value = line.rpartition(" ")
            values[name] = float(value)
    tide = '{source="tide",kind="pond"}'
    assert values[f"groundswell_source_day_records{tide}"] == 25
    assert values[f"groundswell_source_usual_day_records{tide}"] == 30
    assert values[f"groundswell_source_newest_record_seconds{tide}"] == 1_776_060_000
    assert values['groundswell_source_state{source="tide",kind="pond",state="fine"}'] == 1
    assert values['groundswell_source_state{source="tide",kind="pond",state="silent"}'] == 0
    assert not any("off" in name.partition("state=")[0] for name in values)
    helped = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(helped) == len(set(helped))
    assert {name.partition("{")[0] for name in values} == set(helped) - {
        "groundswell_source_lag_seconds"}  # fmt: skip


def test_doctor_tells_the_same_and_fails(stated, made, monkeypatch):
    stated.put(failures=1, fault="NotFound", error="tide: nothing is at /x")
    monkeypatch.setattr("groundswell.cli.look.find_desk", lambda _: made.DESK)
    run = CliRunner().invoke(app, ["doctor", "--state", str(stated.path)])
    assert run.exit_code == 1
    assert "! tide: failing: nothing is at /x – mend the address in sources.toml" in run.stdout
    told = CliRunner().invoke(app, ["doctor", "--json", "--state", str(stated.path)])
    assert told.exit_code == 1
    said = json.loads(told.stdout)
    assert said["sources"][0]["state"] == "failing"
    assert any("failing" in problem for problem in said["problems"])


def test_withdrawn_records_that_wait_too_long_are_a_problem(stated, made):
    with stated.store.write() as writer:
        writer.do("put_withdrawal", id="tide:1", now=stated.now - 25 * HOUR_US)
    report = told_health.health(stated.store, made.DESK)
    assert any("1 withdrawn record" in problem for problem in report.problems)


LONG = "word " * 80


def record(stated, redistribute, **more):
    with stated.store.write() as writer:
        writer.do("put_source", name="tide", kind="pond", active=1, derived=1,
                  redistribute=redistribute, ttl=0, permission="", period=600,
                  now=stated.now)  # fmt: skip
    said = Record(id=RecordId("tide:1"), source="tide", kind="post", community="r/AtticModels",
                  text=f"{LONG}unmistakable", published=moment(stated.now - 3 * DAY_US),
                  available=moment(stated.now - 3 * DAY_US), **more)  # fmt: skip
    save_haul(stated.store, Haul(name="tide", cursor_of="tide", cursor="1", things=[said]),
              holder="me")  # fmt: skip
    return stated.client.get("/records/tide:1"), stated.client.get("/records/tide:1.json")


@pytest.fixture
def untold(made, tmp_path):
    """A store without an edition, so that pages show what is there now."""
    store = made.fill(tmp_path / "untold.db", edition=False)
    yield SimpleNamespace(store=store, now=store.clock(),
                          client=made.client(tmp_path / "untold.db"))  # fmt: skip
    store.close()


def test_text_that_must_stay_here_is_shown_up_to_thirty_words(untold):
    page, twin = record(untold, 0)
    assert "unmistakable" not in page.text + twin.text
    assert len(twin.json()["text"].split()) == 31  # thirty words and a mark
    assert "terms keep the rest where it was written" in page.text


def test_a_title_counts_as_its_thirty_words(untold):
    _, twin = record(untold, 0, title="A tide clock")
    assert (twin.json()["title"], twin.json()["text"]) == ("A tide clock", "")


def test_text_that_may_leave_is_shown_whole(untold):
    page, twin = record(untold, 1)
    assert "unmistakable" in page.text
    assert twin.json()["whole"] is True


def test_words_that_are_no_longer_kept_are_not_quoted_as_empty(untold):
    record(untold, 1)
    with untold.store.write() as writer:
        drop_text(writer, "tide:1")
        writer.entry("expire", "1 text")
    page = untold.client.get("/records/tide:1")
    assert "Its words are no longer kept" in page.text
    listed = untold.client.get("/records.json?community=r/AtticModels").json()
    assert "its words are no longer kept" in {line["withheld"] for line in listed["records"]}
