"""Cases with an answer on paper: waiting times, competing ends, and the loss of a site under known covariates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from counterpoise.dynamics.parameters import NAMES
from counterpoise.dynamics.world import World
from counterpoise.ensemble import Futures, simulate_world
from counterpoise.scenario.models import Scenario

pytestmark = pytest.mark.science


@pytest.fixture(scope="module")
def world_of(world_of: Callable[..., World]) -> Callable[..., World]:
    """Worlds under the prototype's specification: what a test sets stands alone, and history is filtered in full."""
    return partial(world_of, posterior=None)


N = 20_000
#: Nothing happens, and no member differs from another.
STILL = {
    "campaign.start_rate": 0.0, "campaign.end_rate": 0.0, "coup.rate": 0.0, "settlement.rate": 0.0,
    "patron.exit_rate": 0.0, "rescue.intercept": -60.0, "sd.case": 0.0, "sd.recapture": 0.0, "sd.capital": 0.0,
    "sd.intensity": 0.0,
}  # fmt: skip
Values = Callable[[World, dict[str, float]], World]


def chi2(days: np.ndarray, expected_cdf: Callable[[np.ndarray], np.ndarray], edges: np.ndarray) -> float:  # type: ignore[type-arg]
    """Pearson's statistic of waiting times against a law, over the cells between `edges` and beyond."""
    cdf = np.concatenate([[0.0], expected_cdf(edges), [1.0]])
    n = np.histogram(days, bins=[0.5, *(edges + 0.5), np.inf])[0]
    want = np.diff(cdf) * len(days)
    return float(((n - want) ** 2 / want).sum())


def waits(futures: Futures) -> np.ndarray:  # type: ignore[type-arg]
    """Day of the end, far beyond the horizon where there is none."""
    one = futures.arms["baseline"]
    return np.where(one.end_mode > 0, one.end_day, 10**6)


@pytest.fixture(scope="module")
def quiet(region_with: Callable[..., Scenario], world_of: Callable[..., World]) -> World:
    """The tiny region at rest."""
    return world_of(region_with("events=[]"), horizon=365)


@pytest.mark.parametrize("rate", [0.002, 0.03])
def test_with_coups_alone_the_end_is_geometric(quiet: World, with_values: Values, rate: float) -> None:
    futures = simulate_world(with_values(quiet, {**STILL, "coup.rate": rate}), members=N, seed=1, workers=2)
    edges = np.array([3, 6, 10, 15, 20, 30, 45, 60, 90, 120, 180, 365])
    found = chi2(waits(futures), lambda d: 1 - np.exp(-rate * d), edges)
    assert found < 12 + 4 * np.sqrt(24)
    assert set(futures.arms["baseline"].end_mode) <= {0, 3}


def test_two_ends_compete_in_proportion_to_their_rates(quiet: World, with_values: Values) -> None:
    world = with_values(quiet, {**STILL, "coup.rate": 0.2, "settlement.rate": 0.1})
    futures = simulate_world(world, members=N, seed=2, workers=2)
    modes = futures.arms["baseline"].end_mode
    assert (modes > 0).all()
    # Rates this high put both ends on one day for many members: the first within the day counts.
    assert abs((modes == 3).mean() - 2 / 3) < 4 * np.sqrt(2 / 9 / N)
    assert chi2(waits(futures), lambda d: 1 - np.exp(-0.3 * d), np.arange(1, 15)) < 14 + 4 * np.sqrt(28)


def test_a_campaign_that_starts_and_ends_spends_its_time_as_a_renewal_process(
    quiet: World, with_values: Values
) -> None:
    start, end = 0.02, 0.05
    values = {**STILL, "campaign.start_rate": start, "campaign.end_rate": end, "loss.intercept": -60.0}
    one = simulate_world(with_values(quiet, values), members=4_000, seed=3).arms["baseline"]
    starts, ends = one.kind == 2, one.kind == 3
    running = (starts & (one.day < 365)).sum() - (ends & (one.day < 365)).sum()
    p, q = 1 - np.exp(-start), 1 - np.exp(-end)
    # Two-state chain from rest: P(campaign on day d) = p/(p+q) (1 - (1-p-q)^d).
    expected = p / (p + q) * (1 - (1 - p - q) ** 364)
    assert abs(running / 4_000 - expected) < 4 * np.sqrt(expected * (1 - expected) / 4_000)


def lone_capital(region_with: Callable[..., Scenario], world_of: Callable[..., World]) -> World:
    """A theatre of the capital and one rebel town without a road between them, in a campaign."""
    scenario = region_with(
        "conflict.theatre=[capi, hill]",
        "events=[{id: e, kind: campaign_start, date: 2020-01-12, actor: REB, target: XAA, sources: [wire]}]",
    )
    return world_of(scenario, horizon=365)


