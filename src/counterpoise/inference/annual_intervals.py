"""Intervals for rates from few events: Jeffreys, and the bootstrap clustered by country.

A rate is Σ events / Σ exposure. Years of one war are not independent draws, so the interval that counts
resamples whole countries; where the events come from too few countries for that, the Jeffreys interval of a
proportion is used instead.

Weakest assumption: countries are exchangeable (one shock may hit several: the Soviet exit). What it does not
do: correct the percentile bootstrap, which is too short for fewer than about ten countries with events.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["beta_cdf", "beta_quantile", "cluster_interval", "jeffreys_interval", "resample_clusters"]

DRAWS = 4_000
SEED = 20_210_709


def beta_cdf(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b).

    Continued fraction by the modified Lentz method.

    References
    ----------
    Press, Teukolsky, Vetterling & Flannery (2007), Numerical Recipes, 3rd edition, section 6.4.
    """
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - beta_cdf(1.0 - x, b, a)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    tiny, c, d = 1e-300, 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d or tiny)
    h = d
    for m in range(1, 500):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d = 1.0 / ((1.0 + step * d) or tiny)
            c = (1.0 + step / c) or tiny
            h *= c * d
        if abs(c * d - 1.0) < 1e-14:
            break
    return front * h / a


def beta_quantile(p: float, a: float, b: float) -> float:
    """Return the p-quantile of a beta distribution, by bisection to 1e-12."""
    low, high = 0.0, 1.0
    while high - low > 1e-12:
        mid = 0.5 * (low + high)
        low, high = (mid, high) if beta_cdf(mid, a, b) < p else (low, mid)
    return 0.5 * (low + high)


def jeffreys_interval(events: int, n: int, level: float = 0.9) -> tuple[float, float]:
    """Return the equal-tailed Jeffreys interval of a proportion.

    The prior is Beta(1/2, 1/2); with no event the lower end is 0, with no survivor the upper end is 1.

    References
    ----------
    Brown, Cai & DasGupta (2001), Interval estimation for a binomial proportion. doi:10.1214/ss/1009213286
    """
    if not 0 <= events <= n or n == 0:
        raise ValueError(f"expected 0 <= events <= n and n > 0, got events={events}, n={n}")
    tail = 0.5 * (1.0 - level)
    low = 0.0 if events == 0 else beta_quantile(tail, events + 0.5, n - events + 0.5)
    high = 1.0 if events == n else beta_quantile(1.0 - tail, events + 0.5, n - events + 0.5)
    return low, high


def resample_clusters(
    statistic: Callable[[NDArray[np.float64]], float],
    clusters: ArrayLike,
    level: float = 0.9,
    draws: int = DRAWS,
    seed: int = SEED,
) -> tuple[float, float]:
    """Return the percentile interval of a statistic when whole clusters are drawn with replacement.

    Parameters
    ----------
    statistic : callable
        Takes one weight per row (how often its cluster was drawn) and returns a number; NaN draws are left
        out. clusters : array_like of int, shape (n_rows,) Cluster of each row. level : float Coverage of the
        interval [probability]. draws, seed : int Number of bootstrap samples and their seed.

    References
    ----------
    Cameron, Gelbach & Miller (2008), Bootstrap-based improvements for inference with clustered errors.
    doi:10.1162/rest.90.3.414
    """
    _, index = np.unique(np.asarray(clusters), return_inverse=True)
    n = int(index.max()) + 1
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(n, np.full(n, 1.0 / n), size=draws).astype(np.float64)
    values = np.array([statistic(weights[index]) for weights in counts])
    tail = 50.0 * (1.0 - level)
    low, high = np.nanpercentile(values, [tail, 100.0 - tail])
    return float(low), float(high)


def cluster_interval(
    events: ArrayLike,
    exposure: ArrayLike,
    clusters: ArrayLike,
    level: float = 0.9,
    draws: int = DRAWS,
    seed: int = SEED,
) -> tuple[float, float]:
    """Return the interval of Σ events / Σ exposure when whole countries are resampled.

    Parameters
    ----------
    events, exposure : array_like, shape (n_rows,)
        Events and time at risk of each row.
    clusters : array_like of int, shape (n_rows,)
        Country of each row.
    level : float
        Coverage of the interval [probability].
    draws, seed : int
        As in `resample_clusters`.
    """
    e, x = np.asarray(events, dtype=np.float64), np.asarray(exposure, dtype=np.float64)
    return resample_clusters(lambda w: float((w @ e) / (w @ x)), clusters, level, draws, seed)
