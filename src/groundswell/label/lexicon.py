"""Words and phrases that speak for a text being of one kind rather than another."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

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


def greatest3(values: npt.NDArray[np.float64]) -> list[float]:
    """The three greatest of many values, or all of few."""
    found: list[float] = (np.partition(values, -3)[-3:] if len(values) > 3 else values).tolist()
    return found


@cache
def phrase_pattern(phrase: str) -> re.Pattern[str]:
    """A phrase as whole words, plural allowed, to be sought in case-folded text."""
    return re.compile(rf"(?<!\w){re.escape(phrase.casefold())}(?:e?s)?(?!\w)")


def occurs(phrase: str, folded: str) -> bool:
    """Whether a case-folded phrase occurs in a case-folded text."""
    return phrase in folded and phrase_pattern(phrase).search(folded) is not None


class Phrases:
    """Case-folded phrases, found by the words that they begin with: most begin with none of a
    text's, so that nothing is sought."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._beginning: dict[str, list[str]] = {}
        self._others: list[str] = []
        for phrase in dict.fromkeys(phrases):
            word = WORD.match(phrase)
            if word is None:
                self._others.append(phrase)
            elif word.end() < len(phrase):
                self._beginning.setdefault(word.group(), []).append(phrase)
            else:  # one word, of which there may be several
                for form in (phrase, f"{phrase}s", f"{phrase}es"):
                    self._beginning.setdefault(form, []).append(phrase)

    def possible(self, words: Iterable[str]) -> set[str]:
        """The phrases that a text of these words may hold."""
        found = {phrase for word in words for phrase in self._beginning.get(word, ())}
        return found.union(self._others)


class WordOdds:
    """The log odds of words in several lexicons, side by side."""

    def __init__(self, lexicons: Sequence[Mapping[str, float]]) -> None:
        words = sorted({word for lexicon in lexicons for word in lexicon})
        self._places = {word: place for place, word in enumerate(words)}
        # one row a word, and one for a word in no lexicon
        self._odds = np.full((len(words) + 1, len(lexicons)), -math.inf)
        for column, lexicon in zip(self._odds.T, lexicons, strict=True):
            column[[self._places[word] for word in lexicon]] = list(lexicon.values())

    def top3(self, words: Collection[str]) -> list[float]:
        """`top3` of the odds of some words, in each lexicon."""
        found = [self._places[word] for word in words if word in self._places]
        best = np.sort(self._odds[[-1, -1, -1, *found]].T)[:, -3:]
        best[np.isneginf(best)] = 0.0
        made: list[float] = ((best[:, 2] + best[:, 1] + best[:, 0]) / 3).tolist()
        return made
