"""Regional measures of one future on one day.

    influence    I_s = sum_r v_r sum_k w_k a_srk / (own_rk + sum_s' a_s'rk)   over what arrives; kinds are never added
    reach        sum over sites that the actor may use (its own, an ally's, a partner's, a base that it kept) of the site's weight
    strength     armed strength x what its stocks allow x what strikes have left          [persons]
    threat       sum over hostile actors h of strength_h x exp(-distance to the nearest site that h uses / d0)   [persons]
    space        mean of the shares of theatre people and of road and rail length within reach without crossing hostile-held sites
    material     share of GDP x GDP per head (Beckley 2018, doi:10.1162/isec_a_00328)
    spending     share of military expenditure
    composite    mean of the shares of military expenditure, armed strength and population: three of the six components of the
                 composite index of national capability (Singer, Bremer & Stuckey 1972)

The last three are shares among the scenario's actors, net of forces tied down abroad.

Sent and arrived: of what is committed the plan sends a fraction; of that sets out what the conduit carries (`packing`), and what
interdiction does not take arrives. A conduit before the campaign carries all that is sent.

Weakest assumptions: own resources are single figures; strength falls in proportion to the stock that is shortest.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.conduits import openness
from counterpoise.dynamics.world import Ledger
from counterpoise.jit import compiled

__all__ = [
    "GROUP",
    "MEASURES",
    "N_MEASURES",
    "Ground",
    "Situation",
    "escort_factor",
    "measure_control",
    "measure_flows",
    "measure_strength",
    "stock_after",
]

MEASURES = ("influence", "reach", "strength", "threat", "space", "material", "spending", "composite")
INFLUENCE, REACH, STRENGTH, THREAT, SPACE, MATERIAL, SPENDING, COMPOSITE = range(8)
N_MEASURES = 8

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I8 = NDArray[np.int8]
P_KM, P_USE, P_LOAD = q.THREAT_KM, q.STOCK_USE, q.LOAD
W_PEOPLE, W_ARMS, W_MONEY, W_OTHER = q.W_PEOPLE, q.W_ARMS, q.W_MONEY, q.W_OTHER
#: Group of each kind of support in the order of ``SUPPORT_KINDS``: 0 people, 1 arms, 2 money, 3 other.
GROUP = np.array([0, 0, 0, 1, 1, 0, 2, 0, 3, 3, 3], dtype=np.int8)
#: Kinds in each group.
IN_GROUP = np.bincount(GROUP).astype(float)
#: Kinds that tie down forces abroad.
TIED = np.array([1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0], dtype=np.int8)
#: Kinds of support that stay with a base: troops, air power, access to territory.
AT_BASE = np.array([1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0], dtype=np.int8)
_FAR = 1e9
#: Share of the fallen government's value that its successor's own support counts for, once there is some.
_HALF = 0.5


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


class Situation(NamedTuple):
    """State of one future on one day.

    Parameters
    ----------
    holder : ndarray of int32, shape (n_sites,)
        Actor in control of each site.
    stance : ndarray of int8, shape (n_actors, n_actors)
        Stances, a successor's included.
    fraction : ndarray, shape (n_flows,)
        Fraction of the commitment that the plan sends.
    allowed : ndarray of int8, shape (n_flows,)
        0 for a flow of an ended regime that has not been taken up again.
    ended : int
        1 if the client regime has ended.
    winner : int
        Actor that took its place, -1 if none.
    """

    holder: I32
    stance: I8
    fraction: F64
    allowed: I8
    ended: int
    winner: int


@compiled()
def stock_after(stock: float, dependence: float, use: float, arrived_share: float, days: float) -> float:
    """Stock [day of use] after `days` in which `arrived_share` of the outside replacement arrives; never below 0.

    dS/dt = arrived + own production - use, in days of use: use x (dependence x arrived_share + (1 - dependence) - 1).
    """
    return max(0.0, stock - use * dependence * (1.0 - arrived_share) * days)


@compiled(inline="always")
def escort_factor(there: float, share: float) -> float:
    """Share of a flow that is left given what is there of the flow it rests on, and the share that rests on it."""
    return float(1.0 - share * (1.0 - min(there, 1.0)))


@compiled()
def fill_lets(stance: I8, p: F64, lets: F64) -> None:
    """Share that the second actor lets the first pass, by stance."""
    for a in range(stance.shape[0]):
        for b in range(stance.shape[0]):
            lets[a, b] = openness(stance[a, b], p)


@compiled()
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


@compiled()
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
    near_km, weight, queue, seen : ndarray
        Scratch of shapes (n_actors, n_actors), (n_actors,), (n_theatre_sites,), (n_theatre_sites,).
    exposure : ndarray, shape (n_actors, n_actors)
        Filled with how much of the first actor's strength the second, hostile to it, is exposed to.
    out : ndarray, shape (8, n_actors)
        Rows reach and space are filled.
    """
    n_actors = led.strength.shape[0]
    for h in range(n_actors):
        weight[h] = ground.far_weight[h]
        for o in range(n_actors):
            near_km[h, o] = ground.far_km[h, o]
    for t in range(ground.place.shape[0]):
        site = ground.place[t]
        h = s.holder[site]
        weight[h] += led.site_weight[site]
        for o in range(n_actors):
            near_km[h, o] = min(near_km[h, o], ground.home_km[site, o])
    gone = client if s.ended == 1 else -1
    for a in range(n_actors):
        reach = 0.0
        for j in range(n_friends[a]):
            reach += weight[friends[a, j]]
        out[REACH, a] = reach
        for o in range(n_actors):
            exposure[a, o] = 0.0
            if s.stance[a, o] != 4 or a == gone:
                continue
            least = _FAR
            for j in range(n_friends[a]):
                if friends[a, j] != o:
                    least = min(least, near_km[friends[a, j], o])
            if least < _FAR:
                exposure[a, o] = np.exp(-least / p[P_KM])
    _bases(led, ground, s, p, client, exposure, out)
    _space(ground, s, gone, queue, seen, out)


