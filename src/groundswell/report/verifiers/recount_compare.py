"""Counting again what compares: changes, ratios, contrasts, ranks, pairs and names."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from groundswell.report.verifier import Evidence, PlainRow
from groundswell.report.verifiers.recount import (
    SLACK,
    Op,
    evidence_of,
    ids,
    level_of,
    subject_of,
)
from groundswell.report.verifiers.tally import (
    Cell,
    Expected,
    Range,
    Recount,
    around,
    cell_of,
    either,
    exactly,
    length_bin,
    numbers,
    stands_on,
    upto,
    voice,
    voices,
)
from groundswell.stats.clusters import Readings, difference
from groundswell.stats.kitagawa import by_voices
from groundswell.stats.lift import lift
from groundswell.stats.ratio import bootstrap_ratio
from groundswell.stats.standard import Rows, contrast
from groundswell.types import Claim

DRAWN = 0.25  # of the way to an end: two bootstraps of 2,000 draws differ by less
FULL = 1000.0


def change_voices(claim: Claim, show: Evidence) -> Recount:
    """Distinct voices a day, now against before, each day by its exposure."""
    subject, now = subject_of(claim), cell_of(claim, show)
    before = cell_of(claim, show, window=claim.baseline)
    a = _a_day(claim, show, now, subject, _window(claim))
    b = _a_day(claim, show, before, subject, claim.baseline or claim.window)
    rows, old = now.on(subject), before.on(subject)
    gone, lost = now.lost(subject), now.lost(subject) + before.lost(subject)
    peaks = [len(voices(r for r in rows if r.day == day)) for day in {r.day for r in rows}]
    scaled = max((high for _, high in a[1]), default=0.0)
    ratio = (a[0][0] / max(b[0][1], 1e-9), a[0][1] / max(b[0][0], 1e-9))
    return Recount(
        estimate=(ratio,),
        values={"now": (a[0],), "before": (b[0],),
                "peak": upto(max(peaks, default=0), gone) + upto(scaled, gone)},
        n=either(numbers(rows, gone), numbers([*rows, *old], lost)),
        people=len(voices([*rows, *old])), members=evidence_of(now, subject)
        | evidence_of(before, subject), husks=lost, records=len(rows) + len(old) + lost,
        problems=_too_narrow(claim, sum(low for low, _ in a[1]), sum(low for low, _ in b[1])),
    )  # fmt: skip


def change_tone(claim: Claim, show: Evidence) -> Recount:
    """Mean over authors of their mean tone, now minus before, split by same and other voices."""
    subject, now = subject_of(claim), cell_of(claim, show)
    before = cell_of(claim, show, window=claim.baseline)
    new, old = now.tones(subject), before.tones(subject)
    rows, past = now.on(subject), before.on(subject)
    lost = now.lost(subject) + before.lost(subject)
    if not new or not old:
        return Recount(estimate=(), values={}, n={}, husks=lost,
                       problems=("nobody was read in one of the two windows",))  # fmt: skip
    a, b = _mean(new.values()) / FULL, _mean(old.values()) / FULL
    off = 2 * lost / min(len(new), len(old)) + SLACK
    new_read = [row for row in rows if row.tone is not None]
    read = [*new_read, *(row for row in past if row.tone is not None)]
    codes = _codes(read)
    split = by_voices(_readings(rows, *codes), _readings(past, *codes))
    parts = {"within": around(split.split.within, off), "between": around(split.split.between, off)}
    pools = (rows, [*rows, *past], new_read, read)
    return Recount(
        estimate=around(a - b, off), values={"now": around(a, off), "before": around(b, off)}
        | parts, n=either(*(numbers(these, lost) for these in pools)),
        interval=_tone_interval(claim, rows, past, codes, off), people=max(len(new), len(old)),
        members=evidence_of(now, subject) | evidence_of(before, subject), husks=lost,
        records=len(rows) + len(past) + lost,
    )  # fmt: skip


def ratio_voices(claim: Claim, show: Evidence) -> Recount:
    """Voices on one subject over voices on another."""
    cell, subject, other = cell_of(claim, show), subject_of(claim), str(claim.query["other"])
    a, b = cell.voices(subject), cell.voices(other)
    lost_a, lost_b = cell.lost(subject), cell.lost(other)
    rows, others = cell.on(subject), cell.on(other)
    who = sorted(cell.voices())
    drawn = bootstrap_ratio([w in a for w in who], [w in b for w in who],
                            seed=str(claim.query), level=level_of(claim))  # fmt: skip
    gone = (lost_a + lost_b) / max(1, len(b)) + 0.02
    below = DRAWN * (drawn.value - drawn.low) + gone
    above = DRAWN * (drawn.high - drawn.value) + gone
    low, high = len(a) / max(1, len(b) + lost_b), (len(a) + lost_a) / max(1, len(b))
    both = list({row.record_id: row for row in [*rows, *others]}.values())
    return Recount(
        estimate=((low, high),),
        values={"a": upto(len(a), lost_a), "b": upto(len(b), lost_b)},
        n=either(numbers(rows, lost_a), numbers(both, lost_a + lost_b)),
        interval=(around(drawn.low, below), around(drawn.high, above)) if len(b) else None,
        people=len(a | b),
        members=evidence_of(cell, subject) | evidence_of(cell, other),
        husks=lost_a + lost_b,
        records=len(both) + lost_a + lost_b,
    )


def ratio_contrast(claim: Claim, show: Evidence) -> Recount:
    """Mean share of the left communities minus the right, at a common length."""
    subject = subject_of(claim)
    sides = [cell_of(claim, show, communities=_listed(claim.query[side]))
             for side in ("left", "right")]  # fmt: skip
    found = contrast(_by_length(sides[0], subject), _by_length(sides[1], subject), level_of(claim))
    means = [_mean(cell.shares(subject).values()) for cell in sides]
    lost = sum(cell.lost() for cell in sides)
    off = lost / max(1, min(len(cell.voices()) for cell in sides)) + SLACK
    rows = [row for cell in sides for row in cell.on(subject)]
    problems: tuple[str, ...] = ()
    if not found.agrees and not lost and (claim.licence.verbs or claim.status == "proven"):
        problems = ("raw and standardised difference do not agree clear of 0: nothing may be told",)
    return Recount(
        estimate=around(found.value, off),
        values={"left": around(means[0], off), "right": around(means[1], off),
                "raw": around(found.raw, off)},
        n=either(numbers(rows, lost), numbers([r for cell in sides for r in cell.counted], lost)),
        interval=(around(found.low, off), around(found.high, off)),
        people=min(len(cell.voices()) for cell in sides),
        members=ids([row for cell in sides for row in cell.all if stands_on(row, subject)]),
        husks=lost, records=len(rows) + lost, problems=problems,
    )  # fmt: skip


def rank_entities(claim: Claim, show: Evidence) -> Recount:
    """Rank of an entity among those of its type, by voices."""
    cell, subject, types = cell_of(claim, show), subject_of(claim), show.entity_types()
    slug = subject.removeprefix("entity/")
    peers = [peer for peer, kind in types.items() if kind == types.get(slug)]
    who: dict[str, set[str]] = {peer: set() for peer in peers}
    for row in cell.counted:
        for peer in row.entities & who.keys():
            who[peer].add(voice(row))
    counts = {peer: len(found - {""}) for peer, found in who.items()}
    own, lost = counts.get(slug, 0), cell.lost()
    above = sum(count > own for count in counts.values())
    below = [c for peer, c in counts.items() if peer != slug and c <= own]
    rows = cell.on(subject)
    nearest = max(below, default=0)
    more = min((c for c in counts.values() if c > own), default=own)
    return Recount(
        estimate=((above + 1.0 - (lost and above), above + 1.0 + lost),),
        values={"of": exactly(len(peers), sum(c > 0 for c in counts.values())),
                "voices": upto(own, cell.lost(subject)),
                "next": upto(nearest, lost) + upto(more, lost)},
        n=numbers(rows, cell.lost(subject)), members=evidence_of(cell, subject), husks=lost,
        records=len(cell.counted) + lost,
        problems=() if slug in types else (f"{slug!r} is no entity of the desk",),
    )  # fmt: skip


def pair(claim: Claim, show: Evidence) -> Recount:
    """Voices with a record naming both subjects, against what independence would bring."""
    cell, subject, other = cell_of(claim, show), subject_of(claim), str(claim.query["other"])
    rows = [row for row in cell.on(subject) if stands_on(row, other)]
    a, b, everyone = cell.voices(subject), cell.voices(other), cell.voices()
    seen, lost = voices(rows), cell.lost()
    expected = len(a) * len(b) / max(1, len(everyone))
    apart = (len(seen), len(a) - len(seen), len(b) - len(seen))
    found = lift(*apart, len(everyone) - sum(apart), level_of(claim))
    off = (lost * found.value if math.isfinite(found.value) else 0.0) + SLACK
    plain = lift(*apart, len(everyone) - len(a | b), level_of(claim))
    return Recount(
        estimate=upto(len(seen), lost),
        values={"expected": around(expected, (lost and lost + 1.0) + SLACK),
                "lift": around(len(seen) / expected if expected else 0.0, off),
                "a": upto(len(a), lost), "b": upto(len(b), lost), "all": upto(len(everyone), lost)},
        n=either(numbers(rows, lost), numbers(cell.on(subject), lost)),
        interval=(around(found.low, off) + around(plain.low, off),
                  around(found.high, off) + around(plain.high, off)),
        people=len(everyone), members=ids([row for row in cell.all if stands_on(row, subject)
                                           and stands_on(row, other)]),
        husks=lost, records=len(cell.counted) + lost,
    )  # fmt: skip


def rename(claim: Claim, show: Evidence) -> Recount:
    """Names of one entity in the order in which they came up."""
    slug = str(claim.query.get("entity", subject_of(claim))).removeprefix("entity/")
    names = [str(name) for name in claim.values.get("names_in_order", ())]
    aliases = {text: (start, stop) for text, start, stop in show.aliases(slug)}
    cell = cell_of(claim, show, communities=_listed(claim.query.get("communities")))
    rows = [row for row in show.rows(claim.snapshot, *_window(claim))
            if slug in row.entities and not row.withdrawn]  # fmt: skip
    lost = cell.lost(f"entity/{slug}")
    problems = [f"{name!r} is no name of {slug!r} in the desk" for name in names
                if name not in aliases]  # fmt: skip
    days = [_first_naming(claim, show, rows, name) for name in names]
    told = [int(day) for day in claim.values.get("first_days", ())]
    if len(told) != len(names) or told != sorted(told):
        problems.append("first_days do not follow names_in_order")
    for name, day, said in zip(names, days, told, strict=False):
        if day != said and not lost and not (said < _window(claim)[0]):
            problems.append(f"{name!r} first stands in a visible record on day {day}, not {said}")
    starts = [start for name, (start, _) in aliases.items() if name in names and start > 0]
    stops = [stop for name, (_, stop) in aliases.items() if name in names and stop < 10**6]
    return Recount(
        estimate=exactly(len(names)),
        values={"switch": exactly(*starts, *stops, *(d for d in days[1:] if d is not None))},
        n={},
        members=ids(rows) if rows else None,
        husks=lost,
        records=len(rows) + lost,
        problems=tuple(problems),
    )


def _window(claim: Claim) -> tuple[int, int]:
    return (int(claim.query.get("start", claim.window[0])),
            int(claim.query.get("stop", claim.window[1])))  # fmt: skip


def _listed(value: object) -> Sequence[str]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(v) for v in value) if isinstance(value, (list, tuple)) else ()


def _a_day(claim: Claim, show: Evidence, cell: Cell, subject: str,
           window: tuple[int, int]) -> tuple[Range, list[Range]]:  # fmt: skip
    """Voices a day over a window: the mean, and each day, as ranges over communities' exposure."""
    there = sorted({row.community for row in cell.all})
    days: list[Range] = []
    heard: dict[int, list[PlainRow]] = {}
    for row in cell.on(subject):
        heard.setdefault(row.day, []).append(row)
    for day in range(*window):
        seen = len(voices(heard.get(day, [])))
        made = [show.exposure(claim.snapshot, where, day) / FULL for where in there] or [1.0]
        gone = sum(row.day == day and stands_on(row, subject) for row in cell.husks)
        if max(made) > 0:
            least = min((m for m in made if m > 0), default=1.0)
            days.append((seen / max(made), (seen + gone) / least))
    if not days:
        return (0.0, 0.0), []
    return (_mean(low for low, _ in days), _mean(high for _, high in days)), days


