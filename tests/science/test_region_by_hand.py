"""The regional layer against answers worked out by hand: shared legs, prices, detours, stocks, closures and their repair."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from counterpoise.compiler.disruptions import ArmDisruptions, build_disruptions
from counterpoise.compiler.patrons import flow_paths
from counterpoise.compiler.routes import Leg
from counterpoise.dynamics.disruptions import leg_tables
from counterpoise.dynamics.packing import alone, ask_others, credit_others, pack
from counterpoise.dynamics.parameters import NAMES
from counterpoise.dynamics.world import World
from counterpoise.ensemble import measure_regional, simulate_world
from counterpoise.scenario.models import FlowChange, Interdiction, Scenario

DAY = dt.date(2020, 2, 1)
ROAD = (True, True, True, True)


@pytest.fixture(scope="module")
def build(beside: Callable[[str], ModuleType]) -> Callable[..., Any]:
    return beside("random_networks.py").build  # type: ignore[no-any-return]


def network(
    build: Callable[..., Any], legs: list[tuple[int, int, float, float]], ends: list[tuple[int, int]]
) -> Any:
    """Legs as (a, b, capacity, delay), everything open."""
    n = 1 + max(max(a, b) for a, b, _, _ in legs)
    made = tuple(Leg(f"leg {i}", a, b, 0, True, delay, room) for i, (a, b, room, delay) in enumerate(legs))
    return build(
        made,
        tuple(f"s{i}" for i in range(n)),
        tuple(ends),
        (ROAD,) * len(ends),
        np.ones((len(ends), len(legs))),
    )


@pytest.mark.science
def test_two_recipients_share_a_leg_by_halves(build: Callable[..., Any]) -> None:
    """0 - 1 carries 10 and leads to 2 and 3, which want 10 each: five each, and one more unit of the leg is worth one."""
    made = network(build, [(0, 1, 10, 1), (1, 2, 100, 1), (1, 3, 100, 1)], [(0, 2), (0, 3)])
    alone, carried, _ = made.run(np.array([10.0, 10.0]), 0.0)
    assert alone.tolist() == [10.0, 10.0]
    assert carried == pytest.approx([5.0, 5.0])
    found = made.programme(np.array([10.0, 10.0]))
    assert found.carried.sum() == pytest.approx(10.0)
    assert found.price == pytest.approx([1.0, 0.0, 0.0])


@pytest.mark.science
def test_what_one_conduit_leaves_for_want_of_another_leg_is_used_by_the_others(
    build: Callable[..., Any],
) -> None:
    """0 - 1 and 1 - 2 carry 10 each; one conduit wants the first, two the second, and one both, 10 each.

    The second leg gives a third to each of three; what the long conduit cannot use of its half of the first goes to the other.
    """
    made = network(build, [(0, 1, 10, 1), (1, 2, 10, 1)], [(0, 1), (0, 2), (1, 2), (1, 2)])
    _, carried, rest = made.run(np.full(4, 10.0), 0.0)
    assert carried == pytest.approx([20 / 3, 10 / 3, 10 / 3, 10 / 3])
    assert rest == pytest.approx([0.0, 0.0], abs=1e-9)


@pytest.mark.science
def test_a_leg_of_which_holders_let_half_pass_is_worth_half(build: Callable[..., Any]) -> None:
    """One more unit of the leg lets the sender pass half a unit more."""
    legs = (Leg("leg 0", 0, 1, 0, True, 1.0, 10.0),)
    made = build(legs, ("s0", "s1"), ((0, 1),), (ROAD,), np.array([[0.5]]))
    found = made.programme(np.array([10.0]))
    assert found.carried == pytest.approx([5.0])
    assert found.price == pytest.approx([0.5])


@pytest.mark.science
def test_a_detour_takes_what_the_short_way_cannot(build: Callable[..., Any]) -> None:
    """The short way carries 6 in a day, the long one 20 in nine: of 16, six are quick and ten slow."""
    made = network(build, [(0, 1, 6, 1), (0, 2, 20, 4), (2, 1, 20, 5)], [(0, 1)])
    alone, carried, rest = made.run(np.array([16.0]), 0.0)
    assert alone == pytest.approx([26.0])
    assert carried == pytest.approx([16.0])
    assert rest == pytest.approx([0.0, 10.0, 10.0])


@pytest.mark.science
def test_what_the_road_cannot_take_goes_by_sea_as_far_as_it_can_be_moved() -> None:
    """The road leaves 4 of 10 and the sea has room for 5 more: half of the 4 can be moved, and another sender's ship takes none.

    By sea half is lost and takes five days: of 10, 6 go by road (3 arrive, a day) and 2 by sea (1 arrives), 2 days on the mean.
    """
    pair = np.array([1, 1, 2], np.int32)
    demand, carried, capacity = np.array([10.0, 4, 1]), np.array([6.0, 4, 1]), np.array([6.0, 9, 50])
    asked = np.empty(3)
    assert ask_others(pair, demand, carried, capacity, 0.5, asked)
    assert asked.tolist() == [6.0, 6.0, 1.0]
    # All of it can be moved, and the sea takes what it has room for.
    assert ask_others(pair, demand * 2, np.array([6.0, 8, 1]), capacity, 1.0, asked)
    assert asked.tolist() == [6.0, 9.0, 1.0]
    assert not ask_others(pair, carried, carried, capacity, 0.5, asked)
    now, got, late = np.array([6.0, 6, 1]), np.array([3.0, 3, 1]), np.array([1.0, 5, 9])
    credit_others(pair, demand, carried, now, got, late, np.empty(3), np.empty(3), np.empty(3))
    assert now.tolist() == [8.0, 4.0, 1.0]
    assert got.tolist() == [4.0, 2.0, 1.0]
    assert late.tolist() == [2.0, 5.0, 9.0]


@pytest.mark.science
def test_the_time_on_the_way_is_the_mean_of_what_is_carried(build: Callable[..., Any]) -> None:
    """6 go by the way of 2 days and 4 by that of 7: 4 days on the mean."""
    made = network(build, [(0, 1, 6, 2), (0, 2, 9, 3), (2, 1, 9, 4)], [(0, 1)])
    net, n = made.net, len(made.net.slot_leg)
    room, kept, left, whole = np.full(n, -1.0), np.empty(n), np.empty(n), np.zeros(1)
    alone(net, made.capacity, np.ones(3), made.slots, room, kept, left, whole)
    carried, delivered, delay = np.zeros(1), np.zeros(1), np.zeros(1)
    pack(
        net, made.capacity, room, kept, np.array([10.0]), left, np.empty(3), np.empty(3), np.empty(1),
        carried, delivered, delay, False,
    )  # fmt: skip
    assert (carried[0], delivered[0]) == (10.0, 10.0)
    assert delay[0] == pytest.approx(4.0)


@pytest.mark.science
def test_three_on_a_chain(build: Callable[..., Any]) -> None:
    """A chain of two legs of 6: the long pair and the two short ones. The programme lets the short ones have all of it."""
    made = network(build, [(0, 1, 6, 1), (1, 2, 6, 1)], [(0, 2), (0, 1), (1, 2)])
    found = made.programme(np.array([6.0, 6.0, 6.0]))
    assert found.carried == pytest.approx([0.0, 6.0, 6.0])
    _, carried, _ = made.run(np.array([6.0, 6.0, 6.0]), 0.0)
    # The packing serves nobody first: 3 + 3 + 3 in place of 12, within what it says of itself.
    assert carried == pytest.approx([3.0, 3.0, 3.0])


def quiet(world: World, values: dict[str, float]) -> World:
    """A world in which nothing happens by itself."""
    table = world.draws.values.copy()
    still = {
        "loss.intercept": -60.0, "campaign.start_rate": 1e-12, "coup.rate": 1e-12, "settlement.rate": 1e-12,
        "patron.exit_rate": 1e-12, "rescue.intercept": -60.0, "recapture.intercept": -60.0,
    }  # fmt: skip
    for name, value in {**still, **values}.items():
        table[:, NAMES.index(name)] = value
    return replace(world, draws=replace(world.draws, values=table))


def whole(world: World) -> World:
    """Give every site back to its first holder and take all disruptions away."""
    none = world.disruptions._replace(
        leg=world.disruptions.leg[:0], shuts=world.disruptions.shuts[:0], first=world.disruptions.first[:0],
        hold=world.disruptions.hold[:, :0], repair=world.disruptions.repair[:, :0],
        share=world.disruptions.share[:, :0], in_arm=world.disruptions.in_arm[:, :0],
    )  # fmt: skip
    net = world.network._replace(holder=world.network.holder_base)
    return replace(
        world,
        network=net,
        disruptions=none,
        flow_fraction=np.minimum(world.flow_fraction * 0 + world.active_flows[None, :, None], 1.0),
    )


@pytest.mark.science
@pytest.mark.parametrize("load", [0.4, 0.7, 1.0])
def test_before_the_campaign_all_that_is_committed_is_sent_and_arrives(
    region: Scenario, world_of: Callable[..., World], load: float
) -> None:
    """The status quo is the yardstick: with starting control and open routes nothing is missing, whatever the load."""
    world = whole(quiet(world_of(region, horizon=365), {"conduit.load": load}))
    futures = simulate_world(world, members=40, seed=1)
    found = measure_regional(futures, "baseline", keep_sent=True, n_members=40)
    active = world.active_flows == 1
    size = world.flow_size[futures.draw][:, None, active]
    assert np.allclose(
        found.sent[:, :, active], np.broadcast_to(size, found.sent[:, :, active].shape), rtol=1e-5
    )
    assert np.array_equal(found.arrived, found.sent)
    assert np.allclose(found.stock, found.stock[:, :1], rtol=1e-6)
    assert (found.short_day >= 0).all()


@pytest.mark.science
def test_a_stock_that_nothing_refills_lasts_as_long_as_it_should(
    region: Scenario, world_of: Callable[..., World]
) -> None:
    """(level - reserve) / (use x dependence) days, where nothing is sent from the first day on."""
    world = world_of(region)
    kept = world.flow_fraction.copy()
    kept[:, world.flows.index("f-bb-ally"), 1:] = 0.0
    cut = quiet(replace(world, flow_fraction=kept), {"stock.intensity": 0.5})
    futures = simulate_world(cut, members=24, seed=1)
    g = futures.draw
    level, reserve, dependence = (x[g, 0] for x in (cut.drawn.stock, cut.drawn.reserve, cut.drawn.dependence))
    later = measure_regional(futures, "baseline", n_members=24, days=(0, 1, 30, 90, 180, 365))
    expected = (level - reserve) / (0.5 * dependence)
    short = expected < 360
    assert short.any()
    # On the first day half of what came still counts: the mean of its two ends.
    assert later.short_day[short, 0] == pytest.approx(np.maximum(expected[short], 0.0), abs=2.0)


@pytest.mark.science
def test_a_stock_falls_by_what_does_not_arrive_and_by_the_gap_of_a_longer_way(
    region: Scenario, world_of: Callable[..., World]
) -> None:
    """The plan stops on day 30, in another world a leg shuts on day 30 and goods take a way that is longer by some days.

    Between days of the grid the mean of what arrives on both counts; a way longer by d days leaves a gap of d days' arrivals.
    """
    use = 0.1
    calm = whole(quiet(world_of(region, horizon=365), {"stock.intensity": use, "conduit.shift": 1.0}))
    f = calm.flows.index("f-bb-ally")
    cut = calm.flow_fraction.copy()
    cut[:, f, 30:] = 0.0
    n = 24
    stops = replace(calm, flow_fraction=cut)
    futures = simulate_world(stops, members=n, seed=1)
    level, dependence = (x[futures.draw, 0] for x in (calm.drawn.stock, calm.drawn.dependence))
    found = measure_regional(futures, "baseline", n_members=n, days=(0, 30, 60))
    assert found.stock[:, 1, 0] == pytest.approx(level - use * dependence * 15, rel=1e-5)
    assert found.stock[:, 2, 0] == pytest.approx(level - use * dependence * (15 + 30), rel=1e-5)

    longer = []
    for leg in range(len(calm.legs)):
        shut = calm.disruptions._replace(
            leg=np.array([leg], np.int32), shuts=np.ones(1, np.int8), first=np.array([30], np.int32),
            hold=np.full((calm.draws.n, 1), 1e6), repair=np.zeros((calm.draws.n, 1)), share=np.ones((calm.draws.n, 1)),
            in_arm=np.ones((len(calm.arms), 1), np.int8),
        )  # fmt: skip
        other = replace(futures, world=replace(calm, disruptions=shut))
        found = measure_regional(other, "baseline", n_members=n, days=(0, 30, 60))
        c = int(calm.ledger.conduit[f])
        size = calm.flow_size[futures.draw, f][:, None]
        came, delay = found.arrived[:, :, f] / size, found.delay[:, :, c].astype(float)
        late = (delay[:, 1] > delay[:, 0] + 0.1) & (came[:, 1] > 0.05)
        longer.append(int(late.sum()))
        gap = (delay[:, 1] - delay[:, 0]) * came[:, 1]
        expected = level - use * dependence * ((1 - (came[:, 0] + came[:, 1]) / 2) * 30 + gap)
        assert found.stock[late, 1, 0] == pytest.approx(expected[late], rel=1e-4)
    assert max(longer) > 0, "some leg has a longer way round"


@pytest.mark.science
def test_a_strike_takes_its_share_of_strength_and_of_the_stock(
    region_with: Callable[..., Scenario], world_of: Callable[..., World]
) -> None:
    """It comes within hours and takes .4 once: .6 of the stock is left, and of strength .6 of what that stock allows."""
    figure = {"as_of": "2019-12-31", "source": "inv", "standing": "assumed", "note": "n"}
    strike = {
        "id": "hits", "actor": "XEE", "kind": "strike", "target": "ALLY", "after": "as_of", "source": "inv",
        "rate": {"value": 1e5, "unit": "1/year", **figure}, "share": {"value": 0.4, "unit": "share", **figure},
    }  # fmt: skip
    world = whole(quiet(world_of(region_with(reactions=[strike]), horizon=365), {}))
    n, ally = 24, world.actors.index("ALLY")
    futures = simulate_world(world, members=n, seed=1)
    found = measure_regional(futures, "baseline", n_members=n, days=(0, 30, 60))
    level, reserve = (x[futures.draw, 0] for x in (world.drawn.stock, world.drawn.reserve))
    for t in (1, 2):
        assert found.stock[:, t, 0] == pytest.approx(0.6 * level, rel=1e-5)
        allows = np.minimum(1.0, 0.6 * level / reserve)
        strength = found.measure("strength")[:, t, ally]
        assert strength == pytest.approx(world.ledger.strength[ally] * 0.6 * allows, rel=1e-5)


@pytest.mark.science
def test_closures_end_and_interdictions_are_repaired(region: Scenario) -> None:
    params = np.zeros((3, len(NAMES)))
    params[:, NAMES.index("closure.reopen_days")] = [10, 20, 30]
    params[:, NAMES.index("interdiction.repair_days")] = 8
    levers = ArmDisruptions(
        (("r-west-depo", 5),), (Interdiction(route="r-cent-capi", share=0.5, after=1, days=2, repair_days=4),)
    )
    found = build_disruptions(region, DAY, [ArmDisruptions(), levers], params, seed=1)
    days = np.arange(9, dtype=np.int32)
    legs = [r.id for r in region.routes]
    is_open, passes = leg_tables(found, 1, 3, len(legs), days)
    assert is_open[0, :, legs.index("r-west-depo")].tolist() == [1, 0, 0, 0, 0, 0, 1, 1, 1]
    loss = 1 - passes[0, :, legs.index("r-cent-capi")]
    assert loss == pytest.approx([0, 0, 0.5, 0.5, 0.375, 0.25, 0.125, 0, 0])
    untouched, kept = leg_tables(found, 0, 3, len(legs), days)
    assert untouched.min() == kept.min() == 1.0


@pytest.mark.science
def test_a_road_that_an_event_shut_opens_when_it_is_opened_or_when_it_is_drawn(
    region_with: Callable[..., Scenario],
) -> None:
    shut = {
        "id": "shut",
        "kind": "route_closed",
        "date": "2020-01-30",
        "route": "r-west-depo",
        "sources": ["wire"],
    }
    opened = {
        "id": "open",
        "kind": "route_opened",
        "date": "2020-01-31",
        "route": "r-west-depo",
        "sources": ["wire"],
    }
    params = np.zeros((2, len(NAMES)))
    params[:, NAMES.index("closure.reopen_days")] = [10, 40]
    days = np.array([0, 9, 10, 39, 40], dtype=np.int32)
    for events, expected in (
        ([shut], [[0, 0, 1, 1, 1], [0, 0, 0, 0, 1]]),
        ([{**shut, "repair_days": 12}], [[0, 0, 1, 1, 1]] * 2),
        ([shut, opened], [[1, 1, 1, 1, 1]] * 2),
        ([{**shut, "certainty": 0.0}], [[1, 1, 1, 1, 1]] * 2),
    ):
        scenario = region_with(events=events)
        found = build_disruptions(scenario, DAY, [ArmDisruptions()], params, seed=1)
        leg = [r.id for r in scenario.routes].index("r-west-depo")
        assert leg_tables(found, 0, 2, len(scenario.routes), days)[0][:, :, leg].tolist() == expected, events


@pytest.mark.science
def test_people_first_money_stays_and_a_suspension_ends(region: Scenario) -> None:
    """Diplomats at once, advisers over five days from the third, arms paused for ten days; money untouched."""
    tomorrow = DAY + dt.timedelta(days=1)
    changes = [
        FlowChange(sender="XBB", recipient="XAA", kinds=("advisers",), amount=1500, after=2, days=5),
        FlowChange(sender="XBB", recipient="XAA", kinds=("weapons",), to=0.0, days=1, pause=10),
    ]
    paths = flow_paths(region.flows, changes, DAY, 20, tomorrow)
    flows = [f.id for f in region.flows]
    assert paths[flows.index("f-bb-adv"), :9] == pytest.approx([1, 1, 1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.5])
    assert paths[flows.index("f-bb-arm"), :13].tolist() == [1, *[0] * 10, 1, 1]
    assert paths[flows.index("f-bb-mon")].min() == 1.0
