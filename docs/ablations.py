"""Make ``library/scorecards/ablations.json``: the model without a part, and with the patrons' histories shuffled between cases.

``python docs/ablations.py CACHE`` runs for an hour or so and goes on where it stopped. All are fitted anew in the same way
(Laplace, left-out fits by shift), the full model too, so that only what is taken away differs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from counterpoise import library
from counterpoise.evaluation.backtest import Backtest, BacktestPlan, backtest, chosen_cases
from counterpoise.evaluation.permutation import permute_patrons
from counterpoise.inference.fit import SPECS

ABLATIONS: Final = ("main", "no_patron", "no_graph", "momentum", "filtered", "capped_sum")
SEEDS: Final = (1, 2, 3)
WORKERS: Final = 2


def main(cache: Path) -> None:
    """Run everything, write after each."""
    out = library.path("scorecards/ablations.json")
    cases = chosen_cases(None)
    rows: list[dict[str, Any]] = []

    def keep(name: str, text: str, found: Backtest, spec: str) -> None:
        rows.append({"name": name, "text": text, **_scores(found, spec)})
        print(rows[-1], flush=True)
        out.write_text(
            json.dumps({"schema": "counterpoise/ablations/1", "rows": rows}, indent=1) + "\n",
            encoding="utf-8",
        )

    for spec in ABLATIONS:
        plan = BacktestPlan(specs=(spec,), shipped=False, refit="shift")
        keep(f"`{spec}`", SPECS[spec].text, backtest(plan=plan, cache=cache, workers=WORKERS), spec)
    for seed in SEEDS:
        plan = BacktestPlan(shipped=False, refit="shift")
        shuffled = permute_patrons(cases, seed)
        text = "patrons' histories shuffled between cases, fit and forecast"
        keep(
            f"`main`, shuffle {seed}",
            text,
            backtest(shuffled, plan=plan, train=[], cache=cache, workers=WORKERS),
            "main",
        )


def _scores(found: Backtest, spec: str) -> dict[str, Any]:
    """Brier scores of the days of campaigns."""

    def of(subset: str) -> dict[str, float]:
        mine: Sequence[dict[str, Any]] = [
            s for s in found.scores if s["subset"] == subset and s["forecaster"] == f"{spec}, patrons frozen"
        ]
        return {str(s["horizon_days"]): round(float(s["brier"]), 4) for s in mine}

    return {"core": of("core campaign"), "all": of("all campaign")}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
