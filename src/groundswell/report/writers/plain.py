"""The default writer: deterministic, offline, and as plain as the name says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from groundswell.report.prose import happened, said, talk, untold
from groundswell.report.prose.heads import deck, headline
from groundswell.report.prose.limits import TITLES
from groundswell.report.prose.numbers import MONTHS as MONTH_NAMES
from groundswell.report.prose.numbers import WORDS
from groundswell.report.prose.scene import Scene, Told
from groundswell.report.writer import Brief
from groundswell.types import Draft, Section
from groundswell.types.story import Move

LONGEST = 450  # words, headline and deck included
BARE = 1 / 3  # of sentences that print no figure
ORDER: tuple[Move, ...] = ("hook", "who", "say", "disagree", "unknown", "watch")
MONTHS = frozenset(month.lower() for month in MONTH_NAMES.split("|"))
EMPTY_WORDS = MONTHS | frozenset(WORDS) | frozenset(
    ("a", "about", "after", "among", "an", "and", "appear", "appears", "are", "as", "at",
     "between", "called", "did", "follow", "for", "former", "formerly", "from", "grew", "has",
     "have", "how", "in", "into", "is", "it", "its", "labels", "lately", "now", "of", "on", "our",
     "people", "reader", "rose", "same", "say", "talk", "than", "that", "the", "their", "them",
     "those", "to", "took", "towards", "until",
     "up", "was", "we", "were", "what", "while", "who", "with", "words", "write", "wrote")
)  # fmt: skip


class Plain:
    """Sentences from templates chosen by hash, in the order a reader asks."""

    name: ClassVar[str] = "plain"

    def __call__(self, brief: Brief) -> Draft | None:
        """A draft; None where there is no headline or nothing to stand under it."""
        scene = Scene(brief)
        top = headline(scene)
        under = deck(scene, top[1]) if top else None
        if top is None or under is None:
            return None
        happened.tell(scene, top[1])
        talk.tell(scene)
        said.tell(scene)
        untold.tell(scene, top[1])
        room = LONGEST - len(top[0].text.split()) - len(under.text.split())
        kept = trimmed(scene.told, room)
        sections = tuple(
            Section(title=TITLES[move], sentences=sentences)
            for move in ORDER
            if (sentences := tuple(t.sentence for t in kept if t.sentence.move == move))
        )
        return Draft(slug_words=content_words(top[0].text, brief.label), headline=top[0],
                     deck=under, sections=sections, claims=brief.claims)  # fmt: skip


def trimmed(told: Sequence[Told], room: int) -> list[Told]:
    """Without the lightest sentences, until the words fit and enough of them are bare."""
    kept = list(told)
    while kept and sum(len(t.sentence.text.split()) for t in kept) > room:
        kept.remove(min(kept, key=lambda t: t.weight))
    while kept and sum(not t.figures for t in kept) < BARE * len(kept):
        kept.remove(min((t for t in kept if t.figures), key=lambda t: t.weight))
    return kept


def content_words(headline: str, label: str) -> tuple[str, ...]:
    """Up to four words of a headline that carry it, the subject's own first.

    >>> content_words("On 12 April, talk of Gantry surged among the same people", "Gantry")
    ('gantry', 'surged')
    """
    words = re.findall(r"[a-z]{2,}", headline.lower())
    own = re.findall(r"[a-z]{2,}", label.lower())
    told = [word for word in words if word not in EMPTY_WORDS]
    return tuple(dict.fromkeys(sorted(told, key=lambda word: word not in own)))[:4]
