"""Tests as they were stored, night by night."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from groundswell.errors import StoreError
from groundswell.store import Store
from groundswell.types import Guard, Numbers, Signal


def signals_of(store: Store, night: int) -> list[Signal]:
    """Every test of a night, the most surprising first."""
    return [
        from_json(json.loads(row["body"])) for row in store.stream("signals_night", night=night)
    ]


def history(store: Store, subject: str, start: int, night: int) -> list[tuple[int, Signal]]:
    """A subject's tests between two nights with their night, oldest first."""
    rows = store.stream("signals_subject", subject=subject, start=start, night=night)
    return [(row["night"], from_json(json.loads(row["body"]))) for row in rows]


def signal(store: Store, id_prefix: str) -> Signal | None:
    """The test whose id begins like this, or None. StoreError when two do."""
    rows = store.rows("signals_one", prefix=id_prefix)
    if len(rows) > 1:
        raise StoreError(
            f"signal {id_prefix!r}: more than one id begins like this; give more of it"
        )
    return from_json(json.loads(rows[0]["body"])) if rows else None


def past_p(store: Store, start: int, night: int) -> tuple[int, dict[str, list[float]]]:
    """How many nights are stored between two, and the raw p-values over all communities by kind."""
    found: dict[str, list[float]] = {}
    nights: set[int] = set()
    for row in store.stream("signals_past", start=start, night=night):
        nights.add(row["night"])
        found.setdefault(row["kind"], []).append(json.loads(row["body"])["detail"]["raw_p"])
    return len(nights), found


def as_json(signal: Signal) -> dict[str, Any]:
    """A test as plain data; infinities become null, since JSON has none."""
    n = signal.n
    return {
        "kind": signal.kind, "family": signal.family, "subject": signal.subject,
        "community": signal.community, "window": list(signal.window),
        "baseline": list(signal.baseline), "effect": _number(signal.effect),
        "low": _number(signal.low), "high": _number(signal.high), "unit": signal.unit,
        "level": signal.level, "p": signal.p, "q": signal.q, "outcome": signal.outcome,
        "reason": signal.reason, "maker": signal.maker,
        "n": {"records": n.records, "authors": n.authors, "threads": n.threads,
              "outlets": n.outlets, "communities": n.communities},
        "guards": [{"name": g.name, "value": _number(g.value), "limit": g.limit,
                    "passed": g.passed} for g in signal.guards],
        "detail": {key: _number(value) for key, value in signal.detail.items()},
    }  # fmt: skip


def from_json(data: Mapping[str, Any]) -> Signal:
    """The inverse of `as_json`; a null bound is infinite, other nulls are not a number."""
    return Signal(
        kind=data["kind"], family=data["family"], subject=data["subject"],
        community=data["community"], window=_days(data["window"]),
        baseline=_days(data["baseline"]), effect=_float(data["effect"], float("inf")),
        low=_float(data["low"], float("-inf")), high=_float(data["high"], float("inf")),
        unit=data["unit"], level=data["level"], p=data["p"], q=data["q"],
        outcome=data["outcome"], reason=data["reason"], maker=data["maker"],
        n=Numbers(**data["n"]), detail=data["detail"],
        guards=tuple(Guard(**(g | {"value": _float(g["value"], float("inf"))}))
                     for g in data["guards"]),
    )  # fmt: skip


def _number(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.9g}") if abs(value) < float("inf") else None
    return value


def _float(value: float | None, default: float) -> float:
    return default if value is None else float(value)


def _days(data: Any) -> tuple[int, int]:
    start, stop = data
    return int(start), int(stop)
