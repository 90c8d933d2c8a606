"""One name: its aliases, who used it where, what it was named with."""

from __future__ import annotations

from dataclasses import dataclass

from groundswell.desk import Alias
from groundswell.query import pages
from groundswell.serve.near import near
from groundswell.serve.page import MissingError, page


@dataclass(frozen=True, slots=True)
class EntityPage:
    """What `entity.html` and `/entities/<slug>.json` both show."""

    slug: str
    name: str
    type: str
    aliases: tuple[Alias, ...]
    days: pages.Days
    places: tuple[pages.Place, ...]
    together: tuple[pages.Named, ...]
    beats: tuple[pages.Named, ...]
    stories: tuple[pages.StoryLine, ...]
    signals: tuple[pages.SignalLine, ...]
    records: tuple[pages.Line, ...]


@page("/entities/{slug}", template="entity.html")
def entity(sight: pages.Sight, slug: str) -> EntityPage:
    """A name's days, places, company, stories, tests and newest records."""
    known = sight.desk.entity(slug)
    if known is None:
        names = ((e.slug, e.name) for e in sight.desk.entities)
        raise MissingError(f"The desk knows no name “{slug}”.", near(slug, names, "entities"))
    subject = f"entity/{slug}"
    return EntityPage(
        slug=slug, name=known.name, type=known.type, aliases=known.aliases,
        days=pages.daily(sight, subject), places=tuple(pages.places(sight, subject)),
        together=tuple(pages.named(sight, "entities", subject)),
        beats=tuple(pages.named(sight, "beats", subject)),
        stories=tuple(pages.stories(sight, subject=subject)),
        signals=tuple(pages.signals(sight, subject=subject)),
        records=tuple(pages.lines(sight, subject)),
    )  # fmt: skip
