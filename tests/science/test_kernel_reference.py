"""The compiled kernel and a plain engine written from the equations give the same event logs, member by member."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from counterpoise.compiler import ARM_TITLES, LeverPlan, settled_changes
from counterpoise.dynamics.kernel import EVENT_NAMES, MODE_NAMES, REGIME_END
from counterpoise.dynamics.parameters import NAMES
from counterpoise.dynamics.world import NEVER, ArmSchedule, Theatre, World
from counterpoise.ensemble import simulate_world
from counterpoise.ensemble.filtering import filter_world
from counterpoise.scenario.models import FlowChange, Scenario

pytestmark = pytest.mark.science

#: A wait that ends nearer than this to a midnight may end on either side of it: the two engines add in another order.
ROUNDING = 1e-9
Log = list[tuple[int, str, str, int]]


@pytest.fixture(scope="module")
def engine(beside: Callable[[str], ModuleType]) -> ModuleType:
    return beside("science/reference_engine.py")


def compiled_logs(world: World, seed: int, members: int, arm: str) -> Iterator[tuple[Log, int, str]]:
    """Logs of the compiled kernel in the reference's words."""
    one = simulate_world(world, members=members, seed=seed).arms[arm]
    for m in range(members):
        rows: Log = []
        for e in range(int(one.start[m]), int(one.start[m + 1])):
            site = world.theatre_sites[one.site[e]] if one.site[e] >= 0 else ""
            party = -1 if one.kind[e] == REGIME_END else int(one.party[e])
            rows.append((int(one.day[e]), EVENT_NAMES[one.kind[e]], site, party))
        yield rows, int(one.end_day[m]), MODE_NAMES[one.end_mode[m]]


def differences(engine: ModuleType, world: World, seed: int, members: int, kinds: Counter[str]) -> list[str]:
    """Members whose two logs differ, in all arms."""
    found = []
    for arm in world.arms:
        start = filter_world(world, seed).ancestors(seed, 0, members)
        for m, fast in enumerate(compiled_logs(world, seed, members, arm)):
            x = engine.Latents(
                int(start.draw[m]), *(float(getattr(start, f)[m]) for f in ("u", "v", "k", "w"))
            )
            life = engine.Engine(world, arm, m, seed, x)
            slow = life.run()
            kinds.update(kind for _, kind, _, _ in slow[0])
            kinds[slow[2]] += 1
            if slow != fast:
                first = next((p for p in zip(slow[0], fast[0], strict=False) if p[0] != p[1]), None)
                kinds["by rounding" if life.closest < ROUNDING else "unexplained"] += 1
                found.append(f"{arm} member {m}: {first or (slow, fast)}, closest {life.closest}")
    return found


def hot(world: World, rng: np.random.Generator) -> World:
    """The same world with rates at which everything happens within its horizon."""
    values = world.draws.values.copy()
    for name, factor in (
        ("campaign.start_rate", 12.0), ("campaign.end_rate", 3.0), ("coup.rate", 4.0), ("settlement.rate", 4.0),
        ("patron.exit_rate", 6.0),
    ):  # fmt: skip
        values[:, NAMES.index(name)] *= factor
    for name, shift in (("recapture.intercept", 2.5), ("rescue.intercept", 1.5), ("loss.intercept", 0.5)):
        values[:, NAMES.index(name)] += shift + rng.normal(0, 0.2)
    return replace(world, draws=replace(world.draws, values=values))


def test_on_the_tiny_region_in_every_arm(
    engine: ModuleType, region: Scenario, world_of: Callable[..., World]
) -> None:
    shock = FlowChange(sender="XCC", recipient="XAA", kinds=("air_power",), to=0.0, days=9)
    plan = LeverPlan(settled_changes(region, region.as_of), (shock,))
    arms = tuple(a for a in ARM_TITLES if a != "baseline")
    world = world_of(region, horizon=150, arms=arms, plan=plan)
    assert not differences(engine, world, 11, 60, Counter())


