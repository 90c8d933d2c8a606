"""Checks of writers and verifiers: only what claims carry, and no verdict without a fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from groundswell.report.verifier import Evidence, Verifier
from groundswell.report.writer import Brief, Writer
from groundswell.testing.check import Checks, named
from groundswell.types import Claim, Draft, Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One sentence for a verifier: its claims, the evidence, and whether it holds (None: open)."""

    sentence: Sentence
    claims: tuple[Claim, ...]
    show: Evidence
    holds: bool | None = None


def writer_checks(writer: Writer, briefs: Sequence[Brief]) -> Checks:
    """Checks of a writer; at least one brief should give a draft."""
    yield named(writer, "name")

    def same() -> None:
        for brief in briefs:
            assert writer(brief) == writer(brief), f"{brief.subject}: another draft"

    yield "gives the same draft twice", same

    def cited() -> None:
        for brief in briefs:
            draft = writer(brief)
            if draft is not None:
                _cites(brief, draft)

    yield "uses only claims of the brief", cited

    def nothing() -> None:
        for brief in briefs:
            bare = writer(replace(brief, claims=(), signals=(), obligations=()))
            assert bare is None, f"{brief.subject}: a story about nothing"

    yield "has nothing to tell without claims", nothing


def verifier_checks(verifier: Verifier, cases: Sequence[Case]) -> Checks:
    """Checks of a verifier on sentences that hold, do not, or either."""
    yield named(verifier, "name")

    def same() -> None:
        for case in cases:
            first = verifier(case.sentence, case.claims, case.show)
            assert first == verifier(case.sentence, case.claims, case.show), "another verdict"

    yield "gives the same verdicts twice", same

    def verdicts() -> None:
        for case in cases:
            for verdict in verifier(case.sentence, case.claims, case.show):
                assert verdict.by.startswith(verifier.name), f"signed by {verdict.by!r}"
                assert verdict.sentence == case.sentence.text, "a verdict on another sentence"
                assert verdict.finding in ("withdrawn", "uncheckable", "changed", "false")
                assert verdict.reason, "a verdict without a reason"

    yield "says of which sentence what is wrong, and why", verdicts

    def right() -> None:
        for case in cases:
            found = verifier(case.sentence, case.claims, case.show)
            faults = [v for v in found if v.finding != "withdrawn"]
            if case.holds is not None:
                said = "; ".join(v.reason for v in faults)
                assert (not faults) is case.holds, f"{case.sentence.text!r}: {said or 'passed'}"

    yield "passes what holds and stops what does not", right

    def silent() -> None:
        for case in cases:
            verifier(Sentence(move="reading", text="", claims=()), (), case.show)

    yield "survives an empty sentence", silent


def _cites(brief: Brief, draft: Draft) -> None:
    known = {claim.id for claim in brief.claims}
    drafted = {claim.id for claim in draft.claims}
    assert drafted <= known, f"{brief.subject}: claims that are not in the brief"
    for sentence in draft.sentences():
        assert set(sentence.claims) <= drafted, f"{sentence.text!r} cites a claim it lacks"
        assert sentence.text.strip() == sentence.text != "", f"{sentence.text!r} is no sentence"
