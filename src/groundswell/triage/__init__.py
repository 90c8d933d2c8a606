"""A week's work list for the people who keep a repository: what to close, merge or answer.

Read-only. It ranks tickets, never people, and says nothing about who or what wrote them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from groundswell.measure.tickets.similar import Group, Read, groups, pairs
from groundswell.measure.tickets.template import Template, inferred, lacks
from groundswell.triage import replies
from groundswell.triage.inflow import Inflow, inflow
from groundswell.triage.twins import twins
from groundswell.triage.waiting import newcomers, replies_known, roles_known, unanswered
from groundswell.types import Record
from groundswell.types.ticket import Ticket

WEEK = timedelta(days=7)
RECENT = timedelta(days=180)  # tickets that tell which templates are in use
LIMIT = 5  # lines of a section: the whole list is read in five minutes
SECTIONS = {
    "duplicates": "Likely duplicates",
    "template": "Missing required parts",
    "several": "The same change sent to several repositories",
    "newcomers": "First-time contributors waiting longest",
    "unanswered": "Oldest without an answer by a human",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing to do: the tickets it is about (the one to keep first, for duplicates), why it is
    on the list, and a reply one may use."""

    tickets: tuple[Ticket, ...]
    reason: str
    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the list. `left`: how many more there are; `note`: what could not be told."""

    slug: str
    title: str
    lines: tuple[Line, ...] = ()
    left: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """One week's list for one repository. `open` counts the open tickets it was made from."""

    repo: str
    start: datetime
    end: datetime
    open: int
    inflow: tuple[Inflow, ...]
    sections: tuple[Section, ...]


def triage(
    tickets: Sequence[Ticket],
    repo: str,
    end: datetime,
    *,
    templates: Sequence[Template] = (),
    outside: Iterable[Record] = (),
    read: Read | None = None,
    limit: int = LIMIT,
) -> Worklist:
    """The work list of a repository for the seven days before `end`.

    `tickets` may be of several repositories; those of others only serve to find changes sent to
    many. Without `templates` they are inferred from the tickets of the last half year. `outside`
    are records of other places, to see what preceded a rise. `read` gives the reader's vector
    of a ticket. Tickets opened at or after `end` are not seen.
    """
    seen = [one for one in tickets if one.opened < end]
    mine = [one for one in seen if one.repo == repo]
    recent = [one for one in mine if one.opened >= end - RECENT]
    asked = list(templates) or inferred(recent)
    return Worklist(
        repo=repo,
        start=end - WEEK,
        end=end,
        open=sum(one.closed is None for one in mine),
        inflow=tuple(inflow(mine, end, outside)),
        sections=(
            _duplicates(mine, read, limit),
            _template(recent, asked, limit),
            _several(seen, repo, limit),
            _newcomers(mine, end, limit),
            _unanswered(mine, end, limit),
        ),
    )


def _duplicates(mine: Sequence[Ticket], read: Read | None, limit: int) -> Section:
    found = groups(pairs(mine, read))
    found.sort(key=lambda group: -max(other.opened.timestamp() for other, _ in group.others))
    return _section("duplicates", [_group_line(group) for group in found], limit)


def _group_line(group: Group) -> Line:
    closing = [one for one, _ in group.others if one.closed is None]
    reason = f"Keep {replies.name(group.keep, closing[0])}: {_why(group.keep)}. "
    reason += "; ".join(f"{replies.name(one, group.keep)}: {why}" for one, why in group.others[:3])
    if len(group.others) > 3:
        reason += f"; and {len(group.others) - 3:,} more"
    return Line(
        tickets=(group.keep, *closing),
        reason=reason + ".",
        reply=replies.to_duplicate(closing[0], group.keep),
    )


def _why(keep: Ticket) -> str:
    talk = max(keep.comments, len(keep.replies))
    if talk:
        return f"open, with {talk:,} answers" if talk > 1 else "open, with an answer"
    return f"the first or fullest, of {keep.opened:%-d %B %Y}"


def _template(recent: Sequence[Ticket], asked: Sequence[Template], limit: int) -> Section:
    if not asked:
        note = "No template is known: none was given, and too few tickets share headings."
        return _section("template", [], limit, note)
    found = sorted(lacks(recent, asked), key=lambda lack: -lack.ticket.opened.timestamp())
    lines = [
        Line(
            tickets=(lack.ticket,),
            reason=f"{replies.listed(lack.parts)} {'is' if len(lack.parts) == 1 else 'are'} "
            f"missing or empty; the template is {lack.template}."
            if lack.parts
            else f"It follows no template; most do ({lack.template}).",
            reply=replies.to_lack(lack.ticket, lack.parts),
        )
        for lack in found
    ]
    guessed = any(template.inferred for template in asked)
    note = "Templates were inferred from what most tickets have in common." if guessed else ""
    return _section("template", lines, limit, note if lines else "")


def _several(seen: Sequence[Ticket], repo: str, limit: int) -> Section:
    if len({one.repo for one in seen if one.kind == "change"}) < 2:
        note = "Change requests of one repository only are at hand; name others to compare with."
        return _section("several", [], limit, note)
    lines = [
        Line(
            tickets=(twin.ticket, *(other for other, _ in twin.others[:3])),
            reason=f"Nearly the same words ({twin.others[0][1] / 10:.0f} %) stand in "
            f"{', '.join(dict.fromkeys(other.name for other, _ in twin.others[:3]))}"
            f"{f' and {len(twin.others) - 3:,} more' if len(twin.others) > 3 else ''}.",
            reply=replies.to_twin(twin.ticket, len({other.repo for other, _ in twin.others})),
        )
        for twin in twins(seen, repo)
    ]
    return _section("several", lines, limit)


def _newcomers(mine: Sequence[Ticket], end: datetime, limit: int) -> Section:
    if not roles_known(mine):
        note = "This export does not say who contributes for the first time."
        return _section("newcomers", [], limit, note)
    lines = [
        Line(
            tickets=(one,),
            reason=f"Open for {_days(one, end)}; no maintainer has answered. {_role(one)}",
            reply=replies.to_newcomer(one),
        )
        for one in newcomers(mine)
    ]
    return _section("newcomers", lines, limit)


def _role(one: Ticket) -> str:
    if one.role == "none":
        return "Its author has no merged change here."
    return "It is its author's first here."


def _unanswered(mine: Sequence[Ticket], end: datetime, limit: int) -> Section:
    lines = [
        Line(
            tickets=(one,),
            reason=f"Open for {_days(one, end)}; "
            + ("only bots or its author have written since." if one.replies else "no comment."),
            reply=replies.to_silence(one),
        )
        for one in unanswered(mine)
    ]
    note = "" if replies_known(mine) else "Comments are not at hand; those with any are left out."
    return _section("unanswered", lines, limit, note)


def _section(slug: str, lines: Sequence[Line], limit: int, note: str = "") -> Section:
    return Section(
        slug=slug,
        title=SECTIONS[slug],
        lines=tuple(lines[:limit]),
        left=max(0, len(lines) - limit),
        note=note,
    )


def _days(one: Ticket, end: datetime) -> str:
    days = (end - one.opened).days
    return "1 day" if days == 1 else f"{days:,} days"
