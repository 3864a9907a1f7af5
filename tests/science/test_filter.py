"""The particle filter: prior without history, the right direction with it, and exact evidence on a small case."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from counterpoise.dynamics.history import recent_changes
from counterpoise.dynamics.parameters import NAMES
from counterpoise.dynamics.world import World
from counterpoise.ensemble.filtering import Filtered, filter_world
from counterpoise.scenario.models import Scenario

pytestmark = pytest.mark.science


@pytest.fixture(scope="module")
def world_of(world_of: Callable[..., World]) -> Callable[..., World]:
    """Worlds under the prototype's specification: what a test sets stands alone, and history is filtered in full."""
    return partial(world_of, posterior=None)


Load = Callable[..., Scenario]
Compile = Callable[..., World]
Values = Callable[[World, dict[str, float]], World]
START = "{id: e0, kind: campaign_start, date: 2020-01-10, actor: REB, target: XAA, sources: [wire]}"


def capture(number: int, site: str, date: str, actor: str = "REB") -> str:
    return f"{{id: e{number}, kind: capture, date: {date}, actor: {actor}, site: {site}, sources: [wire]}}"


def events(*rows: str) -> str:
    return f"events=[{', '.join(rows)}]"


def intensity(found: Filtered) -> float:
    """Posterior mean of u + w, draws weighted."""
    return float(((found.u + found.w).mean(axis=1) * found.weight).sum())


def test_without_history_the_cloud_is_the_prior(region_with: Load, world_of: Compile) -> None:
    world = world_of(region_with("events=[]"), n_draws=20)
    found = filter_world(world, 1, n_particles=2_000)
    for cloud, name in (
        (found.u, "sd.case"),
        (found.v, "sd.recapture"),
        (found.k, "sd.capital"),
        (found.w, "sd.intensity"),
    ):
        z = cloud / world.draws.column(name)[:, None]
        n = z.size
        assert abs(z.mean()) < 4 / np.sqrt(n)
        assert abs(z.std() - 1) < 4 / np.sqrt(2 * n)
    assert np.allclose(found.weight, 1 / 20, rtol=0, atol=1e-15)
    assert found.effective_draws == pytest.approx(20)


def test_captures_raise_the_intensity_and_quiet_days_lower_it(region_with: Load, world_of: Compile) -> None:
    cases = {
        "quiet": events(START),
        "one": events(START, capture(1, "oasis", "2020-01-30")),
        "three": events(
            START,
            capture(1, "oasis", "2020-01-26"),
            capture(2, "nord", "2020-01-28"),
            capture(3, "cent", "2020-01-31"),
        ),
    }
    mean = {k: intensity(filter_world(world_of(region_with(v), n_draws=30), 1)) for k, v in cases.items()}
    assert mean["quiet"] < 0 < mean["one"] < mean["three"]
    days = ["2020-01-12", "2020-01-20", "2020-02-01", "2020-02-28"]
    calm = [
        intensity(filter_world(world_of(region_with(events(START), f"as_of={d}"), n_draws=30), 1))
        for d in days
    ]
    assert calm == sorted(calm, reverse=True)


def test_weights_and_effective_sizes_are_sane(region: Scenario, world_of: Compile) -> None:
    found = filter_world(world_of(region, n_draws=40), 2)
    assert found.weight.sum() == pytest.approx(1.0, abs=1e-12)
    assert (found.weight > 0).all()
    assert 1 <= found.effective_draws <= 40
    assert all(np.isfinite(x).all() for x in (found.u, found.v, found.k, found.w))
    ancestors = found.ancestors(2, 0, 20_000)
    share = np.bincount(ancestors.draw, minlength=40) / 20_000
    assert np.abs(share - found.weight).max() < 4.5 * np.sqrt(found.weight.max() / 20_000)
    assert set(ancestors.u[ancestors.draw == 0]) <= set(found.u[0])


def test_the_number_of_particles_changes_the_answer_by_its_error_only(
    region: Scenario, world_of: Compile
) -> None:
    world = world_of(region, n_draws=30)
    few, many = (filter_world(world, 3, n_particles=n) for n in (256, 4_096))
    gap = (few.u + few.w).mean(axis=1) - (many.u + many.w).mean(axis=1)
    spread = (many.u + many.w).std()
    assert abs(gap.mean()) < 4 * spread * np.sqrt(4 / 256 / 30)
    assert abs(np.log(few.weight / many.weight)).mean() < 0.4


