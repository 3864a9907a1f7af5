"""Fit and backtest on a few cases, end to end: small enough for every run of the checks, and able to fail.

A few cases are far too few for skill; what is held here is that nothing learns from what it forecasts, that a broken run goes
on with the same numbers, that the forecasts know more than nothing, and that the scorecard is whole.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from counterpoise.brief.scorecard import write_scorecard
from counterpoise.evaluation.backtest import Backtest, BacktestPlan, backtest, left_out_groups
from counterpoise.evaluation.case_rows import HORIZONS
from counterpoise.evaluation.scorecard import scorecard
from counterpoise.scenario import load_scenario
from counterpoise.scenario.models import Scenario

pytest.importorskip("jax", reason="needs the extra [fit]")

pytestmark = pytest.mark.science
NAMES = ("CAF2013", "KHM1975", "LBR1990", "RWA1994", "SLV1989", "TCD1990")
PLAN = BacktestPlan(members=64, refit="shift")


@pytest.fixture(scope="module")
def cases() -> tuple[Scenario, ...]:
    return tuple(load_scenario(n) for n in NAMES)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("backtest")


@pytest.fixture(scope="module")
def result(cases: tuple[Scenario, ...], cache: Path) -> Backtest:
    return backtest(cases, plan=PLAN, train=cases, cache=cache, workers=2)


LABEL = "main, patrons frozen"


def test_no_fit_has_seen_the_country_that_it_is_for(result: Backtest, cases: tuple[Scenario, ...]) -> None:
    for country, left in left_out_groups(cases, "country").items():
        about = result.fits["main"][country]
        assert sorted(left) == sorted(about["left_out"])


def test_every_row_has_a_forecast_and_probabilities_grow_with_the_horizon(result: Backtest) -> None:
    p = result.probabilities[LABEL]
    assert p.shape == (len(result.rows), len(HORIZONS))
    assert ((p >= 0) & (p <= 1)).all()
    assert (np.diff(p, axis=1) >= 0).all()
    assert p.std() > 0.02


def test_the_forecasts_are_not_upside_down(result: Backtest) -> None:
    """Six cases cannot show skill; a sign that is wrong somewhere they can."""
    found = {
        r["forecaster"]: r["brier"]
        for r in result.scores
        if r["subset"] == "core campaign" and r["horizon_days"] == 365
    }
    assert found[LABEL] < 0.45
    assert found["logistic"] < 0.45


def test_a_run_that_is_taken_up_again_gives_the_same_numbers(
    result: Backtest, cases: tuple[Scenario, ...], cache: Path
) -> None:
    kept = sorted((cache / "forecasts").glob("*.json"))
    assert len(kept) == len(result.rows)
    for path in kept[::3]:
        path.unlink()
    kept[1].write_text("half a forec")
    again = backtest(cases, plan=PLAN, train=cases, cache=cache)
    assert json.dumps(scorecard(again)) == json.dumps(scorecard(result))


def test_the_scorecard_is_written_whole(result: Backtest, tmp_path: Path) -> None:
    paths = write_scorecard(scorecard(result), tmp_path)
    card = json.loads(paths["scorecard.json"].read_text())
    assert card["n_rows"] == len(result.rows)
    page = paths["scorecard.md"].read_text()
    assert LABEL in page
    assert "nan" not in page
    assert all(paths[n].read_text().startswith("<?xml") for n in ("skill.svg", "reliability.svg"))
