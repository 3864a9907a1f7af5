"""The region as arrays: network of sites and legs, conduits, support ledger, and what the measures need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from counterpoise.compiler.figures import draw_figures
from counterpoise.compiler.routes import Leg, candidate_ways, pack_ways
from counterpoise.compiler.theatre import LIKELY, known_events
from counterpoise.dynamics.world import Drawn, Ledger, Network
from counterpoise.scenario.figures import Figure
from counterpoise.scenario.models import SUPPORT_KINDS, Actor, Flow, Route, Scenario

__all__ = [
    "MODES",
    "STANCES",
    "ConduitKey",
    "build_ledger",
    "build_network",
    "closed_routes",
    "conduits_of",
    "draw_region",
    "single_actors",
    "stock_group",
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
    """Compile sites, legs, stances, conduits and their candidate ways, all routes open.

    Parameters
    ----------
    holders : sequence of str
        Actor in control of each site on the as-of day, in the order of ``scenario.sites``.
    """
    actor = {a.id: i for i, a in enumerate(single_actors(scenario))}
    site = {s.id: i for i, s in enumerate(scenario.sites)}
    theatre = {s: i for i, s in enumerate(scenario.conflict.theatre)}
    most = max((len(r.consent) for r in scenario.routes), default=0)
    consent = np.full((len(scenario.routes), most), -1, dtype=np.int32)
    for i, route in enumerate(scenario.routes):
        consent[i, : len(route.consent)] = [actor[who] for who in route.consent]
    conduits = conduits_of(scenario)
    legs = tuple(
        Leg(r.id, site[r.a], site[r.b], MODES.index(r.mode), r.both_ways, _delay(r), r.capacity.value)
        for r in scenario.routes
    )
    inside = frozenset(site[s] for s in scenario.conflict.theatre)
    ways = pack_ways(
        [
            candidate_ways(legs, tuple(site), site[c[2]], site[c[3]], tuple(m in c[4] for m in MODES), inside)
            for c in conduits
        ]
    )
    return Network(
        a=np.array([leg.a for leg in legs], dtype=np.int32),
        b=np.array([leg.b for leg in legs], dtype=np.int32),
        capacity=np.array([leg.capacity for leg in legs], dtype=float),
        delay=np.array([leg.delay for leg in legs], dtype=float),
        consent=consent,
        holder=np.array([actor[h] for h in holders], dtype=np.int32),
        holder_base=np.array([actor[s.holder] for s in scenario.sites], dtype=np.int32),
        theatre_site=np.array([theatre.get(s.id, -1) for s in scenario.sites], dtype=np.int32),
        stance=_stances(scenario, actor, as_of),
        conduit_origin=np.array([site[c[2]] for c in conduits], dtype=np.int32),
        conduit_destination=np.array([site[c[3]] for c in conduits], dtype=np.int32),
        conduit_sender=np.array([actor[c[0]] for c in conduits], dtype=np.int32),
        conduit_recipient=np.array([actor[c[1]] for c in conduits], dtype=np.int32),
        both_ways=np.array([leg.both_ways for leg in legs], dtype=np.int8),
        leg_mode=np.array([leg.mode for leg in legs], dtype=np.int8),
        conduit_modes=np.array([[m in c[4] for m in MODES] for c in conduits], dtype=np.int8).reshape(
            -1, len(MODES)
        ),
        **ways._asdict(),
    )


#: Time on a leg for which the scenario gives none [day].
UNKNOWN_DELAY = {"road": 0.5, "rail": 0.5, "air": 0.5, "sea": 5.0}


def _delay(route: Route) -> float:
    """Time on a leg [day]."""
    return UNKNOWN_DELAY[route.mode] if route.delay is None else route.delay.value


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
            and event.certainty >= LIKELY
            and event.detail in STANCES
            and event.actor in actor
            and event.target in actor
        ):
            pair = actor[event.actor], actor[event.target]
            stance[pair] = stance[pair[::-1]] = STANCES.index(event.detail)
    return stance


def stock_group(kind: str) -> str:
    """Kinds of support that refill one stock: arms and materiel are one, every other kind is its own."""
    return "arms" if kind in ("weapons", "materiel") else kind


def build_ledger(scenario: Scenario) -> Ledger:
    """Compile the support flows, strengths, stocks, reactions and weights."""
    actors = single_actors(scenario)
    actor = {a.id: i for i, a in enumerate(actors)}
    site = {s.id: i for i, s in enumerate(scenario.sites)}
    flows = scenario.flows
    flow = {f.id: i for i, f in enumerate(flows)}
    conduits = conduits_of(scenario)
    places = list(dict.fromkeys((f.recipient, f.kind) for f in flows))
    own = {(a.id, kind): figure.value for a in actors for kind, figure in a.own.items()}
    stock = {(s.actor, stock_group(s.kind)): i for i, s in enumerate(scenario.stocks)}
    km = _distances(scenario)

    def whole(name: str) -> NDArray[np.float64]:
        figures = [getattr(a, name) for a in actors]
        return np.array([x.value if x else 0.0 for x in figures])

    return Ledger(
        sender=np.array([actor[f.sender] for f in flows], dtype=np.int32),
        recipient=np.array([actor[f.recipient] for f in flows], dtype=np.int32),
        kind=np.array([SUPPORT_KINDS.index(f.kind) for f in flows], dtype=np.int32),
        conduit=np.array(
            [-1 if (k := _key(f)) is None else conduits.index(k) for f in flows], dtype=np.int32
        ),
        escort=np.array([-1 if f.escort is None else flow[f.escort.flow] for f in flows], dtype=np.int32),
        dormant=np.array([f.dormant for f in flows], dtype=np.int8),
        base_site=np.array([-1 if f.base is None else site[f.base] for f in flows], dtype=np.int32),
        flow_stock=np.array(
            [stock.get((f.recipient, stock_group(f.kind)), -1) for f in flows], dtype=np.int32
        ),
        place=np.array([places.index((f.recipient, f.kind)) for f in flows], dtype=np.int32),
        place_own=np.array([own.get(p, 0.0) for p in places], dtype=float),
        strength=whole("strength"),
        gdp=whole("gdp"),
        population=whole("population"),
        spending=whole("military_expenditure"),
        stock_actor=np.array([actor[s.actor] for s in scenario.stocks], dtype=np.int32),
        home=np.array([site[a.home] if a.home else -1 for a in actors], dtype=np.int32),
        distance_km=km,
        site_weight=_site_weight(scenario),
        road_km=np.array(
            [km[site[r.a], site[r.b]] if r.mode in ("road", "rail") else 0.0 for r in scenario.routes]
        ),
        population_site=np.array([s.population.value if s.population else 0.0 for s in scenario.sites]),
        **_reactions(scenario, actor, site, flow),
    )


REACTION_KINDS = ("hold", "strike", "support")


def _reactions(
    scenario: Scenario, actor: dict[str, int], site: dict[str, int], flow: dict[str, int]
) -> dict[str, Any]:
    """Compile what others may do in answer."""
    found = scenario.reactions
    needs = [[not r.only_if or s in r.only_if for s in STANCES] for r in found]
    first = np.concatenate([[0], np.cumsum([len(r.sites) for r in found])])
    columns = {
        "reaction_actor": [actor[r.actor] for r in found],
        "reaction_kind": [REACTION_KINDS.index(r.kind) for r in found],
        "reaction_after": [int(r.after == "as_of") for r in found],
        "reaction_target": [-1 if r.target is None else actor[r.target] for r in found],
        "reaction_flow": [-1 if r.flow is None else flow[r.flow] for r in found],
        "reaction_first": first,
        "reaction_site": [site[s] for r in found for s in r.sites],
    }
    out: dict[str, Any] = {name: np.array(values, dtype=np.int32) for name, values in columns.items()}
    out["reaction_needs"] = np.array(needs, dtype=np.int8).reshape(len(found), len(STANCES))
    return out


def draw_region(scenario: Scenario, seed: int, n_draws: int) -> Drawn:
    """Draw capacities of legs, stocks and reactions within their ranges."""

    def drawn(items: Sequence[tuple[str, Figure | None]]) -> NDArray[np.float64]:
        return draw_figures([f for _, f in items], [n for n, _ in items], seed, n_draws)

    stocks = [(f"stocks.{s.actor}.{s.kind}", s) for s in scenario.stocks]
    reactions = [(f"reactions.{r.id}", r) for r in scenario.reactions]
    return Drawn(
        leg_capacity=drawn([(f"routes.{r.id}.capacity", r.capacity) for r in scenario.routes]),
        stock=drawn([(f"{n}.level", s.level) for n, s in stocks]),
        reserve=drawn([(f"{n}.reserve", s.reserve) for n, s in stocks]),
        dependence=drawn([(f"{n}.dependence", s.dependence) for n, s in stocks]),
        reaction_rate=drawn([(f"{n}.rate", r.rate) for n, r in reactions]) / 365.25,
        reaction_share=drawn([(f"{n}.share", r.share) for n, r in reactions]),
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
    sites = tuple(s.id for s in scenario.sites)
    between = np.array(_betweenness(sites, tuple((r.a, r.b) for r in scenario.routes)))
    parts = [x / x.sum() if x.sum() > 0 else np.full(len(x), 1 / len(x)) for x in (people, between)]
    return np.asarray(0.5 * parts[0] + 0.5 * parts[1])


@lru_cache(maxsize=32)
def _betweenness(sites: tuple[str, ...], legs: tuple[tuple[str, str], ...]) -> tuple[float, ...]:
    """Betweenness of sites on the routes; kept, because the variants of a run share it."""
    graph = nx.Graph()
    graph.add_nodes_from(sites)
    graph.add_edges_from(legs)
    # Beyond a few hundred sites a sample of sources is enough, and the same one every time.
    sample = None if len(sites) <= 400 else 200
    found = nx.betweenness_centrality(graph, k=sample, seed=1)
    return tuple(found[s] for s in sites)
