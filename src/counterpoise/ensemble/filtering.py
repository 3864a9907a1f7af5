"""From the factual history to what each member knows about the latents on the as-of day.

Every parameter draw has a particle cloud of fixed size; the draws are weighted by how well they explain the history. Member m
picks its draw and its particle with two numbers of its own stream, so the number of members changes nobody's ancestor.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.history import Clouds, filter_draws, filter_keys
from counterpoise.dynamics.kernel import Ancestors
from counterpoise.dynamics.world import World
from counterpoise.streams import stream_key, uniforms

__all__ = ["Filtered", "filter_world"]

N_PARTICLES = 256
#: Draws of one piece of work. A piece each would have the threads wait for the interpreter all the time.
DRAWS_AT_ONCE = 10


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
        pick = uniforms(stream_key(seed, "ancestor"), first, n, 2)
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
    keys, n = filter_keys(seed), world.draws.n
    u, v, k, w = np.empty((4, n, n_particles))
    found = Clouds(u, v, k, w, np.empty(n))

    def some(first: int) -> None:
        rows = slice(first, first + DRAWS_AT_ONCE)
        filter_draws(
            first, world.draws.values[rows], world.theatre, world.observed(rows), keys, found.part(rows)
        )

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(some, range(0, n, DRAWS_AT_ONCE)))
    weight = np.exp(found.log_evidence - found.log_evidence.max())
    weight /= weight.sum()
    return Filtered(found.u, found.v, found.k, found.w, weight, float(1.0 / (weight**2).sum()))
