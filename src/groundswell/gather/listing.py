"""Lists of a platform's items: read without trust, walked newest first, cut into payloads."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from groundswell.errors import BadRow, Malformed, QuotaExhausted, SourceError, Throttled
from groundswell.gather.cursors import foreign, number, texts, word
from groundswell.gather.fields import clean
from groundswell.gather.source import Answer, Cursor, Found, Http, Params, Payload
from groundswell.text import plain
from groundswell.types import Exposure, Record, RecordId
from groundswell.types.moment import moment
from groundswell.types.record import State

OVERLAP = 50  # ids the cursor keeps: an item that appears late among them is still seen
NEWEST = 10  # a walk that meets none of so many newest known ids has not arrived
ENOUGH = 5  # known ids in a row that end a walk: pinned and late items stand alone
CHUNK = 50  # items of a payload

UNCHANGED = 304
LATEST = 4 * 10**15  # microseconds: the year 2096
ASKS = re.compile(r"#(?:nobots?|noindex|noarchive|nosearch)\b", re.IGNORECASE)
LANGUAGE = re.compile(r"[a-z]{2,3}(?![a-z])")

Raw = Mapping[str, Any]
Name = Callable[[Raw], tuple[str, int]]


def decoded(body: bytes, what: str) -> Any:
    """The JSON of an answer; Malformed for anything else, a login page above all.

    >>> decoded(b"[1]", "x")
    [1]
    """
    try:
        return DECODER.decode(body.decode("utf-8-sig", "surrogatepass"))
    except (ValueError, RecursionError) as problem:
        head = body[:40].decode("utf-8", "replace")
        raise Malformed(f"{what}: is not JSON; it begins with {head!r}") from problem


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


DECODER = json.JSONDecoder(parse_constant=_refuse)


def table(data: Any, what: str) -> Raw:
    """A JSON object, or Malformed."""
    if not isinstance(data, dict):
        raise Malformed(f"{what}: is {type(data).__name__}, not an object; has the API changed?")
    return data


def rows(data: Any, what: str) -> list[Any]:
    """A JSON array, or Malformed."""
    if not isinstance(data, list):
        raise Malformed(f"{what}: is {type(data).__name__}, not a list; has the API changed?")
    return data


def part(data: Raw, key: str) -> Raw:
    """An object within an object, empty when absent or null; BadRow when it is something else."""
    value = data.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadRow(f"{key} is not an object")
    return value


def host_of(url: str, what: str) -> str:
    """The host of a payload's address; Malformed where it has none.

    >>> host_of("https://kiln.example/api", "x")
    'kiln.example'
    """
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    if not host:
        raise Malformed(f"{what}: {url[:80]!r} is no address of a server")
    return host


def language(tag: str) -> str:
    """The language of a tag such as en-GB; "und" for what is none.

    >>> language("zh-Hans"), language("English"), language("")
    ('zh', 'und', 'und')
    """
    found = LANGUAGE.match(tag.strip().lower())
    return found[0] if found else "und"


def asks_out(*told: str) -> bool:
    """Whether a profile asks that its owner's posts not be collected.

    >>> asks_out("Boats.", '<a href="/tags/nobot">#<span>NoBot</span></a>')
    True
    """
    return any(ASKS.search(plain(one)) for one in told)


def every(items: Iterable[Any], read: Callable[[Raw], Iterable[Found]]) -> list[Found]:
    """What the items of one answer hold, each record once, as the last of them tells it.

    An odd item is left out, so that it does not cost its page. Malformed when all are odd: then
    the platform has changed its shape.
    """
    found: dict[object, Found] = {}
    count = odd = 0
    why = ""
    for item in items:
        count += 1
        try:
            for thing in map(_orphaned, read(table(item, "item"))):
                key = thing.id if isinstance(thing, Record) else thing
                found.pop(key, None)
                found[key] = thing
        except (SourceError, ValueError) as problem:
            odd, why = odd + 1, str(problem)
    if count and odd == count:
        raise Malformed(f"none of the {count} items can be read ({why}); has the API changed?")
    return list(found.values())


def _orphaned(thing: Found) -> Found:
    """A record that is said to answer itself answers nobody we know."""
    if isinstance(thing, Record) and thing.parent == thing.id:
        return replace(thing, parent=None)
    return thing


def asked_at(data: Raw, what: str) -> datetime:
    """When an answer about records was given; Malformed where it does not say so."""
    at = data.get("at")
    if type(at) is not int or not 0 < at < LATEST:
        raise Malformed(f"{what}: an answer about records does not say when it was given")
    return moment(at)


def rechecked(
    asked: Iterable[str], items: Iterable[Any], native: Callable[[Raw], str],
    read: Callable[[Raw], Iterable[Found]], bury: Callable[[str, State], Record],
) -> list[Found]:  # fmt: skip
    """What was asked about, as it is now: missing items are deleted, those no longer for us
    removed. One that cannot be read proves nothing; Malformed when it does not say who it is."""
    found: list[Found] = []
    there: set[str] = set()
    for item in items:
        name = native(table(item, "item"))
        there.add(name)
        try:
            records = list(map(_orphaned, read(item)))
        except (SourceError, ValueError):
            continue
        found += records or [bury(name, "removed")]
    missing = [name for name in dict.fromkeys(map(clean, asked)) if name and name not in there]
    return found + [bury(name, "deleted") for name in missing]


def in_turn(
    kind: str, places: Sequence[str], visit: Callable[[str], Iterator[Payload]]
) -> Iterator[Payload]:
    """The payloads of each place in turn; one that fails does not keep the others from theirs.

    What went wrong is raised at the end.
    """
    if not places:
        raise SourceError(f"{kind}: names no place to read; add one to its table in sources.toml")
    problems: list[SourceError] = []
    for place in places:
        try:
            yield from visit(place)
        except SourceError as problem:
            problems.append(problem)
    if problems:
        raise together(problems) from problems[0]


def together(problems: Sequence[SourceError]) -> SourceError:
    """Several failures as one: until the latest time any of them names nothing is asked again;
    where all are of one kind it is of that kind, so that it is waited for as long.

    >>> together([Malformed("a: is cut short"), Malformed("b: is no feed")])
    Malformed('a: is cut short; b: is no feed')
    """
    if len(problems) == 1:
        return problems[0]
    words = "; ".join(map(str, problems))
    told = [one.until if isinstance(one, Throttled) else one.reset for one in problems
            if isinstance(one, Throttled | QuotaExhausted)]  # fmt: skip
    until = max((one for one in told if one is not None), default=None)
    if until is not None or len(told) == len(problems):
        return Throttled(words, until=until)
    kinds = {type(one) for one in problems}
    return kinds.pop()(words) if len(kinds) == 1 else SourceError(words)


def answered(http: Http, url: str, params: Params) -> Answer:
    """An answer with its body, also where nothing has changed since we last asked."""
    return http.get(url, params=params, headers={"Cache-Control": "no-cache"})


def state_of(since: Cursor | None) -> dict[str, Any]:
    """What a cursor of several parts says, {} for none; Malformed for one that is not ours."""
    raw = since.encode("utf-8", "surrogatepass") if since else b"{}"
    return dict(table(decoded(raw, "cursor"), "cursor"))


def cursor_of(state: Mapping[str, Any]) -> Cursor:
    """A cursor of several parts as compact JSON."""
    return Cursor(json.dumps(state, sort_keys=True, separators=(",", ":")))


def mark_of(state: Mapping[str, Any], key: str, stop: int) -> tuple[str, int]:
    """How far a list was read backward, and the time of the oldest item met: "" and `stop` where
    it was not begun. Malformed for a cursor that is not ours."""
    match state.get(key, ["", stop]):
        case [mark, at]:
            told = {"mark": mark, "at": at}
            return word(told, "mark"), number(told, "at", most=LATEST)
        case told:
            raise foreign(told)


def packed(data: Any) -> bytes:
    """An answer cut down to what is new, in its own shape."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def rank(native: str) -> tuple[int, str]:
    """Where an id stands among its kind: platforms count upwards, in digits or in base 36.

    >>> sorted(["10", "9", "1a", "zz1"], key=rank)
    ['9', '10', '1a', 'zz1']
    """
    return len(native), native


