"""Checks of pages: a dataclass that is the same each time and reads as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from typing import Any

from groundswell.query.pages import Sight
from groundswell.serve.page import MissingError, Page
from groundswell.testing.check import Checks
from groundswell.types.snapshot import canonical

HOLE = re.compile(r"\{(\w+)(?::\w+)?\}")


def page_checks(page: Page, sight: Sight, parameters: Sequence[Mapping[str, Any]] = ()) -> Checks:
    """Checks of a page; `parameters` fill the holes of its path, one mapping a call."""
    holes = HOLE.findall(page.path)
    calls = [*parameters] if holes else [{}, *parameters]

    def whole() -> None:
        assert page.path.startswith("/"), f"path {page.path!r}"
        assert page.name, "a view without a name"
        assert page.view.__doc__, "a view that says nothing of itself"

    yield "has a path and says what it is", whole

    def answers() -> None:
        for call in calls:
            found = page.view(sight, **call)
            assert isinstance(found, str) or is_dataclass(found), f"{page.name}: {type(found)}"
            assert bool(page.template) is not isinstance(found, str), "text needs no template"
            assert found == page.view(sight, **call), f"{page.name}: differs the second time"

    yield "gives a dataclass, the same each time", answers

    def readable() -> None:
        for call in calls:
            found = page.view(sight, **call)
            if is_dataclass(found) and not isinstance(found, type):
                canonical(asdict(found))

    yield "reads as JSON", readable

    def missing() -> None:
        try:
            page.view(sight, **dict.fromkeys(holes, "nobody-knows-it"))
        except MissingError:
            return
        raise AssertionError(f"{page.path}: shows what is not there")

    if holes:
        yield "says so when there is no such thing", missing
