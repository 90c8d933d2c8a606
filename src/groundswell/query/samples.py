"""What detectors are given: every sample of a night, from a dozen queries in all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from typing import overload

import numpy as np
import numpy.typing as npt

from groundswell.desk import Desk
from groundswell.query.exposure import collected
from groundswell.query.together import Together, together
from groundswell.store import Row, Store
from groundswell.types import EVERYTHING, EVERYWHERE, Daily, Mention, Pair, Snapshot, Voice
from groundswell.types.series import Unit

SERIES_DAYS = 98  # fourteen weeks: enough for a baseline and the weekday shape
VOICE_DAYS = 63  # the contract of Sample, as the next
RECENT_DAYS = 28
LEAST_VOICES = 5  # what fewer people mentioned lately cannot be told apart from noise
Ints = npt.NDArray[np.int64]
Key = tuple[str, str, Unit]  # subject, community, unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """One subject on one night: the fields of `notice.detector.Sample`, whose layer is above.

    `pairs` holds, for each two names, first the pair over all communities, then one pair per
    person series of `daily` that is not "*", in their order. `totals` of a series count its own
    community's voices, since collectors start and fail by community.
    """

    night: int
    subject: str
    daily: Sequence[Daily]
    voices: Sequence[Voice]
    others: Sequence[Voice]
    mentions: Sequence[Mention]
    pairs: Sequence[Pair]
    first_day: Mapping[str, int]
    subject_first: int


class Joined(Sequence[Voice]):
    """Lists shared by many samples, read as one sequence without copying them."""

    def __init__(self, parts: Sequence[Sequence[Voice]]) -> None:
        self.parts = parts

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def __iter__(self) -> Iterator[Voice]:
        return chain.from_iterable(self.parts)

    @overload
    def __getitem__(self, at: int) -> Voice: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Voice]: ...
    def __getitem__(self, at: int | slice) -> Voice | Sequence[Voice]:
        return list(self)[at]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Everything that one night's samples are cut from."""

    night: int
    series: Mapping[Key, Ints]
    places: Mapping[str, Sequence[tuple[str, Unit]]]  # subject -> where it was spoken of
    exposure: Mapping[str, tuple[int, ...]]
    mentions: Mapping[str, Sequence[Mention]]
    together: Together
    active: Mapping[str, Sequence[Voice]]
    first_day: Mapping[str, int]
    firsts: Mapping[str, int]

    @property
    def start(self) -> int:
        """The first day of every series."""
        return self.night + 1 - SERIES_DAYS


def samples(store: Store, desk: Desk, snapshot: Snapshot, night: int) -> Iterator[Sampled]:
    """Every entity and beat that at least five voices wrote about in the last 28 days.

    Sees what the snapshot's `seen` allows: rollups must be clean (`measure` done).
    """
    window = {"night": night, "seen": snapshot.seen}
    recent = night + 1 - RECENT_DAYS
    found = store.stream("samples_subjects", start=recent, least=LEAST_VOICES, **window)
    wanted = {row["subject"] for row in found}
    rows = store.stream("samples_voices", start=night + 1 - VOICE_DAYS, **window)
    groups = groupby(rows, key=lambda row: str(row["subject"]))
    active: Mapping[str, Sequence[Voice]] = {}
    shelf: Shelf | None = None
    for subject, spoken in groups:  # everything, "*", sorts before every subject
        if subject == EVERYTHING:
            active = _by_community(spoken)
        elif subject in wanted:
            shelf = shelf or _shelf(store, desk, snapshot, night, active)
            yield _sample(shelf, subject, tuple(_voice(row) for row in spoken))


def _shelf(store: Store, desk: Desk, snapshot: Snapshot, night: int,
           active: Mapping[str, Sequence[Voice]]) -> Shelf:  # fmt: skip
    start = night + 1 - SERIES_DAYS
    window = {"night": night, "seen": snapshot.seen}
    first_day: dict[str, int] = {}
    for row in store.stream("samples_places", **window):
        known = first_day.get(row["community"], row["first"])
        first_day[row["community"]] = min(known, row["first"])
    series = _series(store, start, night, snapshot.seen)
    places: dict[str, list[tuple[str, Unit]]] = defaultdict(list)
    for subject, community, unit in sorted(series):
        places[subject].append((community, unit))
    ledger = collected(store, snapshot, start, night, first_day)
    return Shelf(
        night=night, series=series, places=places, active=active, first_day=first_day,
        exposure={community: ledger.of(community) for community in first_day},
        mentions=_mentions(store, desk, snapshot, night),
        together=together(store, snapshot, night + 1 - RECENT_DAYS, night),
        firsts={row["subject"]: row["first"] for row in store.stream("samples_firsts", **window)},
    )  # fmt: skip


