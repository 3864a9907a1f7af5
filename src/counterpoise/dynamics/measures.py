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

Every divisor is checked, so that numba need not (``error_model="numpy"``). Fields of the tables are read before the loops: numba
counts references at every use, which cost a tenth of the walk.

Weakest assumptions: own resources are single figures; strength falls in proportion to the stock that is shortest.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.situation import (
    COMPOSITE,
    INFLUENCE,
    MATERIAL,
    MEASURES,
    N_MEASURES,
    SPENDING,
    STRENGTH,
    THREAT,
    Situation,
)
from counterpoise.dynamics.world import Ledger
from counterpoise.jit import compiled

__all__ = [
    "GROUP",
    "MEASURES",
    "N_MEASURES",
    "Situation",
    "committed_loads",
    "count_recipients",
    "escort_factor",
    "kind_weights",
    "material_shares",
    "measure_flows",
    "measure_strength",
    "stock_after",
]

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I8 = NDArray[np.int8]
W_PEOPLE, W_ARMS, W_MONEY, W_OTHER = q.W_PEOPLE, q.W_ARMS, q.W_MONEY, q.W_OTHER
#: Group of each kind of support in the order of ``SUPPORT_KINDS``: 0 people, 1 arms, 2 money, 3 other.
GROUP = np.array([0, 0, 0, 1, 1, 0, 2, 0, 3, 3, 3], dtype=np.int8)
#: Kinds in each group.
IN_GROUP = np.bincount(GROUP).astype(float)
N_KINDS = len(GROUP)
#: Kinds that tie down forces abroad.
TIED = np.array([1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0], dtype=np.int8)
#: Kinds of support that stay with a base: troops, air power, access to territory.
AT_BASE = np.array([1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0], dtype=np.int8)
#: Share of the fallen government's value that its successor's own support counts for, once there is some.
_HALF = 0.5


@compiled(error_model="numpy")
def stock_after(stock: float, dependence: float, use: float, arrived_share: float, days: float) -> float:
    """Stock [day of use] after `days` in which `arrived_share` of the outside replacement arrives; never below 0.

    dS/dt = arrived + own production - use, in days of use: use x (dependence x arrived_share + (1 - dependence) - 1).
    """
    return max(0.0, stock - use * dependence * (1.0 - arrived_share) * days)


@compiled(inline="always")
def escort_factor(there: float, share: float) -> float:
    """Share of a flow that is left given what is there of the flow it rests on, and the share that rests on it."""
    return float(1.0 - share * (1.0 - min(there, 1.0)))


@compiled(error_model="numpy")
def committed_loads(led: Ledger, size: F64, active: I8, whole: F64) -> None:
    """Fill `whole`, shape (n_conduits,): what is committed to each conduit under this draw, summed over its flows."""
    conduit = led.conduit
    for c in range(whole.shape[0]):
        whole[c] = 0.0
    for f in range(size.shape[0]):
        if conduit[f] >= 0:
            whole[conduit[f]] += size[f] * active[f]


