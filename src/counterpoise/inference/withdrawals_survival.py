"""Small survival tools for matched sets: weighted risk with delayed entry, stratified likelihood, exact limits.

Time is in days from a clock; a unit is at risk on (entry, exit]. Everything is numpy: no unit, event or set is
special here.

References
----------
Kaplan & Meier (1958), Nonparametric estimation from incomplete observations, JASA 53; with delayed entry: Tsai, Jewell &
Wang (1987), A note on the product-limit estimator under right censoring and left truncation, Biometrika 74(4).
Cox (1972), Regression models and life-tables, JRSS B 34(2); ties as in Breslow (1974), Biometrics 30(1).
Clopper & Pearson (1934), The use of confidence or fiducial limits, Biometrika 26(4).
"""

from __future__ import annotations

from functools import lru_cache
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["BETA", "binomial_limits", "log_likelihood", "posterior_summary", "weighted_risk"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

#: Grid of log hazard ratios on which the posterior is computed.
BETA: Final[Floats] = np.linspace(-6.0, 6.0, 601)


def weighted_risk(
    entry: Floats, exit_: Floats, event: Bools, weight: Floats, horizons: tuple[int, ...]
) -> Floats:
    """Return the risk of an event by each horizon, one minus the product-limit estimate.

    Parameters
    ----------
    entry, exit_, weight : ndarray of shape (unit,)
        Days of entry and exit; how often a unit counts.
    event : ndarray of bool, shape (unit,)
        Whether the exit is an event.
    horizons : tuple of int
        Days.

    Returns
    -------
    ndarray of shape (horizon,)
        NaN where nobody is ever at risk.
    """
    if not np.any(weight > 0):
        return np.full(len(horizons), np.nan)
    days = np.unique(exit_[event & (weight > 0)])
    at_risk = ((entry[None, :] < days[:, None]) & (exit_[None, :] >= days[:, None])) @ weight
    fell = ((exit_[None, :] == days[:, None]) & event[None, :]) @ weight
    share = np.divide(fell, at_risk, out=np.zeros_like(fell), where=at_risk > 0)
    surviving = np.concatenate(([1.0], np.cumprod(1.0 - share)))
    found: Floats = 1.0 - surviving[np.searchsorted(days, np.asarray(horizons), side="right")]
    return found


def log_likelihood(entry: Floats, exit_: Floats, event: Bools, gone: Bools, strata: Ints) -> Floats:
    """Return the log partial likelihood of each stratum on the grid of log hazard ratios.

    Parameters
    ----------
    entry, exit_ : ndarray of shape (unit,)
        Days.
    event, gone : ndarray of bool, shape (unit,)
        Whether the exit is an event; whether the unit lost its support.
    strata : ndarray of int, shape (unit,)
        Number of the matched set, from zero.

    Returns
    -------
    ndarray of shape (stratum, grid)
        Zero for a stratum whose events say nothing.
    """
    found = np.zeros((int(strata.max()) + 1, BETA.size))
    for unit in np.flatnonzero(event):
        risk = (strata == strata[unit]) & (entry < exit_[unit]) & (exit_ >= exit_[unit])
        n_gone, n_on = int(np.sum(risk & gone)), int(np.sum(risk & ~gone))
        if n_gone and n_on:
            found[strata[unit]] += BETA * float(gone[unit]) - np.log(n_gone * np.exp(BETA) + n_on)
    return found


def posterior_summary(densities: Floats) -> tuple[float, float, float]:
    """Return mean and 95 % interval of a mixture of posteriors on the grid.

    Parameters
    ----------
    densities : ndarray of shape (draw, grid)
        Log posterior, up to a constant, of each draw; the draws are mixed with equal weight (bagging).
    """
    weights = np.exp(densities - densities.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    mixed = weights.mean(axis=0)
    reached = np.cumsum(mixed)
    low, high = (float(BETA[np.searchsorted(reached, q)]) for q in (0.025, 0.975))
    return float(mixed @ BETA), low, high


def _tail(successes: int, n: int, p: float) -> float:
    """Return the probability of at least so many successes."""
    return sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(successes, n + 1))


def _root(successes: int, n: int, target: float) -> float:
    """Return the p at which at least so many successes have the target probability."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _tail(successes, n, middle) < target else (low, middle)
    return (low + high) / 2


@lru_cache(maxsize=4096)
def binomial_limits(successes: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact limits of Clopper and Pearson for a share; (0, 1) where n is zero."""
    alpha = (1 - level) / 2
    low = 0.0 if successes == 0 else _root(successes, n, alpha)
    high = 1.0 if successes == n else _root(successes + 1, n, 1 - alpha)
    return low, high
