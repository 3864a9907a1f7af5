"""What each conduit could carry if an enemy of the sender held some sites: for dependence on cities, under every draw."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.control_measures import fill_lets
from counterpoise.dynamics.packing import agree, alone, let_pass, pack
from counterpoise.dynamics.world import Ledger, Network
from counterpoise.jit import compiled

__all__ = ["shared_without", "without_sites"]

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I8 = NDArray[np.int8]
P_LEAK, P_LOAD = q.LEAK_HOSTILE, q.LOAD


@compiled()
def _closed(holder: I32, mask: I8, enemy: int, out: I32) -> None:
    """Give the masked sites to an enemy of all."""
    for i in range(holder.shape[0]):
        out[i] = enemy if mask[i] == 1 else holder[i]


@compiled(allocates=True)
def without_sites(
    net: Network, led: Ledger, params: F64, carries: F64, passes: F64, holder: I32, masks: I8
) -> F64:
    """Return what each conduit could carry alone, shape (n_draws, n_masks, n_conduits).

    Parameters
    ----------
    carries, passes : ndarray, shape (n_draws, n_legs)
        Capacity of the legs that are open, and the share that gets through.
    masks : ndarray of int8, shape (n_masks, n_sites)
        1 where an enemy of every sender holds the site: only the leak passes.
    """
    n_draws, n = params.shape[0], net.conduit_origin.shape[0]
    n_slots, n_actors = net.slot_leg.shape[0], led.strength.shape[0]
    out = np.zeros((n_draws, masks.shape[0], n))
    share, room, kept, left = np.empty(n_slots), np.empty(n_slots), np.empty(n_slots), np.empty(n_slots)
    lets, agreed = np.zeros((n_actors + 1, n_actors + 1)), np.empty(n_slots)
    there = np.empty_like(holder)
    for g in range(n_draws):
        fill_lets(net.stance, params[g], lets)
        lets[:, n_actors] = params[g, P_LEAK]
        agree(net, lets, agreed)
        room[:] = -1.0
        for k in range(masks.shape[0]):
            _closed(holder, masks[k], n_actors, there)
            let_pass(net, there, lets, agreed, share)
            if k > 0:
                out[g, k] = out[g, k - 1]
            alone(net, carries[g], passes[g], share, room, kept, left, out[g, k])
    return out


@compiled(allocates=True)
def shared_without(
    net: Network,
    led: Ledger,
    params: F64,
    carries: F64,
    passes: F64,
    holder: I32,
    mask: I8,
    whole: F64,
    rho: F64,
) -> tuple[F64, F64]:
    """Return what conduits carry and deliver together with the masked sites closed, each (n_draws, n_conduits).

    Parameters
    ----------
    whole : ndarray, shape (n_draws, n_conduits)
        What each could carry alone before the campaign; demand is the drawn load of it.
    rho : ndarray, shape (n_draws, n_conduits)
        Planned over committed.
    """
    n_draws, n = params.shape[0], net.conduit_origin.shape[0]
    n_slots, n_actors, n_legs = net.slot_leg.shape[0], led.strength.shape[0], net.a.shape[0]
    carried, delivered = np.zeros((n_draws, n)), np.zeros((n_draws, n))
    share, room, kept, left = np.empty(n_slots), np.empty(n_slots), np.empty(n_slots), np.empty(n_slots)
    want, rest, offer, delay, capacity = (
        np.empty(n_legs),
        np.empty(n_legs),
        np.empty(n),
        np.empty(n),
        np.zeros(n),
    )
    lets, agreed = np.zeros((n_actors + 1, n_actors + 1)), np.empty(n_slots)
    there = np.empty_like(holder)
    _closed(holder, mask, n_actors, there)
    for g in range(n_draws):
        fill_lets(net.stance, params[g], lets)
        lets[:, n_actors] = params[g, P_LEAK]
        room[:] = -1.0
        agree(net, lets, agreed)
        let_pass(net, there, lets, agreed, share)
        alone(net, carries[g], passes[g], share, room, kept, left, capacity)
        pack(
            net, carries[g], room, kept, params[g, P_LOAD] * whole[g] * rho[g], left, want, rest, offer,
            carried[g], delivered[g], delay, False,
        )  # fmt: skip
    return carried, delivered
