"""How far GitHub's lists were read: the cursor, repository by repository and list by list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from groundswell.gather.cursors import branch, foreign, instant, number, texts, word
from groundswell.gather.fields import text_of
from groundswell.gather.github import told, updated
from groundswell.gather.listing import cursor_of, state_of
from groundswell.gather.source import Cursor

OVERLAP = 60  # seconds read again: a change may be shown a moment late

Raw = Mapping[str, Any]
Queue = Literal["reviews", "talks"]


@dataclass(slots=True)
class Mark:
    """How far one list was read: the last change, and what was read of the minute before it."""

    repo: str
    at: str
    seen: dict[str, str]
    state: dict[str, Any]

    def since(self) -> str:
        """From when to ask: a minute is read again."""
        when = datetime.fromisoformat(self.at) - timedelta(seconds=OVERLAP)
        return told(when) if self.seen else self.at

    def take(self, items: Sequence[Any], until: str) -> list[Raw]:
        """Note a page; what of it is new and moved by `until`."""
        times = {text_of(one, "id"): (updated(one), one) for one in items if isinstance(one, dict)}
        new: list[Raw] = [one for name, (at, one) in times.items()
               if at and at <= until and self.seen.get(name) != at]  # fmt: skip
        self.at = max([self.at, *(at for at, _ in times.values() if at <= until)])
        edge = told(datetime.fromisoformat(self.at) - timedelta(seconds=OVERLAP))
        held = {**self.seen, **{name: at for name, (at, _) in times.items() if at <= until}}
        self.seen = {name: at for name, at in held.items() if at >= edge}
        self.state.update({"at": self.at, "seen": self.seen})
        return new


class Progress:
    """The cursor: for each repository how far each list was read, and what waits to be read."""

    def __init__(self, kept: dict[str, Any]) -> None:
        self._kept = kept

    @classmethod
    def of(cls, since: Cursor | None) -> Progress:
        """From a cursor; Malformed for one that is not ours."""
        kept = state_of(since)
        return cls({repo: branch(kept, repo) for repo in kept})

    def begin(self, repo: str, lists: Iterable[str], first: str) -> bool:
        """Have lists that were never read begin at a time; whether there were any.

        It has to be saved even where nothing stands in them yet: after a long silence of ours they
        would begin at a later time, and what came in between would be lost.
        """
        kept = self.repo(repo)
        fresh = [what for what in lists if what not in kept]
        kept.update({what: {"at": first, "seen": {}} for what in fresh})
        return bool(fresh)

    def repo(self, repo: str) -> dict[str, Any]:
        """What is kept of a repository."""
        found: dict[str, Any] = self._kept.setdefault(repo, {})
        return found

    def part(self, repo: str, what: str) -> dict[str, Any]:
        """What is kept of one thing in a repository; what is written there is kept."""
        found = self.repo(repo)[what] = branch(self.repo(repo), what)
        return found

    def mark(self, repo: str, what: str) -> Mark:
        """How far a list was read."""
        state = self.part(repo, what)
        seen = branch(state, "seen")
        if instant(state, "at") is None:
            raise foreign(state)
        return Mark(repo, word(state, "at"), {name: word(seen, name) for name in seen}, state)

    def waiting(self, repo: str, queue: Queue) -> list[int]:
        """The numbers of change requests whose reviews, or of discussions that, are still to be
        asked for; what is taken out or put in is kept."""
        told_ = self.repo(repo).get(queue, [])
        if not isinstance(told_, list):
            raise foreign(told_)
        found = self.repo(repo)[queue] = [number({"number": one}, "number") for one in told_]
        return found

    def await_(self, repo: str, queue: Queue, numbers: Iterable[int]) -> None:
        """Have these asked for as well."""
        waiting = self.waiting(repo, queue)
        waiting += [one for one in dict.fromkeys(numbers) if one not in waiting]

    def events(self, repo: str) -> tuple[str, list[str]]:
        """The time of the newest event that was read, and the ids of the last ones."""
        state = self.part(repo, "events")
        return word(state, "at"), texts(state, "seen")

    def looked(self, repo: str, path: str) -> int:
        """When a watched file was looked at last, in seconds since 1970; 0 for never."""
        return number(self.part(repo, "watched"), path)

    def cursor(self) -> Cursor:
        """As text."""
        return cursor_of(self._kept)
