"""GH Archive: what happened in public on GitHub, hour by hour, for chosen repositories."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from groundswell.errors import BadRow, Gone, Malformed, NotFound
from groundswell.gather.cursors import branch, foreign, number, stamped, texts, word
from groundswell.gather.events import counted, event_record
from groundswell.gather.fields import whole
from groundswell.gather.github import REPOSITORY
from groundswell.gather.listing import (
    cursor_of,
    decoded,
    every,
    lost,
    packed,
    rows,
    state_of,
    table,
)
from groundswell.gather.source import Cursor, Dossier, Found, Http, Payload
from groundswell.types import Exposure, Indicator, Record
from groundswell.types.moment import as_day, micros

FILES = "https://data.gharchive.org"
BEGAN = datetime(2011, 2, 12, tzinfo=UTC)  # the first file
HOUR = timedelta(hours=1)
SETTLED = timedelta(minutes=15)  # after the hour, its file is there
GIVE_UP = timedelta(hours=3)  # after which a missing file is a gap
STAMP = "%Y-%m-%dT%H"
LAST = 100_000  # a day beyond which nothing of ours can be
TINY = 5  # times fewer events than usual: the crawler was ill
ENOUGH = 24  # files read before "usual" means anything
TRIMMED = as_day(date(2025, 10, 7))  # the first day of events without what they are about
MISSING = "GH Archive has no file of this hour"
SMALL = "GH Archive's file of this hour holds far fewer events than usual"

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class GhArchive:
    """Issues, change requests and what is said about them in `repos`, from hourly files.

    Everything public on GitHub is read for it, some hundred megabytes an hour of the past; only
    what concerns `repos` is kept. `bots` keeps what automated accounts write.
    """

    kind: ClassVar[str] = "gharchive"
    dossier: ClassVar[Dossier] = Dossier(
        title="GH Archive",
        access="open",
        terms="https://www.gharchive.org: content under the terms of GitHub; e-mail is obfuscated.",
        recheck=(),
        every=1_800,
        lag=5_400,
        backfill="hourly files since 2011, each of some hundred megabytes",
        threads="comments name their ticket; what was written before the first file is missing",
        deletes="deleted comments are told by events; other deletions never: add a github source",
        limits="One file at a time; none stated.",
        gaps=(
            "It is a sample: files are named by when they were crawled, and events are missed.",
            "Hours without a file are tried again for 3 hours, then noted as gaps; hours with far "
            "fewer events than usual (May and October 2025 had many) are noted as partial.",
            "Since 7 October 2025 events of change requests hold neither title nor text: they are "
            "counted, but are no records.",
            "What an author was to the repository is no longer said.",
        ),
    )
    repos: tuple[str, ...]
    bots: bool = False

    def __post_init__(self) -> None:
        for repo in self.repos:
            if not REPOSITORY.fullmatch(repo):
                raise ValueError(f"repos: {repo!r} is not owner/name")

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """Hour by hour; missing files are tried again, and given up after three hours."""
        last = _hour(now - SETTLED) - HOUR
        place = _Place.of(since, last)
        if since is None:  # where it begins is noted first: the first file may be missing
            yield Payload(packed({"events": []}), place.cursor(), FILES)
        yield from self._read(http, place, now, last, GIVE_UP)

    def backfill(
        self, http: Http, since: Cursor | None, first: datetime, now: datetime
    ) -> Iterator[Payload]:
        """The same from `first` on; what is missing then will not come, but for the last hour."""
        place, last = _Place.of(since, _hour(first)), _hour(now - timedelta(seconds=1))
        return self._read(http, place, now, last, timedelta())

    def parse(self, payload: Payload) -> Iterable[Found]:
        """Records and a day's counts out of the events kept of an hour."""
        data = table(decoded(payload.body, "GH Archive"), "GH Archive")
        events = rows(data.get("events"), "events")
        return [*every(events, self._records), *_indicators(data)] if events else _indicators(data)

    def _read(
        self, http: Http, place: _Place, now: datetime, last: datetime, patience: timedelta
    ) -> Iterator[Payload]:
        for hour in place.due(last):
            try:
                total, events = self._file(http, hour)
            except (NotFound, Gone):
                total, events = 0, []
            if not total and now - hour < patience + HOUR + SETTLED:
                place.miss(hour)
                continue
            gaps = place.take(hour, total)
            counts = place.count(hour, events, whole=not gaps)
            yield Payload(
                packed({"events": events, "days": counts}), place.cursor(), _url(hour), gaps
            )

    def _file(self, http: Http, hour: datetime) -> tuple[int, list[Raw]]:
        """How many events a file holds, and those that concern us."""
        names = [f'"name":"{repo}"'.encode() for repo in self.repos]
        total, kept = 0, []
        for line in http.stream(_url(hour), headers={"Accept": "application/gzip"}):
            total += bool(line)
            if any(name in line for name in names):
                event = _event(line)
                if event and _name(event) in self.repos:
                    kept.append(event)
        return total, kept

    def _records(self, event: Raw) -> Iterator[Record]:
        try:
            yield event_record(event, bots=self.bots)
        except BadRow:
            return  # without words, or cut down; the day's counts still count it


