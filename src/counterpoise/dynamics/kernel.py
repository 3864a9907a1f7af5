"""The kernel: one member lives its days, event by event. Long because it must be fast; read ``docs/model/theatre.md`` beside it.

A day d runs as follows. (1) Covariates are those of midnight. (2) Every process adds its hazard of the day to its own
internal time and fires when that passes its own unit exponential (random time change; Kurtz 1980), so that
P(fires) = 1 - exp(-hazard). (3) Captures and recaptures of the day take effect at the next midnight together; if several
ends of the regime fall on one day, the one that passed its exponential first, as a share of the day, counts.

None of this is computed where nothing happens. A loss hazard is the site's own rate times what all sites share on a day (days
since the campaign began, patrons, effects of the case and of the campaign), so all sites wait on one common clock, and only
the first of them is looked at (`counterpoise.dynamics.waits`). An event renews the site, its neighbours and the capital
(`counterpoise.dynamics.sites`). Constant hazards are known by the day on which they ring. What patrons do to the hazards is
renewed on the days on which anything about them changes (`counterpoise.dynamics.patrons`). Daily clocks remain for what moves
every day: the capital, rebel-held sites in contact, rescue, and exits if a specification lets them go with momentum. Quiet
times are skipped from one slow event to the next.

The events are those of a loop over days and sites up to rounding: sums are taken in another order, so that an event whose
exponential is used up within some 1e-13 of a midnight may fall on the other side of it (counted in
``tests/science/test_kernel_reference.py``).

Weakest assumptions: sites are frozen in quiet times; a campaign that the model starts has the same hazards as the library's
campaigns but for one intercept shift (``campaign.selection``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.covariates import (
    BACKGROUND,
    KIND_ADVISERS,
    KIND_AIR,
    KIND_ARMS,
    KIND_TROOPS,
    contagion,
    exit_hazard,
    intensity,
    log_capital,
    log_exit_pace,
    log_loss_common,
    log_loss_more,
    log_recapture_common,
    log_recapture_memory,
    log_rescue,
    log_rescue_memory,
    mixed,
    momentum,
)
from counterpoise.dynamics.patrons import bit, change_days, patron_kinds, patron_level
from counterpoise.dynamics.record import (
    CAMPAIGN_END,
    CAMPAIGN_START,
    CAPTURE,
    COUP,
    DEFEAT,
    EVENT_NAMES,
    FLIGHT,
    MODE_NAMES,
    PATRON_EXIT,
    RECAPTURE,
    REGIME_END,
    RESCUE,
    SETTLEMENT,
    SINGLES,
    SURVIVES,
    Ancestors,
    Keys,
    Record,
    empty_record,
    make_keys,
    write_event,
)
from counterpoise.dynamics.sites import (
    FRONT,
    Sites,
    Tables,
    draw_taker,
    make_tables,
    new_sites,
    refresh_sites,
    settle_sites,
    start_sites,
)
from counterpoise.dynamics.waits import FAR_DAY, due_day, first_mark, set_mark
from counterpoise.dynamics.world import ArmSchedule, Theatre
from counterpoise.jit import compiled
from counterpoise.streams import exponential, normal, uniform

__all__ = [
    "CAPTURE",
    "COUP",
    "DECAY",
    "DEFEAT",
    "EVENT_NAMES",
    "MODE_NAMES",
    "MORE_CAPITAL",
    "PATRON_EXIT",
    "RECAPTURE",
    "REGIME_END",
    "SETTLEMENT",
    "SINGLES",
    "Ancestors",
    "Keys",
    "Record",
    "bit",
    "empty_record",
    "make_keys",
    "prepare",
    "refresh_sites",
    "run_members",
]

F64 = NDArray[np.float64]
FLAG_DAYS = 180
FIRST_YEAR_DAYS = 365
HALF_LIFE = 7.0
DECAY = 0.5 ** (1.0 / HALF_LIFE)
K_REDRAW, K_INTENSITY, K_START, K_END, K_CASE, K_RECAPTURE, K_RESCUE, K_COUP, K_SETTLEMENT, K_MODE = range(10)
_CAPTURE, _RECAPTURE, _START, _END, _EXIT = CAPTURE, RECAPTURE, CAMPAIGN_START, CAMPAIGN_END, PATRON_EXIT
_RESCUE, _REGIME_END = RESCUE, REGIME_END
_SURVIVES, _DEFEAT, _FLIGHT, _COUP, _SETTLEMENT = SURVIVES, DEFEAT, FLIGHT, COUP, SETTLEMENT
_FAR_DAY, _FRONT, _FIRST_YEAR_DAYS = FAR_DAY, FRONT, FIRST_YEAR_DAYS

P_REDRAW, P_U, P_V = q.REDRAW, q.SD_U, q.SD_V
P_START, P_END, P_SELECTION, P_FIRST_YEAR = q.CAMPAIGN_START, q.CAMPAIGN_END, q.SELECTION, q.FIRST_YEAR
P_COUP, P_SETTLEMENT, P_EXIT_TOTAL, P_EXIT_M = q.COUP, q.SETTLEMENT, q.EXIT_TOTAL, q.EXIT_M
P_SURRENDER, P_MEMORY = q.P_SURRENDER, q.MEMORY
P_CSG, P_CWD, P_FLIGHT = q.C_SG, q.C_WD, q.P_FLIGHT
P_MOMENTUM, P_CONTAGION, P_CAP = q.LOSS_M, q.LOSS_CONTAGION, q.SURRENDER_CAP
#: Parameters of what a specification may add to all losses, and to the capital's; all zero in most.
MORE = (
    q.LOSS_M,
    q.LOSS_CONTAGION,
    q.LOSS_MORE,
    q.LOSS_TROOPS,
    q.LOSS_AIR,
    q.LOSS_ADVISERS,
    q.LOSS_ARMS,
    *BACKGROUND,
)
MORE_CAPITAL = (q.CAP_SG, q.CAP_WD, q.CAP_SR, q.CAP_DURATION, q.CAP_RAMP, q.CAP_INTENSITY)


class Exits(NamedTuple):
    """State of one member's patrons: day from which each is gone, levels dropped, and its wait.

    Parameters
    ----------
    rest, rate : ndarray, shape (n_patrons,)
        What is left of the wait at the common time ``at[0]``, and the patron's own rate; it goes when ``at[0] + rest / rate``
        is reached.
    """

    gone: NDArray[np.int32]
    dropped: NDArray[np.int8]
    n: NDArray[np.int32]
    rest: F64
    rate: F64
    at: F64


class Room(NamedTuple):
    """Room that one member after the other works in: sites, patrons, who takes which site on a day, and weights of parties."""

    sites: Sites
    exits: Exits
    changed: NDArray[np.int32]
    party: NDArray[np.int8]
    weight: F64


def prepare(
    values: F64, theatres: Sequence[Theatre], arms: Sequence[ArmSchedule], horizon: int
) -> tuple[Tables, ...]:
    """Make what all members of each arm share; arms whose theatres begin alike share their tables, too."""
    made: dict[int, Tables] = {}
    out = []
    for theatre, arm in zip(theatres, arms, strict=True):
        change = change_days(arm, horizon)
        if theatre.campaign_day not in made:
            made[theatre.campaign_day] = make_tables(values, theatre, change, horizon)
        out.append(made[theatre.campaign_day]._replace(change=change))
    return tuple(out)


@compiled()
def _count_down(x: Exits, time: float) -> None:
    """Take off the waits what the common time of exits has brought since."""
    for j in range(x.rest.shape[0]):
        x.rest[j] -= (time - x.at[0]) * x.rate[j]
    x.at[0] = time


@compiled()
def _renew_exits(p: F64, level: NDArray[np.int8], day: int, time: float, x: Exits) -> float:
    """Renew the rates at which patrons leave; return the common time at which the first does."""
    _count_down(x, time)
    first = np.inf
    for j in range(x.rest.shape[0]):
        here = level[j, day] - x.dropped[j]
        x.rate[j] = exit_hazard(p, here, 0.0, 0.0) if x.gone[j] > day and here > 0 else 0.0
        if x.rate[j] > 0.0:
            first = min(first, time + x.rest[j] / x.rate[j])
    return first


@compiled()
def _burn_out(bell: float, p: F64, began: int) -> int:
    """Day on which the campaign under way ends. It is a case: its first year burns out as the cases' did."""
    first = max(0, _FIRST_YEAR_DAYS + began)
    slow = p[P_END] * p[P_FIRST_YEAR]
    day = due_day(0, bell, slow)
    return day if day <= first else due_day(first, bell - first * slow, p[P_END])


