"""From a test and its place in the family to one of the outcomes, with the reason in words."""

from __future__ import annotations

import math
from dataclasses import replace

from scipy import special

from groundswell.notice.settings import Settings
from groundswell.types import Outcome, Signal

NORMAL = 1e9  # degrees of freedom of a test that has none
FINAL: tuple[Outcome, ...] = ("not collected", "too few people", "not tested yet")
TOLD = {
    "people": "only {value:.0f} people spoke, where {limit:.0f} are needed",
    "people before": "only {value:.0f} people spoke before, where {limit:.0f} are needed",
    "top author": "one author wrote {value:.0%} of the records, where {limit:.0%} is the most",
    "top thread": "one thread holds {value:.0%} of the people, where {limit:.0%} is the most",
    "copies": "{value:.0%} of the records are copies, where {limit:.0%} is the most",
    "backfill": "{value:.0%} of its voices were gathered afterwards, which teaches what is usual "
    "and raises no alarm",
    "without the largest": "it rests on its largest thread, author or cluster",
    "collection": "it goes away where the collector itself brought in more or less",
    "exposure": "only {value:.0%} of the window was collected",
    "adjusted": "weekday, drift and the growth of everything else explain it",
    "communities": "it does not hold in {limit:.0f} communities",
    "same voices": "the people who spoke in both periods did not clearly change, so it may be "
    "different people speaking",
    "same people": "only {value:.0f} people spoke in both periods, where {limit:.0f} are needed "
    "to tell changed minds from different people",
    "same places": "it goes away when every community keeps its share of the voices",
    "outlets": "{value:.0f} independent outlets, where {limit:.0f} are needed",
    "plain count": "the plain count of people does not show it",
}


def settle(signal: Signal, *, q: float, selected: bool, level: float,
           settings: Settings) -> Signal:  # fmt: skip
    """The signal with its q, its interval at `level`, its outcome and its reason.

    `selected` says that its family's false-discovery control let it through; `level` is the
    false-coverage-rate level then, and the plain level else.
    """
    if signal.outcome in FINAL:
        return replace(signal, q=q)
    wide = _widened(signal, level) if selected else signal
    failed = [guard for guard in signal.guards if not guard.passed]
    clear = beyond(wide, signal.detail["effect_min"])
    if selected and clear and not failed:
        return replace(wide, q=q, outcome="found", reason=signal.reason)
    if _same(signal):
        told = f"no difference larger than {_size(signal, 'same_within')}"
        return replace(signal, q=q, outcome="no difference", reason=f"{signal.reason}; {told}")
    if failed and (selected or signal.p < settings.q):
        why = "; ".join(_told(guard.name, guard.value, guard.limit) for guard in failed)
    elif selected:
        why = f"it may be smaller than {_size(signal, 'effect_min')}"
    else:
        why = f"the smallest difference we could have seen is {_size(signal, 'smallest')}"
    return replace(wide, q=q, outcome="could not tell", reason=f"{signal.reason}; {why}")


def beyond(signal: Signal, effect_min: float) -> bool:
    """Whether the whole interval is further from nothing than the least effect worth telling."""
    if signal.detail["scale"] == "log":
        falls = signal.high < 1 / effect_min and signal.detail["sides"] == 2
        return signal.low > effect_min or falls
    return signal.low > effect_min or signal.high < -effect_min


def _widened(signal: Signal, level: float) -> Signal:
    """The interval at another level, its half-widths scaled by the ratio of quantiles."""
    df = signal.detail.get("df") or NORMAL
    wide, plain = (special.stdtrit(df, 0.5 + at / 2) for at in (level, signal.level))
    ratio = float(wide / plain)
    if signal.detail["scale"] == "count":
        return signal
    if signal.detail["scale"] == "linear":
        low = signal.effect - ratio * (signal.effect - signal.low)
        high = signal.effect + ratio * (signal.high - signal.effect)
    else:
        low = _stretched(signal.effect, signal.low, ratio)
        high = _stretched(signal.effect, signal.high, ratio)
    return replace(signal, low=low, high=high, level=level)


def _stretched(effect: float, bound: float, ratio: float) -> float:
    if not (0 < effect < math.inf and 0 < bound < math.inf):
        return bound
    return float(effect * (bound / effect) ** ratio)


def _same(signal: Signal) -> bool:
    margin = signal.detail["same_within"]
    if signal.detail["scale"] == "count":
        return False
    if signal.detail["scale"] == "log":
        return bool(1 / margin < signal.low and signal.high < margin)
    return bool(-margin < signal.low and signal.high < margin)


def _size(signal: Signal, key: str) -> str:
    size = signal.detail[key]
    if size is None or not math.isfinite(size):
        return "beyond measure"
    return f"{size:.2g} {signal.unit}"


def _told(name: str, value: float, limit: float) -> str:
    return TOLD[name].format(value=value, limit=limit)
