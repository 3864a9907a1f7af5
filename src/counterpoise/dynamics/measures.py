"""Regional measures of one future on one day.

    influence    I_s = sum_r v_r sum_k w_k a_srk / (own_rk + sum_s' a_s'rk)   over what arrives; kinds are never added
    reach        sum over sites that the actor may use (its own, an ally's, a partner's) of the site's weight
    strength     armed strength x what its stocks allow                                      [persons]
    threat       sum over hostile actors h of strength_h x exp(-distance to the nearest site that h uses / d0)   [persons]
    space        mean of the shares of theatre people and road length within reach without crossing hostile-held sites
    material     share of GDP x GDP per head (Beckley 2018, doi:10.1162/isec_a_00328), net of forces tied down abroad

Arrived <= sent <= what the conduit carries: a flow arrives in the proportion that its conduit's capacity has to the capacity
before the campaign (the scenario's starting control), never above what is sent.

Weakest assumptions: own resources are single figures; a conduit before the campaign carries all that is sent; strength falls in
proportion to a stock below its reserve.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.conduits import conduit_capacity, passage
from counterpoise.dynamics.world import Ledger, Network
from counterpoise.jit import compiled

__all__ = ["MEASURES", "N_MEASURES", "Situation", "measure_control", "measure_situation", "stock_after"]

MEASURES = ("influence", "reach", "strength", "threat", "space", "material")
INFLUENCE, REACH, STRENGTH, THREAT, SPACE, MATERIAL = range(6)
N_MEASURES = 6

F64 = NDArray[np.float64]
P_KM, P_USE = q.THREAT_KM, q.STOCK_USE
W_PEOPLE, W_ARMS, W_MONEY, W_OTHER = q.W_PEOPLE, q.W_ARMS, q.W_MONEY, q.W_OTHER
#: Group of each kind of support in the order of ``SUPPORT_KINDS``: 0 people, 1 arms, 2 money, 3 other.
GROUP = np.array([0, 0, 0, 1, 1, 0, 2, 0, 3, 3, 3], dtype=np.int8)
#: Kinds that tie down forces abroad.
TIED = np.array([1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0], dtype=np.int8)


class Situation(NamedTuple):
    """State of one future on one day.

    Parameters
    ----------
    holder : ndarray of int32, shape (n_sites,)
        Actor in control of each site.
    stance : ndarray of int8, shape (n_actors, n_actors)
        Stances, a successor's included.
    fraction : ndarray, shape (n_flows,)
        Fraction of the commitment that is sent.
    ended : int
        1 if the client regime has ended.
    winner : int
        Actor that took its place, -1 if none.
    """

    holder: NDArray[np.int32]
    stance: NDArray[np.int8]
    fraction: F64
    ended: int
    winner: int


@compiled()
def stock_after(stock: float, dependence: float, use: float, arrived_share: float, days: float) -> float:
    """Stock [day of use] after `days` in which `arrived_share` of the outside replacement arrives; never below 0."""
    return max(0.0, stock - use * dependence * (1.0 - min(arrived_share, 1.0)) * days)


@compiled()
def escort_factor(led: Ledger, s: Situation, share: F64, client: int, f: int) -> float:
    """Share of a flow that is left given the flow it rests on; a regime's end ends escorts on its territory."""
    e = led.escort[f]
    if e < 0:
        return 1.0
    there = min(s.fraction[e], 1.0)
    if s.ended == 1 and led.recipient[e] == client:
        there = 0.0
    return float(1.0 - share[f] * (1.0 - there))


@compiled()
def measure_control(
    net: Network,
    led: Ledger,
    start: NDArray[np.int32],
    legs: NDArray[np.int32],
    s: Situation,
    p: F64,
    client: int,
    capacity: F64,
    nearest: F64,
    out: F64,
) -> None:
    """Compute what depends on control and stances alone; needs no repeat while neither changes.

    Parameters
    ----------
    capacity : ndarray, shape (n_conduits,)
        Filled with maximum flows.
    nearest : ndarray, shape (n_actors, n_actors)
        Filled with the distance [km] from the home of the second to the nearest site that the first may use.
    out : ndarray, shape (6, n_actors)
        Rows reach and space are filled.
    """
    n_actors, n_sites = led.strength.shape[0], net.holder.shape[0]
    leg_capacity = np.empty(net.a.shape[0])
    reached = np.empty(n_sites, np.int8)
    for c in range(capacity.shape[0]):
        passage(net, c, s.holder, s.stance, p, leg_capacity)
        capacity[c] = conduit_capacity(net, start, legs, c, leg_capacity, reached)
    nearest[:] = 1e9
    for a in range(n_actors):
        out[REACH, a] = 0.0
        if s.ended == 1 and a == client:
            continue
        for i in range(n_sites):
            if s.stance[a, s.holder[i]] > 1:
                continue
            out[REACH, a] += led.site_weight[i]
            for other in range(n_actors):
                if s.stance[a, other] == 4 and led.home[other] >= 0 and s.holder[i] != other:
                    nearest[a, other] = min(nearest[a, other], led.distance_km[i, led.home[other]])
    _space(net, led, start, legs, s, client, out)