@compiled()
def _bases(led: Ledger, ground: Ground, s: Situation, p: F64, client: int, exposure: F64, out: F64) -> None:
    """Add what a base that outlived the regime opens to its owner, where its holder would not."""
    if s.ended == 0:
        return
    for f in range(led.base_site.shape[0]):
        site, owner = led.base_site[f], led.sender[f]
        kept = site >= 0 and s.allowed[f] == 1 and s.fraction[f] > 0.0 and led.recipient[f] == client
        if not kept or s.stance[owner, s.holder[site]] <= 1:
            continue
        counted = False
        for g in range(f):
            counted = counted or (
                led.base_site[g] == site
                and led.sender[g] == owner
                and s.allowed[g] == 1
                and s.fraction[g] > 0.0
                and led.recipient[g] == client
            )
        if counted:
            continue
        out[REACH, owner] += led.site_weight[site]
        for o in range(exposure.shape[0]):
            if s.stance[owner, o] == 4 and ground.home_km[site, o] < _FAR:
                exposure[owner, o] = max(exposure[owner, o], np.exp(-ground.home_km[site, o] / p[P_KM]))


@compiled()
def _space(ground: Ground, s: Situation, gone: int, queue: I32, seen: I8, out: F64) -> None:
    """Operational space inside the theatre of every actor that holds a site there."""
    n_sites = ground.place.shape[0]
    for a in range(out.shape[1]):
        out[SPACE, a] = 0.0
        if a == gone:
            continue
        tail = 0
        for t in range(n_sites):
            seen[t] = 0
            if s.holder[ground.place[t]] == a:
                seen[t] = 1
                queue[tail] = t
                tail += 1
        if tail == 0:
            continue
        head = 0
        people = 0.0
        while head < tail:
            t = queue[head]
            head += 1
            people += ground.people_share[t]
            for j in range(ground.near_start[t], ground.near_start[t + 1]):
                other = ground.near[j]
                if seen[other] == 0 and s.stance[a, s.holder[ground.place[other]]] != 4:
                    seen[other] = 1
                    queue[tail] = other
                    tail += 1
        length = 0.0
        for r in range(ground.road_a.shape[0]):
            if seen[ground.road_a[r]] == 1 and seen[ground.road_b[r]] == 1:
                length += ground.road_share[r]
        out[SPACE, a] = 0.5 * people + 0.5 * length


