"""Covariates and log-hazards: the same code fits past cases and drives the simulation.

Each function takes plain numbers and arrays of the state at midnight and returns one covariate or one log-hazard
[log of 1/day]. The equations are those of ``docs/model/theatre.md``:

    loss       eta = b0 + u + w_t + b1 any + b2 share + b3 threat + b4 size + b5 duration
                     + b6 Sg + b7 WD + b8 RF + b9 Sr + capital (b10 + b11 any + b12 lost + k)
                     + what a specification may add (`log_loss_more`, `log_capital`); zero unless one does
    recapture  eta = r0 + v + r1 shareG + r2 RF + r3 Sg + r4 Sr + r5 M + r6 Mg + r7 held

Weakest assumption: patron terms enter a causal mixture b (c do + (1 - c) observed) whose share c nobody has measured.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics import parameters as q
from counterpoise.jit import compiled

__all__ = [
    "BACKGROUND",
    "KIND_ADVISERS",
    "KIND_AIR",
    "KIND_ARMS",
    "KIND_TROOPS",
    "contact",
    "contagion",
    "duration",
    "exit_hazard",
    "held",
    "intensity",
    "kinds_at",
    "log_age",
    "log_background",
    "log_capital",
    "log_exit_pace",
    "log_loss_common",
    "log_loss_more",
    "log_loss_site",
    "log_recapture_common",
    "log_recapture_memory",
    "log_recapture_site",
    "log_rescue",
    "log_rescue_memory",
    "mixed",
    "momentum",
    "ramp",
    "size",
]

LOSS_0, LOSS_ANY, LOSS_SHARE, LOSS_THREAT = q.LOSS_0, q.LOSS_ANY, q.LOSS_SHARE, q.LOSS_THREAT
LOSS_SIZE, LOSS_DURATION, LOSS_SG, LOSS_WD = q.LOSS_SIZE, q.LOSS_DURATION, q.LOSS_SG, q.LOSS_WD
LOSS_RF, LOSS_SR = q.LOSS_RF, q.LOSS_SR
LOSS_CAP, LOSS_CAP_ANY, LOSS_CAP_LOST = q.LOSS_CAP, q.LOSS_CAP_ANY, q.LOSS_CAP_LOST
RE_0, RE_SHARE, RE_RF, RE_SG, RE_SR = q.RE_0, q.RE_SHARE, q.RE_RF, q.RE_SG, q.RE_SR
RE_M, RE_MG, RE_HELD = q.RE_M, q.RE_MG, q.RE_HELD
LOSS_CORE, LOSS_CAP_CORE = q.LOSS_CORE, q.LOSS_CAP_CORE
LOSS_M, LOSS_MORE, LOSS_CONTAGION = q.LOSS_M, q.LOSS_MORE, q.LOSS_CONTAGION
LOSS_TROOPS, LOSS_AIR, LOSS_ADVISERS, LOSS_ARMS = q.LOSS_TROOPS, q.LOSS_AIR, q.LOSS_ADVISERS, q.LOSS_ARMS
CAP_SG, CAP_WD, CAP_SR = q.CAP_SG, q.CAP_WD, q.CAP_SR
CAP_DURATION, CAP_INTENSITY = q.CAP_DURATION, q.CAP_INTENSITY
LOSS_RAMP, CAP_RAMP, RAMP_DAYS, AGE_DAYS = q.LOSS_RAMP, q.CAP_RAMP, q.RAMP_DAYS, q.AGE_DAYS
SD_W, SKEW = q.SD_W, q.SKEW
SURRENDER_CAP = q.SURRENDER_CAP
EXIT, EXIT_LEVEL, EXIT_LOST, EXIT_M = q.EXIT, q.EXIT_LEVEL, q.EXIT_LOST, q.EXIT_M
RESCUE_0, RESCUE_M, RESCUE_LOST = q.RESCUE_0, q.RESCUE_M, q.RESCUE_LOST

#: Parameters of the client's background, in the order of `Theatre.background`.
BACKGROUND = (q.LOSS_ERA, q.LOSS_DEATHS, q.LOSS_COUPS, q.LOSS_SOVIET, q.LOSS_INCOME, q.LOSS_PEOPLE)

#: Kinds of support that a patron gives, as bits: ground troops, air power, advisers (and guards), arms and money.
KIND_TROOPS, KIND_AIR, KIND_ADVISERS, KIND_ARMS = 1, 2, 4, 8


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
def duration(days: float, scale: float) -> float:
    """ln(1 + t/scale), t days since the campaign began."""
    return float(np.log(1.0 + days / max(scale, 1.0)))


@compiled(inline="always")
def ramp(days: float, scale: float) -> float:
    """1 - exp(-t/scale), t days since the campaign began: 0 on its first day, 1 once it is in full swing."""
    return 1.0 - float(np.exp(-days / max(scale, 1.0)))


@compiled(inline="always")
def log_age(p: NDArray[np.float64], days: float) -> float:
    """What the age of a campaign adds to the log-hazard of loss of all sites; 0 on its first day."""
    return p[LOSS_DURATION] * duration(days, p[AGE_DAYS]) + p[LOSS_RAMP] * ramp(days, p[RAMP_DAYS])


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
def intensity(p: NDArray[np.float64], bell: float) -> float:
    """Campaign intensity w of a standard normal number: s x, or s (1 - exp(-g x)) / g with skew g, thin on the busy side."""
    g = p[SKEW]
    if g == 0.0:
        return float(p[SD_W] * bell)
    return float(p[SD_W] * (1.0 - np.exp(-g * bell)) / g)


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
    core: int,
    core_lost: float,
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
    if core:
        eta += p[LOSS_CORE]
    if capital:
        eta += p[LOSS_CAP] + p[LOSS_CAP_ANY] * touched + p[LOSS_CAP_LOST] * lost + k
        eta += p[LOSS_CAP_CORE] * core_lost
    return eta


@compiled(inline="always")
def log_loss_common(
    p: NDArray[np.float64], days: float, sg: float, wd: float, rf: float, sr: float, u: float, w: float
) -> float:
    """Part of the log-hazard of loss that all sites share on a day."""
    return u + w + log_age(p, days) + p[LOSS_SG] * sg + p[LOSS_WD] * wd + p[LOSS_RF] * rf + p[LOSS_SR] * sr


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
def log_recapture_memory(p: NDArray[np.float64], m_lost: float, m_retaken: float) -> float:
    """What momentum adds to `log_recapture_common`: all of it that moves on days without an event."""
    return p[RE_M] * m_lost + p[RE_MG] * m_retaken


@compiled(inline="always")
def log_recapture_site(p: NDArray[np.float64], share_government: float, days_held: float) -> float:
    """Site part of the log-hazard of recapture."""
    return p[RE_SHARE] * share_government + p[RE_HELD] * held(days_held)


@compiled(inline="always")
def contagion(surrendered: float, cap: float) -> float:
    """ln(1 + 20 x), x the decayed share of sites that surrendered, but no more than `cap`."""
    return min(momentum(surrendered), cap)


@compiled(inline="always")
def kinds_at(kinds: int, level: int, dropped: int) -> int:
    """Kinds of support that remain once a patron has dropped `dropped` levels from `level`: the heavier go first."""
    if dropped <= 0:
        return kinds
    left = level - dropped
    if left < 3:
        kinds &= ~KIND_TROOPS
    if left < 2:
        kinds &= ~(KIND_AIR | KIND_ADVISERS)
    if left < 1:
        kinds = 0
    return kinds


@compiled(inline="always")
def log_background(p: NDArray[np.float64], background: NDArray[np.float64]) -> float:
    """What the client's background adds to the log-hazard of loss of all sites; the same all through a campaign."""
    eta = 0.0
    for i in range(len(BACKGROUND)):
        eta += p[BACKGROUND[i]] * background[i]
    return eta


