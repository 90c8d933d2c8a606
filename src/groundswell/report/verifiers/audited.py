"""Figures that rest on the reader's labels: which do, and counting the corrected ones again."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from groundswell.report.verifier import Evidence, PlainAudit, PlainJudgement, PlainRow
from groundswell.report.verifiers.recount import SLACK, evidence_of, level_of, subject_of
from groundswell.report.verifiers.tally import (
    Cell,
    Recount,
    around,
    cell_of,
    length_bin,
    numbers,
    stands_on,
    upto,
    voice,
)
from groundswell.stats.agreement import agreement
from groundswell.stats.prediction import Judged
from groundswell.stats.shares import author_mean, z_of
from groundswell.stats.standard import Rows, contrast
from groundswell.stats.strata import Drawn, Floats
from groundswell.stats.transport import Carried, Chances, Leaning, lean, linear
from groundswell.types import Claim

# What docs/claims.md says an audit must hold before a figure may rest on it.
FEWEST, SKIPPED, KAPPA, AC1, FEW = 100, 0.2, 0.4, 0.8, 5
WARM = 0.15
TONES = ("negative", "neutral", "positive")
SIGNS = {"warm": (-1, 0, 1), "cold": (1, 0, -1)}
LABELLED = {("share", "once"), ("share", "mean"), ("ratio", "contrast")}
Found = tuple[str, Judged, int]  # the audit's name, its numbers, records erased for good


def layer_of(claim: Claim) -> str:
    """The layer whose labels a level or contrast counts; "" where the words decide."""
    op = (claim.kind, str(claim.query.get("op")))
    if claim.kind == "share" and op[1] in SIGNS:
        return "sentiment"
    return "beats" if op in LABELLED and subject_of(claim).startswith("beat/") else ""


def corrected(claim: Claim) -> bool:
    """Whether a claim says that audits correct it."""
    return bool(claim.measurement and claim.measurement.get("corrected"))


def as_read(claim: Claim) -> bool:
    """Whether a claim counts the reader's labels as they are, and its words must say so."""
    return bool(layer_of(claim)) and not corrected(claim)


def firmness(claim: Claim) -> Iterator[str]:
    """Levels and contrasts of labels that nobody checked are provisional."""
    if as_read(claim) and claim.status == "proven":
        yield f"is called proven, but counts the reader's {layer_of(claim)} labels unaudited"
    if corrected(claim) and not layer_of(claim):
        yield "says it is corrected by audits, but counts no label of the reader's"


def recount(claim: Claim, show: Evidence) -> Recount:
    """A corrected figure, computed again from the audits and the plain rows."""
    if claim.kind == "ratio":
        return _contrast(claim, show)
    return _leaning(claim, show) if claim.query["op"] in SIGNS else _mean(claim, show)


def usable(claim: Claim, show: Evidence, community: str) -> Found | None:
    """The newest audit of a claim's layer in a community that may correct it."""
    layer = layer_of(claim)
    slug = subject_of(claim).partition("/")[2] if layer == "beats" else ""
    for name in (f"beats/{slug}", "beats") if slug else (layer,):
        for audit in show.audits(claim.snapshot, community, name):
            found = _judged(audit, slug, narrow="/" in name)
            if found is not None:
                return audit.draw, found, audit.gone
    return None


