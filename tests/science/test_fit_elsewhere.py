"""Fits on processes and on a cluster: the same draws as here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from counterpoise.compiler.posterior import Posterior, read_posterior
from counterpoise.ensemble.execution import open_executor
from counterpoise.scenario.models import Scenario

pytest.importorskip("jax")
pytest.importorskip("numpyro")
pytestmark = pytest.mark.science

OPTIONS = {"seed": 1, "logs": 1, "kept": 60}


@pytest.fixture(scope="module")
def design(beside: Callable[[str], ModuleType]) -> ModuleType:
    return beside("science/test_fit_recovery.py")


@pytest.fixture(scope="module")
def cases(beside: Callable[[str], ModuleType], design: ModuleType, region: Scenario) -> list[Scenario]:
    found: list[Scenario] = design.simulated(beside("made_cases.py"), region, {}, 6, 21)
    return found


@pytest.fixture(scope="module")
def full(design: ModuleType, cases: list[Scenario]) -> Posterior:
    from counterpoise.inference.fit import fit_cases

    found = fit_cases(cases, design.SPEC, method="laplace", **OPTIONS)
    # Cases that say so much that draws cannot be weighed anew without them (Pareto k above .7).
    return replace(found, case_log_likelihood=30.0 * np.asarray(found.case_log_likelihood))


@pytest.mark.parametrize("where", ["processes", pytest.param("cluster", marks=pytest.mark.soak)])
def test_groups_left_out_elsewhere_give_the_same_draws(
    where: str, design: ModuleType, cases: list[Scenario], full: Posterior, tmp_path: Path
) -> None:
    from counterpoise.inference.fit import left_out_fits

    groups = {"two": [c.id for c in cases[:2]]}
    here = left_out_fits(cases, design.SPEC, groups, full=full, refit="laplace", **OPTIONS)
    assert here["two"].method == "laplace"

    def left_out(scheduler: str) -> dict[str, Posterior]:
        with open_executor(scheduler, 1) as executor:
            return left_out_fits(
                cases,
                design.SPEC,
                groups,
                full=full,
                refit="laplace",
                executor=executor,
                cache=tmp_path,
                **OPTIONS,
            )

    if where == "processes":
        there = left_out("processes")
    else:
        distributed = pytest.importorskip("distributed", reason="needs the extra [cluster]")
        with distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            host="127.0.0.1",
            silence_logs=50,
        ) as made:
            there = left_out(made.scheduler_address)
    assert list(there) == list(here)
    for name, posterior in here.items():
        np.testing.assert_array_equal(there[name].draws, posterior.draws)
        assert there[name].about == posterior.about
    # What was fitted there is kept here, and a run that was broken off goes on from it.
    assert [p.name.split("-")[1] for p in tmp_path.iterdir()] == ["two"]


@pytest.mark.soak
def test_vintages_fitted_elsewhere_are_those_fitted_here(
    design: ModuleType, cases: list[Scenario], tmp_path: Path
) -> None:
    from counterpoise.inference.vintages import fit_vintages, newest_vintage

    newest = newest_vintage(cases)
    days = (newest, newest + dt.timedelta(days=1))
    options = {"method": "laplace", "kept": 50}
    here = fit_vintages(cases, tmp_path / "here", days, design.SPEC, **options)
    with open_executor("processes", 1) as executor:
        there = fit_vintages(cases, tmp_path / "there", days, design.SPEC, executor=executor, **options)
    assert list(here) == list(there) == list(days)
    for day in days:
        np.testing.assert_array_equal(there[day].draws, here[day].draws)
        # A file holds single precision.
        kept = read_posterior(tmp_path / "there" / str(day)).draws
        np.testing.assert_array_equal(kept, here[day].draws.astype(np.float32))
