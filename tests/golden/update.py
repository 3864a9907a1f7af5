"""Rewrite the golden summary of the tiny region and print what moved: ``make golden``.

The summary holds counts, sums and probabilities and no hash, so that a change can be read. What moves here moves every
number that the program prints: say so under *Numbers changed* in ``CHANGELOG.md``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from counterpoise.assessment.simulating import compare
from counterpoise.dynamics.kernel import EVENT_NAMES, MODE_NAMES
from counterpoise.dynamics.measures import MEASURES
from counterpoise.dynamics.world import World
from counterpoise.ensemble import Futures, measure_regional
from counterpoise.scenario import load_scenario

HERE = Path(__file__).parent
FILE = HERE / "tiny.json"
TINY = HERE.parent / "data" / "tiny.yaml"
ARMS = {
    "as-it-is": (),
    "withdraw": ("withdraw",),
    "stay": ("stay",),
    "reinforce": ("reinforce",),
    "cut": ("cut-road",),
}
MEMBERS, SEED, HORIZON = 500, 1, 365
TOLERANCE = 1e-12


def summary() -> dict[str, Any]:
    """Compile, simulate and measure the tiny region, and sum it up."""
    futures = compare(
        load_scenario(TINY), ARMS, members=MEMBERS, seed=SEED, horizon=HORIZON, workers=2
    ).futures
    return {
        "world": of_world(futures.world),
        "arms": {a: of_arm(futures, a) for a in ARMS},
        "region": of_region(futures),
    }


def of_world(world: World) -> dict[str, Any]:
    """Lengths of the index tables, and shape, sum and weighted sum of every array."""
    out: dict[str, Any] = {
        name: len(getattr(world, name))
        for name in (
            "actors",
            "sites",
            "theatre_sites",
            "legs",
            "flows",
            "parties",
            "patrons",
            "conduits",
            "processes",
        )
    }
    groups = {"": world, "theatre.": world.theatre, "network.": world.network, "ledger.": world.ledger}
    groups |= {f"schedule {n}.": s for n, s in zip(world.arms, world.schedules, strict=True)}
    for prefix, group in groups.items():
        names = group._fields if hasattr(group, "_fields") else group.__dataclass_fields__
        for name in names:
            value = getattr(group, name)
            if isinstance(value, np.ndarray):
                out[prefix + name] = of_array(value)
    return {**out, "draws": of_array(world.draws.values)}


def of_array(x: np.ndarray) -> list[Any]:  # type: ignore[type-arg]
    """Shape, sum, and a sum in which place counts."""
    flat = x.astype(float).ravel()
    place = (np.arange(flat.size) % 97 + 1) / 97
    return [list(x.shape), float(flat.sum()), float((flat * place).sum())]


def of_arm(futures: Futures, arm: str) -> dict[str, Any]:
    """Numbers of events by kind, and probabilities of the end."""
    one = futures.arms[arm]
    return {
        "events": {name: int((one.kind == i).sum()) for i, name in enumerate(EVENT_NAMES)},
        "p_end": {str(h): float(one.ended_by(h).mean()) for h in (30, 90, 180, 365)},
        "p_mode": {m: float(one.ended_by(HORIZON, m).mean()) for m in MODE_NAMES[1:]},
    }


def of_region(futures: Futures) -> dict[str, Any]:
    """Mean of every measure by actor after a year, and mean capacities, in two arms."""
    out = {}
    for arm in ("as-it-is", "cut"):
        found = measure_regional(futures, arm, n_members=200)
        mean = found.values[:, -1].mean(axis=0)
        out[arm] = {
            "capacity": dict(
                zip(futures.world.conduits, found.capacity[:, -1].mean(axis=0).tolist(), strict=True)
            ),
            **{
                m: {a: float(v) for a, v in zip(futures.world.actors, mean[i], strict=True) if v > 0}
                for i, m in enumerate(MEASURES)
            },
        }
    return out


def moved(old: Any, new: Any, where: str = "") -> list[str]:
    """What differs between two summaries, by place."""
    if isinstance(old, dict) and isinstance(new, dict):
        keys = sorted({*old, *new})
        return [line for k in keys for line in moved(old.get(k), new.get(k), f"{where}/{k}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [
            line
            for i, (a, b) in enumerate(zip(old, new, strict=True))
            for line in moved(a, b, f"{where}[{i}]")
        ]
    numbers = isinstance(old, int | float) and isinstance(new, int | float)
    if old == new or (numbers and abs(old - new) <= TOLERANCE * max(1.0, abs(old), abs(new))):
        return []
    return [f"{where}: {old} -> {new}"]


def main() -> None:
    """Rewrite the file."""
    old = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    new = summary()
    lines = moved(old, new)
    print("\n".join(lines) if lines else "nothing moved")
    FILE.write_text(json.dumps(new, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
