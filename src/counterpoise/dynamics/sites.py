"""Sites and their rates: what changes only when something happens, and is then changed for the site and its neighbours alone.

The loss hazard of a site is its own rate times what all sites share on a day, so each waits on the common clock of
`counterpoise.dynamics.waits`. The capital keeps a clock of its own: a specification may give it a factor that the others lack.
Rebel-held sites that touch the government's keep a clock each, since their hazard also falls with the days held.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.covariates import (
    contact,
    held,
    log_age,
    log_loss_site,
    log_recapture_site,
)
from counterpoise.dynamics.record import Keys
from counterpoise.dynamics.waits import build_marks, mark_at, new_marks, set_mark
from counterpoise.dynamics.world import NEVER, Theatre
from counterpoise.jit import compiled
from counterpoise.streams import exponential

__all__ = [
    "CORE", "FRONT", "LOST", "N_CORE", "Sites", "Tables", "draw_taker", "make_tables", "new_sites", "refresh_sites",
    "settle_sites", "site_rate", "start_sites",
]  # fmt: skip

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
I8 = NDArray[np.int8]
P_HELD = q.RE_HELD
#: What `Sites.counts` counts: sites not held, core sites not held, sites that may be retaken, core sites.
LOST, CORE, FRONT, N_CORE = range(4)
_NEVER = NEVER


class Tables(NamedTuple):
    """What all members of a draw share in an arm.

    Parameters
    ----------
    rate : ndarray, shape (n_draws, n_links + n_sites)
        Site part of the loss hazard [1/day] by number of neighbours against the government: site i with r of them is in column
        ``start[i] + i + r``. The capital's is left out: it goes with the share lost as well.
    back : ndarray, shape (n_draws, n_links + n_sites)
        Contact part of the recapture hazard by number of neighbours that the government holds; 0 where there is none.
    duration : ndarray, shape (n_draws, n_campaign_days)
        What the days since the campaign began do to all losses.
    held : ndarray, shape (n_draws, n_held_days)
        What the days held do to recapture; the last ``horizon + 1`` columns are those of sites held since long ago.
    change : ndarray of int32, shape (n_draws, horizon + 2)
        See `counterpoise.dynamics.patrons.change_days`.
    rebels, ours : ndarray of int32, shape (n_sites,)
        Number of neighbours that parties against the government, and that the government, hold on the as-of day.
    """

    rate: F64
    back: F64
    duration: F64
    held: F64
    change: I32
    rebels: I32
    ours: I32


class Sites(NamedTuple):
    """State of one member's sites.

    Parameters
    ----------
    mark : ndarray, shape (2 * n_leaves,)
        Common times at which sites fall, as a tree.
    shift : ndarray of int32
        Column of `Tables.held` on day 0.
    rate, bell, n_loss : ndarray
        Loss: rate, present wait, waits ended.
    back, back_clock, back_bell, n_back : ndarray
        Recapture: contact part, time waited, present wait (-1: not drawn yet), waits ended.
    front, place : ndarray of int32
        Sites that may be retaken, and the place of each in that list (-1: not in it).
    held_by : ndarray of int32, shape (n_parties,)
    counts : ndarray of int32, shape (4,)
        See `LOST`, `CORE`, `FRONT`, `N_CORE`.
    """

    holder: I8
    shift: I32
    mark: F64
    rate: F64
    bell: F64
    n_loss: I32
    back: F64
    back_clock: F64
    back_bell: F64
    n_back: I32
    rebels: I32
    ours: I32
    front: I32
    place: I32
    held_by: I32
    counts: I32


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
def site_rate(
    p: F64, t: Theatre, i: int, rebels: int, lost_share: float, core_lost: float, k: float
) -> float:
    """Site part of the loss hazard of a government-held site [1/day]."""
    threat = 0.0
    for party in range(1, t.presses.shape[0]):
        threat = max(threat, t.threat[i, party])
    degree = t.start[i + 1] - t.start[i]
    share = rebels / degree if degree > 0 else 0.0
    is_capital = 1 if i == t.capital else 0
    eta = log_loss_site(p, share, threat, t.population_k[i], is_capital, lost_share, k, t.core[i], core_lost)
    return float(np.exp(eta))


@compiled(inline="always")
def draw_taker(t: Theatre, s: Sites, site: int, uniform_number: float, weight: F64) -> int:
    """Draw who takes a lost site, in proportion to contact; without contact, in proportion to sites held.

    Parameters
    ----------
    weight : ndarray, shape (n_parties,)
        Room to work in.
    """
    n_parties = t.takes.shape[0]
    weight[:] = 0.0
    for j in range(t.start[site], t.start[site + 1]):
        weight[s.holder[t.near[j]]] += 1.0
    total = 0.0
    for party in range(1, n_parties):
        weight[party] = (weight[party] + t.threat[site, party]) * t.takes[party]
        total += weight[party]
    if total == 0.0:
        for party in range(1, n_parties):
            # Rebels everywhere may rise; a third party takes only what it touches.
            weight[party] = (s.held_by[party] + 1.0) * t.takes[party] * t.presses[party]
            total += weight[party]
    mark = uniform_number * total
    for party in range(1, n_parties):
        mark -= weight[party]
        if mark < 0.0:
            return party
    return n_parties - 1


@compiled(allocates=True)
def make_tables(values: F64, t: Theatre, change: I32, horizon: int) -> Tables:
    """Make the tables of an arm; `change` is that of its schedule."""
    n_draws, n = values.shape[0], t.holder.shape[0]
    rate, back = np.zeros((n_draws, t.start[n] + n)), np.zeros((n_draws, t.start[n] + n))
    rebels, ours = np.zeros(n, np.int32), np.zeros(n, np.int32)
    oldest = 0
    for i in range(n):
        if t.taken[i] > _NEVER:
            oldest = max(oldest, -t.taken[i])
        for j in range(t.start[i], t.start[i + 1]):
            rebels[i] += t.presses[t.holder[t.near[j]]]
            ours[i] += t.holder[t.near[j]] == 0
    n_held = horizon + oldest + 1
    since_began = np.empty((n_draws, horizon + 2 - min(0, t.campaign_day)))
    since_taken = np.empty((n_draws, n_held + horizon + 1))
    for g in range(n_draws):
        p = values[g]
        for i in range(n):
            degree = t.start[i + 1] - t.start[i]
            for r in range(degree + 1):
                if i != t.capital:
                    rate[g, t.start[i] + i + r] = site_rate(p, t, i, r, 0.0, 0.0, 0.0)
                if r > 0:
                    back[g, t.start[i] + i + r] = np.exp(log_recapture_site(p, r / degree, 0.0))
        for d in range(since_began.shape[1]):
            since_began[g, d] = np.exp(log_age(p, float(d)))
        for d in range(n_held):
            since_taken[g, d] = np.exp(p[P_HELD] * held(float(d)))
        for d in range(horizon + 1):
            since_taken[g, n_held + d] = np.exp(p[P_HELD] * held(float(d - _NEVER)))
    return Tables(rate, back, since_began, since_taken, change, rebels, ours)


@compiled(allocates=True)
def new_sites(n: int, n_parties: int) -> Sites:
    """Make room for the sites of one member after the other."""
    return Sites(
        np.zeros(n, np.int8), np.zeros(n, np.int32), new_marks(n), np.zeros(n), np.zeros(n), np.zeros(n, np.int32),
        np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n, np.int32), np.zeros(n, np.int32), np.zeros(n, np.int32),
        np.zeros(n, np.int32), np.zeros(n, np.int32), np.zeros(n_parties, np.int32), np.zeros(4, np.int32),
    )  # fmt: skip


@compiled(inline="always")
def start_sites(p: F64, t: Theatre, tab: Tables, g: int, k: float, keys: Keys, m: int, s: Sites) -> float:
    """Put a member's sites at their as-of state; return the share of sites that the government does not hold."""
    n = s.holder.shape[0]
    half = s.mark.shape[0] // 2
    long_ago = tab.held.shape[1] - (tab.change.shape[1] - 1)
    s.counts[:] = 0
    s.held_by[:] = 0
    for i in range(n):
        party = t.holder[i]
        s.holder[i] = party
        s.held_by[party] += 1
        s.shift[i] = -t.taken[i] if t.taken[i] > _NEVER else long_ago
        s.n_loss[i] = 0
        s.n_back[i] = 0
        s.back_clock[i] = 0.0
        s.back_bell[i] = -1.0
        s.rebels[i] = tab.rebels[i]
        s.ours[i] = tab.ours[i]
        s.place[i] = -1
        s.rate[i] = tab.rate[g, t.start[i] + i + tab.rebels[i]]
        s.mark[half + i] = np.inf
        s.counts[N_CORE] += t.core[i]
        if party != 0:
            s.counts[LOST] += 1
            s.counts[CORE] += t.core[i]
            if t.presses[party] == 1 and tab.ours[i] > 0:
                _join(i, tab.back[g, t.start[i] + i + tab.ours[i]], keys, m, s)
        else:
            s.bell[i] = exponential(keys.loss[i], m, 0)
            if i != t.capital:
                s.mark[half + i] = mark_at(0.0, s.bell[i], s.rate[i])
    build_marks(s.mark)
    lost_share = s.counts[LOST] / n
    _renew_capital(p, t, lost_share, k, s)
    return float(lost_share)


