"""Scores against hand-made numbers, and that they are proper."""

from __future__ import annotations

import numpy as np
import pytest

from counterpoise.evaluation.proper_scores import (
    auc,
    brier_score,
    crps_fall_day,
    log_score,
    skill,
    weighted_mean,
)


def test_brier_and_log_by_hand() -> None:
    assert brier_score([0.2, 0.9], [0, 1]) == pytest.approx([0.04, 0.01])
    assert log_score([0.2, 0.9], [0, 1]) == pytest.approx([-np.log(0.8), -np.log(0.9)])
    assert np.isfinite(log_score([0.0, 1.0], [1, 0])).all()


@pytest.mark.parametrize("score", [brier_score, log_score])
def test_honesty_is_the_best_policy(score: object) -> None:
    truth, said = 0.3, np.linspace(0.01, 0.99, 99)
    expected = truth * score(said, np.ones(99)) + (1 - truth) * score(said, np.zeros(99))  # type: ignore[operator]
    assert said[expected.argmin()] == pytest.approx(truth)


def test_crps_of_a_point_is_the_distance_and_of_a_spread_by_hand() -> None:
    assert crps_fall_day(np.full(50, 100.0), 130) == pytest.approx(30)
    # E|X - 5| - E|X - X'|/2 over the sample {0, 10}: 5 - 5/2
    assert crps_fall_day(np.array([0.0, 10.0]), 5) == pytest.approx(2.5)


def test_skill_and_means_say_where_they_are_not_defined() -> None:
    assert skill(0.1, 0.2) == pytest.approx(0.5)
    assert np.isnan(skill(0.1, 0.0))
    assert weighted_mean([1.0, 3.0], [3.0, 1.0]) == pytest.approx(1.5)
    assert np.isnan(weighted_mean([], []))


def test_auc_counts_pairs_and_ties() -> None:
    assert auc([0.9, 0.8, 0.1], [1, 0, 0]) == 1.0
    assert auc([0.1, 0.8, 0.9], [1, 0, 0]) == 0.0
    assert auc([0.5, 0.5], [1, 0]) == 0.5
    assert np.isnan(auc([0.5, 0.5], [1, 1]))
