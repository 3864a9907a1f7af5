"""A study: one event against the status quo of a scenario, drawn and measured once for several of an analyst's questions.

The event is the levers that are named, or that a patron gives up its client: all its support stops within a month. Arms share
their random numbers, so that the contrast is the event's effect.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from counterpoise.assessment.simulating import DEFAULT_SEED, as_scenario, check_workers, lever_plan
from counterpoise.compiler import LeverPlan, compile_world, settled_changes
from counterpoise.dynamics.world import World
from counterpoise.ensemble import Futures, Regional, measure_regional, simulate_world
from counterpoise.errors import InputError, nearest
from counterpoise.scenario.models import FlowChange, Scenario

__all__ = ["DEFAULT_STUDY_MEMBERS", "EVENT", "QUO", "Study", "make_study", "patrons_of", "run_arms"]

EVENT, QUO = "event", "status quo"
DEFAULT_STUDY_MEMBERS = 2_000
#: Days in which a patron that gives up its client stops all support.
GIVES_UP_DAYS = 30


@dataclass(frozen=True)
class Study:
    """Two arms of a scenario with what was measured in them.

    Parameters
    ----------
    event : str
        The event in words.
    regional : mapping of str to Regional
        By arm: `EVENT` and `QUO`.
    """

    scenario: Scenario
    as_of: dt.date
    event: str
    futures: Futures
    regional: Mapping[str, Regional]
    workers: int

    @property
    def world(self) -> World:
        """The compiled world."""
        return self.futures.world

    @property
    def names(self) -> dict[str, str]:
        """Names of actors and sites by id."""
        return {a.id: a.name for a in self.scenario.actors} | {s.id: s.name for s in self.scenario.sites}

    def name(self, key: str) -> str:
        """Name of an actor or site."""
        return self.names.get(key, key)


def patrons_of(scenario: Scenario) -> tuple[str, ...]:
    """Patrons of the government and then of its opponents."""
    return tuple(dict.fromkeys((*scenario.conflict.patrons, *scenario.conflict.rebel_patrons)))


def gives_up(scenario: Scenario, patron: str, days: int = GIVES_UP_DAYS) -> tuple[FlowChange, ...]:
    """Return the changes by which a patron gives up the side that it supports."""
    conflict = scenario.conflict
    sides = (conflict.client, *(o.actor for o in conflict.opponents))
    pairs = {(f.sender, f.recipient) for f in scenario.flows if f.sender == patron and not f.dormant}
    return tuple(
        FlowChange(sender=patron, recipient=side, to=0.0, days=days)
        for side in sides
        if (patron, side) in pairs
    )


def make_study(
    scenario: Scenario | str,
    *,
    as_of: dt.date | None = None,
    levers: Sequence[str] = (),
    patron: str | None = None,
    members: int = DEFAULT_STUDY_MEMBERS,
    seed: int = DEFAULT_SEED,
    workers: int | None = None,
    overrides: Sequence[str] = (),
) -> Study:
    """Draw and measure the two arms.

    Raises
    ------
    InputError
        If there is no such patron or lever, or nobody to leave.
    """
    found = as_scenario(scenario, overrides)
    day = as_of or found.as_of
    if levers:
        plan = lever_plan(found, day, {EVENT: tuple(levers), QUO: ()})
        titles = {x.id: x.title for x in found.levers}
        said = "; ".join(titles[x] for x in levers)
    else:
        who = _patron(found, patron)
        plan = LeverPlan(settled_changes(found, day), variants=((EVENT, gives_up(found, who)), (QUO, ())))
        name = next(a.name for a in found.actors if a.id == who)
        said = f"{name} gives up its client: all its support stops within {GIVES_UP_DAYS} days"
    world = compile_world(found, day, seed=seed, arms=(EVENT, QUO), plan=plan)
    n = check_workers(workers)
    futures, regional = run_arms(world, members, seed, n)
    return Study(found, day, said, futures, regional, n)


def _patron(scenario: Scenario, patron: str | None) -> str:
    """Return the patron that leaves; left out: the scenario's first."""
    known = patrons_of(scenario)
    if patron is None and known:
        return known[0]
    if patron is None:
        raise InputError.at(
            f"scenario {scenario.id}", "has no patron, so there is no departure to study", "name --lever"
        )
    if patron not in known:
        raise InputError.at(
            f"patron '{patron}'", f"is no patron in scenario {scenario.id}", f"patrons: {', '.join(known)}",
            nearest(patron, known),
        )  # fmt: skip
    return patron


def run_arms(world: World, members: int, seed: int, workers: int) -> tuple[Futures, dict[str, Regional]]:
    """Draw and measure all arms of a world."""
    futures = simulate_world(world, members=members, seed=seed, workers=workers)
    regional = {a: measure_regional(futures, a, n_members=members, workers=workers) for a in world.arms}
    return futures, regional


def again(study: Study, world: World, simulate: bool) -> dict[str, Regional]:
    """Measure a changed world; with `simulate`, draw its futures anew as well, under the same seed."""
    n, seed = study.futures.n_members, study.futures.seed
    if simulate:
        return run_arms(world, n, seed, study.workers)[1]
    futures = replace(study.futures, world=world)
    return {a: measure_regional(futures, a, n_members=n, workers=study.workers) for a in world.arms}
