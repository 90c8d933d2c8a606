"""Counts every cited figure again from plain rows, and says where it differs."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from groundswell.errors import UnsupportedClaim
from groundswell.report.verifier import Evidence
from groundswell.report.verifiers import audited
from groundswell.report.verifiers.recount import SINGLE, subject_of
from groundswell.report.verifiers.recount_compare import COMPARING
from groundswell.report.verifiers.tally import Expected, Recount
from groundswell.types import Claim, Sentence, Verdict
from groundswell.types.story import Finding

RECOUNTS = SINGLE | COMPARING
TELLING = frozenset({("quote", "verbatim"), ("attribution", "published"),
                     ("context", "population"), ("context", "entity")})  # fmt: skip
CLOSE = 1e-6  # relative
FEWEST, MANY = 15, 40  # authors under which nothing is said, and under which words are hedged
WITHDRAWN = "[withdrawn]"
Fault = tuple[Finding, str]  # what was found, and why


class Figures:
    """Re-executes every claim a sentence cites; a claim is recounted once per evidence."""

    name: ClassVar[str] = "figures"

    def __init__(self) -> None:
        self._kept: dict[tuple[int, str], tuple[Evidence, tuple[Fault, ...]]] = {}

    def __call__(
        self, sentence: Sentence, claims: Sequence[Claim], show: Evidence
    ) -> list[Verdict]:
        """One verdict per fault, and one per claim whose evidence was partly withdrawn."""
        return [
            Verdict(finding=finding, sentence=sentence.text, by=self.name, claims=(claim.id,),
                    reason=f"{claim.kind} claim {claim.id} on {_about(claim)}: {reason}")
            for claim in claims for finding, reason in self._checked(claim, show)
        ]  # fmt: skip

    def _checked(self, claim: Claim, show: Evidence) -> tuple[Fault, ...]:
        key = (id(show), claim.id)
        if key not in self._kept or self._kept[key][0] is not show:
            self._kept[key] = (show, tuple(faults(claim, show)))
        return self._kept[key][1]


def faults(claim: Claim, show: Evidence) -> Iterator[Fault]:
    """What is wrong with a claim, as (finding, reason); nothing when it holds."""
    op = (claim.kind, str(claim.query.get("op")))
    for reason in (*_query(claim, show), *_names(claim, show), *audited.firmness(claim)):
        yield "false", reason
    if op in TELLING:
        yield from _telling(claim, show)
        return
    if op not in RECOUNTS:
        yield "false", f"no op {op[1]!r} is known for a {claim.kind}, so it cannot be counted again"
        return
    again = audited.recount if audited.corrected(claim) else RECOUNTS[op]
    try:
        recount = again(claim, show)
    except (KeyError, UnsupportedClaim, ValueError, TypeError) as problem:
        yield "false", f"its query cannot be run again ({problem!r})"
        return
    yield from compared(claim, recount)


def compared(claim: Claim, recount: Recount) -> Iterator[Fault]:
    """Where a claim differs from its recount."""
    counted = claim.n.records + claim.n.outlets
    if not recount.records and not recount.problems and counted and claim.kind != "absence":
        yield "uncheckable", "its records are no longer in this store"
        return
    wrong = [*recount.problems, *_numbers(claim, recount), *_limits(claim, recount),
             *_members(claim, recount)]  # fmt: skip
    for reason in wrong:
        yield "false", reason
    if not wrong and recount.husks:
        yield "withdrawn", f"holds; {recount.husks} of {recount.records} records withdrawn"


def _numbers(claim: Claim, recount: Recount) -> Iterator[str]:
    if not holds(claim.estimate, recount.estimate):
        yield f"estimate {claim.estimate:g} {claim.unit}, counted again {told(recount.estimate)}"
    for key, expected in recount.values.items():
        said = claim.values.get(key, (claim.decomposition or {}).get(key))
        counted = isinstance(said, (int, float)) and not isinstance(said, bool)
        if counted and not holds(float(said), expected):
            yield f"{key} {said:g}, counted again {told(expected)}"
    for key, expected in recount.n.items():
        said = getattr(claim.n, key)
        # a claim counts one unit; the other is left at 0
        if said != 0 and not holds(said, expected):
            yield f"n of {key} {said}, counted again {told(expected)}"
    if recount.interval and claim.interval:
        ends = (claim.interval.low, claim.interval.high)
        for name, end, expected in zip(("low", "high"), ends, recount.interval, strict=True):
            if not holds(end, expected):
                yield f"{name} end of the interval {end:.4g}, computed again {told(expected)}"


def _limits(claim: Claim, recount: Recount) -> Iterator[str]:
    if recount.people is None or claim.population.unit != "person":
        return
    people = recount.people + recount.husks
    if people < FEWEST and claim.kind in ("share", "change"):
        yield f"rests on {people} people, fewer than {FEWEST}"
    if people < MANY and claim.status == "proven" and claim.kind in ("share", "change"):
        yield f"is called proven with {people} people, fewer than {MANY}"


def _members(claim: Claim, recount: Recount) -> Iterator[str]:
    if recount.members is None:
        return
    strange = [i for i in claim.evidence if i not in recount.members and i != WITHDRAWN]
    if strange:
        yield f"cites {strange[0]!r}, which is not among its records"


def _query(claim: Claim, show: Evidence) -> Iterator[str]:
    """The query must be about what the words are told: window, unit, communities, subject."""
    query = claim.query
    window = (query.get("start", claim.window[0]), query.get("stop", claim.window[1]))
    if window != claim.window:
        yield f"speaks of days {claim.window} but counted {window}"
    if claim.window[1] > claim.snapshot.seen and claim.kind not in ("context", "rename"):
        yield f"its window ends on day {claim.window[1]}, its snapshot on {claim.snapshot.seen}"
    if query.get("unit", claim.population.unit) != claim.population.unit:
        yield f"speaks of {claim.population.unit}s but counted {query['unit']}s"
    counted = {show.place(name) for name in query.get("communities") or ()}
    named = {show.place(name) for name in claim.population.communities}
    if counted and named and counted != named:
        yield f"speaks of {_list(named)} but counted {_list(counted)}"
    subject = query.get("subject")
    if subject not in (None, "*") and claim.subject and subject not in claim.subject:
        yield f"speaks of {claim.subject[0]} but counted {subject}"


def _names(claim: Claim, show: Evidence) -> Iterator[str]:
    """A name of another entity of the desk may not stand for this one."""
    own = {s.removeprefix("entity/") for s in _subjects(claim)}
    allowed = {text.casefold() for slug in own for text, _, _ in show.aliases(slug)}
    allowed |= {show.place(c).casefold() for c in claim.population.communities}
    for name in claim.names:
        if name.casefold() in allowed or not own & show.entity_types().keys():
            continue
        for slug in show.entity_types():
            if slug not in own and name in {text for text, _, _ in show.aliases(slug)}:
                yield f"gives {name!r}, a name of {slug!r}, to {_about(claim)}"


def _telling(claim: Claim, show: Evidence) -> Iterator[Fault]:
    if claim.kind == "context":
        said, known = str(claim.values.get("text", "")), show.described(_described(claim))
        if not known or plain(said) != plain(known):
            yield "false", f"{said!r} is not the desk's own phrase {known!r}"
        return
    record_id = str(claim.query.get("record", claim.values.get("record", claim.evidence[0])))
    if record_id not in claim.evidence and WITHDRAWN not in claim.evidence:
        yield "false", f"speaks of {record_id!r} but cites {claim.evidence[0]!r}"
    row = show.row(claim.snapshot, record_id)
    if row is None:
        yield "uncheckable", f"record {record_id!r} is not in this snapshot"
        return
    if row.withdrawn:
        yield "withdrawn", "holds; 1 of 1 records withdrawn"
        return
    if not claim.window[0] <= row.day < claim.window[1]:
        yield "false", f"record {record_id!r} is of day {row.day}, outside {claim.window}"
    yield from (_published if claim.kind == "attribution" else _quoted)(claim, show, record_id)


def _published(claim: Claim, show: Evidence, record_id: str) -> Iterator[Fault]:
    row = show.row(claim.snapshot, record_id)
    if row is None:
        return
    day, place = claim.values.get("day"), str(claim.values.get("place", ""))
    if day is not None and day != row.day:
        yield "false", f"record {record_id!r} is of day {row.day}, not {day}"
    places = {show.place(row.outlet), row.outlet, show.place(row.community), row.community} - {""}
    if place not in places:
        yield "false", f"record {record_id!r} stands in {_list(places)}, not {place!r}"
    strange = [s for s in claim.subject if s.startswith("entity/")
               and s.removeprefix("entity/") not in row.entities]  # fmt: skip
    if strange:
        yield "false", f"record {record_id!r} does not name {strange[0]}"


def _quoted(claim: Claim, show: Evidence, record_id: str) -> Iterator[Fault]:
    body = show.body(claim.snapshot, record_id)
    start, stop = int(claim.values.get("start", -1)), int(claim.values.get("stop", -1))
    text = str(claim.values.get("text", ""))
    if body is None:
        yield "uncheckable", f"record {record_id!r} has no words left"
    elif not 0 <= start < stop <= len(body) or plain(body[start:stop]) != plain(text):
        yield "false", f"{text!r} does not stand at {start}-{stop} of {record_id!r}"
    elif len(text.split()) > 30:
        yield "false", f"quotes {len(text.split())} words, more than 30"


def plain(text: str) -> str:
    """NFC with single spaces: all a quotation may change."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def holds(value: float, expected: Expected) -> bool:
    """Whether a number is one of those expected, within a millionth."""
    if not math.isfinite(value):
        return any(not math.isfinite(low) or not math.isfinite(high) for low, high in expected)
    for low, high in expected:
        if low - CLOSE * max(1e-3, abs(low)) <= value <= high + CLOSE * max(1e-3, abs(high)):
            return True
    return False


def told(expected: Expected) -> str:
    """Expected numbers in words, each once."""
    return " or ".join(dict.fromkeys(
        f"{low:.6g}" if abs(high - low) < 1e-4 * max(1.0, abs(low)) else f"{low:.4g} to {high:.4g}"
        for low, high in expected)) or "nothing"  # fmt: skip


def _described(claim: Claim) -> str:
    query = claim.query
    return str(query.get("subject") or (claim.subject[0] if claim.subject else subject_of(claim)))


def _subjects(claim: Claim) -> set[str]:
    found = {*claim.subject, subject_of(claim)}
    for key in ("other", "entity"):
        if key in claim.query:
            found.add(str(claim.query[key]))
    return found


def _about(claim: Claim) -> str:
    return ", ".join(claim.subject) or "*"


def _list(names: Mapping[str, object] | set[str]) -> str:
    return ", ".join(sorted(names)) or "nowhere"