def _judged(audit: PlainAudit, slug: str, *, narrow: bool) -> Judged | None:
    """An audit's numbers if it holds enough and its raters agree: of tones, or of one beat.

    A `narrow` audit asked about that beat alone, a wide one which beats a record belongs to.
    """
    for side in ("first", "second"):
        told = [getattr(row, side) for row in audit.rows if getattr(row, side) is not None]
        if told.count("") > SKIPPED * max(len(told), 1):
            return None
    both = [row for row in audit.rows if row.first and row.second and (row.own or slug)]
    if len(both) < FEWEST:
        return None

    def said(words: str) -> int:
        if not slug:
            return TONES.index(words)
        return int(words == "in" if narrow else slug in words.split())

    labels = 2 if slug else len(TONES)
    sides = [[said(str(row.first)) for row in both], [said(str(row.second)) for row in both]]
    drawn = _weights(both)
    agreed = agreement(sides[0], sides[1], labels, drawn=drawn)
    kappa = agreed.kappa.value
    if (math.isnan(kappa) or kappa < KAPPA) and agreed.ac1.value < AC1:
        return None
    table = sum(np.eye(labels)[side] for side in sides) / 2
    own = [int(slug in row.own) if slug else TONES.index(row.own[0]) for row in both]
    return Judged(predicted=np.array(own, np.int64), said=np.asarray(table), drawn=drawn)


def _weights(rows: Sequence[PlainJudgement]) -> Drawn:
    times = Counter(row.stratum for row in rows)
    codes = {name: n for n, name in enumerate(sorted(times))}
    return Drawn(stratum=np.array([codes[row.stratum] for row in rows], np.int64),
                 weight=np.array([row.held / times[row.stratum] for row in rows]))  # fmt: skip


def _known(claim: Claim, show: Evidence, places: Sequence[str],
           used: Mapping[str, Sequence[int]]) -> tuple[list[Judged], int, list[str]]:  # fmt: skip
    """The audits of all places, how many of their records are gone, and what is wrong."""
    found = {place: usable(claim, show, place) for place in places}
    missing = [place for place, one in found.items() if one is None]
    kept = [one for one in found.values() if one is not None]
    wrong = [f"no audit of {layer_of(claim)} in {place} may correct it" for place in missing[:1]]
    for place, one in found.items():
        if one and any(one[1].counts()[label] < FEW for label in used.get(place, ())):
            wrong.append(f"the audit of {place} holds too few records with some label")
    named = list((claim.measurement or {}).get("audits", ()))
    if not missing and named != [draw for draw, _, _ in kept]:
        wrong.append(f"names the audits {', '.join(named) or 'none'}, which are not those it needs")
    return [judged for _, judged, _ in kept], sum(gone for _, _, gone in kept), wrong


def _leaning(claim: Claim, show: Evidence) -> Recount:
    subject, cell = subject_of(claim), cell_of(claim, show)
    rows = [row for row in cell.on(subject) if row.tone is not None and voice(row)]
    places = sorted({row.community for row in rows})
    who = {name: n for n, name in enumerate(sorted({voice(row) for row in rows}))}
    counts = np.zeros((len(who), 3 * len(places)), np.int64)
    used: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        label = TONES.index(row.sentiment)
        counts[who[voice(row)], 3 * places.index(row.community) + label] += 1
        used[row.community].add(label)
    audits, gone, wrong = _known(claim, show, places, {p: sorted(u) for p, u in used.items()})
    if wrong or not rows:
        return _nothing(wrong or ["nobody was read there"])
    signs = SIGNS[str(claim.query["op"])]
    told = lean(Leaning(counts, signs, WARM), audits, level_of(claim))
    return _carried(claim, cell, told, len(who), gone, {"whole": len(who)})


def _mean(claim: Claim, show: Evidence) -> Recount:
    subject, cell = subject_of(claim), cell_of(claim, show)
    rows = [row for row in cell.counted if voice(row)]
    places = sorted({row.community for row in rows})
    audits, gone, wrong = _known(claim, show, places, dict.fromkeys(places, (0, 1)))
    if wrong or not rows:
        return _nothing(wrong or ["nobody wrote there"])
    people = sorted({voice(row) for row in rows})

    def figure(chances: Chances) -> tuple[float, float]:
        own: dict[str, list[float]] = defaultdict(list)
        for row in rows:
            here = chances[places.index(row.community)]
            own[voice(row)].append(float(here[int(stands_on(row, subject)), 1]))
        told = author_mean([sum(own[who]) for who in people], [len(own[who]) for who in people])
        return told.value, told.error

    told = linear(figure, audits, level=level_of(claim))
    if told is None:
        return _nothing(["an audit finds its labels hardly better than chance"])
    return _carried(claim, cell, told, len(people), gone, {"whole": len(people)})


