"""The scorecard: a backtest as one JSON document, from which tables, figures and the page of the docs are made."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from counterpoise.evaluation.backtest import Backtest
from counterpoise.evaluation.case_rows import HORIZONS
from counterpoise.evaluation.score_tables import SUBSETS

__all__ = ["SCHEMA", "scorecard"]

SCHEMA: Final = "counterpoise/scorecard/1"


def scorecard(result: Backtest) -> dict[str, Any]:
    """Return a backtest as plain data, ready to be written as JSON."""
    rows = [
        {
            "case": r.case, "country": r.country, "core": r.core, "label": r.label, "as_of": r.as_of.isoformat(),
            "fell": list(r.fell), "fall_day": r.fall_day, "mode": r.mode,
            "p": {name: [float(v) for v in p[i]] for name, p in result.probabilities.items()},
            "interval_90": {
                name: [[a, b] for a, b in zip(f[i].p_low, f[i].p_high, strict=True)] for name, f in result.forecasts.items()
            },
        }
        for i, r in enumerate(result.rows)
    ]  # fmt: skip
    plan = result.plan
    card: dict[str, Any] = _plain({
        "schema": SCHEMA,
        "plan": {"specs": list(plan.specs), "patron_paths": list(plan.patron_paths), "leave": plan.leave,
                 "members": plan.members, "seed": plan.seed},
        "horizons_days": list(HORIZONS),
        "n_cases": len({r.case for r in result.rows}), "n_core": len({r.case for r in result.rows if r.core}),
        "n_rows": len(rows),
        "subsets": {name: text for name, (text, _) in SUBSETS.items()},
        "scores": result.scores, "calibration": result.calibration, "detail": result.detail,
        "fits": result.fits, "rows": rows,
    })  # fmt: skip
    return card


def _plain(value: Any) -> Any:
    """Plain JSON data; what is not a number becomes null."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, bool) or value is None or isinstance(value, str | int):
        return value
    number = float(value)
    return number if math.isfinite(number) else None
