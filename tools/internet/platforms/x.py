"""X: the recent search, which sells posts one by one, seven days back."""

from __future__ import annotations

import html as markup
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from internet.invent import Mix, dice, happenings
from internet.script import Item, Script
from internet.world import Happening, Limit, Request, Response

TOKEN = "invented-token"
REACH = timedelta(days=7)
KEPT = timedelta(hours=24)
BEGAN = datetime(2010, 11, 4, 1, 42, 54, 657_000, tzinfo=UTC)  # when ids began to count


class X:
    """Everything posted matches. `sold` counts the posts that were given out."""

    name: ClassVar[str] = "x"
    hosts: ClassVar[tuple[str, ...]] = ("api.x.com",)
    limit: ClassVar[Limit] = Limit(450, 900.0, 2)
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        mix = Mix(per_day=80, places=("x.com",), titles="none", bare=0, edits=0, deletes=0,
                  leaves=0, private=0, late=0, equal=0)  # fmt: skip
        self.happenings = happenings(seed, self.name, start, days, mix=mix)
        self.script = Script(self.happenings)
        self.ids = {one.key: _id(one.at, number) for number, one in enumerate(self.happenings)}
        self.seed = seed
        self.sold = 0

    def respond(self, request: Request, now: datetime) -> Response:
        """A page of posts, newest first, or a refusal."""
        if request.path != "/2/tweets/search/recent":
            return _problem(404, "Not Found Error", "Not Found")
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _problem(401, "Unauthorized", "Unauthorized")
        since, until = request.get("since_id"), request.get("until_id")
        size = int(request.get("max_results", "10"))
        if since and _when(int(since)) < now - REACH:
            return _problem(400, "Invalid Request", "'since_id' must be a post id created after")
        if not 10 <= size <= 100:
            return _problem(400, "Invalid Request", "The `max_results` query parameter value")
        begin = request.get("start_time")
        start = datetime.fromisoformat(begin) if begin else now - REACH
        found = [one for one in self.script.live(now) if one.at >= start
                 and (not since or int(self.ids[one.key]) > int(since))
                 and (not until or int(self.ids[one.key]) < int(until))][::-1]  # fmt: skip
        page = found[:size]
        self.sold += len(page)
        meta: dict[str, Any] = {"result_count": len(page)}
        told: dict[str, Any] = {"meta": meta}
        if page:
            meta |= {"newest_id": self.ids[page[0].key], "oldest_id": self.ids[page[-1].key]}
            told = {"data": [self._post(one) for one in page], "meta": meta}
        if len(found) > size:
            meta["next_token"] = f"b26v89c19zqg8o3f{len(found)}"
        if page and now.minute % 4 == 0:
            told["errors"] = [{"title": "Not Found Error", "detail": "Could not find post",
                               "parameter": "referenced_tweets.id", "value": "1"}]  # fmt: skip
        return Response(json.dumps(told).encode())

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """There is none."""
        return iter(())

    def due(self, now: datetime) -> Mapping[str, str]:
        """Every post that is no repost; its words for a day."""
        return {f"twitter:{self.ids[one.key]}": one.text.strip() if now - one.at <= KEPT else ""
                for one in self.script.due(now) if not _copy(one)}  # fmt: skip

    def sources(self) -> Sequence[Mapping[str, object]]:
        """One query, and money enough."""
        return [{"name": "x", "kind": "x", "query": "quay", "token": TOKEN, "ceiling": 100_000}]

    def _post(self, one: Item) -> dict[str, Any]:
        text = markup.escape(one.text, quote=False)
        told: dict[str, Any] = {
            "id": self.ids[one.key], "text": text[:280], "edit_history_tweet_ids": ["1"],
            "author_id": str(dice(self.seed, self.name, one.author).randrange(10**9)),
            "conversation_id": self.ids[one.root], "lang": "en" if one.number % 9 else "qme",
            "created_at": one.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "public_metrics": {"retweet_count": 1, "reply_count": 0, "like_count": one.number % 50,
                               "quote_count": 0, "impression_count": 90},
        }  # fmt: skip
        if len(text) > 280:
            told["note_tweet"] = {"text": text}
        if _copy(one):
            told["referenced_tweets"] = [{"type": "retweeted", "id": "1"}]
        elif one.parent:
            told["referenced_tweets"] = [{"type": "replied_to", "id": self.ids[one.parent]}]
        return told


def _copy(one: Item) -> bool:
    return one.number % 11 == 10 and not one.parent


def _id(at: datetime, number: int) -> str:
    return str((int((at - BEGAN) / timedelta(milliseconds=1)) << 22) + number % 4096)


def _when(native: int) -> datetime:
    return BEGAN + timedelta(milliseconds=native >> 22)


def _problem(status: int, title: str, detail: str) -> Response:
    told = {"title": title, "detail": detail, "type": "about:blank", "status": status}
    return Response(json.dumps(told).encode(), status, "application/problem+json")
