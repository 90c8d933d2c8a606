"""Counting again what single-window claims counted: one function an op, found by kind and op."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from groundswell.report.verifier import Evidence, PlainRow
from groundswell.report.verifiers.tally import (
    COLD,
    WARM,
    Cell,
    Recount,
    around,
    cell_of,
    either,
    exactly,
    numbers,
    stands_on,
    upto,
    voice,
    voices,
)
from groundswell.stats.shares import author_mean, wilson
from groundswell.types import Claim

Op = Callable[[Claim, Evidence], Recount]
SLACK = 2e-6  # stored floats carry nine digits


def subject_of(claim: Claim) -> str:
    """What a claim counts records on."""
    return str(claim.query.get("subject", claim.subject[0] if claim.subject else "*"))


def ids(rows: Sequence[PlainRow]) -> frozenset[str]:
    """Record ids, as possible evidence."""
    return frozenset(row.record_id for row in rows)


def evidence_of(cell: Cell, subject: str) -> frozenset[str]:
    """Records that may stand as evidence: on the subject, copies and husks included."""
    return ids([row for row in cell.all if stands_on(row, subject)])


def level_of(claim: Claim) -> float:
    """The confidence level of a claim's interval."""
    return claim.interval.level if claim.interval else 0.95


def count_voices(claim: Claim, show: Evidence) -> Recount:
    """Distinct voices on the subject."""
    subject, cell = subject_of(claim), cell_of(claim, show)
    rows, lost = cell.on(subject), cell.lost(subject)
    return Recount(
        estimate=upto(len(voices(rows)), lost),
        values={"records": upto(len(rows), lost),
                "communities": upto(len({row.community for row in rows if voice(row)}), lost)},
        n=numbers(rows, lost), members=evidence_of(cell, subject), husks=lost,
        records=len(rows) + lost, problems=_nameless(cell, subject),
    )  # fmt: skip


def count_answered(claim: Claim, show: Evidence) -> Recount:
    """Distinct authors who replied in a thread, its own author left out."""
    root_id = str(claim.query["root"])
    root = show.row(claim.snapshot, root_id)
    cell = cell_of(claim, show, communities=())
    thread = [row for row in cell.counted if row.root == root_id and row.record_id != root_id]
    lost = sum(row.root == root_id and row.record_id != root_id for row in cell.husks)
    own = root.author if root else ""
    replied = len(voices(row for row in thread if row.author != own))
    unsure = 1 if root is not None and root.withdrawn else 0
    whole = [*thread, root] if root else thread
    problems = () if root else (f"no record {root_id!r} at this snapshot",)
    return Recount(
        estimate=((float(replied - unsure), float(replied + lost)),),
        values={"day": exactly(root.day) if root else ()},
        n=either(numbers(thread, lost), numbers(whole, lost)),
        members=ids(whole) | ids([r for r in cell.all if r.root == root_id]),
        husks=lost + unsure, records=len(whole) + lost, problems=problems,
    )  # fmt: skip


def count_shared(claim: Claim, show: Evidence) -> Recount:
    """Distinct authors whose record carries a link."""
    url, cell = claim.query["url"], cell_of(claim, show)
    rows = [row for row in cell.counted if url and row.url == url]
    lost = 0 if rows and not cell.husks else len(cell.husks)
    days = exactly(rows[0].day) if rows else ()
    if lost:
        days = ((float(claim.window[0]), float(claim.window[1])),)
    problems = () if rows or lost or not cell.all else (f"nobody shared {url!r} in this window",)
    return Recount(
        estimate=upto(len(voices(rows)), lost),
        values={"day": days},
        n=numbers(rows, lost),
        members=ids([row for row in cell.all if row.url == url]),
        husks=lost,
        records=len(rows) + lost,
        problems=problems,
    )


def share_once(claim: Claim, show: Evidence) -> Recount:
    """Voices on the subject among active voices."""
    subject, cell = subject_of(claim), cell_of(claim, show)
    part, whole = len(cell.voices(subject)), len(cell.voices())
    return _share(claim, cell, subject, part, whole)


def share_warm(claim: Claim, show: Evidence) -> Recount:
    """Authors whose mean tone leans warm, among those read."""
    return _leaning(claim, show, lambda tone: tone > WARM)


def share_cold(claim: Claim, show: Evidence) -> Recount:
    """Authors whose mean tone leans cold, among those read."""
    return _leaning(claim, show, lambda tone: tone < COLD)


def share_mean(claim: Claim, show: Evidence) -> Recount:
    """Mean over active voices of their own share of records on the subject."""
    subject, cell = subject_of(claim), cell_of(claim, show)
    own = list(cell.shares(subject).values())
    lost, rows = cell.lost(), cell.on(subject)
    found = author_mean(own, [1.0] * len(own), level_of(claim))
    off = lost / max(1, len(own)) + SLACK
    return Recount(
        estimate=around(sum(own) / max(1, len(own)), off),
        values={"whole": upto(len(own), lost)},
        n=numbers(rows, lost), people=len(own), members=evidence_of(cell, subject),
        interval=(around(found.low, off), around(found.high, off)), husks=lost,
        records=len(cell.counted) + lost, problems=_nameless(cell, subject),
    )  # fmt: skip


