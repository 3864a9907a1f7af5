"""Fit what you simulate: the covariates of a replayed log are those with which the engine drew it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from counterpoise.compiler import compile_world
from counterpoise.dynamics.design import CAPITAL, LOSS, RECAPTURE
from counterpoise.dynamics.parameters import NAMES
from counterpoise.dynamics.world import World
from counterpoise.inference.replay import replay
from counterpoise.inference.table import make_table
from counterpoise.scenario.models import DatedEvent, FlowChange, Scenario

pytestmark = pytest.mark.science

DAYS = 150
AS_OF = dt.date(2020, 2, 1)


@pytest.fixture(scope="module")
def made(beside: Callable[[str], ModuleType]) -> ModuleType:
    return beside("made_cases.py")


@pytest.fixture(scope="module")
def engine(beside: Callable[[str], ModuleType]) -> ModuleType:
    return beside("science/reference_engine.py")


def lively(world: World, rng: np.random.Generator) -> World:
    """Rates at which much happens, nothing that a case does not record, and every added part of the hazards in use."""
    values = world.draws.values.copy()
    for name, value in (
        ("campaign.end_rate", 0.0), ("coup.rate", 0.0), ("settlement.rate", 0.0), ("patron.exit_rate", 0.0),
        ("rescue.intercept", -1e3), ("loss.intercept", -5.0), ("loss.capital", -4.0), ("recapture.intercept", -5.0),
        ("recapture.momentum_government", 0.7), ("surrender.p", 0.4), ("surrender.cap", 1.0),
    ):  # fmt: skip
        values[:, NAMES.index(name)] = value
    for name in (
        "loss.momentum", "loss.core", "loss.capital_core_lost", "loss.more_patrons", "loss.support_troops",
        "loss.support_air", "loss.support_advisers", "loss.support_arms", "loss.contagion", "loss.era",
        "loss.deaths_trend", "loss.coups", "loss.soviet_sponsor", "loss.income", "loss.people",
        "capital.patron_level", "capital.withdrawn", "capital.duration", "capital.ramp", "loss.ramp",
    ):  # fmt: skip
        values[:, NAMES.index(name)] = rng.uniform(-0.5, 0.5, len(values))
    return replace(world, draws=replace(world.draws, values=values))


def recorder(engine: ModuleType) -> Any:
    """The engine written from the equations, which notes the hazards of every day without their latents."""

    class Recorder(engine.Engine):  # type: ignore[name-defined, misc]
        def fight(self, day: int) -> Any:
            x = self.x
            held = [i for i in range(self.n) if self.holder[i] == 0]
            capital = self.world.theatre.capital
            loss = {i: self.loss_hazard(i, day) / np.exp(x.u + x.w) for i in held}
            back = sum(self.recapture_hazard(i, day) for i in range(self.n) if i not in held)
            self.seen.append(
                (
                    sum(v for i, v in loss.items() if i != capital),
                    loss[capital] / np.exp(x.k),
                    back / np.exp(x.v),
                )
            )
            before = list(self.holder)
            ends = super().fight(day)
            for i in range(self.n):
                if self.holder[i] != before[i]:
                    mark = engine.uniform(
                        engine.stream_key(self.seed, f"surrender:{self.world.theatre_sites[i]}"),
                        self.member,
                        self.loss[i].rings,
                    )
                    gave = self.holder[i] != 0 and before[i] == 0 and mark < self.p["surrender.p"]
                    self.changes.append((day, self.world.theatre_sites[i], self.holder[i], bool(gave)))
            return ends

    return Recorder


@pytest.mark.parametrize("member", range(6))
def test_replayed_covariates_are_those_of_the_engine(
    made: ModuleType, engine: ModuleType, region: Scenario, member: int
) -> None:
    leave = FlowChange(
        sender="XBB", recipient="XAA", kinds=("advisers",), to=0.0, date=AS_OF + dt.timedelta(days=20), days=9
    )
    event = DatedEvent(
        id="out", kind="withdrawal", date=AS_OF + dt.timedelta(days=20), change=leave, sources=("wire",)
    )
    scenario = made.quiet_region(region, AS_OF, (event,))
    world = compile_world(
        scenario, AS_OF, seed=3, horizon=DAYS, n_draws=4, posterior=None, patron_path="later"
    )
    world = lively(world, np.random.default_rng(member))
    x = engine.Latents(member % 4, 0.3, -0.2, 0.1, 0.4)
    one = recorder(engine)(world, "baseline", member, 5, x)
    one.seen, one.changes = [], []
    _, end, _ = one.run()
    actor = [world.actors[i] for i in world.party_actor]
    capital = world.theatre_sites[world.theatre.capital]
    changes = [(d, s, actor[p], g) for d, s, p, g in one.changes if s != capital]
    assert len(changes) >= 5
    case = made.case_from(scenario, AS_OF, DAYS, changes, end or None, "made")
    found = replay(case, logs=1)
    p = world.draws.values[x.draw]
    table = make_table([found], p, step=1)
    day = np.arange(found.logs[0].n_days)
    common = np.exp(table.day_x @ p[LOSS])
    segment = table.step_segment[table.day_step]
    site = np.bincount(table.row_segment, table.row_n * np.exp(table.row_x @ p[LOSS]))[segment]
    capital_rate = np.exp(table.capital_x @ p[LOSS])[segment] * np.exp(table.day_capital_x @ p[CAPITAL])
    seen = np.array(one.seen)
    # The engine's first day is the day after the campaign's first.
    assert len(day) == len(seen) + 1
    np.testing.assert_allclose((site * common)[1:], seen[:, 0], rtol=1e-9)
    np.testing.assert_allclose((capital_rate * common)[1:], seen[:, 1], rtol=1e-9)
    back = np.bincount(table.re_day, np.exp(table.re_x @ p[RECAPTURE]), minlength=len(day))
    np.testing.assert_allclose(back[1:], seen[:, 2], rtol=1e-9)
