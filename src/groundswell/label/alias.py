"""Names of the desk's entities as written: found in a text, the longest at a place."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from groundswell.desk import Alias, Entity

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


class Aliases:
    """The aliases of some entities, ready to be found."""

    def __init__(self, entities: Sequence[Entity]) -> None:
        names: dict[str, list[Name]] = defaultdict(list)
        for entity in entities:
            for alias in entity.aliases:
                names[first_piece(alias.text)].append(_name(alias, entity))
        for found in names.values():
            found.sort(key=lambda name: (-len(name.alias.text), name.entity.slug, name.alias.start))
        self._names = dict(names)

    def find(self, body: str, day: int | None) -> Iterator[tuple[int, int, Entity]]:
        """The longest names that hold on a day (None: on any), left to right, not overlapping;
        never inside web addresses."""
        body, end = without_links(body), 0
        for piece in START.finditer(body):
            if piece.start() < end:
                continue
            for name in self._names.get(piece.group().casefold(), ()):
                if day is None or name.alias.start <= day < name.alias.stop:
                    match = name.pattern.match(body, piece.start())
                    if match:
                        end = match.end()
                        yield match.start(), end, name.entity
                        break


def without_links(body: str) -> str:
    """A body with its web addresses blanked, every other character where it was."""
    return URL.sub(lambda m: " " * len(m.group()), body)


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
