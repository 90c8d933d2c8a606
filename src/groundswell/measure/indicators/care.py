"""Who answers, how soon, and how many carry it: first response, review, absence, exits."""

from __future__ import annotations

from groundswell.measure.indicators.flow import Parts
from groundswell.measure.indicators.week import IDLE, Kind, Week
from groundswell.types.ticket import Ticket

HOUR = 3_600


def waits(week: Week, kind: Kind) -> Parts:
    """How many hours each ticket opened this week waited for a maintainer, no bot, and whether
    one came (1) or not (0); a merge is an answer (CHAOSS: Time to First Response).

    What nobody has answered waits until we stopped looking, what was closed in silence until then.
    """
    return [waited(one, week) for one in week.opened(kind)]


def waited(one: Ticket, week: Week) -> tuple[float, float]:
    """The wait of one ticket, and whether it ended in an answer."""
    told = [at for at in (one.answered(by_maintainer=True), one.merged) if at and at < week.seen]
    end = min([*told, one.closed or week.seen, week.seen])
    answered = bool(told) and end == min(told)
    return max(0.0, (end - one.opened).total_seconds() / HOUR), float(answered)


def acts(week: Week) -> list[str]:
    """Who gave each answer or review of the last 90 days, as owner, member or collaborator
    (CHAOSS: Contributor Absence Factor)."""
    return [who for who, n in week.maintainers(IDLE).items() for _ in range(n)]


def reviews(week: Week) -> Parts:
    """Reviews and answers by people for each change request merged this week (CHAOSS: Change
    Request Reviews)."""
    merged = [one for one in week.closed("change") if one.merged]
    return [(sum(not reply.bot for one in merged for reply in one.replies), len(merged))]


def gone_quiet(week: Week) -> list[float]:
    """Maintainers who answered in the quarter before and not once in the last (CHAOSS: Inactive
    Contributors); nothing where there were none to lose."""
    before = week.maintainers(IDLE, before=IDLE)
    return [float(len(before.keys() - week.maintainers(IDLE).keys()))] if before else []


def bot_answers(week: Week) -> Parts:
    """The share of this week's answers that bots wrote (CHAOSS: Bot Activity)."""
    here = [
        reply for one in week.tickets for reply in one.replies if week.start <= reply.at < week.end
    ]
    return [(sum(reply.bot for reply in here), len(here))]