@compiled()
def measure_situation(
    net: Network,
    led: Ledger,
    s: Situation,
    p: F64,
    size: F64,
    share: F64,
    base: F64,
    client: int,
    active: NDArray[np.int8],
    days: float,
    control_capacity: F64,
    nearest: F64,
    stock: F64,
    out: F64,
    capacity: F64,
    arrived: F64,
) -> None:
    """Compute what flows, stocks and time change, after `measure_control`.

    Parameters
    ----------
    size, share : ndarray, shape (n_flows,)
        Committed size of each flow and the share that rests on its escort, under this draw.
    base : ndarray, shape (n_conduits,)
        Capacity of each conduit under the scenario's starting control and this draw.
    active : ndarray of int8, shape (n_flows,)
        1 for flows that run on the as-of day; the others are not missed.
    days : float
        Days since the previous call for this future; stocks run down over them.
    control_capacity, nearest : ndarray
        From `measure_control`.
    stock : ndarray, shape (n_actors,)
        Stocks, changed in place; below 0 where not modelled.
    out : ndarray, shape (6, n_actors)
        Filled with the measures in the order of `MEASURES`; reach and space are there already.
    capacity : ndarray, shape (n_conduits,)
        Filled with effective capacities: maximum flow times what is left of the escorts; 0 to a government that has ended.
    arrived : ndarray, shape (n_flows,)
        Filled with what arrives, in the unit of each flow.
    """
    carried, weight = np.zeros(capacity.shape[0]), np.zeros(capacity.shape[0])
    for f in range(arrived.shape[0]):
        factor = escort_factor(led, s, share, client, f)
        arrived[f] = size[f] * s.fraction[f] * factor
        c = led.conduit[f]
        if c >= 0:
            arrived[f] *= min(1.0, control_capacity[c] / base[c]) if base[c] > 0 else 0.0
            weight[c] += size[f] * active[f]
            carried[c] += size[f] * active[f] * factor
        if s.ended == 1 and (led.recipient[f] == client or led.sender[f] == client):
            arrived[f] = 0.0
    for c in range(capacity.shape[0]):
        # What a conduit can carry counts only as far as those who run it are still there.
        capacity[c] = control_capacity[c] * (carried[c] / weight[c] if weight[c] > 0 else 1.0)
        if s.ended == 1 and net.conduit_recipient[c] == client:
            capacity[c] = 0.0
    for kept in (INFLUENCE, STRENGTH, THREAT, MATERIAL):
        out[kept, :] = 0.0
    _influence(led, s, p, client, arrived, out)
    _strength(led, s, p, size * active, client, days, arrived, stock, out)
    n_actors = led.strength.shape[0]
    for h in range(n_actors):
        for a in range(n_actors):
            if nearest[h, a] < 1e9:
                out[THREAT, a] += out[STRENGTH, h] * np.exp(-nearest[h, a] / p[P_KM])
    _material(led, arrived, out)


@compiled()
def _influence(led: Ledger, s: Situation, p: F64, client: int, arrived: F64, out: F64) -> None:
    """Influence over what arrives, with equal value of recipients; a winner takes the fallen client's value as well."""
    n_actors, n_kinds = led.own.shape
    total = np.zeros((n_actors, n_kinds))
    gets = np.zeros(n_actors, np.int8)
    for f in range(arrived.shape[0]):
        total[led.recipient[f], led.kind[f]] += arrived[f]
        gets[led.recipient[f]] = 1
    weight = np.array([p[W_PEOPLE], p[W_ARMS], p[W_MONEY], p[W_OTHER]])
    weight /= weight.sum()
    n_group = np.zeros(4)
    for k in range(n_kinds):
        n_group[GROUP[k]] += 1.0
    n_recipients = gets.sum()
    for f in range(arrived.shape[0]):
        r, k = led.recipient[f], led.kind[f]
        whole = led.own[r, k] + total[r, k]
        if whole > 0.0 and arrived[f] > 0.0:
            value = 1.0 / n_recipients
            if s.ended == 1 and r == s.winner and gets[client] == 1:
                value *= 2.0
            out[INFLUENCE, led.sender[f]] += value * weight[GROUP[k]] / n_group[GROUP[k]] * arrived[f] / whole


