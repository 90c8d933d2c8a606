"""Several things in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

# Last words of names that go with an article.
ARTICLED = frozenset({"Act", "Bill", "Foundation", "Protocol", "Commission", "Agency", "Treaty"})


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


def with_article(name: str) -> str:
    """A name as it stands in a sentence.

    >>> with_article("Gantry"), with_article("Classroom Tools Act")
    ('Gantry', 'the Classroom Tools Act')
    """
    last = name.rsplit(" ", 1)[-1]
    return f"the {name}" if last in ARTICLED and " " in name else name
