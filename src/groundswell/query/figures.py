"""Everything claims count from: voices, pairs, records and labels at one snapshot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from groundswell.desk import Desk
from groundswell.query.audits import Audit, usable
from groundswell.stats.prediction import Judged
from groundswell.store import Row, Store
from groundswell.types import Snapshot, join_body
from groundswell.types.moment import DAY_US, midnight
from groundswell.types.series import Unit

FULL = 1000  # thousandths of what was expected
BLOCK = 28  # days over which a community's size is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One author's records on one day in one thread: `records` leaves copies out."""

    day: int
    community: str
    author: str
    thread: str
    length_bin: int
    records: int
    copies: int
    read: int
    score_sum: int
    positive: int
    negative: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One visible record, its tone and whether it is counted (`lead`)."""

    id: str
    community: str
    unit: Unit
    kind: str
    author: str
    outlet: str
    parent: str
    root: str
    url: str
    title: str
    text: str
    lang: str
    published: int
    precision: str
    day: int
    size: int
    cluster: str
    lead: int
    sentiment: str | None
    tone: int | None

    @property
    def body(self) -> str:
        """What offsets count: title, blank line, text."""
        return join_body(self.title, self.text)


class Figures:
    """One snapshot's numbers; every answer is kept, since many claims ask the same."""

    def __init__(self, store: Store, desk: Desk, snapshot: Snapshot) -> None:
        self.desk = desk
        self.snapshot = snapshot
        self._store = store
        self._cells: dict[tuple[str, str, int, int], list[Cell]] = {}
        self._posts: dict[tuple[str, int, int], list[Post]] = {}
        self._places: dict[str, dict[str, tuple[int, int]]] = {}
        self._exposures: dict[tuple[str, int], int] = {}
        self._audits: dict[tuple[str, str, str], tuple[Audit, Judged] | None] = {}

    def cells(self, subject: str, unit: Unit, start: int, stop: int,
              communities: Sequence[str] = ()) -> list[Cell]:  # fmt: skip
        """Voices on a subject in a window, of the communities named or of all."""
        key = (subject, unit, start, stop)
        if key not in self._cells:
            rows = self._store.stream("figures_voices", subject=subject, unit=unit, start=start,
                                      stop=stop, seen=self.snapshot.seen)  # fmt: skip
            self._cells[key] = [Cell(**row) for row in rows]
        found = self._cells[key]
        return [c for c in found if c.community in communities] if communities else found

    def posts(self, subject: str, start: int, stop: int) -> list[Post]:
        """Visible records on an entity or beat in a window, copies too, in order of time."""
        key = (subject, start, stop)
        if key not in self._posts:
            rows = self._plain("figures_posts", **_label(subject), start=start, stop=stop)
            self._posts[key] = [Post(**row) for row in rows]
        return self._posts[key]

    def post(self, record_id: str) -> Post | None:
        """One visible record."""
        rows = self._plain("figures_post", id=record_id)
        return Post(**rows[0]) if rows else None

    def spans(self, subject: str) -> Mapping[str, list[tuple[int, int]]]:
        """Where records name an entity, by record id."""
        rows = self._store.rows("figures_spans", **_label(subject), seq=self.snapshot.seq)
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for row in rows:
            found[row["record_id"]].append((row["start"], row["stop"]))
        return found

    def named(self, record_id: str) -> list[Row]:
        """Every entity a record names, with its offsets."""
        return self._store.rows("figures_names", id=record_id, seq=self.snapshot.seq)

    def labels(self, record_id: str, layer: str) -> list[str]:
        """The values of one layer of a record."""
        rows = self._store.rows("figures_layer", id=record_id, layer=layer, seq=self.snapshot.seq)
        return [row["value"] for row in rows]

    def replies(self, root: str, start: int, stop: int) -> list[Row]:
        """Counted replies anywhere in a thread."""
        return self._plain("figures_replies", root=root, start=start, stop=stop)

    def answered(self, subject: str, start: int, stop: int) -> list[Row]:
        """First posts on a subject with how many people replied, most answered first."""
        return self._plain("figures_answered", **_label(subject), start=start, stop=stop)

    def sharers(self, url: str, start: int, stop: int) -> list[Row]:
        """Counted records that carry a link."""
        return self._plain("figures_sharers", url=url, start=start, stop=stop)

    def links(self, start: int, stop: int, least: int) -> list[Row]:
        """Links that at least so many people shared, most shared first."""
        return self._plain("figures_links", start=start, stop=stop, least=least)

    def entities(self, unit: Unit, start: int, stop: int,
                 communities: Sequence[str] = ()) -> dict[str, set[str]]:  # fmt: skip
        """Voices of every entity in a window, by slug."""
        rows = self._store.rows("figures_named", unit=unit, start=start, stop=stop,
                                seen=self.snapshot.seen)  # fmt: skip
        return _voices(rows, "subject", communities, cut=len("entity/"))

    def company(self, slug: str, unit: Unit, start: int, stop: int,
                communities: Sequence[str] = ()) -> dict[str, set[str]]:  # fmt: skip
        """Voices that named an entity together with another, by the other's slug."""
        rows = self._store.rows("figures_company", slug=slug, unit=unit, start=start, stop=stop,
                                seen=self.snapshot.seen)  # fmt: skip
        return _voices(rows, "other", communities, cut=0)

    def places(self, unit: Unit) -> dict[str, tuple[int, int]]:
        """Communities with records of a unit, and the days of their first and last."""
        if unit not in self._places:
            rows = self._store.rows("figures_places", unit=unit, seen=self.snapshot.seen)
            self._places[unit] = {row["community"]: (row["first"], row["last"]) for row in rows}
        return self._places[unit]

    def busiest(self, community: str) -> int:
        """Most distinct authors of a community in any 28 days in a row, counted back from now."""
        first, _ = self.places("person").get(community, (self.snapshot.seen, 0))
        stops = range(self.snapshot.seen, first, -BLOCK)
        return max((self.active(community, stop - BLOCK, stop) for stop in stops), default=0)

    def active(self, community: str, start: int, stop: int) -> int:
        """Distinct authors of a community in a window."""
        row = self._store.one("figures_active", community=community, start=start, stop=stop,
                              seen=self.snapshot.seen)  # fmt: skip
        return int(row["people"]) if row else 0

    def audit(self, community: str, layer: str, value: str = "") -> tuple[Audit, Judged] | None:
        """The newest audit of a layer, or of one beat, that stories may use."""
        key = (community, layer, value)
        if key not in self._audits:
            self._audits[key] = usable(self._store, self.snapshot, *key)
        return self._audits[key]

    def exposure(self, community: str, day: int) -> int:
        """Share of expected collection made that day, in thousandths; 1000 when none is noted."""
        key = (community, day)
        if key not in self._exposures:
            self._exposures[key] = self._exposure(community, day)
        return self._exposures[key]

    def _exposure(self, community: str, day: int) -> int:
        own = {r["stream"] for r in self._stretches if r["community"] == community}
        streams = self._streams.get(community, set()) | own
        made = [min(self._made(stream, community, day), self._made(stream, "*", day))
                for stream in sorted(streams)]  # fmt: skip
        return round(sum(made) / len(made)) if made else FULL

    def _made(self, stream: str, community: str, day: int) -> int:
        lost = 0
        for row in self._stretches:
            if row["stream"] == stream and row["community"] == community:
                overlap = min(midnight(day + 1), row["stop"]) - max(midnight(day), row["start"])
                lost += (FULL - row["permille"]) * max(0, overlap)
        return min(FULL, max(0, FULL - round(lost / DAY_US)))

    @cached_property
    def _stretches(self) -> list[Row]:
        return self._store.rows("figures_exposure", seq=self.snapshot.seq)

    @cached_property
    def _streams(self) -> dict[str, set[str]]:
        streams: dict[str, set[str]] = defaultdict(set)
        for row in self._store.rows("figures_streams", seq=self.snapshot.seq):
            streams[row["community"]].add(row["stream"])
        return streams

    def _plain(self, name: str, **params: object) -> list[Row]:
        return self._store.rows(name, seq=self.snapshot.seq, as_of=self.snapshot.as_of, **params)


def people(cells: Iterable[Cell]) -> set[str]:
    """The distinct voices among cells; a record without author has none."""
    return {cell.author for cell in cells if cell.author and cell.records}


def _label(subject: str) -> dict[str, str]:
    kind, _, value = subject.partition("/")
    return {"layer": "entities" if kind == "entity" else "beats", "value": value}


def _voices(rows: Iterable[Row], column: str, communities: Sequence[str],
            *, cut: int) -> dict[str, set[str]]:  # fmt: skip
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if not communities or row["community"] in communities:
            found[row[column][cut:]].add(row["author"])
    return found
