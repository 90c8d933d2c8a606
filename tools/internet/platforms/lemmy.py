"""Lemmy: one server of version 0.19 and one of 1.0, each with communities of its own."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from internet.invent import Mix, happenings
from internet.script import Item, Script
from internet.world import Happening, Limit, Request, Response

OLD, NEW = "skipjack.example", "longboat.example"
PLACES = ("boats@skipjack.example", "ovens@skipjack.example", "stars@longboat.example")
FAR = "farshore.example"  # some people write from there
MOST = 50
ENGLISH, GERMAN = 37, 32
LANGUAGES = [{"id": 0, "code": "und", "name": "Undetermined"},
             {"id": ENGLISH, "code": "en", "name": "English"},
             {"id": GERMAN, "code": "de", "name": "Deutsch"}]  # fmt: skip


class Lemmy:
    """Posts and comments; what other servers send arrives late and is numbered on arrival."""

    name: ClassVar[str] = "lemmy"
    hosts: ClassVar[tuple[str, ...]] = (OLD, NEW)
    limit: ClassVar[Limit] = Limit(60, 60.0, 2)
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        mix = Mix(per_day=60, places=PLACES, people=60, shy=0.1, private=0.0, leaves=2)
        self.happenings = happenings(seed, self.name, start, days, mix=mix)
        self.script = Script(self.happenings)
        self.shy = sorted({one.author for one in self.happenings if one.private})
        published = [one for one in self.happenings if one.act == "publish"]
        self.answers = Counter(one.parent for one in published)
        arrived = sorted(published, key=lambda one: one.shown or one.at)
        self.ids = {one.key: 5_000 + number for number, one in enumerate(arrived)}

    def respond(self, request: Request, now: datetime) -> Response:
        """The interface of the server's version."""
        version = 3 if request.host == OLD else 4
        head, _, path = request.path.removeprefix("/api/").partition("/")
        if head != f"v{version}":
            return Response(b'{"error":"not_found"}', 404)
        if path == "site":
            site = {"site_view": {"site": {"name": request.host}, "local_site": {
                "private_instance": False}}, "version": "0.19.12" if version == 3 else "1.0.0",
                "all_languages": LANGUAGES}  # fmt: skip
            return _json(site)
        what, _, listed = path.partition("/")
        if what not in ("post", "comment"):
            return Response(b'{"error":"not_found"}', 404)
        return self._list(request, now, what) if listed else self._one(request, now, what)

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """There is none."""
        return iter(())

    def due(self, now: datetime) -> Mapping[str, str]:
        """Posts and comments of people who let themselves be gathered."""
        return {
            f"lemmy:{_home(one)}/{_what(one)}/{self.ids[one.key]}": "\n\n".join(
                part for part in (one.title, one.text) if part
            )
            for one in self.script.due(now)
        }

    def sources(self) -> Sequence[Mapping[str, object]]:
        """The old server whole, the new one by its community."""
        return [{"name": "lemmy", "kind": "lemmy", "instances": [OLD],
                 "communities": [PLACES[2]]}]  # fmt: skip

    def _list(self, request: Request, now: datetime, what: str) -> Response:
        old = request.host == OLD
        size = int(request.get("limit", "10"))
        if size > MOST or request.get("sort") != ("New" if old else "new"):
            return Response(b'{"error":"couldnt_get_posts"}', 400)
        place = request.get("community_name")
        items = [one for one in self.script.live(now) if _home(one) == request.host
                 and _what(one) == what and place in ("", one.place.partition("@")[0])]  # fmt: skip
        items.sort(key=lambda one: (one.at, self.ids[one.key]), reverse=True)
        pinned = [one for one in items if what == "post" and one.number in (1, 2)]
        items = [one for one in items if one not in pinned]
        numbered = old and what == "comment"
        first = (int(request.get("page", "1")) - 1) * size if numbered else 0
        if request.get("page_cursor") and not numbered:
            below = int(request.get("page_cursor")[1:], 16)
            ids = [self.ids[one.key] for one in items]
            if below not in ids:
                return Response(b'{"error":"couldnt_find_post"}', 400)
            first = ids.index(below) + 1
        page = items[first : first + size]
        following = f"P{self.ids[page[-1].key]:x}" if len(page) == size else None
        if not first:
            page = [*pinned, *page]
        views = [self._view(one, now) for one in page]
        if numbered:
            return _json({"comments": views})
        return _json({f"{what}s" if old else "items": views, "next_page": following})

    def _one(self, request: Request, now: datetime, what: str) -> Response:
        for item in self.script.items(now).values():
            same = _home(item) == request.host and _what(item) == what
            if same and str(self.ids[item.key]) == request.get("id"):
                if item.live or (item.standing == "deleted" and item.number % 2):
                    return _json({f"{what}_view": self._view(item, now)})
                break
        return Response(json.dumps({"error": f"couldnt_find_{what}"}).encode(), 404)

    def _view(self, item: Item, now: datetime) -> dict[str, Any]:
        old = _home(item) == OLD
        item_, counts = self._item(item, now), self._counts(item)
        name = item.place.partition("@")[0]
        community: dict[str, Any] = {"id": PLACES.index(item.place) + 7, "name": name,
                                     "local": True, "hidden": False}  # fmt: skip
        community["visibility"] = "Public" if old else "public"
        community["actor_id" if old else "ap_id"] = f"https://{_home(item)}/c/{name}"
        who = f"https://{self._from(item)}/u/{item.author}"
        creator: dict[str, Any] = {"id": 80 + len(who), "name": item.author, "bio": None}
        creator |= {"bot_account": False, "actor_id" if old else "ap_id": who}
        if item.author in self.shy:
            wish = self.shy.index(item.author) % 2
            creator |= {"bio": "Sailing. #NoIndex"} if wish else {"bot_account": True}
        view: dict[str, Any] = {_what(item): item_, "creator": creator, "community": community}
        return {**view, "counts": counts} if old else {**view, _what(item): {**item_, **counts}}

    def _item(self, item: Item, now: datetime) -> dict[str, Any]:
        old = _home(item) == OLD
        number, what = self.ids[item.key], _what(item)
        gone = not item.live
        told: dict[str, Any] = {
            "id": number,
            "removed": gone and item.number % 3 == 0,
            "deleted": gone and item.number % 3 != 0,
            "ap_id": f"https://{self._from(item)}/{what}/{item.number}",
            "local": self._from(item) == _home(item),
            "language_id": (0, ENGLISH, ENGLISH, GERMAN)[item.number % 4],
            "published" if old else "published_at": _time(item.at, item),
            "updated" if old else "updated_at": _time(item.edited, item) if item.edited else None,
        }
        if what == "post":
            told |= {"name": item.title, "nsfw": False, "locked": False, "featured_local": False}
            told["body"] = None if gone else item.text or None
            if not item.text:
                told["url"] = f"https://example.org/{item.place.partition('@')[0]}/{number}"
            return told
        above, key = [str(number)], item.parent
        while key != item.root:
            above.append(str(self.ids[key]))
            key = self.script.items(now)[key].parent if key in self.script.items(now) else item.root
        told |= {"post_id": self.ids[item.root], "content": "" if gone else item.text}
        return {**told, "path": ".".join(["0", *reversed(above)])}

    def _counts(self, item: Item) -> dict[str, Any]:
        answers = self.answers.get(item.key, 0)
        key = "comments" if _what(item) == "post" else "child_count"
        up, down = item.number % 23, item.number % 4
        return {key: answers, "score": up - down, "upvotes": up, "downvotes": down}

    def _from(self, item: Item) -> str:
        """Where somebody writes from: what is shown late came from far away."""
        return FAR if item.shown > item.at else _home(item)


def _home(item: Item) -> str:
    return item.place.partition("@")[2]


def _what(item: Item) -> str:
    return "comment" if item.parent else "post"


def _time(at: datetime, item: Item) -> str:
    """A time, which old servers do not always mark as universal."""
    mark = "" if _home(item) == OLD and item.number % 3 else "Z"
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f") + mark


def _json(told: object) -> Response:
    return Response(json.dumps(told, ensure_ascii=False).encode())
