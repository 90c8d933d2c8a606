"""Mailing-list archives in mbox form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from groundswell.gather.archive import Row
from groundswell.gather.mail import mail, messages, separates
from groundswell.gather.opening import LINE_LIMIT, damage, unpacked
from groundswell.types import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Mbox:
    """Messages of one list; quoted lines, signatures and addresses are left out."""

    name: ClassVar[str] = "mbox"
    community: str = ""

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether the file begins with an mbox separator."""
        return separates(head)

    def rows(self, path: Path, after: int) -> Iterator[Row]:
        """One row a message, numbered in file order."""
        community = self.community or path.name.split(".")[0]
        for number, message in enumerate(_messages(path), 1):
            if number > after:
                yield Row(number, community.encode() + b"\n" + message)

    def parse(self, row: Row) -> Record:
        """A message; BadRow when it has no id, no date or nothing of its own."""
        assert isinstance(row.data, bytes)
        community, _, raw = row.data.partition(b"\n")
        record = mail(raw, community.decode())
        return replace(record, available=record.published)


def _messages(path: Path) -> Iterator[bytes]:
    """The messages of a file one by one; a message over the line limit is cut."""
    number = 0

    def lines() -> Iterator[bytes]:
        nonlocal number
        while line := file.readline(LINE_LIMIT):
            yield line
            number += 1

    with unpacked(path) as file, damage(path, lambda: f"line {number}"):
        yield from messages(lines())
