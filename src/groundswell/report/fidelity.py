"""How good a story is, as the few numbers that can be computed honestly (C6)."""

from __future__ import annotations

from collections.abc import Sequence

from groundswell.types import Claim, Fidelity


def fidelity(claims: Sequence[Claim], *, drafted: int, kept: int) -> Fidelity:
    """The vector of a story made from `kept` of the `drafted` sentences.

    Replay at 7 and 30 days is measured later, when those days have come. An outlet's or a
    record's claim rests on no group of people and does not enter `fewest_authors`.
    """
    rated = [claim for claim in claims if claim.status != "insufficient"]
    crowds = [c.n.authors for c in claims if c.kind in ("share", "change", "ratio", "cooccurrence")]
    corrected = sum(1 for c in claims if c.measurement and c.measurement.get("corrected"))
    return Fidelity(
        draft=_share(kept, drafted),
        strength=_share(sum(c.status == "proven" for c in rated), len(rated)),
        fewest_authors=min(crowds, default=0),
        gold_corrected=_share(corrected, len(claims)),
    )


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
