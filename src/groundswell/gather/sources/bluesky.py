"""Bluesky: the public stream of everything, Jetstream, read up to a few seconds ago."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from groundswell.errors import (
    CursorTooOld,
    Forbidden,
    Malformed,
    NotFound,
    Silent,
    SourceError,
    Unsafe,
    Upstream,
)
from groundswell.gather.addresses import canonical
from groundswell.gather.fields import engagement_of, need, text_of, time_of
from groundswell.gather.jetstream import Event, Place, event_of, links_of, unshortened
from groundswell.gather.listing import (
    answered,
    asked_at,
    decoded,
    every,
    language,
    lost,
    packed,
    part,
    rechecked,
    rows,
    table,
    tombstone,
)
from groundswell.gather.source import Cursor, Departure, Dossier, Found, Http, Params, Payload
from groundswell.text import normalise
from groundswell.types import Exposure, Record, RecordId
from groundswell.types.moment import HOUR_US, micros, moment
from groundswell.types.record import State

EVENTS = "network.bsky.jetstream.subscribeEvents"
EAST = f"wss://jetstream.us-east.bsky.network/xrpc/{EVENTS}"
WEST = f"wss://jetstream.us-west.bsky.network/xrpc/{EVENTS}"
POSTS, PROFILES = "app.bsky.feed.post", "app.bsky.actor.profile"
SITE, COMMUNITY = "https://bsky.app/profile", "bsky.app"
HIDDEN = "!no-unauthenticated"  # the label by which an account asks not to be shown to strangers
SECOND = 1_000_000
LAG = 30 * SECOND  # a stream that falls silent so shortly before now has nothing more to say
BEGIN = HOUR_US  # before the first visit
REWIND = 10 * SECOND  # on another host: two hosts never see the same instant at the same time
KEPT = 36 * HOUR_US  # what Jetstream can give again
MOST, LONGEST = 500, SECOND  # messages of a payload, and the time it spans
ACTORS = 25  # profiles, or posts, of one request
LARGEST = 1_000_000  # bytes of a message
FEW = 5  # posts that may all have been deleted since
COUNTS = {"likes": "like", "reposts": "repost", "replies": "reply", "quotes": "quote"}
REMEMBERED = 100_000  # authors whose wish is not asked for again


@dataclass(frozen=True, slots=True, kw_only=True)
class Bluesky:
    """Posts of Bluesky in these `languages` that hold one of these `terms`; all without them.

    `hosts` are Jetstream addresses of version 2, or of version 1 where they end in /subscribe.
    `appview` is asked whether an author wants to be read by strangers.
    """

    kind: ClassVar[str] = "bluesky"
    dossier: ClassVar[Dossier] = Dossier(
        title="Bluesky",
        access="open",
        terms="https://bsky.social/about/support/tos",
        recheck=(48, 720),
        every=30,
        lag=LAG // SECOND,
        backfill="the last 36 hours",
        threads="every reply names its parent and the first post; both are there if they match",
        deletes="in the stream within seconds, of posts and of whole accounts; for what falls "
        "into a gap posts are asked about again after 2 and 30 days",
        limits="None is documented for the stream; for the rest about 3,000 requests in 5 minutes.",
        gaps=(
            "Counts of likes and reposts are not in the stream; a record has none.",
            "A reply that holds no term is not gathered, even below a post that does.",
            "What a server missed while it was out of step with the network never comes.",
        ),
    )

    languages: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    hosts: tuple[str, ...] = (EAST, WEST)
    appview: str = "https://public.api.bsky.app"
    _hidden: dict[str, bool] = field(default_factory=dict, init=False, repr=False, compare=False)

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """Read the stream from the cursor up to `now`; where it begins is noted first."""
        place = Place.of(since)
        if place is None:
            place = Place(at=micros(now) - BEGIN)
            yield Payload(b"", place.cursor(), self.appview)
        yield from _Visit(self, http, place, micros(now)).read()

    def backfill(
        self, http: Http, since: Cursor | None, first: datetime, now: datetime
    ) -> Iterator[Payload]:
        """Read the stream from `first`, or from where it begins, up to `now`."""
        place = Place.of(since) or Place(at=micros(first))
        return _Visit(self, http, place, micros(now)).read()

    def recheck(self, http: Http, ids: Sequence[RecordId], now: datetime) -> Iterator[Payload]:
        """The posts as the AppView has them now, 25 at a time."""
        uris = [one.removeprefix("bluesky:") for one in ids]
        for start in range(0, len(uris), ACTORS):
            asked = uris[start : start + ACTORS]
            url = f"{self.appview}/xrpc/app.bsky.feed.getPosts"
            data = table(decoded(answered(http, url, {"uris": asked}).body, "Bluesky"), "Bluesky")
            posts = rows(data.get("posts"), "Bluesky, posts")
            if not posts and len(asked) > FEW:
                raise Malformed("bluesky: knows none of the posts it was asked about; asked again")
            yield Payload(
                packed({"at": micros(now), "asked": asked, "posts": posts}), Cursor(""), url
            )

    def parse(self, payload: Payload) -> Iterable[Found]:
        """Records, withdrawn records and departures of messages, one a line; or of posts that
        were asked about again."""
        if payload.url.endswith("getPosts"):
            data = table(decoded(payload.body, "Bluesky"), "Bluesky")
            at = asked_at(data, "Bluesky")
            return rechecked(
                map(str, rows(data.get("asked"), "asked")),
                rows(data.get("posts"), "posts"),
                lambda post: need(post, "uri"),
                self._again,
                lambda uri, state: _gone(uri, at, state),
            )
        lines = [decoded(line, "Jetstream") for line in payload.body.split(b"\n") if line]
        return every(lines, lambda line: self._found(event_of(line)))

    def selects(self, post: Mapping[str, Any]) -> bool:
        """Whether a post is in our languages, holds one of our terms, and may be read by us."""
        if HIDDEN in _labels(post):
            return False
        langs = [language(one) for one in _texts(post.get("langs"))]
        if self.languages and langs and not set(langs) & set(self.languages):
            return False
        return not self.terms or _pattern(self.terms).search(text_of(post, "text")) is not None

    def keeps(self, event: Event) -> bool:
        """Whether a message says anything to us."""
        if event.kind == "account":
            return event.closes
        if event.collection == PROFILES:
            return HIDDEN in _labels(event.record)
        if event.collection != POSTS:
            return False
        return event.operation != "create" or self.selects(event.record)

    def _found(self, event: Event) -> Iterator[Found]:
        if not self.keeps(event):
            return
        if event.kind == "account" or event.collection == PROFILES:
            yield Departure("bluesky", event.did)
            return
        stands = event.operation != "delete" and self.selects(event.record)
        record = _post(event) if stands else None
        if record is not None:
            yield record
        elif event.operation != "create":  # what it said before no longer stands
            state: State = "deleted" if event.operation == "delete" else "removed"
            yield _gone(event.uri, moment(event.written), state)

    def _again(self, post: Mapping[str, Any]) -> Iterator[Record]:
        """A post as the AppView tells it; nothing when it is no longer for us."""
        record, author = part(post, "record"), part(post, "author")
        if HIDDEN in (*_labels(author), *_labels(post)) or not self.selects(record):
            return
        did, collection, rkey = need(post, "uri").removeprefix("at://").split("/")
        at = micros(time_of(post.get("indexedAt"))[0])
        found = _post(Event("commit", 0, at, did, collection, "create", rkey, record))
        if found is not None:
            counts = {ours: post.get(f"{theirs}Count") for ours, theirs in COUNTS.items()}
            yield replace(found, engagement=engagement_of(counts))


def _gone(uri: str, at: datetime, state: State) -> Record:
    return tombstone(uri, source="bluesky", community=COMMUNITY, at=at, state=state)


def _post(event: Event) -> Record | None:
    """A post as a record; None when it has no words."""
    text = normalise(unshortened(event.record))
    if not text:
        return None
    reply = part(event.record, "reply")
    parent, root = (text_of(part(reply, one), "uri") for one in ("parent", "root"))
    new = event.operation == "create"
    return Record(
        id=RecordId(f"bluesky:{event.uri}"),
        source="bluesky",
        kind="comment" if parent else "post",
        community=COMMUNITY,
        published=moment(event.at if new else event.written),
        edited=None if new else moment(event.at),
        text=text,
        url=_shared(event.record) or f"{SITE}/{event.did}/post/{event.rkey}",
        author=event.did,
        lang=next((language(one) for one in _texts(event.record.get("langs"))), "und"),
        parent=RecordId(f"bluesky:{parent}") if parent else None,
        root=RecordId(f"bluesky:{root}") if root else None,
    )


def _shared(post: Mapping[str, Any]) -> str:
    """The link a post shares: that of its card, else the first in its text."""
    embed = post.get("embed")
    external = embed.get("external") if isinstance(embed, dict) else None
    card = external.get("uri") if isinstance(external, dict) else None
    links = [card, *(uri for _, _, uri in sorted(links_of(post)))]
    return next((found for one in links if isinstance(one, str) and (found := canonical(one))), "")


def _labels(record: Mapping[str, Any]) -> list[str]:
    """The labels a record's author put on it."""
    labels = record.get("labels")
    values = labels.get("values") if isinstance(labels, dict) else labels
    found = values if isinstance(values, list) else []
    return [text_of(one, "val") for one in found if isinstance(one, dict)]


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


