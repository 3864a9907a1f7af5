"""The client's background: figures to covariates, and nothing that is dated later."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from counterpoise.compiler.background import background_of
from counterpoise.dynamics.covariates import BACKGROUND
from counterpoise.dynamics.parameters import NAMES
from counterpoise.scenario.figures import Figure
from counterpoise.scenario.models import Background

EVE = dt.date(1999, 12, 31)
START = dt.date(2000, 1, 1)


def figure(value: float, unit: str = "persons", as_of: dt.date = EVE) -> Figure:
    return Figure(value=value, unit=unit, as_of=as_of, source="wire", standing="literature")


def full(as_of: dt.date = EVE) -> Background:
    return Background(
        deaths_last_year=figure(975, as_of=as_of), deaths_year_before=figure(75, as_of=as_of),
        coups=figure(3, "events", as_of), soviet_sponsor=figure(1, "index", as_of),
        gdp_per_head=figure(500, "USD/year", as_of), population=figure(40e6, as_of=as_of),
    )  # fmt: skip


def test_the_covariates_are_those_of_the_page_in_the_order_of_the_parameters() -> None:
    order = [NAMES[i] for i in BACKGROUND]
    assert order == [
        "loss.era", "loss.deaths_trend", "loss.coups", "loss.soviet_sponsor", "loss.income", "loss.people"
    ]  # fmt: skip
    found = background_of(full(), START, EVE)
    assert found == pytest.approx([1.0, np.log(10.0), 1.0, 1.0, -np.log(2.0), np.log(2.0)])


def test_what_is_dated_after_the_as_of_day_is_not_read() -> None:
    assert background_of(full(START), START, EVE) == pytest.approx([1.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    late = full().model_copy(update={"deaths_year_before": figure(75, as_of=START)})
    assert background_of(late, START, EVE)[1] == 0.0


def test_without_a_background_only_the_era_is_known() -> None:
    assert background_of(None, dt.date(1989, 12, 31), EVE) == pytest.approx(np.zeros(6))
    assert background_of(None, START, EVE) == pytest.approx([1.0, 0.0, 0.0, 0.0, 0.0, 0.0])