@compiled(inline="always")
def _renew_capital(p: F64, t: Theatre, lost_share: float, k: float, s: Sites) -> None:
    """Renew the capital's rate of loss: it goes with the share lost, wherever that was."""
    if s.holder[t.capital] == 0:
        core_lost = s.counts[CORE] / s.counts[N_CORE] if s.counts[N_CORE] > 0 else 0.0
        s.rate[t.capital] = site_rate(p, t, t.capital, s.rebels[t.capital], lost_share, core_lost, k)


@compiled(inline="always")
def _join(i: int, back: float, keys: Keys, m: int, s: Sites) -> None:
    """A site may be retaken, or its contact has changed."""
    s.back[i] = back
    if s.place[i] < 0:
        s.place[i] = s.counts[FRONT]
        s.front[s.counts[FRONT]] = i
        s.counts[FRONT] += 1
    if s.back_bell[i] < 0.0:
        s.back_bell[i] = exponential(keys.recapture[i], m, s.n_back[i])


@compiled(inline="always")
def _leave(i: int, s: Sites) -> None:
    """A site may not be retaken any more."""
    at = s.place[i]
    if at >= 0:
        s.counts[FRONT] -= 1
        last = s.front[s.counts[FRONT]]
        s.front[at] = last
        s.place[last] = at
        s.place[i] = -1


