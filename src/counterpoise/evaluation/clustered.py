"""Intervals that respect that the rows of a case, and the cases of a shock, hang together: a bootstrap over clusters.

Clusters are drawn with replacement and all their rows come along (Cameron, Gelbach & Miller 2008,
doi:10.1162/rest.90.3.414). With some twenty cases such intervals are wide, and that is the truth about them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Estimate", "cluster_bootstrap"]

F64 = NDArray[np.float64]


class Estimate(NamedTuple):
    """A figure with its interval over clusters."""

    value: float
    low: float
    high: float
    n_clusters: int


def cluster_bootstrap(
    clusters: Sequence[str],
    statistic: Callable[[NDArray[np.intp]], float],
    *,
    seed: int = 1,
    n_resamples: int = 2_000,
    level: float = 0.90,
) -> Estimate:
    """Bootstrap a statistic over clusters of rows.

    Parameters
    ----------
    clusters : sequence of str, length n_rows
        Cluster of each row.
    statistic : callable
        Takes positions of rows (a row stands as often as it was drawn) and returns a number, nan where it is not defined.

    Returns
    -------
    Estimate
        Value on all rows, percentile interval over the resamples in which it was defined.
    """
    names = sorted(set(clusters))
    where = {
        name: np.array([i for i, c in enumerate(clusters) if c == name], dtype=np.intp) for name in names
    }
    value = statistic(np.arange(len(clusters)))
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(n_resamples):
        pick = rng.integers(0, len(names), len(names))
        found.append(statistic(np.concatenate([where[names[i]] for i in pick])))
    kept = np.array(found)[~np.isnan(found)]
    if len(kept) < n_resamples / 2:
        return Estimate(value, float("nan"), float("nan"), len(names))
    low, high = np.quantile(kept, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(value, float(low), float(high), len(names))
