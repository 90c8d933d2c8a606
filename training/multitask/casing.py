"""How words are written: an uncased encoder is told beside the words, since names lean on it."""

from __future__ import annotations

from collections.abc import Sequence

LOWER, TITLE, UPPER, MIXED, INSIDE = range(5)


def cases_of(text: str, offsets: Sequence[tuple[int, int]]) -> list[int]:
    """The case of each piece of a text, by its character offsets.

    0 is lower case or no letters, 1 Title, 2 UPPER, 3 mixed, 4 lower case inside a word.

    >>> cases_of("An iPhone by NASA", [(0, 2), (3, 4), (4, 9), (10, 12), (13, 17)])
    [1, 0, 1, 0, 2]
    """
    made = []
    for start, stop in offsets:
        piece = text[start:stop]
        if not piece or piece.islower() or not any(map(str.isalpha, piece)):
            inside = start and piece and text[start - 1].isalnum() and piece[0].isalnum()
            made.append(INSIDE if inside else LOWER)
        elif piece[0].isupper() and (len(piece) == 1 or piece[1:].islower()):
            made.append(TITLE)
        elif piece.isupper():
            made.append(UPPER)
        else:
            made.append(MIXED)
    return made
