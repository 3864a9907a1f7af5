"""The correction of the intercept: King & Zeng's logit, weights, and the inversion of a simulated curve."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoise.inference.selection import Share, case_weights, prior_correction, selection_shift

TAU = Share(0.08, 0.0457, 0.1165)
SHIFTS = (-4.0, -3.0, -2.0, -1.0, 0.0, 1.0)


def expit(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


def curve(levels: list[float], slope: float = 1.0) -> np.ndarray:
    return expit(np.array(levels)[None, :] + slope * np.array(SHIFTS)[:, None])


def test_the_shift_of_the_design_comes_out_again() -> None:
    """Model note, section 4: .375 in the cases, 7.9 % in the record, about -1.9."""
    found = prior_correction(Share(0.079, 0.048, 0.114), Share(0.375, 0.24, 0.53))
    assert found.mean == pytest.approx(-1.945, abs=0.01)
    assert found.unit == "logit"
    assert found.low < found.mean < found.high


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_corrected_intercept_gives_the_counted_rate(tau: float, share: float) -> None:
    shift = prior_correction(Share(tau, tau, tau), Share(share, share, share))
    logit = math.log(share / (1 - share)) + shift.mean
    assert 1 / (1 + math.exp(-logit)) == pytest.approx(tau)
    assert shift.sd == pytest.approx(0.0, abs=1e-9)


@given(st.lists(st.booleans(), min_size=2, max_size=40), st.floats(0.01, 0.9))
def test_weighted_cases_have_the_counted_rate(falls: list[bool], tau: float) -> None:
    if len(set(falls)) < 2:
        with pytest.raises(ValueError, match="expected falls and survivals"):
            case_weights(falls, tau)
        return
    weights = case_weights(falls, tau)
    assert weights.mean() == pytest.approx(1.0)
    assert weights @ np.array(falls) / weights.sum() == pytest.approx(tau)


def test_the_shift_brings_the_simulated_rate_to_the_counted_one() -> None:
    p = curve([-0.5, 0.2, 1.0])
    found = selection_shift(p, TAU, SHIFTS)
    assert found.unit == "log ratio"
    fine = expit(np.array([-0.5, 0.2, 1.0])[None, :] + np.array([[found.mean]])).mean()
    assert fine == pytest.approx(0.08, abs=0.002)
    assert found.uncorrected == pytest.approx(p[4].mean())
    assert found.low < found.mean < found.high
    assert found.n_campaigns == 3


def test_a_hazard_that_bites_less_needs_a_deeper_shift() -> None:
    steep, flat = (selection_shift(curve([0.0, 0.1], s), TAU, SHIFTS).mean for s in (1.0, 0.7))
    assert flat < steep < 0


def test_a_wider_rate_and_more_different_campaigns_give_a_wider_shift() -> None:
    wide = selection_shift(curve([0.0] * 10), Share(0.08, 0.02, 0.25), SHIFTS).sd
    assert wide > selection_shift(curve([0.0] * 10), TAU, SHIFTS).sd
    mixed = selection_shift(curve([-2.0, 2.0] * 5), TAU, SHIFTS).sd
    assert mixed > selection_shift(curve([0.0] * 10), TAU, SHIFTS).sd


def test_campaigns_of_a_country_are_drawn_together() -> None:
    levels = [-2.0] * 5 + [2.0] * 5
    alone = selection_shift(curve(levels), TAU, SHIFTS).sd
    together = selection_shift(curve(levels), TAU, SHIFTS, clusters=[0] * 5 + [1] * 5).sd
    assert together > alone


def test_a_rate_out_of_reach_is_said() -> None:
    found = selection_shift(curve([3.0, 3.5]), Share(0.001, 0.0005, 0.002), SHIFTS)
    assert found.outside == 1.0
    assert found.mean == -4.0, "the nearer end"


def test_one_vector_is_shifted_on_the_logit() -> None:
    found = selection_shift([0.375], Share(0.079, 0.079, 0.079))
    assert (found.unit, round(found.mean, 2)) == ("logit", -1.95)


def test_the_same_seed_gives_the_same_shift() -> None:
    assert selection_shift(curve([0.0, 1.0]), TAU, SHIFTS) == selection_shift(curve([0.0, 1.0]), TAU, SHIFTS)


@pytest.mark.parametrize(
    ("p", "shifts", "says"),
    [
        (curve([0.0]), (0.0, 1.0), "expected 6 rising shifts"),
        (curve([0.0]), (5.0, 4.0, 3.0, 2.0, 1.0, 0.0), "rising shifts"),
        (curve([0.0]), None, "rising shifts"),
        (np.full((6, 2), 0.3), SHIFTS, "does not rise"),
    ],
)
def test_what_cannot_be_inverted(p: np.ndarray, shifts: tuple[float, ...] | None, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        selection_shift(p, TAU, shifts)


@pytest.mark.parametrize("bad", [(0.0, 0.0, 0.1), (1.0, 0.9, 1.0), (0.5, 0.6, 0.7), (0.5, -0.1, 0.7)])
def test_what_is_no_share(bad: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="expected 0 <= low"):
        Share(*bad)


def test_an_interval_that_touches_zero_is_still_finite() -> None:
    assert math.isfinite(Share(0.02, 0.0, 0.1).sd)
