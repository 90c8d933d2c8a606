"""How every live source is doing: asked when, brought how much of what is usual, failed why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from groundswell.store import Row, Store
from groundswell.types.moment import DAY_US, HOUR_US, day_of

State = Literal["fine", "new", "late", "silent", "failing", "parked", "off"]
HOURS = 24  # of a day
WEEKS = 8  # over which the same weekday is remembered
DAYS = 28  # over which any day is, where there are too few of the same weekday
FEWEST = 3  # days before anything is expected
EXPECTED = 5  # records of which not one came: the source is silent
SHARE = 0.25  # of what is expected; less of a larger number is silent too
LARGE = 20
LATE = 3  # periods without a try from which a source is late
GRACE_US = HOUR_US // 6  # and so much on top, so that one long run is not late
PARKED = 5  # failures in a row from which a source is parked, or a pause longer than this:
PAUSE_US = HOUR_US
LATELY = 1_000  # records over which the lag is measured
BAD: frozenset[State] = frozenset({"late", "silent", "failing", "parked"})
ADVICE: Mapping[str, str] = {
    "AuthRequired": "give it the key or account it asks for, in sources.toml",
    "Blocked": "the site does not want it; take the source out of sources.toml",
    "CursorTooOld": "nothing: it goes on with what is newest, and the gap is noted",
    "Forbidden": "open the address in a browser; ask the operator of the site, or set off = true",
    "Gone": "it was taken away for good; take the source out of sources.toml",
    "Malformed": "open the address in a browser; if it looks right, report it: the format changed",
    "NotFound": "mend the address in sources.toml",
    "QuotaExhausted": "nothing: it goes on when there is more; ask for less, or less often",
    "Silent": "nothing for now: it is asked again; if it stays so, see the platform's status page",
    "Throttled": "nothing: it is asked again when it may be; set a longer `every` if it stays so",
    "TooLarge": "ask for less at once, in sources.toml",
    "Unsafe": "mend the address in sources.toml: it leads into a private network",
    "Upstream": "nothing for now: it is asked again; if it stays so, look at the platform's status "
    "page, and at your own connection if all sources say so",
}
BROKEN = "report it to the maker of the plugin; set off = true until it is mended"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """One live source. Times in microseconds, 0 for never; `expected` is None while nobody can
    know. `actual` and `expected` count new records since midnight; `lag` is in seconds."""

    name: str
    kind: str
    state: State
    tried: int
    succeeded: int
    heard: int
    newest: int
    due: int
    actual: int
    expected: int | None
    day: int  # new records of the last 24 hours
    usual: int | None  # of the same 24 hours in past weeks
    failures: int
    error: str
    advice: str
    backfill: str
    checks: int
    lag: int | None
    derived: bool
    redistribute: bool
    ttl: int
    permission: str
    period: int


def source_states(store: Store) -> list[SourceState]:
    """Every source the desk names or has named, in the order of names."""
    now = store.clock()
    errands = {(row["name"], row["errand"]): row for row in store.rows("errands")}
    since = (now - (WEEKS * 7 + 1) * DAY_US) // HOUR_US
    arrivals: dict[str, dict[int, int]] = defaultdict(dict)
    for row in store.stream("arrivals", since=since):
        arrivals[row["name"]][row["hour"]] = row["records"]
    backfills: dict[str, list[Row]] = defaultdict(list)
    for row in store.rows("backfills"):
        backfills[row["name"]].append(row)
    return [
        _state(store, row, errands, arrivals[row["name"]], backfills[row["name"]], now)
        for row in store.rows("live_sources")
    ]


def expected_records(
    arrivals: Mapping[int, int], began: int, now: int, hours: int
) -> tuple[int, int | None]:
    """New records of the last `hours` hours, and how many there usually are.

    Usual is the median of the same hours on the same weekday in past weeks, or on any day where
    too few weeks are known, or None. `arrivals` counts by hour since 1970; only hours after the
    first whole day from `began` (microseconds) on teach anything.
    """
    stop = now // HOUR_US
    actual = sum(arrivals.get(hour, 0) for hour in range(stop - hours, stop + 1))
    first = (day_of(began) + 1) * HOURS
    for step, most in ((7, WEEKS * 7), (1, DAYS)):
        past = [
            sum(arrivals.get(hour, 0) for hour in range(stop - ago - hours, stop - ago))
            for ago in range(step * HOURS, most * HOURS + 1, step * HOURS)
            if stop - ago - hours >= first
        ]
        if len(past) >= FEWEST:
            return actual, round(median(past))
    return actual, None


def measured_lag(store: Store, name: str, began: int) -> int | None:
    """Seconds between publication and first sight, the median of the newest records seen live.

    What was published before we `began` (microseconds) to look was not late but early.
    """
    rows = store.rows("lately_of_stream", stream=name, since=began, limit=LATELY)
    if not rows:
        return None
    return round(median(int(row["observed"] - row["published"]) for row in rows) / 1_000_000)


def _state(
    store: Store, row: Row, errands: Mapping[tuple[str, str], Row], arrivals: Mapping[int, int],
    backfills: Sequence[Row], now: int,
) -> SourceState:  # fmt: skip
    name = row["name"]
    live = errands.get((name, "live"), {"tried": 0, "succeeded": 0, "failures": 0, "due": 0,
                                        "fault": "", "error": ""})  # fmt: skip
    today = now // HOUR_US - day_of(now) * HOURS
    actual, expected = expected_records(arrivals, row["began"], now, today)
    day, usual = expected_records(arrivals, row["began"], now, HOURS)
    state = _judged(row, live, day, usual, now)
    again = errands.get((name, "recheck"))
    if state == "fine" and again and again["failures"] >= PARKED:
        # new records come, and what was taken back may stand here: that is not fine
        told = f"asking again fails: {again['error']}"
        state, live = "failing", {**live, "fault": again["fault"], "error": told}
    checks = store.one("count_checks", name=name) or {"records": 0}
    return SourceState(
        name=name, kind=row["kind"], state=state, tried=live["tried"],
        succeeded=live["succeeded"], heard=row["heard"], newest=row["newest"], due=live["due"],
        actual=actual, expected=expected, day=day, usual=usual, failures=live["failures"],
        error=live["error"], advice=_advice(state, live, day, usual),
        backfill=_backfill(backfills, errands.get((name, "backfill"))), checks=checks["records"],
        lag=measured_lag(store, name, row["began"]), derived=bool(row["derived"]),
        redistribute=bool(row["redistribute"]), ttl=row["ttl"], permission=row["permission"],
        period=row["period"],
    )  # fmt: skip


def _judged(row: Row, live: Row, day: int, usual: int | None, now: int) -> State:
    if not row["active"]:
        return "off"
    if live["failures"]:
        long = live["failures"] >= PARKED or live["due"] - now > PAUSE_US
        return "parked" if long else "failing"
    heard = max(live["succeeded"], row["heard"])
    if not heard:
        return "new"
    if now - heard > LATE * row["period"] * 1_000_000 + GRACE_US:
        return "late"
    few = usual is not None and (
        (usual >= EXPECTED and day == 0) or (usual >= LARGE and day < SHARE * usual)
    )
    return "silent" if few else "fine"


def _advice(state: State, live: Row, day: int, usual: int | None) -> str:
    if state in ("failing", "parked"):
        return ADVICE.get(live["fault"], BROKEN)
    if state == "late":
        return "it was not asked: see that `groundswell up` runs, or run `groundswell gather`"
    if state == "silent":
        return (f"{day:,} new records in a day where {usual:,} are usual, and no error: look at "
                "the platform; its format or its terms may have changed")  # fmt: skip
    return ""


def _backfill(rows: Sequence[Row], errand: Row | None) -> str:
    """How far the past is gathered, in words; empty when none was asked for."""
    if not rows:
        return ""
    left = sum(not row["done"] for row in rows)
    if not left:
        return "done"
    said = f"{left} of {len(rows)} stretches to go" if len(rows) > 1 else "under way"
    return f"{said}; {errand['error']}" if errand and errand["error"] else said
