"""What comes in and what goes out: inflow, first-timers, closure, backlog.

Each function takes one repository's week and gives what is added up over repositories: sums, and
parts of shares as (part, whole).
"""

from __future__ import annotations

import numpy as np

from groundswell.measure.indicators.week import WEEK, Kind, Week
from groundswell.types.ticket import NEWCOMING, Ticket

WEEKS = 8  # of a slope
COHORT_DAYS = 30
DAY = 86_400
MERGED, CLOSED = 1, 2
Parts = list[tuple[float, float]]


def opened(week: Week, kind: Kind) -> list[float]:
    """How many tickets of a kind people opened (CHAOSS: Issues New, Change Requests)."""
    return [float(len(week.opened(kind)))]


def per_maintainer(week: Week) -> Parts:
    """Tickets opened for each maintainer who answered anything this week; one who answers in two
    repositories counts in both."""
    return [(len(week.opened()), len(week.maintainers(WEEK)))]


def by_bots(week: Week) -> Parts:
    """The share of this week's tickets that bots opened (CHAOSS: Bot Activity)."""
    here = [one for one in week.tickets if week.start <= one.opened < week.end]
    return [(sum(one.bot for one in here), len(here))]


def first_timers(week: Week) -> Parts:
    """The share of change requests by people without a merged one, by the platform's word at the
    time (CHAOSS: New Contributors). Those of unknown role are left out, above and below."""
    known = [one for one in week.opened("change") if one.role]
    return [(sum(one.role in NEWCOMING for one in known), len(known))]


def closure(week: Week, kind: Kind) -> Parts:
    """Closed this week for each one opened (CHAOSS: Change Request Closure Ratio)."""
    return [(len(week.closed(kind)), len(week.opened(kind)))]


def fates(week: Week) -> Parts:
    """Of each change request opened this week, how many days it waited and for what: a merge, a
    close without one, or nothing yet. None of them until 30 days have passed for all."""
    if (week.seen - week.end).days < COHORT_DAYS:
        return []
    return [_fate(one, week) for one in week.opened("change")]


def backlog(week: Week) -> list[float]:
    """How many tickets by people stand open at the end of the week."""
    return [float(len(week.open_at(week.end)))]


def ages(week: Week) -> list[float]:
    """How many days each open ticket has been open (CHAOSS: Issue Age)."""
    return [(week.end - one.opened).total_seconds() / DAY for one in week.open_at(week.end)]


def slope(week: Week) -> list[float]:
    """How many tickets a week the backlog has grown by over eight weeks, by least squares;
    slopes of repositories add up. Nothing where less than eight weeks are held."""
    first = min((one.opened for one in week.tickets), default=week.end)
    if first > week.end - WEEKS * WEEK:
        return []
    sizes = [len(week.open_at(week.end - n * WEEK)) for n in range(WEEKS, -1, -1)]
    return [float(np.polyfit(np.arange(len(sizes)), sizes, 1)[0])]


def _fate(one: Ticket, week: Week) -> tuple[float, float]:
    ended = one.closed is not None and one.closed < week.seen
    end = one.closed if one.closed and ended else week.seen
    what = (MERGED if one.merged else CLOSED) if ended else 0
    return max(0.0, (end - one.opened).total_seconds() / DAY), what
