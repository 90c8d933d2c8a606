"""Times: aware UTC datetimes outside, integer microseconds and days since 1970 in the store."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


def micros(moment: datetime) -> int:
    """Microseconds since 1970 of an aware datetime; raises ValueError on a naive one."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone; use an aware UTC datetime")
    return (moment - EPOCH) // MICROSECOND


def moment(us: int) -> datetime:
    """The aware UTC datetime of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=us)


def day_of(us: int) -> int:
    """Days since 1970 of microseconds since 1970 (UTC)."""
    return us // DAY_US


def midnight(day: int) -> int:
    """Microseconds since 1970 of the first instant of a day."""
    return day * DAY_US


def as_date(day: int) -> date:
    """The calendar date of a day number."""
    return date(1970, 1, 1) + timedelta(days=day)


def as_day(when: date) -> int:
    """The day number of a calendar date."""
    return (when - date(1970, 1, 1)).days
