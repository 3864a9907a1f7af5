"""What the regional layer costs: against the theatre alone, and how it grows with actors, sites and flows.

Medians of several runs, in seconds of processor time of one thread; compared, never gated on time. Writes
``benchmarks/results/regional_cost.json`` and a plot beside it. ``--quick`` takes one seed and fewer sizes.

    python benchmarks/regional_cost.py [--quick]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from counterpoise.compiler import compile_world
from counterpoise.ensemble import MEASURED, measure_regional, simulate_world
from counterpoise.scenario import load_scenario
from counterpoise.scenario.models import Actor, Flow, Route, Scenario, Site

RESULTS = Path(__file__).parent / "results"
DAY = dt.date(2024, 12, 6)
SEEDS = (1, 2, 3)


def seconds(work: Callable[[], Any], runs: int = 3) -> float:
    """Median processor time of a piece of work."""
    took = []
    for _ in range(runs):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return statistics.median(took)


def flagship(members: int, seeds: tuple[int, ...] = SEEDS) -> dict[str, Any]:
    """Theatre and region of the flagship, per arm."""
    scenario = load_scenario("levant-2024")
    rows = []
    for seed in seeds:
        world = compile_world(scenario, DAY, seed=seed)
        futures = simulate_world(world, members=members, seed=seed)
        measure_regional(futures, "baseline", n_members=16)
        theatre = seconds(lambda w=world, s=seed: simulate_world(w, members=members, seed=s))
        measured = min(MEASURED, members)
        some = seconds(lambda f=futures, n=measured: measure_regional(f, "baseline", n_members=n))
        every = seconds(lambda f=futures: measure_regional(f, "baseline", n_members=members), runs=2)
        rows.append({"seed": seed, "theatre": theatre, "region": some, "region_all": every})
    middle = {k: statistics.median(r[k] for r in rows) for k in ("theatre", "region", "region_all")}
    return {
        "scenario": scenario.id,
        "members": members,
        "horizon_days": scenario.horizon_days,
        "measured": min(MEASURED, members),
        "seconds": middle,
        "ratio_as_run": middle["region"] / middle["theatre"],
        "ratio_all_measured": middle["region_all"] / middle["theatre"],
        "rows": rows,
    }


def grown(actors: int = 0, sites: int = 0, flows: int = 0) -> Scenario:
    """The flagship with invented actors, sites along new roads, and flows of one conduit more each."""
    base = load_scenario("levant-2024")
    some, site, route, flow = base.actors[0], base.sites[0], base.routes[0], base.flows[2]
    more_actors = tuple(
        Actor.model_validate(
            {**some.model_dump(), "id": f"X{i:03d}", "name": f"Actor {i}", "kind": "state", "aliases": ()}
        )
        for i in range(max(0, actors - len(base.actors)))
    )
    more_sites = tuple(
        Site.model_validate({**site.model_dump(), "id": f"site-{i:04d}", "name": f"Site {i}", "lat": 20 + 20 * (i * 0.618 % 1),
                             "lon": 30 + 30 * (i * 0.382 % 1), "holder": "IRN", "threatened_by": (), "aliases": ()})
        for i in range(max(0, sites - len(base.sites)))
    )  # fmt: skip
    ends = ["tehran", *(s.id for s in more_sites)]
    more_routes = tuple(
        Route.model_validate(
            {**route.model_dump(), "id": f"road-{i:04d}", "a": ends[max(0, i - 7)], "b": ends[i + 1]}
        )
        for i in range(len(more_sites))
    )
    origins = [
        x.id for x in base.sites[: max(0, flows - len(base.flows))] if x.id not in ("baalbek", "washington")
    ]
    told = {**flow.model_dump(), "destination": "baalbek", "recipient": "HEZ"}
    more_flows = tuple(
        Flow.model_validate({**told, "id": f"flow-{i:04d}", "origin": o}) for i, o in enumerate(origins)
    )
    return base.model_copy(
        update={
            "actors": (*base.actors, *more_actors), "sites": (*base.sites, *more_sites),
            "routes": (*base.routes, *more_routes), "flows": (*base.flows, *more_flows),
        }
    )  # fmt: skip


def growth(name: str, sizes: tuple[int, ...], members: int) -> list[dict[str, Any]]:
    """Cost of compiling and of measuring one arm by one size."""
    rows = []
    for size in sizes:
        scenario = grown(**{name: size})
        began = time.process_time()
        world = compile_world(scenario, DAY, seed=1, n_draws=50)
        compiled = time.process_time() - began
        futures = simulate_world(world, members=members, seed=1)
        measure_regional(futures, "baseline", n_members=4)
        took = seconds(lambda f=futures: measure_regional(f, "baseline", n_members=members), runs=2)
        sizes_now = {"actors": len(world.actors), "sites": len(world.sites), "flows": len(world.flows)}
        rows.append(
            {
                **sizes_now,
                "conduits": len(world.conduits),
                "compile": compiled,
                "microseconds_a_member": 1e6 * took / members,
            }
        )
        print(name, rows[-1], flush=True)
    return rows


def plot(found: dict[str, Any]) -> None:
    """Draw cost against size, one panel for each."""
    mpl.rcParams["svg.hashsalt"] = "counterpoise"
    figure = Figure(figsize=(9, 3), layout="constrained")
    for i, name in enumerate(("actors", "sites", "flows")):
        axes = figure.add_subplot(1, 3, i + 1)
        rows = found["growth"][name]
        x = [r[name] for r in rows]
        axes.loglog(
            x, [r["microseconds_a_member"] for r in rows], "o-", color="#0072B2", label="measure, µs a member"
        )
        axes.loglog(x, [1e3 * r["compile"] for r in rows], "s--", color="#D55E00", label="compile, ms")
        axes.set_xlabel(name)
        axes.set_xticks(x, [f"{v:,}" for v in x], fontsize=8)
        for which in (axes.xaxis, axes.yaxis):
            which.set_minor_formatter(NullFormatter())
        axes.grid(alpha=0.3)
        if i == 0:
            axes.legend(fontsize=8, frameon=False)
    ratio = found["flagship"]["ratio_as_run"]
    figure.suptitle(
        f"Cost of the regional layer; flagship: {100 * ratio:.0f} % of the theatre as run", fontsize=10
    )
    FigureCanvasSVG(figure).print_svg(str(RESULTS / "regional_cost.svg"), metadata={"Date": None})


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one seed and fewer sizes")
    quick = parser.parse_args().quick
    sizes = {
        "actors": (30, 100) if quick else (30, 60, 100, 200, 300),
        "sites": (100, 400) if quick else (100, 200, 500, 1000, 2000),
        "flows": (100, 140) if quick else (100, 120, 140, 180),
    }
    found = {
        "machine": f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}",
        "flagship": flagship(10_000, SEEDS[:1] if quick else SEEDS),
        "growth": {name: growth(name, s, 200) for name, s in sizes.items()},
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "regional_cost.json").write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    plot(found)
    print(
        json.dumps(
            {k: found["flagship"][k] for k in ("seconds", "ratio_as_run", "ratio_all_measured")}, indent=2
        )
    )


if __name__ == "__main__":
    main()
