"""Regional measures over members, arms and days: what the ledger and the conduits are made of.

Only the first `n_members` members are measured (2,000 by default): a measurement costs far more than a future, and its
Monte-Carlo error is printed beside. Member first: arrays are (member, day, measure, actor).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.conduits import arcs_of, base_capacities
from counterpoise.dynamics.kernel import CAPTURE, COUP, PATRON_EXIT, RECAPTURE, SETTLEMENT
from counterpoise.dynamics.measures import MEASURES, Situation, measure_control, measure_situation
from counterpoise.dynamics.world import World
from counterpoise.ensemble.futures import ArmFutures, Futures
from counterpoise.jit import compiled
from counterpoise.streams import stream_keys, uniform

__all__ = ["DAYS", "MEASURED", "Regional", "measure_regional"]

F64 = NDArray[np.float64]
MEASURED = 2_000
#: Days on which the region is measured; day 0 is the as-of day.
DAYS = (0, 30, 90, 180, 365, 730, 1095, 1460, 1825)
CHUNK = 128
_CAPTURE, _RECAPTURE, _EXIT = CAPTURE, RECAPTURE, PATRON_EXIT
_COUP, _SETTLEMENT = COUP, SETTLEMENT
P_KEEPS = q.P_KEEPS
_NEUTRAL = 2


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
    futures: Futures, arm: str, *, n_members: int = MEASURED, days: tuple[int, ...] = DAYS, workers: int = 1
) -> Regional:
    """Measure the region in one arm; the same bytes for any number of workers."""
    world = futures.world
    n = min(n_members, futures.n_members)
    grid = tuple(d for d in days if d <= world.horizon)
    shape = (n, len(grid))
    values = np.zeros((*shape, len(MEASURES), len(world.actors)))
    capacity = np.zeros((*shape, len(world.conduits)))
    arrived = np.zeros((*shape, len(world.flows)))
    start, legs = arcs_of(world.network)
    one = futures.arms[arm]
    fraction = world.flow_fraction[world.arm(arm)]
    base_table = base_capacities(world.network, start, legs, world.draws.values)
    open_net = world.network._replace(capacity=world.network.capacity * world.leg_open[world.arm(arm)])
    keys = stream_keys(futures.seed, (f"successor stance:{a}" for a in world.actors))

    def run(first: int) -> None:
        last = min(first + CHUNK, n)
        _measure_chunk(
            first, last, futures.draw, world.draws.values, one.start, one.day, one.kind, one.site, one.party,
            one.end_day, one.end_mode, np.array(grid, dtype=np.int32), world.network, open_net, world.ledger, start, legs, base_table, world.flow_size, world.escort_share, fraction,
            world.party_actor, world.patron_actor, world.client, keys, values, capacity, arrived,
        )  # fmt: skip

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(run, range(0, n, CHUNK)))
    return Regional(grid, values, capacity, arrived, base_table)


@compiled()
def _measure_chunk(  # noqa: PLR0915 - one pass over a member's log; see module docstring
    first, last, draw, params, ev_start, ev_day, ev_kind, ev_site, ev_party, end_day, end_mode, grid, net, open_net, led,
    start, legs, base_table, size, share, fraction, party_actor, patron_actor, client, keys, values, capacity, arrived,
):  # fmt: skip
    """Walk through the logs of members `first` to `last` and measure each on the days of the grid."""
    n_sites = net.holder.shape[0]
    n_actors = led.strength.shape[0]
    n_theatre = 0
    for i in range(n_sites):
        n_theatre = max(n_theatre, net.theatre_site[i] + 1)
    place = np.empty(n_theatre, np.int32)
    for i in range(n_sites):
        if net.theatre_site[i] >= 0:
            place[net.theatre_site[i]] = i
    holder = np.empty(n_sites, np.int32)
    now_fraction = np.empty(led.sender.shape[0])
    stock = np.empty(n_actors)
    n_conduits = net.conduit_origin.shape[0]
    control_capacity = np.empty(n_conduits)
    nearest = np.empty((n_actors, n_actors))
    control = np.empty((6, n_actors))
    gone = np.empty(patron_actor.shape[0], np.int8)
    for m in range(first, last):
        p = params[draw[m]]
        holder[:] = net.holder
        stock[:] = led.stock
        gone[:] = 0
        stance = net.stance.copy()
        winner = -1
        ended = 0
        base = base_table[draw[m]]
        e = ev_start[m]
        before = 0
        changed = True
        for t in range(grid.shape[0]):
            day = grid[t]
            while e < ev_start[m + 1] and ev_day[e] <= day:
                if ev_kind[e] == _CAPTURE or ev_kind[e] == _RECAPTURE:
                    holder[place[ev_site[e]]] = party_actor[ev_party[e]]
                    winner = party_actor[ev_party[e]]
                    changed = True
                elif ev_kind[e] == _EXIT:
                    gone[ev_party[e]] = 1
                e += 1
            if ended == 0 and end_mode[m] > 0 and end_day[m] <= day:
                ended = 1
                changed = True
                # By coup the old elite goes on; by settlement and defeat the leading opponent comes in.
                if end_mode[m] == _COUP:
                    winner = client
                elif end_mode[m] == _SETTLEMENT or winner == client or winner < 0:
                    winner = party_actor[1]
                for a in range(n_actors):
                    keeps = uniform(keys[a], m, 0) < p[P_KEEPS]
                    new = net.stance[winner, a] if keeps else _NEUTRAL
                    if a != winner:
                        stance[client, a] = new
                        stance[a, client] = new
            for f in range(now_fraction.shape[0]):
                now_fraction[f] = fraction[f, day]
                for j in range(gone.shape[0]):
                    if gone[j] == 1 and led.sender[f] == patron_actor[j] and led.recipient[f] == client:
                        now_fraction[f] = 0.0
            s = Situation(holder, stance, now_fraction, ended, winner)
            if changed:
                measure_control(open_net, led, start, legs, s, p, client, control_capacity, nearest, control)
                changed = False
            values[m, t] = control
            measure_situation(
                led, s, p, size[draw[m]], share[draw[m]], base, client, float(day - before), control_capacity, nearest, stock,
                values[m, t], capacity[m, t], arrived[m, t],
            )  # fmt: skip
            before = day


def holders_at(one: ArmFutures, world: World, day: int) -> NDArray[np.int8]:
    """Party in control of each theatre site on a day, shape (n_members, n_theatre_sites)."""
    n = len(one.end_day)
    holder = np.repeat(world.theatre.holder[None, :], n, axis=0)
    change = ((one.kind == CAPTURE) | (one.kind == RECAPTURE)) & (one.day <= day)
    # Rows are in order of time within a member, so the last change of a site stands.
    holder[one.member[change], one.site[change]] = one.party[change]
    return holder
