"""Drawings of a story's own evidence: made once when it is reported, never while it is read.

Shapes of `data` by kind (days are day numbers, windows half-open):
    daily        start, values; optional unit, window of the news, gaps (days not collected)
    communities  rows of name, value, low, high, n; optional unit
    coverage     rows of outlet, day
    pairs        rows of name, value; optional expected in every row, unit
    weeks        rows of day, value, low, high, break; unit
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
SERIES, MARK, QUIET = "#2b83ba", "#d9782d", "#9aa0a6"  # told apart by all common colour vision
FONT = "system-ui, sans-serif"
WIDTH = 440  # small, so that its letters stay legible when it shrinks to a phone
Data = Mapping[str, Any]
Drawing = Any  # Altair's chart classes promise less than they do


def draw(kind: str, title: str, data: Data) -> str:
    """An SVG of one kind of chart. ValueError when there is no such kind."""
    if kind not in DRAW:
        raise ValueError(f"no chart of kind {kind!r}; there are: {', '.join(DRAW)}")
    # Readers' fonts may be wider than the one measured here: leave the labels room.
    room = {"left": 24, "right": 14, "top": 8, "bottom": 4}
    chart = DRAW[kind](data).properties(width=WIDTH, background="transparent", padding=room)
    spec = (
        chart.configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK, titleColor=INK, domainColor=INK, tickColor=INK, gridColor=INK,
            gridOpacity=0.18, labelFontSize=12, titleFontSize=12, titleFontWeight="normal",
            labelLimit=220,
        )
    )  # fmt: skip
    svg: str = vlc.vegalite_to_svg(spec.to_dict(), allowed_base_urls=[])
    return _accessible(svg, title, describe(kind, data))


def chart_id(chart: Mapping[str, Any]) -> str:
    """Sixteen hex digits over what is drawn."""
    shown = {key: chart[key] for key in ("kind", "title", "data")}
    return hashlib.sha256(canonical(shown).encode()).hexdigest()[:16]


def store_charts(store: Store, stories: Iterable[Story | None]) -> int:
    """Draw the charts that stories ask for and keep those not drawn before; return how many."""
    new = 0
    for story in stories:
        for chart in story.extra.get("charts", ()) if story else ():
            name = chart_id(chart)
            if chart["kind"] not in DRAW or store.one("page_chart", id=name):
                continue
            svg = draw(chart["kind"], chart["title"], chart["data"])
            with store.write() as writer:
                new += writer.do("save_chart", id=name, caption=chart["title"], svg=svg,
                                 data=canonical(chart["data"]))  # fmt: skip
    return new


def describe(kind: str, data: Data) -> str:
    """What a chart shows, for those who do not see it."""
    if kind == "daily":
        values, unit, start = data["values"], data.get("unit", "people"), data["start"]
        top = max(range(len(values)), key=lambda n: (values[n], -n))
        return (f"{len(values)} days from {_iso(start)}; the most {unit} in a day are "
                f"{values[top]:,}, on {_iso(start + top)}.")  # fmt: skip
    if kind == "weeks":
        rows, last = data["rows"], data["rows"][-1]
        broken = [_iso(row["day"]) for row in rows if row["break"]]
        told = f"; what is counted changed on {', '.join(broken)}" if broken else ""
        return (f"{len(rows)} values from {_iso(rows[0]['day'])} to {_iso(last['day'])}; the last "
                f"is {last['value']:,} {data['unit']}{told}.")  # fmt: skip
    if kind == "coverage":
        return "; ".join(f"{row['outlet']} on {_iso(row['day'])}" for row in data["rows"])
    unit = data.get("unit", "people")
    return "; ".join(f"{row['name']}: {_plain(row['value'], unit)}" for row in data["rows"])


def _daily(data: Data) -> Drawing:
    start, unit = data["start"], data.get("unit", "people")
    first, stop = data.get("window") or (0, 0)
    rows = [{"day": _iso(day), "value": value, "news": "in" if first <= day < stop else "before"}
            for day, value in enumerate(data["values"], start)]  # fmt: skip
    x = alt.X("day:O", title=None, axis=_day_axis([row["day"] for row in rows]))
    y = alt.Y(
        "value:Q", title=f"{unit} a day", axis=alt.Axis(tickCount=4, tickMinStep=1, format=",d")
    )
    scale = alt.Scale(domain=["in", "before"], range=[SERIES, QUIET if stop else SERIES])
    colour = alt.Color("news:N", legend=None, scale=scale)
    layers = [_chart(rows).mark_bar().encode(x=x, y=y, color=colour)]
    top = max(data["values"], default=0) or 1
    missing = [{"day": _iso(day), "top": top} for day in data.get("gaps", ())]
    if missing:
        hollow = _chart(missing).mark_bar(fill=MARK, fillOpacity=0.15, stroke=MARK,
                                          strokeDash=[2, 2], strokeWidth=1)  # fmt: skip
        layers.append(hollow.encode(x=x, y="top:Q"))
    return alt.layer(*layers).properties(height=150)


def _communities(data: Data) -> Drawing:
    share = data.get("unit", "share") == "share"
    rows = [{**row, "label": f"{row['name']} (n = {row['n']:,})"} for row in data["rows"]]
    base = _chart(rows).encode(y=_names("label"))
    axis = alt.Axis(format=".0%" if share else ",.3~g", tickCount=5)
    title = "share of people" if share else data["unit"]
    x = alt.X("low:Q", title=title, scale=alt.Scale(zero=True), axis=axis)
    lines = base.mark_rule(color=SERIES, strokeWidth=2.5, opacity=0.5).encode(x=x, x2="high:Q")
    dots = base.mark_point(color=SERIES, filled=True, size=90, opacity=1).encode(x="value:Q")
    return alt.layer(lines, dots).properties(height=alt.Step(30))


def _coverage(data: Data) -> Drawing:
    days = [row["day"] for row in data["rows"]]
    every = [_iso(day) for day in range(min(days), max(days) + 1)]
    rows = [{"outlet": row["outlet"], "day": _iso(row["day"])} for row in data["rows"]]
    x = alt.X("day:O", title=None, axis=_day_axis(every), scale=alt.Scale(domain=every))
    y = alt.Y("outlet:N", sort=None, title=None, axis=alt.Axis(grid=True, ticks=False))
    dots = _chart(rows).mark_point(filled=True, size=110, color=SERIES, opacity=1)
    return dots.encode(x=x, y=y).properties(height=alt.Step(26))


def _pairs(data: Data) -> Drawing:
    base = _chart(data["rows"]).encode(y=_names("name"))
    axis = alt.Axis(tickCount=5, tickMinStep=1)
    bars = base.mark_bar(color=SERIES, height=12).encode(
        x=alt.X("value:Q", title=data.get("unit", "people"), axis=axis)
    )
    if not all("expected" in row for row in data["rows"]):
        return bars.properties(height=alt.Step(28))
    ticks = base.mark_tick(color=MARK, thickness=3, height=20).encode(x="expected:Q")
    return alt.layer(bars, ticks).properties(height=alt.Step(28))


def _weeks(data: Data) -> Drawing:
    rows = [{**row, "day": _iso(row["day"])} for row in data["rows"]]
    x = alt.X("day:T", title=None, axis=alt.Axis(grid=False, labelAngle=0, tickCount=6))
    y = alt.Y("value:Q", title=data["unit"], scale=alt.Scale(zero=True), axis=alt.Axis(tickCount=4))
    layers = []
    wide = [row for row in rows if row["low"] is not None and row["high"] is not None]
    if wide:
        band = _chart(wide).mark_area(color=SERIES, opacity=0.18)
        layers.append(band.encode(x=x, y=alt.Y("low:Q", title=data["unit"]), y2="high:Q"))
    line = _chart(rows).mark_line(color=SERIES, strokeWidth=2, point={"size": 14})
    layers.append(line.encode(x=x, y=y))
    breaks = [row for row in rows if row["break"]]
    if breaks:
        rule = _chart(breaks).mark_rule(color=MARK, strokeDash=[4, 3], strokeWidth=1.5)
        layers.append(rule.encode(x=x))
    return alt.layer(*layers).properties(height=150)


DRAW = {"daily": _daily, "communities": _communities, "coverage": _coverage, "pairs": _pairs,
        "weeks": _weeks}  # fmt: skip


def _chart(rows: Sequence[Mapping[str, Any]]) -> Drawing:
    return alt.Chart(alt.Data(values=list(rows)))  # type: ignore[no-untyped-call]  # theirs


def _names(field: str) -> alt.Y:
    return alt.Y(f"{field}:N", sort=None, title=None, axis=alt.Axis(grid=False, ticks=False))


def _day_axis(days: Sequence[str]) -> alt.Axis:
    """Day labels counted back from the last, few enough to read."""
    shown = sorted(set(days))
    every = 1 if len(shown) <= 10 else 7 if len(shown) <= 70 else 28
    return alt.Axis(values=shown[::-1][::every], grid=False, labelAngle=0, labelOverlap=True,
                    labelExpr="utcFormat(toDate(datum.value), '%-d %b')")  # fmt: skip


def _plain(value: float, unit: str) -> str:
    return f"{100 * value:.0f} percent" if unit == "share" else f"{value:,.4g} {unit}"


def _iso(day: int) -> str:
    return as_date(day).isoformat()


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
