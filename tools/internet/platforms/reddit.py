"""Reddit: its interface for approved applications, the Arctic Shift archive, and its feeds."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from internet.invent import Mix, happenings, html
from internet.script import Item, Script
from internet.world import Happening, Limit, Request, Response

API, SITE, ARCTIC = "oauth.reddit.com", "www.reddit.com", "arctic-shift.photon-reddit.com"
SUBS = ("gardening", "BoatBuilding", "slowbread")
CLIENT, SECRET, TOKEN = "brackwater-reader", "an invented secret", "an-invented-token"
LISTING = re.compile(r"/r/(\w+)/(new|comments)(/\.rss)?")
MOST, END, FEED = 100, 1_000, 25
SECOND_LOOK = timedelta(hours=36)  # after which the archive sees scores and what was deleted
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Reddit:
    """Posts and comments of three subreddits; moderators take some away before anybody looks.

    It can answer for the public site too; that host is served by `redditfeeds`.
    """

    name: ClassVar[str] = "reddit"
    hosts: ClassVar[tuple[str, ...]] = (API, ARCTIC)
    limit: ClassVar[Limit] = Limit(100, 60.0, 2)
    subs: ClassVar[tuple[str, ...]] = SUBS
    mix: ClassVar[Mix] = Mix(per_day=80, places=SUBS, people=70, leaves=2, late=0.02)
    begin: ClassVar[str] = "1x9q000"
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        self.happenings = happenings(
            seed, self.name, start, days, key=lambda n: key(n, self.begin), mix=self.mix
        )
        self.script = Script(self.happenings)
        self.answers = Counter(one.parent for one in self.happenings if one.act == "publish")

    def respond(self, request: Request, now: datetime) -> Response:
        """Tokens and feeds, listings, or the archive."""
        if request.host == ARCTIC:
            return self._archive(request, now)
        found = LISTING.fullmatch(request.path)
        if request.host == SITE:
            if request.path == "/api/v1/access_token":
                return _token(request)
            if found and found[3] and found[1] in self.subs:
                return self._feed(found[1], found[2], request, now)
            return Response(b"<html><head><title>Blocked</title></head></html>", 403, "text/html")
        if request.headers.get("authorization") != f"bearer {TOKEN}":
            return Response(b'{"message":"Unauthorized","error":401}', 401)
        if request.path == "/api/info":
            names = request.get("id").split(",")[:MOST]
            items = [one for one in self.script.items(now).values() if fullname(one) in names]
            return _json(_listing([self._thing(one) for one in items], None))
        if not found or found[3]:
            return Response(b'{"message":"Not Found","error":404}', 404)
        if found[1] not in self.subs:
            return Response(b'{"reason":"banned","message":"Not Found","error":404}', 404)
        return self._list(found[1], found[2], request, now)

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """There is none."""
        return iter(())

    def due(self, now: datetime) -> Mapping[str, str]:
        """What neither its author nor a moderator took away."""
        return {
            f"reddit:{fullname(one)}": "\n\n".join(part for part in (one.title, one.text) if part)
            for one in self.script.due(now)
        }

    def sources(self) -> Sequence[Mapping[str, object]]:
        """One source, with the token this internet gives out."""
        return [{"name": "reddit", "kind": "reddit", "subreddits": list(SUBS), "token": TOKEN}]

    def _listed(self, sub: str, what: str, now: datetime) -> list[Item]:
        """A list, newest first; it ends after a thousand."""
        items = [one for one in self.script.live(now) if one.place == sub]
        items = [one for one in items if bool(one.parent) == (what == "comments")]
        return sorted(items, key=_order, reverse=True)[:END]

    def _list(self, sub: str, what: str, request: Request, now: datetime) -> Response:
        items = self._listed(sub, what, now)
        size = min(int(request.get("limit", "25")), MOST)
        after, before = request.get("after"), request.get("before")
        names = [fullname(one) for one in items]
        if after and after not in names:
            items = []
        elif after:
            items = items[names.index(after) + 1 :]
        if before:
            items = items[: names.index(before)] if before in names else []
        page = items[:size]
        following = fullname(page[-1]) if len(items) > size else None
        headers = {"x-ratelimit-used": "3", "x-ratelimit-remaining": "97.0",
                   "x-ratelimit-reset": "41"}  # fmt: skip
        told = _listing([self._thing(one) for one in page], following)
        return Response(json.dumps(told).encode(), headers=headers)

    def _thing(self, item: Item) -> dict[str, Any]:
        comment = bool(item.parent)
        gone = not item.live
        who = "[deleted]" if gone else item.author
        data: dict[str, Any] = {
            "id": item.key,
            "name": fullname(item),
            "subreddit": item.place,
            "subreddit_type": "public",
            "author": who,
            "created_utc": item.at.timestamp(),
            "edited": item.edited.timestamp() if item.edited else False,
            "score": item.number % 44,
            "ups": item.number % 44,
            "distinguished": None,
            "permalink": _permalink(item),
        }
        if not gone:
            data["author_fullname"] = f"t2_{len(who)}{item.number % 9}"
        words = "[deleted]" if item.standing == "deleted" else item.text
        if item.private:
            words = "[removed]"
        if comment:
            above = "t3" if item.parent == item.root else "t1"
            data |= {"body": words, "link_id": f"t3_{item.root}", "score_hidden": False}
            return {"kind": "t1", "data": {**data, "parent_id": f"{above}_{item.parent}"}}
        by = "automod_filtered" if item.private else None
        by = "deleted" if item.standing == "deleted" else by
        link = "" if item.text else f"https://example.org/{item.place}/{item.key}"
        data |= {
            "title": item.title, "selftext": words, "is_self": bool(item.text), "over_18": False,
            "url": link or "https://www.reddit.com" + _permalink(item), "removed_by_category": by,
            "num_comments": self.answers.get(item.key, 0), "upvote_ratio": 0.9,
            "link_flair_text": None,
        }  # fmt: skip
        return {"kind": "t3", "data": data}

    def _feed(self, sub: str, what: str, request: Request, now: datetime) -> Response:
        items = [one for one in self._listed(sub, what, now) if not one.private]
        entries = "".join(_entry(one) for one in items[: int(request.get("limit", str(FEED)))])
        body = (f'<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom">'
                f"<title>{sub}</title><id>/r/{sub}/{what}/.rss</id>{entries}</feed>")  # fmt: skip
        headers = {"x-ratelimit-used": "1", "x-ratelimit-remaining": "0.0",
                   "x-ratelimit-reset": "58"}  # fmt: skip
        return Response(body.encode(), kind="application/atom+xml; charset=UTF-8", headers=headers)

    def _archive(self, request: Request, now: datetime) -> Response:
        what = {"/api/posts/search": "new", "/api/comments/search": "comments"}.get(request.path)
        if what is None:
            return Response(b'{"data":null,"error":"not found"}', 404)
        after, before = float(request.get("after", "0")), float(request.get("before", "9e9"))
        items = [one for one in self.script.items(now).values()
                 if one.place == request.get("subreddit") and bool(one.parent) == (what != "new")
                 and after <= one.at.timestamp() < before]  # fmt: skip
        items.sort(key=_order)
        rows = [self._row(one, now) for one in items[: min(int(request.get("limit", "25")), MOST)]]
        return _json({"data": rows})

    def _row(self, item: Item, now: datetime) -> dict[str, Any]:
        data: dict[str, Any] = self._thing(item)["data"]
        data = {**data, "created_utc": int(data["created_utc"])}
        for name in ("title", "selftext", "body"):
            if name in data:
                data[name] = escape(data[name])
        if now - item.at < SECOND_LOOK:
            return {**data, "score": 1}
        meta = {"retrieved_2nd_on": int((item.at + SECOND_LOOK).timestamp())}
        return {**data, "_meta": meta if item.live else {**meta, "was_deleted_later": True}}


def key(number: int, begin: str = "1x9q000") -> str:
    """Rising ids in base 36, with holes.

    >>> key(0), key(1)
    ('1x9q000', '1x9q00d')
    """
    value, digits = int(begin, 36) + number * 13, ""
    while value:
        value, digit = divmod(value, 36)
        digits = DIGITS[digit] + digits
    return digits


def fullname(item: Item) -> str:
    """The id with its kind."""
    return f"{'t1' if item.parent else 't3'}_{item.key}"


def _order(item: Item) -> tuple[datetime, int]:
    return item.at, item.number


def _permalink(item: Item) -> str:
    page = f"/r/{item.place}/comments/{item.root}/a_topic/"
    return f"{page}{item.key}/" if item.parent else page


def _listing(children: Sequence[Mapping[str, Any]], after: str | None) -> dict[str, Any]:
    data = {"after": after, "before": None, "dist": len(children), "modhash": None,
            "children": children}  # fmt: skip
    return {"kind": "Listing", "data": data}


def _entry(item: Item) -> str:
    page = f"https://www.reddit.com{_permalink(item)}"
    words = f'<!-- SC_OFF --><div class="md">{html(item.text)}\n</div><!-- SC_ON -->'
    link = page if item.text else f"https://example.org/{item.place}/{item.key}"
    content = words if item.text else ""
    if not item.parent:
        content += (f' submitted by <a href="https://www.reddit.com/user/{item.author}"> '
                    f'/u/{item.author} </a> <br/> <span><a href="{link}">[link]</a></span> '
                    f'<span><a href="{page}">[comments]</a></span>')  # fmt: skip
    title = f"/u/{item.author} on a topic" if item.parent else item.title
    return (
        f"<entry><author><name>/u/{item.author}</name>"
        f"<uri>https://www.reddit.com/user/{item.author}</uri></author>"
        f'<category term="{item.place}" label="r/{item.place}"/>'
        f'<content type="html">{escape(content)}</content><id>{fullname(item)}</id>'
        f'<link href="{page}"/><updated>{item.at.isoformat()}</updated>'
        f"<published>{item.at.isoformat()}</published><title>{escape(title)}</title></entry>"
    )


def _token(request: Request) -> Response:
    basic = "Basic " + b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    fields = dict(parse_qsl(request.body.decode()))
    if request.method != "POST" or request.headers.get("authorization") != basic:
        return Response(b'{"message":"Unauthorized","error":401}', 401)
    if fields.get("grant_type") != "client_credentials":
        return Response(b'{"error":"unsupported_grant_type"}')
    return _json({"access_token": TOKEN, "token_type": "bearer", "expires_in": 86_400,
                  "scope": "*"})  # fmt: skip


def _json(told: object) -> Response:
    return Response(json.dumps(told).encode(), kind="application/json; charset=UTF-8")
