"""Reddit: posts and comments of chosen subreddits, as an application that Reddit approved."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

from groundswell.errors import AuthRequired, Malformed
from groundswell.gather.cursors import foreign
from groundswell.gather.fields import GONE, engagement_of, need, text_of, time_of, whole
from groundswell.gather.listing import (
    LATEST,
    UNCHANGED,
    Known,
    Raw,
    answered,
    asked_at,
    cursor_of,
    decoded,
    every,
    in_chunks,
    in_turn,
    lost,
    mark_of,
    named,
    newest_first,
    packed,
    part,
    rechecked,
    rows,
    state_of,
    table,
    tombstone,
)
from groundswell.gather.source import Answer, Cursor, Dossier, Found, Http, Params, Payload
from groundswell.text import normalise
from groundswell.types import Exposure, Record, RecordId
from groundswell.types.moment import micros, moment
from groundswell.types.record import State

SITE, API = "https://www.reddit.com", "https://oauth.reddit.com"
TOKEN = f"{SITE}/api/v1/access_token"
ARCTIC = "https://arctic-shift.photon-reddit.com/api"
PAGE, PAGES = 100, 10  # items of a request; lists end after about a thousand
FULL = 800  # a list as long as this did not end because there was nothing older
KEEP = 30  # ids of a list that the cursor keeps
DONE = "done"
SECOND = 1_000_000
THREAD = re.compile(r"/comments/([a-z0-9]+)")
NAME = re.compile(r"\w{2,21}")
ATOM = "{http://www.w3.org/2005/Atom}"
WORDS = re.compile(r"<!-- SC_OFF -->(.*)<!-- SC_ON -->", re.DOTALL)
LINK = re.compile(r'<a href="([^"]+)">\[link\]</a>')
OPEN = ("", "public", "restricted", "archived")  # kinds of subreddits that anybody can read
TERMS = "https://support.reddithelp.com/hc/articles/42728983564564"

List = Literal["new", "comments"]
LISTS: tuple[List, ...] = ("new", "comments")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reddit:
    """Posts and comments of `subreddits`, through the API, as an application that Reddit has
    approved for you: by its `client` id and `secret`, or by a `token` you asked for yourself.

    `comments`: whether to gather comments. `arctic` fills in the past from the Arctic Shift
    archive.
    """

    kind: ClassVar[str] = "reddit"
    dossier: ClassVar[Dossier] = Dossier(
        title="Reddit",
        access="own credentials",
        terms=TERMS,
        recheck=(24, 48, 168, 720),
        every=60,
        backfill="the newest 1,000 items of a list; with arctic = true, years",
        threads="whole: a comment names its parent and its post",
        deletes="found by asking again after 24 and 48 hours, 7 and 30 days; edits too",
        limits="100 requests a minute for each approved application.",
        gaps=(
            "After a pause, what is more than about 1,000 items back is noted as a gap.",
            "What moderators approve so late that 30 items came since is missed.",
        ),
    )

    subreddits: tuple[str, ...] = ()
    client: str = ""
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    comments: bool = True
    arctic: bool = False
    _tokens: dict[str, tuple[str, datetime]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        _named(self.subreddits)

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """Every list from its newest item down to what is known."""
        state = state_of(since)
        return in_turn(self.kind, self.subreddits, lambda sub: self._news(http, sub, state, now))

    def backfill(
        self, http: Http, since: Cursor | None, first: datetime, now: datetime
    ) -> Iterator[Payload]:
        """Every list from its newest item down to `first`; with `arctic` from the archive."""
        state, span = state_of(since), (micros(first), micros(now))
        past = self._archived if self.arctic else self._past
        return in_turn(self.kind, self.subreddits, lambda sub: past(http, sub, state, span))

    def recheck(self, http: Http, ids: Sequence[RecordId], now: datetime) -> Iterator[Payload]:
        """The items as they are now, a hundred at a time."""
        names = [one.removeprefix("reddit:") for one in ids]
        for start in range(0, len(names), PAGE):
            asked = names[start : start + PAGE]
            answer = self._ask(http, "/api/info", {"id": ",".join(asked)}, now)
            listing = table(decoded(answer.body, "Reddit"), "Reddit")
            if not _children(listing):
                raise Malformed("reddit: knows none of the items it was asked about; asked again")
            body = packed({**listing, "asked": asked, "at": micros(now)})
            yield Payload(body, Cursor(""), f"{API}/api/info")

    def parse(self, payload: Payload) -> Iterable[Found]:
        """Records of a listing, or of the archive's rows."""
        data = table(decoded(payload.body, "Reddit"), "Reddit")
        if isinstance(data.get("data"), list):
            return every(data["data"], _from_archive)
        if "asked" not in data:
            return every(_children(data), _from_listing)
        at = asked_at(data, "Reddit")
        return rechecked(
            [str(one) for one in rows(data["asked"], "asked")],
            _children(data),
            lambda child: need(part(child, "data"), "name"),
            _from_listing,
            lambda native, state: tombstone(
                native, source="reddit", community="reddit.com", at=at, state=state
            ),
        )

    @property
    def _lists(self) -> tuple[List, ...]:
        return LISTS if self.comments else LISTS[:1]

    def _news(
        self, http: Http, sub: str, state: dict[str, Any], now: datetime
    ) -> Iterator[Payload]:
        for what in self._lists:
            path = f"/r/{sub}/{what}"
            known = Known.of(state.get(path))
            pages = self._pages(http, path, known, now)
            walk = newest_first(pages, known, _name, most=PAGES, what=path)
            gaps = walk.gap("reddit", f"r/{sub}", known, "lists end after about 1,000 items")

            def mark(read: Known, path: str = path) -> Cursor:
                state[path] = read.told()
                return cursor_of(state)

            yield from in_chunks(
                walk, known, _listing, mark, url=API + path, now=micros(now), gaps=gaps, keep=KEEP
            )

    def _pages(self, http: Http, path: str, known: Known, now: datetime) -> Iterator[list[Any]]:
        """A list page by page, newest first, until it ends."""
        fresh = known.more or not known.ids
        after = ""
        while True:
            params: Params = {"after": after} if after else {}
            answer = self._ask(http, path, params, now, fresh=fresh or bool(after))
            if answer.status == UNCHANGED:
                return
            listing = table(decoded(answer.body, path), path)
            yield _children(listing)
            following = text_of(part(listing, "data"), "after")
            if not following or following == after:
                return
            after = following

    def _past(
        self, http: Http, sub: str, state: dict[str, Any], span: tuple[int, int]
    ) -> Iterator[Payload]:
        for what in self._lists:
            path = f"/r/{sub}/{what}"
            after, oldest = mark_of(state, path, span[1])
            _, listed = mark_of(state, f"{path}#listed", 0)
            while after != DONE:
                params: Params = {"after": after} if after else {}
                answer = self._ask(http, path, params, moment(span[1]), fresh=True)
                listing = table(decoded(answer.body, path), path)
                children = list(named(_children(listing), _name))
                oldest = min([oldest, *(at for _, at, _ in children)])
                following = text_of(part(listing, "data"), "after") if children else ""
                if after and following == after:
                    raise Malformed(f"{path}: gives a page again; it is asked for again later")
                after, listed = following, listed + len(children)
                gaps: tuple[Exposure, ...] = ()
                if not after and listed >= FULL:
                    why = "lists end after about 1,000 items; set arctic = true to fill the past"
                    gaps = lost("reddit", f"r/{sub}", span[0], oldest, why)
                after = DONE if not after or oldest < span[0] else after
                state |= {path: [after, oldest], f"{path}#listed": ["", listed]}
                body = _listing([one for _, at, one in children if span[0] <= at < span[1]])
                yield Payload(body, cursor_of(state), API + path, gaps)

    def _archived(
        self, http: Http, sub: str, state: dict[str, Any], span: tuple[int, int]
    ) -> Iterator[Payload]:
        """Posts and comments of Arctic Shift, forward in time."""
        for what in ("posts", "comments")[: len(self._lists)]:
            key = f"arctic/{sub}/{what}"
            mark, _ = mark_of(state, key, span[1])
            while mark != DONE:
                start = _second(mark) if mark else span[0] // SECOND - 1
                params: Params = {"subreddit": sub, "after": start, "before": span[1] // SECOND + 1,
                                  "sort": "asc", "limit": PAGE}  # fmt: skip
                answer = answered(http, f"{ARCTIC}/{what}/search", params)
                data = table(decoded(answer.body, "Arctic Shift"), "Arctic Shift")
                items = rows(data.get("data"), "Arctic Shift")
                times = [at // SECOND for _, at, _ in named(items, _archive_name)]
                if times and max(times) < start:
                    raise Malformed("Arctic Shift: gives a page again; it is asked for again later")
                # the last second may go on on the next page, so it is read again
                mark = (
                    str(max(max(times, default=0) - 1, start + 1)) if len(items) >= PAGE else DONE
                )
                state[key] = [mark, span[1]]
                yield Payload(packed({"data": items}), cursor_of(state), f"{ARCTIC}/{what}/search")

    def _ask(
        self, http: Http, path: str, params: Params, now: datetime, *, fresh: bool = True
    ) -> Answer:
        headers = {"Authorization": f"bearer {self._token(http, now)}"}
        if fresh:
            headers["Cache-Control"] = "no-cache"
        fixed: Params = {"limit": PAGE, "raw_json": 1}
        try:
            return http.get(API + path, params={**fixed, **params}, headers=headers)
        except AuthRequired:
            self._tokens.pop(self.client, None)  # it was revoked; the next visit asks for another
            raise

    def _token(self, http: Http, now: datetime) -> str:
        """The token given, or one for the application, asked for again an hour before it ends."""
        token, until = self._tokens.get(self.client, (self.token, now))
        if self.token or now < until:
            return token
        if not self.client or not self.secret:
            raise AuthRequired(
                "reddit: neither token nor client and secret are given; Reddit gives them to "
                "applications it has approved, see docs/sources/reddit.md"
            )
        basic = b64encode(f"{self.client}:{self.secret}".encode()).decode()
        answer = http.post(
            TOKEN,
            form={"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {basic}"},
        )
        told = table(decoded(answer.body, "Reddit token"), "Reddit token")
        token, lasts = text_of(told, "access_token"), told.get("expires_in")
        if not token or type(lasts) is not int:
            why = text_of(told, "error") or "no reason given"
            raise AuthRequired(f"reddit: gives no token ({why}); look at client and secret")
        self._tokens[self.client] = (token, now + timedelta(seconds=max(0, lasts - 3_600)))
        return token


def _named(subreddits: Sequence[str]) -> None:
    for sub in subreddits:
        if not NAME.fullmatch(sub):
            raise ValueError(f"subreddits: {sub!r} is no name such as gardening, without r/")


def _children(listing: Raw) -> list[Any]:
    return rows(part(listing, "data").get("children"), "Reddit, children")


def _listing(children: Sequence[Raw]) -> bytes:
    return packed({"kind": "Listing", "data": {"children": children}})


def _name(child: Raw) -> tuple[str, int]:
    data = part(child, "data")
    return need(data, "id"), micros(time_of(data.get("created_utc"))[0])


def _from_listing(child: Raw) -> Iterator[Record]:
    return _from_item(part(child, "data"), text_of)


def _from_archive(data: Raw) -> Iterator[Record]:
    if part(data, "_meta").get("was_deleted_later") is True:
        data = {**data, "author": "[deleted]"}
    return _from_item(data, _unescaped)


def _from_item(data: Raw, words: Callable[[Raw, str], str]) -> Iterator[Record]:
    """A post or a comment; what its author or a moderator took away has no words."""
    comment = "body" in data
    native = f"{'t1' if comment else 't3'}_{need(data, 'id')}"
    if text_of(data, "subreddit_type") not in OPEN:
        return
    community, published = f"r/{need(data, 'subreddit')}", time_of(data.get("created_utc"))[0]
    text = normalise(words(data, "body" if comment else "selftext"))
    title = "" if comment else normalise(words(data, "title"))
    if state := _withdrawn(data, text):
        yield tombstone(
            native, source="reddit", community=community, at=published, state=state
        )  # fmt: skip
        return
    if not title and not text:
        return
    edited = data.get("edited")
    yield Record(
        id=RecordId(f"reddit:{native}"),
        source="reddit",
        kind="comment" if comment else "post",
        community=community,
        title=title,
        text=text,
        url=_url(data),
        author=text_of(data, "author"),
        parent=_full(text_of(data, "parent_id")) if comment else None,
        root=_full(text_of(data, "link_id")) if comment else None,
        published=published,
        edited=time_of(edited)[0] if type(edited) in (int, float) else None,
        engagement=engagement_of(
            {"score": data.get("score"), "comments": data.get("num_comments")}
        ),
    )


def _withdrawn(data: Raw, text: str) -> State | None:
    """Whether an item was taken away, and by whom. A closed account takes its words along."""
    by = text_of(data, "removed_by_category")
    if by == "deleted" or text_of(data, "author") in GONE or text in GONE - {"[removed]"}:
        return "deleted"
    return "removed" if by or text == "[removed]" else None


def _unescaped(data: Raw, key: str) -> str:
    """Words of the archive, in which three characters are escaped."""
    text = text_of(data, key).replace("&lt;", "<").replace("&gt;", ">")
    return text.replace("&amp;", "&")


def _full(name: str) -> RecordId | None:
    return RecordId(f"reddit:{name}") if name else None


def _url(data: Raw) -> str:
    link = text_of(data, "url")
    if link.startswith("http") and not data.get("is_self", False) and "body" not in data:
        return link
    permalink = text_of(data, "permalink")
    return SITE + permalink if permalink.startswith("/") else permalink


def _second(told: str) -> int:
    """The second that a cursor of the archive names."""
    second = whole(told)
    if second is None or second > LATEST // SECOND:
        raise foreign(told)
    return second


def _archive_name(data: Raw) -> tuple[str, int]:
    return need(data, "id"), micros(time_of(data.get("created_utc"))[0])
