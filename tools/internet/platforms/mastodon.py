"""Mastodon: two servers whose members write short posts, some of whom ask to be left alone."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from internet.invent import Mix, happenings, html
from internet.script import Item, Script
from internet.world import Happening, Limit, Request, Response

SERVERS = ("brackwater.example", "kiln.example")
TAG = "harbour"
WARNING = "Long, about boats"
MOST, BATCH = 40, 20
TIMELINE = re.compile(r"/api/v1/timelines/(?:public|tag/(\w+))")
STATUS = re.compile(r"/api/v1/statuses/(\d+)")


class Mastodon:
    """Posts of two servers; each shows its own members' and, unless asked not to, the other's."""

    name: ClassVar[str] = "mastodon"
    hosts: ClassVar[tuple[str, ...]] = SERVERS
    limit: ClassVar[Limit] = Limit(300, 300.0, 2)
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        mix = Mix(per_day=70, places=SERVERS, people=70, titles="none", shy=0.12, private=0.03,
                  late=0.03, leaves=3)  # fmt: skip
        made = happenings(seed, self.name, start, days, mix=mix)
        self.happenings = tuple(map(_dressed, made))
        self.script = Script(self.happenings)
        self.answers = Counter(one.parent for one in self.happenings if one.act == "publish")
        private: dict[str, list[bool]] = {}
        for one in self.happenings:
            if one.act == "publish":
                private.setdefault(one.author, []).append(one.private)
        self.shy = sorted(who for who, items in private.items() if all(items))

    def respond(self, request: Request, now: datetime) -> Response:
        """The interface that needs no account."""
        if request.path == "/api/v2/instance":
            return _json(self._instance(request.host), request, now)
        if found := TIMELINE.fullmatch(request.path):
            return self._timeline(request, now, found[1] or "")
        if request.path == "/api/v1/statuses":
            asked = [value for key, value in request.query if key == "id[]"][:BATCH]
            items = [self._status(one, request.host, now) for one in self._live(now)
                     if native(one) in asked and one.place == request.host]  # fmt: skip
            return _json(items, request, now)
        if found := STATUS.fullmatch(request.path):
            for one in self._live(now):
                if native(one) == found[1] and one.place == request.host:
                    return _json(self._status(one, request.host, now), request, now)
            return Response(b'{"error":"Record not found"}', 404)
        if request.path.startswith("/api/v1/streaming"):
            return Response(b'{"error":"Missing access token"}', 401)
        return Response(b'{"error":"The page you are looking for isn\'t here."}', 404)

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """It needs an account."""
        return iter(())

    def due(self, now: datetime) -> Mapping[str, str]:
        """Public posts of members who let themselves be found."""
        return {
            f"mastodon:{one.place}/{native(one)}": "\n\n".join(
                part for part in (one.title, one.text) if part
            )
            for one in self.script.due(now)
        }

    def sources(self) -> Sequence[Mapping[str, object]]:
        """One source for both servers."""
        return [{"name": "mastodon", "kind": "mastodon", "instances": list(SERVERS)}]

    def _live(self, now: datetime) -> list[Item]:
        return list(self.script.live(now))

    def _instance(self, host: str) -> dict[str, Any]:
        told: dict[str, Any] = {
            "domain": host,
            "title": host.partition(".")[0].title(),
            "version": "4.5.2",
            "rules": [{"id": "1", "text": "Be kind.", "hint": ""}],
            "configuration": {"urls": {"streaming": f"wss://streaming.{host}"}},
        }
        feeds = {"local": "public", "remote": "public"}
        if host == SERVERS[1]:
            feeds = {"local": "public", "remote": "authenticated"}
        told["configuration"]["timelines_access"] = {
            "live_feeds": feeds, "hashtag_feeds": feeds,
            "trending_link_feeds": {"local": "disabled", "remote": "disabled"},
        }  # fmt: skip
        return told

    def _timeline(self, request: Request, now: datetime, tag: str) -> Response:
        local = request.get("local") == "true"
        if request.host == SERVERS[1] and not local:
            return Response(b'{"error":"This method requires an authenticated user"}', 401)
        listed = [one for one in self._live(now) if not self._unlisted(one)]
        items = [one for one in listed if one.place == request.host or not local]
        if tag:
            tags = {tag, *(value for key, value in request.query if key == "any[]")}
            items = [one for one in items if TAG in tags and f"#{TAG}" in one.text]
        items.sort(key=_number, reverse=True)
        size = min(int(request.get("limit", "20")), MOST)
        if request.get("max_id"):
            items = [one for one in items if _number(one) < int(request.get("max_id"))]
        if request.get("since_id"):
            items = [one for one in items if _number(one) > int(request.get("since_id"))]
        if request.get("min_id"):
            newer = [one for one in items if _number(one) > int(request.get("min_id"))]
            items = newer[-size:]
        page = items[:size]
        told = [self._status(one, request.host, now) for one in page]
        answer = _json(told, request, now)
        if not page:
            return answer
        here = f"https://{request.host}{request.path}"
        links = (f'<{here}?max_id={native(page[-1])}>; rel="next", '
                 f'<{here}?min_id={native(page[0])}>; rel="prev"')  # fmt: skip
        return replace(answer, headers={**answer.headers, "Link": links})

    def _unlisted(self, item: Item) -> bool:
        return item.private and item.author not in self.shy

    def _status(self, item: Item, host: str, now: datetime) -> dict[str, Any]:
        page = f"https://{item.place}/@{item.author}/{native(item)}"
        above = self.script.items(now).get(item.parent)
        told: dict[str, Any] = {
            "id": native(item),
            "created_at": _time(item.at),
            "in_reply_to_id": native(above) if above and above.live else None,
            "in_reply_to_account_id": None,
            "sensitive": bool(item.title),
            "spoiler_text": item.title,
            "visibility": "unlisted" if self._unlisted(item) else "public",
            "language": (None, "en", "en", "de")[item.number % 4],
            "uri": f"https://{item.place}/users/{item.author}/statuses/{native(item)}",
            "url": page,
            "replies_count": self.answers.get(item.key, 0),
            "reblogs_count": item.number % 6,
            "favourites_count": item.number % 17,
            "quotes_count": 0,
            "edited_at": _time(item.edited) if item.edited else None,
            "content": _content(item),
            "reblog": None,
            "account": self._account(item, host),
            "media_attachments": [],
            "mentions": [],
            "tags": [],
            "card": None,
            "quote": None,
        }
        if f"#{TAG}" in item.text:
            told["tags"] = [{"name": TAG, "url": f"https://{item.place}/tags/{TAG}"}]
        return told

    def _account(self, item: Item, host: str) -> dict[str, Any]:
        who = item.author
        told: dict[str, Any] = {
            "id": str(len(who) * 1_000 + item.number % 97),
            "username": who,
            "acct": who if item.place == host else f"{who}@{item.place}",
            "display_name": who.title(),
            "bot": False,
            "indexable": True,
            "noindex": False,
            "note": "<p>Boats, bread, and other slow things.</p>",
            "fields": [],
            "uri": f"https://{item.place}/users/{who}",
            "url": f"https://{item.place}/@{who}",
        }
        if who in self.shy:
            told |= _wish(self.shy.index(who))
        return told


def _wish(number: int) -> dict[str, Any]:
    """One of the ways in which people ask to be left alone."""
    tag = '<a href="/tags/nobot" class="mention hashtag" rel="tag">#<span>NoBot</span></a>'
    return (
        {"indexable": False},
        {"noindex": True},
        {"note": f"<p>Bread. {tag}</p>"},
        {"fields": [{"name": "please", "value": tag, "verified_at": None}]},
        {"bot": True},
    )[number % 5]


def _dressed(one: Happening) -> Happening:
    """A happening with the odd content warning and hashtag."""
    if one.act not in ("publish", "edit"):
        return one
    number = int(one.key) // 7
    text = f"{one.text}\n\n#{TAG}" if number % 5 == 0 else one.text
    return replace(one, text=text, title=WARNING if number % 11 == 0 else "")


def _content(item: Item) -> str:
    tag = (f'<a href="https://{item.place}/tags/{TAG}" class="mention hashtag" rel="tag">'
           f"#<span>{TAG}</span></a>")  # fmt: skip
    return html(item.text).replace(f"#{TAG}", tag)


def _number(item: Item) -> int:
    """When it was written, in milliseconds, and a number."""
    return int(item.at.timestamp() * 1_000) << 16 | item.number % 65_536


def native(item: Item) -> str:
    """The id of a post on its server."""
    return str(_number(item))


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _json(told: object, request: Request, now: datetime) -> Response:
    body = json.dumps(told, ensure_ascii=False).encode()
    mark = f'W/"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
    reset = now.replace(second=0, microsecond=0) + timedelta(minutes=5)
    headers = {"ETag": mark, "X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "250",
               "X-RateLimit-Reset": _time(reset)}  # fmt: skip
    if request.headers.get("if-none-match") == mark:
        return Response(b"", 304, headers=headers)
    return Response(body, kind="application/json; charset=utf-8", headers=headers)