@dataclass(frozen=True, slots=True)
class Known:
    """The newest ids of a list that were read, oldest first, and the time of the newest item; of
    a list that was empty when it was first read, no ids and that time.

    `more`: the walk that read them was not saved to its end.
    """

    ids: tuple[str, ...] = ()
    at: int = 0
    more: bool = False

    @classmethod
    def of(cls, told: Any) -> Known:
        """From what a cursor tells; Malformed for something else."""
        if told is None:
            return cls()
        if not isinstance(told, dict) or not {"at", "ids"} <= told.keys():
            raise foreign(told)
        ids = texts(told, "ids")
        return cls(tuple(ids), number(told, "at", most=LATEST), bool(told.get("more")))

    @property
    def begun(self) -> bool:
        """Whether the list was read before, though it may have been empty."""
        return bool(self.ids) or self.at > 0

    def told(self) -> dict[str, Any]:
        """For a cursor."""
        told: dict[str, Any] = {"at": self.at, "ids": list(self.ids)}
        return {**told, "more": True} if self.more else told

    def new(self, native: str) -> bool:
        """Whether an item was not read before."""
        return not self.ids or (native not in self.ids and rank(native) > rank(self.ids[0]))

    def plus(self, names: Iterable[tuple[str, int]], *, keep: int = OVERLAP) -> Known:
        """With more items read."""
        added = list(names)
        ids = sorted({*self.ids, *(native for native, _ in added)}, key=rank)
        return Known(tuple(ids[-keep:]), max([self.at, *(at for _, at in added)]))