def _too_narrow(claim: Claim, now: float, before: float) -> tuple[str, ...]:
    """The volume test allows for more than chance, so its interval cannot be narrower than half
    of what Poisson counting of as many voices gives, nor lie away from the estimate."""
    if claim.interval is None or claim.estimate <= 0 or not now or not before:
        return ()
    low, high = claim.interval.low, claim.interval.high
    told = f"its interval {low:.3g} to {high:.3g}"
    if not low <= claim.estimate * 1.5 or not high * 1.5 >= claim.estimate:
        return (f"{told} does not hold {claim.estimate:.3g}",)
    if 0 < low <= high and math.log(high / low) < 1.96 * math.sqrt(1 / now + 1 / before):
        return (f"{told} is narrower than counting allows",)
    return ()


def _codes(rows: Iterable[PlainRow]) -> tuple[Mapping[str, int], Mapping[str, int]]:
    kept = list(rows)
    return ({who: n for n, who in enumerate(sorted({voice(r) for r in kept} - {""}))},
            {root: n for n, root in enumerate(sorted({r.root for r in kept}))})  # fmt: skip


def _readings(rows: Iterable[PlainRow], who: Mapping[str, int],
              roots: Mapping[str, int]) -> Readings:  # fmt: skip
    cells: dict[tuple[int, int], list[float]] = {}
    for row in rows:
        if row.tone is not None and voice(row):
            cells.setdefault((who[voice(row)], roots[row.root]), []).append(row.tone / FULL)
    keys = sorted(cells)
    return Readings(
        author=np.array([k[0] for k in keys], np.int64),
        thread=np.array([k[1] for k in keys], np.int64),
        count=np.array([len(cells[k]) for k in keys], np.float64),
        total=np.array([sum(cells[k]) for k in keys], np.float64),
    )


