"""One community: who it is, how much it wrote, what is missing, what it speaks of."""

from __future__ import annotations

from dataclasses import dataclass

from groundswell.desk import Desk
from groundswell.query import pages
from groundswell.serve.near import near
from groundswell.serve.page import MissingError, page
from groundswell.types import Exposure


@dataclass(frozen=True, slots=True)
class CommunityPage:
    """What `community.html` and `/communities/<slug>.json` both show."""

    slug: str
    name: str
    source: str
    kind: str
    population: str
    chosen: bool
    quoted: bool
    described: bool
    first: int
    places: tuple[pages.Place, ...]
    days: pages.Days
    exposure: tuple[Exposure, ...]
    imports: tuple[str, ...]
    names: tuple[pages.Named, ...]
    beats: tuple[pages.Named, ...]
    records: tuple[pages.Line, ...]


@page("/communities/{slug:path}", template="community.html")
def community(sight: pages.Sight, slug: str) -> CommunityPage:
    """A community's size, gaps, names and newest records, even where the desk names it not."""
    known = sight.desk.community(slug)
    name = next((n for n in ((known.name, known.slug) if known else (slug,))
                 if pages.first_day(sight, n) is not None), None)  # fmt: skip
    if name is None and known is None:
        raise MissingError(f"Nothing was gathered from “{slug}”.",
                           near(slug, _all(sight.desk), "communities"))  # fmt: skip
    name = name or slug
    first = pages.first_day(sight, name)
    streams = tuple(row["stream"] for row in sight.rows("page_streams", community=name, start=0))
    return CommunityPage(
        slug=slug, name=known.name if known else slug, source=known.source if known else "",
        kind=known.kind if known else "", population=known.population if known else "",
        chosen=known.chosen if known else False,
        quoted=known is None or known.quote != "never", described=known is not None,
        first=sight.last if first is None else first,
        places=tuple(pages.places(sight, community=name)), days=pages.daily(sight, "*", name),
        exposure=tuple(e for e in pages.exposure(sight) if e.community == name
                       or (e.community == "*" and e.stream in streams)),
        imports=streams, names=tuple(pages.named(sight, "entities", community=name)),
        beats=tuple(pages.named(sight, "beats", community=name)),
        records=tuple(pages.lines(sight, community=name)),
    )  # fmt: skip


def _all(desk: Desk) -> list[tuple[str, str]]:
    return [(c.slug, c.name) for c in desk.communities]
