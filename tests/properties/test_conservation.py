"""Support is conserved: what arrives is not more than what is sent, nor than what the conduit carries; measures have bounds."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoise.dynamics.conduits import arcs_of, conduit_capacity, openness, passage
from counterpoise.dynamics.control_measures import fill_lets
from counterpoise.dynamics.measures import MEASURES, stock_after
from counterpoise.dynamics.packing import agree, let_pass
from counterpoise.dynamics.parameters import LEAK_HOSTILE, LEAK_RIVAL, NAMES, OPEN_NEUTRAL
from counterpoise.dynamics.world import Disruptions, Network, World
from counterpoise.ensemble import measure_regional, simulate_world
from counterpoise.errors import InputError
from counterpoise.scenario.models import Scenario


def load_beside(name: str) -> ModuleType:
    """Load a helper module of the tests by its path below ``tests/``."""
    spec = importlib.util.spec_from_file_location(Path(name).stem, Path(__file__).parents[1] / name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


random_network = load_beside("random_networks.py").random_network
QUICK = settings(deadline=None, max_examples=60)


def network(n: int, legs: list[tuple[int, int, float, bool]], world: World) -> Network:
    """A network of these legs with one conduit from site 0 to site 1, all in the sender's hands."""
    k = len(legs)
    column = [np.array(c) for c in zip(*legs, strict=True)] if legs else [np.empty(0)] * 4
    return world.network._replace(
        a=column[0].astype(np.int32),
        b=column[1].astype(np.int32),
        capacity=column[2].astype(float),
        both_ways=column[3].astype(np.int8),
        consent=np.full((k, 1), -1, dtype=np.int32),
        holder=np.zeros(n, np.int32),
        delay=np.ones(k),
        holder_base=np.zeros(n, np.int32),
        theatre_site=np.full(n, -1, np.int32),
        leg_mode=np.zeros(k, np.int8),
        conduit_origin=np.array([0], np.int32),
        conduit_destination=np.array([1], np.int32),
        conduit_sender=np.array([0], np.int32),
        conduit_recipient=np.array([0], np.int32),
        conduit_modes=np.ones((1, 4), np.int8),
    )


def capacity(net: Network) -> tuple[float, np.ndarray]:  # type: ignore[type-arg]
    """Capacity of the conduit and the origin's side of a minimum cut."""
    start, legs = arcs_of(net)
    reached = np.empty(len(net.holder), np.int8)
    return float(conduit_capacity(net, start, legs, 0, net.capacity.copy(), reached)), reached


LEG = st.tuples(
    st.integers(0, 6),
    st.integers(0, 6),
    st.one_of(st.integers(0, 9).map(float), st.floats(0.1, 50)),
    st.booleans(),
).filter(lambda leg: leg[0] != leg[1])
LEGS = st.lists(LEG, max_size=16)


@pytest.fixture(scope="module")
def world(region: Scenario, world_of: Callable[..., World]) -> World:
    return world_of(region, horizon=365, arms=("baseline",))


@QUICK
@given(LEGS)
def test_capacity_is_the_maximum_flow_and_the_cut_its_minimum(
    world: World, legs: list[tuple[int, int, float, bool]]
) -> None:
    graph = nx.DiGraph()
    graph.add_nodes_from(range(7))
    for a, b, room, both in legs:
        for x, y in ((a, b), (b, a)) if both else ((a, b),):
            graph.add_edge(x, y, capacity=graph.get_edge_data(x, y, {"capacity": 0.0})["capacity"] + room)
    expected = nx.maximum_flow_value(graph, 0, 1)
    found, reached = capacity(network(7, legs, world))
    assert found == pytest.approx(expected, abs=1e-6)
    assert (reached[0], reached[1]) == (1, 0)
    across = sum(
        room * (reached[a] > reached[b]) + room * (both and reached[b] > reached[a])
        for a, b, room, both in legs
    )
    assert across == pytest.approx(expected, abs=1e-6), "the legs across the cut add up to the flow"


