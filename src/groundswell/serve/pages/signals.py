"""Everything that was tested tonight, dull tests too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from groundswell.query import pages
from groundswell.serve.page import page

SIZE = 50


@dataclass(frozen=True, slots=True)
class SignalsPage:
    """What `signals.html` and `/signals.json` both show."""

    kind: str
    outcome: str
    tally: Mapping[str, Mapping[str, int]]
    total: int
    signals: tuple[pages.SignalLine, ...]
    matching: int
    page: int
    pages: int


@page("/signals", template="signals.html")
def signals(sight: pages.Sight, kind: str = "", outcome: str = "", page: int = 1) -> SignalsPage:
    """The night's tests, found ones first, of a kind or with an outcome where asked."""
    tally = pages.tally(sight)
    matching = sum(n for k, ends in tally.items() for end, n in ends.items()
                   if kind in ("", k) and outcome in ("", end))  # fmt: skip
    last = max(1, -(-matching // SIZE))
    at = min(max(1, page), last)
    shown = pages.signals(sight, kind=kind, outcome=outcome, limit=SIZE, offset=SIZE * (at - 1))
    return SignalsPage(
        kind=kind, outcome=outcome, tally=tally, signals=tuple(shown), matching=matching,
        total=sum(n for ends in tally.values() for n in ends.values()), page=at, pages=last,
    )  # fmt: skip
