"""Stack Exchange: questions, answers and comments of one site, through its API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, ClassVar

from groundswell.errors import BadRow, Malformed, SourceError, Throttled
from groundswell.gather.cursors import branch, foreign, number
from groundswell.gather.fields import engagement_of, need, text_of, time_of
from groundswell.gather.listing import (
    cursor_of,
    decoded,
    every,
    packed,
    part,
    rechecked,
    rows,
    state_of,
    table,
    tombstone,
)
from groundswell.gather.markup import text_of_html
from groundswell.gather.payloads import named_in
from groundswell.gather.source import Cursor, Dossier, Found, Http, Params, Payload
from groundswell.text import normalise
from groundswell.types import Record, RecordId
from groundswell.types.moment import EPOCH

API = "https://api.stackexchange.com/2.3"
FRESH = {"Cache-Control": "no-cache"}
NOTHING = packed({"items": []})
PAGE = 100  # items of a page, and ids of a request: the most there may be
OVERLAP, SETTLED = 120, 60  # seconds the index may be behind
FIRST = 3_600  # seconds of the past to begin with
LATEST = 2**33  # seconds since 1970 beyond which no cursor of ours can be
THROTTLED = 502
SUSPICIOUS = 5  # posts that cannot all have gone at once
SECONDS = re.compile(r"in (\d{1,7}) seconds")
OF = re.compile(r"/(questions|answers)/[\d;]+/(?:answers|comments)$")  # whose children these are
IDS = re.compile(r"[0-9]+(?:;[0-9]+)*")
LETTERS = {"comments": "c", "answers": "a", "questions": "q"}  # an answer names its question too
KINDS = {letter: kind for kind, letter in LETTERS.items()}
OWN = {"askubuntu": "askubuntu.com", "mathoverflow": "mathoverflow.net",
       "serverfault": "serverfault.com", "stackapps": "stackapps.com",
       "stackoverflow": "stackoverflow.com", "superuser": "superuser.com"}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class StackExchange:
    """One site ("stackoverflow", "unix"), all of it or the questions with one of `tagged`.

    `key`: a free one allows 10,000 requests a day instead of 300. `answers`, `comments`: whether
    to gather them; each costs a request for every page of questions.
    """

    kind: ClassVar[str] = "stackexchange"
    dossier: ClassVar[Dossier] = Dossier(
        title="Stack Exchange",
        access="open",
        terms="https://stackoverflow.com/legal/api-terms-of-use; texts are CC BY-SA: their authors "
        "must be named where texts are passed on, and we keep no names, so we pass none on.",
        recheck=(24, 168, 720),
        every=900,
        lag=180,
        backfill="questions by when they were asked, with what hangs on them, back to the first",
        threads="whole: answers name their question, comments their post",
        deletes="never told; found by asking again after a day, a week and a month",
        limits="300 requests a day, 10,000 with a key; the API says when to wait, and we wait",
        gaps=(
            "A comment does not bring its question up: late comments are seen at the next answer "
            "or edit, or never.",
            "Who asked from a deleted account has no author.",
        ),
    )
    site: str = "stackoverflow"
    tagged: tuple[str, ...] = ()
    key: str = field(default="", repr=False)
    answers: bool = True
    comments: bool = True

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """Questions in order of their last activity, each page followed by what hangs on it."""
        place = _Place.of(since)
        if place is None:  # where it begins is noted first: there may be nothing for a long time
            place = _Place(at=int(now.timestamp()) - FIRST)
            yield Payload(NOTHING, place.cursor(), API)
        yield from self._walk(http, place, now, "activity")

    def backfill(
        self, http: Http, since: Cursor | None, first: datetime, now: datetime
    ) -> Iterator[Payload]:
        """Questions in order of when they were asked."""
        start = int(first.timestamp())
        return self._walk(http, _Place.of(since) or _Place(at=start), now, "creation")

    def recheck(self, http: Http, ids: Sequence[RecordId], now: datetime) -> Iterator[Payload]:
        """The posts as they are now; what is missing in an answer is gone."""
        natives = [one.rpartition("/")[2] for one in ids]
        for letter, kind in KINDS.items():
            letters = [one for one in natives if one.startswith(letter)]
            for start in range(0, len(letters), PAGE):
                asked = letters[start : start + PAGE]
                path = f"/{kind}/{';'.join(one[1:] for one in asked)}"
                _, data = self._asked(http, path, {}, now)
                if len(asked) > SUSPICIOUS and not data["items"]:
                    raise Malformed(f"{API}{path}: knows none of these; they are asked for again")
                yield Payload(packed({**data, "asked": asked}), Cursor(""), API + path)

    def parse(self, payload: Payload) -> Iterable[Found]:
        """The items of an answer; where posts were asked for by id, the missing ones too."""
        data = _wrapper(payload.body, payload.url or API)
        if "asked" not in data:
            return every(data["items"], lambda item: self._records(item, payload.url))
        return rechecked(
            named_in(data["asked"]),
            data["items"],
            _native,
            lambda item: self._records(item, payload.url),
            lambda native, state: tombstone(
                f"{self.site}/{native}", source=self.kind, community=self.community, at=EPOCH,
                state=state,
            ),
        )  # fmt: skip

    @property
    def community(self) -> str:
        """The site's own address."""
        name = self.site.removeprefix("meta.")
        own = OWN.get(name, name if "." in name else f"{name}.stackexchange.com")
        return own if name == self.site else f"meta.{own}"

    def _walk(self, http: Http, place: _Place, now: datetime, sort: str) -> Iterator[Payload]:
        """Pages of questions, each asked for from where the one before ended: a page number would
        slip when a question moves up meanwhile."""
        if place.wait > now.timestamp():
            return
        place.wait = 0
        least, number = place.at - OVERLAP * (sort == "activity"), 1
        stop = int(now.timestamp()) - SETTLED
        yield from self._hanging(http, place, now)
        more = True
        while more and not place.wait and least <= stop:
            path = "/search" if self.tagged else "/questions"
            params: dict[str, str | int] = {"order": "asc", "sort": sort, "min": least, "max": stop,
                                            "page": number}  # fmt: skip
            params |= {"tagged": ";".join(self.tagged)} if self.tagged else {}
            body, data = self._asked(http, path, params, now)
            page = place.take(data, sort, self._steps, now)
            if page.new:
                yield Payload(body, place.cursor(), API + path)
                yield from self._hanging(http, place, now)
            more = bool(data["items"] and data.get("has_more"))
            number = number + 1 if page.at <= least else 1
            least = max(page.at, least)

    def _hanging(self, http: Http, place: _Place, now: datetime) -> Iterator[Payload]:
        """What hangs on the questions of a page, step by step, each saved with the next."""
        while place.steps and not place.wait:
            kind, ids, child, number = place.steps[0]
            path = f"/{kind}/{ids}/{child}"
            query: Params = {"order": "asc", "sort": "creation", "page": number}
            body, data = self._asked(http, path, query, now)
            place.step(data, self.comments, now)
            yield Payload(body, place.cursor(), API + path)

    def _steps(self, ids: str) -> list[_Step]:
        return [("questions", ids, child, 1)
                for child in ("answers", "comments") if getattr(self, child)]  # fmt: skip

    def _asked(
        self, http: Http, path: str, params: Params, now: datetime
    ) -> tuple[bytes, Mapping[str, Any]]:
        """An answer's body and what it says. Throttled with the time the API names."""
        params = {**params, "site": self.site, "filter": "withbody", "pagesize": PAGE}
        params |= {"key": self.key} if self.key else {}
        try:
            body = http.get(API + path, params=params, headers=FRESH).body
        except SourceError as problem:
            if problem.body.lstrip().startswith(b"{"):
                _refused(decoded(problem.body, path), path, now)
            raise
        data = table(decoded(body, path), path)
        _refused(data, path, now)
        return body, _wrapper(body, path)

    def _records(self, item: Mapping[str, Any], url: str) -> Iterator[Record]:
        """A question, an answer or a comment."""
        native = _native(item)
        letter = native[0]
        above, root = self._above(item, letter, url)
        text = text_of_html(text_of(item, "body"))
        title = normalise(unescape(text_of(item, "title"))) if letter == "q" else ""
        if not title and not text:
            return
        owner = part(item, "owner")
        known = text_of(owner, "user_type") != "does_not_exist"
        edited = item.get("last_edit_date")
        published, precision = time_of(item.get("creation_date"))
        yield Record(
            id=RecordId(f"{self.kind}:{self.site}/{native}"),
            source=self.kind,
            kind="post" if letter == "q" else "comment",
            community=self.community,
            url=text_of(item, "link") or self._link(native, item),
            title=title,
            text=text,
            author=text_of(owner, "user_id") if known else "",
            parent=above,
            root=root,
            published=published,
            precision=precision,
            edited=time_of(edited)[0] if edited else None,
            engagement=engagement_of({
                "score": item.get("score"), "views": item.get("view_count"),
                "replies": item.get("answer_count"),
            }),
        )  # fmt: skip

    def _above(
        self, item: Mapping[str, Any], letter: str, url: str
    ) -> tuple[RecordId | None, RecordId | None]:
        """What a post answers, and its question where that is known."""
        if letter == "q":
            return None, None
        if letter == "a":
            question = RecordId(f"{self.kind}:{self.site}/q{need(item, 'question_id')}")
            return question, question
        stated = text_of(item, "post_type")
        of = OF.search(url.partition("?")[0])
        kind = LETTERS.get(f"{stated}s" if stated else of[1] if of else "")
        post = RecordId(f"{self.kind}:{self.site}/{kind}{need(item, 'post_id')}") if kind else None
        return post, post if kind == "q" else None

    def _link(self, native: str, item: Mapping[str, Any]) -> str:
        if native.startswith("c"):
            post = text_of(item, "post_id")
            return f"https://{self.community}/q/{post}#comment{native[1:]}_{post}"
        return f"https://{self.community}/{native[0]}/{native[1:]}"


