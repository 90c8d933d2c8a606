"""False-discovery control over everything one night tested, and the verdicts that follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from groundswell.notice.calibrate import Scale
from groundswell.notice.settings import Settings
from groundswell.notice.verdict import settle
from groundswell.stats.multiplicity import benjamini_hochberg, drill_level, interval_level
from groundswell.types import EVERYWHERE, Signal

FLAT = frozenset({"tone-level"})  # kinds whose communities are tests in their own right
Floats = npt.NDArray[np.float64]


def discover(
    tests: Iterable[Signal], scales: Mapping[str, Scale], night: int, settings: Settings
) -> list[Signal]:
    """Every kept test with calibrated p, q and outcome, in a fixed order.

    A family is one kind in one night. Communities are tested only inside the subjects selected,
    at q R / m, and are dropped elsewhere: keeping them would store a thousand rows a night that
    nobody may read anything into.
    """
    kinds: dict[str, list[Signal]] = defaultdict(list)
    for test in tests:
        kinds[test.kind].append(_calibrated(test, scales.get(test.kind), night))
    found: list[Signal] = []
    for kind in sorted(kinds):
        found += _family(kinds[kind], settings, flat=kind in FLAT)
    return sorted(found, key=order)


def order(signal: Signal) -> tuple[str, str, str, tuple[int, int], str]:
    """The order in which a night's signals are kept."""
    partner = str(signal.detail.get("partner", ""))
    return (signal.kind, signal.subject, signal.community, signal.window, partner)


def _calibrated(test: Signal, scale: Scale | None, night: int) -> Signal:
    p = scale(test.p) if scale else test.p
    detail = {**test.detail, "raw_p": test.p, "past_tests": scale.tests if scale else 0}
    return replace(test, p=min(p, 1.0), family=f"{test.kind}/{night}", detail=detail)


def _family(tests: Sequence[Signal], settings: Settings, *, flat: bool) -> list[Signal]:
    whole = [t for t in tests if flat or t.community == EVERYWHERE]
    q = benjamini_hochberg([t.p for t in whole])
    selected = q <= settings.q
    hits = int(selected.sum())
    found = _settled(whole, q, selected, interval_level(settings.q, hits, len(whole)), settings)
    share = drill_level(1.0, hits, len(whole))
    chosen = {t.subject for t, hit in zip(whole, selected, strict=True) if hit}
    for subject in sorted(chosen) if not flat else ():
        parts = [t for t in tests if t.subject == subject and t.community != EVERYWHERE]
        found += _drilled(parts, share, settings)
    return found


def _drilled(parts: Sequence[Signal], share: float, settings: Settings) -> list[Signal]:
    q = np.minimum(benjamini_hochberg([t.p for t in parts]) / share, 1.0)
    selected = q <= settings.q
    level = interval_level(settings.q * share, int(selected.sum()), len(parts))
    return _settled(parts, q, selected, level, settings)


def _settled(tests: Sequence[Signal], q: Floats, selected: npt.NDArray[np.bool_], level: float,
             settings: Settings) -> list[Signal]:  # fmt: skip
    return [settle(test, q=float(value), selected=bool(hit), level=level, settings=settings)
            for test, value, hit in zip(tests, q, selected, strict=True)]  # fmt: skip
