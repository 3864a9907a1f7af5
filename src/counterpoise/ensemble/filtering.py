"""From the factual history to what each member knows about the latents on the as-of day.

Every parameter draw has a particle cloud of fixed size; the draws are weighted by how well they explain the history. Member m
picks its draw and its particle with two numbers of its own stream, so the number of members changes nobody's ancestor.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.history import Cloud, filter_draw, filter_keys
from counterpoise.dynamics.kernel import Ancestors
from counterpoise.dynamics.world import World
from counterpoise.streams import stream_key, uniform

__all__ = ["Filtered", "filter_world"]

N_PARTICLES = 256


@dataclass(frozen=True)
class Filtered:
    """Clouds of all draws with their weights.

    Parameters
    ----------
    u, v, k, w : ndarray, shape (n_draws, n_particles)
    weight : ndarray, shape (n_draws,)
        Posterior weight of each draw given the history; sums to 1.
    effective_draws : float
        Effective number of draws.
    """

    u: NDArray[np.float64]
    v: NDArray[np.float64]
    k: NDArray[np.float64]
    w: NDArray[np.float64]
    weight: NDArray[np.float64]
    effective_draws: float

    def ancestors(self, seed: int, first: int, n: int) -> Ancestors:
        """Let members `first` to `first + n - 1` pick draw and particle, each by its own stream."""
        key = stream_key(seed, "ancestor")
        pick = np.array([(uniform(key, m, 0), uniform(key, m, 1)) for m in range(first, first + n)]).reshape(
            -1, 2
        )
        edge = np.cumsum(self.weight)
        draw = np.minimum(np.searchsorted(edge, pick[:, 0] * edge[-1], side="right"), len(edge) - 1)
        cell = np.minimum((pick[:, 1] * self.u.shape[1]).astype(int), self.u.shape[1] - 1)
        return Ancestors(
            draw.astype(np.int32),
            self.u[draw, cell],
            self.v[draw, cell],
            self.k[draw, cell],
            self.w[draw, cell],
        )


def filter_world(world: World, seed: int, workers: int = 1, n_particles: int = N_PARTICLES) -> Filtered:
    """Filter every draw through the history; the same bytes for any number of workers."""
    keys = filter_keys(seed)

    def one(draw: int) -> Cloud:
        return filter_draw(
            world.draws.values[draw],
            world.theatre,
            world.observed(draw),
            keys,
            draw,
            n_particles,
        )

    with ThreadPoolExecutor(workers) as pool:
        clouds = list(pool.map(one, range(world.draws.n)))
    log_evidence = np.array([c.log_evidence for c in clouds])
    weight = np.exp(log_evidence - log_evidence.max())
    weight /= weight.sum()
    return Filtered(
        np.stack([c.u for c in clouds]),
        np.stack([c.v for c in clouds]),
        np.stack([c.k for c in clouds]),
        np.stack([c.w for c in clouds]),
        weight,
        float(1.0 / (weight**2).sum()),
    )
