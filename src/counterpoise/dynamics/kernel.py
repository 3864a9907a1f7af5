"""The kernel: one member lives its days. Long because it must be fast; read it with ``docs/model/theatre.md`` beside it.

A day d runs as follows. (1) Covariates are those of midnight. (2) Every process adds its hazard of the day to its own
internal time and fires when that passes its own unit exponential (random time change; Kurtz 1980), so that
P(fires) = 1 - exp(-hazard). (3) Captures and recaptures of the day take effect at the next midnight together; if several
ends of the regime fall on one day, the one that passed its exponential first, as a share of the day, counts.

The site part of a loss hazard changes only when something happens, so it is kept, and a day without events costs one
multiply-add a site. In quiet times only the slow processes are visited.

Weakest assumptions: sites are frozen in quiet times; a campaign that the model starts has the same hazards as the library's
campaigns but for one intercept shift (``campaign.selection``).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.covariates import (
    KIND_ADVISERS,
    KIND_AIR,
    KIND_ARMS,
    KIND_TROOPS,
    contact,
    exit_hazard,
    kinds_at,
    log_capital,
    log_loss_common,
    log_loss_more,
    log_loss_site,
    log_recapture_common,
    log_recapture_site,
    log_rescue,
    mixed,
)
from counterpoise.dynamics.world import NEVER, ArmSchedule, Theatre
from counterpoise.jit import compiled
from counterpoise.streams import exponential, normal, stream_key, stream_keys, uniform

__all__ = [
    "EVENT_NAMES",
    "MODE_NAMES",
    "SINGLES",
    "Ancestors",
    "Keys",
    "Record",
    "empty_record",
    "make_keys",
    "run_members",
]

#: Kinds of simulated events, in the order of their codes; the names are those of `counterpoise.events`.
EVENT_NAMES = (
    "capture",
    "recapture",
    "campaign_start",
    "campaign_end",
    "patron_exit",
    "rescue",
    "regime_end",
)
CAPTURE, RECAPTURE, CAMPAIGN_START, CAMPAIGN_END, PATRON_EXIT, RESCUE, REGIME_END = range(7)

#: Modes of regime end, code 1 upwards; 0 is survival.
MODE_NAMES = ("survives", "defeat", "flight", "coup", "settlement")
SURVIVES, DEFEAT, FLIGHT, COUP, SETTLEMENT = range(5)

#: Streams that are one for the whole theatre; `make_keys` keeps this order.
SINGLES = (
    "campaign redraw", "campaign intensity", "campaign start", "campaign end", "case effect", "recapture effect",
    "rescue", "coup", "settlement", "mode of end",
)  # fmt: skip
K_REDRAW, K_INTENSITY, K_START, K_END, K_CASE, K_RECAPTURE, K_RESCUE, K_COUP, K_SETTLEMENT, K_MODE = range(10)

FLAG_DAYS = 180
FIRST_YEAR_DAYS = 365
HALF_LIFE = 7.0
DECAY = 0.5 ** (1.0 / HALF_LIFE)
_NEVER = NEVER

P_REDRAW, P_W, P_U, P_V = q.REDRAW, q.SD_W, q.SD_U, q.SD_V
P_START, P_END, P_SELECTION, P_FIRST_YEAR = q.CAMPAIGN_START, q.CAMPAIGN_END, q.SELECTION, q.FIRST_YEAR
P_COUP, P_SETTLEMENT, P_EXIT_TOTAL = q.COUP, q.SETTLEMENT, q.EXIT_TOTAL
P_SURRENDER, P_MEMORY = q.P_SURRENDER, q.MEMORY
#: Parameters of what a specification may add; all zero in most.
MORE = (
    q.LOSS_M, q.LOSS_CONTAGION, q.LOSS_ERA, q.LOSS_MORE, q.LOSS_TROOPS, q.LOSS_AIR, q.LOSS_ADVISERS, q.LOSS_ARMS,
    q.CAP_SG, q.CAP_WD, q.CAP_SR, q.CAP_DURATION, q.CAP_INTENSITY,
)  # fmt: skip
P_CSG, P_CWD, P_FLIGHT = q.C_SG, q.C_WD, q.P_FLIGHT


class Keys(NamedTuple):
    """Stream keys of all processes, each named after what it drives and never after a position."""

    loss: NDArray[np.uint64]
    recapture: NDArray[np.uint64]
    taker: NDArray[np.uint64]
    exit: NDArray[np.uint64]
    drop: NDArray[np.uint64]
    surrender: NDArray[np.uint64]
    single: NDArray[np.uint64]


class Ancestors(NamedTuple):
    """What each member knows about the latents on the as-of day, from the filter."""

    draw: NDArray[np.int32]
    u: NDArray[np.float64]
    v: NDArray[np.float64]
    k: NDArray[np.float64]
    w: NDArray[np.float64]


class Record(NamedTuple):
    """Events of a chunk of members, and how each member ended."""

    n: NDArray[np.int32]
    day: NDArray[np.int16]
    kind: NDArray[np.int8]
    site: NDArray[np.int16]
    party: NDArray[np.int8]
    loser: NDArray[np.int8]
    end_day: NDArray[np.int32]
    end_mode: NDArray[np.int8]
    fault: NDArray[np.int32]


def empty_record(n_members: int, capacity: int) -> Record:
    """Make room for `capacity` events of each of `n_members`."""
    shape = (n_members, capacity)
    return Record(
        np.zeros(n_members, np.int32),
        np.zeros(shape, np.int16),
        np.zeros(shape, np.int8),
        np.full(shape, -1, np.int16),
        np.full(shape, -1, np.int8),
        np.full(shape, -1, np.int8),
        np.zeros(n_members, np.int32),
        np.zeros(n_members, np.int8),
        np.zeros(n_members, np.int32),
    )


def make_keys(seed: int, sites: tuple[str, ...], patrons: tuple[str, ...]) -> Keys:
    """Name the streams of all processes."""
    return Keys(
        stream_keys(seed, (f"loss:{s}" for s in sites)),
        stream_keys(seed, (f"recapture:{s}" for s in sites)),
        stream_keys(seed, (f"taker:{s}" for s in sites)),
        stream_keys(seed, (f"patron exit:{p}" for p in patrons)),
        stream_keys(seed, (f"patron drop:{p}" for p in patrons)),
        stream_keys(seed, (f"surrender:{s}" for s in sites)),
        np.array([stream_key(seed, name) for name in SINGLES], dtype=np.uint64),
    )


@compiled()
def refresh_sites(
    p: NDArray[np.float64],
    t: Theatre,
    holder: NDArray[np.int8],
    k: float,
    rate: NDArray[np.float64],
    ours: NDArray[np.float64],
) -> float:
    """Recompute what changes only with control; return the share of sites that the government does not hold.

    Parameters
    ----------
    rate : ndarray, shape (n_sites,)
        Filled with the site part of the loss hazard [1/day, before the common factor]; 0 where the government does not hold.
    ours : ndarray, shape (n_sites,)
        Filled with the share of government-held neighbours of each site that rebels hold; 0 elsewhere.
    """
    n = holder.shape[0]
    lost = 0
    n_core, lost_core = 0, 0
    for i in range(n):
        lost += holder[i] != 0
        n_core += t.core[i]
        lost_core += t.core[i] * (holder[i] != 0)
    lost_share = lost / n
    core_lost = lost_core / n_core if n_core > 0 else 0.0
    for i in range(n):
        ours[i] = 0.0
        if holder[i] != 0:
            rate[i] = 0.0
            if t.presses[holder[i]] == 1:
                n_ours = 0
                for j in range(t.start[i], t.start[i + 1]):
                    n_ours += holder[t.near[j]] == 0
                if n_ours > 0:
                    ours[i] = n_ours / (t.start[i + 1] - t.start[i])
            continue
        threat = 0.0
        for party in range(1, t.presses.shape[0]):
            threat = max(threat, t.threat[i, party])
        share = contact(i, holder, t.start, t.near, t.presses)
        is_capital = 1 if i == t.capital else 0
        rate[i] = np.exp(
            log_loss_site(
                p, share, threat, t.population_k[i], is_capital, lost_share, k, t.core[i], core_lost
            )
        )
    return lost_share


@compiled()
def draw_taker(t: Theatre, holder: NDArray[np.int8], site: int, uniform_number: float) -> int:
    """Draw who takes a lost site, in proportion to contact; without contact, in proportion to sites held."""
    n_parties = t.takes.shape[0]
    weight = np.zeros(n_parties)
    for j in range(t.start[site], t.start[site + 1]):
        weight[holder[t.near[j]]] += 1.0
    for party in range(1, n_parties):
        weight[party] = (weight[party] + t.threat[site, party]) * t.takes[party]
    weight[0] = 0.0
    total = weight.sum()
    if total == 0.0:
        for i in range(holder.shape[0]):
            weight[holder[i]] += 1.0
        for party in range(1, n_parties):
            # Rebels everywhere may rise; a third party takes only what it touches.
            weight[party] = (weight[party] + 1.0) * t.takes[party] * t.presses[party]
        weight[0] = 0.0
        total = weight.sum()
    mark = uniform_number * total
    for party in range(1, n_parties):
        mark -= weight[party]
        if mark < 0.0:
            return party
    return n_parties - 1


@compiled(inline="always")
def bit(kinds: int, kind: int) -> float:
    """1 where a kind of support is among those given."""
    return 1.0 if kinds & kind else 0.0


@compiled(inline="always")
def patron_level(
    level: NDArray[np.int8],
    day: int,
    gone: NDArray[np.int32],
    dropped: NDArray[np.int8],
    rescued: int,
    capped_sum: int,
) -> tuple[float, float]:
    """Sg: the highest level (or the capped sum) over patrons that have not gone; at least 2 under a rescue.

    Second: what further patrons give beyond the highest, at most 3.
    """
    sg, top, total = 0.0, 0.0, 0.0
    for j in range(level.shape[0]):
        if gone[j] > day:
            here = max(0.0, float(level[j, day] - dropped[j]))
            sg = min(3.0, sg + here) if capped_sum else max(sg, here)
            top = max(top, here)
            total += here
    if rescued > day:
        sg = max(sg, 2.0)
    return sg, min(3.0, total - top)


@compiled(inline="always")
def patron_kinds(
    kinds: NDArray[np.int8],
    level: NDArray[np.int8],
    day: int,
    gone: NDArray[np.int32],
    dropped: NDArray[np.int8],
) -> int:
    """Kinds of support that some patron gives, as bits."""
    found = 0
    for j in range(level.shape[0]):
        if gone[j] > day:
            found |= kinds_at(kinds[j, day], level[j, day], dropped[j])
    return found


@compiled()
def run_members(
    first: int,
    horizon: int,
    values: NDArray[np.float64],
    t: Theatre,
    arm: ArmSchedule,
    anc: Ancestors,
    keys: Keys,
    lost0: float,
    retaken0: float,
    surrendered0: float,
    out: Record,
) -> int:
    """Run the members of a chunk through all days; return the largest number of events of any member.

    Parameters
    ----------
    first : int
        Number of the chunk's first member; streams know members by number.
    lost0, retaken0, surrendered0 : float
        Decayed shares lost, retaken and surrendered on the as-of day.
    out : Record
        Filled in place. Where a member has more events than fit, only ``n`` goes on counting.
    """
    n_sites = t.holder.shape[0]
    n_patrons = arm.level_do.shape[1]
    room = out.day.shape[1]
    most = 0
    holder = np.empty(n_sites, np.int8)
    taken = np.empty(n_sites, np.int32)
    rate = np.empty(n_sites)
    ours = np.empty(n_sites)
    clock = np.empty(n_sites)
    bell = np.empty(n_sites)
    n_loss = np.empty(n_sites, np.int32)
    clock_re = np.empty(n_sites)
    bell_re = np.empty(n_sites)
    n_re = np.empty(n_sites, np.int32)
    new_holder = np.empty(n_sites, np.int8)
    gone = np.empty(n_patrons, np.int32)
    dropped = np.empty(n_patrons, np.int8)
    n_exit = np.empty(n_patrons, np.int32)
    exit_clock = np.empty(n_patrons)
    exit_bell = np.empty(n_patrons)
    for row in range(out.n.shape[0]):
        m = first + row
        g = anc.draw[row]
        p = values[g]
        u, v, k, w = anc.u[row], anc.v[row], anc.k[row], anc.w[row]
        single = keys.single
        for i in range(n_sites):
            holder[i] = t.holder[i]
            taken[i] = t.taken[i]
            clock[i] = 0.0
            clock_re[i] = 0.0
            n_loss[i] = 0
            n_re[i] = 0
            bell[i] = exponential(keys.loss[i], m, 0)
            bell_re[i] = exponential(keys.recapture[i], m, 0)
        for j in range(n_patrons):
            gone[j] = 1 << 30
            dropped[j] = 0
            n_exit[j] = 0
            exit_clock[j] = 0.0
            exit_bell[j] = exponential(keys.exit[j], m, 0)
        redraw_hazard = -np.log(1.0 - p[P_REDRAW])
        lost_share = refresh_sites(p, t, holder, k, rate, ours)
        with_more = False
        for j in MORE:
            with_more |= p[j] != 0.0
        news = np.sqrt(1.0 - p[P_MEMORY] * p[P_MEMORY])
        campaign = t.campaign_day <= 0
        began = t.campaign_day
        selection = 0.0
        n_start = n_end = n_redraw = n_rescue = 0
        clock_start = clock_end = clock_redraw = clock_rescue = clock_coup = clock_settle = 0.0
        bell_start = exponential(single[K_START], m, 0)
        bell_end = exponential(single[K_END], m, 0)
        bell_redraw = exponential(single[K_REDRAW], m, 0)
        bell_rescue = exponential(single[K_RESCUE], m, 0)
        bell_coup = exponential(single[K_COUP], m, 0)
        bell_settle = exponential(single[K_SETTLEMENT], m, 0)
        rescued = 0
        exit_flag = 0
        lost_recently, retaken_recently, surrendered = lost0, retaken0, surrendered0
        n = 0
        end_mode = SURVIVES
        end_day = 0
        for day in range(1, horizon + 1):
            end_part = 2.0
            lost_then, share_then = lost_recently if campaign else 0.0, lost_share
            # Patrons at midnight. An exit of a patron at level 2 or above raises WD for 180 days.
            wd_do, wd_ob = float(arm.withdrawn_do[g, day]), float(arm.withdrawn_observed[g, day])
            rf = float(arm.reinforced_do[g, day])
            if exit_flag > day:
                wd_do = wd_ob = 1.0
            if rescued > day:
                wd_do = wd_ob = 0.0
                rf = 1.0
            if campaign:
                sg_do, more_do = patron_level(arm.level_do[g], day, gone, dropped, rescued, arm.capped_sum)
                sg_ob, more_ob = patron_level(
                    arm.level_observed[g], day, gone, dropped, rescued, arm.capped_sum
                )
                sg = mixed(sg_do, sg_ob, p[P_CSG])
                wd = mixed(wd_do, wd_ob, p[P_CWD])
                sr = arm.rebel_level[g, day]
                eta = log_loss_common(p, day - began, sg, wd, rf, sr, u + selection, w)
                capital_factor = 1.0
                if with_more:
                    now = patron_kinds(arm.kinds_do[g], arm.level_do[g], day, gone, dropped)
                    seen = patron_kinds(arm.kinds_observed[g], arm.level_observed[g], day, gone, dropped)
                    eta += log_loss_more(
                        p,
                        lost_recently,
                        surrendered,
                        t.era,
                        mixed(more_do, more_ob, p[P_CSG]),
                        mixed(bit(now, KIND_TROOPS), bit(seen, KIND_TROOPS), p[P_CSG]),
                        mixed(bit(now, KIND_AIR), bit(seen, KIND_AIR), p[P_CSG]),
                        mixed(bit(now, KIND_ADVISERS), bit(seen, KIND_ADVISERS), p[P_CSG]),
                        mixed(bit(now, KIND_ARMS), bit(seen, KIND_ARMS), p[P_CSG]),
                    )
                    capital_factor = np.exp(log_capital(p, day - began, sg, wd, sr, u + w))
                common = np.exp(eta)
                common_re = np.exp(log_recapture_common(p, rf, sg, sr, lost_recently, retaken_recently, v))
                if not (common < 1e300 and common_re < 1e300 and capital_factor < 1e300):
                    out.fault[row] = day
                    break
                changed = False
                for i in range(n_sites):
                    new_holder[i] = holder[i]
                    if holder[i] == 0:
                        step = rate[i] * common
                        if i == t.capital:
                            step *= capital_factor
                        clock[i] += step
                        if clock[i] >= bell[i]:
                            if i == t.capital:
                                part = (bell[i] - (clock[i] - step)) / step
                                if part < end_part:
                                    end_part = part
                                    who = uniform(single[K_MODE], m, 0)
                                    end_mode = FLIGHT if who < p[P_FLIGHT] else DEFEAT
                            n_loss[i] += 1
                            clock[i] = 0.0
                            bell[i] = exponential(keys.loss[i], m, n_loss[i])
                            new_holder[i] = draw_taker(t, holder, i, uniform(keys.taker[i], m, n_loss[i]))
                            changed = True
                    elif ours[i] > 0.0:
                        clock_re[i] += common_re * np.exp(log_recapture_site(p, ours[i], day - taken[i]))
                        if clock_re[i] >= bell_re[i]:
                            n_re[i] += 1
                            clock_re[i] = 0.0
                            bell_re[i] = exponential(keys.recapture[i], m, n_re[i])
                            new_holder[i] = 0
                            changed = True
                # Memory decays, then takes in what the day brought.
                lost_recently *= DECAY
                retaken_recently *= DECAY
                surrendered *= DECAY
                clock_redraw += redraw_hazard
                if clock_redraw >= bell_redraw:
                    n_redraw += 1
                    clock_redraw = 0.0
                    bell_redraw = exponential(single[K_REDRAW], m, n_redraw)
                    w = p[P_MEMORY] * w + news * (p[P_W] * normal(single[K_INTENSITY], m, n_redraw))
                clock_rescue += np.exp(log_rescue(p, lost_recently, lost_share))
                if clock_rescue >= bell_rescue:
                    n_rescue += 1
                    clock_rescue = 0.0
                    bell_rescue = exponential(single[K_RESCUE], m, n_rescue)
                    rescued = day + 1 + FLAG_DAYS
                    if n < room:
                        out.day[row, n], out.kind[row, n] = day, RESCUE
                    n += 1
                if changed:
                    for i in range(n_sites):
                        if new_holder[i] == holder[i]:
                            continue
                        if n < room:
                            out.day[row, n], out.site[row, n] = day, i
                            out.party[row, n], out.loser[row, n] = new_holder[i], holder[i]
                            out.kind[row, n] = RECAPTURE if new_holder[i] == 0 else CAPTURE
                        n += 1
                        if new_holder[i] == 0:
                            retaken_recently += 1.0 / n_sites
                            clock[i] = 0.0
                        else:
                            lost_recently += 1.0 / n_sites
                            clock_re[i] = 0.0
                            # Given up without a fight? Only a loss of the government's own can be.
                            if holder[i] == 0 and p[P_SURRENDER] > 0.0:
                                given = uniform(keys.surrender[i], m, n_loss[i])
                                surrendered += (given < p[P_SURRENDER]) / n_sites
                        taken[i] = day
                        holder[i] = new_holder[i]
                    lost_share = refresh_sites(p, t, holder, k, rate, ours)
                # The campaign under way is a case: its first year burns out as the cases' did.
                of_a_case = n_start == 0 and day - began <= FIRST_YEAR_DAYS
                clock_end += p[P_END] * (p[P_FIRST_YEAR] if of_a_case else 1.0)
                if clock_end >= bell_end:
                    n_end += 1
                    clock_end = 0.0
                    bell_end = exponential(single[K_END], m, n_end)
                    campaign = False
                    if n < room:
                        out.day[row, n], out.kind[row, n] = day, CAMPAIGN_END
                    n += 1
            else:
                clock_start += p[P_START]
                if clock_start >= bell_start:
                    n_start += 1
                    clock_start = 0.0
                    bell_start = exponential(single[K_START], m, n_start)
                    campaign = True
                    began = day
                    lost_recently = retaken_recently = surrendered = 0.0
                    selection = p[P_SELECTION]
                    # A new campaign is a new case: its effects are drawn anew.
                    u = p[P_U] * normal(single[K_CASE], m, n_start)
                    v = p[P_V] * normal(single[K_RECAPTURE], m, n_start)
                    n_redraw += 1
                    w = p[P_W] * normal(single[K_INTENSITY], m, n_redraw)
                    if n < room:
                        out.day[row, n], out.kind[row, n] = day, CAMPAIGN_START
                    n += 1
            for j in range(n_patrons):
                here = arm.level_do[g, j, day] - dropped[j]
                if gone[j] > day and here > 0:
                    exit_clock[j] += exit_hazard(p, here, share_then, lost_then)
                    if exit_clock[j] >= exit_bell[j]:
                        if p[P_EXIT_TOTAL] < 1.0 and (uniform(keys.drop[j], m, n_exit[j]) >= p[P_EXIT_TOTAL]):
                            dropped[j] += 1
                            n_exit[j] += 1
                            exit_clock[j] = 0.0
                            exit_bell[j] = exponential(keys.exit[j], m, n_exit[j])
                        else:
                            gone[j] = day + 1
                        if here >= 2:
                            exit_flag = day + 1 + FLAG_DAYS
                        if n < room:
                            out.day[row, n], out.kind[row, n], out.party[row, n] = day, PATRON_EXIT, j
                        n += 1
            clock_coup += p[P_COUP]
            if clock_coup >= bell_coup:
                part = (bell_coup - (clock_coup - p[P_COUP])) / p[P_COUP]
                if part < end_part:
                    end_part, end_mode = part, COUP
            clock_settle += p[P_SETTLEMENT]
            if clock_settle >= bell_settle:
                part = (bell_settle - (clock_settle - p[P_SETTLEMENT])) / p[P_SETTLEMENT]
                if part < end_part:
                    end_part, end_mode = part, SETTLEMENT
            if end_part < 2.0:
                end_day = day
                if n < room:
                    out.day[row, n], out.kind[row, n] = day, REGIME_END
                    out.site[row, n], out.party[row, n] = t.capital, end_mode
                n += 1
                break
        out.n[row] = n
        out.end_day[row] = end_day
        out.end_mode[row] = end_mode
        most = max(most, n)
    return most
