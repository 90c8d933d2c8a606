"""What pages show, read at one snapshot: nothing newer than the latest edition gets in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from groundswell.desk import Community, Desk
from groundswell.store import Row, Store
from groundswell.types import Exposure, Snapshot
from groundswell.types.moment import DAY_US, midnight

WINDOW = 28  # days a page looks back
LONG = 100_000  # entries of a log that is not read to its very end before the first edition
LATELY = 7  # days before the newest record in which the last to become known is looked for
NEEDED = 28  # days of history before most tests can say anything
EXCERPT = 30  # words shown of a record in a list, as many as a story may quote
WORD = re.compile(r'"([^"]*)"|(\S+)')
INSIDE = re.compile(r"[^\W_]+")
MOST_WORDS = 12
HALF = 500  # thousandths of what was expected; less is drawn as a gap


@dataclass(frozen=True, slots=True)
class Line:
    """A record in a list: where and when, its first words, or why they are not shown."""

    id: str
    kind: str
    community: str
    place: str
    day: int
    excerpt: str
    withheld: str


@dataclass(frozen=True, slots=True)
class Place:
    """A community in a window: records with and without copies, voices, what was read."""

    community: str
    name: str
    unit: str
    records: int
    copies: int
    voices: int
    unnamed: int
    threads: int
    read: int


@dataclass(frozen=True, slots=True)
class Days:
    """Daily counts of a window, gaps filled with zero; `gaps` are days partly not collected."""

    start: int
    records: tuple[int, ...]
    people: tuple[int, ...]
    outlets: tuple[int, ...]
    gaps: tuple[int, ...]

    @property
    def stop(self) -> int:
        """The day after the last."""
        return self.start + len(self.records)


@dataclass(frozen=True, slots=True)
class Named:
    """A beat or entity and how many voices it stands in."""

    slug: str
    name: str
    records: int
    people: int
    outlets: int


@dataclass(frozen=True, slots=True)
class StoryLine:
    """A story in a list."""

    slug: str
    version: int
    night: int
    subject: str
    beat: str
    headline: str
    deck: str
    opening: tuple[str, ...]
    charts: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class SignalLine:
    """A test in a list: what was asked, how it ended, how large and how sure."""

    id: str
    night: int
    kind: str
    subject: str
    label: str
    community: str
    outcome: str
    effect: float | None
    low: float | None
    high: float | None
    unit: str
    p: float
    q: float | None
    reason: str
    window: tuple[int, int]
    baseline: tuple[int, int]
    n: Mapping[str, int]
    guards: tuple[Mapping[str, Any], ...]
    detail: Mapping[str, Any]
    maker: str


@dataclass(frozen=True, slots=True)
class Sight:
    """A store as one snapshot sees it. `night` is the edition's; None before the first one."""

    store: Store
    desk: Desk
    snapshot: Snapshot
    night: int | None
    body: Mapping[str, Any]

    @property
    def last(self) -> int:
        """The last whole day that can be seen."""
        return self.snapshot.as_of // DAY_US - 1 if self.night is None else self.night

    @property
    def start(self) -> int:
        """The first day pages look back to."""
        return self.last - WINDOW + 1

    def rows(self, name: str, /, **params: Any) -> list[Row]:
        """Rows of a named query as this snapshot sees them, over the usual window."""
        return self.store.rows(name, **self._with(params))

    def one(self, name: str, /, **params: Any) -> Row | None:
        """The first row of a named query as this snapshot sees it."""
        return self.store.one(name, **self._with(params))

    def _with(self, params: Mapping[str, Any]) -> dict[str, Any]:
        return {"seq": self.snapshot.seq, "as_of": self.snapshot.as_of, "night": self.last,
                "start": self.start, "stop": self.last + 1, "community": "", "layer": "",
                "value": "", "offset": 0, **params}  # fmt: skip


