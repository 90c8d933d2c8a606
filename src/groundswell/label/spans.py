"""Names in a text, out of what the reader thinks of each piece of a word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

import numpy as np
import numpy.typing as npt

from groundswell.types.reading import NAME_TYPES, Span

Shares = npt.NDArray[np.float32]
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
    words = list(_words(offsets, text))
    if not words:
        return []
    inside = np.stack([tags[pieces].mean(axis=0) for _, _, pieces in words])
    first = np.stack([tags[pieces[0]] for _, _, pieces in words])
    path = best_path(first, inside)
    found = []
    for kind, run in groupby(_runs(path), key=lambda pair: pair[1]):
        places = [place for place, _ in run]
        if kind[0] < 0:
            continue
        begin, end = words[places[0]][0], words[places[-1]][1]
        column = 1 + 2 * kind[0]
        score = round(1000 * float(inside[places, column : column + 2].sum(axis=1).mean()))
        if score >= floors.get(NAME_TYPES[kind[0]], SURE):
            found.append(Span(begin, end, kind[0], score))
    return found


def best_path(first: Shares, inside: Shares) -> list[int]:
    """The likeliest tags of the words of a text: a name goes on only in its own type.

    Viterbi's algorithm with no costs but that rule; `first` holds the chances at the first piece
    of each word, `inside` the mean over its pieces.
    """
    count = first.shape[1]
    chance = np.log(np.maximum(_by_word(first, inside), 1e-6))
    total, back = chance[0].copy(), np.zeros((len(chance), count), dtype=np.int64)
    total[2::2] -= 100.0  # a text cannot begin inside a name
    for place in range(1, len(chance)):
        top = int(total.argmax())
        came = np.full(count, top)
        reached = np.full(count, total[top])
        same = np.maximum(total[1::2], total[2::2])
        came[2::2] = np.where(total[1::2] >= total[2::2], *(np.arange(s, count, 2) for s in (1, 2)))
        reached[2::2] = same
        total, back[place] = reached + chance[place], came
    path = [int(total.argmax())]
    for place in range(len(chance) - 1, 0, -1):
        path.append(int(back[place, path[-1]]))
    return path[::-1]


def _by_word(first: Shares, inside: Shares) -> Shares:
    """Chances of the tags of whole words: whether one begins is said by its first piece, what it
    is by all."""
    made = inside.copy()
    either = inside[:, 1::2] + inside[:, 2::2]
    begins = first[:, 1::2] / np.maximum(first[:, 1::2] + first[:, 2::2], 1e-9)
    made[:, 1::2], made[:, 2::2] = either * begins, either * (1 - begins)
    return made


def _words(offsets: Sequence[tuple[int, int]], text: str) -> list[tuple[int, int, list[int]]]:
    """Character start and stop of each word, and the numbers of its pieces."""
    words: list[tuple[int, int, list[int]]] = []
    for place, (start, stop) in enumerate(offsets):
        if start == stop:
            continue
        if words and words[-1][1] == start and text[start - 1].isalnum() and text[start].isalnum():
            words[-1] = (words[-1][0], stop, [*words[-1][2], place])
        else:
            words.append((start, stop, [place]))
    return words


def _runs(path: Sequence[int]) -> list[tuple[int, tuple[int, int]]]:
    """Each word's place with (type, number of its name); type -1 where there is no name."""
    made, name = [], 0
    for place, tag in enumerate(path):
        if tag == 0:
            made.append((place, (-1, 0)))
            continue
        if tag % 2:
            name += 1
        made.append((place, ((tag - 1) // 2, name)))
    return made
