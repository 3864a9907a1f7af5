"""Simulate unselected campaigns: what `counterpoise.inference.selection.selection_shift` needs from the engine.

A theatre as it stood on a quiet day, in which a campaign begins at once, as the model would start it itself: its effects drawn
anew, time at zero, patrons as they were. No second campaign follows. The fall that counts is the one by arms: capital lost or
flight.

Weakest assumption: the theatres given stand for those in which campaigns start. Two bundled ones, both chosen because they fell,
do not: the shift from them is too deep. A set of cases with their start states does better.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from counterpoise.compiler import compile_world
from counterpoise.compiler.arms import LeverPlan
from counterpoise.compiler.posterior import Posterior
from counterpoise.compiler.rates import rate
from counterpoise.compiler.world import settled_changes
from counterpoise.dynamics import parameters as q
from counterpoise.dynamics.parameters import Draws
from counterpoise.dynamics.world import World
from counterpoise.ensemble import simulate_world
from counterpoise.errors import InputError
from counterpoise.inference.selection import Share, selection_shift
from counterpoise.scenario.models import Scenario

__all__ = ["BY_ARMS", "DAYS", "SHIFTS", "fall_by_shift", "posterior_selection", "unselected_world"]

#: The horizon of the counted rate [day], and the modes that are falls by arms.
DAYS = 365
BY_ARMS = ("defeat", "flight")
SHIFTS = (-4.0, -3.5, -3.0, -2.5, -2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0)


def unselected_world(
    scenario: Scenario,
    as_of: dt.date,
    seed: int,
    posterior: Posterior | Literal["shipped"] | None = "shipped",
) -> World:
    """Compile a theatre on a day on which no campaign is under way, with one that begins at once.

    Raises
    ------
    ValueError
        If a campaign began before that day: what has happened in it would be known.
    """
    plan = LeverPlan(settled_changes(scenario, as_of), campaigns=("baseline",))
    world = compile_world(scenario, as_of, seed=seed, horizon=DAYS, plan=plan, posterior=posterior)
    if world.theatre.campaign_day < 0:
        raise ValueError(
            f"{scenario.id} on {as_of}: a campaign is under way; give a day before it or its first"
        )
    return world


def _shifted(draws: Draws, shift: float) -> Draws:
    """Shift the log-hazard of loss, and let no further campaign start."""
    values = draws.values.copy()
    values[:, q.LOSS_0] += shift
    values[:, q.SELECTION] = 0.0
    values[:, q.CAMPAIGN_START] = 0.0
    # These are campaigns that the model starts, no cases: they burn out from the first day.
    values[:, q.FIRST_YEAR] = 1.0
    return replace(draws, values=values)


def fall_by_shift(
    campaigns: Sequence[tuple[Scenario, dt.date]],
    shifts: Sequence[float] = SHIFTS,
    *,
    members: int = 4_000,
    seed: int = 1,
    workers: int = 1,
    posterior: Posterior | Literal["shipped"] | None = "shipped",
    progress: Callable[[str, int, int], None] | None = None,
) -> NDArray[np.float64]:
    """Return P(fall by arms within 365 days of the start) of each campaign under each shift.

    Parameters
    ----------
    campaigns : sequence of (Scenario, date)
        Theatres, each with a quiet day.
    shifts : sequence of float, shape (n_shifts,)
        Shifts of the log-hazard of loss.
    members : int
        Futures for each campaign and shift.
    posterior : Posterior, "shipped" or None
        As in `compile_world`.

    Returns
    -------
    ndarray, shape (n_shifts, n_campaigns)
    """
    found = np.empty((len(shifts), len(campaigns)))
    for j, (scenario, as_of) in enumerate(campaigns):
        world = unselected_world(scenario, as_of, seed, posterior)
        for i, shift in enumerate(shifts):
            one = replace(world, draws=_shifted(world.draws, shift))
            arm = simulate_world(one, members=members, seed=seed, workers=workers).arms["baseline"]
            found[i, j] = np.mean([arm.ended_by(DAYS, mode) for mode in BY_ARMS], axis=1).sum()
            if progress:
                progress(scenario.id, i + 1, len(shifts))
    return found


def posterior_selection(
    cases: Sequence[Scenario],
    posterior: Posterior,
    vintage: dt.date,
    *,
    members: int = 400,
    seed: int = 1,
    progress: Callable[[str, int, int], None] | None = None,
) -> dict[str, Any]:
    """Return the shift that a posterior needs for campaigns that the model starts itself; empty where nothing was counted yet.

    The theatres of the posterior's own cases, as they stood on the eve of their campaigns, stand for those in which campaigns
    begin; countries are drawn together in the bootstrap. Under the shift they fall within twelve months at the counted rate.
    """
    try:
        counted = rate("campaign.takeover_12_months", vintage)
    except InputError:
        return {}
    used = {name for name, _ in posterior.cases}
    eves = [
        (c, c.case.campaign_start - dt.timedelta(days=1))
        for c in cases
        if c.case is not None and c.id in used
    ]
    found = fall_by_shift(eves, members=members, seed=seed, posterior=posterior, progress=progress)
    countries = [c.case.country for c, _ in eves if c.case is not None]
    clusters = np.unique(countries, return_inverse=True)[1]
    shift = selection_shift(found, Share(counted.value, counted.low, counted.high), SHIFTS, clusters=clusters)
    return {**shift.rounded(), "data_until": counted.data_until.isoformat(), "members": members, "seed": seed}
