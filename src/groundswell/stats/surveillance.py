"""Is a daily count higher than its own past allows? Negative-binomial outbreak surveillance.

y_t ~ NB(mean = rate * offset_t * weekday_t, dispersion k). The rate is a discounted Gamma, so
drift is forgotten in about 1 / (1 - discount) days; dispersion is shrunk between the series
tested together. Lineage: Farrington 1996, Noufaily 2013 (R `farringtonFlexible`); discounting
after West and Harrison 1997. As in Farrington's method the days just before the window teach
nothing, so that a surge of last week does not hide itself. Every function takes many series at
once: rows are series, columns are consecutive days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a baseline is learned.

    `discount` per collected day; `cap_sd` is where an update is winsorised, in standard
    deviations above the mean; `weekday_prior` is the weight of the prior weekday shape in
    expected counts; `alpha_prior` is the dispersion 1/k assumed before looking and `alpha_sd`
    the least spread of dispersions between series; forecasts are scored after `burn_in`
    collected days.
    """

    discount: float = 0.93
    cap_sd: float = 4.0
    weekday_prior: float = 4.0
    alpha_prior: float = 0.1
    alpha_sd: float = 0.1
    burn_in: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What each series taught before every day: shapes (series, days + 1).

    `shape` / `rate` is the expected count per unit of `offset` at the start of that day;
    `offset` (series, days) is exposure times weekday factor; `alpha` (series,) is 1/k of one
    day; the first `past` days taught it.
    """

    shape: Floats
    rate: Floats
    offset: Floats
    alpha: Floats
    past: int
    rules: Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Surprise:
    """One window of every series: count, expectation, upper-tail p and the rate ratio."""

    count: Floats
    expected: Floats
    p: Floats
    ratio: Floats
    low: Floats
    high: Floats


def learn(counts: Floats, offset: Floats, start: int, held: int, rules: Rules) -> Baseline:
    """Fit every series; the last `held` days teach nothing.

    `counts` and `offset` have shape (series, days) and are never negative; an offset of 0 marks
    a day that was not collected. `start` is the first day's number since 1970. Raises
    ValueError when nothing is left to learn from.
    """
    past = counts.shape[1] - held
    if past < 1:
        raise ValueError(f"{counts.shape[1]} days leave nothing before the {held} held back")
    week = weekday_factors(counts[:, :past], offset[:, :past], start, rules.weekday_prior)
    days = (start + np.arange(counts.shape[1])) % WEEK
    shaped = offset * week[:, days]
    alpha = np.full(len(counts), rules.alpha_prior)
    for _ in range(2):  # the cap of the second pass knows how far the counts usually stray
        shape, rate = discounted(counts, shaped, alpha, past, rules)
        fitted = Baseline(shape=shape, rate=rate, offset=shaped, alpha=alpha, past=past,
                          rules=rules)  # fmt: skip
        alpha = dispersion(counts, fitted, 1, 0)
    shape, rate = discounted(counts, shaped, alpha, past, rules)
    return Baseline(shape=shape, rate=rate, offset=shaped, alpha=alpha, past=past, rules=rules)


def weekday_factors(counts: Floats, offset: Floats, start: int, prior: float) -> Floats:
    """Weekday shape of each series, shape (series, 7), mean 1; index is day number modulo 7.

    Counts are capped at three times their weekday's median first, so that one spike does not
    become a habit; few counts are shrunk towards the mean shape of all series given.
    """
    days = (start + np.arange(counts.shape[1])) % WEEK
    onehot = (days[:, None] == np.arange(WEEK)).astype(np.float64)
    seen = offset > 0
    capped = np.minimum(counts, _weekday_cap(counts, days)) * seen
    level = capped.sum(1) / np.maximum(offset.sum(1), 1e-9)
    expected = (offset @ onehot) * level[:, None]
    pooled = ((capped @ onehot).sum(0) + 2 * prior) / (expected.sum(0) + 2 * prior)
    factors = ((capped @ onehot) + prior * pooled) / (expected + prior)
    return np.asarray(factors / factors.mean(1, keepdims=True), dtype=np.float64)


def discounted(
    counts: Floats, offset: Floats, alpha: Floats, past: int, rules: Rules
) -> tuple[Floats, Floats]:
    """Gamma shape and rate before every day and after the last: two arrays (series, days + 1).

    Starts from half a count at the mean level of the first `past` days. A day without offset
    neither teaches nor forgets; a count far above its expectation teaches only up to the cap.
    """
    series, days = counts.shape
    level = (counts[:, :past].sum(1) + 0.5) / np.maximum(offset[:, :past].sum(1), 1e-9)
    a, b = np.full(series, 0.5), 0.5 / level
    shape, rate = np.empty((series, days + 1)), np.empty((series, days + 1))
    for t in range(days):
        shape[:, t], rate[:, t] = a, b
        mean = a / b * offset[:, t]
        sd = np.sqrt(mean + mean**2 * (alpha + 1 / (a + 0.5)))
        taught = np.minimum(counts[:, t], mean + rules.cap_sd * np.maximum(sd, 0.5))
        seen = offset[:, t] > 0
        a = np.where(seen, rules.discount * a + taught, a)
        b = np.where(seen, rules.discount * b + offset[:, t], b)
    shape[:, days], rate[:, days] = a, b
    return shape, rate


def dispersion(counts: Floats, fitted: Baseline, days: int, lag: int) -> Floats:
    """Excess relative variance of `days`-day sums about their forecasts, shape (series,).

    Forecasts are made `lag` days before the sum begins. For one day without lag that is 1/k; for
    longer sums and lags drift is in it too. Forecast errors of the past give
    a moment estimate per series, winsorised at `cap_sd`; it is shrunk towards the
    precision-weighted mean of all series given, which counts the prior as one of them
    (empirical Bayes).
    """
    rules, past = fitted.rules, fitted.past
    prior = rules.alpha_prior / days
    starts = np.arange(0, max(past - lag - days + 1, 0))
    seen = _rolling(counts, starts + lag, days)
    offset = _rolling(fitted.offset, starts + lag, days)
    shape, rate = fitted.shape[:, starts] + 0.5, fitted.rate[:, starts]
    taught = _rolling((fitted.offset > 0).astype(np.float64), 0 * starts, starts)
    mean = shape / rate * offset * (taught >= rules.burn_in)
    sd = np.sqrt(mean + mean**2 * ((fitted.alpha / days)[:, None] + 1 / shape))
    error = np.where(mean > 0, np.clip(seen - mean, -rules.cap_sd * sd, rules.cap_sd * sd), 0.0)
    weight = (mean**2).sum(1)
    fitted_away = past / max(past - WEEK + 1, 1)  # the weekday shape was made from these errors
    raw = (error**2 * fitted_away - mean - mean**2 / shape).sum(1) / np.maximum(weight, 1e-9)
    noise = 2 * (days + lag) * ((mean + prior * mean**2) ** 2).sum(1)  # overlapping sums tell less
    info = weight**2 / np.maximum(noise, 1e-9)
    own = 1 / rules.alpha_sd**2
    pooled = ((raw * info).sum() + prior * own) / (info.sum() + own)
    shrunk = (raw * info + pooled * own) / (info + own)
    return np.asarray(np.clip(shrunk, 0.005 / days, 4.0), dtype=np.float64)


def surprise(counts: Floats, fitted: Baseline, days: int, level: float) -> Surprise:
    """The last `days` days, at most those held back, against what was learned before.

    `p` is the predictive probability of a count at least as high; `ratio` the observed over the
    expected rate with a beta-prime interval at `level`, both Gammas thinned for overdispersion.
    Where nothing was collected p is 1 and the interval is 0 to infinity.
    """
    at = counts.shape[1] - days
    count, offset = counts[:, at:].sum(1), fitted.offset[:, at:]
    total = offset.sum(1)
    a, b = fitted.shape[:, fitted.past] + 0.5, fitted.rate[:, fitted.past]
    expected = a / b * total
    learned, alpha = excess(counts, fitted, days)
    p = np.where(total > 0, upper_tail(count, expected, alpha + learned), 1.0)
    low, high = ratio_interval(count, alpha, 1 / learned, 0.0, level)
    scale = 1 / learned / np.maximum(expected, 1e-9)
    return Surprise(
        count=count, expected=expected, p=p, ratio=count / np.maximum(expected, 1e-9),
        low=np.where(total > 0, low * scale, 0.0),
        high=np.where(total > 0, high * scale, np.inf),
    )  # fmt: skip


def excess(counts: Floats, fitted: Baseline, days: int) -> tuple[Floats, Floats]:
    """Relative variance of the learned rate, and beyond it of a `days`-day sum: (series,) each.

    The second is at least what independent days would have, and more where past sums strayed
    further from their forecasts.
    """
    at = counts.shape[1] - days
    offset = fitted.offset[:, at:]
    spread = (offset**2).sum(1) / np.maximum(offset.sum(1), 1e-9) ** 2
    memory = (1 - fitted.rules.discount) / (1 + fitted.rules.discount)
    learned = 1 / (fitted.shape[:, fitted.past] + 0.5) + fitted.alpha * memory
    sums = fitted.alpha * spread
    lag = at - fitted.past
    if days + lag > 1:
        sums = np.maximum(sums, dispersion(counts, fitted, days, lag))
    return learned, sums


def upper_tail(count: Floats, expected: Floats, alpha: Floats) -> Floats:
    """P(Y >= count) for Y negative-binomial with that mean and variance mean + alpha mean^2."""
    k = 1 / np.maximum(alpha, 1e-6)
    mean = np.maximum(expected, 1e-9)
    tail = special.betainc(np.maximum(count, 0.5), k, mean / (k + mean))
    return np.asarray(np.where(count > 0, tail, 1.0), dtype=np.float64)


def ratio_interval(
    now: Floats, alpha_now: Floats, before: Floats, alpha_before: Floats | float, level: float
) -> tuple[Floats, Floats]:
    """Interval of (now / before) for two counts whose relative variances exceed Poisson's.

    A count y with relative excess variance alpha is a Gamma of shape y / (1 + alpha y); the
    ratio of two Gammas is beta-prime. Half a count is added to `now`.
    """
    y = now + 0.5
    top = y / (1 + alpha_now * y)
    bottom = before / (1 + alpha_before * before)
    tail = (1 - level) / 2
    scale = (y / top) / (before / bottom)
    low, high = (special.betaincinv(top, bottom, at) for at in (tail, 1 - tail))
    high = high / np.maximum(1 - high, 1e-12) * scale
    return np.where(now > 0, low / (1 - low) * scale, 0.0), np.asarray(high, dtype=np.float64)


def _rolling(
    values: Floats, starts: npt.NDArray[np.int64], days: int | npt.NDArray[np.int64]
) -> Floats:
    total = np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)
    return np.asarray(total[:, starts + days] - total[:, starts], dtype=np.float64)


def _weekday_cap(counts: Floats, days: npt.NDArray[np.int64]) -> Floats:
    cap = np.empty_like(counts)
    for weekday in range(WEEK):
        on = days == weekday
        if on.any():
            cap[:, on] = 3 * (np.median(counts[:, on], axis=1, keepdims=True) + 1)
    return cap
