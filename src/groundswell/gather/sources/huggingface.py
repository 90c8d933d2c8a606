"""Hugging Face: the papers its users put forward each day, and discussions of repositories."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

from groundswell.errors import AuthRequired, BadRow, Gone, Malformed, NotFound
from groundswell.gather.cursors import branch, day, day_of, number, word
from groundswell.gather.fields import clean, engagement_of, need, text_of, time_of
from groundswell.gather.listing import (
    cursor_of,
    decoded,
    every,
    in_turn,
    lost,
    packed,
    part,
    rechecked,
    rows,
    state_of,
    table,
    tombstone,
)
from groundswell.gather.payloads import GONE, gone_in, named_in, without
from groundswell.gather.source import Cursor, Dossier, Found, Http, Params, Payload
from groundswell.text import normalise
from groundswell.types import Record, RecordId
from groundswell.types.moment import EPOCH, micros
from groundswell.types.record import State

SITE = "https://huggingface.co"
PAPERS = "papers"
PAGE = 100  # papers of a request
WATCHED, MOST_PAGES = 2, 20  # pages of discussions read each time, and at most
KEPT = 200  # discussions the cursor keeps of each repository
DAYS = 14  # of papers that are caught up with after a pause
BEYOND = "more discussions were opened than the list can be read back"
SKIPPED = "papers are caught up with for 14 days; fill in the rest with a backfill"
REPO = re.compile(r"(?:models|datasets|spaces)/[\w.-]+(?:/[\w.-]+)?")
THREAD = re.compile(r"/api/((?:models|datasets|spaces)/[\w./-]+)/discussions/(\d+)$")
DAY = timedelta(days=1)

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class HuggingFace:
    """The daily `papers`, and the discussions and pull requests of `repos`, each written
    "models/owner/name", "datasets/owner/name" or "spaces/owner/name". `token`: a free one allows
    twice as many requests."""

    kind: ClassVar[str] = "huggingface"
    dossier: ClassVar[Dossier] = Dossier(
        title="Hugging Face",
        access="open",
        terms="https://huggingface.co/terms-of-service: what members write stays theirs.",
        recheck=(24, 168, 720),
        every=3600,
        lag=600,
        backfill="papers day by day; discussions back to a repository's first",
        threads="whole: a comment answers the opening of its discussion",
        deletes="hidden comments are told; the rest is found by asking again",
        limits="500 requests in 5 minutes, 1,000 with a token",
        gaps=(
            "Comments on papers cannot be had.",
            "New comments are seen in the newest two pages of a repository's discussions.",
            "A paper here has the number it has on arXiv, and is another record there.",
        ),
    )
    papers: bool = True
    repos: tuple[str, ...] = ()
    token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        for repo in self.repos:
            if not REPO.fullmatch(repo):
                raise ValueError(f"repos: {repo!r} is not written models/owner/name")

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """The papers of the last days and the discussions of each repository, in turn."""
        state = state_of(since)

        def visit(place: str) -> Iterator[Payload]:
            if place == PAPERS:
                return self._days(http, state, now)
            return self._news(http, place, state)

        return in_turn(self.kind, self._places, visit)

    def backfill(
        self, http: Http, since: Cursor | None, first: datetime, now: datetime
    ) -> Iterator[Payload]:
        """Every day of papers from `first` on, then discussions back to `first`."""
        state = state_of(since)

        def visit(place: str) -> Iterator[Payload]:
            if place == PAPERS:
                return self._past_days(http, state, first, now)
            return self._past(http, place, state, first)

        return in_turn(self.kind, self._places, visit)

    def recheck(self, http: Http, ids: Sequence[RecordId], now: datetime) -> Iterator[Payload]:
        """Papers one by one, discussions with all their comments."""
        threads: dict[str, list[str]] = {}
        for native in (one.partition(":")[2] for one in ids):
            threads.setdefault(native.partition("#")[0], []).append(native)
        for thread, asked in threads.items():
            repo, _, number = thread.rpartition("/")
            url = f"{SITE}/api/{thread if repo == PAPERS else f'{repo}/discussions/{number}'}"
            try:
                body = self._get(http, url)
            except AuthRequired:
                continue  # closed or gone: the platform does not say which
            except (NotFound, Gone):
                yield without([f"{self.kind}:{one}" for one in asked], url)
                continue
            if repo != PAPERS:
                body = packed({**table(decoded(body, url), url), "asked": asked})
            yield Payload(body, Cursor(""), url)

    def parse(self, payload: Payload) -> Iterable[Found]:
        """A day of papers, one paper, or one discussion."""
        what = payload.url or SITE
        data = decoded(payload.body, what)
        if isinstance(data, list):
            return every(data, self._listed)
        if GONE in table(data, what):
            return [self._bury(one.partition(":")[2], "deleted") for one in gone_in(data)]
        if "events" not in data:
            return every([data], self._paper)
        found = THREAD.search(payload.url.partition("?")[0])
        if found is None:
            raise Malformed(f"{what}: a discussion of no repository")
        thread = f"{found[1]}/{found[2]}"
        events = [one for one in rows(data["events"], what) if _said(one)]
        opening = events[0].get("id") if events else None

        def native(event: Item) -> str:
            return thread if event.get("id") == opening else f"{thread}#{need(event, 'id')}"

        def read(event: Item) -> Iterator[Record]:
            return self._comment(event, data, thread, native(event))

        if "asked" not in data:
            return every(events, read)
        asked = named_in(data["asked"])
        return rechecked(asked, events, native, read, self._bury)

    @property
    def _places(self) -> tuple[str, ...]:
        return ((PAPERS,) if self.papers else ()) + self.repos

    def _get(self, http: Http, url: str, params: Params | None = None) -> bytes:
        headers = {"Cache-Control": "no-cache"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        return http.get(url, params=params, headers=headers).body

    def _days(self, http: Http, state: dict[str, Any], now: datetime) -> Iterator[Payload]:
        """Today's and yesterday's papers, and those of the days since the last visit."""
        today = now.astimezone(UTC).date()
        marks = branch(state, PAPERS)
        known = max((key.partition("/")[0] for key in marks), default=today.isoformat())
        start = max(day_of(known), today - DAYS * DAY)
        gaps = lost("", _community(PAPERS), _begin(day_of(known)), _begin(start), SKIPPED)
        at = min(start, today - DAY)
        while at <= today:
            for page, body in enumerate(self._pages(http, at)):
                mark, key = self._mark(body), f"{at}/{page}"
                if marks.get(key) != mark:
                    marks = {**marks, key: mark}
                    kept = {one: marks[one] for one in sorted(marks)[-4:]}
                    state[PAPERS] = kept
                    yield Payload(body, cursor_of(state), _papers(at), gaps)
                    gaps = ()
            at += DAY

    def _past_days(
        self, http: Http, state: dict[str, Any], first: datetime, now: datetime
    ) -> Iterator[Payload]:
        at = day(state, PAPERS, first.astimezone(UTC).date())
        while at <= now.astimezone(UTC).date():
            for body in self._pages(http, at):
                state[PAPERS] = (at + DAY).isoformat()
                yield Payload(body, cursor_of(state), _papers(at))
            at += DAY

    def _pages(self, http: Http, day: date) -> list[bytes]:
        """All pages of a day's papers."""
        found: list[bytes] = []
        while len(found) < MOST_PAGES:
            params: Params = {"date": day.isoformat(), "limit": PAGE, "p": len(found)}
            found.append(self._get(http, f"{SITE}/api/daily_papers", params))
            if len(rows(decoded(found[-1], _papers(day)), _papers(day))) < PAGE:
                break
        return found

    def _mark(self, body: bytes) -> str:
        """A short mark of what a page's papers say; votes do not change it."""
        told = [one.id + one.content for one in self.parse(Payload(body, Cursor("")))
                if isinstance(one, Record)]  # fmt: skip
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]

    def _news(self, http: Http, repo: str, state: dict[str, Any]) -> Iterator[Payload]:
        """The discussions of the newest pages that changed, oldest first."""
        told = branch(state, repo)
        marks = branch(told, "marks")
        found: list[tuple[str, int, Item]] = []
        arrived = not marks
        for turn in range(MOST_PAGES):
            page = list(_named(self._page(http, repo, turn)))
            found += page
            arrived = arrived or not page or any(one in marks for one, _, _ in page)
            if not page or (arrived and (turn + 1 >= WATCHED or not marks)):
                break
        at = number(told, "at")
        gaps = () if arrived else lost(
            "", _community(repo), at, min(when for _, when, _ in found), BEYOND
        )  # fmt: skip
        for num, when, item in sorted(found, key=lambda one: one[1]):
            mark = f"{item.get('numComments')}/{item.get('status')}/{item.get('title')}"
            if marks.get(num) != (mark := _short(mark)):
                at = max(at, when)
                marks = {key: kept for key, kept in marks.items() if key != num} | {num: mark}
                state[repo] = {"at": at, "marks": dict(list(marks.items())[-KEPT:])}
                yield from self._thread(http, repo, num, state, gaps)
                gaps = ()

    def _past(
        self, http: Http, repo: str, state: dict[str, Any], first: datetime
    ) -> Iterator[Payload]:
        """Discussions backwards, page by page, until those opened before `first`."""
        told = branch(state, repo)
        begin, last = number(told, "page"), word(told, "last")
        for turn in range(begin, 100 * MOST_PAGES):
            page = list(_named(self._page(http, repo, turn)))
            wanted = [num for num, when, _ in page if when >= micros(first)]
            for num in wanted[wanted.index(last) + 1 if last in wanted else 0 :]:
                state[repo] = {"page": turn, "last": num}
                yield from self._thread(http, repo, num, state, ())
            if len(wanted) < len(page) or not page:
                return

    def _thread(
        self, http: Http, repo: str, num: str, state: Mapping[str, Any], gaps: Any
    ) -> Iterator[Payload]:
        url = f"{SITE}/api/{repo}/discussions/{num}"
        try:
            yield Payload(self._get(http, url), cursor_of(state), url, gaps)
        except (NotFound, Gone):
            yield Payload(without([], url).body, cursor_of(state), url, gaps)

    def _page(self, http: Http, repo: str, number: int) -> list[Any]:
        url = f"{SITE}/api/{repo}/discussions"
        data = decoded(self._get(http, url, {"p": number, "type": "all"}), url)
        return rows(table(data, url).get("discussions"), url)

    def _listed(self, item: Item) -> Iterator[Record]:
        """A paper as a day's list gives it."""
        paper = table(item.get("paper"), "paper")
        told = {**paper, "submittedOnDailyAt": paper.get("submittedOnDailyAt")
                or item.get("publishedAt"), "submittedOnDailyBy": item.get("submittedBy"),
                "numComments": item.get("numComments")}  # fmt: skip
        yield from self._paper(told)

    def _paper(self, paper: Item) -> Iterator[Record]:
        native = need(paper, "id")
        title, text = _line(text_of(paper, "title")), _line(text_of(paper, "summary"))
        if not title:
            raise BadRow("no title")
        published, precision = time_of(paper.get("submittedOnDailyAt") or paper.get("publishedAt"))
        yield Record(
            id=RecordId(f"{self.kind}:{PAPERS}/{native}"),
            source=self.kind,
            kind="paper",
            community=_community(PAPERS),
            url=f"{SITE}/papers/{native}",
            title=title,
            text=text,
            author=text_of(part(paper, "submittedOnDailyBy"), "name"),
            published=published,
            precision=precision,
            engagement=engagement_of(
                {"score": paper.get("upvotes"), "comments": paper.get("numComments")}
            ),
        )

    def _comment(self, event: Item, thread: Item, root: str, native: str) -> Iterator[Record]:
        """The opening of a discussion, or a comment in it."""
        data = part(event, "data")
        if data.get("hidden"):
            yield self._bury(native, "removed")
            return
        latest = part(data, "latest")
        opens = native == root
        title = normalise(text_of(thread, "title")) if opens else ""
        text = normalise(text_of(latest, "raw"))
        if not title and not text:
            raise BadRow("no words")
        published, precision = time_of(event.get("createdAt"))
        place, _, number = root.rpartition("/")
        opening = RecordId(f"{self.kind}:{root}")
        yield Record(
            id=RecordId(f"{self.kind}:{native}"),
            source=self.kind,
            kind="comment" if not opens else "change" if thread.get("isPullRequest") else "issue",
            community=_community(place),
            url=f"https://{_community(place)}/discussions/{number}{native.removeprefix(root)}",
            title=title,
            text=text,
            author=text_of(part(event, "author"), "name"),
            parent=None if opens else opening,
            root=None if opens else opening,
            published=published,
            precision=precision,
            edited=time_of(latest.get("updatedAt"))[0] if data.get("edited") else None,
        )

    def _bury(self, native: str, state: State) -> Record:
        place = _community(native.partition("#")[0].rpartition("/")[0])
        return tombstone(native, source=self.kind, community=place, at=EPOCH, state=state)


def _community(place: str) -> str:
    """Where a repository or the papers stand, as the site writes it.

    >>> _community("models/quay/gauge"), _community("papers")
    ('huggingface.co/quay/gauge', 'huggingface.co/papers')
    """
    return f"huggingface.co/{clean(place).removeprefix('models/')}"


def _papers(day: date) -> str:
    return f"{SITE}/api/daily_papers?date={day.isoformat()}"


def _said(event: Any) -> bool:
    return isinstance(event, dict) and event.get("type") == "comment"


def _named(page: Iterable[Any]) -> Iterator[tuple[str, int, Item]]:
    """Discussions that say their number and when they were opened."""
    for item in page:
        try:
            thread = table(item, "discussion")
            yield need(thread, "num"), micros(time_of(thread.get("createdAt"))[0]), thread
        except (BadRow, Malformed):
            continue


def _begin(at: date) -> int:
    return micros(datetime(at.year, at.month, at.day, tzinfo=UTC))


def _short(mark: str) -> str:
    return hashlib.sha256(mark.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _line(text: str) -> str:
    return " ".join(normalise(text).split())
