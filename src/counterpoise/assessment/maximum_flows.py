"""Maximum flows of one conduit at a time: capacity, minimum cut, widest way, critical sites, what is left without some sites.

Uses the mean of the parameters; intervals over draws are in `counterpoise.assessment.shared_legs`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from counterpoise.assessment.models import Leg
from counterpoise.assessment.pairs import Pair
from counterpoise.compiler.region import MODES
from counterpoise.dynamics.conduits import arcs_of, conduit_capacity, passage
from counterpoise.dynamics.disruptions import leg_tables
from counterpoise.dynamics.parameters import LEAK_HOSTILE
from counterpoise.dynamics.world import World
from counterpoise.scenario.models import Scenario

__all__ = ["Analysis", "client_sites", "critical_sites", "legs_on_map", "minimum_cut", "reroutes"]

F64 = NDArray[np.float64]


class Analysis:
    """Maximum flows of a world under the mean of its parameters."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.net = world.network
        self.p = world.draws.values.mean(axis=0)
        self.start, self.legs = arcs_of(self.net)
        today = np.zeros(1, dtype=np.int32)
        is_open, passes = leg_tables(world.disruptions, 0, world.draws.n, len(world.legs), today)
        self.open_now, self.passes_now = is_open[:, 0].mean(axis=0), passes[:, 0].mean(axis=0)
        self._carries = np.empty(len(self.net.a))
        self._reached = np.empty(len(self.net.holder), dtype=np.int8)

    def carries(self, c: int, closed: NDArray[np.bool_] | None = None, base: bool = False) -> F64:
        """What each leg carries; `closed` sites count as held by an enemy of the sender, `base` takes the starting control."""
        holder = self.net.holder_base if base else self.net.holder
        passage(self.net, c, holder, self.net.stance, self.p, self._carries)
        out = self._carries if base else self._carries * self.open_now * self.passes_now
        out = out.copy()
        if closed is not None:
            touched = closed[self.net.a] | closed[self.net.b]
            leak = self.p[LEAK_HOSTILE]
            out[touched] = np.minimum(out[touched], self.net.capacity[touched] * leak * (out[touched] > 0))
        return out

    def capacity(self, c: int, closed: NDArray[np.bool_] | None = None, base: bool = False) -> float:
        """Maximum flow of one conduit."""
        carries = self.carries(c, closed, base)
        return float(conduit_capacity(self.net, self.start, self.legs, c, carries, self._reached))

    def cut(self, c: int) -> list[int]:
        """Legs of a minimum cut of one conduit: those that lead from the origin's side to the other."""
        carries = self.carries(c)
        conduit_capacity(self.net, self.start, self.legs, c, carries, self._reached)
        inside = self._reached == 1
        out = inside[self.net.a] & ~inside[self.net.b]
        back = inside[self.net.b] & ~inside[self.net.a] & (self.net.both_ways == 1)
        return [int(i) for i in np.nonzero((out | back) & (carries > 0))[0]]

    def widest(self, c: int, closed: NDArray[np.bool_] | None = None, base: bool = False) -> list[int]:
        """Sites of the widest path, the shortest among equals."""
        carries = self.carries(c, closed, base)
        order = np.argsort(-carries, kind="stable")
        origin, destination = int(self.net.conduit_origin[c]), int(self.net.conduit_destination[c])
        graph = nx.DiGraph()
        graph.add_nodes_from((origin, destination))
        narrowest = 0.0
        for leg in order:
            if carries[leg] <= 0:
                break
            # All legs as wide as the one that closed the path belong to it.
            if narrowest and carries[leg] < narrowest:
                break
            a, b = int(self.net.a[leg]), int(self.net.b[leg])
            km = float(self.world.ledger.distance_km[a, b])
            graph.add_edge(a, b, km=km)
            if self.net.both_ways[leg]:
                graph.add_edge(b, a, km=km)
            if not narrowest and nx.has_path(graph, origin, destination):
                narrowest = float(carries[leg])
        if not nx.has_path(graph, origin, destination):
            return []
        return [int(s) for s in nx.shortest_path(graph, origin, destination, weight="km")]


