"""Reply texts that one may use: short, kind, and nothing about the person or their tools."""

from __future__ import annotations

from groundswell.types.ticket import Ticket

THING = {"issue": "report", "change": "change request"}


def to_duplicate(ticket: Ticket, keep: Ticket) -> str:
    """For a ticket that says what another says already."""
    return (
        f"Thank you for the {THING[ticket.kind]}. It looks the same as {name(keep, ticket)}, so I "
        "am closing this one and we will go on there. If yours is a different matter, please say "
        "what differs and I will open it again."
    )


def to_lack(ticket: Ticket, parts: tuple[str, ...]) -> str:
    """For a ticket that leaves out required parts; none named means all of them."""
    if not parts:
        return (
            f"Thank you for the {THING[ticket.kind]}. Could you edit it to follow the template? "
            "We need what it asks for before we can look into this."
        )
    return (
        f"Thank you for the {THING[ticket.kind]}. Could you edit it and fill in "
        f"{listed(parts)}? We need that before we can look into this."
    )


def to_twin(ticket: Ticket, others: int) -> str:
    """For a change that was sent to several repositories."""
    places = "another repository" if others == 1 else f"{others} other repositories"
    return (
        f"Thank you. The same change was sent to {places} as well. Could you say in a sentence or "
        "two why it is right for this project, and how you tried it here?"
    )


def to_newcomer(ticket: Ticket) -> str:
    """For a first change that has waited."""
    return (
        "Thank you for your first change here, and sorry for the wait. I have put it on this "
        "week's list; you will hear from one of us about what is missing, if anything."
    )


def to_silence(ticket: Ticket) -> str:
    """For a ticket that nobody has answered."""
    return (
        f"Thank you for the {THING[ticket.kind]}, and sorry that nobody has answered it. Does it "
        "still hold with the newest version? If so we will look at it; if not, please close it."
    )


def name(ticket: Ticket, beside: Ticket) -> str:
    """How one ticket names another: "#12" within its repository."""
    if not ticket.number:
        return f"“{ticket.title}”"
    return f"#{ticket.number}" if ticket.repo == beside.repo else ticket.name


def listed(parts: tuple[str, ...]) -> str:
    """Headings as a list in a sentence.

    >>> listed(("Steps", "Version", "Logs"))
    '“Steps”, “Version” and “Logs”'
    """
    quoted = [f"“{part}”" for part in parts]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
