"""The contract of annotators: pure functions from an item to labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ClassVar, Protocol

from groundswell.desk import Desk
from groundswell.types import Annotation, Item, Reading

DeskReading = Callable[[str], Reading]  # reads a text of the desk, from memory where possible


class Annotator(Protocol):
    """One layer of labels. Pure once prepared: no store, no network, no clock, no encoder.

    `needs` names what the loop must provide: "reading", "desk", or other layers by name. A
    record of a language the reader does not declare has no reading; an annotator that needs
    one is then not called for it.
    """

    layer: ClassVar[str]
    version: ClassVar[str]
    needs: ClassVar[tuple[str, ...]]

    def prepare(self, desk: Desk, read: DeskReading) -> str:
        """Take what is needed from the desk; return a text that changes iff that changes.

        The text, the reader if "reading" is needed and the makers of needed layers are hashed
        into the maker `layer@version+hash8`. Annotators that do not need the desk return "".
        """

    def __call__(self, item: Item) -> Iterable[Annotation]:
        """The labels of one record; none is an answer too. All carry this layer's name."""


class Asks(Protocol):
    """What an annotator may also be: one that asks the reader about targets.

    The loop has the reader asked about them in the one pass of a text, and again only when a
    changed desk asks about something new; the answers are `item.reading.towards(target)`.
    """

    def asks(self, body: str) -> Iterable[str]:
        """The targets this body may speak of. Depends on nothing but the body and the desk."""