def client_sites(world: World) -> NDArray[np.bool_]:
    """Sites of the theatre that the government held at the start."""
    return np.asarray((world.network.theatre_site >= 0) & (world.network.holder_base == world.client))


def minimum_cut(pair: Pair, analysis: Analysis, weight: F64, whole: F64) -> tuple[str, ...]:
    """Legs of the minimum cuts of a pair's conduits, the one that carries most first.

    Parameters
    ----------
    weight : ndarray, shape (n_conduits of the pair,)
        Share of the pair's goods that moves on each conduit.
    whole : ndarray, shape (n_conduits of the pair,)
        What each carried before the campaign.
    """
    carried: dict[int, float] = {}
    for c, share, base in zip(pair.conduits, weight, whole, strict=True):
        carries = analysis.carries(c)
        for leg in analysis.cut(c):
            if base > 0:
                carried[leg] = carried.get(leg, 0.0) + share * carries[leg] / base
    order = sorted(carried, key=lambda leg: (-round(carried[leg], 9), leg))
    return tuple(analysis.world.legs[leg] for leg in order)


def critical_sites(
    pair: Pair, analysis: Analysis, index: Callable[[NDArray[np.float64]], float]
) -> list[tuple[str, float]]:
    """Sites whose loss to an enemy of the sender would cut most, with the share lost."""
    world = analysis.world
    ends = {int(analysis.net.conduit_origin[c]) for c in pair.conduits}
    ends |= {int(analysis.net.conduit_destination[c]) for c in pair.conduits}
    now = index(np.array([analysis.capacity(c) for c in pair.conduits]))
    lost = []
    for site in range(len(world.sites)):
        if site in ends:
            continue
        closed = np.zeros(len(world.sites), dtype=bool)
        closed[site] = True
        share = (now - index(np.array([analysis.capacity(c, closed) for c in pair.conduits]))) / 100.0
        if share > 0.01:
            lost.append((world.sites[site], share))
    return sorted(lost, key=lambda x: (-round(x[1], 6), x[0]))[:8]


def reroutes(
    pair: Pair, analysis: Analysis, closed: NDArray[np.bool_], names: Mapping[str, str]
) -> tuple[str, ...]:
    """Ways that are left when the client's territory is in hostile hands."""
    out = []
    for c in pair.conduits:
        left, whole = analysis.capacity(c, closed, base=True), analysis.capacity(c, base=True)
        modes = "/".join(m for m, on in zip(MODES, analysis.net.conduit_modes[c], strict=True) if on)
        if whole <= 0:
            continue
        path = [analysis.world.sites[i] for i in analysis.widest(c, closed, base=True)]
        kept = f"{100 * left / whole:.0f} %"
        if any(closed[analysis.world.sites.index(s)] for s in path):
            out.append(f"{modes}: {kept}, only by smuggling through it")
        else:
            way = " - ".join(names.get(s, s) for s in path)
            out.append(f"{modes}: {kept}, around it ({way})")
    return tuple(out)


def legs_on_map(world: World, scenario: Scenario, pairs: tuple[Pair, ...]) -> list[Leg]:
    """Routes with how far they are open to the sender of the first pair."""
    analysis = Analysis(world)
    share = np.zeros(len(world.legs))
    for pair in pairs[:1]:
        for c in pair.conduits:
            carries = analysis.carries(c)
            share = np.maximum(
                share,
                np.divide(
                    carries,
                    world.network.capacity,
                    out=np.zeros_like(carries),
                    where=world.network.capacity > 0,
                ),
            )
    return [
        Leg(
            id=r.id,
            a=r.a,
            b=r.b,
            mode=r.mode,
            capacity=r.capacity.value,
            unit=r.capacity.unit,
            open_now=float(share[i]),
        )
        for i, r in enumerate(scenario.routes)
    ]
