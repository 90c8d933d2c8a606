"""Lemmy: posts and comments of chosen servers' own communities, versions 0.19 and 1.0."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from groundswell.errors import Forbidden, Gone, Malformed, NotFound, SourceError
from groundswell.gather.addresses import canonical
from groundswell.gather.cursors import foreign
from groundswell.gather.fields import engagement_of, need, text_of, time_of
from groundswell.gather.listing import (
    Known,
    Raw,
    answered,
    asked_at,
    asks_out,
    cursor_of,
    decoded,
    every,
    host_of,
    in_chunks,
    in_turn,
    language,
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
from groundswell.gather.source import Cursor, Dossier, Found, Http, Params, Payload
from groundswell.text import normalise
from groundswell.types import Record, RecordId
from groundswell.types.moment import micros
from groundswell.types.record import State

PAGE = 50  # items of one request
BATCH = 20  # records of one payload when they are asked about again
PAGES = 40  # of a list in one visit: 2,000 items
DONE = "done"
DIGITS = 9  # of a page number
PLACE = re.compile(r"(?:[A-Za-z0-9_]+@)?[a-z0-9.-]+\.[a-z0-9-]+")
MISSING = re.compile(rb"couldnt_find|not_found|could_not_find")

What = Literal["post", "comment"]
WHATS: tuple[What, ...] = ("post", "comment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lemmy:
    """Posts and comments in all communities of `instances`, and in single `communities`
    (electronics@lemmy.example), which are read where they live. `bots` keeps automated accounts.
    """

    kind: ClassVar[str] = "lemmy"
    dossier: ClassVar[Dossier] = Dossier(
        title="Lemmy",
        access="open",
        terms="Each server has its own rules, on its front page: read them before you list it.",
        recheck=(1, 24, 48, 168, 720),
        every=120,
        backfill="as far back as the server lists, fifty items a request",
        threads="whole: a comment names its parent and its post",
        deletes="found by asking again after 1, 24 and 48 hours, 7 and 30 days; edits too",
        limits="One request a second for each server.",
        gaps=(
            "Only communities that live on a listed server are read there.",
            f"After a pause, what is more than {PAGES * PAGE:,} items back is noted as a gap.",
            "What comes from another server so late that more than a page has been written since "
            "is missed.",
        ),
    )

    instances: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    bots: bool = False

    def __post_init__(self) -> None:
        for place in self._places:
            if not PLACE.fullmatch(place) or (place in self.communities) != ("@" in place):
                raise ValueError(
                    f"{place!r} is neither a host such as lemmy.example in instances nor a name "
                    "such as boats@lemmy.example in communities"
                )

    @property
    def _places(self) -> tuple[str, ...]:
        return (*self.instances, *self.communities)

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """Every list from its newest item down to what is known."""
        state, servers = state_of(since), _Servers(http)
        return in_turn(self.kind, self._places, lambda at: _news(servers, at, state, micros(now)))

    def backfill(
        self, http: Http, since: Cursor | None, first: datetime, now: datetime
    ) -> Iterator[Payload]:
        """Every list from its newest item down to `first`."""
        state, servers, span = state_of(since), _Servers(http), (micros(first), micros(now))
        return in_turn(self.kind, self._places, lambda place: _past(servers, place, state, span))

    def recheck(self, http: Http, ids: Sequence[RecordId], now: datetime) -> Iterator[Payload]:
        """The items as their servers have them now, one by one."""
        natives: dict[str, list[str]] = {}
        hosts = {place.rpartition("@")[2] for place in self._places}
        for one in ids:
            host, _, native = one.removeprefix("lemmy:").partition("/")
            if host in hosts:
                natives.setdefault(host, []).append(native)
        servers = _Servers(http)
        if natives:
            yield from in_turn(
                self.kind, list(natives), lambda host: _again(servers, host, natives[host], now)
            )

    def parse(self, payload: Payload) -> Iterable[Found]:
        """Records of posts and comments, withdrawn ones included."""
        host = host_of(payload.url, "Lemmy")
        data = table(decoded(payload.body, "Lemmy"), "Lemmy")
        codes = _codes(data)
        read = partial(self._records, host=host, codes=codes)
        if "asked" not in data:
            key = next((key for key in ("posts", "comments") if key in data), "items")
            return every(rows(data.get(key), key), read)
        at = asked_at(data, "Lemmy")
        return rechecked(
            map(str, rows(data["asked"], "asked")),
            rows(data.get("views"), "views"),
            lambda view: "/".join(_native(view)),
            read,
            lambda native, state: _tombstone(host, native, host, at, state),
        )

    def _records(self, view: Raw, *, host: str, codes: Mapping[str, str]) -> Iterator[Record]:
        what, native = _native(view)
        item, creator, community = part(view, what), part(view, "creator"), part(view, "community")
        where = _community(community, host)
        published = time_of(item.get("published_at") or item.get("published"))[0]
        for state in ("deleted", "removed"):
            if item.get(state) is True:
                yield _tombstone(host, f"{what}/{native}", where, published, state)
                return
        lang = codes.get(text_of(item, "language_id"), "und")
        if self._refuses(creator, community) or lang not in (*(self.languages or (lang,)), "und"):
            return
        title = normalise(text_of(item, "name")) if what == "post" else ""
        text = normalise(text_of(item, "body" if what == "post" else "content"))
        if not title and not text:
            return
        parent, root = _thread(item, host) if what == "comment" else (None, None)
        edited = item.get("updated_at") or item.get("updated")
        yield Record(
            id=RecordId(f"lemmy:{host}/{what}/{native}"),
            source="lemmy",
            kind=what,
            community=where,
            title=title,
            text=text,
            url=canonical(text_of(item, "url")) or f"https://{host}/{what}/{native}",
            author=text_of(creator, "ap_id") or text_of(creator, "actor_id"),
            lang=lang,
            parent=parent,
            root=root,
            published=published,
            edited=time_of(edited)[0] if edited else None,
            engagement=_counts(view, item, what),
        )

    def _refuses(self, creator: Raw, community: Raw) -> bool:
        """Whether a community is not public, or an author asks to be left alone."""
        if community.get("local") is False or community.get("hidden") is True:
            return True
        if text_of(community, "visibility").lower() not in ("", "public"):
            return True
        automated = creator.get("bot_account") is True and not self.bots
        return automated or asks_out(text_of(creator, "bio"))


@dataclass(frozen=True, slots=True)
class _Server:
    """One server: the version of its interface and what its language numbers mean."""

    host: str
    version: int
    languages: Sequence[Any]

    def page(self, http: Http, what: What, community: str, at: str) -> tuple[list[Any], str]:
        """The items of a page of a list, and where the next begins: DONE after the last."""
        old = self.version == 3
        type_, sort = ("All" if community else "Local"), "New"
        params: dict[str, str | int | Sequence[str]] = {
            "type_": type_ if old else type_.lower(),
            "sort": sort if old else sort.lower(),
            "limit": PAGE,
        }
        if community:
            params["community_name"] = community
        numbered = old and what == "comment"  # comments of version 0.19 have numbered pages
        if at:
            params["page" if numbered else "page_cursor"] = _turn(at) if numbered else at
        data = table(decoded(answered(http, self.list(what), params).body, self.host), self.host)
        items = rows(data.get(f"{what}s" if old else "items"), self.host)
        following = str(_turn(at) + 1) if numbered else text_of(data, "next_page")
        return items, following if items and following not in ("", at) else DONE

    def list(self, what: What) -> str:
        """The address of a list."""
        return f"https://{self.host}/api/v{self.version}/{what}/list"

    def packed(self, key: str, views: Sequence[Raw], **more: Any) -> bytes:
        """Items as a payload, with the languages they name."""
        used = [part(view, what).get("language_id") for view in views for what in WHATS]
        languages = [one for one in self.languages
                     if isinstance(one, dict) and one.get("id") in used]  # fmt: skip
        return packed({**more, key: views, "all_languages": languages})


@dataclass(slots=True)
class _Servers:
    """The servers met in one visit."""

    http: Http
    known: dict[str, _Server] = field(default_factory=dict)

    def __getitem__(self, host: str) -> _Server:
        if host not in self.known:
            self.known[host] = self._met(host)
        return self.known[host]

    def _met(self, host: str) -> _Server:
        """Version 1.0 where there is one. Forbidden for a server that is closed to visitors."""
        try:
            version, site = 4, self._site(host, 4)
        except SourceError as problem:
            if not isinstance(problem, NotFound | Malformed) and problem.status != 400:
                raise
            version, site = 3, self._site(host, 3)
        if part(part(site, "site_view"), "local_site").get("private_instance") is True:
            raise Forbidden(f"{host}: is closed to visitors; take it out of sources.toml")
        languages = site.get("all_languages")
        return _Server(host, version, languages if isinstance(languages, list) else ())

    def _site(self, host: str, version: int) -> Raw:
        answer = answered(self.http, f"https://{host}/api/v{version}/site", {})
        return table(decoded(answer.body, host), host)


def _news(servers: _Servers, place: str, state: dict[str, Any], now: int) -> Iterator[Payload]:
    community, _, host = place.rpartition("@")
    server = servers[host]
    for what in WHATS:
        key = f"{place}/{what}"
        known = Known.of(state.get(key))
        pages = _pages(servers.http, server, what, community)
        walk = newest_first(pages, known, _name, most=PAGES, what=key)
        gaps = walk.gap("lemmy", place if community else "*", known, "more than a visit reads")

        def mark(read: Known, key: str = key) -> Cursor:
            state[key] = read.told()
            return cursor_of(state)

        yield from in_chunks(
            walk, known, partial(server.packed, _key(server, what)), mark,
            url=server.list(what), now=now, gaps=gaps,
        )  # fmt: skip


def _past(
    servers: _Servers, place: str, state: dict[str, Any], span: tuple[int, int]
) -> Iterator[Payload]:
    community, _, host = place.rpartition("@")
    server = servers[host]
    for what in WHATS:
        key = f"{place}/{what}"
        at, oldest = mark_of(state, key, span[1])
        while at != DONE:
            page, at = server.page(servers.http, what, community, at)
            times = [(when, view) for _, when, view in named(page, _name)]
            oldest = min([oldest, *(when for when, _ in times)])
            if not times or max(when for when, _ in times) < span[0]:
                at = DONE  # a page only of older items: those pinned on top are never alone
            state[key] = [at, oldest]
            views = [view for when, view in times if span[0] <= when < span[1]]
            body = server.packed(_key(server, what), views)
            yield Payload(body, cursor_of(state), server.list(what))


def _again(
    servers: _Servers, host: str, natives: Sequence[str], now: datetime
) -> Iterator[Payload]:
    """Twenty items a payload; what was answered before something failed is not lost."""
    server = servers[host]
    for start in range(0, len(natives), BATCH):
        asked: list[str] = []
        views: list[Raw] = []
        problem: SourceError | None = None
        for native in natives[start : start + BATCH]:
            try:
                views += _view(servers.http, server, native)
            except SourceError as fault:
                problem = fault
                break
            asked.append(native)
        if asked:
            body = server.packed("views", views, asked=asked, at=micros(now))
            yield Payload(body, Cursor(""), f"https://{host}/api/v{server.version}")
        if problem:
            raise problem


def _view(http: Http, server: _Server, native: str) -> list[Raw]:
    """An item as it is now; nothing where the server says that there is none."""
    what, _, number = native.partition("/")
    url = f"https://{server.host}/api/v{server.version}/{what}"
    params: Params = {"id": number}
    try:
        data = table(decoded(answered(http, url, params).body, server.host), server.host)
    except (NotFound, Gone):
        return []
    except SourceError as problem:
        if problem.status == 400 and MISSING.search(problem.body):
            return []  # how servers before 0.19 say it
        raise
    return [part(data, f"{what}_view") or data]


def _pages(http: Http, server: _Server, what: What, community: str) -> Iterator[list[Any]]:
    """A list page by page."""
    at = ""
    while at != DONE:
        page, at = server.page(http, what, community, at)
        yield page


def _turn(at: str) -> int:
    """The number of a page; 1 for the first, which has none in a cursor."""
    if at and not (at.isascii() and at.isdecimal() and len(at) < DIGITS):
        raise foreign(at)
    return int(at or 1)


def _key(server: _Server, what: What) -> str:
    return f"{what}s" if server.version == 3 else "items"


def _name(view: Raw) -> tuple[str, int]:
    what, native = _native(view)
    item = part(view, what)
    return native, micros(time_of(item.get("published_at") or item.get("published"))[0])


def _native(view: Raw) -> tuple[What, str]:
    what: What = "comment" if view.get("comment") is not None else "post"
    return what, need(part(view, what), "id")


def _community(community: Raw, host: str) -> str:
    home = urlsplit(text_of(community, "ap_id") or text_of(community, "actor_id")).hostname
    name = text_of(community, "name")
    return f"{name}@{home or host}" if name else host


def _thread(comment: Raw, host: str) -> tuple[RecordId, RecordId]:
    """What a comment answers, and its post."""
    root = RecordId(f"lemmy:{host}/post/{need(comment, 'post_id')}")
    above = text_of(comment, "path").split(".")[1:-1]
    return (RecordId(f"lemmy:{host}/comment/{above[-1]}") if above else root), root


def _counts(view: Raw, item: Raw, what: What) -> Mapping[str, int]:
    counts = {**item, **part(view, "counts")}
    answers = {"comments": counts.get("comments")} if what == "post" else {
        "replies": counts.get("child_count")
    }  # fmt: skip
    votes = {key: counts.get(key) for key in ("score", "upvotes", "downvotes")}
    return engagement_of({**votes, **answers})


def _codes(data: Raw) -> Mapping[str, str]:
    """Language codes by number; 0 is undetermined."""
    told = data.get("all_languages")
    found = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return {text_of(one, "id"): language(text_of(one, "code")) for one in found}


def _tombstone(host: str, native: str, community: str, at: datetime, state: State) -> Record:
    return tombstone(
        f"{host}/{native}", source="lemmy", community=community, at=at, state=state
    )  # fmt: skip
