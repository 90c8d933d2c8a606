"""GH Archive: hourly files of events; some come hours late, some never."""

from __future__ import annotations

import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from internet.invent import Mix, dice, happenings
from internet.world import Happening, Limit, Request, Response

# none that the platform of github.py has: their numbers would be the same
REPO, OTHER = "example/jetty", "example/elsewhere"
FILE = re.compile(r"/(\d{4}-\d\d-\d\d)-(\d{1,2})\.json\.gz")
HOUR = timedelta(hours=1)
COMES = timedelta(minutes=8)  # after the hour
LATER = timedelta(hours=2)  # how much later some come
HEAD = "https://api.github.com/repos"


class GhArchive:
    """What happened in one repository, among much that happened elsewhere."""

    name: ClassVar[str] = "gharchive"
    hosts: ClassVar[tuple[str, ...]] = ("data.gharchive.org",)
    limit: ClassVar[Limit] = Limit(60, 60.0, 1)
    happenings: Sequence[Happening]

    def __init__(self, seed: int, start: datetime, days: int) -> None:
        mix = Mix(
            per_day=60,
            places=(REPO, OTHER),
            replies=0.7,
            bare=0.1,
            late=0,
            private=0,
            edits=0.08,
            deletes=0.08,
            leaves=0,
        )
        self.happenings = happenings(seed, self.name, start, days, mix=mix)
        self.seed, self.start, self.days = seed, start, days
        self.first = {one.key: one for one in self.happenings if one.act == "publish"}
        self.hours: defaultdict[datetime, list[Happening]] = defaultdict(list)
        for one in self.happenings:
            self.hours[one.at.replace(minute=0, second=0)].append(one)

    def respond(self, request: Request, now: datetime) -> Response:
        """A packed file, or that there is none."""
        lines = self._file(request.path, now)
        if lines is None:
            return Response(b"Not Found", 404, "text/plain")
        return Response(gzip.compress(b"\n".join([*lines, b""]), mtime=0), kind="application/gzip")

    def stream(self, request: Request, now: datetime) -> Iterator[tuple[datetime, bytes]]:
        """There is none: files are read as they are."""
        return iter(())

    def due(self, now: datetime) -> Mapping[str, str]:
        """Issues and comments whose events were in a file; change requests only as comments."""
        held: dict[str, str] = {}
        for hour in sorted(self.hours):
            if self._comes(hour) is None or now < (self._comes(hour) or now):
                continue
            for one in self.hours[hour]:
                if one.place != REPO or self.bot(one) or self.sort(one) == "change":
                    continue
                name = f"github:{REPO}{self.native(one)}"
                if one.act == "delete" and self.sort(one) == "comment":
                    held.pop(name, None)
                elif one.act != "delete":
                    held[name] = "\n\n".join(filter(None, (one.title, one.text)))
        return held

    def sources(self) -> Sequence[Mapping[str, object]]:
        """The one repository."""
        return [{"name": "gharchive", "kind": "gharchive", "repos": [REPO]}]

    def sort(self, one: Happening) -> str:
        """Roots are issues or change requests; what answers is a comment."""
        if self.first[one.key].parent:
            return "comment"
        return "change" if int(one.key) % 3 == 0 else "issue"

    def root(self, key: str) -> str:
        """The ticket of an item."""
        while above := self.first[key].parent:
            key = above
        return key

    def native(self, one: Happening) -> str:
        """What an item is called within its repository."""
        number = int(self.root(one.key)) % 100_000
        return f"#{number}" + (f"/c{one.key}" if self.sort(one) == "comment" else "")

    def bot(self, one: Happening) -> bool:
        """Some answers are a machine's."""
        return bool(self.first[one.key].parent) and int(one.key) % 11 == 4

    def never(self, hour: datetime) -> bool:
        """Whether a file never came."""
        return dice(self.seed, "never", hour.isoformat()).random() < 0.03

    def _comes(self, hour: datetime) -> datetime | None:
        """When a file comes; late ones only where nothing in them is changed soon."""
        if self.never(hour):
            return None
        late = dice(self.seed, "late", hour.isoformat()).random() < 0.15
        keys = {one.key for one in self.hours[hour]}
        soon = [
            one
            for n in range(5)
            for one in self.hours.get(hour + n * HOUR, ())
            if one.act != "publish" and one.key in keys
        ]
        return hour + HOUR + COMES + (LATER if late and not soon else timedelta())

    def _file(self, path: str, now: datetime) -> list[bytes] | None:
        found = FILE.fullmatch(path)
        if found is None or (len(found[2]) == 2 and found[2].startswith("0")):
            return None
        hour = datetime.fromisoformat(found[1]).replace(hour=int(found[2]), tzinfo=UTC)
        comes = self._comes(hour)
        end = self.start + self.days * 24 * HOUR
        if comes is None or now < comes or not self.start <= hour < end:
            return None
        noise = [_push(n, hour) for n in range(40)]
        told = [
            self._event(one)
            for one in self.hours[hour]
            if one.act != "delete" or self.sort(one) == "comment"
        ]  # nothing tells of a deleted ticket
        return [
            json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode()
            for one in [*noise[:20], *told, *noise[20:]]
        ]

    def _event(self, one: Happening) -> dict[str, Any]:
        sort, first = self.sort(one), self.first[one.key]
        number = int(self.root(one.key)) % 100_000
        user = {
            "login": "tide[bot]" if self.bot(one) else first.author,
            "id": dice(self.seed, self.name, first.author).randrange(10**6),
        }
        action = {"publish": "opened", "edit": "edited", "delete": "deleted"}[one.act]
        base = f"{HEAD}/{one.place}"
        item: dict[str, Any] = {
            "id": int(one.key),
            "user": user,
            "body": one.text or None,
            "created_at": _iso(first.at),
        }
        if sort == "issue":
            kind = "IssuesEvent"
            payload: dict[str, Any] = {
                "action": action,
                "issue": item
                | {
                    "number": number,
                    "title": one.title or first.title,
                    "closed_at": None,
                    "html_url": f"https://github.com/{one.place}/issues/{number}",
                },
            }
        elif sort == "change":
            kind = "PullRequestEvent"
            payload = {
                "action": action,
                "number": number,
                "pull_request": {
                    "id": int(one.key),
                    "number": number,
                    "url": f"{base}/pulls/{number}",
                    "head": {"ref": "x"},
                    "base": {"ref": "main"},
                },
            }
        else:
            kind = "IssueCommentEvent"
            payload = {
                "action": "created" if action == "opened" else action,
                "issue": {"number": number},
                "comment": item
                | {"issue_url": f"{base}/issues/{number}", "body": one.text or first.text},
            }
        return {
            "id": one.key,
            "type": kind,
            "actor": user,
            "repo": {"id": 771, "name": one.place, "url": base},
            "payload": payload,
            "public": True,
            "created_at": _iso(one.at),
        }


def _push(n: int, hour: datetime) -> dict[str, Any]:
    return {
        "id": f"9{n}",
        "type": "PushEvent",
        "actor": {"id": n, "login": f"x{n}"},
        "repo": {"id": n, "name": "example/noise"},
        "payload": {"push_id": n},
        "public": True,
        "created_at": _iso(hour),
    }


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
