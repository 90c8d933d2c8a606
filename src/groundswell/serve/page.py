"""The contract of pages: a function from what can be seen to a dataclass, and its template."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

View = Callable[..., Any]


class MissingError(LookupError):
    """There is no such page; `near` are pages the reader may have meant (title, path)."""

    def __init__(self, what: str, near: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(what)
        self.near = near


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `view(sight, ...)` gets the store at one snapshot, then the path's and the
    query's parameters by name, and returns a dataclass, or text where `template` is empty.
    A `live` page tells of the present, not of the edition, and is made anew each time."""

    path: str
    template: str
    view: View
    live: bool = False

    @property
    def json_path(self) -> str:
        """Where the same dataclass is served as JSON."""
        return "/index.json" if self.path == "/" else f"{self.path}.json"

    @property
    def name(self) -> str:
        """The view's own name."""
        return self.view.__name__


def page(path: str, *, template: str, live: bool = False) -> Callable[[View], Page]:
    """Make a page of a view; register it under groundswell.pages and it is served."""

    def make(view: View) -> Page:
        return Page(path, template, view, live)

    return make
