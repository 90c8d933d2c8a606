"""One week of some repositories: what an indicator is computed from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from groundswell.types.ticket import MAINTAINING, Reply, Ticket

WEEK = timedelta(days=7)
IDLE = timedelta(days=90)  # without a word: a maintainer has left for now
Kind = Literal["issue", "change"]


@dataclass(frozen=True, slots=True)
class Week:
    """The tickets of a panel at the end of one week.

    `tickets` are all that were opened before `end`; what happened at or after `seen` is not
    known, so waiting is censored there. `repos` are the panel.
    """

    end: datetime
    seen: datetime
    tickets: Sequence[Ticket]

    @property
    def start(self) -> datetime:
        """When the week begins."""
        return self.end - WEEK

    def people(self, kind: Kind | None = None) -> Iterator[Ticket]:
        """Tickets by people, of one kind or both, opened before the end."""
        return (
            one for one in self.tickets
            if not one.bot and one.opened < self.end and kind in (None, one.kind)
        )  # fmt: skip

    def opened(self, kind: Kind | None = None) -> list[Ticket]:
        """What people opened this week."""
        return [one for one in self.people(kind) if one.opened >= self.start]

    def closed(self, kind: Kind | None = None) -> list[Ticket]:
        """What was closed this week of what people opened."""
        return [
            one for one in self.people(kind) if one.closed and self.start <= one.closed < self.end
        ]

    def open_at(self, when: datetime) -> list[Ticket]:
        """What people had opened and nobody closed by then."""
        return [
            one for one in self.people()
            if one.opened < when and (one.closed is None or one.closed >= when)
        ]  # fmt: skip

    def replies(self, span: timedelta, *, before: timedelta = timedelta()) -> Iterator[Reply]:
        """Replies by people under anything, in a span that ends `before` the week's end."""
        stop = self.end - before
        return (
            reply for one in self.tickets for reply in one.replies
            if not reply.bot and stop - span <= reply.at < stop
        )  # fmt: skip

    def maintainers(self, span: timedelta, *, before: timedelta = timedelta()) -> Mapping[str, int]:
        """Who answered as owner, member or collaborator in a span, and how often."""
        found: dict[str, int] = {}
        for reply in self.replies(span, before=before):
            if reply.author and reply.role in MAINTAINING:
                found[reply.author] = found.get(reply.author, 0) + 1
        return found
