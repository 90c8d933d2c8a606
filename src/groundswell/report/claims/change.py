"""More or fewer voices, warmer or colder words, between a window and its baseline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from groundswell.query.figures import FULL, Cell, Figures, people
from groundswell.report import claim as make
from groundswell.report.claim import Found, Question
from groundswell.report.licence import FEWEST, licence
from groundswell.stats.clusters import Clustered, Readings, difference
from groundswell.stats.kitagawa import by_voices
from groundswell.types import Claim, Interval
from groundswell.types.claim import ClaimKind, Status

RATE_MIN = 1.5  # times; what the volume test calls worth telling unless the signal says
TONE_MIN = 0.10  # on the scale from -1 to 1


class Change:
    """A change with its interval; for tone also how much of it the same voices made."""

    kind: ClassVar[ClaimKind] = "change"

    def __call__(self, question: Question, figures: Figures) -> Claim | None:
        """One of the ops voices (needs the signal of its test) and tone."""
        if question.baseline is None:
            return None
        op = {"voices": _voices, "tone": _tone}[question.op]
        found = op(question, figures, question.baseline)
        return make.claim(self.kind, question, figures, found) if found else None


def _voices(question: Question, figures: Figures, baseline: tuple[int, int]) -> Found | None:
    signal = question.signal
    cells = make.asked(question, figures)
    earlier = figures.cells(question.subject, question.unit, *baseline, question.communities)
    status = _status(question, len(people(cells)))
    if signal is None or status is None or make.nameless(cells):
        return None
    now, peak = _daily(question, figures, cells, (question.start, question.stop))
    before, _ = _daily(question, figures, earlier, baseline)
    if not before:
        return None
    n = make.numbers(cells, question.unit)
    interval = Interval(low=signal.low, high=signal.high, level=signal.level,
                        method="rate ratio of the volume test")  # fmt: skip
    least = float(signal.detail.get("effect_min", RATE_MIN))
    return Found(
        estimate=now / before, unit="times", n=n, interval=interval, status=status,
        values={"now": now, "before": before, "peak": peak}, effect_min=least,
        licence=licence(status=status, n=n, rate=interval, interval=interval, effect_min=least),
        evidence=make.evidence(question, figures),
    )  # fmt: skip


def _daily(question: Question, figures: Figures, cells: Sequence[Cell],
           window: tuple[int, int]) -> tuple[float, int]:  # fmt: skip
    """Mean distinct voices a day at full exposure, and the most on one day as counted."""
    places = sorted(question.communities) or sorted(figures.places(question.unit))
    by_day: dict[int, set[str]] = defaultdict(set)
    for cell in cells:
        if cell.author and cell.records:
            by_day[cell.day].add(cell.author)
    rates = []
    for day in range(*window):
        made = sum(figures.exposure(place, day) for place in places) / max(len(places), 1)
        if made:
            rates.append(len(by_day[day]) * FULL / made)
    return (sum(rates) / len(rates) if rates else 0.0,
            max((len(authors) for authors in by_day.values()), default=0))  # fmt: skip


def _tone(question: Question, figures: Figures, baseline: tuple[int, int]) -> Found | None:
    cells = make.asked(question, figures)
    earlier = figures.cells(question.subject, question.unit, *baseline, question.communities)
    now, before = readings(cells, earlier)
    fewest = min(len(np.unique(now.author)), len(np.unique(before.author)))
    status = _status(question, fewest)
    if status is None or make.nameless(cells):
        return None
    change = difference(now, before)
    split = by_voices(now, before)
    low, high = change.interval()
    interval = Interval(low=low, high=high, level=0.95, method="two-way clustered")
    same = _clear(split.same, split.share, interval)
    least = float(question.signal.detail.get("effect_min", TONE_MIN)) if question.signal \
        else TONE_MIN  # fmt: skip
    n = make.numbers(cells, question.unit)
    return Found(
        estimate=change.value, unit="tone", n=n, interval=interval, status=status,
        values={"now": _mean(now), "before": _mean(before)}, effect_min=least,
        decomposition={"within": split.split.within, "between": split.split.between},
        licence=licence(status=status, n=n, within=same, interval=interval, effect_min=least),
        evidence=make.evidence(question, figures),
    )  # fmt: skip


def readings(cells: Sequence[Cell], earlier: Sequence[Cell]) -> tuple[Readings, Readings]:
    """Both periods as arrays; authors and threads have the same codes in each."""
    authors: dict[str, int] = {}
    threads: dict[str, int] = {}

    def rows(some: Sequence[Cell]) -> Readings:
        sums: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
        for cell in some:
            if cell.author and cell.read:
                key = (authors.setdefault(cell.author, len(authors)),
                       threads.setdefault(cell.thread, len(threads)))  # fmt: skip
                sums[key][0] += cell.read
                sums[key][1] += cell.score_sum
        return Readings(
            author=np.array([a for a, _ in sums], np.int64),
            thread=np.array([t for _, t in sums], np.int64),
            count=np.array([c for c, _ in sums.values()], np.float64),
            total=np.array([s / 1000 for _, s in sums.values()], np.float64),
        )

    return rows(cells), rows(earlier)


def _mean(rows: Readings) -> float:
    codes, index = np.unique(rows.author, return_inverse=True)
    own = np.bincount(index, rows.total) / np.bincount(index, rows.count)
    return float(own.sum() / len(codes))


def _clear(same: Clustered, share: float, whole: Interval) -> Interval | None:
    """The interval of the within part, where the whole change points clearly the same way."""
    low, high = (bound * share for bound in same.interval())
    agrees = (low > 0 and whole.low > 0) or (high < 0 and whole.high < 0)
    return Interval(low=low, high=high, level=0.95, method="two-way clustered") if agrees else None


def _status(question: Question, authors: int) -> Status | None:
    """A change its test did not find stays insufficient: it may be doubted, never asserted."""
    status = make.firm(authors) if authors >= FEWEST else None
    found = question.signal is None or question.signal.outcome == "found"
    return status if found or status is None else "insufficient"
