"""Public places for a topic, from a table of well-known ones that ships with the program."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from groundswell.desk.load import slugged

ANY = "*"  # the word of places that suit every topic
TOPIC = "{topic}"  # stands for the topic's own words in an option
WORD = re.compile(r"[^\W_]+(?:[.-][^\W_]+)*")
MOST = 12  # places suggested for a topic, those that suit any topic aside


@dataclass(frozen=True, slots=True)
class Place:
    """A public place: the kind of source that reads it, its options, who is there."""

    kind: str
    name: str
    words: frozenset[str]
    who: str
    options: Mapping[str, Any]

    def named(self) -> str:
        """A name for its table in sources.toml."""
        own = slugged(self.name).replace(".", "-")
        return "-".join(filter(None, own.split("-")))


@cache
def places() -> tuple[Place, ...]:
    """Every place of the table, in its order."""
    text = (files("groundswell.desk") / "suggest.toml").read_text("utf-8")
    return tuple(
        Place(row["kind"], row["name"], frozenset(row["words"]), row["who"], row.get("options", {}))
        for row in tomllib.loads(text)["place"]
    )


def suggest(topic: str, among: Iterable[Place] | None = None) -> list[Place]:
    """Places for a topic in words, the best first, then those that suit any topic.

    >>> [place.name for place in suggest("bicycle lanes")][:2]
    ['bicycles.stackexchange.com', 'bicycling@lemmy.world']
    """
    said = {form for word in WORD.findall(topic.casefold()) for form in _forms(word)}
    found = places() if among is None else tuple(among)
    scores = {n: len(said & {form for word in place.words for form in _forms(word)})
              for n, place in enumerate(found)}  # fmt: skip
    fitting = sorted((n for n in scores if scores[n]), key=lambda n: (-scores[n], n))
    return [found[n] for n in fitting[:MOST]] + [place for place in found if ANY in place.words]


def as_toml(place: Place, topic: str) -> str:
    """A place as a [[source]] table that is commented out, to be taken by removing the marks."""
    lines = [f"{place.name}: {place.who}", "[[source]]", f"name = {_value(place.named())}",
             f"kind = {_value(place.kind)}"]  # fmt: skip
    lines += [f"{key} = {_value(value, topic)}" for key, value in place.options.items()]
    return "".join(f"# {line}\n" for line in lines)


def _forms(word: str) -> set[str]:
    """A word and what it may be the plural of."""
    forms = {word}
    if len(word) > 3 and word.endswith("s"):
        forms.add(word[:-1])
    if len(word) > 4 and word.endswith("ies"):
        forms.add(word[:-3] + "y")
    return forms


def _value(value: Any, topic: str = "") -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_value(one, topic) for one in value) + "]"
    plain = " ".join(topic.replace('"', "'").replace("\\", " ").split())
    return '"' + str(value).replace(TOPIC, plain) + '"'
