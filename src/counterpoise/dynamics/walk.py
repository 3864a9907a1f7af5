"""Walk through members' event logs and measure the region on a grid of days. Long because it must be fast.

What a successor government thinks of others is drawn here, by streams of its own: with probability ``successor.p_keeps_stance``
it keeps the stance that its leaders had before, else it is neutral. By coup the old elite goes on; by defeat or flight whoever
took the last site comes in; by settlement the first opponent.

Weakest assumption: a successor has one stance to each actor from its first day on.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.kernel import CAPTURE, COUP, PATRON_EXIT, RECAPTURE, SETTLEMENT
from counterpoise.dynamics.measures import N_MEASURES, Situation, measure_control, measure_situation
from counterpoise.dynamics.world import Ledger, Network
from counterpoise.jit import compiled
from counterpoise.streams import uniform

__all__ = ["Logs", "Region", "walk_members"]

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
_CAPTURE, _RECAPTURE, _EXIT = CAPTURE, RECAPTURE, PATRON_EXIT
_COUP, _SETTLEMENT = COUP, SETTLEMENT
_MEASURES = N_MEASURES
P_KEEPS = q.P_KEEPS
_NEUTRAL = 2


class Logs(NamedTuple):
    """Event logs of an arm; fields as in `counterpoise.ensemble.ArmFutures`."""

    start: NDArray[np.int64]
    day: NDArray[np.int16]
    kind: NDArray[np.int8]
    site: NDArray[np.int16]
    party: NDArray[np.int8]
    end_day: I32
    end_mode: NDArray[np.int8]


class Region(NamedTuple):
    """What the walk needs besides the logs.

    Parameters
    ----------
    start, legs : ndarray of int32
        Legs at each site, from `arcs_of`.
    base : ndarray, shape (n_draws, n_conduits)
        From `base_capacities`.
    size, share : ndarray, shape (n_draws, n_flows)
        Drawn sizes of flows and shares that rest on escorts.
    fraction : ndarray, shape (n_flows, n_days + 1)
        Fractions sent in this arm.
    party_actor, patron_actor : ndarray of int32
        Actors of parties and patrons.
    client : int
    active : ndarray of int8, shape (n_flows,)
        1 where a flow runs on the as-of day in some arm; what had ended before is not missed.
    keys : ndarray of uint64, shape (n_actors,)
        Streams of the successor's stance to each actor.
    """

    start: I32
    legs: I32
    base: F64
    size: F64
    share: F64
    fraction: F64
    party_actor: I32
    patron_actor: I32
    client: int
    active: NDArray[np.int8]
    keys: NDArray[np.uint64]


@compiled()
def draw_stances(
    stance: NDArray[np.int8],
    before: NDArray[np.int8],
    winner: int,
    client: int,
    keep: float,
    keys: NDArray[np.uint64],
    m: int,
) -> None:
    """Give the client's territory the stances of its new government, in place."""
    for a in range(stance.shape[0]):
        if a == winner:
            continue
        new = before[winner, a] if uniform(keys[a], m, 0) < keep else _NEUTRAL
        stance[client, a] = new
        stance[a, client] = new


@compiled()
def walk_members(
    first: int,
    last: int,
    draw: I32,
    params: F64,
    logs: Logs,
    grid: I32,
    net: Network,
    led: Ledger,
    region: Region,
    values: F64,
    capacity: F64,
    arrived: F64,
) -> None:
    """Measure members `first` to `last` on the days of the grid; the last three arrays are filled, member first."""
    n_actors = led.strength.shape[0]
    n_sites = net.holder.shape[0]
    place = np.empty(n_sites, np.int32)
    for i in range(n_sites):
        if net.theatre_site[i] >= 0:
            place[net.theatre_site[i]] = i
    holder = np.empty(n_sites, np.int32)
    fraction = np.empty(led.sender.shape[0])
    stock = np.empty(n_actors)
    control_capacity = np.empty(net.conduit_origin.shape[0])
    nearest = np.empty((n_actors, n_actors))
    control = np.empty((_MEASURES, n_actors))
    gone = np.empty(region.patron_actor.shape[0], np.int8)
    for m in range(first, last):
        g = draw[m]
        p = params[g]
        holder[:] = net.holder
        stock[:] = led.stock
        gone[:] = 0
        stance = net.stance.copy()
        winner, ended, before = -1, 0, 0
        changed = True
        e = logs.start[m]
        for t in range(grid.shape[0]):
            day = grid[t]
            while e < logs.start[m + 1] and logs.day[e] <= day:
                if logs.kind[e] == _CAPTURE or logs.kind[e] == _RECAPTURE:
                    winner = region.party_actor[logs.party[e]]
                    holder[place[logs.site[e]]] = winner
                    changed = True
                elif logs.kind[e] == _EXIT:
                    gone[logs.party[e]] = 1
                e += 1
            if ended == 0 and logs.end_mode[m] > 0 and logs.end_day[m] <= day:
                ended = 1
                changed = True
                if logs.end_mode[m] == _COUP:
                    winner = region.client
                elif logs.end_mode[m] == _SETTLEMENT or winner == region.client or winner < 0:
                    winner = region.party_actor[1]
                draw_stances(stance, net.stance, winner, region.client, p[P_KEEPS], region.keys, m)
            for f in range(fraction.shape[0]):
                fraction[f] = region.fraction[f, day]
                for j in range(gone.shape[0]):
                    if (
                        gone[j] == 1
                        and led.sender[f] == region.patron_actor[j]
                        and led.recipient[f] == region.client
                    ):
                        fraction[f] = 0.0
            s = Situation(holder, stance, fraction, ended, winner)
            if changed:
                measure_control(
                    net,
                    led,
                    region.start,
                    region.legs,
                    s,
                    p,
                    region.client,
                    control_capacity,
                    nearest,
                    control,
                )
                changed = False
            values[m, t] = control
            measure_situation(
                net, led, s, p, region.size[g], region.share[g], region.base[g], region.client, region.active,
                float(day - before), control_capacity, nearest, stock, values[m, t], capacity[m, t], arrived[m, t],
            )  # fmt: skip
            before = day
