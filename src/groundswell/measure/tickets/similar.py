"""Likely duplicates: tickets of one repository that say the same thing.

Words are weighed by how few tickets of the repository use them (Spärck Jones, "A statistical
interpretation of term specificity and its application in retrieval", 1972) and compared by the
cosine of their weights (Salton, Wong, Yang, "A vector space model for automatic indexing", 1975);
titles and texts apart, as in Runeson, Alexandersson, Nyholm, "Detection of duplicate defect
reports using natural language processing", 2007. Thresholds were chosen for few and sure pairs on
half of the repositories that docs/triage.md names.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from groundswell.measure.tickets.wording import Wording, wordings
from groundswell.types.ticket import Ticket

BLOCK = 512  # tickets compared at a time, so that memory does not grow with their square
FLOOR = 0.25  # of likeness below which a pair is not looked at
APART = 365  # days after which two tickets are two stories
MEANING = 0.76  # cosine of two vectors of the packaged reader
SOON = 45  # days within which other words may tell the same outage
TWICE = 30  # days within which one author files the same thing again by mistake
DISTINCT = 20.0  # weight of the ten rarest shared words, at least: short talk proves nothing
TOP = 10
RARE = 4  # tickets that quote an error which tells them from others
FILLERS = (
    "a after add allow an and are as at be before bug but by can can't cannot could do does "
    "doesn doesn't don don't error feature fix for from have how i if in into is issue it my no "
    "not of on or please request should support t that the this to use using via we when while "
    "with"
)
SMALL = frozenset(FILLERS.split())
NAME = re.compile(r"[_.:\-\d]")  # words that name a thing: versions, functions, options
Vector = npt.NDArray[np.int8]
Read = Callable[[Ticket], Vector]
Matrix = Any  # scipy's sparse matrices carry no types


@dataclass(frozen=True, slots=True)
class Pair:
    """Two tickets, older first, that say the same, and why we think so."""

    first: Ticket
    second: Ticket
    likeness: int  # thousandths
    reason: str


@dataclass(frozen=True, slots=True)
class Group:
    """Tickets that say the same: the one to keep, and the others with their reasons."""

    keep: Ticket
    others: tuple[tuple[Ticket, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike two tickets are. Cosines from 0 to 1, `meaning` that of the reader's vectors (0
    without them); `covered` is the smaller share of a title that stands in the other ticket;
    `shared` the weight of their ten rarest common words, `told` that of their titles' common
    words; `replaced`: each title has a word that the other ticket does not use, `renamed`: each
    has such a word that names a thing; `swapped`: each has a word that the other title has not."""

    whole: float
    title: float
    text: float
    covered: float
    shared: float
    told: float
    meaning: float = 0.0
    error: str = ""
    replaced: bool = False
    renamed: bool = False
    swapped: bool = False


def pairs(tickets: Sequence[Ticket], read: Read | None = None) -> Iterator[Pair]:
    """Likely duplicates among the tickets of one repository, issues and changes apart.

    Tickets opened by bots are left out: they repeat themselves by design. `read` gives the
    reader's vector of a ticket and is asked about few; with it, reports of the same days that
    use other words are found as well.
    """
    for kind in ("issue", "change"):
        chosen = sorted(
            (one for one in tickets if one.kind == kind and not one.bot),
            key=lambda one: (one.opened, one.id),
        )
        if len(chosen) > 1:
            yield from _pairs(chosen, read)


def groups(found: Iterable[Pair]) -> list[Group]:
    """Pairs joined into groups with the ticket to keep; groups without an open copy left out."""
    leader: dict[str, str] = {}
    tickets: dict[str, Ticket] = {}
    reasons: dict[frozenset[str], str] = {}

    def top(name: str) -> str:
        while leader.get(name, name) != name:
            name = leader[name]
        return name

    for pair in found:
        one, two = pair.first, pair.second
        tickets |= {one.id: one, two.id: two}
        reasons[frozenset((one.id, two.id))] = pair.reason
        leader[top(two.id)] = top(one.id)
    members: dict[str, list[Ticket]] = {}
    for name in tickets:
        members.setdefault(top(name), []).append(tickets[name])
    made = [_group(members[name], reasons) for name in sorted(members)]
    return [group for group in made if any(other.closed is None for other, _ in group.others)]


