"""YouTube: feeds of channels, videos, threads of comments with five replies inline."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from xml.sax.saxutils import escape

from internet.invent import Mix, happenings
from internet.script import Item, Script
from internet.world import Happening, Limit, Request, Response

API, SITE = "www.googleapis.com", "www.youtube.com"
CHANNELS = {"UCinvented0001": "Shorelab", "UCinvented0002": "Berth by Berth"}
KEY = "invented-key"
FEED, INLINE = 15, 5
VISITS = (0.25, 1, 4, 12, 24, 48, 96, 168)  # hours after which a video's comments are read
SLACK = timedelta(minutes=30)
TALK = timedelta(days=6)  # after which nobody says anything more about a video
REFRESHED = 26  # days: refreshed 28 days after, kept for 30 more, and the last look after 31


class YouTube:
    """Two channels. Under one video in seven comments are closed."""

    name: ClassVar[str] = "youtube"
    hosts: ClassVar[tuple[str, ...]] = (API, SITE)
    limit: ClassVar[Limit] = Limit(120, 60.0, 2)
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        mix = Mix(per_day=60, places=tuple(CHANNELS), replies=0.9, bare=0, late=0, private=0)
        late = max(0, days - REFRESHED)  # nothing may be so old that its words must have gone
        start += timedelta(days=late)
        told = happenings(seed, self.name, start, days - late, mix=mix)
        self.parents = {one.key: one.parent for one in told if one.act == "publish"}
        times = {one.key: one.at for one in told if one.act == "publish"}
        self.happenings = [one for one in told if one.act == "leave"
                           or times[one.key] - times[self._root(one.key)] <= TALK]  # fmt: skip
        self.script = Script(self.happenings)

    def respond(self, request: Request, now: datetime) -> Response:
        """A feed, or an answer of the API to whoever has a key."""
        if request.host == SITE and request.path == "/feeds/videos.xml":
            return self._feed(request.get("channel_id"), now)
        if request.get("key") != KEY:
            return _refusal(400, "keyInvalid", "API key not valid. Please pass a valid API key.")
        method = request.path.removeprefix("/youtube/v3/")
        if method == "videos":
            wanted = request.get("id").split(",")
            found = [one for one in self._here(now) if not one.parent and _video(one.key) in wanted]
            return _list("videoListResponse", [_as_video(one) for one in found])
        if method == "commentThreads":
            return self._threads(request, now)
        if method == "comments":
            return self._comments(request, now)
        return _refusal(404, "notFound", "Not found")

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """There is none."""
        return iter(())

    def due(self, now: datetime) -> Mapping[str, str]:
        """Videos, and the comments that stood when they were last read."""
        found: dict[str, str] = {}
        for one in self._here(now):
            root = self.script.items(now)[one.root]
            seen = [root.at + timedelta(hours=hours) for hours in VISITS]
            if not one.parent:
                found[f"youtube:{_video(one.key)}"] = f"{one.title}\n\n{one.text}"
            elif not _closed(root) and any(one.shown <= at <= now - SLACK for at in seen):
                found[f"youtube:{_video(one.root)}/{self.comment(one)}"] = one.text
        return found

    def sources(self) -> Sequence[Mapping[str, object]]:
        """Both channels."""
        return [{"name": "youtube", "kind": "youtube", "key": KEY, "channels": dict(CHANNELS)}]

    def _root(self, key: str) -> str:
        while self.parents[key]:
            key = self.parents[key]
        return key

    def thread(self, one: Item) -> str:
        """The key of the comment that opens the thread of a comment."""
        key = one.key
        while self.parents[self.parents[key]]:
            key = self.parents[key]
        return key

    def comment(self, one: Item) -> str:
        """The id of a comment; a reply's begins with its thread's."""
        top = f"Ug{self.thread(one)}AaABAg"
        return top if self.thread(one) == one.key else f"{top}.{one.key}"

    def _here(self, now: datetime) -> list[Item]:
        """What stands: its video and the comment above all others too."""
        items = self.script.items(now)
        return [one for one in items.values() if one.live and items[one.root].live
                and (not one.parent or items[self.thread(one)].live)]  # fmt: skip

    def _feed(self, channel: str, now: datetime) -> Response:
        if channel not in CHANNELS:
            return Response(b"<html>404</html>", 404, "text/html")
        videos = [one for one in self._here(now) if one.place == channel and not one.parent]
        entries = "".join(
            f"<entry><id>yt:video:{_video(one.key)}</id><yt:videoId>{_video(one.key)}</yt:videoId>"
            f"<yt:channelId>{channel}</yt:channelId><title>{escape(one.title)}</title>"
            f"<published>{one.at:%Y-%m-%dT%H:%M:%S+00:00}</published></entry>"
            for one in videos[::-1][:FEED]
        )
        head = ('<?xml version="1.0" encoding="UTF-8"?>\n<feed '
                'xmlns:yt="http://www.youtube.com/xml/schemas/2015" '
                'xmlns="http://www.w3.org/2005/Atom">')  # fmt: skip
        body = f"{head}<title>{CHANNELS[channel]}</title>{entries}</feed>"
        return Response(body.encode(), kind="text/xml; charset=UTF-8")

    def _threads(self, request: Request, now: datetime) -> Response:
        here = self._here(now)
        video = next((one for one in here if _video(one.key) == request.get("videoId")), None)
        if video is None:
            return _refusal(404, "videoNotFound", "The video cannot be found.")
        if _closed(video):
            return _refusal(403, "commentsDisabled", "The video has disabled comments.")
        below = [one for one in here if one.root == video.key and one.parent]
        tops = [one for one in below if self.thread(one) == one.key][::-1]
        start, size = int(request.get("pageToken", "0")), int(request.get("maxResults", "20"))
        told = []
        for top in tops[start : start + size]:
            replies = [one for one in below if self.thread(one) == top.key and one is not top]
            told.append(self._thread(video, top, replies))
        token = str(start + size) if start + size < len(tops) else ""
        return _list("commentThreadListResponse", told, token)

    def _thread(self, video: Item, top: Item, replies: list[Item]) -> dict[str, Any]:
        told: dict[str, Any] = {
            "kind": "youtube#commentThread", "id": self.comment(top),
            "snippet": {"channelId": video.place, "videoId": _video(video.key),
                        "topLevelComment": self._comment(top), "canReply": True,
                        "totalReplyCount": len(replies), "isPublic": True},
        }  # fmt: skip
        if replies:
            told["replies"] = {"comments": [self._comment(one) for one in replies[-INLINE:]]}
        return told

    def _comments(self, request: Request, now: datetime) -> Response:
        here = [one for one in self._here(now) if one.parent]
        if request.get("parentId"):
            found = [one for one in here if self.comment(one).startswith(request.get("parentId"))
                     and self.thread(one) != one.key]  # fmt: skip
        else:
            wanted = request.get("id").split(",")
            found = [one for one in here if self.comment(one) in wanted]
        return _list("commentListResponse", [self._comment(one) for one in found])

    def _comment(self, one: Item) -> dict[str, Any]:
        snippet: dict[str, Any] = {
            "channelId": one.place, "textDisplay": one.text, "textOriginal": one.text,
            "authorDisplayName": f"@{one.author}", "authorChannelId": {"value": f"UC{one.author}"},
            "likeCount": one.number % 7, "publishedAt": _time(one.at),
            "updatedAt": _time(one.edited or one.at),
        }  # fmt: skip
        if self.thread(one) != one.key:
            snippet["parentId"] = f"Ug{self.thread(one)}AaABAg"
        return {"kind": "youtube#comment", "id": self.comment(one), "snippet": snippet}


def _video(key: str) -> str:
    return f"v{key}xy"


def _closed(video: Item) -> bool:
    return video.number % 7 == 6


def _as_video(one: Item) -> dict[str, Any]:
    return {
        "kind": "youtube#video", "id": _video(one.key),
        "snippet": {"publishedAt": _time(one.at), "channelId": one.place, "title": one.title,
                    "description": one.text, "channelTitle": CHANNELS[one.place],
                    "defaultAudioLanguage": "en-GB"},
        "statistics": {"viewCount": str(one.number * 9), "likeCount": "4", "commentCount": "2"},
    }  # fmt: skip


def _list(kind: str, items: list[dict[str, Any]], token: str = "") -> Response:
    told: dict[str, Any] = {"kind": f"youtube#{kind}", "etag": "x",
                            "pageInfo": {"totalResults": len(items), "resultsPerPage": len(items)},
                            "items": items}  # fmt: skip
    if token:
        told["nextPageToken"] = token
    return Response(json.dumps(told).encode(), kind="application/json; charset=UTF-8")


def _refusal(code: int, reason: str, message: str) -> Response:
    error = {"code": code, "message": message,
             "errors": [{"domain": "youtube", "reason": reason, "message": message}]}  # fmt: skip
    return Response(json.dumps({"error": error}).encode(), code)


def _time(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
