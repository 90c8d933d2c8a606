"""Indicators out of tables: any CSV with a day and a value can be one."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from groundswell.errors import UsageError
from groundswell.gather.fields import whole
from groundswell.types import Indicator
from groundswell.types.moment import as_day

DAYS = ("day", "date", "week", "time")  # names of the column that says when
VALUES = ("value", "count", "n", "total")
KNOWN = ("series", "unit", "panel", "low", "high", "break", "source")
LARGEST = 2**53  # beyond it a table's numbers were rounded before we saw them
YES = frozenset({"1", "true", "yes"})


def read_counts(path: Path, name: str, *, source: str = "", unit: str = "") -> Iterator[Indicator]:
    """The values of a CSV file, one a row, as the series `name`.

    Needs a column day (or date: 2026-11-22) and a column value (or count): whole numbers, or
    with a "%" or a decimal point for shares, which become thousandths. A column series adds to
    the name, so that one file may hold several; low, high, unit, panel, break and source are
    taken where they are. UsageError names file, line and column.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        head = file.read(4096)
        file.seek(0)
        rows = csv.DictReader(file, delimiter=_delimiter(head))
        fields = {(field or "").strip().casefold(): field for field in rows.fieldnames or ()}
        day, value = _column(path, fields, DAYS), _column(path, fields, VALUES)
        count = 0
        for line, row in enumerate(rows, 2):
            told = {key: (row.get(column) or "").strip() for key, column in fields.items()}
            if not any(told.values()):
                continue
            count += 1
            yield _indicator(path, line, told, {"day": day, "value": value, "name": name,
                                                "source": source, "unit": unit})  # fmt: skip
    if not count:
        raise UsageError(f"{path}: holds no row; a row is a day and a value")


def _delimiter(head: str) -> str:
    line = head.partition("\n")[0]
    return max(",;\t", key=lambda mark: (line.count(mark), mark == ","))


def _column(path: Path, fields: Mapping[str, str], names: tuple[str, ...]) -> str:
    for name in names:
        if name in fields:
            return name
    raise UsageError(
        f"{path}: has no column {' or '.join(names[:2])}; it has {', '.join(fields) or 'none'}"
    )


def _indicator(
    path: Path, line: int, row: Mapping[str, str], asked: Mapping[str, str]
) -> Indicator:
    more = row.get("series", "")
    value, share = _number(path, line, asked["value"], row[asked["value"]])
    unit = row.get("unit") or asked["unit"] or ("permille" if share else "count")
    panel = row.get("panel", "")
    try:
        return Indicator(
            series=f"{asked['name']}/{more}" if more else asked["name"],
            day=_day(path, line, row[asked["day"]]),
            value=value,
            unit=unit,
            source=row.get("source") or asked["source"] or path.stem,
            n=whole(panel) or 0,
            low=_number(path, line, "low", row["low"])[0] if row.get("low") else None,
            high=_number(path, line, "high", row["high"])[0] if row.get("high") else None,
            break_=row.get("break", "").casefold() in YES,
        )
    except ValueError as problem:
        raise UsageError(f"{path}, line {line}: {problem}") from problem


def _day(path: Path, line: int, told: str) -> int:
    try:
        return as_day(date.fromisoformat(told[:10]))
    except ValueError:
        raise UsageError(f"{path}, line {line}: {told!r} is not a day like 2026-11-22") from None


def _number(path: Path, line: int, column: str, told: str) -> tuple[int, bool]:
    """A whole number, and whether it was written as a share.

    >>> _number(Path("x"), 2, "value", "12.5 %"), _number(Path("x"), 2, "value", "1,204")
    ((125, True), (1204, False))
    """
    bare = told.replace(" ", "").replace("\u202f", "").replace("_", "")
    percent = bare.endswith("%")
    bare = bare.rstrip("%")
    if bare.count(",") and "." not in bare and all(len(p) == 3 for p in bare.split(",")[1:]):
        bare = bare.replace(",", "")
    try:
        share = percent or "." in bare
        value = round(float(bare) * (10 if percent else 1000)) if share else int(bare)
        if abs(value) > LARGEST:
            raise OverflowError
    except (ValueError, OverflowError):
        raise UsageError(
            f"{path}, line {line}, column {column}: {told!r} is not a number; whole numbers are "
            "counts, those with a point or % are shares"
        ) from None
    return value, share
