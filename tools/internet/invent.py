"""Invents people, texts and a month of happenings from a seed, for every platform alike.

Contents are plain text with paragraphs parted by a blank line; `html` writes such a text in one
of the ways platforms do. The same (seed, platform) always gives the same month.
"""

from __future__ import annotations

import hashlib
import html as markup
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from internet.words import (
    ASIDES,
    EDITS,
    FIRST,
    HANDLES,
    LAST,
    SENTENCES,
    TITLES,
    TOPICS,
)
from internet.world import Happening

Titles = Literal["roots", "all", "none"]
Style = Literal["p", "hn", "br"]
DAY = timedelta(days=1)
RECENT = 40  # an answer goes to one of so many newest items


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """What sort of place a platform is; shares are of all items unless said otherwise.

    `per_day`: items a day. `places`: where they are written (communities, feeds, boards).
    `people`: accounts. `replies`: how many answer another item. `titles`: who has a title.
    `bare`: titled items without a text. `edits`, `deletes`: how many are changed or taken away,
    within hours or days. `leaves`: accounts closed a month. `private`: single items not to be
    collected; `shy`: share of accounts all of whose items are not to be collected. `late`: given
    out minutes to hours after they were written, so out of order. `equal`: written in the same
    second as the item before.
    """

    per_day: float = 24.0
    places: Sequence[str] = ("general",)
    people: int = 60
    replies: float = 0.6
    titles: Titles = "roots"
    bare: float = 0.15
    edits: float = 0.06
    deletes: float = 0.05
    leaves: int = 2
    private: float = 0.03
    shy: float = 0.0
    late: float = 0.08
    equal: float = 0.05


def numbered(number: int) -> str:
    """The key of the n-th item: rising numbers with holes.

    >>> numbered(0), numbered(1)
    ('48100000', '48100007')
    """
    return str(48_100_000 + number * 7)


def happenings(
    seed: int,
    platform: str,
    start: datetime,
    days: int,
    *,
    key: Callable[[int], str] = numbered,
    mix: Mix | None = None,
) -> tuple[Happening, ...]:
    """A month of a platform, in order of `at`, all of it in [start, start + days).

    `key` makes the id of the n-th item (n from 0 in order of `at`) and must not repeat. Every
    answer is written after what it answers, in the same place; nobody writes after leaving, and
    nothing is edited after it was deleted or its author left. Times are whole seconds.
    """
    return tuple(_Month(dice(seed, platform), start, days, key, mix or Mix()).make())


def dice(seed: int, *names: str) -> random.Random:
    """Random numbers that depend on a seed and on names only, not on the process."""
    told = "/".join((str(seed), *names)).encode()
    return random.Random(int.from_bytes(hashlib.sha256(told).digest()[:8], "big"))


def person(chance: random.Random) -> str:
    """A full name.

    >>> person(dice(7, "x")) == person(dice(7, "x"))
    True
    """
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def handle(chance: random.Random) -> str:
    """An account name: lower-case letters and digits, starting with a letter."""
    number = chance.choice(("", "", str(chance.randrange(2, 99))))
    return chance.choice(HANDLES) + chance.choice(HANDLES) + number


def topic(chance: random.Random) -> str:
    """One of the things people talk about."""
    return chance.choice(tuple(TOPICS))


def talk_of(things: Mapping[str, Sequence[str]]) -> None:
    """Have everybody talk of these things from now on, by topic, two or more each.

    For a desk that should find its own names; call it before any platform is made.
    """
    done = tuple(dict.fromkeys(one for _, verbs, _ in TOPICS.values() for one in verbs))
    places = tuple(dict.fromkeys(one for _, _, where in TOPICS.values() for one in where))
    TOPICS.clear()
    TOPICS.update({name: (tuple(names), done, places) for name, names in things.items()})


def title(chance: random.Random, about: str) -> str:
    """A headline about a topic."""
    return _filled(chance, chance.choice(TITLES), about)


def text(chance: random.Random, about: str, *, longest: int = 3) -> str:
    """Plain text of one to `longest` paragraphs, parted by a blank line; sometimes two words."""
    if chance.random() < 0.1:
        return chance.choice(ASIDES)
    paragraphs = [
        " ".join(
            _filled(chance, one, about)
            for one in chance.sample(SENTENCES, chance.choice((1, 2, 2, 3)))
        )
        for _ in range(chance.randint(1, longest))
    ]
    return "\n\n".join(paragraphs)


def html(plain: str, style: Style = "p") -> str:
    """A plain text as HTML: whole paragraphs ("p"), a lone <p> between them with Hacker News's
    entities ("hn"), or line breaks ("br"). Addresses become links.

    >>> html("a & b\\n\\nc's", "hn")
    'a &amp; b<p>c&#x27;s'
    >>> html("a\\n\\nb")
    '<p>a</p>\\n<p>b</p>'
    """
    paragraphs = [_linked(markup.escape(one, quote=style == "hn")) for one in plain.split("\n\n")]
    if style == "hn":
        return "<p>".join(paragraphs).replace("/", "&#x2F;").replace("<&#x2F;a>", "</a>")
    if style == "br":
        return "<br><br>".join(paragraphs)
    return "\n".join(f"<p>{one}</p>" for one in paragraphs)


