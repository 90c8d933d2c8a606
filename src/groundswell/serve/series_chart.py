"""Drawings of indicators: made after they were counted, never while a page is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from groundswell.query.indicators import Series, every_series
from groundswell.serve.charts import chart_id, draw
from groundswell.store import Store
from groundswell.types import canonical

MOST = 120  # drawings of one run: the panel first, then what changed last
SHOWN = 104  # values of a drawing: two years of weeks


def chart_of(series: Series) -> Mapping[str, Any]:
    """What is drawn of a series."""
    rows = [
        {"day": one.day, "value": one.value, "low": one.low, "high": one.high, "break": one.break_}
        for one in series.values[-SHOWN:]
    ]
    return {"kind": "weeks", "title": series.name, "data": {"rows": rows, "unit": series.unit}}


def draw_series(store: Store) -> int:
    """Draw the newest state of every series that was not drawn before; return how many were."""
    drawn = 0
    for series in _first(every_series(store, store.seq())):
        chart = chart_of(series)
        name = chart_id(chart)
        if len(series.values) < 2 or store.one("page_chart", id=name):
            continue
        svg = draw(chart["kind"], chart["title"], chart["data"])
        with store.write() as writer:
            drawn += writer.do("save_chart", id=name, caption=series.name, svg=svg,
                               data=canonical(chart["data"]))  # fmt: skip
    return drawn


def _first(series: Iterable[Series]) -> list[Series]:
    order = sorted(series, key=lambda one: (not one.name.startswith("panel/"), -one.last.day,
                                            one.name, one.source))  # fmt: skip
    return order[:MOST]
