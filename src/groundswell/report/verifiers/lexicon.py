"""The verifier's own word lists, read from lexicon.toml and vocabulary.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def lexicon() -> Mapping[str, Any]:
    """Words that assert something, by table."""
    return _read("lexicon.toml")


@cache
def vocabulary() -> frozenset[str]:
    """Words that assert nothing."""
    words = _read("vocabulary.toml")["words"]
    return frozenset(word for group in words.values() for word in group.split())


@cache
def harmless() -> re.Pattern[str]:
    """Whole phrases that assert nothing although a word in them would."""
    return phrases(tuple(_read("vocabulary.toml")["phrases"]["harmless"]))


@cache
def family(table: str, key: str) -> frozenset[str]:
    """One list of the lexicon."""
    return frozenset(lexicon()[table][key])


@cache
def values(table: str) -> Mapping[str, Any]:
    """Words and the numbers they stand for."""
    return dict(lexicon()[table])


@cache
def phrases(words: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern finding any of these words or phrases, the longest first."""
    parts = "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in sorted(words, key=len)[::-1])
    return re.compile(rf"(?<![\w-])(?:{parts})(?![\w-])")


def found(table: str, key: str, text: str) -> Iterator[re.Match[str]]:
    """Where words of a list stand in a lower-case text."""
    return phrases(tuple(sorted(family(table, key)))).finditer(text)


def noun_kinds() -> Mapping[str, str]:
    """Which unit a noun counts."""
    return _nouns()


@cache
def _nouns() -> Mapping[str, str]:
    table: Mapping[str, Sequence[str]] = lexicon()["nouns"]
    return {word: kind for kind, words in table.items() for word in words}


def _read(name: str) -> Mapping[str, Any]:
    file = files("groundswell.report.verifiers") / name
    return tomllib.loads(file.read_text("utf-8"))
