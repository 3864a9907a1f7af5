"""Regional measures over members, arms and days: what the ledger, the conduits and the allies are made of.

Only the first `n_members` members are measured (2,000 by default), and the Monte-Carlo error is printed beside. Member first:
arrays are (member, day, measure, actor).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.disruptions import leg_tables
from counterpoise.dynamics.kernel import CAPTURE, RECAPTURE
from counterpoise.dynamics.measures import MEASURES
from counterpoise.dynamics.walk import walk_members
from counterpoise.dynamics.walk_tables import Logs, Out, Region, base_loads
from counterpoise.dynamics.world import World
from counterpoise.ensemble.futures import ArmFutures, Futures
from counterpoise.ensemble.ground import make_ground
from counterpoise.jit import wait_for_aside
from counterpoise.streams import stream_keys

__all__ = ["DAYS", "MEASURED", "Regional", "holders_at", "measure_regional"]

F64 = NDArray[np.float64]
F32 = NDArray[np.float32]
MEASURED = 2_000
#: Days on which the region is measured; day 0 is the as-of day.
DAYS = (0, 14, 30, 60, 90, 180, 270, 365, 545, 730, 1095, 1460, 1825)
CHUNK = 128


@dataclass(frozen=True)
class Regional:
    """Measures of one arm.

    Parameters
    ----------
    day : tuple of int
    values : ndarray, shape (n_members, n_days, n_measures, n_actors)
    capacity : ndarray, shape (n_members, n_days, n_conduits)
        What each conduit could carry, had it the legs to itself.
    arrived, sent : ndarray, shape (n_members, n_days, n_flows)
        `sent` has no rows unless it was asked for.
    base : ndarray, shape (n_draws, n_conduits)
        Capacities under the scenario's starting control, all routes open, escorts in place.
    delay : ndarray, shape (n_members, n_days, n_conduits)
        Mean time on the way of what moves [day]; 0 where nothing does.
    base_delay : ndarray, shape (n_draws, n_conduits)
        The same before the campaign.
    stock : ndarray, shape (n_members, n_days, n_stocks)
        [day of use in a campaign]
    short_day : ndarray, shape (n_members, n_stocks)
        Day on which a stock falls below its reserve; `counterpoise.dynamics.walk.NEVER_SHORT` where it does not.
    """

    day: tuple[int, ...]
    values: F64
    capacity: F64
    arrived: F32
    sent: F32
    base: F64
    delay: F32
    base_delay: F64
    stock: F32
    short_day: F64

    def measure(self, name: str) -> F64:
        """Return one measure, shape (n_members, n_days, n_actors)."""
        return np.asarray(self.values[:, :, MEASURES.index(name), :])

    def at(self, day: int) -> int:
        """Return the position of the last day of the grid that is not after `day`."""
        return max(i for i, d in enumerate(self.day) if d <= day)


def measure_regional(
    futures: Futures,
    arm: str,
    *,
    n_members: int = MEASURED,
    days: tuple[int, ...] = DAYS,
    workers: int = 1,
    keep_sent: bool = False,
) -> Regional:
    """Measure the region in one arm; the same bytes for any number of workers.

    Parameters
    ----------
    keep_sent : bool
        Keep what is sent as well as what arrives.
    """
    wait_for_aside()
    world = futures.world
    n = min(n_members, futures.n_members)
    grid = tuple(sorted({0, *(d for d in days if d < world.horizon), world.horizon}))
    region = _region(futures, world.arm(arm), np.array(grid, dtype=np.int32))
    n_days, n_conduits, n_flows, n_stocks = (
        len(grid),
        len(world.conduits),
        len(world.flows),
        len(world.stocks),
    )
    out = Out(
        values=np.empty((n, n_days, len(MEASURES), len(world.actors))),
        capacity=np.empty((n, n_days, n_conduits)),
        delay=np.empty((n, n_days, n_conduits), dtype=np.float32),
        arrived=np.empty((n, n_days, n_flows), dtype=np.float32),
        sent=np.empty((n if keep_sent else 0, n_days, n_flows), dtype=np.float32),
        stock=np.empty((n, n_days, n_stocks), dtype=np.float32),
        short_day=np.empty((n, n_stocks)),
    )
    one = futures.arms[arm].head(n)
    logs = Logs(one.start, one.day, one.kind, one.site, one.party, one.end_day, one.end_mode)
    days_array = np.array(grid, dtype=np.int32)
    order = np.argsort(futures.draw[:n], kind="stable").astype(np.int32)

    def run(first: int) -> None:
        last = min(first + CHUNK, n)
        walk_members(
            first,
            last,
            order,
            futures.draw,
            world.draws.values,
            logs,
            days_array,
            world.network,
            world.ledger,
            region,
            out,
        )

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(run, range(0, n, CHUNK)))
    return Regional(
        grid, out.values, out.capacity, out.arrived, out.sent, region.base_alone, out.delay, region.base_delay,
        out.stock, out.short_day,
    )  # fmt: skip


def _region(futures: Futures, a: int, grid: NDArray[np.int32]) -> Region:
    """Collect what the walk of one arm needs."""
    world, seed = futures.world, futures.seed
    net, led, drawn = world.network, world.ledger, world.drawn
    alone, carried, delay = base_loads(net, led, world.draws.values, drawn.leg_capacity)
    is_open, passes = leg_tables(world.disruptions, a, world.draws.n, len(world.legs), grid)
    used = np.unique(net.slot_leg)
    moved = np.zeros((world.draws.n, len(grid) - 1), dtype=bool)
    for table in (is_open, passes):
        moved |= (np.diff(table[:, :, used], axis=1) != 0).any(axis=2)
    fraction = np.ascontiguousarray(world.flow_fraction[a][:, grid].T)
    steps = (np.diff(fraction, axis=0) != 0).any(axis=1)
    active = world.active_flows
    meant = np.zeros((world.draws.n, len(world.stocks)))
    for f, i in enumerate(led.flow_stock):
        if i >= 0 and active[f]:
            meant[:, i] += world.flow_size[:, f]
    return Region(
        ground=make_ground(world),
        base_alone=alone,
        base_carried=carried,
        base_delay=delay,
        pair=(net.conduit_sender * len(world.actors) + net.conduit_recipient).astype(np.int32),
        leg_capacity=drawn.leg_capacity,
        is_open=is_open,
        passes=passes,
        legs_change=np.pad(moved, ((0, 0), (1, 0))).astype(np.int8),
        size=world.flow_size,
        share=world.escort_share,
        fraction=fraction,
        plan_changes=np.pad(steps, (1, 0)).astype(np.int8),
        stock=drawn.stock,
        reserve=drawn.reserve,
        dependence=drawn.dependence,
        reaction_rate=drawn.reaction_rate,
        reaction_share=drawn.reaction_share,
        party_actor=world.party_actor,
        patron_actor=world.patron_actor,
        client=world.client,
        active=active,
        meant=meant,
        stance_keys=stream_keys(seed, (f"successor stance:{x}" for x in world.actors)),
        resume_keys=stream_keys(seed, (f"support resumes:{x}" for x in world.actors)),
        base_keys=stream_keys(seed, (f"base kept:{x}" for x in world.flows)),
        reaction_keys=stream_keys(seed, (f"reaction:{x}" for x in world.reactions)),
    )


def holders_at(one: ArmFutures, world: World, day: int) -> NDArray[np.int8]:
    """Party in control of each theatre site on a day, shape (n_members, n_theatre_sites)."""
    n = len(one.end_day)
    holder = np.repeat(world.theatre.holder[None, :], n, axis=0)
    change = ((one.kind == CAPTURE) | (one.kind == RECAPTURE)) & (one.day <= day)
    # Rows are in order of time within a member, so the last change of a site stands.
    holder[one.member[change], one.site[change]] = one.party[change]
    return holder
