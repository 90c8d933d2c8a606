"""Checks of claim kinds: the same snapshot gives the same claim, and it survives storage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from groundswell.query.figures import Figures
from groundswell.report.claim import ClaimKind, Question
from groundswell.testing.check import Checks
from groundswell.types import Claim
from groundswell.types.claim import CLAIM_KINDS, as_json, from_json
from groundswell.types.snapshot import canonical

SINGLE = ("quote", "attribution", "context")  # about one record or a definition, whatever the day


def claim_checks(kind: ClaimKind, questions: Sequence[Question], figures: Figures) -> Checks:
    """Checks of a claim kind on questions of its own ops; some should have an answer."""

    def known() -> None:
        assert kind.kind in CLAIM_KINDS, f"no kind {kind.kind!r} in docs/claims.md"

    yield "is a kind there is", known

    def same() -> None:
        for question in questions:
            assert kind(question, figures) == kind(question, figures), f"{question.op}: differs"

    yield "gives the same claim twice", same

    def asked() -> None:
        for question in questions:
            claim = kind(question, figures)
            if claim is not None:
                _answers(kind, question, figures, claim)

    yield "answers what was asked", asked

    def stored() -> None:
        for question in questions:
            claim = kind(question, figures)
            if claim is not None:
                again = from_json(as_json(claim))
                assert again.id == claim.id, f"{question.op}: another id when read back"
                assert canonical(as_json(again)) == canonical(as_json(claim))

    yield "reads back as it was stored", stored

    def nobody() -> None:
        for question in questions:
            claim = kind(replace(question, start=0, stop=1), figures)
            if claim is not None and claim.kind not in SINGLE:
                assert claim.n.authors == 0, f"{question.op}: counts people who are not there"

    yield "invents nobody", nobody


def _answers(kind: ClaimKind, question: Question, figures: Figures, claim: Claim) -> None:
    assert claim.kind == kind.kind
    assert claim.snapshot == figures.snapshot, "computed at another snapshot"
    assert claim.query["op"] == question.op
    assert claim.window == (question.start, question.stop)
    assert claim.status != "insufficient" or not claim.licence.verbs
    if claim.interval is not None:
        assert claim.interval.low <= claim.interval.high, f"interval {claim.interval}"
