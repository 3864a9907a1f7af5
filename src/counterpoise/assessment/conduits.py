"""Conduits from sender to recipient before and after: capacity, critical sites, reroutes, P(cut), recovery.

The analysis of sites uses the mean of the parameters (`maximum_flows`), intervals over draws the fast ways of the kernel
(`shared_legs`); the figures over time come from the members. A conduit counts as cut below a quarter of what it carried
before the campaign, and as recovered at half.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from counterpoise.assessment.maximum_flows import (
    Analysis,
    client_sites,
    critical_sites,
    minimum_cut,
    reroutes,
)
from counterpoise.assessment.models import Conduit, Dependence
from counterpoise.assessment.pairs import INDEX_UNIT, Pair, ally_pairs, pair_index, weights
from counterpoise.assessment.shared_legs import SharedNetwork, site_dependence
from counterpoise.dynamics.world import World
from counterpoise.ensemble import Futures, Regional
from counterpoise.scenario.models import Scenario

__all__ = ["CUT_BELOW", "check_conduits"]

F64 = NDArray[np.float64]
#: A conduit counts as cut below this share of what it carried before the campaign.
CUT_BELOW = 0.25
#: A cut conduit counts as recovered from this share of what it carried before the campaign on.
RECOVERED = 0.5
#: Day by which the changes of an arm are complete.
COMPLETE_DAY = 90
#: Days for which the probability of a cut is given.
CUT_DAYS = (30, 90, 365, 1095)


def check_conduits(
    futures: Futures,
    scenario: Scenario,
    regional: Mapping[str, Regional],
    reported: str,
    names: Mapping[str, str],
    quo: str = "stay",
) -> list[Conduit]:
    """Analyse every pair, in the arm with the event against the one without."""
    world = futures.world
    analysis = Analysis(world)
    inside = client_sites(world)
    pairs = ally_pairs(world, scenario)
    shared = SharedNetwork.of(analysis)
    hangs = site_dependence(world, pairs)
    return [
        _with_shared(
            _check(pair, futures, analysis, inside, regional, (reported, quo), names, scenario),
            pair, futures, regional, shared, hangs[i],
        )
        for i, pair in enumerate(pairs)
    ]  # fmt: skip


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


def _check(
    pair: Pair,
    futures: Futures,
    analysis: Analysis,
    inside: NDArray[np.bool_],
    regional: Mapping[str, Regional],
    arms: tuple[str, str],
    names: Mapping[str, str],
    scenario: Scenario,
) -> Conduit:
    """Analyse one pair; `arms`: with the event, without."""
    reported, quo = arms
    world = futures.world
    weight = weights(pair, world).mean(axis=0)
    whole = np.array([analysis.capacity(c, base=True) for c in pair.conduits])
    now = np.array([analysis.capacity(c) for c in pair.conduits])
    path = analysis.widest(pair.conduits[int(np.argmax(weight * (whole > 0)))], base=True)

    def index(capacities: NDArray[np.float64]) -> float:
        share = np.divide(capacities, whole, out=np.zeros_like(capacities), where=whole > 0)
        return float(100.0 * (weight * share).sum())

    closed = index(np.array([analysis.capacity(c, inside, base=True) for c in pair.conduits]))
    before = index(now * [_escorts(world, c, quo) for c in pair.conduits])
    after = index(now * [_escorts(world, c, reported) for c in pair.conduits])
    critical = critical_sites(pair, analysis, index)
    over_time = {arm: pair_index(pair, world, r, futures.draw) for arm, r in regional.items()}
    grid = next(iter(regional.values())).day
    last = grid.index(365) if 365 in grid else len(grid) - 1
    ended = futures.arms[reported].ended_by(grid[last])[: len(over_time[reported])]
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
        minimum_cut=minimum_cut(pair, analysis, weight, whole),
        reroutes=reroutes(pair, analysis, inside, names),
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


def _text(pair: Pair, names: Mapping[str, str], closed: float) -> str:
    """One sentence on how much a pair depends on the client's territory."""
    sender, recipient = names.get(pair.sender, pair.sender), names.get(pair.recipient, pair.recipient)
    need = f"{100 - closed:.0f} %"
    return f"Of the goods that go from {sender} to {recipient}, {need} need the client's territory."
