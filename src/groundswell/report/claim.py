"""The contract of claim kinds: from a question and a snapshot's figures to a claim, or none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from groundswell.query.figures import Cell, Figures, Post, people
from groundswell.report.licence import licence, status_of
from groundswell.report.places import running
from groundswell.types import Claim, Interval, Licence, Numbers, Population, Signal
from groundswell.types.claim import ClaimKind as Kind
from groundswell.types.claim import Status
from groundswell.types.series import EVERYTHING, Unit
from groundswell.types.snapshot import canonical

SAMPLE = 12  # record ids kept in a claim; the hash covers them all
AUTHORLESS = 0.20  # share of records without author above which no author is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a kind: an op on a subject in a window of half-open days.

    `communities` empty means all of the unit; `args` are the op's further arguments and go into
    the claim's query; `signal` is the test that found what is asked, where there was one.
    """

    op: str
    start: int
    stop: int
    subject: str = EVERYTHING
    unit: Unit = "person"
    communities: tuple[str, ...] = ()
    baseline: tuple[int, int] | None = None
    args: Mapping[str, Any] = field(default_factory=dict)
    signal: Signal | None = None

    @property
    def query(self) -> dict[str, Any]:
        """What is stored, so that the claim can be executed again."""
        return {"op": self.op, "subject": self.subject, "unit": self.unit, "start": self.start,
                "stop": self.stop, "communities": sorted(self.communities),
                **self.args}  # fmt: skip


class ClaimKind(Protocol):
    """One kind of assertion, with the ops that docs/claims.md lists for it."""

    kind: ClassVar[Kind]

    def __call__(self, question: Question, figures: Figures) -> Claim | None:
        """The claim, or None where the numbers do not allow one. Same snapshot, same claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a kind worked out; `claim` adds population, names, evidence and licence."""

    estimate: float
    unit: str
    n: Numbers
    values: Mapping[str, Any] = field(default_factory=dict)
    interval: Interval | None = None
    licence: Licence | None = None
    status: Status = "proven"
    decomposition: Mapping[str, float] | None = None
    measurement: Mapping[str, Any] | None = None  # where the reader's labels are counted
    effect_min: float | None = None
    evidence: Sequence[str] = ()


def claim(kind: Kind, question: Question, figures: Figures, found: Found) -> Claim:
    """A claim of a kind from what was found."""
    signal = question.signal
    return Claim(
        kind=kind, subject=subjects(question), query=question.query,
        population=population(question, figures), window=(question.start, question.stop),
        baseline=question.baseline, snapshot=figures.snapshot, estimate=float(found.estimate),
        unit=found.unit, status=found.status, n=found.n, values=dict(found.values),
        licence=found.licence or licence(status=found.status, n=found.n),
        names=names(subjects(question), figures), interval=found.interval,
        effect_min=found.effect_min, decomposition=found.decomposition,
        measurement=found.measurement,
        p=signal.p if signal else None, q=signal.q if signal else None,
        family=signal.family if signal else "", guards=signal.guards if signal else (),
        evidence=tuple(found.evidence[:SAMPLE]), evidence_hash=evidence_hash(found.evidence),
    )  # fmt: skip


def subjects(question: Question) -> tuple[str, ...]:
    """Everything a question is about: its subject and the other it is held against."""
    other = question.args.get("other")
    return (question.subject, str(other)) if other else (question.subject,)


def population(question: Question, figures: Figures) -> Population:
    """Whom a question speaks of, with the desk's own phrase where one community is meant."""
    places = tuple(sorted(question.communities)) or tuple(sorted(figures.places(question.unit)))
    line = f"{len(places)} communities"
    if len(places) == 1:
        known = figures.desk.community(places[0])
        line = (known.population or known.name) if known else places[0]
    return Population(unit=question.unit, communities=places, line=line)


def names(about: Iterable[str], figures: Figures) -> tuple[str, ...]:
    """Surface forms of subjects: the desk's name first, then every alias."""
    desk, forms = figures.desk, list[str]()
    for subject in about:
        kind, _, slug = subject.partition("/")
        entity = desk.entity(slug) if kind == "entity" else None
        community = desk.community(slug) if kind == "community" else None
        forms.append(community.name if community else desk.label(subject))
        forms += [alias.text for alias in entity.aliases] if entity else []
        forms += [running(desk.label(subject), desk)] if kind == "beat" else []
    return tuple(dict.fromkeys(forms))


def evidence_hash(ids: Iterable[str]) -> str:
    """The hash of a whole set of record ids, whatever their order."""
    return hashlib.sha256(canonical(sorted(set(ids))).encode()).hexdigest()[:32]


def asked(question: Question, figures: Figures) -> list[Cell]:
    """The cells a question is about."""
    return figures.cells(question.subject, question.unit, question.start, question.stop,
                         question.communities)  # fmt: skip


def numbers(cells: Iterable[Cell], unit: Unit) -> Numbers:
    """The four units of some cells, counted records only."""
    counted = [cell for cell in cells if cell.records]
    voices = len(people(counted))
    return Numbers(
        records=sum(cell.records for cell in counted),
        authors=voices if unit == "person" else 0,
        threads=len({cell.thread for cell in counted}),
        outlets=voices if unit == "outlet" else 0,
        communities=len({cell.community for cell in counted}),
    )


def nameless(cells: Iterable[Cell]) -> bool:
    """Whether too many counted records have no author to count people at all."""
    counted = list(cells)
    total = sum(cell.records for cell in counted)
    without = sum(cell.records for cell in counted if not cell.author)
    return without > AUTHORLESS * total


def evidence(question: Question, figures: Figures) -> list[str]:
    """Ids of the counted records on a question's subject, in order of time."""
    return [post.id for post in counted(question, figures)]


def counted(question: Question, figures: Figures) -> list[Post]:
    """The counted records on a question's subject; none are listed for everything."""
    if question.subject == EVERYTHING:
        return []
    return [post for post in figures.posts(question.subject, question.start, question.stop)
            if post.lead and post.unit == question.unit
            and (not question.communities or post.community in question.communities)]  # fmt: skip


def firm(authors: int) -> Status | None:
    """The status of a share over so many authors; None where there are too few to tell one."""
    status = status_of(authors)
    return None if status == "insufficient" else status
