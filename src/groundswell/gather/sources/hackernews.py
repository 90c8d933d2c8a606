"""Hacker News, item by item from its Firebase API, and its past from Algolia's search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

from groundswell.errors import Malformed, SourceError
from groundswell.gather.cursors import LARGEST, branch, foreign, number
from groundswell.gather.fields import engagement_of, need, text_of, time_of, whole
from groundswell.gather.listing import cursor_of, decoded, every, packed, rows, state_of, table
from groundswell.gather.source import Cursor, Dossier, Found, Http, Params, Payload
from groundswell.text import normalise, plain
from groundswell.types import Exposure, Record, RecordId
from groundswell.types.moment import micros
from groundswell.types.record import State

FIREBASE = "https://hacker-news.firebaseio.com/v0"
ALGOLIA = "https://hn.algolia.com/api/v1/search_by_date"
ITEM = "https://news.ycombinator.com/item?id="
FRESH = {"Cache-Control": "no-cache"}  # an empty "unchanged" would be no item
COMMUNITY = "news.ycombinator.com"
BATCH = 25  # items of a payload: what a crash costs
WAITS = (30, 120, 600, 3_600)  # seconds after which an item that is null is asked for again
LISTING = 45  # seconds between two readings of what changed
MISSING = 24 * 3_600  # seconds after which an item that is still null is given up
MOST_HITS = 1_000  # of one search; what is beyond cannot be had
WINDOW = 6 * 3_600  # seconds of a first search
FARTHEST = 10_000_000  # items at once: two years of them
DEEPEST = 60  # answers to answers we climb before giving a thread up

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class HackerNews:
    """Stories and comments as they are written; jobs and polls are left out.

    `first`: how many of the newest items to begin with.
    """

    kind: ClassVar[str] = "hackernews"
    dossier: ClassVar[Dossier] = Dossier(
        title="Hacker News",
        access="open",
        terms="https://github.com/HackerNews/API",
        recheck=(3, 48, 720),
        every=60,
        lag=60,
        backfill="everything; through Algolia's search, 1,000 items at a time",
        threads="whole: every comment names its parent; older stories are fetched with it",
        deletes="listed for some minutes; later found by asking again",
        limits="No limit is documented; items are asked for one by one, five a second at most.",
        gaps=(
            "What the API answers null for longer than a day is given up.",
            "Backfilled items that were deleted since stay until they are asked about again.",
        ),
    )

    first: int = 60

    def fetch(self, http: Http, since: Cursor | None, now: datetime) -> Iterator[Payload]:
        """New items by number, what was null before, and what is listed as changed."""
        newest = _number(_asked(http, "maxitem.json"), "maxitem")
        begin = max(0, newest - self.first)
        seen = _Seen.of(since) or _Seen(last=begin, floor=begin)
        shelf = _Shelf(http, seen.floor)
        if newest - seen.last > FARTHEST:
            raise Malformed(f"Hacker News, maxitem: {newest:,} is far beyond {seen.last:,}")
        ids = seen.due(now)
        ids += [*range(seen.last + 1, newest + 1)]
        if since is None:
            seen.listed = int(now.timestamp())
        elif now.timestamp() - seen.listed >= LISTING:
            seen.listed = int(now.timestamp())
            changed = table(_asked(http, "updates.json"), "updates").get("items")
            known = set(ids)
            ids += [one for one in rows(changed, "updates")
                    if type(one) is int and one <= newest and one not in known]  # fmt: skip
        for start in range(0, len(ids), BATCH):
            yield from _read(shelf, seen, ids[start : start + BATCH], now)

    def backfill(
        self, http: Http, since: Cursor | None, first: datetime, now: datetime
    ) -> Iterator[Payload]:
        """Search by stretches of time, halved while they hold more than a search gives out."""
        start = int(first.timestamp()) if since is None else _number(since, "cursor")
        stop, size = int(now.timestamp()) + 1, WINDOW
        while start < stop:
            end = min(start + size, stop)
            body, hits = _search(http, start, end)
            if hits >= MOST_HITS and size > 1:
                size = max(1, size // 2)
                continue
            gaps = _capped(start, end) if hits >= MOST_HITS else ()
            yield Payload(body, Cursor(str(end)), ALGOLIA, gaps)
            start, size = end, min(WINDOW, size * 2)

    def recheck(self, http: Http, ids: Sequence[RecordId], now: datetime) -> Iterator[Payload]:
        """The items as they are now; one that is null for now says nothing."""
        shelf = _Shelf(http, 0)
        for start in range(0, len(ids), BATCH):
            natives = [one.partition(":")[2] for one in ids[start : start + BATCH]]
            items = [
                item
                for native in natives
                if (number := whole(native)) and (item := shelf.item(number))
            ]
            yield Payload(packed({"items": items}), Cursor(""), FIREBASE)

    def parse(self, payload: Payload) -> Iterable[Found]:
        """Records of items or of hits."""
        data = table(decoded(payload.body, "Hacker News"), "Hacker News")
        if "hits" in data:
            return every(rows(data["hits"], "hits"), _from_hit)
        roots = table(data.get("roots", {}), "roots")
        return every(rows(data.get("items"), "items"), lambda item: _from_item(item, roots))


@dataclass(slots=True)
class _Seen:
    """The cursor: the last number asked for, the first ever, when the list of changes was read
    (seconds since 1970), and what was null until now.

    `waiting`: number to (first asked, asked last, tries), in seconds since 1970.
    """

    last: int
    floor: int
    listed: int = 0
    waiting: dict[int, tuple[int, int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, since: Cursor | None) -> _Seen | None:
        if since is None:
            return None
        told = state_of(since)
        if "last" not in told:
            raise foreign(since)
        waiting = dict(_waits(key, value) for key, value in branch(told, "waiting").items())
        return cls(number(told, "last"), number(told, "floor"), number(told, "listed"), waiting)

    def cursor(self) -> Cursor:
        told = {str(key): value for key, value in self.waiting.items()}
        return cursor_of({"last": self.last, "floor": self.floor, "listed": self.listed,
                          "waiting": told})  # fmt: skip

    def due(self, now: datetime) -> list[int]:
        """What was null before and may be there now; what was null for too long is dropped."""
        at = int(now.timestamp())
        for native, (began, _, _) in list(self.waiting.items()):
            if at - began > MISSING:
                del self.waiting[native]
        return [native for native, (_, asked, tries) in sorted(self.waiting.items())
                if at - asked >= WAITS[min(max(tries, 1), len(WAITS)) - 1]]  # fmt: skip

    def note(self, native: int, item: Item | None, now: datetime) -> None:
        """Remember that an item was read, or that it was null."""
        self.last = max(self.last, native)
        if item is not None:
            self.waiting.pop(native, None)
            return
        at = int(now.timestamp())
        began, _, tries = self.waiting.get(native, (at, at, 0))
        self.waiting[native] = (began, at, tries + 1)


class _Shelf:
    """The items read in one visit, and the stories above them that are older than `floor`."""

    def __init__(self, http: Http, floor: int) -> None:
        self._http = http
        self._floor = floor
        self._items: dict[int, Item | None] = {}

    def item(self, native: int) -> Item | None:
        """One item, asked for once; None while it is null."""
        if native not in self._items:
            body = _asked(self._http, f"item/{native}.json")
            item = None if body is None else table(body, f"item {native}")
            if item is not None and item.get("id") != native:
                raise Malformed(f"item {native}: answered with item {item.get('id')!r}")
            self._items[native] = item
        return self._items[native]

    def above(self, item: Item) -> list[Item]:
        """The items above one, nearest first, when they were written before we began to gather;
        of what was written since, the store knows the thread."""
        found: list[Item] = []
        parent = item.get("parent")
        while type(parent) is int and parent <= self._floor and len(found) < DEEPEST:
            upper = self.item(parent)
            if upper is None:
                return found
            found.append(upper)
            parent = upper.get("parent")
        return found


def _read(shelf: _Shelf, seen: _Seen, ids: Sequence[int], now: datetime) -> Iterator[Payload]:
    """One payload of items; what was read before something failed is not lost."""
    items: dict[int, Item] = {}
    roots: dict[str, int] = {}
    try:
        for native in ids:
            item = shelf.item(native)
            above = shelf.above(item) if item else []
            seen.note(native, item, now)
            items |= {one["id"]: one for one in (*reversed(above), *((item,) if item else ()))}
            if above and not above[-1].get("parent"):
                roots |= {str(one["id"]): above[-1]["id"] for one in (item, *above[:-1]) if one}
    except SourceError:
        if items:
            yield _payload(items, roots, seen)
        raise
    yield _payload(items, roots, seen)


def _payload(items: Mapping[int, Item], roots: Mapping[str, int], seen: _Seen) -> Payload:
    return Payload(packed({"items": [*items.values()], "roots": roots}), seen.cursor(), FIREBASE)


def _asked(http: Http, path: str) -> Any:
    return decoded(http.get(f"{FIREBASE}/{path}", headers=FRESH).body, f"Hacker News, {path}")


def _waits(native: str, told: object) -> tuple[int, tuple[int, int, int]]:
    """What a cursor says of an item that was null."""
    key = whole(native)
    match told:
        case [int(began), int(asked), int(tries)] if key is not None:
            times = {"began": began, "asked": asked, "tries": tries}
            return key, (number(times, "began"), number(times, "asked"), number(times, "tries"))
    raise foreign(told)


def _number(told: object, what: str) -> int:
    found = whole(told) if isinstance(told, str) else told
    if type(found) is not int or not 0 <= found <= LARGEST:
        raise Malformed(f"Hacker News, {what}: {str(told)[:40]!r} is no number")
    return found


def _search(http: Http, start: int, end: int) -> tuple[bytes, int]:
    """The hits of a stretch of time (seconds since 1970, half-open) and how many there are."""
    params: Params = {
        "tags": "(story,comment)",
        "numericFilters": f"created_at_i>={start},created_at_i<{end}",
        "hitsPerPage": MOST_HITS,
        "page": 0,
    }
    body = http.get(ALGOLIA, params=params, headers=FRESH).body
    data = table(decoded(body, "Algolia"), "Algolia")
    hits = rows(data.get("hits"), "Algolia, hits")
    if data.get("message"):
        return body, MOST_HITS
    for hit in hits:
        when = hit.get("created_at_i") if isinstance(hit, dict) else None
        if type(when) is int and not start <= when < end:
            raise Malformed("Algolia: answered another stretch of time than it was asked for")
    return body, max(len(hits), _number(data.get("nbHits"), "Algolia, nbHits"))


def _capped(start: int, end: int) -> tuple[Exposure, ...]:
    reason = f"the search gives out {MOST_HITS:,} items of any stretch of time"
    begin, stop = (datetime.fromtimestamp(at, UTC) for at in (start, end))
    return (Exposure(stream="", community=COMMUNITY, start=micros(begin), stop=micros(stop),
                     permille=0, reason=reason),)  # fmt: skip


def _from_item(item: Item, roots: Mapping[str, Any]) -> Iterator[Record]:
    kind = text_of(item, "type")
    if kind not in ("story", "comment"):
        return
    native = need(item, "id")
    state: State = "public"
    if item.get("deleted"):
        state = "deleted"
    elif item.get("dead"):
        state = "removed"
    title, text = normalise(text_of(item, "title")), plain(text_of(item, "text"))
    gone = state != "public"
    if not gone and not title and not text:
        return
    published, precision = time_of(item.get("time"))
    root = roots.get(native)
    yield Record(
        id=RecordId(f"hackernews:{native}"),
        source="hackernews",
        kind="post" if kind == "story" else "comment",
        community=COMMUNITY,
        title="" if gone else title,
        text="" if gone else text,
        url=(not gone and text_of(item, "url")) or ITEM + native,
        author="" if gone else text_of(item, "by"),
        parent=_named(item, "parent"),
        root=RecordId(f"hackernews:{root}") if type(root) is int else None,
        published=published,
        precision=precision,
        state=state,
        engagement=engagement_of({"score": item.get("score"), "comments": item.get("descendants")}),
    )


def _from_hit(hit: Item) -> Iterator[Record]:
    native = need(hit, "objectID")
    title = normalise(text_of(hit, "title"))
    text = plain(text_of(hit, "story_text") or text_of(hit, "comment_text"))
    if not title and not text:
        return
    published, precision = time_of(hit.get("created_at_i"))
    parent = _named(hit, "parent_id")
    yield Record(
        id=RecordId(f"hackernews:{native}"),
        source="hackernews",
        kind="comment" if parent else "post",
        community=COMMUNITY,
        title=title,
        text=text,
        url=text_of(hit, "url") or ITEM + native,
        author=text_of(hit, "author"),
        parent=parent,
        root=_named(hit, "story_id") if parent else None,
        published=published,
        precision=precision,
        engagement=engagement_of({"score": hit.get("points"), "comments": hit.get("num_comments")}),
    )


def _named(data: Item, key: str) -> RecordId | None:
    native = text_of(data, key)
    return RecordId(f"hackernews:{native}") if native else None
