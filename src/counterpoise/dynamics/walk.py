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
day is the same for all members of a draw. A divisor that is nothing gives a day that never comes (``error_model="numpy"``).

Weakest assumption: a successor has one stance to each actor from its first day on.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.control_measures import fill_lets, list_friends, measure_control
from counterpoise.dynamics.kernel import CAPTURE, COUP, PATRON_EXIT, RECAPTURE, SETTLEMENT
from counterpoise.dynamics.measures import (
    AT_BASE,
    N_KINDS,
    N_MEASURES,
    Situation,
    committed_loads,
    count_recipients,
    kind_weights,
    material_shares,
    measure_flows,
    measure_strength,
    planned_flows,
    stock_after,
)
from counterpoise.dynamics.packing import agree, alone, ask_others, credit_others, let_pass, pack
from counterpoise.dynamics.walk_tables import Logs, Out, Region
from counterpoise.dynamics.world import Ledger, Network
from counterpoise.jit import compiled
from counterpoise.streams import exponential, uniform

__all__ = ["NEVER_SHORT", "walk_members"]

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


@compiled(error_model="numpy")
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


@compiled(allocates=True, error_model="numpy")
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
    net_holder, net_conduit_origin, net_a, net_slot_leg = net.holder, net.conduit_origin, net.a, net.slot_leg
    net_stance, net_conduit_recipient = net.stance, net.conduit_recipient
    log_start, log_day, log_kind, log_party = logs.start, logs.day, logs.kind, logs.party
    log_site, log_end_mode, log_end_day = logs.site, logs.end_mode, logs.end_day
    led_strength, led_sender, led_stock_actor, led_reaction_actor = (
        led.strength,
        led.sender,
        led.stock_actor,
        led.reaction_actor,
    )
    led_place_own, led_reaction_after, led_recipient, led_kind = (
        led.place_own,
        led.reaction_after,
        led.recipient,
        led.kind,
    )
    led_base_site, led_dormant, led_reaction_needs, led_reaction_kind = (
        led.base_site,
        led.dormant,
        led.reaction_needs,
        led.reaction_kind,
    )
    led_reaction_first, led_reaction_site, led_reaction_target, led_reaction_flow = (
        led.reaction_first,
        led.reaction_site,
        led.reaction_target,
        led.reaction_flow,
    )
    led_flow_stock, led_conduit = led.flow_stock, led.conduit
    region_patron_actor, region_stock, region_reaction_rate, region_reaction_keys = (
        region.patron_actor,
        region.stock,
        region.reaction_rate,
        region.reaction_keys,
    )
    region_reserve, region_fraction, region_size, region_active = (
        region.reserve,
        region.fraction,
        region.size,
        region.active,
    )
    region_party_actor, region_stance_keys, region_resume_keys, region_base_keys = (
        region.party_actor,
        region.stance_keys,
        region.resume_keys,
        region.base_keys,
    )
    region_reaction_share, region_plan_changes, region_legs_change, region_leg_capacity = (
        region.reaction_share,
        region.plan_changes,
        region.legs_change,
        region.leg_capacity,
    )
    region_is_open, region_passes, region_share, region_base_alone = (
        region.is_open,
        region.passes,
        region.share,
        region.base_alone,
    )
    region_base_carried, region_meant, region_dependence = (
        region.base_carried,
        region.meant,
        region.dependence,
    )
    out_sent, out_short_day, out_arrived, out_capacity = out.sent, out.short_day, out.arrived, out.capacity
    out_delay, out_stock, out_values = out.delay, out.stock, out.values
    n_actors, n_sites, n_flows = led_strength.shape[0], net_holder.shape[0], led_sender.shape[0]
    n_conduits, n_legs, n_stocks = net_conduit_origin.shape[0], net_a.shape[0], led_stock_actor.shape[0]
    n_reactions = led_reaction_actor.shape[0]
    client, ground = region.client, region.ground
    n_inside = ground.place.shape[0]
    holder = np.empty(n_sites, np.int32)
    stance = np.empty((n_actors, n_actors), np.int8)
    fraction, allowed = np.empty(n_flows), np.empty(n_flows, np.int8)
    planned, placed = np.empty(n_flows), np.empty(led_place_own.shape[0])
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
    way, left = np.empty(net_slot_leg.shape[0]), np.empty(net_slot_leg.shape[0])
    room, kept_room = np.empty(net_slot_leg.shape[0]), np.empty(net_slot_leg.shape[0])
    want, rest, carries = np.empty(n_legs), np.empty(n_legs), np.empty(n_legs)
    lets, agreed = np.empty((n_actors, n_actors)), np.empty_like(way)
    free, whole = np.empty((3, n_actors)), np.empty(n_conduits)
    gets, base_weight = np.empty(n_actors, np.int8), np.empty(N_KINDS)
    material_shares(led, free)
    n_recipients = count_recipients(led, gets)
    friends, n_friends = np.empty((n_actors, n_actors), np.int32), np.empty(n_actors, np.int32)
    near_km, weight = np.empty((n_actors, n_actors)), np.empty(n_actors)
    queue, seen = np.empty(n_inside, np.int32), np.empty(n_inside, np.int8)
    inside = np.empty(n_inside, np.int32)
    exposure, struck = np.empty((n_actors, n_actors)), np.empty(n_actors)
    stock = np.empty(n_stocks)
    came, came_before = np.empty(n_stocks), np.empty(n_stocks)
    lag, lag_before, heavy = np.empty(n_stocks), np.empty(n_stocks), np.empty(n_stocks)
    gone = np.empty(region_patron_actor.shape[0], np.int8)
    resume_day = np.empty(n_actors)
    reaction_day, fired = np.empty(n_reactions), np.empty(n_reactions, np.int8)
    keep_sent = out_sent.shape[0] > 0
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
        holder[:] = net_holder
        if fresh_stances:
            stance[:] = net_stance
        stock[:] = region_stock[g]
        gone[:] = 0
        struck[:] = 1.0
        allowed[:] = 1
        fired[:] = 0
        for r in range(n_reactions):
            reaction_day[r] = NEVER_SHORT
            if led_reaction_after[r] == 1 and region_reaction_rate[g, r] > 0.0:
                reaction_day[r] = exponential(region_reaction_keys[r], m, 0) / region_reaction_rate[g, r]
        for i in range(n_stocks):
            out_short_day[m, i] = 0.0 if stock[i] < region_reserve[g, i] else NEVER_SHORT
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
            fraction[:] = region_fraction[0]
            demand[:] = first_demand
        else:
            room[:] = -1.0
            demand[:] = -1.0
            committed_loads(led, region_size[g], region_active, whole)
            kind_weights(p, n_recipients, base_weight)
        e = log_start[m]
        for t in range(grid.shape[0]):
            day = grid[t]
            ended_on = -1
            while e < log_start[m + 1] and log_day[e] <= day:
                if log_kind[e] == _CAPTURE or log_kind[e] == _RECAPTURE:
                    winner = region_party_actor[log_party[e]]
                    holder[ground.place[log_site[e]]] = winner
                    control_changed = True
                elif log_kind[e] == _EXIT:
                    gone[log_party[e]] = 1
                    plan_changed = True
                e += 1
            if ended == 0 and log_end_mode[m] > 0 and log_end_day[m] <= day:
                ended, ended_on = 1, log_end_day[m]
                fresh_stances = True
                stances_changed = control_changed = plan_changed = True
                if log_end_mode[m] == _COUP:
                    winner = client
                elif log_end_mode[m] == _SETTLEMENT or winner == client or winner < 0:
                    winner = region_party_actor[1]
                draw_stances(stance, net_stance, winner, client, p[P_KEEPS], region_stance_keys, m)
                for a in range(n_actors):
                    resume_day[a] = NEVER_SHORT
                    if stance[client, a] <= 1 and a != client:
                        resume_day[a] = ended_on + exponential(region_resume_keys[a], m, 0) / p[P_RESUME]
                for f in range(n_flows):
                    if led_recipient[f] == client or led_sender[f] == client:
                        at_base = AT_BASE[led_kind[f]] == 1 and led_base_site[f] >= 0
                        stays = (
                            at_base
                            and led_recipient[f] == client
                            and stance[client, led_sender[f]] != _HOSTILE
                            and uniform(region_base_keys[f], m, 0) < p[P_BASE]
                        )
                        allowed[f] = 1 if stays or led_dormant[f] == 1 else 0
                for r in range(n_reactions):
                    if led_reaction_after[r] == 0 and region_reaction_rate[g, r] > 0.0:
                        actor = led_reaction_actor[r]
                        fits = led_reaction_needs[r, stance[client, actor]] == 1 or actor == winner
                        if fits:
                            reaction_day[r] = (
                                ended_on
                                + exponential(region_reaction_keys[r], m, 0) / region_reaction_rate[g, r]
                            )
            if ended == 1:
                for f in range(n_flows):
                    if led_recipient[f] == client and allowed[f] == 0 and resume_day[led_sender[f]] <= day:
                        allowed[f] = 2
                        plan_changed = True
            for r in range(n_reactions):
                if fired[r] == 1 or reaction_day[r] > day:
                    continue
                fired[r] = 1
                if led_reaction_kind[r] == _HOLD:
                    for j in range(led_reaction_first[r], led_reaction_first[r + 1]):
                        site = led_reaction_site[j]
                        if stance[led_reaction_actor[r], holder[site]] > 1:
                            holder[site] = led_reaction_actor[r]
                            control_changed = True
                elif led_reaction_kind[r] == _STRIKE:
                    struck[led_reaction_target[r]] *= 1.0 - region_reaction_share[g, r]
                    for i in range(n_stocks):
                        if led_stock_actor[i] == led_reaction_target[r]:
                            stock[i] *= 1.0 - region_reaction_share[g, r]
                else:
                    plan_changed = True
            if region_plan_changes[t] == 1:
                plan_changed = True
            if region_legs_change[g, t] == 1:
                legs_changed = True
            s = Situation(holder, stance, fraction, allowed, ended, winner)
            if plan_changed:
                for f in range(n_flows):
                    fraction[f] = region_fraction[t, f]
                    for j in range(gone.shape[0]):
                        mine = led_sender[f] == region_patron_actor[j] and led_recipient[f] == client
                        if gone[j] == 1 and mine:
                            fraction[f] = 0.0
                    if allowed[f] == 2 and region_active[f] == 1:
                        # Taken up again at its old size, whatever had been left of it.
                        fraction[f] = 1.0
                for r in range(n_reactions):
                    if fired[r] == 1 and led_reaction_flow[r] >= 0:
                        fraction[led_reaction_flow[r]] = 1.0
            if stances_changed:
                fill_lets(stance, p, lets)
                agree(net, lets, agreed)
                list_friends(stance, client if ended == 1 else -1, friends, n_friends)
            if control_changed:
                let_pass(net, holder, lets, agreed, way)
                measure_control(
                    led,
                    ground,
                    s,
                    p,
                    client,
                    friends,
                    n_friends,
                    near_km,
                    weight,
                    inside,
                    queue,
                    seen,
                    exposure,
                    row,
                )
            if control_changed or legs_changed:
                if legs_changed:
                    for leg in range(n_legs):
                        carries[leg] = region_leg_capacity[g, leg] * region_is_open[g, t, leg]
                ways_changed = alone(net, carries, region_passes[g, t], way, room, kept_room, left, capacity)
            else:
                ways_changed = False
            if ways_changed or plan_changed:
                planned_flows(
                    led, s, region_size[g], region_share[g], client, region_active, whole, planned, rho, there
                )
                repack = ways_changed
                for c in range(n_conduits):
                    wanted = p[P_LOAD] * region_base_alone[g, c] * rho[c]
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
                    led, s, p, client, planned, rho, region_base_carried[g], carried, delivered, gets, n_recipients,
                    base_weight, free, sent, arrived, placed, row,
                )  # fmt: skip
                for i in range(n_stocks):
                    came[i] = lag[i] = heavy[i] = 0.0
                for f in range(n_flows):
                    i = led_flow_stock[f]
                    if i >= 0:
                        came[i] += arrived[f]
                        c = led_conduit[f]
                        if c >= 0:
                            lag[i] += arrived[f] * delay[c]
                            heavy[i] += arrived[f]
                for i in range(n_stocks):
                    came[i] = came[i] / region_meant[g, i] if region_meant[g, i] > 0.0 else 1.0
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
                out_arrived[m, t, f] = arrived[f]
            if keep_sent:
                for f in range(n_flows):
                    out_sent[m, t, f] = sent[f]
            for c in range(n_conduits):
                out_capacity[m, t, c] = capacity[c] * there[c]
                if ended == 1 and net_conduit_recipient[c] == client and rho[c] == 0.0:
                    out_capacity[m, t, c] = 0.0
                out_delay[m, t, c] = delay[c]
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
                    stock[i] = stock_after(old, region_dependence[g, i], use, arrived_share, span)
                    if lag[i] > lag_before[i] >= 0.0:
                        gap = (lag[i] - lag_before[i]) * came[i]
                        stock[i] = max(0.0, stock[i] - use * region_dependence[g, i] * gap)
                    low = region_reserve[g, i]
                    if stock[i] < low and out_short_day[m, i] == NEVER_SHORT:
                        # By the rate of the interval and not by its end, which stops at nothing.
                        fall = max(
                            use * region_dependence[g, i] * (1.0 - arrived_share) * span, old - stock[i]
                        )
                        part = (old - low) / fall if old > low else 0.0
                        out_short_day[m, i] = before + part * span
            for i in range(n_stocks):
                out_stock[m, t, i] = stock[i]
            measure_strength(led, s, client, stock, region_reserve[g], struck, exposure, row)
            out_values[m, t] = row
            for i in range(n_stocks):
                came_before[i], lag_before[i] = came[i], lag[i]
            stances_changed = control_changed = legs_changed = plan_changed = False
            before = day
