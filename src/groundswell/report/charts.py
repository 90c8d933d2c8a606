"""What a story's charts draw, frozen with it: titles and plain numbers, no drawing."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from groundswell.query.figures import FULL, Figures
from groundswell.report.measured import AS_READ, unaudited
from groundswell.report.writer import Brief
from groundswell.types import Claim

DAYS = 8 * 7


def charts(brief: Brief, figures: Figures) -> list[dict[str, Any]]:
    """Voices a day, voices and tone by community, outlets by day: those with something to show."""
    made = [_daily(brief, figures), _places(brief), _tone(brief, "warm"), _tone(brief, "cold"),
            _outlets(brief)]  # fmt: skip
    return [chart for chart in made if chart["data"].get("rows") or chart["data"].get("values")]


def _daily(brief: Brief, figures: Figures) -> dict[str, Any]:
    start, stop = brief.night + 1 - DAYS, brief.night + 1
    days: dict[int, set[str]] = defaultdict(set)
    for cell in figures.cells(brief.subject, "person", start, stop):
        if cell.author and cell.records:
            days[cell.day].add(cell.author)
    window = next((list(c.window) for c in brief.claims if c.kind == "change"), None)
    places = figures.places("person")
    gaps = [day for day in range(start, stop) if places
            and all(figures.exposure(place, day) < FULL / 2 for place in places)]  # fmt: skip
    values = [len(days[day]) for day in range(start, stop)] if days else []
    return {"kind": "daily", "title": f"People a day who named {brief.label}",
            "data": {"start": start, "values": values, "unit": "people", "window": window,
                     "gaps": gaps}}  # fmt: skip


def _places(brief: Brief) -> dict[str, Any]:
    rows = [_row(brief, claim) for claim in _local(brief, "count", "voices")]
    return {"kind": "pairs", "title": f"People who named {brief.label}, by community",
            "data": {"rows": rows, "unit": "people"}}  # fmt: skip


def _tone(brief: Brief, op: str) -> dict[str, Any]:
    told = _local(brief, "share", op)
    rows = [_row(brief, c) | {"low": c.interval.low, "high": c.interval.high,
                              "n": c.values["whole"]}
            for c in told if c.interval]  # fmt: skip
    title = f"Share of people writing {op}ly about {brief.label}, by community"
    title += f", {AS_READ}" if any(map(unaudited, told)) else ""
    return {"kind": "communities", "title": title, "data": {"rows": rows, "unit": "share"}}


def _outlets(brief: Brief) -> dict[str, Any]:
    told = [c for c in brief.claims if c.kind == "attribution" and c.population.unit == "outlet"]
    rows = [{"outlet": c.values["place"], "day": c.values["day"], "claim": c.id}
            for c in sorted(told, key=lambda c: (c.values["day"], c.values["place"]))]  # fmt: skip
    return {"kind": "coverage", "title": f"Outlets that wrote about {brief.label}",
            "data": {"rows": rows}}  # fmt: skip


def _local(brief: Brief, kind: str, op: str) -> list[Claim]:
    return [c for c in brief.claims if c.kind == kind and c.query["op"] == op
            and len(c.query["communities"]) == 1]  # fmt: skip


def _row(brief: Brief, claim: Claim) -> dict[str, Any]:
    place = claim.query["communities"][0]
    return {"name": brief.names.get(place, place), "value": claim.estimate, "claim": claim.id}
