"""Short posts out of hand-written fragments, never the same one twice."""

from __future__ import annotations

import re
from collections.abc import Sequence

from groundswell.errors import DeskError
from groundswell.simulate import plan
from groundswell.simulate.dice import Dice
from groundswell.simulate.material import Fragments
from groundswell.simulate.plan import PLACES
from groundswell.simulate.words import Used

TRIES = 400
RUNS_ON = frozenset({
    "and", "but", "so", "that", "then", "also", "when", "says", "said", "reckons", "thinks",
    "heard", "claims", "whispered", "thinking", "insist", "decided", "is", "because", "otherwise",
    "asked", "taught", "concluded", "states", "think", "hear",
})  # fmt: skip
LONGEST = 7  # words of a composed sentence: too short to be quoted as somebody's opinion
SENTENCE = re.compile(r"(?<=[.!?…])\s+")
Pair = tuple[str, str]


class Composer:
    """Draws fragments and puts them together until the six-word rule is kept."""

    def __init__(self, dice: Dice, fragments: Fragments, used: Used) -> None:
        self._dice = dice
        self._of = fragments
        self._used = used

    def about(self, place: str, items: Sequence[str], *, plain: bool = False) -> str:
        """A post around one of the items; `plain`: often the item and nothing else."""
        for _ in range(TRIES):
            item = min((self._dice.pick(items) for _ in range(3)), key=self._used.times)
            text, pairs = self._frame(place, item, plain)
            if self._dice.chance(PLACES[place].long):
                text, more = self._longer(place, text)
                pairs += more
            if self._say(text, pairs, item):
                return text
        raise DeskError(f"fragments.toml: too few items like {items[0]!r} for what is planned")

    def moody(self, place: str, table: str) -> str:
        """A post that is plainly warm or cold: an item, and often a second of the same mood."""
        items, seconds = self._of.items[table], self._of.items[plan.MOODS[table]]
        for _ in range(TRIES):
            item = min((self._dice.pick(items) for _ in range(3)), key=self._used.times)
            form = self._dice.unit()
            if form < 0.65:
                second = min((self._dice.pick(seconds) for _ in range(3)), key=self._used.times)
                end = self._dice.pick(("", ".", "!"))
                text = f"{self._stop(item)} {second[:1].upper()}{second[1:]}{end}"
                pairs: tuple[Pair, ...] = ((item, second),)
            else:
                text, pairs = self._frame(place, item, plain=False)
            if self._dice.chance(0.8):
                text = text[:1].upper() + text[1:]
            if self._say(text, pairs, item):
                return text
        raise DeskError(f"fragments.toml, [{table}]: too few items for what is planned")

    def small_talk(self, place: str) -> str:
        """A post about nothing the desk watches, or now and then about privacy."""
        for _ in range(TRIES):
            text, pairs = self._sentence(place)
            very = PLACES[place].long < 0.5 and self._dice.chance(plan.VERY_LONG)
            if very or self._dice.chance(PLACES[place].long):
                text, more = self._longer(place, text, 8 if very else 2)
                pairs += more
            if self._say(text, pairs):
                return text
        raise DeskError(f"fragments.toml, [openers] {place}: too few for what is planned")

    def reaction(self, place: str) -> str:
        """One to a few words under somebody's post."""
        for _ in range(TRIES):
            text = self._dice.pick(self._of.reactions)
            if self._dice.chance(0.3):
                text = self._stop(text) + " " + self._dice.pick(self._of.reactions)
            elif self._dice.chance(0.25):
                text = f"{text}, {self._dice.pick(self._of.closers[place])}"
            if self._say(text):
                return text
        raise DeskError("fragments.toml, [reactions]: too few for what is planned")

    def title(self) -> str:
        """The title of something shared, at most three times the same."""
        titles = self._of.items["link_titles"]
        for _ in range(TRIES):
            title = min((self._dice.pick(titles) for _ in range(4)), key=self._used.times)
            if self._used.times(title) < 3 and self._say(title, (), title):
                return title
        raise DeskError("fragments.toml, [link_titles]: too few items for what is planned")

    def items(self, table: str, without: Sequence[str] = ()) -> tuple[str, ...]:
        """The items of a table, but those with one of some words."""
        return tuple(item for item in self._of.items[table]
                     if not any(word in item.lower() for word in without))  # fmt: skip

    def advert(self) -> str:
        """One of the near-identical advertisements; the six-word rule does not bind it."""
        while True:
            filled = {name: self._dice.pick(blanks) for name, blanks in self._of.blanks.items()}
            text = self._of.template.format(**filled)
            if not self._used.times(text):
                self._used.add("", (), text)
                return text

    def _frame(self, place: str, item: str, plain: bool) -> tuple[str, tuple[Pair, ...]]:
        opener = self._dice.pick(self._of.openers[place])
        closer = self._dice.pick(self._of.closers[place])
        form = self._dice.unit()
        if form < (0.55 if plain else 0.08):
            return self._finish(item), ((item, ""),)
        if form < 0.6:
            return self._finish(lead(opener, item)), ((opener, item),)
        after = f" {closer[:1].upper()}{closer[1:]}"
        if form < 0.85:
            return self._finish(self._stop(item) + after), ((item, closer),)
        text = self._stop(lead(opener, item)) + after
        return self._finish(text), ((opener, item), (item, closer))

    def _sentence(self, place: str) -> tuple[str, tuple[Pair, ...]]:
        opener = self._dice.pick(self._of.openers[place])
        closer = self._dice.pick(self._of.closers[place])
        long = PLACES[place].long > 0.5
        if self._dice.chance(plan.PRIVACY_SHARE_LONG if long else plan.PRIVACY_SHARE):
            item = self._dice.pick(self._of.items["privacy"])
            return self._finish(item), ((item, ""),)
        middle = self._dice.pick(self._of.reactions)
        if self._dice.chance(0.5):
            return self._finish(lead(opener, middle)), ((opener, middle),)
        return self._finish(lead(opener, closer)), ((opener, closer),)

    def _longer(self, place: str, text: str, least: int = 2) -> tuple[str, tuple[Pair, ...]]:
        pairs: tuple[Pair, ...] = ()
        for _ in range(least + self._dice.below(4)):
            more, pair = self._sentence(place)
            text, pairs = f"{self._stop(text)} {more[:1].upper()}{more[1:]}", pairs + pair
        return self._stop(text), pairs

    def _finish(self, text: str) -> str:
        if self._dice.chance(0.6):
            text = text[:1].upper() + text[1:]
        return self._stop(text) if self._dice.chance(0.5) else text

    def _stop(self, text: str) -> str:
        return text if text[-1] in ".!?…" else text + "."

    def _say(self, text: str, pairs: tuple[Pair, ...] = (), item: str = "") -> bool:
        if len(set(pairs)) < len(pairs) or not self._used.fits(text, pairs):
            return False
        if text != item and any(len(s.split()) > LONGEST for s in SENTENCE.split(text)):
            return False
        self._used.add(text, pairs, item)
        return True


def lead(opener: str, rest: str) -> str:
    """An opener before what it opens.

    >>> lead("memo from upstairs:", "noted"), lead("hi from row four", "noted")
    ('memo from upstairs: noted', 'hi from row four. Noted')
    """
    runs_on = opener[-1] in ",:" or opener.split()[-1] in RUNS_ON
    return f"{opener} {rest}" if runs_on else f"{opener}. {rest[:1].upper()}{rest[1:]}"
