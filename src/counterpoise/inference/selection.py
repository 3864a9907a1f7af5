"""The intercept of selected cases, corrected to the record (``campaign.selection``).

Library cases start at a famous offensive, which is hindsight: they fall far more often than campaigns that start by a rule of
deaths alone. A model fitted on them has the right slopes and the wrong level. King & Zeng correct a logit for such sampling on
the outcome by what is known of the population; here in three forms:

- `prior_correction`: the shift of a logit, from two shares alone. No model is needed.
- `case_weights`: weights of fallen and surviving cases for a weighted likelihood.
- `selection_shift`: the shift of the model's own intercept that brings its simulated rate of falls among *unselected*
  campaigns to the counted rate. This is what `campaign.selection` means: a shift of the log-hazard of loss, not of a logit.

All carry the uncertainty of the counted rate; `selection_shift` that of the set of campaigns as well.

Weakest assumption: selection works on the level alone, not on the effect of any covariate, and a fall within 365 days of a
start means the same in both samples. What it does not do: say whether the campaign under way is a selected one.

References
----------
King & Zeng (2001), Logistic Regression in Rare Events Data, Political Analysis 9(2), 137-163.
doi:10.1093/oxfordjournals.pan.a004868
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Share", "Shift", "case_weights", "prior_correction", "selection_shift"]

#: Half the width of a 90 % interval in standard deviations.
_Z = 1.6448536269514722
_DRAWS, _SEED = 4_000, 20_010_601

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class Share:
    """A share with its 90 % interval; its uncertainty is taken as normal on the logit.

    Parameters
    ----------
    value, low, high : float
        In (0, 1); a low end of 0 is taken as a twentieth of the value.
    """

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse what is not a share."""
        if not 0.0 < self.value < 1.0 or not 0.0 <= self.low <= self.value <= self.high <= 1.0:
            raise ValueError(f"expected 0 <= low <= value <= high <= 1 and 0 < value < 1, got {self}")

    @property
    def logit(self) -> float:
        """Logit of the value."""
        return _logit(self.value)

    @property
    def sd(self) -> float:
        """Standard deviation on the logit, from the interval."""
        low = max(self.low, self.value / 20.0)
        high = min(self.high, 1.0 - (1.0 - self.value) / 20.0)
        return (_logit(high) - _logit(low)) / (2.0 * _Z)

    def draws(self, n: int, rng: np.random.Generator) -> F64:
        """Return draws of the share, shape (n,)."""
        return np.asarray(1.0 / (1.0 + np.exp(-(self.logit + self.sd * rng.standard_normal(n)))))


@dataclass(frozen=True)
class Shift:
    """A shift of an intercept, with its uncertainty.

    Parameters
    ----------
    mean, sd, low, high : float
        Of the shift; `low` and `high` bound 90 %.
    unit : str
        ``logit`` (of the fall within 365 days) or ``log ratio`` (of the hazard of loss).
    counted, uncorrected : float
        The counted rate, and the rate without the shift.
    outside : float
        Share of the draws whose rate lies outside what the given shifts reach; these are set to the nearer end.
    n_campaigns : int
        Campaigns that the model's rate rests on.
    """

    mean: float
    sd: float
    low: float
    high: float
    unit: str
    counted: float
    uncorrected: float
    outside: float = 0.0
    n_campaigns: int = 0

    def rounded(self) -> dict[str, Any]:
        """Return the fields, rounded to four decimals, ready for JSON."""
        return {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(self).items()}


def _logit(p: float) -> float:
    """Return ln(p / (1 - p))."""
    return math.log(p / (1.0 - p))


def prior_correction(counted: Share, selected: Share) -> Shift:
    """Return what has to be added to the intercept of a logit that was fitted on selected cases.

    ln(tau / (1 - tau)) - ln(y / (1 - y)), with tau the share of falls among all campaigns and y that among the cases.

    Examples
    --------
    >>> shift = prior_correction(Share(0.079, 0.048, 0.114), Share(0.375, 0.23, 0.55))
    >>> round(shift.mean, 2)
    -1.95
    """
    mean = counted.logit - selected.logit
    sd = math.hypot(counted.sd, selected.sd)
    return Shift(mean, sd, mean - _Z * sd, mean + _Z * sd, "logit", counted.value, selected.value)