def _series(store: Store, start: int, night: int, seen: int) -> dict[Key, Ints]:
    series: dict[Key, Ints] = defaultdict(lambda: np.zeros(night + 1 - start, np.int64))
    window = {"start": start, "night": night, "seen": seen}
    for row in store.stream("samples_daily", **window):
        series[row["subject"], row["community"], row["unit"]][row["day"] - start] = row["voices"]
    for row in store.stream("samples_everywhere", **window):
        series[row["subject"], EVERYWHERE, row["unit"]][row["day"] - start] = row["voices"]
    return dict(series)


def _mentions(store: Store, desk: Desk, snapshot: Snapshot,
              night: int) -> Mapping[str, Sequence[Mention]]:  # fmt: skip
    found: dict[str, list[Mention]] = defaultdict(list)
    for row in store.stream("samples_mentions", start=night + 1 - VOICE_DAYS, night=night,
                            seq=snapshot.seq, seen=snapshot.seen):  # fmt: skip
        owner = desk.owner(row["outlet"])
        if not owner:
            continue
        found[row["subject"]].append(Mention(
            record_id=row["id"], outlet=row["outlet"], owner=owner, day=row["day"],
            published=row["published"], exact=row["precision"] != "day", cluster=row["cluster"],
        ))  # fmt: skip
    return found


def _sample(shelf: Shelf, subject: str, voices: tuple[Voice, ...]) -> Sampled:
    daily = [_daily(shelf, subject, community, unit) for community, unit in shelf.places[subject]
             if unit == "person" or community == EVERYWHERE]  # fmt: skip
    communities = [series.community for series in daily
                   if series.unit == "person" and series.community != EVERYWHERE]  # fmt: skip
    spoken = {voice.community for voice in voices}
    is_entity = subject.startswith("entity/")
    return Sampled(
        night=shelf.night,
        subject=subject,
        daily=daily,
        voices=voices,
        others=Joined([shelf.active[c] for c in sorted(spoken) if c in shelf.active]),
        mentions=tuple(shelf.mentions.get(subject, ())),
        pairs=shelf.together.pairs(subject, communities, LEAST_VOICES) if is_entity else (),
        first_day={c: day for c, day in shelf.first_day.items() if c in spoken},
        subject_first=shelf.firsts[subject],
    )


def _daily(shelf: Shelf, subject: str, community: str, unit: Unit) -> Daily:
    return Daily(
        subject=subject, community=community, unit=unit, start=shelf.start,
        voices=_tuple(shelf.series[subject, community, unit]),
        totals=_tuple(shelf.series[EVERYTHING, community, unit]),
        exposure=_everywhere(shelf, subject, unit) if community == EVERYWHERE
        else shelf.exposure[community],
    )  # fmt: skip


def _everywhere(shelf: Shelf, subject: str, unit: Unit) -> tuple[int, ...]:
    """Exposure over all communities, each weighing what it says about the subject."""
    places = [place for place, kind in shelf.places[subject]
              if kind == unit and place != EVERYWHERE]  # fmt: skip
    weights = np.array([shelf.series[subject, place, unit].sum() for place in places], np.float64)
    daily = np.array([shelf.exposure[place] for place in places], np.float64)
    return _tuple(np.rint(weights / weights.sum() @ daily).astype(np.int64))


def _by_community(rows: Iterator[Row]) -> Mapping[str, Sequence[Voice]]:
    found: dict[str, list[Voice]] = defaultdict(list)
    for row in rows:
        found[row["community"]].append(_voice(row))
    return found


def _voice(row: Row) -> Voice:
    return Voice(**(row | {"exact": bool(row["exact"])}))


def _tuple(values: Ints) -> tuple[int, ...]:
    return tuple(values.tolist())
