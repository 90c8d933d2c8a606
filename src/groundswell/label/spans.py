"""Names in a text, out of what the reader thinks of each piece of a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from groundswell.types.reading import NAME_TYPES, Span

Shares = npt.NDArray[np.float32]
HALF = 0.5
SURE = 500  # thousandths: the least a name must score where its type has no floor of its own


def spans_of(
    tags: Shares, offsets: Sequence[tuple[int, int]], text: str, floors: Mapping[str, int]
) -> list[Span]:
    """The names in a text, left to right, never overlapping.

    `tags` [T, 1 + 2 types] holds for each piece the chance of no name, then for each type those
    of the beginning and of the inside of one. Pieces of one word are taken together. A name is
    kept if the mean chance of its type over its words, in thousandths, is at or above the floor
    of the type.
    """
    if not (tags[:, 0] <= HALF).any():
        return []  # nor is there any word that is likelier a name than none
    words, pieces, starts = _words(offsets, text)
    if not words:
        return []
    rows = tags[pieces]
    sizes = np.diff(starts, append=len(pieces))
    inside = np.divide(np.add.reduceat(rows, starts), sizes[:, None], dtype=np.float32)
    found = []
    for first, last, kind in _names(best_path(_by_word(rows[starts], inside))):
        column = 1 + 2 * kind
        chances = inside[first : last + 1, column : column + 2].sum(axis=1)
        score = round(1000 * float(chances.mean()))
        if score >= floors.get(NAME_TYPES[kind], SURE):
            found.append(Span(words[first][0], words[last][1], kind, score))
    return found


def best_path(chances: Shares) -> list[int]:
    """The likeliest tags of the words of a text, from the chances of each tag for each word: a name
    goes on only in its own type.

    Viterbi's algorithm with no costs but that rule; where each word's likeliest tag keeps it, as in
    nearly all texts, there is nothing to search for.
    """
    path: list[int] = chances.argmax(axis=1).tolist()
    broken = [place for place, (before, tag) in enumerate(pairwise([0, *path]))
              if tag and tag % 2 == 0 and before not in (tag, tag - 1)]  # fmt: skip
    if broken:
        chance = np.log(np.maximum(chances, 1e-6))
        for first, last in pairwise(_sure(chance, path)):
            if any(first <= place < last for place in broken):
                path[first:last] = _searched(chance[first:last])
    return path


def _sure(chance: Shares, path: Sequence[int]) -> list[int]:
    """Words, the first and the end included, whose likeliest tags stand whatever the others are:
    they are likelier than any other by more than being inside a name could bring afterwards."""
    ranked = np.sort(chance, axis=1)
    margin = (ranked[:, -1] - ranked[:, -2]).tolist()
    outside = np.maximum(chance[:, 0], chance[:, 1::2].max(axis=1))
    brings = (chance[:, 2::2].max(axis=1) - outside).tolist()
    sure, later = [len(path)], 0.0
    for place in range(len(path) - 1, 0, -1):
        if margin[place] > later and (path[place] == 0 or path[place] % 2):
            sure.append(place)
        later = max(0.0, brings[place] + later)
    return [0, *sure[::-1]]


def _searched(chance: Shares) -> list[int]:
    """The path of the greatest sum of log chances."""
    total = chance.copy()  # of the best path that ends in each tag of each word
    total[0, 2::2] -= 100.0  # a text cannot begin inside a name
    for before, here in pairwise(total):
        reached = np.maximum(before[1::2], before[2::2])
        top = before.max()
        here[2::2] += reached
        here[0] += top
        here[1::2] += top
    path = [int(total[-1].argmax())]
    for before in total[-2::-1]:
        tag = path[-1]
        if tag == 0 or tag % 2:
            path.append(int(before.argmax()))
        else:
            path.append(tag - 1 if before[tag - 1] >= before[tag] else tag)
    return path[::-1]


def _by_word(first: Shares, inside: Shares) -> Shares:
    """Chances of the tags of whole words: whether one begins is said by its first piece, what it
    is by all."""
    made = inside.copy()
    either = inside[:, 1::2] + inside[:, 2::2]
    begins = first[:, 1::2] / np.maximum(first[:, 1::2] + first[:, 2::2], 1e-9)
    made[:, 1::2], made[:, 2::2] = either * begins, either * (1 - begins)
    return made


def _words(
    offsets: Sequence[tuple[int, int]], text: str
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Character start and stop of each word; the numbers of the pieces of all words; and which of
    those numbers is the first of each word."""
    words: list[tuple[int, int]] = []
    pieces: list[int] = []
    starts: list[int] = []
    end = -1
    for place, (start, stop) in enumerate(offsets):
        if start == stop:
            continue
        if start == end and text[start - 1].isalnum() and text[start].isalnum():
            words[-1] = (words[-1][0], stop)
        else:
            words.append((start, stop))
            starts.append(len(pieces))
        pieces.append(place)
        end = stop
    return words, pieces, starts


def _names(path: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """First word, last word and type of each name."""
    last = -1
    for first, tag in enumerate(path):
        if tag == 0 or first <= last:
            continue
        last, inside = first, tag + tag % 2
        while last + 1 < len(path) and path[last + 1] == inside:
            last += 1
        yield first, last, (tag - 1) // 2
