"""Dates and time phrases in a sentence, and which windows and days they may stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from groundswell.report.verifiers.facts import Facts
from groundswell.report.verifiers.lexicon import values
from groundswell.report.verifiers.spans import Parsed
from groundswell.types.moment import as_date

MONTH = "(" + "|".join(m.capitalize() for m in values("months")) + ")"
DAY = "(" + "|".join(d.capitalize() for d in values("weekdays")) + ")"
NUMBER = r"(\d+|" + "|".join(w for w in values("numbers") if "-" not in w) + ")"
RANGE = re.compile(
    rf"\b(?:from |between )?(\d{{1,2}})(?: {MONTH})?(?: to | and | until |–|-)(\d{{1,2}}) {MONTH}"
    r"(?: (\d{4}))?\b"
)
DATE = re.compile(
    rf"\b(?:{DAY},? )?(?:the )?(?:(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {MONTH}|{MONTH} (\d{{1,2}})"
    r"(?:st|nd|rd|th)?\b)(?:,? (\d{4})\b)?"
)
BARE = re.compile(rf"\b(?:{DAY},? )?the (\d{{1,2}})(?:st|nd|rd|th)\b")
WEEKDAY = re.compile(rf"\b{DAY}s?\b")
IN_MONTH = re.compile(rf"\b{MONTH}(?: (\d{{4}}))?\b")
LAST = r"last|past|latest|these|this"
PRIOR = r"previous|preceding|prior|earlier"
SPAN = re.compile(
    rf"\b(?:the )?(?:({LAST}|{PRIOR}) )?{NUMBER} (day|week|month)s?"
    r"(?: (later|after|earlier|before|ago|on|apart))?\b"
)
ONE = re.compile(
    rf"\b(?:the )?({LAST}|{PRIOR}|that|the|a|one|same|following|next) (week|month|night|day)"
    r"(?: (before|earlier|later|after))?\b"
)
A_DAY = re.compile(r"\b(?:a|per|each) day\b(?! (?:later|after|earlier|before))|\bdaily\b")
OTHER_RATE = re.compile(
    r"\b(?:people|authors|outlets|records|posts|voices|accounts|articles) (?:a|per|each) "
    r"(?:hour|week|month|year)\b"
)
NEAR = re.compile(r"\b(yesterday|overnight|today|tonight|tomorrow)\b")
LENGTHS = {"day": (1, 1), "night": (1, 1), "week": (7, 7), "month": (28, 31)}
STARTS, ENDS = ("since", "from", "after"), ("until", "to", "through", "till")


@dataclass(frozen=True, slots=True)
class When:
    """One date or time phrase; `why` is empty when some claim bears it out."""

    start: int
    stop: int
    text: str
    why: str


def read(parsed: Parsed, claims: Sequence[Facts]) -> Iterator[When]:
    """Every date and time phrase of a sentence, with what is wrong with it."""
    for pattern, check in ((RANGE, _range), (DATE, _date), (BARE, _date), (SPAN, _span),
                           (OTHER_RATE, _other_rate), (A_DAY, _a_day), (ONE, _one),
                           (NEAR, _near), (WEEKDAY, _date),
                           (IN_MONTH, _month)):  # fmt: skip
        for m in pattern.finditer(parsed.text):
            if parsed.open(m.start(), m.end()):
                before = parsed.text[: m.start()].lower()
                why = check(m, before, parsed.text.lower(), claims)
                parsed.cover(m.start(), m.end(), "date")
                yield When(m.start(), m.end(), m.group(), why)


def _range(m: re.Match[str], before: str, text: str, claims: Sequence[Facts]) -> str:
    first, month, last, second, year = m.groups()
    for facts in claims:
        for start, stop in (*_windows(facts), *_reach(facts)):
            if (_is(start, int(first), month or second, year)
                    and _is(stop - 1, int(last), second, year)):  # fmt: skip
                return ""
    return "no cited claim counted from the one to the other"


def _date(m: re.Match[str], before: str, text: str, claims: Sequence[Facts]) -> str:
    weekday, day, month, year = _parts(m)
    tail = re.split(r"\W+", before.strip())[-4:]
    lead = tail[-1] if tail else ""
    lead = tail[-2] if lead in ("on", "the") and len(tail) > 1 else lead
    for facts in claims:
        if lead == "to" and tail[-2:-1] == ["week"]:
            ends = [stop - 1 for start, stop in _windows(facts) if stop - start == 7]
        elif lead in STARTS:
            ends = [start for start, _ in _windows(facts)] + _exact(facts, text)
        elif lead in ENDS or lead == "and":
            ends = [stop - 1 for _, stop in _windows(facts)] + _exact(facts, text)
        else:
            ends = _exact(facts, text)
        for number in ends:
            if _is(number, day, month, year) and _weekday(number, weekday):
                return ""
    known = sorted({as_date(d).strftime("%A %-d %B") for f in claims for d in _exact(f, text)})
    return f"the cited claims give {', '.join(known) or 'no such day'}"


def _span(m: re.Match[str], before: str, text: str, claims: Sequence[Facts]) -> str:
    which, amount, unit, relation = m.groups()
    n = int(amount) if amount.isdigit() else values("numbers")[amount]
    least, most = (n * bound for bound in LENGTHS[unit])
    if relation in ("later", "after", "earlier", "before", "apart") and not which:
        if any(least <= gap <= most for gap in _gaps(claims)):
            return ""
        if relation not in ("before", "earlier"):
            return "no two days of the cited claims lie so far apart"
        which = "previous"
    for facts in claims:
        for role, (start, stop) in zip(("now", "then"), _windows(facts), strict=False):
            if not least <= stop - start <= most:
                continue
            if (which in PRIOR.split("|")) == (role == "now"):
                continue
            if which in LAST.split("|") and (role != "now" or stop != facts.claim.snapshot.seen):
                continue
            return ""
    if not which and not relation and any(least <= g <= most or least <= g + 1 <= most
                                          for g in _gaps(claims)):  # fmt: skip
        return ""
    lengths = sorted({stop - start for f in claims for start, stop in _windows(f)})
    return f"the cited claims cover {', '.join(map(str, lengths)) or 'no'} days"


def _one(m: re.Match[str], before: str, text: str, claims: Sequence[Facts]) -> str:
    which, unit, relation = m.groups()
    if unit == "day" and which in ("that", "the", "same"):
        return "" if any(_exact(f, "") for f in claims) else "no cited claim names a day"
    if unit == "day" and relation:
        return "" if 1 in _gaps(claims) else "no two days of the cited claims are neighbours"
    least, most = LENGTHS[unit]
    prior = which in PRIOR.split("|") or relation in ("before", "earlier")
    for facts in claims:
        for role, (start, stop) in zip(("now", "then"), _windows(facts), strict=False):
            if least <= stop - start <= most and prior == (role == "then"):
                if which in LAST.split("|") and stop != facts.claim.snapshot.seen:
                    continue
                return ""
    if which in ("a", "one") and any(least <= g <= most for g in _gaps(claims)):
        return ""
    return f"no cited claim covers a {unit}"


def _a_day(m: re.Match[str], before: str, text: str, claims: Sequence[Facts]) -> str:
    daily = any(f.claim.kind == "burst" or (f.claim.kind == "change" and f.op == "voices")
                for f in claims)  # fmt: skip
    return "" if daily else "no cited claim counts by the day"


def _other_rate(m: re.Match[str], before: str, text: str, claims: Sequence[Facts]) -> str:
    return "claims count by the day"


def _near(m: re.Match[str], before: str, text: str, claims: Sequence[Facts]) -> str:
    if m.group() in ("yesterday", "overnight"):
        for facts in claims:
            if facts.claim.snapshot.seen - 1 in _exact(facts, text):
                return ""
    return "no cited claim is of that day"


def _month(m: re.Match[str], before: str, text: str, claims: Sequence[Facts]) -> str:
    month, year = m.groups()
    for facts in claims:
        whole = [d for start, stop in _windows(facts) for d in (start, stop - 1)]
        days = _exact(facts, text)
        if any(_is(d, None, month, year) for d in days) or (
            whole and all(_is(d, None, month, year) for d in whole[:2])
        ):
            return ""
    return "no cited claim falls into it"


def _parts(m: re.Match[str]) -> tuple[str | None, int | None, str | None, str | None]:
    groups = m.groups()
    if m.re is WEEKDAY:
        return groups[0], None, None, None
    if m.re is BARE:
        return groups[0], int(groups[1]), None, None
    weekday, day, month, other, later, year = groups
    return weekday, int(day or later), month or other, year


def _windows(facts: Facts) -> list[tuple[int, int]]:
    """The claim's window, then its baseline."""
    if facts.claim.kind in ("quote", "context"):
        return []
    return [facts.claim.window, *([facts.claim.baseline] if facts.claim.baseline else [])]


