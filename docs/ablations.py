"""Make ``library/scorecards/ablations.json`` and ``additions.json``: the model without a part or with the patrons'
histories shuffled between cases, and the model with one part more.

``python docs/ablations.py CACHE [ablations|additions]`` runs for hours and goes on where it stopped. Within a table all are
fitted anew in the same way, the full model too, so that only the part differs: ablations by Laplace, additions by NUTS; cases
are left out by weighing draws, and by a shift of the mode where that fails.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from counterpoise import library
from counterpoise.compiler.posterior import Posterior, read_posterior, write_posterior
from counterpoise.evaluation.backtest import Backtest, BacktestPlan, backtest, chosen_cases
from counterpoise.evaluation.permutation import permute_patrons
from counterpoise.inference.fit import SPECS, fit_cases

ABLATIONS: Final = ("main", "no_patron", "no_graph", "momentum", "filtered", "capped_sum")
#: The kept specification, and everything that is that and something more or other.
ADDITIONS: Final = ("main", *(name for name in SPECS if name.startswith("main_")))
SEEDS: Final = (1, 2, 3)
WORKERS: Final = 2
#: Draws of a fit for the additions: the same model fitted twice with so few moves a score by up to .005.
DRAWS: Final = 300
HOW: Final = {"ablations": "Laplace", "additions": "NUTS"}
Keep = Callable[[str, str, Backtest, str], None]


def main(cache: Path, which: Sequence[str]) -> None:
    """Run everything, write after each."""
    if "ablations" in which:
        keep = _keeper("ablations")
        _ablations(cache, keep)
        _shuffles(cache, keep)
    if "additions" in which:
        _additions(cache, _keeper("additions"))


def _ablations(cache: Path, keep: Keep) -> None:
    """Score the model without each part."""
    for spec in ABLATIONS:
        plan = BacktestPlan(specs=(spec,), shipped=False, refit="shift")
        keep(f"`{spec}`", SPECS[spec].text, backtest(plan=plan, cache=cache, workers=WORKERS), spec)


def _additions(cache: Path, keep: Keep) -> None:
    """Score the model with each part that it does not have."""
    for spec in ADDITIONS:
        plan = BacktestPlan(specs=(spec,), refit="shift")
        full = {spec: _full(spec, cache / "full" / spec)}
        found = backtest(plan=plan, cache=cache, workers=WORKERS, full=full)
        keep(f"`{spec}`", SPECS[spec].text, found, spec)


def _full(spec: str, folder: Path) -> Posterior:
    """Fit a specification on all cases by NUTS, or read what was fitted before."""
    if not (folder / "posterior.json").is_file():
        write_posterior(fit_cases(chosen_cases(None), SPECS[spec], kept=DRAWS), folder)
    return read_posterior(folder)


def _shuffles(cache: Path, keep: Keep) -> None:
    """Score the model on cases whose patrons' histories changed places."""
    cases = chosen_cases(None)
    for seed in SEEDS:
        plan = BacktestPlan(shipped=False, refit="shift")
        shuffled = permute_patrons(cases, seed)
        text = "patrons' histories shuffled between cases, fit and forecast"
        found = backtest(shuffled, plan=plan, train=[], cache=cache, workers=WORKERS)
        keep(f"`main`, shuffle {seed}", text, found, "main")


def _keeper(name: str) -> Keep:
    """Return what adds a row to a scorecard and writes it."""
    out = library.path(f"scorecards/{name}.json")
    rows: list[dict[str, Any]] = []

    def keep(name_: str, text: str, found: Backtest, spec: str) -> None:
        rows.append({"name": name_, "text": text, "fit": HOW[name], **_scores(found, spec)})
        print(rows[-1], flush=True)
        card = {"schema": f"counterpoise/{name}/1", "rows": rows}
        out.write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")

    return keep


def _scores(found: Backtest, spec: str) -> dict[str, Any]:
    """Brier scores of the days of campaigns."""

    def of(subset: str) -> dict[str, float]:
        mine: Sequence[dict[str, Any]] = [
            s for s in found.scores if s["subset"] == subset and s["forecaster"] == f"{spec}, patrons frozen"
        ]
        return {str(s["horizon_days"]): round(float(s["brier"]), 4) for s in mine}

    return {"core": of("core campaign"), "all": of("all campaign")}


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:] or ("ablations", "additions"))
