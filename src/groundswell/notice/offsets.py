"""What a subject's daily series are held against: collection, and everything else said there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from groundswell.notice.settings import Settings
from groundswell.types import EVERYWHERE, Daily

Floats = npt.NDArray[np.float64]
USUAL_DAYS = 28  # over which a community's usual total is told
FULL = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A subject's person series as arrays; rows are series, "*" first, columns are days.

    `counts` are voices; `exposure` the share of expected collection; `share` what the share test
    is offset by: the other voices of the same community, and for "*" their sum weighted by how
    much each community usually says on the subject, so that neither a collector that starts up
    nor a community that grows can look like news. Both offsets have mean 1 before the window.
    """

    start: int
    communities: tuple[str, ...]
    counts: Floats
    exposure: Floats
    share: Floats
    others: Floats

    @property
    def days(self) -> int:
        """Days of every series."""
        return int(self.counts.shape[1])


def panel(daily: Sequence[Daily], held: int) -> Panel | None:
    """The person series of a sample; None when it has no series over all communities.

    The last `held` days teach the weights of "*" nothing.
    """
    people = sorted((d for d in daily if d.unit == "person"),
                    key=lambda d: (d.community != EVERYWHERE, d.community))  # fmt: skip
    if not people or people[0].community != EVERYWHERE:
        return None
    counts = np.array([d.voices for d in people], np.float64)
    others = np.maximum(np.array([d.totals for d in people], np.float64) - counts, 0)
    exposure = np.array([d.exposure for d in people], np.float64) / FULL
    share = (others + 0.5) * (exposure > 0)
    if len(people) > 1:
        exposure[0] = _weighted(counts[1:], exposure[1:], held)
        share[0] = _weighted(counts[1:], share[1:], held)
    return Panel(
        start=people[0].start, communities=tuple(d.community for d in people), counts=counts,
        exposure=exposure, share=_levelled(share, held), others=others,
    )  # fmt: skip


def _weighted(counts: Floats, offset: Floats, held: int) -> Floats:
    """The offset of a sum: each part's offset times the rate at which it usually speaks."""
    past = slice(0, counts.shape[1] - held)
    said, room = counts[:, past].sum(1), offset[:, past].sum(1)
    usual = max(said.sum(), 0.5) / max(room.sum(), 1e-9)
    typical = max(float(np.median(offset[offset > 0])), 1e-9) if (offset > 0).any() else 1.0
    rate = (said + usual * typical) / np.maximum(room + typical, 1e-9)
    whole = rate @ np.where(offset.max(1, keepdims=True) > 0, 1.0, 0.0) * typical
    summed = rate @ offset
    return np.asarray(summed / max(float(np.max(whole)), 1e-9), dtype=np.float64)


def _levelled(offset: Floats, held: int) -> Floats:
    past = offset[:, : offset.shape[1] - held]
    days = np.maximum((past > 0).sum(1, keepdims=True), 1)
    level = past.sum(1, keepdims=True) / days
    return np.asarray(offset / np.where(level > 0, level, 1.0), dtype=np.float64)


def moved(table: Panel, window: int, settings: Settings) -> npt.NDArray[np.bool_]:
    """Which communities' other voices changed too much to be anything but collection, or were
    collected for too few days to know; shape (series,).

    Compares the window's mean a day with the median of the days collected in the 28 before it.
    "*" itself is never marked: its parts are.
    """
    start = table.days - window
    now = table.others[:, start:].mean(1)
    seen = table.exposure[:, :start] > 0
    recent = slice(max(0, start - USUAL_DAYS), start)
    past = np.where(seen[:, recent], table.others[:, recent], np.nan)
    known = seen[:, recent].any(1)
    usual = np.zeros(len(now))
    usual[known] = np.nanmedian(past[known], axis=1)
    enough = np.maximum(now, usual) * window >= settings.collection_voices
    ratio = (now + 0.5) / (usual + 0.5)
    far = np.maximum(ratio, 1 / ratio) > settings.collection_factor
    young = seen.sum(1) < settings.volume_history
    result = np.asarray((enough & far) | young, dtype=np.bool_)
    if len(result) > 1:
        result[0] = False
    return result