@QUICK
@given(LEGS, st.data())
def test_more_room_on_a_leg_never_carries_less_and_less_never_more(
    world: World, legs: list[tuple[int, int, float, bool]], data: st.DataObject
) -> None:
    if not legs:
        return
    before, _ = capacity(network(7, legs, world))
    i, factor = data.draw(st.integers(0, len(legs) - 1)), data.draw(st.floats(0, 3))
    a, b, room, both = legs[i]
    after, _ = capacity(network(7, [*legs[:i], (a, b, room * factor, both), *legs[i + 1 :]], world))
    assert (after >= before - 1e-6) if factor >= 1 else (after <= before + 1e-6)
    assert abs(after - before) <= abs(room * factor - room) + 1e-6


def test_a_one_way_leg_carries_one_way(world: World) -> None:
    assert capacity(network(2, [(0, 1, 7.0, False)], world))[0] == 7
    assert capacity(network(2, [(1, 0, 7.0, False)], world))[0] == 0
    assert capacity(network(2, [(1, 0, 7.0, True)], world))[0] == 7
    assert capacity(network(3, [(0, 2, 7.0, True), (1, 2, 3.0, False)], world))[0] == 0


def test_a_flow_that_went_the_wrong_way_is_sent_back(world: World) -> None:
    """The shortest way 0-2-3-1 blocks both others; the best flow, 2, takes it back over 2-3."""
    legs = [
        (0, 2, 1.0, False),
        (2, 3, 1.0, False),
        (3, 1, 1.0, False),
        (0, 4, 1.0, False),
        (4, 5, 1.0, False),
    ]
    legs += [(5, 3, 1.0, False), (2, 6, 1.0, False), (6, 7, 1.0, False), (7, 1, 1.0, False)]
    found, reached = capacity(network(8, legs, world))
    assert found == 2
    assert reached.tolist() == [1, 0, 0, 0, 0, 0, 0, 0]


def test_who_holds_a_site_lets_pass_by_stance(world: World) -> None:
    p = np.zeros(len(NAMES))
    p[OPEN_NEUTRAL], p[LEAK_RIVAL], p[LEAK_HOSTILE] = 0.8, 0.3, 0.1
    assert [openness(s, p) for s in range(5)] == [1.0, 1.0, 0.8, 0.3, 0.1]
    net = network(3, [(0, 2, 10.0, True), (2, 1, 10.0, True)], world)
    net = net._replace(holder=np.array([0, 0, 1], np.int32), stance=np.zeros((2, 2), np.int8))
    out = np.empty(2)
    for stance, share in ((0, 1.0), (2, 0.8), (3, 0.3), (4, 0.1)):
        net.stance[0, 1] = net.stance[1, 0] = stance
        passage(net, 0, net.holder, net.stance, p, out)
        assert out == pytest.approx([10 * share] * 2)
    # Consent of a neighbour who is a rival, beside an ally's site.
    net.stance[0, 1] = 0
    wider = np.zeros((3, 3), np.int8)
    wider[0, 2] = 3
    net = net._replace(stance=wider, consent=np.array([[2], [-1]], np.int32))
    passage(net, 0, net.holder, net.stance, p, out)
    assert out == pytest.approx([3.0, 10.0])
    # A mode that the conduit may not use carries nothing.
    modes = net.conduit_modes.copy()
    modes[0, 0] = 0
    passage(net._replace(conduit_modes=modes), 0, net.holder, net.stance, p, out)
    assert out.tolist() == [0.0, 0.0]


@pytest.mark.parametrize("number", range(6))
def test_the_kernel_and_the_analysis_let_the_same_share_pass(world: World, number: int) -> None:
    """Random holders, stances and neighbours whose consent is needed: `let_pass` by slot is `passage` by leg."""
    rng = np.random.default_rng(number)
    net, n = world.network, len(world.actors)
    stance = rng.integers(0, 5, (n, n)).astype(np.int8)
    consent = rng.integers(-1, n, (len(net.a), 2)).astype(np.int32)
    holder = rng.integers(0, n, len(net.holder)).astype(np.int32)
    net = net._replace(stance=stance, consent=consent)
    p = world.draws.values[0]
    lets, agreed, share = np.empty((n, n)), np.empty(len(net.slot_leg)), np.empty(len(net.slot_leg))
    fill_lets(stance, p, lets)
    agree(net, lets, agreed)
    let_pass(net, holder, lets, agreed, share)
    out = np.empty(len(net.a))
    for c in range(len(net.conduit_origin)):
        passage(net, c, holder, stance, p, out)
        slots = slice(net.conduit_slot[c], net.conduit_slot[c + 1])
        legs = net.slot_leg[slots]
        assert net.capacity[legs] * share[slots] == pytest.approx(out[legs])


