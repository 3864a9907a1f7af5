"""From forecasts and rows to the tables of a scorecard: scores, skills with clustered intervals, calibration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from counterpoise.evaluation.calibration import calibrate, reliability
from counterpoise.evaluation.case_forecasts import CaseForecast, mode_log_score, quantile_sample
from counterpoise.evaluation.case_rows import HORIZONS, CaseRow, case_weights
from counterpoise.evaluation.clustered import Estimate, cluster_bootstrap
from counterpoise.evaluation.proper_scores import (
    auc,
    brier_score,
    crps_fall_day,
    log_score,
    skill,
    weighted_mean,
)
from counterpoise.evaluation.rivals import usable

__all__ = ["SUBSETS", "calibration_table", "detail_table", "score_table", "subset"]

F64 = NDArray[np.float64]
#: Probabilities of a forecaster, shape (n_rows, n_horizons).
Probabilities = Mapping[str, F64]

SUBSETS: Final[Mapping[str, tuple[str, Callable[[CaseRow], bool]]]] = {
    "core campaign": (
        "core set, days of the campaign (the figure that counts)",
        lambda r: r.core and not r.before,
    ),
    "core before": ("core set, days before the campaign", lambda r: r.core and r.before),
    "all campaign": ("all cases, days of the campaign", lambda r: not r.before),
    "other campaign": (
        "cases beyond the core set, days of the campaign",
        lambda r: not r.core and not r.before,
    ),
    "all before": ("all cases, days before the campaign", lambda r: r.before),
}
#: Rivals that skill is reported against.
AGAINST: Final = ("base rate", "logistic")


def subset(rows: Sequence[CaseRow], name: str, horizon: int) -> NDArray[np.intp]:
    """Positions of the rows of a subset with a known outcome."""
    wanted = SUBSETS[name][1]
    return np.array([i for i in usable(rows, horizon) if wanted(rows[i])], dtype=np.intp)


def score_table(rows: Sequence[CaseRow], forecasts: Probabilities, seed: int = 1) -> list[dict[str, Any]]:
    """Score every forecaster on every subset and horizon, with skill against `AGAINST`.

    Intervals are 90 % over cases; ``by_shock`` takes cases that share a patron's shock as one.
    """
    table = []
    for name in SUBSETS:
        for h, horizon in enumerate(HORIZONS):
            at = subset(rows, name, horizon)
            if len(at) == 0:
                continue
            here = [rows[i] for i in at]
            y = np.array([bool(r.known(horizon)) for r in here])
            w = np.array(case_weights(here))
            brier = {f: brier_score(p[at, h], y) for f, p in forecasts.items()}
            for f, p in forecasts.items():
                row: dict[str, Any] = {
                    "subset": name, "horizon_days": horizon, "forecaster": f, "n_rows": len(here),
                    "n_cases": len({r.case for r in here}), "n_fell": len({r.case for r in here if r.known(horizon)}),
                    "brier": weighted_mean(brier[f], w), "log": weighted_mean(log_score(p[at, h], y), w),
                    "auc": auc(p[at, h], y), "mean_p": weighted_mean(p[at, h], w), "share": weighted_mean(y, w),
                }  # fmt: skip
                for rival in AGAINST:
                    if rival in brier and rival != f:
                        row[f"skill_{rival.replace(' ', '_')}"] = _skill(
                            brier[f], brier[rival], here, w, seed
                        )
                table.append(row)
    return table


def _skill(mine: F64, rival: F64, rows: Sequence[CaseRow], w: F64, seed: int) -> dict[str, float]:
    """Brier skill with its intervals over cases and over shocks."""

    def statistic(at: NDArray[np.intp]) -> float:
        return skill(weighted_mean(mine[at], w[at]), weighted_mean(rival[at], w[at]))

    by_case = cluster_bootstrap([r.case for r in rows], statistic, seed=seed)
    by_shock = cluster_bootstrap([r.cluster for r in rows], statistic, seed=seed)
    return {
        "value": by_case.value, "low": by_case.low, "high": by_case.high,
        "low_by_shock": by_shock.low, "high_by_shock": by_shock.high, "n_shocks": by_shock.n_clusters,
    }  # fmt: skip


def calibration_table(
    rows: Sequence[CaseRow], forecasts: Probabilities, seed: int = 1
) -> list[dict[str, Any]]:
    """Slope, intercept and reliability of every forecaster on the campaign days."""
    table = []
    for name in ("core campaign", "all campaign"):
        for h, horizon in enumerate(HORIZONS):
            at = subset(rows, name, horizon)
            if len(at) == 0:
                continue
            here = [rows[i] for i in at]
            y, w = np.array([bool(r.known(horizon)) for r in here]), np.array(case_weights(here))
            cases = [r.case for r in here]
            for f, p in forecasts.items():
                if f in ("base rate", "constant"):
                    continue  # A rate that hardly varies has no slope to speak of.
                found = calibrate(p[at, h], y, w, cases, seed)
                table.append({
                    "subset": name, "horizon_days": horizon, "forecaster": f,
                    "slope": _shown(found.slope), "intercept": _shown(found.intercept),
                    "reliability": [b._asdict() for b in reliability(p[at, h], y, cases)],
                })  # fmt: skip
    return table


def _shown(e: Estimate) -> dict[str, float]:
    return {"value": e.value, "low": e.low, "high": e.high}


def detail_table(
    rows: Sequence[CaseRow], made: Mapping[str, Sequence[CaseForecast]], train_fall_days: Mapping[str, F64]
) -> list[dict[str, Any]]:
    """CRPS of the day of fall, log score of the mode, coverage of capture counts, ranking of sites; model forecasts only.

    Parameters
    ----------
    train_fall_days : mapping of str to ndarray
        For each country left out: days of fall (cut off at 366) of the training rows, as the base rate's distribution.
    """
    table = []
    horizon = max(HORIZONS)
    for name in ("core campaign", "all campaign"):
        at = subset(rows, name, horizon)
        for f, forecasts in made.items():
            crps, crps_base, mode, weight = [], [], [], []
            inside_50, inside_90, ranks = [], [], []
            for i, w in zip(at, case_weights([rows[i] for i in at]), strict=True):
                row, forecast = rows[i], forecasts[i]
                day = min(row.fall_day or horizon + 1, horizon + 1)
                crps.append(crps_fall_day(quantile_sample(forecast), day))
                crps_base.append(crps_fall_day(train_fall_days[row.country], day))
                mode.append(mode_log_score(forecast, row))
                weight.append(w)
                if forecast.captures_observed is not None:
                    n, q = forecast.captures_observed, forecast.captures
                    inside_90.append(q[0] <= n <= q[4])
                    inside_50.append(q[1] <= n <= q[3])
                if forecast.site_auc is not None:
                    ranks.append(forecast.site_auc)
            table.append({
                "subset": name, "forecaster": f, "n_rows": len(at), "crps_days": weighted_mean(crps, weight),
                "crps_base_rate_days": weighted_mean(crps_base, weight), "mode_log": weighted_mean(mode, weight),
                "captures_in_50": float(np.mean(inside_50)) if inside_50 else None,
                "captures_in_90": float(np.mean(inside_90)) if inside_90 else None,
                "n_captures": len(inside_90), "site_auc": float(np.mean(ranks)) if ranks else None, "n_ranked": len(ranks),
            })  # fmt: skip
    return table