def _linked(escaped: str) -> str:
    words = [
        f'<a href="{word}" rel="nofollow">{word}</a>' if word.startswith("https:/") else word
        for word in escaped.split(" ")
    ]
    return " ".join(words)


def _filled(chance: random.Random, frame: str, about: str) -> str:
    things, done, places = TOPICS[about]
    thing, other = chance.sample(things, 2)
    who = person(chance)
    return frame.format(
        thing=thing,
        Thing=thing[0].upper() + thing[1:],
        other=other,
        Other=other[0].upper() + other[1:],
        done=chance.choice(done),
        place=chance.choice(places),
        person=who,
        Person=who,
        number=chance.randint(2, 96),
        number2=chance.randint(60, 99),
        slug=about,
    )


@dataclass(slots=True)
class _Month:
    """The state while a month is made."""

    chance: random.Random
    start: datetime
    days: int
    key: Callable[[int], str]
    mix: Mix
    written: list[Happening] = field(default_factory=list)
    gone: dict[str, datetime] = field(default_factory=dict)
    shy: frozenset[str] = frozenset()

    @property
    def end(self) -> datetime:
        return self.start + self.days * DAY

    def make(self) -> list[Happening]:
        people = self._people()
        for at in self._moments():
            here = [one for one in people if self.gone.get(one, self.end) > at]
            self.written.append(self._item(len(self.written), at, self.chance.choice(here)))
        changes = [change for one in self.written for change in self._changes(one)]
        leaves = [
            Happening(at=at, act="leave", key=who, author=who) for who, at in self.gone.items()
        ]
        return sorted([*self.written, *changes, *leaves], key=lambda one: one.at)

    def _people(self) -> list[str]:
        names: dict[str, None] = {}
        while len(names) < self.mix.people:
            names.setdefault(handle(self.chance))
        people = list(names)
        leaving = self.chance.sample(people, min(len(people) - 1, self.mix.leaves))
        for who in leaving:
            self.gone[who] = self._whole(
                self.start + self.chance.uniform(0.2, 0.95) * self.days * DAY
            )
        shy = self.chance.sample(people, round(self.mix.shy * len(people)))
        self.shy = frozenset(shy)
        return people

    def _moments(self) -> Iterator[datetime]:
        count = max(1, round(self.mix.per_day * self.days))
        times = sorted(
            self._whole(self.start + self.chance.random() * self.days * DAY) for _ in range(count)
        )
        for number in range(1, count):
            if self.chance.random() < self.mix.equal:
                times[number] = times[number - 1]
        return iter(times)

    def _item(self, number: int, at: datetime, author: str) -> Happening:
        chance, mix = self.chance, self.mix
        above = self._above(at) if chance.random() < mix.replies else None
        about = topic(chance)
        titled = mix.titles == "all" or (mix.titles == "roots" and above is None)
        late = chance.random() < mix.late
        return Happening(
            at=at,
            act="publish",
            key=self.key(number),
            author=author,
            place=above.place if above else chance.choice(tuple(mix.places)),
            title=title(chance, about) if titled else "",
            text="" if titled and chance.random() < mix.bare else text(chance, about),
            parent=above.key if above else "",
            shown=self._whole(at + timedelta(minutes=chance.expovariate(1 / 40))) if late else None,
            private=author in self.shy or chance.random() < mix.private,
        )

    def _above(self, at: datetime) -> Happening | None:
        earlier = [one for one in self.written[-RECENT:] if one.at < at]
        return self.chance.choice(earlier) if earlier else None

    def _changes(self, one: Happening) -> Iterator[Happening]:
        chance = self.chance
        until = min(self.end, self.gone.get(one.author, self.end))
        edit = self._later(one.at, hours=6) if chance.random() < self.mix.edits else self.end
        delete = self._later(one.at, hours=60) if chance.random() < self.mix.deletes else self.end
        if edit < min(until, delete):
            about = topic(chance)
            added = _filled(chance, chance.choice(EDITS), about)
            body = f"{one.text}\n\n{added}" if one.text else added
            yield replace(one, at=edit, act="edit", text=body, shown=None)
        if delete < until:
            yield replace(one, at=delete, act="delete", title="", text="", shown=None)

    def _later(self, at: datetime, *, hours: float) -> datetime:
        return self._whole(at + timedelta(minutes=1, hours=self.chance.expovariate(1 / hours)))

    def _whole(self, when: datetime) -> datetime:
        return when.replace(microsecond=0)