@compiled()
def _any(p: F64, which: tuple[int, ...]) -> bool:
    """Whether any of these parameters is not zero."""
    found = False
    for j in which:
        found |= p[j] != 0.0
    return found


@compiled()
def _in_order(n: int, site: NDArray[np.int32], party: NDArray[np.int8]) -> None:
    """Sort the day's changes by site."""
    for a in range(1, n):
        i, who = site[a], party[a]
        b = a - 1
        while b >= 0 and site[b] > i:
            site[b + 1], party[b + 1] = site[b], party[b]
            b -= 1
        site[b + 1], party[b + 1] = i, who


@compiled(error_model="numpy")
def _live(
    row: int,
    m: int,
    horizon: int,
    values: F64,
    t: Theatre,
    arm: ArmSchedule,
    tab: Tables,
    anc: Ancestors,
    keys: Keys,
    lost0: float,
    retaken0: float,
    surrendered0: float,
    room: Room,
    out: Record,
) -> int:
    """Run member `m` through all days and write its events into `row`; return their number."""
    s, x, changed, party = room.sites, room.exits, room.changed, room.party
    n_sites, n_patrons = t.holder.shape[0], arm.level_do.shape[1]
    capital, single = t.capital, keys.single
    g = anc.draw[row]
    p = values[g]
    change, since_began, since_taken = tab.change[g], tab.duration[g], tab.held[g]
    u, v, k, w = anc.u[row], anc.v[row], anc.k[row], anc.w[row]
    lost_share = start_sites(p, t, tab, g, k, keys, m, s)
    for j in range(n_patrons):
        x.gone[j] = _FAR_DAY
        x.dropped[j] = 0
        x.n[j] = 0
        x.rate[j] = 0.0
        x.rest[j] = exponential(keys.exit[j], m, 0)
    x.at[0] = 0.0
    with_more, with_capital = _any(p, MORE), _any(p, MORE_CAPITAL)
    with_memory = p[P_MOMENTUM] != 0.0 or p[P_CONTAGION] != 0.0
    exits_move = p[P_EXIT_M] != 0.0
    news = np.sqrt(1.0 - p[P_MEMORY] * p[P_MEMORY])
    redraw_hazard = -np.log(1.0 - p[P_REDRAW])
    campaign = t.campaign_day <= 0
    began = t.campaign_day
    selection = 0.0
    n_start = n_end = n_redraw = n_rescue = 0
    redraw_rest, redraw_from = exponential(single[K_REDRAW], m, 0), 0
    rescue_clock, rescue_bell = 0.0, exponential(single[K_RESCUE], m, 0)
    coup_bell, settle_bell = exponential(single[K_COUP], m, 0), exponential(single[K_SETTLEMENT], m, 0)
    coup_day = due_day(0, coup_bell, p[P_COUP])
    settle_day = due_day(0, settle_bell, p[P_SETTLEMENT])
    start_day = end_day_of_campaign = redraw_day = _FAR_DAY
    if campaign:
        end_day_of_campaign = _burn_out(exponential(single[K_END], m, 0), p, began)
        redraw_day = due_day(0, redraw_rest, redraw_hazard)
    else:
        start_day = due_day(0, exponential(single[K_START], m, 0), p[P_START])
    rescued = exit_flag = 0
    lost_recently, retaken_recently, surrendered = lost0, retaken0, surrendered0
    m_lost = momentum(lost_recently)
    rescue_pace = np.exp(log_rescue(p, 0.0, lost_share))
    exit_time, exit_due = 0.0, np.inf
    exit_pace = np.exp(log_exit_pace(p, lost_share, m_lost if campaign else 0.0))
    time, capital_clock = 0.0, 0.0
    sg = wd = sr = 0.0
    pace = pace_back = 0.0
    stale, change_at = True, 0
    n = 0
    end_mode, end_day = _SURVIVES, 0
    day = 0
    while day < horizon:
        day += 1
        if not campaign and not stale and day < change_at:
            # Nothing but slow processes: on to the first day on which one of them is due.
            until = min(min(start_day, coup_day), min(settle_day, change_at))
            if exit_due < np.inf and exit_pace > 0.0:
                steps = max(1.0, np.ceil((exit_due - exit_time) / exit_pace))
                if day - 1.0 + steps < until:
                    until = day - 1 + int(steps)
            until = min(until, horizon + 1)
            if until > day:
                exit_time += exit_pace * (until - day)
                day = until
                if day > horizon:
                    break
        end_part = 2.0
        if stale or day >= change_at:
            # Patrons at midnight. An exit of a patron at level 2 or above raises WD for 180 days.
            change_at = change[day + 1]
            exit_due = _renew_exits(p, arm.level_do[g], day, exit_time, x)
            if campaign:
                wd_do, wd_ob = float(arm.withdrawn_do[g, day]), float(arm.withdrawn_observed[g, day])
                rf = float(arm.reinforced_do[g, day])
                if exit_flag > day:
                    wd_do = wd_ob = 1.0
                    change_at = min(change_at, exit_flag)
                if rescued > day:
                    wd_do = wd_ob = 0.0
                    rf = 1.0
                    change_at = min(change_at, rescued)
                sg_do, more_do = patron_level(
                    arm.level_do[g], day, x.gone, x.dropped, rescued, arm.capped_sum
                )
                sg_ob, more_ob = patron_level(
                    arm.level_observed[g], day, x.gone, x.dropped, rescued, arm.capped_sum
                )
                sg, wd = mixed(sg_do, sg_ob, p[P_CSG]), mixed(wd_do, wd_ob, p[P_CWD])
                sr = float(arm.rebel_level[g, day])
                eta = log_loss_common(p, 0.0, sg, wd, rf, sr, u + selection, w)
                if with_more:
                    now = patron_kinds(arm.kinds_do[g], arm.level_do[g], day, x.gone, x.dropped)
                    seen = patron_kinds(arm.kinds_observed[g], arm.level_observed[g], day, x.gone, x.dropped)
                    eta += log_loss_more(
                        p,
                        0.0,
                        0.0,
                        t.background,
                        mixed(more_do, more_ob, p[P_CSG]),
                        mixed(bit(now, KIND_TROOPS), bit(seen, KIND_TROOPS), p[P_CSG]),
                        mixed(bit(now, KIND_AIR), bit(seen, KIND_AIR), p[P_CSG]),
                        mixed(bit(now, KIND_ADVISERS), bit(seen, KIND_ADVISERS), p[P_CSG]),
                        mixed(bit(now, KIND_ARMS), bit(seen, KIND_ARMS), p[P_CSG]),
                    )
                pace = np.exp(eta)
                pace_back = np.exp(log_recapture_common(p, rf, sg, sr, 0.0, 0.0, v))
            stale = False
        if exits_move and campaign:
            exit_pace = np.exp(log_exit_pace(p, lost_share, m_lost))
        exit_time += exit_pace
        if campaign:
            common = pace * since_began[day - began]
            if with_memory:
                common *= np.exp(p[P_MOMENTUM] * m_lost + p[P_CONTAGION] * contagion(surrendered, p[P_CAP]))
            factor = 1.0
            if with_capital:
                factor = np.exp(log_capital(p, day - began, sg, wd, sr, u + w))
            common_back = pace_back
            if s.counts[_FRONT] > 0:
                common_back *= np.exp(log_recapture_memory(p, m_lost, momentum(retaken_recently)))
            if not (common < 1e300 and common_back < 1e300 and factor < 1e300):
                out.fault[row] = day
                break
            n_changed = 0
            time += common
            if s.holder[capital] == 0:
                step = s.rate[capital] * common * factor
                capital_clock += step
                if capital_clock >= s.bell[capital]:
                    end_part = (s.bell[capital] - (capital_clock - step)) / step
                    who = uniform(single[K_MODE], m, 0)
                    end_mode = _FLIGHT if who < p[P_FLIGHT] else _DEFEAT
                    changed[0], party[0] = capital, 1
                    n_changed = 1
            while s.mark[1] <= time:
                i = first_mark(s.mark)
                set_mark(s.mark, i, np.inf)
                changed[n_changed], party[n_changed] = i, 1
                n_changed += 1
            for c in range(n_changed):
                i = changed[c]
                s.n_loss[i] += 1
                party[c] = draw_taker(t, s, i, uniform(keys.taker[i], m, s.n_loss[i]), room.weight)
            for f in range(s.counts[_FRONT]):
                i = s.front[f]
                s.back_clock[i] += common_back * s.back[i] * since_taken[s.shift[i] + day]
                if s.back_clock[i] >= s.back_bell[i]:
                    s.n_back[i] += 1
                    s.back_clock[i] = 0.0
                    s.back_bell[i] = -1.0
                    changed[n_changed], party[n_changed] = i, 0
                    n_changed += 1
            # Memory decays, then takes in what the day brought.
            lost_recently *= DECAY
            retaken_recently *= DECAY
            surrendered *= DECAY
            m_lost = momentum(lost_recently)
            if day == redraw_day:
                n_redraw += 1
                redraw_rest, redraw_from = exponential(single[K_REDRAW], m, n_redraw), day
                redraw_day = due_day(day, redraw_rest, redraw_hazard)
                w = p[P_MEMORY] * w + news * intensity(p, normal(single[K_INTENSITY], m, n_redraw))
                stale = True
            rescue_clock += rescue_pace * np.exp(log_rescue_memory(p, m_lost))
            if rescue_clock >= rescue_bell:
                n_rescue += 1
                rescue_clock = 0.0
                rescue_bell = exponential(single[K_RESCUE], m, n_rescue)
                rescued = day + 1 + FLAG_DAYS
                stale = True
                n = write_event(out, row, n, day, _RESCUE, -1, -1, -1)
            if n_changed > 0:
                _in_order(n_changed, changed, party)
                for c in range(n_changed):
                    i = changed[c]
                    if party[c] == 0:
                        retaken_recently += 1.0 / n_sites
                        n = write_event(out, row, n, day, _RECAPTURE, i, 0, s.holder[i])
                        if i == capital:
                            capital_clock = 0.0
                    else:
                        lost_recently += 1.0 / n_sites
                        n = write_event(out, row, n, day, _CAPTURE, i, party[c], 0)
                        # Given up without a fight?
                        if p[P_SURRENDER] > 0.0:
                            given = uniform(keys.surrender[i], m, s.n_loss[i])
                            surrendered += (given < p[P_SURRENDER]) / n_sites
                lost_share = settle_sites(
                    p, t, tab.rate[g], tab.back[g], k, time, day, n_changed, changed, party, keys, m, s
                )
                m_lost = momentum(lost_recently)
                rescue_pace = np.exp(log_rescue(p, 0.0, lost_share))
                exit_pace = np.exp(log_exit_pace(p, lost_share, m_lost))
            if day == end_day_of_campaign:
                n_end += 1
                campaign = False
                exit_pace = np.exp(log_exit_pace(p, lost_share, 0.0))
                redraw_rest -= (day - redraw_from) * redraw_hazard
                start_day = due_day(day, exponential(single[K_START], m, n_start), p[P_START])
                n = write_event(out, row, n, day, _END, -1, -1, -1)
        elif day == start_day:
            n_start += 1
            campaign, stale = True, True
            began = day
            lost_recently = retaken_recently = surrendered = m_lost = 0.0
            selection = p[P_SELECTION]
            # A new campaign is a new case: its effects are drawn anew.
            u = p[P_U] * normal(single[K_CASE], m, n_start)
            v = p[P_V] * normal(single[K_RECAPTURE], m, n_start)
            n_redraw += 1
            w = intensity(p, normal(single[K_INTENSITY], m, n_redraw))
            redraw_from = day
            redraw_day = due_day(day, redraw_rest, redraw_hazard)
            end_day_of_campaign = due_day(day, exponential(single[K_END], m, n_end), p[P_END])
            n = write_event(out, row, n, day, _START, -1, -1, -1)
        if exit_time >= exit_due:
            _count_down(x, exit_time)
            for j in range(n_patrons):
                if x.rate[j] == 0.0 or x.rest[j] > 0.0:
                    continue
                here = arm.level_do[g, j, day] - x.dropped[j]
                if p[P_EXIT_TOTAL] < 1.0 and uniform(keys.drop[j], m, x.n[j]) >= p[P_EXIT_TOTAL]:
                    x.dropped[j] += 1
                    x.n[j] += 1
                    x.rest[j] = exponential(keys.exit[j], m, x.n[j])
                else:
                    x.gone[j] = day + 1
                    x.rate[j] = 0.0
                if here >= 2:
                    exit_flag = day + 1 + FLAG_DAYS
                stale = True
                n = write_event(out, row, n, day, _EXIT, -1, j, -1)
            exit_due = np.inf if stale else exit_due
        if day == coup_day:
            part = (coup_bell - (day - 1) * p[P_COUP]) / p[P_COUP]
            if part < end_part:
                end_part, end_mode = part, _COUP
        if day == settle_day:
            part = (settle_bell - (day - 1) * p[P_SETTLEMENT]) / p[P_SETTLEMENT]
            if part < end_part:
                end_part, end_mode = part, _SETTLEMENT
        if end_part < 2.0:
            end_day = day
            n = write_event(out, row, n, day, _REGIME_END, capital, end_mode, -1)
            break
    out.n[row] = n
    out.end_day[row] = end_day
    out.end_mode[row] = end_mode
    return n