@cache
def _pattern(terms: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these words or phrases, whole, in any case."""
    ways = "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{ways})(?!\w)", re.IGNORECASE)


@dataclass(slots=True)
class _Visit:
    """One reading of the stream up to `until`, on one host after another until one speaks."""

    source: Bluesky
    http: Http
    place: Place
    until: int
    batch: list[tuple[Event, bytes]] = field(default_factory=list)
    count: int = 0
    began: int = 0
    clamped: bool = False
    gaps: tuple[Exposure, ...] = ()

    def read(self) -> Iterator[Payload]:
        """Payloads in the order of the stream; what was wrong with the last host when none
        speaks."""
        hosts = sorted(self.source.hosts, key=lambda host: host != self.place.host)
        problem: SourceError = SourceError("bluesky: hosts is empty; name one in sources.toml")
        for host in hosts:
            try:
                yield from self._read_on(host)
                return
            except (Forbidden, NotFound, Silent, Unsafe, Upstream) as fault:
                problem = fault
        raise problem

    def _read_on(self, host: str) -> Iterator[Payload]:
        """Read one host to the end; connect again as long as that brings anything."""
        while True:
            before = self.place
            fault: SourceError = Upstream(f"{host}: closed the stream and has nothing new")
            messages = self._messages(host)
            while True:
                try:
                    event, frame = next(messages)
                except StopIteration:
                    break
                except (Silent, Upstream) as problem:
                    fault = problem
                    break
                if self._full(event):
                    yield from self._flush()
                self._take(event, frame, host)
                if event.at >= self.until:
                    break
            messages.close()
            yield from self._flush()
            if self.place.at >= self.until - LAG:
                return
            if self.place == before or isinstance(fault, Silent):
                raise fault

    def _messages(self, host: str) -> Generator[tuple[Event, bytes]]:
        """What a host sends after our place in its stream."""
        start = self.place
        again = host == start.host
        problem: SourceError | None = None
        for frame in self._frames(host):
            try:
                data = table(decoded(frame, "Jetstream"), "message")
                event = event_of(data) if data.get("$type") != "error" else None
            except SourceError as fault:
                problem = fault  # one odd message of millions: the next one moves the cursor
                continue
            if event is None:
                raise Upstream(f"{host}: ended the stream: {str(data.get('error'))[:80]}")
            if event.kind == "info":
                self.clamped = True
            elif not again or (event.seq > start.seq if event.seq else event.at > start.at):
                yield event, frame
        if problem and self.place == start and not self.count:
            raise Malformed(f"{host}: sends nothing that can be read ({problem})")

    def _frames(self, host: str) -> Iterator[bytes]:
        """The raw stream: after a number on the same host, else after a time."""
        start = self.place
        if start.host == host and start.seq:
            try:
                yield from self._stream(host, start.seq)
                return
            except SourceError as problem:
                if not isinstance(problem, CursorTooOld) and b"CursorTooOld" not in problem.body:
                    raise
                self.clamped = True  # a time is answered with what there still is
        self.clamped = self.clamped or start.at < self.until - KEPT  # version 1 does not say so
        yield from self._stream(host, start.at - (REWIND if start.host not in ("", host) else 0))

    def _stream(self, host: str, cursor: int) -> Iterator[bytes]:
        wants, kinds = [POSTS, PROFILES], ["commit", "account"]
        if host.endswith("/subscribe"):
            return self.http.stream(host, params={"wantedCollections": wants, "cursor": cursor})
        params: Params = {"collections": wants, "kinds": kinds, "cursor": cursor,
                          "maxMessageSizeBytes": LARGEST}  # fmt: skip
        return self.http.stream(
            host, params=params, headers={"Sec-WebSocket-Protocol": "xrpc.v1.json"}
        )

    def _full(self, event: Event) -> bool:
        """Whether a payload ends before this message; those of one instant stay together."""
        if self.count == 0 or event.at == self.place.at:
            return False
        return self.count >= MOST or (bool(self.batch) and event.at - self.began >= LONGEST)

    def _take(self, event: Event, frame: bytes, host: str) -> None:
        """Note a message and move our place; what it says to us is kept."""
        if self.clamped and event.at - self.place.at > SECOND:
            why = "the stream no longer reaches back so far"
            self.gaps += lost("bluesky", "*", self.place.at, event.at, why)
        self.clamped = False
        if self.count == 0:
            self.began = event.at
        self.count += 1
        self.place = Place(max(self.place.at, event.at), event.seq, host)
        if not self.source.keeps(event):
            return
        self.batch.append((event, frame.replace(b"\n", b" ")))
        if event.collection == PROFILES:
            self.source._hidden[event.did] = True

    def _flush(self) -> Iterator[Payload]:
        """The payload of what was kept, without those who do not want to be read by strangers."""
        if not self.count:
            return
        self._ask({event.did for event, _ in self.batch if event.operation in ("create", "update")})
        frames = [frame for event, frame in self.batch if self._open(event)]
        yield Payload(b"\n".join(frames), self.place.cursor(), self.place.host, self.gaps)
        self.batch, self.count, self.gaps = [], 0, ()

    def _open(self, event: Event) -> bool:
        """Whether a message may be read on; withdrawals always may."""
        writes = event.collection == POSTS and event.operation != "delete"
        return not (writes and self.source._hidden.get(event.did, True))

    def _ask(self, dids: Iterable[str]) -> None:
        """Learn which authors do not want to be shown to strangers, or are not shown at all."""
        if len(self.source._hidden) > REMEMBERED:
            self.source._hidden.clear()
        unknown = sorted(did for did in dids if did not in self.source._hidden)
        for start in range(0, len(unknown), ACTORS):
            actors = unknown[start : start + ACTORS]
            url = f"{self.source.appview}/xrpc/app.bsky.actor.getProfiles"
            answer = answered(self.http, url, {"actors": actors})
            data = table(decoded(answer.body, "Bluesky profiles"), "Bluesky profiles")
            profiles = rows(data.get("profiles"), "Bluesky profiles")
            shown = {text_of(one, "did") for one in profiles
                     if isinstance(one, dict) and HIDDEN not in _labels(one)}  # fmt: skip
            self.source._hidden.update({did: did not in shown for did in actors})
