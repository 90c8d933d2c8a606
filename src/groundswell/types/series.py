"""What measure hands to notice: voices, daily series with their totals, mentions in outlets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["person", "outlet"]
EVERYWHERE = "*"  # the community of a sum over all communities
EVERYTHING = "*"  # the subject of every record, whatever it mentions


@dataclass(frozen=True, slots=True)
class Voice:
    """One author, day, thread and length bin: the unit everything is counted from.

    `subject` is "*", "entity/<slug>" or "beat/<slug>". `records` leaves out copies, which are
    in `copies`; `read` is how many of the records have a sentiment, `score_sum` its sum in
    thousandths, `positive` and `negative` how many of them lean either way. `author` is ""
    where the platform gave none. `exact` is false when only the day is known.
    """

    day: int
    community: str
    subject: str
    unit: Unit
    author: str
    cluster: str
    thread: str
    length_bin: int
    exact: bool
    records: int
    copies: int
    read: int
    score_sum: int
    positive: int
    negative: int


@dataclass(frozen=True, slots=True)
class Daily:
    """One dense series: distinct voices a day for one subject in one community.

    All tuples have one entry per day from `start`, gaps filled with zero. `totals` are the
    distinct voices a day of the same platform on any subject; `exposure` is the share of
    expected collection actually made, in thousandths.
    """

    subject: str
    community: str
    unit: Unit
    start: int
    voices: tuple[int, ...]
    totals: tuple[int, ...]
    exposure: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """One article of one outlet about a subject, for coverage."""

    record_id: str
    outlet: str
    owner: str
    day: int
    published: int
    exact: bool
    cluster: str


@dataclass(frozen=True, slots=True)
class Pair:
    """How many voices named two entities in one record, and each of them, in one window."""

    a: str
    b: str
    both: int
    only_a: int
    only_b: int
    neither: int
    communities: int
