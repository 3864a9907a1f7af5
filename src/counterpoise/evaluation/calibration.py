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

__all__ = ["Bin", "Calibration", "calibrate", "fit_logistic", "logit", "reliability"]

F64 = NDArray[np.float64]
_EDGE = 0.005
_RIDGE = 1e-4


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


def logit(p: F64) -> F64:
    """Return log odds; a forecast of 0 or 1 counts as one near it."""
    kept = np.clip(p, _EDGE, 1.0 - _EDGE)
    return np.asarray(np.log(kept / (1.0 - kept)))


def fit_logistic(x: F64, y: F64, weight: F64, free: NDArray[np.bool_], start: F64, ridge: float) -> F64:
    """Fit weighted logistic coefficients by Newton's steps, drawn towards where they start.

    Parameters
    ----------
    x : ndarray, shape (n_rows, n_coefficients)
    free : ndarray of bool, shape (n_coefficients,)
        What is fitted; the others stay at their start.
    ridge : float
        Penalty on the squared distance from the start; 1/2 is a normal law of variance one.
    """
    b = start.copy()
    for _ in range(40):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ b, -30.0, 30.0)))
        gradient = (x.T @ (weight * (p - y)) + 2 * ridge * (b - start))[free]
        curvature = (x.T * (weight * p * (1.0 - p))) @ x + 2 * ridge * np.eye(len(b))
        # Steps are kept short: far out the curvature vanishes before the gradient does.
        step = np.clip(np.linalg.solve(curvature[np.ix_(free, free)], gradient), -1.0, 1.0)
        b[free] -= step
        if np.abs(step).max() < 1e-8:
            break
    return b


def _fit(z: F64, y: F64, w: F64, slope_too: bool) -> F64:
    """Weighted maximum likelihood of (intercept, slope); a faint ridge gives separated samples an answer."""
    x = np.stack([np.ones_like(z), z], axis=1)
    return fit_logistic(x, y, w / w.sum(), np.array([True, slope_too]), np.array([0.0, 1.0]), _RIDGE)


def calibrate(
    p: ArrayLike, y: ArrayLike, weight: ArrayLike, clusters: Sequence[str], seed: int = 1
) -> Calibration:
    """Fit slope and intercept, with bootstrap intervals over clusters."""
    z, happened, w = (
        logit(np.asarray(p, dtype=float)),
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
