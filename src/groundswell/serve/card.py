"""The claim panel: everything needed to judge one assertion and count it again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from groundswell.desk import Desk
from groundswell.query.pages import place_name
from groundswell.serve import words
from groundswell.types import Claim

SHOWN = 6  # evidence records listed beside a claim


@dataclass(frozen=True, slots=True)
class Card:
    """One claim as a reader sees it: the figure, of whom, how sure, and how to redo it."""

    id: str
    kind: str
    op: str
    subjects: tuple[tuple[str, str], ...]
    figure: str
    denominator: str
    interval: str
    method: str
    status: str
    population: str
    communities: tuple[tuple[str, str], ...]
    window: tuple[int, int]
    baseline: tuple[int, int] | None
    n: Mapping[str, int]
    p: float | None
    q: float | None
    parts: Mapping[str, float]
    labels: str
    guards: tuple[Mapping[str, Any], ...]
    verbs: tuple[str, ...]
    quantifiers: tuple[str, ...]
    hedged: bool
    against: tuple[str, ...]
    evidence: tuple[str, ...]
    more: int
    evidence_hash: str
    query: str
    snapshot: str

    @property
    def glance(self) -> str:
        """One line for the margin."""
        told = [self.figure, self.denominator, f"({self.interval})" if self.interval else ""]
        return " · ".join(part for part in told if part) or self.kind


def card(desk: Desk, claim: Claim) -> Card:
    """A claim as a panel."""
    interval = claim.interval
    unit = "share" if claim.kind == "absence" else claim.unit
    return Card(
        id=claim.id, kind=claim.kind, op=str(claim.query["op"]),
        subjects=tuple((s, desk.label(s)) for s in claim.subject),
        figure=figure(claim), denominator=denominator(claim),
        interval=words.between(interval.low, interval.high, unit) if interval else "",
        method=f"{100 * interval.level:.0f} %, {interval.method}" if interval else "",
        status=claim.status, population=claim.population.line,
        communities=tuple((c, place_name(desk, c)) for c in claim.population.communities),
        window=claim.window, baseline=claim.baseline, n=asdict(claim.n), p=claim.p, q=claim.q,
        parts=dict(claim.decomposition or {}), labels=labels(claim),
        guards=tuple(asdict(g) for g in claim.guards),
        verbs=claim.licence.verbs, quantifiers=claim.licence.quantifiers,
        hedged=claim.licence.hedged, against=claim.counter, evidence=claim.evidence[:SHOWN],
        more=max(0, len(claim.evidence) - SHOWN), evidence_hash=claim.evidence_hash,
        query=json.dumps(dict(claim.query), ensure_ascii=False, sort_keys=True),
        snapshot=claim.snapshot.id,
    )  # fmt: skip


def figure(claim: Claim) -> str:
    """The estimate, or what stands in its place."""
    values = claim.values
    if claim.kind == "quote":
        return "verbatim"
    if claim.kind == "attribution":
        return f"{values.get('place', '')}, {words.day(claim.window[0])}".strip(", ")
    if claim.kind == "rename":
        return " → ".join(str(name) for name in values.get("names_in_order", ()))
    if claim.kind == "context":
        return "the desk's words"
    if claim.kind == "absence":
        return "none found"
    return words.amount(claim.estimate, claim.unit)


def labels(claim: Claim) -> str:
    """Whose labels a figure counts, and whether people checked them; "" where words decide."""
    told = claim.measurement
    if not told:
        return ""
    if not told.get("corrected"):
        return f"the reader's ({told.get('layer', '')}), not audited"
    audits, judged = told.get("audits", ()), int(told.get("judged", 0))
    return (f"corrected by {words.many(len(audits), 'audit')} of {judged:,} records or more, kappa "
            f"{told.get('kappa', 0.0):.2f} at least; the reader alone says "
            f"{words.amount(float(told.get('as_read', 0.0)), claim.unit)}")  # fmt: skip


def denominator(claim: Claim) -> str:
    """Of how many, or against what."""
    values, op = claim.values, str(claim.query["op"])
    who = "outlets" if claim.population.unit == "outlet" else "people"
    if {"part", "whole"} <= values.keys():
        return f"{values['part']:,} of {values['whole']:,} {who}"
    if (claim.kind, op) == ("change", "voices") and {"now", "before"} <= values.keys():
        return f"{words.count(values['now'])} a day against {words.count(values['before'])}"
    if (claim.kind, op) == ("change", "tone") and {"now", "before"} <= values.keys():
        return (f"{words.amount(values['now'], 'tone')} against "
                f"{words.amount(values['before'], 'tone')}")  # fmt: skip
    told: Sequence[tuple[str, str]] = (
        ("whole", f"over {{:,}} {who}"), ("searched", "in {:,} records searched"),
        ("of", "of {:,} names"), ("articles", "in {:,} articles"),
        ("expected", "{:.3g} expected by chance"), ("records", "in {:,} records"),
    )  # fmt: skip
    return next((form.format(values[key]) for key, form in told
                 if isinstance(values.get(key), (int, float))), "")  # fmt: skip
