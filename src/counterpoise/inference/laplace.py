"""Laplace's approximation: the mode of the log posterior and a normal law with its curvature, corrected by importance weights.

    theta ~ t_15(mode, H^-1)       weight = p(theta | cases) / t_15(theta), smoothed as in PSIS

Weakest assumption: one mode. The Pareto k of the weights says when the normal law is too far from the posterior (above .7).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from counterpoise.errors import NumericalFault
from counterpoise.inference.target import Target

__all__ = ["Mode", "climb", "find_mode", "proposals"]

F64 = NDArray[np.float64]
#: Degrees of freedom of the proposals: tails heavier than those of a posterior with normal priors.
DEGREES = 15.0


@dataclass(frozen=True)
class Mode:
    """Mode and curvature of a log posterior.

    Parameters
    ----------
    theta : ndarray, shape (n_fitted,)
    covariance : ndarray, shape (n_fitted, n_fitted)
        Inverse of the negative Hessian.
    """

    theta: F64
    covariance: F64
    log_posterior: float
    steps: int


def climb(
    target: Target,
    weights: F64 | None = None,
    start: Mode | None = None,
    tell: Callable[[str, int, int], None] | None = None,
) -> tuple[F64, float, int]:
    """Climb to the mode by BFGS from `start`, whose curvature preconditions the steps; return it, its height and the steps.

    Raises
    ------
    NumericalFault
        If the log posterior is not finite there.
    """
    n = len(target.names)
    weights = np.ones(len(target.replays)) if weights is None else weights
    centre = target.start() if start is None else start.theta
    root = np.linalg.cholesky(start.covariance) if start is not None else np.eye(n)
    count = 0

    def down(z: F64) -> tuple[float, F64]:
        nonlocal count
        count += 1
        if tell:
            tell("climb to the mode", count, 0)
        value, gradient = target.value_and_grad(centre + root @ z, weights)
        value, gradient = float(value), np.asarray(gradient)
        if not np.isfinite(value) or not np.isfinite(gradient).all():
            return 1e12, np.zeros(n)
        return -value, -(root.T @ gradient)

    found = minimize(down, np.zeros(n), jac=True, method="BFGS", options={"gtol": 0.02, "maxiter": 300})
    if found.fun >= 1e12:
        raise NumericalFault(f"fit {target.spec.name} | the log posterior is not finite at its mode")
    return centre + root @ found.x, -float(found.fun), count


def find_mode(
    target: Target,
    weights: F64 | None = None,
    start: Mode | None = None,
    tell: Callable[[str, int, int], None] | None = None,
) -> Mode:
    """Climb to the mode and measure the curvature there.

    Raises
    ------
    NumericalFault
        If the log posterior or its curvature is not finite at the mode.
    """
    n = len(target.names)
    weights = np.ones(len(target.replays)) if weights is None else weights
    theta, height, count = climb(target, weights, start, tell)
    hessian = np.empty((n, n))
    for j in range(n):
        if tell:
            tell("measure the curvature", j, n)
        hessian[:, j] = target.hessian_column(theta, weights, np.eye(n)[j])
    precision = -(hessian + hessian.T) / 2.0
    if not np.isfinite(precision).all():
        raise NumericalFault(f"fit {target.spec.name} | the log posterior is not finite at its mode")
    values, vectors = np.linalg.eigh(precision)
    # A flat or rising direction is given the spread of the weakest prior.
    covariance = (vectors / np.maximum(values, 1.0 / 9.0)) @ vectors.T
    return Mode(theta, covariance, height, count)


def proposals(mode: Mode, n: int, seed: int) -> tuple[F64, F64]:
    """Draw from a multivariate t around the mode; return draws (n, d) and their log densities up to a constant."""
    rng = np.random.default_rng(np.random.PCG64(seed))
    d = len(mode.theta)
    z = rng.standard_normal((n, d))
    scale = np.sqrt(DEGREES / rng.chisquare(DEGREES, n))
    x = z * scale[:, None]
    log_density = -0.5 * (DEGREES + d) * np.log1p((x**2).sum(1) / DEGREES)
    return mode.theta + x @ np.linalg.cholesky(mode.covariance).T, log_density