@given(st.floats(0, 400), st.floats(0, 1), st.floats(0, 2), st.floats(0, 3), st.floats(0, 800))
def test_stocks_run_down_and_never_below_nothing(
    stock: float, dependence: float, use: float, share: float, days: float
) -> None:
    after = stock_after(stock, dependence, use, share, days)
    assert after >= 0
    assert (after <= stock) if share <= 1 else (after >= stock), "stocks grow only on more than is used up"
    assert stock_after(stock, dependence, use, 1.0, days) == stock, "full replacement keeps the stock"
    assert stock_after(stock, dependence, use, min(share + 0.1, 1.0), days) >= stock_after(
        stock, dependence, use, min(share, 1.0), days
    )


def random_disruptions(rng: np.random.Generator, world: World) -> Disruptions:
    """Closures and interdictions of random legs, with random lengths and repair."""
    n, g = int(rng.integers(0, 12)), world.draws.n
    return Disruptions(
        leg=rng.integers(0, len(world.legs), n).astype(np.int32),
        shuts=rng.integers(0, 2, n).astype(np.int8),
        first=rng.integers(-30, 200, n).astype(np.int32),
        hold=rng.uniform(0, 200, (g, n)),
        repair=rng.uniform(0, 100, (g, n)),
        share=rng.uniform(0, 1, (g, n)),
        in_arm=np.ones((len(world.arms), n), dtype=np.int8),
    )


@pytest.mark.parametrize("number", range(8))
def test_arrived_sent_committed_and_the_bounds_of_the_measures(world: World, number: int) -> None:
    rng = np.random.default_rng(number)
    fraction = rng.choice([0.0, 0.3, 1.0, 2.0, 5.0], size=world.flow_fraction.shape)
    lively = world.draws.values.copy()
    lively[:, NAMES.index("loss.intercept")] += 1.5
    changed = replace(
        world,
        flow_fraction=fraction,
        disruptions=random_disruptions(rng, world),
        draws=replace(world.draws, values=lively),
    )
    members, days = 120, (0, 30, 90, 180, 365)
    futures = simulate_world(changed, members=members, seed=number)
    found = measure_regional(futures, "baseline", days=days, n_members=members, keep_sent=True)
    committed = world.flow_size[futures.draw]
    planned = committed[:, None, :] * np.moveaxis(fraction[0][:, list(days)], 1, 0)[None]
    ended = np.stack([futures.arms["baseline"].ended_by(d) for d in days], axis=1)
    # A patron that takes its support up again under a successor does so at the committed size.
    resumed = ended[:, :, None] & (world.ledger.recipient == world.client)[None, None, :]
    planned = np.where(resumed, np.maximum(planned, committed[:, None, :]), planned)
    near = 1 + 1e-5  # kept in single precision
    assert (found.arrived >= 0).all()
    assert (found.arrived <= found.sent).all()
    assert (found.sent <= planned * near).all()
    assert (found.capacity >= 0).all()
    assert (found.delay >= 0).all()
    assert (found.stock >= 0).all()
    for f, c in enumerate(world.ledger.conduit):
        if c >= 0:
            free = world.drawn.leg_capacity.sum(axis=1)[futures.draw]
            assert (found.capacity[:, :, c] <= free[:, None] + 1e-9).all()
            # What sets out on a shut conduit is nothing.
            shut = found.delay[:, :, c] == 0
            assert (found.sent[:, :, f][shut] == 0).all()
    bounds(found.values, world)


