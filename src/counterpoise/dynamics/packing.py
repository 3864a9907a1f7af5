"""Fast packing of several conduits onto shared legs: the approximation that the kernel uses in place of a linear programme.

Each conduit has a list of candidate ways, the quickest first. In round r every conduit with something left to send offers what
its r-th way still has room for; where the offers to a leg exceed its room, they are scaled down together, each way by its
tightest leg. Two sweeps over the ways use what the scaling left. No conduit goes before another, so the order of actors and flows
changes nothing.

What a conduit cannot carry may go by another conduit of the same sender and recipient (by air or sea in place of the road): a
share of it, as far as that one has room, at the time that its way takes (`ask_others`, `credit_others`).

    on each leg  sum over conduits <= capacity,    each conduit <= capacity x what the holders let its sender pass

Weakest assumption: greedy filling along given ways. It never carries more than the linear programme, and carries less by the
error that ``docs/model/region.md`` prints (1,000 random networks).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.world import Network
from counterpoise.jit import compiled

__all__ = ["alone", "ask_others", "credit_others", "let_pass", "pack"]

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
_EPSILON = 1e-9
_SWEEPS = 2


@compiled()
def let_pass(net: Network, holder: I32, lets: F64, share: F64) -> None:
    """Fill `share`, shape (n_slots,): how far holders and those who must consent let each conduit's sender pass a leg.

    Parameters
    ----------
    lets : ndarray, shape (n_actors, n_actors)
        Share that the second actor lets the first pass.
    """
    n_consent = net.consent.shape[1]
    for c in range(net.conduit_origin.shape[0]):
        sender, recipient = net.conduit_sender[c], net.conduit_recipient[c]
        origin, destination = net.conduit_origin[c], net.conduit_destination[c]
        at_home = holder[destination] == net.holder_base[destination]
        for i in range(net.conduit_slot[c], net.conduit_slot[c + 1]):
            leg = net.slot_leg[i]
            part = 1.0
            site = net.a[leg]
            if site != origin and holder[site] != recipient and not (site == destination and at_home):
                part = min(part, lets[sender, holder[site]])
            site = net.b[leg]
            if site != origin and holder[site] != recipient and not (site == destination and at_home):
                part = min(part, lets[sender, holder[site]])
            for j in range(n_consent):
                who = net.consent[leg, j]
                if who >= 0 and who != sender:
                    part = min(part, lets[sender, who])
            share[i] = part


@compiled()
def alone(
    net: Network, capacity: F64, passes: F64, share: F64, room: F64, kept_room: F64, left: F64, out: F64
) -> bool:
    """Fill `out`, shape (n_conduits,): what each conduit could carry if no other used a leg, less what is lost on the way.

    Parameters
    ----------
    room, kept_room : ndarray, shape (n_slots,)
        What each conduit may send over each of its legs, and what of it gets through, as of the last call; a conduit for
        which neither has changed is left as it was. Fill `room` with -1 to begin.

    Returns
    -------
    bool
        Whether anything has changed.
    """
    any_changed = False
    for c in range(net.conduit_origin.shape[0]):
        changed = False
        for i in range(net.conduit_slot[c], net.conduit_slot[c + 1]):
            leg = net.slot_leg[i]
            free = capacity[leg] * share[i]
            if free != room[i] or passes[leg] != kept_room[i]:
                room[i], kept_room[i] = free, passes[leg]
                changed = True
            left[i] = free
        if not changed:
            continue
        any_changed = True
        total = 0.0
        for w in range(net.conduit_path[c], net.conduit_path[c + 1]):
            push, kept = 1e300, 1.0
            for j in range(net.path_start[w], net.path_start[w + 1]):
                slot = net.path_slot[j]
                push = min(push, left[slot])
                kept *= kept_room[slot]
                if push <= _EPSILON:
                    break
            if push > _EPSILON:
                total += push * kept
                for j in range(net.path_start[w], net.path_start[w + 1]):
                    left[net.path_slot[j]] -= push
        out[c] = total
    return any_changed


@compiled()
def pack(
    net: Network,
    capacity: F64,
    room: F64,
    kept_room: F64,
    demand: F64,
    left: F64,
    want: F64,
    rest: F64,
    offer: F64,
    carried: F64,
    delivered: F64,
    delay: F64,
    go_on: bool,
) -> None:
    """Share legs among all conduits.

    Parameters
    ----------
    capacity : ndarray, shape (n_legs,)
        What each leg carries at all.
    room, kept_room : ndarray, shape (n_slots,)
        From `alone`.
    demand : ndarray, shape (n_conduits,)
        What each conduit would send [unit of the legs].
    left, want, rest, offer : ndarray
        Scratch of shapes (n_slots,), (n_legs,), (n_legs,), (n_conduits,).
    carried, delivered, delay : ndarray, shape (n_conduits,)
        Filled: what sets out, what gets through, mean time on the way [day].
    go_on : bool
        Go on from the last call: what is carried stays, and larger demands use the room that is left.
    """
    n = net.conduit_origin.shape[0]
    most = 0
    for c in range(n):
        most = max(most, net.conduit_path[c + 1] - net.conduit_path[c])
    if go_on:
        for c in range(n):
            delay[c] *= carried[c]
    else:
        for c in range(n):
            carried[c] = delivered[c] = delay[c] = 0.0
        for leg in range(rest.shape[0]):
            rest[leg] = capacity[leg]
            want[leg] = 0.0
        for i in range(left.shape[0]):
            left[i] = room[i]
    scaled = False
    for sweep in range(_SWEEPS * most):
        # What was scaled down for others may find room on the ways that follow: then, and only then, a second sweep.
        if sweep == most and not scaled:
            break
        rank = sweep % most
        busy = False
        for c in range(n):
            offer[c] = 0.0
            w = net.conduit_path[c] + rank
            if w >= net.conduit_path[c + 1] or demand[c] - carried[c] <= _EPSILON:
                continue
            push = demand[c] - carried[c]
            for j in range(net.path_start[w], net.path_start[w + 1]):
                slot = net.path_slot[j]
                push = min(push, left[slot], rest[net.slot_leg[slot]])
                if push <= _EPSILON:
                    break
            if push > _EPSILON:
                offer[c] = push
                busy = True
                for j in range(net.path_start[w], net.path_start[w + 1]):
                    want[net.slot_leg[net.path_slot[j]]] += push
        if not busy:
            continue
        for c in range(n):
            if offer[c] == 0.0:
                continue
            w = net.conduit_path[c] + rank
            scale = 1.0
            for j in range(net.path_start[w], net.path_start[w + 1]):
                leg = net.slot_leg[net.path_slot[j]]
                if want[leg] > rest[leg]:
                    scale = min(scale, rest[leg] / want[leg])
            offer[c] *= scale
            scaled = scaled or scale < 1.0
        for c in range(n):
            if offer[c] == 0.0:
                continue
            w = net.conduit_path[c] + rank
            kept = 1.0
            for j in range(net.path_start[w], net.path_start[w + 1]):
                slot = net.path_slot[j]
                leg = net.slot_leg[slot]
                left[slot] -= offer[c]
                rest[leg] = max(rest[leg] - offer[c], 0.0)
                want[leg] = 0.0
                kept *= kept_room[slot]
            carried[c] += offer[c]
            delivered[c] += offer[c] * kept
            delay[c] += offer[c] * net.path_delay[w]
    for c in range(n):
        if carried[c] > 0.0:
            delay[c] /= carried[c]


@compiled()
def ask_others(pair: I32, demand: F64, carried: F64, capacity: F64, shift: float, asked: F64) -> bool:
    """Ask conduits with room to take a share of what others of their pair cannot carry.

    Parameters
    ----------
    pair : ndarray of int32, shape (n_conduits,)
        Sender and recipient of each conduit, as one number.
    capacity : ndarray, shape (n_conduits,)
        What each could carry alone.
    shift : float
        Share of what cannot go its own way that the sender can move to another.
    asked : ndarray, shape (n_conduits,)
        Filled: what each is to carry in the end.

    Returns
    -------
    bool
        Whether anything is asked at all.
    """
    n = demand.shape[0]
    any_asked = False
    for c in range(n):
        asked[c] = carried[c]
    for c in range(n):
        first = True
        for d in range(c):
            first = first and pair[d] != pair[c]
        if not first:
            continue
        need, spare = 0.0, 0.0
        for d in range(c, n):
            if pair[d] == pair[c]:
                short = demand[d] - carried[d]
                if short > _EPSILON:
                    need += short
                else:
                    spare += max(0.0, capacity[d] - carried[d])
        if need <= _EPSILON or spare <= _EPSILON:
            continue
        any_asked = True
        for d in range(c, n):
            if pair[d] == pair[c] and demand[d] - carried[d] <= _EPSILON:
                asked[d] += min(need * shift, spare) * max(0.0, capacity[d] - carried[d]) / spare
    return any_asked


@compiled()
def credit_others(
    pair: I32,
    demand: F64,
    before: F64,
    carried: F64,
    delivered: F64,
    delay: F64,
    own: F64,
    got: F64,
    late: F64,
) -> None:
    """Credit what went by other conduits to those that it was sent for, in place.

    Parameters
    ----------
    before : ndarray, shape (n_conduits,)
        What each carried before others were asked.
    carried, delivered, delay : ndarray, shape (n_conduits,)
        What each carries now; changed into what is carried, gets through, and how long it takes, for each conduit's own goods.
    own, got, late : ndarray, shape (n_conduits,)
        Scratch.
    """
    n = demand.shape[0]
    for c in range(n):
        own[c], got[c], late[c] = carried[c], delivered[c], delay[c]
    for c in range(n):
        need, extra, through, time = 0.0, 0.0, 0.0, 0.0
        for d in range(n):
            if pair[d] == pair[c]:
                need += max(0.0, demand[d] - before[d])
                more = own[d] - before[d]
                if more > 0.0:
                    extra += more
                    through += more * got[d] / own[d]
                    time += more * late[d]
        mine = min(own[c], before[c])
        part = got[c] * (mine / own[c]) if own[c] > 0.0 else 0.0
        lag = late[c] * mine
        if need > _EPSILON and extra > 0.0:
            share = max(0.0, demand[c] - before[c]) / need
            mine += extra * share
            part += through * share
            lag += time * share
        carried[c], delivered[c] = mine, part
        delay[c] = lag / mine if mine > 0.0 else 0.0
