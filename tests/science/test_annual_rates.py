"""The shipped rates are those that the shared data give today, and the design's numbers come out again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import counterpoise.inference.annual as annual
from counterpoise.inference.annual_files import clock_document, selection_document
from counterpoise.inference.annual_support import support_document
from counterpoise.sources import record
from counterpoise.sources.events import deaths_from_events

pytestmark = pytest.mark.science

REPOSITORY = Path(__file__).resolve().parents[2]
DATA = REPOSITORY.parent / "shared" / "data"
RATES = Path(annual.__file__).parents[1] / "library" / "rates"
needs_data = pytest.mark.skipif(not (DATA / "ucdp").is_dir(), reason=f"the shared data are not at {DATA}")


def load(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((RATES / name).read_text(encoding="utf-8"))
    return document


@pytest.fixture(scope="module")
def shipped() -> dict[str, Any]:
    return load("annual.json")


@pytest.fixture(scope="module")
def rates(shipped: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {rate["id"]: rate for rate in shipped["rates"]}


@needs_data
def test_the_shipped_rates_are_what_the_data_give(shipped: dict[str, Any]) -> None:
    fresh = annual.rates_document(DATA)
    assert [r["id"] for r in fresh["rates"]] == [r["id"] for r in shipped["rates"]]
    assert fresh["sources"] == shipped["sources"]
    for new, old in zip(fresh["rates"], shipped["rates"], strict=True):
        for key in ("value", "low", "high", "n"):
            assert new[key] == pytest.approx(old[key], rel=1e-4), (new["id"], key)
        assert {k: v for k, v in new.items() if k not in ("value", "low", "high", "n")} == {
            k: v for k, v in old.items() if k not in ("value", "low", "high", "n")
        }


def test_every_rate_is_ordered_sourced_and_defined(
    shipped: dict[str, Any], rates: dict[str, dict[str, Any]]
) -> None:
    assert shipped["schema"] == annual.SCHEMA
    assert len(rates) == len(shipped["rates"])
    for rate in rates.values():
        assert rate["low"] <= rate["value"] <= rate["high"], rate["id"]
        assert rate["events"] <= rate["n"] or rate["unit"].startswith("1/"), rate["id"]
        assert rate["id"].split("@")[-1] in rate["data_until"] or "@" not in rate["id"], rate["id"]
        assert rate["definition"], rate["id"]
        assert set(rate["sources"]) <= set(shipped["sources"]), rate["id"]
        assert rate["standing"] == "fitted"
    for source in shipped["sources"].values():
        assert all(source[key] for key in ("title", "version", "licence", "attribution", "sha256"))


def test_share_alike_data_stay_out(shipped: dict[str, Any]) -> None:
    assert not any("SA" in source["licence"] for source in shipped["sources"].values())


@pytest.mark.parametrize(
    ("name", "n", "events"),
    [
        ("takeover.next_year.all", 841, 21),
        ("takeover.next_year.major_war", 282, 12),
        ("takeover.next_year.minor_war", 559, 9),
        ("takeover.next_year.small", 412, 18),
        ("takeover.next_year.large", 428, 3),
        ("patron_exit.total", 509, 29),
        ("patron_exit.troops", 179, 23),
        ("patron_exit.weapons", 336, 44),
    ],
)
def test_counts_of_the_design(rates: dict[str, dict[str, Any]], name: str, n: int, events: int) -> None:
    """Design note of the model, section 4: 841 state-years, 2.5 %, 4.3 %, 1.6 %, and the changes."""
    assert (rates[name]["n"], rates[name]["events"]) == (n, events)


def test_the_older_vintage_knows_nothing_of_2021(rates: dict[str, dict[str, Any]]) -> None:
    assert rates["case_fall.90_days@2020"]["data_until"] == "2020-12-31"
    assert (
        rates["campaign.takeover_12_months@2020"]["events"] < rates["campaign.takeover_12_months"]["events"]
    )


@needs_data
def test_support_clock_and_selection_are_what_the_data_give(shipped: dict[str, Any]) -> None:
    assert support_document(DATA) == load("support.json")
    assert clock_document(DATA, shipped["rates"]) == load("clock.json")
    old = load("selection.json")
    simulated = np.array(old["engine"]["fall_within_365_days"])
    fresh = selection_document(shipped["rates"], simulated, old["engine"]["shifts"])
    for new, kept in zip(fresh["vintages"], old["vintages"], strict=True):
        assert new.keys() == kept.keys()
        for key in ("prior_correction", "selection_shift"):
            if key in new:
                for number in ("mean", "sd", "low", "high"):
                    assert new[key][number] == pytest.approx(kept[key][number], abs=2e-3), (
                        new["vintage"],
                        key,
                    )


def test_the_table_of_the_design_comes_out_again() -> None:
    """Design note, section 4: takeover in t+1 and in t+1 to t+3, by what happened to support."""
    rows = {r["id"]: r for r in load("support.json")["rows"]}
    wanted = {
        "none": (176, 4, 6),
        "kept": (354, 7, 20),
        "total": (29, 1, 3),
        "troops_kept": (156, 2, 6),
        "troops_stopped": (23, 1, 4),
        "weapons_kept": (292, 7, 19),
        "weapons_stopped": (44, 0, 4),
    }
    for name, found in wanted.items():
        row = rows[name]
        assert (row["n"], row["next_year"]["events"], row["three_years"]["events"]) == found, name
    facts = load("support.json")["no_war_before"]
    assert facts == {"takeovers": 34, "without_war_the_year_before": 13}, "the long run's page says so"
    some = [rows[k] for k in ("some", "replaced")]
    assert sum(r["n"] for r in some) == 126
    assert sum(r["next_year"]["events"] for r in some) == 2
    assert sum(r["three_years"]["events"] for r in some) == 8


def test_the_two_codings_of_support_differ_in_sign_of_certainty() -> None:
    """In the year itself the interval of troops lies above zero; in the year after none does."""
    ratios = load("support.json")["log_hazard_ratio"]
    assert ratios["troops"]["same_year"][1] > 0
    for name, found in ratios.items():
        low, high = found["next_year"][1:]
        assert low < 0 < high, name


@pytest.mark.parametrize("vintage", range(7))
def test_the_clock_agrees_with_the_yearly_record(vintage: int) -> None:
    """The clock is counted by the month, the yearly rate by the year: their intervals must overlap."""
    entry = load("clock.json")["vintages"][vintage]
    implied, counted = entry["implied"], entry["counted"]
    pairs = (
        ("takeover_1_year", "takeover.next_year.active_war"),
        ("takeover_3_years", "takeover.three_years.all"),
        ("takeover_12_months_from_a_start", "campaign.takeover_12_months"),
    )
    for mine, other in pairs:
        if counted[other] is None:
            continue
        line = f"{entry['vintage']} {mine}: clock {implied[mine]['value']:.3f}, counted {counted[other]['value']:.3f}"
        print(line)
        assert implied[mine]["low"] <= counted[other]["high"], line
        assert counted[other]["low"] <= implied[mine]["high"], line


def test_selection_by_vintage_uses_no_later_data() -> None:
    for entry in load("selection.json")["vintages"]:
        assert entry["counted"]["data_until"] <= entry["data_until"]
        assert entry["cases"] is None or entry["cases"]["data_until"] <= entry["data_until"]
        shift = entry["selection_shift"]
        assert shift["low"] < shift["mean"] < shift["high"] < 1.0
        assert shift["unit"] == "log ratio"


@needs_data
def test_wars_and_battle_deaths_agree_between_files() -> None:
    """UCDP/PRIO against the Dyadic file, and intensity level 2 against the deaths."""
    acd = {k for k in record.war_years(DATA) if k[1] <= 2023}
    dyadic = record.war_years_dyadic(DATA)
    assert len(acd ^ dyadic) / len(acd | dyadic) < 0.02
    deaths = record.battle_deaths(DATA)
    major = record.state_years(DATA).major
    both = [k for k in deaths if 1989 <= k[1] <= 2023]
    agree = sum((deaths[k] >= 1000) is (k in major) for k in both) / len(both)
    print(
        f"state-years: {len(acd)} and {len(dyadic)}, {len(acd ^ dyadic)} differ; 1,000 deaths: {agree:.3f} agree"
    )
    assert agree > 0.97


@needs_data
def test_the_sum_by_month_is_that_of_the_events() -> None:
    """Syria 2016-2019: an early release of the events against the sum of a later one."""
    events = deaths_from_events(record.table(DATA, "ucdp-ged-syria"))
    months = {
        r["month"]: float(r["fatalities_best"])
        for r in record.table(DATA, "ucdp-monthly")
        if r["country"] == "Syria"
    }
    mine = np.array([events[("Syria", m)] for m in sorted(months) if "2016-01" <= m <= "2018-12"])
    other = np.array([months[m] for m in sorted(months) if "2016-01" <= m <= "2018-12"])
    ratio, correlation = mine.sum() / other.sum(), np.corrcoef(mine, other)[0, 1]
    print(f"ratio {ratio:.3f}, correlation {correlation:.3f}")
    assert 0.8 < ratio < 1.2
    assert correlation > 0.95