def _reach(facts: Facts) -> list[tuple[int, int]]:
    first, last = facts.days.get("first"), facts.days.get("last")
    return [(first[0], last[0] + 1)] if first and last else []


def _exact(facts: Facts, text: str) -> list[int]:
    """Days something happened on; "first" and "peak" beside a date choose among them."""
    days = facts.days
    if facts.claim.kind == "burst":
        if re.search(r"\bfirst\b", text) and not re.search(r"\bpeak|\bbusiest|\bmost\b", text):
            days = {k: v for k, v in days.items() if k == "first"}
        elif not re.search(r"\bfirst|\bsince\b|\bbegan\b|\bearliest\b", text):
            days = {k: v for k, v in days.items() if k != "first"}
    return [day for found in days.values() for day in found]


def _gaps(claims: Iterable[Facts]) -> set[int]:
    days = {day for facts in claims for found in facts.days.values() for day in found}
    return {abs(a - b) for a in days for b in days}


def _is(number: int, day: int | None, month: str | None, year: str | None) -> bool:
    when = as_date(number)
    return ((day is None or when.day == day)
            and (month is None or when.month == values("months")[month.lower()])
            and (year is None or when.year == int(year)))  # fmt: skip


def _weekday(number: int, name: str | None) -> bool:
    return name is None or as_date(number).weekday() == values("weekdays")[name.lower()]
