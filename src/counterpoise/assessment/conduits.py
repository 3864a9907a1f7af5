"""Conduits from sender to recipient before and after: capacity, critical sites, reroutes, P(cut).

Where no source gives tonnes, capacity is an index, 100 = before the campaign (the scenario's starting control). The
ledger's rows of one pair (by road, by air, by sea) are weighted by the size of what moves on them, so that the wide sea
does not hide a cut road.
The analysis of sites uses the mean of the parameters, and intervals over draws use the fast ways of the kernel; the
figures over time come from the members. A conduit counts as cut below a quarter of what it carried before the campaign,
and as recovered at half.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from counterpoise.assessment.models import Conduit, Dependence, Leg, Price
from counterpoise.assessment.programme import Programme, solve_programme
from counterpoise.compiler.region import MODES
from counterpoise.dynamics.closing import without_sites
from counterpoise.dynamics.conduits import arcs_of, conduit_capacity, passage
from counterpoise.dynamics.disruptions import leg_tables
from counterpoise.dynamics.parameters import LEAK_HOSTILE, LOAD
from counterpoise.dynamics.world import World
from counterpoise.ensemble import Futures, Regional
from counterpoise.scenario.models import Scenario

__all__ = ["CUT_BELOW", "INDEX_UNIT", "Pair", "ally_pairs", "check_conduits", "legs_on_map", "pair_index"]

F64 = NDArray[np.float64]
INDEX_UNIT = "index, 100 = before the campaign"
#: A conduit counts as cut below this share of what it carried before the campaign.
CUT_BELOW = 0.25
#: A cut conduit counts as recovered from this share of what it carried before the campaign on.
RECOVERED = 0.5
#: Day by which the changes of an arm are complete.
COMPLETE_DAY = 90
#: Days for which the probability of a cut is given.
CUT_DAYS = (30, 90, 365, 1095)


@dataclass(frozen=True)
class Pair:
    """All conduits of one sender and one recipient, as positions."""

    sender: str
    recipient: str
    conduits: tuple[int, ...]


class _Analysis:
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


def ally_pairs(world: World, scenario: Scenario) -> tuple[Pair, ...]:
    """Pairs whose supply moves by route on the as-of day: the patrons' allies first, then the client's own supply."""
    moving = {int(world.ledger.conduit[f]) for f in np.nonzero(world.active_flows)[0]}
    groups = {a.id for a in scenario.actors if a.kind == "armed_group"}
    found: dict[tuple[str, str], list[int]] = {}
    for c in range(len(world.conduits)):
        key = (
            world.actors[world.network.conduit_sender[c]],
            world.actors[world.network.conduit_recipient[c]],
        )
        if c in moving and (key[1] in groups or key[1] == scenario.conflict.client):
            found.setdefault(key, []).append(c)
    rank = {p: i for i, p in enumerate(scenario.conflict.patrons)}

    def order(key: tuple[str, str]) -> tuple[int, bool, str]:
        return rank.get(key[0], len(rank)), key[1] == scenario.conflict.client, key[1]

    return tuple(Pair(s, r, tuple(found[s, r])) for s, r in sorted(found, key=order))


def check_conduits(
    futures: Futures,
    scenario: Scenario,
    regional: Mapping[str, Regional],
    reported: str,
    names: Mapping[str, str],
) -> list[Conduit]:
    """Analyse every pair."""
    world = futures.world
    analysis = _Analysis(world)
    client_sites = _client_sites(world)
    pairs = ally_pairs(world, scenario)
    shared = SharedNetwork.of(analysis)
    hangs = site_dependence(world, pairs)
    return [
        _with_shared(
            _check(pair, futures, analysis, client_sites, regional, reported, names, scenario),
            pair, futures, regional, shared, hangs[i],
        )
        for i, pair in enumerate(pairs)
    ]  # fmt: skip


@dataclass(frozen=True)
class SharedNetwork:
    """The linear programme of all conduits, before the campaign and now."""

    world: World
    before: Programme
    now: Programme

    @classmethod
    def of(cls, analysis: _Analysis) -> SharedNetwork:
        """Solve both programmes under the mean of the parameters."""
        world, net = analysis.world, analysis.net
        n = range(len(world.conduits))
        whole = np.array([analysis.capacity(c, base=True) for c in n])
        demand = float(analysis.p[LOAD]) * whole

        def share(base: bool) -> F64:
            rows = [analysis.carries(c, base=base) for c in n]
            free = net.capacity if base else net.capacity * analysis.open_now * analysis.passes_now
            table = np.array(rows).reshape(len(world.conduits), len(world.legs))
            return np.divide(table, free, out=np.zeros_like(table), where=free > 0)

        free_now = net.capacity * analysis.open_now * analysis.passes_now
        return cls(
            world,
            solve_programme(net, net.capacity, share(True), demand),
            solve_programme(net, free_now, share(False), demand),
        )

    def prices(self, pair: Pair) -> tuple[Price, ...]:
        """Legs that bind and that the pair uses or could use, dearest first."""
        net = self.world.network
        mine = np.zeros(len(net.a), dtype=bool)
        for c in pair.conduits:
            mine[net.slot_leg[net.conduit_slot[c] : net.conduit_slot[c + 1]]] = True
        dear = [int(i) for i in np.nonzero(mine & (self.now.price > 1e-6))[0]]
        rows = [
            Price(
                leg=self.world.legs[i],
                price=float(self.now.price[i]),
                use=float(self.now.use[:, i].sum() / net.capacity[i]) if net.capacity[i] > 0 else 0.0,
            )
            for i in dear
        ]
        return tuple(sorted(rows, key=lambda r: (-round(r.price, 9), r.leg))[:8])

    def carried(self, pair: Pair) -> float | None:
        """What a pair carries now of what it carried before."""
        c = list(pair.conduits)
        before = float(self.before.carried[c].sum())
        return float(self.now.carried[c].sum() / before) if before > 0 else None

    def others(self, pair: Pair) -> tuple[str, ...]:
        """Recipients of other conduits that send over legs that the pair sends over, before the campaign."""
        used = self.before.use > 1e-9
        mine = used[list(pair.conduits)].any(axis=0)
        net, actors = self.world.network, self.world.actors
        found = [
            actors[net.conduit_recipient[c]]
            for c in range(len(self.world.conduits))
            if c not in pair.conduits and (used[c] & mine).any()
        ]
        return tuple(x for x in dict.fromkeys(found) if x != pair.recipient)


def site_dependence(world: World, pairs: Sequence[Pair]) -> list[tuple[Dependence, ...]]:
    """For each pair, what of its capacity now is lost with each site, with 90 % intervals over parameter draws.

    Uses the fast ways of the kernel in every draw.
    """
    net, led = world.network, world.ledger
    sites = np.unique([net.a[net.slot_leg], net.b[net.slot_leg]]).astype(np.int32)
    masks = np.zeros((len(sites) + 1, len(world.sites)), dtype=np.int8)
    masks[np.arange(len(sites)) + 1, sites] = 1
    today = np.zeros(1, dtype=np.int32)
    is_open, passes = leg_tables(world.disruptions, 0, world.draws.n, len(world.legs), today)
    carries = world.drawn.leg_capacity * is_open[:, 0]
    found = without_sites(net, led, world.draws.values, carries, passes[:, 0], net.holder, masks)
    out = []
    for pair in pairs:
        weight = _weights(pair, world)
        c = list(pair.conduits)
        now = found[:, 0, c]
        share = np.divide(
            found[:, :, c], now[:, None], out=np.zeros_like(found[:, :, c]), where=now[:, None] > 0
        )
        # Draws in which nothing passes now have nothing to lose.
        lost = ((1.0 - share) * (now > 0)[:, None] * weight[:, None, :]).sum(axis=2)
        own = {int(net.conduit_origin[x]) for x in c} | {int(net.conduit_destination[x]) for x in c}
        rows = []
        for j, site in enumerate(sites):
            x = lost[:, j + 1]
            if int(site) in own or x.mean() <= 0.01:
                continue
            low, high = np.quantile(x, (0.05, 0.95))
            rows.append(
                Dependence(
                    site=world.sites[site], loss=float(x.mean()), interval_90=(float(low), float(high))
                )
            )
        out.append(tuple(sorted(rows, key=lambda r: (-round(r.loss, 9), r.site))[:10]))
    return out


def _with_shared(
    conduit: Conduit, pair: Pair, futures: Futures, regional: Mapping[str, Regional], shared: SharedNetwork,
    hangs: tuple[Dependence, ...],
) -> Conduit:  # fmt: skip
    """Add what the programme, the draws and the futures say."""
    world = futures.world
    over_time = {arm: pair_index(pair, world, r, futures.draw) for arm, r in regional.items()}
    grid = next(iter(regional.values())).day
    courses = {arm: _cut_course(e, grid) for arm, e in over_time.items()}
    at = next(iter(regional.values())).at(365)
    return conduit.model_copy(
        update={
            "p_cut_by": {arm: x.by for arm, x in courses.items()},
            "recovery_days": {arm: x.recovery for arm, x in courses.items()},
            "p_recovers": {arm: x.recovers for arm, x in courses.items()},
            "delay_before": _mean_delay(regional[next(iter(regional))].base_delay, pair),
            "delay_after": {arm: _mean_delay(r.delay[:, at], pair) for arm, r in regional.items()},
            "dependence": hangs,
            "prices": shared.prices(pair),
            "shares_legs_with": shared.others(pair),
            "carried_now": shared.carried(pair),
        }
    )


@dataclass(frozen=True)
class _Course:
    """When a conduit is first cut, and whether it comes back."""

    by: dict[str, float]
    recovery: float | None
    recovers: float | None


def _cut_course(index: F64, grid: Sequence[int]) -> _Course:
    """Read cuts and recoveries off an index over time, shape (n_members, n_days)."""
    cut = index < 100.0 * CUT_BELOW
    by = {str(d): float(cut[:, : grid.index(d) + 1].any(axis=1).mean()) for d in CUT_DAYS if d in grid}
    hit = np.nonzero(cut.any(axis=1))[0]
    if len(hit) == 0:
        return _Course(by, None, None)
    first = cut[hit].argmax(axis=1)
    later = np.arange(len(grid))[None, :] > first[:, None]
    back = later & (index[hit] >= 100.0 * RECOVERED)
    days = np.array(grid)
    waited = np.where(back.any(axis=1), days[back.argmax(axis=1)] - days[first], np.inf)
    median = float(np.median(waited))
    return _Course(by, median if np.isfinite(median) else None, float(np.isfinite(waited).mean()))


def _mean_delay(delay: NDArray[np.floating], pair: Pair) -> float | None:
    """Mean time on the way over what moves."""
    x = np.asarray(delay, dtype=float)[:, list(pair.conduits)]
    return float(x[x > 0].mean()) if (x > 0).any() else None


def _client_sites(world: World) -> NDArray[np.bool_]:
    """Sites of the theatre that the government held at the start."""
    return np.asarray((world.network.theatre_site >= 0) & (world.network.holder_base == world.client))


def pair_index(pair: Pair, world: World, regional: Regional, draw: NDArray[np.int32]) -> F64:
    """What a pair's conduits can carry of what they carried before the campaign, = 100; shape (n_members, n_days)."""
    n = regional.capacity.shape[0]
    out = np.zeros(regional.capacity.shape[:2])
    for c, weight in zip(pair.conduits, _weights(pair, world).T, strict=True):
        base = regional.base[draw[:n], c]
        share = np.divide(
            regional.capacity[:, :, c], base[:, None], out=np.zeros_like(out), where=base[:, None] > 0
        )
        out += 100.0 * weight[draw[:n], None] * share
    return out


