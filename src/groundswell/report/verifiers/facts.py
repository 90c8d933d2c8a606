"""What the words may take from a claim: numbers with their units, days, names, directions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from groundswell.report.verifier import Evidence
from groundswell.report.verifiers.audited import as_read
from groundswell.report.verifiers.tally import stands_on
from groundswell.types import Claim

# key -> unit of what a claim's `values` hold; "voices" becomes people or outlets
VALUE_UNITS = {
    "records": "records", "communities": "communities", "part": "voices", "whole": "voices",
    "now": "a day", "before": "a day", "peak": "a day", "a": "voices", "b": "voices",
    "all": "voices", "expected": "voices", "lift": "times", "of": "entities",
    "voices": "voices", "next": "voices", "articles": "records", "searched": "records",
}  # fmt: skip
ESTIMATE_UNITS = {
    "count": "voices", "share": "share", "burst": "voices", "coverage": "outlets",
    "cooccurrence": "voices", "absence": "records", "rank": "rank", "rename": "names",
}  # fmt: skip
DAY_KEYS = ("day", "first", "last", "switch", "first_days")
COUNTS = ("records", "authors", "threads", "outlets", "communities")
MANY = 40  # authors under which words are hedged
DIRECTED = frozenset({"change", "ratio", "cooccurrence"})


@dataclass(frozen=True, slots=True)
class Fact:
    """One number of a claim: its unit, which field it is, and its value."""

    key: str
    unit: str
    value: float
    typed: bool = False  # only a number with its noun may mean it


class Facts:
    """One cited claim as the verifier of words sees it."""

    def __init__(self, claim: Claim, show: Evidence) -> None:
        self.claim = claim
        self._show = show

    @cached_property
    def op(self) -> str:
        """The op of the claim's query."""
        return str(self.claim.query.get("op", ""))

    @cached_property
    def voices(self) -> str:
        """The unit of its voices."""
        return "outlets" if self.claim.population.unit == "outlet" else "people"

    @cached_property
    def numbers(self) -> tuple[Fact, ...]:
        """Every number the words may print."""
        return tuple(self._numbers())

    @cached_property
    def days(self) -> dict[str, tuple[int, ...]]:
        """Days something happened on, by field."""
        claim = self.claim
        found = {key: _days(claim.values[key]) for key in DAY_KEYS if key in claim.values}
        if claim.kind in ("quote", "attribution"):
            row = self._show.row(claim.snapshot, self.record)
            if row is not None:
                found["day"] = (row.day,)
        if claim.window[1] - claim.window[0] == 1:
            found["window"] = (claim.window[0],)
        return found

    @cached_property
    def record(self) -> str:
        """The record a quote or an attribution is about."""
        claim = self.claim
        fallback = claim.evidence[0] if claim.evidence else ""
        return str(claim.query.get("record", claim.values.get("record", fallback)))

    @cached_property
    def places(self) -> frozenset[str]:
        """Printed names of where it was counted."""
        claim, show = self.claim, self._show
        asked = {name for key in ("communities", "left", "right")
                 for name in _listed(claim.query.get(key))}  # fmt: skip
        if claim.kind in ("quote", "attribution"):
            row = show.row(claim.snapshot, self.record)
            raw = {row.community, row.outlet} - {""} if row else set()
            raw |= set(_listed(claim.values.get("place")))
        elif claim.kind == "context":
            raw = {str(s).partition("/")[2] for s in (claim.query.get("subject"), *claim.subject)
                   if str(s).startswith("community/")}  # fmt: skip
        elif asked or claim.kind == "absence":
            raw = asked or set(claim.population.communities)
        else:
            raw = set(self.heard)
        return frozenset({*raw, *(show.place(name) for name in raw)})

    @cached_property
    def communities(self) -> frozenset[str]:
        """Printed names of the communities a figure is limited to; empty when to none."""
        claim = self.claim
        asked = [name for key in ("communities", "left", "right")
                 for name in _listed(claim.query.get(key))]  # fmt: skip
        return frozenset(map(self._show.place, asked or claim.population.communities))

    @cached_property
    def heard(self) -> frozenset[str]:
        """Where its subject was spoken of at all, in its window: a wide claim may name these."""
        claim, subjects = self.claim, self.subjects[:1] or ("*",)
        rows = self._show.rows(claim.snapshot, *claim.window)
        there = {row.community for row in rows if not row.copy and row.unit == claim.population.unit
                 and stands_on(row, subjects[0])}  # fmt: skip
        return frozenset(map(self._show.place, there))

    @cached_property
    def lines(self) -> frozenset[str]:
        """Phrases of the desk that may stand word for word."""
        claim, show = self.claim, self._show
        found = {claim.population.line}
        if len(claim.population.communities) == 1:
            found.add(show.described(f"community/{claim.population.communities[0]}"))
        if claim.kind == "context":
            found.add(str(claim.values.get("text", "")))
        return frozenset(found - {""})

    @cached_property
    def things(self) -> dict[str, str]:
        """Names of what it is about, each with the subject it names ("" when one of several)."""
        claim = self.claim
        subjects = list(dict.fromkeys(self.subjects))
        found: dict[str, str] = {}
        for subject in subjects:
            for text, _, _ in self._show.aliases(subject.partition("/")[2]):
                found.setdefault(text, subject)
        places = self.places
        for name in (*claim.names, *_listed(claim.values.get("names_in_order"))):
            if name not in places:
                found.setdefault(name, subjects[0] if len(subjects) == 1 else "")
        return found

    @cached_property
    def subjects(self) -> tuple[str, ...]:
        """What it is about, the counted subject first."""
        query = self.claim.query
        named = [str(query[k]) for k in ("subject", "other", "entity") if k in query]
        kept = [s for s in (*named, *self.claim.subject) if s and s != "*"]
        return tuple(dict.fromkeys(s for s in kept if not s.startswith("community/")))

    @cached_property
    def sign(self) -> int:
        """Which way it points once its interval is clear of no difference; 0 when it is not."""
        claim = self.claim
        if claim.kind not in DIRECTED or claim.interval is None or claim.status == "insufficient":
            return 0
        low, high = claim.interval.low, claim.interval.high
        if claim.kind == "change" and self.op == "tone":
            within = (claim.decomposition or claim.values).get("within")
            point = float(within) if isinstance(within, (int, float)) else 0.0
            return _clear(low, high, 0.0) if point * (low + high) > 0 else 0
        if claim.kind == "ratio" and self.op == "contrast":
            raw = claim.values.get("raw")
            agrees = isinstance(raw, (int, float)) and raw * claim.estimate > 0
            return _clear(low, high, 0.0) if agrees else 0
        return _clear(low, high, 1.0)

    @cached_property
    def equal(self) -> bool:
        """Whether no difference larger than a quarter is shown."""
        claim = self.claim
        if claim.kind != "ratio" or claim.interval is None or self.op != "voices":
            return False
        return claim.interval.low >= 0.8 and claim.interval.high <= 1.25

    @property
    def hedged(self) -> bool:
        """Whether its words must be hedged, worked out from its numbers."""
        claim, mark = self.claim, self.claim.effect_min
        if claim.kind in ("quote", "attribution", "context", "rename"):
            return False
        if claim.licence.hedged or claim.status == "provisional" or as_read(claim):
            return True
        whole = claim.values.get("whole")
        few = isinstance(whole, (int, float)) and whole < MANY
        if few and claim.kind == "share" and self.voices == "people":
            return True
        if mark is None or claim.interval is None:
            return False
        marks = (mark, 1 / mark) if claim.unit == "times" and mark > 0 else (mark, -mark)
        return any(claim.interval.low <= m <= claim.interval.high for m in marks)

    def _numbers(self) -> Iterator[Fact]:
        claim, tone = self.claim, self.claim.kind == "change" and self.op == "tone"
        unit = self._estimate_unit()
        if unit:
            yield Fact("estimate", unit, claim.estimate)
        for key, unit in VALUE_UNITS.items():
            value = claim.values.get(key)
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                unit = self.voices if unit == "voices" else "tone" if tone else unit
                yield Fact(key, unit, float(value), key in ("records", "communities"))
        for key in ("left", "right", "raw"):
            value = claim.values.get(key)
            if isinstance(value, (int, float)):
                yield Fact(key, "points" if key == "raw" else "share", float(value))
        if claim.interval and claim.unit in ("share", "points"):
            unit = "points" if self.op == "contrast" else "share"
            yield Fact("low", unit, claim.interval.low)
            yield Fact("high", unit, claim.interval.high)
        for key in COUNTS:
            unit = "people" if key == "authors" else key
            value = getattr(claim.n, key)
            # a claim that counts voices prints its own count, never the n behind it
            own = key in ("authors", "outlets") and claim.kind != "change"
            if value and not own and self.op not in ("answered", "shared"):
                yield Fact(f"n.{key}", unit, float(value), True)
        if self.communities:
            yield Fact("population", "communities", float(len(self.communities)), True)

    def _estimate_unit(self) -> str:
        claim = self.claim
        if claim.kind == "change":
            return "tone" if self.op == "tone" else "times"
        if claim.kind == "ratio":
            return "points" if self.op == "contrast" else "times"
        unit = ESTIMATE_UNITS.get(claim.kind, "")
        return self.voices if unit == "voices" else unit


def facts_of(claims: Sequence[Claim], show: Evidence) -> list[Facts]:
    """All cited claims, ready to be looked up."""
    return [Facts(claim, show) for claim in claims]


def _days(value: object) -> tuple[int, ...]:
    if isinstance(value, int):
        return (value,)
    return tuple(int(v) for v in value) if isinstance(value, (list, tuple)) else ()


def _listed(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(v) for v in value) if isinstance(value, (list, tuple)) else ()


def _clear(low: float, high: float, nothing: float) -> int:
    return 1 if low > nothing else -1 if high < nothing else 0
