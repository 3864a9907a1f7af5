"""What all conduits do to each other: shadow prices of legs, who shares them, and dependence on cities with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from counterpoise.assessment.maximum_flows import Analysis
from counterpoise.assessment.models import Dependence, Price
from counterpoise.assessment.pairs import Pair, weights
from counterpoise.assessment.programme import Programme, solve_programme
from counterpoise.dynamics.closing import without_sites
from counterpoise.dynamics.disruptions import leg_tables
from counterpoise.dynamics.parameters import LOAD
from counterpoise.dynamics.world import World

__all__ = ["SharedNetwork", "site_dependence"]

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class SharedNetwork:
    """The linear programme of all conduits, before the campaign and now."""

    world: World
    before: Programme
    now: Programme

    @classmethod
    def of(cls, analysis: Analysis) -> SharedNetwork:
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
        """Legs that bind and that the pair sends over, dearest first."""
        net = self.world.network
        mine = (self.now.use[list(pair.conduits)] > 1e-9).any(axis=0)
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
        weight = weights(pair, world)
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
