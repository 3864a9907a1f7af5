"""Print how many captures and falls the fitted model expects of the past cases from their first day, beside the recorded ones.

``python docs/predictive.py [POSTERIOR]`` runs for half a minute; without a folder it takes the newest posterior that ships. It
is a check of fit on cases that the posterior has seen, with the patrons' later path: no figure of skill.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import numpy as np

from counterpoise.compiler import compile_world
from counterpoise.compiler.posterior import Posterior, read_posterior, shipped_posterior, vintages
from counterpoise.dynamics.kernel import CAPTURE
from counterpoise.ensemble import simulate_world
from counterpoise.evaluation.case_rows import past_case
from counterpoise.inference import load_cases
from counterpoise.scenario.models import Scenario

DAYS: Final = (7, 14, 30, 90, 180, 365)
MEMBERS: Final = 2_000
DRAWS: Final = 200


def main(posterior: Posterior) -> None:
    """Sum over the cases and print one line for each number of days."""
    total = np.sum([counts(s, posterior) for s in load_cases()], axis=0)
    print("days  captures expected, recorded  falls expected, recorded")
    for days, row in zip(DAYS, total, strict=True):
        print(f"{days:4d}  {row[0]:17.1f} {row[1]:9.0f}  {row[2]:14.1f} {row[3]:9.0f}")


def counts(scenario: Scenario, posterior: Posterior) -> np.ndarray:
    """Captures and falls within each number of days, expected and recorded, shape (n_days, 4).

    A capture counts as recorded on the last day that it may have happened, those of the first day and of the capital left out.
    """
    case, capital = past_case(scenario), scenario.conflict.capital
    start = case.campaign_start
    world = compile_world(
        scenario, start, seed=1, horizon=max(DAYS), n_draws=DRAWS, patron_path="later", posterior=posterior
    )
    arm = simulate_world(world, members=MEMBERS, seed=1).arms["baseline"]
    last = min(case.gone_by or case.captures_until, case.captures_until)
    seen = np.array([
        (e.known_from - start).days for e in scenario.events
        if e.kind == "capture" and start < e.known_from <= last and e.site in world.theatre_sites and e.site != capital
    ])  # fmt: skip
    lost = arm.day[(arm.kind == CAPTURE) & (arm.loser == 0) & (arm.site != world.theatre.capital)]
    gone = None if case.gone_by is None else (case.gone_by - start).days
    return np.array(
        [
            (
                (lost <= d).sum() / MEMBERS,
                (seen <= d).sum(),
                arm.ended_by(d).mean(),
                gone is not None and gone <= d,
            )
            for d in DAYS
        ]
    )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(read_posterior(Path(sys.argv[1])))
    else:
        newest = shipped_posterior(vintages()[-1])
        assert newest is not None
        main(newest)
