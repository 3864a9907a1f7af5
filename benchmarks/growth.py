"""How the cost of a future grows with the number of sites: against events x (degree + log2 sites).

Theatres drawn at random, each site linked with some four others, one in ten held by rebels. Two series: hazards of a site as they
are, so that events grow with sites; and divided by the number of sites, so that events stay the same and what remains is
the start of a future, which must touch every site once. Processor time of one thread, the best of several runs of the
compiled kernel alone. Writes ``benchmarks/results/growth.json``.

    python benchmarks/growth.py [--members 400]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from counterpoise.compiler import compile_world
from counterpoise.dynamics.kernel import empty_record, run_members
from counterpoise.dynamics.parameters import NAMES
from counterpoise.dynamics.world import NEVER, World
from counterpoise.ensemble.filtering import filter_world
from counterpoise.ensemble.run import make_lives
from counterpoise.scenario import load_scenario

RESULTS = Path(__file__).parent / "results" / "growth.json"
SIZES = (20, 50, 100, 200, 500, 1_000, 2_000)
LINKS = 2
HORIZON = 365


def theatre_of(base: World, n: int, rng: np.random.Generator) -> World:
    """A theatre of `n` sites."""
    links: list[set[int]] = [set() for _ in range(n)]
    place = rng.random((n, 2))
    for i in range(1, n):
        # Each site is linked with the nearest of those before it.
        for j in np.argsort(((place[:i] - place[i]) ** 2).sum(axis=1))[:LINKS]:
            links[i].add(int(j))
            links[int(j)].add(i)
    holder = (rng.random(n) < 0.1).astype(np.int8)
    holder[0] = 0
    parties = len(base.theatre.takes)
    t = base.theatre._replace(
        start=np.concatenate([[0], np.cumsum([len(x) for x in links])]).astype(np.int32),
        near=np.array([j for x in links for j in sorted(x)], dtype=np.int32),
        population_k=rng.lognormal(4, 1, n), capital=0, threat=np.zeros((n, parties)),
        holder_start=holder.copy(), holder=holder, taken=np.full(n, NEVER, np.int32),
        history_day=np.empty(0, np.int32), history_site=np.empty(0, np.int32), history_party=np.empty(0, np.int8),
        history_surrender=np.empty(0, np.int8), campaign_day=0, core=np.zeros(n, np.int8),
    )  # fmt: skip
    return replace(base, theatre=t, theatre_sites=tuple(f"site {i}" for i in range(n)))


def slowed(world: World, by: float) -> World:
    """The same world with hazards of loss and recapture divided, and a capital that does not fall."""
    values = world.draws.values.copy()
    for name in ("loss.intercept", "recapture.intercept"):
        values[:, NAMES.index(name)] -= np.log(by)
    values[:, NAMES.index("loss.capital")] -= 60.0
    for name in ("coup.rate", "settlement.rate", "campaign.end_rate"):
        values[:, NAMES.index(name)] = 0.0
    return replace(world, draws=replace(world.draws, values=values))


def cost(world: World, members: int, runs: int = 5) -> dict[str, Any]:
    """Cost of a future of a world, and its number of events."""
    lives = make_lives(world, 1)
    ancestors = filter_world(world, 1, n_particles=16).ancestors(1, 0, members)
    best, room = np.inf, 4_096
    for _ in range(runs):
        record = empty_record(members, room)
        began = time.process_time()
        run_members(
            0, world.horizon, world.draws.values, lives.theatres[0], world.schedules[0], lives.tables[0], ancestors, lives.keys,
            0.0, 0.0, 0.0, record,
        )  # fmt: skip
        best = min(best, time.process_time() - began)
    t = world.theatre
    n, degree = len(world.theatre_sites), len(t.near) / len(t.holder)
    events = float(record.n.mean())
    return {
        "sites": n, "degree": degree, "events": events, "microseconds": 1e6 * best / members,
        "work": events * (degree + float(np.log2(n))),
    }  # fmt: skip


def slope(rows: list[dict[str, Any]]) -> float:
    """Power with which cost grows with the stated work."""
    x, y = (np.log([r[k] for r in rows]) for k in ("work", "microseconds"))
    return float(np.polyfit(x, y, 1)[0])


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=400)
    members = parser.parse_args().members
    day = dt.date(2024, 12, 6)
    base = compile_world(load_scenario("levant-2024"), day, seed=1, horizon=HORIZON, n_draws=20)
    made = [theatre_of(base, n, np.random.default_rng(n)) for n in SIZES]
    as_they_are = [cost(slowed(w, 1.0), members) for w in made]
    few_events = [cost(slowed(w, len(w.theatre_sites) / SIZES[0]), members) for w in made]
    found = {
        "machine": f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}",
        "horizon_days": HORIZON, "members": members, "as_they_are": as_they_are, "few_events": few_events,
        "power": slope(as_they_are),
    }  # fmt: skip
    RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    for row in (*as_they_are, *few_events):
        print({k: round(v, 2) for k, v in row.items()})
    print("power", found["power"])


if __name__ == "__main__":
    main()
