"""GH Archive files: one public event of GitHub a line, packed with gzip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from groundswell.errors import BadRow
from groundswell.gather.archive import Row
from groundswell.gather.events import at_of, event_record, repo_of
from groundswell.gather.fields import json_object
from groundswell.gather.opening import first_lines, lines
from groundswell.types import Record

FIELDS = (b'"type"', b'"actor"', b'"repo"', b'"payload"', b'"created_at"')


@dataclass(frozen=True, slots=True, kw_only=True)
class GhArchive:
    """Issues, change requests, comments, reviews and discussions; other events are left out.

    `repos`: only these ("owner/name"), else all. `bots` keeps what automated accounts write.
    """

    name: ClassVar[str] = "gharchive"
    repos: Sequence[str] = ()
    bots: bool = False

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether the first line is an event."""
        first = (first_lines(head) or [b""])[0]
        return all(field in first for field in FIELDS)

    def rows(self, path: Path, after: int) -> Iterator[Row]:
        """One event a line."""
        for number, line in lines(path, after):
            yield Row(number, line)

    def parse(self, row: Row) -> Record:
        """What an event tells that somebody wrote."""
        event = json_object(row.data) if isinstance(row.data, bytes) else row.data
        if self.repos and repo_of(event) not in self.repos:
            raise BadRow("another repository")
        record = event_record(event, bots=self.bots)
        return replace(record, available=max(record.published, at_of(event)))
