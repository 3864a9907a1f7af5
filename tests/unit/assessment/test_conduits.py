"""Conduits of the tiny region against networkx and against trying every site in turn."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import networkx as nx
import numpy as np
import pytest

from counterpoise.assessment import conduits as c
from counterpoise.assessment import maximum_flows as mf
from counterpoise.assessment import pairs
from counterpoise.compiler import LeverPlan, compile_world, known_events
from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.conduits import conduit_capacity
from counterpoise.dynamics.world import World
from counterpoise.scenario.models import FlowChange, Scenario

DAY = dt.date(2020, 2, 1)
MODES = ("road", "rail", "air", "sea")


@pytest.fixture(scope="module")
def world(run: Any) -> World:
    found: World = run.futures.world
    return found


@pytest.fixture(scope="module")
def analysis(world: World) -> mf.Analysis:
    return mf.Analysis(world)


def conduit(world: World, sender: str, recipient: str) -> int:
    net = world.network
    return next(
        i
        for i in range(len(world.conduits))
        if (world.actors[net.conduit_sender[i]], world.actors[net.conduit_recipient[i]])
        == (sender, recipient)
    )


def holders(scenario: Scenario, base: bool) -> dict[str, str]:
    """Who holds what, read off the scenario itself."""
    held = {s.id: s.holder for s in scenario.sites}
    if not base:
        for e in known_events(scenario, DAY):
            if e.kind == "capture":
                held[str(e.site)] = str(e.actor)
    return held


def graph(
    scenario: Scenario, p: np.ndarray, flow_id: str, held: Mapping[str, str]
) -> tuple[nx.DiGraph, str, str]:
    """The network of one flow, written down again in plain Python."""
    flow = next(f for f in scenario.flows if f.id == flow_id)
    stance = {frozenset((a.a, a.b)): a.stance for a in scenario.alignments}
    open_to = {
        "ally": 1.0, "partner": 1.0, "neutral": p[q.OPEN_NEUTRAL], "rival": p[q.LEAK_RIVAL], "hostile": p[q.LEAK_HOSTILE],
    }  # fmt: skip
    start = {s.id: s.holder for s in scenario.sites}

    def lets(who: str) -> float:
        if who == flow.sender:
            return 1.0
        return float(open_to[stance.get(frozenset((flow.sender, who)), "neutral")])

    out = nx.DiGraph()
    for r in scenario.routes:
        if r.mode not in flow.modes:
            continue
        share = 1.0
        for site in (r.a, r.b):
            at_home = site == flow.destination and held[site] == start[site]
            if site != flow.origin and held[site] != flow.recipient and not at_home:
                share = min(share, lets(held[site]))
        for who in r.consent:
            share = min(share, lets(who))
        for a, b in ((r.a, r.b), (r.b, r.a)):
            old = out.edges[a, b]["capacity"] if out.has_edge(a, b) else 0.0
            out.add_edge(a, b, capacity=old + r.capacity.value * share)
    return out, str(flow.origin), str(flow.destination)


FLOWS = {
    "f-bb-arm": ("XBB", "XAA"),
    "f-bb-ally": ("XBB", "ALLY"),
    "f-cc-arm": ("XCC", "XAA"),
    "f-ee-arm": ("XEE", "REB"),
}


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("base", [False, True])
def test_capacity_is_the_maximum_flow(
    region: Scenario, world: World, analysis: mf.Analysis, flow: str, base: bool
) -> None:
    g, origin, destination = graph(region, analysis.p, flow, holders(region, base))
    expected = nx.maximum_flow_value(g, origin, destination)
    assert analysis.capacity(conduit(world, *FLOWS[flow]), base=base) == pytest.approx(expected)


@pytest.mark.parametrize("flow", FLOWS)
def test_the_minimum_cut_carries_the_maximum_flow_and_parts_the_ends(
    world: World, analysis: mf.Analysis, flow: str
) -> None:
    i = conduit(world, *FLOWS[flow])
    carries, legs = analysis.carries(i), analysis.cut(i)
    assert carries[legs].sum() == pytest.approx(analysis.capacity(i))
    without = carries.copy()
    without[legs] = 0.0
    net = world.network
    reached = np.empty(len(net.holder), dtype=np.int8)
    assert conduit_capacity(net, analysis.start, analysis.legs, i, without, reached) == 0.0


def test_the_cut_of_a_pair_names_the_legs_that_carry_most_first(
    world: World, analysis: mf.Analysis, run: Any
) -> None:
    for pair in pairs.ally_pairs(world, run.scenario):
        whole = np.array([analysis.capacity(i, base=True) for i in pair.conduits])
        weight = np.full(len(pair.conduits), 1.0 / len(pair.conduits))
        legs = [world.legs.index(x) for x in mf.minimum_cut(pair, analysis, weight, whole)]
        assert set(legs) == {leg for i in pair.conduits for leg in analysis.cut(i)}
        if len(pair.conduits) == 1:
            carries = analysis.carries(pair.conduits[0])[legs]
            assert list(carries) == sorted(carries, reverse=True)


def test_a_leg_that_leads_the_other_way_is_no_part_of_the_cut(
    region: Scenario, world_of: Callable[..., World]
) -> None:
    """One-way legs into the origin's side carry nothing across it."""
    routes = tuple(
        r.model_copy(update={"both_ways": False}) if r.id in ("s-ccap-port", "r-ecap-hill") else r
        for r in region.routes
    )
    analysis = mf.Analysis(world_of(region.model_copy(update={"routes": routes})))
    for i in range(len(analysis.world.conduits)):
        assert analysis.carries(i)[analysis.cut(i)].sum() == pytest.approx(analysis.capacity(i))


