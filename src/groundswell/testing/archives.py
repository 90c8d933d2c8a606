"""Checks of archives: streaming, resumable, and never surprised by a row."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from groundswell.errors import BadRow
from groundswell.gather.archive import Archive, Row
from groundswell.gather.opening import head
from groundswell.testing.check import Checks, named
from groundswell.testing.records import whole
from groundswell.types import Exposure, Record

ODD = (b"", b"\n", b"{}", b"[]", b"null", b"\x00\xff", b'{"id": {}}', b"[" * 100_000)


def archive_checks(archive: Archive, path: Path) -> Checks:
    """Checks of an archive on one file of its form that holds at least two good rows."""
    yield named(archive, "name")

    def recognises() -> None:
        assert archive.recognises(path, head(path)), f"{path.name} is not recognised"
        assert not archive.recognises(Path("x"), b"It was a dark and stormy night.\n" * 9)

    yield "recognises its own file and no novel", recognises

    def numbered() -> None:
        numbers = [row.number for row in archive.rows(path, 0)]
        assert numbers == sorted(set(numbers)), "row numbers do not rise"
        assert numbers, "there are no rows"
        assert numbers[0] >= 1, "row numbers begin at 1"

    yield "numbers its rows", numbered

    def resumes() -> None:
        rows = list(archive.rows(path, 0))
        for after in {0, rows[0].number, rows[len(rows) // 2].number, rows[-1].number}:
            again = list(archive.rows(path, after))
            assert again == [row for row in rows if row.number > after], f"other rows after {after}"

    yield "starts again anywhere with the same rows", resumes

    def parses() -> None:
        records = []
        for row in archive.rows(path, 0):
            thing = _parsed(archive, row)
            assert thing == _parsed(archive, row), f"row {row.number} is read differently twice"
            if isinstance(thing, Record):
                whole(thing)
                assert thing.available is not None, "a row of an archive says when it was available"
                assert thing.available - thing.published >= timedelta(0), "known before it was said"
                records.append((thing.id, thing.state, thing.text))
        assert len(records) >= 2, "give a file with at least two good rows"
        assert len(set(records)) == len(records), "two rows have the same id and words"

    yield "gives whole records, the same each time", parses

    def odd() -> None:
        kind = type(next(iter(archive.rows(path, 0))).data)
        rows = [Row(1, data) for data in ODD] if kind is bytes else [Row(1, {}), Row(1, {"id": 1})]
        for row in rows:
            _parsed(archive, row)

    yield "says BadRow or ValueError to anything odd", odd


def _parsed(archive: Archive, row: Row) -> Record | Exposure | None:
    try:
        return archive.parse(row)
    except BadRow as problem:
        reason = str(problem)
    except ValueError:
        return None  # an impossible record; counted as such
    assert 0 < len(reason) < 200, "a reason is a few words"
    return None
