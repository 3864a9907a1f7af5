"""Two uncertainties kept apart, against cases whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoise.assessment.statistics import estimate, weighted_quantile


def draws(n_draws: int, each: int) -> np.ndarray:
    return np.repeat(np.arange(n_draws), each).astype(np.int32)


def test_draws_that_agree_leave_no_parameter_interval() -> None:
    x = np.tile([0.0, 1.0, 1.0, 1.0], 50)  # every draw: three of four
    found = estimate(x, draws(50, 4))
    assert found.mean == pytest.approx(0.75)
    assert found.interval_90 == pytest.approx((0.75, 0.75))
    assert found.interval_50 == pytest.approx((0.75, 0.75))
    assert found.mc_error > 0


def test_noise_alone_collapses_towards_the_mean() -> None:
    rng = np.random.default_rng(3)
    n_draws, each = 200, 20
    x = (rng.random(n_draws * each) < 0.3).astype(float)
    found = estimate(x, draws(n_draws, each), (0.0, 1.0))
    raw = x.reshape(n_draws, each).mean(axis=1)
    naive = np.quantile(raw, 0.95) - np.quantile(raw, 0.05)
    width = found.interval_90[1] - found.interval_90[0]
    assert width < 0.4 * naive
    assert found.interval_90[0] <= found.mean <= found.interval_90[1]


def test_a_known_spread_between_draws_is_recovered() -> None:
    rng = np.random.default_rng(4)
    n_draws, each, tau, sigma = 1000, 40, 0.2, 1.0
    centre = rng.normal(0.5, tau, n_draws)
    x = np.repeat(centre, each) + rng.normal(0.0, sigma, n_draws * each)
    found = estimate(x, draws(n_draws, each))
    total = tau**2 + sigma**2 / each
    error = total * np.sqrt(2 / n_draws)  # standard error of the variance of draw means
    assert found.by_draw.std() ** 2 == pytest.approx(tau**2, abs=3 * error)
    low, high = found.interval_90
    assert low == pytest.approx(0.5 - 1.645 * tau, abs=0.05)
    assert high == pytest.approx(0.5 + 1.645 * tau, abs=0.05)
    assert found.mc_error == pytest.approx(sigma / np.sqrt(len(x)), rel=0.05)


def test_without_noise_the_draw_means_stand_as_they_are() -> None:
    centre = np.array([0.1, 0.4, 0.7])
    found = estimate(np.repeat(centre, 5), draws(3, 5))
    assert found.by_draw == pytest.approx(centre)
    assert found.mc_error == 0.0


def test_monte_carlo_error_is_binomial() -> None:
    rng = np.random.default_rng(5)
    p, n = 0.2, 20_000
    found = estimate((rng.random(n) < p).astype(float), draws(100, n // 100))
    assert found.mc_error == pytest.approx(np.sqrt(p * (1 - p) / n), rel=0.05)


def test_a_difference_of_paired_members_has_its_own_smaller_error() -> None:
    rng = np.random.default_rng(6)
    a = (rng.random(4000) < 0.5).astype(float)
    b = a.copy()
    b[:100] = 1 - b[:100]
    assert estimate(a - b, draws(40, 100)).mc_error < 0.5 * estimate(a, draws(40, 100)).mc_error


def test_the_null_contrast_is_exactly_zero() -> None:
    found = estimate(np.zeros(600), draws(30, 20), (-1.0, 1.0))
    assert (found.mean, found.mc_error, found.interval_50, found.interval_90) == (0, 0, (0, 0), (0, 0))


def test_draws_of_unequal_size_and_draws_without_members() -> None:
    draw = np.array([2] * 30 + [5] * 10, dtype=np.int32)
    x = np.array([0.2] * 30 + [0.6] * 10)
    found = estimate(x, draw)
    assert list(found.draws) == [2, 5]
    assert list(found.weight) == [30, 10]
    assert found.mean == pytest.approx(0.3)
    assert found.p_above(0.4) == pytest.approx(0.25)
    assert found.p_below(0.4) == pytest.approx(0.75)


def test_thresholds_are_strict() -> None:
    found = estimate(np.repeat([0.0, 1.0], 10), draws(2, 10))
    assert found.p_above(1.0) == 0.0
    assert found.p_below(0.0) == 0.0
    assert found.p_above(0.0) == found.p_below(1.0) == 0.5


def test_bounds_hold() -> None:
    x = np.concatenate([np.zeros(200), np.ones(20)])
    draw = np.concatenate([np.arange(200) // 2, np.repeat(100, 20)]).astype(np.int32)
    found = estimate(x, draw, (0.0, 1.0))
    assert found.by_draw.min() >= 0.0
    assert found.by_draw.max() <= 1.0
    assert found.interval_90[0] >= 0.0


def test_one_draw_says_nothing_about_parameters() -> None:
    found = estimate(np.array([0.0, 1.0, 1.0, 0.0]), np.zeros(4, dtype=np.int32))
    assert found.interval_90 == (0.5, 0.5)
    assert found.mc_error == pytest.approx(np.sqrt((4 * 0.25 / 3) / 4))


def test_one_member_a_draw_cannot_be_split_and_counts_as_noise() -> None:
    """Without two members in any draw, noise and parameters are one: it must not read as "no noise at all"."""
    x = np.tile([0.0, 1.0], 50)
    found = estimate(x, np.arange(100, dtype=np.int32))
    assert found.mc_error == pytest.approx(0.05, rel=0.02)
    assert found.interval_90 == pytest.approx((0.5, 0.5))


def test_a_single_member_is_answered() -> None:
    found = estimate(np.array([1.0]), np.zeros(1, dtype=np.int32), (0.0, 1.0))
    assert found.mean == 1.0
    assert found.interval_90 == (1.0, 1.0)


@given(
    st.lists(st.tuples(st.integers(0, 6), st.floats(-5, 5)), min_size=1, max_size=60),
)
@settings(max_examples=150, deadline=None)
def test_always_ordered_and_around_the_data(rows: list[tuple[int, float]]) -> None:
    draw = np.array([r[0] for r in rows], dtype=np.int32)
    x = np.array([r[1] for r in rows])
    found = estimate(x, draw, (-5.0, 5.0))
    values = (*found.interval_90, *found.interval_50, found.mean, found.mc_error)
    assert np.isfinite(values).all()
    assert found.interval_90[0] <= found.interval_50[0] <= found.interval_50[1] <= found.interval_90[1]
    assert found.mean == pytest.approx(x.mean())
    assert found.mc_error >= 0
    assert found.weight.sum() == len(x)
    # Drawn in, never out.
    raw = np.array([x[draw == d].mean() for d in found.draws])
    assert (np.abs(found.by_draw - found.mean) <= np.abs(raw - found.mean) + 1e-9).all()


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40), st.floats(0, 1))
@settings(deadline=None)
def test_weighted_quantile_is_numpys_where_weights_are_equal(values: list[float], level: float) -> None:
    x = np.array(values)
    (found,) = weighted_quantile(x, np.ones(len(x)), (level,))
    assert found == pytest.approx(float(np.quantile(x, level, method="hazen")), rel=1e-9, abs=1e-6)


def test_weighted_quantile_follows_the_weights() -> None:
    values, levels = np.array([3.0, 1.0, 2.0]), (0.05, 0.5, 0.95)
    even = weighted_quantile(values, np.ones(3), levels)
    heavy = weighted_quantile(values, np.array([10.0, 1.0, 1.0]), levels)
    assert even == (1.0, 2.0, 3.0)
    assert heavy[1] > 2.5
    assert weighted_quantile(values[::-1], np.array([1.0, 1.0, 10.0]), levels) == heavy
