"""The contract of archives: files that hold many records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol

from groundswell.types import Exposure, Record


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an archive: its number, from 1, and its raw content."""

    number: int
    data: Mapping[str, Any] | bytes


class Archive(Protocol):
    """One file format. Options (a column mapping, a community) are dataclass fields.

    Reading is streaming: memory does not grow with the file. `rows` may be asked to start
    after a row number again and again and must then give the same rows.
    """

    name: ClassVar[str]

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether a file looks like this format, from its name and its first 64 KiB, unpacked."""

    def rows(self, path: Path, after: int) -> Iterator[Row]:
        """The rows after row number `after`, in file order."""

    def parse(self, row: Row) -> Record | Exposure:
        """One row as a record (author still a handle) or an exposure row. Pure.

        Raises BadRow with a reason short enough to count by ("no time", "not JSON").
        """
