"""Designs of experiments: which values of the uncertainties a sweep tries.

A design is a set of points in the unit cube; each coordinate becomes a value by the quantile function of its uncertainty.

    lhs        Latin hypercube (McKay, Beckman & Conover 1979, doi:10.1080/00401706.1979.10489755): n points
    sobol      scrambled Sobol points (Owen 1998, doi:10.1006/jcom.1998.0487): n points, a power of two
    saltelli   points A, B and A with one column of B, for Sobol indices (Saltelli et al. 2010,
               doi:10.1016/j.cpc.2009.09.018): n (d + 2) points, n a power of two

Weakest assumption: uncertainties are varied independently; in a posterior they are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.parameters import Joint, ParameterSpec, _beta_quantile
from counterpoise.errors import InputError, nearest
from counterpoise.streams import stream_key

__all__ = ["DESIGNS", "Design", "Varied", "centre", "unit_points"]

F64 = NDArray[np.float64]
Design = Literal["lhs", "sobol", "saltelli"]
DESIGNS: tuple[Design, ...] = ("lhs", "sobol", "saltelli")
#: Coordinates stay this far from 0 and 1, where a normal law has no quantile.
EDGE = 1e-6


@dataclass(frozen=True)
class Varied:
    """An uncertainty of a sweep.

    Parameters
    ----------
    spec : ParameterSpec
    span : tuple of float, optional
        Varied evenly between these; left out: by its own law.
    sample : ndarray, optional
        Draws of a posterior, where its law is one.
    """

    spec: ParameterSpec
    span: tuple[float, float] | None = None
    sample: F64 | None = None

    def values(self, u: F64) -> F64:
        """Turn coordinates in (0, 1) into values."""
        u = np.clip(u, EDGE, 1.0 - EDGE)
        spec = self.spec
        if self.span is not None:
            low, high = self.span
            return np.asarray(low + (high - low) * u)
        if self.sample is not None:
            return np.asarray(np.quantile(self.sample, u))
        if spec.shape == "uniform":
            return np.asarray(spec.mean + spec.sd * (2.0 * u - 1.0))
        if spec.shape == "beta":
            return np.array([_beta_quantile(float(x), spec.mean, spec.sd) for x in u])
        z = np.array([NormalDist().inv_cdf(float(x)) for x in u])
        if spec.shape == "lognormal":
            return np.asarray(spec.mean * np.exp(spec.sd * z))
        return np.asarray(spec.mean + spec.sd * z)


def centre(spec: ParameterSpec, joint: Joint | None) -> float:
    """Value of a parameter that is not varied: its median, or the mean of its posterior draws."""
    if spec.shape == "posterior" and joint is not None:
        return float(joint.values[:, joint.names.index(spec.name)].mean())
    return spec.mean


def unit_points(design: str, n: int, d: int, seed: int) -> F64:
    """Return the points of a design, shape (n_points, d).

    Raises
    ------
    InputError
        For an unknown design, no points, or a number that the design does not take.
    """
    from scipy.stats import qmc

    if design not in DESIGNS:
        raise InputError.at(
            "design", f"unknown '{design}'", f"one of {', '.join(DESIGNS)}", nearest(design, DESIGNS)
        )
    if n < 2:
        raise InputError.at("points", f"expected at least 2, got {n}", "64 or more show a shape")
    rng = np.random.default_rng(int(stream_key(seed, f"design:{design}")))
    if design == "lhs":
        return np.asarray(qmc.LatinHypercube(d, rng=rng).random(n))
    if n & (n - 1):
        below = 1 << (n.bit_length() - 1)
        raise InputError.at(
            "points", f"a {design} design takes a power of two, got {n}", f"choose {below} or {2 * below}"
        )
    power = n.bit_length() - 1
    if design == "sobol":
        return np.asarray(qmc.Sobol(d, rng=rng).random_base2(power))
    both = np.asarray(qmc.Sobol(2 * d, rng=rng).random_base2(power))
    a, b = both[:, :d], both[:, d:]
    mixed = []
    for i in range(d):
        one = a.copy()
        one[:, i] = b[:, i]
        mixed.append(one)
    return np.concatenate([a, b, *mixed])
