"""Walk through members' event logs and measure the region on a grid of days. Long because it must be fast.

What comes after a fall is drawn here, by streams of its own, and changes the regional ledger only:

    successor    By coup the old elite goes on; by defeat or flight whoever took the last site comes in; by settlement the first
                 opponent. It keeps each stance that its leaders had with ``successor.p_keeps_stance``, else it is neutral.
    bases        A foreign base stays with ``successor.p_keeps_base`` unless the successor is hostile to its owner.
    support      Flows to and from the fallen government end. An old patron that the successor is friendly to takes its flows up
                 again at ``support.resume_rate``.
    reactions    Those that the scenario lists: hold sites, strike, begin support, each at its own rate, at most once.

Stocks run on between the days of the grid with the mean of what arrives on both; on the regime's end with what arrived before it
and after it. Goods on a longer way leave a gap in deliveries of as many days as the way is longer.

Nothing is computed twice that has not changed: control, flows and stocks are each renewed only when they must be, and the as-of
day is the same for all members of a draw.

Weakest assumption: a successor has one stance to each actor from its first day on.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.kernel import CAPTURE, COUP, PATRON_EXIT, RECAPTURE, SETTLEMENT
from counterpoise.dynamics.measures import (
    AT_BASE,
    N_MEASURES,
    Ground,
    Situation,
    fill_lets,
    list_friends,
    measure_control,
    measure_flows,
    measure_strength,
    planned_flows,
    stock_after,
)
from counterpoise.dynamics.packing import alone, ask_others, credit_others, let_pass, pack
from counterpoise.dynamics.world import Ledger, Network
from counterpoise.jit import compiled
from counterpoise.streams import exponential, uniform

__all__ = ["NEVER_SHORT", "Logs", "Out", "Region", "base_loads", "walk_members"]

F64 = NDArray[np.float64]
F32 = NDArray[np.float32]
I32 = NDArray[np.int32]
I8 = NDArray[np.int8]
U64 = NDArray[np.uint64]
_CAPTURE, _RECAPTURE, _EXIT = CAPTURE, RECAPTURE, PATRON_EXIT
_COUP, _SETTLEMENT = COUP, SETTLEMENT
_MEASURES = N_MEASURES
P_KEEPS, P_BASE, P_RESUME, P_LOAD, P_USE, P_SHIFT = (
    q.P_KEEPS,
    q.P_BASE,
    q.RESUME,
    q.LOAD,
    q.STOCK_USE,
    q.SHIFT,
)
_NEUTRAL, _HOSTILE = 2, 4
_HOLD, _STRIKE = 0, 1
#: Day on which a stock that stays above its reserve is short.
NEVER_SHORT = 1e9


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


@compiled()
def draw_stances(
    stance: I8,
    before: I8,
    winner: int,
    client: int,
    keep: float,
    keys: U64,
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
def base_loads(net: Network, led: Ledger, params: F64, leg_capacity: F64) -> tuple[F64, F64, F64]:
    """Return `base_alone`, `base_carried` and `base_delay` of a region: the scenario's starting control, all legs open."""
    n_draws, n = params.shape[0], net.conduit_origin.shape[0]
    n_legs, n_actors = net.a.shape[0], led.strength.shape[0]
    out_alone, out_carried, out_delay = np.empty((n_draws, n)), np.empty((n_draws, n)), np.empty((n_draws, n))
    share, left = np.empty(net.slot_leg.shape[0]), np.empty(net.slot_leg.shape[0])
    room, kept_room = np.empty(net.slot_leg.shape[0]), np.empty(net.slot_leg.shape[0])
    want, rest, whole = np.empty(n_legs), np.empty(n_legs), np.ones(n_legs)
    offer, delivered = np.empty(n), np.empty(n)
    lets = np.empty((n_actors, n_actors))
    for g in range(n_draws):
        fill_lets(net.stance, params[g], lets)
        let_pass(net, net.holder_base, lets, share)
        room[:] = -1.0
        alone(net, leg_capacity[g], whole, share, room, kept_room, left, out_alone[g])
        pack(
            net, leg_capacity[g], room, kept_room, params[g, P_LOAD] * out_alone[g], left, want, rest, offer,
            out_carried[g], delivered, out_delay[g], False,
        )  # fmt: skip
    return out_alone, out_carried, out_delay