@compiled()
def planned_flows(
    led: Ledger,
    s: Situation,
    size: F64,
    share: F64,
    client: int,
    active: I8,
    planned: F64,
    rho: F64,
    there: F64,
) -> None:
    """What the plan sends, and how much of its old load each conduit is asked to carry.

    Parameters
    ----------
    size, share : ndarray, shape (n_flows,)
        Committed size of each flow and the share that rests on its escort, under this draw.
    active : ndarray of int8, shape (n_flows,)
        1 for flows that run on the as-of day; the others are not missed.
    planned : ndarray, shape (n_flows,)
        Filled [unit of each flow].
    rho : ndarray, shape (n_conduits,)
        Filled with planned over committed.
    there : ndarray, shape (n_conduits,)
        Filled with the share that the escorts leave, whatever the plan sends.
    """
    n_conduits = rho.shape[0]
    whole = np.zeros(n_conduits)
    for c in range(n_conduits):
        rho[c] = there[c] = 0.0
    for f in range(planned.shape[0]):
        e = led.escort[f]
        factor = 1.0
        if e >= 0:
            over = s.ended == 1 and led.recipient[e] == client and s.allowed[e] == 0
            factor = escort_factor(0.0 if over else s.fraction[e], share[f])
        planned[f] = size[f] * s.fraction[f] * factor
        if s.allowed[f] == 0:
            planned[f] = 0.0
        c = led.conduit[f]
        if c >= 0:
            whole[c] += size[f] * active[f]
            there[c] += size[f] * active[f] * factor
            rho[c] += planned[f]
    for c in range(n_conduits):
        if whole[c] > 0.0:
            rho[c] /= whole[c]
            there[c] /= whole[c]
        else:
            there[c] = 1.0
            rho[c] = 1.0 if rho[c] > 0.0 else 0.0


@compiled()
def measure_flows(
    led: Ledger,
    s: Situation,
    p: F64,
    client: int,
    planned: F64,
    rho: F64,
    base: F64,
    carried: F64,
    delivered: F64,
    sent: F64,
    arrived: F64,
    placed: F64,
    out: F64,
) -> None:
    """Compute what is sent and arrives, and the measures that rest on it.

    Parameters
    ----------
    planned, rho : ndarray
        From `planned_flows`.
    base : ndarray, shape (n_conduits,)
        What each conduit carried before the campaign.
    carried, delivered : ndarray, shape (n_conduits,)
        From `counterpoise.dynamics.packing.pack`.
    sent, arrived : ndarray, shape (n_flows,)
        Filled [unit of each flow].
    placed : ndarray, shape (n_places,)
        Scratch.
    out : ndarray, shape (8, n_actors)
        Rows influence, material, spending and composite are filled.
    """
    for f in range(planned.shape[0]):
        sent[f] = arrived[f] = planned[f]
        c = led.conduit[f]
        if c >= 0:
            if base[c] <= 0.0 or rho[c] <= 0.0 or carried[c] <= 0.0:
                sent[f] = arrived[f] = 0.0
                continue
            sent[f] *= min(1.0, carried[c] / base[c] / rho[c])
            arrived[f] = sent[f] * (delivered[c] / carried[c])
    _influence(led, s, p, client, arrived, placed, out)
    _material(led, arrived, out)


