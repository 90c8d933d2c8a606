"""The world while it is being made: drafts by place and day, and the hands that add them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from groundswell.simulate.clock import moment
from groundswell.simulate.compose import Composer
from groundswell.simulate.dice import Dice
from groundswell.simulate.draft import DAY, Draft
from groundswell.simulate.material import Post
from groundswell.simulate.names import Names
from groundswell.simulate.people import People
from groundswell.simulate.plan import PLACES
from groundswell.simulate.words import Used

MEMORY = 30 * 3600  # a thread is answered for so many seconds


@dataclass(slots=True, kw_only=True)
class World:
    """Everything the steps of the script share."""

    dice: Dice
    posts: Mapping[str, Post]
    names: Names
    composer: Composer
    people: People
    used: Used
    drafts: list[Draft] = field(default_factory=list)
    by_key: dict[str, Draft] = field(default_factory=dict)
    _by_day: dict[tuple[str, int], list[Draft]] = field(default_factory=lambda: defaultdict(list))
    _count: Counter[tuple[str, str, int]] = field(default_factory=Counter)

    def add(self, draft: Draft) -> Draft:
        """Take a finished draft in."""
        self.drafts.append(draft)
        self._by_day[draft.place, draft.day].append(draft)
        self._count[draft.topic, draft.place, draft.day] += 1
        if draft.key:
            self.by_key[draft.key] = draft
        return draft

    def count(self, topic: str, place: str, day: int) -> int:
        """How many posts on a topic there are so far that day."""
        return self._count[topic, place, day]

    def on_day(self, place: str, day: int) -> list[Draft]:
        """The drafts of a place and day so far."""
        return self._by_day[place, day]

    def before(self, place: str, at: int) -> list[Draft]:
        """Hand-written posts of a place that somebody may still answer at that time."""
        day = at // DAY
        return [draft for near in (day - 1, day) for draft in self._by_day[place, near]
                if draft.key and at - MEMORY < draft.at < at - 30]  # fmt: skip

    def say(self, place: str, topic: str, day: int, text: str, author: str, *,
            replies: float = 0.0, kin: tuple[str, ...] = ()) -> Draft:  # fmt: skip
        """Add a scripted post; that often it answers a hand-written one on the same topic."""
        at = moment(self.dice, place, day)
        parent: Draft | None = None
        if self.dice.chance(replies):
            parent = self._to_answer(place, at, (topic, *kin))
        draft = Draft(place=place, topic=topic, at=at, parent=parent, author=author)
        set_words(draft, text)
        return self.add(draft)

    def _to_answer(self, place: str, at: int, topics: tuple[str, ...]) -> Draft | None:
        """A post of a thread on the topic, every thread alike."""
        near: dict[str, list[Draft]] = defaultdict(list)
        for draft in self.before(place, at):
            if draft.topic in topics:
                near[draft.root.key].append(draft)
        if not near:
            return None
        return self.dice.pick(near[self.dice.pick(sorted(near))])


def set_words(draft: Draft, text: str) -> None:
    """Where first posts have titles, a short first post is only a title."""
    if draft.parent is None and PLACES[draft.place].titled and len(text) < 120:
        draft.title = text
    else:
        draft.text = text
