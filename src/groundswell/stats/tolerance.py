"""Limits that hold for a share of all that is drawn alike, whatever its distribution.

Wilks, "Determination of sample sizes for setting tolerance limits" (1941): of n values in rising
order, the share of the whole that lies at or above the k-th has a Beta(n - k + 1, k) distribution.
"""

from __future__ import annotations

from scipy import special


def lowest_rank(n: int, share: float, level: float = 0.95) -> int:
    """The highest k for which at least `share` of the whole lies at or above the k-th of n values.

    Values in rising order, one-sided confidence `level`; 0 when n is too small for any.

    >>> [lowest_rank(n, 0.99) for n in (298, 299, 473, 1000)]
    [0, 1, 2, 5]
    """
    rank = 0
    while rank < n and special.bdtr(rank, n, 1 - share) <= 1 - level:
        rank += 1
    return rank


def share_above(n: int, rank: int, level: float = 0.95) -> float:
    """The share of the whole that lies at or above the rank-th of n values, at least, with
    one-sided confidence `level`; 0 without a rank.

    >>> round(share_above(299, 1), 3), share_above(0, 0)
    (0.99, 0.0)
    """
    if not 1 <= rank <= n:
        return 0.0
    return float(special.betaincinv(n - rank + 1, rank, 1 - level))


def least_size(share: float, level: float = 0.95) -> int:
    """How many values are needed for the lowest of them to be such a limit.

    >>> least_size(0.99)
    299
    """
    n = 1
    while not lowest_rank(n, share, level):
        n += 1
    return n
