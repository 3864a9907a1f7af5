"""How open each leg is on a day: closures, interdictions and their repair.

    open(t)    0 while a closure lasts, else 1
    loss(t)    share while the interdiction goes on, then share x (1 - (t - end) / repair), never below 0
    passes(t)  product of (1 - loss) over the interdictions of the leg

Weakest assumption: repair is linear, and two interdictions of one leg act one after the other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.world import Disruptions

__all__ = ["leg_tables"]

F64 = NDArray[np.float64]


def leg_tables(
    found: Disruptions, arm: int, n_draws: int, n_legs: int, days: NDArray[np.int32]
) -> tuple[F64, F64]:
    """Return how far legs are open, and what passes them, each of shape (n_draws, n_days, n_legs)."""
    is_open = np.ones((n_draws, len(days), n_legs))
    passes = np.ones_like(is_open)
    for i, leg in enumerate(found.leg):
        if not found.in_arm[arm, i]:
            continue
        since = days[None, :] - found.first[i]
        end = found.hold[:, i, None]
        if found.shuts[i]:
            shut = (since >= 0) & (since < end) & (found.share[:, i, None] > 0)
            is_open[:, :, leg] = np.where(shut, 0.0, is_open[:, :, leg])
            continue
        repaired = np.clip((since - end + 1) / np.maximum(found.repair[:, i, None], 1e-9), 0.0, 1.0)
        loss = np.where(since < 0, 0.0, found.share[:, i, None] * np.where(since < end, 1.0, 1.0 - repaired))
        passes[:, :, leg] *= 1.0 - loss
    return is_open, passes
