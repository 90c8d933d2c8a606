"""What part of the people: who named a subject, and how they wrote about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import ClassVar

from groundswell.query.figures import Cell, Figures, people
from groundswell.report import claim as make
from groundswell.report import measured
from groundswell.report.claim import Found, Question
from groundswell.report.licence import licence
from groundswell.stats.shares import author_mean, wilson
from groundswell.types import Claim, Interval, Numbers
from groundswell.types.claim import ClaimKind
from groundswell.types.series import EVERYTHING

LEANING = 150  # thousandths beyond which an author's mean tone leans


class Share:
    """A share of voices with its interval; none under the people limits."""

    kind: ClassVar[ClaimKind] = "share"

    def __call__(self, question: Question, figures: Figures) -> Claim | None:
        """One of the ops once, mean, warm and cold."""
        op = {"once": _once, "mean": _mean, "warm": _warm, "cold": _cold}[question.op]
        found = op(question, figures)
        return make.claim(self.kind, question, figures, found) if found else None


def _once(question: Question, figures: Figures) -> Found | None:
    everyone = _everyone(question, figures)
    cells = make.asked(question, figures)
    if make.nameless(everyone):
        return None
    found = _part(question, figures, len(people(cells)), len(people(everyone)), cells)
    if found and measured.beat_of(question):  # rests on all of a person's labels at once
        return measured.as_read(found, measured.BEATS)
    return found


def _mean(question: Question, figures: Figures) -> Found | None:
    everyone, cells = _everyone(question, figures), make.asked(question, figures)
    whole, part = records_of(everyone), records_of(cells)
    status = make.firm(len(whole))
    if status is None or make.nameless(everyone):
        return None
    authors = sorted(whole)
    mean = author_mean([part.get(a, 0) for a in authors], [whole[a] for a in authors])
    interval = Interval(low=mean.low, high=mean.high, level=0.95, method="normal over authors")
    n = make.numbers(cells, question.unit)
    found = Found(estimate=mean.value, unit="share", n=n, values={"whole": len(authors)},
                  interval=interval, status=status, licence=licence(status=status, n=n),
                  evidence=make.evidence(question, figures))  # fmt: skip
    return measured.mean_share(found, question, figures, cells, everyone)


def _warm(question: Question, figures: Figures) -> Found | None:
    return _leaning(question, figures, lambda tone: tone > LEANING)


def _cold(question: Question, figures: Figures) -> Found | None:
    return _leaning(question, figures, lambda tone: tone < -LEANING)


def _leaning(question: Question, figures: Figures,
             leans: Callable[[float], bool]) -> Found | None:  # fmt: skip
    cells = make.asked(question, figures)
    tones = tone_of(cells)
    if make.nameless(cells):
        return None
    part = sum(1 for tone in tones.values() if leans(tone))
    found = _part(question, figures, part, len(tones), cells)
    return found and measured.leaning(found, question, figures, cells, beyond=LEANING / 1000)


def _part(question: Question, figures: Figures, part: int, whole: int,
          cells: list[Cell]) -> Found | None:  # fmt: skip
    status = make.firm(whole)
    if status is None:
        return None
    low, high = wilson(part, whole)
    interval = Interval(low=low, high=high, level=0.95, method="wilson")
    n = make.numbers(cells, question.unit)
    base = replace(n, authors=whole) if question.unit == "person" else n
    return Found(
        estimate=part / whole, unit="share", n=n, values={"part": part, "whole": whole},
        interval=interval, status=status,
        licence=licence(status=status, n=_named(base, part), share=interval),
        evidence=make.evidence(question, figures),
    )  # fmt: skip


def _named(n: Numbers, part: int) -> Numbers:
    """Quantifiers speak of the part: "some" needs as many in it as it promises."""
    return n if part >= 5 else replace(n, authors=part)


def records_of(cells: Iterable[Cell]) -> dict[str, int]:
    """Counted records by voice."""
    counts: dict[str, int] = defaultdict(int)
    for cell in cells:
        if cell.author and cell.records:
            counts[cell.author] += cell.records
    return counts


def tone_of(cells: Iterable[Cell]) -> dict[str, float]:
    """Every author's mean tone over their read records, in thousandths."""
    read: dict[str, int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    for cell in cells:
        if cell.author and cell.read:
            read[cell.author] += cell.read
            total[cell.author] += cell.score_sum
    return {author: total[author] / n for author, n in read.items()}


def _everyone(question: Question, figures: Figures) -> list[Cell]:
    return figures.cells(EVERYTHING, question.unit, question.start, question.stop,
                         question.communities)  # fmt: skip
