"""The contract of annotators: pure functions from an item to labels."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Protocol

from groundswell.desk import Desk
from groundswell.label.reader import DeskReading
from groundswell.types import Annotation, Item


class Annotator(Protocol):
    """One layer of labels. Pure once prepared: no store, no network, no clock, no encoder.

    `needs` names what the loop must provide: "reading", "desk" (then `prepare` is called with
    the desk before any item), or other layers by name. A record of a language the reader does
    not declare has no reading; such an annotator is then not called for it.
    """

    layer: ClassVar[str]
    version: ClassVar[str]
    needs: ClassVar[tuple[str, ...]]

    def prepare(self, desk: Desk, read: DeskReading) -> str:
        """Take what is needed from the desk; return a string that changes iff that changes.

        The string is hashed, with the reader's name if "reading" is needed, into the maker
        `layer@version+hash8`. Annotators that do not need the desk return "".
        """

    def __call__(self, item: Item) -> Iterable[Annotation]:
        """The labels of one record; none is an answer too. All carry this layer's name."""
