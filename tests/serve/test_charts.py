"""Charts: the same drawing for the same evidence, named for those who do not see it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest

from groundswell.serve.charts import DRAW, chart_id, describe, draw, store_charts

DATA = {
    "daily": {"start": 20500, "values": [0, 3, 9, 2] * 14, "unit": "people", "gaps": [20503],
              "window": [20549, 20556]},
    "communities": {"unit": "share", "rows": [
        {"name": "a & <b>", "value": 0.5, "low": 0.4, "high": 0.6, "n": 1200}]},
    "coverage": {"rows": [{"outlet": "Ledger & Wire", "day": 20550},
                          {"outlet": "Harbor Gazette", "day": 20553}]},
    "pairs": {"unit": "people", "rows": [{"name": "China", "value": 40, "expected": 12.5}]},
    "weeks": {"unit": "minutes", "rows": [
        {"day": 20550 + 7 * n, "value": 60 + n, "low": 50, "high": 90, "break": n == 3}
        for n in range(6)]},
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(DRAW))
def test_draws_the_same_twice(kind):
    svg = draw(kind, 'A "title" & <more>', DATA[kind])
    assert svg == draw(kind, 'A "title" & <more>', DATA[kind])
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    title, desc = root[0], root[1]
    assert (title.text, desc.text) == ('A "title" & <more>', describe(kind, DATA[kind]))
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"


@pytest.mark.parametrize("kind", sorted(DRAW))
def test_suits_light_and_dark_and_asks_for_nothing(kind):
    svg = draw(kind, "t", DATA[kind])
    assert "currentColor" in svg
    assert "style=" not in svg
    assert not re.search(r"(?:href|src)=", svg)
    assert not re.search(r'fill="(?:#000|black|#fff|white)', svg)


def test_gaps_and_the_window_are_drawn():
    with_gap, without = (draw("daily", "t", DATA["daily"] | {"gaps": g}) for g in ([20503], []))
    assert "stroke-dasharray" in with_gap
    assert "stroke-dasharray" not in without
    assert "#2b83ba" in without
    assert "#9aa0a6" in without


def test_empty_window_and_zero_days_are_drawn():
    assert "<svg" in draw("daily", "t", {"start": 20500, "values": [0, 0], "window": None})


def test_unknown_kind_is_named():
    with pytest.raises(ValueError, match="pie"):
        draw("pie", "t", {})


def test_charts_are_stored_once(served):
    charts = served.store.rows("chart_bodies")
    assert len(charts) == 3
    from groundswell.report.saved import load_story

    story = load_story(served.store, "tool-two-names-1f2e")
    assert {chart_id(c) for c in story.extra["charts"]} == {c["id"] for c in charts}
    assert store_charts(served.store, [story, None]) == 0