@dataclass(frozen=True, slots=True)
class Walk:
    """What was new in a list, oldest first. `arrived`: it goes on from what was known."""

    items: tuple[tuple[str, int, Raw], ...]
    arrived: bool

    def gap(self, stream: str, community: str, known: Known, why: str) -> tuple[Exposure, ...]:
        """The stretch between what was known and the oldest later item that could be had."""
        later = [at for _, at, _ in self.items if at > known.at]  # items may be dated back
        if self.arrived or not later:
            return ()
        return lost(stream, community, known.at, min(later), why)


def lost(stream: str, community: str, start: int, stop: int, why: str) -> tuple[Exposure, ...]:
    """A stretch of time (microseconds) of which nothing was collected; none when it is empty."""
    if start >= stop:
        return ()
    return (
        Exposure(
            stream=stream, community=community, start=start, stop=stop, permille=0, reason=why
        ),
    )


def newest_first(
    pages: Iterable[Sequence[Any]], known: Known, name: Name, *, most: int, what: str
) -> Walk:
    """Walk a newest-first list down to what is known, or to its end, or `most` pages.

    The first time it reads one page. A list that was empty then is read to its end. Malformed
    when the list is empty though it was not, or when a page comes again.
    """
    found: dict[str, tuple[str, int, Raw]] = {}
    read: set[str] = set()
    arrived = not known.begun
    for turn, page in enumerate(pages, 1):
        here = list(named(page, name))
        if not read and not here and known.ids:
            raise Malformed(f"{what}: answers an empty list where there was one before; look at it")
        if here and read.issuperset(native for native, _, _ in here):
            raise Malformed(f"{what}: gives page {turn} again; it is asked for again later")
        read.update(native for native, _, _ in here)
        arrived = arrived or not read.isdisjoint(known.ids[-NEWEST:])
        found |= {one[0]: one for one in here if known.new(one[0])}
        last = here[-ENOUGH:]
        ended = bool(known.ids) and not any(known.new(one[0]) for one in last)
        if not known.begun or turn >= most or ended:
            break
    else:
        arrived = arrived or not known.ids
    return Walk(tuple(sorted(found.values(), key=lambda one: rank(one[0]))), arrived)


def named(page: Sequence[Any], name: Name) -> Iterator[tuple[str, int, Raw]]:
    """The items of a page that say who they are; Malformed when none does."""
    count = 0
    for item in page:
        try:
            native, at = name(table(item, "item"))
        except SourceError:
            continue
        count += 1
        yield native, at, item
    if page and not count:
        raise Malformed(f"none of the {len(page)} items has an id and a time; has the API changed?")


def in_chunks(
    walk: Walk, known: Known, body: Callable[[list[Raw]], bytes],
    mark: Callable[[Known], Cursor], *, url: str, now: int, gaps: tuple[Exposure, ...] = (),
    keep: int = OVERLAP,
) -> Iterator[Payload]:  # fmt: skip
    """The items of a walk as payloads, oldest first, each with the cursor after it.

    Of a list that is empty the first time an empty payload notes that it was read, `now`, in
    microseconds: what comes later is new, however much it is.
    """
    if not walk.items and not known.begun:
        yield Payload(body([]), mark(Known(at=now)), url)
    for start in range(0, len(walk.items), CHUNK):
        chunk = walk.items[start : start + CHUNK]
        known = known.plus(((native, at) for native, at, _ in chunk), keep=keep)
        known = replace(known, more=start + CHUNK < len(walk.items))
        yield Payload(body([item for _, _, item in chunk]), mark(known), url, gaps)
        gaps = ()


def tombstone(
    native: str, *, source: str, community: str, at: datetime, state: State = "deleted"
) -> Record:
    """A record that is no longer to be had. Only its id and state mean anything where it is known:
    community and time are then those that were stored."""
    return Record(
        id=RecordId(f"{source}:{native}"),
        source=source,
        kind="post",
        community=community,
        published=at,
        text="",
        state=state,
    )