def _tone_interval(claim: Claim, rows: Sequence[PlainRow], past: Sequence[PlainRow],
                   codes: tuple[Mapping[str, int], Mapping[str, int]],
                   off: float) -> tuple[Expected, Expected]:  # fmt: skip
    """Of the whole change, of the same voices' change, or of that weighted: all are told so."""
    now, before = _readings(rows, *codes), _readings(past, *codes)
    split = by_voices(now, before)
    level = level_of(claim)
    whole, same = difference(now, before).interval(level), split.same.interval(level)
    weighted = tuple(bound * split.share for bound in same)
    ends = [whole, same, weighted]
    return (tuple(r for end in ends for r in around(end[0], off)),
            tuple(r for end in ends for r in around(end[1], off)))  # fmt: skip


def _by_length(cell: Cell, subject: str) -> Rows:
    cells: dict[tuple[str, int], list[bool]] = {}
    for row in cell.counted:
        if voice(row):
            cells.setdefault((voice(row), length_bin(row)), []).append(stands_on(row, subject))
    keys = sorted(cells)
    codes = {who: n for n, who in enumerate(sorted({who for who, _ in keys}))}
    return Rows(
        author=np.array([codes[who] for who, _ in keys], np.int64),
        length_bin=np.array([b for _, b in keys], np.int64),
        part=np.array([sum(cells[k]) for k in keys], np.float64),
        whole=np.array([len(cells[k]) for k in keys], np.float64),
    )


def _first_naming(claim: Claim, show: Evidence, rows: Sequence[PlainRow], name: str) -> int | None:
    sought = re.compile(r"(?<!\w)" + re.escape(unicodedata.normalize("NFC", name)) + r"(?!\w)",
                        re.IGNORECASE)  # fmt: skip
    for row in rows:
        body = show.body(claim.snapshot, row.record_id)
        if body and sought.search(unicodedata.normalize("NFC", body)):
            return row.day
    return None


def _mean(values: Iterable[float]) -> float:
    kept = list(values)
    return sum(kept) / len(kept) if kept else 0.0


COMPARING: dict[tuple[str, str], Op] = {
    ("change", "voices"): change_voices, ("change", "tone"): change_tone,
    ("ratio", "voices"): ratio_voices, ("ratio", "contrast"): ratio_contrast,
    ("rank", "entities"): rank_entities, ("cooccurrence", "pair"): pair,
    ("rename", "alias"): rename,
}  # fmt: skip
