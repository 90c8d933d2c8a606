"""Desk entities named in a record: aliases in context, with offsets and dates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import ClassVar

from groundswell.desk import Desk, Entity
from groundswell.label.alias import Aliases, aliases_of, phrases_pattern, without_links
from groundswell.label.annotator import DeskReading
from groundswell.types import Annotation, Item, canonical
from groundswell.types.moment import day_of, micros


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
    _aliases: Aliases = field(default_factory=lambda: Aliases(()), repr=False)
    _context: dict[str, re.Pattern[str]] = field(default_factory=dict, repr=False)
    _cancel: dict[str, re.Pattern[str]] = field(default_factory=dict, repr=False)

    def prepare(self, desk: Desk, read: DeskReading) -> str:
        """Compile the aliases of every entity."""
        self._aliases = aliases_of(desk.entities)
        for entity in desk.entities:
            if entity.context:
                self._context[entity.slug] = phrases_pattern(entity.context)
            if entity.cancel:
                self._cancel[entity.slug] = phrases_pattern(entity.cancel)
        return _told(desk.entities)

    def __call__(self, item: Item) -> Iterable[Annotation]:
        """One annotation per place, for at most `most` entities, in order of appearance."""
        day = day_of(micros(item.record.published))
        kept: list[Annotation] = []
        slugs: set[str] = set()
        allowed: dict[str, bool] = {}
        words = item.record.body
        body = without_links(words)
        for start, stop, entity in self._aliases.find(words, day):
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


@lru_cache(maxsize=8)  # several benches are prepared with one desk
def _told(entities: tuple[Entity, ...]) -> str:
    return canonical([asdict(entity) for entity in entities])


def _holds_name(entity: Entity, phrase: str) -> bool:
    folded = phrase.casefold()
    return any(alias.text.casefold() in folded for alias in entity.aliases)
