"""One test: what was asked, what came out, and what guards it."""

from __future__ import annotations

from dataclasses import dataclass

from groundswell.query import pages
from groundswell.serve.page import MissingError, page

NIGHTS = 28


@dataclass(frozen=True, slots=True)
class Night:
    """The same question on another night."""

    id: str
    night: int
    outcome: str
    p: float


@dataclass(frozen=True, slots=True)
class SignalPage:
    """What `signal.html` and `/signals/<id>.json` both show."""

    signal: pages.SignalLine
    place: str
    days: pages.Days
    nights: tuple[Night, ...]
    stories: tuple[pages.StoryLine, ...]
    records: tuple[pages.Line, ...]


@page("/signals/{id}", template="signal.html")
def signal(sight: pages.Sight, id: str) -> SignalPage:
    """A test with its numbers, its guards and the same question on earlier nights."""
    row = sight.one("page_signal", id=id)
    if row is None:
        raise MissingError(f"There is no test “{id}”.", (("Tonight's tests", "/signals"),))
    shown = pages.as_signal(sight.desk, row)
    community = "" if shown.community == "*" else shown.community
    nights = sight.rows("page_signal_nights", kind=shown.kind, subject=shown.subject,
                        community=shown.community, limit=NIGHTS)  # fmt: skip
    shared = {"kind": shown.kind, "subject": shown.subject, "community": shown.community}
    start, stop = shown.window
    rows = sight.rows("page_records", community=community, start=start, stop=stop, limit=12,
                      **pages.subject_of(shown.subject))  # fmt: skip
    return SignalPage(
        signal=shown, place=pages.place_name(sight.desk, community),
        days=pages.daily(sight, shown.subject, community),
        nights=tuple(Night(r["id"], r["night"], r["outcome"], r["p"]) for r in nights
                     if pages.as_signal(sight.desk, r | shared).label == shown.label),
        stories=tuple(pages.stories(sight, subject=shown.subject)),
        records=tuple(pages.line(sight.desk, r) for r in rows),
    )  # fmt: skip
