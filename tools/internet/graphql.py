"""GitHub's GraphQL as far as discussions go: which moved, one of them whole, replies to an answer.

The questions are not parsed: what they ask for and how many of each is read off their words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from internet.script import Item
from internet.world import Request, Response

TOKEN = "an-invented-token"
FIRST = re.compile(r"\b(discussions|comments|replies)\(first: (\d+)")
ROLES = ("NONE", "CONTRIBUTOR", "MEMBER")

Node = dict[str, Any]


class Talks:
    """The discussions of `repos` as they stand at an instant.

    `items` is everything that was ever shown, deleted items too, by key; `number` gives a
    discussion its number; `user` says who wrote an item, None for a closed account.
    """

    def __init__(
        self, repos: Sequence[str], items: Mapping[str, Item], number: Callable[[Item], int],
        user: Callable[[Item], Mapping[str, Any] | None],
    ) -> None:  # fmt: skip
        self.repos = repos
        self.items = items
        self.number = number
        self.user = user

    def respond(self, request: Request) -> Response:
        """An answer, or a refusal, both with status 200; without a token 401."""
        if request.method != "POST" or request.headers.get("authorization") != f"Bearer {TOKEN}":
            return Response(b'{"message":"This endpoint requires you to be authenticated."}', 401)
        asked = json.loads(request.body)
        sizes = {what: int(size) for what, size in FIRST.findall(asked["query"])}
        told = asked["variables"]
        if "node(id" in asked["query"]:
            comment = self.items.get(str(told["id"]).removeprefix("DC_"))
            if comment is None:
                return refused("NOT_FOUND", ["node"], "Could not resolve to a node")
            return _json({"data": {"node": {"replies": self._replies(comment, sizes, told)}}})
        repo = f"{told['owner']}/{told['name']}"
        if repo not in self.repos:
            return refused("NOT_FOUND", ["repository"], "Could not resolve to a Repository")
        if "number" not in told:
            return _json({"data": {"repository": {"discussions": self._moved(repo, sizes, told)}}})
        found = [one for one in self._roots(repo) if self.number(one) == told["number"]]
        if not found:
            message = "Could not resolve to a Discussion with that number"
            return refused("NOT_FOUND", ["repository", "discussion"], message)
        return _json({"data": {"repository": {"discussion": self._whole(found[0], sizes, told)}}})

    def moved(self, root: Item) -> datetime:
        """When a discussion moved last: when it was edited, or answered."""
        below = (one.at for one in self._below(root) if one.standing != "deleted")
        return max([root.edited or root.at, *below])

    def _roots(self, repo: str) -> list[Item]:
        return [one for one in self.items.values()
                if not one.parent and one.place == repo and one.standing != "deleted"]  # fmt: skip

    def _below(self, root: Item) -> list[Item]:
        found = [one for one in self.items.values() if one.root == root.key and one is not root]
        return sorted(found, key=lambda one: (one.at, one.number))

    def _moved(self, repo: str, sizes: Mapping[str, int], told: Mapping[str, Any]) -> Node:
        roots = sorted(self._roots(repo), key=self.moved, reverse=True)
        nodes = [{"number": self.number(one), "updatedAt": _iso(self.moved(one))} for one in roots]
        return _page(nodes, sizes["discussions"], told.get("after"))

    def _whole(self, root: Item, sizes: Mapping[str, int], told: Mapping[str, Any]) -> Node:
        comments = [
            self._words(one) | {"id": f"DC_{one.key}", "replies": self._replies(one, sizes, {})}
            for one in self._below(root)
            if one.parent == root.key and (one.standing != "deleted" or self._answers(one))
        ]
        listed = _page(comments, sizes["comments"], told.get("after"))
        return self._words(root) | {
            "number": self.number(root),
            "title": root.title,
            "comments": listed | {"totalCount": len(comments)},
        }

    def _answers(self, comment: Item) -> list[Item]:
        """What answers a comment, and what answers those: there are two levels, no more."""
        return [one for one in self._below(self.items[comment.root])
                if one.standing != "deleted" and one is not comment
                and self._top(one) is comment]  # fmt: skip

    def _top(self, one: Item) -> Item:
        while one.parent in self.items and one.parent != one.root:
            one = self.items[one.parent]
        return one

    def _replies(self, comment: Item, sizes: Mapping[str, int], told: Mapping[str, Any]) -> Node:
        nodes = [self._words(one) for one in self._answers(comment)]
        return _page(nodes, sizes["replies"], told.get("after"))

    def _words(self, one: Item) -> Node:
        gone = one.standing == "deleted"
        user = None if gone else self.user(one)
        return {
            "databaseId": int(one.key),
            "body": "" if gone else one.text,
            "url": f"https://github.com/{one.place}/discussions/{self.number(one)}",
            "createdAt": _iso(one.at),
            "deletedAt": _iso(one.changed) if gone else None,
            "authorAssociation": ROLES[one.number % len(ROLES)],
            "reactions": {"totalCount": one.number % 5},
            "author": user and {
                "__typename": user["type"], "login": user["login"], "databaseId": user["id"],
            },
        }  # fmt: skip


def refused(kind: str, path: Sequence[str], message: str) -> Response:
    """A refusal as GraphQL tells it: with status 200."""
    return _json({"data": {path[0]: None},
                  "errors": [{"type": kind, "path": path, "message": message}]})  # fmt: skip


def _page(nodes: Sequence[Node], size: int, after: str | None) -> Node:
    begin = int(after.removeprefix("at:")) if after else 0
    end = begin + size
    more = end < len(nodes)
    paged = {"hasNextPage": more, "endCursor": f"at:{end}" if more else None}
    return {"nodes": list(nodes[begin:end]), "pageInfo": paged}


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _json(told: object) -> Response:
    headers = {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "4990"}
    return Response(json.dumps(told).encode(), kind="application/json; charset=utf-8",
                    headers=headers)  # fmt: skip