_Step = tuple[str, str, str, int]  # of which posts, their ids, which children, which page


@dataclass(frozen=True, slots=True)
class _Page:
    """Up to when a page of questions goes, and whether anything in it is new."""

    at: int
    new: bool


@dataclass(slots=True)
class _Place:
    """The cursor. `at`: the last activity read, in seconds since 1970. `seen`: questions read
    shortly before, with their activity. `wait`: ask nothing before then. `steps`: what is still
    to be asked about the last page."""

    at: int
    wait: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    steps: list[_Step] = field(default_factory=list)

    @classmethod
    def of(cls, since: Cursor | None) -> _Place | None:
        """From a cursor; None without one, Malformed for one that is not ours."""
        if since is None:
            return None
        told = state_of(since)
        if "at" not in told:
            raise foreign(since)
        seen = branch(told, "seen")
        return cls(
            at=number(told, "at", most=LATEST),
            wait=number(told, "wait", most=LATEST),
            seen={key: number(seen, key) for key in seen},
            steps=[_step(one) for one in rows(told.get("steps", []), "cursor")],
        )

    def cursor(self) -> Cursor:
        """As text."""
        return cursor_of({"at": self.at, "wait": self.wait, "seen": self.seen, "steps": self.steps})

    def take(self, data: Mapping[str, Any], sort: str, steps: Any, now: datetime) -> _Page:
        """Note a page of questions and what is to be asked about the new ones."""
        field_ = "last_activity_date" if sort == "activity" else "creation_date"
        times = dict(_times(data["items"], field_))
        new = [key for key, at in times.items() if self.seen.get(key) != at]
        self._pause(data, now)
        last = max(times.values(), default=self.at)
        self.at = max(self.at, last)
        self.seen = {key: at for key, at in {**self.seen, **times}.items()
                     if at >= self.at - OVERLAP}  # fmt: skip
        self.steps = [*self.steps, *(steps(";".join(new)) if new else ())]
        return _Page(last, bool(new))

    def step(self, data: Mapping[str, Any], comments: bool, now: datetime) -> None:
        """Note that a step was taken: its next page, or else what hangs on its answers."""
        kind, ids, child, number = self.steps.pop(0)
        self._pause(data, now)
        if child == "answers" and comments:
            found = [text_of(item, "answer_id") for item in data["items"] if isinstance(item, dict)]
            if found:
                self.steps.append(("answers", ";".join(found), "comments", 1))
        if data.get("has_more"):
            self.steps.insert(0, (kind, ids, child, number + 1))

    def _pause(self, data: Mapping[str, Any], now: datetime) -> None:
        """Heed `backoff`, which every answer may carry, and a quota that is used up (UTC days)."""
        self.wait, backoff = 0, data.get("backoff")
        if type(backoff) is int:
            self.wait = int(now.timestamp()) + backoff
        if data.get("quota_remaining") == 0:
            midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
            self.wait = int((midnight + timedelta(days=1)).timestamp())


