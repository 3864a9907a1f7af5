"""What arms gain from sharing their random numbers: the noise of a difference with and without, by size of the effect.

Every set of patrons leaves the flagship's client within a month, each set an arm, against the status quo. Coupled arms share all
streams, member by member; uncoupled ones are run under different seeds. The time to a standard error is (variance of a
difference / standard error squared) pairs, times what a pair of futures costs in processor time of one thread. Writes
``benchmarks/results/coupling.json``.

    python benchmarks/coupling.py [--members 10000]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
import time
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from counterpoise.assessment.study import QUO, gives_up
from counterpoise.compiler import LeverPlan, compile_world, settled_changes
from counterpoise.ensemble import Futures, simulate_world
from counterpoise.scenario import load_scenario

RESULTS = Path(__file__).parent / "results" / "coupling.json"
DAY = dt.date(2024, 12, 6)
HORIZONS = (30, 90, 365)
#: Standard error of an arm difference that is asked for: half a point.
GOAL = 0.005


def draw(members: int, seed: int) -> tuple[Futures, float]:
    """Futures of all arms, and what one costs [s]."""
    scenario = load_scenario("levant-2024")
    sets = [s for n in range(1, 5) for s in combinations(scenario.conflict.patrons, n)]
    leave = {" and ".join(s): tuple(c for p in s for c in gives_up(scenario, p)) for s in sets}
    plan = LeverPlan(settled_changes(scenario, DAY), variants=((QUO, ()), *leave.items()))
    world = compile_world(scenario, DAY, seed=seed, arms=(QUO, *leave), plan=plan)
    simulate_world(world, members=8, seed=seed)
    began = time.process_time()
    futures = simulate_world(world, members=members, seed=seed)
    return futures, (time.process_time() - began) / (members * len(world.arms))


def rows(futures: Futures, other: Futures, seconds: float) -> list[dict[str, Any]]:
    """One row for each arm and horizon; `other` has the status quo under another seed."""
    out = []
    for arm in futures.arms:
        if arm == QUO:
            continue
        for day in HORIZONS:
            with_it, without = (futures.arms[a].ended_by(day).astype(float) for a in (arm, QUO))
            coupled = float(np.var(with_it - without))
            apart = float(np.var(with_it - other.arms[QUO].ended_by(day)))
            out.append(
                {
                    "arm": f"{arm} leaves" if " and " not in arm else f"{arm} leave",
                    "horizon_days": day,
                    "effect": float(with_it.mean() - without.mean()),
                    "variance_coupled": coupled,
                    "variance_apart": apart,
                    "gain": apart / coupled if coupled > 0 else None,
                    "members_that_differ": int((with_it != without).sum()),
                    "seconds_to_goal_coupled": coupled / GOAL**2 * 2 * seconds,
                    "seconds_to_goal_apart": apart / GOAL**2 * 2 * seconds,
                }
            )
    return sorted(out, key=lambda r: abs(r["effect"]))


def by_size(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Means over rows whose effects are of about one size."""
    edges = (0.0, 1e-12, 0.01, 0.03, 0.1, 1.0)
    out = []
    for low, high in pairwise(edges):
        some = [r for r in found if low <= abs(r["effect"]) < high]
        if some:
            mean = {
                k: float(np.mean([r[k] for r in some])) for k in (*KEPT, "variance_coupled", "variance_apart")
            }
            out.append({"from": low, "below": high, "rows": len(some), **mean})
    return out


KEPT = ("seconds_to_goal_coupled", "seconds_to_goal_apart")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=10_000)
    members = parser.parse_args().members
    futures, seconds = draw(members, 1)
    other, _ = draw(members, 2)
    table = rows(futures, other, seconds)
    found = {
        "machine": f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}",
        "scenario": "levant-2024", "as_of": DAY.isoformat(), "members": members, "goal": GOAL,
        "seconds_a_future": seconds, "by_size": by_size(table), "rows": table,
    }  # fmt: skip
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({k: found[k] for k in ("seconds_a_future", "by_size")}, indent=1))


if __name__ == "__main__":
    main()
