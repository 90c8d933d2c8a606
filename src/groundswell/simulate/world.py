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
CROWD = 3  # so many posts at most the script adds to one thread on a topic


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
    _added: Counter[int] = field(default_factory=Counter)

    def add(self, draft: Draft) -> Draft:
        """Take a finished draft in; never at midnight, which would say "that day" only."""
        if draft.at % DAY == 0:
            draft.at += 60
        self.drafts.append(draft)
        self._by_day[draft.place, draft.day].append(draft)
        self._count[draft.topic, draft.place, draft.day] += 1
        if draft.key:
            self.by_key[draft.key] = draft
            for slug in sorted(self.names.found(draft.body, draft.day)):
                self._count[slug, "*", draft.day] += 1
        return draft

    def count(self, topic: str, place: str, day: int) -> int:
        """How many posts on a topic there are so far that day."""
        return self._count[topic, place, day]

    def on_day(self, place: str, day: int) -> list[Draft]:
        """The drafts of a place and day so far."""
        return self._by_day[place, day]

    def before(self, place: str, at: int, memory: int = MEMORY) -> list[Draft]:
        """Hand-written posts of a place that somebody may still answer at that time."""
        return [draft for draft in self._near(place, at, memory) if draft.key]

    def _near(self, place: str, at: int, memory: int) -> list[Draft]:
        days = range((at - memory) // DAY, at // DAY + 1)
        return [draft for day in days for draft in self._by_day.get((place, day), ())
                if at - memory < draft.at < at - 30]  # fmt: skip

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
        """A post of a hand-written thread on the topic, every thread alike; else of another."""
        threads: dict[int, list[Draft]] = defaultdict(list)
        fitting = [d for d in self._near(place, at, MEMORY) if d.topic in topics and not d.copied]
        for draft in [d for d in fitting if d.root.key] or fitting:
            threads[id(draft.root)].append(draft)
        calm = [thread for root, thread in threads.items() if self._added[root] < CROWD]
        if not calm:
            return None
        parent = self.dice.pick(self.dice.pick(calm))
        self._added[id(parent.root)] += 1
        return parent


def set_words(draft: Draft, text: str) -> None:
    """Where first posts have titles, a short first post is only a title."""
    if draft.parent is None and PLACES[draft.place].titled and len(text) < 120:
        draft.title = text
    else:
        draft.text = text
