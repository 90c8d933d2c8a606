"""Checks of live sources: parsing is pure, fetching resumes without overlap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from groundswell.errors import SourceError
from groundswell.gather.source import Cursor, Http, Payload, Source
from groundswell.testing.check import Checks, named
from groundswell.testing.records import whole
from groundswell.types import Record


def source_checks(
    source: Source, payloads: Sequence[Payload], *, http: Http | None = None,
    now: datetime | None = None,
) -> Checks:  # fmt: skip
    """Checks of a source on saved payloads; with a canned `http` and `now`, of fetching too."""
    yield named(source, "kind")

    def parses() -> None:
        records = [record for payload in payloads for record in source.parse(payload)]
        again = [record for payload in payloads for record in source.parse(payload)]
        assert records, "the payloads hold no records"
        assert records == again, "the same payload gave other records"
        for record in records:
            whole(record)

    yield "gives whole records, the same each time", parses

    def unique() -> None:
        for payload in payloads:
            ids = [record.id for record in source.parse(payload)]
            assert len(set(ids)) == len(ids), "one payload holds a record twice"

    yield "gives a record once a payload", unique

    def odd() -> None:
        for body in (b"", b"{}", b"[]", b"<html>", b"\x00\xff"):
            try:
                list(source.parse(Payload(body, Cursor(""))))
            except (SourceError, ValueError, KeyError):
                continue  # the loop reports the payload and goes on

    yield "is not surprised by an odd payload", odd
    if http is not None and now is not None:
        yield "fetches on from its own cursor", lambda: _resumes(source, http, now)


def _resumes(source: Source, http: Http, now: datetime) -> None:
    pages = list(source.fetch(http, None, now))
    assert pages, "nothing was fetched"
    seen = {record.id for page in pages for record in source.parse(page)}
    rest = [_ids(source, page) for page in source.fetch(http, pages[-1].cursor, now)]
    assert not seen & {one for ids in rest for one in ids}, "the last cursor brings records again"
    middle = pages[len(pages) // 2].cursor
    missed = {one for page in pages[len(pages) // 2 + 1 :] for one in _ids(source, page)}
    found = {one for page in source.fetch(http, middle, now) for one in _ids(source, page)}
    assert missed <= found, "a cursor in the middle loses records"


def _ids(source: Source, payload: Payload) -> list[str]:
    return [record.id for record in _records(source, payload)]


def _records(source: Source, payload: Payload) -> list[Record]:
    return list(source.parse(payload))
