"""What one patron's going does with the others unchanged, and how much of that rests on the causal share.

Three questions of a scenario, none of which needs a report:

    marginal   P(fall | one patron leaves) - P(fall | all as they are), member by member, one patron at a time
    paths      P(fall) with the patrons frozen, forecast by their own hazards, or on a stated path
    shares     P(fall | do) beside P(fall | observed) over the causal share, and the share at which the conclusion flips

"Observed" takes the departure as news about the client as well; "do" is the same departure forced from outside. Weakest
assumption: that the model's causal share is the same for every patron.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from counterpoise.assessment.models import Contrast
from counterpoise.assessment.questions import regime_contrasts
from counterpoise.assessment.simulating import (
    DEFAULT_MEMBERS,
    DEFAULT_SEED,
    as_scenario,
    check_horizon,
    check_workers,
)
from counterpoise.compiler import LeverPlan, PatronPath, compile_world, load_parameters, settled_changes
from counterpoise.ensemble import simulate_world
from counterpoise.errors import InputError, nearest
from counterpoise.scenario.models import FlowChange, Scenario

__all__ = [
    "SHARES",
    "PathAnswer",
    "ShareAnswer",
    "ShareCurve",
    "causal_shares",
    "marginal_exits",
    "patron_paths",
]

SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
STATUS_QUO = "as they are"
ALL = "all leave"
#: A conclusion is that the fall is more likely than not.
LIKELY = 0.5


@dataclass(frozen=True)
class PathAnswer:
    """P(regime end within the horizon) on one path of the patrons."""

    path: str
    horizon_days: int
    p: float


@dataclass(frozen=True)
class ShareAnswer:
    """P(regime end within the horizon) at one causal share.

    Parameters
    ----------
    p_observed : float
        The patron is seen to leave: harm and news.
    p_do : float
        It is made to leave from outside: harm without news.
    p_stay : float
        It was seen to leave and turns round: news without harm.
    """

    share: float
    p_observed: float
    p_do: float
    p_stay: float


@dataclass(frozen=True)
class ShareCurve:
    """Answers over the causal share, and where conclusions flip (None: nowhere between 0 and 1).

    Parameters
    ----------
    harm_outweighs_news : float or None
        Share above which the harm of a departure moves the answer more than its news: p_do - p_stay changes its sign.
    likely : float or None
        Share above which a forced departure makes the fall more likely than not.
    """

    patron: str
    horizon_days: int
    rows: tuple[ShareAnswer, ...]
    harm_outweighs_news: float | None
    likely: float | None


def _leaves(scenario: Scenario, patron: str, days: int) -> FlowChange:
    """The patron stops everything that it gives to the client."""
    return FlowChange(sender=patron, recipient=scenario.conflict.client, to=0.0, days=days)


def _known(scenario: Scenario, patrons: Sequence[str]) -> tuple[str, ...]:
    """Check the names of patrons; left out: all.

    Raises
    ------
    InputError
        If one is no patron of the government.
    """
    known = scenario.conflict.patrons
    for patron in patrons:
        if patron not in known:
            raise InputError.at(
                f"patron '{patron}'",
                f"is no patron of the government in {scenario.id}",
                f"patrons: {', '.join(known) or 'none'}",
                nearest(patron, known),
            )
    return tuple(patrons) or known


def marginal_exits(
    scenario: Scenario | str | Path,
    *,
    as_of: dt.date | None = None,
    patrons: Sequence[str] = (),
    members: int = DEFAULT_MEMBERS,
    horizon: int = 365,
    seed: int = DEFAULT_SEED,
    workers: int | None = None,
    patron_path: PatronPath = "forecast",
) -> tuple[Contrast, ...]:
    """Contrast the departure of each patron alone, and of all together, with the status quo.

    Each is forced from outside from the day after the as-of day on, within `shock.days`; the others go on as they would.

    Parameters
    ----------
    patrons : sequence of str
        Left out: all patrons of the government.

    Returns
    -------
    tuple of Contrast
        First minus second, for each horizon of the questions; ``arms`` names the patron.
    """
    found = as_scenario(scenario)
    day = as_of or found.as_of
    check_horizon(found, horizon)
    names = _known(found, patrons)
    parameters = load_parameters(found, day)
    days = int(parameters.constant("shock.days"))
    one = {p: (_leaves(found, p, days),) for p in names}
    every = {ALL: tuple(c for p in names for c in one[p])} if len(names) > 1 else {}
    variants = {STATUS_QUO: (), **one, **every}
    plan = LeverPlan(settled_changes(found, day), variants=tuple(variants.items()))
    world = compile_world(
        found, day, seed=seed, horizon=horizon, arms=tuple(variants), plan=plan, parameters=parameters,
        patron_path=patron_path,
    )  # fmt: skip
    futures = simulate_world(world, members=members, seed=seed, workers=check_workers(workers))
    pairs = [(name, STATUS_QUO) for name in variants if name != STATUS_QUO]
    return tuple(regime_contrasts(futures, found.conflict.client, pairs))


def patron_paths(
    scenario: Scenario | str | Path,
    *,
    as_of: dt.date | None = None,
    stated: Sequence[FlowChange] = (),
    members: int = DEFAULT_MEMBERS,
    horizons: Sequence[int] = (30, 90, 365),
    seed: int = DEFAULT_SEED,
    workers: int | None = None,
) -> tuple[PathAnswer, ...]:
    """Answer with the patrons frozen, forecast, and, where one is stated, on that path.

    Parameters
    ----------
    stated : sequence of FlowChange
        What is assumed of the patrons after the as-of day; on that path nothing else happens to them.
    """
    found = as_scenario(scenario)
    day = as_of or found.as_of
    check_horizon(found, max(horizons))
    settled = settled_changes(found, day)
    ways: dict[str, tuple[PatronPath, tuple[FlowChange, ...]]] = {
        "frozen": ("frozen", settled), "forecast": ("forecast", settled),
    }  # fmt: skip
    if stated:
        ways["stated"] = ("frozen", (*settled, *stated))
    out = []
    for name, (path, changes) in ways.items():
        world = compile_world(
            found, day, seed=seed, horizon=max(horizons), plan=LeverPlan(changes), patron_path=path
        )
        futures = simulate_world(world, members=members, seed=seed, workers=check_workers(workers))
        out += [PathAnswer(name, h, float(futures.arms["baseline"].ended_by(h).mean())) for h in horizons]
    return tuple(out)


def causal_shares(
    scenario: Scenario | str | Path,
    patron: str,
    *,
    as_of: dt.date | None = None,
    shares: Sequence[float] = SHARES,
    members: int = DEFAULT_MEMBERS,
    horizon: int = 365,
    seed: int = DEFAULT_SEED,
    workers: int | None = None,
) -> ShareCurve:
    """Answer over the causal share of level and withdrawal together, and find where conclusions flip."""
    found = as_scenario(scenario)
    day = as_of or found.as_of
    check_horizon(found, horizon)
    (patron,) = _known(found, (patron,))
    base = load_parameters(found, day)
    shock = (_leaves(found, patron, int(base.constant("shock.days"))),)
    plan = LeverPlan(settled_changes(found, day), shock)
    rows = []
    for share in sorted(shares):
        fixed = base.fixed("patron.causal_share_level", share).fixed("patron.causal_share_withdrawn", share)
        world = compile_world(
            found,
            day,
            seed=seed,
            horizon=horizon,
            arms=("as_reported", "imposed", "stay"),
            plan=plan,
            parameters=fixed,
        )
        futures = simulate_world(world, members=members, seed=seed, workers=check_workers(workers))
        p = [float(futures.arms[a].ended_by(horizon).mean()) for a in ("as_reported", "imposed", "stay")]
        rows.append(ShareAnswer(share, *p))
    return ShareCurve(
        patron,
        horizon,
        tuple(rows),
        _crossing([(r.share, r.p_do - r.p_stay) for r in rows]),
        _crossing([(r.share, r.p_do - LIKELY) for r in rows]),
    )


def _crossing(points: Sequence[tuple[float, float]]) -> float | None:
    """Where a curve through the points changes its sign, by straight lines; None where it does not."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if y0 != y1 and (y0 < 0.0 <= y1 or y1 < 0.0 <= y0):
            return x0 + (x1 - x0) * y0 / (y0 - y1)
    return None