def _weights(pair: Pair, world: World) -> F64:
    """Share of a pair's goods that moves on each conduit, shape (n_draws, n_conduits of the pair)."""
    running = world.flow_size * world.active_flows
    size = np.stack([running[:, world.ledger.conduit == c].sum(axis=1) for c in pair.conduits], axis=1)
    # A draw in which nothing is sent at all takes the mean split.
    size = np.where(size.sum(axis=1, keepdims=True) > 0, size, size.mean(axis=0))
    return np.asarray(size / np.maximum(size.sum(axis=1, keepdims=True), 1e-300))


def _check(
    pair: Pair,
    futures: Futures,
    analysis: _Analysis,
    client_sites: NDArray[np.bool_],
    regional: Mapping[str, Regional],
    reported: str,
    names: Mapping[str, str],
    scenario: Scenario,
) -> Conduit:
    """Analyse one pair."""
    world = futures.world
    weight = _weights(pair, world).mean(axis=0)
    whole = np.array([analysis.capacity(c, base=True) for c in pair.conduits])
    now = np.array([analysis.capacity(c) for c in pair.conduits])
    path = analysis.widest(pair.conduits[int(np.argmax(weight * (whole > 0)))], base=True)

    def index(capacities: NDArray[np.float64]) -> float:
        share = np.divide(capacities, whole, out=np.zeros_like(capacities), where=whole > 0)
        return float(100.0 * (weight * share).sum())

    closed = index(np.array([analysis.capacity(c, client_sites, base=True) for c in pair.conduits]))
    before = index(now * [_escorts(world, c, "stay") for c in pair.conduits])
    after = index(now * [_escorts(world, c, reported) for c in pair.conduits])
    critical = _critical_sites(pair, analysis, index)
    over_time = {arm: pair_index(pair, world, r, futures.draw) for arm, r in regional.items()}
    grid = next(iter(regional.values())).day
    last = grid.index(365) if 365 in grid else len(grid) - 1
    ended = futures.arms[reported].ended_by(grid[last])[: len(over_time[reported])]
    cut_legs = [leg for c in pair.conduits for leg in analysis.cut(c)]
    return Conduit(
        sender=pair.sender,
        recipient=pair.recipient,
        text=_text(pair, names, closed),
        unit=INDEX_UNIT,
        through=tuple(world.sites[i] for i in path),
        delay_days=_delay(path, scenario, world),
        capacity_before=before,
        capacity_after=after,
        capacity_if_regime_falls=float(over_time[reported][ended, last].mean()) if ended.any() else after,
        mean_d30={a: float(e[:, grid.index(30)].mean()) for a, e in over_time.items() if 30 in grid},
        mean_d365={a: float(e[:, grid.index(365)].mean()) for a, e in over_time.items() if 365 in grid},
        critical_sites=tuple(s for s, _ in critical),
        critical_loss=tuple(x for _, x in critical),
        minimum_cut=tuple(world.legs[i] for i in dict.fromkeys(cut_legs)),
        reroutes=_reroutes(pair, analysis, client_sites, names),
        p_cut={
            arm: {
                str(d): float((e[:, grid.index(d)] < 100.0 * CUT_BELOW).mean())
                for d in (30, 365)
                if d in grid
            }
            for arm, e in over_time.items()
        },
    )


