"""Desk entities named in a record: aliases in context, with offsets and dates."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import ClassVar

from groundswell.desk import Alias, Desk, Entity
from groundswell.label.annotator import DeskReading
from groundswell.types import Annotation, Item, canonical
from groundswell.types.moment import day_of, micros

START = re.compile(r"(?<![\w])[^\W_]+|[^\w\s]")
URL = re.compile(r"https?://\S+|www\.\S+")
JOINT = re.compile(r"[\s\-_]+")
SHOUT = 5  # all-capital aliases up to this length match only as written (RAG is not rag)


@dataclass(frozen=True, slots=True)
class Name:
    """One alias ready to match: its pattern, its days, its entity."""

    pattern: re.Pattern[str]
    alias: Alias
    entity: Entity


@dataclass(slots=True)
class Entities:
    """Finds names of the desk's entities; the longest name at a place wins.

    A name counts on the days it held, with one of the entity's context words in the record if
    it has any, outside phrases that cancel it, and never inside web addresses.
    """

    layer: ClassVar[str] = "entities"
    version: ClassVar[str] = "1"
    needs: ClassVar[tuple[str, ...]] = ("desk",)
    most: int = 10  # distinct entities kept per record
    _names: dict[str, list[Name]] = field(default_factory=dict, repr=False)
    _context: dict[str, re.Pattern[str]] = field(default_factory=dict, repr=False)
    _cancel: dict[str, re.Pattern[str]] = field(default_factory=dict, repr=False)

    def prepare(self, desk: Desk, read: DeskReading) -> str:
        """Compile the aliases of every entity."""
        names: dict[str, list[Name]] = defaultdict(list)
        for entity in desk.entities:
            for alias in entity.aliases:
                names[first_piece(alias.text)].append(_name(alias, entity))
            if entity.context:
                self._context[entity.slug] = phrases_pattern(entity.context)
            if entity.cancel:
                self._cancel[entity.slug] = phrases_pattern(entity.cancel)
        for found in names.values():
            found.sort(key=lambda name: (-len(name.alias.text), name.entity.slug, name.alias.start))
        self._names = dict(names)
        return canonical([asdict(entity) for entity in desk.entities])

    def __call__(self, item: Item) -> Iterable[Annotation]:
        """One annotation per place, for at most `most` entities, in order of appearance."""
        day = day_of(micros(item.record.published))
        kept: list[Annotation] = []
        slugs: set[str] = set()
        allowed: dict[str, bool] = {}
        body = URL.sub(lambda m: " " * len(m.group()), item.record.body)
        for start, stop, entity in self._matches(body, day):
            if entity.slug not in allowed:
                allowed[entity.slug] = self._in_context(entity, body)
            if not allowed[entity.slug] or self._cancelled(entity, body, start, stop):
                continue
            if entity.slug in slugs or len(slugs) < self.most:
                slugs.add(entity.slug)
                kept.append(
                    Annotation(
                        layer=self.layer, value=entity.slug, score=1000, start=start, stop=stop
                    )
                )
        return kept

    def _matches(self, body: str, day: int) -> Iterator[tuple[int, int, Entity]]:
        """The longest names that hold on a day, left to right, not overlapping."""
        end = 0
        for piece in START.finditer(body):
            if piece.start() < end:
                continue
            for name in self._names.get(piece.group().casefold(), ()):
                if name.alias.start <= day < name.alias.stop:
                    match = name.pattern.match(body, piece.start())
                    if match:
                        end = match.end()
                        yield match.start(), end, name.entity
                        break

    def _in_context(self, entity: Entity, body: str) -> bool:
        return not entity.context or bool(self._context[entity.slug].search(body))

    def _cancelled(self, entity: Entity, body: str, start: int, stop: int) -> bool:
        """A cancelling phrase around this place, or one elsewhere that does not hold the name."""
        if not entity.cancel:
            return False
        for match in self._cancel[entity.slug].finditer(body):
            around = match.start() <= start and stop <= match.end()
            if around or not _holds_name(entity, match.group()):
                return True
        return False


def first_piece(text: str) -> str:
    """What a name starts with, for looking it up.

    >>> first_piece("r/LocalLLaMA"), first_piece("Open-Source"), first_piece(".NET")
    ('r', 'open', '.')
    """
    match = START.search(text)
    return match.group().casefold() if match else text.casefold()


def phrases_pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """Any of some phrases, whole words, any case."""
    ordered = sorted(set(phrases), key=lambda p: (-len(p), p))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_loose, ordered))})(?!\w)", re.IGNORECASE)


def _name(alias: Alias, entity: Entity) -> Name:
    """Blanks and hyphens are the same; 's may follow; a version number may not go on."""
    exact = entity.case or (alias.text.isupper() and len(alias.text) <= SHOUT)
    pattern = rf"{_loose(alias.text)}(?![\w])(?!\.\d)(?!-\d)"
    return Name(re.compile(pattern, 0 if exact else re.IGNORECASE), alias, entity)


def _loose(text: str) -> str:
    return r"[\s\-_]+".join(re.escape(part) for part in JOINT.split(text) if part)


def _holds_name(entity: Entity, phrase: str) -> bool:
    folded = phrase.casefold()
    return any(alias.text.casefold() in folded for alias in entity.aliases)
