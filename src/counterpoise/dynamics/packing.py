"""Fast packing of several conduits onto shared legs: the approximation that the kernel uses in place of a linear programme.

Each conduit has a list of candidate ways, the quickest first. In round r every conduit with something left to send offers what
its r-th way still has room for; where the offers to a leg exceed its room, they are scaled down together, each way by its
tightest leg. Two sweeps over the ways use what the scaling left. No conduit goes before another, so the order of actors and flows
changes nothing.

What a conduit cannot carry may go by another conduit of the same sender and recipient (by air or sea in place of the road): a
share of it, as far as that one has room, at the time that its way takes (`ask_others`, `credit_others`).

    on each leg  sum over conduits <= capacity,    each conduit <= capacity x what the holders let its sender pass

Every divisor is checked, so that numba need not (``error_model="numpy"``).

Weakest assumption: greedy filling along given ways. It never carries more than the linear programme, and carries less by the
error that ``docs/model/region.md`` prints (1,000 random networks).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.world import Network
from counterpoise.jit import compiled

__all__ = ["agree", "alone", "ask_others", "credit_others", "let_pass", "pack"]

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
_EPSILON = 1e-9
_SWEEPS = 2


@compiled(error_model="numpy")
def agree(net: Network, lets: F64, agreed: F64) -> None:
    """Fill `agreed`, shape (n_slots,): how far those who must consent let each conduit's sender pass a leg.

    Needs no repeat while no stance changes, whoever holds what.

    Parameters
    ----------
    lets : ndarray, shape (n_actors, n_actors)
        Share that the second actor lets the first pass.
    """
    consent, conduit_origin, conduit_sender, conduit_slot = (
        net.consent,
        net.conduit_origin,
        net.conduit_sender,
        net.conduit_slot,
    )
    slot_leg = net.slot_leg
    n_consent = consent.shape[1]
    for c in range(conduit_origin.shape[0]):
        sender = conduit_sender[c]
        for i in range(conduit_slot[c], conduit_slot[c + 1]):
            part = 1.0
            for j in range(n_consent):
                who = consent[slot_leg[i], j]
                if who >= 0 and who != sender:
                    part = min(part, lets[sender, who])
            agreed[i] = part


@compiled(allocates=True, error_model="numpy")
def let_pass(net: Network, holder: I32, lets: F64, agreed: F64, share: F64) -> None:
    """Fill `share`, shape (n_slots,): how far holders and those who must consent let each conduit's sender pass a leg.

    Parameters
    ----------
    lets : ndarray, shape (n_actors, n_actors)
        Share that the second actor lets the first pass.
    agreed : ndarray, shape (n_slots,)
        From `agree`.
    """
    conduit_origin, conduit_sender, conduit_destination, conduit_recipient = (
        net.conduit_origin,
        net.conduit_sender,
        net.conduit_destination,
        net.conduit_recipient,
    )
    holder_base, conduit_slot, slot_leg, a = net.holder_base, net.conduit_slot, net.slot_leg, net.a
    b = net.b
    n_sites = holder.shape[0]
    opens, by_site = np.empty(lets.shape[0]), np.empty(n_sites)
    for c in range(conduit_origin.shape[0]):
        # Each site once: a conduit's legs meet most sites several times.
        sender, destination = conduit_sender[c], conduit_destination[c]
        for h in range(lets.shape[0]):
            opens[h] = lets[sender, h]
        opens[conduit_recipient[c]] = 1.0
        for site in range(n_sites):
            by_site[site] = opens[holder[site]]
        by_site[conduit_origin[c]] = 1.0
        if holder[destination] == holder_base[destination]:
            by_site[destination] = 1.0
        for i in range(conduit_slot[c], conduit_slot[c + 1]):
            leg = slot_leg[i]
            share[i] = min(agreed[i], min(by_site[a[leg]], by_site[b[leg]]))


@compiled(error_model="numpy")
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
    conduit_origin, conduit_slot, slot_leg, conduit_path = (
        net.conduit_origin,
        net.conduit_slot,
        net.slot_leg,
        net.conduit_path,
    )
    path_start, path_slot = net.path_start, net.path_slot
    any_changed = False
    for c in range(conduit_origin.shape[0]):
        changed = False
        for i in range(conduit_slot[c], conduit_slot[c + 1]):
            leg = slot_leg[i]
            free = capacity[leg] * share[i]
            if free != room[i] or passes[leg] != kept_room[i]:
                room[i], kept_room[i] = free, passes[leg]
                changed = True
            left[i] = free
        if not changed:
            continue
        any_changed = True
        total = 0.0
        for w in range(conduit_path[c], conduit_path[c + 1]):
            push, kept = 1e300, 1.0
            for j in range(path_start[w], path_start[w + 1]):
                slot = path_slot[j]
                push = min(push, left[slot])
                kept *= kept_room[slot]
                if push <= _EPSILON:
                    break
            if push > _EPSILON:
                total += push * kept
                for j in range(path_start[w], path_start[w + 1]):
                    left[path_slot[j]] -= push
        out[c] = total
    return any_changed


@compiled(error_model="numpy")
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
    conduit_origin, conduit_path, path_start, path_slot = (
        net.conduit_origin,
        net.conduit_path,
        net.path_start,
        net.path_slot,
    )
    slot_leg, path_delay = net.slot_leg, net.path_delay
    n = conduit_origin.shape[0]
    most = 0
    for c in range(n):
        most = max(most, conduit_path[c + 1] - conduit_path[c])
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
        busy = waits = False
        for c in range(n):
            offer[c] = 0.0
            if demand[c] - carried[c] <= _EPSILON:
                continue
            waits = True
            w = conduit_path[c] + rank
            if w >= conduit_path[c + 1]:
                continue
            push = demand[c] - carried[c]
            for j in range(path_start[w], path_start[w + 1]):
                slot = path_slot[j]
                push = min(push, left[slot], rest[slot_leg[slot]])
                if push <= _EPSILON:
                    break
            if push > _EPSILON:
                offer[c] = push
                busy = True
                for j in range(path_start[w], path_start[w + 1]):
                    want[slot_leg[path_slot[j]]] += push
        if not waits:
            break
        if not busy:
            continue
        for c in range(n):
            if offer[c] == 0.0:
                continue
            w = conduit_path[c] + rank
            scale = 1.0
            for j in range(path_start[w], path_start[w + 1]):
                leg = slot_leg[path_slot[j]]
                if want[leg] > rest[leg]:
                    scale = min(scale, rest[leg] / want[leg])
            offer[c] *= scale
            scaled = scaled or scale < 1.0
        for c in range(n):
            if offer[c] == 0.0:
                continue
            w = conduit_path[c] + rank
            kept = 1.0
            for j in range(path_start[w], path_start[w + 1]):
                slot = path_slot[j]
                leg = slot_leg[slot]
                left[slot] -= offer[c]
                rest[leg] = max(rest[leg] - offer[c], 0.0)
                want[leg] = 0.0
                kept *= kept_room[slot]
            carried[c] += offer[c]
            delivered[c] += offer[c] * kept
            delay[c] += offer[c] * path_delay[w]
    for c in range(n):
        if carried[c] > 0.0:
            delay[c] /= carried[c]


@compiled(error_model="numpy")
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


@compiled(error_model="numpy")
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
