"""What is counted besides records: how projects fare, and any series that was imported."""

from __future__ import annotations

from dataclasses import dataclass

from groundswell.query.indicators import Series, every_series
from groundswell.query.pages import Sight, first_day
from groundswell.serve.page import page

PANEL = "panel"


@dataclass(frozen=True, slots=True)
class Group:
    """Series that belong together: of one repository, of the panel, or of one source."""

    name: str
    community: str
    series: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class IndicatorsPage:
    """What `indicators.html` and `/indicators.json` both show."""

    groups: tuple[Group, ...]


@page("/indicators", template="indicators.html", live=True)
def indicators(sight: Sight) -> IndicatorsPage:
    """Every series with its newest value and what is usual."""
    grouped: dict[str, list[Series]] = {}
    for one in every_series(sight.store, sight.store.seq()):
        grouped.setdefault(_group(one.name), []).append(one)
    order = sorted(grouped, key=lambda name: (name != PANEL, name))
    return IndicatorsPage(
        groups=tuple(Group(name, _community(sight, name), tuple(grouped[name])) for name in order)
    )


def _group(name: str) -> str:
    """Everything before the last part: "example/quay/backlog" belongs to "example/quay"."""
    return name.rpartition("/")[0] or name


def _community(sight: Sight, name: str) -> str:
    """The community of the same name, if anything was gathered from it."""
    return name if first_day(sight, name) is not None else ""
