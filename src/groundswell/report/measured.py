"""Figures that rest on the reader's labels, and what audits make of them.

Whom a name stands beside is read off the words; how warmly somebody writes, and to which beat it
belongs, is the reader's label, and a label is a measurement. A level of such labels, or a contrast
of them between communities, is told "as our reader labels them" and is provisional, until every
community it counts was audited. Then it is corrected (see `stats/transport.py`), and proven where
both ways of carrying the audit over agree.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from groundswell.query.audits import Audit
from groundswell.query.figures import Cell, Figures
from groundswell.report.claim import Found, Question
from groundswell.report.licence import licence
from groundswell.stats.prediction import Judged
from groundswell.stats.shares import author_mean, z_of
from groundswell.stats.standard import Rows, contrast
from groundswell.stats.transport import Carried, Chances, Leaning, lean, linear
from groundswell.types import Claim, Interval, Numbers
from groundswell.types.claim import Status
from groundswell.types.series import EVERYTHING

SENTIMENT, BEATS = "sentiment", "beats"
AS_READ = "as our reader labels them"
FEW = 5  # sampled records with a label of the reader's under which nothing rests on that label
TONES = {"warm": (-1, 0, 1), "cold": (1, 0, -1)}  # of negative, neutral, positive
METHOD = "both ways of carrying an audit over"
Known = tuple[tuple[Audit, ...], tuple[Judged, ...]]


def unaudited(claim: Claim) -> bool:
    """Whether a claim counts the reader's labels as they are."""
    return bool(claim.measurement) and not (claim.measurement or {}).get("corrected")


def as_read(found: Found, layer: str) -> Found:
    """A figure of the reader's labels as they are: provisional at best."""
    status: Status = "provisional" if found.status == "proven" else found.status
    kept = found.licence or licence(status=status, n=found.n)
    return replace(found, status=status, licence=replace(kept, hedged=True),
                   measurement={"layer": layer, "corrected": False})  # fmt: skip


def beat_of(question: Question) -> str:
    """The beat a question is about; "" when it is about a name, which words decide."""
    kind, _, slug = question.subject.partition("/")
    return slug if kind == "beat" else ""


def leaning(found: Found, question: Question, figures: Figures, cells: Sequence[Cell], *,
            beyond: float) -> Found:  # fmt: skip
    """A share of people whose tone lies beyond a limit: corrected where they wrote is audited."""
    places = sorted({cell.community for cell in cells if cell.author and cell.read})
    authors = sorted({cell.author for cell in cells if cell.author and cell.read})
    counts = _counts(cells, authors, places)
    used = counts.reshape(len(authors), len(places), 3).sum(axis=0) > 0
    known = _known(figures, places, SENTIMENT, "", used)
    if known is None:
        return as_read(found, SENTIMENT)
    told = lean(Leaning(counts, TONES[question.op], beyond), known[1])
    part = round(told.value * len(authors))
    base = replace(found.n, authors=len(authors) if part >= 5 else part)
    return _corrected(found, told, _about(known, SENTIMENT, found, told), base,
                      {"whole": len(authors)})  # fmt: skip


def mean_share(found: Found, question: Question, figures: Figures, cells: Sequence[Cell],
               everyone: Sequence[Cell]) -> Found:  # fmt: skip
    """A mean share of people's posts on a beat: corrected where all their places are audited."""
    slug = beat_of(question)
    if not slug:
        return found
    places = sorted({cell.community for cell in everyone if cell.author and cell.records})
    known = _known(figures, places, BEATS, slug, np.ones((len(places), 2), bool))
    if known is None:
        return as_read(found, BEATS)
    part, whole = (_by_place(some, places) for some in (cells, everyone))
    authors = sorted({author for author, _ in whole})

    def figure(chances: Chances) -> tuple[float, float]:
        sums = np.zeros(len(authors))
        totals = np.zeros(len(authors))
        at = {author: n for n, author in enumerate(authors)}
        for (author, place), n in whole.items():
            on = part.get((author, place), 0)
            sums[at[author]] += on * chances[place][1, 1] + (n - on) * chances[place][0, 1]
            totals[at[author]] += n
        told = author_mean(sums, totals)
        return told.value, told.error

    told = linear(figure, known[1])
    if told is None:
        return as_read(found, BEATS)
    return _corrected(found, told, _about(known, BEATS, found, told), found.n, found.values)


def between(found: Found, question: Question, figures: Figures) -> Found | None:
    """A contrast between communities on a beat: corrected where both sides are audited.

    None where the corrected interval holds no difference, or length alone makes one.
    """
    slug = beat_of(question)
    if not slug:
        return found
    sides = [_split(question, figures, question.args[side]) for side in ("left", "right")]
    places = sorted({place for _, where in sides for place in where})
    known = _known(figures, places, BEATS, slug, np.ones((len(places), 2), bool))
    if known is None:
        return as_read(found, BEATS)
    at = {place: n for n, place in enumerate(places)}

    def moved(n: int, chances: Chances) -> Rows:
        rows, where = sides[n]
        return _moved(rows, [chances[at[place]] for place in where])

    def figure(chances: Chances) -> tuple[float, float]:
        told = contrast(moved(0, chances), moved(1, chances))
        return told.value, (told.high - told.low) / (2 * z_of(0.95))

    told = linear(figure, known[1], bounds=(-1.0, 1.0))
    left = linear(lambda chances: (_mean(moved(0, chances)), 0.0), known[1])
    right = linear(lambda chances: (_mean(moved(1, chances)), 0.0), known[1])
    if told is None or left is None or right is None:
        return as_read(found, BEATS)
    values = {"left": left.value, "right": right.value, "raw": left.value - right.value}
    if told.low <= 0 <= told.high or values["raw"] * told.value <= 0:
        return None
    return _corrected(found, told, _about(known, BEATS, found, told), found.n, values)