def _group(members: list[Ticket], reasons: dict[frozenset[str], str]) -> Group:
    """Keep what is open, most talked about, most complete, oldest: in that order."""
    keep = min(
        members,
        key=lambda one: (one.closed is not None, -_talk(one), -len(one.text) // 400, one.opened),
    )
    others = sorted((one for one in members if one is not keep), key=lambda one: one.opened)
    return Group(keep, tuple((one, _reason(one, keep, members, reasons)) for one in others))


def _reason(
    one: Ticket, keep: Ticket, members: Sequence[Ticket], reasons: dict[frozenset[str], str]
) -> str:
    """Why a ticket is in its group: because of the one to keep, or of another member."""
    for other in (keep, *members):
        if reason := reasons.get(frozenset((one.id, other.id))):
            return reason if other is keep else f"beside #{other.number}, {reason}"
    raise AssertionError(f"{one.id}: was put into a group without a pair")


def _talk(ticket: Ticket) -> int:
    return max(ticket.comments, len(ticket.replies))


def same(one: Ticket, two: Ticket, alike: Likeness) -> str:
    """Why two tickets are taken for duplicates; "" when they are not.

    A title that puts a word in place of the other's names another thing ("relay publish" beside
    "relay subscribe"), however much of the text was copied.
    """
    days = abs((two.opened - one.opened).days)
    if alike.shared < DISTINCT or days > APART:
        return ""
    if one.author and one.author == two.author:
        twice = alike.whole >= 0.9 and days <= TWICE and not alike.replaced and not alike.swapped
        return "the same words filed twice" if twice else ""
    if alike.meaning >= MEANING:
        apart = "of one day" if not days else "a day apart" if days == 1 else f"{days} days apart"
        return f"texts mean nearly the same ({alike.meaning:.0%}), {apart}"
    if alike.replaced or (alike.swapped and alike.title >= 0.75):
        return ""
    if alike.whole >= 0.8 and alike.covered >= 0.7:
        return f"title and text are {alike.whole:.0%} alike"
    if alike.title >= 0.6 and alike.told >= 10 and alike.covered >= 0.7 and alike.text >= 0.3:
        return f"titles are {alike.title:.0%} alike, texts {alike.text:.0%}"
    if alike.error and alike.text >= 0.35 and alike.covered >= 0.5:
        return f"both quote the error “{alike.error}”"
    if alike.whole >= 0.45 and alike.covered >= 0.65 and alike.told >= 8:
        return f"each title stands in the other's text, {alike.whole:.0%} alike"
    return ""


def retold(one: Ticket, two: Ticket, alike: Likeness) -> bool:
    """Whether two tickets may tell the same in other words: the reader decides."""
    soon = abs((two.opened - one.opened).days) <= SOON
    others = bool(one.author and two.author and one.author != two.author)
    series = alike.renamed or (alike.swapped and alike.text >= 0.8)
    return soon and others and not series and alike.whole >= 0.48 and alike.covered >= 0.4


def _pairs(tickets: Sequence[Ticket], read: Read | None) -> Iterator[Pair]:
    said = wordings(tickets)
    weights = _weights(said)
    quoted = Counter(error for one in said for error in one.errors)
    for i, j, title, text, whole in _near(said, weights):
        alike = _likeness(said[i], said[j], weights, quoted, (title, text, whole))
        one, two = tickets[i], tickets[j]
        if read and retold(one, two, alike):
            alike = replace(alike, meaning=_cosine(read(one), read(two)))
        if reason := same(one, two, alike):
            yield Pair(one, two, round(1000 * alike.whole), reason)


def _weights(said: Sequence[Wording]) -> dict[str, float]:
    used = Counter(word for one in said for word in one.words)
    return {word: max(0.0, math.log((len(said) + 1) / (n + 0.5))) for word, n in used.items()}


def _likeness(
    one: Wording,
    two: Wording,
    weights: dict[str, float],
    quoted: Counter[str],
    cosines: tuple[float, float, float],
) -> Likeness:
    def weigh(words: Iterable[str]) -> float:
        return sum(weights[word] for word in words)

    titles = set(one.title), set(two.title)
    covered = min(
        weigh(titles[0] & two.words) / (weigh(titles[0]) or 1),
        weigh(titles[1] & one.words) / (weigh(titles[1]) or 1),
    )
    own = titles[0] - titles[1] - SMALL, titles[1] - titles[0] - SMALL
    common = sorted((weights[word] for word in one.words & two.words), reverse=True)
    rare = sorted((quoted[error], error) for error in one.errors & two.errors)
    lost = own[0] - two.words, own[1] - one.words
    return Likeness(
        title=cosines[0],
        text=cosines[1],
        whole=cosines[2],
        covered=covered,
        shared=sum(common[:TOP]),
        told=weigh(titles[0] & titles[1] - SMALL),
        error=rare[0][1] if rare and rare[0][0] <= RARE else "",
        replaced=bool(lost[0] and lost[1]),
        renamed=all(any(NAME.search(word) for word in words) for words in lost),
        swapped=bool(own[0] and own[1]),
    )


def _cosine(one: Vector, two: Vector) -> float:
    a, b = one.astype(np.float32), two.astype(np.float32)
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b) or 1))


def _near(
    said: Sequence[Wording], weights: dict[str, float]
) -> Iterator[tuple[int, int, float, float, float]]:
    """Pairs i < j worth a look: their numbers, and the cosines of titles, texts and both."""
    columns = {word: n for n, word in enumerate(weights)}
    titles = _matrix([one.title for one in said], columns, weights)
    texts = _matrix([one.text for one in said], columns, weights)
    wholes = _matrix([one.title * 2 + one.text for one in said], columns, weights)
    for start in range(0, len(said), BLOCK):
        part = slice(start, start + BLOCK)
        by_title, by_text, by_whole = (
            np.asarray((matrix[part] @ matrix.T).todense()) for matrix in (titles, texts, wholes)
        )
        worth = (by_whole >= FLOOR) | (by_title >= 2 * FLOOR)
        for row, j in zip(*np.nonzero(worth), strict=True):
            i = start + int(row)
            if i < j:
                yield (i, int(j), float(by_title[row, j]), float(by_text[row, j]),
                       float(by_whole[row, j]))  # fmt: skip


def _matrix(
    texts: Sequence[Sequence[str]], columns: dict[str, int], weights: dict[str, float]
) -> Matrix:
    """Rows of unit length, one a text; a word counts 1 + log n times its weight."""
    from scipy import sparse

    rows, cols, values = [], [], []
    for row, words in enumerate(texts):
        for word, n in Counter(words).items():
            rows.append(row)
            cols.append(columns[word])
            values.append((1 + math.log(n)) * weights[word])
    matrix = sparse.csr_matrix((values, (rows, cols)), shape=(len(texts), len(columns)))
    lengths: npt.NDArray[np.float64] = np.sqrt(
        np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()
    )
    lengths[lengths == 0] = 1.0
    return sparse.diags(1 / lengths) @ matrix
