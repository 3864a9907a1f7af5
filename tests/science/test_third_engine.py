"""The kernel and an engine with random numbers of its own agree in distribution; a small change of one number is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

from counterpoise.dynamics.kernel import EVENT_NAMES, MODE_NAMES
from counterpoise.dynamics.parameters import NAMES
from counterpoise.dynamics.world import World
from counterpoise.ensemble import simulate_world
from counterpoise.ensemble.filtering import filter_world
from counterpoise.ensemble.regional import holders_at
from counterpoise.scenario.models import Scenario

pytestmark = pytest.mark.science
#: Largest standardised difference among some 30 that chance gives once in 5,000 times.
LIMIT = 4.5
MEMBERS = 4_000


def lively(world: World) -> World:
    """The same world with rates at which everything happens within its horizon."""
    values = world.draws.values.copy()
    for name, factor in (
        ("campaign.start_rate", 10.0), ("campaign.end_rate", 3.0), ("coup.rate", 4.0), ("settlement.rate", 4.0),
        ("patron.exit_rate", 5.0),
    ):  # fmt: skip
        values[:, NAMES.index(name)] *= factor
    for name, shift in (("recapture.intercept", 2.5), ("rescue.intercept", 1.5), ("loss.intercept", 0.5)):
        values[:, NAMES.index(name)] += shift
    values[:, NAMES.index("campaign.first_year_burnout")] = 0.5
    return replace(world, draws=replace(world.draws, values=values))


def seen_by_kernel(world: World, seed: int, days: tuple[int, ...]) -> dict[str, np.ndarray]:
    """What each member of the kernel saw: counts of events, ends, sites held."""
    one = simulate_world(world, members=MEMBERS, seed=seed).arms["baseline"]
    kinds = np.zeros((MEMBERS, len(EVENT_NAMES)))
    np.add.at(kinds, (one.member, one.kind), 1)
    found = {f"{name} (n)": kinds[:, i] for i, name in enumerate(EVENT_NAMES)}
    found |= ends(one.end_day, one.end_mode, days)
    held = holders_at(one, world, world.horizon) == 0
    return found | {f"holds {site}": held[:, i] for i, site in enumerate(world.theatre_sites)}


def ends(day: np.ndarray, mode: np.ndarray, days: tuple[int, ...]) -> dict[str, np.ndarray]:
    """Whether each member has ended by some days, and how."""
    by = {f"ended by {d}": (mode > 0) & (day <= d) for d in days}
    return by | {name: mode == i for i, name in enumerate(MODE_NAMES)}


def seen_by_third(
    engine: ModuleType, world: World, seed: int, days: tuple[int, ...]
) -> dict[str, np.ndarray]:
    """The same of the third engine."""
    rng = np.random.default_rng(seed)
    cloud = filter_world(world, seed)
    draw = rng.choice(len(cloud.weight), MEMBERS, p=cloud.weight)
    cell = rng.integers(0, cloud.u.shape[1], MEMBERS)
    many = engine.Many(
        world,
        "baseline",
        rng,
        {"draw": draw, **{x: getattr(cloud, x)[draw, cell] for x in ("u", "v", "k", "w")}},
    )
    many.run()
    found = {f"{name} (n)": many.counts[name] for name in EVENT_NAMES}
    found |= ends(many.end, many.mode, days)
    return found | {f"holds {site}": many.holder[:, i] == 0 for i, site in enumerate(world.theatre_sites)}


def furthest(a: dict[str, np.ndarray], b: dict[str, np.ndarray]) -> tuple[float, str]:
    """The largest standardised difference of means, and where it is."""
    found = [(0.0, "")]
    for name, x in a.items():
        y = b[name]
        error = np.sqrt((np.var(x) + np.var(y)) / MEMBERS)
        if error > 0:
            found.append((abs(float(np.mean(x) - np.mean(y))) / float(error), name))
        else:
            assert np.mean(x) == np.mean(y), name
    return max(found)


def test_the_kernel_and_an_engine_with_its_own_random_numbers_agree_in_distribution(
    beside: Callable[[str], ModuleType], region: Scenario, world_of: Callable[..., World]
) -> None:
    engine = beside("science/third_engine.py")
    days = (20, 60, 120)
    # The third engine knows the plain specification only: no capital of its own, no partial exits.
    world = lively(world_of(region, horizon=150, posterior=None))
    kernel, third = seen_by_kernel(world, 7, days), seen_by_third(engine, world, 8, days)
    assert all(kernel[f"{name} (n)"].any() for name in EVENT_NAMES)
    assert furthest(kernel, third)[0] < LIMIT, furthest(kernel, third)
    values = world.draws.values.copy()
    values[:, NAMES.index("loss.intercept")] += 0.5
    other = replace(world, draws=replace(world.draws, values=values))
    assert furthest(seen_by_kernel(other, 7, days), third)[0] > LIMIT, "a changed coefficient is not seen"
