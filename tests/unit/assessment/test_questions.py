"""Questions about the regime's end: answers, base rates, words, drivers, curves and places."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from counterpoise.assessment import questions as q
from counterpoise.assessment.statistics import Estimate, estimate
from counterpoise.assessment.words import estimative_words
from counterpoise.compiler import load_parameters, rate
from counterpoise.dynamics.kernel import DEFEAT, MODE_NAMES
from counterpoise.dynamics.parameters import NAMES, Draws
from counterpoise.ensemble import Futures
from counterpoise.errors import InputError

DAY = dt.date(2020, 2, 1)
PARTS = ("takeover.next_year.all", "coup.next_year", "settlement.next_year")


def ended(futures: Futures, arm: str, day: np.ndarray, mode: np.ndarray) -> Futures:
    """Futures in which one arm ends as told."""
    one = dataclasses.replace(futures.arms[arm], end_day=day.astype(np.int32), end_mode=mode.astype(np.int8))
    return dataclasses.replace(futures, arms={**futures.arms, arm: one})


@pytest.fixture(scope="module")
def answers(run: Any) -> list[q.Question]:
    return q.regime_questions(run.futures, run.scenario, DAY, ("as_reported", "stay"), "phia")


def test_every_question_once_in_each_arm(answers: list[q.Question]) -> None:
    asked = [(a.arm, a.horizon_days, a.mode) for a in answers]
    modes = (None, "defeat", "flight", "coup", "settlement")
    assert asked == [(a, h, m) for a in ("as_reported", "stay") for h in (30, 90, 365) for m in modes]
    assert answers[0].id == "regime_end:XAA:30"
    assert answers[4].id == "regime_end:XAA:30:settlement"


def test_a_horizon_past_the_run_is_not_asked(run: Any, answers: list[q.Question]) -> None:
    assert run.futures.world.horizon == 365
    assert all(a.horizon_days <= 365 for a in answers)


def test_modes_sum_to_the_whole_and_time_only_adds(answers: list[q.Question]) -> None:
    p = {(a.arm, a.horizon_days, a.mode): a.p for a in answers}
    for arm in ("as_reported", "stay"):
        for h in (30, 90, 365):
            assert sum(p[arm, h, m] for m in MODE_NAMES[1:]) == pytest.approx(p[arm, h, None])
        assert p[arm, 30, None] <= p[arm, 90, None] <= p[arm, 365, None]


def test_the_answer_is_the_share_of_members(run: Any) -> None:
    n = run.futures.n_members
    day = np.where(np.arange(n) < n // 4, 30, 31)
    futures = ended(run.futures, "stay", day, np.full(n, DEFEAT))
    found = {a.id: a for a in q.regime_questions(futures, run.scenario, DAY, ("stay",), "icd203")}
    assert found["regime_end:XAA:30"].p == 0.25  # the thirtieth day counts
    assert found["regime_end:XAA:90:defeat"].p == 1.0
    assert found["regime_end:XAA:90:coup"].p == 0.0


def test_the_rule_of_resolution_names_the_last_day(answers: list[q.Question]) -> None:
    assert "by the end of 2020-03-02 (UTC)" in answers[0].resolution
    assert "only if by coup" in next(a for a in answers if a.mode == "coup").resolution
    assert answers[0].text == "Does the Government of Alfania end within 30 days?"


def test_words_are_those_of_the_number(answers: list[q.Question]) -> None:
    for a in answers:
        assert (a.words.term, a.words.band) == estimative_words(a.p, "phia")
        assert a.words.scheme == "phia"


def test_past_three_years_it_is_a_scenario(run: Any) -> None:
    world = dataclasses.replace(run.futures.world, horizon=1825)
    futures = dataclasses.replace(run.futures, world=world)
    found = q.regime_questions(futures, run.scenario, DAY, ("stay",), "icd203")
    assert {a.horizon_days for a in found if a.scenario_only} == {1825}


@pytest.mark.parametrize("horizon", [30, 90, 365, 1825])
def test_base_rate_is_the_yearly_rate_brought_to_the_horizon(horizon: int) -> None:
    as_of = dt.date(2024, 12, 6)
    first, *_ = q.base_rates(as_of, horizon, None)
    stay = np.prod([1 - rate(name, as_of).value for name in PARTS])
    assert first.p == pytest.approx(1 - stay ** (horizon / 365.25))
    assert first.interval_90 is not None
    assert first.interval_90[0] < first.p < first.interval_90[1]
    assert not first.selected


def test_base_rates_of_modes_rest_on_their_own_counts() -> None:
    as_of = dt.date(2024, 12, 6)
    coup, *rest = q.base_rates(as_of, 365, "coup")
    assert not rest  # selected campaigns were counted without modes
    assert coup.p == pytest.approx(1 - (1 - rate("coup.next_year", as_of).value) ** (365 / 365.25))
    assert q.base_rates(as_of, 365, "flight") == q.base_rates(as_of, 365, "defeat")
    assert "defeat and flight together" in q.base_rates(as_of, 365, "flight")[0].reference_class


def test_the_second_row_is_marked_as_selected() -> None:
    rows = q.base_rates(dt.date(2024, 12, 6), 365, None)
    assert [r.selected for r in rows] == [False, True]
    assert rows[1].p == rate("case_fall.365_days", dt.date(2024, 12, 6)).value
    assert "selected" in rows[1].reference_class


@pytest.mark.parametrize("year", [1995, 2003, 2010, 2016, 2020, 2024])
def test_no_vintage_is_later_than_the_as_of_day(year: int) -> None:
    as_of = dt.date(year, 6, 1)
    for mode in (None, *MODE_NAMES[1:]):
        for row in q.base_rates(as_of, 365, mode):
            for text in re.findall(r"\d{4}-\d{2}-\d{2}", row.source):
                assert dt.date.fromisoformat(text) <= as_of
            for vintage in re.findall(r"@(\d{4})", row.source):
                assert int(vintage) < year
    for name in (*PARTS, "case_fall.365_days"):
        try:
            assert rate(name, as_of).data_until <= as_of
        except InputError:
            assert year < 2024


def test_before_all_data_there_is_no_base_rate() -> None:
    assert q.base_rates(dt.date(1950, 1, 1), 365, None) == ()


def draws_of(values: np.ndarray) -> Draws:
    return Draws(values, load_parameters().specs)


def found_of(by_draw: np.ndarray) -> Estimate:
    return estimate(np.repeat(by_draw, 4), np.repeat(np.arange(len(by_draw)), 4).astype(np.int32))


def test_a_planted_driver_is_found_with_its_sign() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(200, len(NAMES)))
    j = NAMES.index("loss.patron_level")
    first, *rest = q.top_drivers(found_of(0.5 - 0.1 * values[:, j]), draws_of(values))
    assert first.parameter == "loss.patron_level"
    assert first.rank_correlation == pytest.approx(-1.0)
    assert all(abs(d.rank_correlation) < 0.35 for d in rest)
    assert first.standing == load_parameters().specs[j].standing


def test_a_parameter_that_never_moves_is_no_driver() -> None:
    rng = np.random.default_rng(2)
    values = rng.normal(size=(200, len(NAMES)))
    values[:, 3] = 0.7
    found = q.top_drivers(found_of(rng.normal(size=200)), draws_of(values))
    assert NAMES[3] not in [d.parameter for d in found]


def test_a_constant_answer_has_no_drivers() -> None:
    values = np.random.default_rng(3).normal(size=(200, len(NAMES)))
    assert q.top_drivers(found_of(np.full(200, 0.4)), draws_of(values)) == ()


def test_few_draws_name_no_drivers() -> None:
    values = np.random.default_rng(3).normal(size=(10, len(NAMES)))
    assert q.top_drivers(found_of(values[:, 0]), draws_of(values)) == ()


def test_ties_go_with_nothing() -> None:
    """Two columns that are mostly ties share no order, whatever the order in which their rows stand."""
    values = np.zeros((200, len(NAMES)))
    values[10, 5] = 1.0
    answer = np.full(200, 1.0)
    answer[150] = 0.3
    assert q.top_drivers(found_of(answer), draws_of(values)) == ()


def test_contrasts_are_the_differences_of_the_answers(run: Any, answers: list[q.Question]) -> None:
    p = {(a.arm, a.horizon_days): a.p for a in answers if a.mode is None}
    found = q.regime_contrasts(run.futures, "XAA", [("as_reported", "stay")])
    assert [c.horizon_days for c in found] == [30, 90, 365]
    for c in found:
        expected = p["as_reported", c.horizon_days] - p["stay", c.horizon_days]
        assert c.difference == pytest.approx(expected)
        assert c.arms == ("as_reported", "stay")


def test_an_arm_against_itself_is_exactly_zero(run: Any) -> None:
    for c in q.regime_contrasts(run.futures, "XAA", [("stay", "stay")]):
        assert (c.difference, c.interval_90, c.mc_error) == (0.0, (0.0, 0.0), 0.0)


def test_curves_fall_and_agree_with_the_answers(run: Any, answers: list[q.Question]) -> None:
    p = {(a.arm, a.horizon_days, a.mode): a.p for a in answers}
    for curve in q.curves(run.futures, ("as_reported", "stay")):
        assert curve.day[0] == 0
        assert curve.day[-1] == 365
        assert curve.survival[0] == 1.0
        assert (np.diff(curve.survival) <= 1e-12).all()
        assert all(lo <= hi for lo, hi in zip(curve.low_90, curve.high_90, strict=True))
        at = curve.day.index(90)
        assert 1 - curve.survival[at] == pytest.approx(p[curve.arm, 90, None])
        assert curve.by_mode["coup"][at] == pytest.approx(p[curve.arm, 90, "coup"])


def test_places(run: Any, with_draws: Callable[..., Futures]) -> None:
    found = {p.id: p for p in q.places(run.futures, run.scenario, "as_reported")}
    assert set(found) == {s.id for s in run.scenario.sites}
    assert found["hill"].holder == "REB"
    assert found["hill"].p_lost == {}  # not the government's to lose
    assert found["bcap"].p_lost == {}
    assert not found["bcap"].in_theatre
    capital = found["capi"].p_lost
    assert set(capital) == {"30", "90", "365"}
    assert 0 <= capital["30"] <= capital["365"] <= 1
    taken = run.futures.arms["as_reported"].ended_by(365, "defeat") | run.futures.arms[
        "as_reported"
    ].ended_by(365, "flight")
    assert all(p.p_lost["365"] >= taken.mean() for p in found.values() if p.p_lost)


def test_first_loss_and_median_day_from_a_log_that_is_known(run: Any) -> None:
    """Half of the members lose `cent` on day 5, then `capi` on day 9, then `cent` again: day 5 stands."""
    n = run.futures.n_members
    names = run.futures.world.theatre_sites
    rows = [(m, s, d) for m in range(0, n, 2) for s, d in (("cent", 5), ("capi", 9), ("cent", 20))]
    start = np.concatenate([[0], np.cumsum([3 if m % 2 == 0 else 0 for m in range(n)])])
    one = dataclasses.replace(
        run.futures.arms["stay"],
        start=start.astype(np.int64),
        day=np.array([d for *_, d in rows], dtype=np.int16),
        kind=np.zeros(len(rows), dtype=np.int8),
        site=np.array([names.index(s) for _, s, _ in rows], dtype=np.int16),
        party=np.ones(len(rows), dtype=np.int8),
        loser=np.zeros(len(rows), dtype=np.int8),
        end_day=np.zeros(n, dtype=np.int32),
        end_mode=np.zeros(n, dtype=np.int8),
    )
    futures = dataclasses.replace(run.futures, arms={"stay": one})
    found = {p.id: p for p in q.places(futures, run.scenario, "stay")}
    assert found["cent"].p_first == 0.5
    assert found["capi"].p_first == 0.0
    assert found["cent"].median_day == 5
    assert found["capi"].median_day == 9
    assert found["east"].median_day is None
    assert found["cent"].p_lost == {"30": 0.5, "90": 0.5, "365": 0.5}
