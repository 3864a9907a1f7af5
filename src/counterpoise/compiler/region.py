"""The region as arrays: network of sites and legs, conduits, support ledger, and what the measures need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from counterpoise.compiler.theatre import known_events
from counterpoise.dynamics.world import Ledger, Network
from counterpoise.scenario.models import SUPPORT_KINDS, Actor, Flow, Scenario

__all__ = [
    "MODES",
    "STANCES",
    "ConduitKey",
    "build_ledger",
    "build_network",
    "closed_routes",
    "conduits_of",
    "single_actors",
]

STANCES = ("ally", "partner", "neutral", "rival", "hostile")
MODES = ("road", "rail", "air", "sea")
EARTH_KM = 6371.0088

#: (sender, recipient, origin, destination, modes)
ConduitKey = tuple[str, str, str, str, tuple[str, ...]]


def single_actors(scenario: Scenario) -> tuple[Actor, ...]:
    """Return the actors that act: all but blocs, which are lists of members."""
    return tuple(a for a in scenario.actors if a.kind != "bloc")


def _key(flow: Flow) -> ConduitKey | None:
    """Return the conduit of a flow, None where it needs no route."""
    if not flow.modes or flow.origin is None or flow.destination is None:
        return None
    return (
        flow.sender,
        flow.recipient,
        flow.origin,
        flow.destination,
        tuple(m for m in MODES if m in flow.modes),
    )


def conduits_of(scenario: Scenario) -> tuple[ConduitKey, ...]:
    """Return the conduits of the ledger in order of first use."""
    return tuple(dict.fromkeys(k for k in map(_key, scenario.flows) if k is not None))


def closed_routes(scenario: Scenario, as_of: dt.date) -> set[str]:
    """Routes that are shut on the as-of day by a known event."""
    shut: set[str] = set()
    for event in known_events(scenario, as_of):
        if event.route is not None and event.kind == "route_closed":
            shut.add(event.route)
        elif event.route is not None and event.kind == "route_opened":
            shut.discard(event.route)
    return shut


def build_network(scenario: Scenario, holders: Sequence[str], as_of: dt.date) -> Network:
    """Compile sites, legs, stances and conduits; a route that is shut on the as-of day carries nothing.

    Parameters
    ----------
    holders : sequence of str
        Actor in control of each site on the as-of day, in the order of ``scenario.sites``.
    """
    actor = {a.id: i for i, a in enumerate(single_actors(scenario))}
    site = {s.id: i for i, s in enumerate(scenario.sites)}
    theatre = {s: i for i, s in enumerate(scenario.conflict.theatre)}
    shut = closed_routes(scenario, as_of)
    most = max((len(r.consent) for r in scenario.routes), default=0)
    consent = np.full((len(scenario.routes), most), -1, dtype=np.int32)
    for i, route in enumerate(scenario.routes):
        consent[i, : len(route.consent)] = [actor[who] for who in route.consent]
    conduits = conduits_of(scenario)
    return Network(
        a=np.array([site[r.a] for r in scenario.routes], dtype=np.int32),
        b=np.array([site[r.b] for r in scenario.routes], dtype=np.int32),
        capacity=np.array([0.0 if r.id in shut else r.capacity.value for r in scenario.routes], dtype=float),
        consent=consent,
        holder=np.array([actor[h] for h in holders], dtype=np.int32),
        holder_base=np.array([actor[s.holder] for s in scenario.sites], dtype=np.int32),
        theatre_site=np.array([theatre.get(s.id, -1) for s in scenario.sites], dtype=np.int32),
        stance=_stances(scenario, actor, as_of),
        conduit_origin=np.array([site[c[2]] for c in conduits], dtype=np.int32),
        conduit_destination=np.array([site[c[3]] for c in conduits], dtype=np.int32),
        conduit_sender=np.array([actor[c[0]] for c in conduits], dtype=np.int32),
        conduit_recipient=np.array([actor[c[1]] for c in conduits], dtype=np.int32),
        both_ways=np.array([r.both_ways for r in scenario.routes], dtype=np.int8),
        leg_mode=np.array([MODES.index(r.mode) for r in scenario.routes], dtype=np.int8),
        conduit_modes=np.array([[m in c[4] for m in MODES] for c in conduits], dtype=np.int8).reshape(
            -1, len(MODES)
        ),
    )


def _stances(scenario: Scenario, actor: dict[str, int], as_of: dt.date) -> NDArray[np.int8]:
    """Stance of each pair on the as-of day; pairs that are not named are neutral."""
    stance = np.full((len(actor), len(actor)), STANCES.index("neutral"), dtype=np.int8)
    np.fill_diagonal(stance, 0)
    for row in scenario.alignments:
        begun = row.since is None or row.since <= as_of
        if begun and (row.until is None or as_of < row.until) and row.a in actor and row.b in actor:
            pair = actor[row.a], actor[row.b]
            stance[pair] = stance[pair[::-1]] = STANCES.index(row.stance)
    for event in known_events(scenario, as_of):
        # A dated change of stance stands over the table.
        if (
            event.kind == "alignment"
            and event.detail in STANCES
            and event.actor in actor
            and event.target in actor
        ):
            pair = actor[event.actor], actor[event.target]
            stance[pair] = stance[pair[::-1]] = STANCES.index(event.detail)
    return stance


def build_ledger(scenario: Scenario) -> Ledger:
    """Compile the support flows, strengths, stocks and weights."""
    actors = single_actors(scenario)
    actor = {a.id: i for i, a in enumerate(actors)}
    site = {s.id: i for i, s in enumerate(scenario.sites)}
    flows = scenario.flows
    flow = {f.id: i for i, f in enumerate(flows)}
    conduits = conduits_of(scenario)
    own = np.zeros((len(actors), len(SUPPORT_KINDS)))
    for a in actors:
        for kind, figure in a.own.items():
            own[actor[a.id], SUPPORT_KINDS.index(kind)] = figure.value
    stock = {s.actor: s for s in scenario.stocks}
    km = _distances(scenario)
    return Ledger(
        sender=np.array([actor[f.sender] for f in flows], dtype=np.int32),
        recipient=np.array([actor[f.recipient] for f in flows], dtype=np.int32),
        kind=np.array([SUPPORT_KINDS.index(f.kind) for f in flows], dtype=np.int32),
        conduit=np.array(
            [-1 if (k := _key(f)) is None else conduits.index(k) for f in flows], dtype=np.int32
        ),
        escort=np.array([-1 if f.escort is None else flow[f.escort.flow] for f in flows], dtype=np.int32),
        own=own,
        strength=np.array([a.strength.value if a.strength else 0.0 for a in actors]),
        gdp=np.array([a.gdp.value if a.gdp else 0.0 for a in actors]),
        population=np.array([a.population.value if a.population else 0.0 for a in actors]),
        stock=np.array([stock[a.id].level.value if a.id in stock else -1.0 for a in actors]),
        reserve=np.array([stock[a.id].reserve.value if a.id in stock else 0.0 for a in actors]),
        dependence=np.array([stock[a.id].dependence.value if a.id in stock else 0.0 for a in actors]),
        home=np.array([site[a.home] if a.home else -1 for a in actors], dtype=np.int32),
        distance_km=km,
        site_weight=_site_weight(scenario),
        road_km=np.array([km[site[r.a], site[r.b]] if r.mode == "road" else 0.0 for r in scenario.routes]),
        population_site=np.array([s.population.value if s.population else 0.0 for s in scenario.sites]),
    )


def _distances(scenario: Scenario) -> NDArray[np.float64]:
    """Great-circle distances between all sites [km] (haversine)."""
    lat = np.radians([s.lat for s in scenario.sites])
    lon = np.radians([s.lon for s in scenario.sites])
    h = (
        np.sin((lat[:, None] - lat) / 2) ** 2
        + np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    )
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(h, 0, 1))))


def _site_weight(scenario: Scenario) -> NDArray[np.float64]:
    """Weight of each site in the reach measure: half its share of people, half its share of route betweenness."""
    people = np.array([s.population.value if s.population else 0.0 for s in scenario.sites])
    graph = nx.Graph()
    graph.add_nodes_from(s.id for s in scenario.sites)
    graph.add_edges_from((r.a, r.b) for r in scenario.routes)
    betweenness = nx.betweenness_centrality(graph)
    between = np.array([betweenness[s.id] for s in scenario.sites])
    parts = [x / x.sum() if x.sum() > 0 else np.full(len(x), 1 / len(x)) for x in (people, between)]
    return np.asarray(0.5 * parts[0] + 0.5 * parts[1])
