"""What one audit came to, in numbers: for the command line, and as data."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from groundswell.query.audits import BEATS, TONES, Audit
from groundswell.stats.agreement import confusion
from groundswell.stats.prediction import Judged, Predicted, powered, rogan_gladen
from groundswell.stats.shares import Estimate
from groundswell.store import Store
from groundswell.types import Snapshot

MILLI = 1000
POLES = (-1.0, 0.0, 1.0)  # of negative, neutral, positive


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A figure with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One label: the share the reader gives it, the corrected share, and how both go together.

    `check` is Rogan and Gladen's estimate of the share; None where it is not defined.
    """

    value: str
    reader: float
    people: Told
    check: float | None
    sensitivity: float | None
    specificity: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One audit. Shares are of the community's counted records at the snapshot; `confusion` has
    a row for each label people gave and a column for each of the reader's. Kappa is None where
    both people gave one label only."""

    draw: str
    community: str
    layer: str
    records: int
    drawn: int
    judged: tuple[int, int]
    skipped: tuple[int, int]
    both: int
    why_not: str
    observed: Told | None = None
    kappa: Told | None = None
    ac1: Told | None = None
    accuracy: Told | None = None
    labels: tuple[Label, ...] = ()
    confusion: tuple[tuple[float, ...], ...] = ()
    tone_reader: float | None = None
    tone: Told | None = None


def summary(store: Store, snapshot: Snapshot, audit: Audit) -> Summary:
    """What an audit came to; without figures while both raters judged fewer than two records."""
    known, total = _labelled(store, snapshot, audit)
    told = audit.agreement()
    head = Summary(
        draw=audit.draw, community=audit.community, layer=audit.layer, records=total,
        drawn=audit.drawn, judged=audit.judged, skipped=audit.skipped, both=len(audit.rated),
        why_not=audit.why_not(),
    )  # fmt: skip
    if told is None or not total:
        return head
    parts = {field: getattr(head, field) for field in head.__slots__}
    kappa = None if math.isnan(told.kappa.value) else _told(told.kappa)
    parts |= {"observed": _told(told.observed), "kappa": kappa, "ac1": _told(told.ac1),
              "labels": tuple(_labels(audit, known, total))}  # fmt: skip
    if not audit.several:
        judged = audit.of()
        table = confusion(judged.said, judged.predicted, judged.labels)
        parts |= {"accuracy": _told(judged.accuracy()),
                  "confusion": tuple(tuple(map(float, row)) for row in table)}  # fmt: skip
    if audit.values == TONES:
        parts |= _tone(store, snapshot, audit, total)
    return Summary(**parts)


def _labels(audit: Audit, known: Mapping[str, int], total: int) -> list[Label]:
    found = []
    for value in audit.values:
        judged = audit.of(value) if audit.several else audit.of()
        code = 1 if audit.several else audit.values.index(value)
        share = known.get(value, 0) / total
        found.append(_label(value, share, total, judged, code))
    return found


def _label(value: str, share: float, total: int, judged: Judged, code: int) -> Label:
    everything = Predicted(mean=share, variance=share * (1 - share), size=total)
    people = powered(everything, judged.predicted == code, judged.said[:, code], judged.drawn)
    sensitivity, specificity = judged.sensitivity(code), judged.specificity(code)
    return Label(value=value, reader=share, people=_told(people),
                 check=_finite(rogan_gladen(share, sensitivity, specificity)),
                 sensitivity=_finite(sensitivity), specificity=_finite(specificity))  # fmt: skip


def _tone(store: Store, snapshot: Snapshot, audit: Audit, total: int) -> dict[str, object]:
    """The mean tone as the reader scores it, and as people would."""
    rows = store.rows("figures_labelled", layer=audit.layer, community=audit.community,
                      seq=snapshot.seq, as_of=snapshot.as_of)  # fmt: skip
    own = sum(row["total"] for row in rows) / total / MILLI
    spread = sum(row["squares"] for row in rows) / total / MILLI**2 - own**2
    judged = audit.of()
    scores = np.array([(one.score or 0) / MILLI for one in audit.rated])
    people = powered(Predicted(mean=own, variance=spread, size=total), scores,
                     judged.said @ np.array(POLES), judged.drawn, bounds=(-1.0, 1.0))  # fmt: skip
    return {"tone_reader": own, "tone": _told(people)}


def _labelled(store: Store, snapshot: Snapshot, audit: Audit) -> tuple[dict[str, int], int]:
    """How many records the reader gave each label, and how many there are."""
    at = {"community": audit.community, "seq": snapshot.seq, "as_of": snapshot.as_of}
    name, _, slug = audit.layer.partition("/")
    if name != BEATS:
        rows = store.rows("figures_labelled", layer=name, **at)
        known = {row["value"]: row["records"] for row in rows}
        if slug:
            head = f"{slug}/"
            known = {v.removeprefix(head): n for v, n in known.items() if v.startswith(head)}
        return known, sum(known.values())
    counts = {row["value"]: row["records"] for row in store.rows("figures_read", layer=BEATS, **at)}
    total = len(store.rows("judge_read", **at))
    if slug:
        counts = {"in": counts.get(slug, 0), "out": total - counts.get(slug, 0)}
    return counts, total


def _told(one: Estimate) -> Told:
    return Told(value=one.value, low=one.low, high=one.high)


def _finite(value: float) -> float | None:
    return None if math.isnan(value) else value


def table(labels: Sequence[str], rows: Sequence[Sequence[float]]) -> list[list[str]]:
    """A confusion table in words; a record that two people labelled differently counts by halves.

    >>> table(("a", "b"), ((1.5, 0.0), (0.5, 2.0)))
    [['', 'a', 'b'], ['a', '1.5', '0'], ['b', '0.5', '2']]
    """
    return [["", *labels], *([label, *(f"{n:g}" for n in row)]
                             for label, row in zip(labels, rows, strict=True))]  # fmt: skip
