"""Silent failure 3: units as properties. Years and days, thousands of people, kilometres on a sphere."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoise.compiler.rates import Rate
from counterpoise.compiler.region import EARTH_KM, build_ledger
from counterpoise.compiler.theatre import UNKNOWN_POPULATION_K, build_theatre
from counterpoise.scenario.models import Scenario, Site


def counted(value: float, unit: str) -> Rate:
    return Rate("x", value, value / 2, value, unit, 10, "d", dt.date(2020, 1, 1), "fitted")


@given(st.floats(1e-6, 0.95))
def test_a_yearly_probability_comes_back_after_a_year_of_daily_hazard(p: float) -> None:
    hazard, low, high = counted(p, "probability/year").per_day()
    assert 1 - math.exp(-365.25 * hazard) == pytest.approx(p, rel=1e-9)
    assert 1 - math.exp(-365.25 * low) == pytest.approx(p / 2, rel=1e-9)
    assert low < hazard == high
    # Day by day, as the engine does it, the same year has the same probability.
    p_day = 1 - math.exp(-hazard)
    assert 1 - (1 - p_day) ** 365.25 == pytest.approx(p, rel=1e-6)


@given(st.floats(1e-6, 5.0))
def test_a_yearly_rate_is_a_daily_one_times_the_days_of_a_year(r: float) -> None:
    assert counted(r, "1/quiet country-year").per_day()[0] * 365.25 == pytest.approx(r, rel=1e-12)
    assert counted(r, "1/day").per_day()[0] == r


def test_a_unit_that_is_no_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="no daily hazard from unit 'persons'"):
        counted(1.0, "persons").per_day()


@pytest.mark.parametrize("people", [1_000, 15_000, 50_000, 1_800_000])
def test_people_become_thousands_in_the_theatre_and_stay_people_in_the_ledger(
    region_with: Callable[..., Scenario], people: int
) -> None:
    scenario = region_with(f"sites.cent.population.value={people}")
    theatre = build_theatre(scenario, scenario.as_of)
    assert theatre.population_k[scenario.conflict.theatre.index("cent")] == people / 1000
    assert build_ledger(scenario).population_site[[s.id for s in scenario.sites].index("cent")] == people


def test_an_unknown_population_is_the_stated_stand_in_and_never_below_a_thousand(
    region_with: Callable[..., Scenario],
) -> None:
    scenario = region_with("sites.cent.population=null", "sites.nord.population.value=3")
    theatre = build_theatre(scenario, scenario.as_of)
    at = scenario.conflict.theatre.index
    assert theatre.population_k[at("cent")] == UNKNOWN_POPULATION_K
    assert theatre.population_k[at("nord")] == 1.0


def central_angle(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Angle between two places from their vectors; atan2 of cross and dot product (independent of the haversine)."""

    def vector(place: tuple[float, float]) -> np.ndarray:  # type: ignore[type-arg]
        lat, lon = map(math.radians, place)
        return np.array([math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)])

    x, y = vector(a), vector(b)
    return math.atan2(float(np.linalg.norm(np.cross(x, y))), float(x @ y))


PLACE = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(st.lists(PLACE, min_size=2, max_size=5))
def test_distances_agree_with_another_formula(places: list[tuple[float, float]]) -> None:
    km = distances(places)
    for i, a in enumerate(places):
        for j, b in enumerate(places):
            assert km[i, j] == pytest.approx(EARTH_KM * central_angle(a, b), rel=1e-7, abs=0.5)
    assert np.array_equal(km, km.T)
    assert km.max() <= math.pi * EARTH_KM + 1e-6


def distances(places: list[tuple[float, float]]) -> np.ndarray:  # type: ignore[type-arg]
    """Distances of the compiler between places."""
    from counterpoise.compiler import region

    made = [
        Site(id=f"s{i}", name="s", country="XAA", lat=lat, lon=lon, roles=("town",), holder="XAA", source="s")
        for i, (lat, lon) in enumerate(places)
    ]

    class Sites:
        sites = made

    return region._distances(Sites)  # type: ignore[arg-type]


def test_known_distances() -> None:
    aleppo, damascus = (36.2021, 37.1343), (33.5138, 36.2765)
    assert distances([aleppo, damascus])[0, 1] == pytest.approx(309, abs=2)
    assert distances([(0, 0), (0, 90)])[0, 1] == pytest.approx(EARTH_KM * math.pi / 2)
    assert distances([(90, 0), (-90, 77)])[0, 1] == pytest.approx(EARTH_KM * math.pi)