@compiled(allocates=True)
def run_members(
    first: int,
    horizon: int,
    values: F64,
    t: Theatre,
    arm: ArmSchedule,
    tab: Tables,
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
    tab : Tables
        From `prepare`, for these draws, this theatre, schedule and horizon.
    lost0, retaken0, surrendered0 : float
        Decayed shares lost, retaken and surrendered on the as-of day.
    out : Record
        Filled in place. Where a member has more events than fit, only ``n`` goes on counting.
    """
    n_sites, n_patrons = t.holder.shape[0], arm.level_do.shape[1]
    exits = Exits(
        np.empty(n_patrons, np.int32), np.empty(n_patrons, np.int8), np.empty(n_patrons, np.int32),
        np.empty(n_patrons), np.empty(n_patrons), np.zeros(1),
    )  # fmt: skip
    sites = new_sites(n_sites, t.takes.shape[0])
    room = Room(
        sites, exits, np.empty(n_sites, np.int32), np.empty(n_sites, np.int8), np.empty(t.takes.shape[0])
    )
    most = 0
    # Members of one draw after each other, so that its tables stay close at hand; each has streams and a row of its own.
    for row in np.argsort(anc.draw):
        n = _live(
            row, first + row, horizon, values, t, arm, tab, anc, keys, lost0, retaken0, surrendered0, room, out
        )  # fmt: skip
        most = max(most, n)
    return most
