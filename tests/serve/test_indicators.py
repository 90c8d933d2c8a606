"""The pages of indicators and of what projects changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from groundswell.desk import Desk
from groundswell.serve import create_app
from groundswell.serve.series_chart import draw_series
from groundswell.store import open_store
from groundswell.store.indicators import add_indicators
from groundswell.store.records import add_page
from groundswell.types import Indicator, Record, RecordId
from groundswell.types.moment import as_day, micros

NOW = datetime(2026, 3, 2, tzinfo=UTC)
DAY = as_day(NOW.date())
REPO = "example/quay"


def value(series, weeks, number, **changes):
    return Indicator(
        series=series,
        day=DAY - 7 * weeks,
        value=number,
        unit="minutes",
        source="github",
        n=12,
        low=number - 60,
        high=number + 60,
        **changes,
    )


def app(desk, path):
    return create_app(
        desk, lambda: open_store(path, clock=lambda: micros(NOW), key=b"k", readonly=True)
    )


@pytest.fixture
def client(tmp_path):
    path = tmp_path / "desk.db"
    with open_store(path, clock=lambda: micros(NOW), key=b"k") as store:
        series = f"{REPO}/first response, issues"
        add_indicators(store, [value(series, n, 600 if n > 10 else 1200) for n in range(20)])
        add_indicators(
            store, [value("panel/backlog age", n, 300 + n, break_=n == 5) for n in range(12)]
        )
        add_indicators(
            store, [Indicator(series="ferries", day=DAY, value=7, unit="boats", source="harbour")]
        )
        commit = Record(
            id=RecordId(f"github:{REPO}@abc1234"),
            source="github",
            kind="post",
            community=REPO,
            published=datetime.fromtimestamp((DAY - 7 * 10 - 3) * 86_400, UTC),
            available=NOW,
            title="Ask for the version <script>",
            text="",
            url="https://github.com/x/commit/abc",
            root=RecordId(f"github:{REPO}@CONTRIBUTING.md"),
        )
        add_page(store, "s", [commit], "1")
        assert draw_series(store) == 2
        assert draw_series(store) == 0
    desk = Desk(name="d", title="D", topic="", folder=tmp_path)
    with TestClient(app(desk, path)) as made:
        yield made


def test_every_series_stands_with_its_interval_and_what_is_usual(client):
    text = client.get("/indicators").text
    assert "The same projects throughout" in text
    assert text.index("same projects") < text.index(REPO)
    assert "19 hours to 21 hours" in text
    assert "What is written there" in text
    data = client.get("/indicators.json").json()
    assert [group["name"] for group in data["groups"]] == ["panel", REPO, "ferries"]


def test_one_series_has_a_drawing_and_all_values(client):
    page = client.get(f"/indicators/{REPO}/first response, issues")
    assert page.status_code == 200
    assert "<svg" in page.text
    assert page.text.count("<tr>") == 21
    assert "Counted over 12 projects" in page.text


def test_a_break_is_marked_and_never_compared_across(client):
    text = client.get("/indicators/panel/backlog age").text
    assert "break: something else is counted" in text
    assert "do not compare across it" in text
    groups = client.get("/indicators.json").json()["groups"]
    (series,) = next(group for group in groups if group["name"] == "panel")["series"]
    assert series["values"][-6]["break_"]


def test_an_unknown_name_is_told(client):
    page = client.get("/indicators/example/quay/first respons")
    assert page.status_code == 404
    assert "No indicator is called" in page.text


def test_responses_stand_with_before_and_after_and_a_warning(client):
    text = client.get("/responses").text
    assert "This proves no effect." in text
    assert "<script>" not in text
    assert "CONTRIBUTING.md" in text
    told = client.get("/responses.json").json()["responses"]
    (stretch,) = told[0]["stretches"]
    assert (stretch["before"], stretch["after"]) == (600, 1200)


def test_nothing_held_says_what_to_do(tmp_path):
    path = tmp_path / "empty.db"
    open_store(path, clock=lambda: micros(NOW), key=b"k").close()
    desk = Desk(name="d", title="D", topic="", folder=tmp_path)
    with TestClient(app(desk, path)) as client:
        assert "--indicator NAME" in client.get("/indicators").text
        assert "watched =" in client.get("/responses").text
