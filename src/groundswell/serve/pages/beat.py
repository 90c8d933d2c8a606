"""One beat: how much, where, what about it was told."""

from __future__ import annotations

from dataclasses import dataclass

from groundswell.query import pages
from groundswell.serve.near import near
from groundswell.serve.page import MissingError, page


@dataclass(frozen=True, slots=True)
class BeatPage:
    """What `beat.html` and `/beats/<slug>.json` both show."""

    slug: str
    name: str
    category: str
    description: str
    days: pages.Days
    places: tuple[pages.Place, ...]
    platforms: tuple[tuple[str, int], ...]
    names: tuple[pages.Named, ...]
    stories: tuple[pages.StoryLine, ...]
    signals: tuple[pages.SignalLine, ...]
    records: tuple[pages.Line, ...]


@page("/beats/{slug}", template="beat.html")
def beat(sight: pages.Sight, slug: str) -> BeatPage:
    """A beat's volume, sources, names, stories, tests and newest records."""
    known = sight.desk.beat(slug)
    if known is None:
        names = ((b.slug, b.name) for b in sight.desk.beats)
        raise MissingError(f"The desk has no beat called “{slug}”.", near(slug, names, "beats"))
    subject = f"beat/{slug}"
    return BeatPage(
        slug=slug, name=known.name, category=known.category, description=known.description,
        days=pages.daily(sight, subject), places=tuple(pages.places(sight, subject)),
        platforms=tuple(pages.platforms(sight, subject)),
        names=tuple(pages.named(sight, "entities", subject)),
        stories=tuple(pages.stories(sight, beat=slug)),
        signals=tuple(pages.signals(sight, subject=subject)),
        records=tuple(pages.lines(sight, subject)),
    )  # fmt: skip
