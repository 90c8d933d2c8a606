"""How much came in this week, against the repository's own weeks before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from groundswell.types import Record
from groundswell.types.ticket import Ticket

WEEK = timedelta(days=7)
WEEKS = 26  # before, at most
FEWEST = 8  # weeks before, or there is nothing to compare with
RISE = 1.5  # times the usual week, and above all weeks before
BEFORE = timedelta(days=7)  # how long before the rise a thread outside is looked for
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Outside:
    """A thread or link elsewhere that named the repository before a rise began."""

    record: Record
    ahead: timedelta  # of the busiest day


@dataclass(frozen=True, slots=True, kw_only=True)
class Inflow:
    """Tickets opened in a week and in each week before, oldest first; bots are left out.

    `rise`: more than in every week before, and half as much again as the usual one. `peak` is
    its busiest day. `outside` is what preceded it elsewhere, as far as was looked.
    """

    kind: str
    opened: int
    before: tuple[int, ...]
    peak: datetime
    outside: tuple[Outside, ...] = ()

    @property
    def usual(self) -> float:
        """The median week before."""
        return median(self.before) if self.before else 0.0

    @property
    def known(self) -> bool:
        """Whether there are enough weeks to compare with."""
        return len(self.before) >= FEWEST

    @property
    def rise(self) -> bool:
        """Whether this week stands out from all that were before it."""
        return self.known and self.opened > max(self.before) and self.opened >= RISE * self.usual


def inflow(tickets: Sequence[Ticket], end: datetime, outside: Iterable[Record]) -> list[Inflow]:
    """The inflow of issues and of changes in the seven days before `end`.

    Weeks before the first ticket we hold are not counted: an export need not begin at the
    beginning.
    """
    records = list(outside)
    found = []
    for kind in ("issue", "change"):
        times = sorted(one.opened for one in tickets if one.kind == kind and not one.bot)
        if not times:
            continue
        full = min(int((end - times[0]) / WEEK), WEEKS + 1)
        weeks = [sum(end - (n + 1) * WEEK <= at < end - n * WEEK for at in times)
                 for n in range(full)]  # fmt: skip
        here = [at for at in times if end - WEEK <= at < end]
        peak = _peak(here) if here else end
        told = Inflow(kind=kind, opened=len(here), before=tuple(reversed(weeks[1:])), peak=peak)
        if told.rise:
            repo = tickets[0].repo
            told = Inflow(kind=kind, opened=told.opened, before=told.before, peak=peak,
                          outside=preceded(repo, peak, records))  # fmt: skip
        found.append(told)
    return found


def preceded(repo: str, peak: datetime, records: Iterable[Record]) -> tuple[Outside, ...]:
    """Threads outside that named a repository in the week before a day, most answered first.

    That one came before the other proves nothing about a cause.
    """
    names = (f"github.com/{repo}".casefold(), f" {repo} ".casefold())
    near = [
        record
        for record in records
        if record.source != "github"
        and peak - BEFORE <= record.published < peak
        and any(name in f" {record.url} {record.body} ".casefold() for name in names)
    ]
    near.sort(key=lambda one: (-_weight(one), one.published, one.id))
    return tuple(Outside(one, peak - one.published) for one in near[:SHOWN])


def _weight(record: Record) -> int:
    return record.engagement.get("comments", 0) + record.engagement.get("score", 0)


def _peak(times: Sequence[datetime]) -> datetime:
    """The start of the day with most of them; the first such day."""
    days = [at.replace(hour=0, minute=0, second=0, microsecond=0) for at in times]
    return min(set(days), key=lambda day: (-days.count(day), day))
