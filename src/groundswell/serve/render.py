"""Templates: strict, escaped, and with the few words and numbers they need."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import URL

from groundswell.desk import Desk
from groundswell.query.pages import Sight
from groundswell.serve import words
from groundswell.serve.units import in_unit

SECTIONS = (
    ("Front page", "/"), ("Stories", "/stories"), ("Beats", "/beats"), ("Signals", "/signals"),
    ("Communities", "/communities"), ("Indicators", "/indicators"), ("Search", "/search"),
)  # fmt: skip


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """What every page says of the desk it belongs to."""

    name: str
    title: str
    topic: str
    invented: bool


class Templates:
    """All templates of this package."""

    def __init__(self) -> None:
        self.environment = Environment(
            loader=PackageLoader("groundswell.serve"), autoescape=True, undefined=StrictUndefined,
            trim_blocks=True, lstrip_blocks=True,
        )  # fmt: skip
        self.environment.filters.update(words.FILTERS, in_unit=in_unit)
        self.environment.globals.update(sections=SECTIONS)

    def render(self, name: str, sight: Sight, url: URL, shown: Any) -> str:
        """A page as HTML; templates see `page`, `site`, `here` and `sight`'s dates only."""
        query = f"?{url.query}" if url.query else ""
        twin = ("/index.json" if url.path == "/" else f"{url.path}.json") + query
        return self._render(name, site_of(sight.desk), sight, url.path, page=shown, twin=twin)

    def render_error(self, sight: Sight | None, desk: Desk, url: URL, status: int, what: str,
                     near: tuple[tuple[str, str], ...]) -> str:  # fmt: skip
        """An error page."""
        shown = {"status": status, "what": what, "near": near}
        return self._render("error.html", site_of(desk), sight, url.path, page=shown, twin="")

    def _render(self, name: str, site: Site, sight: Sight | None, here: str, **data: Any) -> str:
        return self.environment.get_template(name).render(
            site=site, here=here, night=sight.night if sight else None,
            seen=sight.last if sight else None,
            snapshot=sight.snapshot.id if sight else "", **data,
        )  # fmt: skip


def site_of(desk: Desk) -> Site:
    """What every page says of its desk."""
    return Site(desk.name, desk.title, desk.topic, desk.invented)


def plain(value: Any) -> Any:
    """A page's data as JSON can say it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    return value
