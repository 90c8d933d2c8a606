"""What was gathered, what is missing, what was read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from groundswell.query import pages
from groundswell.query.health import gaps
from groundswell.query.sources import SourceState, source_states
from groundswell.serve.page import page
from groundswell.store import Row
from groundswell.store.place import reached
from groundswell.types import Exposure


@dataclass(frozen=True, slots=True)
class Import:
    """How far an import came, and what it left out by reason."""

    stream: str
    format: str
    read: int
    added: int
    known: int
    skipped: Mapping[str, int]
    done: bool


@dataclass(frozen=True, slots=True)
class Labelled:
    """How many records the makers of one recipe labelled."""

    recipe: str
    makers: tuple[str, ...]
    records: int


@dataclass(frozen=True, slots=True)
class HealthPage:
    """What `health.html` and `/health.json` both show."""

    sources: tuple[SourceState, ...]
    entries: int
    last_kind: str
    last_at: int
    editions: tuple[int, ...]
    unlabelled: int
    labelled: tuple[Labelled, ...]
    makers: tuple[str, ...]
    places: tuple[pages.Place, ...]
    read: int
    unread: int
    left_out: int
    imports: tuple[Import, ...]
    exposure: tuple[Exposure, ...]
    silent: tuple[tuple[str, str], ...]


@page("/health", template="health.html", live=True)
def health(sight: pages.Sight) -> HealthPage:
    """Imports, gaps, labelling and the last run."""
    last = sight.one("page_last_entry") or {"seq": 0, "kind": "nothing yet", "recorded": 0}
    recipes = {row["recipe"]: tuple(json.loads(row["makers"])) for row in sight.rows("recipes")}
    labelled = [Labelled(row["recipe"], recipes.get(row["recipe"], ()), row["records"])
                for row in sight.rows("page_labelled")]  # fmt: skip
    waiting = sight.one("count_unlabelled_any", after=reached(sight.store))
    places = pages.places(sight)
    read = sum(place.read for place in places)
    out = sight.one("page_left_out")
    return HealthPage(
        sources=tuple(source_states(sight.store)),
        entries=last["seq"], last_kind=last["kind"], last_at=last["recorded"],
        editions=tuple(row["night"] for row in sight.rows("page_editions", limit=14)),
        unlabelled=waiting["records"] if waiting else 0, labelled=tuple(labelled),
        makers=sight.snapshot.makers, places=tuple(places), read=read,
        unread=sum(place.records + place.copies for place in places) - read,
        left_out=out["records"] if out else 0,
        imports=tuple(_import(row) for row in sight.rows("imports")),
        exposure=tuple(pages.exposure(sight)), silent=tuple(gaps(sight.store)),
    )  # fmt: skip


def _import(row: Row) -> Import:
    return Import(row["stream"], row["format"], row["read"], row["added"], row["known"],
                  json.loads(row["skipped"]), bool(row["done"]))  # fmt: skip
