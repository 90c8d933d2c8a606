"""The contract of verifiers, and the plain rows they recount from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from groundswell.types import Claim, Sentence, Snapshot, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainRow:
    """One visible record with its labels, straight from the log, no rollup in between.

    `sentiment` is the label, `tone` its score in thousandths (None: not read); `copy` is true
    for a non-lead member of a duplicate group; `withdrawn` is true for a husk.
    """

    record_id: str
    community: str
    unit: str
    author: str
    outlet: str
    day: int
    published: int
    exact: bool
    root: str
    url: str
    size: int
    entities: frozenset[str]
    beats: frozenset[str]
    sentiment: str
    tone: int | None
    cluster: str
    copy: bool
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainJudgement:
    """One record of an audit: its stratum, of so many records (`held`), the reader's labels for it
    at the snapshot, and what each rater said ("" skipped, None not judged)."""

    stratum: str
    held: int
    own: tuple[str, ...]
    first: str | None
    second: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainAudit:
    """One audit as a snapshot knew it; `gone` of its records were erased for good since."""

    draw: str
    rows: tuple[PlainJudgement, ...]
    gone: int


class Evidence(Protocol):
    """Read-only access to one snapshot, for recounting."""

    def rows(self, snapshot: Snapshot, start: int, stop: int) -> Iterator[PlainRow]:
        """Visible records whose day lies in [start, stop), in (published, id) order."""

    def body(self, snapshot: Snapshot, record_id: str) -> str | None:
        """The body of a visible record; None when withdrawn or never there."""

    def row(self, snapshot: Snapshot, record_id: str) -> PlainRow | None:
        """One visible record."""

    def exposure(self, snapshot: Snapshot, community: str, day: int) -> int:
        """Share of expected collection made that day, thousandths; 1000 when nothing is noted."""

    def audits(self, snapshot: Snapshot, community: str, layer: str) -> Sequence[PlainAudit]:
        """Audits of a layer in a community, newest first."""

    def owner(self, outlet: str) -> str:
        """Who owns an outlet; the outlet itself when unknown; "" for what is no outlet."""

    def aliases(self, slug: str) -> Sequence[tuple[str, int, int]]:
        """Names of an entity with the days they hold for."""

    def described(self, subject: str) -> str:
        """The desk's own phrase for a community ("community/<slug>") or entity."""

    def place(self, name: str) -> str:
        """The printed name of a community or outlet."""

    def entity_types(self) -> Mapping[str, str]:
        """Type of every desk entity by slug."""


class Verifier(Protocol):
    """Check one sentence against its claims and the evidence, never against the writer."""

    name: ClassVar[str]

    def __call__(
        self, sentence: Sentence, claims: Sequence[Claim], show: Evidence
    ) -> list[Verdict]:
        """One verdict per fault found; empty when this verifier has nothing against it."""
