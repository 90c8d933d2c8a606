"""What a cursor keeps, read without trust; Malformed for one that is not ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from groundswell.errors import Malformed

LARGEST = 2**53


def foreign(told: object) -> Malformed:
    """The error for something in a cursor that we never wrote."""
    return Malformed(f"cursor: {str(told)[:40]!r} is not one of ours; remove it")


def number(told: Mapping[str, Any], key: str, default: int = 0, *, most: int = LARGEST) -> int:
    """A whole number from 0 on."""
    value = told.get(key, default)
    if type(value) is not int or not 0 <= value <= most:
        raise foreign(value)
    return value


def word(told: Mapping[str, Any], key: str, default: str = "") -> str:
    """A text."""
    value = told.get(key, default)
    if not isinstance(value, str):
        raise foreign(value)
    return value


def digits(told: Mapping[str, Any], key: str) -> str:
    """A text of digits, or nothing."""
    value = word(told, key)
    if value and not (value.isascii() and value.isdecimal() and len(value) <= 20):
        raise foreign(value)
    return value


def texts(told: Mapping[str, Any], key: str) -> list[str]:
    """A list of texts."""
    value = told.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise foreign(value)
    return value


def branch(told: Mapping[str, Any], key: str) -> dict[str, Any]:
    """An object within the cursor, empty where there is none."""
    value = told.get(key, {})
    if not isinstance(value, dict):
        raise foreign(value)
    return dict(value)


def day(told: Mapping[str, Any], key: str, default: date) -> date:
    """A day as ISO text."""
    return day_of(word(told, key, default.isoformat()))


def day_of(stated: str) -> date:
    """A day from ISO text."""
    try:
        return date.fromisoformat(stated)
    except ValueError as problem:
        raise foreign(stated) from problem


def instant(told: Mapping[str, Any], key: str) -> datetime | None:
    """A time as ISO text with its offset, None where there is none."""
    stated = word(told, key)
    if not stated:
        return None
    try:
        when = datetime.fromisoformat(stated)
        return when.astimezone(UTC) if when.tzinfo else None
    except (ValueError, OverflowError) as problem:
        raise foreign(stated) from problem
