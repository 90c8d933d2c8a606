"""One assertion that can be re-executed, with everything needed to do so."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from groundswell.errors import UnsupportedClaim
from groundswell.types.series import Unit
from groundswell.types.signal import Guard, Numbers
from groundswell.types.snapshot import Snapshot, canonical

Status = Literal["proven", "provisional", "insufficient"]
ClaimKind = Literal[
    "count",
    "share",
    "change",
    "ratio",
    "rank",
    "burst",
    "coverage",
    "cooccurrence",
    "quote",
    "attribution",
    "absence",
    "rename",
    "context",
]
CLAIM_KINDS: tuple[ClaimKind, ...] = get_args(ClaimKind)
FIGURES = frozenset(
    {"count", "share", "change", "ratio", "rank", "burst", "coverage", "cooccurrence", "absence"}
)
COMPARED = frozenset({"change"})  # kinds that need a baseline
WITH_INTERVAL = frozenset({"share", "change", "ratio", "cooccurrence", "absence"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Whom a claim speaks of: the unit counted and the communities it was counted in."""

    unit: Unit
    communities: tuple[str, ...]
    line: str  # the plain phrase naming them, from the desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Where the true value plausibly lies, and how that was computed."""

    low: float
    high: float
    level: float
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """What the words may say, computed from the numbers, never written by hand (C3)."""

    verbs: tuple[str, ...] = ()
    quantifiers: tuple[str, ...] = ()
    hedged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One typed assertion. See docs/claims.md for what each kind and op counts.

    `subject` are the things it is about ("entity/gantry"); `query` is {"op": ..., arguments};
    `window` and `baseline` are half-open day ranges; `estimate` is in `unit`; `values` are the
    further numbers, dates (day numbers) and strings the words may use; `names` are the surface
    forms the words may use for its subjects; `evidence` is a sample of record ids and
    `evidence_hash` the hash of the whole sorted set; `counter` are ids of claims that cut
    against it. Raises UnsupportedClaim when its kind's fields are missing.
    """

    kind: ClaimKind
    subject: tuple[str, ...]
    population: Population
    window: tuple[int, int]
    query: Mapping[str, Any]
    snapshot: Snapshot
    estimate: float
    unit: str
    status: Status
    n: Numbers
    licence: Licence
    names: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    baseline: tuple[int, int] | None = None
    interval: Interval | None = None
    effect_min: float | None = None
    p: float | None = None
    q: float | None = None
    family: str = ""
    decomposition: Mapping[str, float] | None = None
    measurement: Mapping[str, Any] | None = None
    guards: tuple[Guard, ...] = ()
    counter: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    evidence_hash: str = ""

    def __post_init__(self) -> None:
        for wrong, why in self._faults():
            if wrong:
                raise UnsupportedClaim(f"a {self.kind} claim about {self.subject} {why}")

    def _faults(self) -> tuple[tuple[bool, str], ...]:
        figure = self.kind in FIGURES
        return (
            (self.kind not in CLAIM_KINDS, "has an unknown kind"),
            ("op" not in self.query, "names no query op"),
            (self.window[0] >= self.window[1], "has an empty window"),
            (
                figure
                and self.n.records + self.n.outlets == 0
                and self.kind != "absence"
                and self.estimate != 0,
                "counts something nobody wrote",
            ),
            (self.kind in COMPARED and self.baseline is None, "has no baseline"),
            (self.kind in WITH_INTERVAL and self.interval is None, "has no interval"),
            (self.kind in ("quote", "attribution") and not self.evidence, "cites no record"),
            (self.status == "insufficient" and bool(self.licence.verbs), "licenses verbs"),
        )

    @property
    def id(self) -> str:
        """Sixteen hex digits of the hash of everything in it."""
        return hashlib.sha256(canonical(as_json(self)).encode()).hexdigest()[:16]


def as_json(claim: Claim) -> dict[str, Any]:
    """A claim as plain data; floats are rounded to nine significant digits."""
    return {
        "kind": claim.kind,
        "subject": list(claim.subject),
        "population": {
            "unit": claim.population.unit,
            "line": claim.population.line,
            "communities": list(claim.population.communities),
        },
        "window": list(claim.window),
        "query": dict(claim.query),
        "snapshot": claim.snapshot.as_json(),
        "estimate": _round(claim.estimate),
        "unit": claim.unit,
        "status": claim.status,
        "n": _numbers(claim.n),
        "licence": {
            "verbs": list(claim.licence.verbs),
            "hedged": claim.licence.hedged,
            "quantifiers": list(claim.licence.quantifiers),
        },
        "names": list(claim.names),
        "values": _rounded(claim.values),
        "baseline": list(claim.baseline) if claim.baseline else None,
        "interval": {
            "low": _round(claim.interval.low),
            "high": _round(claim.interval.high),
            "level": claim.interval.level,
            "method": claim.interval.method,
        }
        if claim.interval
        else None,
        "effect_min": claim.effect_min,
        "p": _round(claim.p),
        "q": _round(claim.q),
        "family": claim.family,
        "decomposition": _rounded(claim.decomposition) if claim.decomposition else None,
        "measurement": dict(claim.measurement) if claim.measurement else None,
        "guards": [
            {"name": g.name, "value": _round(g.value), "limit": g.limit, "passed": g.passed}
            for g in claim.guards
        ],
        "counter": list(claim.counter),
        "evidence": list(claim.evidence),
        "evidence_hash": claim.evidence_hash,
    }


def from_json(data: Mapping[str, Any]) -> Claim:
    """The inverse of `as_json`; raises UnsupportedClaim on data no claim could have."""
    try:
        return Claim(
            kind=data["kind"],
            subject=tuple(data["subject"]),
            population=Population(
                unit=data["population"]["unit"],
                communities=tuple(data["population"]["communities"]),
                line=data["population"]["line"],
            ),
            window=_pair(data["window"]),
            query=dict(data["query"]),
            snapshot=Snapshot.from_json(data["snapshot"]),
            estimate=data["estimate"],
            unit=data["unit"],
            status=data["status"],
            n=Numbers(**data["n"]),
            licence=Licence(
                verbs=tuple(data["licence"]["verbs"]),
                quantifiers=tuple(data["licence"]["quantifiers"]),
                hedged=data["licence"]["hedged"],
            ),
            names=tuple(data["names"]),
            values=dict(data["values"]),
            baseline=_pair(data["baseline"]) if data["baseline"] else None,
            interval=Interval(**data["interval"]) if data["interval"] else None,
            effect_min=data["effect_min"],
            p=data["p"],
            q=data["q"],
            family=data["family"],
            decomposition=data["decomposition"],
            measurement=data["measurement"],
            guards=tuple(Guard(**guard) for guard in data["guards"]),
            counter=tuple(data["counter"]),
            evidence=tuple(data["evidence"]),
            evidence_hash=data["evidence_hash"],
        )
    except (KeyError, TypeError) as problem:
        raise UnsupportedClaim(f"stored claim cannot be read: {problem!r}") from problem


def _pair(data: Any) -> tuple[int, int]:
    start, stop = data
    return int(start), int(stop)


def _numbers(n: Numbers) -> dict[str, int]:
    return {
        "records": n.records,
        "authors": n.authors,
        "threads": n.threads,
        "outlets": n.outlets,
        "communities": n.communities,
    }


def _round(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.9g}")


def _rounded(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _round(v) if isinstance(v, float) else v for key, v in values.items()}
