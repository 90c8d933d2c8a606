"""dev.to: the newest articles, each one's text, and comments within comments."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from internet.invent import Mix, dice, handle, happenings, html
from internet.script import Item, Script
from internet.world import Happening, Limit, Request, Response

ARTICLE = re.compile(r"/api/articles/(\d+)")
TAGS = ("career", "tutorial", "watercooler")
MOST = 1000


class DevTo:
    """Articles and comments; what is deleted under an answered comment leaves an empty place."""

    name: ClassVar[str] = "devto"
    hosts: ClassVar[tuple[str, ...]] = ("dev.to",)
    limit: ClassVar[Limit] = Limit(120, 60.0, 2)
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        mix = Mix(per_day=30, places=TAGS, replies=0.6, bare=0, late=0, private=0, people=30)
        self.happenings = happenings(
            seed, self.name, start, days, key=lambda n: str(3_100_000 + n * 3), mix=mix
        )
        self.script = Script(self.happenings)
        self.seed = seed

    def respond(self, request: Request, now: datetime) -> Response:
        """A list, an article or comments; without a user agent nothing."""
        if request.path == "/api/articles/latest":
            return self._latest(request, now)
        if found := ARTICLE.fullmatch(request.path):
            one = self.script.items(now).get(found[1])
            return _json(self._whole(one, now)) if one and one.live and not one.parent else _gone()
        if request.path == "/api/comments":
            one = self.script.items(now).get(request.get("a_id"))
            return _json(self._below(one.key, now)) if one and one.live else _gone()
        return _gone()

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """There is none."""
        return iter(())

    def due(self, now: datetime) -> Mapping[str, str]:
        """Articles, and comments whose article stands."""
        found: dict[str, str] = {}
        for one in self.script.due(now):
            if not one.parent:
                found[f"devto:{one.key}"] = f"{one.title}\n\n{one.text}"
            elif self.script.items(now)[one.root].live:
                found[f"devto:{one.root}/{_code(one)}"] = one.text
        return found

    def sources(self) -> Sequence[Mapping[str, object]]:
        """One source."""
        return [{"name": "devto", "kind": "devto"}]

    def _latest(self, request: Request, now: datetime) -> Response:
        size, number = int(request.get("per_page", "30")), int(request.get("page", "1"))
        articles = [one for one in self.script.live(now) if not one.parent]
        articles.sort(key=lambda one: (one.at, one.number), reverse=True)
        size = min(size, MOST)
        page = articles[(number - 1) * size : number * size]
        return _json([self._article(one, now) for one in page])

    def _article(self, one: Item, now: datetime) -> dict[str, Any]:
        talk = [item for item in self.script.live(now) if item.root == one.key and item.parent]
        told = {
            "type_of": "article", "id": int(one.key), "title": one.title,
            "description": one.text[:80], "slug": f"x-{one.key}",
            "path": f"/{one.author}/x-{one.key}", "url": f"https://dev.to/{one.author}/x-{one.key}",
            "comments_count": len(talk), "public_reactions_count": one.number % 40,
            "published_at": _time(one.at), "created_at": _time(one.at),
            "edited_at": _time(one.edited) if one.edited else None,
            "last_comment_at": _time(max((item.at for item in talk), default=one.at)),
            "tag_list": [one.place], "tags": one.place, "user": self._user(one),
        }  # fmt: skip
        return told

    def _whole(self, one: Item, now: datetime) -> dict[str, Any]:
        told = self._article(one, now)
        return told | {"tag_list": one.place, "tags": [one.place], "body_html": html(one.text),
                       "body_markdown": one.text}  # fmt: skip

    def _below(self, key: str, now: datetime) -> list[dict[str, Any]]:
        """The comments on something, those taken back only where others answered them."""
        found = []
        for one in self.script.items(now).values():
            if one.parent == key:
                children = self._below(one.key, now)
                if one.live or children:
                    found.append(self._comment(one, children))
        return found

    def _comment(self, one: Item, children: list[dict[str, Any]]) -> dict[str, Any]:
        emptied = "<p>[deleted]</p>" if one.number % 2 else "<p>[hidden by post author]</p>"
        return {
            "type_of": "comment", "id_code": _code(one), "created_at": _time(one.at),
            "body_html": html(one.text) if one.live else emptied,
            "user": self._user(one) if one.live else {}, "children": children,
        }  # fmt: skip

    def _user(self, one: Item) -> dict[str, Any]:
        number = dice(self.seed, self.name, one.author).randrange(10_000, 999_999)
        return {"name": handle(dice(number)), "username": one.author, "user_id": number,
                "twitter_username": None, "website_url": None}  # fmt: skip


def _code(one: Item) -> str:
    return f"{one.number:x}k"


def _time(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _json(told: object) -> Response:
    return Response(json.dumps(told).encode(), kind="application/json; charset=utf-8")


def _gone() -> Response:
    return Response(b'{"error":"not found","status":404}', 404)
