"""What a claim's numbers let the words say (C3 of the method): computed, never written by hand."""

from __future__ import annotations

from groundswell.types import Interval, Licence, Numbers
from groundswell.types.claim import Status

FEWEST = 15  # authors in a denominator under which no share, tone or change is told
FIRM = 40  # authors from which a claim may be proven
UP_RATE = ("rose", "grew", "climbed")
DOWN_RATE = ("fell", "dropped")
UP_TONE = ("rose", "warmed")
DOWN_TONE = ("fell", "cooled", "soured")


def status_of(authors: int) -> Status:
    """How firm a figure over so many authors may be.

    >>> status_of(14), status_of(39), status_of(40)
    ('insufficient', 'provisional', 'proven')
    """
    if authors < FEWEST:
        return "insufficient"
    return "provisional" if authors < FIRM else "proven"


def licence(
    *, status: Status, n: Numbers, share: Interval | None = None, rate: Interval | None = None,
    within: Interval | None = None, interval: Interval | None = None,
    effect_min: float | None = None,
) -> Licence:  # fmt: skip
    """The words a claim may use.

    `share` is the interval of a share of people (quantifiers), `rate` of a ratio of rates and
    `within` of the part of a change in tone made by the same voices (verbs); `interval` and
    `effect_min` decide with `status` whether the sentence must hedge.
    """
    if status == "insufficient":
        return Licence(hedged=True)
    return Licence(
        verbs=_rate_verbs(rate) if rate else _tone_verbs(within),
        quantifiers=_quantifiers(n, share),
        hedged=status == "provisional" or touches(interval, effect_min),
    )


def touches(interval: Interval | None, effect_min: float | None) -> bool:
    """Whether an interval holds the least effect worth telling, in either direction."""
    if interval is None or effect_min is None:
        return False
    mirrored = 1 / effect_min if interval.method.startswith("rate") and effect_min else -effect_min
    return any(interval.low <= edge <= interval.high for edge in (effect_min, mirrored))


def _quantifiers(n: Numbers, share: Interval | None) -> tuple[str, ...]:
    words = []
    if n.authors >= 5 and n.threads >= 3:
        words.append("some")
    if share and share.low >= 0.20 and n.authors >= 30:
        words.append("many")
    if share and share.low > 0.50:
        words.append("most")
    if share and share.low > 0.90:
        words.append("nearly all")
    return tuple(words)


def _rate_verbs(rate: Interval) -> tuple[str, ...]:
    if rate.low > 1:
        return (*UP_RATE, "surged") if rate.low >= 2 else UP_RATE
    if rate.high < 1:
        return (*DOWN_RATE, "collapsed") if rate.high <= 0.5 else DOWN_RATE
    return ()


def _tone_verbs(within: Interval | None) -> tuple[str, ...]:
    if within and within.low > 0:
        return UP_TONE
    return DOWN_TONE if within and within.high < 0 else ()
