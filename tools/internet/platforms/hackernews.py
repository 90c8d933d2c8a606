"""Hacker News: the Firebase API item by item, and Algolia's search."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from internet.invent import Mix, happenings, html
from internet.script import Item, Script
from internet.world import Happening, Limit, Request, Response

FIREBASE, ALGOLIA = "hacker-news.firebaseio.com", "hn.algolia.com"
LAG = timedelta(minutes=5)  # after which an item is in the search
UPDATED = timedelta(minutes=20)  # how long a change is listed
MOST_UPDATES, MOST_HITS = 100, 1000
ITEM = re.compile(r"/v0/item/(\d+)\.json")
FILTER = re.compile(r"created_at_i(<=|>=|<|>|=)(\d+)")


def key(number: int) -> str:
    """Rising ids; one in forty is never given out."""
    return str(48_100_000 + number + number // 40)


class HackerNews:
    """Stories, comments and the odd poll; deleted or dead, and null until they are shown."""

    name: ClassVar[str] = "hackernews"
    hosts: ClassVar[tuple[str, ...]] = (FIREBASE, ALGOLIA)
    limit: ClassVar[Limit] = Limit(310, 60.0, 2)
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        mix = Mix(per_day=40, places=("news.ycombinator.com",), leaves=1, private=0.0)
        self.happenings = happenings(seed, self.name, start, days, key=key, mix=mix)
        self.script = Script(self.happenings)
        self.written = [one for one in self.happenings if one.act == "publish"]

    def respond(self, request: Request, now: datetime) -> Response:
        """JSON, or null for what is not given out."""
        if request.host == ALGOLIA:
            return self._search(request, now)
        if request.path == "/v0/maxitem.json":
            return _json(self._newest(now))
        if request.path == "/v0/updates.json":
            changed = [
                one for one in self.script.items(now).values() if one.changed > now - UPDATED
            ]
            changed.sort(key=lambda one: (one.changed, one.number), reverse=True)
            return _json({
                "items": [int(one.key) for one in changed[:MOST_UPDATES]],
                "profiles": sorted({one.author for one in changed}),
            })  # fmt: skip
        if found := ITEM.fullmatch(request.path):
            item = self.script.items(now).get(found[1])
            return _json(self._item(item, now) if item else None)
        return Response(b'{"error":"Permission denied"}', 401)

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """There is none."""
        return iter(())

    def due(self, now: datetime) -> Mapping[str, str]:
        """Stories and comments; paragraphs are lines there."""
        return {
            f"hackernews:{one.key}": _body(one)
            for one in self.script.due(now)
            if _type(one) != "poll"
        }

    def sources(self) -> Sequence[Mapping[str, object]]:
        """One source."""
        return [{"name": "hackernews", "kind": "hackernews"}]

    def _newest(self, now: datetime) -> int:
        written = [one for one in self.written if one.at <= now]
        return int(written[-1].key) if written else 48_099_999

    def _item(self, item: Item, now: datetime) -> dict[str, Any]:
        told: dict[str, Any] = {"id": int(item.key), "type": _type(item)}
        told["time"] = int(item.at.timestamp())
        if item.parent:
            told["parent"] = int(item.parent)
        kids = [int(one.key) for one in self.script.items(now).values() if one.parent == item.key]
        if kids:
            told["kids"] = kids[::-1]
        if item.standing == "left" or (not item.live and int(item.key) % 2):
            return {**told, "deleted": True}
        if not item.live:
            told["dead"] = True
        told["by"] = item.author
        if item.title:
            told |= {"title": item.title, "score": 1 + item.number % 90, "descendants": len(kids)}
            told["url"] = "" if item.text else f"https://example.org/{item.key}"
        if item.text:
            told["text"] = html(item.text, "hn")
        return told

    def _search(self, request: Request, now: datetime) -> Response:
        if request.path != "/api/v1/search_by_date":
            return Response(b'{"message":"Not found","status":404}', 404)
        bounds = FILTER.findall(request.get("numericFilters"))
        page, size = int(request.get("page", "0")), min(int(request.get("hitsPerPage", "20")), 1000)
        found = [one for one in self._indexed(now) if _within(int(one.at.timestamp()), bounds)]
        found.sort(key=lambda one: (one.at, one.number), reverse=True)
        told: dict[str, Any] = {"hitsPerPage": size, "page": page, "processingTimeMS": 3}
        told |= {"query": request.get("query"), "params": ""}
        if (page + 1) * size > MOST_HITS:
            told |= {"hits": [], "nbHits": 0, "nbPages": 0}
            told["message"] = "you can only fetch the 1000 hits for this query"
            return _json(told)
        told["hits"] = [_hit(one, self.script) for one in found[page * size : (page + 1) * size]]
        told["nbHits"] = len(found)
        told["nbPages"] = min(-(-len(found) // size), MOST_HITS // size)
        return _json(told)

    def _indexed(self, now: datetime) -> Iterator[Item]:
        """What the search has: late, and deleted things as they stood."""
        published = {one.key: one for one in self.written}
        for item in self.script.items(now).values():
            if item.shown > now - LAG or _type(item) == "poll":
                continue
            yield item if item.live else _before(item, published[item.key])


def _before(item: Item, published: Happening) -> Item:
    return replace(item, title=published.title, text=published.text, standing="live")


def _hit(item: Item, script: Script) -> dict[str, Any]:
    story = item.root
    told: dict[str, Any] = {
        "objectID": item.key,
        "created_at": item.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "created_at_i": int(item.at.timestamp()),
        "author": item.author,
        "title": item.title or None,
        "url": f"https://example.org/{item.key}" if item.title and not item.text else None,
        "story_id": int(story),
        "_tags": [_type(item), f"author_{item.author}", f"story_{story}"],
    }
    if item.title:
        told |= {"story_text": html(item.text, "hn"), "points": 1 + item.number % 90,
                 "num_comments": 0}  # fmt: skip
    else:
        told |= {"comment_text": html(item.text, "hn"), "parent_id": int(item.parent)}
    return told


def _within(when: int, bounds: Sequence[tuple[str, str]]) -> bool:
    tests = {"<": when.__lt__, "<=": when.__le__, "=": when.__eq__, ">=": when.__ge__,
             ">": when.__gt__}  # fmt: skip
    return all(tests[sign](int(bound)) for sign, bound in bounds)


def _type(item: Item) -> str:
    if item.parent:
        return "comment"
    return "poll" if item.number % 61 == 60 else "story"


def _body(item: Item) -> str:
    return "\n\n".join(part for part in (item.title, item.text.replace("\n\n", "\n")) if part)


def _json(told: object) -> Response:
    return Response(json.dumps(told).encode(), kind="application/json; charset=utf-8")