def test_a_campaign_under_way_burns_out_by_the_law_of_the_cases_for_a_year(
    region_with: Callable[..., Scenario], world_of: Callable[..., World], with_values: Values
) -> None:
    scenario = region_with(
        "conflict.theatre=[capi, hill]",
        "events=[{id: e, kind: campaign_start, date: 2020-01-12, actor: REB, target: XAA, sources: [wire]}]",
    )
    world = world_of(scenario, horizon=600)
    began = world.theatre.campaign_day
    values = {**STILL, "loss.intercept": -60.0, "campaign.end_rate": 0.02}
    for factor in (0.0, 0.5, 1.0):
        with_factor = with_values(world, {**values, "campaign.first_year_burnout": factor})
        one = simulate_world(with_factor, members=4_000, seed=5).arms["baseline"]
        day = one.day[one.kind == 3]
        first_year = 365 + began
        assert abs((day <= first_year).mean() - (1 - np.exp(-0.02 * factor * first_year))) < 0.03
        assert len(day) / 4_000 > 0.98, "after its first year the rate is whole again"


def test_a_capital_under_known_covariates_falls_at_the_written_hazard(
    region_with: Callable[..., Scenario], world_of: Callable[..., World], with_values: Values
) -> None:
    b = {
        "loss.intercept": -4.0, "loss.size": -0.3, "loss.duration": -0.4, "loss.patron_level": -0.5,
        "loss.rebel_patron": 0.2, "loss.capital": 0.3, "loss.capital_lost_share": 0.9, "end.p_flight": 0.4,
    }  # fmt: skip
    world = with_values(lone_capital(region_with, world_of), {**STILL, **b})
    futures = simulate_world(world, members=N, seed=4, workers=2)
    # Air power and advisers of two patrons: Sg = 2; arms from the rebels' patron: Sr = 1; one of two sites lost.
    eta = -4.0 - 0.3 * np.log(1_800 / 50) / 2 - 0.5 * 2 + 0.2 * 1 + 0.3 + 0.9 * 0.5
    day = np.arange(1, 366)
    hazard = np.exp(eta - 0.4 * np.log(1 + (day + 20) / 30))
    fallen = 1 - np.exp(-np.cumsum(hazard))
    edges = np.array([10, 30, 60, 90, 150, 250, 365])
    assert chi2(waits(futures), lambda d: fallen[d - 1], edges) < 7 + 4 * np.sqrt(14)
    modes = futures.arms["baseline"].end_mode
    n_fallen = (modes > 0).sum()
    assert n_fallen > 1_000
    assert abs((modes == 2).sum() / n_fallen - 0.4) < 4 * np.sqrt(0.24 / n_fallen)


def test_campaign_intensity_is_redrawn_in_geometric_blocks(
    region_with: Callable[..., Scenario], world_of: Callable[..., World], with_values: Values
) -> None:
    redraw, spread, intercept = 0.1, 2.0, -4.0
    bare = {n: 0.0 for n in NAMES if n.startswith("loss.")}
    values = {
        **STILL,
        **bare,
        "loss.intercept": intercept,
        "sd.intensity": spread,
        "intensity.redraw_rate": redraw,
    }
    world = unfiltered(with_values(lone_capital(region_with, world_of), values))
    futures = simulate_world(world, members=N, seed=5, workers=2)
    # Forward algorithm: the intensity stays with 1 - redraw and is drawn anew otherwise.
    nodes, mass = np.polynomial.hermite_e.hermegauss(80)
    mass = mass / mass.sum()
    alive, survival = mass.copy(), []
    for _ in range(365):
        alive = alive * np.exp(-np.exp(intercept + spread * nodes))
        survival.append(alive.sum())
        alive = (1 - redraw) * alive + redraw * alive.sum() * mass
    fallen = 1 - np.array(survival)
    edges = np.array([1, 2, 4, 7, 10, 15, 20, 30, 45, 60])
    assert chi2(waits(futures), lambda d: fallen[d - 1], edges) < 10 + 4 * np.sqrt(20)


def unfiltered(world: World) -> World:
    """The same world with a campaign that a lever starts on the as-of day: the latents are those of the prior."""
    cut = {f: getattr(world, f)[:, :1] * 0 for f in
           ("history_level", "history_withdrawn", "history_reinforced", "history_rebel_level",
            "history_more", "history_kinds")}  # fmt: skip
    return replace(
        world, theatre=world.theatre._replace(campaign_day=1), starts_campaign=np.array([1], np.int8), **cut
    )
