"""What audits found, at one snapshot: how often the reader's labels are right, and where."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from groundswell.stats.agreement import Agreement, agreement
from groundswell.stats.prediction import Judged
from groundswell.stats.strata import Drawn
from groundswell.store import Row, Store
from groundswell.types import Snapshot

FEWEST = 100  # records that both raters must have judged
KAPPA, AC1 = 0.4, 0.8  # one of them must be reached: below, the labels are no measure
SKIPPED_SHARE = 0.2  # of judgements that may be missing: whoever skips more has chosen
TONES = ("negative", "neutral", "positive")
BELONGS = ("out", "in")
BEATS = "beats"
NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """One record that both raters judged: its stratum, the reader's labels, the raters' labels."""

    record_id: str
    stratum: str
    held: int
    own: tuple[str, ...]
    score: int | None
    said: tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One audit of a layer in a community. `why_not` says what keeps it from being used, if
    anything; `rated` are the records that both raters judged."""

    draw: str
    community: str
    layer: str
    values: tuple[str, ...]
    drawn: int
    judged: tuple[int, int]
    skipped: tuple[int, int]
    rated: tuple[Rated, ...]

    @property
    def several(self) -> bool:
        """Whether a record may have any number of the labels."""
        return self.layer == BEATS

    def of(self, value: str = "") -> Judged:
        """The audit as numbers: of all labels, or of one label against the others."""
        labels = ("", value) if value else self.values
        weight = self._weights()
        strata = {name: n for n, name in enumerate(sorted({r.stratum for r in self.rated}))}
        own = [self._code(r.own, labels) for r in self.rated]
        said = [[self._code(sorted(one), labels) for one in r.said] for r in self.rated]
        table = np.zeros((len(self.rated), len(labels)))
        for n, codes in enumerate(said):
            for code in codes:
                table[n, code] += 1 / len(codes)
        drawn = Drawn(stratum=np.array([strata[r.stratum] for r in self.rated], np.int64),
                      weight=np.array([weight[r.stratum] for r in self.rated]))  # fmt: skip
        return Judged(predicted=np.array(own, np.int64), said=table, drawn=drawn)

    def agreement(self, value: str = "") -> Agreement | None:
        """How far the two raters agree on all labels, or on one; None with too few records."""
        if len(self.rated) < 2 or not self.values:
            return None
        drawn = self.of(value or (self.values[0] if self.several else "")).drawn
        if value or not self.several:
            labels = ("", value) if value else self.values
            sides = [[self._code(sorted(r.said[part]), labels) for r in self.rated]
                     for part in (0, 1)]  # fmt: skip
            return agreement(sides[0], sides[1], len(labels), drawn=drawn)
        each = [[[int(label in r.said[part]) for label in self.values] for r in self.rated]
                for part in (0, 1)]  # fmt: skip
        return agreement(each[0], each[1], 2, drawn=drawn)

    def why_not(self, value: str = "") -> str:
        """What keeps stories from using it; "" when nothing does."""
        if len(self.rated) < FEWEST:
            return f"both raters judged {len(self.rated)} records; {FEWEST} are needed"
        asked = [done + missing for done, missing in zip(self.judged, self.skipped, strict=True)]
        if any(missing > SKIPPED_SHARE * max(n, 1)
               for missing, n in zip(self.skipped, asked, strict=True)):  # fmt: skip
            return "more than a fifth of the records shown were skipped"
        told = self.agreement(value)
        if told is None or not agreed(told):
            return f"the two raters agree too little: kappa is under {KAPPA}"
        return ""

    def _weights(self) -> dict[str, float]:
        """For how many records of its stratum each judged one stands."""
        judged = Counter(r.stratum for r in self.rated)
        return {r.stratum: r.held / judged[r.stratum] for r in self.rated}

    def _code(self, labels: Sequence[str], among: Sequence[str]) -> int:
        if among[0] == "":
            return int(among[1] in labels)
        return among.index(labels[0])


def agreed(told: Agreement) -> bool:
    """Whether two people agree enough for their labels to be a measure.

    AC1 counts where nearly all records are alike and kappa falls for that alone.
    """
    kappa, ac1 = told.kappa.value, told.ac1.value
    return (not math.isnan(kappa) and kappa >= KAPPA) or ac1 >= AC1


def audits(store: Store, snapshot: Snapshot, community: str, layer: str) -> list[Audit]:
    """Audits of a layer (sentiment, beats, beats/<slug>) in a community, newest first."""
    rows = store.rows("figures_draws", layer=layer, community=community, seq=snapshot.seq)
    return [_audit(store, snapshot, row["draw"], community, layer) for row in rows]


def usable(store: Store, snapshot: Snapshot, community: str, layer: str,
           value: str = "") -> tuple[Audit, Judged] | None:  # fmt: skip
    """The newest audit that stories may use for a layer, or for one beat; None without one."""
    asked = [(f"{layer}/{value}", "in"), (layer, value)] if value else [(layer, "")]
    for name, label in asked:
        for audit in audits(store, snapshot, community, name):
            if not audit.why_not(label):
                return audit, audit.of(label)
    return None


def _audit(store: Store, snapshot: Snapshot, draw: str, community: str, layer: str) -> Audit:
    at = {"draw": draw, "seq": snapshot.seq}
    labels: dict[str, list[Row]] = defaultdict(list)
    for row in store.rows("figures_drawn_labels", layer=layer.partition("/")[0], **at):
        labels[row["record_id"]].append(row)
    said: dict[str, dict[int, str]] = defaultdict(dict)
    for row in store.rows("figures_judgements", **at):
        said[row["record_id"]][row["part"]] = row["value"]
    rows = store.rows("figures_drawn", **at)
    rated = [_rated(row, layer, labels[row["record_id"]], said[row["record_id"]]) for row in rows
             if said[row["record_id"]].get(1) and said[row["record_id"]].get(2)]  # fmt: skip
    known = [one for one in rated if one.own or layer == BEATS]
    counts = [[said[row["record_id"]].get(part) for row in rows] for part in (1, 2)]
    done, skipped = ([sum(ok(value) for value in side) for side in counts]
                     for ok in (bool, lambda value: value == ""))  # fmt: skip
    return Audit(
        draw=draw, community=community, layer=layer, values=_values(layer, known), drawn=len(rows),
        judged=(done[0], done[1]), skipped=(skipped[0], skipped[1]), rated=tuple(known),
    )  # fmt: skip


def _rated(row: Row, layer: str, labels: Sequence[Row], said: Mapping[int, str]) -> Rated:
    name, _, slug = layer.partition("/")
    own = tuple(label["value"] for label in labels)
    if slug and name == BEATS:
        own = (BELONGS[slug in own],)
    elif slug:
        own = tuple(v.removeprefix(f"{slug}/") for v in own if v.startswith(f"{slug}/"))
    told = [frozenset(said[part].split()) - {NONE} for part in (1, 2)]
    score = labels[0]["score"] if labels else None
    return Rated(record_id=row["record_id"], stratum=row["stratum"], held=row["held"],
                 own=own if name == BEATS else own[:1], score=score,
                 said=(told[0], told[1]))  # fmt: skip


def _values(layer: str, rated: Sequence[Rated]) -> tuple[str, ...]:
    if layer == "sentiment":
        return TONES
    if layer.startswith(f"{BEATS}/"):
        return BELONGS
    return tuple(sorted({v for r in rated for v in (*r.own, *r.said[0], *r.said[1])}))
