"""Which numbers a run lives by: precedence, vintages, and figures that become draws."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoise.compiler import load_parameters, rate
from counterpoise.compiler.figures import draw_figures
from counterpoise.compiler.parameters import ANNUAL
from counterpoise.compiler.rates import selection
from counterpoise.dynamics.parameters import NAMES, ParameterSpec, draw_parameters, spec_by_name
from counterpoise.errors import InputError
from counterpoise.library import read_text
from counterpoise.scenario.figures import Figure
from counterpoise.scenario.models import Scenario

RATES = json.loads(read_text("rates/annual.json"))["rates"]
IDS = sorted({e["id"].split("@")[0] for e in RATES})
FULL = "standing: assumed, source: inv, note: invented"


@given(st.sampled_from(IDS), st.dates(dt.date(1960, 1, 1), dt.date(2040, 1, 1)))
def test_a_rate_never_rests_on_data_later_than_the_as_of_day(name: str, as_of: dt.date) -> None:
    vintages = [e for e in RATES if e["id"].split("@")[0] == name and e["data_until"] <= as_of.isoformat()]
    if not vintages:
        with pytest.raises(InputError, match="no vintage that early"):
            rate(name, as_of)
        return
    found = rate(name, as_of)
    assert found.data_until <= as_of
    assert found.data_until.isoformat() == max(e["data_until"] for e in vintages), "the newest that fits"
    assert found.low <= found.value <= found.high


def test_the_clock_gives_daily_hazards() -> None:
    found = rate("clock.takeover_campaign", dt.date(2024, 11, 26))
    assert found.per_day()[0] == pytest.approx(found.value / 365.25)


@given(st.dates(dt.date(1985, 1, 1), dt.date(2040, 1, 1)))
def test_the_shift_of_selected_cases_is_never_of_a_later_day(as_of: dt.date) -> None:
    if as_of < dt.date(1995, 12, 31):
        with pytest.raises(InputError, match=r"no vintage that early .* earliest: 1995-12-31"):
            selection(as_of)
        return
    found = selection(as_of)
    assert found.data_until <= as_of
    assert found.low < found.mean < found.high


def test_an_unknown_rate_names_its_neighbours() -> None:
    with pytest.raises(InputError, match=r"unknown rate 'coup\.next_yaer' \| nearest: coup\.next_year"):
        rate("coup.next_yaer", dt.date(2024, 1, 1))


def test_every_parameter_has_one_spec_with_a_standing_and_a_source() -> None:
    found = load_parameters()
    assert tuple(s.name for s in found.specs) == NAMES
    known = {str(s["id"]) for s in found.sources}
    for spec in (*found.specs, *found.constants):
        assert spec.standing in ("fitted", "literature", "elicited", "assumed")
        assert spec.source.split(" ")[0] in known, spec
        assert spec.text
        assert spec.unit


def test_annual_rates_take_the_place_of_nothing_before_their_data_begin() -> None:
    early, late = (load_parameters(None, d) for d in (dt.date(1950, 1, 1), dt.date(2024, 11, 27)))
    for name in ANNUAL:
        old, new = spec_by_name(early.specs)[name], spec_by_name(late.specs)[name]
        assert (old.standing, old.source) == ("assumed", "own-judgement")
        assert new.source.startswith("posterior (" if name == "patron.exit_rate" else "annual (")
        assert new.sd > 0
        assert 0 < new.mean < 0.01, "a hazard a day"


def test_a_scenario_sets_a_parameter_otherwise(region_with: Callable[..., Scenario]) -> None:
    scenario = region_with(
        f"uncertainties=[{{parameter: loss.threat, mean: 2.5, sd: 0.1, {FULL}}}, "
        f"{{parameter: coup.rate, mean: 0.001, sd: 0, {FULL}}}]"
    )
    specs = spec_by_name(load_parameters(scenario, scenario.as_of).specs)
    assert (specs["loss.threat"].mean, specs["loss.threat"].sd, specs["loss.threat"].shape) == (
        2.5,
        0.1,
        "normal",
    )
    assert (specs["coup.rate"].mean, specs["coup.rate"].shape, specs["coup.rate"].source) == (
        0.001,
        "fixed",
        "inv",
    )
    plain = spec_by_name(load_parameters(None, scenario.as_of).specs)
    assert all(specs[n] == plain[n] for n in NAMES if n not in ("loss.threat", "coup.rate"))


def test_unknown_parameters_are_all_refused_with_the_nearest_names(region: Scenario) -> None:
    from counterpoise.scenario.models import Uncertainty

    rows = tuple(
        Uncertainty(parameter=n, mean=1, sd=0, standing="assumed", source="inv")
        for n in ("loss.thraet", "coup.rat")
    )
    with pytest.raises(InputError) as caught:
        load_parameters(region.model_copy(update={"uncertainties": rows}), region.as_of)
    said = [str(p) for p in caught.value.problems]
    assert said[0].startswith("uncertainties[loss.thraet] | unknown parameter")
    assert "nearest: loss.threat" in said[0]
    assert "coup.rate" in said[1]


def test_each_parameter_is_drawn_from_its_own_stream() -> None:
    specs = load_parameters(None, dt.date(2024, 1, 1), None).specs
    few, many = draw_parameters(specs, 1, 20), draw_parameters(specs, 1, 400)
    assert np.array_equal(few.values, many.values[:20])
    wider = tuple(
        ParameterSpec(**{**s.__dict__, "sd": s.sd * 2}) if s.name == "loss.size" else s for s in specs
    )
    moved = (draw_parameters(wider, 1, 20).values != few.values).any(axis=0)
    assert [n for n, m in zip(NAMES, moved, strict=True) if m] == ["loss.size"]
    with pytest.raises(InputError, match=r"unknown name 'loss\.sise'"):
        few.column("loss.sise")


@pytest.mark.parametrize(
    ("shape", "mean", "sd"),
    [
        ("normal", -2.0, 0.5),
        ("lognormal", 3.0, 0.4),
        ("uniform", 0.5, 0.5),
        ("beta", 0.3, 0.12),
        ("fixed", 4.0, 1.0),
    ],
)
def test_shapes_have_their_centre_and_spread(shape: str, mean: float, sd: float) -> None:
    specs = tuple(
        ParameterSpec(n, "t", shape, mean, sd, "u", "assumed", "s")  # type: ignore[arg-type]
        for n in NAMES
    )
    values = draw_parameters(specs, 2, 500).values.ravel()
    if shape == "fixed":
        assert (values == 4.0).all()
        return
    assert np.median(values) == pytest.approx(mean, abs=0.05 * max(1, sd))
    if shape == "uniform":
        assert values.min() >= 0
        assert values.max() <= 1
    elif shape == "beta":
        assert 0 < values.min() < values.max() < 1
        assert values.std() == pytest.approx(sd, rel=0.1)
    else:
        spread = np.log(values).std() if shape == "lognormal" else values.std()
        assert spread == pytest.approx(sd, rel=0.05)


def test_missing_or_doubled_specs_are_refused() -> None:
    specs = load_parameters().specs
    with pytest.raises(InputError, match=r"missing or doubled: loss\.intercept"):
        spec_by_name(specs[1:])
    with pytest.raises(InputError, match="doubled names"):
        spec_by_name((*specs, specs[0]))


def figure(
    value: float, low: float | None = None, high: float | None = None, unit: str = "persons"
) -> Figure:
    return Figure(
        value=value,
        low=low,
        high=high,
        unit=unit,
        as_of=dt.date(2020, 1, 1),
        source="s",
        standing="literature",
    )


def test_a_figure_is_drawn_with_its_value_as_median_and_its_range_as_90_per_cent() -> None:
    x = draw_figures([figure(3000, 2000, 5000)], ["a"], 1, 20_000)[:, 0]
    assert np.median(x) == pytest.approx(3000, rel=0.01)
    assert np.quantile(x, (0.05, 0.95)) == pytest.approx([2000, 5000], rel=0.02)


def test_figures_are_cut_at_zero_and_shares_at_one() -> None:
    sizes, shares = draw_figures([figure(1, 0, 9), figure(0.5, 0.1, 1.0, "share")], ["a", "b"], 1, 5_000).T
    assert sizes.min() == 0.0
    assert sizes.max() > 9
    assert shares.min() >= 0.0
    assert shares.max() == 1.0


def test_a_figure_without_a_range_is_the_same_in_every_draw_and_a_missing_one_is_zero() -> None:
    made = draw_figures([figure(7), None, figure(7, 7, 7)], ["a", "b", "c"], 1, 5)
    assert made.tolist() == [[7.0, 0.0, 7.0]] * 5
    one_sided = draw_figures([figure(7, high=9)], ["a"], 1, 1000)[:, 0]
    assert one_sided.min() == 7.0


def test_a_figure_is_drawn_from_a_stream_named_after_it() -> None:
    rows = [figure(3, 2, 5), figure(30, 20, 50)]
    together = draw_figures(rows, ["a", "b"], 1, 50)
    assert np.array_equal(draw_figures(rows[::-1], ["b", "a"], 1, 50)[:, ::-1], together)
    assert np.array_equal(draw_figures(rows[1:], ["b"], 1, 20)[:, 0], together[:20, 1])
