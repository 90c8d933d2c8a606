"""Every community the desk names or that was gathered from lately."""

from __future__ import annotations

from dataclasses import dataclass

from groundswell.query import pages
from groundswell.serve.page import page


@dataclass(frozen=True, slots=True)
class Seen:
    """A community and its last 28 days."""

    community: str
    name: str
    kind: str
    population: str
    quoted: bool
    unit: str
    records: int
    voices: int


@dataclass(frozen=True, slots=True)
class CommunitiesPage:
    """What `communities.html` and `/communities.json` both show."""

    communities: tuple[Seen, ...]
    total: int


@page("/communities", template="communities.html")
def communities(sight: pages.Sight) -> CommunitiesPage:
    """Where what is read here was written."""
    found = []
    for place in pages.places(sight):
        known = sight.desk.community(place.community)
        found.append(Seen(place.community, place.name, known.kind if known else "",
                          known.population if known else "", not known or known.quote != "never",
                          place.unit, place.records, place.voices))  # fmt: skip
    names = {seen.community for seen in found} | {seen.name for seen in found}
    silent = [Seen(c.name, c.name, c.kind, c.population, c.quote != "never", "", 0, 0)
              for c in sight.desk.communities if not {c.name, c.slug} & names]  # fmt: skip
    return CommunitiesPage(tuple(found + silent), sum(seen.records for seen in found))
