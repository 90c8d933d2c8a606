"""GitHub: issues, change requests, what is said about them, and discussions of repositories."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar

from groundswell.errors import BadRow, Gone, Malformed, NotFound, SourceError
from groundswell.gather.discussions import Discussions
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
    user_of,
)
from groundswell.gather.githubread import READ
from groundswell.gather.listing import (
    UNCHANGED,
    decoded,
    every,
    in_turn,
    packed,
    rows,
    table,
)
from groundswell.gather.payloads import gone_in, without
from groundswell.gather.progress import Mark, Progress, Queue
from groundswell.gather.source import Answer, Cursor, Dossier, Found, Http, Params, Payload
from groundswell.gather.tickets import buried
from groundswell.types import Record, RecordId
from groundswell.types.moment import EPOCH

PAGE = 100  # items of a page: the most there may be
PAGES = 3  # of events: the most there are
REVIEWS = 20  # pages of reviews of one change request
FIRST = 24 * 3_600  # seconds of the past to begin with
LOOKED = 24 * 3_600  # seconds between two looks at a watched file
VERSION = "2022-11-28"
LISTS: Mapping[str, str] = {
    "issues": "issues", "comments": "issues/comments", "lines": "pulls/comments",
}  # fmt: skip
NONE = Cursor("")
NEXT = re.compile(r'<([^<>]+)>;\s*rel="next"')
NATIVE = re.compile(r"github:([\w.-]+/[\w.-]+)(?:#(\d+)(?:/(?:r(\d+))?(?:c(\d+))?)?|@[0-9a-f]+)\Z")
TALK = re.compile(r"github:([\w.-]+/[\w.-]+)#d(\d+)(?:/c\d+)?\Z")
TREE = re.compile(r"[\w./ -]+")

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHub:
    """Issues, change requests and what is said about them in `repos` ("owner/name").

    `token`: a personal access token without any scope; it allows 5,000 requests an hour instead
    of 60, and whole discussions. `comments`, `reviews`, `discussions`: whether to gather them;
    reviews and discussions cost a request for each change request or discussion that moved. `bots`
    keeps what automated accounts write. `watched`: files whose commits are gathered, such as
    CONTRIBUTING.md.
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
            "Without a token only what opens a discussion is gathered, from the last 300 events.",
            "Private review and private forks are not seen.",
            "Who closed or merged a ticket is not in the lists we read.",
        ),
    )
    repos: tuple[str, ...]
    token: str = field(default="", repr=False)
    comments: bool = True
    reviews: bool = True
    discussions: bool = True
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
        place = Progress.of(since)
        return in_turn(self.kind, self.repos, lambda repo: self._visit(http, place, repo, now))

    def backfill(
        self, http: Http, since: Cursor | None, first: datetime, now: datetime
    ) -> Iterator[Payload]:
        """What moved between `first` and `now`, as it is today."""
        place = Progress.of(since)

        def past(repo: str) -> Iterator[Payload]:
            place.begin(repo, self._dated, told(first))
            return self._lists(http, place, repo, now)

        return in_turn(self.kind, self.repos, past)

    def recheck(self, http: Http, ids: Sequence[RecordId], now: datetime) -> Iterator[Payload]:
        """Each record as it is now; a ticket that was moved to another repository is gone here.

        Where a whole repository is out of sight, nothing is proven and nothing told.
        """
        there: dict[str, bool] = {}
        talks: dict[tuple[str, int], list[str]] = {}
        for name in ids:
            if found := TALK.fullmatch(name):
                talks.setdefault((found[1], int(found[2])), []).append(name)
            elif (found := NATIVE.fullmatch(name)) and found[2] is not None:
                yield from self._again(http, name, found, there)
        if self.token:
            for (repo, number), names in talks.items():
                yield from self._talk_again(http, repo, number, names, there)

    def parse(self, payload: Payload) -> Iterable[Found]:
        """Records of one list of one repository, or of what is gone."""
        data = table(decoded(payload.body, "GitHub"), "GitHub")
        if gone := gone_in(data):
            return [buried(name.partition(":")[2], repo_in(name), EPOCH) for name in gone]
        repo, what = str(data.get("repo") or ""), str(data.get("list") or "")
        if not REPOSITORY.fullmatch(repo) or what not in READ:
            raise Malformed("GitHub: is no page of ours; has the source changed?")
        items = rows(data.get("items"), what)
        return every(items, lambda item: self._records(item, repo, what, data))

    @property
    def _dated(self) -> list[str]:
        """The lists that are read by when their items last moved."""
        lists = list(LISTS) if self.comments else ["issues"]
        return [*lists, "discussions"] if self.discussions and self.token else lists

    def _visit(self, http: Http, place: Progress, repo: str, now: datetime) -> Iterator[Payload]:
        if place.begin(repo, self._dated, told(now - timedelta(seconds=FIRST))):
            yield _payload(repo, "issues", [], place.cursor())
        yield from self._lists(http, place, repo, now)
        if self.discussions and not self.token:
            yield from self._events(http, place, repo)
        for path in self.watched:
            yield from self._commits(http, place, repo, path, now)

    def _lists(self, http: Http, place: Progress, repo: str, now: datetime) -> Iterator[Payload]:
        """The lists that are sorted by when their items last moved."""
        reviews = partial(self._reviews, http, repo)
        yield from _each(place, repo, "reviews", reviews)
        for what in (one for one in self._dated if one in LISTS):
            for items in self._moved(http, place.mark(repo, what), LISTS[what], now):
                if what == "issues" and self.reviews:
                    place.await_(repo, "reviews", _changes(items))
                yield _payload(repo, what, items, place.cursor())
                yield from _each(place, repo, "reviews", reviews)
        if "discussions" in self._dated:
            yield from self._talks(http, place, repo, now)

    def _talks(self, http: Http, place: Progress, repo: str, now: datetime) -> Iterator[Payload]:
        """The discussions that moved, each asked for whole; what moved longest ago first."""
        talks = Discussions(http, repo, self.token)
        mark = place.mark(repo, "discussions")
        moved = mark.take([*talks.moved(mark.since())][::-1], told(now))
        numbers = (one["id"] for one in moved if type(one["id"]) is int)
        place.await_(repo, "talks", numbers)

        def whole(number: int) -> Payload:
            return _payload(repo, "discussions", talks.whole(number))

        yield from _each(place, repo, "talks", whole)

    def _moved(self, http: Http, mark: Mark, path: str, now: datetime) -> Iterator[list[Raw]]:
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

    def _reviews(self, http: Http, repo: str, number: int) -> Payload | None:
        """The reviews of a change request that say something."""
        found: list[Any] = []
        answer = self._get(http, repo, f"pulls/{number}/reviews", {"per_page": PAGE})
        for _ in range(REVIEWS):
            if answer.status == UNCHANGED:
                return None
            found += rows(decoded(answer.body, "reviews"), "reviews")
            further = NEXT.search(answer.headers.get("link", ""))
            if not further:
                break
            answer = self._follow(http, further[1])
        told = [one for one in found if isinstance(one, dict) and one.get("body")]
        return _payload(repo, "reviews", told, number=number) if told else None

    def _again(
        self, http: Http, name: str, found: re.Match[str], there: dict[str, bool]
    ) -> Iterator[Payload]:
        """A record as it is now."""
        repo, path, what = found[1], path_of(found), list_of(found)
        try:
            item = table(decoded(self._get(http, repo, path, {}).body, name), name)
            if _moved(item, repo) or not self._ours(item):
                yield without([name], f"{API}/repos/{repo}/{path}")
            else:
                yield _payload(repo, what, [item], number=int(found[2]))
        except (NotFound, Gone):
            if self._there(http, repo, there):
                yield without([name], f"{API}/repos/{repo}/{path}")

    def _talk_again(
        self, http: Http, repo: str, number: int, names: Sequence[str], there: dict[str, bool]
    ) -> Iterator[Payload]:
        """A discussion as it is now; what does not stand in it any more is gone."""
        found: list[Raw] = []
        try:
            found += Discussions(http, repo, self.token).whole(number)
        except (NotFound, Gone):
            if not self._there(http, repo, there):
                return
        payload = _payload(repo, "discussions", found)
        yield payload
        stand = {one.id for one in self.parse(payload) if isinstance(one, Record)}
        if gone := [name for name in names if name not in stand]:
            yield without(gone, f"{API}/repos/{repo}/discussions")

    def _events(self, http: Http, place: Progress, repo: str) -> Iterator[Payload]:
        """Discussions that were opened, from the newest events; there are never more than 300.

        The ids of events say nothing of their order, so their times are gone by.
        """
        at, seen = place.events(repo)
        link, told, newest = "", [], at
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
                     and text_of(one, "id") not in seen]  # fmt: skip
            newest = max([newest, *map(created, items)])
            further = NEXT.search(answer.headers.get("link", ""))
            if not further or not items or created(items[-1]) < at:
                break
            link = further[1]
        place.part(repo, "events").update(
            {"at": newest, "seen": [text_of(one, "id") for one in told] + seen[:PAGE]}
        )
        if told:
            yield _payload(repo, "events", told[::-1], place.cursor())

    def _commits(
        self, http: Http, place: Progress, repo: str, path: str, now: datetime
    ) -> Iterator[Payload]:
        """Commits on a watched file since we last looked, at most once a day."""
        before = place.looked(repo, path)
        if 0 <= now.timestamp() - before < LOOKED:
            return
        params: dict[str, str | int] = {"path": path, "per_page": PAGE}
        params |= {"since": told(EPOCH + timedelta(seconds=before - LOOKED))} if before else {}
        try:
            answer = self._get(http, repo, "commits", params)
        except NotFound:
            return
        place.part(repo, "watched")[path] = int(now.timestamp())
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

    def _there(self, http: Http, repo: str, known: dict[str, bool]) -> bool:
        """Whether a repository can be seen at all, asked once."""
        if repo not in known:
            try:
                self._follow(http, f"{API}/repos/{repo}")
                known[repo] = True
            except (NotFound, Gone):
                known[repo] = False
        return known[repo]

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


