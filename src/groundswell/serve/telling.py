"""A story as a page shows it: sentences with their citations, links and margin notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from groundswell.desk import Desk
from groundswell.serve.words import subject_path
from groundswell.types import Sentence, Story

ROW = 3  # sentences told in one go, so that their notes stay beside them
QUOTED = re.compile(r"(“[^”]*”)")
TOKEN = re.compile(r"\s+|[^\s]+")
WORDS_A_MINUTE = 200


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence: pieces with where they lead, citation numbers, the claims it rests on."""

    move: str
    mark: str
    pieces: tuple[tuple[str, str], ...]
    numbers: tuple[int, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A section, its sentences in rows short enough for the margin."""

    title: str
    rows: tuple[tuple[Told, ...], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence that one version has and the other has not, word by word where both do."""

    kind: str
    pieces: tuple[tuple[str, str], ...]


class Teller:
    """Turns the sentences of one story into what is shown, linking names once."""

    def __init__(self, story: Story, desk: Desk, cites: Mapping[str, Sequence[int]]) -> None:
        self._cites = cites
        self._names = _names(story, desk)
        self._linked: set[str] = set()
        self._said = 0

    def tell(self, sentence: Sentence, *, link: bool = True) -> Told:
        """One sentence."""
        mark = ""
        if sentence.claims:
            mark = letters(self._said)
            self._said += 1
        numbers = sorted({n for claim in sentence.claims for n in self._cites.get(claim, ())})
        return Told(sentence.move, mark, tuple(self._pieces(sentence.text)) if link
                    else ((sentence.text, ""),), tuple(numbers), sentence.claims)  # fmt: skip

    def part(self, title: str, sentences: Sequence[Sentence]) -> Part:
        """One section."""
        told = [self.tell(sentence) for sentence in sentences]
        rows = -(-len(told) // ROW)
        ends = [round(len(told) * n / rows) for n in range(rows + 1)] if rows else []
        return Part(title, tuple(tuple(told[a:b]) for a, b in pairwise(ends)))

    def _pieces(self, text: str) -> Iterable[tuple[str, str]]:
        """The text in pieces, the first mention of each known name leading to its page.

        Quoted words stay as they stand in their record.
        """
        for part in QUOTED.split(text):
            if part.startswith("“"):
                yield part, ""
            elif part:
                yield from self._linking(part)

    def _linking(self, text: str) -> Iterable[tuple[str, str]]:
        at = 0
        while at < len(text) and (hit := self._next_name(text, at)):
            if hit.start() > at:
                yield text[at : hit.start()], ""
            subject = self._names[hit.group()]
            self._linked.add(subject)
            yield hit.group(), subject_path(subject)
            at = hit.end()
        if at < len(text):
            yield text[at:], ""

    def _next_name(self, text: str, at: int) -> re.Match[str] | None:
        left = [name for name, subject in self._names.items() if subject not in self._linked]
        if not left:
            return None
        longest = sorted(left, key=lambda name: (-len(name), name))
        names = "|".join(re.escape(name) for name in longest)
        return re.compile(rf"(?<!\w)(?:{names})(?!\w)").search(text, at)


def _names(story: Story, desk: Desk) -> dict[str, str]:
    """Every name that may lead somewhere: of the entities the story's claims are about."""
    subjects = sorted({s for claim in story.claims for s in claim.subject} | {story.subject})
    names: dict[str, str] = {}
    for subject in subjects:
        kind, _, slug = subject.partition("/")
        entity = desk.entity(slug) if kind == "entity" else None
        for alias in entity.aliases if entity else ():
            names.setdefault(alias.text, subject)
    return names


def letters(n: int) -> str:
    """The mark of the nth sentence.

    >>> letters(0), letters(25), letters(26)
    ('a', 'z', 'aa')
    """
    more, last = divmod(n, 26)
    return (letters(more - 1) if more else "") + chr(ord("a") + last)


def minutes(story: Story) -> int:
    """How long it takes to read."""
    said = sum(len(sentence.text.split()) for sentence in story.sentences())
    return max(1, round(said / WORDS_A_MINUTE))


def changes(old: Story, new: Story) -> tuple[Change, ...]:
    """What one version says differently from the one before, in order."""
    before = [s.text for s in old.sentences()]
    after = [s.text for s in new.sentences()]
    found: list[Change] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        pairs = min(b - a, d - c)
        found += [
            Change("changed", tuple(_reworded(x, y)))
            for x, y in zip(before[a : a + pairs], after[c : c + pairs], strict=True)
        ]
        found += [Change("gone", (("gone", text),)) for text in before[a + pairs : b]]
        found += [Change("added", (("added", text),)) for text in after[c + pairs : d]]
    return tuple(found)


def _reworded(old: str, new: str) -> Iterable[tuple[str, str]]:
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", "".join(a[i:j])
            continue
        if j > i:
            yield "gone", "".join(a[i:j])
        if m > k:
            yield "added", "".join(b[k:m])