@pytest.mark.parametrize("capped", [False, True])
def test_with_lively_rates_so_that_every_kind_of_event_is_compared(
    engine: ModuleType, region: Scenario, world_of: Callable[..., World], capped: bool
) -> None:
    rng = np.random.default_rng(5)
    kinds: Counter[str] = Counter()
    world = hot(world_of(region, horizon=365, capped_sum=capped), rng)
    assert not differences(engine, world, 3, 120, kinds)
    assert {*EVENT_NAMES, *MODE_NAMES} <= set(kinds), kinds


def test_when_a_lever_starts_a_campaign_in_a_quiet_theatre(
    engine: ModuleType, region_with: Callable[..., Scenario], world_of: Callable[..., World]
) -> None:
    quiet = region_with("events=[]")
    plan = LeverPlan((), variants=(("go", ()), ("wait", ())), campaigns=("go",))
    world = hot(world_of(quiet, horizon=120, arms=("go", "wait"), plan=plan), np.random.default_rng(6))
    assert not differences(engine, world, 4, 60, Counter())


def random_world(world: World, rng: np.random.Generator) -> World:
    """A small theatre drawn at random: graph, control, parties, history, patrons and their paths."""
    n, parties, patrons = int(rng.integers(2, 9)), int(rng.integers(2, 5)), int(rng.integers(0, 4))
    linked = np.triu(rng.random((n, n)) < 0.45, 1)
    near = [np.nonzero(linked[i] | linked[:, i])[0] for i in range(n)]
    holder = np.where(rng.random(n) < 0.35, rng.integers(0, parties, n), 0).astype(np.int8)
    capital = int(rng.integers(n))
    holder[capital] = 0
    taken = np.where(rng.random(n) < 0.5, NEVER, -rng.integers(0, 900, n)).astype(np.int32)
    began = int(rng.choice([1, 0, -1, -25]))
    presses = np.array([0, 1, *(rng.random(parties - 2) < 0.6)], dtype=np.int8)
    takes = np.array([0, 1, *(rng.random(parties - 2) < 0.7)], dtype=np.int8)
    theatre = Theatre(
        start=np.concatenate([[0], np.cumsum([len(x) for x in near])]).astype(np.int32),
        near=np.concatenate([*near, np.empty(0)]).astype(np.int32),
        population_k=rng.lognormal(4, 1.5, n),
        capital=capital,
        threat=np.where(rng.random((n, parties)) < 0.2, 1.0, 0.0) * np.arange(parties).clip(0, 1),
        presses=presses,
        takes=takes,
        holder_start=holder.copy(),
        holder=holder,
        taken=taken,
        history_day=np.empty(0, np.int32),
        history_site=np.empty(0, np.int32),
        history_party=np.empty(0, np.int8),
        history_surrender=np.empty(0, np.int8),
        campaign_day=began,
        core=(rng.random(n) < 0.3).astype(np.int8) * (np.arange(n) != capital),
        background=np.append(float(rng.integers(2)), rng.normal(size=5)),
    )
    shape = (world.draws.n, patrons, world.horizon + 1)

    def steps(top: int, *size: int) -> Any:
        """Tables that change at times, as levels do."""
        table = rng.integers(0, top + 1, (*size, 4)).astype(np.int8)
        return np.ascontiguousarray(
            np.repeat(table, world.horizon // 4 + 1, axis=-1)[..., : world.horizon + 1]
        )

    flags = [steps(1, shape[0]) for _ in range(3)]
    arm = ArmSchedule(
        steps(3, *shape[:2]), steps(3, *shape[:2]), *flags, steps(3, shape[0]), int(rng.random() < 0.3),
        steps(15, *shape[:2]), steps(15, *shape[:2]),
    )  # fmt: skip
    history = np.zeros((world.draws.n, 1 - min(began, 0)))
    return replace(
        world,
        theatre=theatre,
        theatre_sites=tuple(f"site {i}" for i in range(n)),
        patrons=tuple(f"patron {j}" for j in range(patrons)),
        schedules=(arm,),
        history_level=history,
        history_withdrawn=history,
        history_reinforced=history,
        history_rebel_level=history,
        history_more=history,
        history_kinds=history.astype(np.int8),
    )


def test_on_theatres_drawn_at_random(
    engine: ModuleType, region: Scenario, world_of: Callable[..., World]
) -> None:
    base = world_of(region, horizon=200)
    kinds: Counter[str] = Counter()
    for number in range(24):
        rng = np.random.default_rng(number)
        world = hot(random_world(base, rng), rng)
        assert not differences(engine, world, number, 10, kinds), f"theatre {number}"
    assert {*EVENT_NAMES, *MODE_NAMES} <= set(kinds), kinds


def with_everything(world: World, rng: np.random.Generator) -> World:
    """The same world with every part of the model switched on that a specification may add."""
    values = world.draws.values.copy()
    for name, low, high in (
        ("loss.momentum", -0.5, 1.0), ("loss.core", -1.0, 0.5), ("loss.capital_core_lost", 0.0, 2.0),
        ("loss.more_patrons", -0.5, 0.5), ("loss.support_troops", -1.0, 0.5), ("loss.support_air", -1.0, 0.5),
        ("loss.support_advisers", -1.0, 0.5), ("loss.support_arms", -1.0, 0.5), ("loss.contagion", 0.0, 1.5),
        ("loss.era", -0.5, 0.5), ("capital.patron_level", -0.5, 0.5), ("capital.withdrawn", 0.0, 1.0),
        ("capital.rebel_patron", 0.0, 0.5),
        ("capital.duration", -0.3, 0.5), ("capital.ramp", 0.0, 1.0), ("loss.ramp", 0.0, 1.0), ("campaign.ramp_days", 5.0, 40.0),
        ("intensity.skew", -0.2, 0.6),
        ("capital.intensity", -0.5, 0.3), ("surrender.p", 0.2, 0.8),
        ("surrender.cap", 0.3, 1.2), ("intensity.memory", 0.1, 0.9), ("exit.level", -0.5, 0.5),
        ("exit.lost_share", 0.0, 2.0), ("exit.momentum", 0.0, 1.0), ("exit.p_total", 0.2, 0.8),
        ("rescue.lost_share", 0.0, 2.0), ("loss.deaths_trend", -0.3, 0.5), ("loss.coups", 0.0, 0.5),
        ("loss.soviet_sponsor", -0.5, 0.0), ("loss.income", -0.2, 0.0), ("loss.people", -0.2, 0.0),
    ):  # fmt: skip
        values[:, NAMES.index(name)] = rng.uniform(low, high, len(values))
    return replace(world, draws=replace(world.draws, values=values))


def test_with_everything_that_a_specification_may_add(
    engine: ModuleType, region: Scenario, world_of: Callable[..., World]
) -> None:
    base = world_of(region, horizon=200)
    kinds: Counter[str] = Counter()
    for number in range(16):
        rng = np.random.default_rng(100 + number)
        world = with_everything(hot(random_world(base, rng), rng), rng)
        assert not differences(engine, world, number, 10, kinds), f"theatre {number}"
    assert {*EVENT_NAMES, *MODE_NAMES} <= set(kinds), kinds


@pytest.mark.soak
def test_on_thousands_of_theatres_only_rounding_differs(
    engine: ModuleType, region: Scenario, world_of: Callable[..., World]
) -> None:
    base = world_of(region, horizon=200)
    kinds: Counter[str] = Counter()
    n = int(os.environ.get("COUNTERPOISE_THEATRES", "4000"))
    for number in range(1_000, 1_000 + n):
        rng = np.random.default_rng(number)
        world = hot(random_world(base, rng), rng)
        found = differences(engine, with_everything(world, rng) if number % 2 else world, number, 4, kinds)
        assert kinds["unexplained"] == 0, f"theatre {number}: {found}"
    members = sum(kinds[m] for m in MODE_NAMES)
    print(
        f"{n} theatres, {members} members, {kinds['by rounding']} differ by rounding; events: {dict(kinds)}"
    )
    assert kinds["by rounding"] <= members / 10_000
