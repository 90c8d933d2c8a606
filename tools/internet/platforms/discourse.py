"""Discourse: two forums whose posts are numbered across all their topics."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from internet.invent import Mix, happenings, html
from internet.script import Item, Script
from internet.world import Happening, Limit, Request, Response

FORUMS = ("forum.brackwater.example", "talk.kiln.example")
WINDOW, FIRST = 50, 20
FLOOR = 40_000  # the first post's number
POST, TOPIC = re.compile(r"/posts/(\d+)\.json"), re.compile(r"/t/(\d+)\.json")
FRONT = b"<!doctype html><html lang=en><head><title>Forum</title></head><body>Latest</body></html>"
CLOSED = (b'{"errors":["You are not permitted to view the requested resource."],'
          b'"error_type":"invalid_access"}')  # fmt: skip
MISSING = (b'{"errors":["The requested URL or resource could not be found."],'
           b'"error_type":"not_found"}')  # fmt: skip


class Discourse:
    """Topics and replies; what members keep to themselves has numbers that visitors never see."""

    name: ClassVar[str] = "discourse"
    hosts: ClassVar[tuple[str, ...]] = FORUMS
    limit: ClassVar[Limit] = Limit(50, 10.0, 2)
    never: ClassVar[tuple[str, ...]] = (r"[^/]+/(?:u|admin|search)\b",)
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        mix = Mix(per_day=60, places=FORUMS, people=50, private=0.06, late=0.04, leaves=2)
        self.happenings = happenings(seed, self.name, start, days, mix=mix)
        self.script = Script(self.happenings)
        self.since = start
        published = [one for one in self.happenings if one.act == "publish"]
        arrived = sorted(published, key=lambda one: one.shown or one.at)
        # three numbers of every forty belong to notes of the software
        self.ids = {one.key: FLOOR + number + 3 * (number // 37)
                    for number, one in enumerate(arrived)}  # fmt: skip
        self.answers = Counter(one.parent for one in published)
        self.numbers: dict[str, int] = {}
        counts: dict[str, int] = {}
        for one in arrived:
            root = self.script.root(one.key)
            counts[root] = counts.get(root, 0) + (1 if one.key != root else 0)
            self.numbers[one.key] = 1 if one.key == root else counts[root] + 1

    def respond(self, request: Request, now: datetime) -> Response:
        """What visitors may read."""
        if request.path == "/":
            return Response(FRONT, kind="text/html; charset=utf-8")
        if request.path == "/posts.json":
            return self._latest(request, now)
        items = [one for one in self.script.items(now).values() if one.place == request.host]
        if found := POST.fullmatch(request.path):
            for item in items:
                if self.ids[item.key] == int(found[1]):
                    if item.private:
                        return Response(CLOSED, 403)
                    if self._shown(item):
                        told = self._post(item, now)
                        del told["topic_title"]
                        return _json(told)
        if found := TOPIC.fullmatch(request.path):
            posts = [one for one in items if self._topic(one) == int(found[1]) and self._shown(one)
                     and not one.private]  # fmt: skip
            if posts:
                return self._thread(posts, now)
        return Response(MISSING, 404)

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """There is none."""
        return iter(())

    def due(self, now: datetime) -> Mapping[str, str]:
        """Posts that visitors can read, the topic's title before its first."""
        return {
            f"discourse:{one.place}/{self.ids[one.key]}": "\n\n".join(
                part for part in (one.title, one.text) if part
            )
            for one in self.script.due(now)
        }

    def sources(self) -> Sequence[Mapping[str, object]]:
        """One source for both forums."""
        return [{"name": "discourse", "kind": "discourse", "forums": list(FORUMS)}]

    def _latest(self, request: Request, now: datetime) -> Response:
        items = [one for one in self.script.items(now).values()
                 if one.place == request.host and not one.private and self._shown(one)]  # fmt: skip
        newest = max((self.ids[one.key] for one in items), default=0)
        below = int(request.get("before", str(newest)))
        posts = [self._post(one, now) for one in items
                 if below - WINDOW < self.ids[one.key] <= below]  # fmt: skip
        window = range(max(FLOOR, below - WINDOW + 1), below + 1)
        notes = [_note(one, self.since) for one in window if (one - FLOOR) % 40 == 38]
        return _json({"latest_posts": sorted([*posts, *notes], key=lambda one: -one["id"])})

    def _thread(self, posts: Sequence[Item], now: datetime) -> Response:
        posts = sorted(posts, key=lambda one: self.numbers[one.key])
        told = [self._post(one, now) for one in posts[:FIRST]]
        stream = {"posts": told, "stream": [self.ids[one.key] for one in posts]}
        return _json({"id": self._topic(posts[0]), "posts_count": len(posts),
                      "title": self._title(posts[0], now), "post_stream": stream})  # fmt: skip

    def _shown(self, item: Item) -> bool:
        """Live, or taken back by its author a moment ago, which leaves a note in its place."""
        return item.live or (item.standing == "deleted" and item.number % 2 == 1)

    def _topic(self, item: Item) -> int:
        return 9_000 + self.ids[item.root] % 30_000

    def _title(self, item: Item, now: datetime) -> str:
        above = self.script.items(now).get(item.root)
        return above.title if above else "A topic"

    def _post(self, item: Item, now: datetime) -> dict[str, Any]:
        above = self.script.items(now).get(item.parent)
        answers = self.answers.get(item.key, 0)
        told: dict[str, Any] = {
            "id": self.ids[item.key],
            "name": None if item.number % 5 == 0 else item.author.title(),
            "username": item.author,
            "created_at": _time(item.at),
            "updated_at": _time(item.edited or item.at),
            "cooked": self._quoted(above, item) + html(item.text),
            "raw": item.text,
            "post_number": self.numbers[item.key],
            "post_type": 1,
            "reply_to_post_number": self.numbers[item.parent]
            if item.parent not in ("", item.root)
            else None,
            "reply_count": answers,
            "reads": item.number % 61,
            "topic_id": self._topic(item),
            "topic_slug": "topic",
            "topic_title": self._title(item, now),
            "category_id": 5,
            "version": 2 if item.edited else 1,
            "user_id": 300 + len(item.author),
            "hidden": False,
            "deleted_at": None,
            "user_deleted": False,
            "actions_summary": [{"id": 2, "count": item.number % 7}] if item.number % 7 else [],
        }
        if not item.live:
            gone = "<p>(post deleted by author)</p>"
            told |= {"user_deleted": True, "cooked": gone, "raw": "(post deleted by author)"}
        return told

    def _quoted(self, above: Item | None, item: Item) -> str:
        """Now and then somebody quotes what they answer."""
        if above is None or not above.due or item.number % 4:
            return ""
        return (
            f'<aside class="quote no-group" data-username="{above.author}" data-post="1">\n'
            f'<div class="title">\n{above.author}:</div>\n<blockquote>\n<p>Quite so.</p>\n'
            "</blockquote>\n</aside>\n"
        )


def _note(number: int, at: datetime) -> dict[str, Any]:
    """A note of the software: somebody closed a topic."""
    return {"id": number, "username": "system", "created_at": _time(at), "cooked": "",
            "post_number": 9, "post_type": 3, "topic_id": 1, "user_id": -1,
            "topic_title": "Closed", "version": 1}  # fmt: skip


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _json(told: object) -> Response:
    body = json.dumps(told, ensure_ascii=False).encode()
    return Response(body, kind="application/json; charset=utf-8")
