"""A story for machines: plain text with every claim and citation resolved."""

from __future__ import annotations

from groundswell.query.pages import Sight
from groundswell.report.machine import machine_text
from groundswell.report.saved import load_story
from groundswell.serve.page import MissingError, page


@page("/stories/{slug}.txt", template="")
def machine(sight: Sight, slug: str) -> str:
    """The newest version of a story as text."""
    newest = sight.one("page_versions", slug=slug)
    story = load_story(sight.store, slug, newest["version"]) if newest else None
    if story is None:
        raise MissingError(f"There is no story “{slug}”.", (("All stories", "/stories"),))
    return machine_text(sight.store, sight.desk, story)
