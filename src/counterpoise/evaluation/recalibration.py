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

from counterpoise.evaluation.calibration import fit_logistic, logit
from counterpoise.evaluation.case_rows import HORIZONS, CaseRow, case_weights
from counterpoise.evaluation.rivals import usable

__all__ = ["recalibrate"]

F64 = NDArray[np.float64]
#: Means of the priors of a, b, c.
START: Final = np.array([0.0, 1.0, 0.0])
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
        x[:, 1] = logit(p[:, h])
        known = np.array([i for i in usable(rows, horizon) if not rows[i].before], dtype=np.intp)
        y = np.array([float(bool(rows[i].known(horizon))) for i in known])
        for name in dict.fromkeys(country):
            mine = np.array([r.country == name and not r.before for r in rows])
            others = country[known] != name
            if not mine.any() or not others.any():
                continue
            weight = np.array(case_weights([rows[i] for i in known[others]]))
            b = fit_logistic(x[known[others]], y[others], weight, free, START, ridge=0.5)
            out[mine, h] = 1 / (1 + np.exp(-x[mine] @ b))
    return out