@compiled(error_model="numpy")
def planned_flows(
    led: Ledger,
    s: Situation,
    size: F64,
    share: F64,
    client: int,
    active: I8,
    whole: F64,
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
    whole : ndarray, shape (n_conduits,)
        From `committed_loads`.
    planned : ndarray, shape (n_flows,)
        Filled [unit of each flow].
    rho : ndarray, shape (n_conduits,)
        Filled with planned over committed.
    there : ndarray, shape (n_conduits,)
        Filled with the share that the escorts leave, whatever the plan sends.
    """
    escort, recipient, conduit = led.escort, led.recipient, led.conduit
    allowed, fraction = s.allowed, s.fraction
    n_conduits = rho.shape[0]
    for c in range(n_conduits):
        rho[c] = there[c] = 0.0
    for f in range(planned.shape[0]):
        e = escort[f]
        factor = 1.0
        if e >= 0:
            over = s.ended == 1 and recipient[e] == client and allowed[e] == 0
            factor = escort_factor(0.0 if over else fraction[e], share[f])
        planned[f] = size[f] * fraction[f] * factor
        if allowed[f] == 0:
            planned[f] = 0.0
        c = conduit[f]
        if c >= 0:
            there[c] += size[f] * active[f] * factor
            rho[c] += planned[f]
    for c in range(n_conduits):
        if whole[c] > 0.0:
            rho[c] /= whole[c]
            there[c] /= whole[c]
        else:
            there[c] = 1.0
            rho[c] = 1.0 if rho[c] > 0.0 else 0.0


@compiled(error_model="numpy")
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
    gets: I8,
    n_recipients: int,
    base_weight: F64,
    free: F64,
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
    gets, n_recipients
        From `count_recipients`.
    base_weight : ndarray, shape (n_kinds,)
        From `kind_weights`.
    free : ndarray, shape (3, n_actors)
        From `material_shares`.
    sent, arrived : ndarray, shape (n_flows,)
        Filled [unit of each flow].
    placed : ndarray, shape (n_places,)
        Scratch.
    out : ndarray, shape (8, n_actors)
        Rows influence, material, spending and composite are filled.
    """
    conduit = led.conduit
    for f in range(planned.shape[0]):
        sent[f] = arrived[f] = planned[f]
        c = conduit[f]
        if c >= 0:
            if base[c] <= 0.0 or rho[c] <= 0.0 or carried[c] <= 0.0:
                sent[f] = arrived[f] = 0.0
                continue
            sent[f] *= min(1.0, carried[c] / base[c] / rho[c])
            arrived[f] = sent[f] * (delivered[c] / carried[c])
    _influence(led, s, p, client, arrived, gets, n_recipients, base_weight, placed, out)
    _material(led, arrived, free, out)


@compiled(error_model="numpy")
def count_recipients(led: Ledger, gets: I8) -> int:
    """Mark the recipients of support that is not dormant in `gets`, shape (n_actors,), and return their number."""
    recipient, dormant = led.recipient, led.dormant
    for a in range(gets.shape[0]):
        gets[a] = 0
    for f in range(recipient.shape[0]):
        if dormant[f] == 0:
            gets[recipient[f]] = 1
    n = 0
    for a in range(gets.shape[0]):
        n += gets[a]
    return n


@compiled(error_model="numpy")
def kind_weights(p: F64, n_recipients: int, out: F64) -> None:
    """Fill `out`, shape (n_kinds,): weight of a kind at a recipient of ordinary value, under this draw."""
    if n_recipients == 0:
        return
    value = 1.0 / n_recipients
    total = p[W_PEOPLE] + p[W_ARMS] + p[W_MONEY] + p[W_OTHER]
    for k in range(out.shape[0]):
        out[k] = value * p[W_PEOPLE + GROUP[k]] / total / IN_GROUP[GROUP[k]]


@compiled(error_model="numpy")
def _influence(
    led: Ledger,
    s: Situation,
    p: F64,
    client: int,
    arrived: F64,
    gets: I8,
    n_recipients: int,
    base_weight: F64,
    placed: F64,
    out: F64,
) -> None:
    """Influence over what arrives, with equal value of recipients.

    A winner takes the fallen government's value as well; once support reaches the new government, that has half of it.
    """
    place_own, place, recipient, kind = led.place_own, led.place, led.recipient, led.kind
    sender = led.sender
    n_actors = out.shape[1]
    for a in range(n_actors):
        out[INFLUENCE, a] = 0.0
    for i in range(placed.shape[0]):
        placed[i] = place_own[i]
    renewed = False
    for f in range(arrived.shape[0]):
        placed[place[f]] += arrived[f]
        if recipient[f] == client and arrived[f] > 0.0:
            renewed = True
    if n_recipients == 0:
        return
    value = 1.0 / n_recipients
    total = p[W_PEOPLE] + p[W_ARMS] + p[W_MONEY] + p[W_OTHER]
    moved = s.ended == 1 and gets[client] == 1 and s.winner != client
    for f in range(arrived.shape[0]):
        r, k = recipient[f], kind[f]
        whole = placed[place[f]]
        if whole <= 0.0 or arrived[f] <= 0.0:
            continue
        weight = base_weight[k] if gets[r] == 1 else 0.0
        if moved and (r == client or r == s.winner):
            v = value if gets[r] == 1 else 0.0
            if r == client:
                v = _HALF * value
            else:
                v += (1.0 - _HALF) * value if renewed else value
            weight = v * p[W_PEOPLE + GROUP[k]] / total / IN_GROUP[GROUP[k]]
        out[INFLUENCE, sender[f]] += weight * arrived[f] / whole


@compiled(error_model="numpy")
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
    strength, stock_actor = led.strength, led.stock_actor
    n_actors = strength.shape[0]
    for a in range(n_actors):
        out[STRENGTH, a] = 1.0
        out[THREAT, a] = 0.0
    for i in range(stock.shape[0]):
        if reserve[i] > 0.0:
            a = stock_actor[i]
            out[STRENGTH, a] = min(out[STRENGTH, a], stock[i] / reserve[i])
    for a in range(n_actors):
        out[STRENGTH, a] *= strength[a] * left[a]
        if s.ended == 1 and a == client:
            out[STRENGTH, a] = 0.0
        if out[STRENGTH, a] > 0.0:
            for o in range(n_actors):
                out[THREAT, o] += out[STRENGTH, a] * exposure[a, o]


@compiled(error_model="numpy")
def material_shares(led: Ledger, out: F64) -> None:
    """Fill `out`, shape (3, n_actors): the three material indices of each actor with nothing tied down abroad."""
    n_actors = led.strength.shape[0]
    wealth, spending, strength, people = 0.0, 0.0, 0.0, 0.0
    for a in range(n_actors):
        if led.population[a] > 0:
            wealth += led.gdp[a] * led.gdp[a] / led.population[a]
        spending += led.spending[a]
        strength += led.strength[a]
        people += led.population[a]
    for a in range(n_actors):
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
        out[0, a] = rich / wealth if wealth > 0.0 else 0.0
        out[1, a] = led.spending[a] / spending if spending > 0.0 else 0.0
        out[2, a] = parts / n if n > 0 else 0.0


@compiled(error_model="numpy")
def _material(led: Ledger, arrived: F64, free: F64, out: F64) -> None:
    """Three material indices, net of forces tied down abroad; `free` is without these."""
    strength, kind, sender = led.strength, led.kind, led.sender
    n_actors = strength.shape[0]
    for a in range(n_actors):
        out[MATERIAL, a] = 0.0
    for f in range(arrived.shape[0]):
        if TIED[kind[f]] == 1:
            out[MATERIAL, sender[f]] += arrived[f]
    for a in range(n_actors):
        tied = out[MATERIAL, a]
        left = 1.0 - min(1.0, tied / strength[a]) if strength[a] > 0 else 1.0
        out[MATERIAL, a] = free[0, a] * left
        out[SPENDING, a] = free[1, a] * left
        out[COMPOSITE, a] = free[2, a] * left
