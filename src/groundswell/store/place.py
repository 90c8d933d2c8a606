"""How far a stage has come in the log, so that a night costs what is new and not what is old."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from groundswell.store.sqlite import Store, Writer

LABELLED = "#labelled"  # the cursor of what is labelled


@dataclass(frozen=True, slots=True)
class Place:
    """Everything up to the entry `after` of the log is done, in one way of doing it.

    The place holds only for the maker that reached it, and only while the same sources may be
    counted: a permission that is recorded later brings back what was passed over.
    """

    stream: str
    maker: str
    after: int

    @classmethod
    def of(cls, store: Store, stream: str, maker: str) -> Place:
        """Where this maker stopped; the beginning when another one worked since."""
        withheld = sorted(row["name"] for row in store.rows("live_sources") if not row["derived"])
        told = hashlib.sha256("\n".join((maker, *withheld)).encode()).hexdigest()[:16]
        saved = store.one("cursor", stream=stream)
        by, _, seq = (saved["cursor"] if saved else "").partition(" ")
        return cls(stream, told, int(seq) if by == told else 0)

    def reach(self, writer: Writer, seq: int) -> None:
        """Note, in the transaction that does it, that everything up to an entry is done."""
        writer.do("save_cursor", stream=self.stream, cursor=f"{self.maker} {seq}")


def reached(store: Store, stream: str = LABELLED) -> int:
    """The entry of the log up to which somebody has done everything; 0 for the beginning."""
    saved = store.one("cursor", stream=stream)
    return int(saved["cursor"].partition(" ")[2]) if saved else 0