@compiled(inline="always")
def log_loss_more(
    p: NDArray[np.float64],
    lost_recently: float,
    surrendered: float,
    background: NDArray[np.float64],
    more: float,
    troops: float,
    air: float,
    advisers: float,
    arms: float,
) -> float:
    """What a specification may add to the part of the log-hazard of loss that all sites share.

    Momentum of losses, contagion of surrenders up to a cap, the client's background, support of further patrons
    beyond the highest, and support by kind.
    """
    return (
        p[LOSS_M] * momentum(lost_recently)
        + p[LOSS_CONTAGION] * contagion(surrendered, p[SURRENDER_CAP])
        + log_background(p, background)
        + p[LOSS_MORE] * more
        + p[LOSS_TROOPS] * troops
        + p[LOSS_AIR] * air
        + p[LOSS_ADVISERS] * advisers
        + p[LOSS_ARMS] * arms
    )


@compiled(inline="always")
def log_capital(p: NDArray[np.float64], days: float, sg: float, wd: float, sr: float, z: float) -> float:
    """What a specification may add to the capital's log-hazard on a day; z = u + w."""
    patrons = p[CAP_SG] * sg + p[CAP_WD] * wd + p[CAP_SR] * sr
    age = p[CAP_DURATION] * duration(days, p[AGE_DAYS])
    if p[CAP_RAMP] != 0.0:
        age += p[CAP_RAMP] * ramp(days, p[RAMP_DAYS])
    return patrons + age + p[CAP_INTENSITY] * z


@compiled(inline="always")
def exit_hazard(p: NDArray[np.float64], level: float, lost: float, lost_recently: float) -> float:
    """Hazard that a patron at this level drops its client [1/day]."""
    eta = p[EXIT_LEVEL] * (level - 1.0) + p[EXIT_LOST] * lost + p[EXIT_M] * momentum(lost_recently)
    return p[EXIT] * float(np.exp(eta))


@compiled(inline="always")
def log_exit_pace(p: NDArray[np.float64], lost: float, m_lost: float) -> float:
    """What `exit_hazard` has in common for all patrons: share lost and momentum of losses."""
    return p[EXIT_LOST] * lost + p[EXIT_M] * m_lost


@compiled(inline="always")
def log_rescue_memory(p: NDArray[np.float64], m_lost: float) -> float:
    """What momentum adds to `log_rescue`."""
    return p[RESCUE_M] * m_lost


@compiled(inline="always")
def log_rescue(p: NDArray[np.float64], lost_recently: float, lost: float) -> float:
    """Log-hazard of a rescue."""
    return p[RESCUE_0] + p[RESCUE_M] * momentum(lost_recently) + p[RESCUE_LOST] * lost
