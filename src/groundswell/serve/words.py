"""Numbers, dates and kinds of claims in a reader's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from groundswell.types.moment import DAY_US, as_date, moment

COUNTED: Mapping[tuple[str, str], str] = {
    ("count", "voices"): "distinct people or outlets that wrote on the subject",
    ("count", "answered"): "people other than its author who answered in the thread",
    ("count", "shared"): "people whose posts carry the link",
    ("share", "once"): "of those active, the share that wrote on the subject at least once",
    ("share", "mean"): "share of each active person's posts on the subject, averaged over people",
    ("share", "warm"): "of people with a read post on the subject, the share warm on average",
    ("share", "cold"): "of people with a read post on the subject, the share cold on average",
    ("change", "voices"): "people a day in the window, as a multiple of the baseline",
    ("change", "tone"): "change of tone, each person counted once, window minus baseline",
    ("ratio", "voices"): "people on one subject for each person on the other",
    ("ratio", "contrast"): "difference of shares at equal exposure and common text length",
    ("rank", "entities"): "place among the desk's names of the same type, by people",
    ("burst", "peak"): "people on the day with most of them",
    ("coverage", "outlets"): "independent outlets; one owner counts once, reprints not at all",
    ("cooccurrence", "pair"): "people with a post that names both",
    ("quote", "verbatim"): "words exactly as the record has them",
    ("attribution", "published"): "a record with its place and day",
    ("absence", "none"): "records searched without a hit",
    ("rename", "alias"): "names used one after another",
    ("context", "population"): "the desk's own words for who this is",
    ("context", "entity"): "the desk's own words for what this is",
}
KINDS: Mapping[str, str] = {
    "volume": "more or fewer people", "tone": "change of tone", "tone-level": "level of tone",
    "coverage": "coverage by outlets",
    "cooccurrence": "named together", "convergence": "agreement across communities",
    "frame": "moral posture", "analogy": "analogy", "contradiction": "praise against practice",
}  # fmt: skip
OUTCOMES: Mapping[str, str] = {
    "found": "Passed the corrected test, the interval, the people limits and every guard.",
    "not collected": "Too much of what was expected is missing to say anything.",
    "too few people": "Fewer people than any statement of this kind needs.",
    "could not tell": "The data allow both a difference and none.",
    "no difference": "Any difference is smaller than the limit: this was shown, not assumed.",
    "not tested yet": "Registered, but this version has no test for it.",
}
DAYS = frozenset({"first", "last", "peak_day", "started", "subject_first"})  # details that are days
LAYERS: Mapping[str, str] = {
    "language": "language", "entities": "names", "beats": "beats", "topics": "topics",
    "phrases": "phrases", "duplicates": "copies",
}  # fmt: skip


def day(number: int) -> str:
    """A day number as a date.

    >>> day(20555)
    '12 April 2026'
    """
    date = as_date(number)
    return f"{date.day} {date:%B %Y}"


def short_day(number: int) -> str:
    """A day number without its year.

    >>> short_day(20555)
    '12 Apr'
    """
    date = as_date(number)
    return f"{date.day} {date:%b}"


def weekday(number: int) -> str:
    """A day number as a date with its weekday.

    >>> weekday(20555)
    'Sunday 12 April 2026'
    """
    return f"{as_date(number):%A} {day(number)}"


def iso_day(number: int) -> str:
    """A day number for the datetime attribute."""
    return as_date(number).isoformat()


def at(us: int) -> str:
    """Microseconds since 1970 to the minute, in UTC."""
    return f"{moment(us):%Y-%m-%d %H:%M} UTC"


def span(window: tuple[int, int]) -> str:
    """A half-open range of days in words.

    >>> span((20549, 20556)), span((20555, 20556))
    ('6 to 12 April 2026', '12 April 2026')
    """
    first, last = as_date(window[0]), as_date(window[1] - 1)
    if first == last:
        return day(window[0])
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day(window[1] - 1)}"
    return f"{first.day} {first:%B} to {day(window[1] - 1)}"


def count(number: float) -> str:
    """A number with thousands separated."""
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.3g}"


def many(number: int, one: str, more: str = "") -> str:
    """A count with its noun.

    >>> many(1, "person", "people"), many(1200, "record")
    ('1 person', '1,200 records')
    """
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def duration(seconds: float) -> str:
    """A number of seconds in the largest unit that keeps it readable.

    >>> duration(0), duration(45), duration(5400), duration(3 * 86400), duration(1)
    ('no time', '45 seconds', '90 minutes', '3 days', '1 second')
    """
    if not seconds:
        return "no time"
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if abs(seconds) >= 2 * size:
            return many(round(seconds / size), name)
    return many(round(seconds), "second")


def percent(share: float) -> str:
    """A fraction as a percentage: whole from ten up, one decimal below."""
    value = 100 * share
    return f"{value:.0f} %" if abs(value) >= 10 or value == 0 else f"{value:.1f} %"


def amount(value: float, unit: str) -> str:
    """A value in its unit.

    >>> amount(0.0886, "share"), amount(4.23, "times"), amount(-0.31, "tone")
    ('8.9 %', '4.2 times', '−0.31')
    """
    if unit == "share":
        return percent(value)
    if unit == "points":
        return _signed(f"{100 * value:+.{int(abs(value) < 0.1)}f}") + " points"
    if unit == "tone":
        return _signed(f"{value:+.2f}")
    if unit in ("times", "lift", "ratio"):
        return f"{value:.2g} times" if value < 10 else f"{value:.0f} times"
    if unit in ("quote", "record", "definition", "rank"):
        return {"rank": f"number {value:.0f}"}.get(unit, "")
    if unit == "people" and value == 1:
        return "1 person"
    return f"{count(value)} {unit.rstrip('s') if value == 1 else unit}".strip()


def between(low: float | None, high: float | None, unit: str) -> str:
    """An interval in its unit, the unit said once; None is a bound that was not reached."""
    if low is None or high is None:
        known = low if high is None else high
        side = "at least " if high is None else "at most "
        return "not bounded" if known is None else side + amount(known, unit)
    left, right = amount(low, unit), amount(high, unit)
    for tail in (" %", " points", " times", f" {unit}"):
        if left.endswith(tail) and right.endswith(tail):
            left = left.removesuffix(tail)
    return f"{left} to {right}"


def chance(p: float | None) -> str:
    """A p or q value."""
    if p is None:
        return "–"
    return "below 0.0001" if p < 0.0001 else f"{p:.2g}" if p < 0.1 else f"{p:.2f}"


def detail(value: Any, name: str) -> str:
    """A number a test keeps beside its result; those that are days as dates.

    >>> detail(20555, "peak_day"), detail(0.1859, "expected"), detail(["a", "b"], "owners")
    ('12 April 2026', '0.186', 'a, b')
    """
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    return day(int(value)) if name in DAYS else count(value)


def record_path(record_id: str) -> str:
    """Where a record is shown."""
    return "/records/" + quote(record_id, safe=":")


def subject_path(subject: str) -> str:
    """Where a subject is shown; the front page for everything."""
    kind, _, slug = subject.partition("/")
    folder = {"entity": "entities", "beat": "beats", "community": "communities"}.get(kind)
    return f"/{folder}/{quote(slug)}" if folder and slug else "/"


def place_path(community: str) -> str:
    """Where a community is shown."""
    return "/communities/" + quote(community, safe="")


def web(url: str) -> str:
    """An address that is safe to link to, or nothing."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc else ""


def host(url: str) -> str:
    """The site an address leads to."""
    return urlsplit(web(url)).netloc.removeprefix("www.")


def day_of(us: int) -> int:
    """The day number of an instant."""
    return us // DAY_US


def _signed(text: str) -> str:
    return text.replace("-", "−")


FILTERS: Mapping[str, Callable[..., Any]] = {
    "day": day, "short_day": short_day, "weekday": weekday, "iso_day": iso_day, "at": at,
    "span": span, "duration": duration, "count": count, "many": many, "percent": percent,
    "amount": amount,
    "between": between, "chance": chance, "record_path": record_path, "day_of": day_of,
    "subject_path": subject_path, "place_path": place_path, "web": web, "host": host,
    "counted": lambda claim: COUNTED.get((claim.kind, claim.op), claim.op),
    "kind": lambda kind: KINDS.get(kind, kind), "layer": lambda layer: LAYERS.get(layer, layer),
    "detail": detail, "pick": lambda keys, table: [table[key] for key in keys],
    "outcome": lambda outcome: OUTCOMES.get(outcome, outcome),
}  # fmt: skip
