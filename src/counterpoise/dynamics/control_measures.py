"""Regional measures that rest on control and stances alone: reach, operational space, and who is exposed to whom.

The formulas stand in `counterpoise.dynamics.measures`. What a stance opens is listed once, and needs no repeat while no stance
changes; control is gone through once for all actors.

Weakest assumption: exposure falls off with the distance of sites alone, so that long-range missiles are understated.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.conduits import openness
from counterpoise.dynamics.situation import REACH, SPACE, Situation
from counterpoise.dynamics.world import Ledger
from counterpoise.jit import compiled

__all__ = ["Ground", "fill_lets", "list_friends", "measure_control"]

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I8 = NDArray[np.int8]
P_KM = q.THREAT_KM
_FAR = 1e9


class Ground(NamedTuple):
    """What the walk needs of the map, made once for a world by `counterpoise.ensemble.ground`.

    Parameters
    ----------
    home_km : ndarray, shape (n_sites, n_actors)
        Distance from each site to each actor's home [km]; far away where it has none.
    far_km, far_weight : ndarray, shapes (n_actors, n_actors), (n_actors,)
        The least such distance, and the weight for reach, over the sites outside the theatre that each actor holds.
    place : ndarray of int32, shape (n_theatre_sites,)
        Position of each theatre site among all sites.
    near_start, near : ndarray of int32
        Theatre sites next to each theatre site by road or rail, in compressed rows.
    road_a, road_b : ndarray of int32, shape (n_roads,)
        Ends of the roads and railways of the theatre, as theatre positions.
    road_share : ndarray, shape (n_roads,)
        Share of their length.
    people_share : ndarray, shape (n_theatre_sites,)
        Share of the theatre's people.
    """

    home_km: F64
    far_km: F64
    far_weight: F64
    place: I32
    near_start: I32
    near: I32
    road_a: I32
    road_b: I32
    road_share: F64
    people_share: F64


@compiled(error_model="numpy")
def fill_lets(stance: I8, p: F64, lets: F64) -> None:
    """Share that the second actor lets the first pass, by stance."""
    for a in range(stance.shape[0]):
        for b in range(stance.shape[0]):
            lets[a, b] = openness(stance[a, b], p)


@compiled(error_model="numpy")
def list_friends(stance: I8, gone: int, friends: I32, n_friends: I32) -> None:
    """List whose sites each actor may use: allies and partners, itself included; `gone` uses none."""
    for a in range(stance.shape[0]):
        n = 0
        if a != gone:
            for h in range(stance.shape[0]):
                if stance[a, h] <= 1:
                    friends[a, n] = h
                    n += 1
        n_friends[a] = n


@compiled(error_model="numpy")
def measure_control(
    led: Ledger,
    ground: Ground,
    s: Situation,
    p: F64,
    client: int,
    friends: I32,
    n_friends: I32,
    near_km: F64,
    weight: F64,
    inside: I32,
    queue: I32,
    seen: I8,
    exposure: F64,
    out: F64,
) -> None:
    """Compute what depends on control and stances alone; needs no repeat while neither changes.

    Parameters
    ----------
    friends, n_friends : ndarray of int32
        From `list_friends`.
    near_km, weight : ndarray
        Scratch of shapes (n_actors, n_actors), (n_actors,).
    inside, queue, seen : ndarray
        Scratch of shape (n_theatre_sites,).
    exposure : ndarray, shape (n_actors, n_actors)
        Filled with how much of the first actor's strength the second, hostile to it, is exposed to.
    out : ndarray, shape (8, n_actors)
        Rows reach and space are filled.
    """
    strength, site_weight = led.strength, led.site_weight
    far_weight, far_km, place, home_km = ground.far_weight, ground.far_km, ground.place, ground.home_km
    holder, stance = s.holder, s.stance
    n_actors = strength.shape[0]
    for h in range(n_actors):
        weight[h] = far_weight[h]
        for o in range(n_actors):
            near_km[h, o] = far_km[h, o]
    for t in range(place.shape[0]):
        site = place[t]
        h = inside[t] = holder[site]
        weight[h] += site_weight[site]
        for o in range(n_actors):
            near_km[h, o] = min(near_km[h, o], home_km[site, o])
    gone = client if s.ended == 1 else -1
    for a in range(n_actors):
        reach = 0.0
        for j in range(n_friends[a]):
            reach += weight[friends[a, j]]
        out[REACH, a] = reach
        for o in range(n_actors):
            exposure[a, o] = 0.0
            if stance[a, o] != 4 or a == gone:
                continue
            least = _FAR
            for j in range(n_friends[a]):
                if friends[a, j] != o:
                    least = min(least, near_km[friends[a, j], o])
            if least < _FAR:
                exposure[a, o] = np.exp(-least / p[P_KM])
    _bases(led, ground, s, p, client, exposure, out)
    _space(ground, s, gone, inside, queue, seen, out)


@compiled(error_model="numpy")
def _bases(led: Ledger, ground: Ground, s: Situation, p: F64, client: int, exposure: F64, out: F64) -> None:
    """Add what a base that outlived the regime opens to its owner, where its holder would not."""
    base_site, sender, recipient, site_weight = led.base_site, led.sender, led.recipient, led.site_weight
    home_km = ground.home_km
    allowed, fraction, stance, holder = s.allowed, s.fraction, s.stance, s.holder
    if s.ended == 0:
        return
    for f in range(base_site.shape[0]):
        site, owner = base_site[f], sender[f]
        kept = site >= 0 and allowed[f] == 1 and fraction[f] > 0.0 and recipient[f] == client
        if not kept or stance[owner, holder[site]] <= 1:
            continue
        counted = False
        for g in range(f):
            counted = counted or (
                base_site[g] == site
                and sender[g] == owner
                and allowed[g] == 1
                and fraction[g] > 0.0
                and recipient[g] == client
            )
        if counted:
            continue
        out[REACH, owner] += site_weight[site]
        for o in range(exposure.shape[0]):
            if stance[owner, o] == 4 and home_km[site, o] < _FAR:
                exposure[owner, o] = max(exposure[owner, o], np.exp(-home_km[site, o] / p[P_KM]))


@compiled(error_model="numpy")
def _space(ground: Ground, s: Situation, gone: int, inside: I32, queue: I32, seen: I8, out: F64) -> None:
    """Operational space inside the theatre of every actor that holds a site there, `inside`."""
    place, people_share, near_start, near = ground.place, ground.people_share, ground.near_start, ground.near
    road_a, road_b, road_share = ground.road_a, ground.road_b, ground.road_share
    stance = s.stance
    n_sites = place.shape[0]
    for a in range(out.shape[1]):
        out[SPACE, a] = -1.0
    for t in range(n_sites):
        out[SPACE, inside[t]] = 0.0
    for a in range(out.shape[1]):
        holds = out[SPACE, a] == 0.0
        out[SPACE, a] = 0.0
        if a == gone or not holds:
            continue
        tail = 0
        for t in range(n_sites):
            seen[t] = 0
            if inside[t] == a:
                seen[t] = 1
                queue[tail] = t
                tail += 1
        head = 0
        people = 0.0
        while head < tail:
            t = queue[head]
            head += 1
            people += people_share[t]
            for j in range(near_start[t], near_start[t + 1]):
                other = near[j]
                if seen[other] == 0 and stance[a, inside[other]] != 4:
                    seen[other] = 1
                    queue[tail] = other
                    tail += 1
        length = 0.0
        for r in range(road_a.shape[0]):
            if seen[road_a[r]] == 1 and seen[road_b[r]] == 1:
                length += road_share[r]
        out[SPACE, a] = 0.5 * people + 0.5 * length