def _known(figures: Figures, places: Sequence[str], layer: str, value: str,
           used: Any) -> Known | None:  # fmt: skip
    """The audits of all places, if each is there and knows every label that stands in the cell."""
    found = [figures.audit(place, layer, value) for place in places]
    if not found or any(one is None for one in found):
        return None
    audits, judged = zip(*(one for one in found if one), strict=True)
    thin = any((one.counts()[row] < FEW).any() for one, row in zip(judged, used, strict=True))
    return None if thin else (audits, judged)


def _corrected(found: Found, told: Carried, measurement: Mapping[str, Any], n: Numbers,
               values: Mapping[str, Any]) -> Found:  # fmt: skip
    status: Status = found.status if told.agrees else "provisional"
    interval = Interval(low=told.low, high=told.high, level=0.95, method=METHOD)
    share = interval if found.unit == "share" else None
    return replace(
        found, estimate=told.value, interval=interval, status=status, values=dict(values),
        measurement=measurement, licence=licence(status=status, n=n, share=share),
    )  # fmt: skip


def _about(known: Known, layer: str, found: Found, told: Carried) -> dict[str, Any]:
    """What a reader of the claim may want to know of the audits behind it."""
    agreement = [audit.agreement("" if layer == SENTIMENT else _value(audit, found))
                 for audit in known[0]]  # fmt: skip
    kappas = [one.kappa.value for one in agreement if one and not math.isnan(one.kappa.value)]
    return {
        "layer": layer, "corrected": True, "agrees": told.agrees,
        "audits": [audit.draw for audit in known[0]],
        "judged": min(len(audit.rated) for audit in known[0]),
        "kappa": round(min(kappas, default=0.0), 6),
        "as_read": round(found.estimate, 6),
        "by_meaning": round(told.by_meaning, 6), "by_errors": round(told.by_errors, 6),
    }  # fmt: skip


def _value(audit: Audit, found: Found) -> str:
    return "in" if "/" in audit.layer else ""


def _counts(cells: Sequence[Cell], authors: Sequence[str], places: Sequence[str]) -> Any:
    """Records by author, and by place and the reader's label for them."""
    row = {author: n for n, author in enumerate(authors)}
    column = {place: 3 * n for n, place in enumerate(places)}
    counts = np.zeros((len(authors), 3 * len(places)), np.int64)
    for cell in cells:
        if cell.author and cell.read:
            at = column[cell.community]
            neutral = cell.read - cell.positive - cell.negative
            counts[row[cell.author], at : at + 3] += (cell.negative, neutral, cell.positive)
    return counts


def _by_place(cells: Sequence[Cell], places: Sequence[str]) -> dict[tuple[str, int], int]:
    at = {place: n for n, place in enumerate(places)}
    counts: dict[tuple[str, int], int] = defaultdict(int)
    for cell in cells:
        if cell.author and cell.records:
            counts[cell.author, at[cell.community]] += cell.records
    return counts


def _split(question: Question, figures: Figures,
           communities: Sequence[str]) -> tuple[Rows, list[str]]:  # fmt: skip
    """One side of a contrast by author, length and community, and the community of each row."""
    sums: dict[str, dict[tuple[str, int, str], int]] = {}
    for subject in (EVERYTHING, question.subject):
        sums[subject] = defaultdict(int)
        for cell in figures.cells(subject, question.unit, question.start, question.stop,
                                  tuple(communities)):  # fmt: skip
            if cell.author and cell.records:
                sums[subject][cell.author, cell.length_bin, cell.community] += cell.records
    whole, part = sums[EVERYTHING], sums[question.subject]
    codes = {author: n for n, author in enumerate(sorted({author for author, _, _ in whole}))}
    keys = sorted(whole)
    rows = Rows(
        author=np.array([codes[author] for author, _, _ in keys], np.int64),
        length_bin=np.array([length for _, length, _ in keys], np.int64),
        part=np.array([part.get(key, 0) for key in keys], np.float64),
        whole=np.array([whole[key] for key in keys], np.float64),
    )
    return rows, [place for _, _, place in keys]


def _moved(rows: Rows, chances: Sequence[Any]) -> Rows:
    """The rows with the part that people would say belongs, for the chances of each row."""
    inside = np.array([one[1, 1] for one in chances])
    outside = np.array([one[0, 1] for one in chances])
    return replace(rows, part=rows.part * inside + (rows.whole - rows.part) * outside)


def _mean(rows: Rows) -> float:
    _, index = np.unique(rows.author, return_inverse=True)
    return author_mean(np.bincount(index, rows.part), np.bincount(index, rows.whole)).value
