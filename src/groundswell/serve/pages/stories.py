"""Every story there is, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from groundswell.query import pages
from groundswell.serve.page import page

SIZE = 30


@dataclass(frozen=True, slots=True)
class StoriesPage:
    """What `stories.html` and `/stories.json` both show."""

    stories: tuple[pages.StoryLine, ...]
    total: int
    page: int
    pages: int


@page("/stories", template="stories.html")
def stories(sight: pages.Sight, page: int = 1) -> StoriesPage:
    """The newest version of each story."""
    row = sight.one("page_story_count")
    total = int(row["stories"]) if row else 0
    last = max(1, -(-total // SIZE))
    at = min(max(1, page), last)
    shown = pages.stories(sight, limit=SIZE, offset=SIZE * (at - 1))
    return StoriesPage(stories=tuple(shown), total=total, page=at, pages=last)
