"""The tree of marks against plain minima, days of constant hazards against adding them up, days of change against looking."""

from __future__ import annotations

import numpy as np
import pytest

from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.covariates import (
    exit_hazard,
    log_exit_pace,
    log_recapture_common,
    log_recapture_memory,
    log_rescue,
    log_rescue_memory,
    momentum,
)
from counterpoise.dynamics.patrons import change_days
from counterpoise.dynamics.waits import FAR_DAY, build_marks, due_day, first_mark, new_marks, set_mark
from counterpoise.dynamics.world import ArmSchedule


@pytest.mark.parametrize("n", [1, 2, 3, 7, 64, 100])
def test_the_tree_finds_the_lowest_mark_whatever_changes(n: int) -> None:
    rng = np.random.default_rng(n)
    tree, marks = new_marks(n), rng.exponential(size=n)
    tree[len(tree) // 2 :][:n] = marks
    build_marks(tree)
    for _ in range(200):
        assert tree[1] == marks.min()
        assert first_mark(tree) == marks.argmin()
        i = int(rng.integers(n))
        marks[i] = np.inf if rng.random() < 0.2 and n > 1 else rng.exponential()
        set_mark(tree, i, marks[i])
        if not np.isfinite(marks).any():
            marks[0] = 1.0
            set_mark(tree, 0, 1.0)


def test_a_constant_hazard_rings_on_the_day_on_which_its_sum_passes_the_wait() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        rest, hazard = rng.exponential(), rng.exponential() / 30
        day, total = 10, 0.0
        while total < rest:
            day, total = day + 1, total + hazard
        assert due_day(10, rest, hazard) == day
    assert due_day(3, 1.0, 0.0) == FAR_DAY
    assert due_day(3, 1.0, 1e-12) == FAR_DAY


def test_days_of_change_are_those_on_which_any_table_differs_from_the_day_before() -> None:
    horizon = 9
    level = np.zeros((1, 2, horizon + 1), np.int8)
    flag = np.zeros((1, horizon + 1), np.int8)
    kinds, late = level.copy(), flag.copy()
    kinds[0, 1, 4:] = 3
    late[0, 7] = 1
    arm = ArmSchedule(level, level, flag, flag, flag, late, 0, level, kinds)
    found = change_days(arm, horizon)[0]
    assert list(found) == [4, 4, 4, 4, 4, 7, 7, 7, 8, horizon + 1, horizon + 1]


def test_what_moves_on_days_without_events_is_the_whole_less_what_does_not() -> None:
    p = np.random.default_rng(2).normal(size=len(q.NAMES))
    lost, back, share = 0.11, 0.07, 0.3
    whole = log_recapture_common(p, 1.0, 2.0, 1.0, lost, back, 0.4)
    parts = log_recapture_common(p, 1.0, 2.0, 1.0, 0.0, 0.0, 0.4)
    assert whole == pytest.approx(parts + log_recapture_memory(p, momentum(lost), momentum(back)))
    assert log_rescue(p, lost, share) == pytest.approx(
        log_rescue(p, 0.0, share) + log_rescue_memory(p, momentum(lost))
    )
    assert exit_hazard(p, 2, share, lost) == pytest.approx(
        exit_hazard(p, 2, 0.0, 0.0) * np.exp(log_exit_pace(p, share, momentum(lost)))
    )
