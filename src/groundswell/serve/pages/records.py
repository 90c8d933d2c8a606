"""A list of records: what stands behind a number."""

from __future__ import annotations

from dataclasses import dataclass

from groundswell.query import pages
from groundswell.serve.page import page
from groundswell.serve.words import web

SIZE = 40


@dataclass(frozen=True, slots=True)
class RecordsPage:
    """What `records.html` and `/records.json` both show."""

    subject: str
    label: str
    community: str
    place: str
    link: str
    start: int
    stop: int
    records: tuple[pages.Line, ...]
    page: int
    more: bool


@page("/records", template="records.html")
def records(sight: pages.Sight, subject: str = "*", community: str = "", link: str = "",
            start: int = -1, stop: int = -1, page: int = 1) -> RecordsPage:  # fmt: skip
    """Records on a subject, in a community, with a link, between two days; newest first."""
    first = min(start, sight.last) if start >= 0 else sight.start
    last = max(first + 1, min(stop, sight.last + 1)) if stop >= 0 else sight.last + 1
    at = max(1, min(page, 1000))
    params = {"start": first, "stop": last, "limit": SIZE + 1, "offset": SIZE * (at - 1)}
    if link:
        rows = sight.rows("page_link_records", url=link, **params)
    else:
        rows = sight.rows("page_records", community=community, **pages.subject_of(subject),
                          **params)  # fmt: skip
    shown = tuple(pages.line(sight.desk, row) for row in rows)
    return RecordsPage(
        subject=subject, label=sight.desk.label(subject), community=community,
        place=pages.place_name(sight.desk, community), link=web(link), start=first, stop=last,
        records=shown[:SIZE], page=at, more=len(shown) > SIZE,
    )  # fmt: skip