@compiled()
def _influence(led: Ledger, s: Situation, p: F64, client: int, arrived: F64, placed: F64, out: F64) -> None:
    """Influence over what arrives, with equal value of recipients.

    A winner takes the fallen government's value as well; once support reaches the new government, that has half of it.
    """
    n_actors = out.shape[1]
    for a in range(n_actors):
        out[INFLUENCE, a] = 0.0
    for i in range(placed.shape[0]):
        placed[i] = led.place_own[i]
    gets = np.zeros(n_actors, np.int8)
    renewed = False
    for f in range(arrived.shape[0]):
        placed[led.place[f]] += arrived[f]
        if led.dormant[f] == 0:
            gets[led.recipient[f]] = 1
        if led.recipient[f] == client and arrived[f] > 0.0:
            renewed = True
    n_recipients = gets.sum()
    if n_recipients == 0:
        return
    value = 1.0 / n_recipients
    total = p[W_PEOPLE] + p[W_ARMS] + p[W_MONEY] + p[W_OTHER]
    for f in range(arrived.shape[0]):
        r, k = led.recipient[f], led.kind[f]
        whole = placed[led.place[f]]
        if whole <= 0.0 or arrived[f] <= 0.0:
            continue
        v = value if gets[r] == 1 else 0.0
        if s.ended == 1 and gets[client] == 1 and s.winner != client:
            if r == client:
                v = _HALF * value
            elif r == s.winner:
                v += (1.0 - _HALF) * value if renewed else value
        out[INFLUENCE, led.sender[f]] += (
            v * p[W_PEOPLE + GROUP[k]] / total / IN_GROUP[GROUP[k]] * arrived[f] / whole
        )


@compiled()
def measure_strength(
    led: Ledger, s: Situation, client: int, stock: F64, reserve: F64, left: F64, exposure: F64, out: F64
) -> None:
    """Turn stocks and what strikes have left into strength, and strength into threat.

    Parameters
    ----------
    stock, reserve : ndarray, shape (n_stocks,)
        [day of use]
    left : ndarray, shape (n_actors,)
        What strikes have left of each actor's strength.
    exposure : ndarray, shape (n_actors, n_actors)
        From `measure_control`.
    """
    n_actors = led.strength.shape[0]
    for a in range(n_actors):
        out[STRENGTH, a] = 1.0
        out[THREAT, a] = 0.0
    for i in range(stock.shape[0]):
        if reserve[i] > 0.0:
            a = led.stock_actor[i]
            out[STRENGTH, a] = min(out[STRENGTH, a], stock[i] / reserve[i])
    for a in range(n_actors):
        out[STRENGTH, a] *= led.strength[a] * left[a]
        if s.ended == 1 and a == client:
            out[STRENGTH, a] = 0.0
        if out[STRENGTH, a] > 0.0:
            for o in range(n_actors):
                out[THREAT, o] += out[STRENGTH, a] * exposure[a, o]


@compiled()
def _material(led: Ledger, arrived: F64, out: F64) -> None:
    """Three material indices, net of forces tied down abroad."""
    n_actors = led.strength.shape[0]
    tied = np.zeros(n_actors)
    for f in range(arrived.shape[0]):
        if TIED[led.kind[f]] == 1:
            tied[led.sender[f]] += arrived[f]
    wealth, spending, strength, people = 0.0, 0.0, 0.0, 0.0
    for a in range(n_actors):
        if led.population[a] > 0:
            wealth += led.gdp[a] * led.gdp[a] / led.population[a]
        spending += led.spending[a]
        strength += led.strength[a]
        people += led.population[a]
    for a in range(n_actors):
        free = 1.0 - min(1.0, tied[a] / led.strength[a]) if led.strength[a] > 0 else 1.0
        rich = led.gdp[a] * led.gdp[a] / led.population[a] if led.population[a] > 0 else 0.0
        parts, n = 0.0, 0
        if spending > 0.0:
            parts += led.spending[a] / spending
            n += 1
        if strength > 0.0:
            parts += led.strength[a] / strength
            n += 1
        if people > 0.0:
            parts += led.population[a] / people
            n += 1
        out[MATERIAL, a] = rich / wealth * free if wealth > 0.0 else 0.0
        out[SPENDING, a] = led.spending[a] / spending * free if spending > 0.0 else 0.0
        out[COMPOSITE, a] = parts / n * free if n > 0 else 0.0
