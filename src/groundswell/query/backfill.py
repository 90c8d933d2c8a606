"""Which days of which communities were gathered afterwards: they teach, and raise no alarm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set

from groundswell.store import Store
from groundswell.types import Snapshot
from groundswell.types.moment import DAY_US, midnight

BACKFILL = "backfill"  # the reason such a stretch has in the ledger
MOST = 0.5  # of a day's collection from which the day counts as gathered afterwards
EVERY = "*"  # a stretch of all of a stream's communities
Cell = tuple[str, int]  # community, day


def gathered_afterwards(store: Store, snapshot: Snapshot, start: int, night: int) -> Set[Cell]:
    """Days from `start` to `night` most of whose records came by backfill, by community.

    A community's streams weigh what they brought in, as in its exposure.
    """
    shares: dict[str, dict[Cell, float]] = defaultdict(lambda: defaultdict(float))
    for row in store.rows("filled_exposure", seq=snapshot.seq, reason=BACKFILL,
                          from_us=midnight(start), to_us=midnight(night + 1)):  # fmt: skip
        for day in range(max(start, row["start"] // DAY_US), night + 1):
            overlap = min(row["stop"], midnight(day + 1)) - max(row["start"], midnight(day))
            if overlap <= 0:
                break
            shares[row["stream"]][row["community"], day] += overlap / DAY_US
    if not shares:
        return frozenset()
    brought: dict[str, dict[str, int]] = defaultdict(dict)
    for row in store.stream("samples_streams", start=start, night=night, seq=snapshot.seq):
        brought[row["community"]][row["stream"]] = row["records"]
    found: dict[Cell, float] = defaultdict(float)
    for community, streams in brought.items():
        total = sum(streams.values())
        for stream, records in streams.items():
            for (place, day), share in shares.get(stream, {}).items():
                if place in (EVERY, community):
                    found[community, day] += share * records / total
    return frozenset(cell for cell, share in found.items() if share > MOST)
