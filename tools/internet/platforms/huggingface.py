"""Hugging Face: daily papers, and discussions whose comments can be hidden."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from internet.invent import Mix, happenings
from internet.script import Item, Script
from internet.world import Happening, Limit, Request, Response

PAPERS = "papers"
REPOS = ("models/quay/gauge", "datasets/quay/tides")
LIST = re.compile(r"/api/((?:models|datasets|spaces)/[\w.-]+/[\w.-]+)/discussions")
THREAD = re.compile(LIST.pattern + r"/(\d+)")
PAPER = re.compile(r"/api/papers/([\d.]+)")
PAGE = 10


class HuggingFace:
    """Papers and discussions. Accounts that are closed leave their words behind, without a name."""

    name: ClassVar[str] = "huggingface"
    hosts: ClassVar[tuple[str, ...]] = ("huggingface.co",)
    limit: ClassVar[Limit] = Limit(500, 300.0, 2)
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        mix = Mix(per_day=30, places=(PAPERS, *REPOS), bare=0, late=0, private=0, people=30)
        self.happenings = happenings(
            seed, self.name, start, days, key=lambda n: f"{start:%y%m}.{n + 10_000:05d}", mix=mix
        )
        self.script = Script(self.happenings)
        roots = [one for one in self.happenings if one.act == "publish" and not one.parent]
        self.numbers: dict[str, int] = {}
        for place in REPOS:
            here = [one.key for one in roots if one.place == place]
            self.numbers |= {key: number for number, key in enumerate(here, 1)}

    def respond(self, request: Request, now: datetime) -> Response:
        """A day's papers, a paper, a page of discussions or one of them."""
        if request.path == "/api/daily_papers":
            return self._daily(request, now)
        if found := PAPER.fullmatch(request.path):
            one = self.script.items(now).get(found[1])
            return _json(_paper(one)) if one and _here(one) and not one.parent else _lost()
        if found := THREAD.fullmatch(request.path):
            for one in self._threads(found[1], now):
                if self.numbers[one.key] == int(found[2]):
                    return _json(self._thread(one, now))
            return _lost()
        if found := LIST.fullmatch(request.path):
            if found[1] not in REPOS:
                return Response(b'{"error":"Invalid username or password."}', 401)
            return self._list(found[1], int(request.get("p", "0")), now)
        return _lost()

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """There is none."""
        return iter(())

    def due(self, now: datetime) -> Mapping[str, str]:
        """Papers and everything said in discussions that stand."""
        found: dict[str, str] = {}
        items = self.script.items(now)
        for one in items.values():
            root = items[one.root]
            if not _here(one) or not _here(root) or (one.place == PAPERS and one.parent):
                continue
            text = " ".join(one.text.split()) if one.place == PAPERS else one.text
            found[f"huggingface:{self.native(one)}"] = "\n\n".join(filter(None, (one.title, text)))
        return found

    def native(self, one: Item) -> str:
        """What Groundswell calls an item."""
        if one.place == PAPERS:
            return f"papers/{one.key}"
        thread = f"{one.place}/{self.numbers[one.root]}"
        return f"{thread}#{_event(one)}" if one.parent else thread

    def sources(self) -> Sequence[Mapping[str, object]]:
        """Papers and two repositories."""
        return [{"name": "huggingface", "kind": "huggingface", "repos": list(REPOS)}]

    def _threads(self, repo: str, now: datetime) -> list[Item]:
        return [one for one in self.script.items(now).values()
                if one.place == repo and not one.parent and _here(one)]  # fmt: skip

    def _daily(self, request: Request, now: datetime) -> Response:
        size, page = int(request.get("limit", "50")), int(request.get("p", "0"))
        day = request.get("date")
        papers = [one for one in self.script.items(now).values()
                  if one.place == PAPERS and not one.parent and _here(one)]  # fmt: skip
        found = [one for one in papers if one.at.date().isoformat() == day]
        return _json([_listed(one, now) for one in found[page * size : (page + 1) * size]])

    def _list(self, repo: str, page: int, now: datetime) -> Response:
        threads = self._threads(repo, now)[::-1]
        told = [self._brief(one, now) for one in threads[page * PAGE : (page + 1) * PAGE]]
        return _json({"discussions": told, "count": len(threads), "start": page * PAGE,
                      "numClosedDiscussions": 0})  # fmt: skip

    def _brief(self, one: Item, now: datetime) -> dict[str, Any]:
        return {"num": self.numbers[one.key], "title": one.title, "status": "open",
                **_author(one), "isPullRequest": one.number % 5 == 0, "createdAt": _time(one.at),
                "numComments": len(self._below(one, now)) + 1}  # fmt: skip

    def _thread(self, one: Item, now: datetime) -> dict[str, Any]:
        events = [_said(item) for item in (one, *self._below(one, now))]
        changed = {"id": f"{one.number:x}e", "type": "status-change", "createdAt": _time(one.at),
                   **_author(one), "data": {"status": "open"}}  # fmt: skip
        return {**self._brief(one, now), "events": [events[0], changed, *events[1:]]}

    def _below(self, one: Item, now: datetime) -> list[Item]:
        return [item for item in self.script.items(now).values()
                if item.root == one.key and item.parent]  # fmt: skip


def _here(one: Item) -> bool:
    return one.standing != "deleted"


def _author(one: Item) -> dict[str, Any]:
    if one.standing == "left":
        return {}
    return {"author": {"name": one.author, "fullname": one.author.title(), "type": "user"}}


def _said(one: Item) -> dict[str, Any]:
    hidden = one.standing == "deleted"
    text = "This comment has been hidden" if hidden else one.text
    return {
        "id": _event(one), "type": "comment", "createdAt": _time(one.at), **_author(one),
        "data": {"edited": one.edited is not None, "hidden": hidden,
                 "latest": {"raw": text, "html": "<p></p>",
                            "updatedAt": _time(one.edited or one.at)}},
    }  # fmt: skip


def _event(one: Item) -> str:
    return f"{one.number:x}".rjust(24, "6")


def _paper(one: Item) -> dict[str, Any]:
    return {"id": one.key, "authors": [{"name": "Ada Example", "hidden": False}],
            "publishedAt": _time(one.at - timedelta(days=2)), "title": one.title,
            "submittedOnDailyAt": _time(one.at), "summary": one.text, "upvotes": one.number % 50,
            "submittedOnDailyBy": {"name": one.author, "type": "user"},
            "discussionId": _event(one)}  # fmt: skip


def _listed(one: Item, now: datetime) -> dict[str, Any]:
    votes = int((now - one.at) / timedelta(hours=1)) % 60  # they change all the time
    return {
        "paper": {**_paper(one), "upvotes": votes}, "publishedAt": _time(one.at),
        "title": one.title, "summary": one.text, "numComments": 2,
        "submittedBy": {"_id": _event(one), "name": one.author, "type": "user"},
    }  # fmt: skip


def _time(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _json(told: object) -> Response:
    return Response(json.dumps(told).encode(), kind="application/json; charset=utf-8")


def _lost() -> Response:
    return Response(b'{"error":"Sorry, we can\'t find the page you are looking for."}', 404)
