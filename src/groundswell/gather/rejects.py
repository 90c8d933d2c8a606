"""A file of rows that could not become records, with the reason, so that nothing is lost."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO

from groundswell.gather.archive import Row

LINE_MAX = 10_000  # characters kept of a rejected row
TAIL = 1_000  # last lines compared, so that a page done again after a stop is not told twice


class Rejects:
    """Appends one JSON line per rejected row; the file is made at the first."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self._file: IO[str] | None = None
        self._told: frozenset[str] = frozenset()

    def __enter__(self) -> Rejects:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file:
            self._file.close()

    def keep(self, row: Row, reason: str) -> None:
        """Write down one row and why it was left out."""
        if self.path is None:
            return
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a+", encoding="utf-8")
            self._file.seek(0)
            self._told = frozenset(deque(self._file, TAIL))
        if isinstance(row.data, bytes):
            kept = row.data[:LINE_MAX].decode("utf-8", "replace")
        else:
            kept = json.dumps(dict(row.data), default=str)[:LINE_MAX]
        line = json.dumps({"row": row.number, "reason": reason, "data": kept}) + "\n"
        if line not in self._told:
            self._file.write(line)


def forget_rejects(path: Path, ids: Iterable[str]) -> int:
    """Take rows that name any of these records out of a reject file; return how many."""
    if not path.exists():
        return 0
    natives = "|".join(re.escape(record_id.partition(":")[2]) for record_id in ids)
    named = re.compile(rf"(?<!\w)(?:{natives})(?!\w)")
    lines = path.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not named.search(line)]
    if len(kept) < len(lines):
        path.write_text("".join(kept), "utf-8")
    return len(lines) - len(kept)