@pytest.mark.parametrize("redraw", [0.0, 0.15])
def test_evidence_and_posterior_agree_with_quadrature(
    region_with: Load, world_of: Compile, with_values: Values, redraw: float
) -> None:
    """Three sites; u by Gauss-Hermite nodes, w by a forward algorithm over blocks on its own nodes."""
    scenario = region_with(
        "conflict.theatre=[capi, hill, oasis]", "sites.oasis.threatened_by=[REB]",
        events(START, capture(1, "oasis", "2020-01-25")),
    )  # fmt: skip
    world = with_values(
        world_of(scenario, n_draws=4),
        {
            "sd.capital": 0.0, "intensity.redraw_rate": redraw, "loss.intercept": -5.0,
            "recapture.intercept": -60.0,
        },
    )  # fmt: skip
    found = filter_world(world, 1, n_particles=20_000)
    exact_evidence, exact_w, exact_u = np.array([exact(world, d, redraw) for d in range(4)]).T
    assert np.allclose(found.w.mean(axis=1), exact_w, atol=0.06)
    assert np.allclose(found.u.mean(axis=1), exact_u, atol=0.05)
    weight = np.exp(exact_evidence - exact_evidence.max())
    assert np.allclose(found.weight, weight / weight.sum(), rtol=0.06)


def exact(world: World, draw: int, redraw: float) -> tuple[float, float, float]:
    """Log evidence and posterior means of w and u, by quadrature, from the equations on paper."""
    p = dict(zip(NAMES, world.draws.values[draw], strict=True))
    nodes, mass = np.polynomial.hermite_e.hermegauss(60)
    mass = mass / mass.sum()
    u, w = p["sd.case"] * nodes, p["sd.intensity"] * nodes
    forward = np.outer(mass, mass)
    fell_on = 15
    for t in range(23):
        taken = t > fell_on
        common = (
            p["loss.duration"] * np.log(1 + t / 30)
            + p["loss.patron_level"] * world.history_level[draw, t]
            + p["loss.withdrawn"] * world.history_withdrawn[draw, t]
            + p["loss.reinforced"] * world.history_reinforced[draw, t]
            + p["loss.rebel_patron"] * world.history_rebel_level[draw, t]
            + u[:, None] + w[None, :]
        )  # fmt: skip
        capital = p["loss.intercept"] + p["loss.size"] * np.log(1_800 / 50) / 2 + p["loss.capital"]
        capital += p["loss.capital_lost_share"] * (2 / 3 if taken else 1 / 3)
        oasis = p["loss.intercept"] + p["loss.any_rebel"] + p["loss.share_rebel"] + p["loss.threat"]
        oasis += p["loss.size"] * np.log(60 / 50) / 2
        like = np.exp(-np.exp(capital + common))
        if not taken:
            hazard = np.exp(oasis + common)
            like = like * (1 - np.exp(-hazard) if t == fell_on else np.exp(-hazard))
        forward = forward * like
        # At the end of the day the block may end; the new intensity is a fresh draw.
        forward = (1 - redraw) * forward + redraw * forward.sum(axis=1, keepdims=True) * mass[None, :]
    total = forward.sum()
    return (
        float(np.log(total)),
        float((forward * w).sum() / total),
        float((forward * u[:, None]).sum() / total),
    )


def test_recent_changes_count_the_governments_losses_alone(region_with: Load, world_of: Compile) -> None:
    scenario = region_with(
        events(
            START,
            capture(1, "oasis", "2020-01-25"),
            capture(2, "oasis", "2020-01-28", "THI"),
            "{id: e3, kind: recapture, date: 2020-01-29, site: oasis, sources: [wire]}",
            capture(4, "sud", "2020-02-01", "THI"),
        )
    )
    lost, back, given = recent_changes(world_of(scenario).theatre)
    assert given == 0.0
    assert lost == pytest.approx((0.5 ** (7 / 7) + 1) / 10)
    assert back == pytest.approx(0.5 ** (3 / 7) / 10)


def test_recapture_is_filtered_with_the_days_held_that_the_kernel_uses(
    region_with: Load, world_of: Compile
) -> None:
    """A long quiet spell beside an old rebel town says less about v than one beside a town just taken."""
    quiet = (START, "{id: e1, kind: capture, date: 2019-12-01, actor: REB, site: oasis, sources: [wire]}")
    mean = {}
    for since in ("2019-12-30", "1990-01-01"):
        scenario = region_with(events(*quiet), f"sites.hill.held_since={since}", "as_of=2020-02-28")
        found = filter_world(world_of(scenario, n_draws=30), 1, n_particles=1_000)
        mean[since] = float((found.v.mean(axis=1)).mean())
    assert mean["2019-12-30"] < mean["1990-01-01"] < 0.05


def test_a_campaign_longer_than_the_arms_look_back_is_filtered_from_its_first_day(
    region_with: Load, world_of: Compile
) -> None:
    start = START.replace("2020-01-10", "2016-01-10")
    world = world_of(region_with(events(start)))
    days = 1 - world.theatre.campaign_day
    assert days > 1_400
    assert world.history_level.shape == (8, days)
    # Betania's advisers and Cetania's air power: level 2 throughout; nobody left or came since 2013 and 2015.
    assert (world.history_level == 2).all()
    assert not world.history_withdrawn.any()
    # Cetania came on 1 September 2015, 131 days before: RF stands for the rest of its 180 days.
    assert world.history_reinforced[:, :49].all()
    assert not world.history_reinforced[:, 49:].any()
    found = filter_world(world, 1)
    assert np.isfinite(found.u).all()
    assert intensity(found) < -0.5