def look(store: Store, desk: Desk) -> Sight:
    """The store at its latest edition; before the first edition, at everything there is."""
    row = store.one("page_edition")
    if row:
        snapshot = Snapshot(seq=row["seq"], as_of=row["as_of"], desk=row["desk"],
                            makers=tuple(json.loads(row["makers"])))  # fmt: skip
        return Sight(store, desk, snapshot, row["night"], json.loads(row["body"]))
    newest = store.one("last_day_of_records")
    lately = store.one("known_since", day=newest["day"] - LATELY) if newest else None
    known = -(-int(lately["known"]) // DAY_US) if lately else 0
    snapshot = Snapshot(seq=_steady(store.seq()), as_of=midnight(known), desk=desk.hash, makers=())
    return Sight(store, desk, snapshot, None, {})


def _steady(seq: int) -> int:
    """An entry of the log to look at before there is an edition: in a long log one of the last, and
    the same for a while, so that pages need not be made anew for every record that comes in.

    >>> _steady(2_504), _steady(123_456), _steady(9_876_543)
    (2504, 120000, 9800000)
    """
    return seq if seq < LONG else seq - seq % 10 ** (len(str(seq)) - 2)


def subject_of(subject: str) -> dict[str, str]:
    """The parameters that narrow a query to a subject; "*" narrows nothing."""
    kind, _, slug = subject.partition("/")
    if not slug:
        return {"layer": "", "value": ""}
    return {"layer": "entities" if kind == "entity" else "beats", "value": slug}


def daily(sight: Sight, subject: str = "*", community: str = "") -> Days:
    """Records, people and outlets a day over the usual window."""
    size = sight.last + 1 - sight.start
    counts = {key: [0] * size for key in ("records", "person", "outlet")}
    for row in sight.rows("page_daily", community=community, **subject_of(subject)):
        n = row["day"] - sight.start
        counts["records"][n] += row["records"]
        counts[row["unit"]][n] += row["voices"]
    return Days(sight.start, tuple(counts["records"]), tuple(counts["person"]),
                tuple(counts["outlet"]), tuple(_gaps(sight, community)))  # fmt: skip


def _gaps(sight: Sight, community: str) -> list[int]:
    """Days on which less than half of what was expected came in from everywhere asked about."""
    streams: dict[str, set[str]] = {}
    for row in sight.rows("page_streams", community=community):
        streams.setdefault(row["community"], set()).add(row["stream"])
    missing: dict[int, set[str]] = {}
    for stretch in exposure(sight):
        if stretch.permille >= HALF:
            continue
        hit = {c for c in streams if stretch.community == c
               or (stretch.community == "*" and stretch.stream in streams[c])}  # fmt: skip
        for day in range(stretch.start // DAY_US, -(-stretch.stop // DAY_US)):
            missing.setdefault(day, set()).update(hit)
    return sorted(day for day, hit in missing.items()
                  if hit and hit == set(streams) and sight.start <= day <= sight.last)  # fmt: skip


def exposure(sight: Sight) -> list[Exposure]:
    """What the ledger says was collected in the window, better or worse than expected."""
    rows = sight.rows("page_exposure", since=midnight(sight.start), until=midnight(sight.last + 1))
    return [Exposure(**row) for row in rows]


def places(sight: Sight, subject: str = "*", community: str = "") -> list[Place]:
    """Where a subject was spoken of, most records first."""
    rows = sight.rows("page_mix", community=community, **subject_of(subject))
    return [
        Place(community=row["community"], name=place_name(sight.desk, row["community"]),
              unit=row["unit"], records=row["records"], copies=row["copies"],
              voices=row["voices"], unnamed=row["unnamed"], threads=row["threads"],
              read=row["read"])
        for row in rows
    ]  # fmt: skip


def platforms(sight: Sight, subject: str = "*") -> list[tuple[str, int]]:
    """Records by platform, most first."""
    sums: dict[str, int] = {}
    for row in sight.rows("page_mix", **subject_of(subject)):
        sums[row["source"]] = sums.get(row["source"], 0) + row["records"]
    return sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))


def named(sight: Sight, layer: str, subject: str = "*", community: str = "",
          limit: int = 12) -> list[Named]:  # fmt: skip
    """The entities or beats most voices name in a window, the subject itself left out."""
    rows = sight.rows("page_named", names=layer, community=community, limit=limit + 1,
                      **subject_of(subject))  # fmt: skip
    kind = "entity" if layer == "entities" else "beat"
    return [
        Named(row["value"], sight.desk.label(f"{kind}/{row['value']}"), row["records"],
              row["people"], row["outlets"])
        for row in rows
        if f"{kind}/{row['value']}" != subject
    ][:limit]  # fmt: skip


def phrases(sight: Sight, community: str = "", *, least: int = 3, limit: int = 8) -> list[Named]:
    """The phrases most people used; none where a community in question is never quoted."""
    asked = [c for c in sight.desk.communities if community in ("", c.name, c.slug)]
    if any(c.quote == "never" for c in asked):
        return []
    rows = sight.rows("page_named", names="phrases", community=community, limit=limit)
    return [Named(row["value"], row["value"], row["records"], row["people"], row["outlets"])
            for row in rows if row["people"] >= least]  # fmt: skip


def lines(sight: Sight, subject: str = "*", community: str = "", *, limit: int = 20,
          offset: int = 0) -> list[Line]:  # fmt: skip
    """Records on a subject, newest first."""
    rows = sight.rows("page_records", community=community, limit=limit, offset=offset,
                      **subject_of(subject))  # fmt: skip
    return [line(sight.desk, row) for row in rows]


def line(desk: Desk, row: Row, words: Iterable[str] = ()) -> Line:
    """A row as a line of a list; communities that are not quoted lend no words."""
    community = desk.community(row["community"])
    silent = community is not None and community.quote == "never"
    body = row["title"] or row["text"] if not words else f"{row['title']} {row['text']}"
    return Line(
        id=row["id"], kind=row["kind"], community=row["community"],
        place=row["outlet"] or place_name(desk, row["community"]), day=row["day"],
        excerpt="" if silent else excerpt(body, words),
        withheld="we never quote this community" if silent
        else "" if row["title"] or row["text"] else "its words are no longer kept",
    )  # fmt: skip


