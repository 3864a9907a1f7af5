"""The clustered bootstrap: exact cases, and that clusters widen it."""

from __future__ import annotations

import numpy as np

from counterpoise.evaluation.clustered import cluster_bootstrap


def test_one_value_has_no_spread_and_the_value_is_that_of_all_rows() -> None:
    found = cluster_bootstrap(["a", "b", "c"], lambda rows: 2.0)
    assert found == (2.0, 2.0, 2.0, 3)


def test_rows_of_a_cluster_come_along_together() -> None:
    clusters = ["a"] * 50 + ["b"] * 50
    values = np.repeat([0.0, 1.0], 50)
    found = cluster_bootstrap(clusters, lambda rows: float(values[rows].mean()), n_resamples=200)
    # Two clusters: a resample is a and a, a and b, or b and b, whatever the number of rows.
    assert (found.value, found.low, found.high) == (0.5, 0.0, 1.0)


def test_as_many_rows_in_clusters_of_one_are_narrower() -> None:
    rng = np.random.default_rng(0)
    values = np.repeat(rng.normal(size=20), 10)
    together = cluster_bootstrap([str(i // 10) for i in range(200)], lambda r: float(values[r].mean()))
    apart = cluster_bootstrap([str(i) for i in range(200)], lambda r: float(values[r].mean()))
    assert apart.high - apart.low < 0.6 * (together.high - together.low)


def test_a_statistic_that_is_mostly_undefined_has_no_interval() -> None:
    found = cluster_bootstrap(["a", "b"], lambda rows: float("nan") if len(set(rows)) < 3 else 1.0)
    assert np.isnan(found.low)


def test_the_interval_covers_at_its_level() -> None:
    rng = np.random.default_rng(1)
    hits = 0
    for i in range(100):
        values = rng.normal(size=40)
        found = cluster_bootstrap(
            [str(j) for j in range(40)], lambda r, v=values: float(v[r].mean()), seed=i, n_resamples=300
        )
        hits += found.low <= 0.0 <= found.high
    assert 80 <= hits <= 97
