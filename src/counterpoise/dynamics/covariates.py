"""Covariates and log-hazards: the same code fits past cases and drives the simulation.

Each function takes plain numbers and arrays of the state at midnight and returns one covariate or one log-hazard
[log of 1/day]. The equations are those of ``docs/model/theatre.md``:

    loss       eta = b0 + u + w_t + b1 any + b2 share + b3 threat + b4 size + b5 duration
                     + b6 Sg + b7 WD + b8 RF + b9 Sr + capital (b10 + b11 any + b12 lost + k)
    recapture  eta = r0 + v + r1 shareG + r2 RF + r3 Sg + r4 Sr + r5 M + r6 Mg + r7 held

Weakest assumption: patron terms enter a causal mixture b (c do + (1 - c) observed) whose share c nobody has measured.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics import parameters as q
from counterpoise.jit import compiled

__all__ = [
    "contact",
    "duration",
    "held",
    "log_loss_common",
    "log_loss_site",
    "log_recapture_common",
    "log_recapture_site",
    "mixed",
    "momentum",
    "size",
]

LOSS_0, LOSS_ANY, LOSS_SHARE, LOSS_THREAT = q.LOSS_0, q.LOSS_ANY, q.LOSS_SHARE, q.LOSS_THREAT
LOSS_SIZE, LOSS_DURATION, LOSS_SG, LOSS_WD = q.LOSS_SIZE, q.LOSS_DURATION, q.LOSS_SG, q.LOSS_WD
LOSS_RF, LOSS_SR = q.LOSS_RF, q.LOSS_SR
LOSS_CAP, LOSS_CAP_ANY, LOSS_CAP_LOST = q.LOSS_CAP, q.LOSS_CAP_ANY, q.LOSS_CAP_LOST
RE_0, RE_SHARE, RE_RF, RE_SG, RE_SR = q.RE_0, q.RE_SHARE, q.RE_RF, q.RE_SG, q.RE_SR
RE_M, RE_MG, RE_HELD = q.RE_M, q.RE_MG, q.RE_HELD


@compiled(inline="always")
def contact(
    site: int,
    holder: NDArray[np.int8],
    start: NDArray[np.int32],
    near: NDArray[np.int32],
    presses: NDArray[np.int8],
) -> float:
    """Share of a site's neighbours that are held by parties with ``presses[party] == 1``; 0 without neighbours."""
    n = start[site + 1] - start[site]
    if n == 0:
        return 0.0
    held_by = 0
    for j in range(start[site], start[site + 1]):
        held_by += presses[holder[near[j]]]
    return held_by / n


@compiled(inline="always")
def duration(days: float) -> float:
    """ln(1 + t/30), t days since the campaign began."""
    return float(np.log(1.0 + days / 30.0))


@compiled(inline="always")
def size(population_k: float) -> float:
    """ln(population/50)/2, population in thousands."""
    return float(0.5 * np.log(max(population_k, 1.0) / 50.0))


@compiled(inline="always")
def momentum(share: float) -> float:
    """ln(1 + 20 x), x a decayed share of sites lost or retaken."""
    return float(np.log(1.0 + 20.0 * share))


@compiled(inline="always")
def held(days: float) -> float:
    """ln(1 + h/7), h days since the site was taken."""
    return float(np.log(1.0 + days / 7.0))


@compiled(inline="always")
def mixed(do: float, observed: float, causal_share: float) -> float:
    """Causal share of what one does, the rest of what was observed: c do + (1 - c) observed."""
    return causal_share * do + (1.0 - causal_share) * observed


@compiled(inline="always")
def log_loss_site(
    p: NDArray[np.float64],
    share_rebel: float,
    threat: float,
    population_k: float,
    capital: int,
    lost: float,
    k: float,
) -> float:
    """Site part of the log-hazard of loss; changes only when something happens."""
    touched = 1.0 if share_rebel > 0.0 else 0.0
    eta = (
        p[LOSS_0]
        + p[LOSS_ANY] * touched
        + p[LOSS_SHARE] * share_rebel
        + p[LOSS_THREAT] * threat
        + p[LOSS_SIZE] * size(population_k)
    )
    if capital:
        eta += p[LOSS_CAP] + p[LOSS_CAP_ANY] * touched + p[LOSS_CAP_LOST] * lost + k
    return eta


@compiled(inline="always")
def log_loss_common(
    p: NDArray[np.float64], days: float, sg: float, wd: float, rf: float, sr: float, u: float, w: float
) -> float:
    """Part of the log-hazard of loss that all sites share on a day."""
    return (
        u
        + w
        + p[LOSS_DURATION] * duration(days)
        + p[LOSS_SG] * sg
        + p[LOSS_WD] * wd
        + p[LOSS_RF] * rf
        + p[LOSS_SR] * sr
    )


@compiled(inline="always")
def log_recapture_common(
    p: NDArray[np.float64],
    rf: float,
    sg: float,
    sr: float,
    lost_recently: float,
    retaken_recently: float,
    v: float,
) -> float:
    """Part of the log-hazard of recapture that all sites share on a day."""
    return (
        p[RE_0]
        + v
        + p[RE_RF] * rf
        + p[RE_SG] * sg
        + p[RE_SR] * sr
        + p[RE_M] * momentum(lost_recently)
        + p[RE_MG] * momentum(retaken_recently)
    )


@compiled(inline="always")
def log_recapture_site(p: NDArray[np.float64], share_government: float, days_held: float) -> float:
    """Site part of the log-hazard of recapture."""
    return p[RE_SHARE] * share_government + p[RE_HELD] * held(days_held)
