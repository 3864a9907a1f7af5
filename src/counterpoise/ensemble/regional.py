"""Regional measures over members, arms and days: what the ledger and the conduits are made of.

Only the first `n_members` members are measured (2,000 by default): a measurement costs far more than a future, and its
Monte-Carlo error is printed beside. Member first: arrays are (member, day, measure, actor).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.conduits import arcs_of, base_capacities
from counterpoise.dynamics.kernel import CAPTURE, RECAPTURE
from counterpoise.dynamics.measures import MEASURES
from counterpoise.dynamics.walk import Logs, Region, walk_members
from counterpoise.dynamics.world import World
from counterpoise.ensemble.futures import ArmFutures, Futures
from counterpoise.streams import stream_keys

__all__ = ["DAYS", "MEASURED", "Regional", "holders_at", "measure_regional"]

F64 = NDArray[np.float64]
MEASURED = 2_000
#: Days on which the region is measured; day 0 is the as-of day.
DAYS = (0, 30, 90, 180, 365, 730, 1095, 1460, 1825)
CHUNK = 128


@dataclass(frozen=True)
class Regional:
    """Measures of one arm.

    Parameters
    ----------
    day : tuple of int
    values : ndarray, shape (n_members, n_days, n_measures, n_actors)
    capacity : ndarray, shape (n_members, n_days, n_conduits)
    arrived : ndarray, shape (n_members, n_days, n_flows)
    base : ndarray, shape (n_draws, n_conduits)
        Capacities under the scenario's starting control, escorts in place.
    """

    day: tuple[int, ...]
    values: F64
    capacity: F64
    arrived: F64
    base: F64

    def measure(self, name: str) -> F64:
        """Return one measure, shape (n_members, n_days, n_actors)."""
        return np.asarray(self.values[:, :, MEASURES.index(name), :])


def measure_regional(
    futures: Futures,
    arm: str,
    *,
    n_members: int = MEASURED,
    days: tuple[int, ...] = DAYS,
    workers: int = 1,
) -> Regional:
    """Measure the region in one arm; the same bytes for any number of workers."""
    world = futures.world
    n = min(n_members, futures.n_members)
    grid = tuple(sorted({*(d for d in days if d < world.horizon), world.horizon}))
    values = np.zeros((n, len(grid), len(MEASURES), len(world.actors)))
    capacity = np.zeros((n, len(grid), len(world.conduits)))
    arrived = np.zeros((n, len(grid), len(world.flows)))
    start, legs = arcs_of(world.network)
    one, a = futures.arms[arm], world.arm(arm)
    region = Region(
        start,
        legs,
        base_capacities(world.network, start, legs, world.draws.values),
        world.flow_size,
        world.escort_share,
        np.ascontiguousarray(world.flow_fraction[a]),
        world.party_actor,
        world.patron_actor,
        world.client,
        world.active_flows,
        stream_keys(futures.seed, (f"successor stance:{x}" for x in world.actors)),
    )
    logs = Logs(one.start, one.day, one.kind, one.site, one.party, one.end_day, one.end_mode)
    # A leg that a lever shuts is shut in this arm; the base is that of all arms.
    net = world.network._replace(capacity=world.network.capacity * world.leg_open[a])
    days_array = np.array(grid, dtype=np.int32)

    def run(first: int) -> None:
        walk_members(
            first, min(first + CHUNK, n), futures.draw, world.draws.values, logs, days_array, net, world.ledger, region,
            values, capacity, arrived,
        )  # fmt: skip

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(run, range(0, n, CHUNK)))
    return Regional(grid, values, capacity, arrived, region.base)


def holders_at(one: ArmFutures, world: World, day: int) -> NDArray[np.int8]:
    """Party in control of each theatre site on a day, shape (n_members, n_theatre_sites)."""
    n = len(one.end_day)
    holder = np.repeat(world.theatre.holder[None, :], n, axis=0)
    change = ((one.kind == CAPTURE) | (one.kind == RECAPTURE)) & (one.day <= day)
    # Rows are in order of time within a member, so the last change of a site stands.
    holder[one.member[change], one.site[change]] = one.party[change]
    return holder
