"""Verbs of change, with the form a sentence needs; hedged where the claim says so."""

from __future__ import annotations

from collections.abc import Sequence

PARTICIPLES = {
    "rose": "risen", "grew": "grown", "climbed": "climbed", "surged": "surged",
    "fell": "fallen", "dropped": "dropped", "collapsed": "collapsed", "warmed": "warmed",
    "cooled": "cooled", "soured": "soured",
}  # fmt: skip
NOUNS = {
    "rose": "rise", "grew": "rise", "climbed": "rise", "surged": "rise", "fell": "fall",
    "dropped": "fall", "collapsed": "fall", "warmed": "change", "cooled": "change",
    "soured": "change",
}  # fmt: skip
STRONG = ("surged", "collapsed", "soured", "warmed")


def past(verb: str, *, hedged: bool) -> str:
    """The simple past, hedged where it must be.

    >>> past("grew", hedged=False), past("grew", hedged=True)
    ('grew', 'appears to have grown')
    """
    return f"appears to have {PARTICIPLES[verb]}" if hedged else verb


def perfect(verb: str, *, hedged: bool) -> str:
    """The perfect, hedged where it must be.

    >>> perfect("rose", hedged=False), perfect("rose", hedged=True)
    ('has risen', 'seems to have risen')
    """
    return f"{'seems to have' if hedged else 'has'} {PARTICIPLES[verb]}"


def pick(verbs: Sequence[str]) -> str:
    """The strongest verb a licence holds, plain ones otherwise; "" when it holds none."""
    return next((verb for verb in STRONG if verb in verbs), verbs[-1] if verbs else "")
