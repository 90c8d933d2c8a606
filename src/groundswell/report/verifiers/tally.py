"""Choosing and counting plain rows, as docs/claims.md says, in plain Python."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from groundswell.report.verifier import Evidence, PlainRow
from groundswell.types import Claim
from groundswell.types.series import EVERYTHING

WARM, COLD = 150, -150  # thousandths: past these an author's mean counts as leaning
BIN_TOPS = (100, 300, 1000)  # characters; longer bodies are in the fourth bin

Range = tuple[float, float]
Expected = tuple[Range, ...]  # any of these holds what was counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """What a claim's numbers may be, counted again.

    `interval` is the expected low and high, each with how far off it may be. `people` is the
    denominator the limits apply to. `members` are records that may stand as evidence; `husks`
    of `records` in reach are withdrawn.
    """

    estimate: Expected
    values: Mapping[str, Expected]
    n: Mapping[str, Expected]
    interval: tuple[Expected, Expected] | None = None
    people: int | None = None
    members: frozenset[str] | None = None
    husks: int = 0
    records: int = 0
    problems: tuple[str, ...] = ()


def exactly(*values: float) -> Expected:
    """One of these values."""
    return tuple((float(v), float(v)) for v in values)


def upto(value: float, more: float) -> Expected:
    """This value, or up to so much more: what withdrawn rows could have added."""
    return ((float(value), float(value + more)),)


def around(value: float, off: float) -> Expected:
    """This value, give or take."""
    return ((value - off, value + off),)


class Cell:
    """The visible rows of one unit, some communities and one window."""

    def __init__(self, rows: Iterable[PlainRow], unit: str) -> None:
        self.unit = unit
        self.all = [row for row in rows if row.unit == unit]

    @cached_property
    def counted(self) -> list[PlainRow]:
        """Rows that are no copies and not withdrawn."""
        return [row for row in self.all if not row.copy and not row.withdrawn]

    @cached_property
    def husks(self) -> list[PlainRow]:
        """Withdrawn rows that were counted once."""
        return [row for row in self.all if row.withdrawn and not row.copy]

    def on(self, subject: str) -> list[PlainRow]:
        """Counted rows on a subject."""
        return [row for row in self.counted if stands_on(row, subject)]

    def lost(self, subject: str = EVERYTHING) -> int:
        """How many withdrawn rows were on a subject."""
        return sum(stands_on(row, subject) for row in self.husks)

    def voices(self, subject: str = EVERYTHING) -> set[str]:
        """Distinct voices with a counted row on a subject."""
        return voices(self.on(subject))

    def by_voice(self, rows: Iterable[PlainRow]) -> dict[str, list[PlainRow]]:
        """Rows of each known voice."""
        found: dict[str, list[PlainRow]] = defaultdict(list)
        for row in rows:
            if voice(row):
                found[voice(row)].append(row)
        return found

    def shares(self, subject: str) -> dict[str, float]:
        """Each active voice's own share of records on the subject: equal exposure."""
        own = Counter(voice(row) for row in self.counted)
        there = Counter(voice(row) for row in self.on(subject))
        return {who: there[who] / n for who, n in own.items() if who}

    def tones(self, subject: str) -> dict[str, float]:
        """Each voice's mean tone on the subject, thousandths; unread records left out."""
        read = [row for row in self.on(subject) if row.tone is not None]
        return {who: sum(float(row.tone or 0) for row in rows) / len(rows)
                for who, rows in self.by_voice(read).items()}  # fmt: skip

    def nameless(self) -> float:
        """Share of counted rows without a voice."""
        return sum(not voice(row) for row in self.counted) / max(1, len(self.counted))


def cell_of(claim: Claim, show: Evidence, *, window: tuple[int, int] | None = None,
            communities: Sequence[str] | None = None) -> Cell:  # fmt: skip
    """The cell a claim's query names."""
    query = claim.query
    start, stop = window or (query.get("start", claim.window[0]),
                             query.get("stop", claim.window[1]))  # fmt: skip
    wanted = communities if communities is not None else query.get("communities") or ()
    places = {show.place(name) for name in wanted}
    known: dict[str, str] = {}
    rows = []
    for row in show.rows(claim.snapshot, int(start), int(stop)):
        if row.community not in known:
            known[row.community] = show.place(row.community)
        if not places or known[row.community] in places:
            rows.append(row)
    return Cell(rows, str(query.get("unit", claim.population.unit)))


def stands_on(row: PlainRow, subject: str) -> bool:
    """Whether a row is on a subject."""
    if subject == EVERYTHING:
        return True
    kind, _, slug = subject.partition("/")
    return slug in (row.entities if kind == "entity" else row.beats)


def voice(row: PlainRow) -> str:
    """Who is counted: the outlet of an article, the author of anything else."""
    return row.outlet if row.unit == "outlet" else row.author


def voices(rows: Iterable[PlainRow]) -> set[str]:
    """Distinct known voices."""
    return {voice(row) for row in rows} - {""}


def numbers(rows: Sequence[PlainRow], lost: int = 0) -> dict[str, Expected]:
    """The five units behind a figure, each up to what is withdrawn."""
    authors = len({row.author for row in rows if row.unit == "person"} - {""})
    outlets = len({row.outlet for row in rows} - {""})
    told = {row.outlet for row in rows if row.unit == "outlet"} - {""}
    return {
        "records": upto(len(rows), lost),
        "authors": upto(authors, lost) + upto(len({row.author for row in rows} - {""}), lost),
        "threads": upto(len({row.root for row in rows} - {""}), lost),
        "outlets": upto(len(told), lost) + upto(outlets, lost),
        "communities": upto(len({row.community for row in rows}), lost),
    }


def either(*counts: Mapping[str, Expected]) -> dict[str, Expected]:
    """Numbers that may follow either reading."""
    return {key: tuple(r for count in counts for r in count[key]) for key in counts[0]}


def length_bin(row: PlainRow) -> int:
    """Which of the four length bins a body falls into.

    >>> [sum(size > top for top in BIN_TOPS) for size in (100, 101, 1000, 1001)]
    [0, 1, 2, 3]
    """
    return sum(row.size > top for top in BIN_TOPS)