@pytest.mark.parametrize("number", range(40))
def test_no_leg_carries_more_than_it_can_and_no_conduit_more_than_its_sender_may(number: int) -> None:
    """Random networks with several conduits: the packing obeys the capacities, and never beats the linear programme."""
    rng = np.random.default_rng(number)
    made = random_network(rng)
    alone_, carried, rest = made.pack(0.1 + 2 * rng.random(len(made.net.conduit_origin)))
    programme = made.programme(made.demand)
    assert (rest >= -1e-9).all()
    assert (carried <= made.demand + 1e-9).all()
    assert (carried <= alone_ + 1e-6).all() or (made.demand > alone_).any()
    assert carried.sum() <= programme.carried.sum() + 1e-6
    assert (programme.use.sum(axis=0) <= made.capacity + 1e-6).all()
    assert (programme.use <= made.capacity * made.share + 1e-6).all()
    # Scaling every capacity and demand scales everything.
    twice = made.scaled(2.0)
    assert np.allclose(twice[1], 2 * carried, rtol=1e-9, atol=1e-8)


@pytest.mark.parametrize("number", range(12))
def test_the_order_of_conduits_and_legs_changes_nothing(number: int) -> None:
    rng = np.random.default_rng(1000 + number)
    made = random_network(rng)
    _, carried, _ = made.pack(np.full(len(made.net.conduit_origin), 0.7))
    order = rng.permutation(len(carried))
    legs = rng.permutation(len(made.capacity))
    _, other, _ = made.permuted(order, legs).pack(np.full(len(carried), 0.7))
    assert np.allclose(other, carried[order], rtol=1e-9, atol=1e-9)


def bounds(values: np.ndarray, world: World) -> None:  # type: ignore[type-arg]
    """Every measure is finite and inside its range."""
    measure = {m: values[:, :, i] for i, m in enumerate(MEASURES)}
    assert np.isfinite(values).all()
    assert (values >= 0).all()
    for name in ("reach", "space", "influence", "material", "spending", "composite"):
        assert measure[name].max() <= 1 + 1e-9, name
    # A winner takes the fallen client's value as well, never more than there is.
    assert measure["influence"].sum(axis=2).max() <= 1 + 1e-9
    assert measure["material"].sum(axis=2).max() <= 1 + 1e-9
    assert (measure["strength"] <= world.ledger.strength + 1e-9).all()
    assert measure["threat"].max() <= world.ledger.strength.sum()


def test_the_regions_bytes_do_not_depend_on_workers_or_members(world: World) -> None:
    futures = simulate_world(world, members=300, seed=1)
    made = [measure_regional(futures, "baseline", workers=w) for w in (1, 2, 8)]
    for other in made[1:]:
        for name in ("values", "capacity", "arrived", "base", "delay", "stock", "short_day"):
            assert getattr(made[0], name).tobytes() == getattr(other, name).tobytes()
    few = measure_regional(futures, "baseline", n_members=50)
    assert np.array_equal(few.values, made[0].values[:50])


def test_an_ended_regime_sends_receives_and_holds_nothing(world: World) -> None:
    lively = world.draws.values.copy()
    lively[:, NAMES.index("coup.rate")] = 0.05
    changed = replace(world, draws=replace(world.draws, values=lively))
    futures = simulate_world(changed, members=100, seed=1)
    found = measure_regional(futures, "baseline", days=(0, 180))
    ended = futures.arms["baseline"].ended_by(180)
    assert ended.sum() > 90
    # An old patron may come back to a successor that it is friendly with; nothing else goes to or from the fallen government.
    led = world.ledger
    assert (found.arrived[ended, 1][:, led.sender == world.client] == 0).all()
    never = changed.draws.values.copy()
    never[:, NAMES.index("support.resume_rate")] = 1e-12
    quiet = replace(futures, world=replace(changed, draws=replace(changed.draws, values=never)))
    alone = measure_regional(quiet, "baseline", days=(0, 180))
    tied = (led.sender == world.client) | (led.recipient == world.client)
    assert (alone.arrived[ended, 1][:, tied] == 0).all()
    back = found.arrived[ended, 1][:, (led.recipient == world.client) & (world.active_flows == 1)]
    assert (back > 0).any(), "some patron comes back somewhere"
    for name in ("reach", "space", "strength"):
        assert (found.measure(name)[ended, 1, world.client] == 0).all(), name


def test_a_conduit_that_ends_where_it_begins_is_refused(region_with: Callable[..., Scenario]) -> None:
    """Its maximum flow has no bound; it was 7.7e301 (found by these tests)."""
    with pytest.raises(InputError, match="origin and destination are the same site, 'bcap'"):
        region_with("flows.f-bb-arm.destination=bcap")
