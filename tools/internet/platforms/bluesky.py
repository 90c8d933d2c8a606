"""Bluesky: Jetstream in both versions, and the profiles of the AppView."""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, ClassVar

from internet.invent import Mix, happenings
from internet.script import Item, Script
from internet.world import Happening, Limit, Request, Response

EAST, WEST = "jetstream.us-east.bsky.network", "jetstream.us-west.bsky.network"
OLD, APPVIEW = "jetstream2.us-east.bsky.network", "public.api.bsky.app"
EVENTS = "network.bsky.jetstream.subscribeEvents"
POSTS, PROFILES = "app.bsky.feed.post", "app.bsky.actor.profile"
HIDDEN = "!no-unauthenticated"
KEPT = timedelta(hours=36)
LONG = timedelta(days=400)  # how long profiles go on changing after the last post
TICK = timedelta(seconds=20)  # somebody changes a profile so often
FIRST = 800_000_000  # the number of the first tick
ROOM = 1_000  # numbers of a tick
LONGEST = 280  # characters of a post
LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Event:
    """Something the stream says: when, about whom, and what, as version 2 says it."""

    at: datetime
    seq: int
    kind: str
    did: str
    told: Mapping[str, Any]


class Bluesky:
    """Short posts without titles, in one stream; some accounts hide from strangers."""

    name: ClassVar[str] = "bluesky"
    hosts: ClassVar[tuple[str, ...]] = (EAST, WEST, OLD, APPVIEW)
    limit: ClassVar[Limit] = Limit(3_000, 300.0, 4)
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        mix = Mix(per_day=120, places=("bsky.app",), people=90, titles="none", shy=0.06,
                  private=0.02, leaves=3)  # fmt: skip
        made = happenings(seed, self.name, start, days, mix=mix)
        self.happenings = tuple(replace(one, text=_short(one.text)) for one in made)
        self.start, self.end = start, start + timedelta(days=days)
        self.script = Script(self.happenings)
        self.names = {did(one.author): one.author for one in self.happenings if one.author}
        private: dict[str, list[bool]] = {}
        for one in self.happenings:
            if one.act == "publish":
                private.setdefault(one.author, []).append(one.private)
        self.hidden = {who for who, items in private.items() if all(items)}
        self.events = list(self._made())

    def respond(self, request: Request, now: datetime) -> Response:
        """Profiles, or whether a stream may be opened."""
        if request.host == APPVIEW and request.path == "/xrpc/app.bsky.feed.getPosts":
            return self._posts(request, now)
        if request.host == APPVIEW:
            return self._profiles(request, now)
        if request.path == "/subscribe" and request.host == OLD:
            return Response(b"", 101)
        if request.path != f"/xrpc/{EVENTS}" or request.host == OLD:
            return Response(b'{"error":"MethodNotImplemented","message":"no such method"}', 404)
        cursor = request.get("cursor")
        old = any(key.startswith("wanted") for key, _ in request.query)
        if old or not (cursor or "0").isdigit():
            return Response(b'{"error":"InvalidRequest","message":"unknown parameter"}', 400)
        floor = self._number(now - KEPT)
        if cursor and int(cursor) < min(floor, 10**15):
            told = {"error": "CursorTooOld", "message": f"cursor is below the floor {floor}"}
            return Response(json.dumps(told).encode(), 400)
        return Response(b"", 101)

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """Everything from the cursor on; a time before what is kept is brought forward."""
        old = request.host == OLD
        cursor = int(request.get("cursor") or 0)
        name = "wantedCollections" if old else "collections"
        wanted = [value for key, value in request.query if key == name]
        kinds = [value for key, value in request.query if key == "kinds"]
        since = now if not cursor else EPOCH + timedelta(microseconds=cursor)
        if cursor and cursor < 10**15 and not old:
            since = self.start + (cursor - FIRST) // ROOM * TICK
        elif since < max(now - KEPT, self.start):
            since = max(now - KEPT, self.start)
            if not old and now - KEPT > self.start:
                info = {"$type": f"{EVENTS}#info", "name": "OutdatedCursor"}
                yield now, _json({"$type": "message", "payload": info})
        for event in self._after(since):
            if not old and cursor < 10**15 and event.seq < cursor:
                continue
            if event.kind == "commit" and wanted and event.told["collection"] not in wanted:
                continue
            if kinds and event.kind not in kinds:
                continue
            yield event.at, _first(event) if old else _second(event)

    def due(self, now: datetime) -> Mapping[str, str]:
        """Posts that stand, by their address."""
        return {f"bluesky:{uri(one)}": one.text for one in self.script.due(now)}

    def sources(self) -> Sequence[Mapping[str, object]]:
        """One source."""
        return [{"name": "bluesky", "kind": "bluesky"}]

    def _profiles(self, request: Request, now: datetime) -> Response:
        actors = [value for key, value in request.query if key in ("actors", "actors[]")]
        if request.path != "/xrpc/app.bsky.actor.getProfiles" or not 1 <= len(actors) <= 25:
            return Response(b'{"error":"InvalidRequest","message":"Error: actors"}', 400)
        left = {one.author for one in self.happenings if one.act == "leave" and one.at <= now}
        profiles = []
        for actor in actors:
            who = self.names.get(actor, "")
            if who and who not in left:
                labels = [{"src": actor, "val": HIDDEN}] if who in self.hidden else []
                profiles.append({"did": actor, "handle": f"{who}.bsky.social", "labels": labels})
        return Response(_json({"profiles": profiles}))

    def _posts(self, request: Request, now: datetime) -> Response:
        asked = [value for key, value in request.query if key in ("uris", "uris[]")]
        if not 1 <= len(asked) <= 25:
            return Response(b'{"error":"InvalidRequest","message":"Error: uris"}', 400)
        posts = []
        for item in self.script.live(now):
            if uri(item) in asked:
                hides = item.author in self.hidden
                labels = [{"src": did(item.author), "val": HIDDEN}] if hides else []
                author = {"did": did(item.author), "handle": "x.bsky.social", "labels": labels}
                record = self._record(item, alone=not hides)
                posts.append({
                    "uri": uri(item), "cid": _cid(item.key), "author": author, "record": record,
                    "replyCount": 0, "repostCount": item.number % 3, "quoteCount": 0,
                    "likeCount": item.number % 19, "indexedAt": _time(item.shown), "labels": [],
                })  # fmt: skip
        return Response(_json({"posts": posts}))

    def _made(self) -> Iterator[Event]:
        """What people did, as commits and account events in the order in which it was seen."""
        seen: dict[str, Item] = {}
        count: dict[int, int] = {}
        order = sorted(self.happenings, key=lambda one: one.shown or one.at)
        for one in order:
            at = one.shown or one.at
            number = self._number(at)
            count[number] = count.get(number, 0) + 1
            number += count[number]
            if one.act == "leave":
                account = {"active": False, "did": did(one.author), "seq": number,
                           "status": "deleted", "time": _time(at)}  # fmt: skip
                yield Event(at, number, "account", did(one.author), {"account": account})
                continue
            item = self.script.items(at).get(one.key)
            if item is None or (one.act != "publish" and one.key not in seen):
                continue
            if one.act == "delete":
                yield Event(at, number, "commit", did(one.author), _commit(seen[one.key], "delete"))
            elif item.live:
                told = _commit(item, "create" if one.act == "publish" else "update")
                record = self._record(item, alone=one.author not in self.hidden)
                seen[one.key] = item
                yield Event(at, number, "commit", did(one.author), {**told, "record": record})

    def _record(self, item: Item, *, alone: bool) -> dict[str, Any]:
        text, facets = _linked(item.text)
        record: dict[str, Any] = {"$type": POSTS, "createdAt": _time(item.at), "text": text}
        if item.number % 9:
            record["langs"] = ["en-GB", "de"] if item.number % 7 == 0 else ["en"]
        if facets:
            record["facets"] = facets
        if item.private and alone:
            values = [{"val": HIDDEN}]
            record["labels"] = {"$type": "com.atproto.label.defs#selfLabels", "values": values}
        if item.parent:
            above = self.script.items(item.shown)
            record["reply"] = {
                name: {"cid": _cid(key), "uri": uri(above[key])}
                for name, key in (("root", item.root), ("parent", item.parent))
                if key in above
            }
        return record

    def _after(self, since: datetime) -> Iterator[Event]:
        """People's events and, between them, the murmur of profiles."""
        tick = max(0, (since - self.start) // TICK)
        at = bisect_left(self.events, since, key=lambda one: one.at)
        while (when := self.start + tick * TICK) < self.end + LONG:
            while at < len(self.events) and self.events[at].at < when:
                yield self.events[at]
                at += 1
            if when >= since:
                yield _murmur(when, FIRST + tick * ROOM, tick)
            tick += 1

    def _number(self, at: datetime) -> int:
        """The number of the tick an instant lies in."""
        return FIRST + max(0, (at - self.start) // TICK) * ROOM


@cache
def did(who: str) -> str:
    """The lasting name of an account."""
    number = int.from_bytes(hashlib.sha256(who.encode()).digest()[:15], "big")
    return "did:plc:" + "".join(LETTERS[number >> 5 * place & 31] for place in range(24))


def rkey(item: Item) -> str:
    """The key of a post: when it was written, and a number, in 13 letters."""
    number = (item.at - EPOCH) // timedelta(microseconds=1) << 10 | item.number % 1024
    return "".join(LETTERS[number >> 5 * place & 31] for place in reversed(range(13)))


def uri(item: Item) -> str:
    """The address of a post."""
    return f"at://{did(item.author)}/{POSTS}/{rkey(item)}"


def _murmur(at: datetime, seq: int, tick: int) -> Event:
    who = f"did:plc:{tick % 977:024d}"
    if tick % 5 == 0:
        account = {"active": True, "did": who, "seq": seq, "time": _time(at)}
        return Event(at, seq, "account", who, {"account": account})
    record = {"$type": PROFILES, "displayName": f"Somebody {tick % 977}", "description": None}
    told = {"rev": str(seq), "operation": "update", "collection": PROFILES, "rkey": "self",
            "record": record, "cid": _cid(str(seq))}  # fmt: skip
    return Event(at, seq, "commit", who, told)


def _commit(item: Item, operation: str) -> dict[str, Any]:
    told = {"rev": rkey(item), "operation": operation, "collection": POSTS, "rkey": rkey(item)}
    return told if operation == "delete" else {**told, "cid": _cid(item.key + item.text)}


def _second(event: Event) -> bytes:
    payload = {"$type": f"{EVENTS}#{event.kind}", "seq": event.seq, "did": event.did,
               "time": _time(event.at), **event.told}  # fmt: skip
    return _json({"$type": "message", "payload": payload})


def _first(event: Event) -> bytes:
    # version 1 counts in time alone, so what happens in one second is told apart by its number
    told = dict(event.told) if event.kind == "account" else {"commit": event.told}
    micros = (event.at - EPOCH) // timedelta(microseconds=1) + event.seq % ROOM
    return _json({"did": event.did, "time_us": micros, "kind": event.kind, **told})


def _short(text: str) -> str:
    """As much of a text as a post holds, to the end of a word."""
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST + 1].rsplit(None, 1)[0]


def _linked(text: str) -> tuple[str, list[dict[str, Any]]]:
    """A text as apps send it: links shortened, with where they stand, in bytes, and lead."""
    facets: list[dict[str, Any]] = []
    said = ""
    for number, word in enumerate(text.split(" ")):
        said += " " if number else ""
        if word.startswith("https://") and "\n" not in word:
            start = len(said.encode())
            said += word.removeprefix("https://")[:14] + "..."
            feature = {"$type": "app.bsky.richtext.facet#link", "uri": word}
            index = {"byteStart": start, "byteEnd": len(said.encode())}
            facets.append({"index": index, "features": [feature]})
        else:
            said += word
    return said, facets


def _cid(told: str) -> str:
    return "bafyrei" + hashlib.sha256(told.encode()).hexdigest()[:32]


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _json(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode()
