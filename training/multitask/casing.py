"""How words are written: an uncased encoder is told beside the words, since names lean on it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

LOWER, TITLE, UPPER, MIXED, INSIDE = range(5)


def cases_of(text: str, offsets: Sequence[tuple[int, int]]) -> list[int]:
    """The case of each piece of a text, by its character offsets.

    0 is lower case or no letters, 1 Title, 2 UPPER, 3 mixed, 4 lower case inside a word.

    >>> cases_of("An iPhone by NASA", [(0, 2), (3, 4), (4, 9), (10, 12), (13, 17)])
    [1, 0, 1, 0, 2]
    """
    made = []
    for start, stop in offsets:
        case = _written(text[start:stop])
        if case == LOWER and start and stop > start:
            case = INSIDE if text[start - 1].isalnum() and text[start].isalnum() else LOWER
        made.append(case)
    return made


@lru_cache(maxsize=1 << 15)  # most pieces of a text were met before
def _written(piece: str) -> int:
    """The case of a piece on its own."""
    if not piece or piece.islower() or not any(map(str.isalpha, piece)):
        return LOWER
    if piece[0].isupper() and (len(piece) == 1 or piece[1:].islower()):
        return TITLE
    return UPPER if piece.isupper() else MIXED
