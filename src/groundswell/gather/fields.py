"""Turning loose fields of archive rows into the exact ones of a record."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from groundswell.errors import BadRow
from groundswell.types.record import Precision

MICRO = timedelta(microseconds=1)
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
SECONDS = re.compile(r".{8,10}[T ]\d\d:?\d\d:?\d\d")
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # half characters, and NUL, which PostgreSQL refuses
DIGITS = re.compile(r"[0-9]{1,18}")
GONE = frozenset({"[deleted]", "[removed]", "[deleted by user]"})


def json_object(line: bytes) -> Mapping[str, Any]:
    """One JSON object from one line; BadRow otherwise."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise BadRow("not JSON") from problem
    if not isinstance(data, dict):
        raise BadRow("not a JSON object")
    return data


def text_of(data: Mapping[str, Any], key: str) -> str:
    """A string field, "" when absent or null; BadRow when it is something else."""
    value = data.get(key)
    if value is None:
        return ""
    if not isinstance(value, str | int):
        raise BadRow(f"{key} is not text")
    return clean(str(value))


def clean(text: str) -> str:
    """Text without what no store can hold: NUL and half characters.

    >>> clean("a\\ud800b\\x00")
    'a\ufffdb\ufffd'
    """
    return UNSTORABLE.sub("\ufffd", text)


def need(data: Mapping[str, Any], key: str) -> str:
    """A string field that must be there."""
    value = text_of(data, key).strip()
    if not value:
        raise BadRow(f"no {key}")
    return value


def time_of(value: Any) -> tuple[datetime, Precision]:
    """An ISO 8601 text or seconds since 1970, with its precision; BadRow when it is neither.

    >>> time_of("2026-01-02")[1], time_of("2026-01-02T00:00:00Z")[1]
    ('day', 'day')
    >>> time_of("2026-01-02T10:00+02:00")[1], time_of("2026-01-02 10:00:05.5")[1]
    ('minute', 'second')
    """
    try:
        if isinstance(value, bool):
            raise TypeError
        if isinstance(value, int | float) or (isinstance(value, str) and _number(value)):
            when = datetime.fromtimestamp(float(value), UTC)
            precision: Precision = "second"
        else:
            when = datetime.fromisoformat(value.strip())
            when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
            precision = _precision(when, value)
    except (ValueError, TypeError, AttributeError, OverflowError, OSError) as problem:
        raise BadRow("no time" if value is None or value == "" else "not a time") from problem
    if not EARLIEST <= when < LATEST:
        raise BadRow("time out of range")
    return when, precision


def whole(digits: str) -> int | None:
    """The number some digits stand for; None for anything else and for more than 18 of them.

    Python takes digits of every script, and refuses to read thousands of them.

    >>> whole("012"), whole("\u00b2"), whole("-1"), whole("9" * 5_000)
    (12, None, None, None)
    """
    return int(digits) if DIGITS.fullmatch(digits) else None


def engagement_of(value: Any) -> Mapping[str, int]:
    """The integer counts of an engagement object; the rest is left out."""
    if not isinstance(value, Mapping):
        return {}
    return {clean(str(k)): v for k, v in value.items() if type(v) is int}


def _precision(when: datetime, value: str) -> Precision:
    if when.time() == datetime.min.time():
        return "day"
    return "second" if SECONDS.match(value.strip()) else "minute"


def _number(value: str) -> bool:
    digits = value.strip().replace(".", "", 1)
    return digits.isdigit() and len(digits) >= 9  # shorter ones are years or days
