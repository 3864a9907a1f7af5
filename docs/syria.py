"""Make ``docs/data/syria-2024.json``: what the model says of the flagship, which is never fitted, on four days of 2024.

Rates, ledger and posterior are those that each as-of day may use (the vintage of November 2024). The posterior has seen
the Syrian campaigns of 2012 and 2015; the rows ``no_syria`` are made without them. ``python docs/syria.py`` runs for some
minutes; page and figure are made from the JSON by ``docs/tables.py``.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any, Final

import numpy as np

from counterpoise.assessment.variants import VARIANTS, variant_parameters
from counterpoise.compiler import LeverPlan, compile_world, load_parameters, settled_changes
from counterpoise.compiler.posterior import Posterior, shipped_posterior
from counterpoise.ensemble import Futures, simulate_world
from counterpoise.evaluation.backtest import chosen_cases
from counterpoise.inference.fit import MAIN, cases_closed_before, left_out_fits
from counterpoise.scenario import load_scenario

DAYS: Final = (dt.date(2024, 11, 26), dt.date(2024, 11, 30), dt.date(2024, 12, 5), dt.date(2024, 12, 6))
#: The prediction markets asked about the end of the year.
YEAR_END: Final = dt.date(2024, 12, 31)
OUT: Final = Path(__file__).parent / "data" / "syria-2024.json"
MEMBERS: Final = 10_000
ARMS: Final = ("as_reported", "stay")
#: Registered codings of patrons, as in the brief.
CODINGS: Final = tuple(name for name, _ in VARIANTS)


def main() -> None:
    """Run every day and coding, and write what came out."""
    shipped = shipped_posterior(DAYS[0])
    if shipped is None:
        raise SystemExit("no posterior ships for these days: run `counterpoise fit` first")
    without_syria = _without_syria(shipped)
    rows = []
    for day in DAYS:
        rows += [_row(day, coding, coding, shipped) for coding in CODINGS]
        rows.append(_row(day, "no_syria", "main", without_syria))
        for row in rows[-len(CODINGS) - 1 :]:
            print(row)
    out = {"members": MEMBERS, "posterior": shipped.label, "rows": rows}
    OUT.write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")


def _without_syria(shipped: Posterior) -> Posterior:
    """Leave the earlier Syrian campaigns out of the posterior."""
    cases = cases_closed_before(chosen_cases(None), shipped.vintage)
    syria = [c.id for c in cases if c.case is not None and c.case.country == "SYR"]
    return left_out_fits(cases, MAIN, {"SYR": syria}, full=shipped, refit="shift")["SYR"]


def _row(day: dt.date, name: str, coding: str, posterior: Posterior) -> dict[str, Any]:
    """Simulate a day under a coding; before the report, the withdrawal is supposed."""
    scenario = load_scenario("levant-2024")
    lever = next(x for x in scenario.levers if x.id == "iran-withdraws-personnel")
    happened = [e.id for e in scenario.events if e.id == "iran-withdrawal" and e.known_from <= day]
    changes = tuple(e.change for e in scenario.events if e.id in happened and e.change is not None)
    plan = LeverPlan(settled_changes(scenario, day, happened), changes or tuple(lever.changes))
    world = compile_world(
        scenario, day, seed=1, horizon=365, arms=ARMS, plan=plan, capped_sum=coding == "capped_sum",
        parameters=variant_parameters(coding, load_parameters(scenario, day, posterior)),
    )  # fmt: skip
    futures = simulate_world(world, members=MEMBERS if coding == "main" else 4_000, seed=1, workers=2)
    answers = {arm: _answer(futures, arm, (YEAR_END - day).days) for arm in ARMS}
    return {
        "as_of": day.isoformat(),
        "coding": name,
        "withdrawn": "happened" if happened else "supposed",
        **answers,
    }


def _answer(futures: Futures, arm: str, to_year_end: int) -> dict[str, Any]:
    """Probabilities of an end within 30 days, to the end of the year and within 365 days; 90 % intervals over draws."""
    out: dict[str, Any] = {}
    for name, days in (("30", 30), ("year_end", to_year_end), ("365", 365)):
        ended = futures.arms[arm].ended_by(days).astype(float)
        n = np.bincount(futures.draw)
        share = np.bincount(futures.draw, weights=ended)[n > 0] / n[n > 0]
        weight = n[n > 0] / n.sum()
        order = np.argsort(share)
        edge = np.cumsum(weight[order])
        low, high = (float(share[order][min(np.searchsorted(edge, q), len(edge) - 1)]) for q in (0.05, 0.95))
        out[f"p_{name}"] = round(float(ended.mean()), 4)
        out[f"interval_{name}"] = [round(low, 3), round(high, 3)]
    return out


if __name__ == "__main__":
    main()
