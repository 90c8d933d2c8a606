"""How much of what was expected each community's collectors brought in, day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from groundswell.store import Row, Store
from groundswell.types import Snapshot
from groundswell.types.moment import DAY_US, midnight

FULL = 1000  # thousandths: all that was expected
EVERY = "*"  # an exposure of all of a stream's communities
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """Exposure in thousandths per community, one entry per day from `start`."""

    start: int
    days: int
    streams: Mapping[str, Mapping[str, int]]  # community -> stream -> records
    stretches: Mapping[tuple[str, str], Floats]  # stream, community -> permille a day
    first_day: Mapping[str, int]

    def of(self, community: str) -> tuple[int, ...]:
        """A community's exposure: its streams' mean, weighted by what they brought in."""
        weights = self.streams.get(community, {})
        total = sum(weights.values())
        daily = np.full(self.days, float(FULL))
        if total:
            daily = sum((n / total * self._stream(s, community) for s, n in weights.items()),
                        start=np.zeros(self.days))  # fmt: skip
        daily[: max(0, self.first_day.get(community, self.start) - self.start)] = 0
        return tuple(round(value) for value in daily)

    def _stream(self, stream: str, community: str) -> Floats:
        own = self.stretches.get((stream, community), self.stretches.get((stream, EVERY)))
        return np.full(self.days, float(FULL)) if own is None else own


def collected(
    store: Store, snapshot: Snapshot, start: int, night: int, first_day: Mapping[str, int]
) -> Collected:
    """The exposure ledger of the days from `start` to `night`, as known at the snapshot."""
    days = night + 1 - start
    streams: dict[str, dict[str, int]] = defaultdict(dict)
    for row in store.stream("samples_streams", start=start, night=night, seq=snapshot.seq):
        streams[row["community"]][row["stream"]] = row["records"]
    rows = store.rows("samples_exposure", seq=snapshot.seq, from_us=midnight(start),
                      to_us=midnight(night + 1))  # fmt: skip
    ledger: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        ledger[row["stream"], row["community"]].append(row)
        if row["community"] != EVERY:  # a community's own stretch does not hide its stream's
            ledger[row["stream"], row["community"]] += [
                other for other in rows if other["stream"] == row["stream"]
                and other["community"] == EVERY
                and other not in ledger[row["stream"], row["community"]]
            ]  # fmt: skip
    return Collected(
        start=start, days=days, streams=streams, first_day=first_day,
        stretches={key: permille(found, start, days) for key, found in ledger.items()},
    )  # fmt: skip


def permille(stretches: Sequence[Row], start: int, days: int) -> Floats:
    """Thousandths a day from stretches of the ledger; what no stretch covers was complete."""
    daily = np.full(days, float(FULL))
    edges = midnight(start) + DAY_US * np.arange(days + 1, dtype=np.float64)
    for stretch in stretches:
        overlap = np.minimum(edges[1:], stretch["stop"]) - np.maximum(edges[:-1], stretch["start"])
        daily += np.clip(overlap / DAY_US, 0, 1) * (stretch["permille"] - FULL)
    return np.asarray(np.maximum(daily, 0), dtype=np.float64)