def _delay(path: Sequence[int], scenario: Scenario, world: World) -> float | None:
    """Days on the way along a path, taking the fastest leg between two sites; None where a leg gives none."""
    days = 0.0
    for a, b in pairwise(world.sites[i] for i in path):
        legs = [r.delay.value for r in scenario.routes if {r.a, r.b} == {a, b} and r.delay is not None]
        if not legs:
            return None
        days += min(legs)
    return days if path else None


def _escorts(world: World, conduit: int, arm: str) -> float:
    """Share of a conduit that its escorts leave in an arm, once the arm's changes are complete."""
    led = world.ledger
    fraction = world.flow_fraction[world.arm(arm) if arm in world.arms else 0]
    day = min(COMPLETE_DAY, world.horizon)
    size, carried = 0.0, 0.0
    for f in np.nonzero(led.conduit == conduit)[0]:
        gone = 1.0 - min(fraction[led.escort[f], day], 1.0) if led.escort[f] >= 0 else 0.0
        mean_size = float(world.flow_size[:, f].mean())
        size += mean_size
        carried += mean_size * (1.0 - float(world.escort_share[:, f].mean()) * gone)
    return carried / size if size > 0 else 1.0


def _critical_sites(
    pair: Pair, analysis: _Analysis, index: Callable[[NDArray[np.float64]], float]
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


def _reroutes(
    pair: Pair, analysis: _Analysis, closed: NDArray[np.bool_], names: Mapping[str, str]
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


def _text(pair: Pair, names: Mapping[str, str], closed: float) -> str:
    """One sentence on how much a pair depends on the client's territory."""
    sender, recipient = names.get(pair.sender, pair.sender), names.get(pair.recipient, pair.recipient)
    need = f"{100 - closed:.0f} %"
    return f"Of the goods that go from {sender} to {recipient}, {need} need the client's territory."


def legs_on_map(world: World, scenario: Scenario, pairs: tuple[Pair, ...]) -> list[Leg]:
    """Routes with how far they are open to the sender of the first pair."""
    analysis = _Analysis(world)
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
