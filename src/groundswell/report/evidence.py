"""What verifiers recount from: the log's plain rows at one snapshot, no rollup in between."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from groundswell.desk import Desk
from groundswell.report.verifier import PlainAudit, PlainJudgement, PlainRow
from groundswell.store.sqlite import Row, Store
from groundswell.types.moment import DAY_US, midnight
from groundswell.types.record import join_body
from groundswell.types.series import EVERYWHERE
from groundswell.types.snapshot import Snapshot

FULL = 1000  # thousandths of what was expected
SNAPSHOTS_KEPT = 2  # a 63-day window of a real corpus is some 80,000 rows


class StoredEvidence:
    """The Evidence port over a store and a desk; days already read are kept per snapshot."""

    def __init__(self, store: Store, desk: Desk) -> None:
        self._store = store
        self._desk = desk
        self._days: dict[Snapshot, dict[int, tuple[PlainRow, ...]]] = {}
        self._noted: dict[tuple[Snapshot, int], list[Row]] = {}
        self._streams: dict[str, list[str]] | None = None

    def rows(self, snapshot: Snapshot, start: int, stop: int) -> Iterator[PlainRow]:
        """Visible records whose day lies in [start, stop), in (published, id) order."""
        days = self._kept(snapshot)
        for first, last in _runs([day for day in range(start, stop) if day not in days]):
            days.update(self._read(snapshot, first, last))
        for day in range(start, stop):
            yield from days[day]

    def body(self, snapshot: Snapshot, record_id: str) -> str | None:
        """The body of a visible record; None when withdrawn or never there."""
        found = self._record(snapshot, record_id)
        if found is None or found["state"] != "public":
            return None
        return join_body(found["title"], found["text"])

    def row(self, snapshot: Snapshot, record_id: str) -> PlainRow | None:
        """One visible record."""
        found = self._record(snapshot, record_id)
        if found is None:
            return None
        day = int(found["day"])
        return next((r for r in self.rows(snapshot, day, day + 1) if r.record_id == record_id),
                    None)  # fmt: skip

    def exposure(self, snapshot: Snapshot, community: str, day: int) -> int:
        """Share of expected collection made that day, thousandths; 1000 when nothing is noted."""
        rows = self._notes(snapshot, day)
        if not rows:
            return FULL
        streams = self._gathered(community)
        noted = {r["stream"] for r in rows if r["community"] == community}
        noted |= {r["stream"] for r in rows if r["community"] == EVERYWHERE} & set(streams)
        if not noted:
            return FULL
        shares = [_made(rows, stream, community, day) if stream in noted else FULL
                  for stream in sorted(noted | set(streams))]  # fmt: skip
        return round(sum(shares) / len(shares))

    def audits(self, snapshot: Snapshot, community: str, layer: str) -> Sequence[PlainAudit]:
        """Audits of a layer in a community, newest first."""
        found = self._store.rows("evidence_audits", community=community, layer=layer,
                                 seq=snapshot.seq)  # fmt: skip
        return [self._audit(snapshot, row["draw"], layer.partition("/")[0]) for row in found]

    def owner(self, outlet: str) -> str:
        """Who owns an outlet; the outlet itself when unknown; "" for what is no outlet."""
        return self._desk.owner(outlet)

    def aliases(self, slug: str) -> Sequence[tuple[str, int, int]]:
        """Names of an entity with the days they hold for."""
        entity = self._desk.entity(slug.removeprefix("entity/"))
        return [(a.text, a.start, a.stop) for a in entity.aliases] if entity else []

    def described(self, subject: str) -> str:
        """The desk's own phrase for a community ("community/<slug>"), beat or entity."""
        kind, _, slug = subject.partition("/")
        if kind == "community":
            community = self._desk.community(slug)
            return community.population if community else ""
        if kind == "beat":
            beat = self._desk.beat(slug)
            return beat.description if beat else ""
        entity = self._desk.entity(slug or kind)
        return entity.name if entity else ""

    def place(self, name: str) -> str:
        """The printed name of a community or outlet."""
        community = self._desk.community(name)
        if community:
            return community.name
        outlet = self._desk.outlet(name)
        return outlet.name if outlet else name

    def entity_types(self) -> Mapping[str, str]:
        """Type of every desk entity by slug."""
        return {entity.slug: entity.type for entity in self._desk.entities}

    def quotable(self, community: str) -> bool:
        """Whether the desk lets people of a community be quoted."""
        known = self._desk.community(community)
        return known is None or known.quote == "ok"

    def label(self, subject: str) -> str:
        """A subject in the desk's words."""
        return self._desk.label(subject)

    def present(self, snapshot: Snapshot) -> bool:
        """Whether this store's log reaches as far as a snapshot."""
        return snapshot.seq <= self._store.seq()

    def _audit(self, snapshot: Snapshot, draw: str, layer: str) -> PlainAudit:
        at = {"draw": draw, "seq": snapshot.seq}
        labels: dict[int, list[str]] = defaultdict(list)
        for row in self._store.rows("evidence_audit_labels", layer=layer, **at):
            labels[row["n"]].append(row["value"])
        said: dict[int, dict[int, str]] = defaultdict(dict)
        heads: dict[int, Row] = {}
        for row in self._store.rows("evidence_audited", **at):
            heads[row["n"]] = row
            if row["part"] is not None:
                said[row["n"]][row["part"]] = row["value"]
        gone = self._store.one("evidence_gone", draw=draw)
        rows = tuple(
            PlainJudgement(stratum=row["stratum"], held=row["held"], own=tuple(labels[n]),
                           first=said[n].get(1), second=said[n].get(2))
            for n, row in heads.items()
        )  # fmt: skip
        return PlainAudit(draw=draw, rows=rows, gone=int(gone["records"]) if gone else 0)

    def _kept(self, snapshot: Snapshot) -> dict[int, tuple[PlainRow, ...]]:
        if snapshot not in self._days and len(self._days) >= SNAPSHOTS_KEPT:
            del self._days[next(iter(self._days))]
        return self._days.setdefault(snapshot, {})

    def _record(self, snapshot: Snapshot, record_id: str) -> Row | None:
        return self._store.one("evidence_record", id=record_id, seq=snapshot.seq,
                               as_of=snapshot.as_of)  # fmt: skip

    def _read(self, snapshot: Snapshot, start: int, stop: int) -> dict[int, tuple[PlainRow, ...]]:
        where = {"start": start, "stop": stop, "seq": snapshot.seq, "as_of": snapshot.as_of}
        labels: dict[str, list[Row]] = defaultdict(list)
        for row in self._store.stream("evidence_labels", **where):
            labels[row["record_id"]].append(row)
        groups = {r["record_id"]: r for r in self._store.stream("evidence_groups", **where)}
        days: dict[int, list[PlainRow]] = {day: [] for day in range(start, stop)}
        for row in self._store.stream("evidence_rows", **where):
            told = labels.get(row["id"], [])
            if any(label["layer"] == "language" for label in told):  # what nobody read is not there
                days[row["day"]].append(_plain(row, told, groups.get(row["id"])))
        return {day: tuple(rows) for day, rows in days.items()}

    def _notes(self, snapshot: Snapshot, day: int) -> list[Row]:
        key = (snapshot, day)
        if key not in self._noted:
            self._noted[key] = self._store.rows(
                "evidence_exposure", seq=snapshot.seq, start=midnight(day), stop=midnight(day + 1)
            )
        return self._noted[key]

    def _gathered(self, community: str) -> list[str]:
        if self._streams is None:
            self._streams = defaultdict(list)
            for row in self._store.rows("evidence_streams"):
                self._streams[row["community"]].append(row["stream"])
        return self._streams.get(community, [])


