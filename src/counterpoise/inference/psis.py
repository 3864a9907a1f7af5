"""Pareto-smoothed importance sampling: weights that say themselves when they cannot be trusted.

The largest weights are replaced by the quantiles of a generalised Pareto law fitted to them; its shape k is the
diagnosis: below .7 the weighted mean is reliable, above it is not.

References
----------
Vehtari, Simpson, Gelman, Yao & Gabry (2024), Pareto smoothed importance sampling, JMLR 25(72). Zhang & Stephens (2009),
doi:10.1198/tech.2009.08017.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["GOOD_K", "psis", "resample"]

F64 = NDArray[np.float64]
#: Above this the weights are not to be trusted.
GOOD_K = 0.7


def psis(log_ratios: F64) -> tuple[F64, float]:
    """Smooth importance ratios; return weights that sum to 1, shape (n,), and Pareto k."""
    x = log_ratios - log_ratios.max()
    n = len(x)
    tail = int(min(n / 5, 3 * np.sqrt(n)))
    order = np.argsort(x, kind="stable")
    cut = x[order[-tail - 1]]
    k = np.inf
    if tail >= 5 and x[order[-1]] - cut > 1e-12:
        above = np.exp(x[order[-tail:]]) - np.exp(cut)
        if above[int(tail / 4 + 0.5) - 1] <= 0.0:
            # A few draws outweigh the others beyond what floats hold: nothing to fit, and nothing to trust.
            weight = np.exp(x)
            return weight / weight.sum(), float(np.inf)
        k, sigma = _pareto(above)
        at = (np.arange(tail) + 0.5) / tail
        quantile = sigma * (-np.log1p(-at) if abs(k) < 1e-8 else np.expm1(-k * np.log1p(-at)) / k)
        x = x.copy()
        x[order[-tail:]] = np.minimum(np.log(quantile + np.exp(cut)), 0.0)
    elif tail >= 5:
        k = -np.inf
    weight = np.exp(x - x.max())
    return weight / weight.sum(), float(k)


def _pareto(x: F64) -> tuple[float, float]:
    """Fit a generalised Pareto law to sorted exceedances (Zhang & Stephens 2009), with a weak prior on k."""
    n = len(x)
    m = 30 + int(np.sqrt(n))
    b = 1.0 / x[-1] + (1.0 - np.sqrt(m / (np.arange(1, m + 1) - 0.5))) / (3.0 * x[int(n / 4 + 0.5) - 1])
    k = np.log1p(-b[:, None] * x).mean(1)
    log_likelihood = n * (np.log(-b / k) - k - 1.0)
    weight = 1.0 / np.exp(log_likelihood - log_likelihood[:, None]).sum(1)
    best = float((b * weight).sum() / weight.sum())
    shape = float(np.log1p(-best * x).mean())
    return (shape * n + 0.5 * 10.0) / (n + 10.0), -shape / best


def resample(weights: F64, n: int, seed: int) -> NDArray[np.int64]:
    """Pick n rows in proportion to their weights (systematic), in a mixed order."""
    rng = np.random.default_rng(np.random.PCG64(seed))
    edge = np.cumsum(weights) / weights.sum()
    rows = np.searchsorted(edge, (np.arange(n) + rng.random()) / n)
    return rng.permutation(np.minimum(rows, len(weights) - 1))
