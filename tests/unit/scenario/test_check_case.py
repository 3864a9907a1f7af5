"""A past case agrees with its own log, and says where it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from counterpoise.compiler import compile_world
from counterpoise.errors import InputError
from counterpoise.scenario import bundled_cases, load_scenario

TINY = Path(__file__).parents[2] / "data" / "tiny.yaml"


def case_file(tmp_path: Path, case: dict[str, object], extra_events: list[dict[str, object]]) -> Path:
    """Return the tiny scenario as a past case of which everything is invented."""
    data = yaml.safe_load(TINY.read_text())
    data["first_as_of"], data["last_as_of"] = "2019-01-10", "2020-12-31"
    data["case"] = {
        "country": "XAA", "campaign_start": "2020-01-10", "captures_until": "2020-03-05", "observed_until": "2020-12-31",
        "outcome": "defeat", "ended": "2020-03-04", "ended_latest": "2020-03-05", "start_rule": "invented", "sources": ["wire"],
    } | case  # fmt: skip
    data["events"] += extra_events
    path = tmp_path / "case.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False))
    return path


FALL = [
    {"id": "e-capi", "kind": "capture", "date": "2020-03-04", "date_latest": "2020-03-05", "actor": "REB", "target": "XAA",
     "site": "capi", "sources": ["wire"]},
    {"id": "e-end", "kind": "regime_end", "date": "2020-03-04", "date_latest": "2020-03-05", "target": "XAA",
     "detail": "defeat", "sources": ["wire"]},
]  # fmt: skip


def test_a_case_that_agrees_with_its_log_loads_and_changes_the_hash(tmp_path: Path) -> None:
    case = load_scenario(case_file(tmp_path, {}, FALL))
    assert case.case is not None
    assert case.case.outcome == "defeat"
    assert str(case.case.closed) == "2020-03-05"
    assert case.sha256 != load_scenario(TINY).sha256


def test_no_run_sees_what_came_of_a_case(tmp_path: Path) -> None:
    fell = load_scenario(case_file(tmp_path, {}, FALL))
    open_ended = fell.model_copy(update={"case": None, "events": fell.events[: -len(FALL)]})
    worlds = [compile_world(s, fell.as_of, seed=1, horizon=30, n_draws=2).sha256 for s in (fell, open_ended)]
    assert worlds[0] == worlds[1]


@pytest.mark.parametrize(
    ("case", "events", "said"),
    [
        ({"outcome": "survived"}, FALL, "one that survived has none"),
        ({"ended": None, "ended_latest": None}, FALL, "needs `ended`"),
        ({"ended": "2021-03-04", "ended_latest": None}, FALL, "after observed_until"),
        ({"ended_latest": "2020-03-01"}, FALL, "is before ended"),
        ({"captures_until": "2019-03-01"}, FALL, "expected campaign_start <= captures_until"),
        ({"campaign_start": "2020-01-11"}, FALL, "no campaign_start event on 2020-01-11"),
        ({"captures_until": "2020-03-01"}, FALL, "is after captures_until"),
        ({"observed_until": "2020-11-30"}, FALL, "expected observed_until 2020-11-30"),
        ({"outcome": "flight"}, FALL, "no regime_end event on 2020-03-04 with detail 'flight'"),
        ({}, FALL[1:], "a defeat without a capture of the capital 'capi'"),
        (
            {"outcome": "survived", "ended": None, "ended_latest": None},
            FALL,
            "the case says that it survived",
        ),
        ({"sources": ["nowhere"]}, FALL, "unknown source 'nowhere'"),
        ({"country": "Alfania"}, FALL, "country"),
        ({"ende": "2020-03-04"}, FALL, "ended"),
    ],
)
def test_a_case_that_does_not_is_refused_with_the_place(
    tmp_path: Path, case: dict[str, object], events: list[dict[str, object]], said: str
) -> None:
    path = case_file(tmp_path, case, events)
    with pytest.raises(InputError, match=r"case\.yaml") as refused:
        load_scenario(path)
    assert said in str(refused.value)


def test_the_first_as_of_day_of_a_case_is_a_year_before_its_campaign(tmp_path: Path) -> None:
    path = case_file(tmp_path, {}, FALL)
    path.write_text(path.read_text().replace("2019-01-10", "2019-02-10"))
    with pytest.raises(InputError, match="365 days before its campaign"):
        load_scenario(path)


def test_every_bundled_case_loads() -> None:
    cases = list(bundled_cases())
    assert all(c.case is not None for c in cases)
    assert sum(c.case is not None and c.case.core for c in cases) == 22
    kept_apart = {"COD1998", "TCD2008", "CIV2011", "YEM2014", "LBY2019", "SYR2024"}
    assert not kept_apart & {c.id for c in cases}


def test_a_background_is_dated_before_the_campaign_and_in_its_units(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = case_file(tmp_path, {}, FALL)
    data = yaml.safe_load(path.read_text())
    known = {"value": 2, "unit": "events", "as_of": "2020-01-09", "source": "wire", "standing": "literature"}
    data["conflict"]["background"] = {"coups": known}
    path.write_text(yaml.safe_dump(data, sort_keys=False))
    without = load_scenario(case_file(tmp_path_factory.mktemp("without"), {}, FALL)).sha256
    assert load_scenario(path).sha256 != without
    data["conflict"]["background"] = {
        "coups": known | {"as_of": "2020-01-10"},
        "population": known | {"unit": "million"},
    }
    path.write_text(yaml.safe_dump(data, sort_keys=False))
    with pytest.raises(InputError) as err:
        load_scenario(path)
    assert "dated 2020-01-10, after the eve of the campaign 2020-01-09" in str(err.value)
    assert "expected persons, got 'million'" in str(err.value)
