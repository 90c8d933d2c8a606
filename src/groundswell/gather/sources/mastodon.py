"""Mastodon: what the members of chosen servers write in public, server by server."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any, ClassVar
from urllib.parse import quote

from groundswell.errors import Forbidden, Gone, Malformed, NotFound
from groundswell.gather.addresses import canonical
from groundswell.gather.fields import engagement_of, need, text_of, time_of, whole
from groundswell.gather.listing import (
    UNCHANGED,
    Known,
    answered,
    asked_at,
    asks_out,
    cursor_of,
    decoded,
    every,
    host_of,
    in_turn,
    language,
    lost,
    mark_of,
    named,
    packed,
    part,
    rank,
    rechecked,
    rows,
    state_of,
    table,
    tombstone,
)
from groundswell.gather.markup import text_of_html
from groundswell.gather.source import Cursor, Dossier, Found, Http, Params, Payload
from groundswell.types import Exposure, Record, RecordId
from groundswell.types.moment import micros

PAGE = 40  # statuses of one request
BATCH = 20  # ids of one request
RECENT = 10  # ids before the cursor that are read again: statuses may become visible out of order
TAGS = 5  # hashtags of one request
DONE = "done"
NOTHING = ("0",)  # the timeline was empty: whatever comes is new
ANCHOR = re.compile(r"<a\b([^>]*)>", re.IGNORECASE)
HREF = re.compile(r"""href=["'](https?://[^"']+)["']""", re.IGNORECASE)
INSIDE = re.compile(r"""(?:class|rel)=["'][^"']*\b(?:mention|hashtag|tag)\b""", re.IGNORECASE)

Status = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mastodon:
    """Public posts of the members of `instances`, all or those under `tags`, in `languages`.

    Posts that other servers' members wrote are left to their servers. `indexable` keeps only
    accounts that did not refuse to be found by search; `bots` keeps automated accounts too.
    """

    kind: ClassVar[str] = "mastodon"
    dossier: ClassVar[Dossier] = Dossier(
        title="Mastodon",
        access="open",
        terms="Each server has its own rules, on its about page: read them before you list it.",
        recheck=(1, 24, 48, 168, 720),
        every=60,
        backfill="as far back as the server shows its own members' posts",
        threads="a reply names what it answers; posts of other servers' members are missing",
        deletes="found by asking again after 1, 24 and 48 hours, 7 and 30 days; edits too",
        limits="300 requests in 5 minutes for each server; 40 posts a request.",
        gaps=(
            "A server may close its timelines to visitors; that is an error, not silence.",
            "Accounts that refused to be found by search are not gathered: on most servers these "
            "are the majority.",
            "Counts are those the server knows; what happens on other servers is understated.",
        ),
    )

    instances: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    indexable: bool = True
    bots: bool = False

    def __post_init__(self) -> None:
        for host in self.instances:
            if not re.fullmatch(r"[a-z0-9.-]+\.[a-z0-9-]+", host):
                raise ValueError(f"instances: {host!r} is no host name such as mastodon.example")

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """Each timeline forward from what was read last; the newest page at first."""
        state = state_of(since)
        return in_turn(self.kind, self.instances, lambda host: self._news(http, host, state))

    def backfill(
        self, http: Http, since: Cursor | None, first: datetime, now: datetime
    ) -> Iterator[Payload]:
        """Each timeline backward from `now` to `first`."""
        state = state_of(since)
        span = (micros(first), micros(now))
        return in_turn(self.kind, self.instances, lambda host: self._past(http, host, state, span))

    def recheck(self, http: Http, ids: Sequence[RecordId], now: datetime) -> Iterator[Payload]:
        """The posts as their servers have them now, twenty at a time."""
        natives: dict[str, list[str]] = {host: [] for host in self.instances}
        for one in ids:
            host, _, native = one.removeprefix("mastodon:").partition("/")
            if host in natives:
                natives[host].append(native)
        asked = [host for host, some in natives.items() if some]
        if asked:
            yield from in_turn(
                self.kind, asked, lambda host: _again(http, host, natives[host], now)
            )

    def parse(self, payload: Payload) -> Iterable[Found]:
        """Records of statuses; of those asked about again, withdrawn ones too."""
        host = host_of(payload.url, "Mastodon")
        data = decoded(payload.body, "Mastodon")
        if isinstance(data, list):
            return every(data, lambda status: self._records(status, host))
        data = table(data, "Mastodon")
        at = asked_at(data, "Mastodon")
        return rechecked(
            map(str, rows(data.get("asked"), "asked")),
            rows(data.get("statuses"), "statuses"),
            lambda status: need(status, "id"),
            lambda status: self._records(status, host),
            lambda native, state: tombstone(
                f"{host}/{native}", source="mastodon", community=host, at=at, state=state
            ),
        )

    def _news(self, http: Http, host: str, state: dict[str, Any]) -> Iterator[Payload]:
        admitted = _admitted(http, host, "hashtag_feeds" if self.tags else "live_feeds")
        for name, path, params in self._timelines():
            url, key = f"https://{host}/api/v1/timelines/{path}", host + name
            known = Known.of(state.get(key))
            while True:
                if known.ids:
                    answer = http.get(url, params={**params, "min_id": known.ids[0]})
                else:
                    answer = answered(http, url, params)
                if answer.status == UNCHANGED:
                    break
                page = rows(decoded(answer.body, host), host)
                if not page and not admitted and not (self.tags and not known.ids):
                    _open(http, url, params, known, host)
                fresh = [one for one in named(page, _name) if known.new(one[0])]
                if not fresh and known.ids:
                    break
                begun = bool(known.ids)
                known = known.plus(((native, at) for native, at, _ in fresh), keep=RECENT)
                known = known if known.ids else Known(NOTHING)
                state[key] = known.told()
                yield Payload(packed([one for _, _, one in fresh]), cursor_of(state), url)
                if not begun:
                    break

    def _past(
        self, http: Http, host: str, state: dict[str, Any], span: tuple[int, int]
    ) -> Iterator[Payload]:
        _admitted(http, host, "hashtag_feeds" if self.tags else "live_feeds")
        for name, path, params in self._timelines():
            url, key = f"https://{host}/api/v1/timelines/{path}", host + name
            below, oldest = mark_of(state, key, span[1])
            while below != DONE:
                before: Params = {"max_id": below} if below else {}
                answer = answered(http, url, {**params, **before})
                page = list(named(rows(decoded(answer.body, host), host), _name))
                if below and any(rank(native) >= rank(below) for native, _, _ in page):
                    raise Malformed(f"{host}: gives a page again; it is asked for again later")
                gaps: tuple[Exposure, ...] = ()
                if not page:
                    why = "the server shows nothing older"
                    gaps = () if self.tags else lost("mastodon", host, span[0], oldest, why)
                    below = DONE
                else:
                    native, oldest, _ = min(page, key=lambda one: rank(one[0]))
                    below = DONE if oldest < span[0] else _below(native, oldest, span[1])
                state[key] = [below, oldest]
                body = packed([one for _, at, one in page if span[0] <= at < span[1]])
                yield Payload(body, cursor_of(state), url, gaps)

    def _timelines(self) -> Iterator[tuple[str, str, Params]]:
        """The timelines of a server: a name for the cursor, the path, the parameters."""
        if not self.tags:
            yield "", "public", {"local": "true", "limit": PAGE}
        for start in range(0, len(self.tags), TAGS):
            first, *more = (tag.lstrip("#") for tag in self.tags[start : start + TAGS])
            params: dict[str, str | int | Sequence[str]] = {"local": "true", "limit": PAGE}
            if more:
                params["any[]"] = more
            yield "#" + "#".join((first, *more)), f"tag/{quote(first, safe='')}", params

    def _records(self, status: Status, host: str) -> Iterator[Record]:
        native, account = need(status, "id"), part(status, "account")
        lang = language(text_of(status, "language"))
        if self._refuses(status, account) or "@" in text_of(account, "acct"):
            return
        if self.languages and lang not in (*self.languages, "und"):
            return
        title, text = _words(status, "spoiler_text"), _words(status, "content")
        if not title and not text:
            return
        answers = text_of(status, "in_reply_to_id")
        edited = status.get("edited_at")
        yield Record(
            id=RecordId(f"mastodon:{host}/{native}"),
            source="mastodon",
            kind="comment" if answers else "post",
            community=host,
            title=title,
            text=text,
            url=_shared(text_of(status, "content")) or f"https://{host}/statuses/{native}",
            author=f"{need(account, 'acct')}@{host}",
            lang=lang,
            parent=RecordId(f"mastodon:{host}/{answers}") if answers else None,
            published=time_of(status.get("created_at"))[0],
            edited=time_of(edited)[0] if edited else None,
            engagement=engagement_of({
                "favourites": status.get("favourites_count"),
                "boosts": status.get("reblogs_count"),
                "replies": status.get("replies_count"),
                "quotes": status.get("quotes_count"),
            }),
        )  # fmt: skip

    def _refuses(self, status: Status, account: Status) -> bool:
        """Whether a status is no public post of its author, or its author asks to be left alone."""
        if text_of(status, "visibility") != "public" or status.get("reblog"):
            return True
        if any(account.get(flag) for flag in ("noindex", "suspended", "limited")):
            return True
        if self.indexable and account.get("indexable") is False:
            return True
        if account.get("bot") and not self.bots:
            return True
        fields = account.get("fields")
        told = map(str, fields if isinstance(fields, list) else ())
        return asks_out(text_of(account, "note"), *told)


def _name(status: Status) -> tuple[str, int]:
    return need(status, "id"), micros(time_of(status.get("created_at"))[0])


def _admitted(http: Http, host: str, feeds: str) -> bool:
    """Whether a server says that these feeds of its own members are open to visitors; older ones
    do not say. Forbidden where it says that they are closed."""
    answer = http.get(f"https://{host}/api/v2/instance")
    if answer.status == UNCHANGED:
        return False
    instance = table(decoded(answer.body, host), host)
    access = part(part(part(instance, "configuration"), "timelines_access"), feeds)
    if text_of(access, "local") not in ("", "public"):
        raise Forbidden(f"{host}: closes its timelines to visitors; take it out of sources.toml")
    return bool(access)


def _open(http: Http, url: str, params: Params, known: Known, host: str) -> None:
    """Forbidden where an empty page means a closed timeline and not a quiet one."""
    if known.ids == NOTHING:
        return
    newest: list[Any] = []
    if known.ids:
        answer = http.get(url, params={**params, "limit": 1})
        newest = [True] if answer.status == UNCHANGED else rows(decoded(answer.body, host), host)
    if not newest:
        raise Forbidden(
            f"{host}: answers with an empty timeline, which is how a server closes it; look at "
            "it, or take it out of sources.toml"
        )


def _again(http: Http, host: str, natives: Sequence[str], now: datetime) -> Iterator[Payload]:
    """These statuses as they are; none at all is believed only if one more question confirms it."""
    url = f"https://{host}/api/v1/statuses"
    for start in range(0, len(natives), BATCH):
        asked = natives[start : start + BATCH]
        answer = answered(http, url, {"id[]": asked})
        statuses = rows(decoded(answer.body, host), host)
        if statuses or _is_gone(http, f"{url}/{quote(asked[0], safe='')}"):
            told = {"at": micros(now), "asked": asked, "statuses": statuses}
            yield Payload(packed(told), Cursor(""), url)


def _is_gone(http: Http, url: str) -> bool:
    try:
        http.get(url)
    except (NotFound, Gone):
        return True
    return False


def _below(native: str, at: int, stop: int) -> str:
    """Where to read on backward; straight to `stop` where ids are times, as Mastodon's are."""
    number = whole(native)
    if at <= stop or number is None or abs((number >> 16) * 1_000 - at) > 60_000_000:
        return native
    return str((stop // 1_000 + 1) << 16)


def _words(status: Status, key: str) -> str:
    return text_of_html(text_of(status, key))


def _shared(content: str) -> str:
    """The first link of a post that leads to neither a person nor a hashtag."""
    for found in ANCHOR.finditer(content):
        link = HREF.search(found[1])
        if link and not INSIDE.search(found[1]):
            return canonical(unescape(link[1]))
    return ""
