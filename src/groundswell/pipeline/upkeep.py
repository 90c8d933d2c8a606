"""Keeping what may be kept: withdrawals, text limits and the disk budget, at every pass."""

from __future__ import annotations

from dataclasses import dataclass

from groundswell.desk import Desk
from groundswell.query.samples import SERIES_DAYS
from groundswell.query.sources import WEEKS
from groundswell.report.publish import refresh_published
from groundswell.store import Store
from groundswell.store.terms import (
    erase_withdrawn,
    expire_texts,
    shrink,
    size,
    tidy,
    trim_day,
    unlabel_withheld,
)
from groundswell.types.moment import DAY_US, HOUR_US, day_of

TIDY_HOURS = 20  # withdrawn words leave the index and the log at least once a day
ARRIVALS_DAYS = 7 * (WEEKS + 1)  # of new records by the hour
TIDIED = "#tidied"  # the cursor that remembers when, and whether something waits for it
ROOM = 0.95  # of the budget is left full, so that not every pass trims
SLACK = 1.25  # a file so much larger than what it holds is written anew
TRIMS = 8  # times a pass looks whether enough was dropped


@dataclass(frozen=True, slots=True)
class Kept:
    """What an upkeep took away: withdrawn records, texts past their time, labels whose terms
    forbid figures, days of text for the disk budget; and whether that budget cannot be met."""

    erased: int = 0
    expired: int = 0
    unlabelled: int = 0
    days: int = 0
    over: bool = False


def keep(store: Store, desk: Desk) -> Kept:
    """Enforce every term and the disk budget once; safe to stop at any instant and run again."""
    erased, expired = erase_withdrawn(store), expire_texts(store)
    unlabelled = unlabel_withheld(store)
    if erased or expired:
        refresh_published(store, desk)
    _tidy(store, bool(erased or expired))
    _forget_arrivals(store)
    days, over = trim(store, desk.limits.max_disk)
    return Kept(erased, expired, unlabelled, days, over)


def trim(store: Store, budget: int) -> tuple[int, bool]:
    """Drop the oldest texts until what is stored fits into `budget` bytes (0: no limit).

    Returns how many days lost their text, and whether what is left is still too much. Never a
    day that tests look back to, never the evidence of a story; counts and labels stay.
    """
    if not budget or size(store) <= budget:
        return 0, False
    before, days = first_needed(store), 0
    for _ in range(TRIMS):
        excess = size(store) - round(ROOM * budget)
        if excess <= 0:
            break
        dropped = _drop(store, before, excess)
        days += dropped
        if not dropped:
            break
        tidy(store)
    used = size(store)
    if store.path.stat().st_size > max(budget, SLACK * used):
        shrink(store)
    return days, used > budget


def first_needed(store: Store) -> int:
    """The first day that tests of the newest night look back to."""
    return day_of(store.clock()) - SERIES_DAYS


def _drop(store: Store, before: int, excess: int) -> int:
    """Drop whole days, oldest first, until about so many bytes are free; how many days."""
    days = 0
    while excess > 0 and (row := store.one("oldest_text", before=before)):
        held = store.one("bytes_of_day", day=row["day"]) or {"bytes": 0}
        trim_day(store, row["day"])
        excess -= held["bytes"]
        days += 1
    return days


def _forget_arrivals(store: Store) -> None:
    """What came in before anything is compared with it is not kept by the hour."""
    with store.write() as writer:
        writer.do("drop_arrivals", before=(writer.now - ARRIVALS_DAYS * DAY_US) // HOUR_US)


def _tidy(store: Store, now_due: bool) -> None:
    """Clean the index and the log of erased words, at most once in twenty hours."""
    saved = store.one("cursor", stream=TIDIED)
    last, _, waiting = (saved["cursor"] if saved else "0 ").partition(" ")
    if not now_due and not waiting:
        return
    ago = store.clock() - int(last)
    done = not 0 <= ago < TIDY_HOURS * HOUR_US and tidy(store)
    with store.write() as writer:
        cursor = f"{store.clock()} " if done else f"{last} waiting"
        writer.do("save_cursor", stream=TIDIED, cursor=cursor)
