"""Several things in one sentence."""

from __future__ import annotations

from collections.abc import Sequence


def join(things: Sequence[str]) -> str:
    """Things with commas and a last "and".

    >>> join(["a"]), join(["a", "b"]), join(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    if len(things) < 2:
        return "".join(things)
    return f"{', '.join(things[:-1])} and {things[-1]}"


def capital(text: str) -> str:
    """The text with its first letter large, unless it is a place that is written small.

    >>> capital("open source"), capital("r/Rust"), capital("inkwell.example has it")
    ('Open source', 'r/Rust', 'inkwell.example has it')
    """
    first = text.split(" ", 1)[0]
    return text if "/" in first or "." in first.rstrip(".,:;") else text[:1].upper() + text[1:]
