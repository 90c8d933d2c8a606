"""Quotation marks: where a sentence quotes, in any of the styles people print."""

from __future__ import annotations

import re

PAIRS = re.compile(
    r"“([^“”]*)”|\"([^\"]*)\"|«([^«»]*)»|„([^„“”]*)[“”]|‘([^‘’]*(?:’\w[^‘’]*)*)’(?!\w)"
)


def quoted(text: str) -> list[tuple[int, int, str]]:
    """Quoted strings of a sentence with the places of their marks.

    >>> quoted('A post asked "who owns it" on Tuesday')
    [(13, 26, 'who owns it')]
    """
    return [(m.start(), m.end(), next(g for g in m.groups() if g is not None))
            for m in PAIRS.finditer(text)]  # fmt: skip