def _each(
    place: Progress, repo: str, queue: Queue, ask: Callable[[int], Payload | None]
) -> Iterator[Payload]:
    """What waits to be asked for, one by one, each crossed out with its payload."""
    waiting = place.waiting(repo, queue)
    while waiting:
        number = waiting.pop(0)
        try:
            payload = ask(number)
        except (NotFound, Gone):
            continue  # it went while we were on our way
        except SourceError:
            waiting.insert(0, number)
            raise
        if payload:
            yield replace(payload, cursor=place.cursor())


def _changes(items: Iterable[Raw]) -> Iterator[int]:
    """The numbers of the change requests among some tickets."""
    for item in items:
        number = item.get("number")
        if kind_of(item) == "change" and type(number) is int:
            yield number


def _payload(
    repo: str, what: str, items: Sequence[Raw], cursor: Cursor = NONE, **more: str | int
) -> Payload:
    body = packed({"repo": repo, "list": what, "items": list(items), **more})
    return Payload(body, cursor, f"{API}/repos/{repo}/{LISTS.get(what, what)}")


def _moved(item: Raw, repo: str) -> bool:
    """Whether a ticket now stands in another repository."""
    address = text_of(item, "repository_url")
    return bool(address) and address.rpartition("/repos/")[2].casefold() != repo.casefold()


def repo_in(name: str) -> str:
    """The repository a record's id names.

    >>> repo_in("github:example/quay#d4/c7"), repo_in("github:example/quay@0a1b")
    ('example/quay', 'example/quay')
    """
    return name.partition(":")[2].partition("#")[0].partition("@")[0]
