"""Pareto-smoothed weights, diagnostics of chains."""

from __future__ import annotations

import numpy as np
import pytest

from counterpoise.inference.psis import psis, resample


def test_light_weights_are_trusted_and_heavy_ones_are_not() -> None:
    rng = np.random.default_rng(3)
    x = rng.standard_normal(4000)
    # A normal proposal of spread s for a standard normal target has a tail index of 1 - s^2.
    for spread, low, high in ((1.3, -5.0, 0.1), (0.9, 0.0, 0.4), (0.5, 0.6, 1.0)):
        y = spread * x
        _, k = psis(-0.5 * y**2 + 0.5 * x**2)
        assert low < k < high, (spread, k)


def test_weights_sum_to_one_and_move_the_mean() -> None:
    rng = np.random.default_rng(4)
    x = rng.standard_normal(4000)
    weight, k = psis(0.5 * x)
    assert weight.sum() == pytest.approx(1.0)
    assert k < 0.5
    assert (weight * x).sum() == pytest.approx(0.5, abs=0.06)
    assert x[resample(weight, 2000, 1)].mean() == pytest.approx(0.5, abs=0.08)


def test_equal_weights_need_no_smoothing() -> None:
    weight, k = psis(np.zeros(500))
    assert (weight == weight[0]).all()
    assert k == -np.inf


def test_chains_that_disagree_are_told() -> None:
    pytest.importorskip("jax")
    from counterpoise.inference.diagnose import effective_size, split_r_hat

    rng = np.random.default_rng(5)
    chains = rng.standard_normal((2, 1000))
    assert split_r_hat(chains) < 1.01
    assert effective_size(chains) > 1500
    assert split_r_hat(chains + np.array([[0.0], [1.0]])) > 1.1
    slow = np.cumsum(rng.standard_normal((2, 1000)), axis=1)
    assert effective_size(slow) < 50


def test_weights_beyond_what_floats_hold_are_never_trusted() -> None:
    weight, k = psis(np.linspace(0.0, -1e5, 400))
    assert k == np.inf
    assert weight.sum() == pytest.approx(1.0)
    assert weight[0] == pytest.approx(1.0)
