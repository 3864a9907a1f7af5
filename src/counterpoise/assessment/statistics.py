"""Two uncertainties kept apart: Monte-Carlo noise, and not knowing the parameters.

Members carry parameter draws. With x_m the outcome of member m and d(m) its draw, an analysis of variance splits the spread of
draw means into noise within draws and true differences between draws,

    s2_w = sum (x_m - mean_d)^2 / (N - G),    s2_b = max(0, (sum n_d (mean_d - mean)^2 - (G - 1) s2_w) / (N - sum n_d^2 / N)).

The draw means are then drawn in towards the mean so that their variance is s2_b (constrained shrinkage; Louis 1984,
doi:10.1080/01621459.1984.10478062), and their quantiles, weighted by n_d, are the parameter interval. The Monte-Carlo error is
sqrt(s2_w / N).

Weakest assumption: noise of the same size in every draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Columns", "Estimate", "estimate", "estimate_columns", "weighted_quantile"]

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A mean with its two uncertainties.

    Parameters
    ----------
    mean, mc_error : float
    interval_50, interval_90 : tuple of float
        Over parameter draws, Monte-Carlo noise taken out.
    by_draw : ndarray, shape (n_draws_present,)
        Shrunken means by draw.
    weight : ndarray, shape (n_draws_present,)
        Members in each draw.
    draws : ndarray of int, shape (n_draws_present,)
    """

    mean: float
    mc_error: float
    interval_50: tuple[float, float]
    interval_90: tuple[float, float]
    by_draw: F64
    weight: F64
    draws: NDArray[np.intp]

    def p_above(self, threshold: float) -> float:
        """Weighted share of draws whose mean is above a threshold."""
        return float(self.weight[self.by_draw > threshold].sum() / self.weight.sum())

    def p_below(self, threshold: float) -> float:
        """Weighted share of draws whose mean is below a threshold."""
        return float(self.weight[self.by_draw < threshold].sum() / self.weight.sum())


def weighted_quantile(values: F64, weight: F64, levels: tuple[float, ...]) -> tuple[float, ...]:
    """Quantiles of weighted values, linear between the middles of their weights."""
    order = np.argsort(values, kind="stable")
    v, w = values[order], weight[order]
    middle = (np.cumsum(w) - 0.5 * w) / w.sum()
    return tuple(float(np.interp(q, middle, v)) for q in levels)


def estimate(
    x: NDArray[np.generic], draw: NDArray[np.int32], bounds: tuple[float, float] | None = None
) -> Estimate:
    """Estimate a mean over members with both uncertainties.

    Parameters
    ----------
    x : ndarray, shape (n_members,)
        Outcome of each member; a contrast is the difference of two arms, member by member.
    draw : ndarray of int, shape (n_members,)
        Parameter draw of each member.
    bounds : tuple of float, optional
        Range that the mean cannot leave, for example (0, 1).
    """
    values: F64 = np.asarray(x, dtype=float)
    n_total = len(values)
    count = np.bincount(draw).astype(float)
    present = np.nonzero(count)[0]
    n = count[present]
    mean_by_draw = np.bincount(draw, weights=values)[present] / n
    mean = float(values.mean())
    groups = len(present)
    square_within = float(((values - _spread_back(mean_by_draw, present, draw)) ** 2).sum())
    between_square = float((n * (mean_by_draw - mean) ** 2).sum())
    # One member in every draw: the two cannot be told apart, and all of it counts as noise.
    within = square_within / (n_total - groups) if n_total > groups else between_square / max(groups - 1, 1)
    scale = n_total - float((n**2).sum()) / n_total
    between = max(0.0, (between_square - (groups - 1) * within) / scale) if scale > 0 else 0.0
    total = between + within / n
    shrink = np.sqrt(np.divide(between, total, out=np.zeros_like(total), where=total > 0))
    by_draw = mean + shrink * (mean_by_draw - mean)
    if bounds is not None:
        by_draw = np.clip(by_draw, *bounds)
    q05, q25, q75, q95 = weighted_quantile(by_draw, n, (0.05, 0.25, 0.75, 0.95))
    # A skewed spread over few draws can leave the mean outside its own quantiles; an interval never does.
    half = (min(q25, mean), max(q75, mean))
    most = (min(q05, mean), max(q95, mean))
    return Estimate(mean, float(np.sqrt(within / n_total)), half, most, by_draw, n, present)


def _spread_back(mean_by_draw: F64, present: NDArray[np.intp], draw: NDArray[np.int32]) -> F64:
    """Mean of its draw for each member."""
    table = np.zeros(int(present.max()) + 1)
    table[present] = mean_by_draw
    return np.asarray(table[draw])


@dataclass(frozen=True)
class Columns:
    """Means of many outcomes at once, each with its two uncertainties.

    Parameters
    ----------
    mean, mc_error : ndarray, shape (n_columns,)
    by_draw : ndarray, shape (n_draws_present, n_columns)
        Shrunken means by draw, as in `Estimate`.
    weight : ndarray, shape (n_draws_present,)
    """

    mean: F64
    mc_error: F64
    by_draw: F64
    weight: F64

    def interval(self, column: int, levels: tuple[float, float] = (0.05, 0.95)) -> tuple[float, float]:
        """Parameter interval of one column; it never leaves out the mean."""
        low, high = weighted_quantile(self.by_draw[:, column], self.weight, levels)
        mean = float(self.mean[column])
        return min(low, mean), max(high, mean)

    def share(self, holds: NDArray[np.bool_]) -> float:
        """Weighted share of draws for which something holds, shape (n_draws_present,)."""
        return float(self.weight[holds].sum() / self.weight.sum())


def estimate_columns(x: F64, draw: NDArray[np.int32]) -> Columns:
    """Estimate the means of several outcomes over members: `estimate` for every column.

    Parameters
    ----------
    x : ndarray, shape (n_members, n_columns)
    draw : ndarray of int, shape (n_members,)
    """
    n_total = len(x)
    order = np.argsort(draw, kind="stable")
    _, first, count = np.unique(draw[order], return_index=True, return_counts=True)
    n = count.astype(float)
    ordered = np.asarray(x, dtype=float)[order]
    by_draw = np.add.reduceat(ordered, first, axis=0) / n[:, None]
    mean = ordered.mean(axis=0)
    square_within = ((ordered - np.repeat(by_draw, count, axis=0)) ** 2).sum(axis=0)
    between_square = (n[:, None] * (by_draw - mean) ** 2).sum(axis=0)
    groups = len(n)
    within = square_within / (n_total - groups) if n_total > groups else between_square / max(groups - 1, 1)
    scale = n_total - float((n**2).sum()) / n_total
    between = (
        np.maximum(0.0, (between_square - (groups - 1) * within) / scale)
        if scale > 0
        else np.zeros_like(mean)
    )
    total = between + within / n[:, None]
    shrink = np.sqrt(np.divide(between, total, out=np.zeros_like(total), where=total > 0))
    return Columns(mean, np.sqrt(within / n_total), mean + shrink * (by_draw - mean), n)