@compiled()
def _strength(
    led: Ledger, s: Situation, p: F64, size: F64, client: int, days: float, arrived: F64, stock: F64, out: F64
) -> None:
    """Run stocks down and turn them into strength."""
    n_actors = led.strength.shape[0]
    came, meant = np.zeros(n_actors), np.zeros(n_actors)
    for f in range(arrived.shape[0]):
        if GROUP[led.kind[f]] == 1:
            came[led.recipient[f]] += arrived[f]
            meant[led.recipient[f]] += size[f]
    for a in range(n_actors):
        factor = 1.0
        if stock[a] >= 0.0:
            share = came[a] / meant[a] if meant[a] > 0 else 1.0
            stock[a] = stock_after(stock[a], led.dependence[a], p[P_USE], share, days)
            if led.reserve[a] > 0:
                factor = min(1.0, stock[a] / led.reserve[a])
        if s.ended == 1 and a == client:
            factor = 0.0
        out[STRENGTH, a] = led.strength[a] * factor


@compiled()
def _space(
    net: Network,
    led: Ledger,
    start: NDArray[np.int32],
    legs: NDArray[np.int32],
    s: Situation,
    client: int,
    out: F64,
) -> None:
    """Operational space inside the theatre of every actor that holds a site there."""
    n_sites = net.holder.shape[0]
    seen = np.ones(n_sites, np.int8)
    people, roads = _within(net, led, seen)
    for a in range(led.strength.shape[0]):
        out[SPACE, a] = 0.0
        if people == 0.0 or roads == 0.0 or (s.ended == 1 and a == client):
            continue
        if _spread(net, led, start, legs, s, a, seen) > 0:
            mine, length = _within(net, led, seen)
            out[SPACE, a] = 0.5 * mine / people + 0.5 * length / roads


@compiled()
def _within(net: Network, led: Ledger, seen: NDArray[np.int8]) -> tuple[float, float]:
    """People at, and road length between, the sites of the theatre that are marked."""
    people, roads = 0.0, 0.0
    for i in range(net.holder.shape[0]):
        if seen[i] == 1 and net.theatre_site[i] >= 0:
            people += led.population_site[i]
    for leg in range(net.a.shape[0]):
        a, b = net.a[leg], net.b[leg]
        if seen[a] == 1 and seen[b] == 1 and net.theatre_site[a] >= 0 and net.theatre_site[b] >= 0:
            roads += led.road_km[leg]
    return people, roads


@compiled()
def _spread(
    net: Network,
    led: Ledger,
    start: NDArray[np.int32],
    legs: NDArray[np.int32],
    s: Situation,
    actor: int,
    seen: NDArray[np.int8],
) -> int:
    """Mark the sites that an actor reaches by road from its own without crossing hostile-held ones; count them."""
    n_sites = net.holder.shape[0]
    queue = np.empty(n_sites, np.int32)
    seen[:] = 0
    tail = 0
    for i in range(n_sites):
        if net.theatre_site[i] >= 0 and s.holder[i] == actor:
            seen[i] = 1
            queue[tail] = i
            tail += 1
    head = 0
    while head < tail:
        site = queue[head]
        head += 1
        for j in range(start[site], start[site + 1]):
            leg = legs[j]
            other = net.b[leg] if net.a[leg] == site else net.a[leg]
            inside = net.theatre_site[other] >= 0 and led.road_km[leg] > 0
            if inside and seen[other] == 0 and s.stance[actor, s.holder[other]] != 4:
                seen[other] = 1
                queue[tail] = other
                tail += 1
    return tail


@compiled()
def _material(led: Ledger, arrived: F64, out: F64) -> None:
    """Share of GDP x GDP per head, net of forces tied down abroad."""
    n_actors = led.strength.shape[0]
    tied = np.zeros(n_actors)
    for f in range(arrived.shape[0]):
        if TIED[led.kind[f]] == 1:
            tied[led.sender[f]] += arrived[f]
    total = 0.0
    for a in range(n_actors):
        if led.population[a] > 0:
            total += led.gdp[a] * led.gdp[a] / led.population[a]
    for a in range(n_actors):
        if led.population[a] > 0 and total > 0:
            free = 1.0 - min(1.0, tied[a] / led.strength[a]) if led.strength[a] > 0 else 1.0
            out[MATERIAL, a] = led.gdp[a] * led.gdp[a] / led.population[a] / total * free