def test_critical_sites_are_found_by_trying_every_site(
    region: Scenario, world: World, analysis: mf.Analysis
) -> None:
    """Give each site in turn to an enemy of the sender and ask networkx what is left."""
    i = conduit(world, "XBB", "ALLY")
    pair = pairs.Pair("XBB", "ALLY", (i,))
    held = holders(region, base=False)
    whole = nx.maximum_flow_value(*graph(region, analysis.p, "f-bb-ally", holders(region, base=True)))
    now = nx.maximum_flow_value(*graph(region, analysis.p, "f-bb-ally", held))
    expected = {}
    for site in held:
        if site not in ("bcap", "depo"):
            left = nx.maximum_flow_value(*graph(region, analysis.p, "f-bb-ally", {**held, site: "REB"}))
            if (now - left) / whole > 0.01:
                expected[site] = (now - left) / whole

    def index(capacities: np.ndarray) -> float:
        return float(100.0 * capacities[0] / whole)

    found = dict(mf.critical_sites(pair, analysis, index))
    assert found == pytest.approx(expected)
    assert "west" in found  # everything goes over the west crossing
    assert list(found) == sorted(found, key=lambda s: (-round(found[s], 6), s))


@pytest.fixture(scope="module")
def checked(run: Any) -> dict[tuple[str, str], c.Conduit]:
    names = {a.id: a.name for a in run.scenario.actors} | {s.id: s.name for s in run.scenario.sites}
    found = c.check_conduits(run.futures, run.scenario, run.regional, "as_reported", names)
    return {(x.sender, x.recipient): x for x in found}


def test_the_patrons_allies_come_first(run: Any, world: World) -> None:
    found = [(p.sender, p.recipient) for p in pairs.ally_pairs(world, run.scenario)]
    assert found == [("XBB", "ALLY"), ("XBB", "XAA"), ("XCC", "XAA"), ("XEE", "REB")]


def test_a_flow_that_has_ended_has_no_conduit(region: Scenario, world_of: Callable[..., World]) -> None:
    flows = tuple(
        f.model_copy(update={"end": dt.date(2019, 1, 1)}) if f.id == "f-ee-arm" else f for f in region.flows
    )
    changed = region.model_copy(update={"flows": flows})
    assert ("XEE", "REB") not in [
        (p.sender, p.recipient) for p in pairs.ally_pairs(world_of(changed), changed)
    ]


def test_before_and_after_differ_by_the_escort(
    run: Any, world: World, analysis: mf.Analysis, checked: Mapping[tuple[str, str], c.Conduit]
) -> None:
    """The arms for the Guard rest on Betania's advisers; who leaves with them is the drawn share.

    Without the shock all advisers are there; with it, as the scenario's own event has it, two fifths.
    """
    flow = world.flows.index("f-bb-ally")
    share = world.escort_share[:, flow].mean()
    control = analysis.capacity(conduit(world, "XBB", "ALLY"))
    whole = analysis.capacity(conduit(world, "XBB", "ALLY"), base=True)
    found = checked["XBB", "ALLY"]
    assert run.mapped.merged == ("e-out",)
    assert found.capacity_after == pytest.approx(100 * control / whole * (1 - share * 0.6))
    assert found.capacity_before == pytest.approx(100 * control / whole)
    unescorted = checked["XBB", "XAA"]
    assert unescorted.capacity_before == unescorted.capacity_after


def test_the_scenarios_own_event_counts_before_where_the_report_is_another(region: Scenario) -> None:
    """Without a merge, what is settled stands in every arm: two fifths of the advisers are left before, none after."""
    settled = (
        FlowChange(sender="XBB", recipient="XAA", kinds=("advisers",), to=0.4, date=dt.date(2020, 1, 1)),
    )
    shock = (FlowChange(sender="XBB", recipient="XAA", kinds=("advisers",), to=0.0, date=DAY),)
    world = compile_world(
        region, DAY, seed=1, arms=("as_reported", "stay"), plan=LeverPlan(settled, shock), n_draws=8
    )
    share = world.escort_share[:, world.flows.index("f-bb-ally")].mean()
    i = conduit(world, "XBB", "ALLY")
    assert c._escorts(world, i, "stay") == pytest.approx(1 - 0.6 * share)
    assert c._escorts(world, i, "as_reported") == pytest.approx(1 - share)
    assert c._escorts(world, conduit(world, "XBB", "XAA"), "as_reported") == 1.0


