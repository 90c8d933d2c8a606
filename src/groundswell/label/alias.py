"""Names of the desk's entities as written: found in a text, the longest at a place."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from groundswell.desk import Alias, Entity

START = re.compile(r"(?<![\w])[^\W_]+|[^\w\s]")
URL = re.compile(r"https?://\S+|www\.\S+")
JOINT = re.compile(r"[\s\-_]+")
SHOUT = 5  # all-capital aliases up to this length match only as written (RAG is not rag)


@dataclass(slots=True)
class Name:
    """One alias ready to match: its days, its entity, and its pattern, made when first needed."""

    alias: Alias
    entity: Entity
    _pattern: re.Pattern[str] | None = None

    def match(self, body: str, at: int) -> re.Match[str] | None:
        """The alias in a body from a place on."""
        if self._pattern is None:
            shouted = self.alias.text.isupper() and len(self.alias.text) <= SHOUT
            self._pattern = _pattern(self.alias.text, self.entity.case or shouted)
        return self._pattern.match(body, at)


class Aliases:
    """The aliases of some entities, ready to be found."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        names: dict[str, list[Name]] = defaultdict(list)
        for entity in entities:
            for alias in entity.aliases:
                names[first_piece(alias.text)].append(Name(alias, entity))
        for found in names.values():
            found.sort(key=lambda name: (-len(name.alias.text), name.entity.slug, name.alias.start))
        self._names = dict(names)

    def find(self, body: str, day: int | None) -> Iterator[tuple[int, int, Entity]]:
        """The longest names that hold on a day (None: on any), left to right, not overlapping;
        never inside web addresses."""
        last = 0
        for start, end, name in _standing(self, body):
            if start >= last and (day is None or name.alias.start <= day < name.alias.stop):
                last = end
                yield start, end, name.entity

    def named(self, body: str) -> set[Entity]:
        """All whose names stand in a body, on whatever day, even inside longer names."""
        return {name.entity for _, _, name in _standing(self, body)}

    def standing(self, body: str) -> Iterator[tuple[int, int, Name]]:
        """All names that stand in a body, overlapping or not, the longest at a place first."""
        body = without_links(body)
        for piece in START.finditer(body):
            for name in self._names.get(piece.group().casefold(), ()):
                match = name.match(body, piece.start())
                if match:
                    yield match.start(), match.end(), name


@lru_cache(maxsize=8)
def aliases_of(entities: tuple[Entity, ...]) -> Aliases:
    """The aliases of some entities; several annotators look for the same ones."""
    return Aliases(entities)


@lru_cache(maxsize=64)  # of one body several ask, before the next ones are read and after
def _standing(aliases: Aliases, body: str) -> Sequence[tuple[int, int, Name]]:
    return list(aliases.standing(body))


def without_links(body: str) -> str:
    """A body with its web addresses blanked, every other character where it was."""
    if "://" not in body and "www." not in body:
        return body
    return URL.sub(lambda m: " " * len(m.group()), body)


def first_piece(text: str) -> str:
    """What a name starts with, for looking it up.

    >>> first_piece("r/LocalLLaMA"), first_piece("Open-Source"), first_piece(".NET")
    ('r', 'open', '.')
    """
    match = START.search(text)
    return match.group().casefold() if match else text.casefold()


@cache
def phrases_pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Any of some phrases, whole words, any case."""
    ordered = sorted(set(phrases), key=lambda p: (-len(p), p))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_loose, ordered))})(?!\w)", re.IGNORECASE)


@cache
def _pattern(text: str, exact: bool) -> re.Pattern[str]:
    """Blanks and hyphens are the same; 's may follow; a version number may not go on."""
    pattern = rf"{_loose(text)}(?![\w])(?!\.\d)(?!-\d)"
    return re.compile(pattern, 0 if exact else re.IGNORECASE)


def _loose(text: str) -> str:
    return r"[\s\-_]+".join(re.escape(part) for part in JOINT.split(text) if part)
