"""Putting questions to claim kinds, and keeping the claims that came back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from groundswell.query.figures import Figures
from groundswell.registry import build, plugins
from groundswell.report.claim import ClaimKind, Question
from groundswell.types import Claim, Signal
from groundswell.types.series import Unit


def claim_kinds() -> dict[str, ClaimKind]:
    """Every registered claim kind by name."""
    group = "groundswell.claims"
    return {name: build(group, name) for name in plugins(group)}


class Asker:
    """Questions on one subject at one snapshot; `claims` are the answers in order."""

    def __init__(self, subject: str, figures: Figures, kinds: Mapping[str, ClaimKind],
                 window: tuple[int, int]) -> None:  # fmt: skip
        self.subject = subject
        self.figures = figures
        self.window = window
        self._kinds = kinds
        self._claims: dict[str, Claim] = {}

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All claims made so far."""
        return tuple(self._claims.values())

    def ask(
        self, kind: str, op: str, *, at: Sequence[str] = (), window: tuple[int, int] | None = None,
        unit: Unit = "person", subject: str | None = None, signal: Signal | None = None,
        **args: Any,
    ) -> Claim | None:  # fmt: skip
        """Ask one kind and keep what it answers; `at` names communities."""
        start, stop = window or self.window
        question = Question(
            op=op, start=start, stop=stop, unit=unit, communities=tuple(sorted(at)),
            subject=self.subject if subject is None else subject, args=args, signal=signal,
            baseline=signal.baseline if signal else None,
        )  # fmt: skip
        claim = self._kinds[kind](question, self.figures)
        return self.keep(claim) if claim else None

    def keep(self, claim: Claim) -> Claim:
        """Keep a claim."""
        return self._claims.setdefault(claim.id, claim)

    def mend(self, claim: Claim, **changes: Any) -> Claim:
        """Put a claim with changed fields in the place of one that was kept."""
        changed = replace(claim, **changes)
        kept = [changed if c.id == claim.id else c for c in self._claims.values()]
        self._claims = {c.id: c for c in kept}
        return changed
