"""Rivals that a forecast must beat, each fitted on the training rows only.

    base rate     share of training cases that fell within the horizon of that as-of day, cases weighted equally
    constant      that share pooled over all as-of days
    persistence   1 - exp(-h r), r the fall rate of the training cases in the last 90 days up to that stage
    logistic      six covariates, L2 penalty C = .5, one model for each horizon; a case weighs one, shared by its rows
    duration      Cox model of the time to fall from each as-of day, the same covariates, ridge .1, case-weighted

The six covariates: share of sites lost, ln(1 + 20 x momentum), Sg, WD, RF, Sr, all as the engine sees them on the as-of day.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from counterpoise.evaluation.case_rows import HORIZONS, CaseRow, case_weights

__all__ = ["COVARIATES", "RIVALS", "Rival", "TrainingSet", "usable"]

F64 = NDArray[np.float64]

COVARIATES: Final = ("share_lost", "momentum", "patron_level", "withdrawn", "reinforced", "rebel_patron")
_PERSISTENCE_DAYS: Final = 90


@dataclass(frozen=True)
class TrainingSet:
    """Rows to learn from with their covariates.

    Parameters
    ----------
    x : ndarray, shape (n_rows, 6)
        In the order of `COVARIATES`.
    """

    rows: tuple[CaseRow, ...]
    x: F64

    def at(self, horizon: int) -> tuple[tuple[CaseRow, ...], F64, F64, F64]:
        """Rows with a known outcome at a horizon: rows, covariates, outcomes, case weights."""
        keep = usable(self.rows, horizon)
        rows = tuple(self.rows[i] for i in keep)
        y = np.array([float(bool(r.known(horizon))) for r in rows])
        return rows, self.x[keep], y, np.array(case_weights(rows))


def usable(rows: Sequence[CaseRow], horizon: int) -> list[int]:
    """Positions of the rows whose outcome at a horizon is known."""
    return [i for i, r in enumerate(rows) if r.known(horizon) is not None]


#: Takes rows with covariates, returns probabilities of shape (n_rows, n_horizons).
Predict = Callable[[Sequence[CaseRow], F64], F64]
Rival = Callable[[TrainingSet], Predict]


def _base_rate(train: TrainingSet) -> Predict:
    """Share fallen by as-of day and horizon."""
    table: dict[tuple[str, int], float] = {}
    for h in HORIZONS:
        rows, _, y, _ = train.at(h)
        for label in {r.label for r in rows}:
            here = [i for i, r in enumerate(rows) if r.label == label]
            # Half a case either way: with a few cases a share of exactly 0 or 1 would be a claim of certainty.
            table[label, h] = (y[here].sum() + 0.5 * y.mean()) / (len(here) + 0.5)
    pooled = _pooled(train)
    return lambda rows, x: np.array([[table.get((r.label, h), pooled[h]) for h in HORIZONS] for r in rows])


def _pooled(train: TrainingSet) -> dict[int, float]:
    out = {}
    for h in HORIZONS:
        _, _, y, w = train.at(h)
        out[h] = float((y * w).sum() / w.sum()) if len(y) else 0.5
    return out


def _constant(train: TrainingSet) -> Predict:
    """Share fallen by horizon, pooled over as-of days."""
    pooled = _pooled(train)
    return lambda rows, x: np.tile([pooled[h] for h in HORIZONS], (len(rows), 1))


def _persistence(train: TrainingSet) -> Predict:
    """The recent fall rate of the others goes on."""
    lives: dict[str, tuple[int, bool]] = {}
    for r in train.rows:
        end = r.stage + (r.followed if r.fall_day is None else r.fall_day)
        lives[r.case] = (end, r.fall_day is not None)

    def rate(stage: int) -> float:
        first = stage - _PERSISTENCE_DAYS
        falls = sum(fell and first < end <= stage for end, fell in lives.values())
        exposure = sum(max(0, min(end, stage) - first) for end, _ in lives.values())
        return (falls + 0.5) / max(exposure, 1)

    return lambda rows, x: np.array([[1.0 - np.exp(-h * rate(r.stage)) for h in HORIZONS] for r in rows])


def _logistic(train: TrainingSet) -> Predict:
    """Penalised logistic regression, one for each horizon."""
    from sklearn.linear_model import LogisticRegression

    models: dict[int, object] = {}
    fallback = _pooled(train)
    for h in HORIZONS:
        _, x, y, w = train.at(h)
        if 0 < y.sum() < len(y):
            models[h] = LogisticRegression(C=0.5, max_iter=5_000).fit(x, y, sample_weight=w)

    def predict(rows: Sequence[CaseRow], x: F64) -> F64:
        columns = [
            models[h].predict_proba(x)[:, 1] if h in models else np.full(len(rows), fallback[h])  # type: ignore[attr-defined]
            for h in HORIZONS
        ]
        return np.stack(columns, axis=1)

    return predict


def _duration(train: TrainingSet) -> Predict:
    """Cox model of the days to fall from each as-of day."""
    import pandas as pd
    from lifelines import CoxPHFitter

    time = [min(r.followed if r.fall_day is None else max(r.fall_day, 1), 1_825) for r in train.rows]
    # Before a campaign nothing is lost yet: what does not vary has no coefficient.
    varies = [name for name, sd in zip(COVARIATES, train.x.std(axis=0), strict=True) if sd > 1e-9]
    if not varies:
        return _constant(train)
    columns = [COVARIATES.index(name) for name in varies]
    frame = pd.DataFrame(train.x[:, columns], columns=varies).assign(
        time=time,
        fell=[r.fall_day is not None and r.fall_day <= 1_825 for r in train.rows],
        weight=case_weights(train.rows),
    )
    with warnings.catch_warnings():
        # Weights are shares of a case, not counts; the standard errors that this concerns are not used.
        warnings.simplefilter("ignore")
        model = CoxPHFitter(penalizer=0.1).fit(frame, "time", "fell", weights_col="weight", robust=False)

    def predict(rows: Sequence[CaseRow], x: F64) -> F64:
        curve = model.predict_survival_function(
            pd.DataFrame(x[:, columns], columns=varies), times=list(HORIZONS)
        )
        return np.asarray(1.0 - curve.to_numpy().T)

    return predict


RIVALS: Final[Mapping[str, Rival]] = {
    "base rate": _base_rate,
    "constant": _constant,
    "persistence": _persistence,
    "logistic": _logistic,
    "duration": _duration,
}
