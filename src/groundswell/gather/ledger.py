"""The ledger of a live source: what was gathered whole, what is missing, and why."""

from __future__ import annotations

from datetime import datetime

from groundswell.gather.roster import Live
from groundswell.store import Writer
from groundswell.store.live import (
    CAUGHT_UP,
    EVERY,
    FULL,
    GATHERED,
    OUTAGE,
    PENDING,
    SECOND_US,
    cover,
    plan_backfill,
)
from groundswell.types import Exposure
from groundswell.types.moment import HOUR_US, micros

LATE = 3  # periods without success from which the next success is a catching up


def cover_live(writer: Writer, live: Live, now: datetime, covered: int) -> None:
    """Everything up to the run's start, less the platform's own delay, is complete.

    The ledger is brought up to date once an hour and wherever it noted a gap, so that it does
    not grow with every run.
    """
    name, stop = live.name, micros(now) - live.dossier.lag * SECOND_US
    if stop <= covered:
        return  # the clock was set back, or the first run: nothing is known to be covered
    writer.do("cover_source", name=name, covered=stop)
    hour = covered // HOUR_US * HOUR_US
    over = writer.rows("exposure_over", stream=name, community=EVERY, start=hour, stop=stop)
    gap = any(row["permille"] < FULL and row["stop"] > covered for row in over)
    if not gap and over and hour == stop // HOUR_US * HOUR_US:
        return
    (source,) = writer.rows("live_source", name=name)
    late = stop - covered > LATE * live.every * SECOND_US
    start = covered if gap or late else hour
    cover(writer, Exposure(
        stream=name, community=EVERY, start=max(start, source["began"]), stop=stop, permille=FULL,
        reason=CAUGHT_UP if late else GATHERED,
    ))  # fmt: skip


def begin_late(writer: Writer, live: Live, now: datetime, covered: int) -> int:
    """Where the first answer came only after failures: up to when all that is missing is noted.

    A first visit begins with what is newest, so what was written since gathering began need not
    be in. It is gathered afterwards where that can be.
    """
    stop = micros(now) - live.dossier.lag * SECOND_US
    if stop - covered <= LATE * live.every * SECOND_US:
        return covered
    cover(writer, Exposure(stream=live.name, community=EVERY, start=covered, stop=stop, permille=0,
                           reason=f"{PENDING}: the first answer came late"))  # fmt: skip
    writer.do("cover_source", name=live.name, covered=stop)
    if live.refills:
        plan_backfill(writer, live.name, covered, micros(now))  # up to where the visit began
    return stop


def note_beginning(writer: Writer, name: str) -> None:
    """What the first run brought of the time before is not all there was."""
    (source,) = writer.rows("live_source", name=name)
    (oldest,) = writer.rows("oldest_of_stream", stream=name)
    over = writer.rows("exposure_over", stream=name, community=EVERY,
                       start=oldest["published"], stop=source["began"])  # fmt: skip
    stop = min([row["start"] for row in over if row["permille"] < FULL] + [source["began"]])
    if 0 < oldest["published"] < stop:
        cover(writer, Exposure(stream=name, community=EVERY, start=oldest["published"], stop=stop,
                               permille=0, reason=PENDING))  # fmt: skip


def note_outage(writer: Writer, name: str, words: str) -> None:
    """A gap from what was last covered to now, and why."""
    (source,) = writer.rows("live_source", name=name)
    start = max(source["covered"], source["heard"])
    cover(writer, Exposure(stream=name, community=EVERY, start=start, stop=writer.now,
                           permille=0, reason=f"{OUTAGE}: {words}"))  # fmt: skip
