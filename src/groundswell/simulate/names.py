"""Which entities a text names: a plain reading of entities.toml, to place posts and to count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from groundswell.desk import Alias, Entity
from groundswell.types.moment import as_day


class Names:
    """Finds the entities of a desk in a text; the longest name wins and uses up its letters."""

    def __init__(self, entities: Sequence[Entity], first: date) -> None:
        self._first = as_day(first)
        self._by_text: dict[str, list[tuple[Alias, Entity]]] = {}
        for entity in entities:
            for alias in entity.aliases:
                self._by_text.setdefault(alias.text.casefold(), []).append((alias, entity))
        texts = sorted(self._by_text, key=lambda text: (-len(text), text))
        parts = "|".join(re.escape(text) for text in texts)
        self._pattern = re.compile(rf"(?<!\w)(?:{parts})(?!\w)", re.IGNORECASE)

    def found(self, body: str, day: int) -> set[str]:
        """The slugs of the entities named on a day (counted from day 0)."""
        slugs: set[str] = set()
        for match in self._pattern.finditer(body):
            for alias, entity in self._by_text[match.group().casefold()]:
                if alias.start <= self._first + day < alias.stop and _means(entity, alias, match):
                    slugs.add(entity.slug)
        return slugs


def _means(entity: Entity, alias: Alias, match: re.Match[str]) -> bool:
    if entity.case and match.group() != alias.text:
        return False
    lower = match.string.lower()
    if any(phrase.lower() in lower for phrase in entity.cancel):
        return False
    return not entity.context or any(
        re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", lower) for word in entity.context
    )
