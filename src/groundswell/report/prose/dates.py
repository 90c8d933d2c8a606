"""Days and windows in words."""

from __future__ import annotations

from groundswell.report.prose.numbers import WORDS
from groundswell.types.moment import as_date

WEEK, MOST_WEEKS = 7, 12


def day(number: int) -> str:
    """A day as it is printed.

    >>> day(20550)
    '7 April'
    """
    date = as_date(number)
    return f"{date.day} {date:%B}"


def within(window: tuple[int, int]) -> str:
    """A window as a phrase that says exactly which days it holds.

    >>> within((20549, 20556)), within((20555, 20556)), within((20528, 20556))
    ('in the week to 12 April', 'on 12 April', 'between 16 March and 12 April')
    """
    start, stop = window
    if stop - start == 1:
        return f"on {day(start)}"
    if stop - start == WEEK:
        return f"in the week to {day(stop - 1)}"
    return between(start, stop - 1)


def again(window: tuple[int, int]) -> str:
    """A window that has just been named.

    >>> again((20549, 20556)), again((20528, 20556)), again((20555, 20556))
    ('that week', 'in those four weeks', 'on 12 April')
    """
    length = window[1] - window[0]
    if length == WEEK:
        return "that week"
    if length % WEEK == 0 and length // WEEK <= MOST_WEEKS:
        return f"in those {WORDS[length // WEEK]} weeks"
    return within(window)


def between(first: int, last: int) -> str:
    """From one day to another, or the one day.

    >>> between(20550, 20550), between(20550, 20552)
    ('on 7 April', 'between 7 and 9 April')
    """
    if first == last:
        return f"on {day(first)}"
    one, other = as_date(first), as_date(last)
    alike = (one.year, one.month) == (other.year, other.month)
    return f"between {one.day if alike else day(first)} and {day(last)}"


def dates(first: int, last: int) -> str:
    """The days from one to another, as a reach.

    >>> dates(20550, 20552), dates(20550, 20550)
    ('7 to 9 April', '7 April')
    """
    bare = between(first, last).removeprefix("on ").removeprefix("between ")
    return bare.replace(" and ", " to ")
