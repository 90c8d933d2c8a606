"""Who has waited longest: tickets without an answer, by their age."""

from __future__ import annotations

from collections.abc import Sequence

from groundswell.types.ticket import NEWCOMING, Ticket


def unanswered(tickets: Sequence[Ticket]) -> list[Ticket]:
    """Open tickets by people that no other human has answered, oldest first.

    Where the export holds no replies, only tickets that the platform counts no comment of are
    sure to have none.
    """
    return [
        one
        for one in sorted(tickets, key=lambda one: (one.opened, one.id))
        if one.closed is None and not one.bot and silent(one, by_maintainer=False)
    ]


def newcomers(tickets: Sequence[Ticket]) -> list[Ticket]:
    """Open changes by first-time contributors that no maintainer has answered, oldest first.

    By the platform's own word at the time (first timer, first contribution, none), never because
    we had not seen somebody before. On issues the platform's word says too little.
    """
    return [
        one
        for one in sorted(tickets, key=lambda one: (one.opened, one.id))
        if one.closed is None
        and not one.bot
        and one.kind == "change"
        and one.role in NEWCOMING
        and silent(one, by_maintainer=True)
    ]


def silent(ticket: Ticket, *, by_maintainer: bool) -> bool:
    """Whether we know that nobody has answered: what we hold must be all there is."""
    if ticket.answered(by_maintainer=by_maintainer) is not None:
        return False
    return bool(ticket.replies) or ticket.comments == 0


def roles_known(tickets: Sequence[Ticket]) -> bool:
    """Whether the export says what authors are to the repository."""
    return any(one.role for one in tickets)


def replies_known(tickets: Sequence[Ticket]) -> bool:
    """Whether the export holds replies, where the platform counts some."""
    return any(one.replies for one in tickets) or not any(one.comments for one in tickets)