def _plain(row: Row, labels: Sequence[Row], group: Row | None) -> PlainRow:
    feeling = next((a for a in labels if a["layer"] == "sentiment" and a["n"] == 0), None)
    withdrawn = row["state"] != "public"
    return PlainRow(
        record_id=row["id"], community=row["community"], unit=row["unit"], author=row["author"],
        outlet=row["outlet"], day=row["day"], published=row["published"],
        exact=row["precision"] != "day", root=row["root"], url=row["url"], size=row["size"],
        entities=frozenset(a["value"] for a in labels if a["layer"] == "entities"),
        beats=frozenset(a["value"] for a in labels if a["layer"] == "beats"),
        sentiment=feeling["value"] if feeling else "",
        tone=feeling["score"] if feeling else None,
        cluster=group["grp"] if group else "", copy=bool(group and not group["lead"]),
        withdrawn=withdrawn,
    )  # fmt: skip


def _made(rows: Sequence[Row], stream: str, community: str, day: int) -> int:
    """Collection of one stream that day: the worse of what is noted of it and of the community."""
    worst = FULL
    for where in (community, EVERYWHERE):
        lost = 0
        for row in rows:
            if row["stream"] == stream and row["community"] == where:
                span = min(row["stop"], midnight(day + 1)) - max(row["start"], midnight(day))
                lost += (FULL - row["permille"]) * span
        worst = min(worst, FULL - round(lost / DAY_US))
    return max(0, worst)


def _runs(days: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Consecutive days as half-open ranges.

    >>> list(_runs([3, 4, 7]))
    [(3, 5), (7, 8)]
    """
    first = 0
    for i in range(1, len(days) + 1):
        if i == len(days) or days[i] != days[i - 1] + 1:
            yield days[first], days[i - 1] + 1
            first = i
