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
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from counterpoise.inference.diagnose import effective_size, split_r_hat
from counterpoise.inference.laplace import Mode
from counterpoise.inference.target import Target

__all__ = ["Sampled", "run_nuts"]

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


def run_nuts(
    target: Target, mode: Mode, *, seed: int, kept: int, tell: Callable[[str, int, int], None]
) -> tuple[F64, Sampled]:
    """Sample; return draws on the whole line, shape (kept, n_fitted), and the chains."""
    from numpyro.infer import NUTS

    root = jnp.asarray(np.linalg.cholesky(mode.covariance))
    centre = jnp.asarray(mode.theta)
    ones = jnp.ones(len(target.replays))

    def potential(z: Any) -> Any:
        return -target._log_posterior(centre + root @ z, ones)

    each = -(-kept // CHAINS)
    done = [0] * CHAINS
    total = CHAINS * (WARM_UP + each)

    def one(chain: int) -> tuple[F64, int, float]:
        kernel = NUTS(potential_fn=potential, dense_mass=False, target_accept_prob=0.8, max_tree_depth=7)
        key = jax.random.fold_in(jax.random.PRNGKey(seed), chain)
        begin = 0.1 * jax.random.normal(jax.random.fold_in(key, 1), centre.shape)
        state = kernel.init(key, WARM_UP, begin, (), {})
        step = jax.jit(lambda s: kernel.sample(s, (), {}))
        rows, diverging, accepted = [], 0, 0.0
        for i in range(WARM_UP + each):
            state = step(state)
            if i % BLOCK == 0:
                done[chain] = i
                tell("sample", sum(done), total)
            if i >= WARM_UP:
                rows.append(np.asarray(state.z))
                diverging += int(state.diverging)
                accepted += float(state.accept_prob)
        return np.stack(rows), diverging, accepted / each

    with ThreadPoolExecutor(CHAINS) as pool:
        found = list(pool.map(one, range(CHAINS)))
    z = np.stack([f[0] for f in found])
    chains = np.asarray(mode.theta) + z @ np.asarray(root).T
    seen = np.asarray(target.natural(chains))
    columns = range(chains.shape[2])
    summary = {
        "chains": CHAINS,
        "warm_up": WARM_UP,
        "divergences": sum(f[1] for f in found),
        "accepted": round(float(np.mean([f[2] for f in found])), 3),
        "worst_r_hat": round(max(split_r_hat(seen[:, :, j]) for j in columns), 4),
        "least_ess": round(min(effective_size(seen[:, :, j]) for j in columns), 1),
    }
    theta = chains.transpose(1, 0, 2).reshape(-1, chains.shape[2])[:kept]
    return theta, Sampled(chains, summary)
