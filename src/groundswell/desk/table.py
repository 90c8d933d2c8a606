"""Reading TOML tables strictly: every mistake names file, table and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from groundswell.errors import DeskError
from groundswell.types.moment import as_day

MISSING: Any = object()
SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([kMGTKmgt]?[Bb])")
UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


class Table:
    """One table of a desk file. Each getter takes a key out; `done` rejects what is left."""

    def __init__(self, where: str, data: dict[str, Any]) -> None:
        self.where = where
        self._left = dict(data)

    def fault(self, key: str, problem: str) -> DeskError:
        """The error for a key of this table."""
        return DeskError(f"{self.where}, key {key!r}: {problem}")

    def text(self, key: str, default: str = MISSING, *, among: Sequence[str] = ()) -> str:
        """A string, optionally one of a list."""
        value = self._take(key, str, "a string", default)
        if among and value not in among:
            raise self.fault(key, f"{value!r} is not one of {', '.join(among)}")
        return str(value)

    def slug(self, key: str = "slug") -> str:
        """A string of lower-case letters, digits, '-', '_' and '.'."""
        value = self.text(key)
        if not value or value.strip("abcdefghijklmnopqrstuvwxyz0123456789-_."):
            raise self.fault(key, f"{value!r} may hold only a-z, 0-9, '-', '_' and '.'")
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false."""
        return bool(self._take(key, bool, "true or false", default))

    def size(self, key: str) -> int:
        """A number of bytes such as "20 GB" or 500_000; 0 when absent."""
        value = self._left.pop(key, 0)
        if isinstance(value, str) and (told := SIZE.fullmatch(value.strip())):
            return round(float(told[1]) * UNITS[told[2].upper()])
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.fault(key, f'{value!r} is not a size such as "20 GB"')
        return value

    def number(self, key: str, default: int = 0) -> int:
        """A whole number from 0 up."""
        value = self._take(key, int, "a whole number", default)
        if isinstance(value, bool) or value < 0:
            raise self.fault(key, f"{value!r} is not a whole number from 0 up")
        return int(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; empty when absent."""
        values = self._take(key, list, "a list of strings", [])
        for value in values:
            if not isinstance(value, str) or not value.strip():
                raise self.fault(key, f"{value!r} is not a non-empty string")
        return tuple(values)

    def day(self, key: str, default: int = MISSING) -> int:
        """A date such as 2026-01-27, as a day number."""
        value = self._take(key, date, "a date such as 2026-01-27", default)
        return value if isinstance(value, int) else as_day(value)

    def time(self, key: str) -> datetime | None:
        """A date-time with zone such as 2026-01-27T06:00:00Z, or None when absent."""
        value = self._take(key, datetime, "a time such as 2026-01-27T06:00:00Z", None)
        if value is not None and value.tzinfo is None:
            raise self.fault(key, "has no time zone; end it with Z")
        return value.astimezone(UTC) if value is not None else None

    def tables(self, key: str) -> Iterator[Table]:
        """The tables of an array of tables, in order."""
        for n, data in enumerate(self._take(key, list, "[[tables]]", []), 1):
            if not isinstance(data, dict):
                raise self.fault(key, f"entry {n} is not a table")
            label = data.get("slug") or data.get("name") or data.get("alias") or n
            yield Table(f"{self.where}, [[{key}]] {label}", data)

    def table(self, key: str) -> Table:
        """A sub-table; empty when absent."""
        return Table(f"{self.where}, [{key}]", self._take(key, dict, "a table", {}))

    def has(self, key: str) -> bool:
        """Whether the key is present and not yet taken."""
        return key in self._left

    def rest(self) -> dict[str, Any]:
        """Everything not taken yet, as options for a plugin."""
        left, self._left = self._left, {}
        return left

    def done(self) -> None:
        """Raise for a key nobody asked for."""
        if self._left:
            key = sorted(self._left)[0]
            raise self.fault(key, "is not a key of this table; remove it or mend its spelling")

    def _take(self, key: str, kind: type, expected: str, default: Any = MISSING) -> Any:
        value = self._left.pop(key, default)
        if value is MISSING:
            raise self.fault(key, f"is missing; give {expected}")
        if value is not default and (
            not isinstance(value, kind) or (kind is date and isinstance(value, datetime))
        ):
            raise self.fault(key, f"{value!r} is not {expected}")
        return value


def read_table(path: Path) -> Table:
    """A whole TOML file as a table; DeskError with the line when it is not TOML."""
    try:
        return Table(path.name, tomllib.loads(path.read_text("utf-8")))
    except OSError as problem:
        raise DeskError(f"{path}: cannot be read ({problem.strerror})") from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise DeskError(f"{path.name}: is not valid TOML: {problem}") from problem