class _Place:
    """The cursor: the next hour, hours that were missing, what is usual, and the day's counts."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._told = told

    @classmethod
    def of(cls, since: Cursor | None, begin: datetime) -> _Place:
        """From a cursor; Malformed for one that is not ours."""
        told = state_of(since)
        hour, missing = word(told, "hour", begin.strftime(STAMP)), texts(told, "missing")
        for one in (hour, *missing):
            _parsed(one)
        days = {day: _held(day, held) for day, held in branch(told, "days").items()}
        return cls({"hour": hour, "missing": missing, "files": number(told, "files"),
                    "usual": number(told, "usual"), "days": days})  # fmt: skip

    def due(self, last: datetime) -> list[datetime]:
        """What was missing, then every hour up to the last that can be there."""
        hours = [_parsed(hour) for hour in self._told["missing"]]
        hour = _parsed(self._told["hour"])
        while hour <= last:
            hours.append(hour)
            hour += HOUR
        return hours

    def miss(self, hour: datetime) -> None:
        """Note an hour to be tried again."""
        stamp = hour.strftime(STAMP)
        if stamp not in self._told["missing"]:
            self._told["missing"].append(stamp)
        self._pass(hour)

    def take(self, hour: datetime, total: int) -> tuple[Exposure, ...]:
        """Note an hour as done; the gap, where its file is missing or ill."""
        stamp, usual, files = hour.strftime(STAMP), self._told["usual"], self._told["files"]
        self._told["missing"] = [one for one in self._told["missing"] if one != stamp]
        self._pass(hour)
        start, stop = micros(hour), micros(hour + HOUR)
        if not total:
            return lost("", "*", start, stop, MISSING)
        if files >= ENOUGH and total * TINY < usual:
            return (Exposure(stream="", community="*", start=start, stop=stop,
                             permille=1000 * total // usual, reason=SMALL),)  # fmt: skip
        self._told["files"] = min(files + 1, 24 * 7)
        self._told["usual"] = (usual * files + total) // (files + 1)
        return ()

    def count(self, hour: datetime, events: Iterable[Raw], *, whole: bool) -> dict[str, Any]:
        """Add an hour to its day's counts; a day whose 24 hours are all there is told, and left."""
        days = self._told["days"]
        day = str(as_day(hour.date()))
        held = days.setdefault(day, {"hours": 0, "counts": {}})
        held["hours"] += whole
        for event in events:
            if found := counted(event):
                series = f"{found[0]}/{found[1]}"
                held["counts"][series] = held["counts"].get(series, 0) + 1
        told = {}
        if held["hours"] == 24:
            told[day] = days.pop(day)["counts"]
        for old in sorted(days, key=int)[:-3]:  # a day with a gap is never whole
            del days[old]
        return told

    def cursor(self) -> Cursor:
        """As text."""
        return cursor_of(self._told)

    def _pass(self, hour: datetime) -> None:
        after = (hour + HOUR).strftime(STAMP)
        self._told["hour"] = max(self._told["hour"], after)


def _indicators(data: Raw) -> list[Found]:
    """A whole day's counts as indicators; the day on which events were cut down is a break."""
    days = table(data.get("days") or {}, "days")
    found: list[Found] = []
    for day, counts in days.items():
        for series, value in table(counts, "counts").items():
            at = _day(day)
            if at is None or type(value) is not int:
                raise Malformed("GH Archive: counts are not ours; has the source changed?")
            found.append(
                Indicator(series=f"{series}, events", day=at, value=value, unit="events",
                          source="gharchive", n=1, break_=at == TRIMMED)
            )  # fmt: skip
    return found


def _event(line: bytes) -> Raw | None:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        return None  # one bad line is no reason to lose an hour
    return event if isinstance(event, dict) else None


def _name(event: Raw) -> str:
    repo = event.get("repo")
    return str(repo.get("name")) if isinstance(repo, dict) else ""


def _url(hour: datetime) -> str:
    """A file's address; the hour is not padded.

    >>> _url(datetime(2026, 11, 22, 5, tzinfo=UTC))
    'https://data.gharchive.org/2026-11-22-5.json.gz'
    """
    return f"{FILES}/{hour:%Y-%m-%d}-{hour.hour}.json.gz"


def _hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _parsed(stated: str) -> datetime:
    """An hour that a cursor names."""
    hour = stamped(stated, STAMP)
    if hour < BEGAN:
        raise foreign(stated)
    return hour


def _day(told: str) -> int | None:
    """A day's number, None for what is none of ours."""
    day = whole(told)
    return day if day is not None and day <= LAST else None


def _held(day: str, told: object) -> dict[str, Any]:
    """What a cursor keeps of a day: how many of its hours were whole, and counts by series."""
    if _day(day) is None or not isinstance(told, dict):
        raise foreign(told)
    counts = branch(told, "counts")
    return {"hours": number(told, "hours", most=24),
            "counts": {series: number(counts, series) for series in counts}}  # fmt: skip
