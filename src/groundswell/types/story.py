"""What we publish: sentences, each resting on claims; versions are never overwritten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from groundswell.errors import UnsupportedClaim
from groundswell.types.claim import Claim
from groundswell.types.signal import Outcome
from groundswell.types.snapshot import Snapshot

Move = Literal[
    "headline",
    "deck",
    "hook",
    "who",
    "say",
    "disagree",
    "affected",
    "unknown",
    "watch",
    "reading",
]
Finding = Literal["holds", "withdrawn", "uncheckable", "changed", "false"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """Words and the claims they rest on; `move` is what the sentence does in the story."""

    move: Move
    text: str
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A titled run of sentences; the title is one of a fixed list and asserts nothing."""

    title: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a writer made of a brief, not yet verified."""

    slug_words: tuple[str, ...]
    headline: Sentence
    deck: Sentence
    sections: tuple[Section, ...]
    claims: tuple[Claim, ...]

    def sentences(self) -> tuple[Sentence, ...]:
        """Headline, deck and body in reading order."""
        body = tuple(s for section in self.sections for s in section.sentences)
        return (self.headline, self.deck, *body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a verifier found about one sentence: the finding, why, and who says so.

    holds; withdrawn (holds as far as it can be checked, n of m records withdrawn); uncheckable;
    changed (true at its snapshot, no longer at the newest); false.
    """

    finding: Finding
    sentence: str
    reason: str
    by: str
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fidelity:
    """Honest, computable quality of a story: a vector, never one number (C6)."""

    draft: float  # verified assertions / detected assertions before repair
    strength: float  # share of claims proven rather than provisional
    fewest_authors: int
    gold_corrected: float  # share of claims corrected with audited labels
    replay_7: float | None = None
    replay_30: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """One part of a registered hypothesis and what became of it."""

    kind: str
    question: str
    outcome: Outcome
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One version of one story. Made only from sentences every verifier let pass."""

    slug: str
    version: int
    night: int
    subject: str
    beat: str
    snapshot: Snapshot
    headline: Sentence
    deck: Sentence
    sections: tuple[Section, ...]
    claims: tuple[Claim, ...]
    citations: tuple[str, ...]  # record ids in the order of their numbers
    verdicts: tuple[Verdict, ...]
    fidelity: Fidelity
    hypothesis: str = ""
    obligations: tuple[Obligation, ...] = ()
    charts: tuple[str, ...] = ()
    dropped: tuple[tuple[str, str], ...] = ()  # sentence, reason
    invented: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = {claim.id for claim in self.claims}
        for sentence in self.sentences():
            if not set(sentence.claims) <= known:
                raise UnsupportedClaim(f"story {self.slug}: {sentence.text!r} cites no claim here")
        bad = [v for v in self.verdicts if v.finding not in ("holds", "withdrawn")]
        if bad:
            raise UnsupportedClaim(f"story {self.slug}: {bad[0].sentence!r}: {bad[0].reason}")

    def sentences(self) -> tuple[Sentence, ...]:
        """Headline, deck and body in reading order."""
        body = tuple(s for section in self.sections for s in section.sentences)
        return (self.headline, self.deck, *body)
