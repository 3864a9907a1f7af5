"""Armed allies on stocks: how long what they have lasts, with and without the conduit.

    dS/dt = arrived + own production - use      [days of use in a campaign]

By arm, over futures: when each stock falls below its reserve, as drawn in the walk. Beside it, over parameter draws alone and
with everything else held as it was: if all that was sent kept arriving, if the client's territory were in hostile hands from the
as-of day on (everything else rerouted as far as it can be), and if nothing came from outside.

Weakest assumption: levels, reserves and dependence are assumed; use is a constant share of use in a campaign.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from counterpoise.assessment.models import Ally, Months, Ribbon
from counterpoise.dynamics.closing import shared_without
from counterpoise.dynamics.parameters import STOCK_USE
from counterpoise.dynamics.walk_tables import base_loads
from counterpoise.dynamics.world import World
from counterpoise.ensemble import Futures, Regional
from counterpoise.scenario.models import Scenario

__all__ = ["DAYS_A_MONTH", "armed_allies", "arriving_without", "client_mask"]

F64 = NDArray[np.float64]
DAYS_A_MONTH = 30.4375
#: Days for which the probability of being short is given.
SHORT_DAYS = (90, 180, 365, 1095)


def client_mask(world: World) -> NDArray[np.int8]:
    """1 for the sites of the theatre that the government held at the start, shape (n_sites,)."""
    net = world.network
    return np.asarray((net.theatre_site >= 0) & (net.holder_base == world.client), dtype=np.int8)


def arriving_without(world: World, mask: NDArray[np.int8]) -> F64:
    """Share of what refills each stock that still arrives with the masked sites closed, shape (n_draws, n_stocks).

    All else is as before the campaign: starting control, open routes, the plan of the as-of day.
    """
    net, led = world.network, world.ledger
    params, capacity = world.draws.values, world.drawn.leg_capacity
    alone, carried, _ = base_loads(net, led, params, capacity)
    _, left = shared_without(
        net, led, params, capacity, np.ones_like(capacity), net.holder_base, mask, alone, np.ones_like(alone)
    )
    kept = np.clip(np.divide(left, carried, out=np.zeros_like(left), where=carried > 0), 0.0, 1.0)
    out = np.ones((world.draws.n, len(world.stocks)))
    for i in range(len(world.stocks)):
        flows = np.nonzero((led.flow_stock == i) & (world.active_flows == 1))[0]
        size = world.flow_size[:, flows]
        share = np.stack(
            [kept[:, led.conduit[f]] if led.conduit[f] >= 0 else np.ones(world.draws.n) for f in flows], axis=1
        ) if len(flows) else size  # fmt: skip
        total = size.sum(axis=1)
        out[:, i] = np.divide((size * share).sum(axis=1), total, out=np.ones_like(total), where=total > 0)
    return out


def months_until_short(world: World, i: int, share: F64 | float) -> F64:
    """Months until a stock is below its reserve if a share of what refills it arrives, shape (n_draws,); inf: never."""
    drawn = world.drawn
    room = drawn.stock[:, i] - drawn.reserve[:, i]
    loss = world.draws.values[:, STOCK_USE] * drawn.dependence[:, i] * (1.0 - np.asarray(share))
    days = np.divide(room, loss, out=np.full_like(room, np.inf), where=loss > 1e-12)
    return np.where(room <= 0, 0.0, days) / DAYS_A_MONTH


def _months(months: F64, horizon: int) -> Months:
    """Sum up times; what lies beyond the horizon is not given."""
    last = horizon / DAYS_A_MONTH

    def given(x: float) -> float | None:
        return float(x) if x <= last else None

    # Order statistics, because a mean of a number and never is never.
    low, middle, high = (float(x) for x in np.quantile(months, (0.05, 0.5, 0.95), method="inverted_cdf"))
    return Months(
        median=given(middle),
        interval_90=(given(low), given(high)),
        p_short={str(d): float((months * DAYS_A_MONTH <= d).mean()) for d in SHORT_DAYS if d <= horizon},
    )


def armed_allies(futures: Futures, scenario: Scenario, regional: Mapping[str, Regional]) -> list[Ally]:
    """Return every stock of the scenario with how long it lasts."""
    world = futures.world
    if not world.stocks:
        return []
    names = {a.id: a.name for a in scenario.actors}
    closed = arriving_without(world, client_mask(world))
    out = []
    for i, stock in enumerate(scenario.stocks):
        drawn = world.drawn
        low, high = (float(x) for x in np.quantile(1.0 - closed[:, i], (0.05, 0.95)))
        out.append(
            Ally(
                actor=stock.actor,
                name=names[stock.actor],
                kind=stock.kind,
                unit="days of use in a campaign",
                stock=float(np.median(drawn.stock[:, i])),
                reserve=float(np.median(drawn.reserve[:, i])),
                dependence=float(np.median(drawn.dependence[:, i])),
                through_client=float(np.median(1.0 - closed[:, i])),
                through_client_90=(low, high),
                by_arm={
                    arm: _months(r.short_day[:, i] / DAYS_A_MONTH, world.horizon)
                    for arm, r in regional.items()
                },
                with_conduit=_months(months_until_short(world, i, 1.0), world.horizon),
                without_conduit=_months(months_until_short(world, i, closed[:, i]), world.horizon),
                nothing_arrives=_months(months_until_short(world, i, 0.0), world.horizon),
                course={arm: _ribbon(r, i) for arm, r in regional.items()},
            )
        )
    return out


def _ribbon(regional: Regional, i: int) -> Ribbon:
    """Median and 90 % range of a stock over futures on each day."""
    low, middle, high = np.quantile(regional.stock[:, :, i], (0.05, 0.5, 0.95), axis=0)
    return Ribbon(
        day=regional.day,
        median=tuple(float(x) for x in middle),
        low_90=tuple(float(x) for x in low),
        high_90=tuple(float(x) for x in high),
    )
