"""The map of control day by day: P(the government has lost a place, or its capital) on every day of the horizon.

    P(lost on day d) = share of members in which, on day d, another party holds the place,
                       or the government has been defeated or has fled by then

On days 30, 90 and 365 this is `Place.p_lost` of the assessment. Weakest assumption: as there, a settlement or a coup loses no
place.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.kernel import CAPTURE, RECAPTURE
from counterpoise.ensemble import ArmFutures, Futures

__all__ = ["losses_by_day"]


def losses_by_day(futures: Futures, arm: str) -> dict[str, NDArray[np.float64]]:
    """Return P(lost) on every day in one arm, for each place of the theatre that the government holds on the as-of day.

    Returns
    -------
    dict of str to ndarray, shape (horizon + 1,)
        Site -> probability [1]; day 0 is the as-of day.
    """
    world, one = futures.world, futures.arms[arm]
    n_days, n_sites = world.horizon + 1, len(world.theatre_sites)
    changed = np.zeros((n_days, n_sites), dtype=np.int64)
    for _, block in one.blocks():
        gone = block.ended_by(world.horizon, "defeat") | block.ended_by(world.horizon, "flight")
        over = np.where(gone, block.end_day, n_days).astype(np.int64)
        steps, held_by_others = _steps(block, over, n_sites, n_days)
        # A member that is over counts as lost from that day on, whoever held the place.
        np.subtract.at(steps, over[gone], held_by_others[gone])
        changed += steps + np.bincount(over[gone], minlength=n_days)[:n_days, None]
    lost = np.cumsum(changed, axis=0) / futures.n_members
    ours = np.flatnonzero(world.theatre.holder == 0)
    return {world.theatre_sites[i]: lost[:, i] for i in ours}


def _steps(
    one: ArmFutures, over: NDArray[np.int64], n_sites: int, n_days: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return by how many members each place changes on each day, and which member had lost which place when it was over.

    Changes after a member is over are left out.
    """
    member = one.member
    change = ((one.kind == CAPTURE) | (one.kind == RECAPTURE)) & (one.day <= over[member])
    member, site, day = member[change], one.site[change], one.day[change]
    delta = (one.party[change] != 0).astype(np.int64) - (one.loser[change] != 0)
    steps = np.zeros((n_days, n_sites), dtype=np.int64)
    np.add.at(steps, (day, site), delta)
    held = np.zeros((len(over), n_sites), dtype=np.int64)
    np.add.at(held, (member, site), delta)
    return steps, held
