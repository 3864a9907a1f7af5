"""`simulate` and `compare`: futures of a scenario, and paired arms with contrasts, without a report."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from counterpoise.assessment.models import Contrast, Question
from counterpoise.assessment.questions import regime_contrasts, regime_questions
from counterpoise.assessment.words import Scheme
from counterpoise.compiler import LeverPlan, compile_world, settled_changes
from counterpoise.ensemble import Futures, simulate_world
from counterpoise.errors import InputError, nearest
from counterpoise.scenario import load_scenario
from counterpoise.scenario.models import FlowChange, Lever, Scenario

__all__ = [
    "DEFAULT_MEMBERS",
    "DEFAULT_SEED",
    "Comparison",
    "Progress",
    "as_scenario",
    "check_horizon",
    "check_workers",
    "compare",
    "default_workers",
    "lever_plan",
    "simulate",
]

DEFAULT_MEMBERS = 10_000
DEFAULT_SEED = 1
#: Called with (stage, steps done, steps in all).
Progress = Callable[[str, int, int], None]


def default_workers() -> int:
    """Return the number of threads to use: as many as this process may."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def check_workers(workers: int | None) -> int:
    """Return the number of threads to use; left out: `default_workers`.

    Raises
    ------
    InputError
        If it is not positive.
    """
    if workers is None:
        return default_workers()
    if workers < 1:
        raise InputError.at("workers", f"expected at least 1, got {workers}", "leave it out for all cores")
    return workers


def as_scenario(scenario: Scenario | str | Path, overrides: Sequence[str] = ()) -> Scenario:
    """Return a scenario given as such, by name or by path."""
    return scenario if isinstance(scenario, Scenario) else load_scenario(scenario, overrides)


def _lever(scenario: Scenario, name: str) -> Lever:
    """Look up a lever."""
    for lever in scenario.levers:
        if lever.id == name:
            return lever
    known = [x.id for x in scenario.levers]
    raise InputError.at(
        f"lever '{name}'", f"scenario {scenario.id} has no such lever", f"levers: {', '.join(known) or 'none'}",
        nearest(name, known),
    )  # fmt: skip


def lever_plan(scenario: Scenario, as_of: dt.date, arms: Mapping[str, Sequence[str]]) -> LeverPlan:
    """Turn arms, given as lists of lever names, into a plan."""
    variants, closed, interdictions, campaigns = [], [], [], []
    for arm, names in arms.items():
        levers = [_lever(scenario, name) for name in names]
        changes: list[FlowChange] = [c for x in levers for c in x.changes]
        variants.append((arm, tuple(changes)))
        closed.append((arm, tuple((r, x.reopen_days) for x in levers for r in x.close_routes)))
        interdictions.append((arm, tuple(i for x in levers for i in x.interdictions)))
        campaigns += [arm] if any(x.start_campaign for x in levers) else []
    return LeverPlan(
        settled_changes(scenario, as_of),
        variants=tuple(variants),
        closed=tuple(closed),
        interdictions=tuple(interdictions),
        campaigns=tuple(campaigns),
    )


def simulate(
    scenario: Scenario | str | Path,
    *,
    as_of: dt.date | None = None,
    members: int = DEFAULT_MEMBERS,
    horizon: int | None = None,
    seed: int = DEFAULT_SEED,
    levers: Sequence[str] = (),
    workers: int | None = None,
    overrides: Sequence[str] = (),
    progress: Progress | None = None,
    scheduler: str | None = None,
    store: str | Path | None = None,
) -> Futures:
    """Draw futures of a scenario as it is known on the as-of day.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A scenario, the name of a bundled one, or a path.
    as_of : date, optional
        Left out: the scenario's own.
    levers : sequence of str
        Levers of the scenario that are pulled on the as-of day.
    scheduler : str, optional
        Where the work runs: ``threads``, ``processes`` or the address of a Dask scheduler; changes no result.
    store : str or Path, optional
        Folder in which the futures are kept; a run that was broken off goes on there.

    Raises
    ------
    InputError
        For a bad scenario, as-of day, lever, horizon or number of members.

    Examples
    --------
    >>> futures = simulate("afghanistan-2021", members=100, seed=1)  # doctest: +SKIP
    >>> futures.arms["baseline"].ended_by(90).mean()  # doctest: +SKIP
    """
    found = as_scenario(scenario, overrides)
    arms = {"baseline": tuple(levers)}
    place = Place(check_workers(workers), progress, scheduler, store)
    return _paired_futures(found, arms, as_of or found.as_of, members, horizon, seed, place)


@dataclass(frozen=True)
class Place:
    """Where futures are drawn and kept, and who is told; changes no result."""

    workers: int
    progress: Progress | None = None
    scheduler: str | None = None
    store: str | Path | None = None


def _paired_futures(
    scenario: Scenario,
    arms: Mapping[str, Sequence[str]],
    as_of: dt.date,
    members: int,
    horizon: int | None,
    seed: int,
    place: Place,
) -> Futures:
    """Compile the arms and draw their futures."""
    check_horizon(scenario, horizon)
    plan = lever_plan(scenario, as_of, arms)
    world = compile_world(scenario, as_of, seed=seed, horizon=horizon, arms=tuple(arms), plan=plan)
    return simulate_world(
        world, members=members, seed=seed, workers=place.workers, progress=place.progress,
        scheduler=place.scheduler, store=place.store,
    )  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """Paired arms with answers and contrasts."""

    futures: Futures
    questions: tuple[Question, ...]
    contrasts: tuple[Contrast, ...]


def compare(
    scenario: Scenario | str | Path,
    arms: Mapping[str, Sequence[str]],
    *,
    as_of: dt.date | None = None,
    members: int = DEFAULT_MEMBERS,
    horizon: int | None = None,
    seed: int = DEFAULT_SEED,
    workers: int | None = None,
    wording: Scheme = "icd203",
    overrides: Sequence[str] = (),
    progress: Progress | None = None,
    scheduler: str | None = None,
    store: str | Path | None = None,
) -> Comparison:
    """Draw paired futures of a scenario under several sets of levers and contrast each arm with the first.

    Parameters
    ----------
    arms : mapping of str to sequence of str
        Name of the arm -> names of the scenario's levers; an empty sequence is the status quo.
    scheduler, store : optional
        As in `simulate`.
    """
    found = as_scenario(scenario, overrides)
    day = as_of or found.as_of
    place = Place(check_workers(workers), progress, scheduler, store)
    futures = _paired_futures(found, arms, day, members, horizon, seed, place)
    names = tuple(arms)
    return Comparison(
        futures,
        tuple(regime_questions(futures, found, day, names, wording)),
        tuple(regime_contrasts(futures, found.conflict.client, [(n, names[0]) for n in names[1:]])),
    )


def check_horizon(scenario: Scenario, horizon: int | None) -> None:
    """Refuse a horizon that the scenario does not cover."""
    if horizon is not None and not 1 <= horizon <= scenario.horizon_days:
        raise InputError.at(
            "horizon",
            f"expected 1 to {scenario.horizon_days} days, got {horizon}",
            "or raise horizon_days in the scenario",
        )
