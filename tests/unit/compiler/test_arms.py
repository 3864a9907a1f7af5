"""Arms part on the day after the as-of day; the past is never rewritten but by the arm that says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from counterpoise.compiler.arms import ARM_TITLES, LOOK_BACK, ArmPaths, LeverPlan, build_arms
from counterpoise.compiler.parameters import load_parameters
from counterpoise.compiler.world import settled_changes
from counterpoise.dynamics.world import World
from counterpoise.scenario.models import FlowChange, Scenario

WANTED = tuple(a for a in ARM_TITLES if a != "baseline")
AFTER = LOOK_BACK + 1


def shock(
    region: Scenario, start: dt.date | None, days: int = 10, kind: str = "advisers", to: float = 0.0
) -> FlowChange:
    return FlowChange(sender="XBB", recipient="XAA", kinds=(kind,), to=to, date=start, days=days)  # type: ignore[arg-type]


def arms(region: Scenario, change: FlowChange) -> dict[str, ArmPaths]:
    plan = LeverPlan((), (change,), variants=(("other", (change,)),))
    made = build_arms(region, region.as_of, 100, plan, (*WANTED, "other"), load_parameters(region))
    return {a.name: a for a in made}


@pytest.fixture
def under_way(region: Scenario) -> dict[str, ArmPaths]:
    """A withdrawal that began five days before the as-of day and takes twenty."""
    return arms(region, shock(region, region.as_of - dt.timedelta(5), 20))


def test_done_and_observed_agree_up_to_the_as_of_day_in_every_arm_but_one(
    under_way: dict[str, ArmPaths],
) -> None:
    factual = under_way["as_reported"]
    for name, arm in under_way.items():
        same = np.array_equal(arm.do[:, :AFTER], factual.do[:, :AFTER])
        seen = np.array_equal(arm.observed[:, :AFTER], factual.observed[:, :AFTER])
        assert same == (name != "never_begun"), name
        assert seen == (name != "never_begun"), name


def test_paths_part_on_the_day_after(under_way: dict[str, ArmPaths], region: Scenario) -> None:
    row = [f.id for f in region.flows].index("f-bb-adv")
    reported, stay = under_way["as_reported"].do[row], under_way["stay"].do[row]
    assert reported[LOOK_BACK] == stay[LOOK_BACK] < 1
    assert stay[AFTER] > reported[AFTER]
    others = np.delete(np.arange(len(region.flows)), row)
    assert np.array_equal(under_way["as_reported"].do[others], under_way["stay"].do[others])


def test_staying_returns_by_the_speed_of_the_kind_and_not_further(
    under_way: dict[str, ArmPaths], region: Scenario
) -> None:
    row = [f.id for f in region.flows].index("f-bb-adv")
    stay, quo = under_way["stay"].do[row], under_way["never_begun"].do[row]
    gap = quo[LOOK_BACK] - stay[LOOK_BACK]
    assert gap > 0
    # Advisers: 14 days, in equal steps towards the status quo.
    for day in (1, 7, 13, 14, 60):
        assert quo[LOOK_BACK + day] - stay[LOOK_BACK + day] == pytest.approx(gap * max(0, 1 - day / 14))


def test_reinforcing_ends_at_half_as_much_again(under_way: dict[str, ArmPaths], region: Scenario) -> None:
    rows = [i for i, f in enumerate(region.flows) if (f.sender, f.recipient) == ("XBB", "XAA")]
    more, stay = under_way["reinforce"].do, under_way["stay"].do
    assert np.allclose(more[rows, -1], 1.5 * stay[rows, -1])
    rest = [i for i in range(len(region.flows)) if i not in rows]
    assert np.array_equal(more[rest], stay[rest])
    assert under_way["reinforce"].bonus == ("XBB",)


def test_imposed_is_done_as_reported_and_observed_as_if_it_were_not(under_way: dict[str, ArmPaths]) -> None:
    imposed, reported, never = (under_way[n] for n in ("imposed", "as_reported", "never_begun"))
    assert np.array_equal(imposed.do, reported.do)
    assert np.array_equal(imposed.observed[:, AFTER:], never.observed[:, AFTER:])


def test_the_observed_path_is_the_same_in_all_choices_of_the_patron(under_way: dict[str, ArmPaths]) -> None:
    for name in ("stay", "reinforce", "other"):
        assert np.array_equal(under_way[name].observed, under_way["as_reported"].observed)


def test_no_arm_sends_less_than_nothing_when_a_flow_ends_on_the_way(
    region_with: Callable[..., Scenario],
) -> None:
    """It did: the return path went below zero after the flow's own end (found by these tests)."""
    region = region_with("flows.f-bb-arm.end=2020-02-10")
    change = shock(region, region.as_of - dt.timedelta(5), 2, kind="weapons")
    for arm in arms(region, change).values():
        assert arm.do.min() >= 0
        assert arm.do[[f.id for f in region.flows].index("f-bb-arm"), LOOK_BACK + 9 :].max() == 0