@compiled(inline="always")
def _renew(t: Theatre, i: int, time: float, rates: F64, backs: F64, keys: Keys, m: int, s: Sites) -> None:
    """Renew what waits at one site after its own or a neighbour's change; the capital's loss is left out."""
    half = s.mark.shape[0] // 2
    mark = s.mark[half + i]
    new = np.inf
    if s.holder[i] != 0 and t.presses[s.holder[i]] == 1 and s.ours[i] > 0:
        _join(i, backs[t.start[i] + i + s.ours[i]], keys, m, s)
    else:
        _leave(i, s)
    if s.holder[i] == 0 and i != t.capital:
        rate = rates[t.start[i] + i + s.rebels[i]]
        if mark == np.inf:
            new = mark_at(time, s.bell[i], rate)
        elif rate != s.rate[i]:
            new = mark_at(time, (mark - time) * s.rate[i], rate)
        else:
            new = mark
        s.rate[i] = rate
    if new != mark:
        set_mark(s.mark, i, new)


@compiled(inline="always")
def settle_sites(
    p: F64,
    t: Theatre,
    rates: F64,
    backs: F64,
    k: float,
    time: float,
    day: int,
    n_changed: int,
    changed: I32,
    party: I8,
    keys: Keys,
    m: int,
    s: Sites,
) -> float:
    """Let sites change hands at midnight, and renew them, their neighbours and the capital; return the share not held.

    Parameters
    ----------
    rates, backs : ndarray, shape (n_links + n_sites,)
        Rows of `Tables.rate` and `Tables.back` of the member's draw.
    time : float
        Common time of losses.
    changed, party : ndarray
        The first `n_changed` are the sites and who holds them from now on.
    """
    for c in range(n_changed):
        i, new = changed[c], party[c]
        old = s.holder[i]
        s.holder[i] = new
        s.shift[i] = -day
        s.held_by[old] -= 1
        s.held_by[new] += 1
        if new == 0:
            s.counts[LOST] -= 1
            s.counts[CORE] -= t.core[i]
            s.bell[i] = exponential(keys.loss[i], m, s.n_loss[i])
        elif old == 0:
            s.counts[LOST] += 1
            s.counts[CORE] += t.core[i]
            s.back_clock[i] = 0.0
        for j in range(t.start[i], t.start[i + 1]):
            s.rebels[t.near[j]] += t.presses[new] - t.presses[old]
            s.ours[t.near[j]] += (new == 0) - (old == 0)
    lost_share = s.counts[LOST] / s.holder.shape[0]
    for c in range(n_changed):
        i = changed[c]
        for j in range(t.start[i] - 1, t.start[i + 1]):
            # The site itself, then its neighbours.
            _renew(t, i if j < t.start[i] else t.near[j], time, rates, backs, keys, m, s)
    _renew_capital(p, t, lost_share, k, s)
    return float(lost_share)
