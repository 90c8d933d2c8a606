"""Indicators and what projects changed, as every page, export and feed reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from groundswell.store import Row, Store

WEEKS = 8  # before and after, when two stretches are compared
DAYS = 7 * WEEKS
FEWEST = 4  # values of a stretch
NEWEST = 10**7


@dataclass(frozen=True, slots=True)
class Value:
    """What a series stood at on a day, with its interval where there is one."""

    day: int
    value: int
    low: int | None
    high: int | None
    n: int
    break_: bool


@dataclass(frozen=True, slots=True)
class Series:
    """One series, oldest value first. `middle` is the median of the eight weeks before the last
    value, where nothing else was counted then; None with fewer than four values."""

    name: str
    source: str
    unit: str
    values: tuple[Value, ...]

    @property
    def last(self) -> Value:
        """The newest value."""
        return self.values[-1]

    @property
    def middle(self) -> float | None:
        """What is usual: see above."""
        return _middle(self.values[:-1], self.last.day - DAYS, self.last.day)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A series before and after a day: medians of eight weeks on each side, None with fewer than
    four values or a break between."""

    name: str
    unit: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class Response:
    """Something a project changed in how it takes contributions: a commit on a watched file."""

    repo: str
    path: str
    day: int
    title: str
    url: str
    stretches: tuple[Stretch, ...]


def every_series(store: Store, seq: int) -> list[Series]:
    """Every series, with all its values."""
    return [_series(store, seq, row) for row in store.rows("indicator_series", seq=seq)]


def one_series(store: Store, seq: int, name: str) -> list[Series]:
    """The series of a name; more than one where several sources count it."""
    return [_series(store, seq, row) for row in store.rows("indicator_series", seq=seq)
            if row["series"] == name]  # fmt: skip


def responses(store: Store, seq: int, shown: Sequence[str]) -> list[Response]:
    """What projects changed, newest first, with some of their indicators before and after."""
    held = {one.name: one for one in every_series(store, seq)}
    found = []
    for row in store.rows("responses", seq=seq):
        repo, day = row["community"], row["day"]
        mine = [held[name] for what in shown if (name := f"{repo}/{what}") in held]
        found.append(
            Response(
                repo=repo,
                path=row["root"].partition("@")[2],
                day=day,
                title=row["title"],
                url=row["url"],
                stretches=tuple(_stretch(one, repo, day) for one in mine),
            )
        )
    return found


def _series(store: Store, seq: int, row: Row) -> Series:
    values = store.rows("indicator_values", series=row["series"], source=row["source"],
                        first=0, last=NEWEST, seq=seq)  # fmt: skip
    told = [Value(one["day"], one["value"], one["low"], one["high"], one["n"], bool(one["break_"]))
            for one in values]  # fmt: skip
    return Series(row["series"], row["source"], values[-1]["unit"], tuple(told))


def _stretch(series: Series, repo: str, day: int) -> Stretch:
    name = series.name.removeprefix(f"{repo}/")
    near = [one for one in series.values if day - DAYS <= one.day < day + DAYS]
    if any(one.break_ for one in near):
        return Stretch(name, series.unit, None, None)
    return Stretch(
        name, series.unit, _median(near, day - DAYS, day), _median(near, day + 1, day + DAYS)
    )


def _middle(values: Sequence[Value], start: int, stop: int) -> float | None:
    """The median of a stretch, from its last break on."""
    breaks = [one.day for one in values if one.break_]
    return _median(values, max([start, *breaks]), stop)


def _median(values: Sequence[Value], start: int, stop: int) -> float | None:
    here = [one.value for one in values if start <= one.day < stop]
    return median(here) if len(here) >= FEWEST else None
