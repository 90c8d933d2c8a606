"""GitHub: two repositories with tickets, comments, reviews, discussions and a watched file."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlencode

from internet.graphql import TOKEN, Talks
from internet.invent import Mix, dice, happenings
from internet.script import Item, Script
from internet.world import Happening, Limit, Request, Response

REPOS = ("example/quay", "example/berth")
WATCHED = "CONTRIBUTING.md"
PAGE, EVENTS = 100, 300
API = "https://api.github.com"
REPO = re.compile(r"/repos/([\w-]+/[\w-]+)(?:/(.*))?")
ASKED = "<!-- Please say what you did, and what happened. -->\n"
ROLES = ("NONE", "CONTRIBUTOR", "MEMBER", "FIRST_TIME_CONTRIBUTOR", "OWNER", "NONE")
BOT = {"login": "tidebot[bot]", "id": 77, "type": "Bot"}


class GitHub:
    """Two repositories. Issues can be deleted, with all below; closed accounts leave ghosts."""

    name: ClassVar[str] = "github"
    hosts: ClassVar[tuple[str, ...]] = ("api.github.com",)
    limit: ClassVar[Limit] = Limit(900, 60.0, 4)
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        mix = Mix(
            per_day=40,
            places=REPOS,
            replies=0.7,
            bare=0.1,
            late=0,
            private=0,
            edits=0.1,
            deletes=0.06,
            people=30,
            leaves=2,
        )
        self.happenings = happenings(seed, self.name, start, days, mix=mix)
        self.script = Script(self.happenings)
        self.seed, self.start = seed, start
        self.numbers: dict[str, int] = {}
        count: defaultdict[str, int] = defaultdict(int)
        for one in self.happenings:
            if one.act == "publish" and not one.parent:
                count[one.place] += 1
                self.numbers[one.key] = count[one.place]

    def respond(self, request: Request, now: datetime) -> Response:
        """An answer of the REST API or of GraphQL, or one of their refusals."""
        if request.path == "/graphql":
            return self._talks(now).respond(request)
        found = REPO.fullmatch(request.path)
        if found is None or found[1] not in REPOS:
            return _refused(404, "Not Found")
        repo, path = found[1], found[2] or ""
        if not path:
            return _told({"full_name": repo, "private": False})
        here = {one.key: one for one in self._here(now) if one.place == repo}
        listed = self._list(path, here, request, now)
        if listed is not None:
            return self._page(listed, request)
        one = self._one(path, here, now)
        return _told(one) if one is not None else _refused(404, "Not Found")

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """There is none."""
        return iter(())

    def due(self, now: datetime) -> Mapping[str, str]:
        """Tickets and discussions, and what people answered."""
        return {
            f"github:{one.place}{self.native(one)}": "\n\n".join(
                filter(None, (one.title, one.text))
            )
            for one in self._here(now)
            if not self.bot(one) and (not one.parent or one.text)
        } | {
            f"github:{repo}@{sha}": message
            for repo in REPOS
            for sha, message, at in self._commits(repo)
            if at <= now
        }

    def sources(self) -> Sequence[Mapping[str, object]]:
        """Both repositories, with the token this internet gives out, and the watched file."""
        return [
            {
                "name": "github",
                "kind": "github",
                "repos": list(REPOS),
                "token": TOKEN,
                "watched": [WATCHED],
            }
        ]

    def sort(self, one: Item) -> str:
        """Roots are issues, changes and discussions; what hangs on each is what it can be."""
        if not one.parent:
            return ("issue", "change", "issue", "discussion", "change")[self.numbers[one.key] % 5]
        root = ("issue", "change", "issue", "discussion", "change")[self.numbers[one.root] % 5]
        if root == "discussion":
            return "answer"
        return "comment" if root == "issue" else ("comment", "review", "line")[int(one.key) % 3]

    def native(self, one: Item) -> str:
        """What an item is called within its repository."""
        number, sort = self.numbers[one.root], self.sort(one)
        tails = {"comment": f"/c{one.key}", "review": f"/r{one.key}", "line": f"/r9c{one.key}",
                 "answer": f"/c{one.key}"}  # fmt: skip
        talk = "d" if sort in ("discussion", "answer") else ""
        return f"#{talk}{number}{tails.get(sort, '')}"

    def bot(self, one: Item) -> bool:
        """Some answers are a machine's."""
        return bool(one.parent) and one.number % 9 == 4

    def closed(self, one: Item) -> datetime:
        """When a ticket was, or will be, closed."""
        hours = 5 + dice(self.seed, "closed", one.key).randrange(200)
        return one.at + timedelta(hours=hours)

    def _talks(self, now: datetime) -> Talks:
        items = self.script.items(now)
        mine = {key: one for key, one in items.items()
                if self.sort(one) in ("discussion", "answer")}  # fmt: skip
        return Talks(REPOS, mine, lambda one: self.numbers[one.root], self._user)

    def _here(self, now: datetime) -> list[Item]:
        """What can be read: nothing below a deleted root."""
        items = self.script.items(now)
        return [
            one
            for one in items.values()
            if one.standing != "deleted" and items[one.root].standing != "deleted"
        ]

    def _list(
        self, path: str, here: Mapping[str, Item], request: Request, now: datetime
    ) -> list[dict[str, Any]] | None:
        since = request.get("since")
        if path == "issues":
            told = [
                self._ticket(one, here, now)
                for one in here.values()
                if self.sort(one) in ("issue", "change")
            ]
            return _moved(told, since)
        if path in ("issues/comments", "pulls/comments"):
            wanted = "comment" if path.startswith("issues") else "line"
            told = [self._reply(one, now) for one in here.values() if self.sort(one) == wanted]
            return _moved(told, since)
        if found := re.fullmatch(r"pulls/(\d+)/reviews", path):
            return [
                self._reply(one, now)
                for one in here.values()
                if self.sort(one) == "review" and str(self.numbers[one.root]) == found[1]
            ]
        if path == "events":
            return self._events(here)
        if path == "commits":
            repo = next(iter(REPOS)) if REPOS[0] in request.path else REPOS[1]
            watched = request.get("path") == WATCHED
            return [
                _commit(sha, message, at)
                for sha, message, at in self._commits(repo)
                if watched and at <= now and (not since or _iso(at) >= since)
            ][::-1]
        return None

    def _one(self, path: str, here: Mapping[str, Item], now: datetime) -> dict[str, Any] | None:
        for one in here.values():
            number, sort = self.numbers[one.root], self.sort(one)
            places = {
                "issue": f"issues/{number}",
                "change": f"issues/{number}",
                "comment": f"issues/comments/{one.key}",
                "line": f"pulls/comments/{one.key}",
                "review": f"pulls/{number}/reviews/{one.key}",
            }
            if places.get(sort) == path:
                roots = sort in ("issue", "change")
                return self._ticket(one, here, now) if roots else self._reply(one, now)
        return None

    def _ticket(self, one: Item, here: Mapping[str, Item], now: datetime) -> dict[str, Any]:
        number, base = self.numbers[one.key], f"{API}/repos/{one.place}"
        below = [other for other in here.values() if other.root == one.key and other is not one]
        closed = self.closed(one) if self.closed(one) <= now else None
        moved = max([one.edited or one.at, *(other.at for other in below), closed or one.at])
        change = self.sort(one) == "change"
        merged = _iso(closed) if closed and number % 3 else None
        told = self._shared(one) | {
            "id": int(one.key),
            "number": number,
            "title": one.title,
            "url": f"{base}/issues/{number}",
            "repository_url": base,
            "labels": [{"name": "tide"}] if number % 4 == 0 else [],
            "html_url": f"https://github.com/{one.place}/{'pull' if change else 'issues'}/{number}",
            "state": "closed" if closed else "open",
            "comments": len(below),
            "updated_at": _iso(moved),
            "closed_at": _iso(closed) if closed else None,
        }
        if change:
            told["pull_request"] = {"url": f"{base}/pulls/{number}", "merged_at": merged}
        return told

    def _reply(self, one: Item, now: datetime) -> dict[str, Any]:
        number, base = self.numbers[one.root], f"{API}/repos/{one.place}"
        told = self._shared(one) | {"id": int(one.key), "updated_at": _iso(one.edited or one.at)}
        sort = self.sort(one)
        page = f"https://github.com/{one.place}/pull/{number}"
        if sort == "review":
            del told["created_at"], told["updated_at"]
            return told | {
                "submitted_at": _iso(one.at),
                "state": "COMMENTED",
                "pull_request_url": f"{base}/pulls/{number}",
                "html_url": f"{page}#pullrequestreview-{one.key}",
            }
        if sort == "line":
            return told | {
                "pull_request_review_id": 9,
                "path": "tide.c",
                "pull_request_url": f"{base}/pulls/{number}",
                "html_url": f"{page}#discussion_r{one.key}",
            }
        return told | {
            "issue_url": f"{base}/issues/{number}",
            "html_url": f"https://github.com/{one.place}/issues/{number}#issuecomment-{one.key}",
        }

    def _user(self, one: Item) -> dict[str, Any] | None:
        """Who wrote an item; nobody where the account was closed."""
        if self.bot(one):
            return BOT
        if one.standing == "left":
            return None
        number = dice(self.seed, self.name, one.author).randrange(1_000, 99_999_999)
        return {"login": one.author, "id": number, "type": "User"}

    def _shared(self, one: Item) -> dict[str, Any]:
        chance = dice(self.seed, self.name, one.author)
        return {
            "node_id": f"X_{one.key}",
            "user": self._user(one),
            "author_association": ROLES[chance.randrange(len(ROLES))],
            "body": None if not one.text else (ASKED if not one.parent else "") + one.text,
            "created_at": _iso(one.at),
            "reactions": {"total_count": one.number % 5, "+1": 0},
        }

    def _events(self, here: Mapping[str, Item]) -> list[dict[str, Any]]:
        """Newest first, at most 300: pushes say little, discussions are told as they began."""
        told = []
        for one in here.values():
            if one.parent or self.sort(one) != "discussion":
                kind, payload = "PushEvent", {"push_id": one.number, "ref": "refs/heads/main"}
            else:
                kind = "DiscussionEvent"
                payload = {
                    "action": "created",
                    "discussion": self._shared(one)
                    | {"number": self.numbers[one.key], "title": one.title, "comments": 0},
                }
            told.append(
                {
                    "id": f"{(one.number * 7919) % 10**8:011}",
                    "type": kind,
                    "actor": {"id": 1, "login": "x"},
                    "repo": {"id": 1, "name": one.place},
                    "payload": payload,
                    "public": True,
                    "created_at": _iso(one.at),
                }
            )
        return sorted(told, key=lambda one: str(one["created_at"]), reverse=True)[:EVENTS]

    def _commits(self, repo: str) -> list[tuple[str, str, datetime]]:
        """What was done to the watched file, oldest first."""
        chance = dice(self.seed, "commits", repo)
        return [
            (f"{chance.getrandbits(160):040x}", message, self.start + timedelta(days=days))
            for days, message in ((1, "Ask for the version"), (9, "Say how long an answer takes"))
        ]

    def _page(self, told: list[dict[str, Any]], request: Request) -> Response:
        size, number = int(request.get("per_page", "30")), int(request.get("page", "1"))
        if size > PAGE:
            size = PAGE
        part = told[(number - 1) * size : number * size]
        headers = {"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "58"}
        if len(told) > number * size:
            query = [(k, v) for k, v in request.query if k != "page"] + [("page", str(number + 1))]
            headers["Link"] = f'<{API}{request.path}?{urlencode(query)}>; rel="next"'
        return Response(
            json.dumps(part).encode(), kind="application/json; charset=utf-8", headers=headers
        )


def _moved(told: list[dict[str, Any]], since: str) -> list[dict[str, Any]]:
    """What moved at or after a time, oldest first."""
    found = [one for one in told if one["updated_at"] >= since]
    return sorted(found, key=lambda one: (one["updated_at"], one["id"]))


def _commit(sha: str, message: str, at: datetime) -> dict[str, Any]:
    signed = {"name": "Ines Marlow", "email": "ines@example.org", "date": _iso(at)}
    return {
        "sha": sha,
        "author": {"login": "ines", "id": 5, "type": "User"},
        "commit": {"message": message, "author": signed, "committer": signed},
        "html_url": f"https://github.com/x/commit/{sha}",
    }


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _told(data: object) -> Response:
    return Response(json.dumps(data).encode(), kind="application/json; charset=utf-8")


def _refused(status: int, message: str) -> Response:
    told = {"message": message, "documentation_url": "https://docs.github.com/rest"}
    return Response(json.dumps(told).encode(), status, "application/json; charset=utf-8")
