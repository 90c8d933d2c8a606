"""GitHub: issues, change requests, comments and reviews of chosen repositories, by its REST API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from groundswell.errors import BadRow, Gone, Malformed, NotFound, SourceError
from groundswell.gather.fields import text_of
from groundswell.gather.github import (
    API,
    REPOSITORY,
    created,
    is_bot,
    kind_of,
    last_of,
    list_of,
    path_of,
    told,
    updated,
    user_of,
)
from groundswell.gather.githubread import READ
from groundswell.gather.listing import (
    UNCHANGED,
    cursor_of,
    decoded,
    every,
    in_turn,
    packed,
    rows,
    state_of,
    table,
)
from groundswell.gather.payloads import gone_in, without
from groundswell.gather.source import Answer, Cursor, Dossier, Found, Http, Params, Payload
from groundswell.gather.tickets import (
    buried,
)
from groundswell.types import Record, RecordId
from groundswell.types.moment import EPOCH

PAGE = 100  # items of a page: the most there may be
PAGES = 3  # of events: the most there are
FIRST = 24 * 3_600  # seconds of the past to begin with
OVERLAP = 60  # seconds read again: a change may be shown a moment late
LOOKED = 24 * 3_600  # seconds between two looks at a watched file
VERSION = "2022-11-28"
LISTS: Mapping[str, str] = {
    "issues": "issues", "comments": "issues/comments", "lines": "pulls/comments",
}  # fmt: skip
NEXT = re.compile(r'<([^<>]+)>;\s*rel="next"')
NATIVE = re.compile(r"github:([\w.-]+/[\w.-]+)(?:#(\d+)(?:/(?:r(\d+))?(?:c(\d+))?)?|@[0-9a-f]+)\Z")
TREE = re.compile(r"[\w./ -]+")

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHub:
    """Issues, change requests and what is said about them in `repos` ("owner/name").

    `token`: a personal access token without any scope; it allows 5,000 requests an hour instead
    of 60. `comments`, `reviews`, `events` (discussions): whether to gather them; reviews cost a
    request for each change request that moved. `bots` keeps what automated accounts write.
    `watched`: files whose commits are gathered, such as CONTRIBUTING.md.
    """

    kind: ClassVar[str] = "github"
    dossier: ClassVar[Dossier] = Dossier(
        title="GitHub",
        access="own key",
        terms="https://docs.github.com/en/site-policy/acceptable-use-policies: public information "
        "may be gathered for research and archiving; no personal data for selling or spamming.",
        recheck=(24, 168, 720),
        every=900,
        lag=60,
        backfill="everything that moved since, by the time it last changed",
        threads="whole: every comment and review names its ticket",
        deletes="never told; found by asking again after a day, a week and a month",
        limits="60 requests an hour without a token, 5,000 with one; GitHub says when to wait.",
        gaps=(
            "A review without words, such as a bare approval, is no record.",
            "Of discussions only what opens them is gathered, from the last 300 events: their "
            "answers need GraphQL, which is asked by POST.",
            "Private review and private forks are not seen.",
            "Who closed or merged a ticket is not in the lists we read.",
        ),
    )
    repos: tuple[str, ...]
    token: str = field(default="", repr=False)
    comments: bool = True
    reviews: bool = True
    events: bool = True
    bots: bool = False
    watched: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for repo in self.repos:
            if not REPOSITORY.fullmatch(repo):
                raise ValueError(f"repos: {repo!r} is not owner/name")
        for path in self.watched:
            if not TREE.fullmatch(path):
                raise ValueError(f"watched: {path!r} is not the path of a file or folder")

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """What moved since, list by list and repository by repository."""
        place = _Place.of(since)
        return in_turn(self.kind, self.repos, lambda repo: self._visit(http, place, repo, now))

    def backfill(
        self, http: Http, since: Cursor | None, first: datetime, now: datetime
    ) -> Iterator[Payload]:
        """What moved between `first` and `now`, as it is today."""
        place = _Place.of(since)
        at = told(first)
        return in_turn(self.kind, self.repos, lambda repo: self._lists(http, place, repo, now, at))

    def recheck(self, http: Http, ids: Sequence[RecordId], now: datetime) -> Iterator[Payload]:
        """Each record as it is now; a ticket that was moved to another repository is gone here.

        Where a whole repository is out of sight, nothing is proven and nothing told.
        """
        lost: dict[str, bool] = {}
        for name in ids:
            found = NATIVE.fullmatch(name)
            if found is None or found[2] is None:
                continue
            repo, path, what = found[1], path_of(found), list_of(found)
            try:
                item = table(decoded(self._get(http, repo, path, {}).body, name), name)
                if _moved(item, repo) or not self._ours(item):
                    yield without([name], f"{API}/repos/{repo}/{path}")
                else:
                    yield _payload(repo, what, [item], Cursor(""), number=int(found[2]))
            except (NotFound, Gone):
                if repo not in lost:
                    lost[repo] = not self._there(http, repo)
                if not lost[repo]:
                    yield without([name], f"{API}/repos/{repo}/{path}")

    def parse(self, payload: Payload) -> Iterable[Found]:
        """Records of one list of one repository, or of what is gone."""
        data = table(decoded(payload.body, "GitHub"), "GitHub")
        if gone := gone_in(data):
            return [buried(name.partition(":")[2], _repo(name), EPOCH) for name in gone]
        repo, what = str(data.get("repo") or ""), str(data.get("list") or "")
        if not REPOSITORY.fullmatch(repo) or what not in READ:
            raise Malformed("GitHub: is no page of ours; has the source changed?")
        items = rows(data.get("items"), what)
        return every(items, lambda item: self._records(item, repo, what, data))

    def _visit(self, http: Http, place: _Place, repo: str, now: datetime) -> Iterator[Payload]:
        yield from self._lists(http, place, repo, now, told(now - timedelta(seconds=FIRST)))
        if self.events:
            yield from self._events(http, place, repo)
        for path in self.watched:
            yield from self._commits(http, place, repo, path, now)

    def _lists(
        self, http: Http, place: _Place, repo: str, now: datetime, first: str
    ) -> Iterator[Payload]:
        """The three lists that are sorted by when their items last moved."""
        yield from self._reviews(http, place, repo)
        wanted = LISTS if self.comments else {"issues": "issues"}
        for what, path in wanted.items():
            for items in self._moved(http, place.of_list(repo, what, first), path, now):
                if what == "issues" and self.reviews:
                    place.await_reviews(repo, items)
                yield _payload(repo, what, items, place.cursor())
                yield from self._reviews(http, place, repo)

    def _moved(self, http: Http, mark: _Mark, path: str, now: datetime) -> Iterator[list[Raw]]:
        """Pages of what moved, oldest first. Each is asked for from where the last one ended: with
        page numbers, what moves meanwhile would push others past us. Only where a page is all of
        one second is the next one followed.
        """
        base: dict[str, str | int] = {"sort": "updated", "direction": "asc", "per_page": PAGE}
        base |= {"state": "all"} if path == "issues" else {}
        since, until, link = mark.since(), told(now), ""
        while True:
            if link:
                answer = self._follow(http, link)
            else:
                answer = self._get(http, mark.repo, path, {**base, "since": since})
            if answer.status == UNCHANGED:
                return
            items = rows(decoded(answer.body, path), path)
            if new := mark.take(items, until):
                yield new
            last, further = last_of(items), NEXT.search(answer.headers.get("link", ""))
            if not further or not last or last > until:
                return
            link = "" if last > since else further[1]
            since = max(last, since)

    def _reviews(self, http: Http, place: _Place, repo: str) -> Iterator[Payload]:
        """The reviews of change requests that moved, each asked for and then crossed out."""
        waiting = place.waiting(repo)
        while waiting:
            number = waiting.pop(0)
            try:
                answer = self._get(http, repo, f"pulls/{number}/reviews", {"per_page": PAGE})
            except (NotFound, Gone):
                continue  # it went while we were on our way
            except SourceError:
                waiting.insert(0, number)
                raise
            if answer.status == UNCHANGED:
                continue
            found = rows(decoded(answer.body, "reviews"), "reviews")
            told = [one for one in found if isinstance(one, dict) and one.get("body")]
            if told:
                yield _payload(repo, "reviews", told, place.cursor(), number=number)

    def _events(self, http: Http, place: _Place, repo: str) -> Iterator[Payload]:
        """Discussions that were opened, from the newest events; there are never more than 300.

        The ids of events say nothing of their order, so their times are gone by.
        """
        known = place.repo(repo).setdefault("events", {"at": "", "seen": []})
        at, link, told, newest = str(known["at"]), "", [], str(known["at"])
        for _ in range(PAGES):
            answer = (
                self._follow(http, link)
                if link
                else self._get(http, repo, "events", {"per_page": PAGE})
            )
            if answer.status == UNCHANGED:
                break
            items = [one for one in rows(decoded(answer.body, "events"), "events")
                     if isinstance(one, dict) and created(one)]  # fmt: skip
            told += [one for one in items if created(one) >= at
                     and one.get("type") == "DiscussionEvent"
                     and text_of(one, "id") not in known["seen"]]  # fmt: skip
            newest = max([newest, *map(created, items)])
            further = NEXT.search(answer.headers.get("link", ""))
            if not further or not items or created(items[-1]) < at:
                break
            link = further[1]
        known |= {"at": newest, "seen": [text_of(one, "id") for one in told]
                  + list(known["seen"])[:PAGE]}  # fmt: skip
        if told:
            yield _payload(repo, "events", told[::-1], place.cursor())

    def _commits(
        self, http: Http, place: _Place, repo: str, path: str, now: datetime
    ) -> Iterator[Payload]:
        """Commits on a watched file since we last looked, at most once a day."""
        looked = place.repo(repo).setdefault("watched", {})
        before = looked.get(path, 0)
        if type(before) is not int or now.timestamp() - before < LOOKED:
            return
        params: dict[str, str | int] = {"path": path, "per_page": PAGE}
        params |= {"since": told(EPOCH + timedelta(seconds=before - LOOKED))} if before else {}
        try:
            answer = self._get(http, repo, "commits", params)
        except NotFound:
            return
        looked[path] = int(now.timestamp())
        if answer.status == UNCHANGED:
            return
        items = rows(decoded(answer.body, "commits"), "commits")
        if items:
            yield _payload(repo, "commits", items[::-1], place.cursor(), path=path)

    def _records(self, item: Raw, repo: str, what: str, data: Raw) -> Iterator[Record]:
        if self._ours(item):
            try:
                yield READ[what](item, repo, data)
            except BadRow as problem:
                if str(problem) not in ("no words", "review not sent"):
                    raise

    def _ours(self, item: Raw) -> bool:
        return self.bots or not is_bot(user_of(item))

    def _there(self, http: Http, repo: str) -> bool:
        """Whether a repository can be seen at all."""
        try:
            self._follow(http, f"{API}/repos/{repo}")
        except (NotFound, Gone):
            return False
        return True

    def _get(self, http: Http, repo: str, path: str, params: Params) -> Answer:
        return http.get(f"{API}/repos/{repo}/{path}", params=params, headers=self._headers())

    def _follow(self, http: Http, url: str) -> Answer:
        """An address that GitHub gave us; our token goes nowhere else."""
        if not url.startswith(f"{API}/"):
            raise Malformed(f"GitHub: leads us to {url[:60]}; that is not its API")
        return http.get(url, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        told = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": VERSION}
        return told | ({"Authorization": f"Bearer {self.token}"} if self.token else {})


@dataclass(slots=True)
class _Mark:
    """How far one list was read: the last change, and what was read of the minute before it."""

    repo: str
    at: str
    seen: dict[str, str]
    state: dict[str, Any]

    def since(self) -> str:
        """From when to ask: a minute is read again."""
        when_ = datetime.fromisoformat(self.at) - timedelta(seconds=OVERLAP)
        return told(when_) if self.seen else self.at

    def take(self, items: Sequence[Any], until: str) -> list[Raw]:
        """Note a page; what of it is new and moved by `until`."""
        times = {text_of(one, "id"): (updated(one), one) for one in items if isinstance(one, dict)}
        new: list[Raw] = [one for name, (at, one) in times.items()
               if at and at <= until and self.seen.get(name) != at]  # fmt: skip
        self.at = max([self.at, *(at for at, _ in times.values() if at <= until)])
        edge = told(datetime.fromisoformat(self.at) - timedelta(seconds=OVERLAP))
        held = {**self.seen, **{name: at for name, (at, _) in times.items() if at <= until}}
        self.seen = {name: at for name, at in held.items() if at >= edge}
        self.state.update({"at": self.at, "seen": self.seen})
        return new


class _Place:
    """The cursor: for each repository how far each list was read."""

    def __init__(self, told: dict[str, Any]) -> None:
        self._told = told

    @classmethod
    def of(cls, since: Cursor | None) -> _Place:
        told = state_of(since)
        if not all(isinstance(one, dict) for one in told.values()):
            raise Malformed(f"cursor: {str(since)[:40]!r} is not one of ours; remove it")
        return cls(told)

    def repo(self, repo: str) -> dict[str, Any]:
        """What is kept of a repository."""
        found: dict[str, Any] = self._told.setdefault(repo, {})
        return found

    def of_list(self, repo: str, what: str, first: str) -> _Mark:
        """How far a list was read, or where it begins."""
        state = self.repo(repo).setdefault(what, {"at": first, "seen": {}})
        try:
            at, seen = str(state["at"]), {str(k): str(v) for k, v in state["seen"].items()}
            datetime.fromisoformat(at)
        except (AttributeError, KeyError, TypeError, ValueError) as problem:
            raise Malformed(f"cursor: {what} of {repo} is not ours; remove it") from problem
        return _Mark(repo, at, seen, state)

    def waiting(self, repo: str) -> list[int]:
        """The change requests whose reviews are still to be asked for."""
        found = self.repo(repo).setdefault("reviews", [])
        if not isinstance(found, list) or not all(type(one) is int for one in found):
            raise Malformed(f"cursor: reviews of {repo} are not ours; remove it")
        return found

    def await_reviews(self, repo: str, items: Iterable[Raw]) -> None:
        """Have the reviews of a page's change requests asked for."""
        waiting = self.waiting(repo)
        for item in items:
            number = item.get("number")
            if kind_of(item) == "change" and type(number) is int and number not in waiting:
                waiting.append(number)

    def cursor(self) -> Cursor:
        """As text."""
        return cursor_of(self._told)


def _payload(
    repo: str, what: str, items: Sequence[Raw], cursor: Cursor, **more: str | int
) -> Payload:
    body = packed({"repo": repo, "list": what, "items": list(items), **more})
    return Payload(body, cursor, f"{API}/repos/{repo}/{LISTS.get(what, what)}")


def _moved(item: Raw, repo: str) -> bool:
    """Whether a ticket now stands in another repository."""
    address = text_of(item, "repository_url")
    return bool(address) and address.rpartition("/repos/")[2].casefold() != repo.casefold()


def _repo(name: str) -> str:
    found = NATIVE.fullmatch(name)
    return found[1] if found else ""
