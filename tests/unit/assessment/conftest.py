"""One run of the tiny region in the arms that most tests need, and one whole assessment of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from counterpoise.assessment import Assessment, assess
from counterpoise.compiler import (
    LeverPlan,
    MappedShock,
    Resolver,
    compile_world,
    load_parameters,
    map_shock,
    settled_changes,
)
from counterpoise.ensemble import Futures, Regional, measure_regional, simulate_world
from counterpoise.reports import Coding
from counterpoise.scenario.models import Scenario

DAY = dt.date(2020, 2, 1)
ARMS = ("as_reported", "stay", "reinforce")
MEMBERS = 400


@dataclasses.dataclass(frozen=True)
class Run:
    """What a run of the tiny region leaves behind."""

    scenario: Scenario
    coding: Coding
    mapped: MappedShock
    plan: LeverPlan
    futures: Futures
    regional: dict[str, Regional]
    resolver: Resolver


@pytest.fixture(scope="session")
def made(beside: Callable[[str], ModuleType]) -> ModuleType:
    """The maker of codings."""
    return beside("made_codings.py")


@pytest.fixture(scope="session")
def report(made: ModuleType) -> Coding:
    """Betania goes, and three claims."""
    claims = (
        made.claim("C1", "influence", "XBB", "-"),
        made.claim("C2", "conduit_capacity", ("XBB", "ALLY"), "-", attribute="conduit_capacity"),
        made.claim("C3", None),
    )
    people = (made.entity("XAA", "Alfania"), made.entity("XBB", "Betania"))
    return made.coding((made.event(), made.attack("E3", "took Oasis")), claims, people)


@pytest.fixture(scope="session")
def run(region: Scenario, report: Coding) -> Run:
    """Futures and measures of the tiny region under the report."""
    parameters = load_parameters(region, DAY)
    resolver = Resolver(region, report)
    mapped = map_shock(report, region, DAY, resolver, parameters)
    plan = LeverPlan(settled_changes(region, DAY, mapped.merged), tuple(x.change for x in mapped.levers))
    world = compile_world(
        region, DAY, seed=1, arms=ARMS, plan=plan, captures=mapped.captures, offensive_reported=bool(mapped.offensive),
        parameters=parameters, n_draws=50,
    )  # fmt: skip
    futures = simulate_world(world, members=MEMBERS, seed=1, workers=2)
    regional = {a: measure_regional(futures, a, workers=2) for a in ARMS}
    return Run(region, report, mapped, plan, futures, regional, resolver)


@pytest.fixture(scope="session")
def assessed(region: Scenario, report: Coding) -> Assessment:
    """A whole assessment of the tiny region."""
    return assess(report, scenario=region, as_of=DAY, members=MEMBERS, seed=1, workers=2)


@pytest.fixture(scope="session")
def with_draws(run: Run) -> Callable[..., Futures]:
    """The run's futures, as if member m lived by draw m % n_draws: tests then know every group's size."""

    def change(n_draws: int, **others: Any) -> Futures:
        import numpy as np

        draw = (np.arange(run.futures.n_members) % n_draws).astype(np.int32)
        return dataclasses.replace(run.futures, draw=draw, **others)

    return change
