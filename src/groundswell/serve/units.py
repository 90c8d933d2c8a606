"""Values of indicators in words: integers of odd units as people read them."""

from __future__ import annotations

from groundswell.serve.words import count, duration, percent

THOUSANDTHS = "thousandths of "


def in_unit(value: float | None, unit: str) -> str:
    """A value in its unit; a dash for none.

    >>> in_unit(125, "permille"), in_unit(416, "minutes"), in_unit(2750, "thousandths of a ticket")
    ('12 %', '7 hours', '2.75 tickets')
    >>> in_unit(1, "people"), in_unit(1204, "views"), in_unit(None, "views")
    ('1 person', '1,204 views', '–')
    """
    if value is None:
        return "–"
    if unit == "permille":
        return percent(value / 1000)
    if unit == "minutes":
        return duration(60 * value)
    if unit.startswith(THOUSANDTHS):
        _, what, *rest = unit.removeprefix(THOUSANDTHS).split()
        return " ".join([f"{value / 1000:,.3g} {what}s", *rest])
    return "1 person" if (value, unit) == (1, "people") else f"{count(value)} {unit}"
