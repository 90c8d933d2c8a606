"""What a cursor keeps, read without trust; Malformed for one that is not ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from groundswell.errors import Malformed
from groundswell.gather.fields import UNSTORABLE

LARGEST = 2**53
FIRST, LAST = 1990, 2099  # years a cursor of ours may name: sums with others overflow no date

Moment = TypeVar("Moment", date, datetime)


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
    return _text(told.get(key, default))


def digits(told: Mapping[str, Any], key: str) -> str:
    """A text of digits, or nothing."""
    value = word(told, key)
    if value and not (value.isascii() and value.isdecimal() and len(value) <= 20):
        raise foreign(value)
    return value


def texts(told: Mapping[str, Any], key: str) -> list[str]:
    """A list of texts."""
    value = told.get(key, [])
    if not isinstance(value, list):
        raise foreign(value)
    return [_text(one) for one in value]


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
        found = date.fromisoformat(stated)
    except ValueError as problem:
        raise foreign(stated) from problem
    return _within(found)


def instant(told: Mapping[str, Any], key: str) -> datetime | None:
    """A time as ISO text with its offset, None where there is none."""
    stated = word(told, key)
    if not stated:
        return None
    try:
        when = datetime.fromisoformat(stated)
    except ValueError as problem:
        raise foreign(stated) from problem
    return _within(when).astimezone(UTC) if when.tzinfo else None


def stamped(stated: str, form: str) -> datetime:
    """A time in UTC as `strftime` wrote it."""
    try:
        return _within(datetime.strptime(stated, form).replace(tzinfo=UTC))
    except ValueError as problem:
        raise foreign(stated) from problem


def _text(value: object) -> str:
    """A text that can stand in a request: half characters cannot."""
    if not isinstance(value, str) or UNSTORABLE.search(value):
        raise foreign(value)
    return value


def _within(when: Moment) -> Moment:
    if not FIRST <= when.year <= LAST:
        raise foreign(when)
    return when
