"""The shipped rates are those that the shared data give today, and the design's numbers come out again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import counterpoise.evaluation.annual as annual

pytestmark = pytest.mark.science

REPOSITORY = Path(__file__).resolve().parents[2]
DATA = REPOSITORY.parent / "shared" / "data"
SHIPPED = Path(annual.__file__).parents[1] / "library" / "rates" / "annual.json"


@pytest.fixture(scope="module")
def shipped() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return document


@pytest.fixture(scope="module")
def rates(shipped: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {rate["id"]: rate for rate in shipped["rates"]}


@pytest.mark.skipif(not (DATA / "ucdp").is_dir(), reason=f"the shared data are not at {DATA}")
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
        assert rate["events"] <= rate["n"] or rate["unit"] == "1/quiet country-year"
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
