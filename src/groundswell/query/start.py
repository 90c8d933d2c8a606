"""What can be said before there is a baseline: counts and shares of people, links, clusters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from groundswell.query import pages
from groundswell.query.exposure import collected
from groundswell.query.samples import SERIES_DAYS
from groundswell.stats.shares import wilson
from groundswell.store import Row
from groundswell.types.moment import DAY_US

HALF = 500  # thousandths of what was expected: a day with less is no day of history
LEAST_PEOPLE = 15  # under so many no share is printed
FIRM = 40  # from so many on it is not provisional any more
NAMES, PLACES, THREADS, CLUSTERS = 8, 8, 5, 5  # how many of each are shown
LEAST_THREAD = 5  # people in a notable thread
THREAD_DAYS = 7  # over which threads are looked for
SPAN = 3  # days within which outlets come together
LEAST_OUTLETS = 3  # of different owners


@dataclass(frozen=True, slots=True)
class Share:
    """Of the people active somewhere, how many used a name, with Wilson's 95 % interval."""

    slug: str
    name: str
    community: str
    place: str
    people: int
    of: int
    low: float
    high: float

    @property
    def provisional(self) -> bool:
        """Whether too few people are behind it to prove anything."""
        return self.of < FIRM


@dataclass(frozen=True, slots=True)
class Cluster:
    """Independent outlets that wrote about one thing within three days."""

    subject: str
    label: str
    outlets: tuple[str, ...]
    articles: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread many people spoke in, by its first record."""

    first: pages.Line
    people: int
    records: int


@dataclass(frozen=True, slots=True)
class Start:
    """Everything that needs no baseline."""

    people: int
    shares: tuple[Share, ...]
    places: tuple[Share, ...]
    clusters: tuple[Cluster, ...]
    threads: tuple[Thread, ...]


def history(sight: pages.Sight) -> int:
    """Days of collection that a test can look back to: those before it began do not count."""
    first = pages.first_day(sight)
    if first is None:
        return 0
    start = sight.last + 1 - SERIES_DAYS
    ledger = collected(sight.store, sight.snapshot, start, sight.last, {})
    daily = [ledger.of(community) for community in ledger.streams]
    if not daily:
        return 0
    known = np.array(daily).max(axis=0) >= HALF
    return int(known[max(0, first - start) :].sum())


def start(sight: pages.Sight) -> Start:
    """What the last four weeks hold, told without comparing it to any other time."""
    active = {row["community"]: row["people"] for row in sight.rows("start_active")}
    whole = sight.one("start_people") or {"people": 0}
    everywhere = [
        _share(sight, named.slug, "", named.people, whole["people"])
        for named in pages.named(sight, "entities", limit=NAMES)
    ]
    return Start(
        people=whole["people"],
        shares=tuple(share for share in everywhere if share.of >= LEAST_PEOPLE and share.people),
        places=_places(sight, active), clusters=_clusters(sight), threads=_threads(sight),
    )  # fmt: skip


def _share(sight: pages.Sight, slug: str, community: str, people: int, of: int) -> Share:
    low, high = wilson(people, of)
    return Share(slug, sight.desk.label(f"entity/{slug}"), community,
                 pages.place_name(sight.desk, community) if community else "", people, of,
                 low, high)  # fmt: skip


def _places(sight: pages.Sight, active: Mapping[str, int]) -> tuple[Share, ...]:
    """In each community large enough, the name most people used there."""
    first: dict[str, Row] = {}
    for row in sight.rows("start_named"):
        if active.get(row["community"], 0) >= LEAST_PEOPLE:
            first.setdefault(row["community"], row)
    found = [_share(sight, row["value"], place, row["people"], active[place])
             for place, row in first.items()]  # fmt: skip
    return tuple(sorted(found, key=lambda share: (-share.of, share.community)))[:PLACES]


def _clusters(sight: pages.Sight) -> tuple[Cluster, ...]:
    """The densest three days of each subject that several outlets wrote about."""
    about: dict[str, list[Row]] = defaultdict(list)
    for row in sight.rows("start_articles"):
        if sight.desk.owner(row["outlet"]):
            about[row["subject"]].append(row)
    found = [cluster for subject, rows in about.items()
             if (cluster := _densest(sight, subject, rows))]  # fmt: skip
    found.sort(key=lambda cluster: (-len(cluster.outlets), -cluster.last, cluster.subject))
    return tuple(found[:CLUSTERS])


def _densest(sight: pages.Sight, subject: str, rows: Sequence[Row]) -> Cluster | None:
    best: tuple[int, int, list[Row]] = (0, 0, [])
    for last in sorted({row["day"] for row in rows}):
        inside = [row for row in rows if last - SPAN < row["day"] <= last]
        owners = {sight.desk.owner(row["outlet"]) for row in inside}
        best = max(best, (len(owners), last, inside), key=lambda found: found[:2])
    if best[0] < LEAST_OUTLETS:
        return None
    days = [row["day"] for row in best[2]]
    names = {row["outlet"]: pages.place_name(sight.desk, row["outlet"]) for row in best[2]}
    return Cluster(subject, sight.desk.label(subject), tuple(sorted(names.values())),
                   sum(row["articles"] for row in best[2]), min(days), max(days))  # fmt: skip


def _threads(sight: pages.Sight) -> tuple[Thread, ...]:
    """The most spoken in, those first whose words may be shown."""
    rows = sight.rows("start_threads", since=(sight.last + 1 - THREAD_DAYS) * DAY_US,
                      least=LEAST_THREAD, limit=THREADS * 4)  # fmt: skip
    found = [Thread(pages.line(sight.desk, row), row["people"], row["records"]) for row in rows]
    return tuple(sorted(found, key=lambda thread: bool(thread.first.withheld))[:THREADS])
