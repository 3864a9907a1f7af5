"""Design rows: what multiplies each parameter in the log-hazards of the engine, read off the engine's own functions.

Every log-hazard of ``covariates.py`` is linear in its parameters. So the row of covariates of a hazard is what that very
function returns when one parameter is 1 and the others are 0. Whatever is added to a hazard is thereby in the design table of the
fit, and the two cannot differ.

    x_j = eta(e_j),      eta(p) = sum over j of p_j x_j

Weakest assumption: linearity. What enters a hazard otherwise (a half-life, the causal shares, `SHAPES`) is no column
and is not fitted here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.covariates import (
    exit_hazard,
    log_capital,
    log_recapture_common,
    log_recapture_site,
    log_rescue,
)
from counterpoise.dynamics.history import common_without_latents
from counterpoise.dynamics.kernel import refresh_sites
from counterpoise.dynamics.parameters import NAMES
from counterpoise.dynamics.world import Observed, Theatre
from counterpoise.jit import compiled

__all__ = [
    "CAPITAL",
    "EXIT",
    "LOSS",
    "RECAPTURE",
    "RESCUE",
    "SHAPES",
    "capital_rows",
    "exit_rows",
    "loss_common_rows",
    "loss_site_rows",
    "recapture_common_rows",
    "recapture_site_rows",
    "rescue_rows",
]

#: Positions of the linear parameters of each process.
LOSS = np.array([i for i, n in enumerate(NAMES) if n.startswith("loss.")], dtype=np.int64)
RECAPTURE = np.array([i for i, n in enumerate(NAMES) if n.startswith("recapture.")], dtype=np.int64)
CAPITAL = np.array([q.CAP_SG, q.CAP_WD, q.CAP_DURATION, q.CAP_SR, q.CAP_RAMP], dtype=np.int64)
#: Positions of what shapes a covariate and is not fitted: the cap of the contagion of surrenders, days of the ramp and of age.
SHAPES = np.array([q.SURRENDER_CAP, q.RAMP_DAYS, q.AGE_DAYS], dtype=np.int64)
#: The first is the rate itself; its row is the log-hazard where the rate is 1.
EXIT = np.array([q.EXIT, q.EXIT_LEVEL, q.EXIT_LOST, q.EXIT_M], dtype=np.int64)
RESCUE = np.array([q.RESCUE_0, q.RESCUE_M, q.RESCUE_LOST], dtype=np.int64)
_N = len(NAMES)


@compiled(allocates=True)
def loss_site_rows(
    t: Theatre, holder: NDArray[np.int8], columns: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Site parts of the log-hazard of loss, shape (n_sites, n_columns), and the contact that recapture needs (n_sites,).

    Rows of sites that the government does not hold are zero.
    """
    n = holder.shape[0]
    out = np.zeros((n, columns.shape[0]))
    rate, ours = np.empty(n), np.empty(n)
    p = np.zeros(_N)
    for c in range(columns.shape[0]):
        p[columns[c]] = 1.0
        refresh_sites(p, t, holder, 0.0, rate, ours)
        p[columns[c]] = 0.0
        for i in range(n):
            if holder[i] == 0:
                out[i, c] = np.log(rate[i])
    return out, ours


@compiled(allocates=True)
def loss_common_rows(
    t: Theatre,
    o: Observed,
    lost_recently: NDArray[np.float64],
    surrendered: NDArray[np.float64],
    shapes: NDArray[np.float64],
    columns: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Common part of the log-hazard of loss on each day since the campaign began, shape (n_days, n_columns).

    Parameters
    ----------
    shapes : ndarray, shape (n_parameters,)
        Parameters that enter otherwise than linearly (`SHAPES`), the others 0.
    """
    days = o.level.shape[0]
    out = np.zeros((days, columns.shape[0]))
    p = shapes.copy()
    for c in range(columns.shape[0]):
        p[columns[c]] = 1.0
        for d in range(days):
            out[d, c] = common_without_latents(p, t, o, d, lost_recently[d], surrendered[d])
        p[columns[c]] = 0.0
    return out


@compiled(allocates=True)
def capital_rows(o: Observed, shapes: NDArray[np.float64], columns: NDArray[np.int64]) -> NDArray[np.float64]:
    """What a specification may add to the capital's log-hazard on each day, shape (n_days, n_columns)."""
    days = o.level.shape[0]
    out = np.zeros((days, columns.shape[0]))
    p = shapes.copy()
    for c in range(columns.shape[0]):
        p[columns[c]] = 1.0
        for d in range(days):
            out[d, c] = log_capital(p, float(d), o.level[d], o.withdrawn[d], o.rebel_level[d], 0.0)
        p[columns[c]] = 0.0
    return out


@compiled(allocates=True)
def exit_rows(
    level: NDArray[np.float64],
    lost: NDArray[np.float64],
    lost_recently: NDArray[np.float64],
    columns: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Log-hazard of a patron's exit by row, shape (n_rows, n_columns); the first column is 1 (the log of the rate)."""
    out = np.ones((level.shape[0], columns.shape[0]))
    p = np.zeros(_N)
    p[columns[0]] = 1.0
    for c in range(1, columns.shape[0]):
        p[columns[c]] = 1.0
        for r in range(level.shape[0]):
            out[r, c] = np.log(exit_hazard(p, level[r], lost[r], lost_recently[r]))
        p[columns[c]] = 0.0
    return out


@compiled(allocates=True)
def rescue_rows(
    lost: NDArray[np.float64], lost_recently: NDArray[np.float64], columns: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Log-hazard of a rescue by row, shape (n_rows, n_columns)."""
    out = np.zeros((lost.shape[0], columns.shape[0]))
    p = np.zeros(_N)
    for c in range(columns.shape[0]):
        p[columns[c]] = 1.0
        for r in range(lost.shape[0]):
            out[r, c] = log_rescue(p, lost_recently[r], lost[r])
        p[columns[c]] = 0.0
    return out


@compiled(allocates=True)
def recapture_common_rows(
    level: NDArray[np.float64],
    reinforced: NDArray[np.float64],
    rebel_level: NDArray[np.float64],
    lost_recently: NDArray[np.float64],
    retaken_recently: NDArray[np.float64],
    columns: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Common part of the log-hazard of recapture on each day, shape (n_days, n_columns)."""
    days = level.shape[0]
    out = np.zeros((days, columns.shape[0]))
    p = np.zeros(_N)
    for c in range(columns.shape[0]):
        p[columns[c]] = 1.0
        for d in range(days):
            out[d, c] = log_recapture_common(
                p, reinforced[d], level[d], rebel_level[d], lost_recently[d], retaken_recently[d], 0.0
            )
        p[columns[c]] = 0.0
    return out


@compiled(allocates=True)
def recapture_site_rows(
    share: NDArray[np.float64], days_held: NDArray[np.float64], columns: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Site part of the log-hazard of recapture of each row, shape (n_rows, n_columns)."""
    out = np.zeros((share.shape[0], columns.shape[0]))
    p = np.zeros(_N)
    for c in range(columns.shape[0]):
        p[columns[c]] = 1.0
        for r in range(share.shape[0]):
            out[r, c] = log_recapture_site(p, share[r], days_held[r])
        p[columns[c]] = 0.0
    return out