def _native(item: Mapping[str, Any]) -> str:
    """What a post is called here: the letter of its kind and its number."""
    for letter, kind in KINDS.items():
        if f"{kind[:-1]}_id" in item:
            return letter + need(item, f"{kind[:-1]}_id")
    raise BadRow("neither a question nor an answer nor a comment")


def _step(told: object) -> _Step:
    """A step a cursor names."""
    match told:
        case [str(kind), str(ids), str(child), int(page)] if (
            kind in LETTERS and child in LETTERS and IDS.fullmatch(ids) and 0 < page < LATEST
        ):
            return kind, ids, child, page
    raise foreign(told)


def _times(items: Iterable[Any], key: str) -> Iterator[tuple[str, int]]:
    """The questions that say who they are and when."""
    for item in items:
        try:
            question = table(item, "question")
            when = time_of(question.get(key))[0]
            yield need(question, "question_id"), int(when.timestamp())
        except SourceError:
            continue


def _wrapper(body: bytes, what: str) -> Mapping[str, Any]:
    """What every good answer is: an object with items. SourceError for a refusal."""
    data = table(decoded(body, what), what)
    if "error_id" in data:
        raise SourceError(
            f"{what}: {text_of(data, 'error_name')}, {text_of(data, 'error_message')}"
        )
    rows(data.get("items"), f"{what}, items")
    return data


def _refused(data: Any, what: str, now: datetime) -> None:
    """Raise what a refusal means: come back later, or mend the request."""
    if not isinstance(data, dict) or "error_id" not in data:
        return
    said = _said(data)
    if data["error_id"] == THROTTLED:
        found = SECONDS.search(said)
        until = now + timedelta(seconds=int(found[1])) if found else None
        raise Throttled(f"{API}{what}: {said}", until=until)
    raise SourceError(f"{API}{what}: {said}; check the site, the tags and the key")


def _said(data: Mapping[str, Any]) -> str:
    return f"{text_of(data, 'error_name')}, {text_of(data, 'error_message')}"
