"""One indicator: its drawing, its values, what it counts."""

from __future__ import annotations

from dataclasses import dataclass

from groundswell.query.indicators import Series, every_series, one_series
from groundswell.query.pages import Sight, first_day
from groundswell.serve.charts import chart_id
from groundswell.serve.near import near
from groundswell.serve.page import MissingError, page
from groundswell.serve.series_chart import chart_of


@dataclass(frozen=True, slots=True)
class Shown:
    """A series with its drawing, where there is one."""

    series: Series
    svg: str


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    """What `indicator.html` and `/indicators/<name>.json` both show."""

    name: str
    counted_in: str
    community: str
    shown: tuple[Shown, ...]


@page("/indicators/{name:path}", template="indicator.html", live=True)
def indicator(sight: Sight, name: str) -> IndicatorPage:
    """All that is held of one series, by each source that counts it."""
    seq = sight.store.seq()
    found = one_series(sight.store, seq, name)
    if not found:
        known = [(one.name, one.name) for one in every_series(sight.store, seq)]
        raise MissingError(f"No indicator is called “{name}”.", near(name, known, "indicators"))
    place, _, what = name.rpartition("/")
    return IndicatorPage(
        name=what if place else name,
        counted_in=place,
        community=place if place and first_day(sight, place) is not None else "",
        shown=tuple(Shown(one, _drawing(sight, one)) for one in found),
    )


def _drawing(sight: Sight, series: Series) -> str:
    row = sight.store.one("page_chart", id=chart_id(chart_of(series)))
    return str(row["svg"]) if row else ""
