"""Patrons of the government as the hazards see them, and the days on which anything about them may change."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from counterpoise.dynamics.covariates import kinds_at
from counterpoise.dynamics.world import ArmSchedule
from counterpoise.jit import compiled

__all__ = ["bit", "change_days", "patron_kinds", "patron_level"]


@compiled(inline="always")
def bit(kinds: int, kind: int) -> float:
    """1 where a kind of support is among those given."""
    return 1.0 if kinds & kind else 0.0


@compiled(inline="always")
def patron_level(
    level: NDArray[np.int8],
    day: int,
    gone: NDArray[np.int32],
    dropped: NDArray[np.int8],
    rescued: int,
    capped_sum: int,
) -> tuple[float, float]:
    """Sg: the highest level (or the capped sum) over patrons that have not gone; at least 2 under a rescue.

    Second: what further patrons give beyond the highest, at most 3.
    """
    sg, top, total = 0.0, 0.0, 0.0
    for j in range(level.shape[0]):
        if gone[j] > day:
            here = max(0.0, float(level[j, day] - dropped[j]))
            sg = min(3.0, sg + here) if capped_sum else max(sg, here)
            top = max(top, here)
            total += here
    if rescued > day:
        sg = max(sg, 2.0)
    return sg, min(3.0, total - top)


@compiled(inline="always")
def patron_kinds(
    kinds: NDArray[np.int8],
    level: NDArray[np.int8],
    day: int,
    gone: NDArray[np.int32],
    dropped: NDArray[np.int8],
) -> int:
    """Kinds of support that some patron gives, as bits."""
    found = 0
    for j in range(level.shape[0]):
        if gone[j] > day:
            found |= kinds_at(kinds[j, day], level[j, day], dropped[j])
    return found


@compiled(allocates=True)
def change_days(arm: ArmSchedule, horizon: int) -> NDArray[np.int32]:
    """First day from each day on, that day included, on which the schedule differs from the day before.

    Returns
    -------
    ndarray of int32, shape (n_draws, horizon + 2)
        ``horizon + 1`` where nothing changes any more [day].
    """
    n_draws, n_patrons = arm.level_do.shape[0], arm.level_do.shape[1]
    out = np.empty((n_draws, horizon + 2), np.int32)
    moved = np.empty(horizon + 2, np.int8)
    for g in range(n_draws):
        moved[:] = 0
        for d in range(1, horizon + 1):
            if (
                arm.withdrawn_do[g, d] != arm.withdrawn_do[g, d - 1]
                or arm.withdrawn_observed[g, d] != arm.withdrawn_observed[g, d - 1]
                or arm.reinforced_do[g, d] != arm.reinforced_do[g, d - 1]
                or arm.rebel_level[g, d] != arm.rebel_level[g, d - 1]
            ):
                moved[d] = 1
        for j in range(n_patrons):
            for d in range(1, horizon + 1):
                if (
                    arm.level_do[g, j, d] != arm.level_do[g, j, d - 1]
                    or arm.level_observed[g, j, d] != arm.level_observed[g, j, d - 1]
                    or arm.kinds_do[g, j, d] != arm.kinds_do[g, j, d - 1]
                    or arm.kinds_observed[g, j, d] != arm.kinds_observed[g, j, d - 1]
                ):
                    moved[d] = 1
        at = horizon + 1
        out[g, at] = at
        for d in range(horizon, -1, -1):
            if moved[d] == 1:
                at = d
            out[g, d] = at
    return out
