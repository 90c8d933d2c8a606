"""Reading XML by local names, whatever prefixes and namespaces a platform writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from groundswell.errors import BadRow, Malformed
from groundswell.gather.fields import clean
from groundswell.gather.markup import Element, xml
from groundswell.types import Record

END = re.compile(rb"</\s*(?:[\w.-]+:)?([\w.-]+)\s*>(?:\s|<!--.*?-->|\x00)*\Z", re.DOTALL)


def document(body: bytes, what: str) -> Element:
    """The root of a whole XML document; Malformed for one that was cut short on the way.

    A reader that mends would take the rest of a list for all of it.
    """
    root = xml(body)
    ended = END.search(body[-500:])
    empty = not len(root) and body.rstrip().endswith(b"/>")
    if not empty and (ended is None or ended[1].decode() != name_of(root)):
        raise Malformed(f"{what}: is cut short; it does not end with </{name_of(root)}>")
    return root


def name_of(element: Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def named(element: Element, name: str) -> list[Element]:
    """The children of that name."""
    return [child for child in element if name_of(child) == name]


def within(element: Element, name: str) -> Iterator[Element]:
    """Everything of that name below an element, in document order."""
    return (one for one in element.iter() if name_of(one) == name)


def child(element: Element, name: str) -> Element | None:
    """The first child of that name."""
    return next(iter(named(element, name)), None)


def words(element: Element | None, name: str = "") -> str:
    """All text in an element, or in its first child of that name; "" when there is none."""
    found = child(element, name) if name and element is not None else element
    return "" if found is None else clean("".join(str(one) for one in found.itertext())).strip()


def attribute(element: Element | None, name: str) -> str:
    """An attribute as text, "" when it is missing."""
    return "" if element is None else clean(str(element.get(name) or ""))


def each(
    elements: Iterable[Element], make: Callable[[Element], Record | None], what: str
) -> list[Record]:
    """A record of every element, each once; odd elements are left out, None too.

    Malformed when there are elements and every one is odd: the platform has another shape now.
    """
    made: dict[str, Record] = {}
    count = odd = 0
    why = ""
    for element in elements:
        count += 1
        try:
            record = make(element)
        except (BadRow, ValueError) as problem:
            odd, why = odd + 1, str(problem)
            continue
        if record is not None:
            made[record.id] = record
    if count and odd == count:
        raise Malformed(f"{what}: none of its {count} items can be read ({why})")
    return list(made.values())
