"""The particle filter: what the factual history says about the latents on the as-of day.

The latents of a case are its effects u (loss), v (recapture), k (capital) and the campaign intensity w, which is constant in
blocks redrawn at random. For each parameter draw a cloud of particles is carried from the campaign's first day to the
as-of day, weighted by the likelihood of what was and was not taken each day,

    log L(day) = - sum over sites that held of hazard + sum over sites that fell of ln(1 - exp(-hazard)),

and resampled (systematic) when the effective sample size falls below half. The covariate code is that of the kernel.
Without history the cloud is the prior.

Weakest assumption: capture days are taken as known (the last possible day of an interval); static effects are not moved
after resampling, so that very long histories thin the cloud (`effective` says by how much).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.covariates import log_loss_common, log_recapture_common, log_recapture_site
from counterpoise.dynamics.kernel import DECAY, refresh_sites
from counterpoise.dynamics.world import NEVER, Theatre
from counterpoise.jit import compiled
from counterpoise.streams import exponential, normal, stream_key, uniform

__all__ = ["Cloud", "filter_draw", "filter_keys", "recent_changes"]

P_REDRAW, P_W, P_U, P_V, P_K = q.REDRAW, q.SD_W, q.SD_U, q.SD_V, q.SD_K
K_U, K_V, K_K, K_W, K_BLOCK, K_RESAMPLE = range(6)
_NAMES = ("case effect", "recapture effect", "capital effect", "intensity", "block", "resample")


class Cloud(NamedTuple):
    """Particles of one draw on the as-of day, equally weighted, with the draw's own log evidence."""

    u: NDArray[np.float64]
    v: NDArray[np.float64]
    k: NDArray[np.float64]
    w: NDArray[np.float64]
    log_evidence: float
    effective: float


def filter_keys(seed: int) -> NDArray[np.uint64]:
    """Return the stream keys of the filter."""
    return np.array([stream_key(seed, f"filter:{name}") for name in _NAMES], dtype=np.uint64)


@compiled()
def recent_changes(t: Theatre) -> tuple[float, float]:
    """Decayed shares of sites lost and retaken up to the as-of day."""
    n = t.holder.shape[0]
    lost, back = 0.0, 0.0
    holder = t.holder_start.copy()
    for e in range(t.history_day.shape[0]):
        site, party = t.history_site[e], t.history_party[e]
        weight = DECAY ** (-t.history_day[e]) / n
        if party == 0:
            back += weight
        elif holder[site] == 0:
            lost += weight
        holder[site] = party
    return lost, back


