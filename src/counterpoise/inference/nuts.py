"""The no-U-turn sampler on the log posterior, whitened by the curvature at the mode.

theta = mode + R z, R the Cholesky root of the curvature's inverse; z is sampled. So few warm-up steps are enough,
and trajectories stay short.

References
----------
Hoffman & Gelman (2014), The No-U-Turn Sampler, JMLR 15; Phan, Pradhan & Jankowiak (2019), NumPyro, arXiv:1912.11554.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from counterpoise.errors import InputError
from counterpoise.inference.diagnose import effective_size, split_r_hat
from counterpoise.inference.laplace import Mode
from counterpoise.inference.likelihood import jax
from counterpoise.inference.target import Target

__all__ = ["Sampled", "Sampler", "run_nuts"]

F64 = NDArray[np.float64]
WARM_UP = 200
CHAINS = 2
#: Draws between two reports of progress.
BLOCK = 25


@dataclass(frozen=True)
class Sampled:
    """Chains with what the sampler said of itself."""

    chains: F64
    summary: Mapping[str, Any]


@dataclass(frozen=True)
class Sampler:
    """A compiled sampler for one target; chains differ by start, key and weights of the cases.

    Parameters
    ----------
    mode : Mode
        Joint mode of the parameters and the effects of the cases, whose curvature whitens them.
    """

    target: Target
    mode: Mode
    warm_up: int = WARM_UP

    @cached_property
    def _kernel(self) -> tuple[Any, Any]:
        """The kernel's start and its compiled step; the weights of the cases are an argument of both."""
        try:
            from numpyro.infer.hmc import hmc
        except ImportError as err:
            raise InputError.at(
                "fit", "needs NumPyro, which is not installed", "pip install 'counterpoise[fit]'"
            ) from err
        root, centre = np.linalg.cholesky(self.mode.covariance), self.mode.theta
        joint = self.target._joint
        _ = self.target.joint  # Its arrays must be made outside of a trace.

        # Compiled by itself: the sampler takes its first gradient outside of the compiled step.
        potential = jax.jit(lambda z, weights: -joint(centre + root @ z, weights))

        def potential_of(weights: Any) -> Any:
            return lambda z: potential(z, weights)

        begin, step = hmc(potential_fn_gen=potential_of, algo="NUTS")
        return begin, jax.jit(step)

    def _begin(self, key: Any, weights: F64) -> Any:
        """State of a chain before its first step."""
        key, other = jax.random.split(key)
        start = 0.1 * jax.random.normal(other, (len(self.mode.theta),))
        begin, _ = self._kernel
        return begin(start, self.warm_up, step_size=0.3, max_tree_depth=6, model_args=(weights,), rng_key=key)

    def compile(self, weights: F64) -> None:
        """Compile the step."""
        self._kernel[1](self._begin(jax.random.PRNGKey(0), weights), (weights,))

    def chain(self, key: Any, weights: F64, kept: int, tell: Callable[[int], None]) -> _Chain:
        """Run one chain."""
        _, step = self._kernel
        n = len(self.target.names)
        state = self._begin(key, weights)
        rows, diverging, accepted, leaps = [], 0, 0.0, 0
        for i in range(self.warm_up + kept):
            state = step(state, (weights,))
            if i % BLOCK == 0:
                tell(i)
            if i >= self.warm_up:
                rows.append(np.asarray(state.z))
                diverging += int(state.diverging)
                accepted += float(state.accept_prob)
                leaps += int(state.num_steps)
        root = np.linalg.cholesky(self.mode.covariance)
        theta = (self.mode.theta + np.stack(rows) @ root.T)[:, :n]
        return _Chain(theta, diverging, accepted / kept, leaps / kept)


@dataclass(frozen=True)
class _Chain:
    """Draws of one chain on the whole line, shape (n_draws, n_fitted), and what the sampler said of itself."""

    theta: F64
    diverging: int
    accepted: float
    leaps: float


def run_nuts(
    sampler: Sampler,
    *,
    seed: int,
    kept: int,
    weights: F64 | None = None,
    tell: Callable[[str, int, int], None] = lambda *_: None,
) -> tuple[F64, Sampled]:
    """Sample two chains side by side; return draws on the whole line, shape (kept, n_fitted), and the chains."""
    target = sampler.target
    weights = np.ones(len(target.replays)) if weights is None else weights
    each = -(-kept // CHAINS)
    done = [0] * CHAINS
    total = CHAINS * (sampler.warm_up + each)

    def one(chain: int) -> _Chain:
        def told(i: int) -> None:
            done[chain] = i
            tell("sample", sum(done), total)

        key = jax.random.fold_in(jax.random.PRNGKey(seed), chain)
        return sampler.chain(key, weights, each, told)

    # The kernel is compiled once, before the threads share it.
    sampler.compile(weights)
    with ThreadPoolExecutor(CHAINS) as pool:
        found = list(pool.map(one, range(CHAINS)))
    chains = np.stack([f.theta for f in found])
    seen = np.asarray(target.natural(chains))
    columns = range(chains.shape[2])
    summary = {
        "chains": CHAINS,
        "warm_up": sampler.warm_up,
        "divergences": sum(f.diverging for f in found),
        "accepted": round(float(np.mean([f.accepted for f in found])), 3),
        "leapfrogs": round(float(np.mean([f.leaps for f in found])), 1),
        "worst_r_hat": round(max(split_r_hat(seen[:, :, j]) for j in columns), 4),
        "least_ess": round(min(effective_size(seen[:, :, j]) for j in columns), 1),
    }
    theta = chains.transpose(1, 0, 2).reshape(-1, chains.shape[2])[:kept]
    return theta, Sampled(chains, summary)
