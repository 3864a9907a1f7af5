"""Make ``docs/data/syria-2024.json``: what the model says of the flagship, which is never fitted, on four days of 2024.

Rates and ledger are those that each as-of day may use; the hazards are fitted without Syria on cases closed before November
2024 (Laplace). ``python docs/syria.py`` runs for a few minutes; the page
and its figure are made from the JSON by ``docs/tables.py``.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any, Final

import numpy as np

from counterpoise.assessment.variants import variant_parameters
from counterpoise.compiler import LeverPlan, compile_world, load_parameters, settled_changes
from counterpoise.ensemble import Futures, simulate_world
from counterpoise.inference import load_cases
from counterpoise.inference.fit import MAIN, fit_cases
from counterpoise.scenario import load_scenario

DAYS: Final = (dt.date(2024, 11, 26), dt.date(2024, 11, 30), dt.date(2024, 12, 5), dt.date(2024, 12, 6))
VINTAGE: Final = dt.date(2024, 11, 1)
OUT: Final = Path(__file__).parent / "data" / "syria-2024.json"
MEMBERS: Final = 10_000
ARMS: Final = ("as_reported", "stay")
#: Registered codings of patrons, as in the brief.
CODINGS: Final = ("main", "capped_sum", "troops_2000", "causal_none", "causal_all")


def main() -> None:
    """Run every day and coding, and write what came out."""
    scenario = load_scenario("levant-2024")
    lever = next(x for x in scenario.levers if x.id == "iran-withdraws-personnel")
    rows = []
    # Only cases closed before November 2024, and no case of Syria: the flagship is never fitted.
    cases = [c for c in load_cases() if c.case is not None and c.case.country != "SYR"]
    posterior = fit_cases(cases, MAIN, method="laplace", kept=400, vintage=VINTAGE)
    for day in DAYS:
        happened = [e.id for e in scenario.events if e.id == "iran-withdrawal" and e.known_from <= day]
        changes = tuple(
            e.change for e in scenario.events if e.id in happened and e.change is not None
        ) or tuple(lever.changes)
        plan = LeverPlan(settled_changes(scenario, day, happened), changes)
        for coding in CODINGS:
            parameters = variant_parameters(coding, load_parameters(scenario, day, posterior))
            world = compile_world(
                scenario, day, seed=1, horizon=365, arms=ARMS, plan=plan, capped_sum=coding == "capped_sum",
                parameters=parameters,
            )  # fmt: skip
            members = MEMBERS if coding == "main" else 4_000
            futures = simulate_world(world, members=members, seed=1, workers=2)
            rows.append({
                "as_of": day.isoformat(), "coding": coding, "withdrawn": "happened" if happened else "supposed",
                "posterior": posterior.label,
                **{arm: _answer(futures, arm) for arm in ARMS},
            })  # fmt: skip
            print(rows[-1])
    OUT.write_text(json.dumps({"members": MEMBERS, "rows": rows}, indent=1) + "\n", encoding="utf-8")


def _answer(futures: Futures, arm: str) -> dict[str, Any]:
    """Probabilities of an end within 30 and 365 days, with 90 % intervals over parameter draws."""
    out: dict[str, Any] = {}
    for days in (30, 365):
        ended = futures.arms[arm].ended_by(days).astype(float)
        n = np.bincount(futures.draw)
        share = np.bincount(futures.draw, weights=ended)[n > 0] / n[n > 0]
        weight = n[n > 0] / n.sum()
        order = np.argsort(share)
        edge = np.cumsum(weight[order])
        low, high = (float(share[order][min(np.searchsorted(edge, q), len(edge) - 1)]) for q in (0.05, 0.95))
        out[f"p_{days}"] = round(float(ended.mean()), 4)
        out[f"interval_{days}"] = [round(low, 3), round(high, 3)]
    return out


if __name__ == "__main__":
    main()