@compiled()
def filter_draw(
    p: NDArray[np.float64],
    t: Theatre,
    level: NDArray[np.float64],
    withdrawn: NDArray[np.float64],
    reinforced: NDArray[np.float64],
    rebel_level: NDArray[np.float64],
    keys: NDArray[np.uint64],
    draw: int,
    n_particles: int,
) -> Cloud:
    """Filter one draw through the factual history.

    Parameters
    ----------
    level, withdrawn, reinforced, rebel_level : ndarray, shape (n_history_days,)
        Observed Sg, WD, RF and Sr; index 0 is the campaign's first day.
    draw : int
        Number of the draw; its particles have streams of their own.
    """
    n_sites = t.holder.shape[0]
    u, v = np.empty(n_particles), np.empty(n_particles)
    k, w = np.empty(n_particles), np.empty(n_particles)
    block_clock, block_bell = np.zeros(n_particles), np.empty(n_particles)
    n_block = np.zeros(n_particles, np.int32)
    log_weight = np.zeros(n_particles)
    for i in range(n_particles):
        m = draw * n_particles + i
        u[i] = p[P_U] * normal(keys[K_U], m, 0)
        v[i] = p[P_V] * normal(keys[K_V], m, 0)
        k[i] = p[P_K] * normal(keys[K_K], m, 0)
        w[i] = p[P_W] * normal(keys[K_W], m, 0)
        block_bell[i] = exponential(keys[K_BLOCK], m, 0)
    redraw_hazard = -np.log(1.0 - p[P_REDRAW])
    log_evidence = 0.0
    effective = float(n_particles)
    holder = t.holder_start.copy()
    # Since when a site is held: known where history has no change of it, else long ago until the first change.
    taken = np.minimum(t.taken, t.campaign_day).astype(np.int32)
    for e in range(t.history_site.shape[0]):
        taken[t.history_site[e]] = NEVER
    rate = np.empty(n_sites)
    cap_rate = np.empty(n_sites)
    ours = np.empty(n_sites)
    event_rate, back_rate = np.empty(n_sites), np.empty(n_sites)
    fell = np.zeros(n_sites, np.int8)
    back = np.zeros(n_sites, np.int8)
    lost_recently, retaken_recently = 0.0, 0.0
    event, resamples = 0, 0
    days = 1 - t.campaign_day
    for step in range(days):
        day = t.campaign_day + step
        # The first day opens the campaign; hazards of day d act from the midnight before it.
        fell[:] = 0
        back[:] = 0
        first = event
        while event < t.history_day.shape[0] and t.history_day[event] <= day:
            if t.history_party[event] == 0:
                back[t.history_site[event]] = 1
            elif holder[t.history_site[event]] == 0:
                fell[t.history_site[event]] = 1
            event += 1
        refresh_sites(p, t, holder, 0.0, rate, ours)
        refresh_sites(p, t, holder, 1.0, cap_rate, ours)
        capital_with_k1 = cap_rate[t.capital]
        # What no particle changes is summed once: particles differ in a common factor, and in k at the capital.
        quiet, quiet_re, n_fell, n_back = 0.0, 0.0, 0, 0
        capital_rate, capital_fell = 0.0, False
        for s in range(n_sites):
            if holder[s] == 0:
                if s == t.capital:
                    capital_rate, capital_fell = rate[s], fell[s] == 1
                elif fell[s]:
                    event_rate[n_fell] = rate[s]
                    n_fell += 1
                else:
                    quiet += rate[s]
            elif ours[s] > 0.0:
                site_re = np.exp(log_recapture_site(p, ours[s], day - taken[s]))
                if back[s]:
                    back_rate[n_back] = site_re
                    n_back += 1
                else:
                    quiet_re += site_re
        slope_k = np.log(capital_with_k1 / capital_rate) if capital_rate > 0.0 else 0.0
        for i in range(n_particles):
            m = draw * n_particles + i
            common = np.exp(
                log_loss_common(
                    p, step, level[step], withdrawn[step], reinforced[step], rebel_level[step], u[i], w[i]
                )
            )
            common_re = np.exp(
                log_recapture_common(
                    p, reinforced[step], level[step], rebel_level[step], lost_recently, retaken_recently, v[i]
                )
            )
            gain = -quiet * common - quiet_re * common_re
            for e in range(n_fell):
                gain += np.log(-np.expm1(-event_rate[e] * common) + 1e-300)
            for e in range(n_back):
                gain += np.log(-np.expm1(-back_rate[e] * common_re) + 1e-300)
            if capital_rate > 0.0:
                hazard = capital_rate * common * np.exp(k[i] * slope_k)
                gain += np.log(-np.expm1(-hazard) + 1e-300) if capital_fell else -hazard
            log_weight[i] += gain
            block_clock[i] += redraw_hazard
            if block_clock[i] >= block_bell[i]:
                n_block[i] += 1
                block_clock[i] = 0.0
                block_bell[i] = exponential(keys[K_BLOCK], m, n_block[i])
                w[i] = p[P_W] * normal(keys[K_W], m, n_block[i])
        lost_recently *= DECAY
        retaken_recently *= DECAY
        for e in range(first, event):
            s = t.history_site[e]
            if holder[s] != t.history_party[e]:
                if t.history_party[e] == 0:
                    retaken_recently += 1.0 / n_sites
                elif holder[s] == 0:
                    lost_recently += 1.0 / n_sites
                taken[s] = day
                holder[s] = t.history_party[e]
        top = log_weight.max()
        weight = np.exp(log_weight - top)
        total = weight.sum()
        effective = total * total / (weight * weight).sum()
        if effective < 0.5 * n_particles or step == days - 1:
            log_evidence += top + np.log(total / n_particles)
            offset = uniform(keys[K_RESAMPLE], draw, resamples)
            resamples += 1
            pick = np.empty(n_particles, np.int64)
            cumulative, j = weight[0] / total, 0
            for i in range(n_particles):
                mark = (i + offset) / n_particles
                while mark > cumulative and j < n_particles - 1:
                    j += 1
                    cumulative += weight[j] / total
                pick[i] = j
            u, v, k, w = u[pick], v[pick], k[pick], w[pick]
            # Block ends have no memory, so each copy waits anew on the stream of its own place.
            block_clock[:] = 0.0
            for i in range(n_particles):
                n_block[i] += 1
                block_bell[i] = exponential(keys[K_BLOCK], draw * n_particles + i, n_block[i])
            log_weight[:] = 0.0
    return Cloud(u, v, k, w, log_evidence, effective)
