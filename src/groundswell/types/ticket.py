"""An issue or a change request of a repository, with what its platform says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from groundswell.types.record import RecordId

Role = Literal[
    "owner", "member", "collaborator", "contributor", "first contribution", "first timer",
    "none", "",
]  # fmt: skip
ROLES: tuple[Role, ...] = get_args(Role)
MAINTAINING: tuple[Role, ...] = ("owner", "member", "collaborator")
NEWCOMING: tuple[Role, ...] = ("first contribution", "first timer", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One comment or review under a ticket. `author` is a pseudonym or a handle, "" if unknown."""

    at: datetime
    author: str = ""
    role: Role = ""
    bot: bool = False
    kind: Literal["comment", "review"] = "comment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One issue or change request ("change"). `repo` is "owner/name".

    `role` is what the author was to the repository when it was opened ("" when unknown); on an
    issue "none" only means no merged commit. `closed` and `merged` are None while it is open, and
    a merged change is closed too. `replies` are those we hold, `comments` how many the platform
    counts. `author` serves to tell one person's tickets from another's; nothing ranks by it.
    """

    id: RecordId
    repo: str
    number: int
    kind: Literal["issue", "change"]
    opened: datetime
    title: str = ""
    text: str = ""
    url: str = ""
    author: str = ""
    role: Role = ""
    bot: bool = False
    closed: datetime | None = None
    merged: datetime | None = None
    labels: tuple[str, ...] = ()
    comments: int = 0
    replies: tuple[Reply, ...] = ()

    @property
    def name(self) -> str:
        """How people write it: "owner/name#12"."""
        return f"{self.repo}#{self.number}"

    def answered(self, *, by_maintainer: bool) -> datetime | None:
        """When a human other than its author first answered; None while nobody has.

        `by_maintainer` asks for an owner, member or collaborator. Where roles are unknown, any
        other human's answer counts.
        """
        times = [
            reply.at
            for reply in self.replies
            if not reply.bot
            and not (self.author and reply.author == self.author)
            and (not by_maintainer or reply.role in (*MAINTAINING, ""))
        ]
        return min(times, default=None)
