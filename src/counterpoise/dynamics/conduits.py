"""Conduits: how much can reach a recipient, given who holds what.

Capacity between two actors is the maximum flow over the sites and legs of the region (Ford & Fulkerson 1956,
doi:10.4153/CJM-1956-045-5; shortest augmenting paths, Edmonds & Karp 1972, doi:10.1145/321694.321699). What a leg carries is its
capacity times how far the holders of both ends, and those whose consent it needs, let the sender pass: ally and partner 1,
neutral and rival a share, hostile a leak (smuggling). A leg held by an enemy is therefore not simply shut.

This is the exact capacity of one conduit that has the legs to itself, for analysis. Where several recipients share legs,
`counterpoise.assessment.programme` solves the linear programme, and `counterpoise.dynamics.packing` approximates it.

Weakest assumption: the shares (standing ``assumed``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.world import Network
from counterpoise.jit import compiled

__all__ = ["arcs_of", "conduit_capacity", "openness", "passage"]

P_HOSTILE, P_RIVAL, P_NEUTRAL = q.LEAK_HOSTILE, q.LEAK_RIVAL, q.OPEN_NEUTRAL
_EPSILON = 1e-9


@compiled(inline="always")
def openness(stance: int, p: NDArray[np.float64]) -> float:
    """Share that an actor of this stance to the sender lets pass (0 ally ... 4 hostile)."""
    if stance <= 1:
        return 1.0
    if stance == 2:
        return float(p[P_NEUTRAL])
    if stance == 3:
        return float(p[P_RIVAL])
    return float(p[P_HOSTILE])


def arcs_of(network: Network) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Legs at each site, as compressed rows: ``legs[start[i]:start[i + 1]]`` touch site i."""
    n = len(network.holder)
    touching: list[list[int]] = [[] for _ in range(n)]
    for leg, (a, b) in enumerate(zip(network.a, network.b, strict=True)):
        touching[a].append(leg)
        touching[b].append(leg)
    start = np.concatenate([[0], np.cumsum([len(x) for x in touching])]).astype(np.int32)
    return start, np.array([leg for x in touching for leg in x], dtype=np.int32)


@compiled()
def passage(
    net: Network,
    conduit: int,
    holder: NDArray[np.int32],
    stance: NDArray[np.int8],
    p: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Fill `out` with what each leg carries for a conduit's sender, shape (n_legs,)."""
    sender, recipient = net.conduit_sender[conduit], net.conduit_recipient[conduit]
    origin, destination = net.conduit_origin[conduit], net.conduit_destination[conduit]
    for leg in range(net.a.shape[0]):
        if net.conduit_modes[conduit, net.leg_mode[leg]] == 0:
            out[leg] = 0.0
            continue
        share = 1.0
        for end in range(2):
            site = net.a[leg] if end == 0 else net.b[leg]
            who = holder[site]
            if site == origin or who == recipient or (site == destination and who == net.holder_base[site]):
                # What the sender starts from and what the recipient holds is open, and so is the
                # destination while it is in the hands in which it was at the start.
                continue
            share = min(share, openness(stance[sender, who], p))
        for j in range(net.consent.shape[1]):
            who = net.consent[leg, j]
            if who >= 0 and who != sender:
                share = min(share, openness(stance[sender, who], p))
        out[leg] = net.capacity[leg] * share


@compiled(allocates=True)
def conduit_capacity(
    net: Network,
    start: NDArray[np.int32],
    legs: NDArray[np.int32],
    conduit: int,
    leg_capacity: NDArray[np.float64],
    reached: NDArray[np.int8],
) -> float:
    """Maximum flow of a conduit; legs that are not both ways carry from a to b only.

    Parameters
    ----------
    leg_capacity : ndarray, shape (n_legs,)
        From `passage`.
    reached : ndarray of int8, shape (n_sites,)
        Filled with 1 on the origin's side of a minimum cut.

    Returns
    -------
    float
        Capacity [unit of the legs].
    """
    n_sites = net.holder.shape[0]
    n_legs = net.a.shape[0]
    forward = leg_capacity.copy()
    backward = leg_capacity * net.both_ways
    came = np.empty(n_sites, np.int32)
    queue = np.empty(n_sites, np.int32)
    origin, destination = net.conduit_origin[conduit], net.conduit_destination[conduit]
    total = 0.0
    for _ in range(4 * n_legs + 1):
        came[:] = -2
        came[origin] = -1
        head, tail = 0, 1
        queue[0] = origin
        while head < tail and came[destination] == -2:
            site = queue[head]
            head += 1
            for j in range(start[site], start[site + 1]):
                leg = legs[j]
                other = net.b[leg] if net.a[leg] == site else net.a[leg]
                room = forward[leg] if net.a[leg] == site else backward[leg]
                if came[other] == -2 and room > _EPSILON:
                    came[other] = leg
                    queue[tail] = other
                    tail += 1
        if came[destination] == -2:
            break
        push = 1e300
        site = destination
        while site != origin:
            leg = came[site]
            push = min(push, forward[leg] if net.b[leg] == site else backward[leg])
            site = net.a[leg] if net.b[leg] == site else net.b[leg]
        site = destination
        while site != origin:
            leg = came[site]
            if net.b[leg] == site:
                forward[leg] -= push
                backward[leg] += push
                site = net.a[leg]
            else:
                backward[leg] -= push
                forward[leg] += push
                site = net.b[leg]
        total += push
    for i in range(n_sites):
        reached[i] = 1 if came[i] != -2 else 0
    return total
