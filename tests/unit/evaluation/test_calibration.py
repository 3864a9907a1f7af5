"""Calibration: known slopes and intercepts are found; bins count rows and cases."""

from __future__ import annotations

import numpy as np
import pytest

from counterpoise.evaluation.calibration import calibrate, reliability


def _sample(slope: float, shift: float, n: int = 4_000) -> tuple[np.ndarray, np.ndarray, list[str]]:
    rng = np.random.default_rng(3)
    logit = rng.normal(0, 1.2, n)
    y = rng.random(n) < 1 / (1 + np.exp(-(shift + slope * logit)))
    return 1 / (1 + np.exp(-logit)), y, [str(i % 40) for i in range(n)]


@pytest.mark.parametrize(("slope", "shift"), [(1.0, 0.0), (0.5, 0.0), (1.0, -0.7)])
def test_a_known_slope_and_intercept_are_found(slope: float, shift: float) -> None:
    p, y, cases = _sample(slope, shift)
    found = calibrate(p, y, np.ones(len(p)), cases)
    assert found.slope.value == pytest.approx(slope, abs=0.08)
    assert found.slope.low <= slope <= found.slope.high
    if slope == 1.0:
        assert found.intercept.value == pytest.approx(shift, abs=0.1)


def test_bins_hold_every_row_once() -> None:
    p, y, cases = _sample(1.0, 0.0, 500)
    bins = reliability([*p, 1.0], [*y, True], [*cases, "last"])
    assert sum(b.n_rows for b in bins) == 501
    assert all(b.low <= b.mean_p <= b.high and 0 <= b.share <= 1 and b.n_cases <= b.n_rows for b in bins)
