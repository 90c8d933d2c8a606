"""When each host may be asked next, shared by the processes of one machine.

Two desks, or `gather` beside `up`, are one visitor to a platform: they keep one host's interval
together, and what one was told to wait the other waits too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from groundswell.types.moment import micros, moment

SLACK = timedelta(minutes=1)  # a table from further ahead was written by a clock that was wrong
SOON = timedelta(hours=1)  # further ahead no queue reaches
FAR = timedelta(days=366)  # nobody is waited for longer, and no date overflows


@dataclass(slots=True)
class Row:
    """One host: not before `next` because of its interval, not before `parked` as it asked."""

    next: datetime | None = None
    parked: datetime | None = None


class Timetable:
    """A small file, locked for each look, with a row for every host that has to be waited for.

    A process that ends gives its lock back by that; a damaged file counts as an empty one. Where
    the file cannot be had (no folder of one's own, a system without such locks) every row is
    blank and nothing is shared: `shared` says so beforehand. Safe to share between threads.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def shared(self) -> bool:
        """Whether other processes will learn what is written here."""
        with suppress(ImportError, OSError), self._locked():
            return True
        return False

    @contextmanager
    def row(self, host: str, now: datetime) -> Iterator[Row]:
        """A host's row, with all processes kept out; what is changed in it is kept.

        Nothing is, when an error is raised within.
        """
        with self._opened() as file:
            rows = read(file, now) if file else {}
            before = rows.get(host, Row())
            row = replace(before)
            yield row
            if file and row != before:
                rows[host] = row
                with suppress(OSError):  # a full disk: the others do not hear of it
                    write(file, rows, now)

    @contextmanager
    def _opened(self) -> Iterator[IO[bytes] | None]:
        """The file, locked, until the block ends; None where it cannot be had."""
        try:
            file = self._locked()
        except (ImportError, OSError):
            yield None
            return
        with file:
            yield file

    def _locked(self) -> IO[bytes]:
        import fcntl  # not on every system

        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:
            file.close()
            raise
        return file


def read(file: IO[bytes], now: datetime) -> dict[str, Row]:
    """The rows that are still worth anything; none of a file that is something else."""
    try:
        told = json.loads(file.read())
        at, hosts = told["at"], dict(told["hosts"])
    except (OSError, LookupError, RecursionError, TypeError, ValueError):
        return {}
    if instant(at, now, SLACK) is None:
        return {}
    rows = {}
    for host, columns in hosts.items():
        match columns:
            case [following, parked]:
                row = Row(instant(following, now, SOON), instant(parked, now, FAR))
                if max(row.next or now, row.parked or now) > now:
                    rows[host] = row
    return rows


def write(file: IO[bytes], rows: dict[str, Row], now: datetime) -> None:
    """Write the rows in place: another file of that name would have another lock."""
    hosts = {host: [told(row.next), told(row.parked)] for host, row in rows.items()}
    body = json.dumps({"at": micros(now), "hosts": hosts}, separators=(",", ":")).encode()
    file.seek(0)
    file.write(body)
    file.truncate()
    file.flush()


def told(when: datetime | None) -> int:
    """A time in microseconds since 1970; 0 for none."""
    return micros(when) if when else 0


def instant(us: object, now: datetime, most: timedelta) -> datetime | None:
    """The time that was told, unless there is none, or it is too far ahead to be believed."""
    if type(us) is not int or not 0 < us <= micros(now + most):
        return None
    return moment(us)
