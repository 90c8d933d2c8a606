"""The six-word rule: no sequence of six words stands in more than three records."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

LENGTH = 6
MOST = 3
WORD = re.compile(r"\w+")


def sequences(body: str) -> set[tuple[str, ...]]:
    """All runs of six lower-case words of a body, read both by letters and by spaces.

    >>> sorted(sequences("One two three four five six seven"))[0]
    ('one', 'two', 'three', 'four', 'five', 'six')
    >>> sequences("only five words stand here")
    set()
    """
    lower = body.lower()
    return {run for words in (WORD.findall(lower), lower.split()) for run in _runs(words)}


def _runs(words: list[str]) -> Iterator[tuple[str, ...]]:
    for start in range(len(words) - LENGTH + 1):
        yield tuple(words[start : start + LENGTH])


class Used:
    """What has been said so far, and whether something may still be said."""

    def __init__(self) -> None:
        self._runs: Counter[tuple[str, ...]] = Counter()
        self._pairs: set[tuple[str, str]] = set()
        self._times: Counter[str] = Counter()

    def times(self, fragment: str) -> int:
        """How often a fragment has been used."""
        return self._times[fragment]

    def fits(self, body: str, pairs: tuple[tuple[str, str], ...] = ()) -> bool:
        """Whether a body keeps the rule and none of its pairs of fragments stood together."""
        return not any(pair in self._pairs for pair in pairs) and all(
            self._runs[run] < MOST for run in sequences(body)
        )

    def add(self, body: str, pairs: tuple[tuple[str, str], ...] = (), item: str = "") -> None:
        """Write down that it was said."""
        self._runs.update(sequences(body))
        self._pairs.update(pairs)
        if item:
            self._times[item] += 1