def case_weights(falls: ArrayLike, counted: float) -> F64:
    """Return a weight for each case, tau / y where it fell and (1 - tau) / (1 - y) where it survived.

    Parameters
    ----------
    falls : array_like of bool, shape (n_cases,)
        Whether each case fell within the horizon.
    counted : float
        Share of falls among all campaigns.

    Returns
    -------
    ndarray, shape (n_cases,)
        Weights with mean 1.
    """
    fell = np.asarray(falls, dtype=bool)
    share = float(fell.mean()) if fell.size else 0.0
    if not 0.0 < share < 1.0 or not 0.0 < counted < 1.0:
        raise ValueError(
            f"expected falls and survivals, and a rate in (0, 1); got a share of {share} and {counted}"
        )
    return np.where(fell, counted / share, (1.0 - counted) / (1.0 - share))


def selection_shift(
    simulated: ArrayLike,
    counted: Share,
    shifts: Sequence[float] | None = None,
    *,
    clusters: ArrayLike | None = None,
    draws: int = _DRAWS,
    seed: int = _SEED,
) -> Shift:
    """Return the shift at which the model's falls among unselected campaigns meet the counted rate.

    Parameters
    ----------
    simulated : array_like, shape (n_shifts, n_campaigns) or (n_campaigns,)
        P(fall within 365 days of the start) of each campaign of a prior set, simulated under each shift. In one dimension:
        without a shift; the shift found is then one of the logit.
    counted : Share
        The counted rate of the vintage.
    shifts : sequence of float, shape (n_shifts,)
        The shifts of the log-hazard that were simulated, rising.
    clusters : array_like of int, shape (n_campaigns,), optional
        What is drawn together in the bootstrap over campaigns (countries); left out: every campaign by itself.
    draws, seed : int
        Bootstrap draws and their seed.

    Raises
    ------
    ValueError
        If the shifts do not rise, or the simulated rate does not rise with them.

    Examples
    --------
    >>> found = selection_shift([0.3, 0.4, 0.5], Share(0.08, 0.05, 0.12))
    >>> found.unit, round(found.mean, 1)
    ('logit', -2.1)
    """
    p = np.asarray(simulated, dtype=np.float64)
    if p.ndim == 1:
        grid = np.linspace(-8.0, 4.0, 241)
        odds = np.log(np.clip(p, 1e-6, 1 - 1e-6)) - np.log1p(-np.clip(p, 1e-6, 1 - 1e-6))
        p = 1.0 / (1.0 + np.exp(-(odds[None, :] + grid[:, None])))
        return _solve(p, grid, counted, clusters, draws, seed, "logit")
    grid = np.asarray(shifts if shifts is not None else [], dtype=np.float64)
    if grid.shape != (len(p),) or len(grid) < 2 or (np.diff(grid) <= 0).any():
        raise ValueError(f"expected {len(p)} rising shifts, at least two, got {grid.tolist()}")
    return _solve(p, grid, counted, clusters, draws, seed, "log ratio")


def _solve(
    p: F64, grid: F64, counted: Share, clusters: ArrayLike | None, draws: int, seed: int, unit: str
) -> Shift:
    """Invert the mean curve for the counted rate, over draws of campaigns and of the rate."""
    rng = np.random.default_rng(seed)
    _, index = np.unique(
        np.arange(p.shape[1]) if clusters is None else np.asarray(clusters), return_inverse=True
    )
    n = int(index.max()) + 1
    weight = rng.multinomial(n, np.full(n, 1.0 / n), size=draws)[:, index].astype(np.float64)
    curves = np.maximum.accumulate(weight @ p.T / weight.sum(axis=1, keepdims=True), axis=1)
    targets = counted.draws(draws, rng)
    whole = p.mean(axis=1)
    if whole[-1] <= whole[0]:
        raise ValueError("the simulated rate does not rise with the shift")
    found = np.array([_invert(c, grid, t) for c, t in zip(curves, targets, strict=True)])
    outside = float(((targets < curves[:, 0]) | (targets > curves[:, -1])).mean())
    low, high = np.percentile(found, [5.0, 95.0])
    zero = float(np.interp(0.0, grid, whole))
    return Shift(
        _invert(np.maximum.accumulate(whole), grid, counted.value), float(found.std()), float(low), float(high), unit,
        counted.value, zero, outside, p.shape[1],
    )  # fmt: skip


def _invert(curve: F64, grid: F64, target: float) -> float:
    """Return where a rising curve meets a value, on the logit of the curve; the nearer end if it does not."""
    inside = np.clip(curve, 1e-6, 1.0 - 1e-6)
    odds = np.log(inside) - np.log1p(-inside) + 1e-12 * np.arange(len(grid))
    return float(np.interp(_logit(min(max(target, 1e-6), 1 - 1e-6)), odds, grid))
