"""Who stands behind a number: distinct people, threads and copies of some voices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from groundswell.types import Numbers, Voice

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """The people behind some voices, and the largest shares of one author, thread or copy.

    `top_author` is the largest share of records by one author; `top_thread` the largest share
    of people who spoke in one thread; `copies` the share of all records that are copies.
    """

    n: Numbers
    top_author: float
    top_thread: float
    copies: float
    author: str
    thread: str
    cluster: str


def crowd(voices: Iterable[Voice]) -> Crowd:
    """Sum up person voices; records without an author count as records only."""
    counted = list(voices)
    spoken = [v for v in counted if v.records]
    records, copies = sum(v.records for v in spoken), sum(v.copies for v in counted)
    by_author: Counter[str] = Counter()
    people: dict[str, set[str]] = {}
    clusters: Counter[str] = Counter()
    for voice in spoken:
        clusters[voice.cluster] += bool(voice.cluster)
        if voice.author:
            by_author[voice.author] += voice.records
            people.setdefault(voice.thread, set()).add(voice.author)
    author, most = _largest(by_author)
    thread, crowded = _largest({root: len(group) for root, group in people.items()})
    return Crowd(
        n=Numbers(records=records, authors=len(by_author), threads=len({v.thread for v in spoken}),
                  communities=len({v.community for v in spoken})),
        top_author=most / max(sum(by_author.values()), 1), author=author,
        top_thread=crowded / max(len(by_author), 1), thread=thread,
        copies=copies / max(records + copies, 1), cluster=_largest(clusters)[0],
    )  # fmt: skip


def without(crowd: Crowd) -> list[Callable[[Voice], bool]]:
    """One filter each that drops the largest thread, author and cluster of a crowd."""
    return [
        lambda v: v.thread != crowd.thread,
        lambda v: v.author != crowd.author,
        lambda v: not crowd.cluster or v.cluster != crowd.cluster,
    ]


def people_a_day(voices: Iterable[Voice], start: int, days: int) -> Floats:
    """Distinct people a day, shape (days,), from day `start`."""
    found: list[set[str]] = [set() for _ in range(days)]
    for voice in voices:
        if voice.records and voice.author and 0 <= voice.day - start < days:
            found[voice.day - start].add(voice.author)
    return np.array([len(group) for group in found], np.float64)


def within(voices: Sequence[Voice], start: int, stop: int) -> list[Voice]:
    """The person voices of days `start` to before `stop`."""
    return [v for v in voices if start <= v.day < stop and v.unit == "person"]


def _largest(counts: Counter[str] | dict[str, int]) -> tuple[str, int]:
    """The key with the highest count, the smallest of equals, so that runs agree."""
    if not counts:
        return "", 0
    key = min(counts, key=lambda k: (-counts[k], k))
    return key, counts[key]
