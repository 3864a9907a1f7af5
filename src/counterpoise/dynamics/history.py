"""The particle filter: what the factual history says about the latents on the as-of day.

The latents of a case are its effects u (loss), v (recapture), k (capital) and the campaign intensity w, which is constant in
blocks redrawn at random. For each parameter draw a cloud of particles is carried from the campaign's first day to the
as-of day, weighted by the likelihood of what was and was not taken each day,

    log L(day) = - sum over sites that held of hazard + sum over sites that fell of ln(1 - exp(-hazard)),

(the first sum times ``filter.calm``, the second times ``filter.event``; both 1 unless a specification says otherwise:
captures of one day are often one operation, and whoever takes them for independent news learns alarm too fast, and calm
in the quiet days after), and resampled (systematic) when the effective sample size falls below half. The covariate code is
that of the kernel. Without history the cloud is the prior.

Weakest assumption: capture days are taken as known (the last possible day of an interval); static effects are not moved
after resampling, so that very long histories thin the cloud (`effective` says by how much).
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
    intensity,
    log_capital,
    log_loss_common,
    log_loss_more,
    log_recapture_common,
    log_recapture_site,
)
from counterpoise.dynamics.kernel import DECAY, MORE_CAPITAL, bit, refresh_sites
from counterpoise.dynamics.world import NEVER, Observed, Theatre
from counterpoise.jit import compiled
from counterpoise.streams import exponential, normal, stream_key, uniform

__all__ = [
    "Cloud", "Clouds", "common_without_latents", "filter_draw", "filter_draws", "filter_keys", "recent_changes",
]  # fmt: skip

P_REDRAW, P_U, P_V, P_K = q.REDRAW, q.SD_U, q.SD_V, q.SD_K
P_MEMORY, P_CALM, P_EVENT = q.MEMORY, q.CALM, q.EVENT_POWER
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


class Clouds(NamedTuple):
    """Particles of several draws, shape (n_draws, n_particles), and their log evidence, shape (n_draws,)."""

    u: NDArray[np.float64]
    v: NDArray[np.float64]
    k: NDArray[np.float64]
    w: NDArray[np.float64]
    log_evidence: NDArray[np.float64]

    def part(self, rows: slice) -> Clouds:
        """Views of some draws."""
        return Clouds(*(x[rows] for x in self))


def filter_keys(seed: int) -> NDArray[np.uint64]:
    """Return the stream keys of the filter."""
    return np.array([stream_key(seed, f"filter:{name}") for name in _NAMES], dtype=np.uint64)


@compiled(allocates=True)
def recent_changes(t: Theatre) -> tuple[float, float, float]:
    """Decayed shares of sites lost, retaken and given up without a fight, up to the as-of day."""
    n = t.holder.shape[0]
    lost, back, given = 0.0, 0.0, 0.0
    holder = t.holder_start.copy()
    for e in range(t.history_day.shape[0]):
        site, party = t.history_site[e], t.history_party[e]
        weight = DECAY ** (-t.history_day[e]) / n
        if party == 0:
            back += weight
        elif holder[site] == 0:
            lost += weight
            given += weight * t.history_surrender[e]
        holder[site] = party
    return lost, back, given


@compiled()
def common_without_latents(
    p: NDArray[np.float64],
    t: Theatre,
    o: Observed,
    step: int,
    lost_recently: float,
    surrendered: float,
) -> float:
    """Common part of the log-hazard of loss on a day of history, latents left out."""
    kinds = o.kinds[step]
    return log_loss_common(
        p, step, o.level[step], o.withdrawn[step], o.reinforced[step], o.rebel_level[step], 0.0, 0.0
    ) + log_loss_more(
        p,
        lost_recently,
        surrendered,
        t.background,
        o.more[step],
        bit(kinds, KIND_TROOPS),
        bit(kinds, KIND_AIR),
        bit(kinds, KIND_ADVISERS),
        bit(kinds, KIND_ARMS),
    )


@compiled(allocates=True)
def filter_draw(
    p: NDArray[np.float64],
    t: Theatre,
    o: Observed,
    keys: NDArray[np.uint64],
    draw: int,
    n_particles: int,
) -> Cloud:
    """Filter one draw through the factual history.

    Parameters
    ----------
    o : Observed
        Patrons in this draw; index 0 is the campaign's first day.
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
        w[i] = intensity(p, normal(keys[K_W], m, 0))
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
    ours = np.empty(n_sites)
    fell = np.zeros(n_sites, np.int8)
    back = np.zeros(n_sites, np.int8)
    rate_fell = np.empty(n_sites)
    rate_back = np.empty(n_sites)
    lost_recently, retaken_recently, surrendered = 0.0, 0.0, 0.0
    news = np.sqrt(1.0 - p[P_MEMORY] * p[P_MEMORY])
    calm, told = p[P_CALM], p[P_EVENT]
    effect = np.exp(k)
    with_capital = False
    for j in MORE_CAPITAL:
        with_capital |= p[j] != 0.0
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
        # What all particles share is summed once: sites that held, the capital, and what was taken or retaken.
        held, held_re, capital_rate = 0.0, 0.0, 0.0
        n_fell, n_back = 0, 0
        for s in range(n_sites):
            if holder[s] == 0:
                if s == t.capital:
                    capital_rate = rate[s]
                elif fell[s]:
                    rate_fell[n_fell] = rate[s]
                    n_fell += 1
                else:
                    held += rate[s]
            elif ours[s] > 0.0:
                site = np.exp(log_recapture_site(p, ours[s], day - taken[s]))
                if back[s]:
                    rate_back[n_back] = site
                    n_back += 1
                else:
                    held_re += site
        with_back = held_re > 0.0 or n_back > 0
        eta = common_without_latents(p, t, o, step, lost_recently, surrendered)
        eta_re = log_recapture_common(
            p, o.reinforced[step], o.level[step], o.rebel_level[step], lost_recently, retaken_recently, 0.0
        )
        for i in range(n_particles):
            common = np.exp(eta + u[i] + w[i])
            if with_capital:
                own = k[i] + log_capital(
                    p, step, o.level[step], o.withdrawn[step], o.rebel_level[step], u[i] + w[i]
                )
                capital = capital_rate * common * np.exp(own)
            else:
                capital = capital_rate * common * effect[i]
            common_re = np.exp(eta_re + v[i]) if with_back else 0.0
            gain = -calm * (held * common + held_re * common_re)
            if fell[t.capital]:
                gain += told * np.log(-np.expm1(-capital) + 1e-300)
            else:
                gain -= calm * capital
            for j in range(n_fell):
                gain += told * np.log(-np.expm1(-rate_fell[j] * common) + 1e-300)
            for j in range(n_back):
                gain += told * np.log(-np.expm1(-rate_back[j] * common_re) + 1e-300)
            log_weight[i] += gain
            block_clock[i] += redraw_hazard
            if block_clock[i] >= block_bell[i]:
                m = draw * n_particles + i
                n_block[i] += 1
                block_clock[i] = 0.0
                block_bell[i] = exponential(keys[K_BLOCK], m, n_block[i])
                w[i] = p[P_MEMORY] * w[i] + news * intensity(p, normal(keys[K_W], m, n_block[i]))
        lost_recently *= DECAY
        retaken_recently *= DECAY
        surrendered *= DECAY
        for e in range(first, event):
            s = t.history_site[e]
            if holder[s] != t.history_party[e]:
                if t.history_party[e] == 0:
                    retaken_recently += 1.0 / n_sites
                elif holder[s] == 0:
                    lost_recently += 1.0 / n_sites
                    surrendered += t.history_surrender[e] / n_sites
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
            effect = effect[pick]
            # Block ends have no memory, so each copy waits anew on the stream of its own place.
            block_clock[:] = 0.0
            for i in range(n_particles):
                n_block[i] += 1
                block_bell[i] = exponential(keys[K_BLOCK], draw * n_particles + i, n_block[i])
            log_weight[:] = 0.0
    return Cloud(u, v, k, w, log_evidence, effective)


@compiled(allocates=True)
def filter_draws(
    first: int, values: NDArray[np.float64], t: Theatre, o: Observed, keys: NDArray[np.uint64], out: Clouds
) -> None:
    """Filter several draws, one after the other, without a word to the interpreter in between.

    Parameters
    ----------
    first : int
        Number of the first draw.
    values : ndarray, shape (n_draws, n_parameters)
    o : Observed
        Patrons in these draws, every array with a first axis of draws.
    out : Clouds
        Filled.
    """
    n_particles = out.u.shape[1]
    for i in range(values.shape[0]):
        one = Observed(o.level[i], o.withdrawn[i], o.reinforced[i], o.rebel_level[i], o.more[i], o.kinds[i])
        cloud = filter_draw(values[i], t, one, keys, first + i, n_particles)
        out.u[i], out.v[i], out.k[i], out.w[i] = cloud.u, cloud.v, cloud.k, cloud.w
        out.log_evidence[i] = cloud.log_evidence