def test_levels_and_flags_of_the_arms(region: Scenario, world_of: Callable[..., World]) -> None:
    change = FlowChange(sender="XCC", recipient="XAA", kinds=("air_power",), to=0, days=0)
    plan = LeverPlan(settled_changes(region, region.as_of), (change,))
    world = world_of(region, horizon=300, arms=WANTED, plan=plan)
    arm = dict(zip(world.arms, world.schedules, strict=True))
    reported, stay, more, imposed = (arm[n] for n in ("as_reported", "stay", "reinforce", "imposed"))
    assert (reported.level_do[:, 1, 0] == 2).all()
    assert (reported.level_do[:, 1, 1:] == 1).all(), "arms and money remain"
    assert np.nonzero(reported.withdrawn_do[0])[0].tolist() == list(range(1, 181))
    assert (stay.level_do[:, 1] == 2).all()
    assert (stay.level_observed == reported.level_observed).all()
    assert not stay.withdrawn_do.any()
    assert (stay.withdrawn_observed == reported.withdrawn_observed).all()
    assert (imposed.level_do == reported.level_do).all()
    assert (imposed.level_observed[:, 1] == 2).all()
    assert not imposed.withdrawn_observed.any()
    assert (more.level_do[:, 1, :30] == 2).all()
    assert (more.level_do[:, 1, 30:] == 3).all()
    assert np.nonzero(more.reinforced_do[0])[0].tolist() == list(range(30, 210))
    assert not reported.reinforced_do.any()


def test_the_scenarios_event_and_a_report_of_it_happen_once(
    region: Scenario, world_of: Callable[..., World]
) -> None:
    """Silent failure 4: known to the scenario and told by the report, a withdrawal is applied once, on totals."""
    own = next(e for e in region.events if e.id == "e-out")
    assert own.change is not None
    change = own.change
    from_scenario = world_of(region, horizon=60, arms=("as_reported",), plan=LeverPlan((change,)))
    from_report = world_of(
        region,
        horizon=60,
        arms=("as_reported",),
        plan=LeverPlan(settled_changes(region, region.as_of, ("e-out",)), (change,)),
    )
    assert settled_changes(region, region.as_of, ("e-out",)) == ()
    for world in (from_scenario, from_report):
        path = world.flow_fraction[0, world.flows.index("f-bb-adv")]
        # From 1 to 0.4 in ten steps from 28 January on: the fifth on 1 February.
        ramp = [1 - 0.06 * n for n in range(5, 10)]
        assert path.sum() == pytest.approx(sum(ramp) + 0.4 * 56)
    assert np.array_equal(from_scenario.flow_fraction, from_report.flow_fraction)


@pytest.mark.parametrize("name", ["baseline", "stay", "as_reported", "mine"])
def test_an_arm_of_levers_pulls_them_whatever_it_is_called(region: Scenario, name: str) -> None:
    """It did not: `simulate(levers=...)` calls its arm "baseline" and ran the status quo (found by these tests)."""
    from counterpoise.assessment.simulating import compare, simulate

    row = [f.id for f in region.flows].index("f-bb-adv")
    pulled = compare(region, {name: ("withdraw",)}, members=1, horizon=40, workers=1).futures.world
    assert pulled.flow_fraction[0, row, -1] == 0.0
    alone = simulate(region, members=1, horizon=40, levers=("withdraw",), workers=1).world
    assert np.array_equal(alone.flow_fraction, pulled.flow_fraction)


def test_an_arm_that_nobody_knows_is_refused(region: Scenario) -> None:
    with pytest.raises(ValueError, match="no arm 'elsewhere'"):
        build_arms(region, region.as_of, 5, LeverPlan(()), ("elsewhere",), load_parameters(region))
