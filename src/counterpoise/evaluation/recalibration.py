"""Recalibration: forecasts moved by what forecasts of other countries turned out to be off by.

    logit p' = a + b logit p + c after_1990

fitted on the campaign days of all other countries, cases weighted equally, with a, c ~ N(0, 1) and b ~ N(1, 1). The days before a
campaign are left as they are: they are forecasts of another kind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from counterpoise.evaluation.case_rows import HORIZONS, CaseRow, case_weights
from counterpoise.evaluation.rivals import usable

__all__ = ["recalibrate"]

F64 = NDArray[np.float64]
#: A forecast of 0 or 1 has no logit.
LEAST: Final = 0.005
ERA: Final = dt.date(1990, 1, 1)


def recalibrate(rows: Sequence[CaseRow], p: F64, *, slope: bool = True, era: bool = False) -> F64:
    """Return forecasts recalibrated on those of the other countries.

    Parameters
    ----------
    p : ndarray, shape (n_rows, n_horizons)
        Forecasts by models that had not seen the row's country.
    slope, era : bool
        Fit b, or leave it at 1; fit c, or leave it at 0.

    Returns
    -------
    ndarray, shape (n_rows, n_horizons)
    """
    free = np.array([True, slope, era])
    country = np.array([r.country for r in rows])
    x = np.stack([np.ones(len(rows)), np.zeros(len(rows)), [float(r.as_of >= ERA) for r in rows]], axis=1)
    out = p.astype(float, copy=True)
    for h, horizon in enumerate(HORIZONS):
        kept = np.clip(p[:, h], LEAST, 1 - LEAST)
        x[:, 1] = np.log(kept / (1 - kept))
        known = np.array([i for i in usable(rows, horizon) if not rows[i].before], dtype=np.intp)
        y = np.array([float(bool(rows[i].known(horizon))) for i in known])
        for name in dict.fromkeys(country):
            mine = np.array([r.country == name and not r.before for r in rows])
            others = country[known] != name
            if not mine.any() or not others.any():
                continue
            weight = np.array(case_weights([rows[i] for i in known[others]]))
            b = _fit(x[known[others]], y[others], weight, free)
            out[mine, h] = 1 / (1 + np.exp(-x[mine] @ b))
    return out


def _fit(x: F64, y: F64, weight: F64, free: NDArray[np.bool_]) -> F64:
    """Coefficients at the mode; those that are not free stay at their prior's mean."""
    prior = np.array([0.0, 1.0, 0.0])

    def loss(moved: F64) -> tuple[float, F64]:
        b = prior.copy()
        b[free] += moved
        z = x @ b
        value = float((weight * (np.logaddexp(0, z) - y * z)).sum() + 0.5 * (moved**2).sum())
        slope = x.T @ (weight * (1 / (1 + np.exp(-z)) - y))
        return value, slope[free] + moved

    found = minimize(loss, np.zeros(int(free.sum())), jac=True, method="BFGS")
    b = prior.copy()
    b[free] += found.x
    return b
