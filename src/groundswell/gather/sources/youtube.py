"""YouTube: videos of chosen channels and the comments under them, with your own key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from groundswell.errors import (
    AuthRequired,
    BadRow,
    Forbidden,
    Malformed,
    NotFound,
    QuotaExhausted,
    SourceError,
    Throttled,
)
from groundswell.gather.cursors import branch, number, texts, word
from groundswell.gather.fields import need, text_of, time_of
from groundswell.gather.listing import (
    cursor_of,
    every,
    lost,
    packed,
    part,
    rechecked,
    state_of,
    table,
    tombstone,
)
from groundswell.gather.payloads import named_in
from groundswell.gather.source import Cursor, Dossier, Found, Http, Params, Payload
from groundswell.gather.youtube import counts, entries, flat, listed, oldest, reason, threads_in
from groundswell.text import normalise
from groundswell.types import Exposure, Record, RecordId
from groundswell.types.moment import EPOCH
from groundswell.types.record import State

API = "https://www.googleapis.com/youtube/v3"
FEED = "https://www.youtube.com/feeds/videos.xml"
FRESH = {"Cache-Control": "no-cache"}
WATCH = "https://www.youtube.com/watch?v="
BATCH, PAGE = 50, 100
MOST_PAGES = 20  # of comments under a video, 100 threads each
KEPT = 50  # threads the cursor keeps of each video, videos of each channel
VISITS = (900, 3_600, 4 * 3_600, 12 * 3_600, 86_400, 2 * 86_400, 4 * 86_400, 7 * 86_400)
RENEWED = timedelta(hours=8)  # after midnight UTC it is midnight in California in winter
SECOND_US = 1_000_000
LATEST = 2**33  # seconds since 1970 beyond which no cursor of ours can be
NOTHING = packed({"kind": "youtube#commentListResponse", "items": []})
CLOSED = frozenset({"commentsDisabled", "videoNotFound", "forbidden"})
SPENT = frozenset({"quotaExceeded", "dailyLimitExceeded"})
KEYLESS = frozenset({"keyInvalid", "keyExpired", "badRequest", "accessNotConfigured"})
BEYOND = "more videos came out than the channel's feed holds"
TOO_MANY = "more comments came in than are read back at once"

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class YouTube:
    """New videos of `channels` (id to the name they are counted under) and their `comments`.

    `key` is your own. `units`: how many of the day's 10,000 may be spent.
    """

    kind: ClassVar[str] = "youtube"
    dossier: ClassVar[Dossier] = Dossier(
        title="YouTube",
        access="own key",
        terms="https://developers.google.com/youtube/terms/developer-policies: refresh or delete "
        "within 30 days; no figures derived from API data without permission.",
        text_ttl=720,
        derived_allowed=False,
        recheck=(24, 168, 336, 504, 672),
        every=900,
        lag=3600,
        threads="whole as far as they are seen: a reply names its thread, a comment its video",
        deletes="never told; what is not found any more is taken out",
        limits="10,000 units a day, one a request; we stop at the number you set",
        gaps=(
            "Comments are read 15 minutes, 1, 4 and 12 hours, 1, 2, 4 and 7 days after a video.",
            "Replies to threads that are not among the newest 50 of a video are not seen.",
            "A channel's feed holds 15 videos; Shorts and streams are among them.",
        ),
    )
    key: str = field(default="", repr=False)
    channels: dict[str, str] = field(default_factory=dict)
    comments: bool = True
    units: int = 9_000

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """New videos of each channel, then the comments that are due."""
        if not self.key:
            raise AuthRequired("youtube: needs a key; make one and set key in sources.toml")
        visit = _Visit(self, http, state_of(since), now)
        problems: list[SourceError] = []
        for errand in (*(visit.videos(one) for one in self.channels), visit.talk()):
            try:
                yield from errand
            except (AuthRequired, QuotaExhausted, Throttled):
                raise  # no other channel would fare better
            except SourceError as problem:
                problems.append(problem)
        if problems:
            raise problems[0]

    def recheck(self, http: Http, ids: Sequence[RecordId], now: datetime) -> Iterator[Payload]:
        """Videos and comments as they are now, fifty at a time."""
        natives = [one.partition(":")[2] for one in ids]
        for kind in ("videos", "comments"):
            wanted = [one for one in natives if ("/" in one) == (kind == "comments")]
            for start in range(0, len(wanted), BATCH):
                asked = wanted[start : start + BATCH]
                params = {"id": ",".join(one.rpartition("/")[2] for one in asked)}
                params |= {"part": "snippet,statistics" if kind == "videos" else "snippet"}
                params |= {"textFormat": "plainText"} if kind == "comments" else {}
                data = self.asked(http, kind, params, now)
                if len(asked) > 5 and not data["items"]:
                    raise Malformed(f"{API}/{kind}: knows none of {len(asked)}; asked again later")
                yield Payload(packed({**data, "asked": asked}), Cursor(""), f"{API}/{kind}")

    def parse(self, payload: Payload) -> Iterable[Found]:
        """Videos, threads with their replies, or replies."""
        what = payload.url or API
        data = listed(payload.body, what)
        items: list[Any] = data["items"]
        asked = named_in(data.get("asked"))
        kind = text_of(data, "kind")
        if kind == "youtube#videoListResponse":
            read, native = self._video, lambda item: need(item, "id")
        elif kind == "youtube#commentThreadListResponse":
            items = [*flat(items)]
            read, native = self._comment, lambda item: need(item, "id")
        elif kind == "youtube#commentListResponse":
            video = text_of(data, "videoId")
            of = {one.rpartition("/")[2]: one.rpartition("/")[0] for one in asked}
            items = [{**table(item, "comment"), "of": of.get(str(item.get("id")), video)}
                     for item in items if isinstance(item, dict)]  # fmt: skip
            read, native = self._comment, lambda item: f"{item['of']}/{need(item, 'id')}"
        else:
            raise Malformed(f"{what}: is a {kind or 'list of nothing'}; has the API changed?")
        return rechecked(asked, items, native, read, self._bury) if asked else every(items, read)

    def asked(self, http: Http, path: str, params: Params, now: datetime) -> dict[str, Any]:
        """What the API answers; its refusals as what they mean."""
        url = f"{API}/{path}"
        try:
            body = http.get(url, params={**params, "key": self.key}, headers=FRESH).body
            return dict(listed(body, url))
        except SourceError as problem:
            said = reason(problem.body)
            if said in SPENT:
                raise QuotaExhausted(
                    f"{url}: the day's units are spent", reset=_renewed(now)
                ) from problem
            if said in KEYLESS:
                raise AuthRequired(f"{url}: refuses the key ({said}); check it") from problem
            raise

    def community(self, channel: str, title: str = "") -> str:
        """The name a channel is counted under."""
        return self.channels.get(channel) or title or channel or "youtube.com"

    def _video(self, item: Item) -> Iterator[Record]:
        native, snippet = need(item, "id"), part(item, "snippet")
        channel = text_of(snippet, "channelId")
        language = text_of(snippet, "defaultAudioLanguage") or text_of(snippet, "defaultLanguage")
        published, precision = time_of(snippet.get("publishedAt"))
        title = normalise(text_of(snippet, "title"))
        if not title:
            raise BadRow("no title")
        yield Record(
            id=RecordId(f"{self.kind}:{native}"),
            source=self.kind,
            kind="video",
            community=self.community(channel, text_of(snippet, "channelTitle")),
            url=WATCH + native,
            title=title,
            text=normalise(text_of(snippet, "description")),
            author=channel,
            lang=language.partition("-")[0].lower() or "und",
            published=published,
            precision=precision,
            engagement=counts(part(item, "statistics"),
                               score="likeCount", comments="commentCount", views="viewCount"),
        )  # fmt: skip

    def _comment(self, item: Item) -> Iterator[Record]:
        native, snippet = need(item, "id"), part(item, "snippet")
        video = text_of(item, "of") or need(snippet, "videoId")
        text = normalise(text_of(snippet, "textOriginal") or text_of(snippet, "textDisplay"))
        if not text:
            raise BadRow("no words")
        above = text_of(snippet, "parentId")
        published, precision = time_of(snippet.get("publishedAt"))
        updated = time_of(snippet.get("updatedAt") or snippet.get("publishedAt"))[0]
        yield Record(
            id=RecordId(f"{self.kind}:{video}/{native}"),
            source=self.kind,
            kind="comment",
            community=self.community(text_of(snippet, "channelId")),
            url=f"{WATCH}{video}&lc={native}",
            text=text,
            author=text_of(part(snippet, "authorChannelId"), "value"),
            parent=RecordId(f"{self.kind}:{video}{f'/{above}' if above else ''}"),
            root=RecordId(f"{self.kind}:{video}"),
            published=published,
            precision=precision,
            edited=updated if updated > published else None,
            engagement=counts({**snippet, **item}, score="likeCount", replies="totalReplyCount"),
        )

    def _bury(self, native: str, state: State) -> Record:
        place = "youtube.com"
        return tombstone(native, source=self.kind, community=place, at=EPOCH, state=state)


class _Visit:
    """One visit: what is asked, what it costs, and the cursor after each answer.

    The cursor holds "day" and "units"; of each of the "channels" its newest videos and when the
    newest came out; and what is "due": of each video its channel, when it came out, the next of
    VISITS, and its newest threads with their numbers of replies.
    """

    def __init__(self, source: YouTube, http: Http, state: dict[str, Any], now: datetime) -> None:
        self.source, self.http, self.now = source, http, now
        self.day, self.units = word(state, "day"), number(state, "units")
        self.channels = {one: _known(told) for one, told in branch(state, "channels").items()}
        self.due = {one: _awaited(told) for one, told in branch(state, "due").items()}

    def videos(self, channel: str) -> Iterator[Payload]:
        """What is new in a channel's feed."""
        answer = self.http.get(FEED, params={"channel_id": channel})
        if answer.status == 304:
            return
        feed = dict(entries(answer.body, answer.url))
        known = self.channels.get(channel, {"ids": [], "at": 0})
        new = [native for native in feed if native not in known["ids"]]
        if not new:
            return
        data = self._ask("videos", {"part": "snippet,statistics", "id": ",".join(new[:BATCH])})
        gaps: tuple[Exposure, ...] = ()
        if known["ids"] and len(new) == len(feed):
            stop = min(feed.values()) * SECOND_US
            place = self.source.community(channel)
            gaps = lost("", place, known["at"] * SECOND_US, stop, BEYOND)
        self.channels[channel] = {"ids": [*new, *known["ids"]][:KEPT], "at": max(feed.values())}
        for native in new if self.source.comments else ():
            self.due[native] = {"channel": channel, "at": feed[native], "step": 0, "threads": {}}
        yield Payload(packed(data), self._cursor(), f"{API}/videos", gaps)

    def talk(self) -> Iterator[Payload]:
        """The comments under every video that is due."""
        second = int(self.now.timestamp())
        for video in sorted(self.due, key=lambda one: (self.due[one]["at"], one)):
            told = self.due[video]
            passed = sum(told["at"] + wait <= second for wait in VISITS)
            if passed > told["step"]:
                yield from self._threads(video, told, passed)

    def _threads(self, video: str, told: Mapping[str, Any], step: int) -> Iterator[Payload]:
        """New threads of a video and new replies, oldest page first; then the next visit."""
        known = dict(told["threads"])
        pages, arrived = self._pages(video, known)
        gaps: tuple[Exposure, ...] = ()
        if pages and not arrived:
            place, stop = self.source.community(told["channel"]), oldest(pages[-1])
            gaps = lost("", place, told["at"] * SECOND_US, stop, TOO_MANY)
        for page in reversed(pages):
            yield Payload(packed(page), self._cursor(), f"{API}/commentThreads", gaps)
            gaps = ()
            for native, count, inline in reversed([*threads_in(page)]):
                if count > inline and count != known.get(native):
                    yield from self._replies(video, native)
                known = {key: kept for key, kept in known.items() if key != native}
                known[native] = count
        if pages and step < len(VISITS):
            kept = dict(list(known.items())[-KEPT:])
            self.due[video] = {**told, "step": step, "threads": kept}
        else:
            del self.due[video]
        yield Payload(NOTHING, self._cursor(), f"{API}/comments")

    def _pages(self, video: str, known: Mapping[str, Any]) -> tuple[list[dict[str, Any]], bool]:
        """Pages of threads, newest first, down to one that is known or the end; and whether that
        was reached. No page where comments are closed."""
        pages: list[dict[str, Any]] = []
        params: dict[str, str | int] = {
            "part": "snippet,replies", "videoId": video, "order": "time", "maxResults": PAGE,
            "textFormat": "plainText",
        }  # fmt: skip
        while len(pages) < MOST_PAGES:
            try:
                page = self._ask("commentThreads", params)
            except (Forbidden, NotFound) as problem:
                if isinstance(problem, NotFound) or reason(problem.body) in CLOSED:
                    return pages, True
                raise
            pages.append(page)
            params["pageToken"] = text_of(page, "nextPageToken")
            if not params["pageToken"] or any(native in known for native, _, _ in threads_in(page)):
                return pages, True
        return pages, False

    def _replies(self, video: str, thread: str) -> Iterator[Payload]:
        """All replies to a thread that has more than came with it."""
        params: dict[str, str | int] = {
            "part": "snippet", "parentId": thread, "maxResults": PAGE, "textFormat": "plainText",
        }  # fmt: skip
        for _ in range(MOST_PAGES):
            page = self._ask("comments", params)
            yield Payload(packed({**page, "videoId": video}), self._cursor(), f"{API}/comments")
            params["pageToken"] = text_of(page, "nextPageToken")
            if not params["pageToken"]:
                return

    def _ask(self, path: str, params: Params) -> dict[str, Any]:
        """An answer, paid for from the day's units."""
        day = (self.now.astimezone(UTC) - RENEWED).date().isoformat()
        if self.day != day:
            self.day, self.units = day, 0
        if self.units >= self.source.units:
            raise QuotaExhausted(
                f"youtube: the {self.source.units:,} units you allow a day are spent",
                reset=_renewed(self.now),
            )
        self.units += 1
        return self.source.asked(self.http, path, params, self.now)

    def _cursor(self) -> Cursor:
        return cursor_of({"day": self.day, "units": self.units, "channels": self.channels,
                          "due": self.due})  # fmt: skip


def _known(told: object) -> dict[str, Any]:
    """Of a channel: its newest videos and when the newest came out."""
    channel = table(told, "cursor")
    return {"ids": texts(channel, "ids"), "at": number(channel, "at", most=LATEST)}


def _awaited(told: object) -> dict[str, Any]:
    """Of a video: its channel, when it came out, the next visit, its newest threads."""
    video = table(told, "cursor")
    return {"channel": word(video, "channel"), "at": number(video, "at", most=LATEST),
            "step": number(video, "step"), "threads": branch(video, "threads")}  # fmt: skip


def _renewed(now: datetime) -> datetime:
    """When the day's quota is whole again."""
    day = (now.astimezone(UTC) - RENEWED).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1) + RENEWED