def test_all_ways_cross_the_clients_territory(checked: Mapping[tuple[str, str], c.Conduit]) -> None:
    found = checked["XBB", "ALLY"]
    assert found.through == ("bcap", "east", "oasis", "cent", "capi", "west", "depo")
    assert all("only by smuggling" in way for way in found.reroutes)
    assert found.text.startswith("Of the goods that go from Betania to The Deltanian Guard, ")


def test_a_way_around_is_found_when_the_territory_closes(region: Scenario) -> None:
    around = region.routes[0].model_copy(update={"id": "a-around", "a": "bcap", "b": "dcap", "mode": "air"})
    capacity = around.capacity.model_copy(update={"value": 40.0})
    changed = region.model_copy(
        update={"routes": (*region.routes, around.model_copy(update={"capacity": capacity}))}
    )
    world = compile_world(changed, DAY, seed=1, n_draws=8)
    analysis, names = mf.Analysis(world), {"bcap": "Betania City"}
    pair = pairs.Pair("XBB", "ALLY", (conduit(world, "XBB", "ALLY"),))
    (way,) = mf.reroutes(pair, analysis, mf.client_sites(world), names)
    assert "around it (Betania City - dcap - depo)" in way
    # The leg from dcap on carries 40, whatever flies; smuggling adds the leak.
    left = analysis.capacity(pair.conduits[0], mf.client_sites(world), base=True)
    whole = analysis.capacity(pair.conduits[0], base=True)
    assert left == pytest.approx(40 * analysis.p[q.OPEN_NEUTRAL] + 100 * analysis.p[q.LEAK_HOSTILE], rel=0.35)
    assert f"{left / whole:.0%}".rstrip("%") in way


def test_a_pair_counts_its_conduits_by_what_moves_on_them(run: Any, world: World) -> None:
    """Before the campaign every pair stands at 100, in every draw."""
    found = pairs.ally_pairs(world, run.scenario)
    like = run.regional["stay"]
    n = like.capacity.shape[0]
    at_start = np.repeat(like.base[run.futures.draw[:n]][:, None, :], len(like.day), axis=1)
    for pair in found:
        index = pairs.pair_index(pair, world, dataclasses.replace(like, capacity=at_start), run.futures.draw)
        assert np.allclose(index, 100.0)


def test_cut_is_below_a_quarter_of_what_it_was(run: Any, world: World) -> None:
    """A third of the members at 24 %, the rest at 26 %, on every day."""
    like = run.regional["as_reported"]
    n = like.capacity.shape[0]
    share = np.where(np.arange(n) < n // 4, 0.24, 0.26)
    capacity = (
        like.base[run.futures.draw[:n]][:, None, :] * share[:, None, None] * np.ones((1, len(like.day), 1))
    )
    fake = dataclasses.replace(like, capacity=capacity)
    names = {a.id: a.name for a in run.scenario.actors}
    for found in c.check_conduits(run.futures, run.scenario, {"as_reported": fake}, "as_reported", names):
        assert found.p_cut == {"as_reported": {"30": 0.25, "365": 0.25}}
        assert found.mean_d365 == {"as_reported": pytest.approx(25.5)}
        assert found.mean_d30 == {"as_reported": pytest.approx(25.5)}
        assert found.capacity_if_regime_falls == pytest.approx(25.5, abs=0.5)


def test_figures_over_time_are_shares_and_probabilities(
    checked: Mapping[tuple[str, str], c.Conduit],
) -> None:
    for found in checked.values():
        assert set(found.p_cut) == {"as_reported", "stay", "reinforce"}
        assert all(0 <= p <= 1 for by_day in found.p_cut.values() for p in by_day.values())
        assert all(x >= 0 for x in (*found.mean_d30.values(), *found.mean_d365.values()))
        assert len(found.critical_sites) == len(found.critical_loss)
        assert found.unit == pairs.INDEX_UNIT


def test_legs_on_the_map_show_how_far_they_are_open(run: Any, world: World, analysis: mf.Analysis) -> None:
    legs = {x.id: x for x in mf.legs_on_map(world, run.scenario, pairs.ally_pairs(world, run.scenario))}
    assert set(legs) == {r.id for r in run.scenario.routes}
    assert legs["r-capi-west"].open_now == pytest.approx(1.0)
    assert legs["r-east-oasis"].open_now == pytest.approx(analysis.p[q.LEAK_HOSTILE])  # the rebels hold Oasis
    assert legs["s-ccap-port"].open_now == 0.0  # not a way of the first pair
    assert all(0 <= x.open_now <= 1 for x in legs.values())