def burst_peak(claim: Claim, show: Evidence) -> Recount:
    """The day with most voices, and the first with any."""
    subject, cell = subject_of(claim), cell_of(claim, show)
    rows, lost = cell.on(subject), cell.lost(subject)
    days: dict[int, set[str]] = {}
    for row in rows:
        if voice(row):
            days.setdefault(row.day, set()).add(voice(row))
    peak = max((len(who) for who in days.values()), default=0)
    best = [day for day, who in days.items() if len(who) + (lost if lost else 0) >= peak]
    gone = [row.day for row in cell.husks if stands_on(row, subject)]
    return Recount(
        estimate=upto(peak, lost),
        values={"day": exactly(*best, *gone),
                "first": exactly(*([min(days)] if days else []), *gone)},
        n=numbers(rows, lost), members=evidence_of(cell, subject), husks=lost,
        records=len(rows) + lost, problems=_nameless(cell, subject),
    )  # fmt: skip


def coverage_outlets(claim: Claim, show: Evidence) -> Recount:
    """Independent outlets: owners and copies collapsed."""
    subject, cell = subject_of(claim), cell_of(claim, show)
    articles = [row for row in cell.all if not row.withdrawn and stands_on(row, subject)
                and show.owner(row.outlet)]  # fmt: skip
    lost = sum(row.withdrawn and stands_on(row, subject) for row in cell.all)
    seen: set[str] = set()
    kept: list[PlainRow] = []
    for row in articles:
        if not row.cluster or row.cluster not in seen:
            kept.append(row)
            seen.add(row.cluster)
    owners = len({show.owner(row.outlet) for row in kept if row.outlet})
    counted = [row for row in articles if not row.copy]
    pools = [pool for pool in (articles, counted, kept) if pool]
    gone = [row.day for row in cell.all if row.withdrawn and stands_on(row, subject)]
    return Recount(
        estimate=upto(owners, lost),
        values={"articles": tuple(r for pool in pools or [[]] for r in upto(len(pool), lost)),
                "first": exactly(*(pool[0].day for pool in pools), *gone),
                "last": exactly(*(pool[-1].day for pool in pools), *gone)},
        n=either(numbers(counted, lost), numbers(articles, lost), numbers(kept, lost)),
        members=ids(cell.all), husks=lost, records=len(articles) + lost,
    )  # fmt: skip


def absence_none(claim: Claim, show: Evidence) -> Recount:
    """No record on the subject among those searched."""
    subject, cell = subject_of(claim), cell_of(claim, show)
    there, searched, lost = cell.on(subject), len(cell.counted), cell.lost()
    bound = 3 / max(1, searched)
    return Recount(
        estimate=exactly(len(there)),
        values={"searched": upto(searched, lost)},
        n=either(numbers(there), numbers(cell.counted, lost)),
        interval=(exactly(0), around(bound, bound * lost / max(1, searched) + SLACK)),
        husks=lost,
        records=searched + lost,
        problems=(f"{len(there)} records on {subject} are there",) if there else (),
    )


def _leaning(claim: Claim, show: Evidence, leans: Callable[[float], bool]) -> Recount:
    subject, cell = subject_of(claim), cell_of(claim, show)
    tones = cell.tones(subject)
    part, swayed = sum(map(leans, tones.values())), cell.lost(subject)
    return _share(claim, cell, subject, part, len(tones), swayed=min(part, swayed))


def _share(
    claim: Claim, cell: Cell, subject: str, part: int, whole: int, *, swayed: int = 0
) -> Recount:
    """`swayed`: how many may lean only since their other records were withdrawn.

    A share and both its ends grow with the part and fall with the whole, so that the fewest of the
    most and the most of the fewest are how far they reach.
    """
    rows, gone, on = cell.on(subject), cell.lost(), cell.lost(subject)
    fewest, most = (part - swayed, whole + gone), (part + on, max(whole, part + on))
    least, top = (wilson(*each, level_of(claim)) for each in (fewest, most))
    lowest, highest = (each[0] / each[1] if each[1] else 0.0 for each in (fewest, most))
    return Recount(
        estimate=((lowest - SLACK, highest + SLACK),) if gone else exactly(highest),
        values={"part": ((float(part - swayed), float(part + on)),), "whole": upto(whole, gone)},
        n=numbers(rows, on),
        interval=(((least[0] - SLACK, top[0] + SLACK),), ((least[1] - SLACK, top[1] + SLACK),)),
        people=whole,
        members=evidence_of(cell, subject),
        husks=gone,
        records=len(cell.counted) + gone,
        problems=_nameless(cell, subject),
    )


def _nameless(cell: Cell, subject: str) -> tuple[str, ...]:
    rows = cell.on(subject)
    share = sum(not voice(row) for row in rows) / max(1, len(rows))
    if share > 0.2 and cell.nameless() > 0.2:
        return (f"{share:.0%} of its records have no author, so no author figure may be given",)
    return ()


SINGLE: dict[tuple[str, str], Op] = {
    ("count", "voices"): count_voices, ("count", "answered"): count_answered,
    ("count", "shared"): count_shared, ("share", "once"): share_once,
    ("share", "mean"): share_mean, ("share", "warm"): share_warm, ("share", "cold"): share_cold,
    ("burst", "peak"): burst_peak, ("coverage", "outlets"): coverage_outlets,
    ("absence", "none"): absence_none,
}  # fmt: skip
