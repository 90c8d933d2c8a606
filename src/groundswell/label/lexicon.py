"""Words and phrases that speak for a text being of one kind rather than another."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

WORD = re.compile(r"\w+")


def words_of(text: str) -> frozenset[str]:
    """The distinct words of a text, case folded."""
    return frozenset(WORD.findall(text.casefold()))


def odds(here: Sequence[str], there: Sequence[str]) -> Mapping[str, float]:
    """Log odds of each word of `here` against `there`, by the number of texts that hold it.

    ln((n_here + .5) / (|here| + 1)) - ln((n_there + .5) / (|there| + 1)).
    """
    ours = Counter(word for text in here for word in words_of(text))
    theirs = Counter(word for text in there for word in words_of(text))
    base = math.log(len(there) + 1) - math.log(len(here) + 1)
    return {
        word: math.log(n + 0.5) - math.log(theirs[word] + 0.5) + base
        for word, n in sorted(ours.items())
    }


def top3(values: Iterable[float]) -> float:
    """The sum of the three greatest values divided by three, missing ones counting as zero."""
    return sum(sorted(values, reverse=True)[:3]) / 3


@cache
def phrase_pattern(phrase: str) -> re.Pattern[str]:
    """A phrase as whole words, plural allowed, to be sought in case-folded text."""
    return re.compile(rf"(?<!\w){re.escape(phrase.casefold())}(?:e?s)?(?!\w)")


def hits(phrases: Sequence[str], folded: str) -> int:
    """How many distinct phrases occur in a case-folded text."""
    return sum(
        1
        for phrase in phrases
        if phrase.casefold() in folded and phrase_pattern(phrase).search(folded)
    )
