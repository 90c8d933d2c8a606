"""Everything the desk watches, and how much was said of it."""

from __future__ import annotations

from dataclasses import dataclass

from groundswell.query import pages
from groundswell.serve.page import page


@dataclass(frozen=True, slots=True)
class Watched:
    """A beat of the desk and its last 28 days."""

    slug: str
    name: str
    category: str
    description: str
    records: int
    people: int
    outlets: int


@dataclass(frozen=True, slots=True)
class BeatsPage:
    """What `beats.html` and `/beats.json` both show."""

    beats: tuple[Watched, ...]
    names: tuple[pages.Named, ...]


@page("/beats", template="beats.html")
def beats(sight: pages.Sight) -> BeatsPage:
    """Every beat of the desk, and the names most people used."""
    counts = {n.slug: n for n in pages.named(sight, "beats", limit=1000)}
    none = pages.Named("", "", 0, 0, 0)
    watched = [
        Watched(beat.slug, beat.name, beat.category, beat.description, seen.records, seen.people,
                seen.outlets)
        for beat in sight.desk.beats
        for seen in (counts.get(beat.slug, none),)
    ]  # fmt: skip
    return BeatsPage(beats=tuple(watched), names=tuple(pages.named(sight, "entities", limit=60)))