@compiled()
def walk_members(
    first: int,
    last: int,
    order: I32,
    draw: I32,
    params: F64,
    logs: Logs,
    grid: I32,
    net: Network,
    led: Ledger,
    region: Region,
    out: Out,
) -> None:
    """Measure members ``order[first:last]`` on the days of the grid; `out` is filled.

    Parameters
    ----------
    order : ndarray of int32, shape (n_members,)
        Members sorted by draw, so that those of one draw follow each other and share the as-of day.
    """
    n_actors, n_sites, n_flows = led.strength.shape[0], net.holder.shape[0], led.sender.shape[0]
    n_conduits, n_legs, n_stocks = net.conduit_origin.shape[0], net.a.shape[0], led.stock_actor.shape[0]
    n_reactions = led.reaction_actor.shape[0]
    client, ground = region.client, region.ground
    n_inside = ground.place.shape[0]
    holder = np.empty(n_sites, np.int32)
    stance = np.empty((n_actors, n_actors), np.int8)
    fraction, allowed = np.empty(n_flows), np.empty(n_flows, np.int8)
    planned, placed = np.empty(n_flows), np.empty(led.place_own.shape[0])
    sent = np.empty(n_flows)
    rho, there, carried, delivered = (
        np.empty(n_conduits),
        np.empty(n_conduits),
        np.empty(n_conduits),
        np.empty(n_conduits),
    )
    delay, capacity, demand, offer = (
        np.empty(n_conduits),
        np.empty(n_conduits),
        np.empty(n_conduits),
        np.empty(n_conduits),
    )
    asked, alone_carried, own, got, late = (
        np.empty(n_conduits),
        np.empty(n_conduits),
        np.empty(n_conduits),
        np.empty(n_conduits),
        np.empty(n_conduits),
    )
    way, left = np.empty(net.slot_leg.shape[0]), np.empty(net.slot_leg.shape[0])
    room, kept_room = np.empty(net.slot_leg.shape[0]), np.empty(net.slot_leg.shape[0])
    want, rest, carries = np.empty(n_legs), np.empty(n_legs), np.empty(n_legs)
    lets = np.empty((n_actors, n_actors))
    friends, n_friends = np.empty((n_actors, n_actors), np.int32), np.empty(n_actors, np.int32)
    near_km, weight = np.empty((n_actors, n_actors)), np.empty(n_actors)
    queue, seen = np.empty(n_inside, np.int32), np.empty(n_inside, np.int8)
    exposure, struck = np.empty((n_actors, n_actors)), np.empty(n_actors)
    stock = np.empty(n_stocks)
    came, came_before = np.empty(n_stocks), np.empty(n_stocks)
    lag, lag_before, heavy = np.empty(n_stocks), np.empty(n_stocks), np.empty(n_stocks)
    gone = np.empty(region.patron_actor.shape[0], np.int8)
    resume_day = np.empty(n_actors)
    reaction_day, fired = np.empty(n_reactions), np.empty(n_reactions, np.int8)
    keep_sent = out.sent.shape[0] > 0
    row = np.empty((_MEASURES, n_actors))
    first_row, first_exposure = np.empty((_MEASURES, n_actors)), np.empty((n_actors, n_actors))
    first_way, first_room, first_kept = np.empty_like(way), np.empty_like(way), np.empty_like(way)
    first_capacity, first_delay, first_sent, first_arrived = (
        np.empty(n_conduits),
        np.empty(n_conduits),
        np.empty(n_flows),
        np.empty(n_flows),
    )
    first_carried, first_delivered, first_rho, first_there = (
        np.empty(n_conduits),
        np.empty(n_conduits),
        np.empty(n_conduits),
        np.empty(n_conduits),
    )
    first_came, first_lag, first_carries = np.empty(n_stocks), np.empty(n_stocks), np.empty(n_legs)
    arrived = np.empty(n_flows)
    known = -1
    first_demand = np.empty(n_conduits)
    fresh_stances = True
    for k in range(first, last):
        m = order[k]
        g = draw[m]
        p = params[g]
        use = p[P_USE]
        holder[:] = net.holder
        if fresh_stances:
            stance[:] = net.stance
        stock[:] = region.stock[g]
        gone[:] = 0
        struck[:] = 1.0
        allowed[:] = 1
        fired[:] = 0
        for r in range(n_reactions):
            reaction_day[r] = NEVER_SHORT
            if led.reaction_after[r] == 1 and region.reaction_rate[g, r] > 0.0:
                reaction_day[r] = exponential(region.reaction_keys[r], m, 0) / region.reaction_rate[g, r]
        for i in range(n_stocks):
            out.short_day[m, i] = 0.0 if stock[i] < region.reserve[g, i] else NEVER_SHORT
        winner, ended, before = -1, 0, 0
        same = g == known
        control_changed = legs_changed = plan_changed = not same
        # Stances are those of the scenario again; what rests on them and on the draw is listed anew where either moved.
        stances_changed = fresh_stances or not same
        fresh_stances = False
        if same:
            row[:], exposure[:], way[:], room[:], kept_room[:] = (
                first_row,
                first_exposure,
                first_way,
                first_room,
                first_kept,
            )
            capacity[:], delay[:], sent[:], arrived[:] = (
                first_capacity,
                first_delay,
                first_sent,
                first_arrived,
            )
            carried[:], delivered[:], rho[:], there[:] = (
                first_carried,
                first_delivered,
                first_rho,
                first_there,
            )
            came[:], lag[:], carries[:] = first_came, first_lag, first_carries
            fraction[:] = region.fraction[0]
            demand[:] = first_demand
        else:
            room[:] = -1.0
            demand[:] = -1.0
        e = logs.start[m]
        for t in range(grid.shape[0]):
            day = grid[t]
            ended_on = -1
            while e < logs.start[m + 1] and logs.day[e] <= day:
                if logs.kind[e] == _CAPTURE or logs.kind[e] == _RECAPTURE:
                    winner = region.party_actor[logs.party[e]]
                    holder[ground.place[logs.site[e]]] = winner
                    control_changed = True
                elif logs.kind[e] == _EXIT:
                    gone[logs.party[e]] = 1
                    plan_changed = True
                e += 1
            if ended == 0 and logs.end_mode[m] > 0 and logs.end_day[m] <= day:
                ended, ended_on = 1, logs.end_day[m]
                fresh_stances = True
                stances_changed = control_changed = plan_changed = True
                if logs.end_mode[m] == _COUP:
                    winner = client
                elif logs.end_mode[m] == _SETTLEMENT or winner == client or winner < 0:
                    winner = region.party_actor[1]
                draw_stances(stance, net.stance, winner, client, p[P_KEEPS], region.stance_keys, m)
                for a in range(n_actors):
                    resume_day[a] = NEVER_SHORT
                    if stance[client, a] <= 1 and a != client:
                        resume_day[a] = ended_on + exponential(region.resume_keys[a], m, 0) / p[P_RESUME]
                for f in range(n_flows):
                    if led.recipient[f] == client or led.sender[f] == client:
                        at_base = AT_BASE[led.kind[f]] == 1 and led.base_site[f] >= 0
                        stays = (
                            at_base
                            and led.recipient[f] == client
                            and stance[client, led.sender[f]] != _HOSTILE
                            and uniform(region.base_keys[f], m, 0) < p[P_BASE]
                        )
                        allowed[f] = 1 if stays or led.dormant[f] == 1 else 0
                for r in range(n_reactions):
                    if led.reaction_after[r] == 0 and region.reaction_rate[g, r] > 0.0:
                        actor = led.reaction_actor[r]
                        fits = led.reaction_needs[r, stance[client, actor]] == 1 or actor == winner
                        if fits:
                            reaction_day[r] = (
                                ended_on
                                + exponential(region.reaction_keys[r], m, 0) / region.reaction_rate[g, r]
                            )
            if ended == 1:
                for f in range(n_flows):
                    if led.recipient[f] == client and allowed[f] == 0 and resume_day[led.sender[f]] <= day:
                        allowed[f] = 2
                        plan_changed = True
            for r in range(n_reactions):
                if fired[r] == 1 or reaction_day[r] > day:
                    continue
                fired[r] = 1
                if led.reaction_kind[r] == _HOLD:
                    for j in range(led.reaction_first[r], led.reaction_first[r + 1]):
                        site = led.reaction_site[j]
                        if stance[led.reaction_actor[r], holder[site]] > 1:
                            holder[site] = led.reaction_actor[r]
                            control_changed = True
                elif led.reaction_kind[r] == _STRIKE:
                    struck[led.reaction_target[r]] *= 1.0 - region.reaction_share[g, r]
                    for i in range(n_stocks):
                        if led.stock_actor[i] == led.reaction_target[r]:
                            stock[i] *= 1.0 - region.reaction_share[g, r]
                else:
                    plan_changed = True
            if region.plan_changes[t] == 1:
                plan_changed = True
            if region.legs_change[g, t] == 1:
                legs_changed = True
            s = Situation(holder, stance, fraction, allowed, ended, winner)
            if plan_changed:
                for f in range(n_flows):
                    fraction[f] = region.fraction[t, f]
                    for j in range(gone.shape[0]):
                        mine = led.sender[f] == region.patron_actor[j] and led.recipient[f] == client
                        if gone[j] == 1 and mine:
                            fraction[f] = 0.0
                    if allowed[f] == 2 and region.active[f] == 1:
                        # Taken up again at its old size, whatever had been left of it.
                        fraction[f] = 1.0
                for r in range(n_reactions):
                    if fired[r] == 1 and led.reaction_flow[r] >= 0:
                        fraction[led.reaction_flow[r]] = 1.0
            if stances_changed:
                fill_lets(stance, p, lets)
                list_friends(stance, client if ended == 1 else -1, friends, n_friends)
            if control_changed:
                let_pass(net, holder, lets, way)
                measure_control(
                    led, ground, s, p, client, friends, n_friends, near_km, weight, queue, seen, exposure, row
                )
            if control_changed or legs_changed:
                if legs_changed:
                    for leg in range(n_legs):
                        carries[leg] = region.leg_capacity[g, leg] * region.is_open[g, t, leg]
                ways_changed = alone(net, carries, region.passes[g, t], way, room, kept_room, left, capacity)
            else:
                ways_changed = False
            if ways_changed or plan_changed:
                planned_flows(
                    led, s, region.size[g], region.share[g], client, region.active, planned, rho, there
                )
                repack = ways_changed
                for c in range(n_conduits):
                    wanted = p[P_LOAD] * region.base_alone[g, c] * rho[c]
                    if wanted != demand[c]:
                        demand[c] = wanted
                        repack = True
                if repack:
                    pack(
                        net, carries, room, kept_room, demand, left, want, rest, offer, carried, delivered, delay,
                        False,
                    )  # fmt: skip
                    if ask_others(region.pair, demand, carried, capacity, p[P_SHIFT], asked):
                        alone_carried[:] = carried
                        pack(
                            net, carries, room, kept_room, asked, left, want, rest, offer, carried, delivered, delay,
                            True,
                        )  # fmt: skip
                        credit_others(
                            region.pair, demand, alone_carried, carried, delivered, delay, own, got, late,
                        )  # fmt: skip
                measure_flows(
                    led, s, p, client, planned, rho, region.base_carried[g], carried, delivered, sent,
                    arrived, placed, row,
                )  # fmt: skip
                for i in range(n_stocks):
                    came[i] = lag[i] = heavy[i] = 0.0
                for f in range(n_flows):
                    i = led.flow_stock[f]
                    if i >= 0:
                        came[i] += arrived[f]
                        c = led.conduit[f]
                        if c >= 0:
                            lag[i] += arrived[f] * delay[c]
                            heavy[i] += arrived[f]
                for i in range(n_stocks):
                    came[i] = came[i] / region.meant[g, i] if region.meant[g, i] > 0.0 else 1.0
                    lag[i] = lag[i] / heavy[i] if heavy[i] > 0.0 else -1.0
            if t == 0 and not same:
                first_row[:], first_exposure[:], first_way[:], first_room[:], first_kept[:] = (
                    row,
                    exposure,
                    way,
                    room,
                    kept_room,
                )
                first_capacity[:], first_delay[:], first_sent[:], first_arrived[:] = (
                    capacity,
                    delay,
                    sent,
                    arrived,
                )
                first_carried[:], first_delivered[:], first_rho[:], first_there[:] = (
                    carried,
                    delivered,
                    rho,
                    there,
                )
                first_came[:], first_lag[:], first_carries[:] = came, lag, carries
                first_demand[:] = demand
                known = g
            for f in range(n_flows):
                out.arrived[m, t, f] = arrived[f]
            if keep_sent:
                for f in range(n_flows):
                    out.sent[m, t, f] = sent[f]
            for c in range(n_conduits):
                out.capacity[m, t, c] = capacity[c] * there[c]
                if ended == 1 and net.conduit_recipient[c] == client and rho[c] == 0.0:
                    out.capacity[m, t, c] = 0.0
                out.delay[m, t, c] = delay[c]
            if t > 0:
                for i in range(n_stocks):
                    span = float(day - before)
                    if ended_on >= 0:
                        arrived_share = (
                            came_before[i] * (ended_on - before) + came[i] * (day - ended_on)
                        ) / span
                    else:
                        arrived_share = 0.5 * (came_before[i] + came[i])
                    old = stock[i]
                    stock[i] = stock_after(old, region.dependence[g, i], use, arrived_share, span)
                    if lag[i] > lag_before[i] >= 0.0:
                        gap = (lag[i] - lag_before[i]) * came[i]
                        stock[i] = max(0.0, stock[i] - use * region.dependence[g, i] * gap)
                    low = region.reserve[g, i]
                    if stock[i] < low and out.short_day[m, i] == NEVER_SHORT:
                        # By the rate of the interval and not by its end, which stops at nothing.
                        fall = max(
                            use * region.dependence[g, i] * (1.0 - arrived_share) * span, old - stock[i]
                        )
                        part = (old - low) / fall if old > low else 0.0
                        out.short_day[m, i] = before + part * span
            for i in range(n_stocks):
                out.stock[m, t, i] = stock[i]
            measure_strength(led, s, client, stock, region.reserve[g], struck, exposure, row)
            out.values[m, t] = row
            for i in range(n_stocks):
                came_before[i], lag_before[i] = came[i], lag[i]
            stances_changed = control_changed = legs_changed = plan_changed = False
            before = day
