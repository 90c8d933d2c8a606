"""Checks of live sources: a full dossier, pure parsing, fetching that resumes without overlap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from typing import cast, get_args

from groundswell.errors import GroundswellError
from groundswell.gather.source import (
    Access,
    Backfill,
    Cursor,
    Departure,
    Dossier,
    Http,
    Payload,
    Source,
)
from groundswell.testing.check import Checks, named
from groundswell.testing.records import whole
from groundswell.types import Exposure, Indicator, Record

ODD = (b"", b"{}", b"[]", b"null", b"<html>", b"\x00\xff", b'{"id": {}}', b"[[1]]", b"<a>&b;</a>",
       b"[" * 100_000)  # fmt: skip
MOST = 10_000  # payloads of one visit, after which it seems not to end
OVERLAP = 1.5  # times a record may come in a backfill, on average: some files overlap
SEAM = timedelta(hours=2)  # by which stretches overlap: archives are cut by the hour
LEAST = 20  # seconds between two visits


def source_checks(
    source: Source, payloads: Sequence[Payload], *, http: Http | None = None,
    now: datetime | None = None, first: datetime | None = None,
) -> Checks:  # fmt: skip
    """Checks of a source on saved payloads; with a canned `http` and `now`, of fetching too; with
    `first`, and for a source that can, of backfilling from then to `now`."""
    yield named(source, "kind")
    yield "says what its operator must know", lambda: _dossier(source)

    def parses() -> None:
        found = [list(source.parse(payload)) for payload in payloads]
        again = [list(source.parse(payload)) for payload in payloads]
        assert any(isinstance(one, Record | Indicator) for things in found for one in things), (
            "the payloads hold no records"
        )
        assert found == again, "the same payload gave other records"
        for thing in (one for things in found for one in things):
            if isinstance(thing, Record):
                whole(thing)
            else:
                assert isinstance(thing, Exposure | Departure | Indicator), (
                    f"{thing!r} is nothing we know"
                )

    yield "gives whole records, the same each time", parses

    def unique() -> None:
        for payload in payloads:
            ids = _ids(source, payload)
            assert len(set(ids)) == len(ids), "one payload holds a record twice"

    yield "gives a record once a payload", unique

    def odd() -> None:
        for body in ODD:
            with suppress(GroundswellError):  # the loop reports the payload and goes on
                list(source.parse(Payload(body, Cursor(""))))

    yield "is not surprised by an odd payload", odd
    if http is not None and now is not None:
        yield "fetches on from its own cursor", lambda: _resumes(source, http, now)
        if first is not None and hasattr(source, "backfill"):
            yield "backfills without overlap or hole", lambda: _fills(source, http, first, now)


def _dossier(source: Source) -> None:
    dossier = getattr(source, "dossier", None)
    assert isinstance(dossier, Dossier), "it has no dossier"
    for name in ("title", "terms", "backfill", "threads", "deletes", "limits"):
        assert getattr(dossier, name).strip(), f"its dossier does not say {name}"
    assert dossier.access in get_args(Access), f"access {dossier.access!r} is none we know"
    assert dossier.every >= LEAST, f"it would be asked every {dossier.every} seconds"
    assert dossier.lag >= 0, "it is seen before it is published"
    assert dossier.text_ttl >= 0, "its texts are kept for less than no time"
    assert list(dossier.recheck) == sorted(set(dossier.recheck)), "recheck hours do not rise"
    assert bool(dossier.recheck) == hasattr(source, "recheck"), "recheck and its hours disagree"
    fills = not dossier.backfill.startswith("none")
    assert fills == hasattr(source, "backfill"), "backfill and what is said of it disagree"


def _resumes(source: Source, http: Http, now: datetime) -> None:
    pages = _visit(source.fetch(http, None, now))
    assert pages, "nothing was fetched"
    assert all(page.cursor for page in pages), "a payload has no cursor"
    seen = {one for page in pages for one in _ids(source, page)}
    rest = [_ids(source, page) for page in _visit(source.fetch(http, pages[-1].cursor, now))]
    assert not seen & {one for ids in rest for one in ids}, "the last cursor brings records again"
    middle = pages[len(pages) // 2].cursor
    missed = {one for page in pages[len(pages) // 2 + 1 :] for one in _ids(source, page)}
    found = {one for page in _visit(source.fetch(http, middle, now)) for one in _ids(source, page)}
    assert missed <= found, "a cursor in the middle loses records"


def _fills(source: Source, http: Http, first: datetime, now: datetime) -> None:
    past = cast(Backfill, source)
    pages = _visit(past.backfill(http, None, first, now))
    assert any(one for page in pages for one in source.parse(page)), "nothing was found to fill in"
    found = [one for page in pages for one in _told(source, page)]
    told = set(found)
    assert len(found) <= OVERLAP * len(told), f"windows overlap: {len(found)} are {len(told)}"
    for at in {0, len(pages) // 2, len(pages) - 1}:
        rest = _visit(past.backfill(http, pages[at].cursor, first, now))
        assert [_told(source, page) for page in rest] == [
            _told(source, page) for page in pages[at + 1 :]
        ], f"from cursor {at} it does not go on as before"
    middle = first + timedelta(seconds=round((now - first).total_seconds() / 2))
    halves = [*past.backfill(http, None, first, middle),
              *past.backfill(http, None, middle - SEAM, now)]  # fmt: skip
    missing = told - {one for page in halves for one in _told(source, page)}
    assert not missing, f"between two stretches {len(missing)} records are lost or tell otherwise"


def _visit(payloads: Iterable[Payload]) -> list[Payload]:
    found = list(islice(payloads, MOST + 1))
    assert len(found) <= MOST, "it does not end"
    return found


def _told(source: Source, payload: Payload) -> list[tuple[str, str, str]]:
    """What a payload says of each record: who it is, whether it stands, its words."""
    return [(one.id, one.state, one.body) for one in source.parse(payload)
            if isinstance(one, Record)]  # fmt: skip


def _ids(source: Source, payload: Payload) -> list[str]:
    return [one.id for one in source.parse(payload) if isinstance(one, Record)]
