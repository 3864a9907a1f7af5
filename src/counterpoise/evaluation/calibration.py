"""Are the probabilities as often right as they say? Slope, intercept, and reliability in bins.

    logit P(fall) = a + b logit(p);  calibration in the large: a with b = 1;  both weighted by case
    (Cox 1958, doi:10.1093/biomet/45.3-4.562)

Slope 1 and intercept 0 are perfect; a slope below 1 means that forecasts are too far out.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from counterpoise.evaluation.clustered import Estimate, cluster_bootstrap

__all__ = ["Bin", "Calibration", "calibrate", "reliability"]

F64 = NDArray[np.float64]
_EDGE = 0.005


class Calibration(NamedTuple):
    """Slope and intercept with their intervals over cases."""

    slope: Estimate
    intercept: Estimate


class Bin(NamedTuple):
    """A bin of forecasts: their mean, how often it happened, how many rows and cases."""

    low: float
    high: float
    mean_p: float
    share: float
    n_rows: int
    n_cases: int


def _logit(p: F64) -> F64:
    kept = np.clip(p, _EDGE, 1.0 - _EDGE)
    return np.asarray(np.log(kept / (1.0 - kept)))


def _fit(z: F64, y: F64, w: F64, slope_too: bool) -> F64:
    """Weighted maximum likelihood of (intercept, slope), with a faint ridge so that separated samples have an answer."""
    from scipy.optimize import minimize

    def loss(b: F64) -> float:
        eta = b[0] + (b[1] if slope_too else 1.0) * z
        return float(
            (w * (np.logaddexp(0.0, eta) - y * eta)).sum() / w.sum() + 1e-4 * ((b - start) ** 2).sum()
        )

    start = np.array([0.0, 1.0])
    return np.asarray(minimize(loss, start, method="BFGS").x)


def calibrate(
    p: ArrayLike, y: ArrayLike, weight: ArrayLike, clusters: Sequence[str], seed: int = 1
) -> Calibration:
    """Fit slope and intercept, with bootstrap intervals over clusters."""
    z, happened, w = (
        _logit(np.asarray(p, dtype=float)),
        np.asarray(y, dtype=float),
        np.asarray(weight, dtype=float),
    )

    def of(which: int, slope_too: bool) -> Estimate:
        def statistic(rows: NDArray[np.intp]) -> float:
            if happened[rows].min() == happened[rows].max():
                return float("nan")
            return float(_fit(z[rows], happened[rows], w[rows], slope_too)[which])

        return cluster_bootstrap(clusters, statistic, seed=seed, n_resamples=400)

    return Calibration(of(1, True), of(0, False))


def reliability(
    p: ArrayLike,
    y: ArrayLike,
    clusters: Sequence[str],
    edges: Sequence[float] = (0, 0.1, 0.2, 0.35, 0.5, 0.7, 1),
) -> tuple[Bin, ...]:
    """Share that happened by bin of forecast; empty bins are left out."""
    q, happened, out = np.asarray(p, dtype=float), np.asarray(y, dtype=float), []
    for low, high in pairwise(edges):
        here = np.flatnonzero((q >= low) & ((q < high) | (high == edges[-1])))
        if len(here):
            cases = len({clusters[int(i)] for i in here})
            out.append(Bin(low, high, float(q[here].mean()), float(happened[here].mean()), len(here), cases))
    return tuple(out)
