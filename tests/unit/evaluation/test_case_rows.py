"""As-of days and outcomes of past cases, by hand."""

from __future__ import annotations

import pytest

from counterpoise.errors import InputError
from counterpoise.evaluation.case_rows import HORIZONS, case_rows, case_weights, past_case
from counterpoise.scenario import load_scenario
from counterpoise.scenario.files import case_names


def test_a_case_that_fell_has_rows_only_while_it_stood() -> None:
    case = load_scenario("RWA1994")
    rows = {r.label: r for r in case_rows([case])}
    end = case.case.ended_latest or case.case.ended  # type: ignore[union-attr]
    for row in rows.values():
        assert row.as_of < case.case.ended  # type: ignore[union-attr,operator]
        assert row.fall_day == (end - row.as_of).days  # type: ignore[operator]
        assert row.fell == tuple(row.fall_day <= h for h in HORIZONS)
    assert "180 days" not in rows
    assert rows["30 days before"].before
    assert rows["start"].stage == 0


def test_a_survivor_is_known_only_as_far_as_it_was_observed() -> None:
    case = load_scenario("IRQ2014")
    short = case.case.model_copy(update={"observed_until": case.case.captures_until})  # type: ignore[union-attr]
    rows = {r.label: r for r in case_rows([case.model_copy(update={"case": short})])}
    assert rows["start"].fell[0] is False
    late = rows["300 days"]
    assert late.followed < 365
    assert late.known(365) is None


def test_every_case_weighs_the_same() -> None:
    rows = case_rows([load_scenario(n) for n in case_names()[:4]])
    weight = case_weights(rows)
    for case in {r.case for r in rows}:
        assert sum(w for r, w in zip(rows, weight, strict=True) if r.case == case) == pytest.approx(1.0)


def test_a_scenario_that_is_no_case_is_refused() -> None:
    with pytest.raises(InputError, match="no `case` block"):
        past_case(load_scenario("levant-2024"))
