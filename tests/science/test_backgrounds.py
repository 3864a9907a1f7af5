"""The backgrounds of the past cases are what the annual record gives today, and each is dated before its campaign."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from counterpoise.inference import load_cases
from counterpoise.scenario.models import Background, Scenario
from counterpoise.sources.background import LAST_COUP_YEAR, background_on_record

pytestmark = pytest.mark.science

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
needs_data = pytest.mark.skipif(not (DATA / "ucdp").is_dir(), reason=f"the shared data are not at {DATA}")


@pytest.fixture(scope="module")
def cases() -> dict[str, tuple[Scenario, Background, dt.date]]:
    found = {}
    for s in load_cases():
        assert s.case is not None
        assert s.conflict.background is not None, s.id
        found[s.id] = (s, s.conflict.background, s.case.campaign_start)
    return found


def test_every_figure_is_dated_before_the_campaign(
    cases: dict[str, tuple[Scenario, Background, dt.date]],
) -> None:
    for name, (_, background, start) in cases.items():
        for field in Background.model_fields:
            figure = getattr(background, field)
            assert figure is None or figure.as_of < start, (name, field)


@needs_data
def test_the_figures_are_those_of_the_record(
    cases: dict[str, tuple[Scenario, Background, dt.date]],
) -> None:
    compared = 0
    for name, (s, background, start) in cases.items():
        assert s.case is not None
        found = background_on_record(DATA, s.case.country, start)
        for field in ("deaths_last_year", "deaths_year_before", "gdp_per_head", "population"):
            figure, said = getattr(background, field), getattr(found, field)
            if name == "VNM1975":  # The record counts both halves of the country.
                assert figure is None
            elif figure is None:
                assert said is None, (name, field)
            else:
                assert figure.value == pytest.approx(said, rel=1e-3), (name, field)
                compared += 1
        assert background.coups is not None
        if start.year <= LAST_COUP_YEAR:
            assert background.coups.value == found.coups, name
            compared += 1
        else:
            assert found.coups is None
    assert compared > 100
