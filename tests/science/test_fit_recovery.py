"""Cases made by the engine at known parameters are fitted: what is identified comes back, and is calibrated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from counterpoise.compiler import compile_world
from counterpoise.dynamics.parameters import NAMES
from counterpoise.ensemble import simulate_world
from counterpoise.inference.specs import FitSpec, Prior
from counterpoise.scenario.models import Scenario

pytest.importorskip("jax")
pytest.importorskip("numpyro")
pytestmark = pytest.mark.science

AS_OF = dt.date(2020, 2, 1)
DAYS = 200
#: What the engine lives by where the reduced design does not fit it.
TRUTH = {
    "loss.intercept": -6.0, "loss.any_rebel": 0.8, "loss.share_rebel": 0.5, "loss.threat": 0.7, "loss.size": -0.2,
    "loss.duration": -0.3, "loss.patron_level": 0.0, "loss.withdrawn": 0.0, "loss.reinforced": 0.0, "loss.rebel_patron": 0.0,
    "loss.capital": -0.5, "loss.capital_any_rebel": 0.4, "loss.capital_lost_share": 1.0,
    "recapture.intercept": -4.5, "recapture.share_government": 0.5, "recapture.reinforced": 0.0,
    "recapture.patron_level": 0.0, "recapture.rebel_patron": 0.0, "recapture.momentum": 0.3,
    "recapture.momentum_government": 0.5, "recapture.held": -0.3, "rescue.intercept": -500.0, "rescue.momentum": 0.0,
    "sd.case": 0.8, "sd.recapture": 0.7, "sd.capital": 0.3, "sd.intensity": 1.2, "intensity.redraw_rate": 0.05,
    "campaign.end_rate": 0.0, "coup.rate": 0.0, "settlement.rate": 0.0, "patron.exit_rate": 0.0, "exit.p_total": 0.5,
}  # fmt: skip
FITTED = (
    "loss.intercept",
    "loss.any_rebel",
    "loss.threat",
    "sd.case",
    "sd.intensity",
    "recapture.intercept",
    "recapture.held",
)
#: Tight enough that every draw from it gives cases that are neither empty nor over on the first day.
PRIORS = {
    "loss.intercept": Prior(-6.0, 0.5), "loss.any_rebel": Prior(0.8, 0.5), "loss.threat": Prior(0.7, 0.5),
    "sd.case": Prior(0.0, 1.0, "size"), "sd.intensity": Prior(0.0, 1.2, "size"),
    "recapture.intercept": Prior(-4.5, 0.5), "recapture.held": Prior(-0.3, 0.3),
}  # fmt: skip
SPEC = FitSpec(
    "reduced", "reduced design", FITTED,
    fixed={k: v for k, v in TRUTH.items() if k not in FITTED},
    priors=PRIORS,
)  # fmt: skip


@pytest.fixture(scope="module")
def made(beside: Callable[[str], ModuleType]) -> ModuleType:
    return beside("made_cases.py")


def simulated(
    made: ModuleType, region: Scenario, truth: dict[str, float], n: int, seed: int
) -> list[Scenario]:
    """Cases drawn by the engine; each has latents of its own from their prior."""
    scenario = made.quiet_region(region, AS_OF)
    world = compile_world(scenario, AS_OF, seed=seed, horizon=DAYS, n_draws=1, posterior=None)
    values = world.draws.values.copy()
    for name, value in {**TRUTH, **truth}.items():
        values[:, NAMES.index(name)] = value
    world = replace(world, draws=replace(world.draws, values=values))
    # A quiet theatre in which a lever starts the campaign: nothing is filtered, so the latents are those of the prior.
    fields = ("level", "withdrawn", "reinforced", "rebel_level", "more", "kinds")
    cut = {f"history_{f}": getattr(world, f"history_{f}")[:, :1] for f in fields}
    world = replace(
        world, theatre=world.theatre._replace(campaign_day=1), starts_campaign=np.array([1], np.int8), **cut
    )
    futures = simulate_world(world, members=n, seed=seed)
    return made.cases_from(scenario, world, futures, "baseline", DAYS)


def test_known_parameters_are_recovered(made: ModuleType, region: Scenario) -> None:
    from counterpoise.inference.fit import fit_cases

    cases = simulated(made, region, {}, 25, 8)
    found = fit_cases(cases, SPEC, method="laplace", kept=200)
    assert found.about["pareto_k"] < 1.0
    far = {n: (TRUTH[n] - found.column(n).mean()) / found.column(n).std() for n in FITTED}
    assert max(abs(z) for z in far.values()) < 3.3, far
    for row in found.diagnostics:
        print(
            f"{row['parameter']:24} true {TRUTH[row['parameter']]:6.2f} [{row['low_90']}, {row['high_90']}] {row['verdict']}"
        )
    assert {r["parameter"]: r["verdict"] for r in found.diagnostics}["loss.any_rebel"] == "identified"


def calibration(made: ModuleType, region: Scenario, runs: int) -> np.ndarray:
    """Ranks of the true values among the draws, as uniform numbers, shape (n_runs, n_fitted)."""
    from counterpoise.inference.fit import fit_cases

    out = []
    for run in range(runs):
        rng = np.random.default_rng(1000 + run)
        truth = {}
        for name in FITTED:
            prior = PRIORS[name]
            x = prior.mean + prior.sd * rng.standard_normal()
            truth[name] = abs(x) if prior.scale == "size" else x
        cases = simulated(made, region, truth, 12, 500 + run)
        draws = fit_cases(cases, SPEC, method="laplace", kept=100, seed=run).draws
        out.append([(draws[:, j] < truth[n]).mean() for j, n in enumerate(FITTED)])
    return np.array(out)


def check_uniform(rank: np.ndarray) -> None:
    """Mean and spread of uniform numbers, by parameter, within four standard errors."""
    n = len(rank)
    print(dict(zip(FITTED, np.round(rank.mean(0), 2), strict=True)))
    assert (np.abs(rank.mean(0) - 0.5) < 4 * np.sqrt(1 / 12 / n)).all(), rank.mean(0)
    # The variance of a uniform number is 1/12, and that of its square deviation 1/180.
    assert (np.abs(((rank - 0.5) ** 2).mean(0) - 1 / 12) < 4 * np.sqrt(1 / 180 / n)).all()


@pytest.mark.soak
def test_ranks_of_the_truth_are_uniform_on_a_reduced_design(made: ModuleType, region: Scenario) -> None:
    check_uniform(calibration(made, region, 4))


@pytest.mark.soak
def test_ranks_of_the_truth_are_uniform_over_many_runs(made: ModuleType, region: Scenario) -> None:
    check_uniform(calibration(made, region, 60))


def test_groups_are_left_out_by_weights_or_by_a_new_fit_that_is_kept(
    made: ModuleType, region: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from counterpoise.inference import fit

    cases = simulated(made, region, {}, 6, 21)
    options = {"seed": 1, "logs": 1, "kept": 60}
    full = fit.fit_cases(cases, SPEC, method="laplace", **options)
    ids = [c.id for c in cases]
    light = fit.left_out_fits(cases, SPEC, {"one": ids[:1]}, full=full, **options)["one"]
    assert light.method == "reweighted"
    assert [c for c, _ in light.cases] == ids[1:]
    monkeypatch.setattr(fit, "GOOD_K", -np.inf)
    groups = {"two": ids[:2]}
    anew = fit.left_out_fits(cases, SPEC, groups, full=full, refit="laplace", cache=tmp_path, **options)[
        "two"
    ]
    assert anew.method == "laplace"
    assert [c for c, _ in anew.cases] == ids[2:]
    direct = fit.fit_cases(cases[2:], SPEC, method="laplace", **options)
    gap = (anew.draws.mean(0) - direct.draws.mean(0)) / direct.draws.std(0)
    assert np.abs(gap).max() < 1.0, gap
    # An interrupted run goes on where it was: what was made is read, not made again.
    monkeypatch.setattr(fit._LeftOut, "_anew", None)
    again = fit.left_out_fits(cases, SPEC, groups, full=full, refit="laplace", cache=tmp_path, **options)[
        "two"
    ]
    np.testing.assert_allclose(again.draws, anew.draws, rtol=1e-6)


def test_nuts_finds_what_laplace_finds(made: ModuleType, region: Scenario) -> None:
    from counterpoise.inference.fit import fit_cases

    cases = simulated(made, region, {}, 8, 8)
    sampled = fit_cases(cases, SPEC, method="nuts", kept=200, logs=1)
    quick = fit_cases(cases, SPEC, method="laplace", kept=100, logs=1)
    assert sampled.about["divergences"] == 0
    assert sampled.about["worst_r_hat"] < 1.05
    gap = (sampled.draws.mean(0) - quick.draws.mean(0)) / sampled.draws.std(0)
    assert np.abs(gap).max() < 0.6, gap