def excerpt(text: str, words: Iterable[str] = ()) -> str:
    """At most thirty words, around the first of the words searched for.

    >>> excerpt("one two three")
    'one two three'
    """
    parts = text.split()
    wanted = [word.casefold() for word in words]
    hit = next((i for i, part in enumerate(parts)
                if any(word in part.casefold() for word in wanted)), 0)  # fmt: skip
    first = max(0, min(hit - 8, len(parts) - EXCERPT))
    shown = " ".join(parts[first : first + EXCERPT])
    return ("… " if first else "") + shown + (" …" if first + EXCERPT < len(parts) else "")


def place_name(desk: Desk, community: str) -> str:
    """The printed name of a community; its own name when the desk does not know it."""
    known: Community | None = desk.community(community)
    return known.name if known else community


def stories(sight: Sight, *, subject: str = "", beat: str = "", limit: int = 50,
            offset: int = 0) -> list[StoryLine]:  # fmt: skip
    """The newest version of each story, newest first."""
    rows = sight.rows("page_stories", subject=subject, beat=beat, limit=limit, offset=offset)
    return [_story_line(row, json.loads(row["body"])) for row in rows]


def _story_line(row: Row, body: Mapping[str, Any]) -> StoryLine:
    first = next(iter(body["sections"]), {"sentences": ()})
    return StoryLine(
        slug=row["slug"], version=row["version"], night=row["night"], subject=row["subject"],
        beat=row["beat"], headline=row["title"], deck=body["deck"]["text"],
        opening=tuple(sentence["text"] for sentence in first["sentences"]),
        charts=tuple(body.get("extra", {}).get("charts", ())),
    )  # fmt: skip


def signals(sight: Sight, name: str = "page_signals", /, **params: Any) -> list[SignalLine]:
    """Tests of the edition's night that a named query gives."""
    asked = {"kind": "", "outcome": "", "subject": "", "limit": 1000, **params}
    return [as_signal(sight.desk, row) for row in sight.rows(name, **asked)]


def as_signal(desk: Desk, row: Row) -> SignalLine:
    """A stored test as a page shows it."""
    body = json.loads(row["body"])
    partner = body.get("detail", {}).get("partner")
    label = desk.label(row["subject"]) + (f" with {desk.label(partner)}" if partner else "")
    return SignalLine(
        id=row["id"], night=row["night"], kind=row["kind"], subject=row["subject"],
        label=label, community=row["community"], outcome=row["outcome"],
        effect=body["effect"], low=body["low"], high=body["high"], unit=body["unit"], p=row["p"],
        q=row["q"], reason=body.get("reason", ""), window=_pair(body["window"]),
        baseline=_pair(body["baseline"]), n=body["n"], guards=tuple(body.get("guards", ())),
        detail=body.get("detail", {}), maker=body["maker"],
    )  # fmt: skip


def tally(sight: Sight) -> dict[str, dict[str, int]]:
    """How many tests of the night ended how, by kind."""
    found: dict[str, dict[str, int]] = {}
    for row in sight.rows("page_signal_tally"):
        found.setdefault(row["kind"], {})[row["outcome"]] = row["tests"]
    return found


def first_day(sight: Sight, community: str = "") -> int | None:
    """The first day anything can be seen of."""
    row = sight.one("page_first_day", community=community)
    return row["day"] if row else None


def found(sight: Sight, text: str, *, limit: int, offset: int) -> tuple[int, list[Line]]:
    """How many records hold all the words of a question, and one page of them.

    Communities that are never quoted are left out: a hit would tell what they said.
    """
    words = match_words(text)
    if not words:
        return 0, []
    never = [n for c in sight.desk.communities if c.quote == "never" for n in (c.name, c.slug)]
    asked = {"words": words, "silent": f"|{'|'.join(never)}|"}
    count = sight.one("page_count_found", **asked)
    rows = sight.rows("page_found", limit=limit, offset=offset, **asked)
    plain = INSIDE.findall(text)
    return (count["found"] if count else 0), [line(sight.desk, row, plain) for row in rows]


def match_words(text: str) -> str:
    """A question as words that must all stand in a record; quotation marks keep words together.

    Nothing a reader types can be an operator of the search language.

    >>> match_words('open "licence change" OR (weights*')
    '"open" "licence change" "OR" "weights"'
    >>> match_words('"" *-^')
    ''
    """
    parts = [" ".join(INSIDE.findall(phrase or word)) for phrase, word in WORD.findall(text)]
    return " ".join(f'"{part}"' for part in [p for p in parts if p][:MOST_WORDS])


def _pair(pair: Any) -> tuple[int, int]:
    return int(pair[0]), int(pair[1])
