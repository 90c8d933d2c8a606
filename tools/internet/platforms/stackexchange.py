"""Stack Exchange: questions by activity, what hangs on them, and waits asked for in the body."""

from __future__ import annotations

import html as markup
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from internet.invent import Mix, dice, handle, happenings, html
from internet.script import Item, Script
from internet.world import Happening, Limit, Request, Response

CHILDREN = re.compile(r"/2\.3/(questions|answers)/([\d;]+)/(answers|comments)")
BY_ID = re.compile(r"/2\.3/(questions|answers|comments)/([\d;]+)")
TAGS = ("berths", "gauges", "tides")
PAGE = 100


class StackExchange:
    """One site. Accounts that are closed leave their posts behind without an owner."""

    name: ClassVar[str] = "stackexchange"
    hosts: ClassVar[tuple[str, ...]] = ("api.stackexchange.com",)
    limit: ClassVar[Limit] = Limit(120, 60.0, 2)
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        mix = Mix(
            per_day=60,
            places=TAGS,
            replies=0.65,
            bare=0,
            late=0,
            private=0,
            edits=0.1,
            people=25,
            leaves=3,
        )
        self.happenings = happenings(seed, self.name, start, days, mix=mix)
        self.script = Script(self.happenings)
        self.parents = {one.key: one.parent for one in self.happenings if one.act == "publish"}
        self.seed = seed

    def respond(self, request: Request, now: datetime) -> Response:
        """A wrapper with items, or a refusal in its own words."""
        if request.get("site") != "harbours":
            return _refusal(400, "bad_parameter", "No site found for name")
        if int(request.get("page", "1")) > 25 and not request.get("key"):
            return _refusal(403, "access_denied", "page above 25 requires access token or app key")
        if request.path in ("/2.3/questions", "/2.3/search"):
            return self._questions(request, now)
        if found := CHILDREN.fullmatch(request.path):
            letter = "a" if found[3] == "answers" else "c"
            above = set(found[2].split(";"))
            items = [one for one in self._here(now) if self.letter(one) == letter
                     and self.post(one) in above]  # fmt: skip
            return self._page(items, request, now)
        if found := BY_ID.fullmatch(request.path):
            wanted = set(found[2].split(";"))
            items = [one for one in self._here(now)
                     if one.key in wanted and self.letter(one) == found[1][0]]  # fmt: skip
            return self._page(items, request, now)
        return _refusal(404, "no_method", "no method found with this name")

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """There is none."""
        return iter(())

    def due(self, now: datetime) -> Mapping[str, str]:
        """Questions and answers; a comment does not bring its question up, so none is due."""
        return {
            f"stackexchange:harbours/{self.letter(one)}{one.key}": _body(one)
            for one in self._here(now)
            if self.letter(one) != "c"
        }

    def sources(self) -> Sequence[Mapping[str, object]]:
        """One site, without comments."""
        return [{"name": "stackexchange", "kind": "stackexchange", "site": "harbours",
                 "comments": False}]  # fmt: skip

    def letter(self, one: Item) -> str:
        """Questions, answers to questions, and comments on either."""
        return self._letter(one.key)

    def post(self, one: Item) -> str:
        """The question or answer that an answer or comment belongs to."""
        key = one.parent
        while self._letter(key) == "c":
            key = self.parents[key]
        return key

    def _letter(self, key: str) -> str:
        above = self.parents[key]
        if not above:
            return "q"
        return "a" if not self.parents[above] and int(key) % 4 else "c"

    def _here(self, now: datetime) -> list[Item]:
        """What can be read: not what was deleted, nor what hangs on a deleted post."""
        items = self.script.items(now)
        standing = [one for one in items.values() if one.standing != "deleted"]
        keys = {one.key for one in standing}

        def whole(one: Item) -> bool:
            while one.parent:
                if one.parent not in keys:
                    return False
                one = items[one.parent]
            return True

        return [one for one in standing if whole(one)]

    def _questions(self, request: Request, now: datetime) -> Response:
        here = self._here(now)
        active = {one.key: self._active(one, here) for one in here if self.letter(one) == "q"}
        by_activity = request.get("sort", "activity") == "activity"
        times = {one.key: active[one.key] if by_activity else int(one.at.timestamp())
                 for one in here if one.key in active}  # fmt: skip
        least, most = int(request.get("min", "0")), int(request.get("max", "9999999999"))
        tagged = set(request.get("tagged").split(";")) - {""}
        found = [one for one in here if one.key in times and least <= times[one.key] <= most
                 and (not tagged or one.place in tagged)]  # fmt: skip
        found.sort(key=lambda one: (times[one.key], one.number),
                   reverse=request.get("order", "desc") == "desc")  # fmt: skip
        return self._page(found, request, now, active)

    def _active(self, question: Item, here: Iterable[Item]) -> int:
        family = [question]
        family += [one for one in here if one.parent == question.key and self.letter(one) == "a"]
        return int(max(one.edited or one.at for one in family).timestamp())

    def _page(
        self, items: Sequence[Item], request: Request, now: datetime,
        active: Mapping[str, int] | None = None,
    ) -> Response:  # fmt: skip
        size, number = int(request.get("pagesize", "30")), int(request.get("page", "1"))
        if size > PAGE:
            return _refusal(400, "bad_parameter", "pagesize")
        if active is None:
            active = {}
        page = items[(number - 1) * size : number * size]
        told: dict[str, Any] = {
            "items": [self._item(one, active.get(one.key), now) for one in page],
            "has_more": len(items) > number * size,
            "quota_max": 300,
            "quota_remaining": 221,
        }
        if now.minute % 7 == 3:
            told["backoff"] = 10
        return Response(json.dumps(told).encode(), kind="application/json; charset=utf-8")

    def _item(self, one: Item, active: int | None, now: datetime) -> dict[str, Any]:
        letter, number = self.letter(one), int(one.key)
        told: dict[str, Any] = {
            "owner": self._owner(one), "score": one.number % 9 - 2,
            "creation_date": int(one.at.timestamp()), "content_license": "CC BY-SA 4.0",
            "body": html(one.text),
        }  # fmt: skip
        if one.edited and letter != "c":
            told["last_edit_date"] = int(one.edited.timestamp())
        if letter == "q":
            told |= {
                "tags": [one.place], "is_answered": False, "view_count": one.number,
                "answer_count": 0, "question_id": number,
                "last_activity_date": active or int((one.edited or one.at).timestamp()),
                "link": f"https://harbours.stackexchange.com/questions/{number}/x",
                "title": markup.escape(one.title),
            }  # fmt: skip
        elif letter == "a":
            told |= {"answer_id": number, "question_id": int(one.parent), "is_accepted": False}
        else:
            told |= {"comment_id": number, "post_id": int(self.post(one)), "edited": False}
        return told

    def _owner(self, one: Item) -> dict[str, Any]:
        chance = dice(self.seed, self.name, one.author)
        number = chance.randrange(1000, 99999)
        if one.standing == "left":
            return {"user_type": "does_not_exist", "display_name": f"user{number}"}
        return {"account_id": number + 7, "reputation": 41, "user_id": number,
                "user_type": "registered", "display_name": handle(chance)}  # fmt: skip


def _body(one: Item) -> str:
    return "\n\n".join(part for part in (one.title, one.text) if part)


def _refusal(code: int, name: str, message: str) -> Response:
    told = {"error_id": code, "error_name": name, "error_message": message}
    return Response(json.dumps(told).encode(), 400, "application/json; charset=utf-8")
