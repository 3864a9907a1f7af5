"""Laplace's approximation: the mode of the log posterior and a law with its curvature, corrected by importance weights.

    theta ~ split t_15(mode, H^-1)       weight = p(theta | cases) / density of the proposal, smoothed as in PSIS

The proposal is stretched to either side of each principal axis of the curvature until it is as wide as the posterior there (a
split t law), because posteriors of spreads and rates are skew. Weakest assumption: one mode. The Pareto k of the weights says
when the proposal is too far from the posterior (above .7).

References
----------
Geweke (1989), Bayesian inference in econometric models using Monte Carlo integration, doi:10.2307/1913710.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from counterpoise.errors import NumericalFault
from counterpoise.inference.target import Target

__all__ = ["Mode", "climb", "find_mode", "normal_draws", "proposals", "stretches"]

F64 = NDArray[np.float64]
#: Degrees of freedom of the proposals: tails heavier than those of a posterior with normal priors.
DEGREES = 15.0
#: Where the posterior is probed on each axis [standard deviations], and the widest stretch.
PROBES, WIDEST = (1.0, 2.0), 3.0


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
    joint: bool = False,
) -> tuple[F64, float, int]:
    """Climb to the mode by BFGS from `start`, whose curvature preconditions the steps; return it, its height and the steps.

    Raises
    ------
    NumericalFault
        If the log posterior is not finite there.
    """
    effects = len(target.replays) if joint else 0
    n = len(target.names) + effects
    weights = np.ones(len(target.replays)) if weights is None else weights
    centre = np.append(target.start(), np.zeros(effects)) if start is None else start.theta
    slope = target.joint_value_and_grad if joint else target.value_and_grad
    root = np.linalg.cholesky(start.covariance) if start is not None else np.eye(n)
    count = 0

    def down(z: F64) -> tuple[float, F64]:
        nonlocal count
        count += 1
        if tell:
            tell("climb to the mode", count, 0)
        value, gradient = slope(centre + root @ z, weights)
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
    joint: bool = False,
) -> Mode:
    """Climb to the mode and measure the curvature there.

    Parameters
    ----------
    joint : bool
        Mode of the parameters together with the effects u of the cases, in units of their spread, behind them: much cheaper, and
        what whitens NUTS. Its spread of u is not that of the posterior.

    Raises
    ------
    NumericalFault
        If the log posterior or its curvature is not finite at the mode.
    """
    weights = np.ones(len(target.replays)) if weights is None else weights
    theta, height, count = climb(target, weights, start, tell, joint)
    n = len(theta)
    curvature = target.joint_hessian_column if joint else target.hessian_column
    hessian = np.empty((n, n))
    for j in range(n):
        if tell:
            tell("measure the curvature", j, n)
        hessian[:, j] = curvature(theta, weights, np.eye(n)[j])
    precision = -(hessian + hessian.T) / 2.0
    if not np.isfinite(precision).all():
        raise NumericalFault(f"fit {target.spec.name} | the log posterior is not finite at its mode")
    values, vectors = np.linalg.eigh(precision)
    # A flat or rising direction is given the spread of the weakest prior.
    covariance = (vectors / np.maximum(values, 1.0 / 9.0)) @ vectors.T
    return Mode(theta, covariance, height, count)


def _axes(mode: Mode) -> F64:
    """Principal axes of the curvature, each as long as one standard deviation, shape (n_fitted, n_fitted), one a column."""
    values, vectors = np.linalg.eigh(mode.covariance)
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


def stretches(target: Target, mode: Mode, weights: F64) -> F64:
    """How much wider than the curvature says the posterior is below and above the mode on each axis, shape (2, n_fitted)."""
    axes = _axes(mode)
    top = float(target.value_and_grad(mode.theta, weights)[0])
    out = np.ones((2, len(mode.theta)))
    for j in range(len(mode.theta)):
        for side, sign in enumerate((-1.0, 1.0)):
            for far in PROBES:
                here = float(target.value_and_grad(mode.theta + sign * far * axes[:, j], weights)[0])
                drop = max(top - here, 1e-3) if np.isfinite(here) else np.inf
                out[side, j] = max(out[side, j], far / np.sqrt(2.0 * drop))
    return np.minimum(out, WIDEST)


def normal_draws(mode: Mode, n: int, seed: int) -> F64:
    """Draw from the normal law at the mode, shape (n, n_fitted)."""
    z = np.random.default_rng(np.random.PCG64(seed)).standard_normal((n, len(mode.theta)))
    return np.asarray(mode.theta + z @ _axes(mode).T)


def proposals(mode: Mode, n: int, seed: int, stretch: F64 | None = None) -> tuple[F64, F64]:
    """Draw from a split multivariate t around the mode; return draws (n, d) and their log densities up to a constant."""
    rng = np.random.default_rng(np.random.PCG64(seed))
    d = len(mode.theta)
    low, high = np.ones((2, d)) if stretch is None else stretch
    y = np.abs(rng.standard_normal((n, d))) * np.sqrt(DEGREES / rng.chisquare(DEGREES, n))[:, None]
    # Each side is taken in proportion to its width, which makes the density continuous at the mode.
    x = np.where(rng.random((n, d)) * (low + high) < low, -low * y, high * y)
    log_density = -0.5 * (DEGREES + d) * np.log1p((y**2).sum(1) / DEGREES)
    return mode.theta + x @ _axes(mode).T, log_density
