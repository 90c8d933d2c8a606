"""What became of each registered part of a hypothesis."""

from __future__ import annotations

from collections.abc import Sequence

from groundswell.desk import Duty
from groundswell.types import Claim, Obligation, Signal
from groundswell.types.signal import OUTCOMES, Outcome

TESTED = ("coverage", "cooccurrence", "volume", "tone")
WORDS: dict[Outcome, str] = {
    "found": "The tests of this night found it.",
    "not collected": "What would answer this was not collected.",
    "too few people": "Too few people wrote about it to tell.",
    "could not tell": "The tests of this night could not tell.",
    "no difference": "The tests of this night showed no difference worth telling.",
    "not tested yet": "This version has no test for it.",
}


def obligations(duties: Sequence[Duty], signals: Sequence[Signal],
                claims: Sequence[Claim]) -> tuple[Obligation, ...]:  # fmt: skip
    """One outcome for every part, in the order in which they were registered."""
    return tuple(_told(duty, outcome(duty, signals, claims)) for duty in duties)


def outcome(duty: Duty, signals: Sequence[Signal], claims: Sequence[Claim]) -> Outcome:
    """How a part ended: from its tests, and for outlets from the number it asks for."""
    if duty.kind not in TESTED or (duty.kind == "cooccurrence" and "margin" in duty.options):
        return "not tested yet"  # equivalence has no test in this version
    tests = [s for s in signals if s.kind in (duty.kind, f"{duty.kind}-level") and _fits(duty, s)]
    if not tests:
        return "not tested yet"
    best = min(tests, key=lambda s: (OUTCOMES.index(s.outcome), s.p)).outcome
    wanted = duty.options.get("outlets")
    if best == "found" and duty.kind == "coverage" and wanted is not None:
        seen = max((c.estimate for c in claims if c.kind == "coverage"), default=0)
        return "found" if seen >= float(wanted) else "could not tell"
    return best


def _fits(duty: Duty, signal: Signal) -> bool:
    community = duty.options.get("community")
    return community is None or signal.community == community


def _told(duty: Duty, ended: Outcome) -> Obligation:
    return Obligation(kind=duty.kind, question=duty.question, outcome=ended, sentence=WORDS[ended])
