"""The invented people: some write often, most hardly ever; nobody has a name."""

from __future__ import annotations

from collections.abc import Sequence

from groundswell.simulate.dice import Dice
from groundswell.simulate.plan import PLACES

TAIL = 1.2  # of the Pareto law of how much people write
MOST = 40.0  # times as much as the least active
TRIES = 60
LONG_AGO = -1000


class People:
    """Who writes what: every pick keeps people from repeating themselves too soon."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._pool = {place: [f"{place}/{n}" for n in range(known.people)]
                      for place, known in PLACES.items()}  # fmt: skip
        self._weights = {place: [self._activity() for _ in pool]
                         for place, pool in self._pool.items()}  # fmt: skip
        self._voices: dict[str, str] = {}
        self._reserved: set[str] = set()
        self._fresh = {place: list(pool) for place, pool in self._pool.items()}
        self._last: dict[tuple[str, str], int] = {}
        self._written: set[str] = set()
        for fresh in self._fresh.values():
            dice.shuffle(fresh)

    def voice(self, place: str, voice: str, *, only: bool = False) -> str:
        """The person behind a voice; `only`: they never write anything else."""
        if voice not in self._voices:
            self._voices[voice] = self._fresh[place].pop()
            if only:
                self._reserved.add(self._voices[voice])
        return self._wrote(self._voices[voice])

    def new(self, place: str) -> str:
        """Somebody of the place who was never taken this way, as long as there is anybody."""
        fresh = self._fresh[place]
        return self._wrote(fresh.pop()) if fresh else self.anybody(place)

    def anybody(self, place: str) -> str:
        """Somebody, by how much they write."""
        while True:
            person = self._dice.weighted(self._pool[place], self._weights[place])
            if person not in self._reserved:
                return self._wrote(person)

    def on(self, place: str, topic: str, day: int, gap: int, cast: Sequence[str] = ()) -> str:
        """Somebody who did not write on the topic within `gap` days, if there is anybody."""
        best, since = "", LONG_AGO * 2
        for _ in range(TRIES):
            person = self._dice.pick(cast) if cast else self.anybody_flat(place)
            ago = day - self._last.get((person, topic), LONG_AGO)
            if ago > since:
                best, since = person, ago
            if ago > gap:
                break
        self.remember(best, topic, day)
        return self._wrote(best)

    def anybody_flat(self, place: str) -> str:
        """Somebody, the busy ones only a little more often."""
        if self._dice.chance(0.5):
            return self.anybody(place)
        while True:
            person = self._dice.pick(self._pool[place])
            if person not in self._reserved:
                return person

    def cast(self, place: str, size: int) -> list[str]:
        """So many different people of a place, none of them reserved."""
        free = [person for person in self._pool[place] if person not in self._reserved]
        self._dice.shuffle(free)
        return free[:size]

    def remember(self, person: str, topic: str, day: int) -> None:
        """Note that they wrote on a topic that day."""
        key = (person, topic)
        self._last[key] = max(day, self._last.get(key, LONG_AGO))

    def silent(self, place: str) -> list[str]:
        """Those of a place who have not written anything yet."""
        return [person for person in self._pool[place] if person not in self._written]

    def _wrote(self, person: str) -> str:
        self._written.add(person)
        return person

    def _activity(self) -> float:
        return min(MOST, float((1.0 - self._dice.unit()) ** (-1 / TAIL)))
