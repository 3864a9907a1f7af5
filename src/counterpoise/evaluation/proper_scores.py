"""Proper scores of probabilities and of a day of fall, weighted, with the equation of each.

    Brier      (p - y)^2                                     Brier (1950), doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2
    log        -ln(p if y else 1 - p), p kept in [.005, .995]  Good (1952), doi:10.1111/j.2517-6161.1952.tb00104.x
    CRPS       E|X - y| - E|X - X'|/2                        Matheson & Winkler (1976), doi:10.1287/mnsc.22.10.1087

Lower is better in all three. The skill against a rival is 1 - score/score of the rival.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["CLIP", "auc", "brier_score", "crps_fall_day", "log_score", "skill", "weighted_mean"]

F64 = NDArray[np.float64]

#: Probabilities are kept inside [CLIP, 1 - CLIP] for the log score: no forecast here rests on more than a few hundred cases.
CLIP = 0.005


def brier_score(p: ArrayLike, y: ArrayLike) -> F64:
    """Return the Brier score of each forecast, shape as given."""
    return np.asarray((np.asarray(p, dtype=float) - np.asarray(y, dtype=float)) ** 2)


def log_score(p: ArrayLike, y: ArrayLike) -> F64:
    """Return the log score of each forecast [nat]."""
    kept = np.clip(np.asarray(p, dtype=float), CLIP, 1.0 - CLIP)
    return np.asarray(-np.log(np.where(np.asarray(y, dtype=bool), kept, 1.0 - kept)))


def crps_fall_day(members: F64, day: float) -> float:
    """CRPS of a day of fall [day]; both sides are cut off at the horizon by the caller.

    Parameters
    ----------
    members : ndarray, shape (n_members,)
        Day of fall of each future.
    day : float
        Day on which it fell.
    """
    import scoringrules

    return float(
        scoringrules.crps_ensemble(float(day), np.sort(members), estimator="qd", sorted_ensemble=True)
    )


def weighted_mean(values: ArrayLike, weight: ArrayLike) -> float:
    """Return a weighted mean; nan where there is nothing."""
    w = np.asarray(weight, dtype=float)
    total = w.sum()
    return float((np.asarray(values, dtype=float) * w).sum() / total) if total > 0 else float("nan")


def skill(score: float, rival: float) -> float:
    """Return 1 - score/rival; nan against a rival without fault."""
    return 1.0 - score / rival if rival > 0 else float("nan")


def auc(score: ArrayLike, happened: ArrayLike) -> float:
    """Return the probability that a case that happened was ranked above one that did not; ties count half.

    nan where all or none happened.
    """
    from scipy.stats import rankdata

    y = np.asarray(happened, dtype=bool)
    n1, n0 = int(y.sum()), int((~y).sum())
    if n1 == 0 or n0 == 0:
        return float("nan")
    rank = rankdata(np.asarray(score, dtype=float))
    return float((rank[y].sum() - n1 * (n1 + 1) / 2) / (n1 * n0))
