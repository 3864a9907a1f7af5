"""Recalibration learns from other countries only, and mends what is off everywhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np

from counterpoise.evaluation.case_rows import HORIZONS, CaseRow
from counterpoise.evaluation.recalibration import recalibrate


def made(n: int, seed: int = 3) -> tuple[list[CaseRow], np.ndarray]:
    """Cases in `n` countries, two days each, whose chance of a fall is half the odds that was forecast."""
    rng = np.random.default_rng(seed)
    p = rng.uniform(0.1, 0.9, (2 * n, len(HORIZONS)))
    true = p / (p + 2 * (1 - p))
    fell = rng.random(p.shape) < true
    rows = [
        CaseRow(
            f"C{i // 2}", f"C{i // 2}", f"C{i // 2}", True, "start", dt.date(1980 + i % 30, 1, 1), i % 2,
            tuple(bool(x) for x in fell[i]), None, 365, "defeat",
        )
        for i in range(2 * n)
    ]  # fmt: skip
    return rows, p


def test_what_is_off_everywhere_is_mended() -> None:
    rows, p = made(400)
    for options in ({"slope": False}, {"slope": True}, {"slope": False, "era": True}):
        found = recalibrate(rows, p, **options)
        gap = np.log(found / (1 - found)) - np.log(p / (1 - p))
        assert abs(gap.mean() + np.log(2)) < 0.15, (options, gap.mean())


def test_a_country_does_not_learn_from_itself() -> None:
    rows, p = made(40)
    changed = [replace(r, fell=tuple(not x for x in r.fell)) if r.country == "C7" else r for r in rows]
    mine = np.array([r.country == "C7" for r in rows])
    before, after = recalibrate(rows, p), recalibrate(changed, p)
    np.testing.assert_array_equal(before[mine], after[mine])
    assert (before[~mine] != after[~mine]).all()


def test_days_before_a_campaign_stay_as_they_are() -> None:
    rows, p = made(40)
    early = [replace(r, stage=-30) if i % 4 == 0 else r for i, r in enumerate(rows)]
    found = recalibrate(early, p)
    same = np.arange(len(rows)) % 4 == 0
    np.testing.assert_array_equal(found[same], p[same])
    assert (found[~same] != p[~same]).all()