def _contrast(claim: Claim, show: Evidence) -> Recount:
    subject = subject_of(claim)
    sides = [cell_of(claim, show, communities=tuple(claim.query[side]))
             for side in ("left", "right")]  # fmt: skip
    places = sorted({row.community for cell in sides for row in cell.counted if voice(row)})
    audits, gone, wrong = _known(claim, show, places, dict.fromkeys(places, (0, 1)))
    if wrong:
        return _nothing(wrong)

    def rows(cell: Cell, chances: Chances) -> Rows:
        return _by_length(cell.counted, subject,
                          lambda row: chances[places.index(row.community)])  # fmt: skip

    def figure(chances: Chances) -> tuple[float, float]:
        told = contrast(rows(sides[0], chances), rows(sides[1], chances))
        return told.value, (told.high - told.low) / (2 * z_of(0.95))

    told = linear(figure, audits, level=level_of(claim), bounds=(-1.0, 1.0))
    left = linear(lambda c: (_of_people(rows(sides[0], c)), 0.0), audits)
    right = linear(lambda c: (_of_people(rows(sides[1], c)), 0.0), audits)
    if told is None or left is None or right is None:
        return _nothing(["an audit finds its labels hardly better than chance"])
    whole = Cell([row for cell in sides for row in cell.all], sides[0].unit)
    fewest = min(len(cell.voices()) for cell in sides)
    values = {"left": left.value, "right": right.value, "raw": left.value - right.value}
    return _carried(claim, whole, told, fewest, gone, values)


def _carried(claim: Claim, cell: Cell, told: Carried, people: int, gone: int,
             values: Mapping[str, float]) -> Recount:  # fmt: skip
    subject = subject_of(claim)
    lost = cell.lost() + gone
    off = 2 * lost / max(1, people) + 2 * gone / FEWEST + SLACK
    wrong: tuple[str, ...] = ()
    if claim.status == "proven" and not told.agrees and not lost:
        wrong = ("is called proven, but the two ways of carrying the audit over do not agree",)
    return Recount(
        estimate=around(told.value, off),
        values={key: upto(value, lost) if key == "whole" else around(value, off)
                for key, value in values.items()},
        n=numbers(cell.on(subject), cell.lost(subject)), people=people,
        interval=(around(told.low, off), around(told.high, off)),
        members=evidence_of(cell, subject), husks=lost,
        records=len(cell.counted) + lost, problems=wrong,
    )  # fmt: skip


def _nothing(wrong: Sequence[str]) -> Recount:
    return Recount(estimate=(), values={}, n={}, problems=tuple(wrong))


def _by_length(rows: Iterable[PlainRow], subject: str,
               chances: Callable[[PlainRow], Floats]) -> Rows:  # fmt: skip
    """Records by author, length and community, each as its chance to belong."""
    cells: dict[tuple[str, int, str], list[float]] = defaultdict(list)
    for row in rows:
        if voice(row):
            chance = float(chances(row)[int(stands_on(row, subject)), 1])
            cells[voice(row), length_bin(row), row.community].append(chance)
    keys = sorted(cells)
    codes = {who: n for n, who in enumerate(sorted({who for who, _, _ in keys}))}
    return Rows(
        author=np.array([codes[who] for who, _, _ in keys], np.int64),
        length_bin=np.array([size for _, size, _ in keys], np.int64),
        part=np.array([sum(cells[k]) for k in keys], np.float64),
        whole=np.array([len(cells[k]) for k in keys], np.float64),
    )


def _of_people(rows: Rows) -> float:
    """Mean over people of their own share."""
    _, index = np.unique(rows.author, return_inverse=True)
    return author_mean(np.bincount(index, rows.part), np.bincount(index, rows.whole)).value
