"""What the walk through a region reads and fills, and what its conduits carried before the campaign."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.control_measures import Ground, fill_lets
from counterpoise.dynamics.packing import agree, alone, let_pass, pack
from counterpoise.dynamics.world import Ledger, Network
from counterpoise.jit import compiled

__all__ = ["Logs", "Out", "Region", "base_loads"]

F64 = NDArray[np.float64]
F32 = NDArray[np.float32]
I32 = NDArray[np.int32]
I8 = NDArray[np.int8]
U64 = NDArray[np.uint64]
P_LOAD = q.LOAD


class Logs(NamedTuple):
    """Event logs of an arm; fields as in `counterpoise.ensemble.ArmFutures`."""

    start: NDArray[np.int64]
    day: NDArray[np.int16]
    kind: I8
    site: NDArray[np.int16]
    party: I8
    end_day: I32
    end_mode: I8


class Region(NamedTuple):
    """What the walk needs besides the logs.

    Parameters
    ----------
    ground : Ground
    base_alone, base_carried, base_delay : ndarray, shape (n_draws, n_conduits)
        Before the campaign: what each conduit could carry alone, what it carried, and its time on the way.
    pair : ndarray of int32, shape (n_conduits,)
        Sender and recipient of each conduit, as one number: conduits of one pair stand in for each other.
    leg_capacity : ndarray, shape (n_draws, n_legs)
    is_open, passes : ndarray, shape (n_draws, n_days, n_legs)
        From `counterpoise.dynamics.disruptions.leg_tables`, on the days of the grid.
    legs_change : ndarray of int8, shape (n_draws, n_days)
        1 where they differ from the day before on the grid.
    size, share : ndarray, shape (n_draws, n_flows)
        Drawn sizes of flows and shares that rest on escorts.
    fraction : ndarray, shape (n_days, n_flows)
        Fractions that the plan of this arm sends on the days of the grid.
    plan_changes : ndarray of int8, shape (n_days,)
    stock, reserve, dependence : ndarray, shape (n_draws, n_stocks)
    reaction_rate, reaction_share : ndarray, shape (n_draws, n_reactions)
    party_actor, patron_actor : ndarray of int32
        Actors of parties and patrons.
    client : int
    active : ndarray of int8, shape (n_flows,)
        1 where a flow runs on the as-of day in some arm; what had ended before is not missed.
    meant : ndarray, shape (n_draws, n_stocks)
        What refills each stock when all active flows arrive.
    stance_keys, resume_keys : ndarray of uint64, shape (n_actors,)
        Streams of the successor's stance to each actor, and of the day on which each takes support up again.
    base_keys, reaction_keys : ndarray of uint64, shapes (n_flows,), (n_reactions,)
    """

    ground: Ground
    base_alone: F64
    base_carried: F64
    base_delay: F64
    pair: I32
    leg_capacity: F64
    is_open: F64
    passes: F64
    legs_change: I8
    size: F64
    share: F64
    fraction: F64
    plan_changes: I8
    stock: F64
    reserve: F64
    dependence: F64
    reaction_rate: F64
    reaction_share: F64
    party_actor: I32
    patron_actor: I32
    client: int
    active: I8
    meant: F64
    stance_keys: U64
    resume_keys: U64
    base_keys: U64
    reaction_keys: U64


class Out(NamedTuple):
    """What the walk fills, member first.

    Parameters
    ----------
    values : ndarray, shape (n_members, n_days, n_measures, n_actors)
    capacity, delay : ndarray, shape (n_members, n_days, n_conduits)
        What each conduit could carry alone, its escorts counted [unit of the legs]; mean time on the way of what moves [day].
    arrived, sent : ndarray, shape (n_members, n_days, n_flows)
        `sent` may have no rows: then it is not kept.
    stock : ndarray, shape (n_members, n_days, n_stocks)
    short_day : ndarray, shape (n_members, n_stocks)
        Day on which each stock falls below its reserve; `NEVER_SHORT` where it does not within the horizon.
    """

    values: F64
    capacity: F64
    delay: F32
    arrived: F32
    sent: F32
    stock: F32
    short_day: F64


@compiled(allocates=True, error_model="numpy")
def base_loads(net: Network, led: Ledger, params: F64, leg_capacity: F64) -> tuple[F64, F64, F64]:
    """Return `base_alone`, `base_carried` and `base_delay` of a region: the scenario's starting control, all legs open."""
    n_draws, n = params.shape[0], net.conduit_origin.shape[0]
    n_legs, n_actors = net.a.shape[0], led.strength.shape[0]
    out_alone, out_carried, out_delay = np.empty((n_draws, n)), np.empty((n_draws, n)), np.empty((n_draws, n))
    share, left = np.empty(net.slot_leg.shape[0]), np.empty(net.slot_leg.shape[0])
    room, kept_room = np.empty(net.slot_leg.shape[0]), np.empty(net.slot_leg.shape[0])
    want, rest, whole = np.empty(n_legs), np.empty(n_legs), np.ones(n_legs)
    offer, delivered = np.empty(n), np.empty(n)
    lets, agreed = np.empty((n_actors, n_actors)), np.empty_like(share)
    for g in range(n_draws):
        fill_lets(net.stance, params[g], lets)
        agree(net, lets, agreed)
        let_pass(net, net.holder_base, lets, agreed, share)
        room[:] = -1.0
        alone(net, leg_capacity[g], whole, share, room, kept_room, left, out_alone[g])
        pack(
            net, leg_capacity[g], room, kept_room, params[g, P_LOAD] * out_alone[g], left, want, rest, offer,
            out_carried[g], delivered, out_delay[g], False,
        )  # fmt: skip
    return out_alone, out_carried, out_delay
