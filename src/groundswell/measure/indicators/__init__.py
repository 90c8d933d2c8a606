"""Indicators of how projects fare, week by week, from the tickets that are held.

Pure computations in `week`, `flow`, `care`, `form` and `panel`; here they meet the store.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from groundswell.measure.indicators.panel import MEASURES, Figure, Measure, Panel, figure, fixed
from groundswell.measure.indicators.week import WEEK, Week
from groundswell.query.tickets import repositories, tickets_of
from groundswell.store import Store
from groundswell.store.indicators import add_indicators
from groundswell.types import Indicator
from groundswell.types.moment import as_day, moment
from groundswell.types.ticket import Ticket

WEEKS = 52  # told; the panel must be there for all of them
SOURCE = "github"
PANEL = "panel"
DONE = "#indicators"  # the cursor: which week was told from which entry of the log
EPOCH_MONDAY = date(1970, 1, 5)
BREAK = date(2025, 10, 7)  # events of change requests were cut down, and roles no longer told


def keep_indicators(store: Store) -> int:
    """Compute every indicator of the last year anew when a week or a day's items have come; save
    those that differ, and return how many did.

    Weeks end on Sunday night, UTC. The figures of a week may change later: waits end, cohorts
    ripen. The old ones stay in the log.
    """
    last = store.one("last_item")
    if last is None or not last["seq"]:
        return 0
    now = moment(store.clock())
    mark = f"{last['seq']}/{now.date().isoformat()}"
    done = store.one("cursor", stream=DONE)
    if done and done["cursor"] == mark:
        return 0
    seq = store.seq()
    held = {repo: tickets_of(store, repo, seq) for repo in repositories(store, seq)}
    changed = add_indicators(store, indicators(held, now))
    with store.write() as writer:
        writer.do("save_cursor", stream=DONE, cursor=mark)
    return changed


def indicators(held: Panel, now: datetime, *, weeks: int = WEEKS) -> Iterator[Indicator]:
    """Every indicator of every week that has ended, of each repository and of the fixed panel.

    The panel's series are called "panel/...", with the interval over repositories and, as
    "panel/..., middle repository", the one in the middle.
    """
    ends = list(week_ends(now, weeks))
    panel = fixed(held, ends[0] - WEEK, ends[-1])
    for number, end in enumerate(ends):
        here = {repo: some for repo, some in sorted(held.items()) if _begun(some, end)}
        broken = {repo: _broken(some, end) for repo, some in here.items()}
        for measure in MEASURES:
            samples = {repo: measure.sample(Week(end, now, some)) for repo, some in here.items()}
            for repo, sample in samples.items():
                told = figure({repo: sample}, measure, end.isoformat())
                yield from _told(repo, measure, end, told, broken=broken[repo])
            if len(panel) > 1:
                told = figure({repo: samples[repo] for repo in panel}, measure, end.isoformat())
                cut = number > 0 and any(broken[repo] for repo in panel)
                yield from _told(PANEL, measure, end, told, broken=cut)


def week_ends(now: datetime, weeks: int) -> Iterator[datetime]:
    """The ends (Sunday midnight, UTC) of the last whole weeks, oldest first."""
    days = (now.astimezone(UTC).date() - EPOCH_MONDAY).days
    last = datetime(1970, 1, 5, tzinfo=UTC) + timedelta(days=days // 7 * 7)
    return (last - n * WEEK for n in range(weeks - 1, -1, -1))


def _begun(some: Sequence[Ticket], end: datetime) -> bool:
    """Whether anything is held of a repository from before a week ended."""
    return any(one.opened < end for one in some)


def _broken(some: Sequence[Ticket], end: datetime) -> bool:
    """Whether in this week counting changed under the figures: events were cut down, and some of
    what is held came by events (its authors' roles are unknown)."""
    day = datetime(BREAK.year, BREAK.month, BREAK.day, tzinfo=UTC)
    return end - WEEK <= day < end and any(not one.role for one in some)


def _told(
    repo: str, measure: Measure, end: datetime, told: Figure | None, *, broken: bool
) -> Iterator[Indicator]:
    if told is None:
        return
    day = as_day((end - timedelta(days=1)).date())

    def whole(value: float | None) -> int | None:
        return None if value is None else round(value * measure.scale)

    value = whole(told.value) or 0
    yield Indicator(
        series=f"{repo}/{measure.name}", day=day, value=value, unit=measure.unit, source=SOURCE,
        n=told.repos, low=whole(told.low), high=whole(told.high), break_=broken,
    )  # fmt: skip
    if repo == PANEL:
        yield Indicator(
            series=f"{repo}/{measure.name}, middle repository", day=day,
            value=whole(told.middle) or 0, unit=measure.unit, source=SOURCE, n=told.repos,
            break_=broken,
        )  # fmt: skip
