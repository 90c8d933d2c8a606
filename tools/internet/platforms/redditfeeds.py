"""Reddit's public site: feeds of the newest items, and little else for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from internet.invent import Mix
from internet.platforms.reddit import SITE, Reddit, fullname
from internet.world import Limit

SUBS = ("allotments", "nightbuses")
KEPT = timedelta(hours=48)  # how long a gatherer may keep the words
TURNS = timedelta(minutes=30)  # in which every feed has had its turn


class RedditFeeds(Reddit):
    """Two subreddits by their feeds; nothing is changed, for feeds could not say so."""

    name: ClassVar[str] = "redditfeeds"
    hosts: ClassVar[tuple[str, ...]] = (SITE,)
    limit: ClassVar[Limit] = Limit(1, 60.0, 1)
    subs: ClassVar[tuple[str, ...]] = SUBS
    mix: ClassVar[Mix] = Mix(per_day=40, places=SUBS, people=50, edits=0, deletes=0, leaves=0)
    begin: ClassVar[str] = "1zzzz00"

    def due(self, now: datetime) -> Mapping[str, str]:
        """What the feeds have shown; its words for two days."""
        return {
            f"reddit:{fullname(one)}": "\n\n".join(part for part in (one.title, one.text) if part)
            if now - one.shown <= KEPT
            else ""
            for one in self.script.due(now - TURNS)
        }

    def sources(self) -> Sequence[Mapping[str, object]]:
        """Both subreddits."""
        return [{"name": "redditfeeds", "kind": "redditfeeds", "subreddits": list(SUBS)}]
