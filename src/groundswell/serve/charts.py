"""Drawings of a story's own evidence: made once when it is reported, never while it is read.

Shapes of `data` by kind (days are day numbers, windows half-open):
    daily        start, values; optional unit, window, gaps (days)
    communities  rows of name, value, low, high, n; optional unit, overall
    coverage     rows of outlet, day; optional window
    pairs        rows of name, value; optional expected, unit
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt
import vl_convert as vlc

from groundswell.store import Store
from groundswell.types import Story, canonical
from groundswell.types.moment import as_date

INK = "#8a8a86"  # becomes currentColor, so that one drawing suits light and dark pages
SERIES, MARK, EMPTY = "#2b83ba", "#d9782d", "#9aa0a6"  # told apart by all common colour vision
FONT = "system-ui, sans-serif"
WIDTH = 600
Drawing = Any  # Altair's chart classes promise less than they do


def draw(kind: str, title: str, data: Mapping[str, Any]) -> str:
    """An SVG of one kind of chart. ValueError when there is no such kind."""
    if kind not in DRAW:
        raise ValueError(f"no chart of kind {kind!r}; there are: {', '.join(DRAW)}")
    # Readers' fonts may be wider than the one measured here: leave the labels room.
    chart = DRAW[kind](data).properties(
        width=WIDTH,
        background="transparent",
        padding={"left": 30, "right": 12, "top": 8, "bottom": 4},
    )
    spec = chart.configure(font=FONT).configure_view(stroke=None).configure_axis(
        labelColor=INK, titleColor=INK, domainColor=INK, tickColor=INK, gridColor=INK,
        gridOpacity=0.18, labelFontSize=12, titleFontSize=12, titleFontWeight="normal",
        labelLimit=220,
    )  # fmt: skip
    svg: str = vlc.vegalite_to_svg(spec.to_dict(), allowed_base_urls=[])
    return _accessible(svg, title, describe(kind, data))


def chart_id(chart: Mapping[str, Any]) -> str:
    """Sixteen hex digits over what is drawn."""
    shown = {key: chart[key] for key in ("kind", "title", "data")}
    return hashlib.sha256(canonical(shown).encode()).hexdigest()[:16]


def store_charts(store: Store, stories: Iterable[Story]) -> int:
    """Draw the charts that stories ask for and keep those not drawn before; return how many."""
    new = 0
    for story in stories:
        for chart in story.extra.get("charts", ()):
            name = chart_id(chart)
            if store.one("page_chart", id=name):
                continue
            svg = draw(chart["kind"], chart["title"], chart["data"])
            with store.write() as writer:
                new += writer.do("save_chart", id=name, caption=chart["title"], svg=svg,
                                 data=canonical(chart["data"]))  # fmt: skip
    return new


def describe(kind: str, data: Mapping[str, Any]) -> str:
    """What a chart shows, for those who do not see it."""
    if kind == "daily":
        values = list(data["values"])
        top = max(range(len(values)), key=values.__getitem__, default=0)
        return (f"Values for {len(values)} days from {_iso(data['start'])}; the highest is "
                f"{max(values, default=0):g} on {_iso(data['start'] + top)}.")  # fmt: skip
    if kind == "coverage":
        return "; ".join(f"{row['outlet']} on {_iso(row['day'])}" for row in data["rows"])
    unit = data.get("unit", "")
    return "; ".join(f"{row['name']}: {_plain(row['value'], unit)}" for row in data["rows"])


def _daily(data: Mapping[str, Any]) -> Drawing:
    start, unit = data["start"], data.get("unit", "people")
    gaps = set(data.get("gaps", ()))
    rows = [{"day": _iso(start + i), "value": value, "gap": start + i in gaps}
            for i, value in enumerate(data["values"])]  # fmt: skip
    x = alt.X("day:O", title=None, axis=_day_axis([r["day"] for r in rows]))
    bars = (
        _chart(rows)
        .mark_bar()
        .encode(
            x=x,
            y=alt.Y("value:Q", title=f"{unit} a day", axis=alt.Axis(tickCount=4, format=",.3~g")),
            color=alt.value(EMPTY),
        )
    )
    window = data.get("window")
    inside = [r for i, r in enumerate(rows) if window and window[0] <= start + i < window[1]]
    layers: list[Drawing] = [bars]
    if inside:
        layers.append(_chart(inside).mark_bar(color=SERIES)
                      .encode(x=x, y="value:Q"))  # fmt: skip
    missing = [r for r in rows if r["gap"]]
    if missing:
        top = max((r["value"] for r in rows), default=1) or 1
        layers.append(
            _chart([{**r, "top": top} for r in missing])
            .mark_bar(fill="none", stroke=MARK, strokeDash=[2, 2], strokeWidth=1)
            .encode(x=x, y="top:Q")
        )
    return alt.layer(*layers).properties(height=190)


def _communities(data: Mapping[str, Any]) -> Drawing:
    unit = data.get("unit", "share")
    rows = [{**row, "label": _label(row)} for row in data["rows"]]
    base = _chart(rows).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=alt.Axis(grid=False, ticks=False))
    )
    form = ".0%" if unit == "share" else ",.3~g"
    x = alt.X("low:Q", title=unit, scale=alt.Scale(zero=True),
              axis=alt.Axis(format=form, tickCount=5))  # fmt: skip
    layers: list[Drawing] = [
        base.mark_rule(color=SERIES, strokeWidth=2, opacity=0.55).encode(x=x, x2="high:Q"),
        base.mark_point(color=SERIES, filled=True, size=80, opacity=1).encode(x="value:Q"),
    ]
    if data.get("overall") is not None:
        layers.append(_chart([{"overall": data["overall"]}])
                      .mark_rule(color=MARK, strokeDash=[4, 3]).encode(x="overall:Q"))  # fmt: skip
    return alt.layer(*layers).properties(height=alt.Step(30))


def _coverage(data: Mapping[str, Any]) -> Drawing:
    rows = [{"outlet": row["outlet"], "day": _iso(row["day"])} for row in data["rows"]]
    days = [row["day"] for row in data["rows"]]
    first, stop = data.get("window") or (min(days), max(days) + 1)
    every = [_iso(day) for day in range(first, stop)]
    base = _chart(rows).encode(
        x=alt.X("day:O", title=None, axis=_day_axis(every), scale=alt.Scale(domain=every)),
        y=alt.Y("outlet:N", sort=None, title=None, axis=alt.Axis(grid=True, ticks=False)),
    )
    return base.mark_point(filled=True, size=110, color=SERIES, opacity=1).properties(
        height=alt.Step(26)
    )


def _pairs(data: Mapping[str, Any]) -> Drawing:
    base = _chart(list(data["rows"])).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(ticks=False))
    )
    bars = base.mark_bar(color=SERIES, height=12).encode(
        x=alt.X("value:Q", title=data.get("unit", "people"), axis=alt.Axis(tickCount=5))
    )
    if not any("expected" in row for row in data["rows"]):
        return bars.properties(height=alt.Step(28))
    ticks = base.mark_tick(color=MARK, thickness=3, height=20).encode(x="expected:Q")
    return alt.layer(bars, ticks).properties(height=alt.Step(28))


DRAW = {"daily": _daily, "communities": _communities, "coverage": _coverage, "pairs": _pairs}


def _chart(rows: Sequence[Mapping[str, Any]]) -> Drawing:
    return alt.Chart(alt.Data(values=list(rows)))  # type: ignore[no-untyped-call]  # theirs


def _day_axis(days: Sequence[str]) -> alt.Axis:
    """Day labels counted back from the last, few enough to read."""
    shown = sorted(set(days))
    every = 1 if len(shown) <= 10 else 7 if len(shown) <= 70 else 28
    return alt.Axis(values=shown[::-1][::every], grid=False, labelAngle=0, labelOverlap=True,
                    labelExpr="utcFormat(toDate(datum.value), '%-d %b')")  # fmt: skip


def _iso(day: int) -> str:
    return as_date(day).isoformat()


def _label(row: Mapping[str, Any]) -> str:
    return f"{row['name']} (n = {row['n']:,})" if "n" in row else str(row["name"])


def _plain(value: float, unit: str) -> str:
    return f"{100 * value:.0f} percent" if unit == "share" else f"{value:g} {unit}".strip()


def _accessible(svg: str, title: str, what: str) -> str:
    """Name the drawing for screen readers, let it scale, and let it take the page's ink."""
    name = hashlib.sha256((title + what).encode()).hexdigest()[:8]
    head = (f'<title id="t{name}">{_escape(title)}</title>'
            f'<desc id="d{name}">{_escape(what)}</desc>')  # fmt: skip
    svg = re.sub(r'\s(?:aria-[a-z]+|role)="[^"]*"', "", svg)
    svg = re.sub(r"^<svg\b", f'<svg role="img" aria-labelledby="t{name} d{name}"', svg, count=1)
    svg = re.sub(r"(<svg\b[^>]*>)", lambda hit: hit.group(1) + head, svg, count=1)
    return svg.replace(INK, "currentColor")


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
